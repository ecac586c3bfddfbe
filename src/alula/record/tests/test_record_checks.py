"""The doctor sees a stopped reader, a late one, and a record that came from another cluster; nothing is lost by the latter."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from alula.kernel import clock
from alula.kernel.errors import Refusal
from alula.kernel.texts import LANGUAGES
from alula.record import spine
from alula.record.checks import check
from alula.record.facade import adopt, append, run_readers

pytestmark = pytest.mark.django_db


def named(name):
    return next(one for one in check() if one.name == name)


def test_all_is_well(tenant, did, fresh_reader):
    name = fresh_reader(lambda batch: None)
    append(tenant, [did()])
    run_readers(name)
    assert named("record.order").ok
    assert named(f"record.reader.{name}").ok
    assert all(one.detail[language] for one in check() for language in LANGUAGES)


def test_a_stopped_reader_is_named_with_its_cause(tenant, did, fresh_reader):
    def bad(batch):
        raise ValueError("no such course")

    name = fresh_reader(bad)
    one = did()
    append(tenant, [one])
    with pytest.raises(Exception, match="no such course"):
        run_readers(name)
    found = named(f"record.reader.{name}")
    assert not found.ok
    for language in LANGUAGES:
        assert str(one.id) in found.detail[language]
        assert "no such course" in found.detail[language]


def test_a_late_reader_is_seen(tenant, did, fresh_reader):
    name = fresh_reader(lambda batch: None)
    append(tenant, [did()])
    assert named(f"record.reader.{name}").ok
    with clock.at(clock.now() + timedelta(minutes=5)):
        assert not named(f"record.reader.{name}").ok


@pytest.fixture
def restored(monkeypatch):
    """The tables as a dump restores them into a cluster whose transaction ids are a million behind."""

    def restore():
        with connection.cursor() as cursor:
            for table in ("record_statement", "record_cursor"):
                cursor.execute(f"UPDATE {table} SET txid = txid + 1000000")
        monkeypatch.setattr(spine._checked, "raw", None, raising=False)

    return restore


def test_a_restored_record_is_refused_until_adopted_and_then_goes_on(tenant, did, fresh_reader, restored):
    seen = []
    name = fresh_reader(seen.extend)
    read, unread, later = did(), did(), did()
    append(tenant, [read])
    run_readers(name)
    append(tenant, [unread])
    restored()
    assert not named("record.order").ok
    with pytest.raises(Refusal) as refused:
        append(tenant, [later])
    assert (refused.value.code, refused.value.status) == ("record.restored_elsewhere", 503)
    offset = adopt()
    assert offset > 0
    assert adopt() == offset
    assert named("record.order").ok
    append(tenant, [later])
    run_readers(name)
    assert [one.id for one in seen] == [read.id, unread.id, later.id]


def test_a_cursor_ahead_of_all_statements_is_seen_too(tenant, did, fresh_reader, restored):
    """Statements may have been archived; the cursors still know how far they were."""
    name = fresh_reader(lambda batch: None)
    append(tenant, [did()])
    run_readers(name)
    restored()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM record_statement")
    assert not named("record.order").ok
    adopt()
    one = did()
    append(tenant, [one])
    assert run_readers(name) == 1


def test_adopting_what_is_at_home_changes_nothing(tenant, did):
    append(tenant, [did()])
    assert adopt() == 0
