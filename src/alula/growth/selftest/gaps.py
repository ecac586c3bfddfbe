"""What can be missing, as a closed list of kinds. A gap leads to courses, policies and a service request of the same kind."""

from __future__ import annotations

from typing import Final

from alula.growth.rulebook.model import Words


def _w(zh: str, en: str) -> Words:
    return Words(zh=zh, en=en)


GAP_KINDS: Final[dict[str, Words]] = {
    "compliance": _w("合规和信用", "Compliance and standing"),
    "size": _w("企业规模", "Size of the firm"),
    "title": _w("先取得前一级称号", "The title below comes first"),
    "segment": _w("专注细分市场的时间", "Time in the segment"),
    "revenue": _w("营业收入", "Revenue"),
    "growth": _w("增长", "Growth"),
    "focus": _w("主营业务占比", "Focus on the main business"),
    "debt": _w("资产负债结构", "Debt"),
    "profit": _w("盈利能力", "Profit"),
    "rd": _w("研发投入", "R&D spending"),
    "rd_people": _w("研发人员", "R&D people"),
    "institution": _w("研发机构", "Research institution"),
    "ip": _w("知识产权", "Intellectual property"),
    "award": _w("科技奖励", "Science awards"),
    "equity": _w("股权融资", "Equity financing"),
    "market": _w("市场地位和知名度", "Market standing and fame"),
    "product": _w("产品领域和产业链位置", "Field of the product and place in the chain"),
    "quality": _w("质量、品牌和标准", "Quality, brand and standards"),
    "digital": _w("数字化水平", "Digital level"),
    "platform_score": _w("发展评价得分", "Development score"),
    "audit": _w("审计报告", "Audit report"),
    "speciality": _w("省级特色化指标", "The province's speciality items"),
}
"""By kind, what it is called. Every clause and item of every rule has one."""

_OF: Final[dict[str, str]] = {
    "sme": "size", "abnormal_list": "compliance", "dishonest_list": "compliance", "restricted_product": "compliance",
    "accidents": "compliance", "tax": "compliance", "network_events": "compliance", "environment": "compliance",
    "quality_problems": "compliance", "sector_rules": "compliance", "giant_group": "compliance", "single_champion": "title",
    "title": "title", "direct_title": "title", "direct_high_tech": "title", "segment": "segment", "segment_years": "segment",
    "revenue": "revenue", "revenue_floor": "revenue", "sales": "size", "total_assets": "size", "growth": "growth", "growing": "growth",
    "main": "focus", "special": "focus", "debt": "debt", "margin": "profit", "rd": "rd", "rd_points": "rd", "direct_rd": "rd",
    "rd_staff": "rd_people", "staff": "rd_people", "institution": "institution", "direct_institution": "institution", "ip": "ip",
    "innovation": "ip", "direct_award": "award", "direct_maker": "award", "direct_equity": "equity", "market": "market", "fame": "market",
    "field": "product", "product": "product", "chain": "product", "certificate": "quality", "brand": "quality", "quality": "quality",
    "direct_standard": "quality", "information_system": "digital", "digital": "digital", "level": "digital", "total": "digital",
    "platform_score": "platform_score", "platform_score_review": "platform_score", "audit_report": "audit", "speciality": "speciality",
    "score": "rd",
}  # fmt: skip
_DIGITAL = "digital"


def gap_of(part: str, tier: str) -> str:
    """The kind of gap that an unmet clause or a low item with this id is.

    Raises:
        KeyError: the id has none, which a test over every rule rules out.
    """
    if tier == _DIGITAL:
        return _DIGITAL
    return _OF[part.removeprefix("floor_")]
