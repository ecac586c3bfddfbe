"""Times of visits: whether two clash, and a calendar file (RFC 5545) that any calendar takes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import NamedTuple

LINE = 75
"""Octets of a line in a calendar file, at most (RFC 5545, 3.1)."""


class Event(NamedTuple):
    """What stands in a calendar."""

    uid: str
    starts_at: datetime
    ends_at: datetime
    title: str
    words: str = ""
    place: str = ""
    cancelled: bool = False


def clash(a_starts: datetime, a_ends: datetime, b_starts: datetime, b_ends: datetime) -> bool:
    """Whether two times overlap. One that begins when the other ends does not."""
    return a_starts < b_ends and b_starts < a_ends


def ics(events: Iterable[Event], made_at: datetime) -> str:
    """The events as a calendar file."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Alula//growth//ZH", "CALSCALE:GREGORIAN"]
    for one in events:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{one.uid}@alula",
            f"DTSTAMP:{_moment(made_at)}",
            f"DTSTART:{_moment(one.starts_at)}",
            f"DTEND:{_moment(one.ends_at)}",
            f"SUMMARY:{_text(one.title)}",
            *([f"DESCRIPTION:{_text(one.words)}"] if one.words else []),
            *([f"LOCATION:{_text(one.place)}"] if one.place else []),
            f"STATUS:{'CANCELLED' if one.cancelled else 'CONFIRMED'}",
            "END:VEVENT",
        ]
    return "".join(_folded(line) + "\r\n" for line in [*lines, "END:VCALENDAR"])


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _text(text: str) -> str:
    """A text value: backslash, semicolon, comma and line breaks are escaped (RFC 5545, 3.3.11)."""
    escaped = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return escaped.replace("\r\n", "\\n").replace("\n", "\\n").replace("\r", "")


def _folded(line: str) -> str:
    """The line cut into pieces of at most 75 octets, never inside a character."""
    pieces, piece, octets = [], "", 0
    for character in line:
        size = len(character.encode())
        if octets + size > LINE:
            pieces.append(piece)
            piece, octets = " ", 1
        piece, octets = piece + character, octets + size
    return "\r\n".join([*pieces, piece])
