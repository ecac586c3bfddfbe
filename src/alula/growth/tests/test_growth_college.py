"""The industry college: programmes firms may see, their people, attendance, and courses from whoever keeps them."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from alula.growth.services import college as services
from alula.growth.services import firms
from alula.growth.support import college
from alula.growth.support.college import CourseCard
from alula.kernel.actor import Role
from alula.kernel.errors import Refusal
from alula.people import facade as people
from alula.record import facade as record

pytestmark = pytest.mark.django_db
NINE = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)


def person(tenant, name, *roles):
    return people.ensure_person(
        tenant, email=f"{name}@test.example", name=name, roles=roles, password="correct-horse-battery"
    )


def code(call, *args, **more):
    with pytest.raises(Refusal) as refused:
        call(*args, **more)
    return refused.value.code


@pytest.fixture
def officer(db):
    return person(people.ensure_tenant("city", "临江", kind="agency"), "officer", Role.OFFICER)


@pytest.fixture
def owner(world, officer):
    for one in (world.admin, world.stranger):
        firms.own_firm(one)
    firms.accompany(officer, world.admin.tenant_id)
    return world.admin


@pytest.fixture
def programme(officer):
    return services.plan_programme(
        officer, title="数字技能班", level="digital", gaps=["digital", "rd_people"], places=2, open_=True
    )


@pytest.fixture
def sources():
    yield
    for name in ("learning", "broken", "bad"):
        college.forget_source(name)


def test_a_firm_sees_open_programmes_of_its_agencies_and_no_others(
    world, owner, officer, programme, browser_of
):
    path = f"/api/growth/programmes/{programme.id}"
    assert browser_of(owner).get(path).json()["title"] == "数字技能班"
    for who in (world.stranger, world.lin):
        client = browser_of(who)
        assert client.get(path).status_code == 404
        assert client.get("/api/growth/programmes").json() == []
    neighbour = person(people.ensure_tenant("county", "邻县", kind="agency"), "neighbour", Role.OFFICER)
    assert browser_of(neighbour).get(path).status_code == 404
    services.plan_programme(officer, title="数字技能班", level="digital", id_=programme.id, open_=False)
    assert browser_of(owner).get(path).status_code == 404
    assert browser_of(officer).get(path).status_code == 200


def test_a_firm_enrols_its_own_people_and_the_agency_writes_down_who_came(
    world, owner, officer, programme, browser_of
):
    firm, agency, path = browser_of(owner), browser_of(officer), f"/api/growth/programmes/{programme.id}"
    names = {one["name"] for one in firm.get("/api/growth/college-people?q=li").json()}
    assert names == {"lin"}
    assert agency.get("/api/growth/college-people").status_code == 404
    body = {"people": [str(world.lin.person_id), str(world.chen.person_id)]}
    made = firm.post(f"{path}/enrolments", body, "application/json").json()
    assert [one["name"] for one in made["enrolments"]] == ["lin", "chen"]
    assert firm.post(f"{path}/enrolments", body, "application/json").json()["taken"] == 2
    full = firm.post(f"{path}/enrolments", {"people": [str(world.zhao.person_id)]}, "application/json")
    assert (full.status_code, full.json()["code"]) == (409, "growth.programme_full")
    strange = firm.post(f"{path}/enrolments", {"people": [str(world.stranger.person_id)]}, "application/json")
    assert strange.status_code == 404
    lesson = services.add_lesson(
        officer, programme.id, title="第一课", starts_at=NINE, ends_at=NINE + timedelta(hours=3)
    )
    mark = {one["id"]: one["name"] == "lin" for one in made["enrolments"]}
    seen = agency.put(f"{path}/lessons/{lesson.id}/attendance", {"present": mark}, "application/json").json()
    assert [list(one["present"].values()) for one in seen["enrolments"]] == [[True], [False]]
    assert (
        firm.put(f"{path}/lessons/{lesson.id}/attendance", {"present": mark}, "application/json").status_code
        == 404
    )
    gone = firm.delete(f"{path}/enrolments/{made['enrolments'][1]['id']}").json()
    assert [one["name"] for one in gone["enrolments"]] == ["lin"]
    said = {one.verb.rsplit("/", 1)[1] for one in record.statements_of(owner.tenant_id).items}
    assert {"enrolled-in-programme", "recorded-attendance"} <= said


def test_one_firm_does_not_see_the_people_of_another(world, owner, officer, programme, browser_of):
    firms.accompany(officer, world.stranger.tenant_id)
    services.enrol(owner, programme.id, [world.lin.person_id])
    seen = browser_of(world.stranger).get(f"/api/growth/programmes/{programme.id}").json()
    assert (seen["taken"], seen["enrolments"]) == (1, [])
    enrolled = programme.enrolments.get()
    path = f"/api/growth/programmes/{programme.id}/enrolments/{enrolled.id}"
    assert browser_of(world.stranger).delete(path).status_code == 404
    assert [
        one["firm"]
        for one in browser_of(officer).get(f"/api/growth/programmes/{programme.id}").json()["enrolments"]
    ] == ["海棠"]


@pytest.mark.django_db(transaction=True)
def test_of_two_who_take_the_last_place_one_is_refused(world, officer):
    owner = world.admin
    firms.own_firm(owner)
    firms.accompany(officer, owner.tenant_id)
    last = services.plan_programme(officer, title="一席", level="doctor", places=1, open_=True)
    gate, outcomes = threading.Barrier(2), []

    def take(who):
        gate.wait()
        try:
            outcomes.append(services.enrol(owner, last.id, [who.person_id]))
        except Refusal as refusal:
            outcomes.append(refusal.status)
        finally:
            connection.close()

    threads = [threading.Thread(target=take, args=(who,)) for who in (world.lin, world.chen)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(30)
    assert sorted(outcomes) == [1, 409]


def test_courses_come_from_whoever_keeps_them_and_none_is_said_so(owner, programme, browser_of, sources):
    client, path = browser_of(owner), f"/api/growth/programmes/{programme.id}"
    bare = client.get(path).json()
    assert (bare["connected"], bare["courses"]) == (False, [])

    def breaks(tenant_id, gap, language):
        raise RuntimeError

    college.register_source("broken", breaks)
    college.register_source(
        "learning", lambda tenant_id, gap, language: [CourseCard(f"{gap} {language}", "/learn/1", 2.5)]
    )
    college.register_source(
        "bad", lambda *_: [CourseCard("x", "javascript:alert(1)"), CourseCard("y", "//evil.example")]
    )
    full = client.get(path).json()
    assert (full["connected"], full["courses"]) == (
        True,
        [{"title": "digital zh", "address": "/learn/1", "hours": 2.5}],
    )


def test_what_is_written_is_checked(officer, programme, browser_of):
    client, path = browser_of(officer), f"/api/growth/programmes/{programme.id}"
    for wrong in ({"title": ""}, {"level": "guru"}, {"places": 0}, {"gaps": ["../"]}):
        assert (
            client.put(path, {"title": "x", "level": "craft"} | wrong, "application/json").status_code == 422
        )
    turned = {"title": "x", "starts_at": "2026-12-01T03:00:00Z", "ends_at": "2026-12-01T02:00:00Z"}
    assert client.post(f"{path}/lessons", turned, "application/json").json()["code"] == "growth.lesson_turned"
    assert (
        client.post(
            f"{path}/lessons", turned | {"ends_at": "2026-12-01T04:00:00"}, "application/json"
        ).status_code
        == 422
    )
    assert code(services.record_attendance, officer, programme.id, programme.id, {}) == "kernel.not_found"
