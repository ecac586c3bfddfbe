"""How fast a reader is: what it handled in each five seconds of the last minute, kept beside its cursor.

The text is written with the cursor, in the update that a batch makes anyway, so it costs no write of its own and holds
for all processes that run the reader: "352341240:500 352341241:1000", each part the number of five seconds since 1970 and
the statements handled in them.
"""

from __future__ import annotations

from datetime import datetime

STEP, STEPS = 5, 12
"""Seconds in a part; parts that are kept."""


def with_handled(pace: str, handled: int, at: datetime) -> str:
    """The text after a batch of so many statements was handled at a moment."""
    parts = _parts(pace)
    last = max([int(at.timestamp()) // STEP, *parts])  # another process's clock may be ahead
    parts[last] = parts.get(last, 0) + handled
    return " ".join(
        f"{part}:{number}" for part, number in sorted(parts.items()) if last - STEPS < part <= last
    )


def rate(pace: str, at: datetime) -> float:
    """Statements a second over the last minute (its last 55 to 60 seconds); 0 when nothing was handled in it."""
    first = int(at.timestamp()) // STEP - STEPS + 1
    handled = sum(number for part, number in _parts(pace).items() if part >= first)
    return handled / (at.timestamp() - first * STEP)


def _parts(pace: str) -> dict[int, int]:
    return {int(part): int(number) for part, _, number in (one.partition(":") for one in pace.split())}
