"""Visits that an actor may see: an agency its own, a firm those to itself once they are planned."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from alula.growth.facts import Facts
from alula.growth.models import Campaign, Expert, Firm, Visit, VisitFinding, VisitTask
from alula.growth.permissions import Release, is_officer, is_owner
from alula.growth.queries.firms import facts_of, visible_to
from alula.kernel.actor import Actor
from alula.kernel.errors import not_found


def campaigns_visible_to(actor: Actor) -> QuerySet[Campaign]:
    """The campaigns of the officer's agency; a firm sees visits, not campaigns."""
    return (
        Campaign.objects.filter(agency_id=actor.tenant_id) if is_officer(actor) else Campaign.objects.none()
    )


def campaign_visible_to(actor: Actor, campaign_id: UUID) -> Campaign:
    """That campaign.

    Raises:
        Refusal: kernel.not_found.
    """
    found = campaigns_visible_to(actor).filter(id=campaign_id).first()
    if found is None:
        raise not_found()
    return found


def visits_visible_to(actor: Actor) -> QuerySet[Visit]:
    """The agency's visits; a firm's owner sees those to the firm."""
    visits = Visit.objects.select_related("campaign", "group", "firm").prefetch_related("group__experts")
    if is_owner(actor):
        return visits.filter(firm_id=actor.tenant_id)
    return visits.filter(campaign__agency_id=actor.tenant_id) if is_officer(actor) else visits.none()


def visit_visible_to(actor: Actor, visit_id: UUID) -> Visit:
    """That visit.

    Raises:
        Refusal: kernel.not_found.
    """
    found = visits_visible_to(actor).filter(id=visit_id).first()
    if found is None:
        raise not_found()
    return found


def findings_visible_to(actor: Actor, visit: Visit) -> QuerySet[VisitFinding]:
    """All findings for the agency; for the firm those that were released to it."""
    return visit.findings.all() if is_officer(actor) else visit.findings.filter(released_at__isnull=False)


def tasks_visible_to(actor: Actor, visit: Visit) -> QuerySet[VisitTask]:
    """All tasks for the agency; for the firm its own, without those of a finding that is not released."""
    if is_officer(actor):
        return visit.tasks.all()
    return visit.tasks.filter(side="firm").exclude(finding__isnull=False, finding__released_at=None)


def released_facts(actor: Actor, firm: Firm) -> Facts | None:
    """What the firm states, when it stated anything and shows it to the officer's agency."""
    shown = visible_to(actor, Release.FACTS).filter(tenant_id=firm.tenant_id).exists()
    return facts_of(firm) if shown and firm.facts_version else None


def clashing(
    starts_at: datetime,
    ends_at: datetime,
    experts: QuerySet[Expert],
    firm_id: UUID | None,
    *,
    without: UUID | None,
) -> tuple[Visit, Expert | None] | None:
    """A living visit at that time that takes one of the experts, or that goes to the firm (then without an expert)."""
    taken = Visit.objects.filter(starts_at__lt=ends_at, ends_at__gt=starts_at).exclude(state="cancelled")
    taken = taken.exclude(id=without).select_related("firm").order_by("starts_at")
    for visit in taken.filter(group__experts__in=experts).distinct()[:1]:
        return visit, visit.group.experts.filter(id__in=experts).order_by("name").first()
    same_firm = taken.filter(firm_id=firm_id).first() if firm_id else None
    return (same_firm, None) if same_firm else None
