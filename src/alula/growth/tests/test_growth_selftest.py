"""The self-test: what is asked, in which order, what an answer changes, and that nothing is lost."""

from datetime import UTC, date, datetime

import pytest

from alula.growth.facts import Facts, load_facts, load_facts_file
from alula.growth.models import Draft, Firm
from alula.growth.permissions import Release
from alula.growth.queries.firms import facts_of
from alula.growth.rulebook.load import FOLDER, rules
from alula.growth.selftest import flow
from alula.growth.selftest.answering import Mistakes, answered, values_of
from alula.growth.selftest.gaps import GAP_KINDS, gap_of
from alula.growth.selftest.questions import questions
from alula.growth.selftest.telling import told
from alula.growth.services import firms, selftest
from alula.growth.storing import decode_facts
from alula.kernel import clock
from alula.kernel.actor import Role
from alula.people import facade as people

EXAMPLES = FOLDER.parent.parent / "examples"
DAY = date(2026, 5, 8)
MOST = 20


def example(name):
    return load_facts_file(EXAMPLES / f"{name}.yaml")


def walk(full, day=DAY):
    """Answer as the firm of an example would, from nothing; the questions that were asked and what came of it."""
    facts, asked = Facts(judgements=full.judgements), []
    while True:
        judged = flow.judge(facts, day)
        ahead = flow.course(judged, frozenset(asked)).ahead
        if not ahead or len(asked) > MOST:
            return asked, judged
        question = ahead[0]
        missing = {ask.fact.partition("[")[0] for found in judged.values() for ask in found.asks}
        paths = {field.path for field in question.fields} | ({question.list.path} if question.list else set())
        assert paths & missing, f"{question.id} can change nothing any more"
        facts = answered(facts, question, values_of(full, question))
        asked.append(question.id)


@pytest.mark.parametrize(
    "name",
    ["sensor_maker_provincial", "valve_maker_giant", "food_firm_not_innovative", "young_software_innovative"],
)
def test_a_clear_case_needs_few_answers_and_ends_as_the_whole_facts_do(name):
    asked, judged = walk(example(name))
    assert len(asked) <= MOST
    whole = flow.judge(example(name), DAY)
    assert {t: one.outcome for t, one in judged.items()} == {t: one.outcome for t, one in whole.items()}


def test_what_bars_a_firm_ends_the_test_at_once():
    facts = load_facts("entry: {dishonest_list: true}")
    judged = flow.judge(facts, DAY)
    course = flow.course(judged, frozenset())
    assert course.settled
    assert not course.ahead
    assert len(course.further) > 10


def test_every_fact_that_a_rule_can_ask_for_has_a_question_and_every_clause_a_gap():
    for rule in rules():
        year = 2026
        for fact in flow.facts_used(rule, date(year, 5, 8), "new") | flow.facts_used(
            rule, date(year, 5, 8), "review"
        ):
            assert flow.question_for(fact, year)
    for day in (date(2024, 5, 20), DAY):
        for kind in ("new", "review"):
            for tier in ("innovative", "provincial", "giant", "tech", "digital"):
                report = told(flow.assess(Facts(), tier, day, kind=kind, place="44"))
                assert all(one["gap"] in GAP_KINDS for one in (*report["clauses"], *report["items"]))


def test_a_clause_without_a_kind_of_gap_is_refused():
    with pytest.raises(KeyError):
        gap_of("never_heard_of", "giant")


def test_the_distance_is_told_in_words_that_do_not_round_a_miss_away():
    facts = example("sensor_maker_provincial")
    data = {"main_revenue.2025": "5278.5"}  # 79.977 % of 6600
    question = next(one for one in questions(2026) if one.id == "main_revenue")
    near = answered(facts, question, data)
    report = told(flow.judge(near, DAY)["provincial"])
    said = next(one["said"] for one in report["clauses"] if one["id"] == "main")
    assert said["zh"] == "2025 年主营占营业收入 79.98 %，需要 80 % 以上，还差 0.02 个百分点"
    assert (
        said["en"]
        == "Main business to revenue 2025 79.98%; needs 80% or more; 0.02 percentage points missing"
    )


def test_every_mistake_stands_at_its_field_and_nothing_is_taken():
    facts = load_facts("revenue: {2025: 100}")
    question = next(one for one in questions(2026) if one.id == "rights")
    wrong = {
        "rights": [
            {"kind": "invention", "granted": "2021-02-30"},
            {"kind": "magic", "owner_rank": "0", "related": "perhaps"},
            {"name": "x" * 200, "colour": "red"},
        ]
    }
    with pytest.raises(Mistakes) as caught:
        answered(facts, question, wrong)
    assert {one.field for one in caught.value.found} == {
        "rights[0].granted",
        "rights[1].kind",
        "rights[1].owner_rank",
        "rights[1].related",
        "rights[2].name",
        "rights[2].colour",
        "rights[2].kind",
    }


@pytest.mark.parametrize(
    "raw", ["12a", "NaN", "Infinity", "1e400", "--1", "９", True, {"a": 1}, "-5", "9" * 30]
)
def test_what_is_no_amount_is_refused(raw):
    question = next(one for one in questions(2026) if one.id == "revenue")
    with pytest.raises(Mistakes):
        answered(Facts(), question, {"revenue.2025": raw})


def test_a_part_larger_than_its_whole_is_refused_at_its_field():
    question = next(one for one in questions(2026) if one.id == "main_revenue")
    with pytest.raises(Mistakes) as caught:
        answered(load_facts("revenue: {2025: 100}"), question, {"main_revenue.2025": "101"})
    assert caught.value.found[0].field == "main_revenue.2025"


def test_zero_and_none_are_answers_and_nothing_is_unknown():
    by_id = {one.id: one for one in questions(2026)}
    facts = answered(Facts(), by_id["rd"], {"rd_expense.2025": "0", "rd_expense.2024": ""})
    assert facts.rd_expense == {2025: 0}
    facts = answered(facts, by_id["rights"], {"rights": []})
    assert facts.rights == ()
    assert answered(facts, by_id["rights"], {"rights": None}).rights is None


def test_numbers_come_back_exactly():
    by_id = {one.id: one for one in questions(2026)}
    facts = answered(Facts(), by_id["revenue"], {"revenue.2025": "1,234,567.890123"})
    assert values_of(facts, by_id["revenue"])["revenue.2025"] == "1234567.890123"


def test_five_hundred_rights_are_taken_and_more_are_refused():
    question = next(one for one in questions(2026) if one.id == "rights")
    one = {"kind": "invention", "name": "阀", "related": True, "granted": "2021-05-11", "acquired": "own"}
    assert len(answered(Facts(), question, {"rights": [one] * 500}).rights) == 500
    with pytest.raises(Mistakes):
        answered(Facts(), question, {"rights": [one] * 501})


@pytest.fixture
def officer(db):
    agency = people.ensure_tenant("city", "临江", kind="agency")
    return people.ensure_person(
        agency,
        email="officer@test.example",
        name="officer",
        roles=[Role.OFFICER],
        password="correct-horse-battery",
    )


@pytest.fixture
def owner(world):
    return world.admin


@pytest.fixture
def at_may():
    with clock.at(datetime(2026, 5, 8, 3, tzinfo=UTC)):
        yield


def base(actor):
    return f"/api/growth/firms/{actor.tenant_id}"


def put(client, actor, question, values=None, status="answered"):
    return client.put(
        f"{base(actor)}/selftest/answers/{question}",
        {"values": values or {}, "status": status},
        "application/json",
    )


NO_ENTRY = {
    "entry.abnormal_list": False,
    "entry.dishonest_list": False,
    "entry.restricted_product": False,
    "entry.giant_group_similar_product": False,
    "entry.accidents": [],
}


@pytest.mark.django_db
def test_answers_move_the_tiers_and_stay_on_the_server(owner, browser_of, at_may):
    phone, desk = browser_of(owner), browser_of(owner)
    first = phone.get(f"{base(owner)}/selftest").json()
    assert first["ahead"][0] == "entry"
    assert first["draft"] is None
    moved = put(phone, owner, "entry", NO_ENTRY).json()
    assert moved["tiers"][0]["counts"]["met"] == 5
    assert moved["tiers"][0]["counts"]["unknown"] < first["tiers"][0]["counts"]["unknown"]
    put(phone, owner, "revenue", {"revenue.2025": "6600"})
    seen = desk.get(f"{base(owner)}/selftest").json()
    assert seen["answered"] == ["entry", "revenue"]
    assert next(one for one in seen["questions"] if one["id"] == "revenue")["values"] == {
        "revenue.2025": "6600"
    }
    assert Firm.objects.get(tenant_id=owner.tenant_id).facts_version == 0


@pytest.mark.django_db
def test_two_devices_keep_both_answers(owner, browser_of, at_may):
    phone, desk = browser_of(owner), browser_of(owner)
    put(phone, owner, "revenue", {"revenue.2025": "6600"})
    put(desk, owner, "balance", {"assets.2025": "900"})
    facts = decode_facts(Draft.objects.get().facts)
    assert (facts.revenue, facts.assets) == ({2025: 6600}, {2025: 900})


@pytest.mark.django_db
def test_skipped_and_not_known_are_not_asked_again_and_take_nothing(owner, browser_of, at_may):
    client = browser_of(owner)
    after = put(client, owner, "entry", NO_ENTRY, "not_known").json()
    assert "entry" not in after["ahead"]
    assert after["open"] == {"entry": "not_known"}
    assert after["tiers"][0]["counts"]["met"] == 0
    again = put(client, owner, "entry", NO_ENTRY).json()
    assert again["open"] == {}


@pytest.mark.django_db
def test_a_discarded_draft_comes_back_until_the_next_begins(owner, browser_of, at_may):
    client = browser_of(owner)
    put(client, owner, "revenue", {"revenue.2025": "6600"})
    gone = client.delete(f"{base(owner)}/selftest").json()
    assert (gone["draft"], gone["discarded"]) == (None, True)
    back = client.post(f"{base(owner)}/selftest/take-back").json()
    assert back["answered"] == ["revenue"]
    client.delete(f"{base(owner)}/selftest")
    put(client, owner, "balance", {"assets.2025": "900"})
    assert client.post(f"{base(owner)}/selftest/take-back").status_code == 404
    assert decode_facts(Draft.objects.get().facts).revenue == {}


@pytest.mark.django_db
def test_finishing_puts_the_facts_in_force_and_assesses_three_tiers(owner, browser_of, at_may):
    client = browser_of(owner)
    put(client, owner, "entry", NO_ENTRY)
    made = client.post(f"{base(owner)}/selftest/finish").json()
    assert [one["tier"] for one in made] == ["innovative", "provincial", "giant"]
    assert {one["facts_version"] for one in made} == {1}
    result = client.get(f"{base(owner)}/result").json()
    assert result["reports"]["provincial"]["rule"] == "SRDI-2026"
    assert result["stale"] is False
    assert not Draft.objects.exists()
    again = client.post(f"{base(owner)}/selftest/finish").json()
    assert [one["id"] for one in again] == [one["id"] for one in made]


@pytest.mark.django_db
def test_the_digital_test_has_its_own_questions_and_keeps_the_ladder_in_step(owner, browser_of, at_may):
    client = browser_of(owner)
    client.post(f"{base(owner)}/selftest/finish")
    state = client.get(f"{base(owner)}/selftest?test=digital").json()
    assert [one["tier"] for one in state["tiers"]] == ["digital"]
    assert {one["id"] for one in state["questions"]} == set(state["ahead"]) | {"digital"}
    assert len([one for one in state["ahead"] if one.startswith("scenes_")]) == 4
    too_much = put(client, owner, "digital_foundation", {"digital.answers.network": "8.5"})
    assert too_much.json()["expected"][0]["field"] == "digital.answers.network"
    put(client, owner, "digital_foundation", {"digital.answers.network": "8"})
    put(client, owner, "scenes_support", {"digital.scenes.finance": "3"})
    made = client.post(f"{base(owner)}/selftest/finish?test=digital").json()
    assert [one["tier"] for one in made] == ["digital", "innovative", "provincial", "giant"]
    result = client.get(f"{base(owner)}/result").json()
    digital = result["reports"]["digital"]
    assert result["stale"] is False
    assert (digital["outcome"], digital["points"]["total"]) == ("unknown", [8, 100])
    assert {one["id"]: one["level"] for one in digital["scenes"]}["finance"] == 3


@pytest.mark.django_db
def test_facts_that_changed_meanwhile_are_not_overwritten_and_can_be_laid_under(owner, browser_of, at_may):
    client = browser_of(owner)
    put(client, owner, "revenue", {"revenue.2025": "6600"})
    firms.own_firm(owner)
    firms.save_facts(owner, owner.tenant_id, load_facts("assets: {2025: 7}\nrevenue: {2025: 1}"), based_on=0)
    refused = client.post(f"{base(owner)}/selftest/finish")
    assert (refused.status_code, refused.json()["code"]) == (409, "growth.facts_changed")
    renewed = client.post(f"{base(owner)}/selftest/renew").json()
    assert renewed["draft"]["behind"] is False
    client.post(f"{base(owner)}/selftest/finish")
    facts = facts_of(Firm.objects.get(tenant_id=owner.tenant_id))
    assert (facts.revenue, facts.assets) == ({2025: 6600}, {2025: 7})


@pytest.mark.django_db
def test_a_mistake_is_answered_with_every_field_in_both_languages(owner, browser_of, at_may):
    answer = put(browser_of(owner), owner, "revenue", {"revenue.2025": "abc", "revenue.2024": "-1"})
    body = answer.json()
    assert (answer.status_code, body["code"]) == (422, "growth.answer_invalid")
    assert {one["field"] for one in body["expected"]} == {"revenue.2025", "revenue.2024"}
    assert all(one["zh"] and one["en"] for one in body["expected"])
    assert not Draft.objects.exists()


@pytest.mark.django_db
def test_what_if_saves_nothing(owner, browser_of, at_may):
    firms.own_firm(owner)
    firms.save_facts(owner, owner.tenant_id, example("sensor_maker_provincial"), based_on=0)
    client = browser_of(owner)
    changes = {"changes": {"main_revenue.2025": 5000, "more_rights": 3}, "titles": ["provincial"]}
    after = client.post(f"{base(owner)}/what-if", changes, "application/json").json()
    assert {one["tier"]: one["outcome"] for one in after["tiers"]}["provincial"] == "fail"
    assert {(one["tier"], one["id"], one["to"]) for one in after["changed"]} >= {
        ("provincial", "main", "unmet"),
        ("giant", "ip", "met"),
        ("giant", "title", "met"),
    }
    assert Firm.objects.get(tenant_id=owner.tenant_id).facts_version == 1
    assert not Draft.objects.exists()
    wrong = {"changes": {"entry.accidents": 3}}
    assert client.post(f"{base(owner)}/what-if", wrong, "application/json").status_code == 422


@pytest.mark.django_db
def test_who_sees_and_who_fills_it_in(world, owner, officer, browser_of, at_may):
    firms.own_firm(owner)
    firms.save_facts(owner, owner.tenant_id, example("sensor_maker_provincial"), based_on=0)
    selftest.finish(owner, owner.tenant_id)
    city = browser_of(officer)
    for path in ("selftest", "result", "assessments"):
        assert city.get(f"{base(owner)}/{path}").status_code == 404
        assert browser_of(world.stranger).get(f"{base(owner)}/{path}").status_code == 404
    firms.accompany(officer, owner.tenant_id, released=[Release.ASSESSMENTS])
    result = city.get(f"{base(owner)}/result").json()
    assert result["reports"]["provincial"]["outcome"] == "pass"
    assert result["may_keep"] is False
    assert result["sliders"] == []
    assert city.get(f"{base(owner)}/selftest").status_code == 404
    assert put(city, owner, "entry", NO_ENTRY).status_code == 403


@pytest.mark.django_db
def test_an_agency_fills_the_test_in_for_a_firm_that_it_holds(officer, browser_of, at_may):
    tenant = people.ensure_tenant("imported", "待认领")
    firms.accompany(officer, tenant, held=True)
    Firm.objects.filter(tenant_id=tenant).update(claimed_at=None)
    city = browser_of(officer)
    path = f"/api/growth/firms/{tenant}/selftest"
    answered_ = city.put(f"{path}/answers/entry", {"values": NO_ENTRY}, "application/json")
    assert answered_.status_code == 200
    assert city.post(f"{path}/finish").json()[0]["by"] == "officer"


@pytest.mark.django_db
def test_the_firm_begins_from_an_earlier_version(owner, browser_of, at_may):
    firms.own_firm(owner)
    firms.save_facts(owner, owner.tenant_id, load_facts("revenue: {2024: 10}"), based_on=0)
    firms.save_facts(owner, owner.tenant_id, load_facts("revenue: {2024: 20}"), based_on=1)
    client = browser_of(owner)
    state = client.post(f"{base(owner)}/selftest/earlier", {"version": 1}, "application/json").json()
    revenue = next(one for one in state["questions"] if one["id"] == "revenue")
    assert revenue["values"] == {"revenue.2024": "10"}
    missing = client.post(f"{base(owner)}/selftest/earlier", {"version": 9}, "application/json")
    assert missing.status_code == 404
