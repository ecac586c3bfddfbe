"""The time, in one place so that a test can set it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

_fixed: list[datetime] = []


def now() -> datetime:
    """The current time, always aware and in UTC."""
    return _fixed[-1] if _fixed else datetime.now(UTC)


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Make `now` answer `moment` inside the block (tests only)."""
    _fixed.append(moment)
    try:
        yield
    finally:
        _fixed.pop()
