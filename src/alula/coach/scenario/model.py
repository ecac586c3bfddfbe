"""The scenario file, as types. Everything the customer says and everything the scores rest on stands in one such file.

A text that a user reads in the app is bilingual (`Bilingual`); what is said in the talk is in the scenario's own
`language` alone. Identifiers are lower-case snake_case and unique within their list.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct, field

FORMAT = "alula.scenario/1"

Slug = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]*$", max_length=64, description="lower-case identifier")]
Phrase = Annotated[str, Meta(min_length=1, max_length=400)]
Level = Literal["easy", "normal", "hard"]


class Part(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Base of everything in the file: immutable, and an unknown field is an error rather than a silent loss.

    (`frozen` is named again on every class: type checkers do not inherit it.)
    """


class Bilingual(Part, frozen=True):
    """A text of the app in Chinese and English."""

    zh: Phrase
    en: Phrase


class Voice(Part, frozen=True):
    """How espeak-ng speaks the persona: pitch 0-99, rate in words per minute, variant such as "f3" or "m2"."""

    pitch: Annotated[int, Meta(ge=0, le=99)] = 50
    rate: Annotated[int, Meta(ge=80, le=320)] = 170
    variant: str = ""


class Persona(Part, frozen=True):
    """The virtual customer. `traits` choose how vague, rushed or price-minded the phrasing and patience are."""

    name: Phrase
    age: Annotated[int, Meta(ge=16, le=100)]
    gender: Literal["female", "male"]
    occupation: Bilingual
    background: Bilingual
    voice: Voice = field(default_factory=Voice)
    traits: tuple[
        Literal["rushed", "price_minded", "vague", "expert", "silent", "warm", "suspicious"], ...
    ] = ()


class Fact(Part, frozen=True):
    """A typed line of the product sheet: the only thing that accuracy is judged by.

    kind       value
    money      amount in yuan (or in `unit` when given), with `value`; or `low` and `high` for a range
    percent    in percent, `value` 3.5 means 3.5 %; or `low` and `high`
    number     a count or measure in `unit`; or `low` and `high`
    duration   in `unit` ("天", "月", "年", "day", "month", "year", "minute", "hour"); or `low` and `high`
    date       `on`
    yes_no     `holds`: whether the statement made by `subjects` is true of the product

    `subjects` are the words by which one recognises that a claim is about this fact ("保费", "每年交").
    `tolerance` is relative: 0.0 means exact; 0.05 accepts "about" within 5 %.
    """

    id: Slug
    kind: Literal["money", "percent", "number", "duration", "date", "yes_no"]
    label: Bilingual
    subjects: Annotated[tuple[Phrase, ...], Meta(min_length=1)]
    value: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    on: date | None = None
    holds: bool | None = None
    unit: str = ""
    tolerance: Decimal = Decimal(0)


class Product(Part, frozen=True):
    """What is sold, and its sheet."""

    name: Phrase
    aliases: tuple[Phrase, ...] = ()
    facts: Annotated[tuple[Fact, ...], Meta(min_length=1)] = ()


class Stage(Part, frozen=True):
    """A part of the talk. `after` names the stages that should come before it: a partial order, not a list."""

    id: Slug
    title: Bilingual
    goal: Bilingual
    after: tuple[Slug, ...] = ()


IntentKind = Literal[
    "greeting",
    "courtesy",
    "acknowledge",
    "ask_need",
    "present",
    "prove",
    "handle_objection",
    "close",
    "farewell",
    "answer",
    "pressure",
    "rude",
    "off_topic",
]


class Intent(Part, frozen=True):
    """Something the trainee may do with a turn, taught by examples. `kind` is what the scores know it by."""

    id: Slug
    kind: IntentKind
    title: Bilingual
    examples: Annotated[tuple[Phrase, ...], Meta(min_length=3)]
    stage: Slug | None = None


class KeyPoint(Part, frozen=True):
    """What a good talk must say.

    `say`: each entry is one way of recognising it: words joined by " + " must all occur in one turn, in any order
    ("等待期 + 90天"). `paraphrases` are whole sentences, matched by meaning (n-gram cosine). `facts` must be said
    correctly with it, or the point counts half. `requires` are points that should have been said before.
    `example` is a model sentence shown in the report when the point was missed.
    """

    id: Slug
    title: Bilingual
    weight: Annotated[int, Meta(ge=1, le=10)]
    stage: Slug
    say: Annotated[tuple[Phrase, ...], Meta(min_length=1)]
    paraphrases: tuple[Phrase, ...] = ()
    facts: tuple[Slug, ...] = ()
    requires: tuple[Slug, ...] = ()
    example: Phrase = ""


class Forbidden(Part, frozen=True):
    """A claim that compliance forbids; saying it blocks the session's pass. `patterns` like `KeyPoint.say`.

    A pattern that stands under a negation ("不保证收益") does not count; `allow` lists further harmless contexts.
    """

    id: Slug
    title: Bilingual
    patterns: Annotated[tuple[Phrase, ...], Meta(min_length=1)]
    allow: tuple[Phrase, ...] = ()
    advice: Bilingual | None = None


class Move(Part, frozen=True):
    """What happens to the customer's state: added to interest, trust (0-100) and patience (0-100)."""

    interest: int = 0
    trust: int = 0
    patience: int = 0


class Answer(Part, frozen=True):
    """What counts as an answer to an act: any of these, recognised in the trainee's next turn."""

    intents: tuple[Slug, ...] = ()
    points: tuple[Slug, ...] = ()
    facts: tuple[Slug, ...] = ()


class Condition(Part, frozen=True):
    """When an act may be chosen. Every part given must hold; an empty condition always holds."""

    stages: tuple[Slug, ...] = ()
    after: tuple[Slug, ...] = ()
    not_after: tuple[Slug, ...] = ()
    said: tuple[Slug, ...] = ()
    not_said: tuple[Slug, ...] = ()
    min_interest: int | None = None
    max_interest: int | None = None
    min_trust: int | None = None
    max_trust: int | None = None
    max_patience: int | None = None
    min_turn: int | None = None


class Edge(Part, frozen=True):
    """Where the talk goes after an act: `on` is "answered", "missed", "any" or the id of an intent. First match wins."""

    on: str
    to: Slug


class Act(Part, frozen=True):
    """Something the customer can do. `say` holds its phrasings; `vague` those of a customer who does not say it outright."""

    id: Slug
    kind: Literal[
        "open",
        "question",
        "objection",
        "test",
        "hesitation",
        "buying_signal",
        "small_talk",
        "statement",
        "buy",
        "walk_away",
    ]
    topic: Literal["product", "price", "cooperation", "need", "trust", "service", "other"]
    say: Annotated[tuple[Phrase, ...], Meta(min_length=3)]
    vague: tuple[Phrase, ...] = ()
    stage: Slug | None = None
    answered_by: Answer = field(default_factory=Answer)
    when: Condition = field(default_factory=Condition)
    answered: Move = field(default_factory=Move)
    missed: Move = field(default_factory=Move)
    edges: tuple[Edge, ...] = ()
    levels: tuple[Level, ...] = ("easy", "normal", "hard")
    weight: Annotated[int, Meta(ge=1, le=10)] = 5
    repeat: bool = False


class Start(Part, frozen=True):
    """The customer's state at the first word, per difficulty, and how the talk can end.

    `objections`: at most so many objections are raised. `vagueness`: the share (0-1) of acts said vaguely when they
    have vague phrasings. Buys when interest and trust reach `buy_at` and no objection is open; walks away at patience 0.
    `max_turns`: after so many turns of the trainee the customer must decide.
    """

    interest: Annotated[int, Meta(ge=0, le=100)]
    trust: Annotated[int, Meta(ge=0, le=100)]
    patience: Annotated[int, Meta(ge=1, le=100)]
    objections: Annotated[int, Meta(ge=0, le=20)]
    vagueness: Annotated[float, Meta(ge=0, le=1)]
    buy_at: Annotated[int, Meta(ge=0, le=100)] = 70
    max_turns: Annotated[int, Meta(ge=6, le=60)] = 20


class Customer(Part, frozen=True):
    """The customer as a graph of acts. `opening` is said first; `deck` is everything else, chosen by edges, conditions and seed."""

    opening: Slug
    levels: dict[Level, Start]
    acts: Annotated[tuple[Act, ...], Meta(min_length=1)]


class Rubric(Part, frozen=True):
    """Weights in percent. Content and delivery sum to 100; so do the three of content and the five of delivery.

    `further` gives weights to scoring dimensions that were added by others, by name: content, delivery and these then
    sum to 100. A dimension without a weight is shown apart and changes no total.
    """

    content: Annotated[int, Meta(ge=0, le=100)] = 70
    delivery: Annotated[int, Meta(ge=0, le=100)] = 30
    completeness: Annotated[int, Meta(ge=0, le=100)] = 40
    logic: Annotated[int, Meta(ge=0, le=100)] = 25
    accuracy: Annotated[int, Meta(ge=0, le=100)] = 35
    response_speed: Annotated[int, Meta(ge=0, le=100)] = 20
    tone: Annotated[int, Meta(ge=0, le=100)] = 20
    infectiousness: Annotated[int, Meta(ge=0, le=100)] = 20
    affinity: Annotated[int, Meta(ge=0, le=100)] = 20
    attitude: Annotated[int, Meta(ge=0, le=100)] = 20
    pass_at: Annotated[int, Meta(ge=0, le=100)] = 70
    further: dict[Slug, Annotated[int, Meta(ge=0, le=100)]] = {}


class Scenario(Part, frozen=True, dict=True):
    """One scenario file. `version` grows with every published change; a session keeps the version it was talked with."""

    format: Literal["alula.scenario/1"]
    id: Slug
    version: Annotated[int, Meta(ge=1)]
    language: Literal["zh", "en"]
    title: Bilingual
    summary: Bilingual
    industry: Bilingual
    role: Bilingual
    setting: Bilingual
    goal: Bilingual
    minutes: Annotated[int, Meta(ge=1, le=60)]
    persona: Persona
    product: Product
    stages: Annotated[tuple[Stage, ...], Meta(min_length=1)]
    intents: Annotated[tuple[Intent, ...], Meta(min_length=1)]
    key_points: Annotated[tuple[KeyPoint, ...], Meta(min_length=1)]
    forbidden: tuple[Forbidden, ...]
    customer: Customer
    rubric: Rubric = field(default_factory=Rubric)
    forbidden_words: tuple[Phrase, ...] = ()

    def digest(self) -> bytes:
        """The bytes by which two scenarios are the same: the key under which what was trained from it is cached."""
        return self._digest

    @cached_property
    def _digest(self) -> bytes:
        return msgspec.json.encode(self, order="deterministic")  # 60 kB: a turn asks for it five times
