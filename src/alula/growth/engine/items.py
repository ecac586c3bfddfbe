"""Which items of a firm's lists count under a rule: each surely, surely not, or possibly, with what would settle it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from alula.growth.facts import Facts
from alula.growth.rulebook.model import Bound, Where

Verdict = tuple[bool | None, str]  # and the attribute that is missing

_DATED = {
    "rights": "granted",
    "equity": "on",
    "honours": "on",
    "institutions": "on",
    "titles": "since",
    "accidents": "on",
}


class Picked(NamedTuple):
    """Items that surely count, items that may, and the facts that would tell."""

    sure: tuple[Any, ...]
    possible: tuple[Any, ...]
    missing: tuple[str, ...]


def pick(facts: Facts, name: str, where: Where, as_of: date) -> Picked | None:
    """The items of a list that count; None when the list is absent, which is not the same as empty."""
    items = facts.entry.accidents if name == "accidents" else getattr(facts, name)
    if items is None:
        return None
    sure: list[Any] = []
    possible: list[Any] = []
    missing: list[str] = []
    base = "entry.accidents" if name == "accidents" else name
    for order, item in enumerate(items):
        verdicts = list(_verdicts(item, name, where, as_of))
        if any(holds is False for holds, _ in verdicts):
            continue
        open_ones = [what for holds, what in verdicts if holds is None]
        (possible if open_ones else sure).append(item)
        missing += [f"{base}[{order}].{what}" for what in open_ones]
    return Picked(tuple(sure), tuple(possible), tuple(missing))


def _verdicts(item: Any, name: str, where: Where, as_of: date) -> list[Verdict]:
    found: list[Verdict] = []
    if where.kinds:
        found.append((item.kind in where.kinds, "kind"))
    if where.levels:
        label = "grade" if name == "accidents" else "level"
        found.append(_one_of(getattr(item, label), where.levels, label))
    found += [
        (getattr(item, attribute), attribute) for attribute in where.true if attribute != "institutional"
    ]
    if "institutional" in where.true:
        found.append(_one_of(item.investor, ("institutional",), "investor"))
    if where.acquired:
        found.append(_one_of(item.acquired, where.acquired, "acquired"))
    if where.within_years is not None:
        found.append(_within(getattr(item, _DATED[name]), where.within_years, _DATED[name], as_of))
    if where.valid:
        found += _valid(item, as_of)
    for bound, attribute in ((where.rank, "rank"), (where.owner_rank, "owner_rank"), (where.ceded, "ceded")):
        if bound is not None:
            found.append(_bounded(getattr(item, attribute), bound, attribute))
    found += _rights(item, where, as_of)
    return found


def _rights(item: Any, where: Where, as_of: date) -> list[Verdict]:
    found: list[Verdict] = []
    if where.since_transfer is not None:
        found += _transfer(item, where.since_transfer, as_of)
    if where.held is not None and (not where.held_kinds or item.kind in where.held_kinds):
        found.append(_held(item.granted, where.held, as_of))
    if where.high_value:
        found.append(_high_value(item, as_of))
    return found


def _one_of(value: str | None, allowed: tuple[str, ...], attribute: str) -> Verdict:
    return (None if value is None else value in allowed), attribute


def _bounded(value: Decimal | int | None, bound: Bound, attribute: str) -> Verdict:
    return (None if value is None else holds(Decimal(value), bound)), attribute


def holds(value: Decimal, bound: Bound) -> bool:
    """Whether a known number stands inside a bound."""
    return {
        ">=": value >= bound.value,
        ">": value > bound.value,
        "<=": value <= bound.value,
        "<": value < bound.value,
    }[bound.op]


def _within(day: date | None, years: int, attribute: str, as_of: date) -> Verdict:
    """Rolling years that end on the day of application: 2023-06-01 is within three years of 2026-06-01."""
    return (None if day is None else years_before(as_of, years) <= day <= as_of), attribute


def _valid(item: Any, as_of: date) -> list[Verdict]:
    since, until = item.since, item.until
    return [
        (None if since is None else since <= as_of, "from"),
        (None if until is None else as_of <= until, "until"),
    ]


def _transfer(item: Any, bound: Bound, as_of: date) -> list[Verdict]:
    if item.acquired == "own":
        return []
    if item.acquired_on is None:
        return [(None, "acquired" if item.acquired is None else "acquired_on")]
    enough = holds(Decimal(months_between(item.acquired_on, as_of)), bound)
    return [(True if enough else None if item.acquired is None else False, "acquired")]


def _held(granted: date | None, bound: Bound, as_of: date) -> Verdict:
    """More than two years begins on the day after the second anniversary."""
    if granted is None:
        return None, "granted"
    anniversary = years_before(as_of, int(bound.value))
    return (granted <= anniversary if bound.op == ">=" else granted < anniversary), "granted"


def _high_value(item: Any, as_of: date) -> Verdict:
    reason = item.high_value
    if reason == "kept_over_10_years":
        return _held(item.granted, Bound(op=">", value=Decimal(10)), as_of)
    return (None if reason is None else reason != "none"), "high_value"


def years_before(day: date, years: int) -> date:
    """The same day `years` earlier; 29 February becomes the 28th."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def months_between(start: date, end: date) -> int:
    """Full months from one day to another; negative when `end` comes first."""
    return (end.year - start.year) * 12 + end.month - start.month - (end.day < start.day)
