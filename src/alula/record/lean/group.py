"""One transaction for many requests: each of them is in it whole or not at all.

First it is written as if nobody had sent anything twice, which is almost always so. When an id was there already, in the
table or in the archive, all is rolled back and written again with what is there known.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol
from uuid import UUID

from django.db import IntegrityError, transaction

from alula.kernel.db import on_postgres
from alula.kernel.errors import Refusal
from alula.record import services, table, waking
from alula.record.archive import returning
from alula.record.lean import copying
from alula.record.sameness import same
from alula.record.table import Row
from alula.record.xapi import activities
from alula.record.xapi.activities import Definitions

TRIES = 5
"""Each time another process wrote one of the ids meanwhile; more than twice was never seen."""


class Request(Protocol):
    """What is written whole or not at all: `storing.Prepared`."""

    @property
    def tenant_id(self) -> UUID: ...
    @property
    def rows(self) -> list[Row]: ...
    @property
    def definitions(self) -> Definitions: ...


class ThereAlreadyError(Exception):
    """An id that was taken for new is in the table or in the archive."""


def write(requests: Sequence[Request]) -> list[Refusal | None]:
    """Write requests in one transaction of its own, durably; for each its refusal, or None when it is stored.

    Raises:
        Refusal: record.restored_elsewhere, archive.engine_missing (503); nothing is stored then.
        django.db.Error: the database is in trouble; nothing is stored then.
    """
    rows = [row for one in requests for row in one.rows]
    stored: Mapping[tuple[str, str], bytes] = {}
    removed: Mapping[tuple[str, str], bytes] = {}
    for again in range(TRIES):
        try:
            with transaction.atomic(durable=True):
                if again:
                    stored = {**removed, **services.bodies(rows)}
                refusals, new = sort_out(requests, stored)
                _insert(new)
                _learn(one for one, refusal in zip(requests, refusals, strict=True) if refusal is None)
                transaction.on_commit(waking.wake)
        except (ThereAlreadyError, IntegrityError):
            if again == TRIES - 1:
                raise
            removed = returning.bodies(rows)  # outside of the transaction: nobody waits for a file to be read
            continue
        return refusals
    raise AssertionError("unreachable")


def sort_out(
    requests: Sequence[Request], stored: Mapping[tuple[str, str], bytes]
) -> tuple[list[Refusal | None], list[Row]]:
    """The refusal of each request, and the rows of the others that are new.

    A request is compared with what is stored and with those before it that were not refused themselves.
    """
    rows = [row for request in requests for row in request.rows]
    if not stored and len({row.id for row in rows}) == len(rows):
        return [None] * len(requests), rows  # almost always so: nothing stands under the id of anything else
    bodies = dict(stored)
    refusals: list[Refusal | None] = []
    new: list[Row] = []
    for request in requests:
        fresh, refusal = [], None
        for row in request.rows:
            known = bodies.get((row.tenant, row.id))
            if known is None:
                fresh.append(row)
            elif not same(known, row.body):
                refusal = services.different(row)
                break
        if refusal is None:
            bodies.update({(row.tenant, row.id): row.body for row in fresh})
            new += fresh
        refusals.append(refusal)
    return refusals, new


def _insert(rows: list[Row]) -> None:
    if not rows:
        return
    if on_postgres():
        copying.copy(rows)
    else:
        table.insert_all(rows)
    if returning.returned(rows):
        raise ThereAlreadyError
    services.refer(rows)


def _learn(requests: Iterable[Request]) -> None:
    """What the requests tell of activities, tenant by tenant, each in one order, so that no two writers lock crosswise."""
    by_tenant: dict[UUID, list[tuple[str, dict[str, Any]]]] = {}
    for request in requests:
        if request.definitions:
            by_tenant.setdefault(request.tenant_id, []).extend(request.definitions.items())
    for tenant in sorted(by_tenant):
        activities.learn(tenant, activities.told(by_tenant[tenant]))
