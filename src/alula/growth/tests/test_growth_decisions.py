"""What no number decides: whose word it is, what rests on it, and that it can be taken back."""

from datetime import date
from importlib.resources import files
from itertools import product

import pytest
from msgspec.structs import replace

from alula.growth.engine.assess import assess, assess_by
from alula.growth.facts import Facts, load_facts
from alula.growth.ladder.candidates import find
from alula.growth.models import Assessment, Decision, Draft
from alula.growth.permissions import Release
from alula.growth.queries.decisions import confirmed_facts, newest_decisions
from alula.growth.queries.firms import facts_of
from alula.growth.queries.selftest import latest_assessments
from alula.growth.rulebook.load import rules
from alula.growth.selftest import flow
from alula.growth.selftest_pdf import render_pdf
from alula.growth.services import firms, ladder, selftest
from alula.growth.services.decisions import asked_of, decide
from alula.growth.wording import judgement
from alula.kernel import clock
from alula.kernel.actor import Role
from alula.kernel.errors import Refusal
from alula.people import facade as people
from alula.record import facade as record

DAY = date(2026, 5, 8)
FACTS = replace(
    load_facts(files("alula.growth.examples").joinpath("sensor_maker_provincial.yaml").read_text("utf-8")),
    judgements={},
)
JUDGED = "market_standing"
ALL = [Release.FACTS, Release.ASSESSMENTS, Release.APPLICATIONS]


@pytest.fixture
def officer(db):
    tenant = people.ensure_tenant("city", "临江市", kind="agency")
    return people.ensure_person(
        tenant,
        email="officer@test.example",
        name="officer",
        roles=[Role.OFFICER],
        password="correct-horse-battery",
    )


@pytest.fixture
def owner(world, officer):
    firm = firms.own_firm(world.admin)
    firms.save_facts(world.admin, firm.tenant_id, FACTS, based_on=0)
    firms.accompany(officer, firm.tenant_id, released=ALL)
    selftest.finish(world.admin, firm.tenant_id)
    return world.admin


@pytest.fixture
def checked(owner, officer):
    """The firm's application, which the officer's agency checks."""
    made = ladder.open_application(owner, owner.tenant_id, officer.tenant_id, "provincial")
    ladder.move(owner, made.id, "submit", version=1)
    return ladder.move(officer, made.id, "take", version=2)


def report(actor):
    return latest_assessments(firms.own_firm(actor))["provincial"]


def code(*args, **more):
    with pytest.raises(Refusal) as refused:
        decide(*args, **more)
    return refused.value.code


def test_the_owner_s_own_word_counts_and_is_named_as_such(owner):
    assert report(owner)["outcome"] == "unknown"
    decide(owner, owner.tenant_id, JUDGED, holds=True, note="省内前三")
    now = report(owner)
    assert (now["outcome"], now["to_confirm"]) == ("pass", [JUDGED])
    (one,) = now["decisions"]
    assert (one["holds"], one["confirmed"], one["by"], one["note"]) == (True, False, owner.name, "省内前三")
    assert one["at"], "when it was judged"
    (clause,) = [one for one in now["clauses"] if one["judged"]]
    assert (clause["id"], clause["state"]) == ("market", "met")


def test_a_judgement_is_taken_back_and_asked_again(owner):
    decide(owner, owner.tenant_id, JUDGED, holds=True)
    decide(owner, owner.tenant_id, JUDGED, holds=None)
    now = report(owner)
    assert (now["outcome"], now["decisions"], now["to_judge"]) == ("unknown", [], [JUDGED])
    assert [one.holds for one in Decision.objects.order_by("made_at")] == [True, None], "both are kept"
    said = [one.verb.rsplit("/", 1)[1] for one in record.statements_of(owner.tenant_id).items]
    assert {"judged-condition", "took-back-judgement"} <= set(said)


def test_no_is_an_answer(owner):
    decide(owner, owner.tenant_id, JUDGED, holds=False)
    assert report(owner)["outcome"] == "fail"


def test_the_agency_that_checks_confirms_with_a_note_and_its_word_stands(owner, officer, checked):
    decide(owner, owner.tenant_id, JUDGED, holds=True)
    assert code(officer, owner.tenant_id, JUDGED, holds=True) == "growth.decision_note"
    decide(officer, owner.tenant_id, JUDGED, holds=True, note="现场核查属实")
    now = report(owner)
    assert (now["outcome"], now["to_confirm"]) == ("pass", [])
    (one,) = now["decisions"]
    assert (one["confirmed"], one["by"], one["of"]) == (True, "officer", "临江市")
    assert Decision.objects.get(confirmed=True).application_id == checked.id
    assert code(owner, owner.tenant_id, JUDGED, holds=False) == "growth.agency_decided"
    decide(officer, owner.tenant_id, JUDGED, holds=None)
    decide(owner, owner.tenant_id, JUDGED, holds=False)
    assert report(owner)["outcome"] == "fail"


def test_an_agency_judges_only_what_it_checks_and_was_shown(owner, officer, checked):
    firms.release(owner, officer.tenant_id, [Release.APPLICATIONS])
    assert code(officer, owner.tenant_id, JUDGED, holds=True, note="看过") == "growth.not_checking"
    firms.release(owner, officer.tenant_id, ALL)
    ladder.move(officer, checked.id, "return", version=3, reason="补充")
    assert code(officer, owner.tenant_id, JUDGED, holds=True, note="看过") == "growth.not_checking"


def test_strangers_and_made_up_judgements_are_not_there(world, owner):
    assert code(world.stranger, owner.tenant_id, JUDGED, holds=True) == "kernel.not_found"
    assert code(owner, owner.tenant_id, "see_source", holds=True) == "kernel.not_found"
    assert not facts_of(firms.own_firm(owner)).judgements


def test_a_draft_goes_on_over_a_judgement_and_old_facts_bring_none_back(owner):
    decide(owner, owner.tenant_id, JUDGED, holds=True)
    judged_version = firms.own_firm(owner).facts_version
    selftest.answer(owner, owner.tenant_id, "segment", {"segment_since": "2015-03-01"})
    decide(owner, owner.tenant_id, JUDGED, holds=None)
    selftest.finish(owner, owner.tenant_id)  # not refused as changed elsewhere
    assert not facts_of(firms.own_firm(owner)).judgements
    selftest.take_earlier(owner, owner.tenant_id, judged_version)
    assert '"judgements":{"' not in Draft.objects.get().facts.replace(" ", "")


def test_what_others_build_on_leaves_the_firm_s_own_word_out(owner, officer, checked):
    decide(owner, owner.tenant_id, JUDGED, holds=True)
    firm = firms.own_firm(owner)

    def standing():
        newest = newest_decisions([firm.tenant_id])
        facts = confirmed_facts(facts_of(firms.own_firm(owner)), firm.tenant_id, newest)
        return next(one.standing for one in find(facts, clock.now().date()) if one.tier == "provincial")

    assert standing() == "open"
    decide(officer, owner.tenant_id, JUDGED, holds=True, note="属实")
    assert standing() == "pass"


def test_every_stored_tier_is_judged_anew_and_the_old_reports_stay(owner):
    before = Assessment.objects.count()
    decide(owner, owner.tenant_id, JUDGED, holds=True)
    assert Assessment.objects.count() == before + 3
    assert Assessment.objects.filter(person_id=None).count() == 3


@pytest.mark.parametrize("language", ["zh", "en"])
def test_paper_says_whose_word_it_is(owner, language):
    decide(owner, owner.tenant_id, JUDGED, holds=True, note="note" * 400)
    reports = latest_assessments(firms.own_firm(owner))
    assert render_pdf("企业", reports, language, clock.now(), "Asia/Shanghai").startswith(b"%PDF-")


def test_the_page_says_who_may_judge(owner, officer, checked, browser_of):
    path = f"/api/growth/firms/{owner.tenant_id}"
    assert browser_of(owner).get(f"{path}/result").json()["may_judge"] == "self"
    client = browser_of(officer)
    assert client.get(f"{path}/result").json()["may_judge"] == "agency"
    sent = {"holds": True, "note": "属实"}
    assert client.put(f"{path}/judgements/{JUDGED}", sent, "application/json").status_code == 204
    assert client.get(f"{path}/result").json()["reports"]["provincial"]["outcome"] == "pass"


def test_growth_from_zero_is_decided_by_a_person():
    facts = load_facts(
        "revenue: {2023: 0, 2024: 0, 2025: 900}\nmain_revenue: {2023: 0, 2024: 0, 2025: 900}\nindustry: 工业"
    )
    asked = {
        what
        for found in flow.judge(facts, DAY).values()
        for one in found.clauses
        for what in one.finding.judge
    }
    from_zero = {name for name in asked if name.startswith("growth_from_zero_")}
    assert from_zero
    for holds, state in ((True, "met"), (False, "unmet")):
        judged = replace(facts, judgements=dict.fromkeys(from_zero, holds))
        states = {
            one.finding.state
            for found in flow.judge(judged, DAY).values()
            for one in found.clauses
            if from_zero & set(one.finding.judged)
        }
        assert state in states


def test_every_judgement_of_every_rule_has_its_question():
    zero = Facts(
        industry="industry",
        **{name: dict.fromkeys(range(2018, 2027), 0) for name in ("revenue", "main_revenue", "rd_expense", "assets", "staff", "cost", "liabilities", "rd_staff", "net_profit")},
    )  # fmt: skip
    names = set()
    for kind, facts in product(("new", "review"), (Facts(), zero)):
        on_the_day = flow.judge(facts, DAY, kind=kind).values()
        for found in (*on_the_day, *(assess_by(rule, facts, DAY, kind=kind) for rule in rules())):
            names.update(what for one in found.clauses for what in one.finding.judge)
            items = found.scored.items if found.scored else ()
            names.update(what for one in items for what in one.earned.judge)
    assert {"key_link", "market_standing", "fame", "n2026_growth_not_asked"} <= names
    for name in names:
        words = judgement(name)
        assert words["zh"]
        assert words["en"]


def test_only_judgements_that_decide_are_named():
    """A judgement beside a part that is enough by itself carries nothing."""
    found = assess(
        replace(FACTS, judgements={JUDGED: True, "key_link": True, "nonsense": True}), "provincial", DAY
    )
    assert found.judged == (JUDGED,)


@pytest.mark.django_db
def test_a_rule_of_another_day_asks_its_own(owner):
    asked = asked_of(FACTS, owner, firms.own_firm(owner))
    assert JUDGED in asked
    assert "see_source" not in asked
