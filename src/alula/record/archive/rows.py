"""The rows of the table that belong to a month of a tenant."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from alula.kernel.db import on_postgres
from alula.kernel.errors import invalid
from alula.record import spine
from alula.record.archive.parquet import PAGE, ArchivedRow

_COLUMNS = "position, txid, id, actor_key, verb, activity, registration, ref, authority, stored, timestamp, voided, body"


class Month(NamedTuple):
    """A month in UTC; written YYYY-MM."""

    year: int
    month: int

    @classmethod
    def of(cls, text: str) -> Month:
        """The month in a text.

        Raises:
            Refusal: kernel.invalid (422).
        """
        try:
            moment = datetime.strptime(text, "%Y-%m").replace(tzinfo=UTC)
        except ValueError as error:
            rule = {"zh": "必须是月份，如 2026-11", "en": "must be a month such as 2026-11"}
            raise invalid("before", rule) from error
        return cls(moment.year, moment.month)

    @property
    def start(self) -> datetime:
        return datetime(self.year, self.month, 1, tzinfo=UTC)

    @property
    def end(self) -> datetime:
        """The start of the next one."""
        return self.next.start

    @property
    def next(self) -> Month:
        return Month(self.year + self.month // 12, self.month % 12 + 1)

    def __str__(self) -> str:
        return f"{self.year:04}-{self.month:02}"


class Extent(NamedTuple):
    """The rows of a tenant that were stored in a month and have a position from `first` to `last`."""

    month: Month
    first: int
    last: int

    def condition(self) -> tuple[str, list[Any]]:
        """The same as a condition on the table, and its parameters."""
        test = "stored >= %s AND stored < %s AND position >= %s AND position <= %s"
        return test, [spine.moment(self.month.start), spine.moment(self.month.end), self.first, self.last]


def extents(tenant_id: UUID) -> list[Extent]:
    """What the table holds of a tenant, by month, oldest first. Reads all its rows once."""
    month = "to_char(stored AT TIME ZONE 'UTC', 'YYYY-MM')" if on_postgres() else "substr(stored, 1, 7)"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {month}, MIN(position), MAX(position) FROM record_statement WHERE tenant_id = %s"  # noqa: S608 - a constant
            " GROUP BY 1 ORDER BY 1",
            [spine.key(tenant_id)],
        )
        return [Extent(Month.of(text), first, last) for text, first, last in cursor.fetchall()]


def pages(
    tenant_id: UUID, where: str, params: Sequence[Any], *, after: int = 0
) -> Iterator[list[ArchivedRow]]:
    """Rows of the table behind a position, in the order of their positions, in pieces."""
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT {_COLUMNS} FROM record_statement WHERE tenant_id = %s AND position > %s AND {where}"  # noqa: S608 - constants of this package
                " ORDER BY position LIMIT %s",
                [spine.key(tenant_id), after, *params, PAGE],
            )
            some = [_row(one) for one in cursor.fetchall()]
        if some:
            yield some
        if len(some) < PAGE:
            return
        after = some[-1].position


def _row(one: Any) -> ArchivedRow:
    (
        position,
        txid,
        own,
        actor,
        verb,
        activity,
        registration,
        ref,
        authority,
        stored,
        timestamp,
        voided,
        body,
    ) = one
    return ArchivedRow(
        position,
        txid,
        _uuid(own),
        actor,
        verb,
        activity,
        None if registration is None else _uuid(registration),
        None if ref is None else _uuid(ref),
        authority,
        _utc(stored),
        _utc(timestamp),
        bool(voided),
        body,
    )


def _uuid(one: Any) -> UUID:
    return one if isinstance(one, UUID) else UUID(one)


def _utc(one: datetime) -> datetime:
    moment = spine.aware(one)
    assert moment is not None
    return moment.astimezone(UTC)
