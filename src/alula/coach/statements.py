"""What the coach tells the record. Others may rely on it; words and voice of a talk are never in it.

    initialized   a talk began               context.registration is the session
    completed     it was scored              result: score 0-100, passed, duration; the dimensions as an extension
    passed/failed the verdict of the same    result as above

The activity is the scenario (type `.../activity-types/scenario`); its version, the level and the unit are extensions of
the context.
"""

from __future__ import annotations

from typing import Any

import msgspec

from alula.coach.models import Session
from alula.coach.scenario.model import Scenario
from alula.coach.scoring.report import Report
from alula.record.facade import (
    COMPLETED,
    FAILED,
    INITIALIZED,
    PASSED,
    Activity,
    ActivityDefinition,
    Context,
    Result,
    Score,
    Statement,
    Verb,
    iri,
    iso_duration,
    person,
    vocabulary,
)

SCENARIO_TYPE = vocabulary("activity-types", "scenario")
VERSION = vocabulary("extensions", "scenario-version")
LEVEL = vocabulary("extensions", "level")
UNIT = vocabulary("extensions", "unit-path")
DIMENSIONS = vocabulary("extensions", "dimensions")
ENDING = vocabulary("extensions", "ending")


def scenario_iri(slug: str) -> str:
    """The IRI of a scenario, in all its versions."""
    return iri("coach", "scenarios", slug)


def _activity(scenario: Scenario) -> Activity:
    name = {"zh-CN": scenario.title.zh, "en-US": scenario.title.en}
    return Activity(
        id=scenario_iri(scenario.id), definition=ActivityDefinition(type=SCENARIO_TYPE, name=name)
    )


def _context(session: Session, scenario: Scenario) -> Context:
    return Context(
        registration=session.id,
        language="zh-CN" if scenario.language == "zh" else "en-US",
        extensions={VERSION: scenario.version, LEVEL: session.level, UNIT: session.unit_path},
    )


def _about(session: Session, scenario: Scenario, verb: Verb, result: Result | None) -> Statement:
    return Statement(
        actor=person(session.tenant_id, session.person_id),
        verb=verb,
        object=_activity(scenario),
        result=result,
        context=_context(session, scenario),
        timestamp=session.finished_at or session.started_at,
    )


def started(session: Session, scenario: Scenario) -> Statement:
    """The talk began."""
    return _about(session, scenario, INITIALIZED, None)


def finished(session: Session, scenario: Scenario, report: Report) -> list[Statement]:
    """The talk was scored: completed, and passed or failed. Only scores; what the voice was measured at stays private."""
    assert session.finished_at is not None
    dimensions: dict[str, Any] = {
        name: value for name, value in msgspec.to_builtins(report.content).items() if value is not None
    }
    result = Result(
        score=Score(scaled=round(report.total / 100, 3), raw=report.total, min=0, max=100),
        success=report.passed,
        completion=True,
        duration=iso_duration((session.finished_at - session.started_at).total_seconds()),
        extensions={DIMENSIONS: dimensions, ENDING: session.ending},
    )
    return [
        _about(session, scenario, COMPLETED, result),
        _about(session, scenario, PASSED if report.passed else FAILED, result),
    ]
