"""What the indexes are made of: the same for every way into the table, and given to older rows by the migration."""

from __future__ import annotations

import importlib
from types import SimpleNamespace
from uuid import UUID, uuid4

import pytest
from django.db import connection

from alula.record import facade as record
from alula.record import spine, table
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
    monkeypatch.setattr(table, "remembered_hash", lambda *_: 7)
    tenant, other = uuid4(), uuid4()
    for whose, name in ((tenant, "tea"), (tenant, "coffee"), (other, "tea")):
        course = record.Activity(id=f"https://alula.example/courses/{name}")
        record.append(
            whose, [record.Statement(actor=person(whose, uuid4()), verb=record.COMPLETED, object=course)]
        )

    found = record.statements_of(tenant, activity="https://alula.example/courses/tea").items

    assert [(one.tenant_id, one.activity) for one in found] == [(tenant, "https://alula.example/courses/tea")]
