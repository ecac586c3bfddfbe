"""Every read. A tenant's rows are obtained only through an actor (or a tenant named by the caller)."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery

from alula.kernel.actor import Actor, Grant, Role
from alula.kernel.errors import not_found
from alula.people.consents import KINDS
from alula.people.models import Consent, Membership, Person, Tenant, Unit, User
from alula.people.paths import WHOLE_TENANT, inside, inside_any
from alula.people.permissions import SEE


def tenants_visible_to(actor: Actor) -> QuerySet[Tenant]:
    """All tenants for an operator, else the actor's own."""
    tenants = Tenant.objects.all()
    return tenants if actor.has(Role.OPERATOR) else tenants.filter(id=actor.tenant_id)


def units_visible_to(actor: Actor) -> QuerySet[Unit]:
    """The subtrees of the actor's seeing roles (permissions.SEE), and the unit the actor is in."""
    units = Unit.objects.filter(tenant_id=actor.tenant_id)
    return units.filter(inside_any(actor.scopes(*SEE)) | Q(path=actor.unit_path))


def people_visible_to(actor: Actor, *roles: Role) -> QuerySet[Person]:
    """People, active or not, whom the actor may see by `roles` (default: permissions.SEE), and oneself."""
    people = Person.objects.filter(tenant_id=actor.tenant_id)
    return people.filter(inside_any(actor.scopes(*(roles or SEE)), "unit__path") | Q(id=actor.person_id))


def person_ids_visible_to(actor: Actor, roles: Iterable[Role] = ()) -> QuerySet[Person]:
    """`people_visible_to` as a subquery of ids for `person_id__in`: a million ids are never listed."""
    return people_visible_to(actor, *roles).values("id")


def narrowed(
    actor: Actor,
    people: QuerySet[Person],
    *,
    unit_id: UUID | None = None,
    q: str = "",
    active_only: bool = False,
) -> QuerySet[Person]:
    """`people` inside a unit that the actor may see and below it, with `q` in the name, active.

    Raises:
        Refusal: kernel.not_found, for a unit that the actor may not see.
    """
    if unit_id is not None:
        people = people.filter(inside(unit_visible_to(actor, unit_id).path, "unit__path"))
    if q.strip():
        people = people.filter(name__icontains=q.strip())
    return people.filter(active=True) if active_only else people


def person_visible_to(actor: Actor, person_id: UUID) -> Person:
    """One person whom the actor may see.

    Raises:
        Refusal: kernel.not_found.
    """
    person = people_visible_to(actor).select_related("unit", "user", "tenant").filter(id=person_id).first()
    if person is None:
        raise not_found()
    return person


def unit_visible_to(actor: Actor, unit_id: UUID) -> Unit:
    """One unit that the actor may see.

    Raises:
        Refusal: kernel.not_found.
    """
    unit = units_visible_to(actor).filter(id=unit_id).first()
    if unit is None:
        raise not_found()
    return unit


def persons_of_user(user_id: UUID) -> QuerySet[Person]:
    """The active persons of a user, one per tenant, the oldest first."""
    return Person.objects.filter(user_id=user_id, active=True).select_related("tenant", "unit").order_by("id")


def consents_of(tenant_id: UUID, person_id: UUID) -> dict[str, bool | None]:
    """Each kind of consent with the newest answer; None where the person was never asked."""
    newest = (
        Consent.objects.filter(tenant_id=tenant_id, person_id=person_id, kind=OuterRef("kind"))
        .order_by("-id")
        .values("id")[:1]
    )
    rows = Consent.objects.filter(tenant_id=tenant_id, person_id=person_id, id=Subquery(newest))
    return dict.fromkeys(KINDS) | dict(rows.values_list("kind", "granted"))


def grants_of(person: Person) -> tuple[Grant, ...]:
    """The person's roles, as values. The operator's role counts only in the operator's tenant."""
    rows = (
        Membership.objects.filter(tenant_id=person.tenant_id, person_id=person.id)
        .order_by("role", "id")
        .values_list("role", "unit__path")
    )
    return tuple(
        Grant(Role(role), path or WHOLE_TENANT)
        for role, path in rows
        if role != Role.OPERATOR or person.tenant.kind == Tenant.Kind.OPERATOR
    )


def actor_of(person: Person) -> Actor:
    """The person as the value that every floor above asks. `tenant` and `unit` should be loaded."""
    consents = consents_of(person.tenant_id, person.id)
    return Actor(
        tenant_id=person.tenant_id,
        person_id=person.id,
        name=person.name,
        unit_path=person.unit.path if person.unit else WHOLE_TENANT,
        grants=grants_of(person),
        language=person.language or person.tenant.language,
        timezone=person.timezone or person.tenant.timezone,
        consents=frozenset(kind for kind, granted in consents.items() if granted),
    )


def user_by_email(email: str) -> User | None:
    """The sign-in with that address, in any letter case."""
    return User.objects.filter(email=email.strip().lower()).first()
