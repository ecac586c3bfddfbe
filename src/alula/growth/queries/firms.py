"""Firms that an actor may see, and what of them."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q, QuerySet

from alula.growth.facts import Facts
from alula.growth.models import Firm, Relation
from alula.growth.permissions import Release, is_officer, is_owner
from alula.growth.storing import decode_facts
from alula.kernel.actor import Actor
from alula.kernel.errors import not_found


def visible_to(actor: Actor, *released: Release) -> QuerySet[Firm]:
    """The owner's own firm; for an officer the firms of the agency that released all of `released` to it, or are held by it."""
    if is_owner(actor):
        return Firm.objects.filter(tenant_id=actor.tenant_id)
    if not is_officer(actor):
        return Firm.objects.none()
    return Firm.objects.filter(tenant_id__in=relations_of(actor, *released).values("firm_id"))


def relations_of(actor: Actor, *released: Release) -> QuerySet[Relation]:
    """The living relations of the actor's agency whose firms released all of `released`, or are held by it."""
    relations = Relation.objects.filter(agency_id=actor.tenant_id, ended_at=None)
    for one in released:
        # A JSON list is searched as text, which SQLite and PostgreSQL do alike; the names hold no quotes.
        relations = relations.filter(Q(held=True) | Q(released__icontains=f'"{one.value}"'))
    return relations


def firm_visible_to(actor: Actor, firm_id: UUID, *released: Release) -> Firm:
    """That firm.

    Raises:
        Refusal: kernel.not_found, also for a firm that did not release what is asked.
    """
    firm = visible_to(actor, *released).filter(tenant_id=firm_id).first()
    if firm is None:
        raise not_found()
    return firm


def firm_of_code(actor: Actor, credit_code: str) -> UUID | None:
    """The firm with that unified social credit code, of those that the actor may see; None when there is none."""
    found: UUID | None = (
        visible_to(actor).filter(credit_code=credit_code).values_list("tenant_id", flat=True).first()
    )
    return found


def may_keep(actor: Actor, firm: Firm) -> bool:
    """Whether the actor may change what the firm states: its owner, or the agency that holds it unclaimed."""
    if is_owner(actor) and actor.tenant_id == firm.tenant_id:
        return True
    return firm.claimed_at is None and relations_of(actor).filter(firm=firm, held=True).exists()


def facts_of(firm: Firm) -> Facts:
    """What the firm states, in force now."""
    return decode_facts(firm.facts)
