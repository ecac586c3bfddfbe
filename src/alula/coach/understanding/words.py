"""Finding words in a text: Latin words and numbers only as whole words, with plain English endings."""

from __future__ import annotations

import re
from functools import lru_cache


@lru_cache(maxsize=4096)
def _pattern(word: str) -> re.Pattern[str]:
    text = re.escape(word)
    if word[0].isascii() and word[0].isalpha():
        text = r"(?<![a-z])" + text
    elif word[0].isdigit():
        text = r"(?<!\d)(?<!\d[.,])" + text
    if word[-1].isascii() and word[-1].isalpha():
        text += r"(?:s|es|d|ed|ing|'s)?(?![a-z])"
    elif word[-1].isdigit():
        text += r"(?![\d]|[.,]\d)"
    return re.compile(text)


def find(text: str, word: str) -> list[tuple[int, int]]:
    """Where `word` stands in `text`, as [start, end); both normalised. "seat" finds "seats", "90天" not "190天"."""
    if not word or word not in text:
        return []
    return [match.span() for match in _pattern(word).finditer(text)]
