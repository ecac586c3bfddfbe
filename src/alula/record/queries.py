"""Reads for pages and exports. Who may see a tenant's statements is the caller's to decide: the record knows no roles."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from alula.kernel.http import PAGE, PAGE_MAX, decode_cursor, encode_cursor
from alula.record import spine
from alula.record.hashed import id_key
from alula.record.spine import StoredStatement


@dataclass(frozen=True)
class StatementPage:
    """Statements, and the cursor of the page after them; None at the end."""

    items: tuple[StoredStatement, ...]
    next: str | None


def statements_of(
    tenant_id: UUID,
    *,
    actor: str | None = None,
    verb: str | None = None,
    activity: str | None = None,
    registration: UUID | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    oldest_first: bool = False,
    cursor: str | None = None,
    limit: int = PAGE,
) -> StatementPage:
    """A page of a tenant's statements, newest first, without the voided ones.

    Args:
        tenant_id: whose.
        actor: an `actor_key`.
        verb: its IRI.
        activity: its IRI.
        registration: of the attempt or session.
        since: stored after this moment.
        until: stored at this moment or before.
        oldest_first: in the order in which they were written.
        limit: 1 to 200.
        cursor: `next` of the page before.

    Raises:
        Refusal: kernel.invalid (422), when the cursor is not one of this list.
    """
    limit = max(1, min(limit, PAGE_MAX))
    after = decode_cursor(cursor, 1)
    wanted: list[tuple[str, Any]] = [
        ("voided = %s", False),
        ("stored > %s", since and spine.moment(since)),
        ("stored <= %s", until and spine.moment(until)),
        ("position > %s" if oldest_first else "position < %s", int(after[0]) if after else None),
    ]
    given = [(test, value) for test, value in wanted if value is not None]
    base, params = spine.found_by_all(
        tenant_id,
        registration=registration.hex if registration else None,
        actor_key=actor,
        activity=activity,
        verb=verb,
    )
    found = spine.select(
        f"WHERE {' AND '.join([base, *(test for test, _ in given)])}"
        f" ORDER BY position {'ASC' if oldest_first else 'DESC'} LIMIT %s",
        [*params, *(value for _, value in given), limit + 1],
    )
    more = len(found) > limit
    items = tuple(found[:limit])
    return StatementPage(items, encode_cursor(items[-1].position) if more else None)


def statement(tenant_id: UUID, statement_id: UUID) -> StoredStatement | None:
    """One statement of a tenant, voided or not; None when the tenant has none by this id."""
    found = spine.select("WHERE s.id_key = %s", [id_key(tenant_id.hex, statement_id.hex)])
    return found[0] if found else None
