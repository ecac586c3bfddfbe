"""Two real servers: what one writes reaches the other exactly once by id, though both are killed in between."""

import json
import sqlite3
import subprocess
import sys
import time
from uuid import uuid4

import httpx
import pytest
from serving import Server

FIRM = "import django; django.setup(); from alula.people.facade import ensure_tenant; ensure_tenant('firm', '海棠')"


def machine(folder):
    folder.mkdir()
    one = Server(folder, ALULA_FORWARD_PRIVATE="true")
    one.command("migrate")
    environment = {**one.environment, "DJANGO_SETTINGS_MODULE": "alula.site.settings"}
    subprocess.run([sys.executable, "-c", FIRM], env=environment, check=True)
    made = one.command("record", "credential", "add", "firm", "--scope", "write", "--json")
    return one, json.loads(made.stdout)


def write(source, credential, count):
    ids = [str(uuid4()) for _ in range(count)]
    batch = [
        {
            "id": one,
            "actor": {"mbox": "mailto:tea@example.com"},
            "verb": {"id": "http://adlnet.gov/expapi/verbs/completed"},
            "object": {"id": "https://example.com/tea"},
        }
        for one in ids
    ]
    answer = httpx.post(
        f"{source.url}/xapi/statements",
        json=batch,
        auth=(credential["key"], credential["secret"]),
        headers={"X-Experience-API-Version": "2.0.0"},
        timeout=30,
    )
    assert answer.status_code == 200, answer.text
    return ids


def arrived(target):
    with sqlite3.connect(target.folder / "alula.sqlite3") as database:
        sql = "SELECT id FROM record_statement WHERE activity = 'https://example.com/tea' ORDER BY position"
        return [one for (one,) in database.execute(sql)]


@pytest.mark.stress
@pytest.mark.slow
def test_all_arrive_once_though_both_are_killed(tmp_path):
    (source, writer), (target, reader) = machine(tmp_path / "source"), machine(tmp_path / "target")
    try:
        source.start()
        target.start()
        ids = write(source, writer, 500)
        words = ("--endpoint", f"{target.url}/xapi/", "--user", reader["key"], "--password", reader["secret"])
        source.command("record", "forward", "add", "firm", "next door", *words)
        for _ in range(200):
            if arrived(target):
                break
            time.sleep(0.05)
        target.kill()
        ids += write(source, writer, 500)
        time.sleep(3)
        assert "failed" in source.command("record", "forward", "status", "firm").stdout
        source.kill()
        source.start()
        ids += write(source, writer, 200)
        target.start()
        for _ in range(900):
            if len(arrived(target)) >= len(ids):
                break
            time.sleep(0.1)
        assert arrived(target) == [one.replace("-", "") for one in ids]
        for _ in range(50):
            told = source.command("record", "forward", "status", "firm").stdout
            if ": 0 to send" in told:
                break
            time.sleep(0.1)
        assert ": 0 to send" in told
        assert " 0 put aside" in told
        assert "next door" in source.command("record", "forward", "list", "firm").stdout
        source.command("record", "forward", "end", "firm", "next door")
        assert "ended" in source.command("record", "forward", "list", "firm").stdout
    finally:
        source.stop()
        target.stop()
