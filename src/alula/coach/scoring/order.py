"""The order of a talk: which stages and points should come before which, and whether they did.

A stage is reached by a turn that makes one of its key points, or, making none, does one of its intents. Before a later stage is called
too early the evidence has to be strong: a key point, or (for a stage without key points) an intent of which the model is
sure. Following the customer's lead is never too early: a turn that answers what the customer asked is not judged.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from alula.coach.scenario.model import Bilingual, IntentKind, Scenario
from alula.coach.scoring.answers import AT_ONCE, exchanges
from alula.coach.scoring.registry import Talk
from alula.coach.understanding import points
from alula.coach.understanding.normalise import normalise
from alula.coach.understanding.reading import Reading

SURE = 0.75  # confidence from which an intent alone shows that a stage has begun
_LED: frozenset[IntentKind] = frozenset({"handle_objection", "answer", "acknowledge", "courtesy"})

Result = Literal["kept", "early", "skipped"]


@dataclass(frozen=True)
class Pair:
    """`first` should come before `then`; both stages, or both key points. `turn` is where `then` began."""

    kind: Literal["stage", "point"]
    first: str
    then: str
    result: Result
    turn: int


class Order:
    """What a talk's turns reached, and when."""

    def __init__(self, talk: Talk) -> None:
        self.talk, self.scenario = talk, talk.scenario

    def pairs(self) -> list[Pair]:
        """Every ordered pair that can be judged, stages first, in the scenario's order."""
        judged = [self._stages(first, then) for first, then in before(self.scenario)]
        required = [(need, point.id) for point in self.scenario.key_points for need in point.requires]
        judged += [self._points(first, then) for first, then in required]
        return [pair for pair in judged if pair is not None]

    @cached_property
    def reached(self) -> frozenset[str]:
        """The stages that the talk came to."""
        return frozenset(self._weak)

    def _stages(self, first: str, then: str) -> Pair | None:
        began = self._strong.get(then)
        if began is None:
            return None
        earlier = self._weak.get(first)
        if earlier is not None and earlier <= began:
            return Pair("stage", first, then, "kept", began)
        if began in self._led:
            return None
        if earlier is not None:
            return Pair("stage", first, then, "early", began)
        return Pair("stage", first, then, "skipped", began) if self._own(first) else None

    def _points(self, first: str, then: str) -> Pair | None:
        """A required point that is never made costs completeness, not order."""
        said, began = self._made.get(first), self._made.get(then)
        if said is None or began is None:
            return None
        if said <= began:
            return Pair("point", first, then, "kept", began)
        return None if began in self._led else Pair("point", first, then, "early", began)

    def _own(self, stage: str) -> bool:
        """Whether a stage is the trainee's to open; one that only answers objections may rightly never come."""
        has_points = any(point.stage == stage for point in self.scenario.key_points)
        return has_points or any(one.stage == stage and one.kind not in _LED for one in self.scenario.intents)

    @cached_property
    def _made(self) -> dict[str, int]:
        """First turn of each key point. A sentence that addresses the scoring hides nothing here."""
        made: dict[str, int] = {}
        for i, turn, reading in self.talk.trainee():
            hits = reading.points
            if reading.injected:
                ready = points.prepared(normalise(turn.text), self.scenario.language)
                hits = points.points(self.scenario, ready)
            for hit in hits:
                made.setdefault(hit.point, i)
        return made

    @cached_property
    def _strong(self) -> dict[str, int]:
        stage_of = {point.id: point.stage for point in self.scenario.key_points}
        found: dict[str, int] = {}
        for point, turn in self._made.items():
            found[stage_of[point]] = min(turn, found.get(stage_of[point], turn))
        with_points = set(stage_of.values())
        for i, _, reading in self.talk.trainee():
            stage = _stage_of_intent(self.scenario, reading) if reading.intention.confidence >= SURE else None
            if stage is not None and stage not in with_points:
                found[stage] = min(i, found.get(stage, i))
        return found

    @cached_property
    def _weak(self) -> dict[str, int]:
        found = dict(self._strong)
        of_intent = {intent.id: intent.stage for intent in self.scenario.intents}
        for i, _, reading in self.talk.trainee():
            named = () if reading.points else (reading.intention.intent, *reading.intention.also)
            for intent in named:
                stage = of_intent.get(intent or "")
                if stage is not None:
                    found[stage] = min(i, found.get(stage, i))
        return found

    @cached_property
    def _led(self) -> frozenset[int]:
        """Turns that answer what the customer asked."""
        return frozenset(
            turn for one in exchanges(self.talk) if one.credit == AT_ONCE for turn in one.replies
        )


def is_ordered(scenario: Scenario) -> bool:
    """Whether the scenario says of anything that it should come before something else."""
    return bool(before(scenario)) or any(point.requires for point in scenario.key_points)


def before(scenario: Scenario) -> list[tuple[str, str]]:
    """Every pair of stages of which the first should come before the second, also over others between."""
    after = {stage.id: set(stage.after) for stage in scenario.stages}
    for _ in scenario.stages:
        after = {
            one: set().union(found, *(after[two] for two in sorted(found))) for one, found in after.items()
        }
    return [(one.id, two.id) for two in scenario.stages for one in scenario.stages if one.id in after[two.id]]


def title(scenario: Scenario, pair: Pair) -> tuple[Bilingual, Bilingual]:
    """The titles of a pair's two sides."""
    named = scenario.stages if pair.kind == "stage" else scenario.key_points
    titles = {one.id: one.title for one in named}
    return titles[pair.first], titles[pair.then]


def _stage_of_intent(scenario: Scenario, reading: Reading) -> str | None:
    return next((one.stage for one in scenario.intents if one.id == reading.intention.intent), None)
