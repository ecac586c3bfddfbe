"""Statements that were removed from the table and are sent again: known by their ids, compared with what their file holds.

Whoever inserts asks behind the insert. Whether a tenant has removed months at all is remembered for REMEMBERED_SECONDS
when the answer was no, and for good when it was yes, so that nobody pays who has no archive. That is safe: before the
first statement of a tenant leaves the table, whoever removes says so and waits longer than a no is remembered
(`partitions.remove`). What was inserted while a no was young enough met its own id in the table.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from uuid import UUID

from alula.record.archive.finding import IDS_AT_ONCE, read_partitions, removed_ids
from alula.record.archive.models import PartitionRow, RemovedRow
from alula.record.table import Row

REMEMBERED_SECONDS = 5.0

_without: dict[str, float] = {}
"""Tenants that had no removed months, and when that was asked."""
_with: set[str] = set()


def forget() -> None:
    """Ask for every tenant anew."""
    _without.clear()
    _with.clear()


def returned(rows: Sequence[Row]) -> bool:
    """Whether any of these rows, inserted a moment ago in this transaction, was removed under its id before."""
    for tenant in _that_archive({row.tenant for row in rows}):
        if removed_ids(UUID(tenant), [UUID(row.id) for row in rows if row.tenant == tenant]):
            return True
    return False


def bodies(rows: Sequence[Row]) -> dict[tuple[str, str], bytes]:
    """What the archive alone holds under the ids of rows, by tenant and id (32 hexadecimal digits each).

    Raises:
        Refusal: archive.engine_missing (503), when it holds some and DuckDB is not installed.
    """
    found: dict[tuple[str, str], bytes] = {}
    for tenant in _that_archive({row.tenant for row in rows}):
        ids = [UUID(row.id) for row in rows if row.tenant == tenant]
        for first in range(0, len(ids), IDS_AT_ONCE):
            found |= _bodies(tenant, ids[first : first + IDS_AT_ONCE])
    return found


def _bodies(tenant: str, ids: Sequence[UUID]) -> dict[tuple[str, str], bytes]:
    removed = list(RemovedRow.objects.filter(tenant_id=UUID(tenant), statement_id__in=ids))
    if not removed:
        return {}
    files = list(PartitionRow.objects.filter(id__in={one.partition_id for one in removed}))
    positions = sorted(one.position for one in removed)
    places = ", ".join(["?"] * len(positions))
    rest = f"WHERE position BETWEEN ? AND ? AND position IN ({places})"
    archived = read_partitions(files, rest, [positions[0], positions[-1], *positions])
    return {(tenant, one.id.hex): one.body.encode() for one in archived}


def _that_archive(tenants: set[str]) -> list[str]:
    """Those of the tenants that have, or may have, statements in the archive alone."""
    return [tenant for tenant in tenants if tenant in _with or _asked(tenant)]


def _asked(tenant: str) -> bool:
    now = time.monotonic()
    if now - _without.get(tenant, -REMEMBERED_SECONDS) < REMEMBERED_SECONDS:
        return False
    if PartitionRow.objects.filter(tenant_id=UUID(tenant), removing_at__isnull=False).exists():
        _with.add(tenant)
        return True
    _without[tenant] = now
    return False
