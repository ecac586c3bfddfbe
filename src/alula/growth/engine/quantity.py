"""A measured number that may be unknown in part: what is certain of it, over which period, and what would settle it."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple


class Quantity(NamedTuple):
    """A number known to lie in [low, high]; None is no limit. Known when the two are equal.

    Attributes:
        low, high: what is certain.
        period: the year, years or day that it is of.
        missing: facts that are absent, as paths such as `revenue.2025`.
        self_stated: whether it rests on a ratio that the firm states without amounts.
        undefined: when it has no value at all, as growth from zero, the judgement that decides it; else empty.
    """

    low: Decimal | None
    high: Decimal | None
    period: str = ""
    missing: tuple[str, ...] = ()
    self_stated: bool = False
    undefined: str = ""

    @property
    def value(self) -> Decimal | None:
        """The number, when it is known."""
        return self.low if self.low == self.high else None


def known(value: Decimal | int, period: str = "", *, self_stated: bool = False) -> Quantity:
    """A number that is known."""
    exact = Decimal(value)
    return Quantity(exact, exact, period, (), self_stated)


def unknown(period: str, *missing: str, at_least: int | None = None) -> Quantity:
    """A number of which the named facts are missing."""
    return Quantity(None if at_least is None else Decimal(at_least), None, period, missing)


def undefined(period: str, judgement: str) -> Quantity:
    """A number that does not exist, because its divisor is zero: `judgement` says whether it counts as reached."""
    return Quantity(None, None, period, (), undefined=judgement)


def compare(quantity: Quantity, op: str, bound: Decimal) -> bool | None:
    """Whether the number stands on the right side of the bound; None while that cannot be said."""
    low, high = quantity.low, quantity.high
    if op == ">=":
        return _either(low is not None and low >= bound, high is not None and high < bound)
    if op == ">":
        return _either(low is not None and low > bound, high is not None and high <= bound)
    if op == "<=":
        return _either(high is not None and high <= bound, low is not None and low > bound)
    return _either(high is not None and high < bound, low is not None and low >= bound)


def _either(holds: bool, fails: bool) -> bool | None:  # noqa: FBT001 - two verdicts, read at the call
    return True if holds else False if fails else None


def distance(quantity: Quantity, op: str, bound: Decimal) -> Decimal | None:
    """How far inside the bound the known number is; negative is what is missing."""
    value = quantity.value
    if value is None or quantity.undefined:
        return None
    return value - bound if op in {">=", ">"} else bound - value
