"""Jobs: asked for with the change, done once, done again when a worker dies."""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta

import pytest
from django.db import transaction

from alula.kernel import clock, jobs
from alula.kernel.models import Job

done = []


@jobs.handler("test.note")
def note(payload, progress):
    progress(1, 2)
    if payload.get("fail"):
        raise RuntimeError("no")
    done.append(payload["n"])


@pytest.fixture(autouse=True)
def _fresh():
    done.clear()


@pytest.mark.django_db(transaction=True)
def test_a_job_exists_exactly_when_the_change_does():
    def change_that_fails():
        with transaction.atomic():
            jobs.enqueue("test.note", {"n": 1}, key="a")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        change_that_fails()
    assert jobs.run_next() is False
    with transaction.atomic():
        jobs.enqueue("test.note", {"n": 2}, key="a")
    assert jobs.run_next() is True
    assert done == [2]


@pytest.mark.django_db
def test_an_open_job_is_not_asked_for_twice_and_tells_its_state():
    first = jobs.enqueue("test.note", {"n": 1}, key="a")
    assert jobs.enqueue("test.note", {"n": 1}, key="a") == first
    assert jobs.state_of("test.note", "a").state == "waiting"
    jobs.run_next()
    state = jobs.state_of("test.note", "a")
    assert (state.state, state.done, state.of) == ("done", 1, 2)
    assert jobs.run_next() is False
    assert done == [1]


@pytest.mark.django_db
def test_a_failing_job_is_tried_again_later_and_then_given_up_with_its_error():
    jobs.enqueue("test.note", {"n": 1, "fail": True}, key="a")
    moment = clock.now()
    for attempt in range(jobs.TRIES):
        with clock.at(moment + timedelta(minutes=attempt)):
            assert jobs.run_next() is True
            assert jobs.run_next() is False, "not at once again"
    state = jobs.state_of("test.note", "a")
    assert state.state == "failed"
    assert state.error == "RuntimeError: no"


@pytest.mark.django_db
def test_a_lease_that_ran_out_is_taken_over():
    jobs.enqueue("test.note", {"n": 7}, key="a")
    Job.objects.update(lease_until=clock.now() + timedelta(seconds=5), worker="dead")
    assert jobs.run_next() is False, "the lease is still held"
    with clock.at(clock.now() + timedelta(seconds=6)):
        assert jobs.run_next("heir") is True
    assert done == [7]


WORKER = """
import os, sys, time
import django
django.setup()
from alula.kernel import jobs
@jobs.handler("test.slow")
def slow(payload, progress):
    print("begun", flush=True)
    time.sleep(60)
jobs.run_next("doomed")
"""


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_job_whose_worker_was_killed_runs_again(settings, monkeypatch):
    monkeypatch.setattr(jobs, "LEASE", timedelta(seconds=2))
    jobs._handlers["test.slow"] = lambda payload, progress: done.append("again")
    jobs.enqueue("test.slow", {}, key="k")
    database = settings.DATABASES["default"]
    environment = {**os.environ, "ALULA_TEST_DATABASE_NAME": str(database["NAME"])}
    worker = subprocess.Popen(
        [sys.executable, "-c", WORKER.replace("django.setup()", _SETUP)],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert worker.stdout.readline().strip() == "begun"
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait()
    Job.objects.update(lease_until=clock.now() + timedelta(seconds=1))  # as a lease of 2 s would stand by now
    assert jobs.run_next("heir") is False
    time.sleep(1.2)
    assert jobs.run_next("heir") is True
    assert done == ["again"]


_SETUP = """
from django.conf import settings
os.environ["DJANGO_SETTINGS_MODULE"] = "alula.site.settings"
settings.DATABASES["default"]["NAME"] = os.environ["ALULA_TEST_DATABASE_NAME"]
django.setup()"""
