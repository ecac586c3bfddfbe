"""Days to keep, computed from titles and changes. Computing again changes nothing; what was done stays done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Literal
from uuid import UUID

from django.db import transaction

from alula.growth.facts import Title
from alula.growth.ladder.deadlines import dues, report_day, today
from alula.growth.models import Firm, HeldTitle, Reminder
from alula.growth.permissions import require_officer
from alula.growth.queries.firms import firm_visible_to
from alula.growth.queries.reminders import reminder_visible_to
from alula.growth.statements import ladder as statements
from alula.kernel import clock, jobs
from alula.kernel.actor import Actor

JOB = "growth.reminders"
AT_ONCE = 500
Change = Literal["renamed", "moved", "merged", "restructured", "foreign_branch"]


def sync(titles: Mapping[UUID, Sequence[Title]]) -> None:
    """Bring the reminders of these firms up to what their titles ask for today.

    What is done or was put off stays so; a missed update stays for a year; an open one that no title asks for any more
    goes. A change report stays until it is done: no title made it.
    """
    wanted = {
        (firm_id, one.kind, one.subject): one
        for firm_id, held in titles.items()
        for one in dues(held, today())
    }
    there = Reminder.objects.filter(firm_id__in=list(titles)).exclude(kind="change_report")
    known = {(one.firm_id, one.kind, one.subject): one for one in there}
    gone = [
        one.id
        for key, one in known.items()
        if key not in wanted and one.done_at is None and not _missed(one, titles[one.firm_id])
    ]
    Reminder.objects.filter(id__in=gone).delete()
    Reminder.objects.bulk_create(
        (
            Reminder(
                firm_id=key[0],
                kind=one.kind,
                subject=one.subject,
                title=one.title,
                due=one.due,
                show_from=one.show_from,
            )
            for key, one in wanted.items()
            if key not in known
        ),
        batch_size=AT_ONCE,
        ignore_conflicts=True,
    )


def _missed(reminder: Reminder, titles: Sequence[Title]) -> bool:
    """Whether an update went by undone within a year, for a title that the firm still names."""
    lately = today() - timedelta(days=365) < reminder.due < today()
    return lately and reminder.kind == "yearly_update" and reminder.title in {one.kind for one in titles}


def note_change(firm: Firm, what: Change, on: date) -> None:
    """Remember that a change has to be reported in time. A firm without a title has nobody to report to."""
    if not HeldTitle.objects.filter(firm=firm).exists():
        return
    Reminder.objects.get_or_create(
        firm=firm,
        kind="change_report",
        subject=f"{what} {on}",
        defaults={"due": report_day(on), "show_from": on},
    )


def moved_province(before: str, after: str | None) -> bool:
    """Whether a firm that was somewhere is now in another province."""
    return bool(before and after and before != "CN" and before[:2] != after[:2])


@transaction.atomic
def tell_change(actor: Actor, firm_id: UUID, what: Change, on: date) -> None:
    """Say that something changed which has to be reported.

    Raises:
        Refusal: kernel.not_found.
    """
    note_change(firm_visible_to(actor, firm_id), what, on)


@transaction.atomic
def answer(
    actor: Actor,
    reminder_id: UUID,
    how: Literal["done", "snoozed", "reopened"],
    *,
    until: date | None = None,
) -> Reminder:
    """Tick a reminder off, put it off until a day (a week when none is given), or open it again.

    Raises:
        Refusal: kernel.not_found.
    """
    reminder = reminder_visible_to(actor, reminder_id)
    reminder.done_at = clock.now() if how == "done" else None
    reminder.done_by = actor.person_id if how == "done" else None
    later = until or today() + timedelta(days=7)
    reminder.snoozed_until = later if how == "snoozed" else None
    reminder.save(update_fields=["done_at", "done_by", "snoozed_until"])
    statements.reminder_answered(actor, reminder.firm, reminder, how)
    return reminder


def compute_daily(actor: Actor) -> None:
    """Ask for today's computing, and so for every following day's; asked again, it changes nothing.

    Raises:
        Refusal: kernel.not_found, for who is no officer.
    """
    require_officer(actor)
    _ask_for(today())


def _ask_for(day: date) -> None:
    key = day.isoformat()
    if jobs.state_of(JOB, key) is None:
        jobs.enqueue(JOB, {"day": key}, key=key, after=datetime.combine(day, time(0, 5), clock.now().tzinfo))


@jobs.handler(JOB)
def compute(payload: dict[str, Any], progress: jobs.Progress) -> None:
    """Every firm with a title, some hundred at a time; then ask for the next day."""
    firms = list(HeldTitle.objects.order_by("firm_id").values_list("firm_id", flat=True).distinct())
    for begin in range(0, len(firms), AT_ONCE):
        chunk = firms[begin : begin + AT_ONCE]
        titles: dict[UUID, list[Title]] = {firm_id: [] for firm_id in chunk}
        for held in HeldTitle.objects.filter(firm_id__in=chunk):
            titles[held.firm_id].append(
                Title(kind=held.kind, since=held.since, until=held.until, batch=held.batch)
            )
        with transaction.atomic():
            sync(titles)
        progress(begin + len(chunk), len(firms))
    _ask_for(max(date.fromisoformat(payload["day"]), today()) + timedelta(days=1))
