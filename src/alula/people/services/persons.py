"""People of a tenant: they come, change and go; and the password with which they come in the first time."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from alula.kernel import clock
from alula.kernel.actor import Actor, Role
from alula.kernel.errors import Refusal, not_found
from alula.kernel.settings import setting
from alula.people import statements
from alula.people.models import Membership, Person, Tenant, User
from alula.people.permissions import ADMINISTER, require_administration, require_grantable, system
from alula.people.services.tenants import clean_language, clean_name, locked
from alula.people.services.units import unit_in

initial_password_days = setting(
    "ALULA_INITIAL_PASSWORD_DAYS", 14, "Days for which a password from an administrator may be used."
)
NUMBER_LONGEST = 64
_LETTERS = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # none that are mistaken for another


@dataclass(frozen=True)
class Added:
    """A new person, and the password to hand over; None for a user who already had one."""

    person: Person
    initial_password: str | None


def new_password() -> str:
    """Four groups of four letters and digits: about 93 bits, and read aloud without mistakes."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))


def clean_email(email: str) -> str:
    """The address in lower case.

    Raises:
        Refusal: people.email_invalid.
    """
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError as error:
        raise Refusal("people.email_invalid", status=422, field="email", email=email[:100]) from error
    return email


def person_in(tenant_id: UUID, person_id: UUID) -> Person:
    """The person of that tenant.

    Raises:
        Refusal: kernel.not_found.
    """
    person = Person.objects.filter(tenant_id=tenant_id, id=person_id).select_related("user", "unit").first()
    if person is None:
        raise not_found()
    return person


def _clean_number(tenant_id: UUID, number: str, *, but: UUID | None = None) -> str:
    number = number.strip()
    if len(number) > NUMBER_LONGEST:
        raise Refusal("people.number_too_long", status=422, field="number", longest=NUMBER_LONGEST)
    taken = number and Person.objects.filter(tenant_id=tenant_id, number=number).exclude(id=but).exists()
    if taken:
        raise Refusal("people.number_taken", status=409, field="number", number=number)
    return number


def add_person(
    actor: Actor,
    *,
    email: str,
    name: str,
    number: str = "",
    unit_id: UUID | None = None,
    roles: Iterable[Role] = (Role.LEARNER,),
    language: str = "",
    password: str | None = None,
) -> Added:
    """Add a person with a sign-in; a user whom the operator adds to a second tenant keeps their own password.

    `roles` are granted for the whole tenant. Without `password` one is made, to be handed over and replaced.

    Raises:
        Refusal: kernel.forbidden, kernel.not_found (unit), or which value is wrong or taken.
    """
    require_administration(actor)
    email, name = clean_email(email), clean_name(name)
    initial = password or new_password()
    hashed = make_password(initial)  # slow on purpose, so before the transaction that holds locks
    until = None if password else _until()
    with transaction.atomic():
        tenant = locked(actor.tenant_id)
        for role in roles:
            require_grantable(actor, tenant.kind, role, for_unit=False)
        unit = unit_in(tenant.id, unit_id) if unit_id else None
        user, created = User.objects.get_or_create(
            email=email, defaults={"password": hashed, "initial_password_until": until}
        )
        if not created:
            _refuse_linking(actor, user)
        person = Person.objects.create(
            tenant=tenant,
            user=user,
            unit=unit,
            name=name,
            number=_clean_number(tenant.id, number),
            language=clean_language(language) if language else "",
        )
        Membership.objects.bulk_create(
            Membership(tenant=tenant, person=person, role=role) for role in dict.fromkeys(roles)
        )
        statements.person_added(actor, person)
    return Added(person, initial if created else None)


def _refuse_linking(actor: Actor, user: User) -> None:
    """Refuse to add a user who exists: those of another tenant are added by the operator alone.

    An address is not verified, so whoever made the account may not be its owner: a tenant that took over the
    account would let that stranger in.
    """
    if Person.objects.filter(tenant_id=actor.tenant_id, user_id=user.id).exists():
        raise Refusal("people.person_exists", status=409, field="email", email=user.email)
    if not actor.has(Role.OPERATOR):
        raise Refusal("people.email_elsewhere", status=409, field="email", email=user.email)


def _until() -> datetime:
    """When a password issued now ends."""
    return clock.now() + timedelta(days=initial_password_days.value)


@transaction.atomic
def join(user: User, slug: str) -> Person:
    """Take in a user who signed up by themselves, as a learner of the tenant with that slug.

    Raises:
        Refusal: people.no_tenant, when there is no such tenant.
    """
    tenant = Tenant.objects.filter(slug=slug).first()
    if tenant is None:
        raise Refusal("people.no_tenant", status=403)
    person = Person.objects.create(tenant=tenant, user=user, name=user.email.partition("@")[0])
    Membership.objects.create(tenant=tenant, person=person, role=Role.LEARNER)
    statements.person_added(system(tenant.id), person)
    return person


@transaction.atomic
def change_person(
    actor: Actor, person_id: UUID, *, name: str | None = None, number: str | None = None
) -> Person:
    """Correct a person's name or employee number; None leaves it.

    Raises:
        Refusal: kernel.forbidden, kernel.not_found, or which value is wrong or taken.
    """
    require_administration(actor)
    locked(actor.tenant_id)
    person = person_in(actor.tenant_id, person_id)
    changed = {}
    if name is not None and clean_name(name) != person.name:
        changed["name"] = clean_name(name)
    if number is not None and number.strip() != person.number:
        changed["number"] = _clean_number(actor.tenant_id, number, but=person.id)
    if changed:
        for field, value in changed.items():
            setattr(person, field, value)
        person.save(update_fields=list(changed))
        statements.person_changed(actor, person, list(changed))
    return person


@transaction.atomic
def move_person(actor: Actor, person_id: UUID, unit_id: UUID | None) -> Person:
    """Put a person into another unit, or (None) into none.

    Raises:
        Refusal: kernel.forbidden, kernel.not_found (person or unit).
    """
    require_administration(actor)
    locked(actor.tenant_id)
    person = person_in(actor.tenant_id, person_id)
    if person.unit_id != unit_id:
        before = person.unit_id
        person.unit = unit_in(actor.tenant_id, unit_id) if unit_id else None
        person.save(update_fields=["unit"])
        statements.person_moved(actor, person, before)
    return person


def refuse_without_administrator(tenant_id: UUID) -> None:
    """Refuse a change, made in this transaction, after which nobody administers the tenant any more.

    Raises:
        Refusal: people.last_admin; the caller's transaction must end with it.
    """
    left = Membership.objects.filter(tenant_id=tenant_id, role__in=ADMINISTER, person__active=True)
    if not left.exists():
        raise Refusal("people.last_admin", status=409)


@transaction.atomic
def deactivate_person(actor: Actor, person_id: UUID) -> Person:
    """End a person's access to the tenant; what they did stays. Their session ends with its next request.

    Raises:
        Refusal: kernel.forbidden, kernel.not_found, people.last_admin.
    """
    require_administration(actor)
    locked(actor.tenant_id)
    person = person_in(actor.tenant_id, person_id)
    if person.active:
        person.active = False
        person.save(update_fields=["active"])
        if Membership.objects.filter(tenant_id=actor.tenant_id, person=person, role__in=ADMINISTER).exists():
            refuse_without_administrator(actor.tenant_id)
        statements.person_deactivated(actor, person)
    return person


@transaction.atomic
def activate_person(actor: Actor, person_id: UUID) -> Person:
    """Let a deactivated person in again, with the roles they had.

    Raises:
        Refusal: kernel.forbidden, kernel.not_found.
    """
    require_administration(actor)
    locked(actor.tenant_id)
    person = person_in(actor.tenant_id, person_id)
    if not person.active:
        person.active = True
        person.save(update_fields=["active"])
        statements.person_activated(actor, person)
    return person


def issue_initial_password(actor: Actor, person_id: UUID) -> str:
    """Make a new password to hand over to a person who has not signed in yet, or cannot any more.

    Refused for somebody who also belongs to another tenant: their sign-in is not this tenant's to change.

    Raises:
        Refusal: kernel.forbidden, kernel.not_found, people.password_not_yours.
    """
    require_administration(actor)
    password = new_password()
    hashed = make_password(password)
    with transaction.atomic():
        locked(actor.tenant_id)
        person = person_in(actor.tenant_id, person_id)
        elsewhere = Person.objects.filter(user_id=person.user_id).exclude(tenant_id=actor.tenant_id).exists()
        if elsewhere or person.user.is_staff:
            raise Refusal("people.password_not_yours", status=409)
        User.objects.filter(id=person.user_id).update(password=hashed, initial_password_until=_until())
        statements.password_issued(actor, person)
    return password
