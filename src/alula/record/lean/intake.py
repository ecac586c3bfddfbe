"""Where requests with statements come in: prepared by a few threads, written by one, bounded by number and bytes."""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from django.db import close_old_connections

from alula.kernel.settings import setting
from alula.record.lean.group import Request
from alula.record.lean.writer import Outcome, Waiting, Writer

AT_ONCE = 16
AT_ONCE_BYTES = 64 * 1024
"""Small requests are prepared by the handful, so that the writer is woken once for all of them."""
PREPARERS = 2
"""Two, so that small requests pass a large one. More gain nothing: they share the interpreter."""

waiting = setting(
    "ALULA_XAPI_WAITING",
    512,
    "xAPI requests in hand at once in a process; more are answered 503 with Retry-After.",
)
waiting_bytes = setting(
    "ALULA_XAPI_WAITING_BYTES",
    64 * 1024 * 1024,
    "Bytes of xAPI requests in hand at once in a process; more are answered 503 with Retry-After.",
)


class Desk:
    """How many requests, and bytes of them, are in hand."""

    def __init__(self) -> None:
        self._count = self._bytes = 0
        self._lock = threading.Lock()

    def enter(self) -> bool:
        """Take a request in hand, if there is room for it."""
        with self._lock:
            if self._count >= waiting.value:
                return False
            self._count += 1
            return True

    def hold(self, size: int) -> bool:
        """Hold so many bytes more, if there is room for them."""
        with self._lock:
            if self._bytes + size > waiting_bytes.value:
                return False
            self._bytes += size
            return True

    def leave(self, size: int) -> None:
        """Let a request go, with all bytes held for it."""
        with self._lock:
            self._count -= 1
            self._bytes -= size


@dataclass(slots=True)
class Arrival:
    """A request that came: how it is prepared (raising what is wrong with it), and what has become of it."""

    prepare: Callable[[], Request]
    size: int
    loop: asyncio.AbstractEventLoop
    done: asyncio.Future[Outcome]
    request: Request | None = field(default=None)


class Intake:
    """The threads of a process, and the way through them."""

    def __init__(self) -> None:
        self._line: deque[Arrival] = deque()
        self._come = threading.Condition()
        self._stopping = False
        self._told: list[tuple[Arrival, Outcome]] = []
        self._writer = Writer(self._deliver)
        self._threads = [
            threading.Thread(target=self._run, name=f"record-intake-{n}", daemon=True)
            for n in range(PREPARERS)
        ]
        for thread in self._threads:
            thread.start()

    async def store(self, prepare: Callable[[], Request], size: int) -> tuple[Outcome, Request | None]:
        """Prepare and write a request: its outcome, and what was prepared. Ends when that is durable or refused.

        Args:
            prepare: run in a thread; raises what is wrong with the request.
            size: bytes of the request.
        """
        loop = asyncio.get_running_loop()
        one = Arrival(prepare, size, loop, loop.create_future())
        with self._come:
            self._line.append(one)
            self._come.notify()
        return await one.done, one.request

    def stop(self) -> None:
        """Finish what is in hand and end the threads."""
        with self._come:
            self._stopping = True
            self._come.notify_all()
        for thread in self._threads:
            thread.join()
        self._writer.stop()

    def _take(self) -> list[Arrival]:
        with self._come:
            while not self._line and not self._stopping:
                self._come.wait()
            taken: list[Arrival] = []
            size = 0
            while self._line and len(taken) < AT_ONCE and (not taken or size < AT_ONCE_BYTES):
                taken.append(self._line.popleft())
                size += taken[-1].size
            return taken

    def _run(self) -> None:
        while taken := self._take():
            close_old_connections()
            ready = []
            for one in taken:
                try:
                    one.request = one.prepare()
                except Exception as error:  # noqa: BLE001 - whatever it is, the one who waits is told
                    _settle([(one, error)])
                else:
                    ready.append(Waiting(one.request, partial(self._tell, one)))
            if ready:
                self._writer.put(ready)
        close_old_connections()

    def _tell(self, one: Arrival, outcome: Outcome) -> None:
        """In the writer's thread: told together, since each word to a loop from outside wakes it."""
        self._told.append((one, outcome))

    def _deliver(self) -> None:
        told, self._told = self._told, []
        _settle(told)


def _settle(told: list[tuple[Arrival, Outcome]]) -> None:
    for loop in {one.loop for one, _ in told}:
        here = [(one, outcome) for one, outcome in told if one.loop is loop]
        if not loop.is_closed():
            loop.call_soon_threadsafe(_finish, here)


def _finish(told: list[tuple[Arrival, Outcome]]) -> None:
    for one, outcome in told:
        if not one.done.done():
            one.done.set_result(outcome)
