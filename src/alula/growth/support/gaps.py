"""From a gap that the self-test found to the service that helps with it: what a request about it begins with."""

from __future__ import annotations

from typing import NamedTuple

from alula.growth.support.kinds import Expertise, ServiceKind
from alula.kernel.texts import Texts, pick


class Help(NamedTuple):
    """Which service helps with a kind of gap, by whom, and the words in which a firm asks for it."""

    kind: ServiceKind
    expertise: tuple[Expertise, ...]
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


helps("rd", ServiceKind.TECHNOLOGY, (Expertise.RESEARCH, Expertise.TAX), "研发投入", "R&D spending")
helps("ip", ServiceKind.TECHNOLOGY, (Expertise.IP,), "知识产权", "Intellectual property")
helps("institution", ServiceKind.TECHNOLOGY, (Expertise.RESEARCH,), "研发机构", "A research institution")
helps(
    "digital",
    ServiceKind.TECHNOLOGY,
    (Expertise.DIGITAL, Expertise.AUTOMATION),
    "数字化水平",
    "Digital level",
)
helps("quality", ServiceKind.TECHNOLOGY, (Expertise.QUALITY,), "质量管理与标准", "Quality and standards")
helps("revenue", ServiceKind.CULTIVATION, (Expertise.BRAND,), "营业收入", "Revenue")
helps("growth", ServiceKind.CULTIVATION, (Expertise.BRAND,), "成长性", "Growth")
helps(
    "focus", ServiceKind.CULTIVATION, (Expertise.APPLICATION,), "主营业务占比", "Share of the main business"
)
helps("market", ServiceKind.CULTIVATION, (Expertise.BRAND,), "市场地位", "Market position")
helps("debt", ServiceKind.FINANCE, (Expertise.TAX, Expertise.CREDIT), "资产负债率", "Debt ratio")
helps("equity", ServiceKind.FINANCE, (Expertise.EQUITY,), "股权融资", "Equity")
helps("talent", ServiceKind.TALENT, (Expertise.PEOPLE,), "研发人员", "R&D people")
helps("score", ServiceKind.POLICY, (Expertise.APPLICATION,), "发展评价得分", "The development score")
helps("entry", ServiceKind.POLICY, (Expertise.APPLICATION, Expertise.LAW), "申报门槛", "Conditions of entry")
