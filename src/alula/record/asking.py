"""How the record reads on PostgreSQL: values bound by the server, rows in binary.

Django's own cursor writes the values into the text of the query and gets texts back: of the CPU of a page of statements, a
third went into reading its times by a regular expression in Python.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection

from alula.kernel.db import on_postgres

try:
    import psycopg
except ImportError:  # an optional extra, needed on PostgreSQL only
    psycopg = None  # type: ignore[assignment]


def rows(sql: str, params: Sequence[Any], *, keep: bool = False) -> list[tuple[Any, ...]]:
    """The rows of a query, through Django's connection and in its transaction; times with a zone are in UTC.

    Args:
        sql: with %s for each value.
        params: the values.
        keep: PostgreSQL shall prepare the query and keep its plan on this connection. Only for one whose best plan does
            not depend on the values: of a verb there may be five statements or five millions.

    Raises:
        django.db.DatabaseError: as Django's cursor.
    """
    if not on_postgres():
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
            return list(cursor.fetchall())
    connection.ensure_connection()
    connection.validate_no_broken_transaction()
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as server:
        return server.execute(sql, params, prepare=keep, binary=True).fetchall()
