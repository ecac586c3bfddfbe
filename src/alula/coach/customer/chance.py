"""Chance that can be replayed: numbers that depend on a seed and on what they are drawn for.

SplitMix64 (Steele, Lea and Flood 2014) over the UTF-8 bytes of the names, so the same draw is made in every
process, on every machine, and does not move when an author adds an act elsewhere in the file.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TypeVar

T = TypeVar("T")

_MASK = (1 << 64) - 1


def _mixed(state: int) -> int:
    state = (state + 0x9E3779B97F4A7C15) & _MASK
    state = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    state = ((state ^ (state >> 27)) * 0x94D049BB133111EB) & _MASK
    return state ^ (state >> 31)


def draw(seed: int, *names: str | int) -> float:
    """A number in (0, 1), the same for the same seed and names."""
    state = _mixed(seed & _MASK)
    for name in names:
        for byte in (str(name) + "\0").encode():
            state = _mixed(state ^ byte)
    return ((state >> 11) + 0.5) / (1 << 53)


def pick(candidates: Iterable[tuple[str, float]], seed: int, *names: str | int) -> str | None:
    """One name of (name, weight), with chance in proportion to its weight; None when no weight is above zero.

    The exponential race of Efraimidis and Spirakis (2006): each name draws for itself and the earliest wins,
    so a further candidate changes the outcome only where it wins itself.
    """
    racing = [
        (-math.log(draw(seed, *names, name)) / weight, name) for name, weight in candidates if weight > 0
    ]
    return min(racing)[1] if racing else None


def shuffled(items: Sequence[T], seed: int, *names: str | int) -> list[T]:
    """The items in an order drawn for these names."""
    order = sorted(range(len(items)), key=lambda at: draw(seed, *names, at))
    return [items[at] for at in order]
