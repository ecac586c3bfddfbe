"""Statements over HTTP: each filter finds what it should and nothing else, nobody sees another tenant's."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from uuid import UUID, uuid4

import msgspec
import pytest
from django.db import connection

from alula.record import spine
from alula.record.facade import append, run_readers, statement
from alula.record.facade import void as void_by_us
from alula.record.xapi import finding, showing

pytestmark = pytest.mark.django_db

DID = "http://example.com/did"
VOIDED = "http://adlnet.gov/expapi/verbs/voided"


def agent(name):
    return {"mbox": f"mailto:{name}@example.com"}


def said(who="li", verb=DID, thing="tea", **more):
    return {
        "actor": agent(who),
        "verb": {"id": verb},
        "object": {"id": f"http://example.com/{thing}"},
        **more,
    }


def about(target, verb=DID, who="li"):
    return {"actor": agent(who), "verb": {"id": verb}, "object": {"objectType": "StatementRef", "id": target}}


def decoded(answer):
    return msgspec.json.decode(answer.body)


def test_what_was_sent_is_given_back_with_what_the_record_adds(lrs):
    sent = said(
        result={"score": {"scaled": 0.1}, "response": "茶"}, timestamp="2026-03-01T16:00:00.123+08:00"
    )
    [one] = lrs.post(sent)
    back = decoded(lrs.get("statements", statementId=one))
    assert {name: back[name] for name in sent} == sent
    assert back["id"] == one
    assert back["authority"] == lrs.credential.authority
    assert back["version"] == "2.0.0"
    assert datetime.fromisoformat(back["stored"]) <= datetime.now(UTC)


def test_a_statement_without_a_timestamp_happened_when_it_was_stored(lrs, tenant):
    [one] = lrs.post(said())
    back = decoded(lrs.get("statements", statementId=one))
    assert back["timestamp"] == back["stored"]
    kept = statement(tenant, UUID(back["id"]))
    assert kept.statement.timestamp == kept.stored


def test_our_own_statements_are_there_and_say_the_version_that_is_asked(lrs, lrs_of, tenant, did):
    [one] = append(tenant, [did()])
    assert decoded(lrs.get("statements", statementId=str(one)))["version"] == "2.0.0"
    old = decoded(lrs_of(version="1.0.3").get("statements", statementId=str(one)))
    assert old["version"] == "1.0.0"
    assert old["authority"]["account"]["name"] == "alula"


def test_what_comes_in_reaches_the_readers(lrs, fresh_reader):
    got = []
    name = fresh_reader(lambda batch: got.extend(one.statement for one in batch))
    lrs.post(said(result={"duration": "P1M"}, timestamp="2026-03-01T08:00+08"))
    run_readers(name)
    assert [str(one.timestamp) for one in got] == ["2026-03-01 00:00:00+00:00"]
    assert got[0].result.duration == "P1M"


FILTERS = [
    ({"agent": agent("li")}, {"actor", "object", "member"}),
    ({"agent": agent("li"), "related_agents": "true"}, {"actor", "object", "member", "instructor", "inner"}),
    ({"verb": "http://example.com/ate"}, {"verb"}),
    ({"activity": "http://example.com/soup"}, {"activity"}),
    ({"activity": "http://example.com/soup", "related_activities": "true"}, {"activity", "parent", "inner"}),
    ({"registration": "0192f0c1-0000-7000-8000-00000000000a"}, {"registration"}),
    ({"agent": agent("li"), "verb": "http://example.com/ate"}, set()),
    ({"agent": agent("nobody")}, set()),
]


@pytest.mark.parametrize(("params", "expected"), FILTERS)
def test_each_filter_finds_what_it_should_and_nothing_else(lrs, params, expected):
    inner = {**said("li", thing="soup"), "objectType": "SubStatement"}
    given = {
        "actor": said("li"),
        "object": {**said("x"), "object": {"objectType": "Agent", **agent("li")}},
        "member": {**said(), "actor": {"objectType": "Group", "member": [agent("li"), agent("y")]}},
        "instructor": said("x", context={"instructor": agent("li")}),
        "inner": {**said("x"), "object": inner},
        "verb": said("x", verb="http://example.com/ate"),
        "activity": said("x", thing="soup"),
        "parent": said("x", context={"contextActivities": {"parent": {"id": "http://example.com/soup"}}}),
        "registration": said("x", context={"registration": "0192F0C1-0000-7000-8000-00000000000A"}),
    }
    named = dict(zip(lrs.post(list(given.values())), given, strict=True))
    assert {named[one] for one in lrs.ids(**params)} == expected


def test_who_instructs_often_is_found_as_the_object_without_a_look_at_all_of_that(lrs):
    """Counted in steps of SQLite's machine; a look at every mention would take some for each."""
    often = {"instructor": agent("li")}
    [one] = lrs.post({**said("x"), "object": {"objectType": "Agent", **agent("li")}})
    for _ in range(10):
        lrs.post([said("x", context=often) for _ in range(200)])
    if connection.vendor != "sqlite":
        assert lrs.ids(agent=agent("li")) == [one]
        return
    steps = []
    connection.connection.set_progress_handler(lambda: steps.append(10), 10)
    assert lrs.ids(agent=agent("li")) == [one]
    connection.connection.set_progress_handler(None, 0)
    assert sum(steps) < 1000


def test_a_statement_about_another_is_found_with_it_whichever_came_first(lrs):
    later = str(uuid4())
    [early] = lrs.post(about(later, who="x"))
    lrs.post(said("li", id=later))
    [twice] = lrs.post(about(early, who="y"))
    assert set(lrs.ids(agent=agent("li"))) == {later, early, twice}
    # Both filters have to hold in one statement, not one here and one there.
    assert lrs.ids(agent=agent("x"), activity="http://example.com/tea") == []


def test_many_statements_about_others_are_found_by_each_filter_page_by_page(lrs):
    registration = str(uuid4())
    targets = lrs.post([said(who=f"p{n % 3}", context={"registration": registration}) for n in range(30)])
    comments = lrs.post([about(one, who="x") for one in targets])
    for params in (
        {"registration": registration},
        {"activity": "http://example.com/tea"},
        {"registration": registration, "activity": "http://example.com/tea", "verb": DID},
    ):
        seen, answer = [], decoded(lrs.get("statements", limit="7", **params))
        while True:
            seen += [one["id"] for one in answer["statements"]]
            if not answer["more"]:
                break
            answer = decoded(lrs.get(answer["more"].removeprefix("/xapi/")))
        assert seen == [*targets, *comments][::-1]
    assert set(lrs.ids(agent=agent("p1"))) == {*targets[1::3], *comments[1::3]}
    authority = lrs.credential.authority
    assert len(lrs.ids(agent=authority, related_agents="true")) == 60
    assert lrs.ids(agent=authority) == []


@pytest.mark.parametrize("ascending", ["true", "false"])
def test_what_several_indexes_hold_between_each_other_comes_in_one_order(lrs, ascending):
    """Actors, members and statements about others by turns: pages of 1 and 5 cut them everywhere."""
    expected = []
    for n in range(8):
        [target] = lrs.post(said())
        group = {**said(), "actor": {"objectType": "Group", "member": [agent("li"), agent("y")]}}
        expected += [target, *lrs.post(group), *lrs.post(about(target, who=f"x{n}"))]
    for limit in ("1", "5"):
        seen, answer = [], decoded(lrs.get("statements", agent=agent("li"), limit=limit, ascending=ascending))
        while True:
            seen += [one["id"] for one in answer["statements"]]
            if not answer["more"]:
                break
            answer = decoded(lrs.get(answer["more"].removeprefix("/xapi/")))
        assert seen == (expected if ascending == "true" else expected[::-1])


def test_when_one_index_fills_the_page_the_next_is_read_up_to_its_end_only(lrs, monkeypatch):
    targets = [said(id=str(uuid4())) for _ in range(10)]
    lrs.post([about(one["id"], verb="http://example.com/noted", who="x") for one in targets])
    lrs.post(targets)
    read, asked = [], spine.select

    def counted(*parts):
        read.append(asked(*parts))
        return read[-1]

    monkeypatch.setattr(spine, "select", counted)
    assert lrs.ids(verb=DID, limit="4") == [one["id"] for one in targets[:-5:-1]]
    assert [len(one) for one in read] == [5, 0]


def test_statements_about_each_other_and_themselves_do_no_harm(lrs):
    one, two, alone = str(uuid4()), str(uuid4()), str(uuid4())
    lrs.post({"id": one, **about(two, who="a")})
    lrs.post({"id": two, **about(one, who="b")})
    lrs.post({"id": alone, **about(alone, who="c")})
    assert set(lrs.ids(agent=agent("a"))) == {one, two}
    assert lrs.ids(agent=agent("c")) == [alone]


def test_what_is_given_exactly_is_what_every_other_way_gives(lrs, tenant, did):
    append(tenant, [did()])
    lrs.post(
        [
            said(timestamp="2026-03-01T16:00:00+08:00"),
            said(result={"response": "“茶”}"}, version="1.0.3"),
            said(context={"extensions": {"http://example.com/version": {"stored": 1, "authority": {}}}}),
        ]
    )
    stored, _ = finding.page(tenant, finding.Query(), authority=None)
    for version in ("1.0.3", "2.0.0"):
        raw = [msgspec.json.decode(one) for one in showing.exact(stored, version)]
        assert raw == showing.shown(tenant, stored, "exact", (), version)
        assert {len({"stored", "timestamp", "version", "authority"} & one.keys()) for one in raw} == {4}


def test_since_and_until_are_by_stored(lrs):
    first, second, third = (lrs.post(said(timestamp="2001-01-01T00:00:00Z"))[0] for _ in range(3))
    stored = [decoded(lrs.get("statements", statementId=one))["stored"] for one in (first, second, third)]
    assert lrs.ids(since=stored[2]) == []
    assert set(lrs.ids(until=stored[2])) == {first, second, third}
    assert lrs.ids(until="2001-01-02T00:00:00Z") == []
    assert third in lrs.ids(since="2001-01-02T00:00:00Z")


@pytest.mark.parametrize("ascending", ["true", "false"])
def test_more_links_give_everything_once_while_writing_goes_on(lrs, ascending):
    given = lrs.post([said(who=f"p{n}") for n in range(25)])
    answer = decoded(lrs.get("statements", limit="10", ascending=ascending))
    seen = []
    while True:
        seen += [one["id"] for one in answer["statements"]]
        if not answer["more"]:
            break
        lrs.post(said("late")) if len(seen) < 20 else None
        answer = decoded(lrs.get(answer["more"].removeprefix("/xapi/")))
    assert len(seen) == len(set(seen))
    assert [one for one in seen if one in given] == (given if ascending == "true" else given[::-1])


def test_voided_statements_are_found_by_their_own_parameter_only(lrs):
    [one] = lrs.post(said())
    [by] = lrs.post(about(one, VOIDED))
    assert lrs.get("statements", statementId=one).status_code == 404
    assert decoded(lrs.get("statements", voidedStatementId=one))["id"] == one
    assert lrs.get("statements", voidedStatementId=by).status_code == 404
    assert lrs.ids() == [by]
    lrs.post(about(by, VOIDED))
    assert lrs.get("statements", statementId=by).status_code == 200


def test_a_void_may_come_before_what_it_voids(lrs):
    later = str(uuid4())
    lrs.post(about(later, VOIDED))
    lrs.post(said(id=later))
    assert lrs.get("statements", statementId=later).status_code == 404
    assert lrs.get("statements", voidedStatementId=later).status_code == 200


def test_our_own_void_hides_it_too(lrs, tenant):
    from alula.record.facade import Agent

    [one] = lrs.post(said())
    void_by_us(tenant, UUID(one), by=Agent(mbox="mailto:a@example.com"))
    assert one not in lrs.ids()


def test_the_same_again_changes_nothing_another_content_is_refused(lrs):
    group = {"objectType": "Group", "member": [agent("a"), agent("b")]}
    one = said(id=str(uuid4()), result={"duration": "PT1.237S"}, timestamp="2026-03-01T08:00:00+08:00")
    one["actor"] = group
    lrs.post(one)
    again = {**one, "timestamp": "2026-03-01T00:00:00.000Z", "result": {"duration": "PT1.231S"}}
    again["actor"] = {**group, "member": [agent("b"), {**agent("a"), "objectType": "Agent"}]}
    lrs.post(again)
    assert lrs.call("PUT", "statements", again, statementId=one["id"]).status_code == 204
    for other in (
        {**one, "verb": {"id": "http://example.com/x"}},
        {**one, "result": {"duration": "PT1.24S"}},
    ):
        assert lrs.call("POST", "statements", other).status_code == 409
        assert lrs.call("PUT", "statements", other, statementId=one["id"]).status_code == 409
    assert lrs.ids() == [one["id"]]
    assert decoded(lrs.get("statements", statementId=one["id"]))["timestamp"] == one["timestamp"]


def test_a_batch_is_stored_whole_or_not_at_all(lrs):
    twice = str(uuid4())
    for batch in (
        [said(), {**said(), "verb": {}}],
        [said(id=twice), said(id=twice.upper())],
    ):
        answer = lrs.call("POST", "statements", batch)
        assert answer.status_code == 400
        assert decoded(answer)["field"].startswith("[1]")
    assert lrs.ids() == []
    assert lrs.post([]) == []


def test_another_tenant_sees_nothing_and_may_use_the_same_id(lrs, lrs_of, other_tenant):
    one = said(id=str(uuid4()), context={"instructor": agent("t")})
    lrs.post(one)
    stranger = lrs_of(other_tenant)
    assert stranger.get("statements", statementId=one["id"]).status_code == 404
    for params in ({}, {"agent": agent("li")}, {"agent": agent("t"), "related_agents": "true"}):
        assert stranger.ids(**params) == []
    stranger.post({**one, "verb": {"id": "http://example.com/x"}})
    stranger.post(about(one["id"], VOIDED))
    assert lrs.ids() == [one["id"]]


def test_who_may_read_its_own_sees_only_what_came_through_it(lrs, lrs_of, tenant, did):
    append(tenant, [did()])
    lrs.post(said())
    own = lrs_of(tenant, "write", "read_own")
    [mine] = own.post(said("li"))
    [later] = lrs.post(about(mine))
    assert own.ids() == [mine]
    assert own.ids(agent=agent("li")) == [mine]
    assert own.get("statements", statementId=later).status_code == 404
    assert len(lrs.ids()) == 4


@pytest.mark.parametrize(
    ("scope", "method", "resource"),
    [
        ("read_all", "POST", "statements"),
        ("read_all", "PUT", "statements"),
        ("write", "GET", "statements"),
        ("write", "GET", "more/abc"),
        ("write", "GET", "activities"),
        ("write", "GET", "agents"),
        ("write", "GET", "activities/state"),
        ("read_all", "PUT", "activities/profile"),
        ("read_all", "POST", "agents/profile"),
        ("define", "DELETE", "activities/state"),
    ],
)
def test_a_credential_does_only_what_its_scopes_say(lrs_of, tenant, scope, method, resource):
    answer = lrs_of(tenant, scope).call(method, resource, said())
    assert (answer.status_code, decoded(answer)["code"]) == (403, "xapi.scope")


@pytest.mark.parametrize(
    "params",
    [
        {"limit": "-1"},
        {"limit": "x"},
        {"Limit": "1"},
        {"since": "yesterday"},
        {"agent": "li"},
        {"agent": {"objectType": "Group", "member": [{"mbox": "mailto:a@b.c"}]}},
        {"ascending": "yes"},
        {"format": "all"},
        {"registration": "1"},
        {"activity": "tea"},
        {"statementId": "1"},
        {"statementId": "0192f0c1-0000-7000-8000-00000000000a", "limit": "1"},
        {"unknown": "1"},
    ],
)
def test_a_parameter_that_is_wrong_is_refused(lrs, params):
    assert lrs.get("statements", **params).status_code == 400


@pytest.mark.parametrize("token", ["", "x", "bm8", "é", "eyJzaW5jZSI6InRvZGF5In0", "eyJhZnRlciI6Ii0xIn0"])
def test_a_more_link_that_is_not_ours_is_refused(lrs, token):
    assert lrs.get(f"more/{token}").status_code == 400


def test_ids_and_canonical_formats(lrs):
    definition = {"name": {"en": "Tea", "zh": "茶"}, "type": "http://example.com/course"}
    one = said(object={"id": "http://example.com/tea", "definition": definition})
    one["verb"] = {"id": DID, "display": {"en": "did", "zh": "做了"}}
    one["actor"] = {**agent("li"), "name": "Li"}
    lrs.post(one)
    lrs.post(said(object={"id": "http://example.com/tea", "definition": {"name": {"de": "Tee"}}}))
    short = decoded(lrs.get("statements", format="ids"))["statements"][1]
    assert short["actor"] == {"objectType": "Agent", **agent("li")}
    assert (short["verb"], short["object"]) == ({"id": DID}, {"id": "http://example.com/tea"})
    headers = {"Accept-Language": "fr;q=0.9, zh-CN"}
    chosen = decoded(lrs.get("statements", format="canonical", headers=headers))["statements"][1]
    assert chosen["object"]["definition"]["name"] == {"zh": "茶"}
    assert chosen["verb"]["display"] == {"zh": "做了"}
    known = decoded(lrs.get("activities", activityId="http://example.com/tea"))
    assert known["definition"] == {
        "name": {"en": "Tea", "zh": "茶", "de": "Tee"},
        "type": "http://example.com/course",
    }


def test_who_may_not_define_changes_no_activity(lrs, lrs_of, tenant):
    lrs_of(tenant, "write").post(
        said(object={"id": "http://example.com/tea", "definition": {"name": {"en": "X"}}})
    )
    assert decoded(lrs.get("activities", activityId="http://example.com/tea")) == {
        "objectType": "Activity",
        "id": "http://example.com/tea",
    }


def test_a_person_has_the_names_that_it_was_given(lrs):
    lrs.post([{**said(), "actor": {**agent("li"), "name": name}} for name in ("Li", "李", "Li")])
    person = decoded(lrs.get("agents", agent=agent("li")))
    assert person == {"objectType": "Person", "name": ["Li", "李"], "mbox": ["mailto:li@example.com"]}


def multipart(statement, *parts, boundary="b"):
    lines = [b"--b", b"Content-Type: application/json", b"", msgspec.json.encode(statement)]
    for sha2, content in parts:
        lines += [b"--b", b"Content-Type: text/plain", b"Content-Transfer-Encoding: binary"]
        lines += [f"X-Experience-API-Hash: {sha2}".encode(), b"", content]
    return b"\r\n".join([*lines, b"--b--", b""])


def test_attachments_come_back_as_they_came(lrs):
    content = bytes(range(256)) + b"\r\n\r\n-bb\r\n"
    sha2 = hashlib.sha256(content).hexdigest()
    one = said(
        attachments=[
            {
                "usageType": "http://example.com/use",
                "display": {"en": "a"},
                "contentType": "text/plain",
                "length": len(content),
                "sha2": sha2,
            }
        ]
    )
    headers = {"Content-Type": 'multipart/mixed; boundary="b"'}
    sent = lrs.call("POST", "statements", multipart(one, (sha2, content)), headers=headers)
    assert sent.status_code == 200, sent.body
    back = lrs.get("statements", attachments="true")
    assert back.headers["content-type"].startswith("multipart/mixed")
    assert content in back.body
    assert content not in lrs.get("statements").body
    for wrong in (multipart(one), multipart(one, ("0" * 64, content)), multipart(said(), (sha2, content))):
        assert lrs.call("POST", "statements", wrong, headers=headers).status_code == 400
    assert lrs.call("POST", "statements", one).status_code == 400
