"""Days that a firm on the ladder must not miss, from its titles alone.

Sources (growth-verification): yearly update by 04-30 under the rule of 2022 (V), by 05-31 under the rule of 2026 (second-hand),
for technology-based firms by the end of March (second-hand); a title ends on its last day, and without a review it is lost.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from alula.growth.facts import Title
from alula.growth.ladder.tiers import in_force, ladder_titles
from alula.kernel import clock

Kind = Literal["yearly_update", "review", "expiry", "change_report"]

RULE_OF_2026 = 2026
"""The first year whose update falls under the rule in force since 2026-04-01."""
UPDATE_LEAD = timedelta(days=60)
REVIEW_LEAD = timedelta(days=180)
"""Windows are set by each year's notice, so one begins to prepare early."""
EXPIRY_LEAD = timedelta(days=30)
CHANGE_MONTHS = 3
"""Renaming, merger, restructuring, moving to another province, a foreign branch: reported within three months (2022 rule, V2)."""


def today() -> date:
    """The day in China, where all these days are counted."""
    return clock.now().astimezone(ZoneInfo("Asia/Shanghai")).date()


class Due(NamedTuple):
    """A day to keep: `subject` tells it from others of its kind, `title` is the title that hangs on it."""

    kind: Kind
    subject: str
    title: str
    due: date
    show_from: date


def update_day(kind: str, year: int) -> date:
    """By when a holder of a title of that kind brings its data up to date in a year."""
    if kind == "tech":
        return date(year, 3, 31)
    return date(year, 5, 31) if year >= RULE_OF_2026 else date(year, 4, 30)


def report_day(changed: date) -> date:
    """The last day to report a change: the same day three months later, or the last of that month."""
    months = changed.month - 1 + CHANGE_MONTHS
    year, month = changed.year + months // 12, months % 12 + 1
    return date(year, month, min(changed.day, monthrange(year, month)[1]))


def dues(titles: Iterable[Title] | None, day: date) -> list[Due]:
    """What comes next for each title: this update or the next one, and the end of what has one."""
    found: list[Due] = []
    for one in ladder_titles(titles):
        if one.until is not None and one.until + timedelta(days=365) >= day:
            subject = f"{one.kind} {one.until}"
            if one.until >= day:
                found.append(Due("review", subject, one.kind, one.until, one.until - REVIEW_LEAD))
            found.append(Due("expiry", subject, one.kind, one.until, one.until - EXPIRY_LEAD))
        update = _next_update(one, day)
        if update is not None:
            found.append(
                Due("yearly_update", f"{one.kind} {update.year}", one.kind, update, update - UPDATE_LEAD)
            )
    return list({(one.kind, one.subject): one for one in found}.values())


def _next_update(title: Title, day: date) -> date | None:
    """The next update day inside the title's validity; the first one comes in the year after the title."""
    year = day.year if day <= update_day(title.kind, day.year) else day.year + 1
    if title.since is not None:
        year = max(year, title.since.year + 1)
    update = update_day(title.kind, year)
    return update if in_force(title.since, title.until, update) else None
