"""Every write to the record is one of these intents."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from alula.kernel.errors import Refusal, register
from alula.record import spine, voiding, waking
from alula.record.sameness import same
from alula.record.spine import Row, adopt
from alula.record.statement import Agent, Statement, StatementRef, to_json
from alula.record.verbs import VOIDED

__all__ = ["adopt", "append", "void", "write"]

INDEXED_BYTES = 2400
"""The longest identifier an index of PostgreSQL holds safely beside a tenant and a position (its limit is 2704)."""

COMPARED_AT_ONCE = 500
"""Ids in one query; SQLite admits 32,766 parameters."""

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
            record.nothing_to_void (404); record.restored_elsewhere (503). Nothing of the call is written then.
    """
    rows = [spine.row_of(one, to_json(one)) for one in statements]
    with transaction.atomic():
        for unknown in write(tenant_id, rows):
            raise Refusal("record.nothing_to_void", status=404, field="object.id", id=unknown)
    return [row.id for row in rows]


def write(tenant_id: UUID, rows: Sequence[Row]) -> list[UUID]:
    """Write rows as `append` says, whoever made them; what they void and what voids them is marked.

    Returns:
        The ids that a row voids and that are not there, or are themselves voiding. A statement that comes later under
        such an id is voided when it comes (xAPI 2.0, 4.2.4.1).

    Raises:
        Refusal: as `append`, without record.nothing_to_void.
    """
    if not rows:
        return []
    for row in rows:
        _check_lengths(row)
    with transaction.atomic(
        savepoint=False
    ):  # both callers have one of their own, and let every refusal through
        if spine.insert(tenant_id, rows) < len(rows):
            _compare_with_stored(tenant_id, rows)
        voiding.mark_voided_before(tenant_id, [row.id for row in rows])
        unknown = [
            row.ref for row in rows if row.ref and row.verb == VOIDED.id and not voiding.mark(tenant_id, row)
        ]
        transaction.on_commit(waking.wake)
    return unknown


def void(tenant_id: UUID, statement_id: UUID, *, by: Agent) -> UUID:
    """Say that a statement should not have been made; it stays, marked. The id of the voiding statement.

    Raises:
        Refusal: record.nothing_to_void (404), when the tenant has no such statement or it is itself a voiding one.
    """
    return append(tenant_id, [Statement(actor=by, verb=VOIDED, object=StatementRef(id=statement_id))])[0]


def _check_lengths(row: Row) -> None:
    for where, text in (("actor", row.actor_key), ("verb.id", row.verb), ("object.id", row.activity)):
        if len(text.encode()) > INDEXED_BYTES:
            raise Refusal("record.too_long", field=where, where=where, bytes=INDEXED_BYTES)
    for what in row.mentions:
        if len(what.encode()) > INDEXED_BYTES:
            raise Refusal("record.too_long", field="context", where=what[:80] + "…", bytes=INDEXED_BYTES)


def _compare_with_stored(tenant_id: UUID, rows: Sequence[Row]) -> None:
    """Every row is in the table with its content: the one just written, or one written before by the same id."""
    stored: dict[UUID, str] = {}
    for first in range(0, len(rows), COMPARED_AT_ONCE):
        some = rows[first : first + COMPARED_AT_ONCE]
        places = ", ".join(["%s"] * len(some))
        keys = [spine.key(tenant_id), *(spine.key(row.id) for row in some)]
        stored |= {
            one.id: one.body for one in spine.select(f"WHERE tenant_id = %s AND id IN ({places})", keys)
        }
    for row in rows:
        if not same(stored[row.id], row.body):
            raise Refusal("record.different_statement", status=409, field="id", id=row.id)
