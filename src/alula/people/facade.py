"""The public door of people: what other domains may ask. Values go in and come out, never our tables."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from alula.kernel.actor import Actor, Role
from alula.kernel.errors import Refusal
from alula.people import queries, sign_in
from alula.people.consents import on_withdrawal
from alula.people.models import Person, User
from alula.people.paths import WHOLE_TENANT
from alula.people.permissions import require
from alula.people.places import places_of, register_place
from alula.people.sign_in import SignedIn, actor_from_session

__all__ = [
    "PersonCard",
    "SignedIn",
    "actor_for",
    "actor_from_session",
    "cards_of",
    "consents_of",
    "has_consent",
    "may_see",
    "names_of",
    "on_withdrawal",
    "people_visible",
    "person_card",
    "places_of",
    "register_place",
    "require",
]


@dataclass(frozen=True)
class PersonCard:
    """A person as others may show them. `unit_path` is "/" for somebody who is in no unit."""

    id: UUID
    name: str
    unit_id: UUID | None
    unit_name: str
    unit_path: str


def actor_for(user: User, tenant_id: UUID | None = None) -> Actor:
    """The signed-in user inside that tenant, or inside the first one where they are.

    Raises:
        Refusal: people.no_tenant (403), when the user is no active person there.
    """
    person = sign_in.person_in(user, tenant_id)
    if person is None:
        raise Refusal("people.no_tenant", status=403)
    return queries.actor_of(person)


def people_visible(
    actor: Actor, *roles: Role, unit_id: UUID | None = None, q: str = "", active_only: bool = True
) -> QuerySet[Person]:
    """The ids of the people whom the actor may see by `roles` (default: permissions.SEE), and oneself.

    It is a lazy subquery for `filter(person_id__in=...)`: a tenant may have a million people; do not list it.
    `unit_id` narrows to a unit and everything below it, `q` to names that contain it.

    Raises:
        Refusal: kernel.not_found, for a unit that the actor may not see.
    """
    return queries.narrowed(
        actor, queries.people_visible_to(actor, *roles), unit_id=unit_id, q=q, active_only=active_only
    ).values("id")


def may_see(actor: Actor, person_id: UUID, *roles: Role) -> bool:
    """Whether the actor may see the person by `roles` (default: permissions.SEE); oneself always."""
    return queries.people_visible_to(actor, *roles).filter(id=person_id).exists()


def cards_of(tenant_id: UUID, ids: Iterable[UUID]) -> dict[UUID, PersonCard]:
    """The cards of these people of a tenant, without ids of others. The caller decides who may see them."""
    people = Person.objects.filter(tenant_id=tenant_id, id__in=list(ids)).select_related("unit")
    return {person.id: _card(person) for person in people}


def person_card(tenant_id: UUID, person_id: UUID) -> PersonCard | None:
    """The card of one person of a tenant, or None."""
    return cards_of(tenant_id, [person_id]).get(person_id)


def names_of(tenant_id: UUID, ids: Iterable[UUID]) -> dict[UUID, str]:
    """The names of these people of a tenant; ids of others are left out."""
    return dict(Person.objects.filter(tenant_id=tenant_id, id__in=list(ids)).values_list("id", "name"))


def consents_of(tenant_id: UUID, person_id: UUID) -> dict[str, bool | None]:
    """Each kind of consent with the newest answer; None where the person was never asked."""
    return queries.consents_of(tenant_id, person_id)


def has_consent(tenant_id: UUID, person_id: UUID, kind: str) -> bool:
    """Whether the person allows `kind` at this moment."""
    return queries.consents_of(tenant_id, person_id).get(kind) is True


def _card(person: Person) -> PersonCard:
    unit = person.unit
    return PersonCard(
        id=person.id,
        name=person.name,
        unit_id=unit.id if unit else None,
        unit_name=unit.name if unit else "",
        unit_path=unit.path if unit else WHOLE_TENANT,
    )
