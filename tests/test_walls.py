"""No address lets anybody reach what is not theirs: walked over every route of the OpenAPI document."""

import re

import pytest
from django.test import Client

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
        address = path
        address = re.sub(r"{\w+_id}", "0192f0c1-0000-7000-8000-000000000000", address)
        address = (
            address.replace("{index}", "0")
            .replace("{slug}", SCENARIO)
            .replace("{kind}", "voice_analysis")
            .replace("{role}", "learner")
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
    assert client.post("/api/coach/sessions", {"scenario": SCENARIO}, "application/json").status_code == 403


@pytest.mark.django_db
def test_people_of_another_tenant_are_not_there(world, browser_of):
    admin = browser_of(world.stranger)
    for method, path in routes():
        if "{person_id}" in path:
            address = path.replace("{person_id}", str(world.lin.person_id)).replace("{role}", "learner")
            assert call(admin, method, address).status_code in (404, 422), (method, path)
