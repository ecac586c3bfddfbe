"""An agency's policies, what they change for firms, and who is told: at the routes, with a second agency and a second firm beside."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from alula.growth.facts import load_facts
from alula.growth.models import FirmMatched, MatchRun, PolicyMatch, PolicyVersion
from alula.growth.permissions import Release
from alula.growth.policies.match import library
from alula.growth.policies.writing import plain, plain_from, policy_from, problems_of, text_of
from alula.growth.services import firms, matching
from alula.kernel import jobs
from alula.kernel.actor import Role
from alula.people import facade as people
from alula.record import facade as record

pytestmark = pytest.mark.django_db
GIANT = 'place: "440115"\ntitles: [{kind: giant, from: 2024-01-01, until: 2030-01-01}]\n'
PLAIN = 'place: "440115"\ntitles: []\n'


def person(tenant, name, *roles):
    return people.ensure_person(
        tenant, email=f"{name}@test.example", name=name, roles=roles, password="correct-horse-battery"
    )


@pytest.fixture
def officer(db):
    return person(people.ensure_tenant("city", "临江", kind="agency"), "officer", Role.OFFICER)


@pytest.fixture
def rival(db):
    return person(people.ensure_tenant("rival", "远山", kind="agency"), "rival", Role.OFFICER)


@pytest.fixture
def owner(world, officer):
    """The owner of a little giant in Nansha that shows its facts to the city."""
    firm = firms.own_firm(world.admin)
    firms.save_facts(world.admin, firm.tenant_id, load_facts(GIANT), based_on=0)
    firms.accompany(officer, firm.tenant_id, released=[Release.FACTS])
    work()
    return world.admin


def work():
    while jobs.run_next():
        pass


class Door:
    """A client that speaks JSON."""

    def __init__(self, client):
        self.client = client

    def get(self, path, **query):
        return self.client.get(f"/api/growth{path}", query)

    def post(self, path, body=None):
        return self.client.post(f"/api/growth{path}", body or {}, "application/json")

    def put(self, path, body):
        return self.client.put(f"/api/growth{path}", body, "application/json")

    def match(self, key, firm=None):
        found = self.get("/policies/matrix", **({"firm": firm} if firm else {})).json()["matches"]
        return next((one for one in found if one["key"] == key), None)


@pytest.fixture
def door(browser_of):
    return lambda actor: Door(browser_of(actor))


def start(door, base=""):
    answer = door.post("/policies/library", {"base": base})
    assert answer.status_code == 201, answer.content
    return answer.json()


def edit(door, entry, **changes):
    form = {**entry["form"], **changes}
    body = {"based_on": entry["revision"], "form": form}
    return door.put(f"/policies/library/{entry['id']}/draft", body)


def publish(door, entry):
    return door.post(
        f"/policies/library/{entry['id']}/publish", {"based_on": entry["revision"], "note": "按新文件"}
    )


def nansha_tier(most):
    """The shipped Nansha policy with another sum for little giants."""
    form = plain(next(one for one in library() if one.id == "nansha"))
    form["tiers"][1]["most"] = most
    return form["tiers"]


OWN = {
    "title": {"zh": "临江首次上规奖励", "en": "Linjiang first-scale reward"},
    "issuer": "临江市工业和信息化局",
    "place": "4401",
    "benefit": {"zh": "不超过 20 万元", "en": "Up to 200,000 yuan"},
    "sources": ["https://example.invalid/notice"],
    "tiers": [
        {
            "words": {"zh": "小巨人", "en": "Little giant"},
            "most": 20,
            "test": {
                "kind": "compare",
                "measure": {"kind": "count", "of": "titles", "where": {"kinds": ["giant"], "valid": True}},
                "op": ">=",
                "bound": 1,
            },
        }
    ],
}


def test_the_owner_sees_amounts_reasons_in_both_languages_and_what_may_not_be_promised(owner, door):
    found = door(owner).get("/policies/matrix").json()
    by_key = {one["key"]: one for one in found["matches"]}
    assert (by_key["nansha"]["state"], by_key["nansha"]["amount"], by_key["nansha"]["mark"]) == (
        "eligible",
        "200",
        "V2",
    )
    assert by_key["nansha"]["origin"] == "shipped"
    near = by_key["gz_step_up"]
    assert near["failing"][0] == {"zh": "有效期内专精特新", "en": "Valid provincial title"}
    assert by_key["gz_measures_2025"]["application"] is False
    total = found["total"]
    assert (total["largest"], total["together"], total["stated"]) == ("200", "300", 2)
    assert not any(one["level"] == "bank" for one in found["matches"])
    asks = by_key["ladder_2026"]["asks"]
    assert asks[0]["question"]["en"].startswith("Industry")


def test_the_file_holds_what_the_page_holds_and_no_formula(owner, door):
    text = door(owner).get("/policies/matrix.csv", state="eligible").content.decode()
    assert text.startswith("\ufeff")
    assert "南沙区促进专精特新高质量发展扶持措施" in text
    assert "两个独立来源读到" in text
    assert "差一项" not in text


def test_a_changed_shipped_policy_is_the_agencys_version_for_its_firms_alone(owner, officer, world, door):
    city, mine = door(officer), door(owner)
    entry = start(city, "nansha")
    assert entry["problems"] == []
    assert entry["reads"]["tiers"][0]["zh"].startswith("有称号（重点")
    saved = edit(city, entry, tiers=nansha_tier(120)).json()
    assert saved["pending"][0]["new"]["zh"].endswith("不超过 120 万元")
    assert mine.match("nansha")["amount"] == "200"
    run = publish(city, saved).json()
    assert run["state"] == "waiting"
    work()
    done = city.get(f"/policies/runs/{run['id']}").json()
    assert (done["state"], done["done"], done["of"]) == ("done", 1, 1)
    match = mine.match("nansha")
    assert (match["amount"], match["origin"], match["agency"]) == ("120", "changed", "临江")
    detail = mine.get("/policies/matrix/nansha").json()
    assert [one["number"] for one in detail["versions"]] == [1]
    assert detail["versions"][0]["changes"][0]["old"]["zh"].endswith("不超过 200 万元")
    elsewhere = firms.own_firm(world.stranger)
    firms.save_facts(world.stranger, elsewhere.tenant_id, load_facts(GIANT), based_on=0)
    assert door(world.stranger).match("nansha")["origin"] == "shipped"
    assert record.statements_of(officer.tenant_id).items[0].verb.endswith("published-policy")


def test_an_own_policy_is_added_withdrawn_and_its_versions_stay(owner, officer, door):
    city, mine = door(officer), door(owner)
    entry = edit(city, start(city), **OWN).json()
    assert entry["problems"] == []
    publish(city, entry)
    work()
    assert (mine.match(entry["policy_id"])["state"], mine.match(entry["policy_id"])["origin"]) == (
        "eligible",
        "own",
    )
    second = edit(city, entry, tiers=[{**OWN["tiers"][0], "most": 35}]).json()
    assert publish(city, second).status_code == 200
    work()
    assert mine.match(entry["policy_id"])["amount"] == "35"
    assert city.post(f"/policies/library/{entry['id']}/withdraw").status_code == 200
    work()
    assert mine.match(entry["policy_id"]) is None
    assert PolicyVersion.objects.filter(entry_id=entry["id"]).count() == 2
    assert not PolicyMatch.objects.filter(key=entry["policy_id"]).exists()
    row = next(
        one for one in city.get("/policies/library").json()["rows"] if one["policy_id"] == entry["policy_id"]
    )
    assert (row["state"], row["origin"]) == ("withdrawn", "own")
    again = city.post(f"/policies/library/{entry['id']}/withdraw")
    assert (again.status_code, again.json()["code"]) == (409, "growth.policy_not_in_force")
    assert publish(city, second).status_code == 200, (
        "a withdrawn policy may be published again, as a version of its own"
    )
    work()
    assert mine.match(entry["policy_id"])["amount"] == "35"


def test_what_is_withdrawn_from_a_shipped_policy_leaves_the_shipped_one(owner, officer, door):
    city, mine = door(officer), door(owner)
    entry = edit(city, start(city, "nansha"), tiers=nansha_tier(120)).json()
    publish(city, entry)
    city.post(f"/policies/library/{entry['id']}/withdraw")
    work()
    assert (mine.match("nansha")["origin"], mine.match("nansha")["amount"]) == ("shipped", "200")


def test_the_second_of_two_editors_is_told(officer, door):
    city = door(officer)
    entry = start(city, "nansha")
    assert edit(city, entry, issuer="广州市南沙区政府").status_code == 200
    late = edit(city, entry, issuer="别的")
    assert (late.status_code, late.json()["code"]) == (409, "growth.policy_changed")
    assert publish(city, entry).status_code == 409
    assert start(city, "nansha")["form"]["issuer"] == "广州市南沙区政府", (
        "beginning again finds what was begun"
    )


def test_a_wrong_draft_is_kept_with_its_lines_and_not_published(officer, door):
    city = door(officer)
    entry = start(city, "huizhou")
    text = entry["text"].replace("kinds:\n        - giant", "kinds:\n        - gaint")
    saved = city.put(
        f"/policies/library/{entry['id']}/draft", {"based_on": entry["revision"], "text": text}
    ).json()
    line = next(n for n, row in enumerate(text.splitlines(), 1) if "kinds:" in row)
    assert [(one["line"], one["field"]) for one in saved["problems"]] == [
        (line, "tiers[0].test.measure.where.kinds")
    ]
    assert "giant" in saved["problems"][0]["words"]["en"]
    refused = publish(city, saved)
    assert (refused.status_code, refused.json()["code"]) == (422, "growth.policy_invalid")
    assert refused.json()["expected"][0]["line"] == line
    assert not PolicyVersion.objects.exists()
    broken = city.put(
        f"/policies/library/{entry['id']}/draft", {"based_on": saved["revision"], "text": "a: [1,\n b"}
    ).json()
    assert broken["form"] is None
    assert broken["problems"][0]["line"] >= 1


@pytest.mark.parametrize(
    ("find", "put", "field"),
    [
        ("since: '2022-01-01'", "since: '2027-01-01'", "until"),
        ("place: '440115'", "place: Nansha", "place"),
        ("how: sum_cap", "how: highest_only", "stacking.cap"),
        (
            "kind: count\n      of: titles",
            "kind: count\n      of: rights",
            "tiers[0].test.measure.where.kinds",
        ),
        ("most: 300", "most: -1", "tiers[0].most"),
        ("valid: true", "rank: {op: '<=', value: 3}", "tiers[0].test.measure.where.rank"),
        ("op: '>='", "op: '='", "tiers[0].test.op"),
        ("sources:\n- S29\n", "", ""),
        ("id: nansha", "id: Nansha", "id"),
    ],
)
def test_what_a_policy_may_not_say_is_told_where(find, put, field):
    text = text_of(plain(next(one for one in library() if one.id == "nansha")))
    assert find in text
    problems = problems_of(text.replace(find, put, 1))
    assert problems
    assert problems[0].field == field
    assert problems[0].line >= 1


def test_every_shipped_policy_survives_the_form_and_the_text():
    for policy in library():
        text = text_of(plain(policy))
        assert policy_from(text) == policy
        assert policy_from(text_of(plain_from(text))) == policy


def test_the_policy_keeps_its_name(officer, door):
    city = door(officer)
    saved = edit(city, start(city, "nansha"), id="other").json()
    refused = publish(city, saved)
    assert (refused.status_code, refused.json()["code"]) == (422, "growth.policy_renamed")


def test_a_preview_counts_only_firms_that_released_their_facts(owner, officer, world, door):
    quiet = firms.own_firm(world.stranger)
    firms.save_facts(world.stranger, quiet.tenant_id, load_facts(GIANT), based_on=0)
    firms.accompany(officer, quiet.tenant_id)
    city = door(officer)
    entry = edit(
        city,
        start(city, "nansha"),
        tiers=[one for one in nansha_tier(200) if one["words"]["zh"] == "专精特新"],
    ).json()
    found = city.post(f"/policies/library/{entry['id']}/preview").json()
    assert (found["firms"], found["looked_at"]) == (2, 1)
    assert (found["before"], found["after"]) == ({"eligible": 1}, {"not": 1})
    assert (found["gained"], found["lost"]) == (0, 1)
    assert [(one["name"], one["before"], one["after"]) for one in found["effects"]] == [
        ("海棠", "eligible", "not")
    ]
    assert door(owner).match("nansha")["state"] == "eligible", "a preview changes nothing"
    publish(city, entry)
    work()
    run = city.get("/policies/runs/latest").json()
    assert (run["done"], run["lost"]) == (2, 1), "what an unreleased firm lost is not counted"
    assert [one["name"] for one in city.get("/policies/firms").json()] == ["海棠"]
    assert city.get("/policies/matrix", firm=str(quiet.tenant_id)).status_code == 404
    assert (
        sum(
            one["firms"] for one in city.get("/policies/overview").json()["tallies"] if one["key"] == "nansha"
        )
        == 1
    )


def test_another_agency_and_other_people_find_nothing(owner, officer, rival, world, door):
    entry = start(door(officer), "nansha")
    run = publish(door(officer), entry).json()
    other = door(rival)
    for answer in (
        other.get(f"/policies/library/{entry['id']}"),
        edit(other, entry, issuer="x"),
        publish(other, entry),
        other.post(f"/policies/library/{entry['id']}/preview"),
        other.post(f"/policies/library/{entry['id']}/withdraw"),
        other.get(f"/policies/runs/{run['id']}"),
        other.get("/policies/matrix", firm=str(owner.tenant_id)),
        other.get("/policies/matrix/nansha", firm=str(owner.tenant_id)),
        other.get("/policies/matrix.csv", firm=str(owner.tenant_id)),
        door(world.lin).get("/policies/matrix"),
        door(owner).get("/policies/library"),
        door(owner).post("/policies/library", {"base": "nansha"}),
        door(owner).get("/policies/overview"),
        door(world.stranger).get("/policies/matrix", firm=str(owner.tenant_id)),
    ):
        assert answer.status_code == 404, answer.content
    assert other.get("/policies/runs/latest").json() is None


def test_who_follows_is_told_once_and_reads(owner, officer, door):
    city, mine = door(officer), door(owner)
    assert mine.put("/policies/subscription", {"key": "", "on": True}).json()["unread"] == 0
    entry = edit(city, start(city, "nansha"), tiers=nansha_tier(120)).json()
    publish(city, entry)
    work()
    notices = mine.get("/policies/notices").json()
    assert [(one["kind"], one["key"], one["values"]) for one in notices["items"]] == [
        ("amount", "nansha", {"before": "200", "after": "120"})
    ]
    run = MatchRun.objects.get()
    MatchRun.objects.filter(id=run.id).update(done_at=None, cursor=None)
    jobs.enqueue(matching.JOB_RUN, {"run": str(run.id)}, key="again")
    work()
    assert mine.get("/policies/notices/unread").json()["unread"] == 1
    firm = firms.own_firm(owner)
    firms.save_facts(owner, firm.tenant_id, load_facts(PLAIN), based_on=firm.facts_version)
    work()
    kinds = {
        (one["kind"], one["key"]): one["values"] for one in mine.get("/policies/notices").json()["items"]
    }
    assert kinds["state", "nansha"] == {"before": "eligible", "after": "not"}
    assert mine.post("/policies/notices/read").json()["unread"] == 0
    mine.put("/policies/subscription", {"key": "", "on": False})
    firms.save_facts(owner, firm.tenant_id, load_facts(GIANT), based_on=firm.facts_version + 1)
    work()
    assert mine.get("/policies/notices/unread").json()["unread"] == 0


def test_one_policy_can_be_followed_alone(owner, officer, door):
    mine = door(owner)
    assert mine.put("/policies/subscription", {"key": "no_such", "on": True}).status_code == 404
    assert mine.put("/policies/subscription", {"key": "gz_measures_2025", "on": True}).status_code == 200
    assert mine.match("gz_measures_2025")["followed"] is True
    firm = firms.own_firm(owner)
    firms.save_facts(owner, firm.tenant_id, load_facts(PLAIN), based_on=firm.facts_version)
    work()
    assert {one["key"] for one in mine.get("/policies/notices").json()["items"]} == {"gz_measures_2025"}


def test_saved_facts_are_matched_by_a_job(owner, door):
    matched = FirmMatched.objects.get(firm_id=owner.tenant_id)
    assert (matched.facts_version, matched.tier) == (1, "giant")
    assert door(owner).get("/policies/matrix").json()["current"] is True
    firm = firms.own_firm(owner)
    firms.save_facts(owner, firm.tenant_id, load_facts(PLAIN), based_on=1)
    assert door(owner).get("/policies/matrix").json()["current"] is False
    work()
    assert PolicyMatch.objects.get(firm_id=owner.tenant_id, key="nansha").state == "not"
    assert FirmMatched.objects.get(firm_id=owner.tenant_id).tier == "none"


def many(officer, count):
    """Firms without people, held by the agency as an import makes them."""
    from alula.growth.models import Firm, Relation
    from alula.growth.storing import encode_facts
    from alula.kernel.ids import new_id

    made = [
        Firm(tenant_id=new_id(), name=f"企业 {n}", facts=encode_facts(load_facts(GIANT)), facts_version=1)
        for n in range(count)
    ]
    Firm.objects.bulk_create(made)
    Relation.objects.bulk_create([Relation(agency_id=officer.tenant_id, firm=one, held=True) for one in made])
    return made


def test_a_run_that_was_killed_goes_on_where_it_was(officer, door, monkeypatch):
    many(officer, 12)
    monkeypatch.setattr(matching, "BATCH", 5)
    city = door(officer)
    run = publish(city, start(city, "nansha")).json()
    whole, calls = matching.rematch, []

    def dies_in_the_second(ids, day, shelves):
        calls.append(list(ids))
        if len(calls) == 2:
            raise KeyboardInterrupt
        return whole(ids, day, shelves)

    monkeypatch.setattr(matching, "rematch", dies_in_the_second)
    with pytest.raises(KeyboardInterrupt):
        jobs.run_next()
    half = city.get(f"/policies/runs/{run['id']}").json()
    assert (half["state"], half["done"], half["of"]) == ("running", 5, 12)
    assert half["seconds_left"] is not None
    from alula.kernel.models import Job

    Job.objects.update(lease_until=None)
    work()
    done = city.get(f"/policies/runs/{run['id']}").json()
    assert (done["state"], done["done"]) == ("done", 12)
    assert len(calls[2]) == 5
    assert not set(calls[0]) & {one for batch in calls[2:] for one in batch}, "no firm is done twice"
    assert PolicyMatch.objects.filter(key="nansha", state="eligible").count() == 12


def test_a_firm_whose_facts_cannot_be_read_is_named_and_the_others_are_done(officer, door):
    made = many(officer, 3)
    made[1].facts = "{broken"
    made[1].save(update_fields=["facts"])
    run = publish(door(officer), start(door(officer), "nansha")).json()
    work()
    done = door(officer).get(f"/policies/runs/{run['id']}").json()
    assert (done["state"], done["failed"]) == ("done", ["企业 1"])
    assert PolicyMatch.objects.filter(key="nansha").count() == 2


def test_matching_asks_the_database_per_batch_and_not_per_firm(officer):
    made = many(officer, 40)
    counts = []
    for part in (made[:4], made[4:]):
        with CaptureQueriesContext(connection) as queries:
            matching.rematch([one.tenant_id for one in part], matching.today(), matching.Shelves())
        counts.append(sum(one["sql"].startswith("SELECT") for one in queries))
    assert counts[0] == counts[1] <= 8


def test_two_agencies_versions_of_one_policy_are_both_shown(owner, officer, rival, door):
    firms.accompany(rival, owner.tenant_id)
    for who, most in ((officer, 120), (rival, 90)):
        city = door(who)
        publish(city, edit(city, start(city, "nansha"), tiers=nansha_tier(most)).json())
    work()
    found = [
        one
        for one in door(owner).get("/policies/matrix").json()["matches"]
        if one["key"].startswith("nansha")
    ]
    assert {(one["agency"], one["amount"]) for one in found} == {("临江", "120"), ("远山", "90")}
    assert len({one["key"] for one in found}) == 2
    assert door(officer).get("/policies/overview").status_code == 200


def titles(*kinds):
    rows = ", ".join(f"{{kind: {kind}, from: 2024-01-01, until: 2030-01-01}}" for kind in kinds)
    return f"titles: [{rows}]\n"


@pytest.mark.parametrize(
    ("place", "kinds", "key", "amount"),
    [
        ("440115", ("provincial",), "nansha", "50"),
        ("440115", ("giant", "provincial"), "nansha", "250"),
        ("440115", ("key_giant", "giant", "provincial"), "nansha", "300"),
        ("4413", ("giant", "provincial"), "huizhou", "30"),
    ],
)
def test_amounts_stack_as_the_source_says(  # noqa: PLR0917 - a case is a row
    owner, door, place, kinds, key, amount
):
    firms.save_facts(owner, owner.tenant_id, load_facts(f'place: "{place}"\n{titles(*kinds)}'), based_on=1)
    assert door(owner).match(key)["amount"] == amount


def test_what_pays_the_difference_ends_at_the_highest_tier(owner, officer, door):
    city = door(officer)
    tiers = [
        {
            "words": {"zh": kind, "en": kind},
            "most": most,
            "test": {
                **OWN["tiers"][0]["test"],
                "measure": {"kind": "count", "of": "titles", "where": {"kinds": [kind]}},
            },
        }
        for kind, most in (("giant", 200), ("provincial", 50))
    ]
    entry = edit(city, start(city), **{**OWN, "tiers": tiers, "stacking": {"how": "difference_only"}}).json()
    publish(city, entry)
    firms.save_facts(
        owner, owner.tenant_id, load_facts(f'place: "4401"\n{titles("giant", "provincial")}'), based_on=1
    )
    assert door(owner).match(entry["policy_id"])["amount"] == "200"


def test_what_may_not_be_drawn_together_counts_once_in_the_total(owner, officer, door):
    city, mine = door(officer), door(owner)
    entry = edit(city, start(city), **OWN, not_with=["nansha"]).json()
    publish(city, entry)
    total = mine.get("/policies/matrix").json()["total"]
    assert (total["largest"], total["together"], total["stated"]) == ("200", "300", 3)
    assert [one["zh"] for pair in total["apart"] for one in pair] == [
        "南沙区促进专精特新高质量发展扶持措施",
        "临江首次上规奖励",
    ]
    assert [one["zh"] for one in mine.get(f"/policies/matrix/{entry['policy_id']}").json()["not_with"]] == [
        "南沙区促进专精特新高质量发展扶持措施"
    ]
