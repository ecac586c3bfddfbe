"""Removed statements, found where they are now: by id, and by the filters that look at their own columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from typing import Any
from uuid import UUID

from django.db import connection

from alula.engines.files import chosen_files
from alula.record import asking, spine
from alula.record.archive import parquet
from alula.record.archive.models import PartitionRow, RemovedRow
from alula.record.archive.parquet import ArchivedRow
from alula.record.spine import StoredStatement
from alula.record.verbs import VOIDED

IDS_AT_ONCE = 500


def removed_ids(tenant_id: UUID, ids: Sequence[UUID]) -> set[UUID]:
    """Which of these ids belong to statements that are in the archive alone."""
    found: set[UUID] = set()
    for first in range(0, len(ids), IDS_AT_ONCE):
        some = ids[first : first + IDS_AT_ONCE]
        rows = RemovedRow.objects.filter(tenant_id=tenant_id, statement_id__in=some)
        found |= set(rows.values_list("statement_id", flat=True))
    return found


def one(tenant_id: UUID, statement_id: UUID, *, authority: str | None = None) -> StoredStatement | None:
    """A removed statement by its id, of one authority only if given; None when there is none.

    Raises:
        Refusal: archive.engine_missing (503).
    """
    row = RemovedRow.objects.filter(tenant_id=tenant_id, statement_id=statement_id).first()
    if row is None:
        return None
    files = PartitionRow.objects.filter(id=row.partition_id)
    found = list(read_partitions(list(files), "WHERE position = ?", [row.position]))
    if authority is not None:
        found = [archived for archived in found if archived.authority == authority]
    return stored_of(tenant_id, found)[0] if found else None


def merged(
    tenant_id: UUID,
    items: Sequence[StoredStatement],
    tests: Sequence[tuple[str, Any]],
    *,
    limit: int,
    after: int | None,
    ascending: bool,
) -> list[StoredStatement]:
    """The statements of the table and, where the page reaches back to them, removed ones, in one order.

    Args:
        tenant_id: whose.
        items: those of the table, in order, up to `limit`.
        tests: (condition with one "?" on the columns of a file, its value) that a removed one meets.
        limit: how many are wanted.
        after: the position behind which the page begins.
        ascending: whether the oldest come first.

    Raises:
        Refusal: archive.engine_missing (503).
    """
    newest = _newest_removed(tenant_id)
    if not newest:
        return list(items)
    if not ascending and len(items) >= limit and items[limit - 1].position > newest:
        return list(items)
    if ascending and after is not None and after >= newest:
        return list(items)
    partitions = list(PartitionRow.objects.filter(tenant_id=tenant_id, removing_at__isnull=False))
    by_position = {one.position: one for one in items}
    for one in _page(tenant_id, partitions, tests, limit=limit, after=after, ascending=ascending):
        by_position.setdefault(one.position, one)
    return [by_position[at] for at in sorted(by_position, reverse=not ascending)][:limit]


def _newest_removed(tenant_id: UUID) -> int:
    """The last position that is in the archive alone, 0 when there is none. Not by the ORM: each page of any filter asks."""
    found = asking.rows(
        "SELECT MAX(last_position) FROM record_partition WHERE tenant_id = %s AND removing_at IS NOT NULL",
        [spine.key(tenant_id)],
        keep=True,
    )
    return found[0][0] or 0


def _page(
    tenant_id: UUID,
    partitions: Sequence[PartitionRow],
    tests: Sequence[tuple[str, Any]],
    *,
    limit: int,
    after: int | None,
    ascending: bool,
) -> list[StoredStatement]:
    """Up to `limit` removed statements that are not voided."""
    order, beyond = ("ASC", ">") if ascending else ("DESC", "<")
    found: list[StoredStatement] = []
    while True:
        given = [*tests, *([(f"position {beyond} ?", after)] if after is not None else [])]
        where = " AND ".join(["NOT voided", *(test for test, _ in given)])
        rest = f"WHERE {where} ORDER BY position {order} LIMIT {limit}"
        some = list(read_partitions(partitions, rest, [value for _, value in given]))
        found += [one for one in stored_of(tenant_id, some) if not one.voided]
        if len(some) < limit or len(found) >= limit:
            return found[:limit]
        after = some[-1].position


def read_partitions(
    partitions: Sequence[PartitionRow], rest: str, params: Sequence[Any]
) -> Iterator[ArchivedRow]:
    """Rows of the files of partitions by the rest of a SELECT.

    Raises:
        Refusal: archive.engine_missing (503).
    """
    with ExitStack() as stack:
        files = [stack.enter_context(chosen_files().local(one.file)) for one in partitions]
        yield from parquet.read(files, rest, params)


def _voided(tenant_id: UUID, some: Sequence[ArchivedRow]) -> set[UUID]:
    """Which of these were voided after they had been archived, by a statement in the table or in a later month."""
    ids = [one.id for one in some if not one.voided and one.verb != VOIDED.id]
    if not ids:
        return set()
    places = ", ".join(["%s"] * len(ids))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT ref FROM record_statement WHERE tenant_id = %s AND ref IN ({places}) AND verb = %s",  # noqa: S608 - placeholders only
            [spine.key(tenant_id), *(spine.key(one) for one in ids), VOIDED.id],
        )
        found = {one if isinstance(one, UUID) else UUID(one) for (one,) in cursor.fetchall()}
    oldest = min(one.position for one in some)
    later = PartitionRow.objects.filter(
        tenant_id=tenant_id, removing_at__isnull=False, last_position__gt=oldest
    )
    listed = ", ".join(["?"] * len(ids))
    rest = f"WHERE verb = ? AND ref IN ({listed})"
    voiding: Iterable[ArchivedRow] = (
        read_partitions(list(later), rest, [VOIDED.id, *map(str, ids)]) if later else ()
    )
    return found | {one.ref for one in voiding if one.ref is not None}


def stored_of(tenant_id: UUID, some: Sequence[ArchivedRow]) -> list[StoredStatement]:
    """The statements in rows of a tenant's files; `voided` as of now."""
    voided = _voided(tenant_id, some)
    return [
        StoredStatement(
            position=one.position,
            txid=one.txid,
            tenant_id=tenant_id,
            id=one.id,
            actor_key=one.actor,
            verb=one.verb,
            activity=one.activity,
            registration=one.registration,
            stored=one.stored,
            timestamp=one.timestamp,
            voided=one.voided or one.id in voided,
            body=one.body,
        )
        for one in some
    ]
