"""Statements in the words of a page: a sentence in both languages, the actor's name, the system that sent it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

import msgspec

from alula.kernel.texts import LANGUAGES
from alula.record.api.schemas import Said, StatementActor, StatementRow, StatementThrough
from alula.record.directory import directory
from alula.record.iri import person_of
from alula.record.spine import StoredStatement
from alula.record.statement import Agent, Group
from alula.record.verbs import name_of, sentence_of

INSTALLATION = UUID(int=0)
"""The id under which the installation itself acts: commands, the demo."""
PRODUCT = {"zh": "小翼", "en": "Alula"}
UNREADABLE: dict[str, str] = {
    "zh": "一条无法用一句话说清的记录。",
    "en": "A statement that no sentence can tell.",
}


def rows_of(tenant_id: UUID, found: Sequence[StoredStatement]) -> list[StatementRow]:
    """The lines of statements of one tenant."""
    names = _names(tenant_id, found)
    return [_row(stored, names) for stored in found]


Names = dict[str, dict[str, str]]
"""By language, then by the key of an agent."""


def _row(stored: StoredStatement, names: Names) -> StatementRow:
    said, who = _told(stored, names)
    person = person_of(stored.actor_key)
    return StatementRow(
        id=stored.id,
        sentence=said,
        actor=StatementActor(name=who, person_id=person[1] if person else None),
        verb=stored.verb,
        activity=stored.activity,
        timestamp=stored.timestamp,
        stored=stored.stored,
        voided=stored.voided,
        through=through_of(stored),
    )


def _told(stored: StoredStatement, names: Names) -> tuple[Said, Said]:
    """(sentence, actor's name). A statement that another system may write need not fit our types in every part."""
    try:
        statement = stored.statement
    except (msgspec.ValidationError, ValueError):
        return Said(**UNREADABLE), Said(zh=stored.actor_key, en=stored.actor_key)
    sentences = {one: sentence_of(statement, one, names=names[one]) for one in LANGUAGES}
    who = {one: names[one].get(stored.actor_key) or name_of(statement.actor, one) for one in LANGUAGES}
    return Said(**sentences), Said(**who)


def through_of(stored: StoredStatement) -> StatementThrough | None:
    """The credential that brought a statement: the authority in its body, which ours have not."""
    authority: dict[str, Any] | None = msgspec.json.decode(stored.body).get("authority")
    if not authority or "account" not in authority:
        return None
    key = authority["account"]["name"]
    return StatementThrough(key=key, name=authority.get("name") or key)


def _names(tenant_id: UUID, found: Sequence[StoredStatement]) -> Names:
    """The names of our persons who stand in the statements."""
    persons: dict[str, UUID] = {}
    for stored in found:
        for key in _agents(stored):
            who = person_of(key)
            if who is not None and who[0] == tenant_id:
                persons[key] = who[1]
    known = directory().names(tenant_id, set(persons.values()))
    return {
        language: {
            key: PRODUCT[language] if one == INSTALLATION else known[one]
            for key, one in persons.items()
            if one == INSTALLATION or one in known
        }
        for language in LANGUAGES
    }


def _agents(stored: StoredStatement) -> Iterator[str]:
    yield stored.actor_key
    try:
        thing = stored.statement.object
    except (msgspec.ValidationError, ValueError):
        return
    if isinstance(thing, (Agent, Group)):
        yield thing.key
