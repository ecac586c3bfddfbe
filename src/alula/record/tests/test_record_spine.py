"""Nothing is skipped and nothing is doubled: many writing processes, readers that run meanwhile, and some are killed."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlparse
from uuid import uuid4

import pytest

HERE = Path(__file__).parent
WORKER = HERE / "spine_worker.py"
WRITERS = 8
EACH = int(os.environ.get("ALULA_TEST_SPINE_EACH", "2000"))
"""Statements of each writer; benchmarks/record.py runs 10,000."""


class Engine:
    """A database of its own, and processes that work on it."""

    def __init__(self, folder: Path, url: str = "") -> None:
        source = str(HERE.parents[2])
        self.environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join([source, str(HERE)]),
            "DJANGO_SETTINGS_MODULE": "spine_settings",
            "ALULA_DATA": str(folder),
            "ALULA_DATABASE": url,
        }
        self.call("prepare")

    def start(self, *arguments: object, **options) -> subprocess.Popen:
        return subprocess.Popen(
            [sys.executable, str(WORKER), *map(str, arguments)], env=self.environment, **options
        )

    def call(self, *arguments: object) -> str:
        return subprocess.run(
            [sys.executable, str(WORKER), *map(str, arguments)],
            env=self.environment,
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        ).stdout

    def seen(self) -> tuple[list[int], list[int]]:
        """(statements in the order they were read, statements in the order of the record), as numbers."""
        found = json.loads(self.call("seen"))
        return found["read"], found["kept"]


@contextmanager
def a_postgres_database():
    import psycopg

    url = os.environ.get("ALULA_TEST_POSTGRES")
    if not url:
        pytest.skip("ALULA_TEST_POSTGRES names no server")
    name = f"alula_spine_{uuid4().hex[:12]}"
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}")
        try:
            yield urlparse(url)._replace(path=f"/{name}").geturl()
        finally:
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.services)])
def engine(request, tmp_path):
    if request.param == "sqlite":
        yield Engine(tmp_path)
    else:
        with a_postgres_database() as url:
            yield Engine(tmp_path, url)


def expected(writers: int, each: int) -> list[int]:
    return sorted(
        writer << 64 | (number + (1 << 32)) for writer in range(1, writers + 1) for number in range(each)
    )


def all_ended(processes, seconds):
    end = time.monotonic() + seconds
    try:
        return [one.wait(max(0.1, end - time.monotonic())) for one in processes]
    finally:
        for one in processes:
            one.kill()


def check_exact(engine, writers, each):
    read, kept = engine.seen()
    assert sorted(kept) == expected(writers, each)
    assert len(read) == len(set(read)), "read twice"
    assert read == kept, "read in another order than the record's"
    for writer in range(1, writers + 1):
        own = [one for one in read if one >> 64 == writer]
        assert own == sorted(own), "a writer's statements changed their order"


@pytest.mark.stress
@pytest.mark.slow
def test_eight_writers_and_two_reading_processes(engine, tmp_path):
    stop = tmp_path / "stop"
    readers = [engine.start("follow", stop) for _ in range(2)]
    writers = [engine.start("write", writer, EACH, 100) for writer in range(1, WRITERS + 1)]
    assert all_ended(writers, 480) == [0] * WRITERS
    stop.touch()
    assert all_ended(readers, 120) == [0, 0]
    check_exact(engine, WRITERS, EACH)


@pytest.mark.stress
@pytest.mark.slow
def test_a_reader_killed_twenty_times(engine, tmp_path):
    stop, dice, each = tmp_path / "stop", random.Random(1), 6_000
    writer = engine.start("write", 1, each, 60)
    nursery = engine.start("nursery", stop, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    watchdog = threading.Timer(180, nursery.kill)
    watchdog.start()
    for _ in range(20):
        print("another", file=nursery.stdin, flush=True)
        reader = int(nursery.stdout.readline())
        for _ in range(dice.randint(1, 2)):
            assert "in the middle" in nursery.stdout.readline()
        time.sleep(dice.uniform(0, 0.02))
        os.kill(reader, signal.SIGKILL)
        while "ended" not in (line := nursery.stdout.readline()):
            assert line, "the nursery died"
        assert line.split() == ["ended", "-9"]
    watchdog.cancel()
    nursery.communicate()
    assert all_ended([writer], 120) == [0]
    check_exact(engine, 1, each)


@pytest.mark.stress
@pytest.mark.slow
def test_rebuilt_while_others_write_and_read(engine, tmp_path):
    stop = tmp_path / "stop"
    assert all_ended([engine.start("write", 1, 1500, 200)], 60) == [0]
    reader = engine.start("follow", stop)
    writers = [engine.start("write", writer, 800, 50) for writer in (2, 3)]
    again = [engine.start("again", stdout=subprocess.DEVNULL) for _ in range(2)]
    assert all_ended([*writers, *again], 120) == [0] * 4
    stop.touch()
    assert all_ended([reader], 60) == [0]
    read, kept = engine.seen()
    assert read == kept
    assert len(kept) == 1500 + 2 * 800
