"""Which statements are voided: marked by the voiding statement, or by themselves when that one came first."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import connection

from alula.kernel.db import on_postgres
from alula.record import spine
from alula.record.spine import Row
from alula.record.verbs import VOIDED

_AT_ONCE = 5000


def mark(tenant_id: UUID, row: Row) -> bool:
    """Mark what a voiding row is about; False when that is not there or is itself a voiding statement."""
    assert row.ref is not None
    if _mark(tenant_id, row.ref):
        return True
    return on_postgres() and _hold(tenant_id, row.ref) and _mark(tenant_id, row.ref)


def _mark(tenant_id: UUID, target: UUID) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE record_statement SET voided = %s WHERE tenant_id = %s AND id = %s AND verb <> %s",
            [True, spine.key(tenant_id), spine.key(target), VOIDED.id],
        )
        return bool(cursor.rowcount)


def _hold(tenant_id: UUID, target: UUID) -> bool:
    """Wait for a transaction that writes the target just now, and make later ones wait for us; whether one wrote it.

    A row under the target's id is inserted and taken away again: the unique index does the waiting, in both directions.
    """
    row = Row(target, "", "", "", None, None, "{}")
    if not spine.insert(tenant_id, [row]):
        return True
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM record_statement WHERE tenant_id = %s AND id = %s",
            [spine.key(tenant_id), spine.key(target)],
        )
    return False


def mark_voided_before(tenant_id: UUID, ids: Sequence[UUID]) -> None:
    """Mark those of the given statements that a voiding statement, already there, is about."""
    for first in range(0, len(ids), _AT_ONCE):
        some = [spine.key(one) for one in ids[first : first + _AT_ONCE]]
        places = ", ".join(["%s"] * len(some))
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE record_statement SET voided = %s WHERE tenant_id = %s AND verb <> %s AND id IN ("  # noqa: S608 - placeholders only
                "SELECT ref FROM record_statement WHERE tenant_id = %s AND verb = %s AND ref IS NOT NULL"
                f" AND ref IN ({places}))",
                [True, spine.key(tenant_id), VOIDED.id, spine.key(tenant_id), VOIDED.id, *some],
            )
