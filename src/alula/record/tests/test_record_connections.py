"""The credentials page: made, renewed, ended, resumed by the tenant's administrators; each act is in the record."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from uuid import UUID

import httpx
import pytest

from alula.kernel import clock
from alula.record.facade import statements_of
from alula.record.lean import intake
from alula.record.xapi import counting, http
from alula.record.xapi.credentials import add, end, sign_in
from alula.record.xapi.credentials import forget as look_anew

CREDENTIALS = "/api/record/credentials"
MOODLE = {"name": "Moodle", "scopes": ["write", "define"]}


def basic(key, secret):
    import base64

    return "Basic " + base64.b64encode(f"{key}:{secret}".encode()).decode()


def said(tenant_id):
    newest = statements_of(tenant_id, limit=10).items
    return [one.verb.rpartition("/")[2] for one in newest if one.verb.endswith("-credential")]


@pytest.fixture
def admin(world, browser_of):
    return browser_of(world.admin)


@pytest.fixture
def made(admin):
    answer = admin.post(CREDENTIALS, MOODLE, "application/json")
    assert answer.status_code == 201, answer.content
    return answer.json()


@pytest.mark.django_db
def test_what_is_made_works_and_its_secret_is_shown_once(world, admin, made):
    card = sign_in(basic(made["credential"]["key"], made["secret"]))
    assert (card.tenant_id, card.scopes) == (world.admin.tenant_id, {"write", "define"})
    assert made["endpoint"] == "http://testserver/xapi/"
    listed = admin.get(CREDENTIALS).json()
    assert [one["name"] for one in listed["items"]] == ["Moodle"]
    assert listed["items"][0]["last_used_at"]
    assert made["secret"] not in admin.get(CREDENTIALS).content.decode()
    assert said(world.admin.tenant_id) == ["made-credential"]
    row = admin.get("/api/record/statements").json()["items"][0]
    assert row["sentence"] == {
        "zh": "admin 新建了对接凭据“Moodle”。",
        "en": "admin made the credential “Moodle”.",
    }
    assert made["secret"] not in statements_of(world.admin.tenant_id).items[0].body


@pytest.mark.django_db
@pytest.mark.parametrize(
    "payload",
    [
        {**MOODLE, "name": "  "},
        {**MOODLE, "scopes": []},
        {**MOODLE, "scopes": ["write", "everything"]},
        {"scopes": ["write"]},
        {**MOODLE, "name": "x" * 101},
    ],
)
def test_what_says_nothing_useful_is_refused(world, admin, payload):
    assert admin.post(CREDENTIALS, payload, "application/json").status_code == 422
    assert admin.get(CREDENTIALS).json()["items"] == []
    assert said(world.admin.tenant_id) == []


@pytest.mark.django_db
def test_renewed_both_work_for_a_day(world, admin, made):
    fresh = admin.post(f"{CREDENTIALS}/{made['credential']['key']}/rotate").json()
    for one in (made, fresh):
        assert sign_in(basic(one["credential"]["key"], one["secret"])).scopes == {"write", "define"}
    look_anew()
    with clock.at(clock.now() + timedelta(hours=25)):
        sign_in(basic(fresh["credential"]["key"], fresh["secret"]))
        with pytest.raises(Exception, match="not_signed_in"):
            sign_in(basic(made["credential"]["key"], made["secret"]))
    assert said(world.admin.tenant_id) == ["rotated-credential", "made-credential"]


@pytest.mark.django_db
def test_an_end_is_at_once_and_can_be_taken_back_for_ten_minutes(world, admin, made):
    key, header = made["credential"]["key"], basic(made["credential"]["key"], made["secret"])
    sign_in(header)
    ended = admin.post(f"{CREDENTIALS}/{key}/end").json()
    assert (ended["ended"], ended["resumable"]) == (True, True)
    with pytest.raises(Exception, match="not_signed_in"):
        sign_in(header)
    assert admin.post(f"{CREDENTIALS}/{key}/end").json()["ends_at"] == ended["ends_at"], "twice is once"
    assert admin.post(f"{CREDENTIALS}/{key}/resume").json()["ended"] is False
    assert sign_in(header)
    admin.post(f"{CREDENTIALS}/{key}/end")
    with clock.at(clock.now() + timedelta(minutes=11)):
        late = admin.post(f"{CREDENTIALS}/{key}/resume")
        assert (late.status_code, late.json()["code"]) == (409, "xapi.not_resumable")
        assert admin.get(CREDENTIALS).json()["items"][0]["resumable"] is False
    assert said(world.admin.tenant_id) == [
        "ended-credential", "resumed-credential", "ended-credential", "made-credential",
    ]  # fmt: skip


@pytest.mark.django_db
def test_another_tenants_key_is_not_there(world, browser_of, made):
    stranger = browser_of(world.stranger)
    assert stranger.get(CREDENTIALS).json()["items"] == []
    for act in ("rotate", "end", "resume"):
        assert stranger.post(f"{CREDENTIALS}/{made['credential']['key']}/{act}").status_code == 404
    assert sign_in(basic(made["credential"]["key"], made["secret"]))
    assert said(world.stranger.tenant_id) == []


@pytest.mark.django_db
def test_only_administrators_keep_credentials(world, browser_of, made):
    for who in (world.lin, world.wang, world.sun):
        client = browser_of(who)
        assert client.get(CREDENTIALS).status_code == 403
        assert client.post(CREDENTIALS, MOODLE, "application/json").status_code == 403
        assert client.post(f"{CREDENTIALS}/{made['credential']['key']}/end").status_code == 403


@pytest.mark.django_db
def test_a_failing_statement_leaves_no_credential(world, admin, monkeypatch):
    def fail(*_):
        raise RuntimeError("no")

    monkeypatch.setattr("alula.record.xapi.credentials.append", fail)
    with pytest.raises(RuntimeError):
        add(world.admin.tenant_id, "x", ["write"], by=UUID(int=0))
    monkeypatch.undo()
    assert admin.get(CREDENTIALS).json()["items"] == []


@pytest.fixture
def front(transactional_db, monkeypatch):
    """The record's routes with an intake of their own."""
    own = intake.Intake()
    monkeypatch.setattr(http, "intake", lambda: own)
    yield http.application
    own.stop()


def test_who_was_let_in_a_moment_ago_is_not_once_the_credential_ended(front, lrs):
    """Storing remembers credentials by itself, for speed; an end is known there at once all the same."""
    statement = {
        "actor": {"mbox": "mailto:pat@elsewhere.example"},
        "verb": {"id": "https://elsewhere.example/saw"},
        "object": {"id": "https://elsewhere.example/film"},
    }
    signed = {"Authorization": basic(lrs.credential.key, lrs.secret), "X-Experience-API-Version": "2.0.0"}

    async def talk():
        app = httpx.ASGITransport(front)
        async with httpx.AsyncClient(transport=app, base_url="http://site", headers=signed) as client:
            first = await client.post("/xapi/statements", json=statement)
            again = await client.post("/xapi/statements", json=statement)
            await asyncio.to_thread(end, lrs.credential.tenant_id, lrs.credential.key)
            return first, again, await client.post("/xapi/statements", json=statement)

    before = counting.answers()
    assert [one.status_code for one in asyncio.run(talk())] == [200, 200, 401]
    counted = {status: number - before.get(status, 0) for status, number in counting.answers().items()}
    assert {status: number for status, number in counted.items() if number} == {200: 2, 401: 1}
