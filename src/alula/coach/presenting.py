"""Rows and scenarios as the routes and the stream show them."""

from __future__ import annotations

from typing import Any

import msgspec

from alula.coach import recordings
from alula.coach.catalogue import scenario_of
from alula.coach.models import Session, TurnRow
from alula.coach.queries import Mine
from alula.coach.scenario.model import Bilingual, Fact, Scenario
from alula.coach.schemas import (
    FactOut,
    KeyPointOut,
    MineOut,
    NamedOut,
    PersonaOut,
    RubricOut,
    ScenarioCard,
    ScenarioDetail,
    SessionCard,
    SessionOut,
    StageOut,
    Texts,
    TurnOut,
)
from alula.coach.understanding.sheet import yes_or_no


def texts(both: Bilingual) -> Texts:
    return Texts(zh=both.zh, en=both.en)


def scenario_card(scenario: Scenario, mine: Mine | None = None) -> ScenarioCard:
    return ScenarioCard(**_card(scenario, mine), key_points=len(scenario.key_points))


def _card(scenario: Scenario, mine: Mine | None) -> dict[str, Any]:
    persona = scenario.persona
    return {
        "id": scenario.id,
        "version": scenario.version,
        "title": texts(scenario.title),
        "summary": texts(scenario.summary),
        "industry": texts(scenario.industry),
        "role": texts(scenario.role),
        "minutes": scenario.minutes,
        "language": scenario.language,
        "persona": PersonaOut(
            name=persona.name, age=persona.age, gender=persona.gender, occupation=texts(persona.occupation)
        ),
        "acts": len(scenario.customer.acts),
        "mine": MineOut(attempts=mine.attempts, best=mine.best, last_at=mine.last_at) if mine else None,
    }


def scenario_detail(scenario: Scenario, mine: Mine | None) -> ScenarioDetail:
    return ScenarioDetail(
        **_card(scenario, mine),
        setting=texts(scenario.setting),
        goal=texts(scenario.goal),
        background=texts(scenario.persona.background),
        product=scenario.product.name,
        facts=[
            FactOut(id=fact.id, label=texts(fact.label), text=fact_text(fact))
            for fact in scenario.product.facts
        ],
        stages=stages_out(scenario),
        key_points=[
            KeyPointOut(id=point.id, title=texts(point.title), weight=point.weight, stage=point.stage)
            for point in scenario.key_points
        ],
        forbidden=[NamedOut(id=claim.id, title=texts(claim.title)) for claim in scenario.forbidden],
        levels=[level for level in ("easy", "normal", "hard") if level in scenario.customer.levels],
        rubric=RubricOut(**msgspec.structs.asdict(scenario.rubric)),
    )


def stages_out(scenario: Scenario) -> list[StageOut]:
    return [
        StageOut(id=stage.id, title=texts(stage.title), goal=texts(stage.goal)) for stage in scenario.stages
    ]


def fact_text(fact: Fact) -> Texts:
    """A line of the product sheet in words: "3,600 元/年", "5-8 %", "是" / "yes"."""
    if fact.kind == "yes_no":
        return texts(yes_or_no(fact))
    if fact.on is not None:
        return Texts(zh=fact.on.isoformat(), en=fact.on.isoformat())
    unit = "%" if fact.kind == "percent" else fact.unit
    numbers = [fact.value] if fact.value is not None else [fact.low, fact.high]
    text = "-".join(f"{number.normalize():,f}" for number in numbers if number is not None)
    return Texts(zh=f"{text} {unit}".strip(), en=f"{text} {unit}".strip())


def turn_out(session: Session, turn: TurnRow) -> TurnOut:
    has_voice = turn.speaker == "customer" or (bool(turn.audio) and recordings.heard_again(session))
    return TurnOut(
        index=turn.index,
        speaker=turn.speaker,
        text=turn.text,
        act=turn.act or None,
        key=turn.key,
        start=turn.start,
        end=turn.end,
        typed=turn.typed,
        audio=f"/api/coach/sessions/{session.id}/turns/{turn.index}/audio" if has_voice else None,
        at=turn.at,
    )


def stage_of(session: Session) -> StageOut | None:
    """The stage that the talk has reached."""
    reached = session.state.get("stage")
    return next((stage for stage in stages_out(scenario_of(session.scenario)) if stage.id == reached), None)


def session_card(session: Session) -> SessionCard:
    return SessionCard(**_session(session))


def _session(session: Session) -> dict[str, Any]:
    return {
        "id": session.id,
        "scenario": scenario_card(scenario_of(session.scenario)),
        "level": session.level,
        "status": session.status,
        "ending": session.ending or None,
        "started_at": session.started_at,
        "last_at": session.last_at,
        "finished_at": session.finished_at,
        "total": session.total,
    }


def session_out(session: Session) -> SessionOut:
    return SessionOut(
        **_session(session),
        seed=session.seed,
        turns=[turn_out(session, turn) for turn in session.turns.order_by("index")],
        stage=stage_of(session),
        stages=stages_out(scenario_of(session.scenario)),
        measure_voice=session.measure_voice,
        keep_recording=session.keep_recording,
    )
