"""One spelling for the same words, with the way back to what was said.

Full-width and half-width, case, Traditional and typographic punctuation, invisible characters, and the spaces that
writers put between Han and Latin all disappear; every character of the result knows which characters it came from,
so that a span found in it quotes the original.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from msgspec import Struct

from alula.coach.understanding.reading import Span

HAN = r"\u3400-\u4dbf\u4e00-\u9fff〇"

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff]")
_SAME = {
    "「": '"', "」": '"', "『": '"', "』": '"', "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "《": '"', "》": '"',
    "‘": "'", "’": "'", "`": "'", "´": "'",
    "～": "~", "〜": "~", "∼": "~", "–": "-", "—": "-", "―": "-", "−": "-", "‐": "-", "‑": "-", "─": "-",
    "。": "。", "｡": "。", "．": ".", "、": "、", "､": "、", "【": "(", "】": ")", "〔": "(", "〕": ")", "・": "·",
}  # fmt: skip
_WIDE = re.compile(rf"[{HAN}。、]")
_BREAK = re.compile(r"""
    [。!?;:、…\n]                      # always ends a clause
  | ,(?!\d{3}(?:\D|$)) | (?<!\d),      # a comma that does not group digits
  | \.(?!\d) | (?<!\d)\.               # a full stop that is no decimal point
  | \s-+\s | --+                       # a dash between words
  | \s(?=(?:but|however|whereas|although|though)\s)
""", re.VERBOSE)  # fmt: skip
_SENTENCE_END = re.compile(r"[。!?;…\n.]")


class Normal(Struct, frozen=True):
    """A text in its one spelling. Character i of `text` came from characters [starts[i], ends[i]) of `original`."""

    original: str
    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def span(self, start: int, end: int) -> Span:
        """Characters [start, end) of `text`, as the words that were said."""
        if start >= end:
            return Span(start=0, end=0, quote="")
        first, last = self.starts[start], max(self.ends[start:end])
        return Span(start=first, end=last, quote=self.original[first:last])

    def replaced(self, parts: Iterable[tuple[int, int, str]]) -> Normal:
        """The same with each [start, end) written as another string, which as a whole comes from there. In order."""
        text: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        at = 0
        for start, end, new in [*parts, (len(self.text), len(self.text), "")]:
            text.append(self.text[at:start] + new)
            starts += self.starts[at:start]
            ends += self.ends[at:start]
            if new:
                starts += [self.starts[start]] * len(new)
                ends += [max(self.ends[start:end])] * len(new)
            at = end
        return Normal(original=self.original, text="".join(text), starts=tuple(starts), ends=tuple(ends))


class Clause(Struct, frozen=True):
    """A stretch [start, end) of a normal text between breaks; `sentence` numbers the sentence; `mark` is what ended it."""

    start: int
    end: int
    sentence: int
    mark: str


def normalise(text: str) -> Normal:
    """Bring a text into its one spelling."""
    chars: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for at, raw in enumerate(text):
        if _INVISIBLE.match(raw):
            continue
        for one in _SAME.get(raw) or unicodedata.normalize("NFKC", raw).lower():
            char = _SAME.get(one, " " if one.isspace() and one != "\n" else one)
            if char == " " and chars and chars[-1] in " \n":
                ends[-1] = at + 1
                continue
            chars.append(char)
            starts.append(at)
            ends.append(at + 1)
    return _without_needless_spaces(text, chars, starts, ends)


def _without_needless_spaces(text: str, chars: list[str], starts: list[int], ends: list[int]) -> Normal:
    """Leave a space only where it parts two words that are not Han."""
    kept = []
    for i, char in enumerate(chars):
        if char == " ":
            before, after = (chars[i - 1] if i else ""), (chars[i + 1] if i + 1 < len(chars) else "")
            if not before or not after or _WIDE.match(before) or _WIDE.match(after):
                continue
        kept.append(i)
    return Normal(
        original=text,
        text="".join(chars[i] for i in kept),
        starts=tuple(starts[i] for i in kept),
        ends=tuple(ends[i] for i in kept),
    )


def clauses(normal: Normal) -> tuple[Clause, ...]:
    """The clauses of a normal text, in order; none is blank."""
    found: list[Clause] = []
    at = sentence = 0
    for match in [*_BREAK.finditer(normal.text), None]:
        start, end = at, match.start() if match else len(normal.text)
        mark = match.group().strip() if match else ""
        if normal.text[start:end].strip(" \"'()"):
            found.append(Clause(start=start, end=end, sentence=sentence, mark=mark))
        elif found and mark in {"?", "!"}:
            found[-1] = Clause(
                start=found[-1].start, end=found[-1].end, sentence=found[-1].sentence, mark=mark
            )
        if mark and _SENTENCE_END.match(mark):
            sentence += 1
        at = match.end() if match else end
    return tuple(found)
