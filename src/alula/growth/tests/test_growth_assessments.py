"""Assessments are kept with the version of the rule and of the facts that they were made with."""

from datetime import date
from decimal import Decimal

import pytest

from alula.growth.facts import load_facts, load_facts_file
from alula.growth.models import Assessment
from alula.growth.queries.selftest import latest_assessments
from alula.growth.rulebook.load import FOLDER
from alula.growth.services import firms, selftest
from alula.kernel.errors import Refusal
from alula.record import facade as record

pytestmark = pytest.mark.django_db
EXAMPLES = FOLDER.parent.parent / "examples"
DAY = date(2026, 5, 8)


@pytest.fixture
def firm(world):
    facts = load_facts_file(EXAMPLES / "sensor_maker_provincial.yaml")
    mine = firms.own_firm(world.admin)
    return firms.save_facts(world.admin, mine.tenant_id, facts, based_on=0)


def test_a_report_is_kept_as_it_was_made(world, firm):
    made = selftest.assess_firm(world.admin, firm, "provincial", DAY)
    assert (made.rule, made.version, made.outcome, made.facts_version) == ("SRDI-2026", "1", "pass", 1)
    firms.save_facts(world.admin, firm.tenant_id, load_facts("revenue: {2025: 1}"), based_on=1)
    kept = latest_assessments(firm)["provincial"]
    main = next(one for one in kept["clauses"] if one["id"] == "main")
    assert main["value"] == Decimal("92.424242")
    assert kept["facts_version"] == 1


def test_the_newest_of_each_tier_is_given(world, firm):
    for tier in ("innovative", "provincial", "giant"):
        selftest.assess_firm(world.admin, firm, tier, DAY)
    newer = firms.save_facts(world.admin, firm.tenant_id, load_facts("revenue: {2025: 1}"), based_on=1)
    selftest.assess_firm(world.admin, newer, "giant", DAY)
    latest = latest_assessments(newer)
    assert {tier: one["facts_version"] for tier, one in latest.items()} == {
        "innovative": 1,
        "provincial": 1,
        "giant": 2,
    }


def test_the_same_again_is_the_same_assessment(world, firm):
    first = selftest.assess_firm(world.admin, firm, "giant", DAY)
    assert selftest.assess_firm(world.admin, firm, "giant", DAY).id == first.id
    assert Assessment.objects.count() == 1


def test_the_statement_holds_no_figures(world, firm):
    selftest.assess_firm(world.admin, firm, "giant", DAY)
    said = record.statements_of(firm.tenant_id).items[0]
    assert said.verb.endswith("/self-assessed")
    whole = str(record.to_json(record.statement(firm.tenant_id, said.id)))
    assert "92.4" not in whole
    assert "6600" not in whole
    assert "fail" not in whole


def test_a_job_assesses_without_a_person(world, firm):
    before = len(record.statements_of(firm.tenant_id).items)
    made = selftest.assess_firm(None, firm, "innovative", DAY)
    assert made.person_id is None
    assert len(record.statements_of(firm.tenant_id).items) == before


def test_another_tenant_cannot_assess_it(world, firm):
    with pytest.raises(Refusal) as refused:
        selftest.assess_firm(world.stranger, firm, "giant", DAY)
    assert refused.value.code == "kernel.not_found"
