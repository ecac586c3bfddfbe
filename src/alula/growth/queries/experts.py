"""The experts of an agency, with their load."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from alula.growth.models import Expert, ServiceRequest
from alula.growth.permissions import is_officer
from alula.growth.support.kinds import ServiceKind, industry_id
from alula.growth.support.matching import Candidate, Need, Ranked, Tie, rank
from alula.growth.support.workflow import WORKING
from alula.kernel.actor import Actor
from alula.kernel.errors import not_found


def experts_visible_to(actor: Actor) -> QuerySet[Expert]:
    """The directory of the officer's agency, with `busy`: the open requests that an expert has now."""
    if not is_officer(actor):
        return Expert.objects.none()
    busy = Count("requests", filter=Q(requests__state__in=WORKING), distinct=True)
    return Expert.objects.filter(agency_id=actor.tenant_id).annotate(busy=busy).prefetch_related("ties")


def expert_visible_to(actor: Actor, expert_id: UUID) -> Expert:
    """That expert.

    Raises:
        Refusal: kernel.not_found.
    """
    found = experts_visible_to(actor).filter(id=expert_id).first()
    if found is None:
        raise not_found()
    return found


def has_experts(actor: Actor) -> bool:
    """Whether the officer's agency has anybody in its directory."""
    return experts_visible_to(actor).exists()


def narrowed(
    actor: Actor, *, q: str = "", kind: str = "", expertise: str = "", form: str = "", active: str = ""
) -> QuerySet[Expert]:
    """The directory, narrowed. A JSON list is searched as text, which SQLite and PostgreSQL do alike."""
    rows = experts_visible_to(actor)
    if q.strip():
        rows = rows.filter(Q(name__icontains=q.strip()) | Q(organisation__icontains=q.strip()))
    for name, value in (("kinds", kind), ("expertise", expertise)):
        if value:
            rows = rows.filter(**{f"{name}__icontains": f'"{value}"'})
    if form:
        rows = rows.filter(form=form)
    return rows.filter(active=active == "yes") if active else rows


def busy_now(expert: Expert, *, without: UUID | None = None) -> int:
    """The open requests of an expert, counted anew; `without` leaves one request out."""
    return ServiceRequest.objects.filter(expert=expert, state__in=WORKING).exclude(id=without).count()


def need_of(request: ServiceRequest) -> Need:
    """What a request asks of a candidate."""
    return Need(
        kind=ServiceKind(request.kind),
        expertise=frozenset(request.expertise),
        industry=industry_id(request.firm.industry),
        place=request.firm.place,
        firm_id=str(request.firm_id),
        firm=request.firm.name,
        keep_from=tuple(request.keep_from),
    )


def candidate_of(expert: Expert, busy: int) -> Candidate:
    """An expert as matching sees it."""
    return Candidate(
        id=str(expert.id),
        name=expert.name,
        kinds=frozenset(expert.kinds),
        expertise=frozenset(expert.expertise),
        industries=frozenset(expert.industries),
        place=expert.place,
        capacity=expert.capacity,
        busy=busy,
        active=expert.active,
        ties=tuple(Tie(one.kind, one.party, str(one.firm_id or "")) for one in expert.ties.all()),
    )


def ranked(actor: Actor, request: ServiceRequest) -> list[Ranked]:
    """The agency's experts for a request, best first; the one who has it already does not count against itself."""
    return rank(need_of(request), _candidates(experts_visible_to(actor), request))


def _candidates(experts: Iterable[Expert], request: ServiceRequest) -> Iterable[Candidate]:
    for one in experts:
        own = one.id == request.expert_id and request.state in WORKING
        yield candidate_of(one, one.busy - own)
