"""A conference: invitations, places in order, the queue, the door, what others see of it."""

import csv
import io
import threading
from datetime import timedelta

import pytest
from django.db import connection

from alula.growth.models import Attendance, EventRoom
from alula.growth.queries.agencies import Wanted
from alula.growth.queries.events import event_visible_to
from alula.growth.services import events, firms
from alula.growth.tickets import code_of, read_code
from alula.kernel import clock
from alula.kernel.actor import Role
from alula.kernel.errors import Refusal
from alula.people import facade as people
from alula.record import facade as record

pytestmark = pytest.mark.django_db
R = events.RoomIn


def person(tenant, name, *roles):
    return people.ensure_person(
        tenant, email=f"{name}@test.example", name=name, roles=roles, password="correct-horse-battery"
    )


@pytest.fixture
def officer(db):
    return person(people.ensure_tenant("city", "临江市", kind="agency"), "officer", Role.OFFICER)


@pytest.fixture
def other_officer(db):
    return person(people.ensure_tenant("town", "别的机构", kind="agency"), "otherofficer", Role.OFFICER)


@pytest.fixture
def owners(officer):
    made = []
    for n in range(4):
        owner = person(people.ensure_tenant(f"firm-{n}", f"企业{n}"), f"owner{n}", Role.TENANT_ADMIN)
        firms.accompany(officer, firms.own_firm(owner).tenant_id)
        made.append(owner)
    return made


def made(officer, *rooms, hours=48, event_id=None):
    begin = clock.now() + timedelta(hours=hours)
    return events.save_event(
        officer,
        event_id,
        name="对接会",
        starts_at=begin,
        ends_at=begin + timedelta(hours=3),
        rooms=rooms or [R("主会场", capacity=2), R("线上", online=True, link="https://live.example/1")],
    )


@pytest.fixture
def event(officer):
    one = made(officer)
    events.publish_event(officer, one.id)
    return one


def hall(event):
    return EventRoom.objects.get(event=event, order=0).id


def online(event):
    return EventRoom.objects.get(event=event, order=1).id


def code(call, *args, **more):
    with pytest.raises(Refusal) as refused:
        call(*args, **more)
    return refused.value.code


def states(event):
    return dict(Attendance.objects.filter(event=event).values_list("firm__name", "state"))


def test_an_event_is_seen_once_it_is_published_and_by_those_it_is_for(officer, other_officer, owners, world):
    one = made(officer)
    assert code(event_visible_to, owners[0], one.id) == "kernel.not_found"
    events.publish_event(officer, one.id)
    assert event_visible_to(owners[0], one.id).name == "对接会"
    for stranger in (world.stranger, world.lin, other_officer):
        assert code(event_visible_to, stranger, one.id) == "kernel.not_found"
    assert code(events.publish_event, other_officer, one.id) == "kernel.not_found"
    assert code(events.publish_event, owners[0], one.id) == "kernel.not_found"


def test_places_are_given_in_order_and_a_free_one_to_who_waits_longest(owners, event):
    for owner in owners:
        events.register_for(owner, event.id, hall(event), name="参会人")
    assert states(event) == {
        "企业0": "registered",
        "企业1": "registered",
        "企业2": "waiting",
        "企业3": "waiting",
    }
    events.register_for(owners[0], event.id, hall(event), name="换人")
    assert states(event)["企业0"] == "registered", "another name keeps the place"
    events.cancel(owners[1], event.id)
    assert states(event) == {
        "企业0": "registered",
        "企业1": "cancelled",
        "企业2": "registered",
        "企业3": "waiting",
    }
    events.register_for(owners[0], event.id, online(event), name="换会场")
    assert states(event)["企业3"] == "registered"
    events.register_for(owners[1], event.id, hall(event), name="又来")
    assert states(event)["企业1"] == "waiting", "who comes back stands at the end"
    assert code(events.register_for, owners[1], event.id, hall(event), name=" ") == "growth.attendee_missing"


def test_more_places_let_in_who_waits(officer, owners, event):
    for owner in owners:
        events.register_for(owner, event.id, hall(event), name="参会人")
    made(officer, R("主会场", capacity=3, id=hall(event)), event_id=event.id)
    assert list(states(event).values()).count("registered") == 3


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_no_more_than_the_room_holds(owners, event):
    gate, room = threading.Barrier(4), hall(event)

    def register(owner):
        gate.wait()
        events.register_for(owner, event.id, room, name="参会人")
        connection.close()

    threads = [threading.Thread(target=register, args=(owner,)) for owner in owners]
    for one in threads:
        one.start()
    for one in threads:
        one.join(20)
    assert sorted(states(event).values()) == ["registered", "registered", "waiting", "waiting"]


def test_an_event_that_is_over_takes_nobody(owners, event):
    with clock.at(event.ends_at):
        assert code(events.register_for, owners[0], event.id, hall(event), name="x") == "growth.event_over"


def test_what_is_wrong_with_an_event_is_told(officer):
    assert code(made, officer, R("")) == "growth.event_rooms"
    assert code(made, officer, R("线上", online=True, link="javascript:alert(1)")) == "growth.event_link"
    now = clock.now()
    assert (
        code(events.save_event, officer, None, name="x", starts_at=now, ends_at=now, rooms=[R("a")])
        == "growth.event_dates"
    )


def test_firms_are_invited_by_a_list_once(officer, owners, event):
    assert events.invite_firms(officer, event.id, Wanted(text="企业")) == 4
    assert events.invite_firms(officer, event.id, Wanted()) == 0
    assert set(states(event).values()) == {"invited"}


def test_the_door(officer, other_officer, owners, event, browser_of):
    events.register_for(owners[0], event.id, hall(event), name="=许国强")
    events.invite_firms(officer, event.id, Wanted())
    client = browser_of(officer)
    path = f"/api/growth/agency/events/{event.id}/attendances"
    (found,) = client.get(path, {"q": "许国强"}).json()["items"]
    at_door = f"/api/growth/agency/attendances/{found['id']}"
    assert client.post(at_door, {"came": True}, "application/json").json()["came_at"]
    assert client.get(f"/api/growth/events/{event.id}").json()["counts"] == {
        "invited": 3,
        "registered": 1,
        "waiting": 0,
        "came": 1,
    }
    text = b"".join(client.get(f"{path}.csv", {"state": "came"}).streaming_content).decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(text)))[1][:2] == ["企业0", "'=许国强"]
    assert client.post(at_door, {"came": False}, "application/json").json()["came_at"] is None
    said = [one.verb.rsplit("/", 1)[1] for one in record.statements_of(owners[0].tenant_id).items]
    assert said[:3] == ["undid-check-in", "came-to-event", "registered-for-event"]
    other = browser_of(other_officer)
    assert other.post(at_door, {"came": True}, "application/json").status_code == 404
    assert other.get(path).status_code == 404
    owner = browser_of(owners[0])
    assert owner.get(path).status_code == 404
    seen = owner.get(f"/api/growth/events/{event.id}").json()
    assert (seen["counts"], [room["link"] for room in seen["rooms"]]) == (None, ["", ""])


def test_the_online_room_opens_before_the_beginning_for_who_has_a_place(owners, event):
    assert code(events.enter_online, owners[0], event.id) == "growth.not_registered"
    events.register_for(owners[0], event.id, online(event), name="许国强")
    assert code(events.enter_online, owners[0], event.id) == "growth.event_closed"
    with clock.at(event.starts_at - timedelta(minutes=30)):
        assert events.enter_online(owners[0], event.id) == "https://live.example/1"
    assert Attendance.objects.get(firm_id=owners[0].tenant_id).came_at


def ticket(owner, event):
    events.register_for(owner, event.id, hall(event), name="许国强")
    return code_of(Attendance.objects.get(event=event, firm_id=owner.tenant_id).id)


def test_a_ticket_lets_in_once_and_only_at_its_event(officer, other_officer, owners, event):
    shown = ticket(owners[0], event)
    other = made(officer, R("另一厅"))
    assert code(events.check_in_by_code, officer, other.id, shown) == "growth.ticket_other_event"
    assert events.check_in_by_code(officer, event.id, shown).came_at
    assert code(events.check_in_by_code, officer, event.id, shown) == "growth.ticket_used"
    said = [one.verb.rsplit("/", 1)[1] for one in record.statements_of(owners[0].tenant_id).items]
    assert said.count("came-to-event") == 1
    assert code(events.check_in_by_code, other_officer, event.id, shown) == "kernel.not_found"
    theirs = made(other_officer, R("厅"))
    assert code(events.check_in_by_code, other_officer, theirs.id, shown) == "growth.ticket_unknown"


def test_a_place_given_back_lets_nobody_in(officer, owners, event):
    shown = ticket(owners[0], event)
    events.cancel(owners[0], event.id)
    assert code(events.check_in_by_code, officer, event.id, shown) == "growth.ticket_no_place"


def test_a_ticket_is_read_as_typed_or_scanned_and_not_made_up(officer, owners, event):
    shown = ticket(owners[0], event)
    one = Attendance.objects.get(event=event, firm_id=owners[0].tenant_id)
    for text in (
        shown.lower(),
        shown.replace("-", " "),
        f"https://x.example/growth/events/{event.id}?code={shown}",
    ):
        assert read_code(text).signs(one.id)
    assert read_code(shown.replace("0", "O").replace("1", "l")).signs(one.id)
    forged = shown[:-1] + ("0" if shown[-1] != "0" else "1")
    for text in ("", "x", "许国强", shown[:-1], forged, f"{shown}0", "%" * 15):
        assert code(events.check_in_by_code, officer, event.id, text) == "growth.ticket_unknown"


@pytest.mark.django_db(transaction=True)
def test_of_two_doors_at_once_one_lets_in(officer, owners, event):
    shown, gate, outcomes = ticket(owners[0], event), threading.Barrier(2), []

    def scan():
        gate.wait()
        try:
            events.check_in_by_code(officer, event.id, shown)
            outcomes.append("in")
        except Refusal as refused:
            outcomes.append(refused.code)
        connection.close()

    threads = [threading.Thread(target=scan) for _ in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(20)
    assert sorted(outcomes) == ["growth.ticket_used", "in"]


def test_the_qr_code_is_the_owner_s_and_of_a_place_on_site_alone(officer, owners, event, browser_of):
    client, path = browser_of(owners[0]), f"/api/growth/events/{event.id}"
    assert client.get(f"{path}/ticket.svg").status_code == 404
    shown = ticket(owners[0], event)
    assert client.get(path).json()["own"]["code"] == shown
    picture = client.get(f"{path}/ticket.svg")
    assert (picture.status_code, picture["Content-Type"]) == (200, "image/svg+xml")
    assert picture.content.startswith(b"<svg")
    assert browser_of(officer).get(f"{path}/ticket.svg").status_code == 404
    events.register_for(owners[0], event.id, online(event), name="许国强")
    assert client.get(path).json()["own"]["code"] == ""
    assert client.get(f"{path}/ticket.svg").status_code == 404
