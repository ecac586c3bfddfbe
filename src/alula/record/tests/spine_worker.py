"""Processes that the spine's tests start: writers, readers, a rebuild. Run as `python spine_worker.py COMMAND ARGUMENTS`."""

from __future__ import annotations

import json
import os
import random
import sys
import time
from pathlib import Path
from uuid import UUID

import django

django.setup()

import uvicorn  # noqa: E402 - Django has to be set up before
from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402

from alula.kernel.db import on_postgres  # noqa: E402
from alula.record.facade import (  # noqa: E402
    COMPLETED,
    Activity,
    ReaderLoop,
    Statement,
    add_credential,
    append,
    person,
    reader,
    rebuild,
)
from alula.record.facade import run_readers as run_until_idle  # noqa: E402
from alula.record.xapi import http, wire  # noqa: E402

TENANT = UUID(int=1)
READER = "test.spine"
SLOW = sys.argv[1] == "nursery"


def say(*words: object) -> None:
    """Tell the test that started this process."""
    print(*words, flush=True)


class RolledBackError(Exception):
    """A writer that changed its mind."""


def _give_up() -> None:
    raise RolledBackError


def statement(writer: int, number: int) -> Statement:
    """The `number`-th statement of a writer; negative numbers are never committed."""
    return Statement(
        id=UUID(int=writer << 64 | (number + (1 << 32))),
        actor=person(TENANT, UUID(int=writer)),
        verb=COMPLETED,
        object=Activity(id="https://alula.example/courses/tea"),
    )


def reset() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM test_spine")


@reader(READER, reset=reset, batch=100 if SLOW else 500)
def follow(batch) -> None:
    """Write each id with the place it was read at; a column numbers the rows in the order they were written."""
    with connection.cursor() as cursor:
        half = len(batch) // 2
        rows = [(str(one.id), one.txid, one.position) for one in batch]
        cursor.executemany("INSERT INTO test_spine (id, txid, position) VALUES (%s, %s, %s)", rows[:half])
        if SLOW:
            say("in the middle")
            time.sleep(random.uniform(0, 0.03))
        cursor.executemany("INSERT INTO test_spine (id, txid, position) VALUES (%s, %s, %s)", rows[half:])


def prepare() -> None:
    call_command("migrate", verbosity=0)
    number = "BIGSERIAL PRIMARY KEY" if on_postgres() else "INTEGER PRIMARY KEY AUTOINCREMENT"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE test_spine (number {number}, id TEXT, txid BIGINT, position BIGINT)")


def write(writer: int, count: int, largest: int) -> None:
    """Commit exactly `count` statements in batches of 1 to `largest`; hold transactions open, roll some back."""
    dice = random.Random(writer)
    done = 0
    while done < count:
        size = min(dice.randint(1, largest), count - done)
        batch = [statement(writer, done + n) for n in range(size)]
        try:
            with transaction.atomic():
                cut = dice.randint(0, size)
                append(TENANT, batch[:cut])
                if dice.random() < 0.3:
                    _change_mind(writer, done, savepoint=True)
                time.sleep(dice.choice([0, 0, 0, 0.001, 0.004]))
                append(TENANT, batch[cut:])
                if dice.random() < 0.15:
                    _give_up()
        except RolledBackError:
            _change_mind(writer, done, savepoint=False)
            continue
        done += size


def _change_mind(writer: int, done: int, *, savepoint: bool) -> None:
    """Write statements that are rolled back, in a savepoint of the running transaction or in one of their own."""
    assert connection.in_atomic_block is savepoint
    try:
        with transaction.atomic():
            append(TENANT, [statement(writer, -1 - done - n) for n in range(3)])
            _give_up()
    except RolledBackError:
        return


def follow_until(stop: str) -> None:
    """Run the loop until the file `stop` is there and nothing is left."""
    loop = ReaderLoop([READER])
    loop.start()
    while not Path(stop).exists():
        time.sleep(0.02)
    assert loop.stop(30)
    run_until_idle(READER)


def nursery(stop: str) -> None:
    """For each line read, fork a process that follows; say its number, and its end. Spares each one Django's start."""
    for _ in sys.stdin:
        child = os.fork()
        if child == 0:
            say(os.getpid())
            follow_until(stop)
            os._exit(0)
        say("ended", os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))


def credential() -> None:
    """Make a credential for a system that writes and reads; print it."""
    made = add_credential(TENANT, "a system", ["write", "define", "read_all"])
    say(json.dumps([made.credential.key, made.secret]))


def servers(port: str) -> None:
    """For each line read, fork a server with the record's API and its reader; say its number, and its end."""
    for _ in sys.stdin:
        child = os.fork()
        if child == 0:
            say(os.getpid())
            serve(int(port))
            os._exit(0)
        say("ended", os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))


def serve(port: int) -> None:
    """Answer /xapi/ and follow, until it is killed."""
    loop = ReaderLoop([READER])
    loop.start()
    uvicorn.run(
        http.application,
        port=port,
        http=wire.speaking(()),
        log_level="error",
        access_log=False,
        timeout_graceful_shutdown=2,
    )
    loop.stop()


def again() -> None:
    """Rebuild the projection while whoever else writes and reads."""
    say(rebuild(READER))


def seen() -> None:
    """Print what the projection and the table hold, in the order of reading and of the record."""
    run_until_idle(READER)
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM test_spine ORDER BY number")
        read = [UUID(one).int for (one,) in cursor.fetchall()]
        cursor.execute("SELECT id FROM record_statement ORDER BY txid, position")
        kept = [(one if isinstance(one, UUID) else UUID(one)).int for (one,) in cursor.fetchall()]
    say(json.dumps({"read": read, "kept": kept}))


if __name__ == "__main__":
    command, *arguments = sys.argv[1:]
    if command == "write":
        write(*map(int, arguments))
    elif command in {"follow", "nursery", "servers", "serve"}:
        {"follow": follow_until, "nursery": nursery, "servers": servers, "serve": lambda at: serve(int(at))}[
            command
        ](*arguments)
    else:
        {"prepare": prepare, "again": again, "seen": seen, "credential": credential}[command]()
