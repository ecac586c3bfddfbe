"""A number found in a text, whatever it was written in."""

from __future__ import annotations

from decimal import Decimal

from msgspec import Struct


class Number(Struct, frozen=True):
    """A number at [start, end). `place` is the value of its last digit's place (1000 in "三千", 10 in "30").

    `weak`: a single Han digit or a small English word ("一", "one"), which is a number only when a unit follows.
    `digits`: written digit by digit, as years and telephone numbers are ("二零二六").
    """

    value: Decimal
    start: int
    end: int
    place: Decimal = Decimal(1)
    weak: bool = False
    digits: bool = False


def place_of(value: Decimal) -> Decimal:
    """The value of the lowest place that is not zero, 1 for fractions: 30 has 10, 3600 has 100, 3.5 has 1."""
    if value == 0 or value != value.to_integral_value():
        return Decimal(1)
    exponent = value.normalize().as_tuple().exponent
    return Decimal(10) ** max(int(exponent), 0)
