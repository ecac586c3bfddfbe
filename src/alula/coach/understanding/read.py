"""Reading a turn: intent, key points, claims and forbidden claims, from its words alone.

    reading = read(scenario, "等待期是 90 天，这期间生病退还保费。")

The same scenario and words give the same reading in every process. The customer acts on readings while the talk goes on;
the scores are made from the same ones.
"""

from __future__ import annotations

from collections.abc import Sequence

from alula.coach.conversation import Turn
from alula.coach.scenario.model import Act, Scenario
from alula.coach.understanding import points
from alula.coach.understanding.claims import claims
from alula.coach.understanding.injection import injected_sentences
from alula.coach.understanding.intents import model_for
from alula.coach.understanding.normalise import Clause, Normal, clauses, normalise
from alula.coach.understanding.reading import Claim, Intention, PointHit, Reading

VERSIONS = {"understanding": "2", "intents": "1"}
"""For a report's `engine_versions`; raised when the same words would be understood otherwise."""


def read(scenario: Scenario, text: str, *, asked: str | None = None) -> Reading:
    """One trainee turn, understood.

    Args:
        scenario: what the talk is about.
        text: what was said.
        asked: the customer's act that the turn follows, where known. A bare number then answers what it asked for.
    """
    normal = normalise(text)
    found = clauses(normal)
    ignored = injected_sentences(normal, found)
    act = next((one for one in scenario.customer.acts if one.id == asked), None)
    wanted = act.answered_by.facts if act else ()
    said = claims(scenario, normal, found, ignored=ignored, asked=wanted)
    ready = points.prepared(normal, scenario.language, ignored)
    return Reading(
        intention=_intention(scenario, normal, found, ignored),
        points=_with_answers(scenario, act, points.points(scenario, ready), said),
        claims=said,
        forbidden=points.forbidden(scenario, ready),
        injected=bool(ignored),
    )


def read_all(scenario: Scenario, turns: Sequence[Turn]) -> tuple[Reading | None, ...]:
    """Every trainee turn of a talk, understood in its place; None for the customer's turns."""
    readings: list[Reading | None] = []
    asked: str | None = None
    for turn in turns:
        if turn.speaker == "customer":
            asked = turn.act
            readings.append(None)
        else:
            readings.append(read(scenario, turn.text, asked=asked))
    return tuple(readings)


def _intention(
    scenario: Scenario, normal: Normal, found: tuple[Clause, ...], ignored: frozenset[int]
) -> Intention:
    """The intent of what is left of a turn when the sentences that earn nothing are taken out."""
    model = model_for(scenario)
    if not ignored:
        return model.classify(normal.original)
    rest = [one for one in found if one.sentence not in ignored]
    if not rest:
        return Intention(intent=None, confidence=1.0)
    return model.classify(" ".join(normal.span(one.start, one.end).quote for one in rest))


def _with_answers(
    scenario: Scenario, act: Act | None, hits: tuple[PointHit, ...], said: tuple[Claim, ...]
) -> tuple[PointHit, ...]:
    """Points made by answering the customer's question: all facts of a point it asked for, said right in this turn.

    "等待期多久？" "90 天。" says the point about the waiting period, although its words stand in the question.
    """
    found = {hit.point for hit in hits}
    right = {claim.fact: claim for claim in said if claim.verdict == "right" and not claim.negated}
    more = [
        PointHit(point=point.id, how="words", span=right[point.facts[0]].span)
        for point in scenario.key_points
        if act and point.id in act.answered_by.points and point.id not in found
        and point.facts and all(fact in right for fact in point.facts)
    ]  # fmt: skip
    return tuple(sorted((*hits, *more), key=lambda hit: (hit.span.start, hit.point)))
