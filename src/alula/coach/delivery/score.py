"""The delivery score: a pure function of a scenario, its turns and their readings."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from alula import __version__
from alula.coach.conversation import Turn
from alula.coach.delivery import dimensions
from alula.coach.delivery.baseline import Baseline
from alula.coach.delivery.manners import manners
from alula.coach.delivery.parts import Heard, Part, total
from alula.coach.delivery.plateaus import DEFAULTS, Plateaus
from alula.coach.delivery.syllables import starts_filled
from alula.coach.delivery.talk import Reply, Seconds, replies
from alula.coach.delivery.wording import FILLED_START, words
from alula.coach.scenario.model import Scenario
from alula.coach.scoring.report import Delivery, Dimension, Evidence, Finding
from alula.coach.understanding.reading import Reading

Score = tuple[Delivery | None, float | None, tuple[Finding, ...]]

_DIMENSIONS: tuple[tuple[Dimension, Callable[[Heard], list[Part]]], ...] = (
    ("response_speed", dimensions.response_speed),
    ("tone", dimensions.tone),
    ("infectiousness", dimensions.infectiousness),
    ("affinity", dimensions.affinity),
    ("attitude", dimensions.attitude),
    ("fluency", dimensions.fluency),
)
_FILLED_SHARE = 0.3


def score_delivery(
    scenario: Scenario,
    turns: Sequence[Turn],
    readings: Sequence[Reading | None],
    baseline: Baseline | None = None,
    plateaus: Plateaus | None = None,
) -> Score:
    """Score how the trainee spoke.

    Args:
        scenario: for its language, its intents' kinds, which acts object, and its forbidden words.
        turns: the whole talk; trainee turns with `prosody` where there was audio.
        readings: one per turn, None for the customer's and for what was not read; may be empty.
        baseline: the trainee's own voice, from three earlier sessions on.
        plateaus: other figures than the language's defaults.

    Returns:
        The five scores (None for a dimension that cannot be measured; None altogether when no turn was
        spoken, or nothing could be measured), fluency (None below ten seconds of speech), and the findings:
        each part of a dimension won or lost points under a rule, with the second and the values it rests on.
        Points lie on the dimension's own scale of 100.
    """
    spoken = replies(turns)
    if not any(reply.voice or reply.latency is not None for reply in spoken):
        return None, None, ()
    heard = Heard(
        replies=spoken,
        manners=manners(scenario, turns, readings),
        plateaus=(plateaus or DEFAULTS[scenario.language]).for_voice(baseline),
        language=scenario.language,
    )
    scores: dict[Dimension, float | None] = {}
    findings: list[Finding] = []
    for dimension, measure in _DIMENSIONS:
        parts = measure(heard)
        value = total(parts)
        scores[dimension] = None if value is None else round(value, 1)
        if value is not None:
            findings.extend(_findings(dimension, parts))
    findings.extend(_filled_starts(spoken, scenario))
    fluency = scores.pop("fluency")
    if all(value is None for value in scores.values()):
        return None, fluency, tuple(findings)
    return Delivery(**scores), fluency, tuple(findings)


def versions() -> dict[str, str]:
    """What made these numbers: for the report's `engine_versions`."""
    return {"delivery": f"alula {__version__}, delivery 1", "pitch": f"boersma 1, numpy {np.__version__}"}


def _findings(dimension: Dimension, parts: Sequence[Part]) -> Iterator[Finding]:
    measured = sum(part.weight for part in parts)
    for part in parts:
        share = part.weight / measured
        lost = share * (100.0 - part.score)
        points = -lost if lost >= 0.05 else share * part.score
        said = words(dimension, part.name, part.side)
        shares = sum(place.share for place in part.places)
        for place in part.places:
            values = {"measured": part.measured, "expected": part.expected} if part.expected else {}
            yield Finding(
                dimension=dimension,
                rule=f"{dimension}.{part.name}",
                points=round(points * place.share / shares, 1),
                title=said.bad if points < 0 else said.good,
                evidence=_evidence(place.turn, place.seconds),
                advice=said.advice if points < 0 else None,
                values=values | {"here": place.measured} if place.measured else values,
            )


def _evidence(turn: int, seconds: Seconds | None) -> Evidence:
    """The turn and, where its times are known, seconds of the talk: to the hundredth, not below 0."""
    if seconds is None:
        return Evidence(turn=turn)
    start, end = (max(0.0, round(second, 2)) for second in seconds)
    return Evidence(turn=turn, seconds=(start, end))


def _filled_starts(spoken: Sequence[Reply], scenario: Scenario) -> Iterator[Finding]:
    """A reply that begins with 嗯 counts as begun; where a third do, it is said once, without points."""
    begun = [reply for reply in spoken if reply.latency is not None]
    filled = [reply for reply in begun if starts_filled(reply.turn.text, scenario.language)]
    if len(filled) < 2 or len(filled) < _FILLED_SHARE * len(begun):
        return
    first = filled[0]
    span = None if first.span is None else (first.span[0], min(first.span[1], first.span[0] + 1.0))
    yield Finding(
        dimension="response_speed",
        rule="response_speed.filled_start",
        points=0.0,
        title=FILLED_START.bad,
        evidence=_evidence(first.index, span),
        advice=FILLED_START.advice,
        values={"measured": f"{len(filled)} / {len(begun)}"},
    )
