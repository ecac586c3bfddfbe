"""Signing in and out, as a browser does it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from alula.kernel import clock
from alula.kernel.actor import Role
from alula.people import facade, services
from alula.people.models import Consent, User
from alula.people.permissions import acting_in

LOGIN = "/_allauth/browser/v1/auth/login"
SESSION = "/_allauth/browser/v1/auth/session"
PASSWORD = "correct-horse-battery"


@pytest.fixture
def fresh():
    """A browser that was never here, with the token that the first page gives it."""
    client = Client(enforce_csrf_checks=True)
    client.get("/_allauth/browser/v1/config")
    client.defaults["HTTP_X_CSRFTOKEN"] = client.cookies["csrftoken"].value
    return client


def sign_in(client, email="lin@test.example", password=PASSWORD, **headers):
    answer = client.post(
        LOGIN,
        {"email": email, "password": password},
        content_type="application/json",
        headers=headers or None,
    )
    client.defaults["HTTP_X_CSRFTOKEN"] = client.cookies["csrftoken"].value
    return answer


def test_signs_in_acts_and_signs_out(world, fresh):
    assert fresh.get("/api/me").status_code == 401
    assert sign_in(fresh, "LIN@test.example").status_code == 200

    me = fresh.get("/api/me").json()
    assert me["person"] == {"id": str(world.lin.person_id), "name": "lin", "email": "lin@test.example"}
    assert me["tenant"] == {"id": str(world.lin.tenant_id), "name": "海棠", "kind": "firm"}
    assert me["unit"]["name"] == "广州"
    assert me["unit"]["path"] == world.lin.unit_path
    assert me["roles"] == [{"role": "learner", "unit_id": None, "unit_name": None}]
    assert me["consents"] == {"voice_analysis": None, "voice_recording": None}
    assert me["tenants"] == [{"id": str(world.lin.tenant_id), "name": "海棠"}]
    assert me["change_password"] is False

    assert fresh.delete(SESSION).status_code == 401  # allauth's way to say "signed out"
    assert fresh.get("/api/me").status_code == 401


def test_who_is_not_signed_in_gets_a_problem_in_their_language(client, db):
    answer = client.get("/api/me", headers={"accept-language": "en"})
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "kernel.not_signed_in"
    assert answer.json()["title"] == "Please sign in first."


@pytest.mark.parametrize(
    ("email", "password"), [("lin@test.example", "wrong"), ("nobody@test.example", PASSWORD)]
)
def test_wrong_password_and_unknown_address_look_the_same(world, fresh, email, password):
    answer = sign_in(fresh, email, password)
    assert answer.status_code == 400
    assert [error["code"] for error in answer.json()["errors"]] == ["email_password_mismatch"]
    assert fresh.get("/api/me").status_code == 401


def test_sign_in_without_the_token_is_refused(world):
    client = Client(enforce_csrf_checks=True)
    answer = client.post(
        LOGIN, {"email": "lin@test.example", "password": PASSWORD}, content_type="application/json"
    )
    assert answer.status_code == 403
    assert client.get("/api/me").status_code == 401


def test_a_change_without_the_token_is_refused(world, browser_of):
    browser = browser_of(world.lin)
    del browser.defaults["HTTP_X_CSRFTOKEN"]
    answer = browser.patch("/api/me", {"language": "en"}, content_type="application/json")
    assert answer.status_code == 403
    assert browser.get("/api/me").json()["language"] == "zh"


def test_language_is_kept(world, fresh):
    sign_in(fresh)
    changed = fresh.patch(
        "/api/me", {"language": "en", "timezone": "Europe/Berlin"}, content_type="application/json"
    )
    assert changed.status_code == 200
    assert (changed.json()["language"], changed.json()["timezone"]) == ("en", "Europe/Berlin")
    wrong = fresh.put("/api/me/consents/soul", {"granted": True}, content_type="application/json")
    assert wrong.json()["title"] == "There is no such consent."

    fresh.delete(SESSION)
    refused = sign_in(fresh, password="wrong", **{"accept-language": "zh-CN"})
    assert (
        refused.json()["errors"][0]["message"]
        == "The email address and/or password you specified are not correct."
    )
    sign_in(fresh)
    assert fresh.get("/api/me").json()["language"] == "en"


@pytest.mark.parametrize(
    ("change", "code"),
    [({"language": "fr"}, "kernel.invalid"), ({"timezone": "Mars/Olympus"}, "people.timezone_unknown")],
)
def test_what_we_do_not_speak_is_refused(world, browser_of, change, code):
    answer = browser_of(world.lin).patch("/api/me", change, content_type="application/json")
    assert answer.status_code == 422
    assert answer.json()["code"] == code


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("zh", "密码太短，至少要有 10 个字符。"),
        ("en", "This password is too short. It must have at least 10 characters."),
    ],
)
def test_a_new_password_is_refused_in_the_language_of_the_account(world, browser_of, language, said):
    browser = browser_of(world.lin)
    browser.patch("/api/me", {"language": language}, content_type="application/json")
    answer = browser.post(
        "/_allauth/browser/v1/account/password/change",
        {"current_password": PASSWORD, "new_password": "Gq7-x"},
        "application/json",
        headers={"accept-language": "en" if language == "zh" else "zh"},
    )
    assert [one["message"] for one in answer.json()["errors"]] == [said]


def test_deactivated_person_is_refused_with_the_reason(world, fresh):
    services.deactivate_person(world.admin, world.lin.person_id)
    answer = sign_in(fresh, **{"accept-language": "en"})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["code"] == "deactivated"
    assert "deactivated" in answer.json()["errors"][0]["message"]
    assert fresh.get("/api/me").status_code == 401
    assert sign_in(fresh, password="wrong").json()["errors"][0]["code"] == "email_password_mismatch"


def test_session_of_a_deactivated_person_ends(world, browser_of):
    browser = browser_of(world.lin)
    key = browser.cookies["sessionid"].value
    assert facade.actor_from_session(key) == world.lin
    services.deactivate_person(world.admin, world.lin.person_id)

    assert facade.actor_from_session(key) is None
    assert browser.get("/api/me").status_code == 401
    services.activate_person(world.admin, world.lin.person_id)
    assert browser.get("/api/me").status_code == 401, "the session itself has ended"


def test_session_does_not_slip_into_another_tenant(world, browser_of):
    """Deactivated where they act, but active elsewhere: they sign in again, not act elsewhere unawares."""
    operator = _operator()
    services.add_person(
        acting_in(operator, world.stranger.tenant_id), email="lin@test.example", name="Lin", unit_id=None
    )
    browser = browser_of(world.lin)
    assert browser.get("/api/me").json()["tenant"]["name"] == "海棠"
    services.deactivate_person(world.admin, world.lin.person_id)
    assert browser.get("/api/me").status_code == 401
    browser.force_login(User.objects.get(email="lin@test.example"))
    assert browser.get("/api/me").json()["tenant"]["name"] == "别家"


def test_switches_tenant_only_where_one_belongs(world, browser_of):
    browser = browser_of(world.lin)
    other = str(world.stranger.tenant_id)
    refused = browser.post("/api/me/tenant", {"tenant_id": other}, content_type="application/json")
    assert refused.status_code == 404

    services.add_person(
        acting_in(_operator(), world.stranger.tenant_id), email="lin@test.example", name="Lin Two"
    )
    switched = browser.post("/api/me/tenant", {"tenant_id": other}, content_type="application/json")
    assert switched.json()["tenant"]["id"] == other
    assert browser.get("/api/me").json()["person"]["name"] == "Lin Two"
    assert {tenant["name"] for tenant in browser.get("/api/me").json()["tenants"]} == {"海棠", "别家"}
    actor = facade.actor_from_session(browser.cookies["sessionid"].value)
    assert actor.tenant_id == world.stranger.tenant_id


def test_session_key_of_nobody(db):
    assert facade.actor_from_session("") is None
    assert facade.actor_from_session("nosuchsessionkey0000000000000000") is None


def test_changed_password_ends_other_sessions(world, browser_of):
    browser = browser_of(world.lin)
    key = browser.cookies["sessionid"].value
    services.issue_initial_password(world.admin, world.lin.person_id)
    assert facade.actor_from_session(key) is None
    assert browser.get("/api/me").status_code == 401


def test_initial_password_is_replaced_by_ones_own(world, fresh):
    added = services.add_person(world.admin, email="new@test.example", name="New")
    sign_in(fresh, "new@test.example", added.initial_password)
    assert fresh.get("/api/me").json()["change_password"] is True
    answer = fresh.post(
        "/_allauth/browser/v1/account/password/change",
        {"current_password": added.initial_password, "new_password": "a-word-of-my-own-7"},
        content_type="application/json",
    )
    assert answer.status_code == 200
    assert fresh.get("/api/me").json()["change_password"] is False


def test_initial_password_runs_out(world, fresh):
    added = services.add_person(world.admin, email="late@test.example", name="Late")
    with clock.at(datetime.now(UTC) + timedelta(days=15)):
        answer = sign_in(fresh, "late@test.example", added.initial_password)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["code"] == "initial_password_expired"
    assert sign_in(fresh, "late@test.example", added.initial_password).status_code == 200


SIGN_UP = "/_allauth/browser/v1/auth/signup"


def test_sign_up_is_closed_unless_a_tenant_is_named(world, fresh, monkeypatch):
    body = {"email": "walk-in@test.example", "password": "a-long-password-9"}
    assert fresh.post(SIGN_UP, body, content_type="application/json").status_code == 403
    assert not User.objects.filter(email="walk-in@test.example").exists()

    monkeypatch.setenv("ALULA_SIGN_UP", "firm")
    assert fresh.post(SIGN_UP, body, content_type="application/json").status_code == 200
    me = fresh.get("/api/me").json()
    assert me["tenant"]["name"] == "海棠"
    assert [role["role"] for role in me["roles"]] == ["learner"]


def test_sign_up_into_a_tenant_that_is_not_there_is_closed(world, fresh, monkeypatch):
    monkeypatch.setenv("ALULA_SIGN_UP", "nowhere")
    body = {"email": "x@test.example", "password": "a-long-password-9"}
    assert fresh.post(SIGN_UP, body, content_type="application/json").status_code == 403
    assert not User.objects.filter(email="x@test.example").exists()


def test_user_without_a_tenant_is_told_so(db, client):
    client.force_login(User.objects.create_superuser("root@test.example", PASSWORD))
    answer = client.get("/api/me")
    assert answer.status_code == 403
    assert answer.json()["code"] == "people.no_tenant"
    assert client.get("/back-office/").status_code == 200, "and stays signed in to the back office"


def test_places_are_those_with_something_in_them(world, browser_of):
    assert "admin" not in browser_of(world.lin).get("/api/me").json()["places"]
    assert "admin" in browser_of(world.admin).get("/api/me").json()["places"]


def test_consents_over_http(world, browser_of):
    browser = browser_of(world.lin)
    asked = browser.get("/api/me/consents").json()
    assert [one["kind"] for one in asked] == ["voice_analysis", "voice_recording"]
    assert all(one["text"]["zh"] and one["text"]["en"] and one["granted"] is None for one in asked)

    for granted in (True, False):
        answer = browser.put(
            "/api/me/consents/voice_recording", {"granted": granted}, content_type="application/json"
        )
        assert answer.json()["consents"] == {"voice_analysis": None, "voice_recording": granted}
    assert list(Consent.objects.values_list("granted", flat=True).order_by("id")) == [True, False]


def _operator():
    tenant = facade.ensure_tenant("operator", "运营", kind="operator")
    return facade.ensure_person(
        tenant, email="op@test.example", name="op", password=PASSWORD, roles=[Role.OPERATOR]
    )
