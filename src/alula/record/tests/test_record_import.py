"""Statements come in from files of any form, the bad ones are told by line, and a stopped import goes on."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import re
import tracemalloc
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alula.kernel.errors import Refusal
from alula.record import facade as record
from alula.record import services, spine
from alula.record.facade import append
from alula.record.moving import importing, sources
from alula.record.moving.sources import Source
from alula.record.tests.conftest import OTHER_TENANT, TENANT
from alula.record.xapi import multipart


def statement(number=1, **more):
    return {
        "id": str(UUID(int=number + (7 << 100))),
        "actor": {"mbox": f"mailto:tea{number % 7}@example.com"},
        "verb": {"id": "http://adlnet.gov/expapi/verbs/completed"},
        "object": {"id": f"https://example.com/courses/{number % 5}"},
        "timestamp": "2026-03-01T08:00:00Z",
        **more,
    }


def rows(tenant=TENANT):
    return spine.select("WHERE tenant_id = %s ORDER BY position", [spine.key(tenant)])


def take(file, tenant=TENANT, *, all_or_nothing=False, told=None):
    told = told if told is not None else []
    return record.import_file(
        tenant,
        file,
        all_or_nothing=all_or_nothing,
        language="en",
        progress=lambda done, of: told.append((done, of)),
    )


def bad_lines(file):
    return [json.loads(line) for line in file.with_name(f"{file.name}.bad.jsonl").read_text().splitlines()]


def as_lines(statements):
    return b"".join(json.dumps(one).encode() + b"\n" for one in statements)


FORMS = {
    "lines": as_lines,
    "lines with BOM, CRLF and gaps": lambda some: (
        b"\xef\xbb\xbf\r\n" + as_lines(some).replace(b"\n", b"\r\n\r\n")
    ),
    "lines without an end": lambda some: as_lines(some).rstrip(b"\n"),
    "an array": lambda some: json.dumps(some).encode(),
    "a pretty array": lambda some: b" \n" + json.dumps(some, indent=3).encode() + b"\n",
    "packed lines": lambda some: gzip.compress(as_lines(some)),
    "a packed array": lambda some: gzip.compress(json.dumps(some).encode()),
    "packed in two members": lambda some: (
        gzip.compress(as_lines(some[:3])) + gzip.compress(as_lines(some[3:]))
    ),
}


@pytest.mark.django_db
@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_file_is_read(form, tmp_path):
    file = tmp_path / "from elsewhere"
    some = [statement(n, result={"response": '"]}{[\\" 茶'}) for n in range(10)]
    file.write_bytes(FORMS[form](some))
    told = []
    done = take(file, told=told)
    assert (done.figures.read, done.figures.stored, done.figures.bad) == (10, 10, 0)
    assert [json.loads(row.body) for row in rows()] == some
    assert done.report is None
    assert told[-1][0] == told[-1][1]


@pytest.mark.django_db
def test_bad_lines_are_told_and_the_good_ones_kept(tmp_path):
    file = tmp_path / "mixed.jsonl"
    good = statement(1)
    wrong = [
        json.dumps({**statement(2), "actor": {"mbox": "tea@example.com"}}),
        json.dumps({**statement(3), "verb": {"id": "completed"}}),
        '{"id": "1", "id": "2"}',
        "{broken",
        json.dumps({**statement(1), "object": {"id": "https://example.com/other"}}),
        json.dumps({**statement(4), "object": {"id": "https://example.com/" + "x" * 2500}}),
    ]
    file.write_text("\n".join([json.dumps(good), "", *wrong, json.dumps(statement(5))]))
    done = take(file)
    assert (done.figures.read, done.figures.stored, done.figures.bad) == (8, 2, 6)
    assert [row.id for row in rows()] == [UUID(good["id"]), UUID(statement(5)["id"])]
    told = bad_lines(file)
    assert [(one["line"], one["code"], one.get("field")) for one in told] == [
        (3, "xapi.mbox", "actor.mbox"),
        (4, "xapi.iri", "verb.id"),
        (5, "xapi.duplicate", "statement.id"),
        (6, "xapi.json", "statement"),
        (7, "record.different_statement", "id"),
        (8, "record.too_long", "object.id"),
    ]
    assert all(one["sentence"].endswith(".") and one["kept"] is False for one in told)


@pytest.mark.django_db
def test_all_or_nothing(tmp_path):
    file = tmp_path / "mixed.jsonl"
    some = [statement(n) for n in range(3)]
    file.write_bytes(as_lines([*some, statement(9, verb={})]))
    with pytest.raises(Refusal) as refused:
        take(file, all_or_nothing=True)
    assert refused.value.code == "moving.nothing_imported"
    assert refused.value.values["bad"] == 1
    assert rows() == []
    assert bad_lines(file)[0]["line"] == 4
    file.write_bytes(as_lines(some))
    done = take(file, all_or_nothing=True)
    assert (done.figures.read, done.figures.stored, done.figures.known) == (3, 3, 0)
    assert done.report is None
    file.write_bytes(as_lines([statement(7), statement(0, verb={"id": "https://example.com/drank"})]))
    with pytest.raises(Refusal):
        take(file, all_or_nothing=True)
    assert len(rows()) == 3
    assert bad_lines(file)[0]["code"] == "record.different_statement"


@pytest.mark.django_db
def test_nothing_stays_of_all_when_the_writing_breaks(tmp_path, monkeypatch):
    monkeypatch.setattr(importing, "AT_ONCE", 10)
    file = tmp_path / "some.jsonl"
    file.write_bytes(as_lines([statement(n) for n in range(50)]))
    broken_after(monkeypatch, 3)
    with pytest.raises(KeyboardInterrupt):
        take(file, all_or_nothing=True)
    assert rows() == []


@pytest.mark.django_db
def test_the_same_file_again_changes_nothing(tmp_path):
    file = tmp_path / "some.jsonl"
    without_id = statement(3)
    del without_id["id"]
    file.write_bytes(as_lines([statement(1), without_id, statement(2), statement(2)]))
    first = take(file)
    assert (first.figures.stored, first.figures.known) == (3, 1)
    before = rows()
    again = take(file)
    assert (again.figures.stored, again.figures.known) == (0, 4)
    assert rows() == before


def broken_after(monkeypatch, batches):
    calls, write = [], services.write

    def breaking(some):
        calls.append(len(some))
        if len(calls) == batches:
            raise KeyboardInterrupt
        return write(some)

    monkeypatch.setattr(services, "write", breaking)


@pytest.mark.django_db
@pytest.mark.parametrize("form", ["lines", "an array", "packed lines"])
def test_a_stopped_import_goes_on(tmp_path, monkeypatch, form):
    monkeypatch.setattr(importing, "AT_ONCE", 10)
    file = tmp_path / "many"
    some = [statement(n) if n % 9 else statement(n, verb={"id": "no"}) for n in range(100)]
    file.write_bytes(FORMS[form](some))
    with monkeypatch.context() as patched:
        broken_after(patched, 5)
        with pytest.raises(KeyboardInterrupt):
            take(file)
    assert len(rows()) == sum(bool(n % 9) for n in range(40))
    looked, validate = [], importing.validate
    monkeypatch.setattr(importing, "validate", lambda one, *more: (looked.append(one), validate(one, *more)))
    done = take(file)
    assert len(looked) == 60  # what was read before is not looked at again
    assert (done.figures.read, done.figures.stored, done.figures.bad, done.figures.known) == (100, 88, 12, 0)
    assert [row.id for row in rows()] == [UUID(one["id"]) for n, one in enumerate(some) if n % 9]
    assert [line["line"] for line in bad_lines(file)] == [n + 1 for n in range(0, 100, 9)]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "moving.empty"),
        (b" \r\n\n", "moving.empty"),
        (b"actor,verb,object\n", "moving.not_statements"),
        (b"\x00\x01\x02", "moving.not_statements"),
        (gzip.compress(as_lines([statement(n) for n in range(9)]))[:-20], "moving.damaged"),
        (b"\x1f\x8bnot packed at all", "moving.damaged"),
    ],
)
def test_what_is_no_file_of_statements_is_refused(tmp_path, content, code):
    file = tmp_path / "file"
    file.write_bytes(content)
    with pytest.raises(Refusal) as refused:
        take(file)
    assert refused.value.code == code
    assert not re.search("[a-z]{2,} [a-z]{2,}", refused.value.sentence("zh")), "no words of a library"


@pytest.mark.django_db
@pytest.mark.parametrize("tail", [b"", b", ", b", nonsense]", b', {"id": "x', b"} {"])
def test_an_array_that_breaks_off_keeps_what_was_whole(tmp_path, tail):
    file = tmp_path / "file.json"
    file.write_bytes(json.dumps([statement(1), statement(2)]).encode()[:-1] + tail)
    done = take(file)
    assert (done.figures.stored, done.figures.bad) == (2, 1)
    assert bad_lines(file)[0]["code"] == "moving.array_broken"
    assert bad_lines(file)[0]["line"] == 3


@pytest.mark.django_db
def test_a_statement_beyond_the_limit_is_a_bad_line(tmp_path, monkeypatch):
    monkeypatch.setattr(sources, "LONGEST", 2000)
    file = tmp_path / "file.jsonl"
    huge = statement(1, result={"response": "x" * 5000})
    file.write_bytes(as_lines([statement(2), huge, statement(3)]))
    done = take(file)
    assert (done.figures.stored, done.figures.bad) == (2, 1)
    assert (bad_lines(file)[0]["line"], bad_lines(file)[0]["code"]) == (2, "moving.too_large")


json_values = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(
    st.lists(st.dictionaries(st.text(), json_values, max_size=5), max_size=12),
    st.sampled_from([None, 2]),
    st.booleans(),
    st.integers(1, 40),
)
def test_an_array_is_cut_where_its_items_end(some, indent, ascii_only, piece):
    raw = json.dumps(some, indent=indent, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass")
    before, sources.PIECE = sources.PIECE, piece
    try:
        found = list(Source.of(io.BytesIO(raw)).items()) if some else []
        resumed = list(Source.of(io.BytesIO(raw)).items(after=found[0].end, number=1)) if some else []
    finally:
        sources.PIECE = before
    assert [json.loads(item.raw.decode("utf-8", "surrogatepass")) for item in found] == some
    assert resumed == found[1:]


@pytest.mark.parametrize("form", ["lines", "an array", "packed lines"])
def test_memory_stays_flat(form, tmp_path):
    file = tmp_path / "large"
    some = [statement(n, result={"response": "x" * 20_000}) for n in range(1500)]
    file.write_bytes(FORMS[form](some))
    del some
    tracemalloc.start()
    with file.open("rb") as raw:
        assert sum(1 for _ in Source.of(raw).items()) == 1500
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4_000_000


def multipart_of(statements, contents):
    parts = [(hashlib.sha256(one).hexdigest(), "text/plain", one) for one in contents]
    return multipart.write(json.dumps(statements).encode(), parts)


def with_attachment(number, content):
    meant = {
        "usageType": "https://example.com/certificate",
        "display": {"en": "Certificate"},
        "contentType": "text/plain",
        "length": len(content),
        "sha2": hashlib.sha256(content).hexdigest(),
    }
    return statement(number, attachments=[meant])


@pytest.fixture
def full(lrs_of, did):
    """A record with our own statements, those of two versions, one voided, one about another, an attachment."""
    append(TENANT, [did(who=1), did(who=2, course="茶")])
    old, new = lrs_of(version="1.0.3"), lrs_of(version="2.0.0")
    old.post(
        [
            statement(1),
            statement(2, context={"contextActivities": {"parent": {"id": "https://example.com/p"}}}),
        ]
    )
    team = {"objectType": "Group", "mbox": "mailto:team@example.com"}
    groups = [{"objectType": "contextGroup", "group": team}]
    sub = {"objectType": "SubStatement", **{k: v for k, v in statement(8).items() if k != "id"}}
    no_time = statement(4)
    del no_time["timestamp"]
    new.post([statement(3, context={"contextGroups": groups}), no_time, statement(5, object=sub)])
    void = {"verb": {"id": "http://adlnet.gov/expapi/verbs/voided"}}
    new.post([statement(6, object={"objectType": "StatementRef", "id": statement(1)["id"]}, **void)])
    content_type, body = multipart_of(with_attachment(7, b"well done"), [b"well done"])
    answer = new.call("POST", "statements", body, headers={"content-type": content_type})
    assert answer.status_code == 200, answer.body
    return new


def export(file, tenant=TENANT, **asked):
    wanted = record.export_wanted(tenant, **asked)
    return record.export_file(tenant, file, wanted, replace=False, progress=lambda _d, _o: None)


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["all.jsonl", "all.jsonl.gz"])
def test_export_and_import_into_a_fresh_tenant_give_equal_statements(full, tmp_path, lrs_of, name):
    file = tmp_path / name
    out = export(file)
    assert (out.statements, out.attachments, out.attachments_missing) == (9, 1, 0)
    fresh = UUID(int=77)
    done = take(file, fresh)
    assert (done.figures.stored, done.figures.bad, done.figures.attachments) == (9, 0, 1)
    for ours, theirs in zip(rows(TENANT), rows(fresh), strict=True):
        assert (ours.id, ours.voided, ours.actor_key, ours.timestamp) == (
            theirs.id,
            theirs.voided,
            theirs.actor_key,
            theirs.timestamp,
        )
        mine, yours = json.loads(ours.body), json.loads(theirs.body)
        mine.setdefault("timestamp", yours["timestamp"])
        assert mine == yours
        if "authority" not in mine:
            assert ours.body == theirs.body  # our own statements: byte for byte
    reader = lrs_of(fresh)
    assert reader.ids() == full.ids()
    assert reader.ids(agent={"mbox": "mailto:team@example.com"}, related_agents=True) == [statement(3)["id"]]
    got = reader.get("statements", statementId=statement(7)["id"], attachments=True)
    assert b"well done" in got.body


@pytest.mark.django_db
def test_an_attachment_without_bytes_is_told_and_its_statement_kept(tmp_path):
    file = tmp_path / "some.jsonl"
    file.write_bytes(as_lines([with_attachment(1, b"lost")]))
    done = take(file)
    assert (done.figures.stored, done.figures.bad, done.figures.attachments_missing) == (1, 0, 1)
    assert bad_lines(file)[0]["code"] == "moving.attachment_missing"
    assert bad_lines(file)[0]["kept"] is True


@pytest.mark.django_db
def test_an_attachment_that_is_not_what_it_says_is_not_kept(full, tmp_path):
    file = tmp_path / "all.jsonl"
    export(file)
    tar = file.with_name("all.jsonl.attachments.tar")
    tar.write_bytes(tar.read_bytes().replace(b"well done", b"well gone"))
    assert take(file, UUID(int=78)).figures.attachments_missing == 1


@pytest.mark.django_db
def test_an_export_holds_what_was_asked_for_and_nothing_of_another_tenant(full, did, tmp_path):
    append(OTHER_TENANT, [did(who=1, tenant=OTHER_TENANT)])

    def ids(**asked):
        file = tmp_path / f"{uuid4()}.jsonl"
        export(file, **asked)
        return [json.loads(line)["id"] for line in file.read_text().splitlines()]

    everything = [str(row.id) for row in rows()]
    assert ids() == everything
    own = rows()[0]
    assert ids(person=str(UUID(int=1))) == [str(own.id)]
    assert ids(person="mbox:mailto:tea3@example.com") == [statement(3)["id"]]
    assert ids(verb="http://adlnet.gov/expapi/verbs/voided") == [statement(6)["id"]]
    assert ids(activity="https://example.com/courses/2") == [statement(2)["id"], statement(7)["id"]]
    middle = rows()[3].stored.isoformat()
    assert ids(until=middle) + ids(since=middle) == everything
    assert ids(since="2100-01-01T00:00:00Z") == []
    for wrong in ({"since": "yesterday"}, {"person": "Wang"}):
        with pytest.raises(Refusal):
            ids(**wrong)


@pytest.mark.django_db
def test_a_stopped_export_goes_on_and_gives_the_same(did, tmp_path, monkeypatch):
    from alula.record.moving import exporting, local

    monkeypatch.setattr(local, "AT_ONCE", 10)
    monkeypatch.setattr(exporting, "AT_ONCE", 7)
    append(TENANT, [did(who=n) for n in range(95)])
    whole = tmp_path / "whole.jsonl"
    export(whole)
    for name in ("part.jsonl", "part.jsonl.gz"):
        file, told = tmp_path / name, []

        def stop(done, of, told=told):
            told.append(done)
            if len(told) == 4:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            record.export_file(TENANT, file, record.export_wanted(TENANT), replace=False, progress=stop)
        assert not file.exists()
        with file.with_name(f"{name}.part").open("ab") as part:
            part.write(b"half of a li")
        append(TENANT, [did(who=200)])  # what comes later is not part of it
        assert export(file).statements == 95
        raw = file.read_bytes()
        assert (gzip.decompress(raw) if name.endswith("gz") else raw) == whole.read_bytes()
        from alula.record.moving.models import TransferRow

        TransferRow.objects.all().delete()
        spine_delete_last()
    with pytest.raises(Refusal) as refused:
        export(whole)
    assert refused.value.code == "moving.file_exists"


def spine_delete_last():
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM record_statement WHERE position = (SELECT MAX(position) FROM record_statement)"
        )
