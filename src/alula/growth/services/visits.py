"""Visits: campaigns, groups, dates without clashes, what was found and what follows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from alula.growth.models import Campaign, CheckItem, Expert, Firm, Visit, VisitFinding, VisitGroup, VisitTask
from alula.growth.permissions import require_officer, require_owner
from alula.growth.queries.experts import experts_visible_to
from alula.growth.queries.firms import firm_visible_to
from alula.growth.queries.support import today_of
from alula.growth.queries.visits import (
    campaign_visible_to,
    clashing,
    released_facts,
    tasks_visible_to,
    visit_visible_to,
)
from alula.growth.statements import support as statements
from alula.growth.support.checklist import Item, items
from alula.kernel import clock
from alula.kernel.actor import Actor
from alula.kernel.errors import Refusal, not_found, register

register(
    "growth",
    {
        "days_turned": {"zh": "结束不能早于开始。", "en": "It cannot end before it begins."},
        "outside_campaign": {
            "zh": "走访时间不在活动的日期范围内。",
            "en": "The visit lies outside the days of the campaign.",
        },
        "expert_taken": {
            "zh": "{expert}在 {when} 已安排走访{firm}，时间冲突。",
            "en": "{expert} visits {firm} at {when}: the times clash.",
        },
        "firm_taken": {
            "zh": "这家企业在 {when} 已有走访安排，时间冲突。",
            "en": "The firm has another visit at {when}: the times clash.",
        },
        "visit_over": {
            "zh": "这次走访已结束或已取消，不能再改。",
            "en": "This visit is over or cancelled and can no longer be changed.",
        },
        "group_empty": {
            "zh": "这个组还没有专家，请先添加。",
            "en": "There is no expert in this group yet.",
        },
    },
)


@transaction.atomic
def plan_campaign(
    actor: Actor,
    *,
    title: str,
    tier: str,
    starts_on: date,
    ends_on: date,
    agenda: str = "",
    id_: UUID | None = None,
) -> Campaign:
    """Begin a campaign, or change one (`id_`).

    Raises:
        Refusal: kernel.not_found; growth.days_turned (422).
    """
    require_officer(actor)
    if ends_on < starts_on:
        raise Refusal("growth.days_turned", status=422, field="ends_on")
    campaign = campaign_visible_to(actor, id_) if id_ else Campaign(agency_id=actor.tenant_id)
    campaign.title, campaign.tier, campaign.agenda = title.strip(), tier, agenda
    campaign.starts_on, campaign.ends_on = starts_on, ends_on
    campaign.save()
    return campaign


@transaction.atomic
def form_group(
    actor: Actor, campaign_id: UUID, *, name: str, experts: Iterable[UUID], id_: UUID | None = None
) -> VisitGroup:
    """Put experts of the agency together; a group that has visits may change as long as nobody would be at two places.

    Raises:
        Refusal: kernel.not_found, also for an expert of another agency; growth.expert_taken (409).
    """
    require_officer(actor)
    campaign = campaign_visible_to(actor, campaign_id)
    wanted = list(dict.fromkeys(experts))
    known = list(
        Expert.objects.select_for_update().filter(id__in=wanted, agency_id=actor.tenant_id).order_by("id")
    )
    if len(known) != len(wanted):
        raise not_found()
    group = campaign.groups.filter(id=id_).first() if id_ else VisitGroup(campaign=campaign)
    if group is None:
        raise not_found()
    group.name = name.strip()
    group.save()
    for visit in group.visits.exclude(state__in=["cancelled", "done"]):
        _require_free(actor, visit.starts_at, visit.ends_at, wanted, None, without=visit.id)
    group.experts.set(known)
    return group


@transaction.atomic
def plan_visit(
    actor: Actor,
    campaign_id: UUID,
    *,
    group_id: UUID,
    firm_id: UUID,
    starts_at: datetime,
    ends_at: datetime,
    agenda: str = "",
) -> Visit:
    """Send a group to a firm at a time, with a checklist of what the firm does not meet yet.

    The experts' rows are locked while their other visits are looked at: two officers cannot take one at once.

    Raises:
        Refusal: kernel.not_found; growth.days_turned, growth.outside_campaign, growth.group_empty (422);
            growth.expert_taken, growth.firm_taken (409).
    """
    require_officer(actor)
    campaign = campaign_visible_to(actor, campaign_id)
    firm = firm_visible_to(actor, firm_id)
    group = _group(campaign, group_id)
    _require_times(actor, campaign, starts_at, ends_at)
    _require_free(
        actor, starts_at, ends_at, group.experts.values_list("id", flat=True), firm_id, without=None
    )
    visit = Visit.objects.create(
        campaign=campaign,
        group=group,
        firm=firm,
        starts_at=starts_at,
        ends_at=ends_at,
        agenda=agenda or campaign.agenda,
    )
    CheckItem.objects.bulk_create(
        CheckItem(visit=visit, position=order, clause=one.clause, words=dict(one.words))
        for order, one in enumerate(_checklist(actor, campaign, firm))
    )
    statements.visit(actor, visit, statements.PLANNED)
    return visit


@transaction.atomic
def move_visit(
    actor: Actor, visit_id: UUID, *, group_id: UUID, starts_at: datetime, ends_at: datetime, agenda: str
) -> Visit:
    """Another time or another group; the firm has to confirm anew when the time changed.

    Raises:
        Refusal: as `plan_visit`; growth.visit_over (409).
    """
    require_officer(actor)
    visit = _living(actor, visit_id)
    group = _group(visit.campaign, group_id)
    _require_times(actor, visit.campaign, starts_at, ends_at)
    _require_free(
        actor, starts_at, ends_at, group.experts.values_list("id", flat=True), visit.firm_id, without=visit.id
    )
    if (visit.starts_at, visit.ends_at) != (starts_at, ends_at):
        visit.state = "planned"
    visit.group, visit.starts_at, visit.ends_at, visit.agenda = group, starts_at, ends_at, agenda
    visit.save()
    statements.visit(actor, visit, statements.PLANNED)
    return visit


@transaction.atomic
def cancel_visit(actor: Actor, visit_id: UUID) -> Visit:
    """It does not take place. Raises as `_living`."""
    require_officer(actor)
    visit = _living(actor, visit_id)
    visit.state = "cancelled"
    visit.save(update_fields=["state"])
    return visit


@transaction.atomic
def answer_visit(actor: Actor, visit_id: UUID, *, confirmed: bool, words: str = "") -> Visit:
    """The firm confirms the time, or says why it does not suit.

    Raises:
        Refusal: kernel.not_found; growth.visit_over (409).
    """
    require_owner(actor)
    visit = _living(actor, visit_id)
    visit.state, visit.firm_words = ("confirmed" if confirmed else "planned"), words.strip()
    visit.save(update_fields=["state", "firm_words"])
    if confirmed:
        statements.visit(actor, visit, statements.CONFIRMED)
    return visit


@transaction.atomic
def finish_visit(actor: Actor, visit_id: UUID) -> Visit:
    """It took place. Raises as `_living`."""
    require_officer(actor)
    visit = _living(actor, visit_id)
    visit.state = "done"
    visit.save(update_fields=["state"])
    statements.visit(actor, visit, statements.VISITED)
    return visit


@transaction.atomic
def check(actor: Actor, visit_id: UUID, item_id: UUID, *, state: str, remark: str) -> CheckItem:
    """What was seen of one thing of the checklist.

    Raises:
        Refusal: kernel.not_found.
    """
    require_officer(actor)
    item = visit_visible_to(actor, visit_id).checklist.filter(id=item_id).first()
    if item is None:
        raise not_found()
    item.state, item.remark = state, remark.strip()
    item.save(update_fields=["state", "remark"])
    return item


@transaction.atomic
def add_finding(actor: Actor, visit_id: UUID, *, severity: str, words: str, proposal: str) -> VisitFinding:
    """Note what was found, and what is proposed.

    Raises:
        Refusal: kernel.not_found.
    """
    require_officer(actor)
    visit = visit_visible_to(actor, visit_id)
    return VisitFinding.objects.create(
        visit=visit, severity=severity, words=words.strip(), proposal=proposal.strip()
    )


@transaction.atomic
def release_findings(actor: Actor, visit_id: UUID) -> int:
    """Show the firm what was found so far; how many findings it sees now that it did not before.

    Raises:
        Refusal: kernel.not_found.
    """
    require_officer(actor)
    visit = visit_visible_to(actor, visit_id)
    number = visit.findings.filter(released_at=None).update(released_at=clock.now())
    if number:
        statements.visit(actor, visit, statements.RELEASED_FINDINGS)
    return number


@transaction.atomic
def add_task(
    actor: Actor,
    visit_id: UUID,
    *,
    what: str,
    side: str,
    who: str = "",
    due_on: date | None = None,
    finding_id: UUID | None = None,
) -> VisitTask:
    """Something to do after a visit, for the firm or for the agency.

    Raises:
        Refusal: kernel.not_found, also for a finding of another visit.
    """
    require_officer(actor)
    visit = visit_visible_to(actor, visit_id)
    finding = visit.findings.filter(id=finding_id).first() if finding_id else None
    if finding_id and finding is None:
        raise not_found()
    return VisitTask.objects.create(
        visit=visit, what=what.strip(), side=side, who=who.strip(), due_on=due_on, finding=finding
    )


@transaction.atomic
def set_task(actor: Actor, visit_id: UUID, task_id: UUID, *, done: bool) -> VisitTask:
    """Say that a task is done, or not: the agency any, the firm its own.

    Raises:
        Refusal: kernel.not_found.
    """
    visit = visit_visible_to(actor, visit_id)
    task = tasks_visible_to(actor, visit).filter(id=task_id).first()
    if task is None:
        raise not_found()
    task.done_at = clock.now() if done else None
    task.save(update_fields=["done_at"])
    return task


def _checklist(actor: Actor, campaign: Campaign, firm: Firm) -> list[Item]:
    return items(released_facts(actor, firm), campaign.tier, today_of(actor))


def _group(campaign: Campaign, group_id: UUID) -> VisitGroup:
    group: VisitGroup | None = campaign.groups.filter(id=group_id).first()
    if group is None:
        raise not_found()
    if not group.experts.exists():
        raise Refusal("growth.group_empty", status=422, field="group_id")
    return group


def _living(actor: Actor, visit_id: UUID) -> Visit:
    """The visit, locked.

    Raises:
        Refusal: kernel.not_found; growth.visit_over (409), for one that is done or cancelled.
    """
    visit_visible_to(actor, visit_id)
    visit = Visit.objects.select_for_update(of=("self",)).select_related("campaign", "firm").get(id=visit_id)
    if visit.state in {"done", "cancelled"}:
        raise Refusal("growth.visit_over", status=409)
    return visit


def _require_times(actor: Actor, campaign: Campaign, starts_at: datetime, ends_at: datetime) -> None:
    if ends_at <= starts_at:
        raise Refusal("growth.days_turned", status=422, field="ends_at")
    zone = ZoneInfo(actor.timezone)
    first, last = starts_at.astimezone(zone).date(), ends_at.astimezone(zone).date()
    if first < campaign.starts_on or last > campaign.ends_on:
        raise Refusal("growth.outside_campaign", status=422, field="starts_at")


def _require_free(
    actor: Actor,
    starts_at: datetime,
    ends_at: datetime,
    expert_ids: Iterable[UUID],
    firm_id: UUID | None,
    *,
    without: UUID | None,
) -> None:
    """Lock the experts and the firm, then look for another visit at that time.

    Raises:
        Refusal: growth.expert_taken, growth.firm_taken (409). The name of another firm of the agency stands in it.
    """
    ids = list(expert_ids)
    list(Expert.objects.select_for_update().filter(id__in=ids).order_by("id"))
    list(Firm.objects.select_for_update().filter(tenant_id=firm_id))
    found = clashing(
        starts_at, ends_at, experts_visible_to(actor).filter(id__in=ids), firm_id, without=without
    )
    if found is None:
        return
    visit, expert = found
    when = f"{visit.starts_at.astimezone(ZoneInfo(actor.timezone)):%m-%d %H:%M}"
    if expert is None:
        raise Refusal("growth.firm_taken", status=409, field="starts_at", when=when)
    raise Refusal(
        "growth.expert_taken",
        status=409,
        field="starts_at",
        expert=expert.name,
        firm=visit.firm.name,
        when=when,
    )
