"""The plan of a result uses the library of the policy matrix: what officers changed and published, and nothing else."""

import pytest
from test_growth_policies import OWN, PLAIN, Door, edit, nansha_tier, person, publish, start, work

from alula.growth.facts import load_facts
from alula.growth.permissions import Release
from alula.growth.services import firms, selftest
from alula.kernel.actor import Role
from alula.people import facade as people

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(db):
    return person(people.ensure_tenant("city", "临江", kind="agency"), "officer", Role.OFFICER)


@pytest.fixture
def owner(world, officer):
    """The owner of a firm in Nansha without a title, whose tiers were assessed."""
    firm = firms.own_firm(world.admin)
    firms.save_facts(world.admin, firm.tenant_id, load_facts(PLAIN), based_on=0)
    firms.accompany(officer, firm.tenant_id, released=[Release.FACTS])
    selftest.finish(world.admin, firm.tenant_id)
    work()
    return world.admin


def brings(client, firm_id):
    plan = client.get(f"/api/growth/firms/{firm_id}/result").json()["plan"]
    giant = next(one for one in plan if one["tier"] == "giant")
    return {one["key"]: one["at_most"] for one in giant["brings"]}


def test_the_plan_uses_policies_as_officers_published_them(owner, officer, browser_of):
    mine, city = browser_of(owner), Door(browser_of(officer))
    assert brings(mine, owner.tenant_id)["nansha"] == 200
    changed = edit(city, start(city, "nansha"), tiers=nansha_tier("260")).json()
    own = edit(city, start(city), **OWN).json()
    assert brings(mine, owner.tenant_id)["nansha"] == 200, "a draft is in force for nobody"
    publish(city, changed)
    publish(city, own)
    after = brings(mine, owner.tenant_id)
    assert (after["nansha"], after[own["policy_id"]]) == (260, 20)
    for key in after:
        assert mine.get(f"/api/growth/policies/matrix/{key}").status_code == 200, "each leads to its page"
    city.post(f"/policies/library/{changed['id']}/withdraw")
    assert brings(mine, owner.tenant_id)["nansha"] == 200


def test_a_firm_that_the_agency_does_not_accompany_keeps_the_shipped_ones(owner, officer, browser_of):
    rival = person(people.ensure_tenant("rival", "远山", kind="agency"), "rival", Role.OFFICER)
    other = Door(browser_of(rival))
    publish(other, edit(other, start(other, "nansha"), tiers=nansha_tier("999")).json())
    assert brings(browser_of(owner), owner.tenant_id)["nansha"] == 200
