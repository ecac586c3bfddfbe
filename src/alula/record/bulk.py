"""Writing much at once: what SQLite needs so that its indexes are changed in memory and not page by page on the disk."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from alula.kernel.db import on_postgres

WHILE_MUCH_IS_WRITTEN = {"cache_size": -262_144, "wal_autocheckpoint": 20_000}
"""256 MiB of pages in memory; the log is copied into the database every 20,000 pages instead of every 1,000."""


@contextmanager
def generous_cache() -> Iterator[None]:
    """Inside the block this connection of SQLite writes by large pieces. On PostgreSQL nothing is to be done."""
    if on_postgres():
        yield
        return
    before = {}
    with connection.cursor() as cursor:
        for name, value in WHILE_MUCH_IS_WRITTEN.items():
            cursor.execute(f"PRAGMA {name}")
            before[name] = cursor.fetchone()[0]
            cursor.execute(f"PRAGMA {name} = {value}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            for name, value in before.items():
                cursor.execute(f"PRAGMA {name} = {value}")
