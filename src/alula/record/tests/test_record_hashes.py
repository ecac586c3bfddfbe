"""What the indexes are made of: the same for every way into the table, and given to older rows by the migration."""

from __future__ import annotations

import importlib
from types import SimpleNamespace
from uuid import UUID, uuid4

import pytest
from django.db import connection

from alula.record import facade as record
from alula.record import hashed, spine, table
from alula.record.hashed import id_key, text_hash
from alula.record.iri import person

pytestmark = pytest.mark.django_db

_ROWS = f"SELECT position, {', '.join(table.HASHES)} FROM record_statement ORDER BY position"


def _hashes() -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(_ROWS)
        return [tuple(bytes(one) if isinstance(one, memoryview) else one for one in row) for row in cursor]


def _some(tenant_id: UUID) -> None:
    """A statement with a registration, and one about it."""
    course, who = record.Activity(id="https://alula.example/courses/1"), person(tenant_id, uuid4())
    context = record.Context(registration=uuid4())
    first = record.Statement(actor=who, verb=record.COMPLETED, object=course, context=context)
    record.append(tenant_id, [first])
    record.void(tenant_id, first.id, by=who)


def test_older_rows_get_the_hashes_that_new_ones_have() -> None:
    _some(uuid4())
    written = _hashes()
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE record_statement SET {', '.join(f'{one} = NULL' for one in table.HASHES)}")
    fill = importlib.import_module("alula.record.migrations.0008_hashes").fill

    fill(None, SimpleNamespace(connection=connection))

    assert _hashes() == written
    assert None not in written[0][:6]
    assert written[1][-1] == written[0][1], "what it is about, by the hash of its id"


def test_a_hash_is_of_the_tenant_too() -> None:
    one, other, own = uuid4().hex, uuid4().hex, uuid4().hex

    assert text_hash(one, "tea") != text_hash(other, "tea") != text_hash(other, "coffee")
    assert id_key(one, own) != id_key(other, own)
    assert id_key(one, own)[8:].hex() == own, "ids that follow each other do so in the index"
    assert -(2**63) <= text_hash(one, "tea") < 2**63


def test_two_texts_with_one_hash_are_two_texts(monkeypatch: pytest.MonkeyPatch) -> None:
    """So rare that it is played: every text has the same hash, and each is found by itself."""
    monkeypatch.setattr(spine, "text_hash", lambda *_: 7)
    monkeypatch.setattr(table, "text_hash", lambda *_: 7)
    monkeypatch.setattr(hashed, "text_hash", lambda *_: 7)
    monkeypatch.setattr(hashed, "_remembered", {})
    tenant, other = uuid4(), uuid4()
    for whose, name in ((tenant, "tea"), (tenant, "coffee"), (other, "tea")):
        course = record.Activity(id=f"https://alula.example/courses/{name}")
        record.append(
            whose, [record.Statement(actor=person(whose, uuid4()), verb=record.COMPLETED, object=course)]
        )

    found = record.statements_of(tenant, activity="https://alula.example/courses/tea").items

    assert [(one.tenant_id, one.activity) for one in found] == [(tenant, "https://alula.example/courses/tea")]


def _row(tenant: str, number: int) -> table.Row:
    """A row of which every third has a registration, every fourth an activity, every fifth is about another."""
    return table.Row(
        tenant,
        UUID(int=number + 1).hex,
        f"person {number % 3}",
        f"https://alula.example/verbs/{number % 2}",
        "" if number % 4 else f"https://alula.example/courses/{number}",
        None if number % 3 else uuid4().hex,
        None if number % 5 else UUID(int=number + 7).hex,
        "" if number % 2 else "a credential",
        None if number % 2 else "2026-03-01 08:00:00.000000",
        f'{{"number": {number}, "text": "课\\t\\"程"}}'.encode(),
    )


def _kept(row: table.Row) -> tuple[object, ...]:
    """What the table holds of a row, in the order of _KEPT."""
    texts = (spine.digits(row.registration) if row.registration else None, row.ref)
    return (
        row.id,
        row.actor_key,
        row.verb,
        row.activity,
        *texts,
        row.authority,
        row.body,
        *table.hashes(row),
    )


_KEPT = f"id, actor_key, verb, activity, registration, ref, authority, body, {', '.join(table.HASHES)}"


def _all_kept() -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_KEPT} FROM record_statement ORDER BY position")
        return [
            (
                spine.digits(one), *who, attempt and spine.digits(attempt), ref and spine.digits(ref), authority, body.encode(),
                *(bytes(part) if isinstance(part, memoryview) else part for part in hashes),
            )
            for one, *who, attempt, ref, authority, body, a, b, c, d, e, f, g in cursor.fetchall()
            for hashes in [(a, b, c, d, e, f, g)]
        ]  # fmt: skip


@pytest.mark.parametrize("count", [0, 1, 9, 10, 11, 25])
def test_however_many_rows_are_written_each_is_kept_as_it_is(count: int) -> None:
    """Several go into one INSERT: none is lost, changed places or got what another one has."""
    rows = [_row(uuid4().hex, number) for number in range(count)]

    assert table.insert(rows) == count

    assert _all_kept() == [_kept(row) for row in rows]


def test_rows_that_are_there_are_left_out_wherever_they_stand() -> None:
    tenant = uuid4().hex
    rows = [_row(tenant, number) for number in range(25)]
    there = [rows[at] for at in (0, 3, 14, 24)]
    table.insert(there)

    assert table.insert(rows) == 21

    assert _all_kept() == [_kept(row) for row in (*there, *(row for row in rows if row not in there))]


def test_hashes_are_the_same_after_more_texts_than_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hashed, "REMEMBERED", 10)
    monkeypatch.setattr(hashed, "_remembered", {})
    tenants = [uuid4().hex for _ in range(3)]

    for _ in range(2):
        for number in range(50):
            for tenant in tenants:
                text = f"text {number % 20}"
                assert hashed.remembered(tenant)[text] == text_hash(tenant, text)
                assert sum(map(len, hashed._remembered.values())) <= 10
