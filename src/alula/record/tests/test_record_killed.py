"""The server is killed under load, its database goes away, its disk fills: nothing acknowledged is lost, nothing doubled."""

from __future__ import annotations

import json
import os
import random
import resource
import signal
import socket
import subprocess
import time
from contextlib import contextmanager
from uuid import uuid4

import pytest
from speaking import Follower, Speaker, Writer, said
from test_record_spine import Engine, a_postgres_database

KILLS = int(os.environ.get("ALULA_TEST_KILLS", "20"))


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.services)])
def engine(request, tmp_path):
    if request.param == "sqlite":
        yield Engine(tmp_path)
    else:
        with a_postgres_database() as url:
            yield Engine(tmp_path, url)


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@contextmanager
def speakers(engine, port, writers):
    """Writers and a follower at work; ended in good order, or whatever happens."""
    key, secret = json.loads(engine.call("credential"))
    all_of_them = [*(Writer(port, key, secret, n) for n in range(writers)), Follower(port, key, secret)]
    for one in all_of_them:
        one.start()
    try:
        yield all_of_them[:-1], all_of_them[-1]
    finally:
        for one in all_of_them:
            one.stop()


def answers(port, seconds=60):
    asking, end = Speaker(port, "", ""), time.monotonic() + seconds
    while time.monotonic() < end:
        if asking.ask("GET", "/xapi/about"):
            return
        time.sleep(0.05)
    raise AssertionError("the server does not answer")


def check_nothing_is_lost(engine, writers, follower):
    """Every acknowledged statement is there once, and was seen by the reader and by whoever followed from outside."""
    read, kept = engine.seen()
    acknowledged = [one.int for writer in writers for one in writer.stored]
    assert len(acknowledged) > 100
    assert len(kept) == len(set(kept)), "kept twice"
    assert set(acknowledged) <= set(kept), "acknowledged and lost"
    assert read == kept, "the reader skipped or doubled"
    assert {one.int for one in follower.found} == set(kept), "behind Consistent-Through something appeared"


@pytest.mark.stress
@pytest.mark.slow
def test_killed_twenty_times_under_load(engine):
    dice, port = random.Random(1), free_port()
    nursery = engine.start("servers", port, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        with speakers(engine, port, 4) as (writers, follower):
            for _ in range(KILLS):
                print("another", file=nursery.stdin, flush=True)
                server = int(nursery.stdout.readline())
                answers(port)
                time.sleep(dice.uniform(0.1, 0.8))
                os.kill(server, signal.SIGKILL)
                assert nursery.stdout.readline().split() == ["ended", "-9"]
            print("another", file=nursery.stdin, flush=True)
            server = int(nursery.stdout.readline())
            answers(port)
            for one in writers:
                one.stop()
                one.join(60)
            follower.stop()
            follower.join(60)
            time.sleep(0.1)
            follower.look()
            os.kill(server, signal.SIGTERM)
            assert [refusal for one in writers for refusal in one.refusals if refusal[0] != 503] == []
        nursery.communicate(timeout=60)
    finally:
        nursery.kill()
    check_nothing_is_lost(engine, writers, follower)
    print(f"{KILLS} kills, {sum(len(one.stored) for one in writers)} acknowledged")


@pytest.mark.slow
@pytest.mark.services
def test_a_database_that_goes_away_is_waited_for(tmp_path):
    """Its connections are cut and refused for a while, under load; then it is back, and so is the server, by itself."""
    import psycopg

    with a_postgres_database() as url:
        engine, port = Engine(tmp_path, url), free_port()
        name = url.rpartition("/")[2]
        server = engine.start("serve", port)
        try:
            answers(port)
            with (
                psycopg.connect(os.environ["ALULA_TEST_POSTGRES"], autocommit=True) as admin,
                speakers(engine, port, 3) as (writers, follower),
            ):
                for _ in range(3):
                    await_more(writers)
                    for one in writers:
                        one.refusals.clear()
                    admin.execute(f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS false")
                    admin.execute(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
                    )
                    end = time.monotonic() + 30
                    while not all(one.refusals for one in writers) and time.monotonic() < end:
                        time.sleep(0.05)
                    assert all(one.refusals for one in writers), "nobody was refused"
                    away = Speaker(port, writers[0].key, writers[0].secret)
                    for path in ("/xapi/statements", "/xapi/statements?limit=1"):
                        body = json.dumps([said(uuid4())]).encode() if "?" not in path else None
                        status, headers, _ = away.ask("POST" if body else "GET", path, body)
                        assert status == 503
                        assert int(headers["Retry-After"]) > 0
                        assert headers["X-Experience-API-Consistent-Through"]
                    assert server.poll() is None
                    assert {status for one in writers for status, _ in one.refusals} == {503}
                    admin.execute(f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS true")
                await_more(writers)
                for one in (*writers, follower):
                    one.stop()
                    one.join(60)
                time.sleep(0.1)
                follower.look()
            server.terminate()
            server.wait(30)
        finally:
            server.kill()
        check_nothing_is_lost(engine, writers, follower)


def await_more(writers, seconds=60):
    """Wait until each of the writers got something stored from now on."""
    before, end = [len(one.stored) for one in writers], time.monotonic() + seconds
    while any(len(one.stored) == there for one, there in zip(writers, before, strict=True)):
        assert time.monotonic() < end, "it did not recover"
        time.sleep(0.05)


@pytest.mark.slow
def test_a_full_disk_refuses_whole_requests_and_recovers(tmp_path):
    """The server may not write beyond a size, as on a full disk; then it may again, without a restart."""
    engine, port = Engine(tmp_path), free_port()
    server = engine.start("serve", port)
    try:
        answers(port)
        with speakers(engine, port, 3) as (writers, follower):
            time.sleep(1)
            size = max(one.stat().st_size for one in tmp_path.iterdir() if one.is_file())
            resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
            end = time.monotonic() + 60
            while not all(one.refusals for one in writers) and time.monotonic() < end:
                time.sleep(0.1)
            assert all(one.refusals for one in writers), "the disk never filled"
            resource.prlimit(
                server.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
            )
            before = [len(one.stored) for one in writers]
            while [len(one.stored) for one in writers] == before and time.monotonic() < end + 30:
                time.sleep(0.1)
            assert [len(one.stored) for one in writers] != before, "it did not recover"
            for one in (*writers, follower):
                one.stop()
                one.join(60)
            time.sleep(0.1)
            follower.look()
            assert {status for one in writers for status, _ in one.refusals} == {503}
        server.terminate()
        server.wait(30)
    finally:
        server.kill()
    check_nothing_is_lost(engine, writers, follower)
