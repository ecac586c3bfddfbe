"""Bearer tokens: how a system gets one, what it may do, when it ends, and who is stopped from trying on."""

from __future__ import annotations

import base64
from datetime import timedelta
from urllib.parse import urlencode

import msgspec
import pytest

from alula.kernel import clock
from alula.record.xapi import attempts, oauth, tokens
from alula.record.xapi.credentials import end, forget, rotate

FORM = "application/x-www-form-urlencoded"
GRANT = {"grant_type": "client_credentials"}


@pytest.fixture(autouse=True)
def _count_anew():
    attempts.forget()
    forget()
    yield
    attempts.forget()
    forget()


def basic(key, secret):
    return "Basic " + base64.b64encode(f"{key}:{secret}".encode()).decode()


def ask(form, authorization="", kind=FORM, address="192.0.2.1"):
    body = form if isinstance(form, bytes) else urlencode(form).encode()
    answer = oauth.answered(body, kind, authorization, address)
    assert answer.headers["cache-control"] == "no-store"
    return answer, msgspec.json.decode(answer.body)


@pytest.fixture
def client_of(lrs):
    """(header, form) by which the credential `lrs` signs in."""
    key, secret = lrs.credential.key, lrs.secret
    return basic(key, secret), {**GRANT, "client_id": key, "client_secret": secret}


def with_token(lrs, token, method="GET", body=b"", /, **params):
    return lrs.call(method, "statements", body, headers={"Authorization": f"Bearer {token}"}, **params)


def statement():
    return {
        "actor": {"mbox": "mailto:a@b.example"},
        "verb": {"id": "https://a.example/did"},
        "object": {"id": "https://a.example/it"},
    }


@pytest.mark.parametrize("way", ["header", "form"])
def test_a_token_does_what_its_credential_does(lrs, client_of, way):
    header, form = client_of
    answer, said = ask(GRANT, header) if way == "header" else ask(form)
    assert answer.status_code == 200
    assert (said["token_type"], said["expires_in"]) == ("Bearer", 3600)
    assert said["scope"] == "define profile read_all read_own write"
    stored = with_token(lrs, said["access_token"], "POST", statement())
    assert stored.status_code == 200
    (one,) = msgspec.json.decode(stored.body)
    found = msgspec.json.decode(with_token(lrs, said["access_token"], statementId=one).body)
    assert found["authority"]["account"]["name"] == lrs.credential.key


@pytest.mark.parametrize(
    ("asked", "granted"),
    [
        ("statements/write", "write"),
        ("statements/read/mine", "read_own"),
        ("statements/read statements/write", "read_all write"),
        ("all/read", "read_all"),
        ("profile state", "profile"),
        ("all", "define profile read_all read_own write"),
        ("read_own", "read_own"),
    ],
)
def test_a_token_may_do_no_more_than_was_asked_for(lrs, client_of, asked, granted):
    _, said = ask({**GRANT, "scope": asked}, client_of[0])
    assert said["scope"] == granted
    token = said["access_token"]
    assert with_token(lrs, token, "POST", statement()).status_code == (200 if "write" in granted else 403)
    assert with_token(lrs, token).status_code == (200 if "read" in granted else 403)


def test_a_token_may_do_no_more_than_its_credential(lrs_of):
    lrs = lrs_of(lrs_of().credential.tenant_id, "write")
    header = basic(lrs.credential.key, lrs.secret)
    _, said = ask({**GRANT, "scope": "all"}, header)
    assert said["scope"] == "write"
    answer, said = ask({**GRANT, "scope": "statements/read"}, header)
    assert (answer.status_code, said["error"]) == (400, "invalid_scope")


def test_a_token_ends_after_an_hour(lrs, client_of):
    token = ask(GRANT, client_of[0])[1]["access_token"]
    assert with_token(lrs, token).status_code == 200
    with clock.at(clock.now() + timedelta(minutes=59)):
        forget()
        assert with_token(lrs, token).status_code == 200
    with clock.at(clock.now() + timedelta(minutes=61)):
        refused = with_token(lrs, token)
        assert refused.status_code == 401
        challenges = [value for name, value in refused.headers.items() if name == "www-authenticate"]
        assert any(one.startswith("Basic") for one in challenges)
        assert 'Bearer realm="xAPI", error="invalid_token"' in challenges


def test_a_token_ends_with_its_credential(lrs, client_of, tenant):
    token = ask(GRANT, client_of[0])[1]["access_token"]
    assert with_token(lrs, token).status_code == 200
    rotate(tenant, lrs.credential.key)
    assert with_token(lrs, token).status_code == 200, "the old one lives for a day"
    end(tenant, lrs.credential.key)
    assert with_token(lrs, token).status_code == 401


def test_a_token_is_not_made_by_hand(lrs, client_of):
    token = ask(GRANT, client_of[0])[1]["access_token"]
    said, _, seal = token.rpartition(":")
    for wrong in ("", "x", said, f"{said}:{seal[:-1]}", token[1:], tokens.issue("nobody", ["write"])):
        assert with_token(lrs, wrong).status_code == 401, wrong
    wide = base64.urlsafe_b64encode(f'["{lrs.credential.key}",["write"],99999999999]'.encode()).decode()
    assert with_token(lrs, f"{wide.rstrip('=')}:{seal}").status_code == 401


def test_a_token_of_another_tenant_sees_nothing_of_ours(lrs, lrs_of, other_tenant):
    lrs.post(statement())
    other = lrs_of(other_tenant)
    token = ask(GRANT, basic(other.credential.key, other.secret))[1]["access_token"]
    assert msgspec.json.decode(with_token(lrs, token).body)["statements"] == []


@pytest.mark.parametrize(
    ("form", "kind", "status", "error"),
    [
        ({}, FORM, 400, "invalid_request"),
        ({"grant_type": "password"}, FORM, 400, "unsupported_grant_type"),
        (GRANT, FORM, 401, "invalid_client"),
        ({**GRANT, "client_id": "a\x00", "client_secret": "b"}, FORM, 401, "invalid_client"),
        ({**GRANT, "client_id": "nobody", "client_secret": "b"}, FORM, 401, "invalid_client"),
        (GRANT, "application/json", 400, "invalid_request"),
        (b"grant_type=a&grant_type=b", FORM, 400, "invalid_request"),
        (b"\xff\xfe=1", FORM, 400, "invalid_request"),
    ],
)
@pytest.mark.django_db
def test_what_is_no_token_request_is_refused_in_the_standards_words(form, kind, status, error):
    answer, said = ask(form, kind=kind)
    assert (answer.status_code, said["error"]) == (status, error)
    assert said["error_description"]
    assert ("www-authenticate" in answer.headers) == (status == 401)


def test_scope_and_double_secrets_are_refused(client_of):
    header, form = client_of
    assert ask({**GRANT, "scope": "everything"}, header)[1]["error"] == "invalid_scope"
    assert ask(form, header)[1]["error"] == "invalid_request"
    assert ask(GRANT, "Basic %%%")[1]["error"] == "invalid_client"


def test_ten_wrong_secrets_stop_that_address_and_nobody_else(lrs, client_of):
    key = lrs.credential.key
    for _ in range(attempts.AT_MOST):
        assert ask(GRANT, basic(key, "wrong"))[0].status_code == 401
    stopped, said = ask(GRANT, client_of[0])
    assert stopped.status_code == 429
    assert 0 < int(stopped.headers["retry-after"]) <= 60
    assert said["error_description"]
    assert ask(GRANT, client_of[0], address="192.0.2.2")[0].status_code == 200


def test_wrong_secrets_are_counted_at_every_resource(lrs):
    right, lrs.secret = lrs.secret, "wrong"
    for _ in range(attempts.AT_MOST):
        assert lrs.get("statements").status_code == 401
    lrs.secret = right
    refused = lrs.get("statements")
    assert refused.status_code == 429
    assert int(refused.headers["retry-after"]) > 0
    attempts.forget()
    assert lrs.get("statements").status_code == 200
