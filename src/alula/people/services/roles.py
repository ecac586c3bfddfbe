"""Roles: granted and revoked for a unit and everything below it, or for the whole tenant."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from alula.kernel.actor import Actor, Role
from alula.people import statements
from alula.people.models import Membership
from alula.people.permissions import ADMINISTER, require_grantable
from alula.people.services.persons import person_in, refuse_without_administrator
from alula.people.services.tenants import locked
from alula.people.services.units import unit_in


@transaction.atomic
def grant_role(actor: Actor, person_id: UUID, role: Role, unit_id: UUID | None = None) -> None:
    """Give a person a role; one that they have already changes nothing.

    Raises:
        Refusal: kernel.forbidden, kernel.not_found, people.role_not_here, people.role_whole_tenant.
    """
    tenant = locked(actor.tenant_id)
    require_grantable(actor, tenant.kind, role, for_unit=unit_id is not None)
    person = person_in(tenant.id, person_id)
    unit = unit_in(tenant.id, unit_id) if unit_id else None
    _, new = Membership.objects.get_or_create(tenant=tenant, person=person, role=role, unit=unit)
    if new:
        statements.role_granted(actor, person, role, unit)


@transaction.atomic
def revoke_role(actor: Actor, person_id: UUID, role: Role, unit_id: UUID | None = None) -> None:
    """Take a role from a person, as it was granted; one that they have not changes nothing.

    Raises:
        Refusal: kernel.forbidden, kernel.not_found, people.last_admin.
    """
    tenant = locked(actor.tenant_id)
    require_grantable(actor, tenant.kind, role, for_unit=False)
    person = person_in(tenant.id, person_id)
    unit = unit_in(tenant.id, unit_id) if unit_id else None
    gone, _ = Membership.objects.filter(tenant=tenant, person=person, role=role, unit=unit).delete()
    if not gone:
        return
    if role in ADMINISTER:
        refuse_without_administrator(tenant.id)
    statements.role_revoked(actor, person, role, unit)
