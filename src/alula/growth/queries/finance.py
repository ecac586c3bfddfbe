"""Enquiries that an actor may see: the owner's own; for an officer those of firms that released their requests."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from alula.growth.models import Enquiry
from alula.growth.permissions import Release, is_owner
from alula.growth.queries.firms import visible_to
from alula.kernel.actor import Actor
from alula.kernel.errors import not_found


def enquiries_visible_to(actor: Actor, firm_id: UUID | None = None) -> QuerySet[Enquiry]:
    """Those enquiries, newest first, of one firm when it is named."""
    firms = visible_to(actor, Release.REQUESTS)
    if firm_id is not None:
        firms = firms.filter(tenant_id=firm_id)
    found = Enquiry.objects.filter(firm_id__in=firms.values("tenant_id")).select_related("firm")
    return found.order_by("-consented_at", "-id")


def enquiry_visible_to(actor: Actor, enquiry_id: UUID) -> Enquiry:
    """That enquiry.

    Raises:
        Refusal: kernel.not_found.
    """
    enquiry = enquiries_visible_to(actor).filter(id=enquiry_id).first()
    if enquiry is None:
        raise not_found()
    return enquiry


def may_read_sheet(actor: Actor, enquiry: Enquiry) -> bool:
    """Whether the actor may read what the bank got: it holds facts, so an officer needs those released too."""
    if is_owner(actor):
        return True
    return visible_to(actor, Release.REQUESTS, Release.FACTS).filter(tenant_id=enquiry.firm_id).exists()
