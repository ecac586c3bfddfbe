"""No address of growth lets anybody reach what is another's: walked over the routes with an id of the OpenAPI document."""

import re
from datetime import timedelta

import pytest

from alula.growth.facts import load_facts
from alula.growth.ladder.firm_list import FirmList, Row
from alula.growth.models import Attendance, Firm, RelationRequest, Reminder
from alula.growth.queries.agencies import Wanted
from alula.growth.services import agencies, events, firms, ladder
from alula.kernel import clock, jobs
from alula.kernel.actor import Role
from alula.people import facade as people
from alula.site.urls import api

pytestmark = pytest.mark.django_db
SOMEBODY = "0192f0c1-0000-7000-8000-000000000000"
NOW = "2027-01-01T01:00:00Z"
BODIES = {
    "/applications/{application_id}/moves": {"move": "take", "version": 1},
    "/agency/firms/{firm_id}/applications": {"tier": "giant"},
    "/reminders/{reminder_id}": {"how": "done"},
    "/firms/{firm_id}/selftest/earlier": {"version": 1},
    "/firm/requests-of-agencies/{request_id}": {"accepted": True},
    "/agency/attendances/{attendance_id}": {"came": True},
    "/events/{event_id}/registration": {"room_id": SOMEBODY, "name": "x"},
    "/agency/events/{event_id}": {"name": "x", "starts_at": NOW, "ends_at": NOW, "rooms": []},
    "/agency/events/{event_id}/check-in": {"code": "x"},
    "/firm/relations/{agency_id}": {"released": []},
    "/firms/{firm_id}/judgements/{judgement}": {"holds": True},
}


def person(tenant, name, *roles):
    return people.ensure_person(
        tenant, email=f"{name}@test.example", name=name, roles=roles, password="correct-horse-battery"
    )


@pytest.fixture
def officer(db):
    return person(people.ensure_tenant("city", "临江市", kind="agency"), "officer", Role.OFFICER)


@pytest.fixture
def ids(world, officer):
    """One of everything, of the agency `officer` works for and of the firm `world.admin` keeps."""
    owner = world.admin
    firms.own_firm(owner)
    firms.accompany(officer, owner.tenant_id)
    titles = "titles: [{kind: innovative, from: 2024-09-01, until: 2030-08-31}]"
    firms.save_facts(owner, owner.tenant_id, load_facts(titles), based_on=0)
    code = "91440101MA5AAAAA1X"
    made = agencies.take_list(officer, "a.csv", FirmList([Row(2, "名单企业", code)]), keep_good=True)
    while jobs.run_next():
        pass
    begin = clock.now() + timedelta(days=1)
    event = events.save_event(
        officer,
        None,
        name="会",
        starts_at=begin,
        ends_at=begin + timedelta(hours=1),
        rooms=[events.RoomIn("厅")],
    )
    events.publish_event(officer, event.id)
    events.invite_firms(officer, event.id, Wanted())
    other = people.ensure_tenant("third", "第三机构", kind="agency")
    request = RelationRequest.objects.create(
        agency_id=other, firm_id=owner.tenant_id, person_id=officer.person_id
    )
    return {
        "firm_id": Firm.objects.get(credit_code=code).tenant_id,
        "application_id": ladder.open_application(owner, owner.tenant_id, officer.tenant_id, "provincial").id,
        "reminder_id": Reminder.objects.first().id,
        "import_id": made.id,
        "event_id": event.id,
        "attendance_id": Attendance.objects.first().id,
        "request_id": request.id,
        "agency_id": officer.tenant_id,
    }


def routes(ids):
    for path, methods in api.get_openapi_schema()["paths"].items():
        named = [name for name in ids if f"{{{name}}}" in path]
        if not path.startswith("/api/growth/") or path.startswith("/api/growth/requests/") or not named:
            continue  # requests for services have ids, and walls, of their own
        for method, said in methods.items():
            if "multipart/form-data" not in said.get("requestBody", {}).get("content", {}):
                yield method, path


def call(client, method, path, ids):
    body = next((body for end, body in BODIES.items() if path.endswith(end)), {})
    address = path
    for name, value in ids.items():
        address = address.replace(f"{{{name}}}", str(value))
    address = re.sub(r"{\w+}", SOMEBODY, address)
    if method == "get":
        return client.get(address)
    return getattr(client, method)(address, body, content_type="application/json")


def test_strangers_find_nothing(world, officer, ids, browser_of):
    other = person(people.ensure_tenant("town", "别的机构", kind="agency"), "otherofficer", Role.OFFICER)
    seen = 0
    for who in (other, world.stranger, world.lin, world.wang):
        client = browser_of(who)
        for method, path in routes(ids):
            answer = call(client, method, path, ids)
            assert answer.status_code == 404, (who.name, method, path, answer.status_code, answer.content)
            seen += 1
    assert seen >= 4 * 20


def test_what_is_the_agency_s_alone_is_not_the_owner_s(world, ids, browser_of):
    client = browser_of(world.admin)
    for method, path in routes(ids):
        if "/agency/" in path:
            assert call(client, method, path, ids).status_code == 404, (method, path)
