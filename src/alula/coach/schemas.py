"""What the coach's routes say on the wire. The web app's types are made from these."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from ninja import Field, Schema


class Texts(Schema):
    zh: str
    en: str


class PersonaOut(Schema):
    name: str
    age: int
    gender: Literal["female", "male"]
    occupation: Texts


class MineOut(Schema):
    attempts: int
    best: float
    last_at: datetime


class ScenarioBase(Schema):
    id: str
    version: int
    title: Texts
    summary: Texts
    industry: Texts
    role: Texts
    minutes: int
    language: Literal["zh", "en"]
    persona: PersonaOut
    acts: int
    mine: MineOut | None = None


class ScenarioCard(ScenarioBase):
    key_points: int


class StageOut(Schema):
    id: str
    title: Texts
    goal: Texts


class KeyPointOut(Schema):
    id: str
    title: Texts
    weight: int
    stage: str


class FactOut(Schema):
    id: str
    label: Texts
    text: Texts


class NamedOut(Schema):
    id: str
    title: Texts


class RubricOut(Schema):
    """Weights in percent; `further` are those of dimensions that were added by others, by name."""

    content: int
    delivery: int
    completeness: int
    logic: int
    accuracy: int
    response_speed: int
    tone: int
    infectiousness: int
    affinity: int
    attitude: int
    pass_at: int
    further: dict[str, int]


class ScenarioDetail(ScenarioBase):
    setting: Texts
    goal: Texts
    background: Texts
    product: str
    facts: list[FactOut]
    stages: list[StageOut]
    key_points: list[KeyPointOut]
    forbidden: list[NamedOut]
    levels: list[Literal["easy", "normal", "hard"]]
    rubric: RubricOut


class SessionIn(Schema):
    scenario: str = Field(max_length=64)
    level: Literal["easy", "normal", "hard"] = "normal"
    seed: int | None = Field(default=None, ge=0, lt=2**31)


class TurnIn(Schema):
    key: str = Field(min_length=1, max_length=64)
    text: str = Field(max_length=8000)


class TextIn(Schema):
    text: str = Field(max_length=8000)


class TurnOut(Schema):
    index: int
    speaker: Literal["trainee", "customer"]
    text: str
    act: str | None = None
    key: str | None = None
    start: float | None = None
    end: float | None = None
    typed: bool
    audio: str | None = None
    at: datetime


class SessionCard(Schema):
    id: UUID
    scenario: ScenarioCard
    level: Literal["easy", "normal", "hard"]
    status: Literal["talking", "scoring", "done"]
    ending: Literal["bought", "walked_away", "undecided"] | None = None
    started_at: datetime
    last_at: datetime
    finished_at: datetime | None = None
    total: float | None = None


class SessionOut(SessionCard):
    seed: int
    turns: list[TurnOut]
    stage: StageOut | None = None
    stages: list[StageOut]
    measure_voice: bool
    keep_recording: bool


class ExchangeOut(Schema):
    turns: list[TurnOut]
    stage: StageOut | None = None
    ending: Literal["bought", "walked_away", "undecided"] | None = None


class ProgressOut(Schema):
    done: int
    of: int


class EarlierOut(Schema):
    id: UUID
    finished_at: datetime
    level: str
    total: float
    content: dict[str, float | None]
    delivery: dict[str, float | None] | None = None


class ExampleOut(Schema):
    title: Texts
    example: str


class ReportOut(Schema):
    status: Literal["talking", "scoring", "done", "failed"]
    progress: ProgressOut | None = None
    report: dict[str, Any] | None = None
    session: SessionOut
    earlier: list[EarlierOut]
    examples: dict[str, ExampleOut]
    intents: dict[str, Texts]


class PracticeRow(Schema):
    scenario: str
    title: Texts
    attempts: int
    best: float
    last: float
    last_at: datetime
    totals: list[float]


class PracticeOut(Schema):
    attempts: int
    minutes: float
    best: float | None = None
    streak_days: int
    by_scenario: list[PracticeRow]
    recent: list[SessionCard]
    unfinished: SessionCard | None = None
    as_of: datetime | None = None


class TeamPerson(Schema):
    id: UUID
    name: str


class TeamRow(Schema):
    person: TeamPerson
    unit: str
    attempts: int
    scenarios: int
    best: float
    last: float
    last_at: datetime
