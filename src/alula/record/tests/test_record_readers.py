"""A reader gets every statement once, in order; stops at what it cannot handle; can be rebuilt."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection, transaction

from alula.kernel import clock
from alula.kernel.errors import Refusal
from alula.record import reading, spine
from alula.record.facade import (
    ReaderFailedError,
    append,
    lag,
    person_of,
    reader_names,
    reader_status,
    rebuild,
    run_readers,
    statements_of,
)

pytestmark = pytest.mark.django_db


def status_of(name):
    return next(one for one in reader_status() if one.name == name)


def test_every_statement_of_every_tenant_once_in_order(tenant, other_tenant, did, fresh_reader):
    seen = []
    name = fresh_reader(seen.extend, batch=3)
    given = [did(who=n) for n in range(7)]
    append(tenant, given[:4])
    append(other_tenant, given[4:5])
    assert run_readers(name) == 5
    append(tenant, given[5:])
    assert run_readers(name) == 2
    assert run_readers(name) == 0
    assert [one.id for one in seen] == [one.id for one in given]
    assert [one.tenant_id for one in seen] == [tenant] * 4 + [other_tenant] + [tenant] * 2
    assert [one.place for one in seen] == sorted(one.place for one in seen)
    assert person_of(seen[3].actor_key) == (tenant, UUID(int=3))
    assert seen[0].statement == given[0]


def test_one_batch_at_a_time(tenant, did, fresh_reader):
    sizes = []
    name = fresh_reader(lambda batch: sizes.append(len(batch)), batch=3)
    append(tenant, [did() for _ in range(7)])
    assert run_readers(name, until_idle=False) == 3
    run_readers(name)
    assert sizes == [3, 3, 1]


def test_readers_do_not_wait_for_each_other(tenant, did, fresh_reader):
    one, two = [], []
    first, second = fresh_reader(one.extend), fresh_reader(two.extend)
    append(tenant, [did()])
    run_readers(first)
    assert (len(one), len(two)) == (1, 0)
    run_readers(first, second)
    assert (len(one), len(two)) == (1, 1)


def test_what_was_rolled_back_is_never_read_and_leaves_no_gap(tenant, did, fresh_reader):
    seen = []
    name = fresh_reader(seen.extend)
    before, after = did(), did()
    append(tenant, [before])
    for keep in (False, True):
        with transaction.atomic():
            append(tenant, [did(), did()])
            transaction.set_rollback(True)
        if keep:
            append(tenant, [after])
        run_readers(name)
    assert [one.id for one in seen] == [before.id, after.id]


def test_effect_and_cursor_are_one(tenant, did, fresh_reader, projection):
    """A handler that wrote and then failed leaves nothing behind; the statement is given again."""
    broken = [True]

    def handle(batch):
        projection.keep(batch)
        if broken[0]:
            raise RuntimeError("not yet")

    name = fresh_reader(handle)
    one = did()
    append(tenant, [one])
    with pytest.raises(ReaderFailedError, match="not yet"):
        run_readers(name)
    assert projection.ids() == []
    broken[0] = False
    run_readers(name)
    assert projection.ids() == [one.id]


def test_a_reader_stops_at_the_one_statement_and_says_so(tenant, did, fresh_reader, projection):
    given = [did(who=n) for n in range(40)]
    bad = given[23]

    def handle(batch):
        projection.keep(batch)
        if any(one.id == bad.id for one in batch):
            raise ValueError("这条陈述无法处理")

    name = fresh_reader(handle)
    append(tenant, given)
    with pytest.raises(ReaderFailedError, match=str(bad.id)):
        run_readers(name)
    assert projection.ids() == [one.id for one in given[:23]]
    for tries in (2, 3):
        assert reading.run_once(name) == 0
        assert status_of(name).failures == tries
    stopped = status_of(name)
    assert "这条陈述无法处理" in stopped.last_error
    assert str(bad.id) in stopped.last_error
    assert stopped.lag.statements == 17
    assert projection.ids() == [one.id for one in given[:23]]


def test_a_failed_reader_waits_longer_each_time_and_goes_on_when_it_can(tenant, did, fresh_reader):
    broken, seen = [True], []

    def handle(batch):
        if broken[0]:
            raise ValueError
        seen.extend(batch)

    name = fresh_reader(handle)
    append(tenant, [did(), did()])
    pauses = []
    for _ in range(12):
        reading.run_once(name)
        pauses.append(status_of(name).retry_at - clock.now())
        assert reading.pending([name]) == []
    assert timedelta(seconds=1) < pauses[0] < timedelta(seconds=3)
    assert pauses[0] < pauses[1] < pauses[2]
    assert pauses[-1] <= reading.RETRY_LONGEST
    broken[0] = False
    with clock.at(clock.now() + timedelta(minutes=6)):
        assert reading.pending([name]) == [name]
        run_readers(name)
    assert len(seen) == 2
    assert (status_of(name).failures, status_of(name).last_error, status_of(name).retry_at) == (0, "", None)


@pytest.mark.django_db(transaction=True)
def test_what_fails_only_at_the_commit_stops_the_reader_too(tenant, did, fresh_reader):
    """A deferred foreign key speaks when the transaction ends, after the handler returned."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE test_late (ref TEXT REFERENCES record_cursor (name) DEFERRABLE INITIALLY DEFERRED)"
        )
    try:
        given = [did() for _ in range(3)]

        def handle(batch):
            with connection.cursor() as cursor:
                ref = "nobody" if any(one.id == given[1].id for one in batch) else name
                cursor.execute("INSERT INTO test_late VALUES (%s)", [ref])

        name = fresh_reader(handle)
        append(tenant, given)
        with pytest.raises(ReaderFailedError, match=str(given[1].id)):
            run_readers(name)
        assert status_of(name).lag.statements == 2
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE test_late")


def test_lag(tenant, did, fresh_reader):
    name = fresh_reader(lambda batch: None)
    assert (lag(name).statements, lag(name).seconds) == (0, 0.0)
    append(tenant, [did() for _ in range(3)])
    with clock.at(clock.now() + timedelta(seconds=100)):
        assert lag(name).statements == 3
        assert 95 < lag(name).seconds < 105
        run_readers(name)
        assert (lag(name).statements, lag(name).seconds) == (0, 0.0)


def test_a_new_reader_begins_at_the_beginning(tenant, did, fresh_reader):
    append(tenant, [did() for _ in range(3)])
    seen = []
    run_readers(fresh_reader(seen.extend))
    assert len(seen) == 3


def test_rebuilt_is_equal_to_kept_live_while_statements_arrive(tenant, did, fresh_reader, projection):
    name = fresh_reader(projection.keep, reset=projection.reset, batch=10)
    append(tenant, [did(who=n) for n in range(35)])
    run_readers(name)
    arrived = []

    def arrive(_handled):
        arrived.append(did())
        append(tenant, arrived[-1:])

    rebuild(name, progress=arrive)
    run_readers(name)
    everything = [one.id for one in statements_of(tenant, oldest_first=True, limit=200).items]
    assert len(arrived) >= 4
    assert projection.ids() == everything


def test_a_rebuild_that_cannot_be_is_refused(tenant, did, fresh_reader):
    with pytest.raises(Refusal) as refused:
        rebuild(fresh_reader(lambda batch: None))
    assert refused.value.code == "record.no_reset"
    with pytest.raises(Refusal) as refused:
        rebuild("nobody.knows")
    assert refused.value.code == "record.unknown_reader"


def test_a_rebuild_that_meets_a_bad_statement_says_so_and_ends(tenant, did, fresh_reader):
    broken = []

    def handle(batch):
        if broken:
            raise ValueError("broken since")

    name = fresh_reader(handle, reset=lambda: None)
    append(tenant, [did()])
    run_readers(name)
    broken.append(True)
    with pytest.raises(ReaderFailedError, match="broken since"):
        rebuild(name)


def test_a_name_belongs_to_one_function(fresh_reader):
    def other(batch):
        """Another function."""

    name = fresh_reader(lambda batch: None)
    assert name in reader_names()
    with pytest.raises(ValueError, match=name):
        reading.reader(name)(other)


def test_what_comes_next_costs_the_same_wherever_a_reader_is(tenant, did, fresh_reader):
    """Counted in steps of SQLite's machine; a search from the beginning of the record would take thousands."""
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL finds a place by both columns of its index")
    name = fresh_reader(lambda _: None)
    append(tenant, [did() for _ in range(3000)])
    run_readers(name)
    steps = []
    connection.connection.set_progress_handler(lambda: steps.append(10), 10)
    assert len(spine.read(spine.Place(0, spine.last_position() - 10), 10)) == 10
    assert lag(name).statements == 0
    connection.connection.set_progress_handler(None, 0)
    assert sum(steps) < 1000
