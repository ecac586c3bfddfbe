"""Every question of the self-test, in the words of who keeps a small firm, for one year of application."""

from __future__ import annotations

from functools import cache

from alula.growth.rulebook.load import size_rule
from alula.growth.rulebook.model import Words
from alula.growth.selftest import digital, lists
from alula.growth.selftest.form import Choice, Field, FieldKind, Question
from alula.growth.selftest.regions import REGIONS


def _w(zh: str, en: str) -> Words:
    return Words(zh=zh, en=en)


def _field(path: str, kind: FieldKind, zh: str, en: str) -> Field:
    return Field(path, kind, _w(zh, en))


def _years(figure: str, kind: FieldKind, year: int, back: tuple[int, ...]) -> tuple[Field, ...]:
    return tuple(_field(f"{figure}.{year - n}", kind, f"{year - n} 年", f"{year - n}") for n in back)


def _instead(path: str, zh: str, en: str) -> Field:
    return Field(path, "percent", _w(zh, en), instead=True)


def _yes(path: str, zh: str, en: str) -> Field:
    return _field(path, "yes_no", zh, en)


@cache
def questions(year: int) -> tuple[Question, ...]:
    """The questions of a year, in the order in which a person would tell them."""
    return (
        *_about(),
        *_figures(year),
        *lists.QUESTIONS,
        *_standing(year),
        *_product(),
        *digital.questions(),
    )


def _about() -> tuple[Question, ...]:
    industries = tuple(Choice(one.id, one.words) for one in size_rule().industries)
    regions = tuple(Choice(code, name) for code, name in REGIONS.items())
    return (
        lists.ENTRY,
        Question(
            "about",
            _w("企业属于哪个行业，在哪里？", "Which industry, and where?"),
            _w("行业决定企业规模怎么划分；地区决定看哪些地方政策。", "The industry decides the size class; the place decides which local policies apply."),
            (
                Field("industry", "choice", _w("所属行业（划型标准）", "Industry (by the size classes)"), industries),
                Field("place", "choice", _w("注册地", "Place of registration"), regions),
            ),
        ),
    )  # fmt: skip


def _figures(year: int) -> tuple[Question, ...]:
    last = year - 1
    return (
        Question(
            "revenue",
            _w("近三年营业收入是多少？", "Revenue of the last three years?"),
            _w("审计报告利润表的“营业收入”，按单体报表，万元。没有收入填 0。", "The income statement of the audit report, of the firm alone, in 10,000 yuan. No revenue is 0."),
            (*_years("revenue", "amount", year, (3, 2, 1)), _instead("ratios.revenue_growth", f"{last} 年营业收入增长率", f"Growth of revenue, {last}")),
        ),
        Question(
            "main_revenue",
            _w("其中主营业务收入是多少？", "And of it, the main business?"),
            _w("主导产品所在主营业务的收入，不超过营业收入，万元。", "Income of the main business; it cannot be larger than revenue. 10,000 yuan."),
            (
                *_years("main_revenue", "amount", year, (3, 2, 1)),
                _instead("ratios.main", f"{last} 年主营占营业收入", f"Main business of revenue, {last}"),
                _instead("ratios.main_growth", f"{last} 年主营业务收入增长率", f"Growth of the main business, {last}"),
            ),
        ),
        Question(
            "rd",
            _w("近两年研发费用是多少？", "R&D expense of the last two years?"),
            _w("利润表的“研发费用”，资本化的部分不算；没有这一行的，用专项审计数。万元。", "The line of the income statement, without what was capitalised; else the special audit. 10,000 yuan."),
            (*_years("rd_expense", "amount", year, (2, 1)), _instead("ratios.rd", f"{last} 年研发费用占营业收入", f"R&D of revenue, {last}")),
        ),
        Question(
            "balance",
            _w(f"{last} 年末资产和负债各是多少？", f"Assets and liabilities at the end of {last}?"),
            _w("资产负债表的“资产总计”和“负债合计”，万元。没有负债填 0。", "Totals of the balance sheet, in 10,000 yuan. No liabilities is 0."),
            (
                _field(f"assets.{last}", "amount", "资产总计", "Total assets"),
                _field(f"liabilities.{last}", "amount", "负债合计", "Total liabilities"),
                _instead("ratios.debt", "资产负债率", "Liabilities to assets"),
            ),
        ),
        Question(
            "profit",
            _w(f"{last} 年净利润和成本费用是多少？", f"Net profit and costs of {last}?"),
            _w("亏损填负数。万元。", "A loss is negative. 10,000 yuan."),
            (
                _field(f"net_profit.{last}", "amount", "净利润", "Net profit"),
                _field(f"cost.{last}", "amount", "成本费用总额", "Costs and expenses"),
                _instead("ratios.margin", "净利润率", "Net margin"),
                _instead("ratios.rd_of_cost", "研发费用占成本费用", "R&D of costs"),
            ),
        ),
        Question(
            "people",
            _w(f"{last} 年有多少人？", f"How many people in {last}?"),
            _w("全年月平均从业人员数。", "The monthly average of the year."),
            (
                _field(f"staff.{last}", "persons", "从业人员", "Staff"),
                _field(f"rd_staff.{last}", "persons", "其中研发人员", "Of them in R&D"),
                _instead("ratios.rd_staff", "研发人员占比", "R&D staff of all staff"),
            ),
        ),
        Question(
            "segment",
            _w("从什么时候起做现在这个细分市场？", "Since when in this market segment?"),
            _w("从主导产品第一次有销售收入起算；只记得年份也可以，如 2018。", "From the first income of the main product; a year alone will do, such as 2018."),
            (_field("segment_since", "since", "起始时间", "Since"),),
        ),
    )  # fmt: skip


def _standing(year: int) -> tuple[Question, ...]:
    return (
        Question(
            "market",
            _w("主导产品在细分市场里排第几？", "Where does the main product stand in its segment?"),
            _w("知道哪一项填哪一项；如实填写即可，不要求第三方证明。", "Fill in what you know, truthfully; no third-party proof is asked for."),
            (
                _field("market.share_national", "percent", "全国占有率", "National share"),
                _field("market.share_international", "percent", "国际占有率", "International share"),
                _field("market.rank_national", "rank", "全国排名", "National rank"),
                _field("market.rank_provincial", "rank", "省内排名", "Provincial rank"),
            ),
        ),
        Question(
            "score",
            _w("国家平台给出的“专精特新发展评价”得分是多少？", "Which development score did the national platform give?"),
            _w("登录 zjtx.miit.gov.cn 查看。只有平台能算，小翼不估算。", "See zjtx.miit.gov.cn. Only the platform can compute it; Alula does not estimate it."),
            tuple(
                Field(f"platform_score.{one}", "score", _w(f"{one} 年得分", f"Score of {one}"), most="100")
                for one in (year, year - 1)
            ),
        ),
    )  # fmt: skip


def _product() -> tuple[Question, ...]:
    return (
        Question(
            "product",
            _w("主导产品是什么样的产品？", "What kind of product is it?"),
            _w("不清楚的留空；申报时以主管部门认定为准。", "Leave open what you do not know; the office decides when you apply."),
            (
                _yes("features.strategic_emerging", "属于《战略性新兴产业分类》", "In the strategic emerging industries"),
                _yes("features.six_bases", "属于工业“六基”（基础零部件、元器件、材料、工艺、技术、软件）", "Of the six bases (parts, components, materials, processes, technology, software)"),
                _yes("features.upgrades_industry", "推动传统产业升级、新兴产业壮大或未来产业布局", "Upgrades traditional, grows emerging or lays out future industry"),
                _yes("features.fills_gap", "补短板、锻长板、填空白，并有成效", "Closes a gap or builds a strength, with results"),
                _yes("features.ten_key_fields", "属于制造强国十大重点领域", "In the ten key fields of manufacturing"),
                _yes("features.cyber_power", "属于网络强国建设领域", "In the cyber fields"),
                _yes("features.serves_chain_leaders", "为重点产业链龙头企业配套", "Supplies the leaders of key chains"),
                _yes("features.time_honoured_brand", "是中华老字号", "A time-honoured brand"),
                _yes("features.key_field", "属于本地重点产业", "In a key field of the place"),
            ),
            none=_w("都不是", "None of these"),
        ),
        Question(
            "house",
            _w("企业管理上有下面这些吗？", "Does the firm have these?"),
            _w("有证书或文件能证明的才算。", "Only what a certificate or document proves."),
            (
                _yes("features.own_brand", "自主品牌", "A brand of its own"),
                _yes("features.information_system", "至少一项核心业务采用信息系统", "A core business on an information system"),
                _yes("features.management_certificate", "管理体系认证（如 ISO 9001）", "A certified management system (such as ISO 9001)"),
                _yes("features.product_certificate", "产品通过发达国家和地区认证", "A product certificate of developed countries"),
                _yes("features.standard_setting", "参与制定、修订标准", "Took part in setting standards"),
                _yes("features.led_standard", "近五年主导制定国际、国家或行业标准", "Led a standard within five years"),
                _yes("features.audit_report_coded", "审计报告带财政部赋码，并列示主营业务收入和成本", "A coded audit report with main-business revenue and cost"),
            ),
            none=_w("都没有", "None of these"),
        ),
        Question(
            "province",
            _w("省里的特色化指标有哪些？", "What of the province's speciality items?"),
            _w("只有沿用 2022 年办法的复核才用得到。", "Only reviews by the rule of 2022 use them."),
            (
                _yes("features.provincial_system_chain", "属于省重点产业体系", "In the province's key industrial systems"),
                _yes("features.heritage_or_first_set", "有非遗、地理标志或首台套", "Heritage, geographical mark or first set"),
                _yes("features.regional_speciality", "属于地方特色产业", "A regional speciality"),
                _yes("speciality.field_a", "省重点领域 A 类", "Key field A"),
                _yes("speciality.field_b", "省重点领域 B 类", "Key field B"),
                _yes("speciality.field_c", "省重点领域 C 类", "Key field C"),
                _yes("speciality.field_d", "省重点领域 D 类", "Key field D"),
                _field("speciality.innovation_acts", "persons", "参加创新活动的项数", "Number of acts of innovation"),
                _yes("speciality.listed", "已上市或挂牌", "Listed"),
                Field("speciality_points", "score", _w("省里给出的特色化得分", "Points the province gave"), most="15"),
            ),
        ),
    )  # fmt: skip
