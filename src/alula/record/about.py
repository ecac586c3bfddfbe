"""Statements about others, found by what those say (xAPI 1.0.3, Communication 2.1.3; 2.0, 4.1.6.1).

A statement whose object is a StatementRef meets a filter when the statement that it is about does, voided or not. What
that one says is noted among the mentions of the first, under names of their own: so a filter reads one page of one
index, however many statements are about others.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec
from django.db import connection

from alula.kernel.db import on_postgres
from alula.record import spine
from alula.record.mentions import activity_key, agent_key, mentions_of
from alula.record.table import Row

STEPS = 3
"""A statement about a statement about a statement: so many steps are followed."""

_COLUMNS = "position, tenant_id, id, ref, verb"

# One text with all that came: for each the digits of its tenant, and behind them its own.
_SQLITE_EARLIER = """
SELECT r.position, r.tenant_id, r.id, r.ref, r.verb FROM json_each(%s) g
CROSS JOIN record_statement r ON r.tenant_id = substr(g.value, 1, 32) AND r.ref = substr(g.value, 33)"""
_SQLITE_ANY = "SELECT 1 FROM record_statement WHERE tenant_id = %s AND ref IS NOT NULL LIMIT 1"
_PG_EARLIER = """
SELECT r.position, r.tenant_id, r.id, r.ref, r.verb FROM jsonb_array_elements_text(%s::jsonb) g (value)
JOIN record_statement r ON r.tenant_id = left(g.value, 32)::uuid AND r.ref = right(g.value, 32)::uuid"""
_NOTE = """
INSERT INTO record_mention (tenant_id, what, position, related) VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING"""


class Reference(NamedTuple):
    """A statement in the table that is about another, there or not. Identifiers are 32 hexadecimal digits."""

    position: int
    tenant: str
    id: str
    ref: str
    verb: str


def about(key: str, *, related: bool = False) -> str:
    """What a statement about one that says this is found by; `key` as `verb_key` and its like, or an agent's own.

    `related`: by the related_* filters only. These have a name of their own, so that a database need not guess how many
    of the others there are.
    """
    return f"{'around' if related else 'about'} {key}"


def verb_key(verb: str) -> str:
    """The name of a verb among what a statement says."""
    return f"verb:{verb}"


def registration_key(registration: str) -> str:
    """The name of a registration (32 hexadecimal digits) among what a statement says."""
    return f"registration:{registration}"


def earlier(rows: Sequence[Row]) -> list[Reference]:
    """The statements about these rows, which were inserted a moment ago; those among the rows themselves too."""
    tenants = {tenant for tenant in {row.tenant for row in rows} if _may_be_about(tenant)}
    return _about_these((row.tenant, row.id) for row in rows if row.tenant in tenants) if tenants else []


def _about_these(them: Iterable[tuple[str, str]]) -> list[Reference]:
    every = msgspec.json.encode([tenant + one for tenant, one in them]).decode()
    with connection.cursor() as cursor:
        cursor.execute(_PG_EARLIER if on_postgres() else _SQLITE_EARLIER, [every])
        return [_reference(*row) for row in cursor.fetchall()]


def _may_be_about(tenant: str) -> bool:
    """Whether any statement of a tenant is about another, which many never have: asked once instead of for each row.

    On PostgreSQL yes: one question more takes longer there than looking for a group of statements.
    """
    if on_postgres():
        return True
    with connection.cursor() as cursor:
        cursor.execute(_SQLITE_ANY, [tenant])
        return cursor.fetchone() is not None


def inserted(rows: Sequence[Row]) -> list[Reference]:
    """Those of the inserted rows that are about others."""
    return [_reference(*row) for row in spine.by_ids(_COLUMNS, ((row.tenant, row.id) for row in rows))]


def there(them: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    """Those of the statements, by tenant and id (32 hexadecimal digits each), that are in the table."""
    return {(spine.digits(tenant), spine.digits(one)) for tenant, one in spine.by_ids("tenant_id, id", them)}


def at(positions: Sequence[int]) -> list[Reference]:
    """The statements about others at some positions."""
    places = ", ".join(["%s"] * len(positions))
    return _references(f"position IN ({places}) AND ref IS NOT NULL", positions)


def some(after: tuple[str, int], limit: int) -> list[Reference]:
    """The next statements about others behind a tenant and position, by both."""
    tenant, position = after
    return _references(
        "ref IS NOT NULL AND (tenant_id, position) > (%s, %s) ORDER BY tenant_id, position LIMIT %s",
        [tenant, position, limit],
    )


def _references(condition: str, params: Sequence[Any]) -> list[Reference]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_COLUMNS} FROM record_statement WHERE {condition}", params)  # noqa: S608 - constants of this module
        return [_reference(*row) for row in cursor.fetchall()]


def note(references: Sequence[Reference]) -> None:
    """Note by what these statements, and those about them, are found. Done again it changes nothing.

    However many they are, in the transaction of the statement that made it necessary: a filter that found some of them
    later would make Consistent-Through say what is not true.
    """
    every = {one.position: one for one in references}
    last = list(references)
    for _ in range(STEPS - 1):
        if not last:
            break
        following = _about_these((one.tenant, one.id) for one in last)
        last = [one for one in following if one.position not in every]
        every |= {one.position: one for one in last}
    notes = [
        (one.tenant, about(key, related=related), one.position, related)
        for one, said in _said(list(every.values()))
        for key, related in sorted(said.items())
    ]
    if notes:
        with connection.cursor() as cursor:
            cursor.executemany(_NOTE, notes)


def _said(references: Sequence[Reference]) -> list[tuple[Reference, dict[str, bool]]]:
    """What the statements say that each is about, step by step."""
    said: dict[int, dict[str, bool]] = {one.position: {} for one in references}
    wanted = {one.position: (one.tenant, one.ref) for one in references}
    for _ in range(STEPS):
        bodies = _bodies(wanted.values())
        following: dict[int, tuple[str, str]] = {}
        for position, (tenant, target) in wanted.items():
            body = bodies.get((tenant, target))
            if body is None:
                continue
            for key, related in keys_of(body).items():
                said[position][key] = said[position].get(key, True) and related
            if body["object"].get("objectType") == "StatementRef":
                following[position] = tenant, spine.digits(body["object"]["id"])
        wanted = following
    return [(one, said[one.position]) for one in references]


def keys_of(statement: Mapping[str, Any]) -> dict[str, bool]:
    """What a statement is found by, and whether only the related_* filters find it by that."""
    found = mentions_of(statement)
    if authority := agent_key(statement.get("authority", {})):
        found.setdefault(authority, True)
    if actor := agent_key(statement["actor"]):
        found[actor] = False
    found[verb_key(statement["verb"]["id"])] = False
    thing = statement["object"]
    if thing.get("objectType", "Activity") == "Activity":
        found[activity_key(thing["id"])] = False
    if registration := statement.get("context", {}).get("registration"):
        found[registration_key(spine.digits(registration))] = False
    return found


def _bodies(them: Iterable[tuple[str, str]]) -> dict[tuple[str, str], dict[str, Any]]:
    return {key: msgspec.json.decode(body) for key, body in spine.bodies(them).items()}


def _reference(position: int, tenant: object, one: object, ref: object, verb: str) -> Reference:
    return Reference(position, spine.digits(tenant), spine.digits(one), spine.digits(ref), verb)
