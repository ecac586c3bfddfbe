"""Firms without people, founded by an agency, and the owner who comes into one by invitation.

Who may invite whom is decided by the domain that made the invitation; here stands what it does to tenants and people.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.contrib.auth import login
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.http import HttpRequest

from alula.kernel.actor import Actor, Role
from alula.kernel.errors import Refusal, not_found
from alula.people import queries, statements
from alula.people.models import Membership, Person, Tenant, User
from alula.people.passwords import weaknesses
from alula.people.permissions import require, system
from alula.people.services.persons import clean_email
from alula.people.services.tenants import clean_name, locked
from alula.people.sessions import act_in

AT_ONCE = 500


@transaction.atomic
def found_firms(actor: Actor, names: Sequence[str]) -> list[UUID]:
    """Make a tenant of kind firm, without people, for each name. Callers leave one statement for the whole list.

    Raises:
        Refusal: kernel.forbidden, for who works for no agency; people.name_missing, people.name_too_long.
    """
    require(actor, Role.OFFICER, Role.TENANT_ADMIN)
    agency = Tenant.objects.get(id=actor.tenant_id)
    if agency.kind != Tenant.Kind.AGENCY:
        raise Refusal("kernel.forbidden", status=403)
    tenants = [
        Tenant(
            kind=Tenant.Kind.FIRM, name=clean_name(name), timezone=agency.timezone, language=agency.language
        )
        for name in names
    ]
    for tenant in tenants:
        tenant.slug = f"firm-{tenant.id.hex}"
    Tenant.objects.bulk_create(tenants, batch_size=AT_ONCE)
    return [tenant.id for tenant in tenants]


@transaction.atomic
def take_over(user_id: UUID, tenant_id: UUID, *, name: str) -> Actor:
    """Let a user into a firm that has no people yet, as the one who administers it.

    Raises:
        Refusal: kernel.not_found, when there is no such firm; people.has_people (409).
    """
    if not Tenant.objects.filter(id=tenant_id, kind=Tenant.Kind.FIRM).exists():
        raise not_found()
    tenant = locked(tenant_id)
    if Person.objects.filter(tenant=tenant).exists():
        raise Refusal("people.has_people", status=409)
    person = Person.objects.create(tenant=tenant, user_id=user_id, name=clean_name(name))
    Membership.objects.create(tenant=tenant, person=person, role=Role.TENANT_ADMIN)
    founder = system(tenant_id)
    statements.person_added(founder, person)
    statements.role_granted(founder, person, Role.TENANT_ADMIN, None)
    return queries.actor_of(person)


def sign_up_owner(email: str, password: str) -> UUID:
    """Make a sign-in for somebody who was invited to take over a firm, and tell its id.

    Raises:
        Refusal: people.email_invalid, people.password_weak (422); people.email_known (409), for an address that has one.
    """
    email = clean_email(email)
    if why := weaknesses(password, User(email=email)):
        raise Refusal("people.password_weak", status=422, field="password", why=why)
    user, created = User.objects.get_or_create(email=email, defaults={"password": make_password(password)})
    if not created:
        raise Refusal("people.email_known", status=409, field="email", email=email)
    return user.id


def enter(request: HttpRequest, user_id: UUID, tenant_id: UUID) -> None:
    """Sign the user in, in this browser, acting in that tenant."""
    if request.user.pk != user_id:
        login(request, User.objects.get(id=user_id))
    act_in(request.session, tenant_id)
