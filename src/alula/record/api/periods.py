"""Stretches of time as a filter names them: "7d" (today and the six days before), "2026-11", "2026-11-03"."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from alula.kernel import clock
from alula.kernel.errors import invalid

_DAYS = re.compile(r"([1-9]\d{0,3})d", re.ASCII)
_DATE = re.compile(r"(\d{4})-(\d{2})(?:-(\d{2}))?", re.ASCII)


def span_of(text: str, timezone: str) -> tuple[datetime | None, datetime | None]:
    """(after, up to) of a stretch in that zone; (None, None) for an empty text.

    Raises:
        Refusal: kernel.invalid (422), when the text names none.
    """
    if not text:
        return None, None
    zone = ZoneInfo(timezone)
    midnight = clock.now().astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    if match := _DAYS.fullmatch(text):
        return midnight - timedelta(days=int(match[1]) - 1), None
    try:
        return _dated(text, zone)
    except (ValueError, OverflowError) as error:
        rule = {
            "zh": "必须是一段时间，如 7d、2026-11 或 2026-11-03",
            "en": "must be a stretch of time such as 7d, 2026-11 or 2026-11-03",
        }
        raise invalid("period", rule) from error


def _dated(text: str, zone: ZoneInfo) -> tuple[datetime, datetime]:
    match = _DATE.fullmatch(text)
    if match is None:
        raise ValueError(text)
    year, month = int(match[1]), int(match[2])
    if match[3]:
        start = datetime(year, month, int(match[3]), tzinfo=zone)
        return start, start + timedelta(days=1)
    start = datetime(year, month, 1, tzinfo=zone)
    return start, datetime(year + month // 12, month % 12 + 1, 1, tzinfo=zone)
