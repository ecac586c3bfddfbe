"""HTTP of growth's first page, and of what it reminds of."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema, Status

from alula.growth.api.agencies import TitleOut, titles_out
from alula.growth.api.ladder import ApplicationCard, cards
from alula.growth.ladder.deadlines import today
from alula.growth.ladder.tiers import Tier
from alula.growth.models import Reminder
from alula.growth.permissions import require_officer
from alula.growth.queries import home as queries
from alula.growth.queries.firms import firm_visible_to
from alula.growth.queries.reminders import reminders_visible_to
from alula.growth.services import reminders as services
from alula.growth.services.firms import own_firm
from alula.kernel.actor import Actor

router = Router()


class ReminderOut(Schema):
    """A day to keep: of which kind, about which title (or which change), and by when. `days` is negative when overdue."""

    id: UUID
    kind: Literal["yearly_update", "review", "expiry", "change_report"]
    firm_id: UUID
    firm: str
    title: str
    change: str
    due: date
    days: int
    done_at: datetime | None
    snoozed_until: date | None


class OwnersDayOut(Schema):
    """An owner's first page."""

    firm: str
    tier: Tier | None
    above: Tier | None
    titles: list[TitleOut]
    next_date: date | None
    step: queries.NextStep
    facts_at: datetime | None
    reminders: list[ReminderOut]
    later: list[ReminderOut]
    applications: list[ApplicationCard]


class OfficersDayOut(Schema):
    """An officer's first page: what waits for a decision, publicity that is over, and what firms must not miss."""

    queue: list[ApplicationCard]
    waiting: int
    ended: list[ApplicationCard]
    reminders: list[ReminderOut]
    due: int


class ReminderAnswer(Schema):
    """Done, put off until a day (a week when none is given), or open again."""

    how: Literal["done", "snoozed", "reopened"]
    until: date | None = None


class ChangeIn(Schema):
    """What changed in the firm, and when."""

    what: Literal["renamed", "moved", "merged", "restructured", "foreign_branch"]
    on: date


def reminder_out(one: Reminder) -> ReminderOut:
    """A reminder as it travels."""
    return ReminderOut(
        id=one.id,
        kind=one.kind,
        firm_id=one.firm_id,
        firm=one.firm.name,
        title=one.title,
        change=one.subject.split(" ")[0] if one.kind == "change_report" else "",
        due=one.due,
        days=(one.due - today()).days,
        done_at=one.done_at,
        snoozed_until=one.snoozed_until,
    )


@router.get("/firm/day", response=OwnersDayOut)
def read_owners_day(request: HttpRequest) -> OwnersDayOut:
    """Where the firm stands and what comes next."""
    actor: Actor = request.auth
    firm = own_firm(actor)
    day = queries.owners_day(actor, firm)
    return OwnersDayOut(
        firm=firm.name,
        tier=day.tier,
        above=day.above,
        titles=titles_out(firm.tenant_id),
        next_date=day.next_date,
        step=day.step,
        facts_at=firm.facts_at,
        reminders=[reminder_out(one) for one in day.reminders],
        later=[reminder_out(one) for one in day.later],
        applications=cards(actor, day.applications),
    )


@router.get("/agency/day", response=OfficersDayOut)
def read_officers_day(request: HttpRequest, mine: bool = True) -> OfficersDayOut:  # noqa: FBT001, FBT002 - a query parameter
    """What waits today."""
    actor: Actor = request.auth
    services.compute_daily(actor)
    day = queries.officers_day(actor, mine=mine)
    return OfficersDayOut(
        queue=cards(actor, day.queue),
        waiting=day.waiting,
        ended=cards(actor, day.ended),
        reminders=[reminder_out(one) for one in day.reminders],
        due=day.due,
    )


@router.post("/reminders/{uuid:reminder_id}", response=ReminderOut)
def answer_reminder(request: HttpRequest, reminder_id: UUID, payload: ReminderAnswer) -> ReminderOut:
    """Tick it off, put it off, or open it again."""
    return reminder_out(services.answer(request.auth, reminder_id, payload.how, until=payload.until))


@router.get("/agency/firms/{uuid:firm_id}/reminders", response=list[ReminderOut])
def list_reminders(request: HttpRequest, firm_id: UUID) -> list[ReminderOut]:
    """All open reminders of a firm, those of later days too."""
    require_officer(request.auth)
    firm_visible_to(request.auth, firm_id)
    found = reminders_visible_to(request.auth).filter(firm_id=firm_id, done_at=None).order_by("due")
    return [reminder_out(one) for one in found]


@router.post("/firm/changes", response={204: None})
def tell_change(request: HttpRequest, payload: ChangeIn) -> Status[None]:
    """Say that something changed that has to be reported within three months."""
    services.tell_change(request.auth, own_firm(request.auth).tenant_id, payload.what, payload.on)
    return Status(204, None)
