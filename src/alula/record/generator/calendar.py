"""How busy a day is for training in a Chinese company, and at what hours people learn.

Shares, not counts: 1 is a plain working day. They are assumptions that make a year look like one, not measurements; what
is promised is their order: a weekend is quieter than a working day, a holiday quieter still, and so on.
"""

from __future__ import annotations

from bisect import bisect
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from random import Random
from zoneinfo import ZoneInfo

# First day of the lunar year (Hong Kong Observatory, Gregorian-Lunar Calendar Conversion Table).
LUNAR_NEW_YEAR = {
    2020: (1, 25), 2021: (2, 12), 2022: (2, 1), 2023: (1, 22), 2024: (2, 10), 2025: (1, 29), 2026: (2, 17),
    2027: (2, 6), 2028: (1, 26), 2029: (2, 13), 2030: (2, 3), 2031: (1, 23), 2032: (2, 11), 2033: (1, 31),
    2034: (2, 19), 2035: (2, 8),
}  # fmt: skip
HOLIDAY, WEEKEND = 0.04, 0.16
BEFORE_SPRING_FESTIVAL = 0.45
"""The week before: people travel and close their books."""
MONTHS = (1.15, 0.9, 1.25, 0.95, 0.95, 1.2, 0.85, 0.8, 1.2, 0.95, 1.05, 1.1)
"""January begins the sales year, a quarter ends in its third month, August is hot and quiet."""
WORKING_HOURS = (
    *(0.1, 0, 0, 0, 0, 0.2, 0.8, 2, 6, 9, 8, 5),
    *(7, 5, 6, 7, 6, 4, 3, 4, 6, 5, 2, 0.6),
)
"""Weight of each hour of a working day: the morning meeting, the lunch break, the evening on the phone."""
FREE_HOURS = (*(0.4, 0, 0, 0, 0, 0.1, 0.5, 1, 3, 5, 6, 5), *(3, 3, 4, 5, 5, 4, 3, 5, 7, 6, 3, 1))


def holiday(day: date) -> bool:
    """Whether it falls into a public holiday of a week or its like; the working weekends around them are left out."""
    if (day.month, day.day) == (1, 1) or (day.month, day.day) in {(5, n) for n in range(1, 6)}:
        return True
    if day.month == 10 and day.day <= 7:
        return True
    return -1 <= _after_new_year(day) <= 6


def _after_new_year(day: date) -> int:
    """Days since the lunar new year of that year, negative before it; far away when it is not in the table."""
    first = LUNAR_NEW_YEAR.get(day.year)
    return 10_000 if first is None else (day - date(day.year, *first)).days


def busyness(day: date) -> float:
    """How much is learned on a day, 1 being a plain working day."""
    if holiday(day):
        return HOLIDAY
    share = MONTHS[day.month - 1] * (WEEKEND if day.weekday() >= 5 else 1.0)
    return share * BEFORE_SPRING_FESTIVAL if -8 <= _after_new_year(day) < -1 else share


@dataclass(frozen=True)
class Day:
    """A day of a year. `number` counts from 0, `zone` is the tenant's."""

    date: date
    number: int
    zone: ZoneInfo
    _hours: tuple[datetime, ...] = field(init=False, repr=False)
    _weights: tuple[float, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        local = (
            datetime(self.date.year, self.date.month, self.date.day, h, tzinfo=self.zone) for h in range(24)
        )
        object.__setattr__(self, "_hours", tuple(one.astimezone(UTC) for one in local))
        free = self.date.weekday() >= 5 or holiday(self.date)
        object.__setattr__(self, "_weights", tuple(accumulate(FREE_HOURS if free else WORKING_HOURS)))

    def moment(self, chance: Random) -> datetime:
        """When somebody sits down to learn on this day; aware, UTC, to the second."""
        hour = bisect(self._weights, chance.random() * self._weights[-1])
        return self._hours[hour] + timedelta(seconds=int(chance.random() * 3600))
