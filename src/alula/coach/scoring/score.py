"""The score of a talk: a pure function of a scenario and a conversation.

    report = score(scenario, conversation)                                   # what was said
    report = score(scenario, conversation, delivery=score_delivery,          # and how it was said
                   versions=delivery.versions())

The total is the rubric's weighted mean over what could be measured: a dimension that is None leaves its weight to the
others of its group, a group without any leaves its own to the other group. It is computed from the figures shown, so that
a reader can compute it again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Protocol

from alula.coach.conversation import Conversation, Turn
from alula.coach.scenario.model import Scenario
from alula.coach.scoring.advice import advice, headline
from alula.coach.scoring.registry import CONTENT, Scored, Talk, dimensions
from alula.coach.scoring.report import Blocker, Content, Delivery, Evidence, Finding, Report, TurnReading
from alula.coach.scoring.tenths import exact, tenth, weighted
from alula.coach.scoring.wording import clip
from alula.coach.understanding import read as understanding
from alula.coach.understanding.reading import Reading

VERSION = "1"
DELIVERY = ("response_speed", "tone", "infectiousness", "affinity", "attitude")

Heard = tuple[Delivery | None, float | None, tuple[Finding, ...]]


class DeliveryScorer(Protocol):
    """Scores how the trainee spoke: delivery (None when no voice was measured), fluency, findings."""

    def __call__(
        self, scenario: Scenario, turns: Sequence[Turn], readings: Sequence[Reading | None], /
    ) -> Heard: ...


def score(
    scenario: Scenario,
    conversation: Conversation,
    *,
    delivery: DeliveryScorer | None = None,
    versions: Mapping[str, str] | None = None,
) -> Report:
    """Score a talk.

    Args:
        scenario: what it is scored by.
        conversation: the talk. Turns of the customer that name their act let questions be judged.
        delivery: scores the voice; without it `Report.delivery` is None.
        versions: engine versions of what was plugged in, added to the report's.

    Returns:
        The report. The same scenario and conversation give the same one, byte for byte, in every process.

    Raises:
        MissingDimensionError: the installed package does not register its own dimensions.
    """
    readings = understanding.read_all(scenario, conversation.turns)
    talk = Talk(scenario=scenario, turns=conversation.turns, readings=readings)
    scored = {name: one.score(talk) for name, one in dimensions().items()}
    heard = delivery(scenario, conversation.turns, readings) if delivery else (None, None, ())
    shown = {name: None if one.score is None else tenth(one.score) for name, one in scored.items()}
    content = Content(
        completeness=shown["completeness"] or 0.0, logic=shown["logic"] or 0.0, accuracy=shown["accuracy"]
    )
    weights = _weights(scenario, content, heard[0], shown)
    total = tenth(weighted((exact(value), weight) for value, weight in weights.values()) or Fraction(0))
    shares = {name: share for name, (_, share) in weights.items()}
    blockers = _blockers(talk)
    findings = (*_findings(scored), *heard[2])
    told = advice(blockers, findings, shares)
    return Report(
        total=total,
        passed=total >= scenario.rubric.pass_at and not blockers,
        content=content,
        delivery=heard[0],
        fluency=heard[1],
        blockers=blockers,
        findings=findings,
        advice=tuple(text for text, _ in told),
        advice_findings=tuple(finding for _, finding in told),
        readings=tuple(_reading(scenario, i, reading) for i, _, reading in talk.trainee()),
        headline=headline(talk, blockers, findings, shares),
        engine_versions=_versions(scenario, versions or {}),
        further={name: shown[name] for name in scored if name not in CONTENT},
    )


def _weights(
    scenario: Scenario, content: Content, delivery: Delivery | None, shown: Mapping[str, float | None]
) -> dict[str, tuple[float, Fraction]]:
    """Every dimension that has a value, with its share of the whole: the rubric's weights, spread over what was measured."""
    rubric = scenario.rubric
    groups = [
        (rubric.content, [(name, getattr(content, name), getattr(rubric, name)) for name in CONTENT]),
        *((weight, [(name, shown.get(name), 100)]) for name, weight in sorted(rubric.further.items())),
    ]
    if delivery is not None:
        groups.append(
            (rubric.delivery, [(one, getattr(delivery, one), getattr(rubric, one)) for one in DELIVERY])
        )
    result: dict[str, tuple[float, Fraction]] = {}
    for weight, members in groups:
        measured = [(name, value, part) for name, value, part in members if value is not None and part > 0]
        every = sum(part for _, _, part in measured)
        result |= {name: (value, Fraction(weight * part, every)) for name, value, part in measured}
    whole = sum((weight for _, weight in result.values()), Fraction(0))
    return {name: (value, weight / whole) for name, (value, weight) in result.items()} if whole else {}


def _findings(scored: Mapping[str, Scored]) -> tuple[Finding, ...]:
    return tuple(finding for one in scored.values() for finding in one.findings)


def _blockers(talk: Talk) -> tuple[Blocker, ...]:
    """Each forbidden claim once, where it was first made."""
    known = {one.id: one for one in talk.scenario.forbidden}
    found: dict[str, Blocker] = {}
    for i, _, reading in talk.trainee():
        for hit in reading.forbidden:
            claim = known[hit.id]
            evidence = Evidence(turn=i, quote=clip(hit.span.quote))
            found.setdefault(
                hit.id, Blocker(id=hit.id, title=claim.title, evidence=evidence, advice=claim.advice)
            )
    return tuple(found.values())


def _reading(scenario: Scenario, turn: int, reading: Reading) -> TurnReading:
    stage_of_point = {point.id: point.stage for point in scenario.key_points}
    stage_of_intent = {intent.id: intent.stage for intent in scenario.intents}
    made = tuple(hit.point for hit in reading.points)
    return TurnReading(
        turn=turn,
        intent=reading.intention.intent,
        confidence=reading.intention.confidence,
        points=made,
        stage=stage_of_point[made[-1]] if made else stage_of_intent.get(reading.intention.intent or ""),
    )


def _versions(scenario: Scenario, plugged: Mapping[str, str]) -> dict[str, str]:
    others = {f"dimension.{name}": one.version for name, one in dimensions().items() if name not in CONTENT}
    return {
        "scoring": VERSION,
        **understanding.VERSIONS,
        **dict(sorted(others.items())),
        **dict(sorted(plugged.items())),
        "scenario": f"{scenario.id}@{scenario.version}",
    }
