"""Write a month into a file, verify it, and take it out of the table when that is wanted and safe.

In order: the file is written whole under a name of its own; it is read back and compared by count and hash; only then its
partition row is written. A crash before leaves nothing but a file that nobody knows, which the next run replaces. Removing
goes on where it stopped, and from its first step on the file alone is read.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from alula.engines.files import chosen_files
from alula.kernel import clock
from alula.kernel.errors import Refusal, register
from alula.record import reading, spine, statements
from alula.record.archive import parquet, returning
from alula.record.archive.models import PartitionRow, RemovedRow
from alula.record.archive.parquet import Digest
from alula.record.archive.rows import Extent, Month, extents, pages
from alula.record.moving import forwardings
from alula.record.services import append
from alula.record.spine import START, Place
from alula.record.statement import Verb
from alula.record.through import consistent_through

AT_ONCE = 2000
"""Statements removed in one transaction."""

register(
    "archive",
    {
        "not_over": {
            "zh": "{month} 还没有结束，或有写事务未完成，暂不能归档。",
            "en": "{month} is not over yet, or somebody is still writing; it cannot be archived now.",
        },
        "not_verified": {
            "zh": "{month} 的归档文件与记录不一致，已丢弃。",
            "en": "The file of {month} does not hold what the record holds; it was not kept.",
        },
        "changed": {
            "zh": "{month} 的归档文件缺失或与记录不一致，没有移除任何内容；请重新归档。",
            "en": "The file of {month} is missing or does not hold what the record holds. Nothing was removed; archive it again.",
        },
        "not_read": {
            "zh": "“{reader}”尚未读完 {month} 的陈述，不能移除。",
            "en": "“{reader}” has not read everything of {month} yet, so it cannot be removed.",
        },
    },
)

Progress = Callable[[str, int], None]


@dataclass(frozen=True)
class Partition:
    """A month of a tenant in the archive. `removed`: its statements are no longer in the table."""

    month: str
    part: int
    rows: int
    bytes: int
    file: str
    digest: str
    written_at: datetime
    removed: bool


def partitions_of(tenant_id: UUID) -> list[Partition]:
    """A tenant's archive, oldest month first."""
    return [_card(row) for row in _partitions(tenant_id)]


def _partitions(tenant_id: UUID) -> list[PartitionRow]:
    return list(PartitionRow.objects.filter(tenant_id=tenant_id).order_by("month", "part"))


def archive(
    tenant_id: UUID,
    before: str,
    *,
    progress: Progress = lambda _month, _rows: None,
    by: UUID | None = None,
) -> list[Partition]:
    """Write every month before `before` (YYYY-MM) that is not in the archive yet; what was written.

    Who does it (`by`: a person of the tenant, the nil id for a command) is named in the record, month by month.

    Raises:
        Refusal: kernel.invalid (422); archive.not_over (409), archive.not_verified (500),
            archive.engine_missing (503). What was archived before it stays.
    """
    end, written = Month.of(before), []
    there = [one for one in extents(tenant_id) if one.month < end]
    if there and consistent_through() < end.start:
        raise Refusal("archive.not_over", status=409, month=before)
    for one in there:
        done = _write(tenant_id, one, progress, by)
        if done is not None:
            written.append(_card(done))
    return written


def _write(tenant_id: UUID, there: Extent, progress: Progress, by: UUID | None) -> PartitionRow | None:
    """A partition of what no partition of the month holds yet, verified; None when there is nothing of that."""
    month = there.month
    known = PartitionRow.objects.filter(tenant_id=tenant_id, month=str(month)).order_by("-part").first()
    if known is not None:
        there = Extent(month, max(there.first, known.last_position + 1), there.last)
    part = 1 if known is None else known.part + 1
    digest, ends = Digest(), _Ends()
    coming = _watched(tenant_id, there, ends, progress)
    with parquet.written(coming, digest) as file:
        if not digest.rows:
            return None
        key = f"archive/{tenant_id.hex}/{month}-{part}-{digest.hexdigest()[:16]}.parquet"
        with file.open("rb") as content:
            size = chosen_files().put(key, content)
    if not _holds(key, digest.rows, digest.hexdigest()):
        chosen_files().delete(key)
        raise Refusal("archive.not_verified", status=500, month=month)
    with transaction.atomic():
        row = PartitionRow.objects.create(
            tenant_id=tenant_id,
            month=str(month),
            part=part,
            file=key,
            rows=digest.rows,
            digest=digest.hexdigest(),
            bytes=size,
            first_position=ends.first.position,
            last_position=ends.last.position,
            first_txid=ends.first.txid,
            last_txid=ends.last.txid,
            written_at=clock.now(),
        )
        _say(row, by, statements.ARCHIVED)
    return row


def _say(row: PartitionRow, by: UUID | None, verb: Verb) -> None:
    if by is not None:
        said = statements.about_month(row.tenant_id, by, verb, month=row.month, rows=row.rows)
        append(row.tenant_id, [said])


class _Ends:
    """The lowest and the highest of the positions and of the transactions that went by, each for itself."""

    def __init__(self) -> None:
        self.first, self.last = START, START

    def widen(self, some: Sequence[parquet.ArchivedRow]) -> None:
        positions, txids = [row.position for row in some], [row.txid for row in some]
        lowest = Place(min(txids), min(positions))
        if self.first != START:
            lowest = Place(min(self.first.txid, lowest.txid), self.first.position)
        self.first = lowest
        self.last = Place(max(self.last.txid, *txids), positions[-1])


def _watched(
    tenant_id: UUID, there: Extent, ends: _Ends, progress: Progress
) -> Iterator[list[parquet.ArchivedRow]]:
    rows = 0
    for some in pages(tenant_id, *there.condition(), after=there.first - 1):
        ends.widen(some)
        rows += len(some)
        progress(str(there.month), rows)
        yield some


def _holds(key: str, rows: int, digest: str) -> bool:
    """Whether the file in the files holds these rows, by count and hash."""
    files = chosen_files()
    if not files.exists(key):
        return False
    with files.local(key) as path:
        found = parquet.digest_of(path)
    return (found.rows, found.hexdigest()) == (rows, digest)


def remove(
    tenant_id: UUID,
    before: str,
    *,
    progress: Progress = lambda _month, _rows: None,
    by: UUID | None = None,
) -> list[Partition]:
    """Take the archived months before `before` out of the table, oldest first; those that were taken out.

    Each is verified again first: the file by its hash, the table by the same hash. Nothing is removed of what a reader
    or a forwarding has not read. `by` as for `archive`.

    Raises:
        Refusal: kernel.invalid (422); archive.changed, archive.not_read (409); archive.engine_missing (503).
    """
    end, removed = Month.of(before), []
    for row in _partitions(tenant_id):
        if Month.of(row.month) >= end or row.removed_at is not None:
            continue
        if row.removing_at is None:
            _refuse_unread(row)
            _refuse_changed(row)
            row.removing_at = clock.now()
            row.save(update_fields=["removing_at"])
        _let_writers_know(tenant_id)
        _take_out(row, progress, by)
        removed.append(_card(row))
    return removed


def _let_writers_know(tenant_id: UUID) -> None:
    """Before a tenant's first statement leaves the table, wait until no writer remembers that it has no removed months."""
    if not RemovedRow.objects.filter(tenant_id=tenant_id).exists():
        time.sleep(returning.REMEMBERED_SECONDS * 1.2)


def _refuse_unread(row: PartitionRow) -> None:
    last = Place(row.last_txid, row.last_position)
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, txid, position FROM record_cursor")
        cursors = {name: Place(txid, position) for name, txid, position in cursor.fetchall()}
    behind = [name for name in reading.names() if cursors.get(name, START) < last]
    behind += [
        one.name
        for one in forwardings.running()
        if one.tenant_id == row.tenant_id and Place(one.txid, one.position) < last
    ]
    if behind:
        raise Refusal("archive.not_read", status=409, reader=behind[0], month=row.month)


def _refuse_changed(row: PartitionRow) -> None:
    digest = Digest()
    for some in pages(row.tenant_id, *extent_of(row).condition(), after=row.first_position - 1):
        for one in some:
            digest.add(one)
    same = (digest.rows, digest.hexdigest()) == (row.rows, row.digest)
    if not same or not _holds(row.file, row.rows, row.digest):
        raise Refusal("archive.changed", status=409, month=row.month)


def _take_out(row: PartitionRow, progress: Progress, by: UUID | None) -> None:
    """Move the rows of a verified partition from the table to the list of removed ids, some at a time."""
    gone = 0
    while some := _some(row):
        places = ", ".join(["%s"] * len(some))
        positions = [position for position, _ in some]
        with transaction.atomic(), connection.cursor() as cursor:
            RemovedRow.objects.bulk_create(
                [
                    RemovedRow(
                        tenant_id=row.tenant_id, statement_id=own, position=position, partition_id=row.id
                    )
                    for position, own in some
                ]
            )
            for table in ("record_mention", "record_statement"):
                cursor.execute(f"DELETE FROM {table} WHERE position IN ({places})", positions)  # noqa: S608 - constants of this module
        gone += len(some)
        progress(row.month, gone)
    with transaction.atomic():
        row.removed_at = clock.now()
        row.save(update_fields=["removed_at"])
        _say(row, by, statements.REMOVED)


def _some(row: PartitionRow) -> list[tuple[int, UUID]]:
    where, params = extent_of(row).condition()
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT position, id FROM record_statement WHERE tenant_id = %s AND {where}"  # noqa: S608 - constants of this package
            " ORDER BY position LIMIT %s",
            [spine.key(row.tenant_id), *params, AT_ONCE],
        )
        return [
            (position, own if isinstance(own, UUID) else UUID(own)) for position, own in cursor.fetchall()
        ]


def extent_of(row: PartitionRow) -> Extent:
    """What a partition covers."""
    return Extent(Month.of(row.month), row.first_position, row.last_position)


def _card(row: PartitionRow) -> Partition:
    return Partition(
        month=row.month,
        part=row.part,
        rows=row.rows,
        bytes=row.bytes,
        file=row.file,
        digest=row.digest,
        written_at=row.written_at,
        removed=row.removed_at is not None,
    )
