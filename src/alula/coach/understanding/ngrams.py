"""Character and word n-grams of a turn, as counts: what the intent model sees of a text.

Characters carry Chinese (no word breaks needed) and forgive slips of a speech recogniser; words are added for
text in Latin letters. Punctuation is only a boundary, because recognised speech often has none; a run of
digits is one "0", because "3600 元" and "4800 元" mean the same to an intent.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

LONGEST = 4  # characters; longer grams of a few hundred examples occur once and decide nothing
SHORTEST_LATIN = 3  # one or two letters stand in every sentence: they tell nothing and cost most
WORD = "w="  # marks a word gram; "=" cannot occur in a folded text

_DIGITS = re.compile(r"\d+(?:[.,]\d+)*")
_BOUNDARY = re.compile(r"[\W_]+")
_LATIN = re.compile(r"[a-z0]+(?:'[a-z]+)?")
_SENTENCE = re.compile(r"[^。！？!?；;\n]+[。！？!?；;\n]*")
_CLAUSE = re.compile(r"[^，,、：:]+[，,、：:]*")
_FULL_STOP = re.compile(r"(?<=[a-z0-9])\.(?=\s|$)", re.IGNORECASE)
_LONG_SENTENCE = (
    24  # characters: a spoken Chinese sentence longer than this usually holds more than one thing
)
_SHORT_CLAUSE = 5  # characters: "好的，" alone says too little, it stays with what follows


def fold(text: str) -> str:
    """One spelling for the same sound: width and case folded, digits "0", all else a single space."""
    plain = unicodedata.normalize("NFKC", text).casefold().replace("’", "'")
    return _BOUNDARY.sub(" ", _DIGITS.sub("0", plain)).strip()


def grams(text: str) -> dict[str, int]:
    """Counts of the character 1-4-grams and Latin word 1-2-grams of `text`, in order of first occurrence.

    Of characters that are all Latin letters, digits or spaces, 3-4-grams only.
    """
    folded = fold(text)
    counts: dict[str, int] = {}
    if not folded:
        return counts
    padded = f" {folded} "
    for length in range(1, LONGEST + 1):
        for start in range(len(padded) - length + 1):
            gram = padded[start : start + length]
            if length >= SHORTEST_LATIN or not gram.isascii():
                counts[gram] = counts.get(gram, 0) + 1
    words = _LATIN.findall(folded)
    for word in [*words, *(f"{a} {b}" for a, b in pairwise(words))]:
        counts[WORD + word] = counts.get(WORD + word, 0) + 1
    return counts


def sentences(text: str) -> list[str]:
    """The parts of a turn that may each mean something: sentences, and the clauses of a long one."""
    parts: list[str] = []
    for sentence in _SENTENCE.findall(_FULL_STOP.sub("。", text)):
        if len(sentence) <= _LONG_SENTENCE or sentence.isascii():
            parts.append(sentence)
        else:
            parts.extend(_clauses(sentence))
    return [part for part in parts if fold(part)]


def _clauses(sentence: str) -> list[str]:
    parts: list[str] = []
    held = ""
    for clause in _CLAUSE.findall(sentence):
        held += clause
        if len(fold(held)) >= _SHORT_CLAUSE:
            parts.append(held)
            held = ""
    if held:
        parts.append(held)
    return parts
