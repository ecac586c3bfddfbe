"""Statements into the table: what a row is, what it is found by, and the SQL of both engines that inserts it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple
from uuid import UUID

from django.db import connection
from msgspec import to_builtins

from alula.kernel.db import on_postgres
from alula.record import spine
from alula.record.hashed import id_key, remembered, text_hash
from alula.record.mentions import mentions_of
from alula.record.moments import to_column
from alula.record.spine import OFFSET
from alula.record.statement import Activity, Statement, StatementRef

HASHES = (
    "id_key",
    "actor_hash",
    "verb_hash",
    "activity_hash",
    "registration_hash",
    "authority_hash",
    "ref_key",
)
"""The columns that `hashes` gives, in its order."""
_PG_INSERT = f"""
INSERT INTO record_statement
  (txid, tenant_id, id, actor_key, verb, activity, registration, ref, authority, stored, "timestamp", voided, body,
   {", ".join(HASHES)})
SELECT pg_current_xact_id()::text::bigint + {OFFSET}, s.tenant_id,
       s.id, s.actor_key, s.verb, s.activity, s.registration, s.ref, s.authority,
       statement_timestamp(), COALESCE(s.at AT TIME ZONE 'UTC', statement_timestamp()), false, s.body,
       s.{", s.".join(HASHES)}
FROM (VALUES {{rows}})
  AS s (place, tenant_id, id, actor_key, verb, activity, registration, ref, authority, at, body, {", ".join(HASHES)})
ORDER BY s.place
ON CONFLICT (id_key) DO NOTHING"""  # noqa: S608 - constants of this module only

# Values and not arrays: psycopg escapes texts in an array by a regular expression, which nearly doubled the CPU per statement.
_PG_ROW = (
    "(%s, %s::uuid, %s::uuid, %s, %s, %s, %s::uuid, %s::uuid, %s, %s::timestamp, %s,"
    " %s::bytea, %s::bigint, %s::bigint, %s::bigint, %s::bigint, %s::bigint, %s::bytea)"
)
_PG_ROWS = 1000

_SQLITE_NOW = "strftime('%Y-%m-%d %H:%M:%f', 'now')"
_SQLITE_STAMP = f"SELECT {OFFSET}, {_SQLITE_NOW}"
# OR FAIL: the caller rolls back all of it, so SQLite need not keep what would take a single INSERT back.
_SQLITE_INSERT = f"""
INSERT OR FAIL INTO record_statement
  (txid, stored, tenant_id, id, actor_key, verb, activity, registration, ref, authority, "timestamp", voided, body,
   {", ".join(HASHES)})
VALUES {{rows}}"""  # noqa: S608 - constants of this module only
_SQLITE_NEW = f"{_SQLITE_INSERT} ON CONFLICT (id_key) DO NOTHING"
# The first two are bound once for all rows.
_SQLITE_ROW = "(?1, ?2, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, CAST(? AS TEXT), ?, ?, ?, ?, ?, ?, ?)"
_SQLITE_ROWS = 10
"""Rows of one INSERT: a fifth less work than one by one, and more gain little."""

_NULL = math.nan
"""SQLite keeps what is not a number as NULL; a None takes the driver five times as long."""

_MENTION = """
INSERT INTO record_mention (tenant_id, what, position, related) VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING"""

_TOLD = 9
"""The fields of a row before its body."""


class Row(NamedTuple):
    """What an insert needs to know of a statement, as texts that both engines take.

    Identifiers are 32 hexadecimal digits. `registration` and `ref` (the statement that it is about, when its object is
    one) may be None. `authority` is the key of the credential that brought it, empty for what Alula itself writes.
    `timestamp` is what `moments.to_column` gives; None means `stored`. `body` is JSON in UTF-8. `mentions` is what `mentions_of` gives.
    """

    tenant: str
    id: str
    actor_key: str
    verb: str
    activity: str
    registration: str | None
    ref: str | None
    authority: str
    timestamp: str | None
    body: bytes
    mentions: Mapping[str, bool] = MappingProxyType({})


def row_of(tenant_id: UUID, statement: Statement, body: str) -> Row:
    """The columns of a statement whose JSON is `body`."""
    registration = statement.context.registration if statement.context else None
    return Row(
        tenant=tenant_id.hex,
        id=statement.id.hex,
        actor_key=statement.actor.key,
        verb=statement.verb.id,
        activity=statement.object.id if isinstance(statement.object, Activity) else "",
        registration=registration.hex if registration else None,
        ref=statement.object.id.hex if isinstance(statement.object, StatementRef) else None,
        authority="",
        timestamp=to_column(statement.timestamp),
        body=body.encode(),
        mentions=mentions_of(to_builtins(statement)),
    )


def insert(rows: Sequence[Row]) -> int:
    """Insert rows in their order, leaving out ids that their tenant already has; the number inserted.

    The caller is in a transaction. Raises Refusal `record.restored_elsewhere` as `ensure_in_order` says.
    """
    spine.ensure_in_order()
    inserted = _insert_postgres(rows) if on_postgres() else _insert_sqlite(rows, _SQLITE_NEW)
    mention(rows)
    return inserted


def insert_all(rows: Sequence[Row]) -> None:
    """Insert rows in their order on SQLite, a quarter quicker than `insert`, since none is taken to be there already.

    Raises:
        django.db.IntegrityError: one is; the caller's transaction has to be rolled back.
        Refusal: as `insert`.
    """
    spine.ensure_in_order()
    _insert_sqlite(rows, _SQLITE_INSERT)
    mention(rows)


def _insert_postgres(rows: Sequence[Row]) -> int:
    inserted = 0
    with connection.cursor() as cursor:
        for first in range(0, len(rows), _PG_ROWS):
            some = rows[first : first + _PG_ROWS]
            sql = _PG_INSERT.format(rows=", ".join([_PG_ROW] * len(some)))
            cursor.execute(
                sql,
                [
                    part
                    for place, row in enumerate(some)
                    for part in (place, *row[:_TOLD], row.body.decode(), *hashes(row))
                ],
            )
            inserted += cursor.rowcount
    return inserted


def _insert_sqlite(rows: Sequence[Row], sql: str) -> int:
    """Through the driver itself: Django's cursor rewrites the placeholders and wraps every call."""
    raw = connection.connection
    inserted = 0
    with connection.wrap_database_errors:
        txid, stored = raw.execute(_SQLITE_STAMP).fetchone()
        for first in range(0, len(rows), _SQLITE_ROWS):
            some = rows[first : first + _SQLITE_ROWS]
            inserted += raw.execute(_for(len(some), sql), _sqlite_values(some, txid, stored)).rowcount
    return inserted


@lru_cache(2 * _SQLITE_ROWS)
def _for(count: int, sql: str) -> str:
    """The SQL for so many rows; always the same text, by which the driver knows what it has prepared."""
    return sql.format(rows=", ".join([_SQLITE_ROW] * count))


def _sqlite_values(rows: Sequence[Row], txid: int, stored: str) -> list[str | float | bytearray]:
    """What _SQLITE_ROW asks for, row by row, without None and bytes: with both the driver takes several times as long."""
    values: list[str | float | bytearray] = [txid, stored]
    for tenant, one, actor, verb, activity, registration, ref, authority, timestamp, body, _ in rows:
        known = remembered(tenant)
        values += (
            tenant,
            one,
            actor,
            verb,
            activity,
            registration or _NULL,
            ref or _NULL,
            authority,
            timestamp or stored,
            bytearray(body),
            bytearray(known.start + bytes.fromhex(one)),
            known[actor],
            known[verb],
            known[activity] if activity else _NULL,
            text_hash(tenant, registration) if registration else _NULL,
            known[authority] if authority else _NULL,
            bytearray(known.start + bytes.fromhex(ref)) if ref else _NULL,
        )
    return values


def hashes(row: Row) -> tuple[bytes, int, int, int | None, int | None, int | None, bytes | None]:
    """What a row is found by (HASHES); None for what it does not have. `_sqlite_values` has the same among the rest."""
    tenant, one, actor, verb, activity, registration, ref, authority, _, _, _ = row
    known = remembered(tenant)
    return (
        id_key(tenant, one),
        known[actor],
        known[verb],
        known[activity] if activity else None,
        text_hash(tenant, registration) if registration else None,
        known[authority] if authority else None,
        id_key(tenant, ref) if ref else None,
    )


def mention(rows: Sequence[Row]) -> None:
    """Note what inserted rows mention."""
    naming = [row for row in rows if row.mentions]
    if not naming:
        return
    found = spine.by_ids("tenant_id, id, position", ((row.tenant, row.id) for row in naming))
    positions = {(spine.digits(tenant), spine.digits(one)): position for tenant, one, position in found}
    with connection.cursor() as cursor:
        cursor.executemany(
            _MENTION,
            [
                (row.tenant, what, positions[row.tenant, row.id], related)
                for row in naming
                for what, related in row.mentions.items()
            ],
        )
