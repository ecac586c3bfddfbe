"""Points, as a range from what is still unknown: a known firm has one number, an unknown one a least and a most."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, NamedTuple

from alula.growth.engine import logic
from alula.growth.engine.measures import Firm, measure
from alula.growth.engine.quantity import Quantity, compare
from alula.growth.rulebook import model


class Earned(NamedTuple):
    """What an item gives: between `low` and `high`; `quantity` is what was measured, `missing` what would narrow it."""

    low: Decimal
    high: Decimal
    quantity: Quantity | None = None
    missing: tuple[str, ...] = ()
    judge: tuple[str, ...] = ()
    judged: tuple[str, ...] = ()


def earned(firm: Firm, points: model.Points) -> Earned:
    """The points of an item."""
    return _WAYS[type(points)](firm, points)


def add(parts: tuple[Earned, ...], cap: Decimal | None = None) -> Earned:
    """Points added, up to a cap."""
    low = sum((one.low for one in parts), Decimal(0))
    high = sum((one.high for one in parts), Decimal(0))
    if cap is not None:
        low, high = min(low, cap), min(high, cap)
    return _open(low, high, parts)


def _open(low: Decimal, high: Decimal, parts: tuple[Earned, ...]) -> Earned:
    judged = tuple(dict.fromkeys(what for one in parts for what in one.judged))
    if low == high:
        quantity = next((one.quantity for one in parts if one.high == high and one.quantity), None)
        return Earned(low, high, quantity, judged=judged)
    wide = [one for one in parts if one.low != one.high]
    return Earned(
        low,
        high,
        next((one.quantity for one in parts if one.quantity), None),
        tuple(dict.fromkeys(what for one in wide for what in one.missing)),
        tuple(dict.fromkeys(what for one in wide for what in one.judge)),
        judged,
    )


def _band(firm: Firm, points: model.Band) -> Earned:
    quantity = measure(firm, points.measure)
    verdicts = [(compare(quantity, step.op, step.bound), step.points) for step in points.steps]
    sure = [gain for holds, gain in verdicts if holds]
    high = max([*sure, *(gain for holds, gain in verdicts if holds is None)], default=points.otherwise)
    low = max(sure, default=points.otherwise)
    if low == high:
        return Earned(low, high, quantity)
    high = max(high, points.otherwise)
    if not quantity.undefined:
        return Earned(low, high, quantity, quantity.missing)
    decided = firm.facts.judgements.get(quantity.undefined)
    if decided is None:
        return Earned(low, high, quantity, judge=(quantity.undefined,))
    points_ = high if decided else low
    return Earned(points_, points_, quantity, judged=(quantity.undefined,))


def _steps(firm: Firm, points: model.Steps) -> Earned:
    quantity = measure(firm, points.measure)
    low = Decimal(0) if quantity.low is None else _stepped(quantity.low, points)
    high = points.cap if quantity.high is None else _stepped(quantity.high, points)
    return Earned(low, high, quantity, quantity.missing if low != high else ())


def _stepped(value: Decimal, points: model.Steps) -> Decimal:
    return min(max(value // points.per, Decimal(0)) * points.points, points.cap)


def _awards(firm: Firm, awards: tuple[model.Award, ...]) -> tuple[Earned, ...]:
    found = []
    for award in awards:
        finding = logic.answer(firm, award.test)
        low = award.points if finding.state == "met" else Decimal(0)
        high = Decimal(0) if finding.state == "unmet" else award.points
        found.append(
            Earned(low, high, finding.telling().quantity, finding.missing, finding.judge, finding.judged)
        )
    return tuple(found)


def _best_award(firm: Firm, points: model.BestAward) -> Earned:
    return _best(_awards(firm, points.of), points.otherwise)


def _best(parts: tuple[Earned, ...], otherwise: Decimal = Decimal(0)) -> Earned:
    low = max(otherwise, *(one.low for one in parts))
    high = max(otherwise, *(one.high for one in parts))
    better = tuple(one for one in parts if one.high > low)
    return _open(low, high, better or parts)


def _sum_cap(firm: Firm, points: model.SumCap) -> Earned:
    return add(_awards(firm, points.of), points.cap)


def _best_of(firm: Firm, points: model.BestOf) -> Earned:
    return _best(tuple(earned(firm, part) for part in points.of))


def _sum_of(firm: Firm, points: model.SumOf) -> Earned:
    return add(tuple(earned(firm, part) for part in points.of))


def _stated(firm: Firm, points: model.Stated) -> Earned:
    quantity = measure(firm, model.Number(of=points.of))
    value = quantity.value
    if value is None:
        return Earned(Decimal(0), points.cap, quantity, quantity.missing)
    return Earned(min(value, points.cap), min(value, points.cap), quantity)


_WAYS: dict[type, Callable[[Firm, Any], Earned]] = {
    model.Band: _band,
    model.Steps: _steps,
    model.BestAward: _best_award,
    model.SumCap: _sum_cap,
    model.BestOf: _best_of,
    model.SumOf: _sum_of,
    model.Stated: _stated,
}
