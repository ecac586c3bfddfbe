"""The market of bottlenecks: who sees a problem at all, and the one place that decides who may read its confidential part.

the firm itself                 everything, always
the agency that it is with      everything, from the moment it is handed in
others (firms that the same     the public title, summary, field and deadline, once it is released;
agency accompanies)             who made the chosen offer also reads the confidential part
"""

from __future__ import annotations

from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from alula.growth.models import Bottleneck, Offer, Relation
from alula.growth.permissions import is_officer, is_owner
from alula.kernel.actor import Actor
from alula.kernel.errors import not_found

PUBLIC = ("released", "chosen", "solved")
"""States in which others see the public part."""


def _with_agency(actor: Actor) -> Q:
    ours = Relation.objects.filter(agency_id=actor.tenant_id, ended_at=None)
    return Q(agency_id=actor.tenant_id, firm_id__in=ours.values("firm_id")) & ~Q(
        state="draft", handed_in_at=None
    )


def may_read(actor: Actor) -> Q:
    """Whose confidential part the actor may read: the one place where it is decided."""
    if is_owner(actor):
        chosen = Offer.objects.filter(bottleneck=OuterRef("pk"), firm_id=actor.tenant_id, chosen=True)
        return Q(firm_id=actor.tenant_id) | Q(Exists(chosen))
    return _with_agency(actor) if is_officer(actor) else Q(pk__in=())


def bottlenecks_visible_to(actor: Actor) -> QuerySet[Bottleneck]:
    """The problems of which the actor may see at least the public part."""
    rows = Bottleneck.objects.all()
    if is_owner(actor):
        served_by = Relation.objects.filter(firm_id=actor.tenant_id, ended_at=None).values("agency_id")
        return rows.filter(may_read(actor) | Q(state__in=PUBLIC, agency_id__in=served_by))
    return rows.filter(may_read(actor))


def bottleneck_visible_to(actor: Actor, bottleneck_id: UUID) -> Bottleneck:
    """That problem; the caller shows its public part, and the rest only through `readable`.

    Raises:
        Refusal: kernel.not_found.
    """
    found = bottlenecks_visible_to(actor).filter(id=bottleneck_id).first()
    if found is None:
        raise not_found()
    return found


def readable(actor: Actor, bottleneck_id: UUID) -> Bottleneck:
    """That problem, when the actor may read its confidential part.

    Raises:
        Refusal: kernel.not_found.
    """
    found = Bottleneck.objects.filter(may_read(actor), id=bottleneck_id).select_related("firm").first()
    if found is None:
        raise not_found()
    return found


def narrowed(
    actor: Actor, *, q: str = "", field: str = "", state: str = "", own: bool = False
) -> QuerySet[Bottleneck]:
    """The visible problems, narrowed. Words are looked for in the public part alone, so that a search betrays nothing."""
    rows = bottlenecks_visible_to(actor)
    if q.strip():
        rows = rows.filter(Q(public_title__icontains=q.strip()) | Q(public_summary__icontains=q.strip()))
    if field:
        rows = rows.filter(field=field)
    if state:
        rows = rows.filter(state=state)
    return rows.filter(firm_id=actor.tenant_id) if own else rows


def offers_visible_to(actor: Actor, bottleneck: Bottleneck) -> QuerySet[Offer]:
    """All offers for who may read the confidential part as the firm or the agency; a firm that offered sees its own."""
    offers = bottleneck.offers.select_related("firm", "expert").order_by("at", "id")
    if bottleneck.firm_id == actor.tenant_id or is_officer(actor):
        return offers
    return offers.filter(firm_id=actor.tenant_id) if is_owner(actor) else offers.none()
