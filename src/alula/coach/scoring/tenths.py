"""Scores are computed as exact fractions and shown to one decimal, half to even: the same figures on every machine."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction


def tenth(value: Fraction) -> float:
    """The nearest tenth, half to even. Python rounds fractions exactly."""
    return round(value * 10) / 10


def exact(shown: float) -> Fraction:
    """A shown figure (one decimal) as the fraction that it stands for."""
    return Fraction(round(shown * 10), 10)


def weighted(parts: Iterable[tuple[Fraction | None, int | Fraction]]) -> Fraction | None:
    """The mean of (value, weight) over what has a value and a weight; None when nothing has."""
    measured = [(value, Fraction(weight)) for value, weight in parts if value is not None and weight > 0]
    total = sum((weight for _, weight in measured), Fraction(0))
    return sum((value * weight for value, weight in measured), Fraction(0)) / total if total else None
