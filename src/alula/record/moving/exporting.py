"""Export: the statements of a tenant, voided ones included, one JSON object a line, in the order of the record."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
from django.db import transaction
from msgspec import Struct

from alula.kernel import clock
from alula.kernel.errors import invalid
from alula.kernel.schema import rule_of
from alula.record import spine, statements
from alula.record.iri import actor_key
from alula.record.moments import parse_timestamp, to_text
from alula.record.moving.attachments import named_in
from alula.record.moving.models import TransferRow
from alula.record.services import append
from alula.record.spine import StoredStatement

AT_ONCE = 1000
"""Statements in one query."""

_MOMENT = rule_of({"type": "datetime_parsing"})
_PERSON = {
    "zh": "必须是人员的编号，或形如 mbox:mailto:tea@example.com 的标识",
    "en": "must be a person's id, or a key such as mbox:mailto:tea@example.com",
}

_parts = msgspec.json.Decoder(dict[str, msgspec.Raw])
_encoder = msgspec.json.Encoder()


class Wanted(Struct, frozen=True, omit_defaults=True):
    """Which statements: stored after `since` and up to `until`, of one verb, activity or actor."""

    since: str = ""
    until: str = ""
    verb: str = ""
    activity: str = ""
    actor: str = ""

    def condition(self, tenant_id: UUID) -> tuple[str, list[Any]]:
        """The same of a tenant's statements as a condition on the table, and its parameters."""
        base, params = spine.found_by_all(
            tenant_id, actor_key=self.actor, activity=self.activity, verb=self.verb
        )
        for test, text in (("s.stored > %s", self.since), ("s.stored <= %s", self.until)):
            if text:
                base += f" AND {test}"
                params.append(spine.moment(parse_timestamp(text)))
        return base, params


def wanted(
    tenant_id: UUID, *, since: str = "", until: str = "", verb: str = "", activity: str = "", person: str = ""
) -> Wanted:
    """What is asked for, checked.

    Args:
        tenant_id: whose.
        since: a time of ISO 8601; stored after it.
        until: stored at it or before.
        verb: its IRI.
        activity: its IRI.
        person: the id of a person of the tenant, or the key of any agent ("mbox:mailto:tea@example.com").

    Raises:
        Refusal: kernel.invalid (422).
    """
    for name, text in (("since", since), ("until", until)):
        try:
            if text:
                parse_timestamp(text)
        except ValueError as error:
            raise invalid(name, _MOMENT) from error
    try:
        person = actor_key(tenant_id, UUID(person)) if person else ""
    except ValueError as error:
        if ":" not in person:
            raise invalid("person", _PERSON) from error
    return Wanted(since, until, verb, activity, person)


class Line(NamedTuple):
    """One statement as it is exported: its place, its JSON with the line's end, and the attachments it names."""

    position: int
    text: bytes
    attachments: Sequence[str]


class Extent(NamedTuple):
    """What an export covers: positions after `first` up to `last`, of transactions up to `txid`.

    What is committed later is not part of it, so an export that goes on gives the same as one in one piece.
    """

    first: int
    last: int
    txid: int


def extent(tenant_id: UUID) -> Extent:
    """What is there now."""
    head = spine.head()
    ends = [
        spine.select(f"WHERE tenant_id = %s ORDER BY position {order} LIMIT 1", [spine.key(tenant_id)])
        for order in ("ASC", "DESC")
    ]
    if not ends[0]:
        return Extent(0, 0, 0)
    return Extent(ends[0][0].position - 1, ends[1][0].position, head.txid)


def lines(tenant_id: UUID, asked: Wanted, over: Extent, after: int) -> Iterator[Line]:
    """The statements of an extent behind the position `after`."""
    condition, params = asked.condition(tenant_id)
    where = f"{condition} AND s.position > %s AND s.position <= %s AND s.txid <= %s"
    while True:
        some = spine.select(
            f"WHERE {where} ORDER BY s.position LIMIT %s",
            [*params, after, over.last, over.txid, AT_ONCE],
        )
        yield from map(_line, some)
        if len(some) < AT_ONCE:
            return
        after = some[-1].position


def finish(row: TransferRow, by: UUID | None) -> None:
    """Say that an export is over: in its transfer, and in the record when somebody is named."""
    with transaction.atomic():
        row.finished_at, row.done = clock.now(), row.of
        row.save(update_fields=["place", "finished_at", "done"])
        if by is not None:
            said = statements.about_transfer(
                row.tenant_id,
                by,
                statements.EXPORTED,
                own=row.id,
                name=row.asked["name"],
                figures=row.figures,
            )
            append(row.tenant_id, [said])


def _line(stored: StoredStatement) -> Line:
    parts = _parts.decode(stored.body)
    parts["stored"] = msgspec.Raw(_encoder.encode(to_text(stored.stored)))
    if "timestamp" not in parts:
        parts["timestamp"] = msgspec.Raw(_encoder.encode(to_text(stored.timestamp)))
    named: Sequence[str] = ()
    if '"attachments"' in stored.body:
        named = [sha2 for sha2, _ in named_in(msgspec.json.decode(stored.body))]
    return Line(stored.position, _encoder.encode(parts) + b"\n", named)
