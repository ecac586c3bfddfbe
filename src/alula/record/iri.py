"""The names that statements use for people and things: IRIs under one base that the operator chooses once."""

from __future__ import annotations

from urllib.parse import quote, unquote
from uuid import UUID

from alula.kernel.settings import setting
from alula.record.statement import Account, Agent

VOCABULARY = "https://alula.example/xapi"
"""Where Alula's own verbs, activity types and extensions live; the same in every installation."""


def _absolute(raw: str) -> str:
    if not raw.startswith(("http://", "https://")) or any(c.isspace() for c in raw):
        raise ValueError("expected an absolute http or https address without spaces")
    return raw.rstrip("/")


base = setting(
    "ALULA_IRI",
    "https://alula.example",
    "Base of the IRIs that statements name people and things by. Choose it before the first statement; never change it.",
    _absolute,
)


def iri(*parts: object) -> str:
    """The IRI of a thing: `iri("courses", course_id)` gives "<base>/courses/<course_id>", each part quoted."""
    return "/".join([base.value, *(quote(str(part), safe="") for part in parts)])


def vocabulary(*parts: str) -> str:
    """The IRI of a word of ours: `vocabulary("verbs", "practised")`."""
    return "/".join([VOCABULARY, *parts])


def person(tenant_id: UUID, person_id: UUID, name: str | None = None) -> Agent:
    """The person as the actor of a statement: an account whose home page is the tenant and whose name is the id."""
    return Agent(account=Account(home_page=iri("tenants", tenant_id), name=str(person_id)), name=name)


def actor_key(tenant_id: UUID, person_id: UUID) -> str:
    """What the table's `actor_key` holds for the person."""
    return person(tenant_id, person_id).key


def person_of(key: str) -> tuple[UUID, UUID] | None:
    """(tenant_id, person_id) of an `actor_key` that `person` made; None when the actor is not a person of ours."""
    home, _, name = key.removeprefix("account:").rpartition(" ")
    prefix = iri("tenants", "")
    if not key.startswith("account:") or not home.startswith(prefix):
        return None
    try:
        return UUID(unquote(home.removeprefix(prefix))), UUID(name)
    except ValueError:
        return None
