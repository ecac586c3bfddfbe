"""From a gap that the self-test found to the service that helps with it: what a request about it begins with."""

from __future__ import annotations

from typing import NamedTuple

from alula.growth.support.kinds import Expertise, ServiceKind
from alula.kernel.texts import Texts, pick


class Help(NamedTuple):
    """Which service helps with a kind of gap, by whom, and the words in which a firm asks for it.

    `name` is what the gap is about, as a noun.
    """

    kind: ServiceKind
    expertise: tuple[Expertise, ...]
    name: Texts
    title: Texts
    need: Texts


class Prefill(NamedTuple):
    """The same in one language."""

    kind: ServiceKind
    title: str
    need: str
    expertise: list[str]


_HELP: dict[str, Help] = {}
ANY = Help(
    ServiceKind.CULTIVATION,
    (Expertise.APPLICATION,),
    {"zh": "自测中的差距", "en": "A gap of the self-test"},
    {"zh": "补齐自测中的差距", "en": "Close a gap of our self-test"},
    {
        "zh": "自测显示我们在这一项上还有差距。希望专家帮我们看清差在哪里、先做什么。",
        "en": "Our self-test shows a gap here. We would like an expert to tell us what is missing and what to do first.",
    },
)


def helps(gap: str, service: ServiceKind, expertise: tuple[Expertise, ...], zh: str, en: str) -> None:
    """Say what helps with a kind of gap. `zh`, `en`: what the gap is about, as a noun."""
    _HELP[gap] = Help(
        service,
        expertise,
        {"zh": zh, "en": en},
        {"zh": f"{zh}：请专家辅导", "en": f"{en}: advice wanted"},
        {
            "zh": f"自测显示我们在“{zh}”上还有差距。希望专家帮我们看清差在哪里、先做什么，并一起定出时间表。",
            "en": f"Our self-test shows a gap: {en.lower()}. We would like an expert to tell us what is missing and what to do first.",
        },
    )


def help_with(gap: str) -> Help:
    """What helps with a kind of gap; what helps with any, for a kind that is not known."""
    return _HELP.get(gap, ANY)


def known() -> dict[str, Help]:
    """Every kind of gap for which a service stands."""
    return dict(_HELP)


def prefill(gap: str, language: str) -> Prefill:
    """What a request about a gap begins with, in a language."""
    one = help_with(gap)
    return Prefill(
        one.kind, pick(one.title, language), pick(one.need, language), [what.value for what in one.expertise]
    )


helps("compliance", ServiceKind.POLICY, (Expertise.LAW,), "合规和信用", "Compliance and standing")
helps("size", ServiceKind.POLICY, (Expertise.APPLICATION,), "企业规模", "Size of the firm")
helps(
    "title", ServiceKind.POLICY, (Expertise.APPLICATION,), "先取得前一级称号", "The title below comes first"
)
helps("audit", ServiceKind.POLICY, (Expertise.TAX,), "审计报告", "Audit report")
helps("platform_score", ServiceKind.POLICY, (Expertise.APPLICATION,), "发展评价得分", "Development score")
helps(
    "speciality",
    ServiceKind.POLICY,
    (Expertise.APPLICATION,),
    "省级特色化指标",
    "The province's speciality items",
)
helps(
    "segment", ServiceKind.CULTIVATION, (Expertise.APPLICATION,), "专注细分市场的时间", "Time in the segment"
)
helps("revenue", ServiceKind.CULTIVATION, (Expertise.BRAND,), "营业收入", "Revenue")
helps("growth", ServiceKind.EXCHANGE, (Expertise.BRAND, Expertise.SUPPLY), "增长", "Growth")
helps(
    "focus", ServiceKind.CULTIVATION, (Expertise.APPLICATION,), "主营业务占比", "Focus on the main business"
)
helps("profit", ServiceKind.CULTIVATION, (Expertise.TAX,), "盈利能力", "Profit")
helps("market", ServiceKind.CULTIVATION, (Expertise.BRAND,), "市场地位和知名度", "Market standing and fame")
helps("product", ServiceKind.EXCHANGE, (Expertise.SUPPLY,), "产品领域和产业链位置", "Place in the chain")
helps("debt", ServiceKind.FINANCE, (Expertise.TAX, Expertise.CREDIT), "资产负债结构", "Debt")
helps("equity", ServiceKind.FINANCE, (Expertise.EQUITY,), "股权融资", "Equity financing")
helps("rd", ServiceKind.TECHNOLOGY, (Expertise.RESEARCH, Expertise.TAX), "研发投入", "R&D spending")
helps("rd_people", ServiceKind.TALENT, (Expertise.PEOPLE,), "研发人员", "R&D people")
helps("institution", ServiceKind.TECHNOLOGY, (Expertise.RESEARCH,), "研发机构", "Research institution")
helps("ip", ServiceKind.TECHNOLOGY, (Expertise.IP,), "知识产权", "Intellectual property")
helps("award", ServiceKind.TECHNOLOGY, (Expertise.RESEARCH,), "科技奖励", "Science awards")
helps(
    "quality",
    ServiceKind.TECHNOLOGY,
    (Expertise.QUALITY,),
    "质量、品牌和标准",
    "Quality, brand and standards",
)
helps(
    "digital",
    ServiceKind.TECHNOLOGY,
    (Expertise.DIGITAL, Expertise.AUTOMATION),
    "数字化水平",
    "Digital level",
)
