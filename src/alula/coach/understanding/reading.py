"""One trainee turn as the coach understands it: the types. `read.read` makes them; the same words, the same reading."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct


class Span(Struct, frozen=True):
    """Characters [start, end) of the turn's text as it was said, and those words."""

    start: int
    end: int
    quote: str


class Intention(Struct, frozen=True):
    """The recognised intent; None is out of scope. `runner_up` is the next best, or the one refused.

    `confidence` 0-1 is the estimated chance that the answer, also the answer None, is right
    (`IntentModel.classify`).
    `also` holds further intents found in single sentences of the turn, in order.
    """

    intent: str | None
    confidence: float
    runner_up: str | None = None
    also: tuple[str, ...] = ()


class Claim(Struct, frozen=True):
    """A fact said. verdict: "right", "wrong" (contradicts the sheet) or "unverified" (not on the sheet, never wrong).

    `said` and `sheet` are both values written for a reader ("3600 元", "3,600 元/年"). `negated`: it was said that the
    value is not so ("不是 90 天"). `value` is what was said in base units, by which two claims are the same.
    """

    fact: str | None
    verdict: Literal["right", "wrong", "unverified"]
    said: str
    sheet: str | None
    span: Span
    negated: bool = False
    value: str = ""


class PointHit(Struct, frozen=True):
    """A key point found in a turn. `how`: "words" (a `say` entry), "meaning" (n-gram cosine). Negated ones are no hit."""

    point: str
    how: Literal["words", "meaning"]
    span: Span


class ForbiddenHit(Struct, frozen=True):
    """A forbidden claim found in a turn, not negated and not inside an allowed context."""

    id: str
    span: Span


class Reading(Struct, frozen=True):
    """All that was recognised in one turn. `injected`: the turn addresses the scoring instead of the customer."""

    intention: Intention
    points: tuple[PointHit, ...]
    claims: tuple[Claim, ...]
    forbidden: tuple[ForbiddenHit, ...]
    injected: bool = False
