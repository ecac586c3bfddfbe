"""Rehearsal: seeded talks of scripted trainees against a scenario, to show its author what never comes up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Protocol

from msgspec import Struct

from alula.coach.customer.deck import acts_by_id, missing_topics
from alula.coach.customer.engine import begin, respond
from alula.coach.customer.hearing import hear
from alula.coach.customer.state import State, Step
from alula.coach.customer.trainees import TRAINEES, Trainee, reply
from alula.coach.scenario.model import Level, Scenario
from alula.coach.understanding.read import read as read_turn
from alula.coach.understanding.reading import Reading

LONG_TALK = 12  # trainee turns after which every topic should have come up


class Reader(Protocol):
    """Understands a turn that follows an act of the customer's; `understanding.read.read` is the one."""

    def __call__(self, scenario: Scenario, text: str, *, asked: str | None = None) -> Reading: ...


class Outcome(Struct, frozen=True):
    """How the talks of one trainee at one level went: shares 0-1, mean number of trainee turns."""

    trainee: Trainee
    level: Level
    talks: int
    bought: float
    walked_away: float
    undecided: float
    turns: float


class Rehearsal(Struct, frozen=True):
    """What an author should know before publishing.

    `never_reached`: acts that no talk came to. `said_twice`: phrasings said twice within one talk, with the
    number of talks. `shared`: phrasings that stand in more than one act. `topics_missed`: main topics that
    did not come up in some talk of `LONG_TALK` turns or more, with the number of such talks. `never_heard`:
    key points recognised in no talk, although the perfect trainee says all of them in the author's words.
    `seldom_answered`: acts whose answer, in the author's words, was taken for none in at least half the times
    the perfect trainee gave it.
    """

    talks: int
    outcomes: tuple[Outcome, ...]
    never_reached: tuple[str, ...]
    said_twice: tuple[tuple[str, int], ...]
    shared: tuple[str, ...]
    topics_missed: tuple[tuple[str, int], ...]
    never_heard: tuple[str, ...]
    seldom_answered: tuple[str, ...]


class Talk(Struct, frozen=True):
    """One rehearsed talk: its steps, and for acts that asked something whether they were answered."""

    steps: tuple[Step, ...]
    answers: tuple[tuple[str, bool], ...]

    @property
    def end(self) -> State:
        return self.steps[-1].state


def rehearse(
    scenario: Scenario,
    *,
    seeds: int = 40,
    trainees: Sequence[Trainee] = TRAINEES,
    read: Reader = read_turn,
) -> Rehearsal:
    """Hold `seeds` talks per trainee and level, the same every time."""
    held = {
        (trainee, level): [
            talk(scenario, trainee, level=level, seed=seed, read=read) for seed in range(seeds)
        ]
        for trainee in trainees
        for level in scenario.customer.levels
    }
    talks = [one for several in held.values() for one in several]
    perfect = [one for (trainee, _), several in held.items() if trainee == "perfect" for one in several]
    reached = {step.act for one in talks for step in one.steps}
    heard = {point for one in perfect for point in one.end.said}
    long = [one.end for one in talks if one.end.turn >= LONG_TALK]
    lacking = Counter(topic for end in long for topic in missing_topics(scenario, end))
    return Rehearsal(
        talks=len(talks),
        outcomes=tuple(_outcome(trainee, level, several) for (trainee, level), several in held.items()),
        never_reached=tuple(act.id for act in scenario.customer.acts if act.id not in reached),
        said_twice=_said_twice(talks),
        shared=_shared(scenario),
        topics_missed=tuple(sorted(lacking.items())),
        never_heard=tuple(point.id for point in scenario.key_points if perfect and point.id not in heard),
        seldom_answered=_seldom_answered(perfect),
    )


def talk(scenario: Scenario, trainee: Trainee, *, level: Level, seed: int, read: Reader = read_turn) -> Talk:
    """One whole talk of a scripted trainee."""
    acts = acts_by_id(scenario)
    steps = [begin(scenario, level=level, seed=seed)]
    answers: list[tuple[str, bool]] = []
    while steps[-1].state.ending is None:
        state = steps[-1].state
        text = reply(scenario, trainee, state)
        reading = read(scenario, text, asked=steps[-1].act)
        heard = hear(scenario, state, acts.get(state.pending or ""), reading, text)
        if heard.answered is not None:
            answers.append((steps[-1].act, heard.answered))
        steps.append(respond(scenario, state, reading, text))
    return Talk(steps=tuple(steps), answers=tuple(answers))


def _outcome(trainee: Trainee, level: Level, talks: list[Talk]) -> Outcome:
    ends = Counter(one.end.ending for one in talks)
    return Outcome(
        trainee=trainee,
        level=level,
        talks=len(talks),
        bought=ends["bought"] / len(talks),
        walked_away=ends["walked_away"] / len(talks),
        undecided=ends["undecided"] / len(talks),
        turns=sum(one.end.turn for one in talks) / len(talks),
    )


def _said_twice(talks: list[Talk]) -> tuple[tuple[str, int], ...]:
    counted = (Counter(step.text for step in one.steps) for one in talks)
    return tuple(sorted(Counter(text for texts in counted for text, n in texts.items() if n > 1).items()))


def _shared(scenario: Scenario) -> tuple[str, ...]:
    everywhere = Counter(text for act in scenario.customer.acts for text in {*act.say, *act.vague})
    return tuple(sorted(text for text, times in everywhere.items() if times > 1))


def _seldom_answered(talks: list[Talk]) -> tuple[str, ...]:
    asked = Counter(act for one in talks for act, _ in one.answers)
    answered = Counter(act for one in talks for act, well in one.answers if well)
    return tuple(sorted(act for act, times in asked.items() if 2 * answered[act] <= times))
