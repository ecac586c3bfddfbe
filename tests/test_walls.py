"""No address lets anybody reach what is not theirs: walked over every route of the OpenAPI document."""

import re

import pytest
from django.test import Client

from alula.growth import facade as growth
from alula.site.urls import api

SCENARIO = "critical_illness_insurance"
BODIES = {
    ("post", "/turns"): {"key": "k", "text": "您好"},
    ("patch", "/turns/"): {"text": "您好"},
}


def routes():
    for path, methods in api.get_openapi_schema()["paths"].items():
        for method in methods:
            yield method, path


def body_for(method, path):
    return next((body for (verb, part), body in BODIES.items() if verb == method and part in path), {})


def with_ids(path):
    """The path with an id that nobody has wherever one is asked for."""
    return re.sub(r"\{\w+_id\}", "0192f0c1-0000-7000-8000-000000000000", path)


def call(client, method, path):
    return (
        getattr(client, method)(path, body_for(method, path), content_type="application/json")
        if method != "get"
        else client.get(path)
    )


@pytest.fixture
def lins_talk(world, browser_of):
    lin = browser_of(world.lin)
    session = lin.post("/api/coach/sessions", {"scenario": SCENARIO}, "application/json").json()
    lin.post(f"/api/coach/sessions/{session['id']}/turns", {"key": "a", "text": "您好"}, "application/json")
    return session["id"]


@pytest.mark.django_db
def test_a_session_is_its_owners_alone(world, browser_of, lins_talk):
    seen = 0
    for who in (world.chen, world.wang, world.admin, world.stranger):
        client = browser_of(who)
        for method, path in routes():
            if "{session_id}" not in path:
                continue
            address = path.replace("{session_id}", lins_talk).replace("{index}", "0")
            answer = call(client, method, address)
            assert answer.status_code == 404, (who.name, method, path, answer.status_code)
            assert answer["Content-Type"] == "application/problem+json"
            seen += 1
    assert seen >= 4 * 8
    assert browser_of(world.lin).get(f"/api/coach/sessions/{lins_talk}").status_code == 200


@pytest.mark.django_db
def test_every_route_asks_who_is_there():
    for method, path in routes():
        address = (
            with_ids(path)
            .replace("{index}", "0")
            .replace("{slug}", SCENARIO)
            .replace("{kind}", "voice_analysis")
            .replace("{role}", "learner")
            .replace("{question}", "revenue")
        )
        answer = call(Client(), method, address)
        if "{token}" in path:  # an invitation lets in who is nobody yet; a wrong one is not there
            assert answer.status_code in (401, 404, 422), (method, path, answer.status_code)
            continue
        assert answer.status_code in (401, 403), (method, path, answer.status_code)


@pytest.mark.django_db
def test_a_changing_request_without_the_token_is_refused(world, browser_of):
    client = browser_of(world.lin)
    del client.defaults["HTTP_X_CSRFTOKEN"]
    answer = client.post("/api/coach/sessions", {"scenario": SCENARIO}, "application/json")
    assert (answer.status_code, answer.json()["code"]) == (403, "kernel.stale_page")


@pytest.mark.django_db
def test_an_address_that_is_none_is_refused_as_a_problem(world, browser_of):
    for address in ("/api/nothing", "/api/growth/bottlenecks/not-an-id"):
        answer = browser_of(world.lin).get(address, headers={"Accept-Language": "zh"})
        assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json"), address
        assert answer.json()["code"] == "kernel.not_found"
        assert answer["Content-Language"] == "zh"


@pytest.mark.django_db
def test_people_of_another_tenant_are_not_there(world, browser_of):
    admin = browser_of(world.stranger)
    for method, path in routes():
        if "{person_id}" in path:
            address = path.replace("{person_id}", str(world.lin.person_id)).replace("{role}", "learner")
            assert call(admin, method, address).status_code in (404, 422), (method, path)


@pytest.mark.django_db
def test_the_record_of_another_tenant_is_not_there(world, browser_of, monkeypatch):
    admin, stranger = browser_of(world.admin), browser_of(world.stranger)
    made = admin.post(
        "/api/record/credentials", {"name": "Moodle", "scopes": ["write"]}, "application/json"
    ).json()
    statement = admin.get("/api/record/statements").json()["items"][0]["id"]
    export = admin.post("/api/record/exports", {}, "application/json").json()["id"]
    store = {"endpoint": "https://192.0.2.1/xapi/", "user": "u", "password": "p", "name": "next door"}
    monkeypatch.setenv("ALULA_FORWARD_PRIVATE", "true")
    forwarding = admin.post("/api/record/forwardings", store, "application/json").json()["id"]
    ids = {"{statement_id}": statement, "{transfer_id}": export, "{forwarding_id}": forwarding}
    seen = 0
    for method, path in routes():
        if path.startswith("/api/record/") and "{" in path:
            address = path.replace("{key}", made["credential"]["key"])
            for name, own in ids.items():
                address = address.replace(name, own)
            answer = call(stranger, method, address)
            assert answer.status_code == 404, (method, path)
            seen += 1
    assert seen >= 13
    for path in ("forwardings", "transfers"):
        assert stranger.get(f"/api/record/{path}").json() == []
        assert len(admin.get(f"/api/record/{path}").json()) == 1
        assert browser_of(world.lin).get(f"/api/record/{path}").status_code == 403
    ours = b"".join(stranger.get("/api/record/statements.jsonl").streaming_content)
    assert statement.encode() not in ours
    for through in (made["credential"]["key"], "alula"):
        listed = stranger.get("/api/record/statements", {"through": through}).json()["items"]
        assert statement not in [row["id"] for row in listed]


@pytest.mark.django_db
def test_the_system_is_the_operators_alone(world, browser_of):
    for who in (world.lin, world.sun, world.admin, world.stranger):
        client = browser_of(who)
        for method, path in routes():
            if path.startswith("/api/system"):
                assert call(client, method, path.replace("{name}", "x")).status_code == 403, (who.name, path)


@pytest.mark.django_db
def test_a_firm_of_another_tenant_is_not_there(world, browser_of):
    growth.finish_self_test(world.admin, world.admin.tenant_id)
    seen = 0
    for who in (world.stranger, world.lin):
        client = browser_of(who)
        for method, path in routes():
            if not path.startswith("/api/growth/firms/{firm_id}"):
                continue
            address = with_ids(path.replace("{firm_id}", str(world.admin.tenant_id)))
            address = address.replace("{question}", "revenue")
            assert call(client, method, address).status_code in (404, 422), (who.name, method, path)
            seen += 1
    assert seen >= 2 * 16
