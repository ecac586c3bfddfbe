"""The report: what `alula coach score --json` prints and what the report page shows. Scores are 0-100, one decimal."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from alula.coach.scenario.model import Bilingual

Dimension = Literal[
    "completeness",
    "logic",
    "accuracy",
    "response_speed",
    "tone",
    "infectiousness",
    "affinity",
    "attitude",
    "fluency",
]


class Evidence(Struct, frozen=True, omit_defaults=True):
    """Where a finding rests: the turn (index from 0) and the words said, or seconds from the start of the talk."""

    turn: int | None = None
    quote: str | None = None
    seconds: tuple[float, float] | None = None


class Finding(Struct, frozen=True):
    """Points won (positive) or lost (negative) in a dimension by a named rule.

    `dimension` is a `Dimension` or the name of one added by others. `rule` is "dimension.rule[:id]", stable across
    versions, such as "completeness.missed:waiting_period". `points` lie on the dimension's own scale of 100; 0 is a
    remark. `values` holds what was compared (said and sheet value, measured value and plateau) for the reader.
    """

    dimension: str
    rule: str
    points: float
    title: Bilingual
    evidence: Evidence
    advice: Bilingual | None = None
    values: dict[str, str] = {}


class Content(Struct, frozen=True):
    """Content scores. `accuracy` is None when nothing that the sheet could judge was said."""

    completeness: float
    logic: float
    accuracy: float | None


class Delivery(Struct, frozen=True):
    """Delivery scores; each None when it could not be measured (never zero for silence)."""

    response_speed: float | None
    tone: float | None
    infectiousness: float | None
    affinity: float | None
    attitude: float | None


class Blocker(Struct, frozen=True):
    """A forbidden claim that was made: the session cannot pass, whatever its total."""

    id: str
    title: Bilingual
    evidence: Evidence
    advice: Bilingual | None = None


class TurnReading(Struct, frozen=True):
    """How the coach understood one trainee turn; shown in the margin of the transcript."""

    turn: int
    intent: str | None
    confidence: float
    points: tuple[str, ...]
    stage: str | None


class Report(Struct, frozen=True):
    """Everything that the trainee is told. `advice` holds at most three things to practise next, most worth first.

    `advice_findings` is as long as `advice`: the index in `findings` of the finding that each rests on, None for one that
    rests on a blocker (the first rests on the first blocker, and so on). Reports made before it was told have it empty.

    `further` holds the scores of dimensions added by others, by name; they count in the total as far as the rubric gives
    them a weight.
    """

    total: float
    passed: bool
    content: Content
    delivery: Delivery | None
    fluency: float | None
    blockers: tuple[Blocker, ...]
    findings: tuple[Finding, ...]
    advice: tuple[Bilingual, ...]
    readings: tuple[TurnReading, ...]
    headline: Bilingual
    engine_versions: dict[str, str]
    further: dict[str, float | None] = {}
    advice_findings: tuple[int | None, ...] = ()
