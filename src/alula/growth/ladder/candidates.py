"""Firms that come into question for a tier above their own, told by an assessment: no guess, every reason named."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal, NamedTuple

from alula.growth.engine.assess import Assessment, Judged, assess
from alula.growth.facts import Facts
from alula.growth.ladder.tiers import TIERS, rank_on
from alula.growth.presenting import number
from alula.growth.rulebook.model import Tier
from alula.kernel.errors import Refusal

Standing = Literal["pass", "open", "nearly"]
MOST_OPEN = 3
"""With more conditions, or indicators of the score, open than this, little is known of a firm, and it is not called a candidate."""


class Found(NamedTuple):
    """A tier that comes into question.

    Attributes:
        standing: `pass`; `open`, when every answered condition is met and up to three are open; `nearly`, when a single
            one is not met and up to three are open.
        unmet, unknown: the conditions in words, with value, bound and distance where they are measured.
    """

    tier: Tier
    standing: Standing
    rule: str
    version: str
    unmet: list[dict[str, Any]]
    unknown: list[dict[str, Any]]


def find(facts: Facts, today: date) -> list[Found]:
    """The tiers above the firm's own for which it comes into question, from the lowest."""
    found = []
    for tier in TIERS[rank_on(facts.titles, today) :]:
        try:
            one = judge(assess(facts, tier, today))
        except Refusal:
            continue  # no rule of this tier takes new applications on that day
        if one is not None:
            found.append(one)
    return found


def judge(assessment: Assessment) -> Found | None:
    """What an assessment makes of a firm; None when it is no candidate."""
    if assessment.outcome == "ineligible":
        return None
    unmet, unknown = [], []
    for one in assessment.clauses:
        if one.part == "direct":
            continue
        if one.finding.state == "unmet":
            unmet.append(_told(one))
        elif one.finding.state in {"unknown", "human"}:
            unknown.append(_told(one))
    way = _way(assessment)
    unmet += [way] if way and way["state"] == "unmet" else []
    open_ = len(unknown)
    if way and way["state"] == "unknown":
        unknown.append(way)
        open_ += _open_items(assessment)
    if open_ > MOST_OPEN or len(unmet) > 1:
        return None
    standing: Standing = "pass" if assessment.outcome == "pass" else "nearly" if unmet else "open"
    rule = assessment.rule
    return Found(rule.tier, standing, rule.id, rule.version, unmet, unknown)


def _open_items(assessment: Assessment) -> int:
    """The indicators of the score whose points are still open."""
    items = assessment.scored.items if assessment.scored else ()
    return sum(1 for one in items if one.earned.low != one.earned.high)


def _told(one: Judged) -> dict[str, Any]:
    finding = one.finding.telling()
    distance = finding.distance
    return {
        "id": one.clause.id,
        "state": one.finding.state,
        "zh": one.clause.words.zh,
        "en": one.clause.words.en,
        "distance": None if distance is None else str(number(round(distance, 2))),
    }


def _way(assessment: Assessment) -> dict[str, Any] | None:
    """The table of points as one condition, unless a direct item replaces it."""
    direct = [one.finding.state for one in assessment.clauses if one.part == "direct"]
    if assessment.scored is None or "met" in direct:
        return None
    states = [finding.state for _, finding in assessment.scored.findings]
    settled = "unmet" in states and not {"unknown", "human"} & set(direct)
    state = "met" if set(states) == {"met"} else "unmet" if settled else "unknown"
    words, total = assessment.scored.score.words, assessment.scored.total
    return {
        "id": "score",
        "state": state,
        "zh": words.zh,
        "en": words.en,
        "distance": None,
        "points": [str(total.low), str(total.high)],
    }
