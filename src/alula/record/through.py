"""Up to when everything stored can be seen by everybody: X-Experience-API-Consistent-Through, never ahead of the truth."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta

from django.db import DatabaseError, OperationalError, connection

from alula.kernel.db import on_postgres
from alula.record import asking, spine

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FRESH_SECONDS = 0.02
_TICK = timedelta(milliseconds=1)
# A transaction shows its start in pg_stat_activity some microseconds after it took the time of its first statement.
_MARGIN = "interval '20 milliseconds'"

_lock = threading.Lock()
_known: tuple[float, str, datetime] = (0.0, "", _EPOCH)


def consistent_through() -> datetime:
    """Every statement whose `stored` is at or before this moment is visible now; none will appear behind it.

    PostgreSQL: before the oldest transaction that is open, whatever it does. SQLite: this moment, when the write lock is
    free; else the newest visible `stored`, since whoever holds the lock writes after it; a millisecond before, since
    `stored` counts in them. A moment once true stays true, so it is looked at every 20 ms at most; when the database is
    away, the last one known is given.

    It is true of what is read afterwards: ask before the query that it shall hold for.
    """
    global _known  # noqa: PLW0603 - one moment for the process
    name = str(connection.settings_dict["NAME"])
    at, of, moment = _known
    if of == name and time.monotonic() - at < _FRESH_SECONDS:
        return moment
    try:
        found = _postgres() if on_postgres() else _sqlite()
    except DatabaseError:
        return moment if of == name else _EPOCH
    with _lock:
        if _known[1] != name or found > _known[2]:
            _known = (time.monotonic(), name, found)
    return found


def known_through() -> datetime:
    """The moment last found: true, and free. For answers made where nothing may wait."""
    return _known[2]


def _postgres() -> datetime:
    [(found,)] = asking.rows(
        f"SELECT LEAST(clock_timestamp(), min(xact_start)) - {_MARGIN} FROM pg_stat_activity"  # noqa: S608 - a constant
        " WHERE datname = current_database() AND xact_start IS NOT NULL AND pid <> pg_backend_pid()",
        [],
        keep=True,
    )
    moment: datetime = found
    return moment


def _sqlite() -> datetime:
    if not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA busy_timeout = 0")
            try:
                cursor.execute("BEGIN IMMEDIATE")
                moment = datetime.now(UTC)
                cursor.execute("COMMIT")
            except OperationalError:
                pass
            else:
                return moment - _TICK
            finally:
                cursor.execute("PRAGMA busy_timeout = 30000")
    newest = spine.select("ORDER BY position DESC LIMIT 1", [])
    return newest[0].stored - _TICK if newest else _EPOCH
