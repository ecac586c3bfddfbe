"""What the tests of the record share: a tenant, people, a projection to write into."""

from __future__ import annotations

import base64
from urllib.parse import urlencode
from uuid import UUID

import msgspec
import pytest
from django.db import connection

from alula.kernel.ids import new_id
from alula.record import reading
from alula.record.archive import returning
from alula.record.facade import (
    COMPLETED,
    CREDENTIAL_SCOPES,
    Activity,
    ActivityDefinition,
    Statement,
    add_credential,
    iri,
    person,
)
from alula.record.xapi import activities
from alula.record.xapi.http import answered

TENANT = UUID(int=1)
OTHER_TENANT = UUID(int=2)


@pytest.fixture(autouse=True)
def _nothing_learnt(monkeypatch):
    """A test's database is emptied under the process, which never happens outside of tests."""
    monkeypatch.setattr(activities, "_learnt", {})
    returning.forget()
    monkeypatch.setattr(returning, "REMEMBERED_SECONDS", 0.05)


@pytest.fixture
def tenant():
    return TENANT


@pytest.fixture
def other_tenant():
    return OTHER_TENANT


@pytest.fixture
def did():
    """Make a statement: person `who` completed course `course`."""

    def make(who: int = 1, course: str = "tea", tenant: UUID = TENANT, **more) -> Statement:
        activity = Activity(
            id=iri("courses", course), definition=ActivityDefinition(name={"zh": "茶艺", "en": "Tea"})
        )
        return Statement(actor=person(tenant, UUID(int=who)), verb=COMPLETED, object=activity, **more)

    return make


@pytest.fixture
def fresh_reader():
    """Register readers under names of one test; they are forgotten after it."""
    made = []

    def make(handle, **options):
        name = f"test.{new_id()}"
        reading.reader(name, **options)(handle)
        made.append(name)
        return name

    yield make
    for name in made:
        reading.forget(name)


class Projection:
    """A table that a test's reader writes what it was given into, without any key that would hide a doubled row."""

    def __init__(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("CREATE TABLE IF NOT EXISTS test_projection (id TEXT, actor TEXT)")
            cursor.execute("DELETE FROM test_projection")

    def keep(self, batch) -> None:
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO test_projection VALUES (%s, %s)", [(str(s.id), s.actor_key) for s in batch]
            )

    def reset(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM test_projection")

    def ids(self) -> list[UUID]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT id FROM test_projection")
            return [UUID(one) for (one,) in cursor.fetchall()]

    def drop(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE test_projection")


@pytest.fixture
def projection(db):
    one = Projection()
    yield one
    one.drop()


class Lrs:
    """A system that speaks xAPI to the record with one credential."""

    def __init__(self, tenant, *scopes, version="2.0.0"):
        made = add_credential(tenant, "a system", list(scopes))
        self.credential, self.secret, self.version = made.credential, made.secret, version

    def call(self, method, resource, body=b"", /, *, headers=None, **params):
        user = base64.b64encode(f"{self.credential.key}:{self.secret}".encode()).decode()
        sent = {
            "authorization": f"Basic {user}",
            "x-experience-api-version": self.version,
            "content-type": "application/json",
            **{name.lower(): value for name, value in (headers or {}).items()},
        }
        raw = body if isinstance(body, bytes) else msgspec.json.encode(body)
        texts = {
            name: one if isinstance(one, str) else msgspec.json.encode(one).decode()
            for name, one in params.items()
        }
        return answered(method, resource, urlencode(texts).encode(), sent, raw)

    def get(self, resource, /, **params):
        return self.call("GET", resource, **params)

    def post(self, statements):
        answer = self.call("POST", "statements", statements)
        assert answer.status_code == 200, answer.body
        return msgspec.json.decode(answer.body)

    def ids(self, **params):
        """The ids of a list of statements."""
        answer = self.get("statements", **params)
        assert answer.status_code == 200, answer.body
        return [one["id"] for one in msgspec.json.decode(answer.body)["statements"]]


@pytest.fixture
def lrs_of(db):
    def make(tenant=TENANT, *scopes, version="2.0.0"):
        return Lrs(tenant, *(scopes or CREDENTIAL_SCOPES), version=version)

    return make


@pytest.fixture
def lrs(lrs_of):
    return lrs_of()
