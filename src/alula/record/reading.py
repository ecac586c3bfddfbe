"""Readers: named functions with a cursor that follow the one order, and what keeps their effect exactly once.

A batch is handled and the cursor moved in one transaction. A batch that fails is tried again in halves, down to the one
statement that cannot be handled; there the reader stops, says so, and tries again later. It never goes past it.
"""

from __future__ import annotations

import logging
import time
import traceback
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction

from alula.kernel import clock
from alula.kernel.db import on_postgres
from alula.kernel.errors import Refusal
from alula.record import pace, spine
from alula.record.archive.following import following, head
from alula.record.spine import START, Place, StoredStatement

log = logging.getLogger(__name__)

BATCH = 500
RETRY_LONGEST = timedelta(minutes=5)
BUSY_PAUSE = 0.05
"""Seconds between looks while another process is at the reader that is being rebuilt."""
MINUTE = timedelta(minutes=1)
COUNTED = 100_000
"""Lag is counted to here; a reader that is further behind shows this number."""

Handle = Callable[[Sequence[StoredStatement]], None]
Reset = Callable[[], None]


@dataclass(frozen=True)
class Reader:
    """A registered reader. `reset` empties its projection, so that it can be rebuilt."""

    name: str
    handle: Handle
    reset: Reset | None
    batch: int


@dataclass(frozen=True)
class Lag:
    """How far a reader is behind: statements (COUNTED means that many or more), and seconds since the first was stored."""

    statements: int
    seconds: float


@dataclass(frozen=True)
class ReaderStatus:
    """What an operator sees of a reader.

    Attributes:
        rate: statements a second, over the last minute, by whichever processes.
        catch_up: seconds until it has read everything, at this rate and with as much being written as in the last
            minute; 0 when it has, None when it comes no nearer.
        failures: tries at the statement that `last_error` names.
    """

    name: str
    lag: Lag
    rate: float
    catch_up: float | None
    updated_at: datetime | None
    failures: int
    last_error: str
    retry_at: datetime | None


class ReaderFailedError(Exception):
    """A reader stopped at a statement that its function cannot handle."""


_readers: dict[str, Reader] = {}


def reader(name: str, *, reset: Reset | None = None, batch: int = BATCH) -> Callable[[Handle], Handle]:
    """Register a function as the reader `name` ("domain.purpose"); it starts at the first statement of the record.

    The function is called inside a transaction, with statements of all tenants in order, and writes through Django's
    connection only: what it writes is committed together with its cursor. It may be called again with statements whose
    transaction was rolled back.

    Args:
        name: also the key of its cursor, so it never changes.
        reset: empties the projection; needed by `rebuild`.
        batch: how many statements a call gets at most.

    Raises:
        ValueError: the name is taken by another function.
    """

    def registered(handle: Handle) -> Handle:
        known = _readers.get(name)
        if known is not None and known.handle.__qualname__ != handle.__qualname__:
            raise ValueError(f"a reader named {name} exists already: {known.handle.__qualname__}")
        _readers[name] = Reader(name=name, handle=handle, reset=reset, batch=batch)
        return handle

    return registered


def can_rebuild(name: str) -> bool:
    """Whether a reader declares how to empty its projection."""
    return _registered(name).reset is not None


def forget(name: str) -> None:
    """Take a reader out of the registry; its cursor stays."""
    _readers.pop(name, None)


def names() -> list[str]:
    """All registered readers, by name."""
    return sorted(_readers)


def _registered(name: str) -> Reader:
    if name not in _readers:
        raise Refusal("record.unknown_reader", status=404, name=name)
    return _readers[name]


def ensure_cursors(wanted: Iterable[str]) -> None:
    """Give each reader a cursor at the start of the record, where it has none yet."""
    now = spine.moment(clock.now())
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM record_cursor")
        known = {name for (name,) in cursor.fetchall()}
        missing = [name for name in wanted if name not in known]
        if missing:
            cursor.executemany(
                "INSERT INTO record_cursor (name, txid, position, updated_at, failures, last_error)"
                " VALUES (%s, 0, 0, %s, 0, '') ON CONFLICT (name) DO NOTHING",
                [(name, now) for name in missing],
            )


def pending(wanted: Iterable[str]) -> list[str]:
    """The readers that have something to read and are not waiting after a failure. Takes no lock."""
    chosen = list(wanted)
    if not chosen:
        return []
    places = ", ".join(["%s"] * len(chosen))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT c.name FROM record_cursor c WHERE c.name IN ({places})"  # noqa: S608 - placeholders only
            " AND (c.retry_at IS NULL OR c.retry_at <= %s)"
            " AND EXISTS (SELECT 1 FROM record_statement s"
            f" WHERE {spine.behind_cursor('s', 'c')} AND s.txid < {spine.fence()})",
            [*chosen, spine.moment(clock.now())],
        )
        return [name for (name,) in cursor.fetchall()]


def run_once(name: str, *, limit: int | None = None) -> int | None:
    """Handle one batch: the number of statements handled, or None when another process is at this reader.

    Args:
        name: of the reader.
        limit: at most so many statements; the reader's own batch when left out.

    Raises:
        Refusal: record.unknown_reader.
        django.db.Error: the database itself is in trouble. What a handler raises is noted at the cursor instead.
    """
    one = _registered(name)
    ensure_cursors([name])
    size = limit or one.batch
    while True:
        batch: list[StoredStatement] = []
        try:
            return _one_batch(one, size, batch)
        except Exception as error:
            if not batch:
                raise
            if len(batch) == 1:
                _note_failure(one, batch[0], error)
                return 0
            log.warning("reader %s: a batch of %d failed, trying half: %r", name, len(batch), error)
            size = len(batch) // 2


def _one_batch(one: Reader, size: int, batch: list[StoredStatement]) -> int | None:
    """Handle and move the cursor in one transaction. Fills `batch`, so that the caller knows what a failure was about."""
    with transaction.atomic():
        locked = _lock_cursor(one.name, wait=False)
        if locked is None:
            return None
        place, pace_before = locked
        batch.extend(following(place, size))
        if batch:
            one.handle(batch)
            _move_cursor(one.name, batch[-1].place, pace.with_handled(pace_before, len(batch), clock.now()))
    return len(batch)


def _lock_cursor(name: str, *, wait: bool) -> tuple[Place, str] | None:
    """The cursor and its pace, held until the transaction ends; None when another holds it and we do not wait.

    SQLite has no row locks; there the transaction began by taking the write lock, which holds everything.
    """
    lock = ("FOR UPDATE" if wait else "FOR UPDATE SKIP LOCKED") if on_postgres() else ""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT txid, position, pace FROM record_cursor WHERE name = %s {lock}", [name])  # noqa: S608 - a constant
        row = cursor.fetchone()
    return (Place(*row[:2]), row[2]) if row else None


def _move_cursor(name: str, to: Place, pace_now: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE record_cursor SET txid = %s, position = %s, updated_at = %s, failures = 0, last_error = '',"
            " retry_at = NULL, pace = %s WHERE name = %s",
            [to.txid, to.position, spine.moment(clock.now()), pace_now, name],
        )


def _note_failure(one: Reader, at: StoredStatement, error: Exception) -> None:
    log.error("reader %s stopped at statement %s", one.name, at.id, exc_info=error)
    what = "".join(traceback.format_exception(error, limit=-5))[-4000:]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT failures FROM record_cursor WHERE name = %s", [one.name])
        failures = cursor.fetchone()[0] + 1
        pause = min(timedelta(seconds=2 ** min(failures, 16)), RETRY_LONGEST)
        cursor.execute(
            "UPDATE record_cursor SET failures = %s, last_error = %s, retry_at = %s"
            " WHERE name = %s AND (txid, position) < (%s, %s)",
            [
                failures,
                f"statement {at.id}, position {at.position}\n{what}",
                spine.moment(clock.now() + pause),
                one.name,
                at.txid,
                at.position,
            ],
        )


def run_readers(*wanted: str, until_idle: bool = True) -> int:
    """Run readers (all, when none is named) here and now: a batch each, or until nothing is left. The number handled.

    For tests and commands; a server has the loop. Statements of a transaction still running elsewhere are not waited for.

    Raises:
        ReaderFailedError: a reader stopped at a statement; the message holds the traceback.
    """
    chosen = wanted or tuple(names())
    total = 0
    again = True
    while again:
        handled = 0
        for name in chosen:
            handled += run_once(name) or 0
            _raise_if_stopped(name)
        total += handled
        again = until_idle and handled > 0
    return total


def _raise_if_stopped(name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT last_error FROM record_cursor WHERE name = %s AND failures > 0", [name])
        row = cursor.fetchone()
    if row:
        raise ReaderFailedError(f"{name}: {row[0]}")


def rebuild(name: str, *, progress: Callable[[int], None] = lambda _: None) -> int:
    """Empty a reader's projection and read the record again, up to its end as of the call. The number handled here.

    New statements may arrive and the reader's loop may run meanwhile, in any process: all go by the one cursor. While
    it lasts, the projection holds what has been read so far.

    Args:
        name: of the reader.
        progress: called after each batch with the number handled so far.

    Raises:
        Refusal: record.unknown_reader; record.no_reset (409) when the reader declares no `reset`.
        ReaderFailedError: the reader stopped at a statement.
    """
    one = _registered(name)
    if one.reset is None:
        raise Refusal("record.no_reset", status=409, name=name)
    ensure_cursors([name])
    with transaction.atomic():
        _lock_cursor(name, wait=True)
        one.reset()
        _move_cursor(name, START, "")
        end = head()
    total = 0
    while _place(name) < end:
        handled = run_once(name)
        if not handled:
            _raise_if_stopped(name)
            time.sleep(BUSY_PAUSE)
            continue
        total += handled
        progress(total)
    return total


def _place(name: str) -> Place:
    with connection.cursor() as cursor:
        cursor.execute("SELECT txid, position FROM record_cursor WHERE name = %s", [name])
        row = cursor.fetchone()
    return Place(*row) if row else START


def lag(name: str) -> Lag:
    """How far a reader is behind everything committed, statements above the fence included."""
    _registered(name)
    following, params = spine.behind(_place(name))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT COUNT(*) FROM (SELECT 1 FROM record_statement WHERE {following} LIMIT %s) AS behind",  # noqa: S608 - constants only
            [*params, COUNTED],
        )
        statements = cursor.fetchone()[0]
    if not statements:
        return Lag(0, 0.0)
    first = spine.select(f"WHERE {following} ORDER BY {spine.in_order()} LIMIT 1", params)[0]
    return Lag(statements, max(0.0, (clock.now() - first.stored).total_seconds()))


def status() -> list[ReaderStatus]:
    """Every registered reader, by name."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, position, pace, updated_at, failures, last_error, retry_at FROM record_cursor"
        )
        rows = {row[0]: row[1:] for row in cursor.fetchall()}
    now, last = clock.now(), spine.last_position()
    written = max(0, last + 1 - spine.position_at(now - MINUTE)) / MINUTE.total_seconds() if last else 0.0
    found = []
    for name in names():
        position, paced, updated_at, failures, last_error, retry_at = rows.get(
            name, (0, "", None, 0, "", None)
        )
        behind, rate = lag(name), pace.rate(paced, now)
        left = behind.statements if behind.statements < COUNTED else max(COUNTED, last - position)
        found.append(
            ReaderStatus(
                name=name,
                lag=behind,
                rate=rate,
                catch_up=_catch_up(left, rate - written),
                updated_at=spine.aware(updated_at),
                failures=failures,
                last_error=last_error,
                retry_at=spine.aware(retry_at),
            )
        )
    return found


def _catch_up(left: int, nearer: float) -> float | None:
    """Seconds until `left` statements are read, when it comes nearer by so many a second."""
    if not left:
        return 0.0
    return left / nearer if nearer > 0 else None
