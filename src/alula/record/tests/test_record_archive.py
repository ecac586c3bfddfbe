"""Old months go into files that were verified, and are found and counted as before; nothing is ever half done."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec
import pytest
from django.db import connection

from alula.engines.files import chosen_files
from alula.kernel.errors import Refusal
from alula.record import facade as record
from alula.record import spine
from alula.record.archive import parquet, partitions
from alula.record.archive.models import PartitionRow, RemovedRow
from alula.record.archive.rows import Month
from alula.record.facade import append
from alula.record.tests.conftest import OTHER_TENANT, TENANT

pytestmark = pytest.mark.django_db
COUNT = "SELECT COUNT(*), COUNT(DISTINCT id) FROM statements"


def backdated(ids, moment):
    with connection.cursor() as cursor:
        places = ", ".join(["%s"] * len(ids))
        cursor.execute(
            f"UPDATE record_statement SET stored = %s WHERE id IN ({places})",
            [spine.moment(moment), *map(spine.key, ids)],
        )


@pytest.fixture
def months(did):
    """Ten statements in January, ten in February, ten in March of 2026, five now; and three of another tenant."""
    found = {}
    for month in (1, 2, 3):
        ids = append(TENANT, [did(who=n, course=f"c{n % 3}") for n in range(10)])
        for place, one in enumerate(ids):
            backdated([one], datetime(2026, month, 1 + 2 * place, 8, tzinfo=UTC))
        found[month] = ids
    other = append(OTHER_TENANT, [did(who=n, tenant=OTHER_TENANT) for n in range(3)])
    backdated(other, datetime(2026, 1, 5, tzinfo=UTC))
    found["now"] = append(TENANT, [did(who=n) for n in range(5)])
    for name in record.reader_names():
        record.run_readers(name)
    return found


def in_table(tenant=TENANT):
    return [row.id for row in spine.select("WHERE tenant_id = %s ORDER BY position", [spine.key(tenant)])]


def asked(sql, tenant=TENANT, **more):
    return record.query(tenant, sql, **more).rows


def all_pages(lrs, **params):
    """Every id of a list, page by page."""
    answer = msgspec.json.decode(lrs.get("statements", **params).body)
    found = [one["id"] for one in answer["statements"]]
    while answer["more"]:
        answer = msgspec.json.decode(lrs.get(answer["more"].removeprefix("/xapi/")).body)
        found += [one["id"] for one in answer["statements"]]
    return found


def test_a_month_is_written_verified_and_read_with_the_table_as_one(months):
    before = asked("SELECT * FROM statements ORDER BY position")
    written = record.archive(TENANT, "2026-03")
    assert [(one.month, one.rows, one.removed) for one in written] == [
        ("2026-01", 10, False),
        ("2026-02", 10, False),
    ]
    assert list(chosen_files().keys("archive")) == [one.file for one in written]
    assert len(in_table()) == 35
    assert asked("SELECT * FROM statements ORDER BY position") == before
    assert asked(COUNT) == ((35, 35),)
    assert asked(COUNT, OTHER_TENANT) == ((3, 3),)
    assert record.archive(TENANT, "2026-03") == []
    by_verb = dict(asked("SELECT verb, count(*) FROM statements GROUP BY verb"))
    assert by_verb == {record.COMPLETED.id: 35}
    assert record.partitions_of(OTHER_TENANT) == []


def test_what_is_removed_is_read_and_found_as_before(months, lrs_of):
    lrs = lrs_of()
    questions = [
        {},
        {"ascending": True},
        {"limit": 7},
        {"limit": 7, "ascending": True},
        {"since": "2026-01-12T00:00:00Z", "until": "2026-02-12T00:00:00Z"},
        {"until": "2026-01-31T00:00:00Z", "limit": 3},
        {"verb": record.COMPLETED.id, "limit": 4},
        {"activity": record.iri("courses", "c1")},
        {"agent": {"account": {"homePage": record.iri("tenants", TENANT), "name": str(UUID(int=3))}}},
    ]
    before = [all_pages(lrs, **one) for one in questions]
    one = months[1][4]
    shown = lrs.get("statements", statementId=str(one)).body
    rows = asked("SELECT * FROM statements ORDER BY position")

    record.archive(TENANT, "2026-03")
    removed = record.remove_archived(TENANT, "2026-03")
    assert [(part.month, part.removed) for part in removed] == [("2026-01", True), ("2026-02", True)]
    assert in_table() == [*months[3], *months["now"]]
    assert len(in_table(OTHER_TENANT)) == 3

    assert asked("SELECT * FROM statements ORDER BY position") == rows
    assert [all_pages(lrs, **one) for one in questions] == before
    assert lrs.get("statements", statementId=str(one)).body == shown
    assert lrs_of(OTHER_TENANT).get("statements", statementId=str(one)).status_code == 404
    assert lrs_of(TENANT, "read_own").get("statements", statementId=str(one)).status_code == 404
    assert record.remove_archived(TENANT, "2026-03") == []


def test_removed_statements_are_found_while_the_removal_stands_still(months, lrs, monkeypatch):
    monkeypatch.setattr(partitions, "AT_ONCE", 4)
    record.archive(TENANT, "2026-03")
    before = all_pages(lrs, limit=7)

    def stop(month, rows):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        record.remove_archived(TENANT, "2026-03", progress=stop)
    assert len(in_table()) == 31
    assert RemovedRow.objects.count() == 4
    assert all_pages(lrs, limit=7) == before
    assert asked(COUNT) == ((35, 35),)
    record.remove_archived(TENANT, "2026-03")
    assert len(in_table()) == 15
    assert RemovedRow.objects.count() == 20
    assert all_pages(lrs, limit=7) == before


@pytest.mark.parametrize("where", ["pages", "_holds", "PartitionRow"])
def test_a_crash_while_writing_leaves_nothing_half(months, monkeypatch, where):
    def crash(*_, **__):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        if where == "PartitionRow":
            patched.setattr(PartitionRow.objects, "create", crash)
        else:
            patched.setattr(partitions, where, crash)
        with pytest.raises(KeyboardInterrupt):
            record.archive(TENANT, "2026-03")
    assert record.partitions_of(TENANT) == []
    assert asked(COUNT) == ((35, 35),)
    assert [one.rows for one in record.archive(TENANT, "2026-03")] == [10, 10]
    assert len(list(chosen_files().keys("archive"))) == 2


def test_a_file_that_is_not_what_was_written_is_not_kept(months, monkeypatch):
    other = parquet.Digest()
    with monkeypatch.context() as patched:
        patched.setattr(parquet, "digest_of", lambda path: other)
        with pytest.raises(Refusal) as refused:
            record.archive(TENANT, "2026-03")
    assert refused.value.code == "archive.not_verified"
    assert record.partitions_of(TENANT) == []
    assert list(chosen_files().keys("archive")) == []


def test_nothing_is_removed_when_file_and_table_differ(months):
    record.archive(TENANT, "2026-03")
    backdated(months[1][3:4], datetime(2026, 1, 20, tzinfo=UTC))
    with pytest.raises(Refusal) as refused:
        record.remove_archived(TENANT, "2026-03")
    assert refused.value.code == "archive.changed"
    backdated(months[1][3:4], datetime(2026, 1, 7, 8, tzinfo=UTC))
    chosen_files().delete(record.partitions_of(TENANT)[0].file)
    with pytest.raises(Refusal) as refused:
        record.remove_archived(TENANT, "2026-03")
    assert refused.value.code == "archive.changed"
    assert len(in_table()) == 35


def test_nothing_is_removed_that_a_reader_or_a_forwarding_has_not_read(months, fresh_reader, monkeypatch):
    record.archive(TENANT, "2026-03")
    name = fresh_reader(lambda batch: None)
    with pytest.raises(Refusal) as refused:
        record.remove_archived(TENANT, "2026-02")
    assert refused.value.code == "archive.not_read"
    assert refused.value.values["reader"] == name
    record.run_readers(name)
    monkeypatch.setenv("ALULA_FORWARD_PRIVATE", "true")
    record.add_forwarding(TENANT, "next door", endpoint="http://127.0.0.1:9/", user="u", password="p")
    with pytest.raises(Refusal) as refused:
        record.remove_archived(TENANT, "2026-02")
    assert refused.value.values["reader"] == "next door"
    record.end_forwarding(TENANT, "next door")
    record.remove_archived(TENANT, "2026-02")
    assert len(in_table()) == 25


def test_a_rebuilt_reader_gets_what_was_removed_in_the_same_order(months, fresh_reader, monkeypatch):
    seen = []
    name = fresh_reader(lambda batch: seen.extend(one.id for one in batch), reset=seen.clear, batch=7)
    record.run_readers(name)
    before = list(seen)
    assert len(before) > 35
    monkeypatch.setattr(partitions, "AT_ONCE", 4)
    for tenant in (TENANT, OTHER_TENANT):
        record.archive(tenant, "2026-03")
    record.remove_archived(OTHER_TENANT, "2026-03")

    def stop(month, rows):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        record.remove_archived(TENANT, "2026-03", progress=stop)
    record.rebuild(name)
    assert seen == before
    record.remove_archived(TENANT, "2026-03")
    record.rebuild(name)
    assert seen == before
    assert record.run_readers(name) == 0


def test_a_month_that_is_not_over_is_refused(months):
    coming = (datetime.now(UTC) + timedelta(days=40)).strftime("%Y-%m")
    with pytest.raises(Refusal) as refused:
        record.archive(TENANT, coming)
    assert refused.value.code == "archive.not_over"
    for wrong in ("2026", "2026-13", "March"):
        with pytest.raises(Refusal):
            record.archive(TENANT, wrong)
    assert record.archive(UUID(int=99), "2026-03") == []
    assert Month(2025, 12).next == Month(2026, 1)


@pytest.mark.parametrize("removed", [True, False])
def test_what_comes_later_for_an_archived_month_is_a_second_part(months, did, removed):
    record.archive(TENANT, "2026-02")
    if removed:
        record.remove_archived(TENANT, "2026-02")
    late, _ = append(TENANT, [did(who=50), did(who=51)])
    backdated([late], datetime(2026, 1, 30, tzinfo=UTC))
    assert asked(COUNT) == ((37, 37),)
    assert [(one.month, one.part, one.rows) for one in record.archive(TENANT, "2026-02")] == [
        ("2026-01", 2, 1)
    ]
    assert asked(COUNT) == ((37, 37),)
    for name in record.reader_names():
        record.run_readers(name)
    record.remove_archived(TENANT, "2026-02")
    assert late not in in_table()
    assert asked(COUNT) == ((37, 37),)


def test_a_removed_statement_can_be_voided(months, lrs):
    target, kept = months[1][2], months[1][3]
    record.archive(TENANT, "2026-02")
    record.remove_archived(TENANT, "2026-02")
    void = {
        "id": str(UUID(int=4711)),
        "actor": {"mbox": "mailto:tea@example.com"},
        "verb": {"id": record.VOIDED.id},
        "object": {"objectType": "StatementRef", "id": str(target)},
    }
    lrs.post([void])
    assert asked(f"SELECT COUNT(*) FROM statements WHERE id = '{target}'") == ((0,),)
    assert asked(f"SELECT voided FROM all_statements WHERE id = '{target}'") == ((True,),)
    assert lrs.get("statements", statementId=str(target)).status_code == 404
    assert lrs.get("statements", voidedStatementId=str(target)).status_code == 200
    assert lrs.get("statements", voidedStatementId=str(kept)).status_code == 404
    ids = all_pages(lrs, limit=9)
    assert str(target) not in ids
    assert len(ids) == 35


def test_an_import_knows_what_was_removed(months, tmp_path):
    file = tmp_path / "all.jsonl"
    record.export_file(
        TENANT, file, record.export_wanted(TENANT), replace=False, progress=lambda _d, _o: None
    )
    record.archive(TENANT, "2026-03")
    record.remove_archived(TENANT, "2026-03")
    done = record.import_file(TENANT, file, all_or_nothing=False, language="en", progress=lambda _d, _o: None)
    assert (done.figures.known, done.figures.stored) == (35, 0)
    assert len(in_table()) == 15


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_text('/etc/passwd')",
        "SELECT * FROM read_csv('/etc/hostname')",
        "SELECT * FROM '/etc/passwd'",
        "SELECT * FROM glob('/*')",
        "SELECT * FROM query('DROP VIEW statements')",
        "SELECT * FROM page",
        "SELECT * FROM files",
        "COPY statements TO '/tmp/out.csv'",
        "ATTACH '/tmp/other.db'",
        "SET enable_external_access = true",
        "PRAGMA database_list",
        "INSTALL httpfs",
        "DROP VIEW statements",
        "DELETE FROM tail",
        "SELECT 1; SELECT 2",
        "SELECT nonsense FROM statements",
        "",
        "SELEC",
    ],
)
def test_a_question_reads_statements_and_nothing_else(months, sql):
    record.archive(TENANT, "2026-03")
    with pytest.raises(Refusal) as refused:
        record.query(TENANT, sql)
    assert refused.value.code in ("archive.only_select", "archive.query")
    assert asked(COUNT) == ((35, 35),)


def test_a_file_of_the_archive_cannot_be_written_over_by_a_question(months):
    one = record.archive(TENANT, "2026-03")[0]
    with chosen_files().local(one.file) as path, pytest.raises(Refusal) as refused:
        record.query(TENANT, f"COPY (SELECT 1) TO '{path}'")
    assert refused.value.code == "archive.only_select"
    assert partitions._holds(one.file, one.rows, one.digest)


def test_an_answer_has_its_limits(months):
    answer = record.query(TENANT, "SELECT body->>'$.actor.account.name' AS who FROM statements", limit=4)
    assert answer.columns == ("who",)
    assert (len(answer.rows), answer.more) == (4, True)
    assert not record.query(TENANT, "SELECT 1", limit=1).more
    with pytest.raises(Refusal) as refused:
        record.query(
            TENANT, "SELECT SUM(a.i * b.i) FROM range(1000000) a(i), range(1000000) b(i)", seconds=0.3
        )
    assert refused.value.code == "archive.too_slow"


def test_without_its_engine_the_archive_says_so(months, monkeypatch):
    monkeypatch.setitem(sys.modules, "duckdb", None)
    with pytest.raises(Refusal) as refused:
        record.archive(TENANT, "2026-03")
    assert "alula[archive]" in refused.value.sentence("en")
    assert len(in_table()) == 35
