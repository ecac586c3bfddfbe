"""COPY of rows into PostgreSQL's table: the text form, written here in one piece."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

from alula.record import spine
from alula.record.spine import Row

_NOW = f"SELECT pg_current_xact_id()::text::bigint + {spine.OFFSET}, statement_timestamp()::text"  # noqa: S608 - a constant
_COPY = (
    "COPY record_statement (txid, stored, voided, tenant_id, id, actor_key, verb, activity, registration, ref, authority,"
    ' "timestamp", body) FROM STDIN'
)


def copy(rows: Sequence[Row]) -> None:
    """Write rows whose ids are new, in their order, in the caller's transaction.

    Raises:
        django.db.IntegrityError: an id is there already; the transaction is over.
    """
    with connection.cursor() as cursor:
        cursor.execute(_NOW)
        txid, stored = cursor.fetchone()
    head = f"{txid}\t{stored}\tf\t"
    lines = [head + _line(row, stored) for row in rows]
    with connection.wrap_database_errors, connection.connection.cursor() as raw, raw.copy(_COPY) as stream:
        stream.write("".join(lines))


def _line(row: Row, stored: str) -> str:
    tenant, one, actor, verb, activity, registration, ref, authority, timestamp, body, _ = row
    return (
        f"{tenant}\t{one}\t{_text(actor)}\t{_text(verb)}\t{_text(activity)}\t{registration or NULL}\t{ref or NULL}\t"
        f"{_text(authority)}\t{f'{timestamp}+00' if timestamp else stored}\t{_text(body)}\n"
    )


NULL = "\\N"


def _text(one: str) -> str:
    """A text without the four characters that mean something to COPY."""
    if "\\" in one:
        one = one.replace("\\", "\\\\")
    if "\n" in one or "\t" in one or "\r" in one:
        one = one.replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r")
    return one
