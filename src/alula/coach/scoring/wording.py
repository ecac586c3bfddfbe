"""Sentences of the report: in both languages, short enough to be stored and read."""

from __future__ import annotations

from collections.abc import Sequence

from alula.coach.scenario.model import Bilingual, Fact, Scenario
from alula.coach.understanding.sheet import lines

LONGEST = 390  # characters of a sentence; a Bilingual holds 400
LONGEST_QUOTE = 120

PRONOUNS = {"female": ("她", "she"), "male": ("他", "he")}


def clip(text: str, longest: int = LONGEST_QUOTE) -> str:
    """The text, or its beginning with an ellipsis."""
    return text if len(text) <= longest else text[: longest - 1] + "…"


def both(zh: str, en: str, **values: str | Bilingual) -> Bilingual:
    """A sentence in both languages; a bilingual value is filled in with the language's own text, a plain one in both."""
    filled = [
        {
            name: getattr(value, language) if isinstance(value, Bilingual) else value
            for name, value in values.items()
        }
        for language in ("zh", "en")
    ]
    clipped = [{name: clip(value) for name, value in one.items()} for one in filled]
    return Bilingual(zh=clip(zh.format(**clipped[0]), LONGEST), en=clip(en.format(**clipped[1]), LONGEST))


def quoted(scenario: Scenario, facts: Sequence[Fact]) -> Bilingual:
    """Facts with the sheet's values: "等待期 90 天、每年保费 9860 元"."""
    written = {line.fact.id: line.written for line in lines(scenario)}
    return Bilingual(
        zh=clip("、".join(f"{fact.label.zh} {written[fact.id]('zh')}" for fact in facts)) or "—",
        en=clip(", ".join(f"{fact.label.en} {written[fact.id]('en')}" for fact in facts)) or "—",
    )


def clock(seconds: float) -> str:
    """Seconds of the talk as a reader finds them: 0:42."""
    whole = int(seconds)
    return f"{whole // 60}:{whole % 60:02d}"
