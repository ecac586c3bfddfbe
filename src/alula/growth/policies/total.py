"""What several policies may give together. No source says that amounts of different offices add up, so both ends are shown."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from alula.growth.policies.match import Match

_EXACT = 16
"""So many policies with a sum are weighed exactly; beyond it forbidden pairs are taken greedily, the larger first."""


class Total(NamedTuple):
    """Upper limits of the policies that a firm may use, in 10,000 yuan.

    Attributes:
        largest: the highest single limit: what the firm may have if nothing may be added.
        together: the highest sum that no source forbids; never more than this.
        apart: pairs of policies that a source forbids to draw together.
        stated, unstated: how many eligible policies state a sum, and how many do not.
    """

    largest: Decimal | None
    together: Decimal | None
    apart: tuple[tuple[str, str], ...]
    stated: int
    unstated: int


def total(matches: Sequence[Match]) -> Total:
    """The total over what the firm is eligible for. A bank's credit is no benefit and never counts."""
    mine = [one for one in matches if one.state == "eligible" and one.policy.level != "bank"]
    sums = {one.policy.id: one.amount for one in mine if one.amount is not None}
    apart = sorted(
        {
            (min(one.policy.id, other), max(one.policy.id, other))
            for one in mine
            for other in one.policy.not_with
            if one.policy.id in sums and other in sums
        }
    )
    return Total(
        max(sums.values(), default=None),
        _most(sums, set(apart)) if sums else None,
        tuple(apart),
        len(sums),
        len(mine) - len(sums),
    )


def _most(sums: dict[str, Decimal], apart: set[tuple[str, str]]) -> Decimal:
    bound = {name for pair in apart for name in pair}
    free = sum((amount for name, amount in sums.items() if name not in bound), Decimal(0))
    rivals = sorted(bound, key=lambda name: (-sums[name], name))
    if len(rivals) > _EXACT:
        return free + _greedy(rivals, sums, apart)
    return free + _best(rivals, (), sums, apart)


def _clash(name: str, taken: Sequence[str], apart: set[tuple[str, str]]) -> bool:
    return any((min(name, other), max(name, other)) in apart for other in taken)


def _best(
    left: list[str], taken: tuple[str, ...], sums: dict[str, Decimal], apart: set[tuple[str, str]]
) -> Decimal:
    if not left:
        return sum((sums[name] for name in taken), Decimal(0))
    first, rest = left[0], left[1:]
    without = _best(rest, taken, sums, apart)
    return without if _clash(first, taken, apart) else max(without, _best(rest, (*taken, first), sums, apart))


def _greedy(rivals: list[str], sums: dict[str, Decimal], apart: set[tuple[str, str]]) -> Decimal:
    taken: list[str] = []
    for name in rivals:
        if not _clash(name, taken, apart):
            taken.append(name)
    return sum((sums[name] for name in taken), Decimal(0))
