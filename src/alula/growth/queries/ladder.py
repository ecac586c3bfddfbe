"""Applications, candidates and the figures of the ladder, as an actor may see them."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Substr

from alula.growth.ladder.deadlines import today
from alula.growth.ladder.tiers import TIERS
from alula.growth.ladder.workflow import BOARD, CLOSED, Stage
from alula.growth.models import Application, Candidate, Firm, HeldTitle
from alula.growth.permissions import Release, is_officer, is_owner
from alula.growth.queries.firms import relations_of, visible_to
from alula.kernel.actor import Actor
from alula.kernel.errors import not_found

SHOWN = 50
"""Cards of a stage on the board; the count says how many there are."""


def applications_visible_to(actor: Actor) -> QuerySet[Application]:
    """The owner's own; for an officer those made with the agency, of firms that show it their applications."""
    applications = Application.objects.select_related("firm")
    if is_owner(actor):
        return applications.filter(firm_id=actor.tenant_id)
    return applications.filter(agency_id=actor.tenant_id, firm__in=visible_to(actor, Release.APPLICATIONS))


def application_visible_to(actor: Actor, application_id: UUID) -> Application:
    """That one.

    Raises:
        Refusal: kernel.not_found.
    """
    found = applications_visible_to(actor).filter(id=application_id).first()
    if found is None:
        raise not_found()
    return found


def hats_of(actor: Actor, application: Application) -> dict[str, bool]:
    """As what the actor may move it: an agency acts as the owner of a firm that it holds unclaimed."""
    officer = is_officer(actor)
    held = officer and relations_of(actor).filter(firm_id=application.firm_id, held=True).exists()
    return {"owner": held or is_owner(actor), "officer": officer}


def narrowed(
    applications: QuerySet[Application],
    *,
    text: str = "",
    tier: str = "",
    batch: str = "",
    officer: str = "",
    place: str = "",
) -> QuerySet[Application]:
    """Those of a tier, batch, officer (`none`: nobody's) and place, with `text` in the firm's name."""
    if text.strip():
        applications = applications.filter(firm__name__icontains=text.strip())
    if tier:
        applications = applications.filter(tier=tier)
    if batch:
        applications = applications.filter(batch=batch)
    if officer == "none":
        applications = applications.filter(officer_id=None)
    elif officer:
        applications = applications.filter(officer_id=officer)
    return applications.filter(firm__place__startswith=place) if place else applications


def board(applications: QuerySet[Application]) -> list[tuple[Stage, int, list[Application]]]:
    """Each stage with its count and its first cards, those that have waited longest first."""
    counts = dict(applications.order_by().values_list("stage").annotate(Count("id")))
    return [
        (
            stage,
            counts.get(stage, 0),
            list(applications.filter(stage=stage).order_by("moved_at", "id")[:SHOWN])
            if stage in counts
            else [],
        )
        for stage in BOARD
    ]


def batches(actor: Actor) -> list[str]:
    """The batches that the agency's applications name."""
    named = applications_visible_to(actor).exclude(batch="").order_by("batch")
    return list(named.values_list("batch", flat=True).distinct())


def candidates_visible_to(actor: Actor) -> QuerySet[Candidate]:
    """What the agency's search found, of firms that show it their facts still."""
    found = Candidate.objects.filter(agency_id=actor.tenant_id, firm__in=visible_to(actor, Release.FACTS))
    return found.select_related("firm")


def candidates_listed(
    actor: Actor, *, text: str = "", tier: str = "", standing: str = "", place: str = ""
) -> QuerySet[Candidate]:
    """Candidates narrowed, in the order pass, open, nearly, and the higher tiers first (`order`)."""
    found = candidates_visible_to(actor)
    if text.strip():
        found = found.filter(firm__name__icontains=text.strip())
    if tier:
        found = found.filter(tier=tier)
    if standing:
        found = found.filter(standing=standing)
    if place:
        found = found.filter(firm__place__startswith=place)
    ranks = Case(
        *(When(tier=one, then=Value(-n)) for n, one in enumerate(TIERS)), output_field=IntegerField()
    )
    steps = Case(
        *(When(standing=one, then=Value(10 * n)) for n, one in enumerate(("pass", "open", "nearly"))),
        output_field=IntegerField(),
    )
    return found.annotate(order=ranks + steps).order_by("order", "id")


def candidates_after(found: QuerySet[Candidate], cursor: list[Any] | None) -> QuerySet[Candidate]:
    """Those behind a cursor of (order, id)."""
    if cursor is None:
        return found
    return found.filter(Q(order__gt=cursor[0]) | Q(order=cursor[0], id__gt=cursor[1]))


def candidates_by_tier(actor: Actor) -> dict[str, int]:
    """How many candidates there are for each tier."""
    return dict(candidates_visible_to(actor).order_by().values_list("tier").annotate(Count("id")))


def stages(actor: Actor) -> dict[str, int]:
    """How many of the agency's applications stand at each stage."""
    return dict(applications_visible_to(actor).order_by().values_list("stage").annotate(Count("id")))


def applied(actor: Actor, firm_ids: list[UUID]) -> set[tuple[UUID, str]]:
    """Of these firms, those with an application under way with the agency, by firm and tier."""
    open_ones = Application.objects.filter(agency_id=actor.tenant_id, firm_id__in=firm_ids)
    return set(open_ones.exclude(stage__in=CLOSED).values_list("firm_id", "tier"))


def in_force(day: date) -> Q:
    """Titles that hold on that day."""
    return (Q(since=None) | Q(since__lte=day)) & (Q(until=None) | Q(until__gte=day))


def ladder_figures(actor: Actor, digits: int = 4) -> list[dict[str, Any]]:
    """By place (its first `digits` digits), how many of the agency's firms hold each tier today, and how many there are.

    One query over the titles and one over the firms; a firm counts once, at its highest tier.
    """
    firms = visible_to(actor) if is_officer(actor) else Firm.objects.none()
    at = Substr("place", 1, digits)
    total = dict(firms.order_by().annotate(at=at).values_list("at").annotate(n=Count("tenant_id")))
    highest: dict[UUID, tuple[str, int]] = {}
    titles = HeldTitle.objects.filter(in_force(today()))
    for firm_id, place, rank in titles.filter(firm__in=firms).values_list("firm_id", "firm__place", "rank"):
        before = highest.get(firm_id)
        if before is None or before[1] < rank:
            highest[firm_id] = (place[:digits], rank)
    rows = {place: {"place": place, "firms": n, "tiers": [0, 0, 0]} for place, n in total.items()}
    for place, rank in highest.values():
        rows[place]["tiers"][rank - 1] += 1
    return sorted(rows.values(), key=lambda row: (-row["firms"], row["place"]))
