"""HTTP of conferences."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from ninja import Field, Query, Router, Schema, Status

from alula.growth.api.agencies import FirmQuery
from alula.growth.models import Attendance, Event
from alula.growth.permissions import is_officer, require_officer
from alula.growth.queries import events as queries
from alula.growth.services import events as services
from alula.growth.tickets import code_of, qr_svg
from alula.kernel import clock
from alula.kernel.actor import Actor
from alula.kernel.http import Page, decode_cursor, encode_cursor, language_of
from alula.people import facade as people

router = Router()
PAGE = 50
State = Literal["invited", "registered", "waiting", "cancelled"]


class EventRoomIn(Schema):
    """A room; with the id of one that is there it stays that one. No capacity: as many as come."""

    id: UUID | None = None
    name: str = Field(max_length=100)
    online: bool = False
    link: str = Field("", max_length=500)
    capacity: int | None = Field(None, ge=0, le=10_000_000)


class EventIn(Schema):
    """An event as its agency wants it."""

    name: str = Field(max_length=200)
    about: str = ""
    where: str = Field("", max_length=200)
    starts_at: datetime
    ends_at: datetime
    rooms: list[EventRoomIn]


class EventRoomOut(Schema):
    """A room and how full it is. The link stands here for its agency alone; who registered gets it by entering."""

    id: UUID
    name: str
    online: bool
    link: str
    capacity: int | None
    taken: int


class OwnPlace(Schema):
    """Where the actor's firm stands with an event. `code` is its ticket: of a place on site alone."""

    state: State
    room_id: UUID | None
    name: str
    phone: str
    came: bool
    code: str


class EventCounts(Schema):
    """How many were invited, are registered, wait, came."""

    invited: int = 0
    registered: int = 0
    waiting: int = 0
    came: int = 0


class EventCard(Schema):
    """An event in a list; counts for its agency alone, `own` for a firm."""

    id: UUID
    name: str
    agency: str
    where: str
    starts_at: datetime
    ends_at: datetime
    published: bool
    over: bool
    counts: EventCounts | None
    own: OwnPlace | None


class EventOut(EventCard):
    """An event with its rooms."""

    about: str
    rooms: list[EventRoomOut]


class Registration(Schema):
    """Which room, and who comes."""

    room_id: UUID
    name: str = Field(max_length=100)
    phone: str = Field("", max_length=40)


class AttendanceOut(Schema):
    """A firm at an event, for the agency's list."""

    id: UUID
    firm: str
    name: str
    phone: str
    room: str
    online: bool
    state: State
    came_at: datetime | None


class CheckIn(Schema):
    """Whether the firm is there."""

    came: bool


class TicketIn(Schema):
    """What was scanned or typed at the door."""

    code: str = Field(max_length=500)


class Invited(Schema):
    """How many firms were invited now."""

    invited: int


class OnlineLink(Schema):
    """Where the online room is."""

    link: str


class AttendanceQuery(Schema):
    """What an attendance list is narrowed to."""

    q: str = ""
    state: Literal["", "invited", "registered", "waiting", "cancelled", "came"] = ""
    room: UUID | None = None


def cards(actor: Actor, events: list[Event]) -> list[EventCard]:
    """Events as the actor may see them."""
    ids = [one.id for one in events]
    ours = is_officer(actor)
    counts = queries.counts(ids) if ours else {}
    own = (
        {}
        if ours
        else {
            a.event_id: a
            for a in Attendance.objects.filter(event_id__in=ids, firm_id=actor.tenant_id).select_related(
                "room"
            )
        }
    )
    agencies = people.tenant_names({one.agency_id for one in events})
    return [
        EventCard(
            id=one.id,
            name=one.name,
            agency=agencies.get(one.agency_id, ""),
            where=one.where,
            starts_at=one.starts_at,
            ends_at=one.ends_at,
            published=one.published_at is not None,
            over=one.ends_at <= clock.now(),
            counts=EventCounts(**counts.get(one.id, {})) if ours else None,
            own=_own(own[one.id]) if one.id in own else None,
        )
        for one in events
    ]


def _own(one: Attendance) -> OwnPlace:
    return OwnPlace(
        state=one.state,
        room_id=one.room_id,
        name=one.name,
        phone=one.phone,
        came=one.came_at is not None,
        code=code_of(one.id) if queries.has_ticket(one) else "",
    )


def event_out(actor: Actor, event: Event) -> EventOut:
    """One with its rooms."""
    taken = queries.taken(event)
    return EventOut(
        **cards(actor, [event])[0].dict(),
        about=event.about,
        rooms=[
            EventRoomOut(
                id=room.id,
                name=room.name,
                online=room.online,
                link=room.link if is_officer(actor) else "",
                capacity=room.capacity,
                taken=taken.get(room.id, 0),
            )
            for room in event.rooms.order_by("order")
        ],
    )


@router.get("/events", response=list[EventCard])
def list_events(request: HttpRequest) -> list[EventCard]:
    """The events that one may see, those that come last first."""
    return cards(request.auth, list(queries.events_visible_to(request.auth).order_by("-starts_at")[:200]))


@router.get("/events/{uuid:event_id}", response=EventOut)
def read_event(request: HttpRequest, event_id: UUID) -> EventOut:
    """One event."""
    return event_out(request.auth, queries.event_visible_to(request.auth, event_id))


@router.post("/agency/events", response={201: EventOut})
def make_event(request: HttpRequest, payload: EventIn) -> Status[EventOut]:
    """Make an event; firms see it once it is published."""
    return Status(201, event_out(request.auth, _save(request.auth, None, payload)))


@router.put("/agency/events/{uuid:event_id}", response=EventOut)
def change_event(request: HttpRequest, event_id: UUID, payload: EventIn) -> EventOut:
    """Change an event and its rooms."""
    require_officer(request.auth)
    return event_out(request.auth, _save(request.auth, event_id, payload))


def _save(actor: Actor, event_id: UUID | None, payload: EventIn) -> Event:
    given = payload.dict()
    rooms = [services.RoomIn(**room) for room in given.pop("rooms")]
    return services.save_event(actor, event_id, rooms=rooms, **given)


@router.post("/agency/events/{uuid:event_id}/publication", response=EventOut)
def publish_event(request: HttpRequest, event_id: UUID) -> EventOut:
    """Let firms see it and register."""
    return event_out(request.auth, services.publish_event(request.auth, event_id))


@router.post("/agency/events/{uuid:event_id}/invitations", response=Invited)
def invite_firms(request: HttpRequest, event_id: UUID, payload: FirmQuery) -> Invited:
    """Invite those of the agency's firms that a list shows."""
    return Invited(invited=services.invite_firms(request.auth, event_id, payload.wanted()))


@router.get("/agency/events/{uuid:event_id}/attendances", response=Page[AttendanceOut])
def list_attendances(
    request: HttpRequest, event_id: UUID, query: Query[AttendanceQuery], cursor: str | None = None
) -> Page[AttendanceOut]:
    """Who was invited, registered, came."""
    found = _attendances(request.auth, event_id, query)
    behind = decode_cursor(cursor, 2)
    total = found.count() if behind is None else None
    some = list(queries.attendances_after(found, behind)[: PAGE + 1])
    last = some[PAGE - 1] if len(some) > PAGE else None
    return Page[AttendanceOut](
        items=[attendance_out(one) for one in some[:PAGE]],
        next=encode_cursor(last.firm.name, last.id) if last else None,
        total=total,
    )


@router.get("/agency/events/{uuid:event_id}/attendances.csv", response={200: bytes})
def export_attendances(
    request: HttpRequest, event_id: UUID, query: Query[AttendanceQuery]
) -> HttpResponseBase:
    """The same list as a file that a spreadsheet opens as it is."""
    lines = queries.lines(_attendances(request.auth, event_id, query), language_of(request))
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="attendance-{clock.now():%Y%m%d}.csv"'
    return response


def _attendances(actor: Actor, event_id: UUID, query: AttendanceQuery) -> QuerySet[Attendance]:
    require_officer(actor)
    event = queries.event_visible_to(actor, event_id)
    return queries.attendances(event, text=query.q, state=query.state, room=query.room)


def attendance_out(one: Attendance) -> AttendanceOut:
    """An attendance as it travels."""
    return AttendanceOut(
        id=one.id,
        firm=one.firm.name,
        name=one.name,
        phone=one.phone,
        room=one.room.name if one.room else "",
        online=one.room.online if one.room else False,
        state=one.state,
        came_at=one.came_at,
    )


@router.post("/agency/attendances/{uuid:attendance_id}", response=AttendanceOut)
def check_in(request: HttpRequest, attendance_id: UUID, payload: CheckIn) -> AttendanceOut:
    """Check a firm in at the door, or take it back."""
    return attendance_out(services.check_in(request.auth, attendance_id, came=payload.came))


@router.post("/agency/events/{uuid:event_id}/check-in", response=AttendanceOut)
def check_in_by_code(request: HttpRequest, event_id: UUID, payload: TicketIn) -> AttendanceOut:
    """Check in who shows a ticket."""
    return attendance_out(services.check_in_by_code(request.auth, event_id, payload.code))


@router.get("/events/{uuid:event_id}/ticket.svg", response={200: bytes})
def read_ticket(request: HttpRequest, event_id: UUID) -> HttpResponse:
    """The QR code of the firm's place: the address of the event's door with the code."""
    one = queries.ticket_of(request.auth, event_id)
    address = request.build_absolute_uri(f"/growth/events/{event_id}?code={code_of(one.id)}")
    response = HttpResponse(qr_svg(address), content_type="image/svg+xml")
    response["Cache-Control"] = "private, no-store"
    return response


@router.put("/events/{uuid:event_id}/registration", response=EventOut)
def register_for_event(request: HttpRequest, event_id: UUID, payload: Registration) -> EventOut:
    """Take a place for the firm, or one in the queue."""
    services.register_for(request.auth, event_id, payload.room_id, name=payload.name, phone=payload.phone)
    return read_event(request, event_id)


@router.delete("/events/{uuid:event_id}/registration", response=EventOut)
def cancel_registration(request: HttpRequest, event_id: UUID) -> EventOut:
    """Give the place back."""
    services.cancel(request.auth, event_id)
    return read_event(request, event_id)


@router.post("/events/{uuid:event_id}/entry", response=OnlineLink)
def enter_online(request: HttpRequest, event_id: UUID) -> OnlineLink:
    """Enter the online room where the firm has a place."""
    return OnlineLink(link=services.enter_online(request.auth, event_id))
