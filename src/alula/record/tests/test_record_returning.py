"""A statement that the archive alone holds is known when it is sent again: the same changes nothing, another is refused."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from uuid import UUID, uuid4

import msgspec
import pytest
from django.db import connection

from alula.kernel.errors import Refusal
from alula.record import facade as record
from alula.record import spine
from alula.record.archive import returning
from alula.record.archive.models import RemovedRow
from alula.record.lean import group
from alula.record.lean.writer import Waiting, Writer
from alula.record.tests.conftest import OTHER_TENANT, TENANT
from alula.record.xapi import storing

pytestmark = pytest.mark.django_db(transaction=True)


def said(one=None, **more):
    return {
        "id": str(one or uuid4()),
        "actor": {"mbox": "mailto:li@firm.example"},
        "verb": {"id": "http://example.com/passed"},
        "object": {"id": "https://firm.example/courses/1"},
        **more,
    }


def prepared(credential, *statements):
    return storing.prepare(credential, msgspec.json.encode(list(statements)), {}, "2.0.0")


def statuses(*requests):
    return [getattr(one, "status", None) for one in group.write(requests)]


def table(tenant=TENANT):
    return {row.id for row in spine.select("WHERE tenant_id = %s", [spine.key(tenant)])}


def remove_all(tenant=TENANT):
    """Put everything of a tenant into January of 2026 and take it out of the table."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE record_statement SET stored = %s WHERE tenant_id = %s",
            [spine.moment(datetime(2026, 1, 5, 8, tzinfo=UTC)), spine.key(tenant)],
        )
    for name in record.reader_names():
        record.run_readers(name)
    record.archive(tenant, "2026-02")
    record.remove_archived(tenant, "2026-02")


@pytest.fixture
def lrs(lrs_of):
    return lrs_of()


@pytest.fixture
def removed(lrs):
    """A statement that the archive alone holds."""
    one = said(result={"success": True})
    lrs.post([one])
    remove_all()
    assert UUID(one["id"]) not in table()
    return one


def test_over_xapi_the_same_is_accepted_and_another_refused(lrs, lrs_of, removed):
    assert lrs.post([removed]) == [removed["id"]]
    assert table() == set()
    answer = lrs.call("POST", "statements", [said(), {**removed, "result": {"success": False}}])
    assert (answer.status_code, msgspec.json.decode(answer.body)["code"]) == (
        409,
        "record.different_statement",
    )
    assert table() == set()
    put = lrs.call("PUT", "statements", removed, statementId=removed["id"])
    assert put.status_code == 204
    lrs_of(OTHER_TENANT).post([{**removed, "result": {"success": False}}])
    assert UUID(removed["id"]) in table(OTHER_TENANT)
    shown = msgspec.json.decode(lrs.get("statements", statementId=removed["id"]).body)
    assert shown["result"] == {"success": True}
    assert lrs.ids() == [removed["id"]]


def test_in_a_group_nobody_else_is_touched(lrs, removed):
    fresh, beside, lost = said(), said(), said()
    outcomes = statuses(
        prepared(lrs.credential, fresh),
        prepared(lrs.credential, removed),
        prepared(lrs.credential, lost, {**removed, "result": {"success": False}}),
        prepared(lrs.credential, removed, beside),
    )
    assert outcomes == [None, None, 409, None]
    assert table() == {UUID(fresh["id"]), UUID(beside["id"])}


def test_a_writer_that_knew_of_no_archive_learns_of_it_before_anything_is_removed(lrs, monkeypatch):
    monkeypatch.setattr(returning, "REMEMBERED_SECONDS", 0.5)
    one = said()
    assert statuses(prepared(lrs.credential, one)) == [None]
    assert TENANT.hex in returning._without, "it was asked, and the answer is remembered"
    remove_all()
    assert TENANT.hex in returning._without, "nobody told this process"
    assert statuses(prepared(lrs.credential, one), prepared(lrs.credential, {**one, "result": {}})) == [
        None,
        409,
    ]
    assert table() == set()


def test_who_has_no_archive_is_asked_about_once_in_a_while(lrs, removed, django_assert_num_queries):
    returning.forget()
    rows = prepared(lrs.credential, said()).rows
    others = [row._replace(tenant=OTHER_TENANT.hex) for row in rows]
    with django_assert_num_queries(1):
        assert not returning.returned(others)
    with django_assert_num_queries(0):
        assert not returning.returned(others)
        assert returning.bodies(others) == {}


def test_without_its_engine_only_who_sends_it_again_is_refused(lrs, removed, monkeypatch):
    monkeypatch.setitem(sys.modules, "duckdb", None)
    outcomes: dict[str, object] = {}
    writer = Writer(lambda: None)
    fresh = said()
    for name, one in {"again": removed, "fresh": fresh}.items():
        writer.put(
            Waiting(prepared(lrs.credential, one), lambda said, name=name: outcomes.update({name: said}))
        )
    writer.stop()
    assert outcomes["fresh"] is None
    assert isinstance(outcomes["again"], Refusal)
    assert (outcomes["again"].status, outcomes["again"].code) == (503, "archive.engine_missing")
    assert table() == {UUID(fresh["id"])}


def test_our_own_statements_are_known_too(did):
    one, other = did(who=1), did(who=2)
    record.append(TENANT, [one])
    remove_all()
    record.append(TENANT, [one, other])
    assert table() == {other.id}
    different = did(who=3, id=one.id)
    with pytest.raises(Refusal) as refused:
        record.append(TENANT, [did(who=4), different])
    assert refused.value.code == "record.different_statement"
    assert table() == {other.id}


def test_what_leaves_the_table_while_it_is_written_again_is_refused_for_now(did, monkeypatch):
    one = did(who=1)
    record.append(TENANT, [one])
    remove_all()
    monkeypatch.setattr(returning, "bodies", lambda rows: {})  # as it was a moment before
    with pytest.raises(Refusal) as refused:
        record.append(TENANT, [one])
    assert (refused.value.status, refused.value.code) == (503, "record.being_archived")
    assert table() == set()
    assert RemovedRow.objects.count() == 1


def test_void_finds_what_was_removed(lrs, did):
    one, by = did(who=1), record.person(TENANT, UUID(int=9))
    record.append(TENANT, [one])
    before = record.void(TENANT, one.id, by=by)
    kept = did(who=2)
    record.append(TENANT, [kept])
    remove_all()
    record.void(TENANT, kept.id, by=by)
    assert lrs.get("statements", statementId=str(kept.id)).status_code == 404
    assert lrs.get("statements", voidedStatementId=str(kept.id)).status_code == 200
    assert lrs.get("statements", voidedStatementId=str(one.id)).status_code == 200
    for nothing in (before, uuid4()):
        with pytest.raises(Refusal) as refused:
            record.void(TENANT, nothing, by=by)
        assert refused.value.code == "record.nothing_to_void"
