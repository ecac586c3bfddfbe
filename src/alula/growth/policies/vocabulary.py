"""The words for everything that a condition may name, in both languages: what the builder offers and what is read out."""

from __future__ import annotations

from alula.growth.policies.checking import GRADES, KINDS, LEVELS, NUMBERS, SIZES, YES_NO
from alula.growth.rulebook.model import Words
from alula.growth.wording import question

Names = dict[str, tuple[str, str]]

FIGURES: Names = {
    "revenue": ("营业收入", "revenue"),
    "main_revenue": ("主营业务收入", "main-business revenue"),
    "rd_expense": ("研发费用", "R&D expense"),
    "cost": ("成本费用", "cost"),
    "net_profit": ("净利润", "net profit"),
    "assets": ("资产总额", "assets"),
    "liabilities": ("负债总额", "liabilities"),
    "staff": ("从业人员数", "staff"),
    "rd_staff": ("研发人员数", "R&D staff"),
}
LISTS: Names = {
    "titles": ("称号", "titles"),
    "rights": ("知识产权", "rights"),
    "honours": ("奖项", "awards"),
    "institutions": ("研发机构", "research institutions"),
    "equity": ("股权融资", "equity rounds"),
    "accidents": ("事故和违法", "accidents and offences"),
}
SIZE_NAMES: Names = {
    "micro": ("微型", "micro"),
    "small": ("小型", "small"),
    "medium": ("中型", "medium"),
    "large": ("大型", "large"),
}
TITLES: Names = {
    "tech": ("科技型中小企业", "tech firm"),
    "innovative": ("创新型中小企业", "innovative firm"),
    "provincial": ("专精特新中小企业", "provincial title"),
    "giant": ("专精特新“小巨人”", "little giant"),
    "key_giant": ("重点“小巨人”", "key little giant"),
    "single_champion": ("制造业单项冠军", "single champion"),
    "high_tech": ("高新技术企业", "high-tech firm"),
    "innovation_demonstration": ("国家技术创新示范企业", "innovation demonstration firm"),
    "ip_demonstration": ("知识产权优势/示范企业", "IP demonstration firm"),
    "green_factory": ("绿色工厂", "green factory"),
}
KIND_NAMES: Names = {
    **TITLES,
    "invention": ("发明专利", "invention patent"),
    "defence_invention": ("国防发明专利", "defence patent"),
    "plant_variety": ("植物新品种", "plant variety"),
    "crop_variety": ("国家级农作物品种", "national crop variety"),
    "new_drug": ("国家新药", "new drug"),
    "protected_tcm": ("国家一级中药保护品种", "protected Chinese medicine"),
    "ic_layout": ("集成电路布图设计", "IC layout"),
    "software": ("软件著作权", "software copyright"),
    "utility_model": ("实用新型", "utility model"),
    "design": ("外观设计", "design patent"),
    "science_award": ("科技奖励", "science award"),
    "maker_china_top500": ("创客中国 500 强", "Maker China top 500"),
    "maker_china_top50": ("创客中国 50 强", "Maker China top 50"),
    "quality_award": ("质量奖", "quality award"),
    "patent_award": ("专利奖", "patent award"),
    "safety": ("安全", "safety"),
    "network": ("网络", "network"),
    "data": ("数据", "data"),
    "quality": ("质量", "quality"),
    "environment": ("环境", "environment"),
    "tax": ("税务", "tax"),
    "sector_rules": ("行业规范", "sector rules"),
}
LEVEL_NAMES: Names = {
    "national": ("国家级", "national"),
    "provincial": ("省级", "provincial"),
    "municipal": ("市级", "municipal"),
    "county": ("县级", "county"),
    "none": ("未定级", "no level"),
    "ordinary": ("一般", "ordinary"),
    "larger": ("较大", "larger"),
    "serious": ("严重", "serious"),
    "major": ("重大", "major"),
}
TRUE_NAMES: Names = {
    "related": ("与主导产品相关", "related to the main product"),
    "in_use": ("实际应用", "in use"),
    "benefit": ("已产生效益", "with benefit"),
    "recognised": ("经认定", "recognised"),
    "joint": ("联合设立", "joint"),
    "paid_in": ("已实缴", "paid in"),
    "institutional": ("合格机构投资者", "by a qualified institution"),
}
GROWTH: Names = {
    "last": ("上年增长率", "growth last year"),
    "mean": ("近 2 年平均增长率", "mean growth of 2 years"),
    "compound": ("近 2 年复合增长率", "compound growth of 2 years"),
}
SIGNS: Names = {
    ">=": ("不低于", "at least"),
    ">": ("高于", "more than"),
    "<=": ("不超过", "at most"),
    "<": ("低于", "less than"),
}
MARKS: Names = {
    "V2": ("两个独立来源读到", "read in two sources"),
    "V": ("一个来源读到", "read in one source"),
    "2nd": ("二手转述", "second-hand"),
    "M": ("凭记忆，未核对", "from memory, not checked"),
}
LEVELS_OF_ISSUER: Names = {
    "national": ("国家", "national"),
    "provincial": ("省", "provincial"),
    "municipal": ("市", "municipal"),
    "district": ("区", "district"),
    "bank": ("银行产品", "bank product"),
}
STATUSES: Names = {
    "in_force": ("有效", "in force"),
    "ended": ("已结束", "ended"),
    "draft": ("征求意见稿", "draft for comment"),
}
STACKING: Names = {
    "difference_only": ("补差额", "difference only"),
    "sum_cap": ("合计封顶", "sum with a cap"),
    "highest_only": ("从高不重复", "highest only"),
}
PLACES: Names = {
    "CN": ("全国", "nation"),
    "11": ("北京市", "Beijing"),
    "3204": ("常州市", "Changzhou"),
    "33": ("浙江省", "Zhejiang"),
    "44": ("广东省", "Guangdong"),
    "4401": ("广州市", "Guangzhou"),
    "440112": ("广州市黄埔区", "Huangpu, Guangzhou"),
    "440115": ("广州市南沙区", "Nansha, Guangzhou"),
    "4403": ("深圳市", "Shenzhen"),
    "4404": ("珠海市", "Zhuhai"),
    "4406": ("佛山市", "Foshan"),
    "4407": ("江门市", "Jiangmen"),
    "4413": ("惠州市", "Huizhou"),
    "4419": ("东莞市", "Dongguan"),
}
"""The places that the shipped library names; another place is shown by its code."""


def facts_words(names: tuple[str, ...]) -> Names:
    """The questions of these facts as names."""
    asked = {name: question(name) for name in names}
    return {name: (one["zh"], one["en"]) for name, one in asked.items()}


def groups() -> dict[str, Names]:
    """Everything that a condition or a policy may name, by the group that a form offers."""
    kinds = {f"kinds.{name}": {kind: KIND_NAMES[kind] for kind in known} for name, known in KINDS.items()}
    return {
        "figures": FIGURES,
        "lists": LISTS,
        "sizes": {one: SIZE_NAMES[one] for one in SIZES},
        "levels": {one: LEVEL_NAMES[one] for one in LEVELS},
        "grades": {one: LEVEL_NAMES[one] for one in GRADES},
        "true": TRUE_NAMES,
        "growth": GROWTH,
        "signs": SIGNS,
        "yes_no": facts_words(YES_NO),
        "numbers": facts_words(NUMBERS),
        "marks": MARKS,
        "issuer_levels": LEVELS_OF_ISSUER,
        "statuses": STATUSES,
        "stacking": STACKING,
        "places": PLACES,
        **kinds,
    }


def words(names: Names, key: str) -> Words:
    """The words of a key, the key itself where it has none."""
    zh, en = names.get(key, (key, key))
    return Words(zh=zh, en=en)
