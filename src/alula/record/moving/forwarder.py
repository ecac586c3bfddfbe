"""The loop that carries out forwardings, beside the readers and never in their transactions.

A forwarding has a cursor like a reader. A process holds it for a while, reads the next statements, sends them with no
transaction open, then moves the cursor. A process that dies in between lets it go; the next one sends the batch again,
and the other store knows the ids.
"""

from __future__ import annotations

import logging
import os
import socket
import threading
from collections.abc import Sequence
from datetime import timedelta

import httpx
from django.db import Error, connection, connections, models, transaction

from alula.kernel import clock
from alula.record import spine
from alula.record.moving import forwardings
from alula.record.moving.models import AsideRow, ForwardingRow
from alula.record.moving.sending import (
    LONGEST_SECONDS,
    TIMEOUT,
    NotDeliveredError,
    NotTaken,
    deliver,
)
from alula.record.spine import Place, StoredStatement
from alula.record.waking import Bell

log = logging.getLogger(__name__)

BATCH = 100
BATCH_BYTES = 2_000_000
WINDOW = 5000
"""Places looked at in one step, of all tenants: what is not to be sent is passed over by so many at once."""

HELD = timedelta(seconds=LONGEST_SECONDS + 10)
"""How long a process that died keeps others from its forwarding; longer than one request."""

RETRY_LONGEST = 300.0
SHORTEST, LONGEST = 0.2, 2.0
"""Seconds between two looks, after work and when nothing happens for long."""


def step(client: httpx.Client, forwarding_id: object, holder: str) -> int | None:
    """Carry out one step of a forwarding: the number of places it moved on by, None when it is not ours now.

    A failure is noted at the forwarding, which then waits 2, 4, 8 ... at most 300 seconds, or as its store says.
    """
    row = _take(forwarding_id, holder)
    if row is None:
        return None
    try:
        batch, to = _next(row)
        if to is None:
            _let_go(row)
            return 0
        refused = deliver(client, row, batch, lambda: _hold_on(row)) if batch else []
    except NotDeliveredError as error:
        _note_failure(row, str(error), error.after)
        return 0
    _move(row, batch, refused, to)
    return max(1, len(batch))


def _take(forwarding_id: object, holder: str) -> ForwardingRow | None:
    now = clock.now()
    free = models.Q(held_until=None) | models.Q(held_until__lte=now)
    due = models.Q(retry_at=None) | models.Q(retry_at__lte=now)
    wanted = ForwardingRow.objects.filter(free, due, id=forwarding_id, ended_at=None, paused_at=None)
    if not wanted.update(holder=holder, held_until=now + HELD):
        return None
    return ForwardingRow.objects.filter(id=forwarding_id).first()


def _ours(row: ForwardingRow) -> models.QuerySet[ForwardingRow]:
    return ForwardingRow.objects.filter(id=row.id, holder=row.holder, held_until=row.held_until)


def _hold_on(row: ForwardingRow) -> None:
    """Hold the forwarding for one more request.

    Raises:
        NotDeliveredError: it ended or was paused, or another process has it.
    """
    until = clock.now() + HELD
    if not _ours(row).filter(ended_at=None, paused_at=None).update(held_until=until):
        raise NotDeliveredError("it is no longer ours")
    row.held_until = until


def _let_go(row: ForwardingRow) -> None:
    _ours(row).update(holder="", held_until=None)


def waiting(row: ForwardingRow) -> bool:
    """Whether there is something behind the cursor. Takes no lock."""
    return _window_end(Place(row.txid, row.position)) is not None


def _window_end(after: Place) -> Place | None:
    following, params = spine.behind(after)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT txid, position FROM (SELECT txid, position FROM record_statement"  # noqa: S608 - constants only
            f" WHERE {following} AND txid < {spine.fence()} ORDER BY {spine.in_order()} LIMIT %s) AS w"
            " ORDER BY txid DESC, position DESC LIMIT 1",
            [*params, WINDOW],
        )
        found = cursor.fetchone()
    return Place(*found) if found else None


def _next(row: ForwardingRow) -> tuple[list[StoredStatement], Place | None]:
    """What is to be sent now, and the place behind it; None when nothing was written since."""
    after = Place(row.txid, row.position)
    end = _window_end(after)
    if end is None:
        return [], None
    tests, params = forwardings.filters(row)
    (following, places), (until, ends) = spine.behind(after), spine.up_to(end)
    found = spine.select(
        f"WHERE {tests} AND {following} AND {until} ORDER BY {spine.in_order()} LIMIT %s",
        [*params, *places, *ends, BATCH],
    )
    some = _fitting(found)
    whole = len(some) == len(found) < BATCH
    return some, end if whole else some[-1].place


def _fitting(found: Sequence[StoredStatement]) -> list[StoredStatement]:
    """As many as go into one request: by size, and a statement with attachments alone."""
    some: list[StoredStatement] = []
    size = 0
    for one in found:
        size += len(one.body)
        heavy = '"attachments"' in one.body
        if some and (heavy or size > BATCH_BYTES):
            break
        some.append(one)
        if heavy:
            break
    return some


def _move(
    row: ForwardingRow, batch: Sequence[StoredStatement], refused: Sequence[NotTaken], to: Place
) -> None:
    now = clock.now()
    with transaction.atomic():
        taken = len(batch) - len(refused)
        moved = _ours(row).update(
            txid=to.txid,
            position=to.position,
            sent=models.F("sent") + taken,
            sent_at=now if taken else models.F("sent_at"),
            failures=0,
            last_error="",
            retry_at=None,
            holder="",
            held_until=None,
        )
        if not moved:
            return  # held too long: another process has it, and sends the same again
        AsideRow.objects.bulk_create(
            [
                AsideRow(
                    forwarding_id=row.id,
                    position=one.stored.position,
                    statement_id=one.stored.id,
                    status=one.status,
                    reason=one.reason,
                    at=now,
                )
                for one in refused
            ],
            ignore_conflicts=True,
        )


def _note_failure(row: ForwardingRow, why: str, after: float) -> None:
    failures = row.failures + 1
    pause = max(min(2.0 ** min(failures, 10), RETRY_LONGEST), min(after, RETRY_LONGEST))
    log.warning("forwarding %s: %s; tried again in %d s", row.name, why[:200], pause)
    _ours(row).update(
        failures=failures,
        last_error=why[:1000],
        retry_at=clock.now() + timedelta(seconds=pause),
        holder="",
        held_until=None,
    )


class ForwardLoop(threading.Thread):
    """A thread that carries out all forwardings until `stop`; several in several processes may run."""

    def __init__(self) -> None:
        super().__init__(name=f"forward-{socket.gethostname()}-{os.getpid()}", daemon=True)
        self._bell = Bell()
        self._stopping = threading.Event()

    def stop(self) -> None:
        """End after the batch in hand."""
        self._stopping.set()
        self._bell.ring()

    def run(self) -> None:
        pause = SHORTEST
        # No proxy and no cookie of the environment: what was checked is what is connected to.
        with httpx.Client(timeout=TIMEOUT, trust_env=False, follow_redirects=False) as client:
            while not self._stopping.is_set():
                try:
                    worked = self._turn(client)
                except Error:
                    log.warning("the forwardings' database is in trouble, trying again", exc_info=True)
                    connections.close_all()
                    worked = False
                except Exception:
                    log.exception("a turn of the forwardings failed")
                    worked = False
                pause = SHORTEST if worked else min(pause * 2, LONGEST)
                if not worked and self._bell.wait(pause):
                    pause = SHORTEST
        connections.close_all()

    def _turn(self, client: httpx.Client) -> bool:
        """One step of each forwarding that has something to send; whether anything moved."""
        now, worked = clock.now(), False
        for row in forwardings.running():
            held = (row.retry_at and row.retry_at > now) or (row.held_until and row.held_until > now)
            if self._stopping.is_set() or held or row.paused_at or not waiting(row):
                continue
            worked = bool(step(client, row.id, self.name)) or worked
        return worked
