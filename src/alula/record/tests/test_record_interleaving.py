"""PostgreSQL commits transactions in another order than they began to write: whatever the order, nothing is skipped."""

from __future__ import annotations

import os
import random
import threading
from contextlib import contextmanager, suppress
from datetime import timedelta
from urllib.parse import unquote, urlparse
from uuid import UUID, uuid4

import pytest
from django.core.management import call_command
from django.db import connections, transaction
from django.db.utils import ConnectionHandler
from msgspec.structs import replace

from alula.kernel import clock
from alula.record import reading, spine
from alula.record.checks import check
from alula.record.facade import StatementRef, adopt, append, run_readers
from alula.record.xapi import finding

pytestmark = pytest.mark.services


class RolledBackError(Exception):
    """A savepoint that is given up."""


class Session:
    """One connection with at most one transaction open on it."""

    def __init__(self, handler) -> None:
        self.connection = handler.create_connection("default")
        self.transaction = None
        self.written = []

    @contextmanager
    def here(self):
        before = connections["default"]
        connections["default"] = self.connection
        try:
            yield self.connection
        finally:
            connections["default"] = before

    def begin(self):
        with self.here():
            self.transaction = transaction.atomic()
            self.transaction.__enter__()

    def append(self, statements):
        with self.here():
            append(UUID(int=1), statements)
        self.written += statements

    def append_in_vain(self, statements):
        with self.here(), suppress(RolledBackError), transaction.atomic():
            append(UUID(int=1), statements)
            raise RolledBackError

    def end(self, *, commit: bool) -> list:
        """End the transaction; what it made last."""
        with self.here():
            if commit:
                self.transaction.__exit__(None, None, None)
            else:
                self.transaction.__exit__(RolledBackError, RolledBackError(), None)
        made, self.written, self.transaction = (self.written if commit else []), [], None
        return made


@pytest.fixture
def sessions(django_db_blocker):
    import psycopg

    url = os.environ.get("ALULA_TEST_POSTGRES")
    if not url:
        pytest.skip("ALULA_TEST_POSTGRES names no server")
    name, at = f"alula_order_{uuid4().hex[:12]}", urlparse(url)
    handler = ConnectionHandler(
        {
            "default": {
                "ENGINE": "django.db.backends.postgresql",
                "NAME": name,
                "USER": unquote(at.username or ""),
                "PASSWORD": unquote(at.password or ""),
                "HOST": at.hostname,
                "PORT": at.port,
            }
        }
    )
    made = []

    def session():
        made.append(Session(handler))
        return made[-1]

    with django_db_blocker.unblock(), psycopg.connect(url, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}")
        try:
            with session().here():
                call_command("migrate", "record", verbosity=0)
            yield session
        finally:
            for one in made:
                one.connection.close()
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


def handled_by(name, session, **options):
    with session.here():
        return reading.run_once(name, **options)


@pytest.mark.parametrize("seed", range(8))
def test_any_order_of_beginning_writing_and_committing(sessions, did, fresh_reader, seed):
    """Two readers at different paces see the same statements in the same order, each committed one exactly once."""
    dice = random.Random(seed)
    writers, looking = [sessions() for _ in range(6)], sessions()
    fast_seen, slow_seen, committed = [], [], []
    fast, slow = fresh_reader(fast_seen.extend), fresh_reader(slow_seen.extend)
    for _ in range(400):
        one, chance = dice.choice(writers), dice.random()
        if one.transaction is None:
            one.begin()
        elif chance < 0.5:
            one.append([did() for _ in range(dice.randint(1, 3))])
        elif chance < 0.6:
            one.append_in_vain([did()])
        elif chance < 0.8:
            committed += one.end(commit=dice.random() < 0.8)
        else:
            handled_by(fast, looking, limit=dice.randint(1, 20))
        if dice.random() < 0.05:
            handled_by(slow, looking, limit=5)
    for one in writers:
        if one.transaction is not None:
            committed += one.end(commit=True)
    with looking.here():
        run_readers(fast, slow)
    assert len(committed) > 100
    assert sorted(one.id for one in fast_seen) == sorted(one.id for one in committed)
    assert [one.id for one in slow_seen] == [one.id for one in fast_seen]


def test_one_open_transaction_delays_and_loses_nothing(sessions, did, fresh_reader):
    early, late, looking = sessions(), sessions(), sessions()
    seen = []
    name = fresh_reader(seen.extend)
    early.begin()
    early.append([did()])
    late.begin()
    late.append([did()])
    second = late.end(commit=True)
    handled_by(name, looking)
    assert seen == []
    with looking.here():
        assert reading.lag(name).statements == 1
    first = early.end(commit=True)
    handled_by(name, looking)
    assert [one.id for one in seen] == [one.id for one in first + second]


def test_a_prepared_transaction_is_waited_for(sessions, did, fresh_reader):
    """Two-phase commit: the writer is gone, its transaction is not, even after a restart of the server."""
    writer, other, looking = sessions(), sessions(), sessions()
    with looking.here() as connection, connection.cursor() as cursor:
        cursor.execute("SHOW max_prepared_transactions")
        if cursor.fetchone()[0] == "0":
            pytest.skip("the server admits no prepared transactions")
    seen, gid = [], f"g{uuid4().hex}"
    name = fresh_reader(seen.extend)
    prepared, later = did(), did()
    with writer.here() as connection:
        connection.set_autocommit(False)
        append(UUID(int=1), [prepared])
        with connection.cursor() as cursor:
            cursor.execute(f"PREPARE TRANSACTION '{gid}'")
        connection.close()
    try:
        other.begin()
        other.append([later])
        other.end(commit=True)
        handled_by(name, looking)
        assert seen == []
        with looking.here():
            assert next(one for one in check() if one.name == "record.fence").ok
            with clock.at(clock.now() + timedelta(minutes=5)):
                found = next(one for one in check() if one.name == "record.fence")
            assert not found.ok
            assert gid in found.detail["zh"]
    finally:
        with looking.here() as connection, connection.cursor() as cursor:
            cursor.execute(f"COMMIT PREPARED '{gid}'")
    handled_by(name, looking)
    assert [one.id for one in seen] == [prepared.id, later.id]


def test_one_reader_is_held_by_one_process(sessions, did, fresh_reader):
    first, second, writer = sessions(), sessions(), sessions()
    seen = []
    name = fresh_reader(seen.extend)
    writer.begin()
    writer.append([did()])
    writer.end(commit=True)
    handled_by(name, first)
    writer.begin()
    writer.append([did()])
    writer.end(commit=True)
    with second.here() as connection, connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '5s'")
    first.begin()
    assert handled_by(name, first) == 1
    assert handled_by(name, second) is None
    first.end(commit=False)
    assert handled_by(name, second) == 1
    assert len({one.id for one in seen}) == 2


def test_the_same_id_from_two_at_once_is_kept_once(sessions, did):
    """The second waits for the first and then finds the same content."""
    first, second, looking = sessions(), sessions(), sessions()
    one = did()
    first.begin()
    first.append([one])
    answers = []

    def append_again():
        second.begin()
        second.append([one])
        answers.append(second.end(commit=True))

    thread = threading.Thread(target=append_again)
    second.connection.inc_thread_sharing()
    thread.start()
    thread.join(0.3)
    assert thread.is_alive()
    first.end(commit=True)
    thread.join(10)
    assert not thread.is_alive()
    assert len(answers) == 1
    with looking.here():
        assert len(spine.read(spine.START, 10)) == 1


@pytest.mark.parametrize("target_first", [True, False])
def test_a_statement_and_one_about_it_written_at_the_same_time_find_each_other(sessions, did, target_first):
    """The second waits for the first, whichever that is: so one of them sees the other."""
    first, second, looking = sessions(), sessions(), sessions()
    target = did(who=1)
    comment = replace(did(who=2), object=StatementRef(id=target.id))
    one, other = (target, comment) if target_first else (comment, target)
    first.begin()
    first.append([one])

    def append_other():
        second.begin()
        second.append([other])
        second.end(commit=True)

    thread = threading.Thread(target=append_other)
    second.connection.inc_thread_sharing()
    thread.start()
    thread.join(0.3)
    assert thread.is_alive()
    first.end(commit=True)
    thread.join(10)
    assert not thread.is_alive()
    with looking.here():
        found, _ = finding.page(UUID(int=1), finding.Query(agent=target.actor.key), authority=None)
    assert {kept.id for kept in found} == {target.id, comment.id}


def test_adopting_counts_with_transactions_that_run(sessions, did, fresh_reader):
    """A transaction that began before the adoption and writes after it lands ahead of the cursors all the same."""
    runner, looking = sessions(), sessions()
    seen = []
    name = fresh_reader(seen.extend)
    read, unread, late = did(), did(), did()
    with looking.here():
        append(UUID(int=1), [read])
        run_readers(name)
        append(UUID(int=1), [unread])
    runner.begin()
    with runner.here() as connection, connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()")
    with looking.here() as connection:
        with connection.cursor() as cursor:
            for table in ("record_statement", "record_cursor"):
                cursor.execute(f"UPDATE {table} SET txid = txid + 1000000")
        adopt()
        assert spine.beyond() == 0
    runner.append([late])
    runner.end(commit=True)
    with looking.here():
        run_readers(name)
    assert [one.id for one in seen] == [read.id, unread.id, late.id]
