"""A text that exists in several languages: `{"zh": ..., "en": ...}`. Chinese is the language that is always there."""

from __future__ import annotations

from collections.abc import Mapping

LANGUAGES = ("zh", "en")
Texts = Mapping[str, str]


def pick(texts: Texts, language: str) -> str:
    """The text in `language` ("en-US" finds "en"), else Chinese, else whatever there is, else an empty string."""
    short = language.split("-", maxsplit=1)[0].lower()
    return texts.get(short) or texts.get("zh") or next(iter(texts.values()), "")


def negotiate(accept_language: str) -> str:
    """The first of our languages that an Accept-Language header asks for, by weight; Chinese when it asks for none."""
    weighted: list[tuple[float, int, str]] = []
    for order, part in enumerate(accept_language.split(",")):
        tag, _, weight = part.strip().partition(";q=")
        short = tag.split("-")[0].strip().lower()
        if short in LANGUAGES:
            try:
                weighted.append((-float(weight or 1), order, short))
            except ValueError:
                continue
    return min(weighted)[2] if weighted else "zh"
