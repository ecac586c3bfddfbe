"""State and profiles: whole documents, changed only by who has seen what is there."""

from __future__ import annotations

import threading

import msgspec
import pytest
from django.db import connection

ACTIVITY = "http://example.com/tea"
AGENT = {"mbox": "mailto:li@example.com"}
STATE = {"activityId": ACTIVITY, "agent": AGENT, "stateId": "place"}
PLACES = [
    ("activities/state", STATE),
    ("activities/profile", {"activityId": ACTIVITY, "profileId": "p"}),
    ("agents/profile", {"agent": AGENT, "profileId": "p"}),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("resource", "params"), PLACES)
def test_a_document_is_kept_byte_for_byte_and_only_here(lrs, lrs_of, other_tenant, resource, params):
    content, new = bytes(range(256)), {"If-None-Match": "*"}
    headers = {"Content-Type": "image/png", **new}
    assert lrs.call("PUT", resource, content, headers=headers, **params).status_code == 204
    back = lrs.get(resource, **params)
    assert (back.body, back.headers["content-type"]) == (content, "image/png")
    assert back.headers["etag"].startswith('"')
    assert "last-modified" in back.headers
    assert lrs.call("PUT", resource, b"x", headers=headers, **params).status_code == 412
    assert lrs_of(other_tenant).get(resource, **params).status_code == 404
    name = "stateId" if "stateId" in params else "profileId"
    shelf = {key: value for key, value in params.items() if key != name}
    assert msgspec.json.decode(lrs.get(resource, **shelf).body) == [params[name]]
    assert msgspec.json.decode(lrs.get(resource, since="2999-01-01T00:00:00Z", **shelf).body) == []
    assert lrs.call("DELETE", resource, **params).status_code == 204
    assert lrs.get(resource, **params).status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize(("resource", "params"), PLACES)
def test_only_who_has_seen_it_changes_it(lrs, resource, params):
    lrs.call("PUT", resource, {"a": 1}, headers={"If-None-Match": "*"}, **params)
    etag = lrs.get(resource, **params).headers["etag"]
    assert lrs.call("PUT", resource, {"a": 2}, **params).status_code == 409
    for method in ("PUT", "POST", "DELETE"):
        stale = lrs.call(method, resource, {"a": 2}, headers={"If-Match": '"old"'}, **params)
        assert stale.status_code == 412
    assert lrs.get(resource, **params).headers["etag"] == etag
    assert lrs.call("PUT", resource, {"a": 2}, headers={"If-Match": etag}, **params).status_code == 204
    assert lrs.call("PUT", resource, {"a": 3}, headers={"If-Match": etag}, **params).status_code == 412


@pytest.mark.django_db
def test_1_0_3_asks_for_a_condition_in_the_profiles_only(lrs_of):
    old = lrs_of(version="1.0.3")
    assert [old.call("PUT", resource, {"a": 1}, **params).status_code for resource, params in PLACES] == [
        204,
        400,
        400,
    ]
    assert old.call("PUT", "activities/state", {"a": 2}, **STATE).status_code == 204


@pytest.mark.django_db
def test_post_merges_the_top_level_of_json_objects_only(lrs):
    for body in ({"a": 1, "b": {"x": 1}}, {"b": {"y": 2}, "c": None}):
        assert lrs.call("POST", "activities/state", body, **STATE).status_code == 204
    back = msgspec.json.decode(lrs.get("activities/state", **STATE).body)
    assert back == {"a": 1, "b": {"y": 2}, "c": None}
    for body, kind in ((b"[1]", "application/json"), (b"{", "application/json"), (b"{}", "text/plain")):
        answer = lrs.call("POST", "activities/state", body, headers={"Content-Type": kind}, **STATE)
        assert answer.status_code == 400
    assert msgspec.json.decode(lrs.get("activities/state", **STATE).body) == back


@pytest.mark.django_db
def test_a_registration_keeps_states_apart(lrs):
    registration = "0192f0c1-0000-7000-8000-00000000000a"
    lrs.call("PUT", "activities/state", b"1", registration=registration, **STATE)
    assert lrs.get("activities/state", **STATE).status_code == 404
    assert lrs.get("activities/state", registration=registration.upper(), **STATE).body == b"1"
    lrs.call("PUT", "activities/state", b"2", **STATE)
    scope = {"activityId": ACTIVITY, "agent": AGENT}
    assert lrs.call("DELETE", "activities/state", registration=registration, **scope).status_code == 204
    assert lrs.get("activities/state", **STATE).body == b"2"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("resource", "params"),
    [
        ("activities/state", {"activityId": "tea", "agent": AGENT, "stateId": "s"}),
        ("activities/state", {"activityId": ACTIVITY, "stateId": "s"}),
        ("activities/state", {"activityId": ACTIVITY, "agent": {}, "stateId": "s"}),
        ("activities/state", {**STATE, "registration": "x"}),
        ("activities/state", {**STATE, "since": "2026-01-01T00:00:00Z"}),
        ("activities/profile", {"profileId": "p"}),
        ("agents/profile", {"agent": AGENT, "profileId": "p", "activityId": ACTIVITY}),
    ],
)
def test_a_parameter_that_is_missing_or_wrong_is_refused(lrs, resource, params):
    assert lrs.get(resource, **params).status_code == 400


@pytest.mark.django_db(transaction=True)
def test_of_many_who_change_it_at_once_nobodys_change_is_lost(lrs):
    lrs.call("PUT", "activities/state", {}, **STATE)

    def add(number):
        lrs.call("POST", "activities/state", {str(number): 1}, **STATE)
        connection.close()

    threads = [threading.Thread(target=add, args=(n,)) for n in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    back = msgspec.json.decode(lrs.get("activities/state", **STATE).body)
    assert back == {str(n): 1 for n in range(8)}
