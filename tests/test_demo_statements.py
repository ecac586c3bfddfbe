"""`alula demo statements` as a user runs it: people and branches there, killed and going on, bad input in a sentence."""

import signal
import sqlite3
import subprocess
import sys
import time
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from serving import Server

from alula.record import facade as record

TENANT = UUID(int=1)


FIRM = "import django; django.setup(); from alula.people.facade import ensure_tenant; ensure_tenant('haitang', '海棠')"


@pytest.fixture(scope="module")
def machine(tmp_path_factory):
    one = Server(tmp_path_factory.mktemp("machine"))
    one.command("migrate")
    environment = {**one.environment, "DJANGO_SETTINGS_MODULE": "alula.site.settings"}
    subprocess.run([sys.executable, "-c", FIRM], env=environment, check=True)
    return one


def refused(machine, *words):
    done = subprocess.run(
        [sys.executable, "-m", "alula", "--lang", "en", *words],
        env={**machine.environment, "LANG": "C"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr


def rows(machine, question):
    with sqlite3.connect(machine.folder / "alula.sqlite3") as database:
        return database.execute(question).fetchall()


@pytest.mark.slow
def test_a_killed_run_goes_on_and_the_people_have_names(machine):
    words = ("demo", "statements", "--people", "120", "--days", "200", "--seed", "3", "--until", "2026-06-30")
    process = subprocess.Popen(
        [sys.executable, "-m", "alula", *words], env=machine.environment, stdout=subprocess.DEVNULL
    )
    for _ in range(3000):
        if rows(machine, "SELECT 1 FROM record_transfer WHERE done > 0") or process.poll() is not None:
            break
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    done = machine.command(*words)
    assert "falls behind from" in done.stdout

    year = record.Year(TENANT, 120, 200, 3, date(2026, 6, 30), ZoneInfo("Asia/Shanghai"))
    wanted = [statement.id.hex for _, statement in record.statements_of_year(year)]
    made = "FROM record_statement WHERE registration IS NOT NULL"
    assert [one for (one,) in rows(machine, f"SELECT id {made} ORDER BY position")] == wanted
    actors = {
        one.rpartition(" ")[2].replace("-", "")
        for (one,) in rows(machine, f"SELECT DISTINCT actor_key {made}")
    }
    people = dict(rows(machine, "SELECT id, name FROM people_person WHERE unit_id IS NOT NULL"))
    assert 100 <= len(actors) <= 120 == len(people)
    assert actors <= people.keys()
    assert all(2 <= len(name) <= 3 for name in people.values())


@pytest.mark.slow
def test_bad_input_is_one_sentence(machine):
    assert "Not found" in refused(machine, "demo", "statements", "--tenant", "nobody")
    assert "no habit" in refused(machine, "demo", "statements", "--habit", "dancing", "--no-roster")
    assert "--people" in refused(machine, "demo", "statements", "--people", "0")
