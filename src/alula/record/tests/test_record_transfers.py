"""Imports and exports of the app: done by jobs in slices, followed by their state, done again when a worker dies."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
from uuid import UUID

import pytest

from alula.engines.files import chosen_files
from alula.kernel import jobs
from alula.kernel.errors import Refusal
from alula.record import facade as record
from alula.record import services, spine
from alula.record.facade import append
from alula.record.moving import importing, transfers
from alula.record.tests.conftest import OTHER_TENANT, TENANT


def statement(number, **more):
    return {
        "id": str(UUID(int=number + (9 << 100))),
        "actor": {"mbox": "mailto:tea@example.com"},
        "verb": {"id": "http://adlnet.gov/expapi/verbs/completed"},
        "object": {"id": f"https://example.com/courses/{number % 5}"},
        **more,
    }


def uploaded(statements):
    raw = b"\n".join(json.dumps(one).encode() for one in statements)
    chosen_files().put("uploads/some.jsonl", raw)
    return "uploads/some.jsonl"


def start(statements, *, all_or_nothing=False):
    return record.start_import(
        TENANT, uploaded(statements), "some.jsonl", all_or_nothing=all_or_nothing, language="en"
    )


def work():
    count = 0
    while jobs.run_next():
        count += 1
    return count


def stored(tenant=TENANT):
    return [row.id for row in spine.select("WHERE tenant_id = %s ORDER BY position", [spine.key(tenant)])]


@pytest.fixture
def short_slices(monkeypatch):
    monkeypatch.setattr(transfers, "SLICE_SECONDS", 0.0001)
    monkeypatch.setattr(importing, "AT_ONCE", 10)
    monkeypatch.setattr(transfers, "IN_PART", 10)


@pytest.mark.django_db
def test_an_import_goes_by_slices_and_tells_how_far_it_is(short_slices):
    own = start([statement(n) if n % 9 else statement(n, verb={}) for n in range(50)])
    assert record.transfer(TENANT, own).state == "waiting"
    jobs.run_next()
    halfway = record.transfer(TENANT, own)
    assert halfway.state == "running"
    assert halfway.figures["read"] == 10
    assert work() >= 3
    done = record.transfer(TENANT, own)
    assert done.state == "done"
    assert done.done == done.of > 0
    assert (done.figures["stored"], done.figures["bad"]) == (44, 6)
    assert len(stored()) == 44
    with chosen_files().open(done.report) as report:
        assert [json.loads(line)["line"] for line in report] == [1, 10, 19, 28, 37, 46]
    assert record.transfers_of(TENANT) == [done]
    assert record.transfers_of(OTHER_TENANT) == []


@pytest.mark.django_db
def test_a_slice_whose_worker_dies_is_done_again(short_slices, monkeypatch):
    own = start([statement(n) if n % 9 else statement(n, verb={}) for n in range(50)])
    jobs.run_next()
    write, calls = services.write, []

    def dying(rows):
        calls.append(1)
        if len(calls) == 2:
            raise RuntimeError("the worker dies")
        return write(rows)

    monkeypatch.setattr(services, "write", dying)
    while len(calls) < 2:
        assert jobs.run_next()
    jobs.Job.objects.update(run_after="2026-01-01T00:00:00Z")
    work()
    done = record.transfer(TENANT, own)
    assert (done.state, done.figures["read"], done.figures["stored"]) == ("done", 50, 44)
    with chosen_files().open(done.report) as report:
        assert len(report.readlines()) == 6
    assert len(stored()) == len(set(stored())) == 44


@pytest.mark.django_db
def test_all_or_nothing_is_refused_with_its_reason():
    own = start([statement(1), statement(2, verb={})], all_or_nothing=True)
    work()
    refused = record.transfer(TENANT, own)
    assert refused.state == "refused"
    assert "1 are wrong" in refused.problem
    assert refused.report
    assert stored() == []
    good = start([statement(1), statement(2)], all_or_nothing=True)
    work()
    assert record.transfer(TENANT, good).state == "done"
    assert len(stored()) == 2


@pytest.mark.django_db
def test_an_export_is_one_file_in_the_files(short_slices, did):
    append(TENANT, [did(who=n) for n in range(35)])
    append(OTHER_TENANT, [did(who=99, tenant=OTHER_TENANT)])
    own = record.start_export(TENANT, record.export_wanted(TENANT), "all.jsonl.gz")
    append(TENANT, [did(who=50)])
    assert work() >= 4
    done = record.transfer(TENANT, own)
    assert done.state == "done"
    assert done.figures["statements"] == 35
    with chosen_files().open(done.file) as packed:
        lines = gzip.decompress(packed.read()).splitlines()
    assert [UUID(json.loads(line)["id"]) for line in lines] == stored()[:35]
    assert list(chosen_files().keys(f"moving/{TENANT.hex}")) == [done.file]


@pytest.mark.django_db
def test_attachments_are_exported_beside(lrs, short_slices):
    from alula.record.tests.test_record_import import multipart_of, with_attachment

    content_type, body = multipart_of(with_attachment(7, b"well done"), [b"well done"])
    assert lrs.call("POST", "statements", body, headers={"content-type": content_type}).status_code == 200
    record.start_export(TENANT, record.export_wanted(TENANT), "all.jsonl.gz")
    work()
    with chosen_files().open(
        record.transfers_of(TENANT)[0].file.replace("statements.jsonl.gz", "attachments.tar")
    ) as tar:
        held = io.BytesIO(tar.read())
    with tarfile.open(fileobj=held) as opened:
        assert [opened.extractfile(one).read() for one in opened] == [b"well done"]


@pytest.mark.django_db
def test_a_transfer_of_another_tenant_is_not_there():
    own = start([statement(1)])
    with pytest.raises(Refusal) as refused:
        record.transfer(OTHER_TENANT, own)
    assert refused.value.status == 404
    with pytest.raises(Refusal):
        record.start_import(TENANT, "uploads/nothing.jsonl", "x", all_or_nothing=False, language="zh")
