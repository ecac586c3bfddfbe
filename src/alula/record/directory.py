"""Who the actors of statements are, and whose statements somebody may see.

The record lies below the floor that knows people. Its pages therefore ask a directory, which that floor registers; until
it does, everybody sees their own statements and nobody has a name (docs/decisions/0010-doors-of-the-record.md).
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol
from uuid import UUID

from alula.kernel.actor import Actor


class Directory(Protocol):
    """What the pages of the record ask. Ids are persons of the actor's tenant; ids of others are never given back."""

    def administers(self, actor: Actor) -> bool:
        """Whether the actor sees every statement of the tenant, of whomever, and keeps its credentials."""

    def visible(self, actor: Actor, text: str, limit: int) -> list[UUID]:
        """The persons whose statements the actor may see, with `text` in the name; `limit` of them at most."""

    def visible_among(self, actor: Actor, ids: Collection[UUID], text: str) -> set[UUID]:
        """Those of `ids` that `visible` would give without a limit."""

    def names(self, tenant_id: UUID, ids: Collection[UUID]) -> dict[UUID, str]:
        """The names of these persons."""


class Nobody:
    """The directory of a record on which no other floor stands."""

    def administers(self, actor: Actor) -> bool:  # noqa: ARG002 - the protocol's signature
        return False

    def visible(self, actor: Actor, text: str, limit: int) -> list[UUID]:
        return [actor.person_id][:limit] if text in actor.name else []

    def visible_among(self, actor: Actor, ids: Collection[UUID], text: str) -> set[UUID]:
        return set(ids) & set(self.visible(actor, text, 1))

    def names(self, tenant_id: UUID, ids: Collection[UUID]) -> dict[UUID, str]:  # noqa: ARG002 - as above
        return {}


_registered: list[Directory] = [Nobody()]


def register_directory(directory: Directory) -> None:
    """Let the pages of the record ask this directory from now on. Called once, from an AppConfig."""
    _registered[:] = [directory]


def directory() -> Directory:
    """The one in force."""
    return _registered[0]
