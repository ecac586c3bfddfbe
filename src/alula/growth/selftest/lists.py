"""The questions that are lists: rights, titles, awards, institutions, equity, and what bars a firm from applying."""

from __future__ import annotations

from alula.growth.rulebook.model import Words
from alula.growth.selftest.form import Choice, Field, FieldKind, ListPart, Question


def _w(zh: str, en: str) -> Words:
    return Words(zh=zh, en=en)


def _field(path: str, kind: FieldKind, zh: str, en: str) -> Field:
    return Field(path, kind, _w(zh, en))


def _choice(path: str, zh: str, en: str, choices: dict[str, tuple[str, str]]) -> Field:
    return Field(path, "choice", _w(zh, en), tuple(Choice(one, _w(*words)) for one, words in choices.items()))


_LEVELS = {
    "national": ("国家级", "national"),
    "provincial": ("省部级", "provincial"),
    "municipal": ("市级", "municipal"),
    "county": ("市级以下", "below municipal"),
    "none": ("无级别", "none"),
}
_NAME = _field("name", "text", "名称", "Name")
_ON = _field("on", "date", "日期", "Date")

ENTRY = Question(
    "entry",
    _w("近三年有没有下面这些情况？", "Has any of this happened within three years?"),
    _w("有一项就不能申报，所以先问。都没有的话，一次点完。", "One of them bars an application, so they come first. If there is none, one touch will do."),
    (
        _field("entry.abnormal_list", "yes_no", "被列入经营异常名录", "On the list of abnormal operations"),
        _field("entry.dishonest_list", "yes_no", "被列入严重失信主体名单", "On the list of seriously dishonest firms"),
        _field("entry.restricted_product", "yes_no", "产品属于国家禁止、限制或淘汰类", "A product that the state forbids, restricts or phases out"),
        _field("entry.giant_group_similar_product", "yes_no", "由“小巨人”控股且产品相似", "Controlled by a little giant, with a similar product"),
    ),
    ListPart(
        "entry.accidents",
        _w("事故或违法", "Accident or offence"),
        (
            _choice("kind", "类别", "Field", {
                "safety": ("安全生产", "work safety"), "network": ("网络安全", "network security"), "data": ("数据安全", "data security"),
                "quality": ("质量", "quality"), "environment": ("环境", "environment"), "tax": ("偷漏税", "tax evasion"),
                "sector_rules": ("违反行业规定", "sector rules"),
            }),
            _choice("grade", "等级", "Grade", {
                "ordinary": ("一般", "ordinary"), "larger": ("较大", "larger"), "serious": ("严重", "serious"), "major": ("重大及以上", "major"),
            }),
            _ON,
        ),
    ),
    _w("都没有", "None of these"),
)  # fmt: skip

_RIGHTS = Question(
    "rights",
    _w("有哪些知识产权？", "Which intellectual property rights?"),
    _w("先列发明专利等Ⅰ类；转让得来的要标明。没有就选“没有”。", "Inventions and other class I rights first; mark what was bought. If there are none, say so."),
    (),
    ListPart(
        "rights",
        _w("知识产权", "Right"),
        (
            _choice("kind", "种类", "Kind", {
                "invention": ("发明专利（Ⅰ类）", "invention (class I)"), "ic_layout": ("集成电路布图设计（Ⅰ类）", "IC layout (class I)"),
                "software": ("软件著作权（Ⅱ类）", "software (class II)"), "utility_model": ("实用新型（Ⅱ类）", "utility model (class II)"),
                "design": ("外观设计（Ⅱ类）", "design (class II)"), "plant_variety": ("植物新品种（Ⅰ类）", "plant variety (class I)"),
                "crop_variety": ("国家级农作物品种（Ⅰ类）", "national crop variety (class I)"), "new_drug": ("国家新药（Ⅰ类）", "new drug (class I)"),
                "protected_tcm": ("国家一级中药保护品种（Ⅰ类）", "protected Chinese medicine (class I)"),
                "defence_invention": ("国防发明专利（Ⅰ类）", "defence invention (class I)"),
            }),
            _NAME,
            _field("related", "yes_no", "与主导产品相关", "Related to the main product"),
            _field("in_use", "yes_no", "已经应用", "In use"),
            _field("benefit", "yes_no", "已产生经济效益", "Has brought a benefit"),
            _choice("acquired", "取得方式", "Acquired", {"own": ("自主研发", "own"), "transferred": ("受让", "bought")}),
            Field("acquired_on", "date", _w("受让日期", "Day of the transfer"), only=("acquired", ("transferred",))),
            _field("granted", "date", "授权日期", "Day of the grant"),
            _field("owner_rank", "rank", "本企业是第几权利人", "The firm's place among the owners"),
            _choice("high_value", "是否高价值", "High value", {
                "none": ("不是", "no"), "overseas_family": ("有海外同族并授权", "overseas family"), "overseas_income": ("有海外收入", "overseas income"),
                "kept_over_10_years": ("维持超过 10 年", "kept over ten years"), "pledged": ("高额质押融资", "pledged"), "award": ("获国家科技奖或中国专利奖", "award"),
            }),
        ),
    ),
    _w("没有知识产权", "No rights"),
)  # fmt: skip

_TITLES = Question(
    "titles",
    _w("已经有哪些称号？", "Which titles does the firm hold?"),
    _w("证书上的起止日期。上一级称号是下一级的前提。", "With the dates on the certificate. Each tier asks for the one below."),
    (),
    ListPart(
        "titles",
        _w("称号", "Title"),
        (
            _choice("kind", "称号", "Title", {
                "innovative": ("创新型中小企业", "innovative SME"), "tech": ("科技型中小企业", "tech SME"), "provincial": ("专精特新中小企业", "provincial specialised SME"),
                "giant": ("“小巨人”企业", "little giant"), "key_giant": ("重点“小巨人”", "key little giant"), "single_champion": ("单项冠军", "single champion"),
                "high_tech": ("高新技术企业", "high-tech firm"), "innovation_demonstration": ("国家级技术创新示范企业", "national demonstration firm of innovation"),
                "ip_demonstration": ("知识产权优势或示范企业", "firm with IP strength"), "green_factory": ("绿色工厂", "green factory"),
            }),
            _field("from", "date", "有效期起", "Valid from"),
            _field("until", "date", "有效期止", "Valid until"),
            _field("batch", "rank", "批次", "Batch"),
        ),
    ),
    _w("没有称号", "No titles"),
)  # fmt: skip

QUESTIONS = (
    _RIGHTS,
    _TITLES,
    Question(
        "honours",
        _w("近三年得过哪些奖？", "Which awards within three years?"),
        _w("科技奖、“创客中国”、质量奖、专利奖；排名看证书上的获奖单位。", "Science, Maker China, quality and patent awards; the rank is the firm's place on the certificate."),
        (),
        ListPart(
            "honours",
            _w("奖项", "Award"),
            (
                _choice("kind", "奖项", "Award", {
                    "science_award": ("科学技术奖", "science award"), "maker_china_top500": ("创客中国全国 500 强（企业组）", "Maker China top 500"),
                    "maker_china_top50": ("创客中国全国 50 强（企业组）", "Maker China top 50"), "quality_award": ("质量奖", "quality award"),
                    "patent_award": ("专利奖", "patent award"),
                }),
                _NAME,
                _choice("level", "级别", "Level", _LEVELS),
                _field("rank", "rank", "本企业排第几", "The firm's rank"),
                _ON,
            ),
        ),
        _w("没有获奖", "No awards"),
    ),
    Question(
        "institutions",
        _w("有研发机构吗？", "Does the firm have research institutions?"),
        _w("如工程技术研究中心、企业技术中心、重点实验室、院士工作站。", "Such as an engineering centre, technology centre, key laboratory."),
        (),
        ListPart(
            "institutions",
            _w("研发机构", "Institution"),
            (
                _field("kind", "text", "名称", "Name"),
                _choice("level", "级别", "Level", _LEVELS),
                _field("recognised", "yes_no", "经主管部门认定", "Recognised by an office"),
                _field("joint", "yes_no", "与高校院所共建", "Run with a university"),
                _field("on", "date", "认定日期", "Recognised on"),
            ),
        ),
        _w("没有研发机构", "No institutions"),
    ),
    Question(
        "equity",
        _w("近三年有股权融资吗？", "Any equity raised within three years?"),
        _w("以增资方式获得、机构投资者实缴的资金，万元。", "Capital increases paid in by institutions, in 10,000 yuan."),
        (),
        ListPart(
            "equity",
            _w("一轮融资", "Round"),
            (
                _field("amount", "amount", "金额（万元）", "Amount (10,000 yuan)"),
                _choice("investor", "投资者", "Investor", {"institutional": ("合格机构投资者", "qualified institution"), "other": ("其他", "other")}),
                _field("paid_in", "yes_no", "已实缴到账", "Paid in"),
                _field("ceded", "percent", "让渡股权（%）", "Share ceded (%)"),
                _field("on", "date", "到账日期", "Paid on"),
            ),
        ),
        _w("没有股权融资", "No equity raised"),
    ),
)  # fmt: skip
