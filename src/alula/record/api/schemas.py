"""What the routes take and answer; the web app's types are generated from these."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Schema
from pydantic import StringConstraints

ScopeName = Literal["write", "read_own", "read_all", "define", "profile"]


class Said(Schema):
    """A text in both languages."""

    zh: str
    en: str


class StatementActor(Schema):
    """Who did it. `person_id` for a person of ours; others are known by what their system calls them."""

    name: Said
    person_id: UUID | None


class StatementThrough(Schema):
    """The credential that brought a statement."""

    key: str
    name: str


class StatementRow(Schema):
    """A statement as a line: one sentence, who, when, through what."""

    id: UUID
    sentence: Said
    actor: StatementActor
    verb: str
    activity: str
    """Empty when the object is no activity."""
    timestamp: datetime
    stored: datetime
    voided: bool
    through: StatementThrough | None
    """None for what Alula itself wrote."""


class StatementWhole(StatementRow):
    """A statement opened: as xAPI 2.0 shows it."""

    body: dict[str, Any]


class FilterChoice(Schema):
    """A value to filter by, with its words."""

    value: str
    name: Said


class StatementFilters(Schema):
    """What the list can be narrowed to: every verb that Alula knows, and what stands in the newest statements."""

    verbs: list[FilterChoice]
    activities: list[FilterChoice]
    through: list[FilterChoice]
    everybody: bool
    """Whether one sees the statements of the whole tenant."""
    others: bool
    """Whether one sees anybody's but one's own."""


class CredentialRow(Schema):
    """A credential; its secret is never shown again."""

    key: str
    name: str
    scopes: list[ScopeName]
    created_at: datetime
    last_used_at: datetime | None
    ends_at: datetime | None
    ended: bool
    resumable: bool
    """Whether its end can still be taken back."""


class CredentialList(Schema):
    """The tenant's credentials, newest first, and the address that other systems send to."""

    items: list[CredentialRow]
    endpoint: str


class NewCredentialIn(Schema):
    """A credential to make."""

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
    scopes: list[ScopeName]


class MadeCredential(Schema):
    """A new credential with its secret: it is shown this once."""

    credential: CredentialRow
    secret: str
    endpoint: str
