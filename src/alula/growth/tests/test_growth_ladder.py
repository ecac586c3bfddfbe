"""Applications on their way, candidates, reminders: who may do what, what is kept, and what two at once do."""

import threading
from datetime import date, timedelta
from importlib.resources import files

import pytest
from django.db import connection
from msgspec.structs import replace

from alula.growth.facts import Title, load_facts
from alula.growth.ladder.deadlines import today
from alula.growth.models import Application, Candidate, FactsVersion, Reminder, Step
from alula.growth.permissions import Release
from alula.growth.queries.firms import facts_of
from alula.growth.queries.ladder import application_visible_to, candidates_visible_to
from alula.growth.services import candidates, firms, ladder, reminders
from alula.kernel import clock, jobs
from alula.kernel.actor import Role
from alula.kernel.errors import Refusal
from alula.people import facade as people
from alula.record import facade as record

pytestmark = pytest.mark.django_db
EXAMPLE = load_facts(
    files("alula.growth.examples").joinpath("sensor_maker_provincial.yaml").read_text("utf-8")
)


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
def owner(world, officer):
    firm = firms.own_firm(world.admin)
    firms.save_facts(world.admin, firm.tenant_id, EXAMPLE, based_on=0)
    firms.accompany(officer, firm.tenant_id)
    return world.admin


def code(call, *args, **more):
    with pytest.raises(Refusal) as refused:
        call(*args, **more)
    return refused.value.code


def test_a_review_is_of_a_title_that_one_has(owner, officer):
    firm = firms.own_firm(owner)
    agency = officer.tenant_id
    held = {one.kind for one in EXAMPLE.titles}
    assert "innovative" in held
    assert "giant" not in held
    assert (
        code(ladder.open_application, owner, firm.tenant_id, agency, "giant", kind="review")
        == "growth.nothing_to_review"
    )
    assert not Application.objects.exists()
    assert (
        ladder.open_application(owner, firm.tenant_id, agency, "innovative", kind="review").kind == "review"
    )


def go(actor, application, name, **more):
    return ladder.move(
        actor, application.id, name, version=Application.objects.get(id=application.id).version, **more
    )


@pytest.fixture
def application(owner, officer):
    return ladder.open_application(owner, owner.tenant_id, officer.tenant_id, "provincial")


def test_opening_an_application_shows_the_agency_applications_and_nothing_more(owner, officer, application):
    (relation,) = firms.own_firm(owner).relations.all()
    assert relation.released == [Release.APPLICATIONS]
    assert application_visible_to(officer, application.id).stage == "self_test"
    firms.release(owner, officer.tenant_id, [])
    assert code(application_visible_to, officer, application.id) == "kernel.not_found"


def test_the_whole_way_to_a_title(owner, officer, application):
    go(owner, application, "submit")
    go(officer, application, "take")
    go(officer, application, "return", reason="请补充上年度审计报告。")
    assert application_visible_to(owner, application.id).asked == "请补充上年度审计报告。"
    go(owner, application, "submit")
    assert application_visible_to(owner, application.id).asked == ""
    go(officer, application, "take")
    go(officer, application, "visit")
    moved = go(officer, application, "publish", days=5)
    assert moved.publicity_until == today() + timedelta(days=4)
    assert code(go, officer, application, "announce") == "growth.publicity_runs"
    with clock.at(clock.now() + timedelta(days=5)):
        since = today()
        go(officer, application, "announce", batch=9)
    titles = facts_of(firms.own_firm(owner)).titles
    assert titles[-1] == Title(kind="provincial", since=since, until=ladder.three_years(since), batch=9)
    assert FactsVersion.objects.get(tenant_id=owner.tenant_id, version=2).by_tenant_id == officer.tenant_id
    assert [one.move for one in Step.objects.filter(application=application).order_by("number")] == [
        "open", "submit", "take", "return", "submit", "take", "visit", "publish", "announce",
    ]  # fmt: skip
    said = [one.verb.rsplit("/", 1)[1] for one in record.statements_of(owner.tenant_id).items]
    assert "announced-title" in said
    assert "returned-application" in said
    assert code(go, owner, application, "withdraw") == "growth.move_not_here"


def test_a_title_announced_again_ends_the_one_before(owner, officer, application):
    held = Title(kind="provincial", since=date(2023, 10, 1), until=date(2027, 9, 30))
    firms.save_facts(owner, owner.tenant_id, replace(EXAMPLE, titles=(held,)), based_on=1)
    for actor, name, more in (
        (owner, "submit", {}),
        (officer, "take", {}),
        (officer, "publish", {"days": 1}),
    ):
        go(actor, application, name, **more)
    with clock.at(clock.now() + timedelta(days=1)):
        go(officer, application, "announce", since=date(2026, 12, 1), until=date(2029, 11, 30))
    before, after = facts_of(firms.own_firm(owner)).titles
    assert (before.until, after.since) == (date(2026, 11, 30), date(2026, 12, 1))


def test_who_may_do_what_is_what_the_table_says(owner, officer, application):
    assert code(go, officer, application, "submit") == "growth.move_not_here"
    go(owner, application, "submit")
    for name in ("take", "visit", "publish", "announce", "return", "reject"):
        assert code(go, owner, application, name, reason="x", days=3) == "growth.move_not_here"
    assert code(go, officer, application, "withdraw") == "growth.move_not_here"
    assert code(go, officer, application, "return") == "growth.reason_missing"
    assert code(go, officer, application, "reject", reason="  ") == "growth.reason_missing"
    go(officer, application, "take")
    assert code(go, officer, application, "publish") == "growth.days_missing"
    assert code(go, officer, application, "publish", days=61) == "growth.days_missing"
    assert go(owner, application, "withdraw").stage == "withdrawn"


def test_an_application_without_facts_is_not_submitted(world, officer):
    firms.own_firm(world.admin)
    firms.accompany(officer, world.admin.tenant_id)
    application = ladder.open_application(world.admin, world.admin.tenant_id, officer.tenant_id, "innovative")
    assert code(go, world.admin, application, "submit") == "growth.facts_first"


def test_one_application_for_a_tier_at_a_time(owner, officer, application):
    again = (ladder.open_application, owner, owner.tenant_id, officer.tenant_id, "provincial")
    assert code(*again) == "growth.application_open"
    go(owner, application, "withdraw")
    assert ladder.open_application(*again[1:]).stage == "self_test"


def test_an_agency_that_does_not_accompany_the_firm_is_not_applied_to(owner, other_officer):
    assert (
        code(ladder.open_application, owner, owner.tenant_id, other_officer.tenant_id, "giant")
        == "kernel.not_found"
    )


@pytest.mark.django_db(transaction=True)
def test_of_two_officers_at_once_one_is_told(owner, officer, application):
    go(owner, application, "submit")
    version = Application.objects.get(id=application.id).version
    gate, answers = threading.Barrier(2), []

    def moves(name):
        gate.wait()
        try:
            ladder.move(officer, application.id, name, version=version, reason="材料不全")
            answers.append("moved")
        except Refusal as refused:
            answers.append((refused.code, refused.status))
        finally:
            connection.close()

    threads = [threading.Thread(target=moves, args=(name,)) for name in ("take", "reject")]
    for one in threads:
        one.start()
    for one in threads:
        one.join(20)
    assert sorted(answers, key=str) == [("growth.moved_meanwhile", 409), "moved"]
    assert Step.objects.filter(application=application).count() == 3


def test_another_firm_and_another_agency_find_no_application(
    world, owner, officer, other_officer, application
):
    for stranger in (world.stranger, other_officer, world.lin, world.wang):
        assert code(application_visible_to, stranger, application.id) == "kernel.not_found"
        assert code(ladder.move, stranger, application.id, "submit", version=1) == "kernel.not_found"
    assert (
        code(ladder.assign, officer, application.id, officer_id=other_officer.person_id, batch="", note="")
        == "growth.officer_unknown"
    )


def test_the_note_and_the_officer_are_the_agency_s_alone(owner, officer, application, browser_of):
    client = browser_of(officer)
    path = f"/api/growth/applications/{application.id}"
    payload = {"officer_id": str(officer.person_id), "batch": "2027 第一批", "note": "重点关注"}
    assert client.patch(path, payload, "application/json").json()["note"] == "重点关注"
    seen = browser_of(owner).get(path).json()
    assert (seen["note"], seen["officer"], seen["officer_id"]) == ("", "", None)
    board = client.get(
        "/api/growth/agency/board", {"batch": "2027 第一批", "officer": officer.person_id}
    ).json()
    assert [one["count"] for one in board["columns"]] == [1, 0, 0, 0, 0, 0, 0, 0, 0]
    none = client.get("/api/growth/agency/board", {"officer": "none"}).json()
    assert sum(one["count"] for one in none["columns"]) == 0


def search(officer):
    candidates.search(officer)
    while jobs.run_next():
        pass


def test_candidates_are_found_among_firms_that_released_their_facts(owner, officer, other_officer):
    search(officer)
    assert not candidates_visible_to(officer).exists()
    firms.release(owner, officer.tenant_id, [Release.FACTS])
    search(officer)
    (found,) = candidates_visible_to(officer)
    assert (found.tier, found.standing, found.rule) == ("provincial", "open", "SRDI-2026"), (
        "its judgements are its own word"
    )
    assert not candidates_visible_to(other_officer).exists()
    firms.release(owner, officer.tenant_id, [])
    assert not candidates_visible_to(officer).exists(), "what is withdrawn is hidden at once"
    search(officer)
    assert not Candidate.objects.exists()


def test_a_search_again_replaces_what_was_found(owner, officer):
    firms.release(owner, officer.tenant_id, [Release.FACTS])
    search(officer)
    search(officer)
    assert Candidate.objects.count() == 1
    assert candidates.progress_of(officer).state == "done"


def run_all(moment):
    with clock.at(moment):
        while jobs.run_next():
            pass


def test_reminders_are_computed_every_day_and_once(owner, officer):
    begun = clock.now()
    reminders.compute_daily(officer)
    reminders.compute_daily(officer)
    run_all(begun + timedelta(minutes=1) if begun.hour else begun + timedelta(minutes=6))
    first = set(Reminder.objects.values_list("id", flat=True))
    assert {one.kind for one in Reminder.objects.all()} == {"yearly_update", "review", "expiry"}
    run_all(begun + timedelta(days=1, hours=1))
    assert set(Reminder.objects.values_list("id", flat=True)) == first
    run_all(begun + timedelta(days=300))
    missed = Reminder.objects.get(kind="yearly_update")
    assert missed.due == date(2027, 5, 31), "what was missed is not forgotten"
    run_all(begun + timedelta(days=300 + 365))
    assert not Reminder.objects.filter(kind="yearly_update").exists()


def test_what_is_done_stays_done_and_what_no_title_asks_for_goes(owner, officer):
    update = Reminder.objects.get(kind="yearly_update")
    reminders.answer(owner, update.id, "done")
    reminders.sync({owner.tenant_id: EXAMPLE.titles})
    assert Reminder.objects.get(id=update.id).done_at
    firms.save_facts(owner, owner.tenant_id, replace(EXAMPLE, titles=()), based_on=1)
    assert [one.id for one in Reminder.objects.all()] == [update.id]


def test_a_new_name_has_to_be_reported(owner, officer, browser_of):
    firms.change_firm(owner, owner.tenant_id, name="海棠智能", credit_code="")
    report = Reminder.objects.get(kind="change_report")
    assert report.due == reminders.report_day(today())
    client = browser_of(officer)
    shown = client.get("/api/growth/agency/day").json()["reminders"]
    assert [(one["kind"], one["change"]) for one in shown] == [("change_report", "renamed")]
    put_off = client.post(f"/api/growth/reminders/{report.id}", {"how": "snoozed"}, "application/json")
    assert put_off.json()["snoozed_until"] == (today() + timedelta(days=7)).isoformat()
    assert client.get("/api/growth/agency/day").json()["due"] == 0
    with clock.at(clock.now() + timedelta(days=7)):
        assert client.get("/api/growth/agency/day").json()["due"] == 1


def test_a_move_to_another_province_has_to_be_reported(owner):
    firms.save_facts(owner, owner.tenant_id, replace(EXAMPLE, place="4403"), based_on=1)
    assert not Reminder.objects.filter(kind="change_report").exists()
    firms.save_facts(owner, owner.tenant_id, replace(EXAMPLE, place="3301"), based_on=2)
    assert Reminder.objects.get(kind="change_report").subject.startswith("moved")


def test_a_reminder_of_another_firm_is_not_there(world, owner, other_officer):
    one = Reminder.objects.first()
    for stranger in (world.stranger, other_officer, world.lin):
        assert code(reminders.answer, stranger, one.id, "done") == "kernel.not_found"


def test_an_owner_s_day_says_what_comes_first(owner, officer, browser_of):
    client = browser_of(owner)
    day = client.get("/api/growth/firm/day").json()
    assert (day["tier"], day["above"], day["step"], day["next_date"]) == (
        "innovative",
        "provincial",
        "self_test",
        "2027-05-31",
    )
    application = ladder.open_application(owner, owner.tenant_id, officer.tenant_id, "provincial")
    assert client.get("/api/growth/firm/day").json()["step"] == "submit"
    go(owner, application, "submit")
    assert client.get("/api/growth/firm/day").json()["step"] == "wait"
    go(officer, application, "return", reason="补充材料")
    day = client.get("/api/growth/firm/day").json()
    assert (day["step"], day["applications"][0]["asked"]) == ("supply", "补充材料")
