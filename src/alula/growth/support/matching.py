"""Who fits a request: a ranking with its reasons in words. The same input gives the same order, and nothing is hidden.

Excluded, each with its reason: not active, does not offer this kind of service, a conflict of interest, no place left.
Among the rest: expertise up to 50 points (by the share of what is asked), industry 20, place 20 (same province 10),
free capacity up to 10. Equal points stand by name.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from alula.growth.support.kinds import EXPERTISE, KINDS, Expertise, ServiceKind, industries
from alula.kernel.texts import Texts

FOR_EXPERTISE, FOR_INDUSTRY, FOR_CITY, FOR_PROVINCE, FOR_FREE = 50, 20, 20, 10, 10
CITY, PROVINCE = 4, 2
"""Digits of an administrative code that name the city, and the province."""

CONFLICTS: dict[str, Texts] = {
    "employed": {"zh": "任职于{party}", "en": "employed at {party}"},
    "shareholder": {"zh": "持有{party}股份", "en": "holds shares of {party}"},
    "adviser": {"zh": "担任{party}顾问", "en": "advises {party}"},
    "family": {"zh": "与{party}有亲属关系", "en": "is related to people of {party}"},
    "competitor": {"zh": "与{party}是竞争关系", "en": "competes with {party}"},
}
"""How an expert may be tied to a firm. `competitor`: the expert's own house competes with it."""


class Tie(NamedTuple):
    """A tie of an expert to a party: a firm of the platform by id, or any other by its name alone."""

    kind: str
    party: str
    firm_id: str = ""


class Need(NamedTuple):
    """What is asked, and by whom. `keep_from`: parties that must not hear of it, its competitors for example."""

    kind: ServiceKind
    expertise: frozenset[str] = frozenset()
    industry: str = ""
    place: str = ""
    firm_id: str = ""
    firm: str = ""
    keep_from: tuple[str, ...] = ()


class Candidate(NamedTuple):
    """An expert or institution as matching sees it. `busy`: open assignments now."""

    id: str
    name: str
    kinds: frozenset[str]
    expertise: frozenset[str]
    industries: frozenset[str] = frozenset()
    place: str = ""
    capacity: int = 1
    busy: int = 0
    active: bool = True
    ties: tuple[Tie, ...] = ()


class Ranked(NamedTuple):
    """A candidate with what speaks for and against; `excluded` is the reason why it cannot be chosen."""

    candidate: Candidate
    points: int
    reasons: tuple[Texts, ...]
    excluded: Texts | None


def rank(need: Need, candidates: Iterable[Candidate]) -> list[Ranked]:
    """The candidates that can be chosen, best first, then the excluded ones."""
    found = [_judge(need, one) for one in candidates]
    return sorted(
        found, key=lambda one: (one.excluded is not None, -one.points, one.candidate.name, one.candidate.id)
    )


def excluded(need: Need, one: Candidate) -> Texts | None:
    """Why a candidate cannot be chosen for a request, or None."""
    if not one.active:
        return {"zh": "已停用", "en": "Not active"}
    if need.kind not in one.kinds:
        kind = KINDS[need.kind]
        return {"zh": f"不提供“{kind['zh']}”", "en": f"Does not offer “{kind['en']}”"}
    return conflict(need, one) or _full(one)


def conflict(need: Need, one: Candidate) -> Texts | None:
    """The conflict of interest that bars a candidate: a tie to the firm itself, or to somebody it wants to keep out."""
    kept = {_plain(name) for name in need.keep_from}
    for tie in one.ties:
        words = CONFLICTS[tie.kind]
        said = {"zh": words["zh"].format(party=tie.party), "en": words["en"].format(party=tie.party)}
        if (tie.firm_id and tie.firm_id == need.firm_id) or _plain(tie.party) == _plain(need.firm):
            return {"zh": f"利益冲突：{said['zh']}", "en": f"Conflict of interest: {said['en']}"}
        if tie.kind != "competitor" and _plain(tie.party) in kept:
            return {
                "zh": f"利益冲突：{said['zh']}，企业要求回避",
                "en": f"Conflict of interest: {said['en']}, which the firm asked to keep out",
            }
    if _plain(one.name) in kept:
        return {"zh": "企业要求回避", "en": "The firm asked to keep it out"}
    return None


def _plain(name: str) -> str:
    return "".join(name.split()).casefold()


def _full(one: Candidate) -> Texts | None:
    if one.busy < one.capacity:
        return None
    return {
        "zh": f"名额已满：{one.capacity} 个中已用 {one.busy} 个",
        "en": f"No place left: {one.busy} of {one.capacity}",
    }


def _judge(need: Need, one: Candidate) -> Ranked:
    why = excluded(need, one)
    if why is not None:
        return Ranked(one, 0, (), why)
    parts = [_expertise(need, one), _industry(need, one), _place(need, one), _free(one)]
    return Ranked(one, sum(points for points, _ in parts), tuple(words for _, words in parts), None)


def _expertise(need: Need, one: Candidate) -> tuple[int, Texts]:
    if not need.expertise:
        return 0, {"zh": "需求没有指定专长", "en": "No expertise was asked for"}
    fits = sorted(need.expertise & one.expertise)
    if not fits:
        return 0, {"zh": "专长不符", "en": "None of the expertise asked for"}
    points = FOR_EXPERTISE * len(fits) // len(need.expertise)
    zh, en = (list_of(fits, language) for language in ("zh", "en"))
    of_zh = "" if len(fits) == len(need.expertise) else f"（{len(need.expertise)} 项中的 {len(fits)} 项）"
    of_en = "" if len(fits) == len(need.expertise) else f" ({len(fits)} of {len(need.expertise)})"
    return points, {"zh": f"专长相符：{zh}{of_zh}", "en": f"Expertise fits: {en}{of_en}"}


def list_of(expertise: Iterable[str], language: str) -> str:
    """Fields of expertise as words."""
    names = [EXPERTISE[Expertise(one)][language] for one in expertise]
    return "、".join(names) if language == "zh" else ", ".join(names)


def _industry(need: Need, one: Candidate) -> tuple[int, Texts]:
    if need.industry and need.industry in one.industries:
        name = industries()[need.industry]
        return FOR_INDUSTRY, {"zh": f"熟悉行业：{name['zh']}", "en": f"Knows the industry: {name['en']}"}
    if not need.industry:
        return 0, {"zh": "企业行业未知", "en": "The firm's industry is not known"}
    return 0, {"zh": "行业不同", "en": "Another industry"}


def _place(need: Need, one: Candidate) -> tuple[int, Texts]:
    if not need.place or not one.place:
        return 0, {"zh": "所在地未知", "en": "Place not known"}
    if len(min(need.place, one.place, key=len)) >= CITY and need.place[:CITY] == one.place[:CITY]:
        return FOR_CITY, {"zh": "同城", "en": "Same city"}
    if need.place[:PROVINCE] == one.place[:PROVINCE]:
        return FOR_PROVINCE, {"zh": "同省", "en": "Same province"}
    return 0, {"zh": "外地", "en": "Another province"}


def _free(one: Candidate) -> tuple[int, Texts]:
    points = FOR_FREE * (one.capacity - one.busy) // one.capacity
    return points, {
        "zh": f"在办 {one.busy} 项，上限 {one.capacity} 项",
        "en": f"Load {one.busy} of {one.capacity}",
    }
