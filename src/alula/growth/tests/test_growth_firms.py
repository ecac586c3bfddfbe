"""A firm's facts: who may save them, what is kept, and what an agency sees of it."""

from decimal import Decimal

import pytest

from alula.growth.facts import load_facts
from alula.growth.models import FactsVersion
from alula.growth.permissions import Release
from alula.growth.queries.firms import facts_of, firm_visible_to
from alula.growth.services import firms
from alula.kernel.actor import Role
from alula.kernel.errors import Refusal
from alula.people import facade as people
from alula.record import facade as record

pytestmark = pytest.mark.django_db
FACTS = load_facts("revenue: {2024: 5200.55, 2025: 6100}\nrights: []\n")


def person(tenant, name, *roles):
    return people.ensure_person(
        tenant, email=f"{name}@test.example", name=name, roles=roles, password="correct-horse-battery"
    )


@pytest.fixture
def officer(db):
    return person(people.ensure_tenant("city", "临江", kind="agency"), "officer", Role.OFFICER)


@pytest.fixture
def owner(world):
    return world.admin


def code(call, *args, **more):
    with pytest.raises(Refusal) as refused:
        call(*args, **more)
    return refused.value.code


def test_facts_come_back_exactly_and_older_versions_stay(owner):
    firm = firms.own_firm(owner)
    firms.save_facts(owner, firm.tenant_id, FACTS, based_on=0)
    saved = firms.save_facts(owner, firm.tenant_id, load_facts("revenue: {2025: 7000}"), based_on=1)
    assert facts_of(saved).revenue == {2025: Decimal(7000)}
    first = FactsVersion.objects.get(tenant_id=firm.tenant_id, version=1)
    assert "5200.55" in first.body
    assert [one.verb.rsplit("/", 1)[1] for one in record.statements_of(firm.tenant_id).items[:2]] == [
        "saved-facts"
    ] * 2


def test_a_newer_version_is_not_overwritten(owner):
    firm = firms.own_firm(owner)
    firms.save_facts(owner, firm.tenant_id, FACTS, based_on=0)
    assert code(firms.save_facts, owner, firm.tenant_id, FACTS, based_on=0) == "growth.facts_changed"


def test_who_keeps_no_firm_finds_none(world, officer):
    assert code(firms.own_firm, world.lin) == "kernel.not_found"
    assert code(firms.own_firm, officer) == "kernel.not_found"


def test_an_agency_sees_what_was_released_and_no_more(world, owner, officer):
    firm = firms.own_firm(owner)
    assert code(firm_visible_to, officer, firm.tenant_id) == "kernel.not_found"
    firms.accompany(officer, firm.tenant_id)
    assert firm_visible_to(officer, firm.tenant_id).name == "海棠"
    assert code(firm_visible_to, officer, firm.tenant_id, Release.FACTS) == "kernel.not_found"
    firms.release(owner, officer.tenant_id, [Release.FACTS])
    assert firm_visible_to(officer, firm.tenant_id, Release.FACTS)
    assert (
        code(firm_visible_to, officer, firm.tenant_id, Release.FACTS, Release.EVIDENCE) == "kernel.not_found"
    )
    assert code(firm_visible_to, world.stranger, firm.tenant_id) == "kernel.not_found"
    assert code(firms.save_facts, officer, firm.tenant_id, FACTS, based_on=0) == "growth.not_held"


def test_the_routes_are_the_owners_alone(world, owner, officer, browser_of):
    client = browser_of(owner)
    assert client.get("/api/growth/firm").json()["name"] == "海棠"
    wrong = {"name": "海棠", "credit_code": "123"}
    answer = client.put("/api/growth/firm", wrong, "application/json")
    assert (answer.status_code, answer.json()["field"]) == (422, "credit_code")
    assert (
        client.put(
            "/api/growth/firm", {**wrong, "credit_code": "91440101MA5XXXXX4W"}, "application/json"
        ).status_code
        == 200
    )
    assert browser_of(world.lin).get("/api/growth/firm").status_code == 404
    released = {"released": ["facts"]}
    path = f"/api/growth/firm/relations/{officer.tenant_id}"
    assert client.put(path, released, "application/json").status_code == 404
    firms.accompany(officer, owner.tenant_id)
    assert client.put(path, released, "application/json").json()["relations"][0]["released"] == ["facts"]
