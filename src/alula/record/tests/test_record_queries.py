"""A tenant's statements are listed by page and by what they say."""

from __future__ import annotations

from uuid import UUID

import pytest

from alula.kernel.errors import Refusal
from alula.record.facade import PASSED, Context, Statement, actor_key, append, statements_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def seven(tenant, did):
    """Seven statements: persons 0, 1, 2 in turn; the last of person 0 is another verb, course and registration."""
    given = [did(who=n % 3) for n in range(6)]
    last = did(who=0, course="coffee", context=Context(registration=UUID(int=9)))
    given.append(Statement(actor=last.actor, verb=PASSED, object=last.object, context=last.context))
    for one in given:
        append(tenant, [one])
    return given


def ids(page):
    return [one.id for one in page.items]


def test_newest_first_or_oldest_first(tenant, seven):
    assert ids(statements_of(tenant)) == [one.id for one in reversed(seven)]
    assert ids(statements_of(tenant, oldest_first=True)) == [one.id for one in seven]


@pytest.mark.parametrize("oldest_first", [True, False])
def test_pages_join_without_gap_or_overlap(tenant, seven, did, oldest_first):
    cursor, seen = None, []
    while True:
        page = statements_of(tenant, oldest_first=oldest_first, limit=2, cursor=cursor)
        assert len(page.items) <= 2
        seen += ids(page)
        cursor = page.next
        if cursor is None:
            break
    assert seen == [one.id for one in (seven if oldest_first else reversed(seven))]


def test_a_page_stays_when_statements_arrive(tenant, seven, did):
    first = statements_of(tenant, limit=3)
    append(tenant, [did() for _ in range(5)])
    assert ids(statements_of(tenant, limit=4, cursor=first.next)) == [one.id for one in reversed(seven[:4])]


def test_filters(tenant, other_tenant, seven):
    last = seven[-1]
    assert ids(statements_of(tenant, actor=actor_key(tenant, UUID(int=0)))) == [
        seven[6].id,
        seven[3].id,
        seven[0].id,
    ]
    assert ids(statements_of(tenant, verb=PASSED.id)) == [last.id]
    assert ids(statements_of(tenant, activity=last.object.id)) == [last.id]
    assert ids(statements_of(tenant, registration=UUID(int=9))) == [last.id]
    assert ids(statements_of(tenant, actor=actor_key(tenant, UUID(int=1)), verb=PASSED.id)) == []
    assert ids(statements_of(other_tenant)) == []


def test_since_is_after_and_until_is_including(tenant, seven):
    stored = [one.stored for one in statements_of(tenant, oldest_first=True).items]
    for at in stored:
        assert len(statements_of(tenant, since=at).items) == sum(s > at for s in stored)
        assert len(statements_of(tenant, until=at).items) == sum(s <= at for s in stored)


def test_a_cursor_from_elsewhere_is_refused(tenant):
    with pytest.raises(Refusal):
        statements_of(tenant, cursor="xx")
