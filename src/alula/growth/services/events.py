"""Conferences: made and published by an agency, places given in the order of registration, check-in at the door."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import transaction

from alula.growth.models import Attendance, Event, EventRoom
from alula.growth.permissions import require_officer
from alula.growth.queries.agencies import Wanted, firms_listed
from alula.growth.queries.events import attendance_of_code, attendance_visible_to, event_visible_to
from alula.growth.services.firms import own_firm
from alula.growth.statements import events as statements
from alula.growth.tickets import read_code
from alula.kernel import clock
from alula.kernel.actor import Actor
from alula.kernel.errors import Refusal, not_found, register

AT_ONCE = 1000
DOORS = timedelta(minutes=30)
"""So long before its beginning an online room lets in."""

register(
    "growth",
    {
        "event_dates": {"zh": "活动结束应晚于开始。", "en": "An event ends after it begins."},
        "event_rooms": {
            "zh": "请至少设一个会场，并写明名称。",
            "en": "Give the event at least one room, with a name.",
        },
        "event_link": {
            "zh": "线上会场“{room}”的链接应以 http:// 或 https:// 开头。",
            "en": "The link of the online room “{room}” has to begin with http:// or https://.",
        },
        "event_over": {"zh": "活动已结束。", "en": "The event is over."},
        "event_closed": {
            "zh": "线上会场在开始前 30 分钟开放。",
            "en": "The online room opens 30 minutes before the event.",
        },
        "ticket_unknown": {
            "zh": "这不是本机构活动的参会码。可以按企业或姓名在名单里找。",
            "en": "This is no ticket of the agency's events. Look for the firm or the person in the list.",
        },
        "ticket_other_event": {
            "zh": "这是另一场活动的参会码：“{event}”，{day}。",
            "en": "This is the ticket of another event: “{event}”, {day}.",
        },
        "ticket_no_place": {
            "zh": "{firm}现在没有名额（已取消或在候补）。可以在名单里签到。",
            "en": "{firm} has no place now (cancelled or waiting). It can be checked in from the list.",
        },
        "ticket_used": {
            "zh": "{firm}（{name}）已在 {time} 签到，不再重复签到。",
            "en": "{firm} ({name}) was checked in at {time} already.",
        },
        "not_registered": {"zh": "这家企业没有报名。", "en": "This firm is not registered."},
        "attendee_missing": {"zh": "请填写参加人姓名。", "en": "Please say who comes."},
    },
)


@dataclass(frozen=True)
class RoomIn:
    """A room as it is wanted; with the id of one that is there it stays that one. No capacity: as many as come."""

    name: str
    online: bool = False
    link: str = ""
    capacity: int | None = None
    id: UUID | None = None


@transaction.atomic
def save_event(
    actor: Actor,
    event_id: UUID | None,
    *,
    name: str,
    starts_at: datetime,
    ends_at: datetime,
    rooms: Sequence[RoomIn],
    about: str = "",
    where: str = "",
) -> Event:
    """Make an event of the agency (no id), or change one. More places let in those who wait.

    Raises:
        Refusal: kernel.not_found; growth.event_dates, growth.event_rooms, growth.event_link (422).
    """
    require_officer(actor)
    event = event_visible_to(actor, event_id) if event_id else Event(agency_id=actor.tenant_id)
    if ends_at <= starts_at:
        raise Refusal("growth.event_dates", status=422, field="ends_at")
    if not name.strip() or not rooms or not all(room.name.strip() for room in rooms):
        raise Refusal("growth.event_rooms", status=422, field="rooms")
    for room in rooms:
        _check_link(room)
    event.name, event.about, event.where = name.strip(), about, where
    event.starts_at, event.ends_at = starts_at, ends_at
    event.save()
    kept = {room.id for room in rooms if room.id}
    EventRoom.objects.filter(event=event).exclude(id__in=kept).delete()
    for order, room in enumerate(rooms):
        fields = {
            "name": room.name.strip(),
            "online": room.online,
            "link": room.link if room.online else "",
            "capacity": room.capacity,
            "order": order,
        }
        there = EventRoom.objects.filter(event=event, id=room.id) if room.id else None
        if there is None or not there.update(**fields):
            EventRoom.objects.create(event=event, **fields)
    for saved in EventRoom.objects.filter(event=event):
        _let_in(saved)
    return event


def _check_link(room: RoomIn) -> None:
    if room.online and room.link:
        try:
            URLValidator(schemes=["http", "https"])(room.link)
        except ValidationError as error:
            raise Refusal("growth.event_link", status=422, field="rooms", room=room.name) from error


@transaction.atomic
def publish_event(actor: Actor, event_id: UUID) -> Event:
    """Let firms see it and register. Again, it changes nothing.

    Raises:
        Refusal: kernel.not_found.
    """
    require_officer(actor)
    event = event_visible_to(actor, event_id)
    if event.published_at is None:
        event.published_at = clock.now()
        event.save(update_fields=["published_at"])
        statements.published(actor, event)
    return event


@transaction.atomic
def found_event(
    officer: Actor,
    *,
    name: str,
    starts_at: datetime,
    ends_at: datetime,
    rooms: Sequence[RoomIn],
    about: str,
    where: str,
) -> Event:
    """Make an event, publish it and invite every firm of the agency, by a command on the machine.

    Raises:
        Refusal: as `save_event`.
    """
    event = save_event(
        officer, None, name=name, starts_at=starts_at, ends_at=ends_at, rooms=rooms, about=about, where=where
    )
    publish_event(officer, event.id)
    invite_firms(officer, event.id, Wanted())
    return event


@transaction.atomic
def invite_firms(actor: Actor, event_id: UUID, wanted: Wanted) -> int:
    """Invite those of the agency's firms that a list shows; who was invited before is left as it is.

    Returns:
        How many were invited now.

    Raises:
        Refusal: kernel.not_found.
    """
    require_officer(actor)
    event = event_visible_to(actor, event_id)
    there = Attendance.objects.filter(event=event).values("firm_id")
    firm_ids = list(firms_listed(actor, wanted).exclude(firm_id__in=there).values_list("firm_id", flat=True))
    now = clock.now()
    Attendance.objects.bulk_create(
        (Attendance(event=event, firm_id=one, state="invited", invited_at=now) for one in firm_ids),
        batch_size=AT_ONCE,
    )
    if firm_ids:
        statements.invited(actor, event)
    return len(firm_ids)


@transaction.atomic
def register_for(actor: Actor, event_id: UUID, room_id: UUID, *, name: str, phone: str = "") -> Attendance:
    """Take a place in a room for the actor's firm, or a place in its queue when it is full.

    Raises:
        Refusal: kernel.not_found; growth.event_over (409); growth.attendee_missing (422).
    """
    firm = own_firm(actor)
    event = event_visible_to(actor, event_id)
    if event.ends_at <= clock.now():
        raise Refusal("growth.event_over", status=409)
    if not name.strip():
        raise Refusal("growth.attendee_missing", status=422, field="name")
    room = EventRoom.objects.select_for_update().filter(event=event, id=room_id).first()
    if room is None:
        raise not_found()
    one, _ = Attendance.objects.get_or_create(event=event, firm=firm, defaults={"state": "invited"})
    left = one.room if one.room_id != room.id and one.state == "registered" else None
    if one.room_id != room.id or one.state not in {"registered", "waiting"}:
        one.state, one.registered_at = "registered" if _free(room) else "waiting", clock.now()
        statements.registered(actor, firm, event)
    one.room, one.name, one.phone = room, name.strip()[:100], phone[:40]
    one.save()
    if left is not None:
        _let_in(left)
    return one


@transaction.atomic
def cancel(actor: Actor, event_id: UUID) -> None:
    """Give the place of the actor's firm back; the first who waits for the room gets it.

    Raises:
        Refusal: kernel.not_found; growth.not_registered (409).
    """
    firm = own_firm(actor)
    event = event_visible_to(actor, event_id)
    one = Attendance.objects.select_for_update().filter(event=event, firm=firm).first()
    if one is None or one.state not in {"registered", "waiting"}:
        raise Refusal("growth.not_registered", status=409)
    room = EventRoom.objects.select_for_update().filter(id=one.room_id).first()
    one.state = "cancelled"
    one.save(update_fields=["state"])
    statements.cancelled(actor, firm, event)
    if room is not None:
        _let_in(room)


@transaction.atomic
def check_in(actor: Actor, attendance_id: UUID, *, came: bool) -> Attendance:
    """Note at the door that a firm is there, or take it back. Who comes uninvited to the list is there all the same.

    Raises:
        Refusal: kernel.not_found.
    """
    attendance_visible_to(actor, attendance_id)
    one = (
        Attendance.objects.select_for_update(of=("self",))
        .select_related("event", "firm", "room")
        .get(id=attendance_id)
    )
    if (one.came_at is not None) is came:
        return one
    one.came_at = clock.now() if came else None
    one.checked_by = actor.person_id if came else None
    one.save(update_fields=["came_at", "checked_by"])
    statements.came(actor, one.firm, one.event, undone=not came)
    return one


@transaction.atomic
def check_in_by_code(actor: Actor, event_id: UUID, code: str) -> Attendance:
    """Check in who shows a ticket at the door of an event: once, and only at the event that it is for.

    Raises:
        Refusal: kernel.not_found, for who has no such event; growth.ticket_unknown (422); growth.ticket_other_event,
            growth.ticket_no_place, growth.ticket_used (409).
    """
    require_officer(actor)
    event = event_visible_to(actor, event_id)
    ticket = read_code(code)
    found = attendance_of_code(actor, ticket) if ticket else None
    if found is None:
        raise Refusal("growth.ticket_unknown", status=422, field="code")
    zone = ZoneInfo(actor.timezone)
    if found.event_id != event.id:
        day = f"{found.event.starts_at.astimezone(zone):%Y-%m-%d}"
        raise Refusal("growth.ticket_other_event", status=409, field="code", event=found.event.name, day=day)
    one = Attendance.objects.select_for_update(of=("self",)).select_related("firm").get(id=found.id)
    firm = one.firm.name
    if one.came_at is not None:
        time = f"{one.came_at.astimezone(zone):%m-%d %H:%M}"
        raise Refusal("growth.ticket_used", status=409, field="code", firm=firm, name=one.name, time=time)
    if one.state != "registered":
        raise Refusal("growth.ticket_no_place", status=409, field="code", firm=firm)
    return check_in(actor, one.id, came=True)


@transaction.atomic
def enter_online(actor: Actor, event_id: UUID) -> str:
    """The link of the online room where the actor's firm has a place; entering is coming.

    Raises:
        Refusal: kernel.not_found; growth.not_registered, growth.event_closed (409).
    """
    firm = own_firm(actor)
    event = event_visible_to(actor, event_id)
    one = Attendance.objects.filter(event=event, firm=firm, state="registered", room__online=True).first()
    if one is None:
        raise Refusal("growth.not_registered", status=409)
    if clock.now() < event.starts_at - DOORS:
        raise Refusal("growth.event_closed", status=409)
    if one.came_at is None:
        one.came_at = clock.now()
        one.save(update_fields=["came_at"])
        statements.came(actor, firm, event)
    return str(one.room.link)


def _free(room: EventRoom) -> bool:
    return room.capacity is None or _taken(room) < room.capacity


def _taken(room: EventRoom) -> int:
    return Attendance.objects.filter(room=room, state="registered").count()


def _let_in(room: EventRoom) -> None:
    """Give free places to those who wait, the longest first."""
    waiting = Attendance.objects.filter(room=room, state="waiting").order_by("registered_at", "id")
    free = None if room.capacity is None else max(0, room.capacity - _taken(room))
    first = list(waiting.values_list("id", flat=True)[:free])
    Attendance.objects.filter(id__in=first).update(state="registered")
