"""Which statements are voided: marked by the voiding statement, or when they come, by one that came first."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

from alula.kernel.db import on_postgres
from alula.record import about, table
from alula.record.about import Reference
from alula.record.hashed import id_key
from alula.record.table import Row
from alula.record.verbs import VOIDED


def mark(tenant: str, target: str) -> bool:
    """Mark what a voiding statement is about; False when that is not there or is itself a voiding statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE record_statement SET voided = %s WHERE id_key = %s AND verb <> %s",
            [True, id_key(tenant, target), VOIDED.id],
        )
        return bool(cursor.rowcount)


def mark_voided_before(references: Sequence[Reference]) -> None:
    """Mark what came after the voiding statements among those that are about it."""
    for one in references:
        if one.verb == VOIDED.id:
            mark(one.tenant, one.ref)


def wait_for_targets(rows: Sequence[Row]) -> None:
    """Wait for the transactions that just now write what some rows are about, and make later ones wait for ours.

    Else neither would see the other. On PostgreSQL a row under the target's id is inserted and taken away again: the
    unique index does the waiting, in both directions. On SQLite writers queue.
    """
    if not on_postgres():
        return
    wanted = {(row.tenant, row.ref) for row in rows if row.ref}
    for tenant, target in sorted(wanted - about.there(wanted)):
        if table.insert([Row(tenant, target, "", "", "", None, None, "", None, b"{}")]):
            with connection.cursor() as cursor:
                cursor.execute("DELETE FROM record_statement WHERE id_key = %s", [id_key(tenant, target)])
