"""The in-process signal that something was committed, so that a reader in this process need not wait for its next look."""

from __future__ import annotations

import threading
from weakref import WeakSet

_bells: WeakSet[Bell] = WeakSet()
_lock = threading.Lock()


class Bell:
    """What one loop waits on."""

    def __init__(self) -> None:
        self._rung = threading.Event()
        with _lock:
            _bells.add(self)

    def ring(self) -> None:
        self._rung.set()

    def wait(self, seconds: float) -> bool:
        """Wait at most `seconds`; whether it was rung since the last wait."""
        rung = self._rung.wait(seconds)
        self._rung.clear()
        return rung


def wake() -> None:
    """Ring every bell of this process."""
    with _lock:
        bells = list(_bells)
    for bell in bells:
        bell.ring()
