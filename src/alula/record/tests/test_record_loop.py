"""The loop of a server process: prompt after a commit, stops in order, one bad reader does not hold the others."""

from __future__ import annotations

import threading
import time

import pytest
from django.db import OperationalError

from alula.record import loop, reading
from alula.record.facade import ReaderLoop, append, reader_status

pytestmark = pytest.mark.django_db(transaction=True)


def until(true, seconds=10.0):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.005)
    return False


@pytest.fixture
def running():
    loops = []

    def run(*names, **options):
        one = ReaderLoop(names, **options)
        loops.append(one)
        one.start()
        return one

    yield run
    for one in loops:
        assert one.stop()


def test_a_commit_in_this_process_wakes_it(tenant, did, fresh_reader, running, monkeypatch):
    monkeypatch.setattr(loop, "SHORTEST", 60.0)
    monkeypatch.setattr(loop, "LONGEST", 60.0)
    seen = []
    running(fresh_reader(seen.extend))
    for n in range(1, 4):
        time.sleep(0.1)
        append(tenant, [did()])
        assert until(lambda n=n: len(seen) == n)


def test_all_is_read_in_order_by_several_threads(tenant, did, fresh_reader, running):
    seen = {}
    names = []
    for n in range(4):
        seen[n] = []
        names.append(fresh_reader(seen[n].extend, batch=7))
    running(*names, threads=3)
    given = [did(who=n) for n in range(100)]
    for start in range(0, 100, 10):
        append(tenant, given[start : start + 10])
    assert until(lambda: all(len(one) == 100 for one in seen.values()))
    assert all([s.id for s in one] == [s.id for s in given] for one in seen.values())


def test_a_failing_reader_does_not_hold_the_others(tenant, did, fresh_reader, running):
    def bad(batch):
        raise ValueError

    seen = []
    failing, good = fresh_reader(bad), fresh_reader(seen.extend)
    running(failing, good)
    append(tenant, [did()])
    assert until(lambda: len(seen) == 1)
    append(tenant, [did()])
    assert until(lambda: len(seen) == 2)
    assert next(one for one in reader_status() if one.name == failing).failures >= 1


def test_stop_lets_the_batch_end(tenant, did, fresh_reader, projection):
    entered = threading.Event()

    def slow(batch):
        entered.set()
        time.sleep(0.3)
        projection.keep(batch)

    one = ReaderLoop([fresh_reader(slow)])
    given = [did(), did()]
    append(tenant, given)
    one.start()
    assert entered.wait(10)
    assert one.stop()
    assert projection.ids() == [one.id for one in given]


def test_a_database_in_trouble_is_waited_out(tenant, did, fresh_reader, running, monkeypatch):
    seen, trouble = [], [OperationalError("away")] * 2
    pending = reading.pending

    def sometimes(names):
        if trouble:
            raise trouble.pop()
        return pending(names)

    monkeypatch.setattr(reading, "pending", sometimes)
    running(fresh_reader(seen.extend))
    append(tenant, [did()])
    assert until(lambda: len(seen) == 1)
    assert not trouble


def test_two_loops_never_double(tenant, did, fresh_reader, projection, running):
    name = fresh_reader(projection.keep, batch=5)
    running(name)
    running(name)
    given = [did(who=n) for n in range(60)]
    for start in range(0, 60, 6):
        append(tenant, given[start : start + 6])
    assert until(lambda: len(projection.ids()) >= 60)
    time.sleep(0.2)
    assert sorted(projection.ids()) == sorted(one.id for one in given)
