"""The lean path: the same answers as the long way, each request by itself in its group, limits that hold."""

from __future__ import annotations

import asyncio
import json
import threading
from uuid import UUID, uuid4

import httpx
import msgspec
import pytest
from django.db import DataError, OperationalError, connection
from test_xapi_validator import RIGHT, WRONG, with_part

from alula.kernel.errors import Refusal
from alula.record import spine, table
from alula.record.facade import add_credential, run_readers, statement
from alula.record.lean import group, intake, parts, recognising
from alula.record.lean.writer import GROUP, Waiting, Writer
from alula.record.xapi import http, storing
from alula.record.xapi.decoding import decode
from alula.record.xapi.validator import validate

LESSON = "https://firm.example/lessons/1"


def said(one=None, **more):
    return {
        "id": str(one or uuid4()),
        "actor": {"account": {"homePage": "https://firm.example", "name": "li"}},
        "verb": {"id": "http://adlnet.gov/expapi/verbs/completed", "display": {"en": "completed"}},
        "object": {"id": LESSON, "definition": {"name": {"en": "A lesson"}}},
        **more,
    }


@pytest.fixture
def credential(db, tenant):
    return add_credential(tenant, "a system", ["write", "define", "read_all"]).credential


@pytest.fixture
def other_credential(db, other_tenant):
    return add_credential(other_tenant, "another", ["write"]).credential


def prepared(credential, *statements):
    return storing.prepare(credential, msgspec.json.encode(list(statements)), {}, "2.0.0")


def kept(tenant):
    return {one.id for one in spine.select("WHERE tenant_id = %s", [spine.key(tenant)])}


@pytest.fixture
def writer(transactional_db):
    """A writer that is stopped when the test is over, and what it told."""
    one = Writer(lambda: None)
    yield one
    one.stop()


# What is recognised is what the long way makes of it.


def long_way(credential, statement, version):
    validate(statement, version)
    return storing._recognised(credential, statement, version, None)


@pytest.mark.django_db
@pytest.mark.parametrize("version", ["1.0.3", "2.0.0"])
def test_recognised_rows_are_those_of_the_long_way(credential, version):
    sender = storing._sender(credential, version, None)
    recognised = 0
    for path, value in RIGHT:
        raw = msgspec.json.encode({"id": str(uuid4()), **with_part(path, value)})
        for _ in range(2):  # the second time from memory
            try:
                expected = long_way(credential, decode(raw), version)
            except Refusal:
                assert recognising.recognise(raw, sender) is None
                continue
            found = recognising.recognise(raw, sender)
            if found is None:
                continue
            recognised += 1
            assert found.row._replace(body="") == expected.row._replace(body="")
            assert json.loads(found.row.body) == json.loads(expected.row.body)
            assert sorted(map(str, found.definitions)) == sorted(map(str, expected.definitions))
    assert recognised > len(RIGHT)
    for path, value, *_ in WRONG:
        assert recognising.recognise(msgspec.json.encode(with_part(path, value)), sender) is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    "raw",
    [
        '{"id":"ID","id":"ID","actor":A,"verb":V,"object":O}',
        '{"id":"ID","actor":A,"actor":A,"verb":V,"object":O}',
        '{"id":"ID","actor":{"mbox":"mailto:a@b.cn","mbox":"mailto:a@b.cn"},"verb":V,"object":O}',
        '{"id":"ID","actor":A,"verb":V,"object":O,"result":{"success":true,"success":true}}',
        '{"id":"ID","actor":A,"verb":V,"object":O,"result":{"score":{"scaled":0.5,"scaled":0.5}}}',
        '{"id":"ID","actor":A,"verb":V,"object":O,"result":{"score":{"scaled":2}}}',
        '{"id":"ID","actor":A,"verb":V,"object":O,"result":{"score":{"min":2,"max":1}}}',
        '{"id":"ID","actor":A,"verb":V,"object":O,"result":{"score":{"raw":2,"max":1}}}',
        '{"id":"ID","actor":A,"verb":V,"object":O,"result":{"duration":"1 hour"}}',
        '{"id":"ID","actor":A,"verb":V,"object":O,"context":{"registration":"R","registration":"R"}}',
        '{"id":"ID","actor":A,"verb":V,"object":O,"context":{"registration":"R","registr\\u0061tion":"R"}}',
        '{"id":"ID","actor":A,"verb":V,"object":O,"context":{"registration":"no"}}',
        '{"id":"ID","actor":A,"verb":V,"object":{"objectType":"Agent","mbox":"mailto:a@b.cn"},"context":{"platform":"x"}}',
        '{"id":"ID","actor":A,"verb":{"id":"http://adlnet.gov/expapi/verbs/voided"},"object":O}',
        '{"id":"ID","actor":A,"verb":V,"object":O,"timestamp":"2026-02-30T10:00:00Z"}',
        '{"id":"ID","actor":A,"verb":V,"object":O,"version":"3.0.0"}',
        '{"id":"no","actor":A,"verb":V,"object":O}',
        '{"id":"ID","actor":A,"verb":V,"object":O,"more":1}',
        '{"id":"ID","actor":null,"verb":V,"object":O}',
        '{"id":"ID","actor":A,"verb":V,"object":O,"result":null}',
    ],
)
def test_what_is_wrong_is_never_recognised(credential, raw):
    for part, text in {
        "ID": str(uuid4()),
        '"R"': f'"{uuid4()}"',
        ":A": ':{"mbox":"mailto:li@b.cn"}',
        ":V": ':{"id":"http://example.com/did"}',
        ":O": ':{"id":"http://example.com/tea"}',
    }.items():
        raw = raw.replace(part, text)
    assert recognising.recognise(raw.encode(), storing._sender(credential, "2.0.0", None)) is None
    with pytest.raises(Refusal) as refused:
        storing.prepare(credential, raw.encode(), {}, "2.0.0")
    assert refused.value.status == 400


@pytest.mark.django_db
def test_a_registration_inside_an_extension_is_not_the_contexts_own(credential):
    """Nor is what was remembered of one context taken for another that looks alike."""
    inner, outer = str(uuid4()), str(uuid4())
    for context, expected in (
        ({"registration": outer, "language": "en"}, outer),
        ({"extensions": {"http://x.cn/e": {"registration": inner}}}, None),
        ({"registration": outer, "extensions": {"http://x.cn/e": {"registration": inner}}}, outer),
        ({"registration": inner, "language": "en"}, inner),
    ):
        [row] = prepared(credential, said(context=context)).rows
        assert row.registration == (expected and UUID(expected).hex)


def test_a_memory_forgets_rather_than_grows(monkeypatch):
    monkeypatch.setattr(parts, "REMEMBERED_BYTES", 1000)
    memory = parts.Memory(lambda raw: raw)
    for number in range(500):
        assert memory[b"%0100d" % number]
    assert len(memory) <= 11
    assert memory[b"x" * (parts.LONGEST + 1)]
    assert b"x" * (parts.LONGEST + 1) not in memory


# One transaction, many requests.


@pytest.mark.django_db(transaction=True)
def test_a_refusal_inside_a_group_touches_nobody_else(credential, other_credential, tenant, other_tenant):
    shared, mine, theirs, fresh = uuid4(), uuid4(), uuid4(), uuid4()
    assert group.write([prepared(credential, said(shared))]) == [None]
    outcomes = group.write(
        [
            prepared(credential, said(mine)),
            prepared(credential, said(fresh), said(shared, result={"success": False})),
            prepared(other_credential, said(shared, result={"success": False})),
            prepared(credential, said(shared)),
            prepared(credential, said(theirs)),
        ]
    )
    assert [getattr(one, "status", None) for one in outcomes] == [None, 409, None, None, None]
    assert kept(tenant) == {shared, mine, theirs}
    assert kept(other_tenant) == {shared}


@pytest.mark.django_db(transaction=True)
def test_the_same_id_twice_within_one_group(credential, tenant):
    one, beside = uuid4(), uuid4()
    outcomes = group.write(
        [
            prepared(credential, said(one)),
            prepared(credential, said(one)),
            prepared(credential, said(beside), said(one, result={"success": True})),
            prepared(credential, said(beside)),
        ]
    )
    assert [getattr(one, "status", None) for one in outcomes] == [None, None, 409, None]
    assert kept(tenant) == {one, beside}
    assert statement(tenant, one).statement.result is None


@pytest.mark.django_db(transaction=True)
def test_voiding_mentions_and_definitions_in_a_group(credential, tenant, lrs_of):
    target, before, voiding = uuid4(), uuid4(), {"id": "http://adlnet.gov/expapi/verbs/voided"}
    course = {"id": "https://firm.example/courses/9"}

    def voids(one):
        about = {"objectType": "StatementRef", "id": str(one)}
        return {**said(), "verb": voiding, "object": about}

    group.write([prepared(credential, voids(before))])
    outcomes = group.write(
        [
            prepared(credential, said(target, context={"contextActivities": {"parent": [course]}})),
            prepared(credential, voids(target), said(before)),
            prepared(credential, said(context={"contextActivities": {"grouping": [course]}})),
        ]
    )
    assert outcomes == [None, None, None]
    assert statement(tenant, target).voided
    assert statement(tenant, before).voided
    lrs = lrs_of()
    assert (
        len(lrs.ids(activity=course["id"], related_activities="true")) == 2
    )  # one with it, one that is about the voided
    known = msgspec.json.decode(lrs.get("activities", activityId=LESSON).body)
    assert known["definition"]["name"] == {"en": "A lesson"}


@pytest.mark.django_db(transaction=True)
def test_voided_before_it_came_in_a_group_with_a_tenant_that_never_voided(
    credential, other_credential, tenant, other_tenant
):
    one = uuid4()
    voiding = {
        **said(),
        "verb": {"id": "http://adlnet.gov/expapi/verbs/voided"},
        "object": {"objectType": "StatementRef", "id": str(one)},
    }
    assert group.write([prepared(credential, voiding)]) == [None]
    outcomes = group.write([prepared(other_credential, said(one)), prepared(credential, said(one))])
    assert outcomes == [None, None]
    assert statement(tenant, one).voided
    assert not statement(other_tenant, one).voided


@pytest.mark.django_db(transaction=True)
def test_readers_get_a_group_in_the_order_given(credential, tenant, fresh_reader):
    ids = [uuid4() for _ in range(30)]
    seen = []
    name = fresh_reader(seen.extend)
    group.write([prepared(credential, *map(said, ids[at : at + 3])) for at in range(0, 30, 3)])
    run_readers(name)
    assert [one.id for one in seen] == ids


@pytest.mark.django_db(transaction=True)
def test_texts_with_every_awkward_character_come_back(credential, tenant):
    odd = 'tab\t line\n\r backslash \\ \\N \\. quote " 小翼 \U0001f426 \u2028'
    one = uuid4()
    raw = json.dumps([said(one, result={"response": odd})], indent=1, ensure_ascii=False).encode()
    assert group.write([storing.prepare(credential, raw, {}, "2.0.0")]) == [None]
    assert statement(tenant, one).statement.result.response == odd


# The writer's thread.


def told(writer, requests):
    """What the writer says of requests that came at once."""
    outcomes, all_told = {}, threading.Semaphore(0)

    def tell(number):
        def one(outcome):
            outcomes[number] = outcome
            all_told.release()

        return one

    for number, request in enumerate(requests):
        writer.put(Waiting(request, tell(number)))
    for _ in requests:
        assert all_told.acquire(timeout=20)
    return [outcomes[number] for number in range(len(requests))]


def test_the_writer_groups_and_tells_each(writer, credential, tenant, monkeypatch):
    sizes, write = [], group.write
    monkeypatch.setattr(group, "write", lambda some: (sizes.append(len(some)), write(some))[1])
    ids = [uuid4() for _ in range(600)]
    assert told(writer, [prepared(credential, said(one)) for one in ids]) == [None] * 600
    assert kept(tenant) == set(ids)
    assert max(sizes) <= GROUP
    assert len(sizes) < 100


def test_what_the_database_cannot_take_of_one_is_told_to_that_one(writer, credential, tenant, monkeypatch):
    insert, poison = table._insert_sqlite, uuid4()

    def refuse(rows, sql):
        if any(row.id == poison.hex for row in rows):
            raise DataError("cannot be taken")
        return insert(rows, sql)

    monkeypatch.setattr(table, "_insert_sqlite", refuse)
    ids = [uuid4() for _ in range(20)]
    ids[7] = poison
    if connection.vendor != "sqlite":
        pytest.skip("the same code; SQLite's insert is the one that is broken here")
    outcomes = told(writer, [prepared(credential, said(one)) for one in ids])
    assert [type(one) for one in outcomes] == [type(None)] * 7 + [DataError] + [type(None)] * 12
    assert kept(tenant) == set(ids) - {poison}


def test_trouble_is_told_to_all_and_is_over_when_it_is_over(writer, credential, tenant, monkeypatch):
    def away(*_):
        raise OperationalError("away")

    monkeypatch.setattr(group, "sort_out", away)
    assert {type(one) for one in told(writer, [prepared(credential, said()) for _ in range(5)])} == {
        OperationalError
    }
    monkeypatch.undo()
    assert told(writer, [prepared(credential, said())]) == [None]
    assert len(kept(tenant)) == 1


# Over HTTP.


@pytest.fixture
def front(transactional_db, monkeypatch):
    """The record's routes with an intake of their own."""
    own = intake.Intake()
    monkeypatch.setattr(http, "intake", lambda: own)
    monkeypatch.setattr(http, "desk", intake.Desk())
    monkeypatch.setattr(http, "_welcome", {})
    yield http.application
    own.stop()


def ask(front, lrs, talk):
    async def run():
        transport = httpx.ASGITransport(app=front)
        headers = {"X-Experience-API-Version": "2.0.0"}
        async with httpx.AsyncClient(
            transport=transport,
            base_url="http://test",
            auth=(lrs.credential.key, lrs.secret),
            headers=headers,
        ) as client:
            return await talk(client)

    return asyncio.run(run())


def test_many_at_once_each_get_their_own_answer(front, lrs_of, tenant):
    lrs = lrs_of()
    shared = uuid4()

    async def talk(client):
        await client.post("/xapi/statements", json=said(shared))
        requests = [client.post("/xapi/statements", json=said()) for _ in range(40)]
        requests.append(client.post("/xapi/statements", json=said(shared, result={"success": True})))
        requests.append(client.post("/xapi/statements", json={**said(), "verb": "no"}))
        requests.append(client.put(f"/xapi/statements?statementId={shared}", json=said(shared)))
        requests.append(client.post("/xapi/statements", json=said(), auth=("nobody", "x")))
        return await asyncio.gather(*requests)

    answers = ask(front, lrs, talk)
    assert [one.status_code for one in answers] == [200] * 40 + [409, 400, 204, 401]
    assert all("x-experience-api-consistent-through" in one.headers for one in answers)
    assert len(kept(tenant)) == 41


def test_beyond_its_bytes_it_says_so_before_they_are_read(front, lrs_of, tenant, monkeypatch):
    monkeypatch.setenv("ALULA_XAPI_WAITING_BYTES", "3000")
    monkeypatch.setattr(http, "desk", intake.Desk())
    lrs, read = lrs_of(), []
    free = threading.Event()
    write = group.write
    monkeypatch.setattr(group, "write", lambda some: (free.wait(10), write(some))[1])

    async def large():
        read.append(True)
        yield msgspec.json.encode(said(result={"response": "x" * 4000}))

    async def talk(client):
        held = [asyncio.create_task(client.post("/xapi/statements", json=said())) for _ in range(5)]
        await asyncio.sleep(0.3)
        announced = await client.post("/xapi/statements", content=large(), headers={"Content-Length": "4200"})
        assert not read
        unannounced = await client.post("/xapi/statements", content=large())
        free.set()
        return (
            [await one for one in held],
            announced,
            unannounced,
            await client.post("/xapi/statements", json=said()),
        )

    held, announced, unannounced, after = ask(front, lrs, talk)
    assert [one.status_code for one in held] == [200] * 5
    assert [announced.status_code, unannounced.status_code, after.status_code] == [503, 503, 200]
    assert int(announced.headers["retry-after"]) > 0
    assert len(kept(tenant)) == 6
    assert http.desk._bytes == http.desk._count == 0


def test_a_credential_that_ended_is_not_let_in_for_long(front, lrs_of, monkeypatch):
    lrs = lrs_of()

    async def talk(client):
        first = await client.post("/xapi/statements", json=said())
        from alula.record.facade import end_credential

        await asyncio.to_thread(end_credential, lrs.credential.tenant_id, lrs.credential.key)
        await asyncio.sleep(http.WELCOME_SECONDS + 0.05)
        return first, await client.post("/xapi/statements", json=said())

    first, second = ask(front, lrs, talk)
    assert (first.status_code, second.status_code) == (200, 401)
