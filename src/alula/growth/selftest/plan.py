"""The plan: what is missing for the next tier, in the order in which it weighs, and what closes it."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from alula.growth.facts import Facts
from alula.growth.policies.match import Match, match
from alula.growth.rulebook.model import Tier
from alula.growth.selftest import what_if
from alula.growth.selftest.tiers import LADDER

_MONEY_GAPS = frozenset({"revenue", "growth", "debt", "rd", "equity", "digital"})
_SHOWN = 3


class Gap(NamedTuple):
    """One kind of gap in one tier: the clauses or items of that kind, and whether they are surely missing or not known."""

    tier: Tier
    kind: str
    state: str
    parts: tuple[dict[str, Any], ...]


def goal(reports: dict[Tier, dict[str, Any]], held: tuple[Tier, ...]) -> Tier | None:
    """The tier to work for: the lowest that is neither held nor below one that is; None at the top."""
    above = max((LADDER.index(tier) for tier in held), default=-1)
    return next((tier for tier in LADDER[above + 1 :] if tier in reports), None)


def gaps_of(report: dict[str, Any]) -> tuple[Gap, ...]:
    """The gaps of one report: what fails first, then what a person judges, then what is not known. None when it passes.

    Where points decide, the items that still have most to give are named, not the total.
    """
    if report["outcome"] == "pass":
        return ()
    parts = [one for one in report["clauses"] if one["part"] in {"entry", "needs"}]
    found = [one for one in parts if one["state"] in {"unmet", "human", "unknown"}]
    scored = [one for one in report["clauses"] if one["part"] == "score"]
    if any(one["state"] != "met" for one in scored):
        found += [
            {**one, "state": "unknown" if one["missing"] else "unmet"}
            for one in sorted(report["items"], key=_left, reverse=True)
            if _left(one) > 0
        ]
    order = {"unmet": 0, "human": 1, "unknown": 2}
    kinds: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for one in found:
        kinds.setdefault((one["state"], one["gap"]), []).append(one)
    gaps = [Gap(report["tier"], kind, state, tuple(ones)) for (state, kind), ones in kinds.items()]
    return tuple(sorted(gaps, key=lambda one: order[one.state]))


def _left(item: dict[str, Any]) -> Any:
    """The points that an item has still to give for certain."""
    points = item["points"]
    return item["most"] - (points[0] if isinstance(points, list) else points)


def unlocked(facts: Facts, tier: Tier, as_of: date, now: tuple[Match, ...]) -> tuple[Match, ...]:
    """What the firm could use with that title and not without it, the larger sums first."""
    usable = {one.policy.id for one in now if one.state == "eligible"}
    later = match(what_if.with_titles(facts, (tier,), as_of), as_of)
    gained = [one for one in later if one.state == "eligible" and one.policy.id not in usable]
    return tuple(sorted(gained, key=lambda one: -(one.amount or 0)))


def helps(gap: str, matches: tuple[Match, ...]) -> tuple[Match, ...]:
    """Money that the firm may use today for a gap that money closes; never more than three."""
    if gap not in _MONEY_GAPS:
        return ()
    usable = [one for one in matches if one.state == "eligible"]
    banks = [one for one in usable if one.policy.level == "bank"]
    grants = [one for one in usable if one.policy.level != "bank" and one.amount]
    chosen = banks if gap in {"revenue", "growth", "debt", "equity"} else [*grants, *banks]
    return tuple(chosen[:_SHOWN])
