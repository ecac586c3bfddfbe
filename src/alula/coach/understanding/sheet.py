"""The product sheet made ready for comparing: each fact's subjects in their one spelling, and its values in base units."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from typing import Literal, NamedTuple

import msgspec
from msgspec import Struct

from alula.coach.scenario.model import Bilingual, Fact, Scenario
from alula.coach.scenario.rules import DURATIONS
from alula.coach.understanding import units
from alula.coach.understanding.normalise import normalise
from alula.coach.understanding.quantities import Quantity, plain

NEAR = Decimal(
    "0.2"
)  # a bound that holds is right when the sheet's value is this near to it, else it says nothing
NO_PERCENTAGE = 1000  # a number from here on that is said without a unit is an amount
PER_DAY = Decimal("0.05")  # an amount per day that stands for one per year is rounded by its nature
PER_MONTH = Decimal("0.01")  # so is a twelfth of a year's

_MONEY_UNITS = (
    ("亿", 10**8), ("千万", 10**7), ("百万", 10**6), ("万", 10**4), ("千", 1000),
    ("million", 10**6), ("thousand", 1000), ("k ", 1000),
)  # fmt: skip
_CURRENCY_NAMES = (
    ("美元", "usd"), ("usd", "usd"), ("dollar", "usd"), ("$", "usd"), ("欧元", "eur"), ("eur", "eur"), ("€", "eur"),
    ("英镑", "gbp"), ("gbp", "gbp"), ("£", "gbp"), ("港", "hkd"), ("hkd", "hkd"),
)  # fmt: skip
_PERIODS = (
    ("year", re.compile(r"年|\byear|\bannual|\bannum|\byr\b")),
    ("month", re.compile(r"月|\bmonth|\bmo\b")),
    ("day", re.compile(r"[天日]|\bday|\bdaily\b")),
)
_PERIOD_WORDS = {
    "year": re.compile(r"[每一]年|年[交缴付供费]|per year|a year|annual|yearly"),
    "month": re.compile(r"每个?月|一个月|月[交缴付供租]|per month|a month|monthly"),
    "day": re.compile(r"[每一]天|每日|per day|a day|daily"),
}
# A fact whose name says that it is the most or the least there is.
_MOST = re.compile(r"最高|最多|最大|最长|上限|封顶|\bmax|\blongest\b|\bup to\b|\bat most\b")
_LEAST = re.compile(r"最低|最少|最小|最短|下限|起点|\bmin(?!ute)|\bshortest\b|\bat least\b")
_LENGTH = {"day": 1, "month": 2, "year": 3}
_RATIO = {
    frozenset(("year", "month")): Decimal(12),
    frozenset(("year", "day")): Decimal(365),
    frozenset(("month", "day")): Decimal(30),
}

Verdict = Literal["right", "wrong"]


def yes_or_no(fact: Fact) -> Bilingual:
    """Whether what a yes_no fact's label says is so, in words."""
    return Bilingual(zh="是", en="yes") if fact.holds else Bilingual(zh="否", en="no")


class Pair(NamedTuple):
    """The sheet's value (`low`, `high`) and what was said, as numbers in one unit; `tolerance` is relative."""

    low: Decimal
    high: Decimal
    said_low: Decimal
    said_high: Decimal
    tolerance: Decimal

    @property
    def slack_low(self) -> Decimal:
        return self.low - abs(self.low) * self.tolerance

    @property
    def slack_high(self) -> Decimal:
        return self.high + abs(self.high) * self.tolerance


class Line(Struct, frozen=True):
    """A fact ready for comparing. `low` and `high` are equal for one value, in yuan (or the currency) for money."""

    fact: Fact
    subjects: tuple[str, ...]
    low: Decimal
    high: Decimal
    unit: str
    period: str
    named: frozenset[str] = frozenset()
    """The bound that the sheet's value is by its name: "<=" for "at most so many a day", ">=" for "the least"."""

    def fits(self, one: Quantity) -> bool:
        """Whether a quantity can be a value of this fact at all: same kind, comparable unit."""
        kind = self.fact.kind
        if kind == "date":
            return one.kind == "date"
        if one.kind == "number" and kind in {"money", "percent"}:
            return not one.unit and (kind == "money" or one.high < NO_PERCENTAGE)
        if one.kind != kind:
            return False
        if kind == "money":
            return one.unit == self.unit
        if kind == "duration":
            return units.same_duration_scale(Decimal(1), one.unit, self.unit) is not None
        return kind == "percent" or units.same_measure(one.unit, self.unit, exactly=one.weak)

    def judge(self, one: Quantity) -> Verdict | None:
        """Whether the sheet bears out a quantity said of this fact; None when arithmetic cannot tell."""
        if self.fact.kind == "date":
            return "right" if one.on and self.fact.on and one.on.agrees(self.fact.on) else "wrong"
        pair = self._comparable(one)
        if pair is None:
            return None
        ends = one.bound in self.named or (one.extreme and self.low != self.high)
        verdict = _judge_extreme(pair, one.bound) if ends else _judge(pair, one)
        if verdict == "wrong" and one.period and not self.period:
            return None  # an amount per month, and the sheet does not say per what its own is
        return verdict

    def _comparable(self, one: Quantity) -> Pair | None:
        """What was said and what the sheet says, in one unit."""
        if self.fact.kind == "duration":
            return self._durations(one)
        tolerance, ours, said = self.fact.tolerance, Decimal(1), Decimal(1)
        if self.period and one.period and one.period != self.period:
            ratio = _RATIO[frozenset((self.period, one.period))]
            ours, said = (ratio, said) if _LENGTH[self.period] < _LENGTH[one.period] else (ours, ratio)
            tolerance = max(tolerance, PER_DAY if "day" in {one.period, self.period} else PER_MONTH)
        return Pair(self.low * ours, self.high * ours, one.low * said, one.high * said, tolerance)

    def _durations(self, one: Quantity) -> Pair | None:
        own = [units.same_duration_scale(value, self.unit, one.unit) for value in (self.low, self.high)]
        said = [units.same_duration_scale(value, one.unit, self.unit) for value in (one.low, one.high)]
        values = [value for value in (*own, *said) if value is not None]
        return (
            Pair(values[0], values[1], values[2], values[3], self.fact.tolerance)
            if len(values) == 4
            else None
        )

    def written(self, language: str) -> str:
        """The sheet's value for a reader, with its unit."""
        fact = self.fact
        if fact.kind == "yes_no":
            return yes_or_no(fact).zh if language == "zh" else yes_or_no(fact).en
        if fact.on is not None:
            return f"{fact.on:%Y-%m-%d}"
        low = fact.value if fact.value is not None else fact.low
        assert low is not None  # the loader refuses a fact without its value
        text = (
            plain(low) if fact.value is not None or fact.high is None else f"{plain(low)}-{plain(fact.high)}"
        )
        if fact.kind == "percent":
            return f"{text}%"
        default = units.SPOKEN[language]["yuan"].strip() if fact.kind == "money" else ""
        return f"{text} {fact.unit or default}".strip()


def _judge(pair: Pair, one: Quantity) -> Verdict | None:
    if one.bound:
        return _judge_bound(pair, one.bound)
    if one.spread == "more":
        return "right" if pair.said_low <= pair.high and pair.low < pair.said_high else "wrong"
    if pair.slack_low <= pair.said_low and pair.said_high <= pair.slack_high:
        return "right"
    margin = one.about * (pair.said_low / one.low) if one.low else Decimal(0)
    if margin and pair.low - margin <= pair.said_low <= pair.high + margin:
        return None  # about so much, and the sheet's value is near: neither borne out nor false
    if one.spread == "range" and pair.low == pair.high and pair.said_low <= pair.low <= pair.said_high:
        return None  # "three to five days" where the sheet says three: not false, not the sheet's word either
    return "wrong"


def _judge_bound(pair: Pair, bound: str) -> Verdict | None:
    """A bound that the sheet breaks is wrong; one that holds and lies near is right; far off it says nothing."""
    limit = pair.said_low
    holds = {
        "<": pair.high < limit, "<=": pair.slack_low <= limit, ">": limit < pair.low, ">=": limit <= pair.slack_high,
    }[bound]  # fmt: skip
    if not holds:
        return "wrong"
    nearest = pair.high if bound in {"<", "<="} else pair.low
    return "right" if abs(limit - nearest) <= NEAR * abs(nearest) else None


def _judge_extreme(pair: Pair, bound: str) -> Verdict | None:
    """The most (or least) there is: right when it is the sheet's own, wrong beyond it, within a range unjudged."""
    limit, own = pair.said_low, pair.high if bound == "<=" else pair.low
    if abs(limit - own) <= abs(own) * pair.tolerance:
        return "right"
    beyond = limit > own if bound == "<=" else limit < own
    return "wrong" if beyond or pair.low == pair.high else None


@lru_cache(maxsize=64)
def _lines(digest: bytes) -> tuple[Line, ...]:
    return tuple(_line(fact) for fact in msgspec.json.decode(digest, type=Scenario).product.facts)


def lines(scenario: Scenario) -> tuple[Line, ...]:
    """The facts of a scenario, ready for comparing; made once per scenario."""
    return _lines(scenario.digest())


def _line(fact: Fact) -> Line:
    low = fact.value if fact.value is not None else fact.low
    high = fact.value if fact.value is not None else fact.high
    unit, worth = fact.unit, Decimal(1)
    if fact.kind == "money":
        unit, worth = _currency(fact.unit)
    elif fact.kind == "duration":
        unit = DURATIONS[fact.unit.lower()]
    return Line(
        fact=fact,
        subjects=tuple(dict.fromkeys(normalise(subject).text for subject in fact.subjects)),
        low=(low or Decimal(0)) * worth,
        high=(high or Decimal(0)) * worth,
        unit=unit,
        period=_period(fact),
        named=_named(fact),
    )


def _named(fact: Fact) -> frozenset[str]:
    names = " ".join((fact.label.zh, fact.label.en.lower(), *fact.subjects))
    return frozenset(bound for bound, words in (("<=", _MOST), (">=", _LEAST)) if words.search(names))


def _currency(unit: str) -> tuple[str, Decimal]:
    """Currency and scale of a money fact's unit: "" is yuan, "万元" is ten thousand yuan, "USD per month" dollars."""
    text = f"{normalise(unit).text} "
    currency = next((name for word, name in _CURRENCY_NAMES if word in text), "yuan")
    return currency, next((Decimal(scale) for word, scale in _MONEY_UNITS if word in text), Decimal(1))


def _period(fact: Fact) -> str:
    """What an amount or a count is per, from its unit ("元/年"), else from its subjects ("每年交", "一天最多"); else ""."""
    if fact.kind not in {"money", "percent", "number"}:
        return ""
    unit = normalise(fact.unit).text
    per = unit.partition("/")[2] or unit.partition("per ")[2]
    found = [name for name, pattern in _PERIODS if pattern.search(per)] if per else []
    if not found:
        words = " ".join((*map(str.lower, fact.subjects), fact.label.zh, fact.label.en.lower()))
        found = [name for name, pattern in _PERIOD_WORDS.items() if pattern.search(words)]
    return found[0] if len(found) == 1 else ""
