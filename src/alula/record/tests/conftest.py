"""What the tests of the record share: a tenant, people, a projection to write into."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.db import connection

from alula.kernel.ids import new_id
from alula.record import reading
from alula.record.facade import COMPLETED, Activity, ActivityDefinition, Statement, iri, person

TENANT = UUID(int=1)
OTHER_TENANT = UUID(int=2)


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
