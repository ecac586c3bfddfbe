"""What every test may use: a world with two tenants, and a signed-in browser for anybody in it."""

from __future__ import annotations

import gc
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.test import Client
from hypothesis import HealthCheck
from hypothesis import settings as properties

from alula.kernel.actor import Actor, Role
from alula.people import facade as people

ROOT = Path(__file__).resolve().parent
PASSWORD = "correct-horse-battery"


# How quickly values are made says something of the machine only, which may be busy.
properties.register_profile("alula", suppress_health_check=[HealthCheck.too_slow])
properties.load_profile("alula")


def pytest_collection_finish():
    """What importing made stays to the end: the garbage collector need not walk through it again and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def _own_files(tmp_path, monkeypatch):
    """No test writes into the folder that `make run` uses."""
    monkeypatch.setenv("ALULA_FILES", str(tmp_path / "files"))


@pytest.fixture(autouse=True)
def _quick_passwords(settings):
    """A password hash is slow on purpose; a test signs in many times."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@dataclass
class World:
    """Lin and Chen work side by side in Guangzhou, Zhao in Shenzhen; Wang leads Guangzhou; He is of another tenant."""

    lin: Actor
    chen: Actor
    zhao: Actor
    wang: Actor
    sun: Actor
    admin: Actor
    stranger: Actor


def _person(tenant, name, unit, *roles):
    return people.ensure_person(
        tenant, email=f"{name}@test.example", name=name, unit=unit, roles=roles, password=PASSWORD
    )


def _written() -> dict[str, set[str]]:
    """Every row of the database as SQL that would write it again, by table."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            columns = [one.name for one in connection.introspection.get_table_description(cursor, table)]
            values = " || ',' || ".join(f'quote("{name}")' for name in columns)
            cursor.execute(f'SELECT {values} FROM "{table}"')  # noqa: S608 - its own names, its own rows
            found[table] = {row for (row,) in cursor.fetchall()}
    return found


@pytest.fixture(scope="session")
def _worlds() -> list[tuple[World, list[str]]]:
    """The world as it was first made, and what makes the same again: 300 queries become 20, for hundreds of tests."""
    return []


@pytest.fixture
def world(db, _worlds) -> World:
    if connection.vendor != "sqlite" or people.tenant_slugs():  # another engine's sequences would not follow
        return _made_world()
    if not _worlds:
        before = _written()
        made = _made_world()
        new = {table: sorted(rows - before[table]) for table, rows in _written().items()}
        again = [f'INSERT INTO "{table}" VALUES ({"), (".join(rows)})' for table, rows in new.items() if rows]  # noqa: S608
        _worlds.append((made, again))
        return made
    made, again = _worlds[0]
    with transaction.atomic(), connection.cursor() as cursor:
        for insert in again:
            cursor.execute(insert)
    return made


def _made_world() -> World:
    firm = people.ensure_tenant("firm", "海棠")
    other = people.ensure_tenant("other", "别家")
    guangzhou, shenzhen = ("华南", "广州"), ("华南", "深圳")
    return World(
        lin=_person(firm, "lin", guangzhou, Role.LEARNER),
        chen=_person(firm, "chen", guangzhou, Role.LEARNER),
        zhao=_person(firm, "zhao", shenzhen, Role.LEARNER),
        wang=_person(firm, "wang", guangzhou, Role.LEARNER, Role.MANAGER),
        sun=_person(firm, "sun", ("华南",), Role.TRAINER),
        admin=_person(firm, "admin", (), Role.TENANT_ADMIN),
        stranger=_person(other, "stranger", (), Role.LEARNER, Role.TENANT_ADMIN),
    )


@pytest.fixture
def browser_of():
    """A Django test client signed in as the actor, sending the CSRF token as a browser would."""

    def sign_in(actor: Actor) -> Client:
        client = Client(enforce_csrf_checks=True)
        client.get("/_allauth/browser/v1/config")
        client.defaults["HTTP_X_CSRFTOKEN"] = client.cookies["csrftoken"].value
        answer = client.post(
            "/_allauth/browser/v1/auth/login",
            {"email": f"{actor.name}@test.example", "password": PASSWORD},
            "application/json",
        )
        assert answer.status_code == 200, answer.content
        client.defaults["HTTP_X_CSRFTOKEN"] = client.cookies["csrftoken"].value
        return client

    return sign_in
