"""What is known of activities: definitions merged from the statements of those who may define."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from uuid import UUID

import msgspec
from django.db import connection, transaction

from alula.kernel.db import on_postgres
from alula.record import spine
from alula.record.mentions import activities_around

_AT_ONCE = 500
REMEMBERED, REMEMBERED_SECONDS = 20_000, 10.0
"""Definitions that this process merged, and for how long it takes them for known: what another one changed in between
stands for so long at most before a sender's next word counts again."""
Definitions = dict[str, dict[str, Any]]
"""Definitions by the activity's id."""

_learnt: dict[tuple[UUID, str], tuple[Mapping[str, Any], float]] = {}


def activities_in(statement: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The activities of a statement: its object, those of its context, those of its sub-statement."""
    thing = statement["object"]
    kind = thing.get("objectType", "Activity")
    if kind == "Activity":
        yield thing
    elif kind == "SubStatement":
        yield from activities_in(thing)
    yield from activities_around(statement.get("context", {}))


def told(pairs: Iterable[tuple[str, dict[str, Any]]]) -> Definitions:
    """What (activity, definition) pairs say together; later ones over earlier ones."""
    found: Definitions = {}
    for activity, definition in pairs:
        known = found.get(activity)
        if known is None:
            found[activity] = definition
        elif known is not definition:
            found[activity] = merged(known, definition)
    return found


def learn(tenant_id: UUID, said: Definitions) -> None:
    """Merge definitions into what is known; in the caller's transaction."""
    names = sorted(name for name, definition in said.items() if not _just_learnt(tenant_id, name, definition))
    if not names:
        return
    known = definitions(tenant_id, names, locked=True)
    changed = [
        (spine.key(tenant_id), name, msgspec.json.encode(after).decode())
        for name in names
        if (after := merged(known.get(name, {}), said[name])) != known.get(name)
    ]
    if changed:
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO record_activity (tenant_id, activity, definition) VALUES (%s, %s, %s)"
                " ON CONFLICT (tenant_id, activity) DO UPDATE SET definition = excluded.definition",
                changed,
            )
    transaction.on_commit(lambda: _remember(tenant_id, {name: said[name] for name in names}))


def _just_learnt(tenant_id: UUID, activity: str, definition: Mapping[str, Any]) -> bool:
    """Whether this process merged the very same in the last seconds: senders repeat it in every statement."""
    known = _learnt.get((tenant_id, activity))
    return known is not None and known[1] > time.monotonic() and known[0] == definition


def _remember(tenant_id: UUID, said: Definitions) -> None:
    if len(_learnt) + len(said) > REMEMBERED:
        _learnt.clear()
    until = time.monotonic() + REMEMBERED_SECONDS
    _learnt.update({(tenant_id, name): (definition, until) for name, definition in said.items()})


def merged(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """Names and descriptions by language, extensions by key; everything else as the newer one says."""
    both = {**old, **new}
    for name in ("name", "description", "extensions"):
        if name in old and name in new:
            both[name] = {**old[name], **new[name]}
    return both


def definitions(tenant_id: UUID, activities: Iterable[str], *, locked: bool = False) -> Definitions:
    """The known definitions of some activities of a tenant; `locked` until the transaction ends, in one order."""
    names, found = sorted(set(activities)), {}
    for first in range(0, len(names), _AT_ONCE):
        some = names[first : first + _AT_ONCE]
        places = ", ".join(["%s"] * len(some))
        lock = " ORDER BY activity FOR UPDATE" if locked and on_postgres() else ""
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT activity, definition FROM record_activity WHERE tenant_id = %s AND activity IN ({places}){lock}",  # noqa: S608 - placeholders only
                [spine.key(tenant_id), *some],
            )
            found.update({name: msgspec.json.decode(text) for name, text in cursor.fetchall()})
    return found
