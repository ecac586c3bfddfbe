"""What this process answered over xAPI since it began: for /metrics and the operator's page."""

from __future__ import annotations

import threading
from collections import Counter

_lock = threading.Lock()
_answers: Counter[int] = Counter()
_turned_away = 0


def answered(status: int) -> None:
    """Count an answer."""
    with _lock:
        _answers[status] += 1


def turned_away() -> None:
    """Count a request that was refused because too many were in hand."""
    global _turned_away  # noqa: PLW0603 - one number for the process
    with _lock:
        _turned_away += 1


def answers() -> dict[int, int]:
    """Answers by HTTP status."""
    with _lock:
        return dict(_answers)


def refused_for_load() -> int:
    """Requests refused because too many were in hand."""
    return _turned_away
