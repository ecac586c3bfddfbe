"""Days of the calendar as they are said: 2026年3月15日, 三月十五号, 2026-03-15, March 15, 2026, 15 March."""

from __future__ import annotations

import re
from datetime import date

from msgspec import Struct

from alula.coach.understanding.numerals import scan as scan_number

_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_YEAR = re.compile(r"(?:19|20)\d\d(?![\d.,%]| ?[a-z])")
_IN = re.compile(r"\b(?:in|since|by|until|from) $")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAME = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_MONTH_FIRST = re.compile(
    rf"{_NAME} (?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:,? (?P<year>\d{{4}}))?|(?P<only_year>\d{{4}}))\b"
)
_DAY_FIRST = re.compile(rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? {_NAME}(?:,? (?P<year>\d{{4}}))?\b")


class Day(Struct, frozen=True):
    """A day or what was said of it: parts that were not said are None. `end` is where it ends in the text."""

    year: int | None
    month: int | None
    day: int | None
    end: int

    def agrees(self, on: date) -> bool:
        """Whether every part that was said is that of `on`."""
        said = (self.year, self.month, self.day)
        return all(
            one is None or one == other for one, other in zip(said, (on.year, on.month, on.day), strict=True)
        )

    def written(self, language: str) -> str:
        """The parts said, as a reader of the language writes them."""
        if language == "zh":
            parts = ((self.year, "年"), (self.month, "月"), (self.day, "日"))
            return "".join(f"{value}{name}" for value, name in parts if value is not None)
        name = "" if self.month is None else date(2000, self.month, 1).strftime("%B")
        return " ".join(str(part) for part in (self.day, name, self.year) if part)


def scan(text: str, at: int) -> Day | None:
    """The date that begins at `at` of a normal text; None when there is none or it is not in the calendar."""
    before = text[at - 1 : at] if at else ""
    if before.isascii() and before.isalnum():
        return None
    found = _written(text, at) or _chinese(text, at)
    return found if found and _exists(found) else None


def _written(text: str, at: int) -> Day | None:
    if match := _ISO.match(text, at):
        year, month, day = (int(part) for part in match.groups())
        return Day(year=year, month=month, day=day, end=match.end())
    if (match := _YEAR.match(text, at)) and _IN.search(text[max(0, at - 6) : at]):
        return Day(year=int(match.group()), month=None, day=None, end=match.end())
    for pattern in (_MONTH_FIRST, _DAY_FIRST):
        if match := pattern.match(text, at):
            parts = match.groupdict()
            year_said = parts.get("year") or parts.get("only_year")
            return Day(
                year=int(year_said) if year_said else None,
                month=_MONTHS.index(parts["month"][:3]) + 1,
                day=int(parts["day"]) if parts["day"] else None,
                end=match.end(),
            )
    return None


def _chinese(text: str, at: int) -> Day | None:
    year, end = _part(text, at, "年", 1900, 2100)
    month, end = _part(text, end, "月", 1, 12)
    day, end = _part(text, end, "日号", 1, 31) if month is not None else (None, end)
    if year is None and month is None:
        return None
    return Day(year=year, month=month, day=day, end=end)


def _part(text: str, at: int, marks: str, low: int, high: int) -> tuple[int | None, int]:
    number = scan_number(text, at) if at < len(text) else None
    if (
        number is None
        or text[number.end : number.end + 1] not in tuple(marks)
        or not low <= number.value <= high
    ):
        return None, at
    return int(number.value), number.end + 1


def _exists(day: Day) -> bool:
    if day.month is None:
        return True
    try:
        date(day.year or 2000, day.month, day.day or 1)
    except ValueError:
        return False
    return True
