"""How a fact is asked for, in both languages, from the path that the evaluator names."""

from __future__ import annotations

import re

_FIGURES = {
    "revenue": ("营业收入（万元）", "Revenue (10,000 yuan)"),
    "main_revenue": ("主营业务收入（万元）", "Main-business revenue (10,000 yuan)"),
    "rd_expense": ("研发费用（万元，利润表口径）", "R&D expense (10,000 yuan, as in the income statement)"),
    "cost": ("成本费用（万元）", "Costs and expenses (10,000 yuan)"),
    "net_profit": ("净利润（万元，亏损填负数）", "Net profit (10,000 yuan, negative for a loss)"),
    "assets": ("年末资产总额（万元）", "Assets at year end (10,000 yuan)"),
    "liabilities": ("年末负债总额（万元）", "Liabilities at year end (10,000 yuan)"),
    "staff": ("从业人员数", "Staff"),
    "rd_staff": ("研发人员数", "R&D staff"),
    "platform_score": (
        "国家平台给出的专精特新发展评价得分",
        "Development score given by the national platform",
    ),
}
_FACTS = {
    "industry": ("所属行业（划型标准）", "Industry (by the size classes)"),
    "segment_since": ("从何时起从事该细分市场", "Since when in this market segment"),
    "rights": ("知识产权清单（没有请填 []）", "List of intellectual property rights ([] for none)"),
    "equity": ("股权融资清单（没有请填 []）", "List of equity rounds ([] for none)"),
    "honours": ("奖项清单（没有请填 []）", "List of awards ([] for none)"),
    "institutions": ("研发机构清单（没有请填 []）", "List of research institutions ([] for none)"),
    "titles": ("资质称号清单（没有请填 []）", "List of titles ([] for none)"),
    "speciality_points": ("省级特色化指标得分", "Points of the province's speciality items"),
    "market.share_national": ("主导产品全国细分市场占有率（%）", "National share of the market segment (%)"),
    "market.share_international": ("主导产品国际细分市场占有率（%）", "International share of the market segment (%)"),
    "market.rank_national": ("主导产品细分市场全国排名", "National rank in the market segment"),
    "market.rank_provincial": ("主导产品细分市场省内排名", "Provincial rank in the market segment"),
    "entry.abnormal_list": ("是否被列入经营异常名录", "On the list of abnormal operations?"),
    "entry.dishonest_list": ("是否被列入严重失信主体名单", "On the list of seriously dishonest firms?"),
    "entry.restricted_product": (
        "产品是否属于国家禁止、限制或淘汰类",
        "Is the product forbidden, restricted or phased out?",
    ),
    "entry.accidents": (
        "近三年事故和违法清单（没有请填 []）",
        "Accidents and offences within three years ([] for none)",
    ),
    "entry.giant_group_similar_product": (
        "是否由“小巨人”控股且产品相似",
        "Controlled by a little giant with a similar product?",
    ),
    "digital.level": ("数字化水平等级（国家平台）", "Digital level (national platform)"),
    "digital.score": ("数字化水平评测得分（国家平台）", "Digital score (national platform)"),
    "features.strategic_emerging": (
        "主导产品是否属于战略性新兴产业",
        "Main product in the strategic emerging industries?",
    ),
    "features.six_bases": ("主导产品是否属于工业“六基”", "Main product of the six bases?"),
    "features.ten_key_fields": (
        "主导产品是否属于制造强国十大重点领域",
        "Main product of the ten key fields of manufacturing?",
    ),
    "features.cyber_power": ("主导产品是否属于网络强国建设领域", "Main product of the cyber fields?"),
    "features.time_honoured_brand": ("是否为中华老字号", "A time-honoured brand?"),
    "features.serves_chain_leaders": ("是否为重点链龙头企业配套", "Supplier of the leaders of key chains?"),
    "features.fills_gap": (
        "主导产品是否补短板、锻长板、填空白并有成效",
        "Does the product close a gap or build a strength, with results?",
    ),
    "features.upgrades_industry": (
        "是否推动传统产业升级、新兴产业壮大或未来产业布局",
        "Upgrading traditional, growing emerging or laying out future industry?",
    ),
    "features.own_brand": ("是否拥有自主品牌", "A brand of its own?"),
    "features.information_system": (
        "是否有核心业务采用信息系统",
        "Does a core business run on an information system?",
    ),
    "features.management_certificate": ("是否取得管理体系认证", "A certified management system?"),
    "features.product_certificate": ("产品是否通过发达国家和地区认证", "A product certificate of developed countries?"),
    "features.standard_setting": ("是否参与制修订标准", "Took part in setting standards?"),
    "features.led_standard": ("近五年是否主导制定国际、国家或行业标准", "Led a standard within five years?"),
    "features.provincial_system_chain": ("是否属于省重点产业体系", "In the province's key industrial systems?"),
    "features.heritage_or_first_set": ("是否有非遗、地理标志或首台套", "Heritage, geographical mark or first set?"),
    "features.regional_speciality": ("是否属于地方特色产业", "A regional speciality?"),
    "features.audit_report_coded": (
        "审计报告是否赋码并列示主营业务收入和成本",
        "Is the audit report coded, with main-business revenue and cost?",
    ),
    "speciality.field_a": ("是否属于省重点领域 A 类", "In key field A of the province?"),
    "speciality.field_b": ("是否属于省重点领域 B 类", "In key field B of the province?"),
    "speciality.field_c": ("是否属于省重点领域 C 类", "In key field C of the province?"),
    "speciality.field_d": ("是否属于省重点领域 D 类", "In key field D of the province?"),
    "speciality.innovation_acts": ("参加创新活动的项数", "Number of acts of innovation"),
    "speciality.listed": ("是否上市（挂牌）", "Listed?"),
}  # fmt: skip
_ATTRIBUTES = {
    "related": ("是否与主导产品相关", "related to the main product?"),
    "in_use": ("是否实际应用", "in use?"),
    "benefit": ("是否已产生经济效益", "with economic benefit?"),
    "acquired": ("取得方式", "how it was acquired"),
    "acquired_on": ("受让日期", "day of the transfer"),
    "granted": ("授权日期", "day of the grant"),
    "owner_rank": ("本企业在权利人中的排名", "the firm's place among the owners"),
    "high_value": ("是否高价值及理由", "high-value, and why"),
    "level": ("级别", "level"),
    "recognised": ("是否经认定", "recognised?"),
    "rank": ("获奖单位排名", "place among the winners"),
    "on": ("日期", "date"),
    "from": ("有效期起", "valid from"),
    "until": ("有效期止", "valid until"),
    "investor": ("投资者类型", "kind of investor"),
    "paid_in": ("是否实缴", "paid in?"),
    "ceded": ("让渡股权比例（%）", "share ceded (%)"),
    "amount": ("金额（万元）", "amount (10,000 yuan)"),
    "grade": ("等级", "grade"),
}
_JUDGEMENTS = {
    "key_link": ("是否位于产业链关键环节", "Is the firm at a key link of its industrial chain?"),
    "fame": ("是否享有较高知名度", "Is the firm or its brand widely known?"),
    "market_standing": (
        "主导产品在细分市场是否较为靠前并有一定知名度",
        "Does the main product hold a fairly high place in its segment, with some fame?",
    ),
    "rd_3000_of_two_years": (
        "研发投入 3000 万元是否可以按两年合计",
        "May the 30 million yuan of R&D be the sum of two years?",
    ),
    "n2026_growth_not_asked": (
        "2026 年复核是否不考察增长率",
        "Does the review of 2026 leave the growth rate out?",
    ),
    "digital_level_2024": (
        "国家平台给出的数字化等级是否达到要求",
        "Does the digital level given by the national platform suffice?",
    ),
}
_ZERO = {
    "growth_from_zero_": (
        "{zh}的基数为零，没有增长率：是否按达到计",
        "{en} grew from zero and has no rate: does it count as reached?",
    ),
    "share_of_zero_": (
        "{zh}为零，算不出比例：是否按达到计",
        "{en} is zero, so there is no ratio: does it count as reached?",
    ),
}
_ITEM = re.compile(r"(.+)\[(\d+)\]\.(\w+)")
_YEAR = re.compile(r"(\w+)\.(\d{4})")


def question(fact: str) -> dict[str, str]:
    """The question for a missing fact such as `revenue.2025`, `rights[0].related` or `entry.abnormal_list`.

    Raises:
        KeyError: no wording is known for it, which a test over every rule rules out.
    """
    if item := _ITEM.fullmatch(fact):
        zh, en = _FACTS[item[1]]
        number = int(item[2]) + 1
        what_zh, what_en = _ATTRIBUTES[item[3]]
        return {
            "zh": f"{zh.partition('（')[0]}第 {number} 项：{what_zh}",
            "en": f"{en.partition(' (')[0]}, item {number}: {what_en}",
        }
    if year := _YEAR.fullmatch(fact):
        zh, en = _FIGURES[year[1]]
        return {"zh": f"{year[2]} 年{zh}", "en": f"{en}, {year[2]}"}
    if fact.startswith("digital.answers."):
        name = fact.removeprefix("digital.answers.")
        return {"zh": f"数字化评测（2024）：{name}", "en": f"Digital test (2024): {name}"}
    zh, en = _FACTS[fact]
    return {"zh": zh, "en": en}


def judgement(name: str) -> dict[str, str]:
    """What a person is asked to judge, such as `key_link` or `growth_from_zero_revenue`.

    Raises:
        KeyError: no wording is known for it, which a test over every rule rules out.
    """
    for beginning, (zero_zh, zero_en) in _ZERO.items():
        if name.startswith(beginning):
            of_zh, of_en = _FIGURES[name.removeprefix(beginning)]
            return {
                "zh": zero_zh.format(zh=of_zh.partition("（")[0]),
                "en": zero_en.format(en=of_en.partition(" (")[0]),
            }
    zh, en = _JUDGEMENTS[name]
    return {"zh": zh, "en": en}
