"""What the first page of growth shows: to an owner where the firm stands and what comes next, to an officer the day's queue."""

from __future__ import annotations

from datetime import date
from typing import Literal, NamedTuple

from django.db.models import Q

from alula.growth.ladder.deadlines import today
from alula.growth.ladder.tiers import TIERS, Tier, rank_on
from alula.growth.ladder.workflow import CLOSED
from alula.growth.models import Application, Firm, RelationRequest, Reminder
from alula.growth.queries.ladder import applications_visible_to
from alula.growth.queries.reminders import reminders_visible_to, shown
from alula.growth.storing import decode_facts
from alula.kernel.actor import Actor

NextStep = Literal["state_facts", "answer_agency", "supply", "submit", "self_test", "wait", "keep"]
SHOWN = 20


class OwnersDay(NamedTuple):
    """A firm's day: the tier it holds, the tier above it, the next date, what to do first, and what is due."""

    tier: Tier | None
    above: Tier | None
    next_date: date | None
    step: NextStep
    reminders: list[Reminder]
    later: list[Reminder]
    applications: list[Application]


def owners_day(actor: Actor, firm: Firm) -> OwnersDay:
    """What the owner of a firm sees first."""
    day = today()
    rank = rank_on(decode_facts(firm.facts).titles, day)
    due = list(shown(reminders_visible_to(actor))[:SHOWN])
    open_reminders = reminders_visible_to(actor).filter(done_at=None, due__gte=day).order_by("due")
    later = [one for one in open_reminders[:SHOWN] if one not in due]
    applications = list(applications_visible_to(actor).exclude(stage__in=CLOSED).order_by("moved_at"))
    dates = sorted(one.due for one in (*due, *later) if one.due >= day)
    return OwnersDay(
        tier=TIERS[rank - 1] if rank else None,
        above=TIERS[rank] if rank < len(TIERS) else None,
        next_date=dates[0] if dates else None,
        step=_step(firm, [one.stage for one in applications], rank),
        reminders=due,
        later=later,
        applications=applications,
    )


def _step(firm: Firm, stages: list[str], rank: int) -> NextStep:
    """The first of what an owner can do, the most pressing first."""
    if "returned" in stages:
        return "supply"
    if RelationRequest.objects.filter(firm=firm, answered_at=None).exists():
        return "answer_agency"
    if firm.facts_version == 0:
        return "state_facts"
    if "self_test" in stages:
        return "submit"
    if stages:
        return "wait"
    return "self_test" if rank < len(TIERS) else "keep"


class OfficersDay(NamedTuple):
    """An agency's day: applications that wait for it, the longest first; what firms must not miss; and counts."""

    queue: list[Application]
    waiting: int
    ended: list[Application]
    reminders: list[Reminder]
    due: int


def officers_day(actor: Actor, *, mine: bool) -> OfficersDay:
    """What an officer sees first. `mine` narrows to what this officer handles, and to what nobody does."""
    applications = applications_visible_to(actor)
    reminders = shown(reminders_visible_to(actor))
    if mine:
        applications = applications.filter(Q(officer_id=actor.person_id) | Q(officer_id=None))
    waiting = applications.filter(stage__in=("submitted", "check", "on_site"))
    ended = applications.filter(stage="publicity", publicity_until__lt=today())
    return OfficersDay(
        queue=list(waiting.order_by("moved_at", "id")[:SHOWN]),
        waiting=waiting.count(),
        ended=list(ended.order_by("publicity_until")[:SHOWN]),
        reminders=list(reminders[:SHOWN]),
        due=reminders.count(),
    )
