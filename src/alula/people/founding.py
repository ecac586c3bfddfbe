"""The first tenants, units and people, made by a command on the machine: run again, it changes nothing.

Used by the demo and by the first start, before there is an operator who could act.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.db import transaction

from alula.kernel.actor import Actor, Role
from alula.people import queries, services
from alula.people.models import Membership, Person, Tenant, Unit, User
from alula.people.permissions import SYSTEM_ID, WHOLE_TENANT_ROLES, system


def ensure_tenant(
    slug: str,
    name: str,
    *,
    kind: str = "firm",
    timezone: str = "Asia/Shanghai",
    language: str = "zh",
) -> UUID:
    """The tenant with that slug, made when there is none. `kind` is firm, agency or operator.

    Raises:
        Refusal: which value is wrong.
    """
    found = Tenant.objects.filter(slug=slug).values_list("id", flat=True).first()
    if found is not None:
        return found
    founder = system(SYSTEM_ID)
    return services.create_tenant(
        founder, name=name, slug=slug, kind=kind, timezone=timezone, language=language
    ).id


@transaction.atomic
def ensure_unit(tenant_id: UUID, names: Sequence[str]) -> UUID | None:
    """The unit at the end of that path of names, with those above it; made where missing. None for no names.

    Raises:
        Refusal: which rule a name breaks.
    """
    unit_id: UUID | None = None
    for name in names:
        unit = Unit.objects.filter(tenant_id=tenant_id, parent_id=unit_id, name=name).first()
        unit_id = (unit or services.add_unit(system(tenant_id), name=name, parent_id=unit_id)).id
    return unit_id


@transaction.atomic
def ensure_person(
    tenant_id: UUID,
    *,
    email: str,
    name: str,
    password: str,
    unit: Sequence[str] = (),
    roles: Iterable[Role] = (Role.LEARNER,),
    number: str = "",
    language: str = "",
) -> Actor:
    """The person with that address in the tenant, as an actor; made with these details when there is none.

    Roles that can be limited to a unit, except the learner's, are granted for the person's unit if there is
    one.

    Raises:
        Refusal: which value is wrong.
    """
    found = Person.objects.filter(tenant_id=tenant_id, user__email=email.lower()).first()
    if found is not None:
        return queries.actor_of(found)
    unit_id = ensure_unit(tenant_id, unit)
    actor = system(tenant_id)
    added = services.add_person(
        actor,
        email=email,
        name=name,
        number=number,
        unit_id=unit_id,
        roles=(),
        language=language,
        password=password,
    )
    for role in roles:
        services.grant_role(actor, added.person.id, role, unit_of_role(role, unit_id))
    return queries.actor_of(added.person)


def unit_of_role(role: Role, unit_id: UUID | None) -> UUID | None:
    """For which unit a role is granted that was named beside a person's unit: None is the whole tenant."""
    return None if role == Role.LEARNER or role in WHOLE_TENANT_ROLES else unit_id


@dataclass(frozen=True)
class Extra:
    """A made-up person of a demonstration, whose id is known before: a learner who cannot sign in."""

    id: UUID
    name: str
    email: str
    unit_id: UUID | None


@transaction.atomic
def ensure_extras(tenant_id: UUID, extras: Sequence[Extra]) -> int:
    """Add those made-up people who are missing, all at once; how many were. They leave no statements of their own.

    Raises:
        django.db.IntegrityError: an address belongs to somebody else.
    """
    ids = [one.id for one in extras]
    known = set(Person.objects.filter(tenant_id=tenant_id, id__in=ids).values_list("id", flat=True))
    fresh = [one for one in extras if one.id not in known]
    locked = make_password(None)
    users = [User(email=one.email, password=locked) for one in fresh]
    User.objects.bulk_create(users)
    Person.objects.bulk_create(
        Person(id=one.id, tenant_id=tenant_id, user=user, unit_id=one.unit_id, name=one.name)
        for one, user in zip(fresh, users, strict=True)
    )
    Membership.objects.bulk_create(
        Membership(tenant_id=tenant_id, person_id=one.id, role=Role.LEARNER) for one in fresh
    )
    return len(fresh)
