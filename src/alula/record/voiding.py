"""Which statements are voided: marked by the voiding statement, or by themselves when that one came first."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from django.db import connection

from alula.kernel.db import on_postgres
from alula.record import spine
from alula.record.spine import Row
from alula.record.verbs import VOIDED

# One text with all that came: [[tenant, statement], ...]. The plus keeps SQLite from looking through all that ever voided.
_SQLITE_CAME = """
UPDATE record_statement SET voided = 1 WHERE position IN (
  SELECT t.position FROM json_each(%s) g
  CROSS JOIN record_statement r ON r.tenant_id = json_extract(g.value, '$[0]') AND r.ref = json_extract(g.value, '$[1]')
  CROSS JOIN record_statement t ON t.tenant_id = r.tenant_id AND t.id = r.ref
  WHERE +r.verb = %s AND t.verb <> r.verb)"""
_PG_CAME = """
UPDATE record_statement t SET voided = true
FROM jsonb_array_elements(%s::jsonb) g (value) JOIN record_statement r
ON r.tenant_id = (g.value->>0)::uuid AND r.ref = (g.value->>1)::uuid
WHERE r.verb = %s AND t.tenant_id = r.tenant_id AND t.id = r.ref AND t.verb <> r.verb"""


def mark(row: Row) -> bool:
    """Mark what a voiding row is about; False when that is not there or is itself a voiding statement."""
    return _mark(row) or (on_postgres() and _hold(row) and _mark(row))


def _mark(row: Row) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE record_statement SET voided = %s WHERE tenant_id = %s AND id = %s AND verb <> %s",
            [True, row.tenant, row.ref, VOIDED.id],
        )
        return bool(cursor.rowcount)


def _hold(row: Row) -> bool:
    """Wait for a transaction that writes the target just now, and make later ones wait for us; whether one wrote it.

    A row under the target's id is inserted and taken away again: the unique index does the waiting, in both directions.
    """
    assert row.ref is not None
    if not spine.insert([Row(row.tenant, row.ref, "", "", "", None, None, "", None, "{}")]):
        return True
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM record_statement WHERE tenant_id = %s AND id = %s", [row.tenant, row.ref])
    return False


def mark_voided_before(rows: Sequence[Row]) -> None:
    """Mark those of the given rows that a voiding statement, already there, is about."""
    came = msgspec.json.encode([(row.tenant, row.id) for row in rows]).decode()
    with connection.cursor() as cursor:
        cursor.execute(_PG_CAME if on_postgres() else _SQLITE_CAME, [came, VOIDED.id])
