"""What goes in and out of a record, kept by its administrators: each act is in the record, others see nothing of it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from alula.engines.files import chosen_files
from alula.kernel import clock, jobs
from alula.record import facade as record
from alula.record import spine
from alula.record.moving import forwarder, forwardings, transfers
from alula.record.moving.models import ForwardingRow
from alula.record.tests.test_record_forward import Store
from alula.record.tests.test_record_transfers import statement

pytestmark = pytest.mark.django_db
AT = "/api/record"
BAD = {"id": "no", "actor": {}}


@pytest.fixture
def admin(world, browser_of):
    return browser_of(world.admin)


@pytest.fixture
def store(monkeypatch):
    monkeypatch.setenv("ALULA_FORWARD_PRIVATE", "true")
    one = Store()
    one.headers = {"X-Experience-API-Version": "1.0.3"}
    yield one
    one.server.shutdown()


def work():
    while jobs.run_next():
        pass


def said(tenant_id, number=20):
    """The acts in the record, newest first, with what they say beside."""
    found = []
    for one in record.statements_of(tenant_id, limit=number).items:
        body = json.loads(one.body)
        extensions = body.get("context", {}).get("extensions", {})
        found.append((one.verb.rpartition("/")[2], next(iter(extensions.values()), None)))
    return found


def post(client, path, **payload):
    return client.post(f"{AT}{path}", payload, "application/json")


def upload(client, statements, **more):
    raw = b"\n".join(json.dumps(one).encode() for one in statements)
    return client.post(f"{AT}/imports", {"file": SimpleUploadedFile("year.jsonl", raw), **more})


def forward(client, store, **more):
    given = {"name": "group", "endpoint": store.url, "user": "u", "password": "s3cret", **more}
    return post(client, "/forwardings", **given)


def test_a_forwarding_is_added_paused_continued_removed_and_restored(world, admin, store):
    made = forward(admin, store)
    assert made.status_code == 201, made.content
    assert "s3cret" not in made.content.decode()
    one = made.json()
    assert (one["state"], one["endpoint"], one["behind"] > 0) == ("running", store.url, True)
    act = lambda word: post(admin, f"/forwardings/{one['id']}/{word}")  # noqa: E731 - said often
    assert act("pause").json()["state"] == "paused"
    assert act("pause").json()["state"] == "paused"
    assert forwarder.step(None, UUID(one["id"]), "test") is None, "a paused one is not carried out"
    assert act("continue").json()["state"] == "running"
    assert act("end").json()["state"] == "ended"
    assert admin.get(f"{AT}/forwardings").json() == []
    assert act("pause").status_code == 404
    assert act("restore").json()["state"] == "running"
    work()
    assert forwardings.password_of(ForwardingRow.objects.get(id=one["id"])) == "s3cret"
    assert act("end").status_code == 200
    assert [verb for verb, _ in said(world.admin.tenant_id)[:6]] == [
        "ended-forwarding", "restored-forwarding", "ended-forwarding", "continued-forwarding", "paused-forwarding",
        "added-forwarding",
    ]  # fmt: skip
    assert said(world.admin.tenant_id)[0][1] == store.url
    assert "s3cret" not in "".join(one.body for one in record.statements_of(world.admin.tenant_id).items)
    with clock.at(clock.now() + forwardings.RESTORABLE + timedelta(seconds=1)):
        late = act("restore")
        assert (late.status_code, late.json()["code"]) == (409, "moving.not_restorable")
        work()
    assert ForwardingRow.objects.get(id=one["id"]).secret == ""
    row = admin.get(f"{AT}/statements").json()["items"][0]
    assert row["sentence"]["zh"] == "admin 移除了转发“group”。"


def test_a_name_that_was_given_again_is_not_restored_over(admin, store):
    first = forward(admin, store).json()
    post(admin, f"/forwardings/{first['id']}/end")
    assert forward(admin, store).status_code == 201
    refused = post(admin, f"/forwardings/{first['id']}/restore")
    assert (refused.status_code, refused.json()["code"]) == (409, "moving.forwarding_exists")


ADDED = "https://alula.example/xapi/verbs/added-forwarding"
COMPLETED = "http://adlnet.gov/expapi/verbs/completed"


@pytest.mark.parametrize(
    ("some", "field", "said"),
    [
        ({"verbs": ["completed"]}, "verbs.0", "completed"),
        ({"verbs": [COMPLETED, "/verbs/asked"]}, "verbs.1", "/verbs/asked"),
        ({"verbs": [COMPLETED], "activities": ["https://a.example/a b"]}, "activities.0", "https://a.example/a b"),
        ({"activities": ["课程"]}, "activities.0", "课程"),
        ({"activities": ["x" * 1000]}, "activities.0", "x" * 200),
        ({"activities": ["{host}"]}, "activities.0", "{host}"),
    ],
)  # fmt: skip
def test_a_verb_or_activity_that_is_no_iri_is_refused_at_its_field(admin, store, some, field, said):
    refused = forward(admin, store, **some)
    assert refused.status_code == 422, refused.content
    problem = refused.json()
    assert (problem["code"], problem["field"]) == ("moving.iri", field)
    assert problem["title"].startswith(f"“{said}”不是完整的 IRI。请连同开头的协议一起写，如 http")
    assert problem["expected"] == "带协议的绝对 IRI。"
    admin.patch("/api/me", {"language": "en"}, "application/json")
    problem = forward(admin, store, **some).json()
    assert problem["title"].startswith(f"“{said}” is not a whole IRI. Write it with its scheme, such as http")
    assert problem["expected"] == "An absolute IRI with its scheme."
    assert admin.get(f"{AT}/forwardings").json() == []
    assert store.requests == []
    assert admin.get(f"{AT}/statements", {"verb": ADDED}).json()["items"] == []


def test_iris_of_any_scheme_limit_a_forwarding(admin, store):
    some = {
        "verbs": [COMPLETED, "urn:verb:asked"],
        "activities": ["https://课程.example/小翼", "tag:a.example,2026:b"],
    }
    made = forward(admin, store, **some)
    assert made.status_code == 201, made.content
    assert {name: made.json()[name] for name in some} == some


@pytest.mark.parametrize(
    ("status", "headers", "found"),
    [
        (200, {"X-Experience-API-Version": "1.0.3"}, "right"),
        (403, {"X-Experience-API-Version": "1.0.3"}, "right"),
        (401, {}, "not_let_in"),
        (200, {}, "not_xapi"),
        (404, {"X-Experience-API-Version": "1.0.3"}, "not_xapi"),
        (302, {"Location": "http://127.0.0.1/"}, "not_xapi"),
    ],
)
def test_another_store_is_tried_before_it_is_added(admin, store, status, headers, found):
    store.headers = headers
    store.get_status = status
    asked = {"endpoint": store.url, "user": "u", "password": "p"}
    assert post(admin, "/forwardings/test", **asked).json() == {"found": found, "status": status}
    assert admin.get(f"{AT}/forwardings").json() == []
    assert len(store.requests) == 1


def test_a_store_that_is_away_or_inside_is_told(admin, store, monkeypatch):
    asked = {"endpoint": "http://127.0.0.1:9/", "user": "u", "password": "p"}
    assert post(admin, "/forwardings/test", **asked).json()["found"] == "away"
    monkeypatch.delenv("ALULA_FORWARD_PRIVATE")
    for endpoint in ("https://127.0.0.1/", "https://[::1]/", "https://10.0.0.1/xapi", "http://example.com/"):
        for path in ("/forwardings/test", "/forwardings"):
            refused = post(admin, path, **{**asked, "endpoint": endpoint, "name": "x"})
            assert refused.status_code == 422, endpoint
    assert store.requests == []


def test_an_import_keeps_the_good_ones_and_reports_the_bad(world, admin):
    begun = upload(admin, [statement(1), BAD, statement(2)])
    assert begun.status_code == 202, begun.content
    work()
    one = admin.get(f"{AT}/transfers/{begun.json()['id']}").json()
    assert (one["state"], one["name"], one["has_report"]) == ("done", "year.jsonl", True)
    assert {name: one["figures"][name] for name in ("read", "stored", "bad")} == {
        "read": 3,
        "stored": 2,
        "bad": 1,
    }
    report = b"".join(admin.get(f"{AT}/transfers/{one['id']}/report").streaming_content)
    assert json.loads(report)["line"] == 2
    assert said(world.admin.tenant_id)[0] == ("imported-statements", one["figures"])
    assert list(chosen_files().keys(f"moving/{world.admin.tenant_id.hex}/uploads")) == []


def test_an_import_of_all_or_nothing_keeps_nothing_when_one_is_bad(world, admin):
    before = said(world.admin.tenant_id)
    begun = upload(admin, [statement(1), BAD], all_or_nothing="true")
    work()
    one = admin.get(f"{AT}/transfers/{begun.json()['id']}").json()
    assert (one["state"], one["has_report"]) == ("refused", True)
    assert one["problem"]
    assert said(world.admin.tenant_id) == before


def test_a_worker_that_dies_before_the_report_is_joined_leaves_it_to_the_next(world, admin, monkeypatch):
    begun = upload(admin, [statement(1), BAD])
    finish, died = transfers._finish, []

    def die(*args, **more):
        if not died:
            died.append(1)
            raise KeyError("killed")
        finish(*args, **more)

    monkeypatch.setattr(transfers, "_finish", die)
    jobs.run_next()
    with clock.at(clock.now() + timedelta(minutes=5)):
        work()
    one = admin.get(f"{AT}/transfers/{begun.json()['id']}").json()
    assert (one["state"], one["has_report"], one["figures"]["stored"]) == ("done", True, 1)
    assert [verb for verb, _ in said(world.admin.tenant_id)].count("imported-statements") == 1


@pytest.mark.parametrize("raw", [b"", b"nonsense", b"\x1f\x8b\x08broken"])
def test_a_file_that_holds_no_statements_is_refused(admin, raw):
    answer = admin.post(f"{AT}/imports", {"file": SimpleUploadedFile("x.jsonl", raw)})
    work()
    if answer.status_code == 202:
        one = admin.get(f"{AT}/transfers/{answer.json()['id']}").json()
        assert one["figures"].get("stored", 0) == 0
        assert one["state"] in ("done", "refused")
    else:
        assert answer.status_code in (400, 422)


@pytest.mark.parametrize("form", ["jsonl", "json"])
def test_an_export_is_the_period_in_the_form_asked_for(world, admin, form, monkeypatch):
    monkeypatch.setattr(transfers, "IN_PART", 2)
    upload(admin, [statement(n) for n in range(5)])
    work()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE record_statement SET stored = %s WHERE id = %s",
            [spine.moment(datetime(2026, 1, 5, tzinfo=UTC)), spine.key(UUID(statement(3)["id"]))],
        )
    for period, expected in (("2026-01", {statement(3)["id"]}), ("", None)):
        begun = post(admin, "/exports", period=period, form=form)
        assert begun.status_code == 202, begun.content
        work()
        one = admin.get(f"{AT}/transfers/{begun.json()['id']}").json()
        assert one["state"] == "done"
        raw = b"".join(admin.get(f"{AT}/transfers/{one['id']}/file").streaming_content)
        items = json.loads(raw) if form == "json" else [json.loads(line) for line in raw.splitlines()]
        assert len(items) == one["figures"]["statements"]
        if expected:
            assert {item["id"] for item in items} == expected
        else:
            assert len(items) > 5
        assert said(world.admin.tenant_id)[0] == ("exported-statements", one["figures"])
    assert post(admin, "/exports", period="2026-13").status_code == 422
    assert post(admin, "/exports", form="xml").status_code == 422


def test_months_of_the_archive_are_listed_and_their_acts_are_said(world, admin, did):
    tenant = world.admin.tenant_id
    ids = record.append(tenant, [did(who=n, tenant=tenant) for n in range(3)])
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE record_statement SET stored = %s WHERE id IN ({', '.join(['%s'] * 3)})",
            [spine.moment(datetime(2026, 1, 5, tzinfo=UTC)), *map(spine.key, ids)],
        )
    record.append(tenant, [did(who=4, tenant=tenant)])
    for name in record.reader_names():
        record.run_readers(name)
    record.archive(tenant, "2026-02", by=UUID(int=0))
    record.remove_archived(tenant, "2026-02", by=UUID(int=0))
    (one,) = admin.get(f"{AT}/archive").json()
    assert (one["month"], one["rows"], one["removed"]) == ("2026-01", 3, True)
    assert one["bytes"] > 0
    assert said(tenant)[:2] == [
        ("removed-archived-month", {"statements": 3}),
        ("archived-month", {"statements": 3}),
    ]


def test_only_administrators_move_anything(world, browser_of, admin, store):
    one = forward(admin, store).json()["id"]
    for who in (world.lin, world.wang, world.sun):
        client = browser_of(who)
        for path in ("/forwardings", "/transfers", "/archive", f"/forwardings/{one}/aside"):
            assert client.get(f"{AT}{path}").status_code == 403
        assert post(client, f"/forwardings/{one}/end").status_code == 403
        assert post(client, "/exports").status_code == 403
        assert upload(client, [statement(1)]).status_code == 403
        assert forward(client, store, name="other").status_code == 403
