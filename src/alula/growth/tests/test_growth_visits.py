"""Visits: nobody at two places at once, a checklist from released facts, what the firm sees and when."""

import re
import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection

from alula.growth.facts import load_facts
from alula.growth.models import Visit
from alula.growth.permissions import Release
from alula.growth.services import experts, firms, visits
from alula.growth.support.calendar import Event, clash, ics
from alula.growth.support.checklist import GENERAL, items
from alula.kernel.actor import Role
from alula.kernel.errors import Refusal
from alula.people import facade as people

pytestmark = pytest.mark.django_db
DAY = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)
FACTS = load_facts(
    "place: '4401'\nindustry: 工业\nrevenue: {2024: 3000, 2025: 4000}\nmain_revenue: {2025: 3900}\n"
)
XSS = "<script>alert(1)</script>"


def hours(start, end, day=0):
    return {
        "starts_at": DAY + timedelta(days=day, hours=start),
        "ends_at": DAY + timedelta(days=day, hours=end),
    }


def person(tenant, name, *roles):
    return people.ensure_person(
        tenant, email=f"{name}@test.example", name=name, roles=roles, password="correct-horse-battery"
    )


def code(call, *args, **more):
    with pytest.raises(Refusal) as refused:
        call(*args, **more)
    return refused.value.code


class Round:
    """A campaign with two groups that share one expert, and two firms."""

    def __init__(self, world):
        self.officer = person(people.ensure_tenant("city", "临江", kind="agency"), "officer", Role.OFFICER)
        self.owner, self.other = world.admin, world.stranger
        for one in (self.owner, self.other):
            firms.own_firm(one)
            firms.accompany(self.officer, one.tenant_id)
        cards = [experts.Card("person", name) for name in ("甲", "乙", "丙")]
        self.a, self.b, self.c = (experts.add_expert(self.officer, card).id for card in cards)
        self.campaign = visits.plan_campaign(
            self.officer,
            title="进阶小巨人",
            tier="giant",
            starts_on=date(2026, 12, 1),
            ends_on=date(2026, 12, 31),
        )
        self.one = self.group("一组", [self.a, self.b])
        self.two = self.group("二组", [self.b, self.c])

    def group(self, name, members):
        return visits.form_group(self.officer, self.campaign.id, name=name, experts=members)

    def plan(self, group, owner, **when):
        return visits.plan_visit(
            self.officer, self.campaign.id, group_id=group.id, firm_id=owner.tenant_id, **when
        )


@pytest.fixture
def tour(world):
    return Round(world)


def test_an_expert_is_never_at_two_firms_at_once(tour):
    tour.plan(tour.one, tour.owner, **hours(1, 3))
    with pytest.raises(Refusal) as refused:
        tour.plan(tour.two, tour.other, **hours(2, 4))
    assert (refused.value.code, refused.value.status) == ("growth.expert_taken", 409)
    assert refused.value.sentence("zh") == "乙在 12-01 10:00 已安排走访海棠，时间冲突。"
    tour.plan(tour.two, tour.other, **hours(3, 5))  # begins when the other ends
    tour.plan(tour.two, tour.other, **hours(1, 3, day=1))


def test_a_firm_has_one_visit_at_a_time(tour):
    alone = tour.group("三组", [tour.c])
    tour.plan(tour.one, tour.owner, **hours(1, 3))
    assert code(tour.plan, alone, tour.owner, **hours(2, 4)) == "growth.firm_taken"


def test_a_cancelled_visit_takes_nobodys_time_and_a_moved_one_frees_its_own(tour):
    visit = tour.plan(tour.one, tour.owner, **hours(1, 3))
    visits.move_visit(tour.officer, visit.id, group_id=tour.one.id, agenda="", **hours(2, 4))
    tour.plan(tour.two, tour.other, **hours(0, 2))
    visits.cancel_visit(tour.officer, visit.id)
    tour.plan(tour.two, tour.other, **hours(2, 4))
    assert code(visits.cancel_visit, tour.officer, visit.id) == "growth.visit_over"


def test_a_group_may_not_take_in_who_is_elsewhere(tour):
    alone = tour.group("三组", [tour.c])
    tour.plan(tour.one, tour.owner, **hours(1, 3))
    tour.plan(alone, tour.other, **hours(1, 3))
    change = {"name": "三组", "id_": alone.id}
    assert code(visits.form_group, tour.officer, tour.campaign.id, experts=[tour.a], **change) == "growth.expert_taken"  # fmt: skip
    assert [one.name for one in alone.experts.all()] == ["丙"]


def test_times_lie_inside_the_campaign_and_run_forward(tour):
    assert code(tour.plan, tour.one, tour.owner, **hours(3, 1)) == "growth.days_turned"
    assert code(tour.plan, tour.one, tour.owner, **hours(1, 2, day=-1)) == "growth.outside_campaign"
    assert code(tour.plan, tour.one, tour.owner, **hours(1, 2, day=31)) == "growth.outside_campaign"
    empty = tour.group("空组", [])
    assert code(tour.plan, empty, tour.owner, **hours(1, 2)) == "growth.group_empty"


@pytest.mark.django_db(transaction=True)
def test_two_officers_cannot_take_one_expert_at_once(world):
    tour = Round(world)
    gate, outcomes = threading.Barrier(2), []

    def go(group, owner):
        gate.wait()
        try:
            outcomes.append(tour.plan(group, owner, **hours(1, 3)).state)
        except Refusal as refusal:
            outcomes.append(refusal.code)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=go, args=args) for args in ((tour.one, tour.owner), (tour.two, tour.other))
    ]
    for one in threads:
        one.start()
    for one in threads:
        one.join(30)
    assert sorted(outcomes) == ["growth.expert_taken", "planned"]


def test_the_checklist_comes_from_released_facts_alone(tour):
    firms.save_facts(tour.owner, tour.owner.tenant_id, FACTS, based_on=0)
    before = tour.plan(tour.one, tour.owner, **hours(1, 3))
    assert [item.clause for item in before.checklist.all()] == [""] * len(GENERAL)
    firms.release(tour.owner, tour.officer.tenant_id, [Release.FACTS])
    after = tour.plan(tour.one, tour.owner, **hours(1, 3, day=1))
    listed = {item.clause: item.words["zh"] for item in after.checklist.all()}
    assert "未达到，现为 4000" in listed["revenue"]
    assert "main" not in listed  # met: 97.5 %
    assert listed[""]


def test_unmet_clauses_stand_first_and_no_facts_give_the_general_ones():
    found = items(FACTS, "giant", date(2026, 12, 1))
    states = [re.search(r"（(未达到|资料不全|需人工判断)", one.words["zh"]) for one in found if one.clause]
    order = ["未达到", "资料不全", "需人工判断"]
    assert [order.index(one[1]) for one in states] == sorted(order.index(one[1]) for one in states)
    assert len(items(None, "giant", date(2026, 12, 1))) == len(GENERAL)
    assert len(items(FACTS, "giant", date(1999, 1, 1))) == len(GENERAL)


def test_the_firm_confirms_and_a_new_time_has_to_be_confirmed_anew(tour, browser_of):
    visit = tour.plan(tour.one, tour.owner, **hours(1, 3))
    client = browser_of(tour.owner)
    path = f"/api/growth/visits/{visit.id}"
    answer = client.post(
        f"{path}/answer", {"confirmed": True, "words": "请从东门进"}, "application/json"
    ).json()
    assert (answer["state"], answer["firm_words"]) == ("confirmed", "请从东门进")
    visits.move_visit(tour.officer, visit.id, group_id=tour.one.id, agenda="新议程", **hours(1, 3))
    assert client.get(path).json()["state"] == "confirmed"
    visits.move_visit(tour.officer, visit.id, group_id=tour.one.id, agenda="", **hours(4, 6))
    assert client.get(path).json()["state"] == "planned"


def test_the_firm_sees_findings_when_they_are_released_and_its_own_tasks(tour, browser_of):
    visit = tour.plan(tour.one, tour.owner, **hours(1, 3))
    client, path = browser_of(tour.owner), f"/api/growth/visits/{visit.id}"
    found = visits.add_finding(tour.officer, visit.id, severity="high", words=XSS, proposal="补研发台账")
    visits.add_task(tour.officer, visit.id, what="补台账", side="firm", finding_id=found.id)
    visits.add_task(tour.officer, visit.id, what="内部复核", side="agency")
    own = visits.add_task(tour.officer, visit.id, what="寄送图册", side="firm", due_on=date(2026, 12, 9))
    seen = client.get(path).json()
    assert (seen["findings"], seen["checklist"]) == ([], [])
    assert [one["what"] for one in seen["tasks"]] == ["寄送图册"]
    assert b"PDF" in client.get(f"{path}/report.pdf").content[:8]
    visits.release_findings(tour.officer, visit.id)
    seen = client.get(path).json()
    assert [one["words"] for one in seen["findings"]] == [XSS]
    assert {one["what"] for one in seen["tasks"]} == {"补台账", "寄送图册"}
    done = client.put(f"{path}/tasks/{own.id}", {"done": True}, "application/json").json()
    assert [bool(one["done_at"]) for one in done["tasks"] if one["what"] == "寄送图册"] == [True]
    assert (
        client.post(f"{path}/findings", {"severity": "low", "words": "x"}, "application/json").status_code
        == 404
    )
    assert browser_of(tour.officer).get(f"{path}/report.pdf").status_code == 200


def test_another_firm_and_another_agency_find_nothing(tour, browser_of):
    visit = tour.plan(tour.one, tour.owner, **hours(1, 3))
    neighbour = person(people.ensure_tenant("county", "邻县", kind="agency"), "neighbour", Role.OFFICER)
    some_id = "0192f0c1-0000-7000-8000-000000000000"
    routes = [
        ("get", f"visits/{visit.id}", None),
        ("get", f"visits/{visit.id}.ics", None),
        ("get", f"visits/{visit.id}/report.pdf", None),
        ("put", f"visits/{visit.id}", {"group_id": str(tour.one.id), "starts_at": "2026-12-02T01:00:00Z", "ends_at": "2026-12-02T02:00:00Z"}),
        ("post", f"visits/{visit.id}/cancel", {}),
        ("post", f"visits/{visit.id}/answer", {"confirmed": True}),
        ("post", f"visits/{visit.id}/finish", {}),
        ("post", f"visits/{visit.id}/release", {}),
        ("post", f"visits/{visit.id}/findings", {"severity": "low", "words": "x"}),
        ("post", f"visits/{visit.id}/tasks", {"what": "x", "side": "firm"}),
        ("put", f"visits/{visit.id}/tasks/{some_id}", {"done": True}),
        ("put", f"visits/{visit.id}/checklist/{visit.checklist.first().id}", {"state": "seen"}),
        ("get", f"campaigns/{tour.campaign.id}", None),
        ("put", f"campaigns/{tour.campaign.id}", {"title": "x", "starts_on": "2026-12-01", "ends_on": "2026-12-02"}),
        ("post", f"campaigns/{tour.campaign.id}/groups", {"name": "x"}),
        ("post", f"campaigns/{tour.campaign.id}/visits", {"firm_id": str(tour.owner.tenant_id), "group_id": str(tour.one.id), "starts_at": "2026-12-02T01:00:00Z", "ends_at": "2026-12-02T02:00:00Z"}),
    ]  # fmt: skip
    for who in (neighbour, tour.other):
        client = browser_of(who)
        for method, path, body in routes:
            call = getattr(client, method)
            answer = (
                call(f"/api/growth/{path}")
                if body is None
                else call(f"/api/growth/{path}", body, "application/json")
            )
            assert answer.status_code == 404, (who.name, method, path, answer.content)
        listed = client.get("/api/growth/visits?since=2026-11-01&until=2026-12-31").json()
        assert listed == []
    assert Visit.objects.get().state == "planned"


def test_a_week_is_listed_in_the_readers_days(tour, browser_of):
    tour.plan(tour.one, tour.owner, **hours(0, 1))  # 9:00 in Shanghai
    client = browser_of(tour.officer)
    assert len(client.get("/api/growth/visits?since=2026-12-01&until=2026-12-01").json()) == 1
    assert client.get("/api/growth/visits?since=2026-12-02&until=2026-12-08").json() == []
    assert client.get("/api/growth/visits?since=2026-12-02&until=2026-11-01").json() == []


def test_the_calendar_file_is_one_that_calendars_take(tour, browser_of):
    visit = tour.plan(tour.one, tour.owner, agenda="一, 二; 三\n四", **hours(1, 3))
    text = browser_of(tour.owner).get(f"/api/growth/visits/{visit.id}.ics").content.decode()
    lines = text.split("\r\n")
    assert lines[0] == "BEGIN:VCALENDAR"
    assert "DTSTART:20261201T020000Z" in lines
    assert "一\\, 二\\; 三\\n四" in text.replace("\r\n ", "")
    assert all(len(line.encode()) <= 75 for line in lines)
    listed = browser_of(tour.officer).get("/api/growth/visits.ics?since=2026-12-01&until=2026-12-31").content
    assert listed.count(b"BEGIN:VEVENT") == 1


def test_a_long_title_is_folded_and_unfolds_to_itself():
    title = "云山" * 60 + "🙂" * 20
    text = ics([Event("1", DAY, DAY, title)], DAY)
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert f"SUMMARY:{title}" in text.replace("\r\n ", "")


@pytest.mark.parametrize(("a", "b", "wanted"), [((1, 3), (3, 4), False), ((1, 3), (2, 4), True), ((1, 4), (2, 3), True), ((2, 3), (1, 4), True), ((1, 2), (3, 4), False)])  # fmt: skip
def test_times_clash_when_they_overlap(a, b, wanted):
    moments = [DAY + timedelta(hours=hour) for hour in (*a, *b)]
    assert clash(*moments) is wanted
