"""The one writer of a process: takes prepared requests, commits them in groups, says which are stored.

There is no timer: while one group becomes durable the next ones gather, so a group is as large as the load makes it.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue

from django.db import DatabaseError, DataError, IntegrityError, InterfaceError, connection

from alula.kernel.db import on_postgres
from alula.kernel.errors import Refusal
from alula.record.lean import group
from alula.record.lean.group import Request
from alula.record.through import consistent_through

log = logging.getLogger(__name__)

GROUP = 256
"""Statements of one commit; a larger request is a group of its own."""

# SQLite's own 2 MiB of cache and a checkpoint every 8 MiB make it read and write each page of an index many times.
_SQLITE = ("PRAGMA cache_size = -65536", "PRAGMA wal_autocheckpoint = 4096")

Outcome = Exception | None
"""None: stored, durably. Else why nothing of the request is."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A request in line, and whom to tell."""

    request: Request
    tell: Callable[[Outcome], None]


class Writer:
    """A thread with a connection of its own.

    Args:
        told: called when everybody in a group was told.
    """

    def __init__(self, told: Callable[[], None]) -> None:
        self._line: SimpleQueue[Waiting | None] = SimpleQueue()
        self._left: Waiting | None = None
        self._told = told
        self._tuned: object = None
        self._thread = threading.Thread(target=self._run, name="record-writer", daemon=True)
        self._thread.start()

    def put(self, one: Waiting) -> None:
        """Get in line. Whoever is there is told, whatever happens."""
        self._line.put(one)

    def stop(self) -> None:
        """Write what is in line and end."""
        self._line.put(None)
        self._thread.join()

    def _take(self) -> list[Waiting]:
        """The next group: what is there, up to its size; empty when it is over."""
        first, self._left = self._left or self._line.get(), None
        if first is None:
            return []
        taken, size = [first], len(first.request.rows)
        with suppress(Empty):
            while size < GROUP:
                following = self._line.get_nowait()
                if following is None:
                    self._line.put(None)
                    break
                size += len(following.request.rows)
                if size > GROUP:
                    self._left = following
                    break
                taken.append(following)
        return taken

    def _run(self) -> None:
        while taken := self._take():
            outcomes = self._written([one.request for one in taken])
            consistent_through()  # looked at here, so that nobody who is told has to
            for one, outcome in zip(taken, outcomes, strict=True):
                one.tell(outcome)
            self._told()
        connection.close()

    def _written(  # noqa: PLR0911 - one answer for each thing that a database may do
        self, requests: Sequence[Request], *, again: bool = False
    ) -> Sequence[Outcome]:
        """The outcome of each. A request that the database cannot take never touches the others."""
        try:
            self._tune()
            return group.write(requests)
        except (Refusal, DataError, IntegrityError) as error:
            if len(requests) > 1:
                return [self._written([one])[0] for one in requests]
            if isinstance(error, Refusal):
                return [error]
            log.exception("the record's database cannot take a request")
            return [error]
        except (DatabaseError, InterfaceError, OSError) as error:
            # The connection may have died while nobody used it. What was committed all the same is found by its ids.
            connection.close()
            if not again:
                return self._written(requests, again=True)
            log.exception(
                "the record's database is in trouble; nothing of %d requests is stored", len(requests)
            )
            return [error] * len(requests)
        except Exception as error:
            log.exception("a fault while writing %d requests", len(requests))
            connection.close()
            return [error] * len(requests)

    def _tune(self) -> None:
        connection.ensure_connection()
        if self._tuned is connection.connection:
            return
        if not on_postgres():
            for pragma in _SQLITE:
                connection.connection.execute(pragma)
        self._tuned = connection.connection
