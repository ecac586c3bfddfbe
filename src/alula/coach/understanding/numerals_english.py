"""Numbers in English words: "a hundred and five", "twenty-five", "three point five million", "two and a half"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from alula.coach.understanding.number import Number, place_of

_ONES = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17, "eighteen": 18, "nineteen": 19,
}  # fmt: skip
_TENS = {
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
_SCALES = {"hundred": 100, "dozen": 12, "thousand": 10**3, "million": 10**6, "billion": 10**9}
_SMALL_SCALES = frozenset(
    {"hundred", "dozen"}
)  # they multiply what stands before and may be multiplied again
_WORD = re.compile(r"[a-z]+")
_GAP = frozenset({" ", "-"})
_AND_A_HALF = re.compile(r" and a half\b")
_POINT = re.compile(r" point((?: (?:zero|oh|one|two|three|four|five|six|seven|eight|nine)\b)+)")


@dataclass
class _Sum:
    """What the words so far add up to: whole thousands and above, and what is below them."""

    total: Decimal = Decimal(0)
    current: Decimal = Decimal(0)
    words: int = 0

    @property
    def value(self) -> Decimal:
        return self.total + self.current

    def take(self, word: str) -> bool:
        """Add a word; False when it does not go on."""
        if word in _ONES and self._open_for(_ONES[word]):
            self.current += _ONES[word]
        elif word in _TENS and self.current % 100 == 0:
            self.current += _TENS[word]
        elif word in _SMALL_SCALES and self.words:
            self.current = (self.current or Decimal(1)) * _SCALES[word]
        elif word in _SCALES and self.words:
            self.total, self.current = self.total + (self.current or Decimal(1)) * _SCALES[word], Decimal(0)
        else:
            return False
        self.words += 1
        return True

    def _open_for(self, small: int) -> bool:
        return self.current % 100 == 0 or (self.current % 10 == 0 and small < 10)

    def may_go_on_with_and(self) -> bool:
        """Whether "and" may follow inside the number: only behind hundreds or more."""
        return self.total > 0 or (self.current >= 100 and self.current % 100 == 0)


def scan(text: str, at: int) -> Number | None:
    """The number in words that begins at `at`; None when there is none."""
    added = _Sum()
    end, i = at, at
    if (article := _article(text, at)) is not None:
        added.current, added.words, i = Decimal(1), 1, article
    while match := _WORD.match(text, i):
        if (
            match.group() == "and"
            and added.words
            and added.may_go_on_with_and()
            and _small(text, match.end() + 1)
        ):
            i = match.end() + 1
            continue
        if not added.take(match.group()):
            break
        end = match.end()
        if text[end : end + 1] not in _GAP:
            break
        i = end + 1
    if not added.words:
        return None
    weak = added.words == 1 and added.value < 10
    return _fraction(
        text, Number(value=added.value, start=at, end=end, place=place_of(added.value), weak=weak)
    )


def scale_after(text: str, at: int) -> tuple[Decimal, int]:
    """What a number in digits is multiplied by when a scale follows ("1.5 million"), and where that ends."""
    word = _WORD.match(text, at + 1) if text[at : at + 1] in _GAP else None
    if word and word.group() in _SCALES:
        return Decimal(_SCALES[word.group()]), word.end()
    return Decimal(1), at


def _article(text: str, at: int) -> int | None:
    """Where the scale begins behind "a" or "an" ("a million"); None when there is none."""
    word = _WORD.match(text, at)
    if not word or word.group() not in {"a", "an"}:
        return None
    following = _WORD.match(text, word.end() + 1)
    return following.start() if following and following.group() in _SCALES else None


def _small(text: str, at: int) -> bool:
    word = _WORD.match(text, at)
    return word is not None and (word.group() in _ONES or word.group() in _TENS)


def _fraction(text: str, number: Number) -> Number:
    """The number with "and a half" or "point five", and a scale behind that."""
    if half := _AND_A_HALF.match(text, number.end):
        return Number(value=number.value + Decimal("0.5"), start=number.start, end=half.end())
    match = _POINT.match(text, number.end)
    if not match:
        return number
    digits = "".join("0" if word == "oh" else str(_ONES[word]) for word in match.group(1).split())
    scale, end = scale_after(text, match.end())
    return Number(value=Decimal(f"{number.value}.{digits}") * scale, start=number.start, end=end)
