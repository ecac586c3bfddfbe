"""What an operator watches: the page, the rebuild of a reader, /metrics; and that nobody else may look."""

import asyncio
import re
from pathlib import Path
from types import SimpleNamespace

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.applications import Starlette

from alula.kernel import jobs
from alula.kernel.actor import Role
from alula.people import facade as people
from alula.record import facade as record
from alula.record import reading
from alula.site import metrics

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def operator(world):
    tenant = people.ensure_tenant("house", "小翼运营", kind="operator")
    return people.ensure_person(
        tenant, email="operator@test.example", name="operator", unit=(), roles=(Role.OPERATOR,),
        password="correct-horse-battery",
    )  # fmt: skip


@pytest.fixture
def tally():
    """A reader that can be rebuilt, and one that cannot and is stuck."""
    seen = []
    reading.reader("test.tally", reset=seen.clear)(lambda batch: seen.extend(one.id for one in batch))

    def stuck(batch):
        raise LookupError("no such thing")

    reading.reader("test.stuck")(stuck)
    yield seen
    reading.forget("test.tally")
    reading.forget("test.stuck")


@pytest.mark.django_db
def test_the_page_shows_who_keeps_up_and_who_stopped_and_why(operator, browser_of, tally):
    record.run_readers("test.tally")
    reading.run_once("test.stuck")
    now = browser_of(operator).get("/api/system").json()
    readers = {one["name"]: one for one in now["readers"]}
    assert readers["test.tally"]["behind"] == 0
    assert readers["test.tally"]["rebuildable"] is True
    stuck = readers["test.stuck"]
    assert stuck["failures"] == 1
    assert now["last_position"] >= stuck["behind"] == len(tally) > 0
    assert "no such thing" in stuck["last_error"]
    assert stuck["retry_at"]
    assert now["jobs"] == {"waiting": 0, "running": 0, "failed": 0}


@pytest.mark.django_db
def test_a_rebuild_is_a_job_and_makes_the_same_again(operator, browser_of, tally):
    record.run_readers("test.tally")
    before = list(tally)
    tally.append("what does not belong here")
    client = browser_of(operator)
    asked = client.post("/api/system/readers/test.tally/rebuild")
    assert asked.status_code == 202
    assert asked.json()["rebuild"]["state"] == "waiting"
    client.post("/api/system/readers/test.tally/rebuild")
    assert jobs.counts().waiting == 1, "asked twice is asked once"
    assert jobs.run_next()
    after = {one["name"]: one for one in client.get("/api/system").json()["readers"]}["test.tally"]
    assert after["rebuild"] == {"state": "done", "done": len(tally), "of": len(tally)}
    assert tally[: len(before)] == before
    words = [one.verb.rpartition("/")[2] for one in record.statements_of(operator.tenant_id).items]
    assert words.count("rebuilt-reader") == 1


@pytest.mark.django_db
def test_a_rebuild_that_meets_a_bad_statement_does_not_begin_again(operator, browser_of):
    def stuck(batch):
        raise LookupError("no such thing")

    resets = []
    reading.reader("test.bad", reset=lambda: resets.append(1))(stuck)
    try:
        browser_of(operator).post("/api/system/readers/test.bad/rebuild")
        while jobs.run_next():
            pass
        assert resets == [1]
        assert "no such thing" in {one.name: one for one in record.reader_status()}["test.bad"].last_error
    finally:
        reading.forget("test.bad")


@pytest.mark.django_db
def test_what_cannot_be_rebuilt_is_said(operator, browser_of, tally):
    client = browser_of(operator)
    assert client.post("/api/system/readers/test.stuck/rebuild").json()["code"] == "record.no_reset"
    assert client.post("/api/system/readers/nobody/rebuild").status_code == 404


@pytest.mark.django_db
def test_only_operators_look(world, browser_of, tally):
    for who in (world.lin, world.wang, world.admin, world.stranger):
        client = browser_of(who)
        for path in ("/api/system", "/api/system/checks"):
            assert client.get(path).status_code == 403
        assert client.post("/api/system/readers/test.tally/rebuild").status_code == 403


@pytest.mark.django_db
def test_the_checks_are_those_of_the_doctor(operator, browser_of):
    rows = browser_of(operator).get("/api/system/checks").json()
    assert {"record.order", "people.tree", "web"} <= {row["name"] for row in rows}
    assert all(row["detail"]["zh"] and row["detail"]["en"] for row in rows)


@pytest.mark.django_db
def test_a_job_that_was_given_up_is_shown_with_its_error(operator, browser_of, monkeypatch):
    @jobs.handler("test.fails")
    def fail(payload, progress):
        raise LookupError("never works")

    monkeypatch.setattr(jobs, "TRIES", 1)
    jobs.enqueue("test.fails", {}, key="one")
    assert jobs.counts() == jobs.JobCounts(1, 0, 0)
    jobs.run_next()
    now = browser_of(operator).get("/api/system").json()
    assert now["jobs"]["failed"] == 1
    assert now["given_up"][0]["error"] == "LookupError: never works"
    del jobs._handlers["test.fails"]


@pytest.fixture
def own_connection(monkeypatch):
    monkeypatch.setattr(metrics, "close_old_connections", lambda: None)


@pytest.mark.django_db
def test_metrics_tell_what_prometheus_can_read(world, tally, own_connection):
    record.run_readers("test.tally")
    reading.run_once("test.stuck")
    text = metrics.text().decode()
    samples = {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }
    assert samples["alula_record_last_position",] == record.last_position()
    assert samples["alula_reader_lag_statements", "test.stuck"] == len(tally) > 0
    assert samples["alula_reader_failures", "test.stuck"] == 1
    assert samples["alula_reader_statements_per_second", "test.tally"] == pytest.approx(
        len(tally) / 57.5, rel=0.1
    )
    assert samples["alula_reader_statements_per_second", "test.stuck"] == 0
    assert samples["alula_reader_catch_up_seconds", "test.tally"] == 0
    assert ("alula_reader_catch_up_seconds", "test.stuck") not in samples
    assert samples["alula_jobs", "waiting"] == 0
    assert ("process_resident_memory_bytes",) in samples


@pytest.mark.django_db
def test_every_metric_is_documented(world, tally, own_connection):
    documented = (ROOT / "docs" / "operating.md").read_text()
    names = {family.name for family in metrics.Alula().collect()}
    assert len(names) >= 8
    for name in names:
        assert re.search(rf"`{name}(_total)?[`{{]", documented), f"{name} is missing from docs/operating.md"


def ask(headers=None, client=("127.0.0.1", 4711)):
    async def send():
        app = httpx.ASGITransport(Starlette(routes=metrics.routes), client=client)
        async with httpx.AsyncClient(transport=app, base_url="http://site") as one:
            return await one.get("/metrics", headers=headers or {})

    return asyncio.run(send())


@pytest.fixture
def empty_page(monkeypatch):
    monkeypatch.setattr(metrics, "text", lambda: b"alula_record_last_position 1.0\n")
    monkeypatch.delenv("ALULA_METRICS_TOKEN", raising=False)


def test_without_a_token_metrics_are_for_this_machine_alone(empty_page):
    assert ask().status_code == 200
    assert ask(client=("::1", 1)).status_code == 200
    assert ask(client=("192.0.2.7", 1)).status_code == 404
    for name in metrics.FORWARDED:
        assert ask({name: "192.0.2.7"}).status_code == 404, name
    assert metrics.may_read(SimpleNamespace(headers={}, client=None)) is False
    assert metrics.may_read(SimpleNamespace(headers={}, client=SimpleNamespace(host="testclient"))) is False


def test_with_a_token_metrics_are_for_who_holds_it(empty_page, monkeypatch):
    monkeypatch.setenv("ALULA_METRICS_TOKEN", "a-long-token")
    assert ask().status_code == 404
    assert ask({"Authorization": "Bearer wrong"}).status_code == 404
    assert ask({"Authorization": "Bearer a-long-token"}, client=("192.0.2.7", 1)).status_code == 200
