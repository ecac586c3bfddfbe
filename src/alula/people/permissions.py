"""Who may do what: the one place where an actor's right is decided."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from alula.kernel.actor import Actor, Grant, Role
from alula.kernel.errors import Refusal

ADMINISTER = (Role.TENANT_ADMIN, Role.OPERATOR)
"""Keep the units, people and roles of a tenant."""
SEE_UNDER = (Role.MANAGER, Role.TRAINER)
"""See the people of the unit that the role was granted for, and below."""
SEE = (*SEE_UNDER, *ADMINISTER)
"""See people: those one leads or trains, or all whom one administers."""
WHOLE_TENANT_ROLES = frozenset({Role.TENANT_ADMIN, Role.OFFICER, Role.OPERATOR})
"""Roles that are never limited to a unit."""
KIND_OF_ROLE = {Role.OFFICER: "agency", Role.OPERATOR: "operator"}
"""Roles that exist only in one kind of tenant."""

SYSTEM_ID = UUID(int=0)
"""The person_id of what the installation does by itself: the first accounts, the demo."""


def require(actor: Actor, *roles: Role) -> None:
    """Let pass who holds one of `roles` for any unit.

    Raises:
        Refusal: kernel.forbidden.
    """
    if not actor.has(*roles):
        raise Refusal("kernel.forbidden", status=403, expected=sorted(roles))


def require_administration(actor: Actor) -> None:
    """Let pass who may administer the actor's tenant.

    Raises:
        Refusal: kernel.forbidden.
    """
    require(actor, *ADMINISTER)


def system(tenant_id: UUID) -> Actor:
    """The installation itself, inside a tenant: for commands on the machine, never made from a request."""
    return Actor(tenant_id, SYSTEM_ID, "Alula", "/", (Grant(Role.OPERATOR),))


def acting_in(actor: Actor, tenant_id: UUID) -> Actor:
    """An operator, acting inside a customer's tenant (back office).

    Raises:
        Refusal: kernel.forbidden, when the actor is no operator.
    """
    require(actor, Role.OPERATOR)
    return replace(actor, tenant_id=tenant_id, unit_path="/", grants=(Grant(Role.OPERATOR),))


def require_grantable(actor: Actor, tenant_kind: str, role: Role, *, for_unit: bool) -> None:
    """Let pass a role that this actor may grant or revoke in a tenant of this kind.

    Raises:
        Refusal: people.role_not_here, people.role_whole_tenant or kernel.forbidden.
    """
    require_administration(actor)
    if KIND_OF_ROLE.get(role, tenant_kind) != tenant_kind:
        raise Refusal("people.role_not_here", status=422, field="role", role=role)
    if role == Role.OPERATOR:
        require(actor, Role.OPERATOR)
    if for_unit and role in WHOLE_TENANT_ROLES:
        raise Refusal("people.role_whole_tenant", status=422, field="unit", role=role)
