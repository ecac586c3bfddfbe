"""The registry of habits: what trainees do on a day. Any domain adds its own, with the builders of its statements.

@habit("exams")
def exams(trainee: Trainee, day: Day, chance: Random) -> Iterator[Statement]:
    if chance.random() < 0.05:
        yield exam_passed(trainee.person, day.moment(chance), score=trainee.score(chance))
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from random import Random
from uuid import UUID

from alula.kernel.errors import Refusal, register
from alula.record.generator.calendar import Day
from alula.record.statement import Agent, Statement

register(
    "generator",
    {
        "unknown_habit": {
            "zh": "没有名为“{name}”的习惯，可用的有：{known}。",
            "en": "There is no habit “{name}”; there are {known}.",
        },
        "out_of_range": {
            "zh": "“{name}”必须在 {low} 与 {high} 之间。",
            "en": "“{name}” must lie between {low} and {high}.",
        },
    },
)


@dataclass(frozen=True)
class Trainee:
    """A made-up person on one day.

    Attributes:
        tenant_id: whose person.
        id: the person's id.
        person: the actor of their statements.
        unit_path: of their branch; "/" when the year has no units.
        tenure: whole days since they were hired.
        skill: share of what they are asked that they know, 0 to 1; it grows with tenure.
    """

    tenant_id: UUID
    id: UUID
    person: Agent
    unit_path: str
    tenure: int
    skill: float

    def knows(self, chance: Random) -> bool:
        """Whether they know the answer to one question."""
        return chance.random() < self.skill

    def score(self, chance: Random) -> int:
        """Points of 100 in an exam or a talk: their skill, give or take nine (one standard deviation)."""
        return max(0, min(100, round(self.skill * 100 + chance.gauss(0, 9))))


Habit = Callable[[Trainee, Day, Random], Iterable[Statement]]
_habits: dict[str, Habit] = {}


def habit(name: str) -> Callable[[Habit], Habit]:
    """Register a function that yields a trainee's statements of a day on which they learn.

    It draws from `chance` alone and gives each statement its `timestamp`; ids are set by the generator. So the same
    seed gives the same statements.

    Raises:
        ValueError: the name is taken by another function.
    """

    def keep(function: Habit) -> Habit:
        if _habits.setdefault(name, function) is not function:
            raise ValueError(f"a habit named {name} exists already")
        return function

    return keep


def forget_habit(name: str) -> None:
    """Take a habit out of the registry."""
    _habits.pop(name, None)


def habit_names() -> list[str]:
    """All registered habits, by name."""
    return sorted(_habits)


def chosen(names: Iterable[str]) -> list[tuple[str, Habit]]:
    """The habits by name; all of them when none is named.

    Raises:
        Refusal: generator.unknown_habit (422).
    """
    wanted = sorted(set(names)) or habit_names()
    for name in wanted:
        if name not in _habits:
            raise Refusal(
                "generator.unknown_habit",
                status=422,
                field="habit",
                name=name,
                known=", ".join(habit_names()),
            )
    return [(name, _habits[name]) for name in wanted]
