"""Attempts with a wrong secret, counted for each credential and address, so that nobody tries without end.

Counted in this process, since the secret has 256 bits and cannot be guessed: the count keeps a system that was set up
wrongly, or somebody who tries, from costing a look into the database each time.
"""

from __future__ import annotations

import threading
import time

from alula.kernel.errors import Refusal

AT_MOST = 10
SECONDS = 60.0
"""So many failures in so many seconds; then nothing is looked at until the time is over."""
REMEMBERED = 10_000

_failed: dict[tuple[str, str], tuple[int, float]] = {}
_lock = threading.Lock()


def check(address: str, key: str) -> None:
    """Let an attempt pass.

    Raises:
        Refusal: kernel.too_many (429), after AT_MOST failures from this address with this credential.
    """
    count, until = _failed.get((address, key), (0, 0.0))
    left = until - time.monotonic()
    if count >= AT_MOST and left > 0:
        raise Refusal("kernel.too_many", status=429, seconds=int(left) + 1)


def failed(address: str, key: str) -> None:
    """Count a failure."""
    with _lock:
        now = time.monotonic()
        count, until = _failed.get((address, key), (0, 0.0))
        if until <= now:
            count, until = 0, now + SECONDS
        if len(_failed) >= REMEMBERED:
            _failed.clear()
        _failed[address, key] = (count + 1, until)


def forget() -> None:
    """Begin to count anew."""
    with _lock:
        _failed.clear()
