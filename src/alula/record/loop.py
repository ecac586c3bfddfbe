"""The loop that keeps readers up in a server process. Many processes may run it: a reader is held by one at a time."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable

from django.db import Error, connections

from alula.record import reading
from alula.record.waking import Bell

log = logging.getLogger(__name__)

SHORTEST, LONGEST = 0.05, 1.0
"""Seconds between two looks at the record: after work or a commit in this process, and when nothing happens for long."""


class ReaderLoop:
    """Threads that run readers until `stop`.

    Args:
        names: these readers only; all registered ones when left out.
        threads: how many readers run at the same time in this process. SQLite gains nothing from more than one.
    """

    def __init__(self, names: Iterable[str] | None = None, *, threads: int = 1) -> None:
        self._names = list(names) if names is not None else None
        self._threads = [threading.Thread(target=self._run, name=f"readers-{n}", daemon=True) for n in range(threads)]
        self._bells = {thread.name: Bell() for thread in self._threads}
        self._stopping = threading.Event()
        self._taken: set[str] = set()
        self._lock = threading.Lock()

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self, timeout: float = 10.0) -> bool:
        """Let each thread finish its batch; whether all ended within `timeout` seconds."""
        self._stopping.set()
        for bell in self._bells.values():
            bell.ring()
        for thread in self._threads:
            thread.join(timeout)
        return not any(thread.is_alive() for thread in self._threads)

    def _run(self) -> None:
        bell = self._bells[threading.current_thread().name]
        pause = SHORTEST
        while not self._stopping.is_set():
            try:
                worked = self._turn()
            except Error:
                # Busy, restarting or away: whatever it was, nothing was lost, and the next turn tells.
                log.warning("the readers' database is in trouble, trying again", exc_info=True)
                connections.close_all()
                worked, pause = False, LONGEST
            except Exception:
                log.exception("a turn of the readers failed")
                worked, pause = False, LONGEST
            if worked:
                pause = SHORTEST
            elif bell.wait(pause):
                pause = SHORTEST
            else:
                pause = min(pause * 2, LONGEST)
        connections.close_all()

    def _turn(self) -> bool:
        """One batch for each reader that has something to read; whether any was handled."""
        wanted = self._names if self._names is not None else reading.names()
        reading.ensure_cursors(wanted)
        worked = False
        for name in reading.pending(wanted):
            if self._stopping.is_set() or not self._take(name):
                continue
            try:
                worked = bool(reading.run_once(name)) or worked
            finally:
                self._taken.discard(name)
        return worked

    def _take(self, name: str) -> bool:
        """Whether no other thread of this loop is at the reader; it is ours then."""
        with self._lock:
            if name in self._taken:
                return False
            self._taken.add(name)
            return True
