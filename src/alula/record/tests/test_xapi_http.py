"""What every request meets: credentials, versions, the alternate syntax, limits, and what is true in every answer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import httpx
import msgspec
import pytest
from django.db import connection

from alula.kernel import clock
from alula.kernel.errors import Refusal
from alula.record import through
from alula.record.facade import (
    add_credential,
    append,
    credentials_of,
    end_credential,
    rotate_credential,
    statement,
)
from alula.record.lean.intake import Desk
from alula.record.models import CredentialRow
from alula.record.xapi import http

SAID = {
    "actor": {"mbox": "mailto:li@example.com"},
    "verb": {"id": "http://example.com/did"},
    "object": {"id": "http://example.com/tea"},
}


@pytest.fixture(autouse=True)
def _nothing_known(monkeypatch):
    monkeypatch.setattr(through, "_known", (0.0, "", datetime(1970, 1, 1, tzinfo=UTC)))


@pytest.mark.django_db
@pytest.mark.parametrize("sent", ["", "Basic", "Basic !!!", "Basic bm9jb2xvbg==", "Basic YTpi", "Bearer x"])
def test_without_a_valid_credential_nothing_is_answered(lrs, sent):
    answer = lrs.call("GET", "statements", headers={"Authorization": sent})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Basic")
    assert "x-experience-api-consistent-through" in answer.headers


@pytest.mark.django_db
def test_a_credential_is_kept_as_a_hash_and_notes_its_use(lrs, tenant):
    row = CredentialRow.objects.get(key=lrs.credential.key)
    assert lrs.secret not in str(vars(row))
    assert row.last_used_at is None
    lrs.get("statements")
    assert credentials_of(tenant)[0].last_used_at is not None
    right = lrs.secret
    lrs.secret = right[:-1]
    assert lrs.get("statements").status_code == 401


@pytest.mark.django_db
def test_rotation_lets_both_work_for_a_while_then_only_the_new_one(lrs, tenant, other_tenant):
    with pytest.raises(Refusal, match=r"kernel\.not_found"):
        rotate_credential(other_tenant, lrs.credential.key)
    fresh = rotate_credential(tenant, lrs.credential.key, overlap=timedelta(hours=1))
    assert fresh.credential.scopes == lrs.credential.scopes
    assert lrs.get("statements").status_code == 200
    with clock.at(datetime.now(UTC) + timedelta(hours=2)):
        assert lrs.get("statements").status_code == 401
        lrs.credential, lrs.secret = fresh.credential, fresh.secret
        assert lrs.get("statements").status_code == 200
    end_credential(tenant, fresh.credential.key)
    assert lrs.get("statements").status_code == 401


@pytest.mark.django_db
def test_a_scope_that_is_none_is_refused(tenant):
    with pytest.raises(Refusal, match=r"xapi\.no_such_scope"):
        add_credential(tenant, "x", ["everything"])


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("asked", "status", "answered"),
    [
        ("2.0.0", 200, "2.0.0"),
        ("2.0", 200, "2.0.0"),
        ("1.0.3", 200, "1.0.3"),
        ("1.0.1", 200, "1.0.3"),
        ("1.0", 200, "1.0.3"),
        ("", 400, "2.0.0"),
        ("0.9", 400, "2.0.0"),
        ("1.1", 400, "2.0.0"),
        ("2.0.x", 400, "2.0.0"),
    ],
)
def test_the_version_follows_the_request(lrs, asked, status, answered):
    lrs.version = asked
    answer = lrs.get("statements")
    assert (answer.status_code, answer.headers["x-experience-api-version"]) == (status, answered)


@pytest.mark.django_db
def test_about_asks_for_nothing():
    answer = http.answered("GET", "about", b"", {}, b"")
    assert msgspec.json.decode(answer.body)["version"] == ["1.0.3", "2.0.0"]


@pytest.mark.django_db
def test_the_alternate_syntax_is_of_1_0_3_only(lrs_of):
    form = {
        "content": msgspec.json.encode(SAID).decode(),
        "statementId": "0192f0c1-0000-7000-8000-00000000000a",
    }
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    for version, status in (("1.0.3", 204), ("2.0.0", 400)):
        sent = lrs_of(version=version).call(
            "POST", "statements", urlencode(form).encode(), headers=headers, method="PUT"
        )
        assert sent.status_code == status
    old = lrs_of(version="1.0.3")
    found = old.call("POST", "statements", b"limit=1", headers=headers, method="GET")
    assert len(msgspec.json.decode(found.body)["statements"]) == 1
    assert (
        old.call("POST", "statements", b"limit=1", headers=headers, method="GET", limit="1").status_code
        == 400
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("method", "resource", "status"),
    [
        ("DELETE", "statements", 405),
        ("PATCH", "agents", 405),
        ("GET", "nothing", 404),
        ("POST", "about", 405),
    ],
)
def test_what_there_is_not_is_said(lrs, method, resource, status):
    answer = lrs.call(method, resource)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert "x-experience-api-consistent-through" in answer.headers


@pytest.mark.django_db
def test_a_refusal_names_the_place_and_speaks_the_callers_language(lrs):
    for language, words in (("zh", "邮箱"), ("en", "mailto:")):
        wrong = {**SAID, "actor": {"mbox": "li"}}
        answer = lrs.call("POST", "statements", wrong, headers={"Accept-Language": language})
        problem = msgspec.json.decode(answer.body)
        assert (problem["field"], problem["code"]) == ("actor.mbox", "xapi.mbox")
        assert words in problem["title"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "kind", ["text/plain", "", "application/x-www-form-urlencoded", "multipart/form-data"]
)
def test_statements_come_as_json_or_multipart(lrs, kind):
    assert lrs.call("POST", "statements", SAID, headers={"Content-Type": kind}).status_code == 400


@pytest.mark.django_db
def test_trouble_with_the_storage_is_503_and_keeps_nothing(lrs, monkeypatch):
    from django.db import OperationalError

    from alula.record import services

    def full(*_):
        raise OperationalError("disk full")

    monkeypatch.setattr(services.table, "insert", full)
    answer = lrs.call("POST", "statements", SAID)
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    monkeypatch.undo()
    assert lrs.ids() == []


@pytest.mark.django_db(transaction=True)
def test_consistent_through_is_never_ahead_of_what_can_be_seen(tenant, did):
    def uncommitted():
        from django.db import transaction

        with transaction.atomic():
            [one] = append(tenant, [did()])
            stored.append(statement(tenant, one).stored)
            written.set()
            go_on.wait(10)
        connection.close()

    import threading
    import time

    stored, written, go_on = [], threading.Event(), threading.Event()
    writer = threading.Thread(target=uncommitted)
    writer.start()
    assert written.wait(10)
    time.sleep(0.1)
    assert through.consistent_through() < stored[0]
    go_on.set()
    writer.join()
    time.sleep(0.1)
    assert through.consistent_through() >= stored[0]


@pytest.mark.django_db(transaction=True)
def test_over_real_asgi_requests_are_answered_limited_and_turned_away(lrs, monkeypatch):
    import asyncio

    app = http.application
    auth = (lrs.credential.key, lrs.secret)
    headers = {"X-Experience-API-Version": "2.0.0"}

    async def talk():
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(
            transport=transport, base_url="http://test", auth=auth, headers=headers
        ) as client:
            sent = await asyncio.gather(*(client.post("/xapi/statements", json=SAID) for _ in range(10)))
            assert [one.status_code for one in sent] == [200] * 10
            assert len((await client.get("/xapi/statements")).json()["statements"]) == 10
            monkeypatch.setenv("ALULA_XAPI_BYTES", "100")
            monkeypatch.setattr(http, "desk", Desk())
            assert (await client.post("/xapi/statements", json=SAID)).status_code == 413
            monkeypatch.setenv("ALULA_XAPI_WAITING", "0")
            monkeypatch.setattr(http, "desk", Desk())
            busy = await client.get("/xapi/statements")
            assert busy.status_code == 503
            assert busy.headers["retry-after"]
            assert busy.headers["x-experience-api-consistent-through"]

    asyncio.run(talk())
