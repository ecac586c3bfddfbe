"""Enquiries at banks: what goes is what was seen and agreed to; who sees it; how it goes on; who is reminded."""

from __future__ import annotations

from datetime import timedelta

import pytest

from alula.growth.facts import load_facts
from alula.growth.models import Enquiry
from alula.growth.permissions import Release
from alula.growth.policies.match import library
from alula.growth.services import firms
from alula.kernel import clock
from alula.kernel.actor import Role
from alula.people import facade as people
from alula.record import facade as record

pytestmark = pytest.mark.django_db
FACTS = """
place: "440115"
industry: 工业
revenue: {2023: 4100, 2024: 5200.5, 2025: 6100}
net_profit: {2025: -12}
rights: [{kind: invention}, {kind: invention}, {kind: software}]
titles: [{kind: giant, from: 2024-01-01, until: 2030-01-01}]
"""


@pytest.fixture
def officer(db):
    return people.ensure_person(
        people.ensure_tenant("city", "临江", kind="agency"),
        email="officer@test.example", name="officer", roles=(Role.OFFICER,), password="correct-horse-battery",
    )  # fmt: skip


@pytest.fixture
def owner(world):
    firm = firms.own_firm(world.admin)
    firms.save_facts(world.admin, firm.tenant_id, load_facts(FACTS), based_on=0)
    return world.admin


@pytest.fixture
def client(owner, browser_of):
    return browser_of(owner)


ASK = {
    "key": "abc_giant",
    "amount": "300",
    "months": 12,
    "purpose": "原材料",
    "parts": ["revenue", "titles"],
    "contact": "许国强",
    "phone": "020-1",
}


def post(client, path, body):
    return client.post(f"/api/growth/finance{path}", body, "application/json")


def agreed(client, **more):
    ask = {**ASK, **more}
    seen = post(client, "/enquiries/preview", ask).json()
    return post(client, "/enquiries", {**ask, "agreed": True, "digest": seen["digest"]})


def said(sections):
    return {line["label"]["zh"]: line["value"]["zh"] for section in sections for line in section["lines"]}


def test_products_show_limits_as_sources_state_them_and_where_they_differ(client):
    found = {one["key"]: one for one in client.get("/api/growth/finance/products").json()["products"]}
    assert found["abc_giant"]["state"] == "eligible"
    assert found["abc_giant"]["amount"] is None, "no source states a sum"
    disputed = found["ccb_shanying"]["said"]
    assert [one["most"] for one in disputed] == ["100", "300", "500"]
    assert disputed[2]["mark"] == "M"
    assert found["ccb_shanying"]["conflict"]["en"].endswith("not confirmed")
    assert "changzhou" not in found, "it is for another place"
    assert all(one.said and one.as_of for one in library() if one.level == "bank")


def test_the_bank_gets_what_the_owner_chose_and_nothing_else(client):
    seen = post(client, "/enquiries/preview", ASK).json()
    lines = said(seen["sections"])
    assert lines["2024 年营业收入（万元）"] == "5,200.5"
    assert lines["称号"] == "专精特新“小巨人”（至 2030-01-01）"
    assert lines["金额（万元）"] == "300"
    assert not any("净利润" in label or "知识产权" in label for label in lines)
    assert not Enquiry.objects.exists()
    bare = said(post(client, "/enquiries/preview", {**ASK, "parts": []}).json()["sections"])
    assert not any("收入" in label for label in bare)


def test_nothing_goes_without_consent_or_when_the_facts_changed_meanwhile(client, owner):
    seen = post(client, "/enquiries/preview", ASK).json()
    refused = post(client, "/enquiries", {**ASK, "digest": seen["digest"]})
    assert (refused.status_code, refused.json()["code"]) == (422, "growth.not_agreed")
    firms.save_facts(owner, owner.tenant_id, load_facts(FACTS.replace("6100", "6200")), based_on=1)
    late = post(client, "/enquiries", {**ASK, "agreed": True, "digest": seen["digest"]})
    assert (late.status_code, late.json()["code"]) == (409, "growth.sheet_changed")
    assert not Enquiry.objects.exists()


def test_what_was_agreed_to_never_changes_afterwards(client, owner):
    made = agreed(client).json()
    firms.save_facts(owner, owner.tenant_id, load_facts(FACTS.replace("6100", "1")), based_on=1)
    kept = client.get(f"/api/growth/finance/enquiries/{made['id']}").json()
    assert said(kept["sheet"])["2025 年营业收入（万元）"] == "6,100"
    paper = client.get(f"/api/growth/finance/enquiries/{made['id']}/sheet.pdf")
    assert (paper["Content-Type"], paper.content[:5]) == ("application/pdf", b"%PDF-")


def test_an_enquiry_goes_through_its_stages_and_no_others(client, owner):
    made = agreed(client).json()
    assert (made["stage"], made["moves"]) == ("prepared", ["sent", "withdrawn"])
    path = f"/enquiries/{made['id']}/stage"
    assert post(client, path, {"stage": "approved"}).json()["code"] == "growth.enquiry_stage"
    for stage in ("sent", "documents", "sent", "answered", "approved"):
        moved = post(client, path, {"stage": stage, "note": "电话"})
        assert moved.status_code == 200, moved.content
    assert moved.json()["moves"] == []
    assert [one["stage"] for one in moved.json()["steps"]] == [
        "prepared",
        "sent",
        "documents",
        "sent",
        "answered",
        "approved",
    ]
    assert post(client, path, {"stage": "withdrawn"}).status_code == 409
    verbs = [one.verb.rsplit("/", 1)[1] for one in record.statements_of(owner.tenant_id).items]
    assert verbs.count("moved-enquiry") == 5
    assert "prepared-enquiry" in verbs


def test_a_withdrawal_is_said_in_the_record(client, owner):
    made = agreed(client).json()
    post(client, f"/enquiries/{made['id']}/stage", {"stage": "withdrawn"})
    assert record.statements_of(owner.tenant_id).items[0].verb.endswith("withdrew-enquiry")


def test_a_bank_that_does_not_answer_is_told_once_after_the_days_that_were_set(client):
    made = agreed(client, remind_days=5).json()
    post(client, f"/enquiries/{made['id']}/stage", {"stage": "sent"})
    notices = "/api/growth/policies/notices"
    assert client.get(f"{notices}/unread").json()["unread"] == 0
    with clock.at(clock.now() + timedelta(days=5, minutes=1)):
        assert client.get("/api/growth/finance/enquiries").json()[0]["late"] is True
        assert client.get(f"{notices}/unread").json()["unread"] == 1
        assert client.get(f"{notices}/unread").json()["unread"] == 1
        (told,) = client.get(notices).json()["items"]
        assert (told["kind"], told["key"], told["values"]) == ("unanswered", made["id"], {"days": 5})


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"amount": "-1"}, "amount"),
        ({"months": 0}, "months"),
        ({"remind_days": 0}, "remind_days"),
        ({"parts": ["secrets"]}, "parts"),
    ],
)
def test_what_cannot_be_asked_is_told_at_its_field(client, more, field):
    refused = post(client, "/enquiries/preview", {**ASK, **more})
    assert (refused.status_code, refused.json()["field"]) == (422, field)
    assert post(client, "/enquiries/preview", {**ASK, "key": "nansha"}).status_code == 404


def test_an_officer_sees_enquiries_that_were_released_and_facts_only_with_them(
    client, owner, officer, world, browser_of
):
    made = agreed(client).json()
    city = browser_of(officer)
    path = f"/api/growth/finance/enquiries/{made['id']}"
    firms.accompany(officer, owner.tenant_id, released=[Release.FACTS])
    assert city.get(path).status_code == 404
    assert city.get("/api/growth/finance/enquiries").json() == []
    firms.release(owner, officer.tenant_id, [Release.REQUESTS])
    assert (city.get(path).json()["bank"], city.get(path).json()["sheet"]) == ("中国农业银行", None)
    assert city.get(f"{path}/sheet.pdf").status_code == 404
    assert post(city, f"/enquiries/{made['id']}/stage", {"stage": "sent"}).status_code == 404
    firms.release(owner, officer.tenant_id, [Release.REQUESTS, Release.FACTS])
    assert said(city.get(path).json()["sheet"])["金额（万元）"] == "300"
    for who in (world.stranger, world.lin):
        other = browser_of(who)
        assert other.get(path).status_code == 404
        assert other.get(f"{path}/sheet.pdf").status_code == 404
        assert post(other, f"/enquiries/{made['id']}/stage", {"stage": "sent"}).status_code == 404
