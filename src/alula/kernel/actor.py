"""Who is asking, as a value. `people` makes it from a sign-in; every floor above asks it what may be seen."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID


class Role(StrEnum):
    """What a membership lets a person do. Roles add up; none implies another."""

    LEARNER = "learner"
    AUTHOR = "author"
    TRAINER = "trainer"
    MANAGER = "manager"  # of the subtree of the unit that the membership names
    TENANT_ADMIN = "tenant_admin"
    OFFICER = "officer"  # of an agency
    OPERATOR = "operator"  # of the whole installation


@dataclass(frozen=True)
class Grant:
    """One role, in force for a unit and everything below it.

    `unit_path` is the materialised path of the unit ("/3f2a/91bc/"); "/" is the whole tenant.
    """

    role: Role
    unit_path: str = "/"


@dataclass(frozen=True)
class Actor:
    """A signed-in person inside one tenant."""

    tenant_id: UUID
    person_id: UUID
    name: str
    unit_path: str
    grants: tuple[Grant, ...] = ()
    language: str = "zh"
    timezone: str = "Asia/Shanghai"
    consents: frozenset[str] = field(default_factory=frozenset)

    def has(self, *roles: Role) -> bool:
        """Whether any grant, for any unit, carries one of `roles`."""
        return any(grant.role in roles for grant in self.grants)

    def scopes(self, *roles: Role) -> tuple[str, ...]:
        """The unit paths for which the actor holds one of `roles`, without those that lie inside another."""
        paths = sorted({grant.unit_path for grant in self.grants if grant.role in roles})
        return tuple(p for p in paths if not any(p != q and p.startswith(q) for q in paths))
