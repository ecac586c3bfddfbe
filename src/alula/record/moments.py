"""Points in time as texts: what xAPI calls a timestamp (ISO 8601 in 1.0.3, RFC 3339 in 2.0)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

_TIMESTAMP = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})[Tt](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d+))?)?(?:([Zz])|([+-])(\d{2})(?::?(\d{2}))?)?",
    re.ASCII,
)


def parse_timestamp(text: str) -> datetime:
    """The moment in UTC; fractions beyond a microsecond are cut off, no zone means UTC (xAPI 1.0.3, Data 4.5).

    Raises:
        ValueError: not a combined date and time, or its offset is -00, which says that the offset is unknown.
    """
    match = _TIMESTAMP.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is not a date and time of ISO 8601")
    year, month, day, hour, minute, second, fraction, _, sign, off_hours, off_minutes = match.groups()
    seconds = int(second or 0)
    leap = (
        seconds == 60
    )  # RFC 3339 admits it, datetime does not: the moment before is the nearest that it has
    micro = 999_999 if leap else int((fraction or "0")[:6].ljust(6, "0"))
    zone = timezone(timedelta())
    if sign is not None:
        offset = timedelta(hours=int(off_hours), minutes=int(off_minutes or 0))
        if int(off_minutes or 0) > 59 or (sign == "-" and not offset):
            raise ValueError(f"{text!r} has an offset that is none")
        zone = timezone(-offset if sign == "-" else offset)
    try:
        return datetime(
            int(year), int(month), int(day), int(hour), int(minute), 59 if leap else seconds, micro, zone
        ).astimezone(UTC)
    except OverflowError as error:
        raise ValueError(f"{text!r} is out of range") from error


def to_text(moment: datetime) -> str:
    """The moment in UTC to the millisecond, or to the microsecond when it has one: 2026-03-01T08:00:00.000Z."""
    precise = "microseconds" if moment.microsecond % 1000 else "milliseconds"
    return moment.astimezone(UTC).isoformat(timespec=precise).replace("+00:00", "Z")


def to_column(moment: datetime) -> str:
    """The moment in UTC as a text that SQLite keeps and both engines read: texts of one width compare like times."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
