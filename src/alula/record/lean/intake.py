"""Where requests with statements come in: prepared by a few threads, written by one, bounded by number and bytes."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from queue import SimpleQueue
from typing import Any, Generic, TypeVar

from django.db import close_old_connections, connections

from alula.kernel.settings import setting
from alula.record.lean.group import Request
from alula.record.lean.writer import Outcome, Waiting, Writer

log = logging.getLogger(__name__)

PREPARERS = 2
"""Two, so that small requests pass a large one. More gain nothing: they share the interpreter."""

waiting = setting(
    "ALULA_XAPI_WAITING",
    512,
    "xAPI requests in hand at once in a process; more are answered 503 with Retry-After.",
)
largest = setting(
    "ALULA_XAPI_BYTES", 16 * 1024 * 1024, "Bytes of one xAPI request, attachments included, at most."
)
waiting_bytes = setting(
    "ALULA_XAPI_WAITING_BYTES",
    64 * 1024 * 1024,
    "Bytes of xAPI requests in hand at once in a process; more are answered 503 with Retry-After.",
)


class Desk:
    """How many requests, and bytes of them, are in hand; what the settings say when it is made is its limit."""

    def __init__(self) -> None:
        self._count = self._bytes = 0
        self._most, self._most_bytes, self.largest = waiting.value, waiting_bytes.value, largest.value
        self._lock = threading.Lock()

    def enter(self) -> bool:
        """Take a request in hand, if there is room for it."""
        with self._lock:
            if self._count >= self._most:
                return False
            self._count += 1
            return True

    def hold(self, size: int) -> bool:
        """Hold so many bytes more, if there is room for them."""
        with self._lock:
            if self._bytes + size > self._most_bytes:
                return False
            self._bytes += size
            return True

    def admit(self, size: int) -> bool:
        """Take a request of so many bytes in hand, if there is room for it."""
        with self._lock:
            if self._count >= self._most or size > self.largest or self._bytes + size > self._most_bytes:
                return False
            self._count += 1
            self._bytes += size
            return True

    @property
    def in_hand(self) -> int:
        """Requests that are read or answered at this moment."""
        return self._count

    def leave(self, size: int) -> None:
        """Let a request go, with all bytes held for it."""
        with self._lock:
            self._count -= 1
            self._bytes -= size


Tell = Callable[[Outcome], None]
"""What is called with the outcome, in the loop that it was given with."""
R = TypeVar("R", bound=Request)


@dataclass(slots=True)
class Arrival(Generic[R]):
    """A request that came: how it is prepared (raising what is wrong with it), and who is told, in its loop."""

    prepare: Callable[[], R]
    loop: asyncio.AbstractEventLoop
    told: Callable[[Outcome, R | None], None]
    request: R | None = field(default=None)

    def tell(self, outcome: Outcome) -> None:
        self.told(outcome, self.request)


class Intake:
    """The threads of a process, and the way through them."""

    def __init__(self) -> None:
        self._line: SimpleQueue[Arrival[Any] | None] = SimpleQueue()
        self._told: dict[asyncio.AbstractEventLoop, list[tuple[Tell, Outcome]]] = {}
        self._writer = Writer(self._deliver)
        self._threads = [
            threading.Thread(target=self._run, name=f"record-intake-{n}", daemon=True)
            for n in range(PREPARERS)
        ]
        for thread in self._threads:
            thread.start()

    async def store(self, prepare: Callable[[], R], *, here: bool) -> tuple[Outcome, R | None]:
        """Prepare and write a request: its outcome, and what was prepared. Ends when that is durable or refused.

        Args:
            prepare: raises what is wrong with the request.
            here: prepare it in this thread, since it is small and waits for nothing; else in one of the intake's.
        """
        loop = asyncio.get_running_loop()
        done: asyncio.Future[tuple[Outcome, R | None]] = loop.create_future()

        def told(outcome: Outcome, request: R | None) -> None:
            if not done.done():
                done.set_result((outcome, request))

        if not here:
            self.take(prepare, loop, told)
        elif error := self._prepare(Arrival(prepare, loop, told)):
            return error, None
        return await done

    def take(
        self,
        prepare: Callable[[], R],
        loop: asyncio.AbstractEventLoop,
        told: Callable[[Outcome, R | None], None],
    ) -> None:
        """Prepare a request in one of the intake's threads and write it; `told` is called in the loop when it is durable or refused."""
        self._line.put(Arrival(prepare, loop, told))

    def write(self, request: Request, loop: asyncio.AbstractEventLoop, tell: Tell) -> None:
        """Write a prepared request; `tell` is called in the loop when it is durable or refused."""
        self._writer.put(Waiting(request, partial(self._tell, loop, tell)))

    def _prepare(self, one: Arrival[Any]) -> Outcome:
        """Prepare and get in the writer's line; what went wrong."""
        try:
            one.request = one.prepare()
        except Exception as error:  # noqa: BLE001 - whatever it is, the one who waits is told
            return error
        self.write(one.request, one.loop, one.tell)
        return None

    def stop(self) -> None:
        """Finish what is in hand and end the threads."""
        for _ in self._threads:
            self._line.put(None)
        for thread in self._threads:
            thread.join()
        self._writer.stop()

    def _run(self) -> None:
        while one := self._line.get():
            close_old_connections()
            if error := self._prepare(one):
                _settle(one.loop, [(one.tell, error)])
        connections.close_all()

    def _tell(self, loop: asyncio.AbstractEventLoop, tell: Tell, outcome: Outcome) -> None:
        """In the writer's thread: told together, since each word to a loop from outside wakes it."""
        self._told.setdefault(loop, []).append((tell, outcome))

    def _deliver(self) -> None:
        told, self._told = self._told, {}
        for loop, here in told.items():
            _settle(loop, here)


def _settle(loop: asyncio.AbstractEventLoop, told: list[tuple[Tell, Outcome]]) -> None:
    with suppress(RuntimeError):  # the loop was closed; nobody waits any more
        loop.call_soon_threadsafe(_finish, told)


def _finish(told: list[tuple[Tell, Outcome]]) -> None:
    for tell, outcome in told:
        try:
            tell(outcome)
        except Exception:  # the others in the group still have to be told
            log.exception("an answer could not be given")
