"""The public door of people: what other domains may ask. Values go in and come out, never our tables."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from alula.kernel.actor import Actor, Role
from alula.kernel.errors import Refusal, not_found
from alula.people import queries
from alula.people.consents import on_withdrawal
from alula.people.founding import Extra, ensure_extras, ensure_person, ensure_tenant, ensure_unit
from alula.people.limits import limit
from alula.people.models import Person, Tenant, Unit, User
from alula.people.paths import WHOLE_TENANT
from alula.people.permissions import require
from alula.people.places import places_of, register_place
from alula.people.services import (
    enter,
    found_firms,
    give_consent,
    sign_up_owner,
    take_over,
    withdraw_consent,
)
from alula.people.sessions import actor_from_session, person_in
from alula.people.sign_in import Anybody, SignedIn

__all__ = [
    "Anybody",
    "Extra",
    "PersonCard",
    "SignedIn",
    "actor_for",
    "actor_from_session",
    "actor_of_person",
    "card_of",
    "cards_of",
    "consents_of",
    "ensure_extras",
    "ensure_person",
    "ensure_tenant",
    "ensure_unit",
    "enter",
    "found_firms",
    "give_consent",
    "has_consent",
    "limit",
    "may_see",
    "names_of",
    "on_withdrawal",
    "people_holding",
    "person_ids_visible",
    "places_of",
    "register_place",
    "require",
    "sign_up_owner",
    "take_over",
    "tenant_by_slug",
    "tenant_kind",
    "tenant_names",
    "tenant_slugs",
    "timezone_of",
    "unit_paths",
    "user_of",
    "withdraw_consent",
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
    person = person_in(user, tenant_id)
    if person is None:
        raise Refusal("people.no_tenant", status=403)
    return queries.actor_of(person)


def actor_of_person(tenant_id: UUID, person_id: UUID) -> Actor:
    """The active person of a tenant as an actor, for commands and jobs that act for somebody.

    Raises:
        Refusal: kernel.not_found.
    """
    people = Person.objects.filter(tenant_id=tenant_id, id=person_id, active=True)
    person = people.select_related("tenant", "unit").first()
    if person is None:
        raise not_found()
    return queries.actor_of(person)


def user_of(actor: Actor) -> User:
    """The actor's sign-in, for what needs Django's user (a session, the back office)."""
    return queries.oneself(actor).user


def person_ids_visible(
    actor: Actor,
    roles: Iterable[Role] = (),
    *,
    unit: UUID | None = None,
    text: str = "",
    active_only: bool = True,
) -> QuerySet[Person]:
    """The ids of the people whom the actor may see by `roles` (none: permissions.SEE), and oneself.

    It is a lazy subquery for `filter(person_id__in=...)`: a tenant may have a million people; do not list it.
    `unit` narrows to a unit and everything below it, `text` to names that contain it.

    Raises:
        Refusal: kernel.not_found, for a unit that the actor may not see.
    """
    people = queries.people_visible_to(actor, *roles)
    return queries.narrowed(actor, people, unit_id=unit, text=text, active_only=active_only).values("id")


def may_see(actor: Actor, person_id: UUID, *roles: Role) -> bool:
    """Whether the actor may see the person by `roles` (none: permissions.SEE); oneself always."""
    return queries.people_visible_to(actor, *roles).filter(id=person_id).exists()


def cards_of(tenant_id: UUID, ids: Iterable[UUID]) -> dict[UUID, PersonCard]:
    """The cards of these people of a tenant, without ids of others. The caller decides who may see them."""
    people = Person.objects.filter(tenant_id=tenant_id, id__in=list(ids)).select_related("unit")
    return {person.id: _card(person) for person in people}


def card_of(tenant_id: UUID, person_id: UUID) -> PersonCard:
    """The card of one person of a tenant.

    Raises:
        Refusal: kernel.not_found.
    """
    cards = cards_of(tenant_id, [person_id])
    if person_id not in cards:
        raise not_found()
    return cards[person_id]


def names_of(tenant_id: UUID, ids: Iterable[UUID]) -> dict[UUID, str]:
    """The names of these people of a tenant; ids of others are left out."""
    return dict(Person.objects.filter(tenant_id=tenant_id, id__in=list(ids)).values_list("id", "name"))


def people_holding(tenant_id: UUID, *roles: Role) -> dict[UUID, str]:
    """The active people of a tenant who hold one of the roles, by id with their names."""
    held = Person.objects.filter(tenant_id=tenant_id, active=True, memberships__role__in=roles)
    return dict(held.order_by("name").values_list("id", "name"))


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


def tenant_slugs() -> set[str]:
    """The slugs of every tenant, for the commands that run on the machine."""
    return set(Tenant.objects.values_list("slug", flat=True))


def tenant_by_slug(slug: str) -> UUID:
    """The tenant's id, for the commands that run on the machine.

    Raises:
        Refusal: kernel.not_found (404).
    """
    found: UUID | None = Tenant.objects.filter(slug=slug).values_list("id", flat=True).first()
    if found is None:
        raise not_found()
    return found


def tenant_kind(tenant_id: UUID) -> str:
    """firm, agency or operator.

    Raises:
        Refusal: kernel.not_found (404).
    """
    found: str | None = Tenant.objects.filter(id=tenant_id).values_list("kind", flat=True).first()
    if found is None:
        raise not_found()
    return found


def tenant_names(ids: Iterable[UUID]) -> dict[UUID, str]:
    """The names of these tenants. The caller decides who may know them."""
    return dict(Tenant.objects.filter(id__in=list(ids)).values_list("id", "name"))


def timezone_of(tenant_id: UUID) -> str:
    """The name of the time zone in which a tenant's days and hours are.

    Raises:
        Refusal: kernel.not_found (404).
    """
    found: str | None = Tenant.objects.filter(id=tenant_id).values_list("timezone", flat=True).first()
    if found is None:
        raise not_found()
    return found


def unit_paths(tenant_id: UUID, ids: Iterable[UUID]) -> dict[UUID, str]:
    """The materialised path of each of these units of a tenant."""
    return dict(Unit.objects.filter(tenant_id=tenant_id, id__in=list(ids)).values_list("id", "path"))
