"""How fast a reader is: counted beside its cursor, the same whichever process asks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from alula.kernel import clock
from alula.record import pace, reading
from alula.record.facade import append, reader_status, rebuild, run_readers

NOON = datetime(2026, 11, 2, 12, 0, 2, tzinfo=UTC)


def at(seconds):
    return NOON + timedelta(seconds=seconds)


def status_of(name):
    return next(one for one in reader_status() if one.name == name)


def test_the_last_minute_counts_and_nothing_before():
    text = ""
    for second in range(120):
        text = pace.with_handled(text, 10, at(second))
    assert pace.rate(text, at(119.9)) == pytest.approx(10, rel=0.03)
    assert len(text.split()) == pace.STEPS
    assert pace.rate(text, at(160)) == pytest.approx(3, abs=0.5)
    assert pace.rate(text, at(200)) == 0
    assert pace.rate("", NOON) == 0


def test_a_clock_that_is_behind_takes_nothing_away():
    ahead = pace.with_handled("", 600, at(20))
    both = pace.with_handled(ahead, 600, at(0))
    assert pace.rate(both, at(20)) == pytest.approx(1200 / 60, rel=0.1)


@pytest.mark.django_db
def test_it_is_written_with_the_cursor_and_costs_no_write_of_its_own(tenant, did, fresh_reader):
    name = fresh_reader(lambda batch: None)
    reading.ensure_cursors([name])
    append(tenant, [did(who=n) for n in range(30)])
    run_readers(name)
    append(tenant, [did(who=n) for n in range(30)])
    writes = []

    def watch(execute, sql, *rest):
        if sql.startswith(("UPDATE", "INSERT", "DELETE")):
            writes.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(watch):
        reading.run_once(name)
    assert len(writes) == 1
    one = status_of(name)
    assert one.rate == pytest.approx(60 / 57.5, rel=0.06)
    assert one.catch_up == 0
    with clock.at(clock.now() + timedelta(minutes=2)):
        assert status_of(name).rate == 0


@pytest.mark.django_db
def test_a_reader_that_comes_no_nearer_says_so(tenant, did, fresh_reader):
    name = fresh_reader(lambda batch: None, batch=20)
    append(tenant, [did(who=n) for n in range(100)])
    reading.ensure_cursors([name])
    assert status_of(name).catch_up is None
    reading.run_once(name)
    later = clock.now() + timedelta(seconds=70)
    with clock.at(later):  # nothing was written in this minute
        reading.run_once(name)
        one = status_of(name)
        assert one.catch_up == pytest.approx(60 / one.rate)
        assert one.lag.statements == 60


@pytest.mark.django_db
def test_a_batch_that_was_rolled_back_was_not_handled(tenant, did, fresh_reader):
    def bad(batch):
        raise ValueError

    name = fresh_reader(bad)
    append(tenant, [did()])
    reading.run_once(name)
    assert status_of(name).rate == 0


@pytest.mark.django_db
def test_a_rebuild_begins_to_count_anew(tenant, did, fresh_reader):
    name = fresh_reader(lambda batch: None, reset=lambda: None)
    append(tenant, [did(who=n) for n in range(30)])
    run_readers(name)
    before = status_of(name).rate
    rebuild(name)
    assert status_of(name).rate == pytest.approx(before, rel=0.1)
