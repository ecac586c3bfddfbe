"""What the intent model learns from: a scenario's own examples, and what is said in talks of every trade."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import msgspec
import yaml
from msgspec import Struct

from alula.coach.scenario.model import IntentKind, Scenario

OUT_OF_SCOPE = "out_of_scope"


class Lesson(Struct, frozen=True):
    """One sentence and what it teaches: `intent` for an author's example, else only a `kind`, or neither."""

    text: str
    kind: IntentKind | None = None
    intent: str | None = None


def lessons(scenario: Scenario) -> tuple[Lesson, ...]:
    """The author's examples in the order of the file, then the seeds of the scenario's language."""
    own = tuple(Lesson(text=t, kind=i.kind, intent=i.id) for i in scenario.intents for t in i.examples)
    return own + seeds(scenario.language)


@cache
def seeds(language: str) -> tuple[Lesson, ...]:
    """The sentences of `seeds.<language>.yaml`, by kind; those of no kind belong to no customer talk."""
    raw = yaml.safe_load(
        files("alula.coach.understanding").joinpath(f"seeds.{language}.yaml").read_text("utf-8")
    )
    out_of_scope = msgspec.convert(raw.pop(OUT_OF_SCOPE), tuple[str, ...])
    by_kind = msgspec.convert(raw, dict[IntentKind, tuple[str, ...]])
    taught = tuple(Lesson(text=text, kind=kind) for kind, texts in by_kind.items() for text in texts)
    return taught + tuple(Lesson(text=text) for text in out_of_scope)
