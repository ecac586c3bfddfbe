"""The list of statements for the web app: who sees whose, how it is narrowed, paged and taken along."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from alula.kernel import clock
from alula.record import spine
from alula.record.api import browsing
from alula.record.api.browsing import Wanted, Whose
from alula.record.facade import (
    COMPLETED,
    PASSED,
    Activity,
    ActivityDefinition,
    Agent,
    Result,
    Score,
    Statement,
    append,
    iri,
    person,
    void,
)

LIST = "/api/record/statements"


def course(name="tea"):
    names = {"tea": {"zh": "茶艺", "en": "Tea"}, "law": {"zh": "合规", "en": "Compliance"}}[name]
    return Activity(id=iri("courses", name), definition=ActivityDefinition(name=names))


def did(actor, what="tea", verb=COMPLETED, **more):
    return Statement(actor=person(actor.tenant_id, actor.person_id), verb=verb, object=course(what), **more)


@pytest.fixture
def told(world):
    """Each of the firm completed the tea course, the stranger too; in this order, and by nothing else."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM record_statement")
    firm = [world.lin, world.chen, world.zhao, world.wang, world.sun, world.admin]
    return {one.name: append(one.tenant_id, [did(one)])[0] for one in [*firm, world.stranger]}


def names_in(answer):
    assert answer.status_code == 200, answer.content
    return [row["actor"]["name"]["zh"] for row in answer.json()["items"]]


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("lin", ["lin"]),
        ("wang", ["wang", "chen", "lin"]),
        ("sun", ["sun", "wang", "zhao", "chen", "lin"]),
        ("admin", ["admin", "sun", "wang", "zhao", "chen", "lin"]),
        ("stranger", ["stranger"]),
    ],
)
def test_everybody_sees_their_own_leaders_their_peoples_administrators_all(
    world, told, browser_of, who, sees
):
    client = browser_of(getattr(world, who))
    answer = client.get(LIST)
    assert names_in(answer) == sees
    assert answer.json()["total"] == len(sees)
    assert answer.json()["next"] is None
    for name, one in told.items():
        status = client.get(f"{LIST}/{one}").status_code
        assert status == (200 if name in sees else 404), name
    lines = b"".join(client.get("/api/record/statements.jsonl").streaming_content).decode().splitlines()
    assert {json.loads(line)["id"] for line in lines} == {str(told[name]) for name in sees}


def test_a_line_is_a_sentence_in_both_languages_and_opened_it_is_the_statement(world, told, browser_of):
    score = Result(score=Score(raw=82, min=0, max=100))
    (one,) = append(world.lin.tenant_id, [did(world.lin, result=score)])
    row = browser_of(world.admin).get(LIST).json()["items"][0]
    assert row["sentence"] == {
        "zh": "lin 完成了“茶艺”，得分 82，满分 100。",
        "en": "lin completed “Tea”, score 82 of 100.",
    }
    assert row["actor"]["person_id"] == str(world.lin.person_id)
    whole = browser_of(world.lin).get(f"{LIST}/{one}").json()
    assert whole["body"]["result"]["score"]["raw"] == 82
    assert whole["body"]["stored"].endswith("Z")
    assert {**row, "body": None} == {**whole, "body": None}


def test_the_list_is_narrowed_by_person_verb_activity_and_voided(world, told, browser_of):
    append(world.lin.tenant_id, [did(world.lin, "law", PASSED)])
    void(world.lin.tenant_id, told["chen"], by=person(world.admin.tenant_id, world.admin.person_id))
    admin = browser_of(world.admin)
    assert names_in(admin.get(LIST, {"q": "LI"})) == ["lin", "lin"]
    assert names_in(admin.get(LIST, {"q": "nobody at all"})) == []
    assert names_in(admin.get(LIST, {"verb": PASSED.id})) == ["lin"]
    assert names_in(admin.get(LIST, {"activity": iri("courses", "law")})) == ["lin"]
    assert names_in(admin.get(LIST, {"q": "wan", "activity": iri("courses", "law")})) == []
    assert names_in(admin.get(LIST, {"voided": "only"})) == ["chen"]
    assert "chen" not in names_in(admin.get(LIST, {"voided": "without"}))
    assert admin.get(LIST, {"voided": "perhaps"}).status_code == 422
    boss = browser_of(world.wang)
    assert names_in(boss.get(LIST, {"q": "zhao"})) == [], "not of Wang's people"
    assert names_in(boss.get(LIST, {"verb": PASSED.id})) == ["lin"]


def test_what_another_system_sent_shows_its_name_and_the_person_as_that_system_says(
    world, told, browser_of, lrs_of
):
    lrs = lrs_of(world.admin.tenant_id, "write")
    sent = {
        "actor": {"mbox": "mailto:pat@elsewhere.example", "name": "Pat"},
        "verb": {"id": "https://elsewhere.example/saw", "display": {"en": "saw"}},
        "object": {"id": "https://elsewhere.example/film"},
    }
    lrs.post(sent)
    admin = browser_of(world.admin)
    row = admin.get(LIST, {"through": lrs.credential.key}).json()["items"][0]
    assert row["actor"] == {"name": {"zh": "Pat", "en": "Pat"}, "person_id": None}
    assert row["through"] == {"key": lrs.credential.key, "name": "a system"}
    assert row["sentence"]["zh"] == "Pat 对“https://elsewhere.example/film”执行了“saw”。"
    assert names_in(admin.get(LIST, {"q": "pat@elsewhere.example"})) == ["Pat"]
    assert "Pat" not in names_in(admin.get(LIST, {"through": "alula"}))
    assert names_in(browser_of(world.sun).get(LIST, {"q": "pat@elsewhere.example"})) == []
    filters = admin.get(f"{LIST}/filters").json()
    assert {"value": sent["verb"]["id"], "name": {"zh": "saw", "en": "saw"}} in filters["verbs"]
    assert lrs.credential.key in [one["value"] for one in filters["through"]]
    own = browser_of(world.lin).get(f"{LIST}/filters").json()
    assert (own["everybody"], own["others"], own["through"], own["activities"]) == (False, False, [], [])


def test_a_statement_that_our_types_do_not_fit_is_still_a_line(world, told, browser_of):
    (one,) = append(world.lin.tenant_id, [did(world.lin)])
    odd = {
        "id": str(one),
        "actor": {"mbox": "mailto:pat@elsewhere.example"},
        "verb": {"id": "https://elsewhere.example/saw"},
        "object": {"id": "https://elsewhere.example/film"},
        "result": {"score": {"raw": 5, "min": 9, "max": 1}},
    }
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE record_statement SET body = %s WHERE id = %s", [json.dumps(odd), spine.key(one)]
        )
    first = browser_of(world.admin).get(LIST).json()["items"][0]
    assert first["id"] == str(one)
    assert first["sentence"]["zh"]
    assert first["sentence"]["en"]


def test_pages_follow_each_other_without_a_gap_while_new_statements_arrive(world, told, browser_of):
    for _ in range(5):
        append(
            world.lin.tenant_id, [did(one) for one in (world.lin, world.chen, world.zhao) for _ in range(3)]
        )
    for who, expected in ((world.admin, 6 + 45), (world.wang, 3 + 30), (world.lin, 1 + 15)):
        client, cursor, ids = browser_of(who), None, []
        while True:
            page = client.get(LIST, {"limit": 7, **({"cursor": cursor} if cursor else {})}).json()
            ids += [row["id"] for row in page["items"]]
            cursor = page["next"]
            append(world.lin.tenant_id, [did(world.sun)])
            if cursor is None:
                break
        assert len(ids) == len(set(ids)) == expected
    for wrong in ("nonsense", "WyJhIl0", "WzEsMl0"):
        assert browser_of(world.lin).get(LIST, {"cursor": wrong}).status_code == 422


def test_a_stretch_of_time_is_the_viewers(world, told, browser_of):
    admin = browser_of(world.admin)
    today = clock.now().astimezone(UTC)
    assert len(names_in(admin.get(LIST, {"period": "1d"}))) == 6
    assert len(names_in(admin.get(LIST, {"period": "7d"}))) == 6
    shanghai = (today + timedelta(hours=8)).date()
    assert len(names_in(admin.get(LIST, {"period": f"{shanghai:%Y-%m}"}))) == 6
    assert len(names_in(admin.get(LIST, {"period": f"{shanghai:%Y-%m-%d}"}))) == 6
    assert names_in(admin.get(LIST, {"period": "2001-02"})) == []
    assert names_in(admin.get(LIST, {"period": f"{shanghai - timedelta(days=1):%Y-%m-%d}"})) == []
    for wrong in ("yesterday", "2026-13", "0d", "2026-02-30"):
        assert admin.get(LIST, {"period": wrong}).status_code == 422, wrong


@pytest.fixture
def spread(world):
    """Sixty statements, one a minute and a half, the oldest an hour and a half ago."""
    append(world.lin.tenant_id, [did(one) for one in (world.lin, world.chen, world.zhao) for _ in range(20)])
    start = datetime(2025, 3, 1, tzinfo=UTC)
    with connection.cursor() as cursor:
        cursor.execute("SELECT position FROM record_statement WHERE tenant_id = %s ORDER BY position",
                       [spine.key(world.lin.tenant_id)])  # fmt: skip
        places = [row[0] for row in cursor.fetchall()]
        for number, position in enumerate(places):
            stored = spine.moment(start + timedelta(seconds=90 * number))
            cursor.execute("UPDATE record_statement SET stored = %s WHERE position = %s", [stored, position])
    return start, places


@pytest.mark.parametrize("window", [3, 10, 10_000])
def test_times_are_exact_though_they_are_looked_up_by_position(world, spread, monkeypatch, window):
    monkeypatch.setattr(browsing, "WINDOWS", (window,) * 4)
    start, places = spread
    for first, last in ((0, 10), (7, 31), (30, 30), (len(places) - 3, len(places) + 50)):
        since, until = (start + timedelta(seconds=90 * one) for one in (first, last))
        wanted, after, found = Wanted(since=since, until=until), None, []
        while True:
            page = browsing.page(Whose(world.admin), wanted, after, 4)
            found += [one.position for one in page.items]
            after = page.after
            if after is None:
                break
        assert found == list(reversed(places[first + 1 : last + 1]))


@pytest.mark.parametrize("named", [0, 1, 2000])
def test_many_people_are_found_as_few_are(world, told, browser_of, monkeypatch, named):
    """Whether the people one leads are named in the query or asked about afterwards, the list is the same."""
    monkeypatch.setattr(browsing, "NAMED", named)
    monkeypatch.setattr(browsing, "WINDOWS", (2,) * 4)
    boss, cursor, names = browser_of(world.wang), None, []
    while True:
        page = boss.get(LIST, {"limit": 2, **({"cursor": cursor} if cursor else {})})
        names += names_in(page)
        cursor = page.json()["next"]
        if cursor is None:
            break
    assert names == ["wang", "chen", "lin"]


def test_an_answer_reads_a_bounded_part_of_the_record(world, told, monkeypatch):
    """Nothing is found in four windows: the page is empty, and its cursor goes on behind them."""
    monkeypatch.setattr(browsing, "WINDOWS", (10,) * 4)
    monkeypatch.setattr(browsing, "COUNTED", 40)
    void(world.lin.tenant_id, told["lin"], by=person(world.admin.tenant_id, world.admin.person_id))
    append(world.lin.tenant_id, [did(world.chen) for _ in range(55)])
    voided = Wanted(voided="only")
    first = browsing.page(Whose(world.admin), voided, None, 5)
    assert first.items == []
    assert first.after is not None
    second = browsing.page(Whose(world.admin), voided, first.after, 5)
    assert [one.id for one in second.items] == [told["lin"]]
    assert browsing.count(Whose(world.admin), voided) is None


def test_the_file_opens_in_a_spreadsheet_and_runs_nothing(world, told, browser_of):
    sly = Agent(mbox="mailto:sly@elsewhere.example", name="=HYPERLINK(1)")
    append(world.lin.tenant_id, [Statement(actor=sly, verb=COMPLETED, object=course())])
    answer = browser_of(world.admin).get("/api/record/statements.csv")
    text = b"".join(answer.streaming_content).decode()
    assert text.startswith("\ufeff")
    rows = list(csv.reader(io.StringIO(text[1:])))
    assert rows[0][:4] == ["发生时间", "记录时间", "谁", "记录"]
    assert rows[1][2:4] == ["'=HYPERLINK(1)", "'=HYPERLINK(1)完成了“茶艺”。"]
    assert len(rows) == 1 + 1 + 6
    assert "attachment" in answer["Content-Disposition"]


def test_an_administrators_act_on_somebody_names_them(world, browser_of):
    admin = browser_of(world.admin)
    admin.put(f"/api/people/persons/{world.lin.person_id}/roles/author")
    row = admin.get(LIST).json()["items"][0]
    assert row["sentence"] == {"zh": "admin 授予 lin 一个角色。", "en": "admin granted a role to lin."}
