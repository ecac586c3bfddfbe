"""The words of the service: its six kinds, the fields of expertise, urgency. A closed list each, in both languages."""

from __future__ import annotations

from enum import StrEnum

from alula.growth.rulebook.load import size_rule
from alula.kernel.texts import Texts


class ServiceKind(StrEnum):
    """The six services that the city's system offers a firm."""

    POLICY = "policy"
    CULTIVATION = "cultivation"
    TECHNOLOGY = "technology"
    FINANCE = "finance"
    TALENT = "talent"
    EXCHANGE = "exchange"


KINDS: dict[ServiceKind, Texts] = {
    ServiceKind.POLICY: {"zh": "政策解读与辅导", "en": "Policy explanation and coaching"},
    ServiceKind.CULTIVATION: {"zh": "梯度培育", "en": "Cultivation"},
    ServiceKind.TECHNOLOGY: {"zh": "技术升级", "en": "Technology upgrade"},
    ServiceKind.FINANCE: {"zh": "投融资", "en": "Investment and finance"},
    ServiceKind.TALENT: {"zh": "人才培训与对接", "en": "Talent training and matching"},
    ServiceKind.EXCHANGE: {"zh": "企业交流", "en": "Exchange between firms"},
}


class Urgency(StrEnum):
    """How soon a firm needs an answer."""

    NORMAL = "normal"
    SOON = "soon"
    URGENT = "urgent"


class Expertise(StrEnum):
    """What an expert or an institution knows; the same words name the field of a technical problem."""

    APPLICATION = "application"
    IP = "ip"
    RESEARCH = "research"
    TAX = "tax"
    CREDIT = "credit"
    EQUITY = "equity"
    LAW = "law"
    BRAND = "brand"
    PEOPLE = "people"
    SUPPLY = "supply"
    DIGITAL = "digital"
    AUTOMATION = "automation"
    QUALITY = "quality"
    GREEN = "green"
    MATERIALS = "materials"
    MACHINERY = "machinery"
    ELECTRONICS = "electronics"
    SOFTWARE = "software"
    CHEMISTRY = "chemistry"
    BIOMEDICINE = "biomedicine"
    ENERGY = "energy"
    FOOD = "food"


EXPERTISE: dict[Expertise, Texts] = {
    Expertise.APPLICATION: {"zh": "政策申报", "en": "Applications"},
    Expertise.IP: {"zh": "知识产权", "en": "Intellectual property"},
    Expertise.RESEARCH: {"zh": "研发管理", "en": "R&D management"},
    Expertise.TAX: {"zh": "财务与税务", "en": "Accounting and tax"},
    Expertise.CREDIT: {"zh": "信贷融资", "en": "Credit"},
    Expertise.EQUITY: {"zh": "股权融资与上市", "en": "Equity and listing"},
    Expertise.LAW: {"zh": "法律与合规", "en": "Law and compliance"},
    Expertise.BRAND: {"zh": "市场与品牌", "en": "Market and brand"},
    Expertise.PEOPLE: {"zh": "人才与培训", "en": "People and training"},
    Expertise.SUPPLY: {"zh": "供应链协作", "en": "Supply chain"},
    Expertise.DIGITAL: {"zh": "数字化转型", "en": "Digital transformation"},
    Expertise.AUTOMATION: {"zh": "智能制造", "en": "Smart manufacturing"},
    Expertise.QUALITY: {"zh": "质量与标准", "en": "Quality and standards"},
    Expertise.GREEN: {"zh": "绿色低碳", "en": "Green and low-carbon"},
    Expertise.MATERIALS: {"zh": "新材料", "en": "Materials"},
    Expertise.MACHINERY: {"zh": "机械装备", "en": "Machinery"},
    Expertise.ELECTRONICS: {"zh": "电子信息", "en": "Electronics"},
    Expertise.SOFTWARE: {"zh": "软件与人工智能", "en": "Software and AI"},
    Expertise.CHEMISTRY: {"zh": "化工", "en": "Chemistry"},
    Expertise.BIOMEDICINE: {"zh": "生物医药", "en": "Biomedicine"},
    Expertise.ENERGY: {"zh": "新能源", "en": "Energy"},
    Expertise.FOOD: {"zh": "食品与农业", "en": "Food and farming"},
}


def industries() -> dict[str, Texts]:
    """The industries of SIZE-2011 by their ids."""
    return {one.id: {"zh": one.words.zh, "en": one.words.en} for one in size_rule().industries}


def industry_id(text: str | None) -> str:
    """The id of the industry that a firm or a file names by id or by any of its names; empty when it is none."""
    wanted = (text or "").strip().casefold()
    for one in size_rule().industries if wanted else ():
        if wanted in {one.id, *(name.casefold() for name in one.names)}:
            return one.id
    return ""
