"""What the routes take and answer; the web app's types are generated from these."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from ninja import Schema
from pydantic import StringConstraints

from alula.kernel.actor import Role
from alula.people.models import Membership, Person
from alula.people.places import Place

Name = Annotated[str, StringConstraints(max_length=200)]
Email = Annotated[str, StringConstraints(max_length=254)]
Language = Literal["zh", "en"]


class Bilingual(Schema):
    """A text in both languages."""

    zh: str
    en: str


class MePerson(Schema):
    """Oneself."""

    id: UUID
    name: str
    email: str


class TenantCard(Schema):
    """A tenant in which one may act."""

    id: UUID
    name: str


class MeTenant(TenantCard):
    """The tenant in which one acts."""

    kind: Literal["firm", "agency", "operator"]


class UnitCard(Schema):
    """A unit. `path` is the materialised path, "/k3f9a2bc/07qd81zx/"."""

    id: UUID
    name: str
    path: str


class RoleCard(Schema):
    """A role; without a unit it holds for the whole tenant."""

    role: Role
    unit_id: UUID | None
    unit_name: str | None

    @classmethod
    def of(cls, held: Membership) -> RoleCard:
        """The card of a membership whose unit is loaded."""
        return cls(
            role=Role(held.role), unit_id=held.unit_id, unit_name=held.unit.name if held.unit else None
        )


class Consents(Schema):
    """The newest answer about each kind of consent; null: not asked yet."""

    voice_analysis: bool | None
    voice_recording: bool | None


class Me(Schema):
    """Who is signed in, where, and what they may do."""

    person: MePerson
    tenant: MeTenant
    unit: UnitCard | None
    roles: list[RoleCard]
    places: list[Place]
    language: Language
    timezone: str
    consents: Consents
    tenants: list[TenantCard]
    change_password: bool
    """Whether the password is still one that an administrator handed over."""


class MeChange(Schema):
    """What one may change about oneself; what is left out stays."""

    language: Language | None = None
    timezone: Annotated[str, StringConstraints(max_length=64)] | None = None


class TenantChoice(Schema):
    """The tenant to act in."""

    tenant_id: UUID


class ConsentAnswer(Schema):
    """Yes or no."""

    granted: bool


class ConsentOut(Schema):
    """One thing one may be asked to allow: the words, and one's answer (null: not asked yet)."""

    kind: str
    title: Bilingual
    text: Bilingual
    wording: str
    granted: bool | None


class UnitRow(Schema):
    """A unit of the tree; `people` counts the active people whom the caller may see, in it and below it."""

    id: UUID
    parent_id: UUID | None
    name: str
    path: str
    people: int


class NewUnit(Schema):
    """A unit to add, at the top when there is no parent."""

    name: Name
    parent_id: UUID | None = None


class UnitChange(Schema):
    """What to change about a unit; what is left out stays. `parent_id: null` moves it to the top."""

    name: Name | None = None
    parent_id: UUID | None = None


class PersonUnit(Schema):
    """The unit of a person."""

    id: UUID
    name: str


class PersonRow(Schema):
    """A person as the administrator sees them."""

    id: UUID
    name: str
    email: str
    number: str
    unit: PersonUnit | None
    roles: list[RoleCard]
    active: bool
    last_sign_in: datetime | None

    @classmethod
    def of(cls, person: Person) -> PersonRow:
        """The row of a person whose user, unit and memberships are loaded."""
        unit = person.unit
        return cls(
            id=person.id,
            name=person.name,
            email=person.user.email,
            number=person.number,
            unit=PersonUnit(id=unit.id, name=unit.name) if unit else None,
            roles=[RoleCard.of(held) for held in person.memberships.all()],
            active=person.active,
            last_sign_in=person.user.last_login,
        )


class NewPerson(Schema):
    """A person to add. The roles are granted for the whole tenant."""

    name: Name
    email: Email
    number: Annotated[str, StringConstraints(max_length=64)] = ""
    unit_id: UUID | None = None
    roles: list[Role] = [Role.LEARNER]


class AddedPerson(Schema):
    """A new person, with the password to hand over: it is shown this once."""

    person: PersonRow
    initial_password: str | None


class InitialPassword(Schema):
    """A new password to hand over: it is shown this once."""

    initial_password: str


class PersonChange(Schema):
    """What to change about a person; what is left out stays. `unit_id: null` takes them out of their unit."""

    name: Name | None = None
    number: Annotated[str, StringConstraints(max_length=64)] | None = None
    unit_id: UUID | None = None
    active: bool | None = None


class BadRow(Schema):
    """A row that was not taken: its line in the file (the heading is line 1), the column, and why."""

    line: int
    column: str
    code: str
    message: str


class ImportReport(Schema):
    """What an import did, or would have done: nothing is written unless `written`."""

    rows: int
    added: int
    changed: int
    unchanged: int
    refused: int
    written: bool
    bad: list[BadRow]
    """The first 1,000 of the refused rows."""
