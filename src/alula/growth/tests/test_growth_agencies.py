"""Lists taken in, owners who claim their firms, and what an agency sees before and after."""

import csv
import io
import time

import pytest
from django.db import connection
from django.test import Client

from alula.growth.facts import load_facts
from alula.growth.ladder.firm_list import Bad, FirmList, Row, titles_in
from alula.growth.models import Firm, FirmImport, HeldTitle, Invitation, Relation, RelationRequest, Reminder
from alula.growth.permissions import Release
from alula.growth.queries.agencies import Wanted, firms_listed
from alula.growth.queries.firms import facts_of
from alula.growth.services import agencies, claims, firms
from alula.kernel import clock, jobs
from alula.kernel.actor import Role
from alula.kernel.errors import Refusal
from alula.people import facade as people
from alula.record import facade as record

pytestmark = pytest.mark.django_db
PASSWORD = "correct-horse-battery"
LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def credit_code(n):
    text = ""
    for _ in range(9):
        n, rest = divmod(n, len(LETTERS))
        text = LETTERS[rest] + text
    return "914401000" + text


def row(n, **more):
    return Row(line=n + 2, name=f"企业 {n:05}", credit_code=credit_code(n), **{"place": "4401", **more})


def person(tenant, name, *roles):
    return people.ensure_person(
        tenant, email=f"{name}@test.example", name=name, roles=roles, password=PASSWORD
    )


@pytest.fixture
def officer(db):
    return person(people.ensure_tenant("city", "临江市", kind="agency"), "officer", Role.OFFICER)


@pytest.fixture
def other_officer(db):
    return person(people.ensure_tenant("town", "别的机构", kind="agency"), "otherofficer", Role.OFFICER)


def take(officer, *rows, bad=(), keep_good=True):
    one = agencies.take_list(officer, "a.csv", FirmList(list(rows), list(bad)), keep_good=keep_good)
    while jobs.run_next():
        pass
    return FirmImport.objects.get(id=one.id)


def code(call, *args, **more):
    with pytest.raises(Refusal) as refused:
        call(*args, **more)
    return refused.value.code


def test_an_imported_firm_is_a_tenant_without_people_that_its_agency_holds(officer):
    titles = titles_in("创新型 2024-09-01~2030-08-31")
    done = take(officer, row(1, titles=titles, contact="王", industry="工业"))
    assert (done.added, done.changed, done.asked, done.done_at is None) == (1, 0, 0, False)
    (relation,) = firms_listed(officer, Wanted())
    assert relation.held
    assert relation.rank == 1
    assert relation.firm.claimed_at is None
    assert people.tenant_kind(relation.firm_id) == "firm"
    assert people.people_holding(relation.firm_id, *Role) == {}
    assert facts_of(relation.firm).titles == titles
    assert Reminder.objects.filter(firm=relation.firm, kind="yearly_update").count() == 1
    last = record.statements_of(officer.tenant_id).items[0]
    assert last.verb.endswith("imported-firms")


def test_the_same_list_again_changes_nothing_and_a_corrected_one_only_what_differs(officer):
    take(officer, row(1), row(2))
    assert (again := take(officer, row(1), row(2))).added == 0
    assert (again.changed, again.unchanged) == (0, 2)
    changed = take(officer, row(1, titles=titles_in("专精特新 2025-01-01~2030-12-31")), row(2))
    assert (changed.changed, changed.unchanged) == (1, 1)
    assert Firm.objects.count() == 2
    assert HeldTitle.objects.get().rank == 2
    assert Firm.objects.get(credit_code=credit_code(1)).facts_version == 2


def test_a_bad_row_stops_the_list_unless_the_good_ones_are_wanted(officer):
    bad = Bad(3, "credit_code", "9144", "credit_code")
    none = take(officer, row(1), bad=[bad], keep_good=False)
    assert (none.written, none.added, Firm.objects.count()) == (False, 0, 0)
    some = take(officer, row(1), bad=[bad])
    assert (some.written, some.added, some.refused) == (True, 1, 1)


def test_a_firm_of_another_agency_is_asked_for_and_not_made_twice(officer, other_officer):
    take(officer, row(1))
    done = take(other_officer, row(1), row(2))
    assert (done.added, done.asked) == (1, 1)
    assert Firm.objects.filter(credit_code=credit_code(1)).count() == 1
    assert RelationRequest.objects.get().agency_id == other_officer.tenant_id
    take(other_officer, row(1), row(2))
    assert RelationRequest.objects.count() == 1, "an open request is not made twice"
    assert [one.firm.name for one in firms_listed(other_officer, Wanted())] == ["企业 00002"]


def test_an_import_whose_worker_was_killed_goes_on_where_it_stopped(officer, monkeypatch):
    monkeypatch.setattr(agencies, "AT_ONCE", 2)
    one = agencies.take_list(officer, "a.csv", FirmList([row(n) for n in range(5)], []), keep_good=True)
    told = []

    def dies(done, of):
        told.append(done)
        if done == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        agencies.do_import({"import": str(one.id)}, dies)
    assert Firm.objects.count() == 4
    agencies.do_import({"import": str(one.id)}, lambda *_: None)
    done = FirmImport.objects.get(id=one.id)
    assert (done.added, done.unchanged, done.taken) == (5, 0, 5)
    agencies.do_import({"import": str(one.id)}, lambda *_: None)
    assert Firm.objects.count() == 5


@pytest.fixture
def held(officer):
    take(officer, row(1, titles=titles_in("创新型 2024-09-01~2030-08-31")))
    return Firm.objects.get()


def test_an_owner_claims_the_firm_and_says_what_stays_visible(officer, held):
    _, token = claims.invite(officer, held.tenant_id)
    assert token not in str(Invitation.objects.values().get())
    visitor = Client(enforce_csrf_checks=True)
    visitor.get("/_allauth/browser/v1/config")
    visitor.defaults["HTTP_X_CSRFTOKEN"] = visitor.cookies["csrftoken"].value
    told = visitor.get(f"/api/growth/claims/{token}").json()
    assert (told["agency"], told["firm"], told["officer"]) == ("临江市", held.name, "officer")
    wanted = {"name": "许国强", "email": "xu@test.example", "released": ["assessments"]}
    weak = visitor.post(
        f"/api/growth/claims/{token}/sign-up", {**wanted, "password": "123"}, "application/json"
    )
    assert (weak.status_code, weak.json()["code"]) == (422, "people.password_weak")
    assert weak.json()["title"] == "密码不合要求：密码太短，至少要有 10 个字符。这个密码太常见了。"
    like = visitor.post(
        f"/api/growth/claims/{token}/sign-up",
        {**wanted, "password": "xu@test.example"},
        "application/json",
        headers={"accept-language": "en"},
    )
    assert (
        like.json()["title"]
        == "This password will not do: This password is too similar to the e-mail address."
    )
    assert Firm.objects.get().claimed_at is None
    done = visitor.post(
        f"/api/growth/claims/{token}/sign-up", {**wanted, "password": PASSWORD}, "application/json"
    )
    assert done.status_code == 204, done.content
    me = visitor.get("/api/me").json()
    assert (me["person"]["name"], me["tenant"]["name"]) == ("许国强", held.name)
    assert [one["role"] for one in me["roles"]] == ["tenant_admin"]
    relation = Relation.objects.get()
    assert (relation.held, relation.released) == (False, ["assessments"])
    assert not firms_listed(officer, Wanted(state="held")).exists()
    assert code(firms.save_facts, officer, held.tenant_id, load_facts("{}"), based_on=1) == "growth.not_held"
    again = visitor.get(f"/api/growth/claims/{token}")
    assert (again.status_code, again.json()["code"]) == (410, "growth.claim_used")
    assert held.name not in again.content.decode()


def test_a_claim_without_the_token_of_the_browser_is_refused(officer, held):
    _, token = claims.invite(officer, held.tenant_id)
    answer = Client(enforce_csrf_checks=True).post(
        f"/api/growth/claims/{token}/sign-up",
        {"name": "x", "email": "x@test.example", "password": PASSWORD},
        "application/json",
    )
    assert answer.status_code == 403


def test_who_has_an_account_claims_with_it_and_acts_in_the_firm(officer, held, world, browser_of):
    _, token = claims.invite(officer, held.tenant_id)
    lin = browser_of(world.lin)
    assert lin.get(f"/api/growth/claims/{token}").json()["signed_in_as"] == "lin@test.example"
    assert Client().post(f"/api/growth/claims/{token}/accept", {}, "application/json").status_code in {
        401,
        403,
    }
    answer = lin.post(
        f"/api/growth/claims/{token}/accept", {"name": "林", "released": []}, "application/json"
    )
    assert answer.status_code == 204
    assert lin.get("/api/me").json()["tenant"]["name"] == held.name
    assert lin.get("/api/growth/firm").json()["relations"][0]["released"] == []


def test_an_account_that_is_there_is_not_taken_over(officer, held, world):
    _, token = claims.invite(officer, held.tenant_id)
    refused = code(
        claims.sign_up_and_claim, token, email="lin@test.example", name="x", password=PASSWORD, released=[]
    )
    assert refused == "people.email_known"
    assert Firm.objects.get(tenant_id=held.tenant_id).claimed_at is None


def test_of_two_who_claim_the_second_is_refused(officer, held, world):
    _, token = claims.invite(officer, held.tenant_id)
    claims.claim(token, people.user_of(world.lin).id, name="林", released=[])
    assert (
        code(claims.claim, token, people.user_of(world.chen).id, name="陈", released=[])
        == "growth.claim_used"
    )
    assert code(claims.invite, officer, held.tenant_id) == "growth.claimed_already"


def test_a_wrong_an_old_and_a_revoked_link_say_so(officer, held):
    assert code(claims.invitation_of, "no-such-token") == "growth.claim_unknown"
    _, first = claims.invite(officer, held.tenant_id)
    _, second = claims.invite(officer, held.tenant_id)
    assert code(claims.invitation_of, first) == "growth.claim_over"
    with clock.at(Invitation.objects.order_by("-created_at")[0].expires_at):
        assert code(claims.invitation_of, second) == "growth.claim_over"
    assert claims.invitation_of(second)
    claims.revoke_invitation(officer, held.tenant_id)
    assert code(claims.invitation_of, second) == "growth.claim_over"


def test_links_are_made_and_looked_at_only_so_often(officer, held, monkeypatch, client):
    monkeypatch.setattr(claims, "MOST_AN_HOUR", 2)
    claims.invite(officer, held.tenant_id)
    claims.invite(officer, held.tenant_id)
    assert code(claims.invite, officer, held.tenant_id) == "growth.invited_often"
    answers = [client.get("/api/growth/claims/wrong").status_code for _ in range(22)]
    assert answers[:20] == [404] * 20
    assert answers[-1] == 429


def test_an_owner_answers_an_agency_that_asks_and_ends_what_one_sees(officer, other_officer, held, world):
    _, token = claims.invite(officer, held.tenant_id)
    owner = claims.claim(token, people.user_of(world.lin).id, name="林", released=Release)
    take(other_officer, row(1))
    request = RelationRequest.objects.get()
    assert (
        code(claims.answer_request, world.admin, request.id, accepted=True, released=[]) == "kernel.not_found"
    )
    claims.answer_request(owner, request.id, accepted=True, released=[Release.FACTS])
    assert [one.firm.name for one in firms_listed(other_officer, Wanted())] == [held.name]
    claims.end_relation(owner, officer.tenant_id)
    assert not firms_listed(officer, Wanted()).exists()
    assert code(claims.end_relation, owner, officer.tenant_id) == "kernel.not_found"


def test_the_list_is_searched_filtered_sorted_and_paged(officer, browser_of):
    rows = [row(n, place="4403" if n % 2 else "4401") for n in range(120)]
    take(officer, *rows, row(900, titles=titles_in("小巨人 2024-07-01~2027-06-30")))
    client = browser_of(officer)

    def names(**query):
        found, cursor = [], None
        while True:
            page = client.get(
                "/api/growth/agency/firms", {**query, **({"cursor": cursor} if cursor else {})}
            ).json()
            found += [one["name"] for one in page["items"]]
            cursor = page["next"]
            if cursor is None:
                return found

    expected = [one.name for one in rows] + ["企业 00900"]
    assert names() == expected
    assert names(sort="-name") == expected[::-1]
    assert names(sort="until")[0] == "企业 00900"
    assert sorted(names(sort="until")) == expected
    assert names(tier="giant") == ["企业 00900"]
    assert len(names(tier="none", place="4403")) == 60
    assert names(q="0011") == ["企业 00011", *(f"企业 0011{n}" for n in range(10))]
    assert names(q=credit_code(7)) == ["企业 00007"]
    assert names(state="claimed") == []
    assert client.get("/api/growth/agency/firms", {"cursor": "x"}).status_code == 422
    text = b"".join(client.get("/api/growth/agency/firms.csv", {"tier": "giant"}).streaming_content).decode(
        "utf-8-sig"
    )
    assert list(csv.reader(io.StringIO(text)))[1][:2] == ["企业 00900", credit_code(900)]


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("many", [2_000, pytest.param(10_000, marks=pytest.mark.stress)])
def test_thousands_of_rows(officer, browser_of, many):
    rows = [row(n, titles=titles_in("创新型 2024-09-01~2030-08-31") if n % 3 else ()) for n in range(many)]
    begun = time.perf_counter()
    done = take(officer, *rows)
    spent = time.perf_counter() - begun
    assert done.added == many
    client = browser_of(officer)
    times = {}
    for name, query in {
        "list": {},
        "list by expiry": {"sort": "until"},
        "search": {"q": "0777"},
        "tier": {"tier": "innovative"},
    }.items():
        begun = time.perf_counter()
        assert client.get("/api/growth/agency/firms", query).status_code == 200
        times[name] = time.perf_counter() - begun
    begun = time.perf_counter()
    ladder = client.get("/api/growth/agency/ladder", {"digits": "4"}).json()
    times["ladder"] = time.perf_counter() - begun
    assert (ladder["firms"], ladder["tiers"]) == (many, [many * 2 // 3, 0, 0])
    print(
        f"\nimport of {many}: {spent:.1f} s on {connection.vendor}; "
        + ", ".join(f"{n} {t * 1000:.0f} ms" for n, t in times.items())
    )
    assert spent < 60 * many / 10_000
    assert max(times.values()) < 2
