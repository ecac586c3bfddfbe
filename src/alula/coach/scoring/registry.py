"""The door for scoring dimensions: an entry point in the group "alula.coach.dimensions", the same for ours and others'.

A dimension is a function from a talk to its score and its findings; its name is the entry point's name:

    [project.entry-points."alula.coach.dimensions"]
    completeness = "alula.coach.scoring.completeness:completeness"

docs/how-to/add-a-scoring-dimension.md shows a whole one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from importlib.metadata import entry_points
from typing import Protocol

from alula.coach.conversation import Turn
from alula.coach.scenario.model import Scenario
from alula.coach.scoring.report import Finding
from alula.coach.understanding.reading import Reading

GROUP = "alula.coach.dimensions"
CONTENT = ("completeness", "logic", "accuracy")


@dataclass(frozen=True)
class Talk:
    """What a dimension sees: the scenario, the turns as they were held, and one reading for each turn of the trainee."""

    scenario: Scenario
    turns: tuple[Turn, ...]
    readings: tuple[Reading | None, ...]

    def trainee(self) -> Iterator[tuple[int, Turn, Reading]]:
        """The trainee's turns: index in the talk, turn, reading."""
        for i, (turn, reading) in enumerate(zip(self.turns, self.readings, strict=True)):
            if reading is not None:
                yield i, turn, reading


@dataclass(frozen=True)
class Scored:
    """A dimension's result: 0 to 100, exact, or None where nothing could be judged; and the findings it rests on."""

    score: Fraction | None
    findings: tuple[Finding, ...]


class Dimension(Protocol):
    """Scores a talk. Pure: the same talk gives the same result in every process; no clock, no randomness, no network."""

    def __call__(self, talk: Talk, /) -> Scored: ...


@dataclass(frozen=True)
class Registered:
    """A dimension under its name, with the version of the package that brought it."""

    name: str
    version: str
    score: Dimension


class MissingDimensionError(RuntimeError):
    """A built-in dimension is not registered: the installed package's metadata does not match its code."""


@cache
def dimensions() -> Mapping[str, Registered]:
    """Every registered dimension by name: ours first, then others' by name.

    Raises:
        MissingDimensionError: one of ours is not there; installing the package again puts its entry points right.
    """
    found = {
        point.name: Registered(
            name=point.name, version=point.dist.version if point.dist else "", score=point.load()
        )
        for point in sorted(entry_points(group=GROUP), key=lambda one: one.name)
    }
    missing = [name for name in CONTENT if name not in found]
    if missing:
        raise MissingDimensionError(f"not registered: {', '.join(missing)}; install the package again")
    return {name: found[name] for name in (*CONTENT, *(name for name in found if name not in CONTENT))}
