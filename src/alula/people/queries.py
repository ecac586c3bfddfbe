"""Every read. A tenant's rows are obtained only through an actor (or a tenant named by the caller)."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet, Subquery

from alula.kernel.actor import Actor, Grant, Role
from alula.kernel.errors import not_found
from alula.people.consents import KINDS
from alula.people.models import Consent, Membership, Person, Tenant, Unit, User
from alula.people.paths import WHOLE_TENANT, inside, inside_any
from alula.people.permissions import ADMINISTER, SEE, require_administration


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


def narrowed(
    actor: Actor,
    people: QuerySet[Person],
    *,
    unit_id: UUID | None = None,
    text: str = "",
    active_only: bool = False,
) -> QuerySet[Person]:
    """`people` inside a unit that the actor may see and below it, with `text` in the name, active.

    Raises:
        Refusal: kernel.not_found, for a unit that the actor may not see.
    """
    if unit_id is not None:
        people = people.filter(inside(unit_visible_to(actor, unit_id).path, "unit__path"))
    if text.strip():
        people = people.filter(name__icontains=text.strip())
    return people.filter(active=True) if active_only else people


def people_administered(
    actor: Actor, *, unit_id: UUID | None = None, text: str = "", role: Role | None = None
) -> QuerySet[Person]:
    """The people whom the actor administers, by name, with user, unit and memberships.

    `text` is looked for in name, e-mail address and employee number; `role` is one they hold anywhere.

    Raises:
        Refusal: kernel.forbidden; kernel.not_found, for a unit of nobody's here.
    """
    require_administration(actor)
    people = narrowed(actor, people_visible_to(actor, *ADMINISTER), unit_id=unit_id)
    text = text.strip()
    if text:
        found = Q(name__icontains=text) | Q(user__email__icontains=text) | Q(number__icontains=text)
        people = people.filter(found)
    held = Membership.objects.filter(tenant_id=actor.tenant_id).select_related("unit").order_by("role", "id")
    if role is not None:
        people = people.filter(Exists(held.filter(person_id=OuterRef("id"), role=role)))
    return (
        people.select_related("user", "unit")
        .prefetch_related(Prefetch("memberships", held))
        .order_by("name", "id")
    )


def headcounts(actor: Actor) -> dict[str, int]:
    """For each unit's path, how many active people whom the actor may see are in the unit or below it."""
    rows = (
        people_visible_to(actor)
        .filter(active=True, unit__isnull=False)
        .order_by()
        .values_list("unit__path")
        .annotate(people=Count("id"))
    )
    counts: dict[str, int] = {}
    for path, people in rows:
        end = path.find("/", 1)
        while end != -1:
            above = path[: end + 1]
            counts[above] = counts.get(above, 0) + people
            end = path.find("/", end + 1)
    return counts


def unit_visible_to(actor: Actor, unit_id: UUID) -> Unit:
    """One unit that the actor may see.

    Raises:
        Refusal: kernel.not_found.
    """
    unit = units_visible_to(actor).filter(id=unit_id).first()
    if unit is None:
        raise not_found()
    return unit


def oneself(actor: Actor) -> Person:
    """The actor's own row, with user, tenant and unit."""
    people = Person.objects.filter(tenant_id=actor.tenant_id)
    return people.select_related("user", "tenant", "unit").get(id=actor.person_id)


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
    operating = person.tenant.kind == Tenant.Kind.OPERATOR
    rows = memberships_of(person).values_list("role", "unit__path")
    return tuple(
        Grant(Role(role), path or WHOLE_TENANT) for role, path in rows if role != Role.OPERATOR or operating
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


def operator_of(user: User) -> Actor | None:
    """The user as an active operator of the installation, if they are one."""
    persons = persons_of_user(user.id).filter(tenant__kind=Tenant.Kind.OPERATOR)
    actors = (actor_of(person) for person in persons)
    return next((actor for actor in actors if actor.has(Role.OPERATOR)), None)


def memberships_of(person: Person) -> QuerySet[Membership]:
    """The roles of a person, with their units."""
    held = Membership.objects.filter(tenant_id=person.tenant_id, person_id=person.id)
    return held.select_related("unit").order_by("role", "id")
