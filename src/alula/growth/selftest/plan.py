"""The plan: what is missing for the next tier, in the order in which it weighs, and what closes it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from alula.growth.policies.match import Match
from alula.growth.rulebook.model import Tier
from alula.growth.selftest.tiers import LADDER

_MONEY_GAPS = frozenset({"revenue", "growth", "debt", "rd", "equity", "digital"})
_SHOWN = 3
Matched = tuple[str, Match]
"""A policy of the library that reaches the firm, under the key by which its page is found, and what it is for the firm."""


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


def unlocked(now: Sequence[Matched], later: Sequence[Matched]) -> tuple[Matched, ...]:
    """What the firm could use later, with a title, and cannot use now, the larger sums first."""
    usable = {key for key, one in now if one.state == "eligible"}
    gained = [(key, one) for key, one in later if one.state == "eligible" and key not in usable]
    return tuple(sorted(gained, key=lambda pair: -(pair[1].amount or 0)))


def helps(gap: str, matches: Sequence[Matched]) -> tuple[Matched, ...]:
    """Money that the firm may use today for a gap that money closes; never more than three."""
    if gap not in _MONEY_GAPS:
        return ()
    usable = [pair for pair in matches if pair[1].state == "eligible"]
    banks = [pair for pair in usable if pair[1].policy.level == "bank"]
    grants = [pair for pair in usable if pair[1].policy.level != "bank" and pair[1].amount]
    chosen = banks if gap in {"revenue", "growth", "debt", "equity"} else [*grants, *banks]
    return tuple(chosen[:_SHOWN])
