"""Programmes of the industry college that an actor may see, and who takes part."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Count, QuerySet

from alula.growth.models import Enrolment, Programme, Relation
from alula.growth.permissions import is_officer, is_owner
from alula.kernel.actor import Actor
from alula.kernel.errors import not_found
from alula.people import facade as people


def programmes_visible_to(actor: Actor) -> QuerySet[Programme]:
    """The agency's programmes; for a firm's owner the open ones of the agencies that accompany it.

    With `taken`: how many people take part.
    """
    rows = Programme.objects.annotate(taken=Count("enrolments", distinct=True))
    if is_officer(actor):
        return rows.filter(agency_id=actor.tenant_id)
    if not is_owner(actor):
        return rows.none()
    served_by = Relation.objects.filter(firm_id=actor.tenant_id, ended_at=None).values("agency_id")
    return rows.filter(agency_id__in=served_by, open=True)


def programme_visible_to(actor: Actor, programme_id: UUID) -> Programme:
    """That programme.

    Raises:
        Refusal: kernel.not_found.
    """
    found = programmes_visible_to(actor).filter(id=programme_id).first()
    if found is None:
        raise not_found()
    return found


def enrolments_visible_to(actor: Actor, programme: Programme) -> QuerySet[Enrolment]:
    """Everybody for the agency; for a firm its own people."""
    rows = programme.enrolments.select_related("firm").prefetch_related("attendance").order_by("at", "id")
    return rows if is_officer(actor) else rows.filter(firm_id=actor.tenant_id)


def names_of(enrolments: Iterable[Enrolment]) -> dict[UUID, str]:
    """The names of the enrolled, who gave them when their firm enrolled them."""
    by_firm: dict[UUID, list[UUID]] = {}
    for one in enrolments:
        by_firm.setdefault(one.firm_id, []).append(one.person_id)
    names: dict[UUID, str] = {}
    for firm_id, ids in by_firm.items():
        names |= people.names_of(firm_id, ids)
    return names
