"""What to ask next: only facts that can still change the outcome, and first those that settle most.

The whole answer weighs 1. A condition that everything needs carries its full weight, for one "no" settles the outcome; of
several ways to the goal each carries its share; inside a score a fact carries the points that hang on it. A fact that
stands in several open places collects from all.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

from alula.growth.engine.logic import Finding


class Ask(NamedTuple):
    """A fact to ask for, as a path such as `revenue.2025`, and how much it settles (only the order has a meaning)."""

    fact: str
    weight: Decimal


class Open(NamedTuple):
    """What is undecided: findings that are all needed, ways of which one is enough, and points by fact."""

    needed: tuple[Finding, ...]
    ways: tuple[Finding, ...]
    spread: dict[str, Decimal]


_LIST = re.compile(r"\[\d+\].*")


def rank(what: Open) -> tuple[Ask, ...]:
    """The facts in the order in which to ask. Equal weights keep the order of the rule."""
    weights: dict[str, Decimal] = {}
    for finding in what.needed:
        _spread(finding, Decimal(1), weights, what.spread)
    open_ways = [way for way in what.ways if way.state in {"unknown", "human"}]
    for way in open_ways:
        _spread(way, Decimal(1) / len(open_ways), weights, what.spread)
    return tuple(sorted((Ask(fact, weight) for fact, weight in weights.items()), key=lambda one: -one.weight))


def _spread(
    finding: Finding, weight: Decimal, weights: dict[str, Decimal], points: dict[str, Decimal]
) -> None:
    if finding.state not in {"unknown", "human"}:
        return
    if finding.parts:
        each = weight if finding.how == "all" else weight / len(finding.parts)
        for part in finding.parts:
            _spread(part, each, weights, points)
        return
    if not finding.missing:
        return
    hanging = sum((points.get(fact, Decimal(0)) for fact in finding.missing), Decimal(0))
    for fact in finding.missing:
        # Inside a score the facts of big items come first; elsewhere all that a comparison lacks weigh the same.
        share = points[fact] / hanging if hanging and fact in points else Decimal(1) / len(finding.missing)
        weights[fact] = weights.get(fact, Decimal(0)) + weight * share


def answers_needed(asks: tuple[Ask, ...]) -> int:
    """How many questions a person sees: the gaps of one list are one question."""
    return len({_LIST.sub("", ask.fact) for ask in asks})
