"""Every write to the record is one of these intents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db import transaction

from alula.kernel.errors import Refusal, register
from alula.record import about, spine, table, voiding, waking
from alula.record.archive import finding, returning
from alula.record.sameness import same
from alula.record.spine import adopt
from alula.record.statement import Agent, Statement, StatementRef, to_json
from alula.record.table import Row
from alula.record.verbs import VOIDED

__all__ = ["adopt", "append", "refer", "void", "write"]

INDEXED_BYTES = 2400
"""The longest identifier the index of mentions holds safely on PostgreSQL beside a tenant and a position (its limit is 2704).

What a statement says is noted there too when another one is about it."""

SHORT = INDEXED_BYTES // 4
"""Characters that are never more bytes than that."""

register(
    "record",
    {
        "different_statement": {
            "zh": "编号为 {id} 的陈述已经存在，且内容不同。",
            "en": "A statement with the id {id} exists already, with different content.",
        },
        "too_long": {
            "zh": "“{where}”过长，最多 {bytes} 字节。",
            "en": "“{where}” is too long; {bytes} bytes at most.",
        },
        "nothing_to_void": {
            "zh": "找不到要作废的陈述 {id}，或者它本身就是一条作废陈述。",
            "en": "The statement {id} to be voided is not there, or is itself a voiding statement.",
        },
        "restored_elsewhere": {
            "zh": "记录来自另一个数据库集群，需要先接管（adopt）才能继续写入。",
            "en": "The record came from another database cluster and has to be adopted before anything is written.",
        },
        "being_archived": {
            "zh": "记录正在归档，请稍后重试。",
            "en": "The record is being archived at this moment; please try again.",
        },
        "unknown_reader": {"zh": "没有名为“{name}”的读取器。", "en": "There is no reader named “{name}”."},
        "no_reset": {
            "zh": "读取器“{name}”没有声明如何清空结果，无法重建。",
            "en": "The reader “{name}” does not declare how to empty its projection, so it cannot be rebuilt.",
        },
    },
)


def append(tenant_id: UUID, statements: Sequence[Statement]) -> list[UUID]:
    """Write statements into a tenant's record, in the caller's transaction (one of its own when there is none).

    They stand in the record exactly when that transaction commits, beside each other and in the order given. A
    statement whose id is there already with the same content is left as it is. `stored` is the database's clock.

    Returns:
        The ids, in the order given.

    Raises:
        Refusal: record.different_statement (409) when an id is there with other content; record.too_long (400);
            record.nothing_to_void (404); record.restored_elsewhere, record.being_archived, archive.engine_missing (503).
            Nothing of the call is written then.
    """
    rows = [table.row_of(tenant_id, one, to_json(one)) for one in statements]
    with transaction.atomic():
        for unknown in write(rows):
            if not _archived(tenant_id, UUID(unknown)):
                raise Refusal("record.nothing_to_void", status=404, field="object.id", id=UUID(unknown))
    return [one.id for one in statements]


def write(rows: Sequence[Row]) -> list[str]:
    """Write rows as `append` says, whoever made them; what they are about and what is about them is noted.

    Returns:
        The ids that a row voids and that are not in the table, or are themselves voiding. A statement that comes later under
        such an id is voided when it comes (xAPI 2.0, 4.2.4.1).

    Raises:
        Refusal: as `append`, without record.nothing_to_void.
    """
    if not rows:
        return []
    check_lengths(rows)
    with transaction.atomic(
        savepoint=False
    ):  # both callers have one of their own, and let every refusal through
        removed = returning.bodies(rows)
        fresh = [row for row in rows if (row.tenant, row.id) not in removed]
        if table.insert(fresh) < len(rows):
            _compare(rows, {**removed, **bodies(fresh)})
        if returning.returned(fresh):
            raise Refusal("record.being_archived", status=503)
        transaction.on_commit(waking.wake)
        return refer(fresh)


def _archived(tenant_id: UUID, statement_id: UUID) -> bool:
    """Whether the archive alone holds a statement that can be voided."""
    removed = finding.one(tenant_id, statement_id)
    return removed is not None and removed.verb != VOIDED.id


def refer(rows: Sequence[Row]) -> list[str]:
    """Void and note what rows just inserted are about, and what is about them; the ids that none of them may void."""
    referring = [row for row in rows if row.ref]
    voiding.wait_for_targets(referring)
    earlier = about.earlier(rows)
    voiding.mark_voided_before(earlier)
    unknown = [
        row.ref
        for row in referring
        if row.ref and row.verb == VOIDED.id and not voiding.mark(row.tenant, row.ref)
    ]
    if referring or earlier:
        about.note([*about.inserted(referring), *earlier])
    return unknown


def void(tenant_id: UUID, statement_id: UUID, *, by: Agent) -> UUID:
    """Say that a statement should not have been made; it stays, marked. The id of the voiding statement.

    Raises:
        Refusal: record.nothing_to_void (404), when the tenant has no such statement or it is itself a voiding one.
    """
    return append(tenant_id, [Statement(actor=by, verb=VOIDED, object=StatementRef(id=statement_id))])[0]


def check_lengths(rows: Sequence[Row]) -> None:
    """Refuse (400 record.too_long) what no index could hold."""
    for row in rows:
        _, _, actor, verb, activity, _, _, _, _, _, mentions = row
        # Few characters are few bytes: nothing has to be encoded to know it.
        if len(actor) + len(verb) + len(activity) > SHORT or mentions:
            _check_length(row)


def _check_length(row: Row) -> None:
    for where, text in (("actor", row.actor_key), ("verb.id", row.verb), ("object.id", row.activity)):
        if len(text.encode()) > INDEXED_BYTES:
            raise Refusal("record.too_long", field=where, where=where, bytes=INDEXED_BYTES)
    for what in row.mentions:
        if len(what.encode()) > INDEXED_BYTES:
            raise Refusal("record.too_long", field="context", where=what[:80] + "…", bytes=INDEXED_BYTES)


def _compare(rows: Sequence[Row], stored: Mapping[tuple[str, str], bytes]) -> None:
    """Every row stands under its id with its content: the one just written, or one written before."""
    for row in rows:
        if not same(stored[row.tenant, row.id], row.body):
            raise different(row)


def different(row: Row) -> Refusal:
    """The refusal of a row whose id stands for something else already."""
    return Refusal("record.different_statement", status=409, field="id", id=UUID(row.id))


def bodies(rows: Sequence[Row]) -> dict[tuple[str, str], bytes]:
    """What is stored under the ids of rows, by tenant and id (32 hexadecimal digits each)."""
    return spine.bodies((row.tenant, row.id) for row in rows)
