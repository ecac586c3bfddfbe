"""Events and who comes to them, as an actor may see them."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Coalesce

from alula.growth.models import Attendance, Event, Relation
from alula.growth.permissions import is_officer, is_owner
from alula.growth.queries.agencies import FORMULA
from alula.growth.tickets import Ticket
from alula.kernel.actor import Actor
from alula.kernel.errors import not_found


def events_visible_to(actor: Actor) -> QuerySet[Event]:
    """The agency's own; for an owner the published ones of agencies that accompany the firm, or that invited it."""
    if is_officer(actor):
        return Event.objects.filter(agency_id=actor.tenant_id)
    if not is_owner(actor):
        return Event.objects.none()
    agencies = Relation.objects.filter(firm_id=actor.tenant_id, ended_at=None).values("agency_id")
    theirs = Attendance.objects.filter(firm_id=actor.tenant_id).values("event_id")
    return Event.objects.exclude(published_at=None).filter(Q(agency_id__in=agencies) | Q(id__in=theirs))


def event_visible_to(actor: Actor, event_id: UUID) -> Event:
    """That one.

    Raises:
        Refusal: kernel.not_found.
    """
    found = events_visible_to(actor).filter(id=event_id).first()
    if found is None:
        raise not_found()
    return found


def attendance_visible_to(actor: Actor, attendance_id: UUID) -> Attendance:
    """An attendance at one of the agency's events.

    Raises:
        Refusal: kernel.not_found.
    """
    if is_officer(actor):
        mine = Attendance.objects.filter(event__agency_id=actor.tenant_id)
        found = mine.filter(id=attendance_id).select_related("event", "firm", "room").first()
        if found is not None:
            return found
    raise not_found()


def has_ticket(one: Attendance) -> bool:
    """Whether a place is shown at a door: registered, and on site."""
    return one.state == "registered" and one.room is not None and not one.room.online


def ticket_of(actor: Actor, event_id: UUID) -> Attendance:
    """The place on site of the actor's firm at an event.

    Raises:
        Refusal: kernel.not_found, also for who has none.
    """
    event = event_visible_to(actor, event_id)
    one = Attendance.objects.filter(event=event, firm_id=actor.tenant_id).select_related("room").first()
    if one is None or not is_owner(actor) or not has_ticket(one):
        raise not_found()
    return one


def attendance_of_code(actor: Actor, ticket: Ticket) -> Attendance | None:
    """The place that a ticket names, at any event of the officer's agency; None when there is none or it is made up."""
    mine = Attendance.objects.filter(event__agency_id=actor.tenant_id, id__endswith=ticket.end)
    found = mine.select_related("event", "firm", "room")[:10]
    return next((one for one in found if ticket.signs(one.id)), None)


def attendances(
    event: Event, *, text: str = "", state: str = "", room: UUID | None = None
) -> QuerySet[Attendance]:
    """Who was invited, registered, waits or came (`state` `came`), by firm; `text` in the firm's name or the person's."""
    found = Attendance.objects.filter(event=event).select_related("firm", "room")
    if text.strip():
        found = found.filter(Q(firm__name__icontains=text.strip()) | Q(name__icontains=text.strip()))
    if state == "came":
        found = found.exclude(came_at=None)
    elif state:
        found = found.filter(state=state)
    if room is not None:
        found = found.filter(room_id=room)
    return found.order_by("firm__name", "id")


def attendances_after(found: QuerySet[Attendance], cursor: list[Any] | None) -> QuerySet[Attendance]:
    """Those behind a cursor of (the firm's name, id)."""
    if cursor is None:
        return found
    return found.filter(Q(firm__name__gt=cursor[0]) | Q(firm__name=cursor[0], id__gt=cursor[1]))


def counts(event_ids: list[UUID]) -> dict[UUID, dict[str, int]]:
    """For each event how many are invited (whatever came of it), registered, waiting, and came."""
    rows = (
        Attendance.objects.filter(event_id__in=event_ids)
        .values("event_id")
        .annotate(
            invited=Count("id", filter=~Q(invited_at=None)),
            registered=Count("id", filter=Q(state="registered")),
            waiting=Count("id", filter=Q(state="waiting")),
            came=Count("id", filter=~Q(came_at=None)),
        )
    )
    return {row.pop("event_id"): row for row in rows}


def taken(event: Event) -> dict[UUID, int]:
    """How many places of each room are taken."""
    registered = Attendance.objects.filter(event=event, state="registered").order_by()
    return dict(registered.values_list(Coalesce("room_id", "event_id")).annotate(Count("id")))


HEADINGS = {
    "zh": ["企业", "参加人", "电话", "会场", "状态", "报名时间", "到场时间"],
    "en": ["Firm", "Who comes", "Phone", "Room", "State", "Registered", "Came"],
}
STATES = {
    "zh": {"invited": "已邀请", "registered": "已报名", "waiting": "候补", "cancelled": "已取消"},
    "en": {"invited": "Invited", "registered": "Registered", "waiting": "Waiting", "cancelled": "Cancelled"},
}


class _Echo:
    """A file that hands back what is written, so that rows leave one by one."""

    def write(self, text: str) -> str:
        return text


def lines(found: QuerySet[Attendance], language: str) -> Iterator[str]:
    """The attendance list as CSV, line by line; it begins with the mark by which Excel knows UTF-8."""
    short = "en" if language.startswith("en") else "zh"
    writer = csv.writer(_Echo())
    yield "\ufeff" + writer.writerow(HEADINGS[short])
    for one in found.iterator(chunk_size=1000):
        cells = [
            one.firm.name,
            one.name,
            one.phone,
            one.room.name if one.room else "",
            STATES[short][one.state],
            f"{one.registered_at:%Y-%m-%d %H:%M}" if one.registered_at else "",
            f"{one.came_at:%Y-%m-%d %H:%M}" if one.came_at else "",
        ]
        yield writer.writerow([f"'{cell}" if cell.startswith(FORMULA) else cell for cell in cells])
