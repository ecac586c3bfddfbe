"""The one order of all statements, in the SQL of both engines (docs/decisions/0002-positions-never-skipped.md).

The place of a statement is (txid, position). On PostgreSQL txid is the id of the transaction that wrote it; whoever
reads stops below the oldest transaction still running (the fence), so nothing can appear behind a cursor any more. On
SQLite writers queue, so txid is constant and position alone orders. Everywhere else the two look the same.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection, transaction
from msgspec import Struct
from msgspec.structs import replace

from alula.kernel.db import on_postgres
from alula.kernel.errors import Refusal
from alula.record import asking
from alula.record.hashed import id_key, text_hash
from alula.record.moments import to_column
from alula.record.statement import Statement, from_json

COLUMNS = (
    "s.position, s.txid, s.tenant_id, s.id, s.actor_key, s.verb, s.activity, s.registration, s.stored, s.timestamp,"
    " s.voided, s.body"
)
OFFSET = "COALESCE((SELECT txid_offset FROM record_offset WHERE id = 1), 0)"
_PG_OWN = "pg_current_xact_id_if_assigned()"
_PG_XMIN = "pg_snapshot_xmin(pg_current_snapshot())"
# A reader in the writer's own transaction (a test's) sees its rows too, when nobody older is running.
_PG_FENCE = f"({_PG_XMIN}::text::bigint + ({_PG_OWN} IS NOT NULL AND {_PG_OWN} = {_PG_XMIN})::int + {OFFSET})"
_PG_NEXT = f"(GREATEST(pg_snapshot_xmax(pg_current_snapshot())::text::bigint, {_PG_OWN}::text::bigint + 1) + {OFFSET})"
_SQLITE_FENCE = f"({OFFSET} + 1)"

_checked = threading.local()


class Place(NamedTuple):
    """A point in the one order; statements are compared by it."""

    txid: int
    position: int


START = Place(0, 0)
SLACK = timedelta(minutes=1)
"""How far apart `stored` of two statements may be whose positions say the opposite. Both are taken in one statement, so
only that statement's length, or a clock that is set back, makes them differ."""
IDS_AT_ONCE = 500
"""Ids in one query; SQLite admits 32,766 parameters."""


class StoredStatement(Struct, frozen=True, dict=True):
    """A statement as the table keeps it. `statement` decodes the body when first asked, the rest costs nothing.

    `activity` is empty when the object is not an activity. `stored` is by the database's clock, `timestamp` by the
    sender's; both aware, UTC. `voided` is as of the moment of reading.
    """

    position: int
    txid: int
    tenant_id: UUID
    id: UUID
    actor_key: str
    verb: str
    activity: str
    registration: UUID | None
    stored: datetime
    timestamp: datetime
    voided: bool
    body: str

    @cached_property
    def statement(self) -> Statement:
        """The typed statement. A sender may leave the timestamp out: then it is `stored`, as the column says."""
        one = from_json(self.body)
        return one if one.timestamp == self.timestamp else replace(one, timestamp=self.timestamp)

    @property
    def place(self) -> Place:
        return Place(self.txid, self.position)


def key(one: UUID | None) -> UUID | str | None:
    """A UUID as the engine keeps it: itself on PostgreSQL, 32 hexadecimal digits on SQLite."""
    return one if one is None or on_postgres() else one.hex


def moment(one: datetime) -> datetime | str:
    """A time as the engine keeps it. On SQLite always six decimals: texts of one width compare like times."""
    return one if on_postgres() else to_column(one)


def aware(one: datetime | None) -> datetime | None:
    """A time that a raw query gave: UTC on both engines, but SQLite does not say so."""
    return one if one is None or one.tzinfo is not None else one.replace(tzinfo=UTC)


def aside() -> str:
    """What keeps SQLite, which knows nothing of how often a value occurs, from driving a query by a column."""
    return "" if on_postgres() else "+"


def looked_at(column: str, compared: str = "=") -> str:
    """SQL: a column of a row that an index found (by a hash, by positions) has a value; or how else it is compared.

    Not as a plain comparison: PostgreSQL would take the text, or the time, for a second thing that has to hold by chance,
    and sort the few rows that it expects. Of what is not null it expects nearly all.
    """
    return (
        f"NULLIF({column} {compared} %s, false) IS NOT NULL" if on_postgres() else f"+{column} {compared} %s"
    )


def found_by(column: str, tenant_id: UUID, value: str, row: str = "s") -> tuple[str, list[Any]]:
    """SQL: the rows of a tenant with a value in a column, by the index of its hash, in the order of positions; parameters.

    Args:
        column: actor_key, verb, activity, registration (its value is 32 hexadecimal digits) or authority.
        tenant_id: whose.
        value: not empty.
        row: the table's name in the query.
    """
    hashed = f"{column.removesuffix('_key')}_hash"
    kept = key(UUID(value)) if column == "registration" else value
    return (
        f"{row}.{hashed} = %s AND {looked_at(f'{row}.tenant_id')} AND {looked_at(f'{row}.{column}')}",
        [text_hash(tenant_id.hex, value), key(tenant_id), kept],
    )


def found_by_all(tenant_id: UUID, **values: str | None) -> tuple[str, list[Any]]:
    """SQL: the rows of a tenant with values in some columns, by the index of the first that has one; parameters.

    Args:
        tenant_id: whose.
        values: as for `found_by`, by column, the one that leaves least first; None and empty ones are left out.
    """
    given = [(column, value) for column, value in values.items() if value]
    if not given:
        return "s.tenant_id = %s", [key(tenant_id)]
    tests, params = [], []
    for place, (column, value) in enumerate(given):
        if place == 0:
            test, some = found_by(column, tenant_id, value)
            tests, params = [test], some
        else:
            tests.append(f"{aside()}s.{column} = %s")
            params.append(key(UUID(value)) if column == "registration" else value)
    return " AND ".join(tests), params


def digits(one: object) -> str:
    """A UUID, as a query or a statement gave it, as 32 hexadecimal digits."""
    return str(one).replace("-", "").lower()


def fence() -> str:
    """SQL: every statement that can ever get a txid below this value is visible to the query that evaluates it."""
    return _PG_FENCE if on_postgres() else _SQLITE_FENCE


def behind(place: Place) -> tuple[str, list[int]]:
    """SQL: what stands behind a place, and its parameters.

    On SQLite by position alone: asked for both at once, it would go through the index from its beginning each time.
    """
    return ("(txid, position) > (%s, %s)", [*place]) if on_postgres() else ("position > %s", [place.position])


def behind_cursor(row: str, cursor: str) -> str:
    """SQL: a row stands behind a cursor that is in the query too."""
    columns = in_order().split(", ")
    ours, its = (", ".join(f"{name}.{column}" for column in columns) for name in (row, cursor))
    return f"({ours}) > ({its})"


def up_to(place: Place) -> tuple[str, list[int]]:
    """SQL: what stands before a place or at it, and its parameters."""
    return (
        ("(txid, position) <= (%s, %s)", [*place]) if on_postgres() else ("position <= %s", [place.position])
    )


def in_order(direction: str = "") -> str:
    """SQL: the columns that the one order goes by, in the form in which an index holds them."""
    return ", ".join(
        f"{column}{direction}" for column in (("txid", "position") if on_postgres() else ("position",))
    )


def read(after: Place, limit: int) -> list[StoredStatement]:
    """The next `limit` statements of all tenants after a place, in order, none of which can be preceded by a late one."""
    following, params = behind(after)
    return select(
        f"WHERE {following} AND txid < {fence()} ORDER BY {in_order()} LIMIT %s",
        [*params, limit],
    )


_POSITION_AT = """
WITH RECURSIVE halves (low, high) AS (
  SELECT (SELECT MIN(position) FROM record_statement), (SELECT MAX(position) + 1 FROM record_statement)
  UNION ALL
  SELECT
    CASE WHEN (SELECT r.stored FROM record_statement r WHERE r.position >= (low + high) / 2
               ORDER BY r.position LIMIT 1) < %s THEN (low + high) / 2 + 1 ELSE low END,
    CASE WHEN (SELECT r.stored FROM record_statement r WHERE r.position >= (low + high) / 2
               ORDER BY r.position LIMIT 1) < %s THEN high ELSE (low + high) / 2 END
  FROM halves WHERE low < high)
SELECT low FROM halves WHERE low >= high"""


def position_at(at: datetime) -> int:
    """The first position that was stored at `at` or later, found by halves: some twenty looks at the primary key.

    `stored` and position rise together, but for statements written at the same time by several: allow for SLACK.
    """
    found = asking.rows(_POSITION_AT, [moment(at)] * 2, keep=True)
    return int(found[0][0]) if found else 0


def select(rest: str, params: Iterable[Any]) -> list[StoredStatement]:
    """Stored statements by the rest of a SELECT, after `FROM record_statement s`."""
    rows = asking.rows(f"SELECT {COLUMNS} FROM record_statement s {rest}", list(params))  # noqa: S608 - `rest` is made of constants by our callers
    return [StoredStatement(*row) for row in rows] if on_postgres() else [_from_sqlite(row) for row in rows]


def by_ids(columns: str, them: Iterable[tuple[str, str]]) -> list[Sequence[Any]]:
    """Some columns of statements by tenant and id (32 hexadecimal digits each), those that are in the table."""
    every = sorted({id_key(tenant, one) for tenant, one in them})
    found: list[Sequence[Any]] = []
    for first in range(0, len(every), IDS_AT_ONCE):
        some = every[first : first + IDS_AT_ONCE]
        places, params = _among(some)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {columns} FROM record_statement WHERE id_key IN ({places})", params)  # noqa: S608 - columns are constants of our callers
            found += cursor.fetchall()
    return found


def _among(some: Sequence[bytes]) -> tuple[str, Sequence[Any]]:
    """SQL: some keys of ids, to stand in brackets behind IN. On PostgreSQL one text: each parameter costs a microsecond."""
    if on_postgres():
        return "SELECT decode(h, 'hex') FROM unnest(string_to_array(%s, ',')) AS h", [
            ",".join([one.hex() for one in some])
        ]
    return ", ".join(["%s"] * len(some)), some


def bodies(them: Iterable[tuple[str, str]]) -> dict[tuple[str, str], bytes]:
    """What the table holds under tenants and ids (32 hexadecimal digits each)."""
    found = by_ids("tenant_id, id, body", them)
    return {(digits(tenant), digits(one)): body.encode() for tenant, one, body in found}


def _from_sqlite(row: Sequence[Any]) -> StoredStatement:
    position, txid, tenant, one, actor, verb, activity, registration, stored, timestamp, voided, body = row
    return StoredStatement(
        position,
        txid,
        UUID(int=int(tenant, 16)),  # less work than from the text
        UUID(int=int(one, 16)),
        actor,
        verb,
        activity,
        UUID(int=int(registration, 16)) if registration else None,
        stored.replace(tzinfo=UTC),
        timestamp.replace(tzinfo=UTC),
        bool(voided),
        body,
    )


def held() -> tuple[StoredStatement, str] | None:
    """The first committed statement that readers may not read yet, and the transaction that holds it back; else None.

    PostgreSQL only: any transaction of the whole cluster that has written and is still open, prepared ones included.
    """
    if not on_postgres():
        return None
    waiting = select(f"WHERE txid >= {fence()} ORDER BY txid, position LIMIT 1", [])
    if not waiting:
        return None
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT what FROM ("
            " SELECT 'process ' || pid || ' in ' || datname AS what, age(backend_xid) AS age"
            " FROM pg_stat_activity WHERE backend_xid IS NOT NULL UNION ALL"
            " SELECT 'prepared transaction ' || gid || ' in ' || database, age(transaction) FROM pg_prepared_xacts"
            ") AS open ORDER BY age DESC LIMIT 1"
        )
        row = cursor.fetchone()
    return waiting[0], row[0] if row else "?"


def head() -> Place:
    """The place of the last statement below the fence; START when there is none."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT txid, position FROM record_statement WHERE txid < {fence()}"  # noqa: S608 - constants of this module only
            f" ORDER BY {in_order(' DESC')} LIMIT 1"
        )
        row = cursor.fetchone()
    return Place(*row) if row else START


def last_position() -> int:
    """The highest position given so far, 0 when there is none: how many statements were written, gaps included."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT COALESCE(MAX(position), 0) FROM record_statement")
        return int(cursor.fetchone()[0])


def beyond() -> int:
    """By how much the record and its cursors run ahead of the database's transaction ids; 0 is right.

    More than 0 means that the tables came from another PostgreSQL cluster whose ids were higher (a dump and restore, a
    switch to a logical replica): what is written now would land behind the cursors.
    """
    following = _PG_NEXT if on_postgres() else _SQLITE_FENCE
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT (SELECT txid FROM record_statement ORDER BY {in_order(' DESC')} LIMIT 1),"  # noqa: S608 - constants of this module only
            f" (SELECT MAX(txid) FROM record_cursor), {following}"
        )
        row = cursor.fetchone()
    return max(0, max(row[0] or 0, row[1] or 0) + 1 - int(row[2]))


def ensure_in_order() -> None:
    """Refuse to write behind the cursors: looked at once per connection, since a restore ends all connections.

    Raises:
        Refusal: record.restored_elsewhere (503), until `adopt` was run.
    """
    connection.ensure_connection()
    if getattr(_checked, "raw", None) is connection.connection:
        return
    if beyond():
        raise Refusal("record.restored_elsewhere", status=503)
    _checked.raw = connection.connection


def adopt() -> int:
    """Make the tables continue in this database after they came from another one; the offset now in force.

    O(1): no statement is touched. Waits for running writers and holds new ones back for its own moment. Does nothing
    when the order is right already.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        if on_postgres():
            cursor.execute("LOCK TABLE record_statement IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute(f"SELECT {OFFSET}")
        offset = int(cursor.fetchone()[0])
        ahead = beyond()
        if ahead:
            offset += ahead + _running()
            cursor.execute(
                "INSERT INTO record_offset (id, txid_offset) VALUES (1, %s)"
                " ON CONFLICT (id) DO UPDATE SET txid_offset = excluded.txid_offset",
                [offset],
            )
    return offset


def _running() -> int:
    """How far the oldest running transaction lies below the next id: it may still write, and must land ahead too."""
    if not on_postgres():
        return 0
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_PG_NEXT} - ({_PG_XMIN}::text::bigint + {OFFSET})")
        return int(cursor.fetchone()[0])
