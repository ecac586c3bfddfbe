"""Visits over HTTP: campaigns and their groups, the calendar, what was found, the report on paper."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from ninja import Router
from ninja.responses import Status

from alula.growth.api.visit_schemas import (
    AccompaniedFirm,
    CampaignIn,
    CampaignOut,
    CampaignRow,
    VisitAnswer,
    VisitCheckIn,
    VisitCheckOut,
    VisitExpert,
    VisitFindingIn,
    VisitFindingOut,
    VisitGroupIn,
    VisitGroupOut,
    VisitIn,
    VisitOut,
    VisitRow,
    VisitTaskDone,
    VisitTaskIn,
    VisitTaskOut,
    VisitTimes,
)
from alula.growth.api.words import BothTexts
from alula.growth.models import Firm, Visit, VisitGroup
from alula.growth.permissions import is_officer, require_officer
from alula.growth.queries import visits as queries
from alula.growth.queries.firms import visible_to
from alula.growth.services import visits as services
from alula.growth.support.calendar import Event, ics
from alula.growth.support.visit_report import VisitPaper, render
from alula.kernel import clock
from alula.kernel.actor import Actor

router = Router()
MOST_DAYS = 100
"""Days of a calendar in one answer."""


def _row(one: Visit) -> VisitRow:
    return VisitRow(
        id=one.id,
        campaign_id=one.campaign_id,
        campaign=one.campaign.title,
        group=one.group.name,
        group_id=one.group_id,
        firm=one.firm.name,
        firm_id=one.firm_id,
        starts_at=one.starts_at,
        ends_at=one.ends_at,
        state=one.state,
        firm_words=one.firm_words,
    )


def _experts(group: VisitGroup) -> list[VisitExpert]:
    return [
        VisitExpert(id=one.id, name=one.name) for one in sorted(group.experts.all(), key=lambda e: e.name)
    ]


def _whole(actor: Actor, visit_id: UUID) -> VisitOut:
    one = queries.visit_visible_to(actor, visit_id)
    officer = is_officer(actor)
    return VisitOut(
        **_row(one).dict(),
        agenda=one.agenda,
        tier=one.campaign.tier,
        experts=_experts(one.group),
        facts_seen=officer and queries.released_facts(actor, one.firm) is not None,
        checklist=[
            VisitCheckOut(
                id=item.id,
                clause=item.clause,
                words=BothTexts(**item.words),
                state=item.state,
                remark=item.remark,
            )
            for item in (one.checklist.all() if officer else ())
        ],
        findings=[VisitFindingOut.from_orm(found) for found in queries.findings_visible_to(actor, one)],
        tasks=[
            VisitTaskOut(
                id=task.id,
                what=task.what,
                side=task.side,
                who=task.who,
                due_on=task.due_on,
                done_at=task.done_at,
                mine=officer or task.side == "firm",
            )
            for task in queries.tasks_visible_to(actor, one)
        ],
    )


def _campaign(actor: Actor, campaign_id: UUID) -> CampaignOut:
    one = queries.campaign_visible_to(actor, campaign_id)
    visits = queries.visits_visible_to(actor).filter(campaign=one).order_by("starts_at", "id")
    return CampaignOut(
        id=one.id,
        title=one.title,
        tier=one.tier,
        starts_on=one.starts_on,
        ends_on=one.ends_on,
        agenda=one.agenda,
        groups=[
            VisitGroupOut(id=group.id, name=group.name, experts=_experts(group))
            for group in one.groups.prefetch_related("experts").order_by("name", "id")
        ],
        visits=[_row(visit) for visit in visits],
    )


@router.get("/accompanied", response=list[AccompaniedFirm])
def list_accompanied(request: HttpRequest) -> list[Firm]:
    """The firms that the agency accompanies, by name; 2,000 at most."""
    require_officer(request.auth)
    return list(visible_to(request.auth).order_by("name", "tenant_id")[:2000])


@router.get("/campaigns", response=list[CampaignRow])
def list_campaigns(request: HttpRequest) -> list[CampaignRow]:
    """The agency's campaigns, the newest first; 200 at most."""
    require_officer(request.auth)
    rows = queries.campaigns_visible_to(request.auth).annotate(visits_count=Count("visits"))
    return [
        CampaignRow(
            id=one.id,
            title=one.title,
            tier=one.tier,
            starts_on=one.starts_on,
            ends_on=one.ends_on,
            visits=one.visits_count,
        )
        for one in rows.order_by("-starts_on", "id")[:200]
    ]


@router.post("/campaigns", response={201: CampaignOut})
def plan_campaign(request: HttpRequest, payload: CampaignIn) -> Status[CampaignOut]:
    """Begin a campaign."""
    one = services.plan_campaign(request.auth, **payload.dict())
    return Status(201, _campaign(request.auth, one.id))


@router.get("/campaigns/{uuid:campaign_id}", response=CampaignOut)
def read_campaign(request: HttpRequest, campaign_id: UUID) -> CampaignOut:
    """One campaign."""
    return _campaign(request.auth, campaign_id)


@router.put("/campaigns/{uuid:campaign_id}", response=CampaignOut)
def change_campaign(request: HttpRequest, campaign_id: UUID, payload: CampaignIn) -> CampaignOut:
    """Change its days, aim or agenda."""
    services.plan_campaign(request.auth, id_=campaign_id, **payload.dict())
    return _campaign(request.auth, campaign_id)


@router.post("/campaigns/{uuid:campaign_id}/groups", response={201: CampaignOut})
def form_group(request: HttpRequest, campaign_id: UUID, payload: VisitGroupIn) -> Status[CampaignOut]:
    """Put experts together."""
    services.form_group(request.auth, campaign_id, **payload.dict())
    return Status(201, _campaign(request.auth, campaign_id))


@router.put("/campaigns/{uuid:campaign_id}/groups/{uuid:group_id}", response=CampaignOut)
def change_group(
    request: HttpRequest, campaign_id: UUID, group_id: UUID, payload: VisitGroupIn
) -> CampaignOut:
    """Change who visits together."""
    services.form_group(request.auth, campaign_id, id_=group_id, **payload.dict())
    return _campaign(request.auth, campaign_id)


@router.post("/campaigns/{uuid:campaign_id}/visits", response={201: VisitOut})
def plan_visit(request: HttpRequest, campaign_id: UUID, payload: VisitIn) -> Status[VisitOut]:
    """Send a group to a firm."""
    one = services.plan_visit(request.auth, campaign_id, **payload.dict())
    return Status(201, _whole(request.auth, one.id))


@router.get("/visits", response=list[VisitRow])
def list_visits(request: HttpRequest, since: date, until: date) -> list[VisitRow]:
    """The visits that begin between two days (both inside), in order; 100 days at most."""
    return [_row(one) for one in _between(request.auth, since, until)]


def _between(actor: Actor, since: date, until: date) -> list[Visit]:
    last = min(until, since + timedelta(days=MOST_DAYS))
    zone = ZoneInfo(actor.timezone)
    begin, end = (datetime.combine(day, time(), zone) for day in (since, last + timedelta(days=1)))
    visits = queries.visits_visible_to(actor).filter(starts_at__gte=begin, starts_at__lt=end)
    return list(visits.order_by("starts_at", "id"))


@router.get("/visits.ics", response={200: bytes})
def visits_calendar(request: HttpRequest, since: date, until: date) -> HttpResponse:
    """The same visits as a calendar file."""
    return _calendar(request.auth, _between(request.auth, since, until))


@router.get("/visits/{uuid:visit_id}", response=VisitOut)
def read_visit(request: HttpRequest, visit_id: UUID) -> VisitOut:
    """One visit."""
    return _whole(request.auth, visit_id)


@router.get("/visits/{uuid:visit_id}.ics", response={200: bytes})
def visit_calendar(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """It as a calendar file."""
    return _calendar(request.auth, [queries.visit_visible_to(request.auth, visit_id)])


def _calendar(actor: Actor, visits: list[Visit]) -> HttpResponse:
    officer = is_officer(actor)
    events = [
        Event(
            uid=str(one.id),
            starts_at=one.starts_at,
            ends_at=one.ends_at,
            title=f"{one.campaign.title} · {one.firm.name if officer else one.group.name}",
            words="\n".join(filter(None, ["、".join(e.name for e in _experts(one.group)), one.agenda])),
            place=one.firm.name,
            cancelled=one.state == "cancelled",
        )
        for one in visits
    ]
    response = HttpResponse(ics(events, clock.now()), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="visits.ics"'
    return response


@router.put("/visits/{uuid:visit_id}", response=VisitOut)
def move_visit(request: HttpRequest, visit_id: UUID, payload: VisitTimes) -> VisitOut:
    """Another time or another group."""
    services.move_visit(request.auth, visit_id, **payload.dict())
    return _whole(request.auth, visit_id)


@router.post("/visits/{uuid:visit_id}/cancel", response=VisitOut)
def cancel_visit(request: HttpRequest, visit_id: UUID) -> VisitOut:
    """It does not take place."""
    services.cancel_visit(request.auth, visit_id)
    return _whole(request.auth, visit_id)


@router.post("/visits/{uuid:visit_id}/answer", response=VisitOut)
def answer_visit(request: HttpRequest, visit_id: UUID, payload: VisitAnswer) -> VisitOut:
    """The firm confirms the time, or says why it does not suit."""
    services.answer_visit(request.auth, visit_id, **payload.dict())
    return _whole(request.auth, visit_id)


@router.post("/visits/{uuid:visit_id}/finish", response=VisitOut)
def finish_visit(request: HttpRequest, visit_id: UUID) -> VisitOut:
    """It took place."""
    services.finish_visit(request.auth, visit_id)
    return _whole(request.auth, visit_id)


@router.put("/visits/{uuid:visit_id}/checklist/{uuid:item_id}", response=VisitOut)
def check(request: HttpRequest, visit_id: UUID, item_id: UUID, payload: VisitCheckIn) -> VisitOut:
    """What was seen of one thing."""
    services.check(request.auth, visit_id, item_id, **payload.dict())
    return _whole(request.auth, visit_id)


@router.post("/visits/{uuid:visit_id}/findings", response={201: VisitOut})
def add_finding(request: HttpRequest, visit_id: UUID, payload: VisitFindingIn) -> Status[VisitOut]:
    """Note what was found."""
    services.add_finding(request.auth, visit_id, **payload.dict())
    return Status(201, _whole(request.auth, visit_id))


@router.post("/visits/{uuid:visit_id}/release", response=VisitOut)
def release_findings(request: HttpRequest, visit_id: UUID) -> VisitOut:
    """Show the firm what was found so far."""
    services.release_findings(request.auth, visit_id)
    return _whole(request.auth, visit_id)


@router.post("/visits/{uuid:visit_id}/tasks", response={201: VisitOut})
def add_task(request: HttpRequest, visit_id: UUID, payload: VisitTaskIn) -> Status[VisitOut]:
    """Something to do afterwards."""
    services.add_task(request.auth, visit_id, **payload.dict())
    return Status(201, _whole(request.auth, visit_id))


@router.put("/visits/{uuid:visit_id}/tasks/{uuid:task_id}", response=VisitOut)
def set_task(request: HttpRequest, visit_id: UUID, task_id: UUID, payload: VisitTaskDone) -> VisitOut:
    """Say that it is done, or not."""
    services.set_task(request.auth, visit_id, task_id, done=payload.done)
    return _whole(request.auth, visit_id)


@router.get("/visits/{uuid:visit_id}/report.pdf", response={200: bytes})
def visit_report(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """The visit on paper, with what the reader may see."""
    actor = request.auth
    one = queries.visit_visible_to(actor, visit_id)
    whole = _whole(actor, visit_id)
    paper = VisitPaper(
        campaign=one.campaign.title,
        firm=one.firm.name,
        group=one.group.name,
        experts=tuple(expert.name for expert in whole.experts),
        starts_at=one.starts_at,
        ends_at=one.ends_at,
        agenda=one.agenda,
        checklist=tuple((item.words.dict(), item.state, item.remark) for item in whole.checklist),
        findings=tuple((found.severity, found.words, found.proposal) for found in whole.findings),
        tasks=tuple((task.what, task.side, task.who, task.due_on, task.done_at) for task in whole.tasks),
    )
    response = HttpResponse(render(paper, actor.language, actor.timezone), content_type="application/pdf")
    response["Content-Disposition"] = 'attachment; filename="visit-report.pdf"'
    return response
