"""Measuring a firm: every kind of measure in the rules, from raw facts, exact, with its period and what is missing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any, NamedTuple

from alula.growth.engine import items
from alula.growth.engine.quantity import Quantity, known, undefined, unknown
from alula.growth.facts import Facts
from alula.growth.rulebook import model

HUNDRED = Decimal(100)
_STATED = {
    ("rd_expense", "revenue"): "rd",
    ("main_revenue", "revenue"): "main",
    ("liabilities", "assets"): "debt",
    ("net_profit", "revenue"): "margin",
    ("rd_staff", "staff"): "rd_staff",
    ("rd_expense", "cost"): "rd_of_cost",
}
_STATED_GROWTH = {"main_revenue": "main_growth", "revenue": "revenue_growth"}


class Firm(NamedTuple):
    """Whose facts, on which day, asking for what: all that an answer may depend on beside the rule."""

    facts: Facts
    as_of: date
    kind: str

    def year(self, back: int) -> int:
        """The accounting year that lies `back` years before the day of application."""
        return self.as_of.year - back


def measure(firm: Firm, what: model.Measure) -> Quantity:
    """The quantity of a measure."""
    return _WAYS[type(what)](firm, what)


def _figure(firm: Firm, of: str, year: int) -> Decimal | None:
    amounts: dict[int, Decimal] = getattr(firm.facts, of)
    return amounts.get(year)


def _amount(firm: Firm, what: model.Amount) -> Quantity:
    year = firm.year(what.year)
    value = _figure(firm, what.of, year)
    return (
        known(value, str(year))
        if value is not None
        else unknown(str(year), f"{what.of}.{year}", at_least=_least(what.of))
    )


def _least(of: str) -> int | None:
    return None if of == "net_profit" else 0


def _stated(firm: Firm, name: str, year: int) -> Decimal | None:
    """A percentage that the firm states: per year, or one number for the last full year."""
    value: Any = getattr(firm.facts.ratios, name, None)
    if isinstance(value, dict):
        return value.get(year)
    return value if year == firm.year(1) else None


def _ratio(firm: Firm, what: model.Ratio) -> Quantity:
    year = firm.year(what.year)
    part, whole = _figure(firm, what.of, year), _figure(firm, what.to, year)
    if part is not None and whole is not None:
        return (
            known(part * HUNDRED / whole, str(year))
            if whole
            else undefined(str(year), f"share_of_zero_{what.to}")
        )
    stated = _stated(firm, _STATED.get((what.of, what.to), ""), year)
    if stated is not None:
        return known(stated, str(year), self_stated=True)
    absent = [f"{name}.{year}" for name, value in ((what.of, part), (what.to, whole)) if value is None]
    return unknown(str(year), *absent)


def _growth(firm: Firm, what: model.Growth) -> Quantity:
    span = 1 if what.how == "last" else 2
    years = [firm.year(back) for back in range(span + 1, 0, -1)]
    period = f"{years[0]}–{years[-1]}"
    amounts = [_figure(firm, what.of, year) for year in years]
    if what.how == "compound":
        return _compound(what.of, years, amounts, period)
    rates, missing, stated = [], [], False
    for before, year in pairwise(years):
        old, new = _figure(firm, what.of, before), _figure(firm, what.of, year)
        said = _stated(firm, _STATED_GROWTH.get(what.of, ""), year)
        if old is not None and new is not None:
            if not old:
                return undefined(period, f"growth_from_zero_{what.of}")
            rates.append((new - old) * HUNDRED / old)
        elif said is not None:
            rates.append(said)
            stated = True
        else:
            missing += [f"{what.of}.{one}" for one, value in ((before, old), (year, new)) if value is None]
    if missing:
        return unknown(period, *dict.fromkeys(missing))
    return known(sum(rates, Decimal(0)) / len(rates), period, self_stated=stated)


def _compound(of: str, years: list[int], amounts: list[Decimal | None], period: str) -> Quantity:
    """(last / first) ** (1/2) - 1: the rate that two equal years would have needed. Exact where the root is."""
    first, last = amounts[0], amounts[-1]
    if first is None or last is None:
        return unknown(
            period,
            *(f"{of}.{y}" for y, value in ((years[0], first), (years[-1], last)) if value is None),
        )
    if not first:
        return undefined(period, f"growth_from_zero_{of}")
    return known(((last / first).sqrt() - 1) * HUNDRED, period)


def _over_years(firm: Firm, what: model.Total | model.Mean) -> Quantity:
    years = [firm.year(back) for back in range(what.years, 0, -1)]
    period = f"{years[0]}–{years[-1]}"
    amounts = {year: _figure(firm, what.of, year) for year in years}
    divisor = what.years if isinstance(what, model.Mean) else 1
    least = sum((value for value in amounts.values() if value is not None), Decimal(0)) / divisor
    missing = tuple(f"{what.of}.{year}" for year, value in amounts.items() if value is None)
    if missing:
        return Quantity(least, None, period, missing)
    return known(least, period)


def _age(firm: Firm, what: model.Age) -> Quantity:
    """A firm that entered its segment on 1 January 2023 had been there three full years at the end of 2025."""
    end = date(firm.year(1), 12, 31)
    period = end.isoformat()
    since = firm.facts.segment_since
    if since is None:
        return unknown(period, what.of)
    if isinstance(since, date):
        return known(_years_to(since, end), period)
    longest, shortest = _years_to(date(since, 1, 1), end), _years_to(date(since, 12, 31), end)
    return Quantity(shortest, longest, period, (what.of,))


def _years_to(since: date, end: date) -> Decimal:
    return Decimal(max(items.months_between(since, end + timedelta(days=1)), 0)) / 12


def _count(firm: Firm, what: model.Count) -> Quantity:
    period = firm.as_of.isoformat()
    picked = items.pick(firm.facts, what.of, what.where, firm.as_of)
    if picked is None:
        name = "entry.accidents" if what.of == "accidents" else what.of
        return unknown(period, name, at_least=0)
    sure = Decimal(len(picked.sure))
    return Quantity(sure, sure + len(picked.possible), period, picked.missing)


def _raised(firm: Firm, what: model.Raised) -> Quantity:
    period = firm.as_of.isoformat()
    picked = items.pick(firm.facts, "equity", what.where, firm.as_of)
    if picked is None:
        return unknown(period, "equity", at_least=0)
    rounds = firm.facts.equity or ()
    nameless = [
        f"equity[{rounds.index(one)}].amount"
        for one in (*picked.sure, *picked.possible)
        if one.amount is None
    ]
    sure = sum((one.amount for one in picked.sure if one.amount is not None), Decimal(0))
    more = sum((one.amount for one in picked.possible if one.amount is not None), Decimal(0))
    return Quantity(sure, None if nameless else sure + more, period, (*picked.missing, *nameless))


def stated_fact(facts: Facts, path: str) -> Any:
    """The fact at a dotted path, None when it is absent."""
    value: Any = facts
    for part in path.split("."):
        value = value.get(part) if isinstance(value, dict) else getattr(value, part)
        if value is None:
            return None
    return value


def _number(firm: Firm, what: model.Number) -> Quantity:
    value = stated_fact(firm.facts, what.of)
    period = firm.as_of.isoformat()
    return unknown(period, what.of) if value is None else known(value, period)


def _yearly(firm: Firm, what: model.Yearly) -> Quantity:
    year = firm.year(what.year)
    value = firm.facts.platform_score.get(year)
    return unknown(str(year), f"{what.of}.{year}", at_least=0) if value is None else known(value, str(year))


_WAYS: dict[type, Callable[[Firm, Any], Quantity]] = {
    model.Amount: _amount,
    model.Ratio: _ratio,
    model.Growth: _growth,
    model.Total: _over_years,
    model.Mean: _over_years,
    model.Age: _age,
    model.Count: _count,
    model.Raised: _raised,
    model.Number: _number,
    model.Yearly: _yearly,
}
