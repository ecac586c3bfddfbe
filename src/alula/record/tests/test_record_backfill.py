"""A record from before mentions were noted is brought up to date, in slices, and twice changes nothing."""

from __future__ import annotations

import json
from importlib import import_module
from uuid import UUID

import pytest
from django.apps import apps
from django.db import connection

from alula.kernel import jobs
from alula.record.moving import backfill

TEAM = {
    "objectType": "Group",
    "mbox": "mailto:team@example.com",
    "member": [{"mbox": "mailto:one@example.com"}],
}


def statement(number, **more):
    return {
        "id": str(UUID(int=number + (5 << 100))),
        "actor": {"mbox": "mailto:tea@example.com"},
        "verb": {"id": "http://adlnet.gov/expapi/verbs/completed"},
        "object": {"id": "https://example.com/tea"},
        **more,
    }


def as_before():
    """Make the tables as 0001 left them."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM record_mention")
        cursor.execute("UPDATE record_statement SET ref = NULL")


def noted():
    with connection.cursor() as cursor:
        cursor.execute("SELECT position, what, related FROM record_mention ORDER BY 1, 2")
        mentions = cursor.fetchall()
        cursor.execute("SELECT position, ref FROM record_statement WHERE ref IS NOT NULL ORDER BY 1")
        return mentions, cursor.fetchall()


@pytest.mark.django_db
def test_what_was_not_noted_is_found(lrs, monkeypatch):
    monkeypatch.setattr(backfill, "AT_ONCE", 3)
    monkeypatch.setattr(backfill, "SLICE_SECONDS", 0.0001)
    lrs.post([statement(n, actor=TEAM, context={"team": TEAM}) for n in range(10)])
    lrs.post([statement(20, object={"objectType": "StatementRef", "id": statement(3)["id"]})])
    before = noted()
    assert len([what for _, what, _ in before[0] if not what.startswith(("about ", "around "))]) == 10
    assert len(before[1]) == 1
    as_before()
    one = {"mbox": "mailto:one@example.com"}
    assert lrs.ids(agent=json.dumps(one)) == []
    import_module("alula.record.migrations.0003_moving").ask_for_backfill(apps, None)
    slices = 0
    while jobs.run_next():
        slices += 1
    assert slices >= 4
    assert noted() == before
    assert len(lrs.ids(agent=json.dumps(one))) == 11
    import_module("alula.record.migrations.0003_moving").ask_for_backfill(apps, None)
    while jobs.run_next():
        pass
    assert noted() == before


@pytest.mark.django_db
def test_what_statements_are_about_is_found_though_it_was_not_noted_then(lrs, monkeypatch):
    monkeypatch.setattr(backfill, "AT_ONCE", 2)
    monkeypatch.setattr(backfill, "SLICE_SECONDS", 0.0001)
    lrs.post([statement(n, actor=TEAM) for n in range(3)])
    about = {"actor": {"mbox": "mailto:two@example.com"}}
    for n in range(7):
        target = statement(n % 3 if n < 5 else n + 15)["id"]  # the last ones are about ones about others
        lrs.post([statement(20 + n, object={"objectType": "StatementRef", "id": target}, **about)])
    before = noted()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM record_mention WHERE what LIKE 'about %%' OR what LIKE 'around %%'")
    assert len(lrs.ids(agent=json.dumps({"mbox": "mailto:one@example.com"}))) == 3
    for _ in range(2):
        import_module("alula.record.migrations.0007_about").ask_for_backfill(apps, None)
        while jobs.run_next():
            pass
        assert noted() == before
    assert len(lrs.ids(agent=json.dumps({"mbox": "mailto:one@example.com"}))) == 10


@pytest.mark.django_db
def test_an_empty_record_asks_for_nothing():
    import_module("alula.record.migrations.0003_moving").ask_for_backfill(apps, None)
    import_module("alula.record.migrations.0007_about").ask_for_backfill(apps, None)
    assert not jobs.run_next()
