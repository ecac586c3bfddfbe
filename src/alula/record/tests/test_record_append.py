"""Statements are written in the caller's transaction, once, exactly as given."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection, transaction

from alula.kernel import clock
from alula.kernel.errors import Refusal
from alula.record.archive import returning
from alula.record.facade import (
    VOIDED,
    Activity,
    Agent,
    Result,
    Statement,
    StatementRef,
    append,
    person,
    statement,
    statements_of,
    to_json,
    void,
)

pytestmark = pytest.mark.django_db


def count(tenant) -> int:
    return len(statements_of(tenant, limit=200).items)


def test_what_was_given_is_what_is_kept(tenant, did):
    registration = UUID(int=77)
    from alula.record.facade import Context

    given = did(
        who=5, context=Context(registration=registration), timestamp=datetime(2026, 3, 1, 8, tzinfo=UTC)
    )
    assert append(tenant, [given]) == [given.id]
    kept = statement(tenant, given.id)
    assert kept.body == to_json(given)
    assert kept.statement == given
    assert (kept.actor_key, kept.verb, kept.activity) == (
        person(tenant, UUID(int=5)).key,
        given.verb.id,
        given.object.id,
    )
    assert (kept.registration, kept.timestamp, kept.voided) == (registration, given.timestamp, False)
    assert kept.timestamp.tzinfo is not None


def test_many_are_kept_in_the_order_given(tenant, did):
    given = [did(who=n) for n in range(1000)]
    assert append(tenant, given) == [one.id for one in given]
    cursor, kept = None, []
    while True:
        page = statements_of(tenant, oldest_first=True, limit=200, cursor=cursor)
        kept += [one.id for one in page.items]
        cursor = page.next
        if cursor is None:
            break
    assert kept == [one.id for one in given]


def test_a_thousand_cost_as_many_queries_as_one(tenant, did, django_assert_max_num_queries, monkeypatch):
    monkeypatch.setattr(returning, "REMEMBERED_SECONDS", 60.0)
    append(tenant, [did()])
    with django_assert_max_num_queries(5):
        append(tenant, [did() for _ in range(1000)])


def test_nothing_given_nothing_written(tenant):
    assert append(tenant, []) == []
    assert count(tenant) == 0


def test_stored_is_by_the_clock_of_the_database(tenant, did):
    before = datetime.now(UTC) - timedelta(seconds=2)
    with clock.at(datetime(2001, 1, 1, tzinfo=UTC)):
        one = did()
        append(tenant, [one])
    kept = statement(tenant, one.id)
    assert kept.timestamp.year == 2001
    assert before <= kept.stored <= datetime.now(UTC) + timedelta(seconds=2)


def test_the_same_again_changes_nothing(tenant, did):
    given = [did(who=n) for n in range(3)]
    assert append(tenant, given) == append(tenant, given)
    append(tenant, [given[1], given[1], did()])
    assert count(tenant) == 4


def test_the_same_again_in_bulk(tenant, did):
    given = [did(who=n) for n in range(1200)]
    append(tenant, given)
    assert len(append(tenant, given)) == 1200


def test_another_content_under_an_id_is_refused_and_nothing_of_the_call_is_written(tenant, did):
    first = did(who=1)
    append(tenant, [first])
    with transaction.atomic():
        with pytest.raises(Refusal) as refused:
            append(tenant, [did(who=3), did(who=2, id=first.id, timestamp=first.timestamp)])
        assert (refused.value.code, refused.value.status) == ("record.different_statement", 409)
        assert str(first.id) in refused.value.sentence("zh")
        append(tenant, [did(who=4)])
    assert count(tenant) == 2
    assert statement(tenant, first.id).body == to_json(first)


def test_two_contents_under_one_id_in_one_call_are_refused(tenant, did):
    with pytest.raises(Refusal):
        append(tenant, [did(who=1, id=UUID(int=3)), did(who=2, id=UUID(int=3))])
    assert count(tenant) == 0


def test_what_the_record_sets_itself_does_not_make_a_difference(tenant, did):
    one = did()
    append(tenant, [one])
    append(tenant, [did(id=one.id, timestamp=one.timestamp, version="1.0.0")])
    assert count(tenant) == 1


def test_tenants_do_not_meet(tenant, other_tenant, did):
    mine, theirs = did(who=1, id=UUID(int=3)), did(who=2, id=UUID(int=3), tenant=other_tenant)
    append(tenant, [mine])
    append(other_tenant, [theirs])
    assert statement(tenant, mine.id).statement == mine
    assert statement(other_tenant, mine.id).statement == theirs
    assert count(tenant) == count(other_tenant) == 1


def test_it_goes_with_the_callers_transaction(tenant, did):
    with transaction.atomic():
        append(tenant, [did()])
        assert count(tenant) == 1
        transaction.set_rollback(True)
    assert count(tenant) == 0


@pytest.mark.parametrize(
    "text", ["王芳 🫖", "a\x00b", "\\u0000", "'; DROP TABLE record_statement; --", "%s %%"]
)
def test_any_text_survives(tenant, did, text):
    one = did(result=Result(response=text))
    append(tenant, [one])
    assert statement(tenant, one.id).statement.result.response == text


def test_a_megabyte_survives(tenant, did):
    one = did(result=Result(extensions={"https://a.cn/x": "鸟" * 400_000}))
    append(tenant, [one])
    assert statement(tenant, one.id).body == to_json(one)


def test_an_identifier_that_no_index_holds_is_refused(tenant, did):
    with pytest.raises(Refusal) as refused:
        append(
            tenant,
            [
                did(),
                Statement(
                    actor=did().actor, verb=did().verb, object=Activity(id="https://a.cn/" + "鸟" * 800)
                ),
            ],
        )
    assert (refused.value.code, refused.value.field) == ("record.too_long", "object.id")
    assert count(tenant) == 0
    append(
        tenant,
        [Statement(actor=did().actor, verb=did().verb, object=Activity(id="https://a.cn/" + "n" * 2380))],
    )


def test_a_voided_statement_is_marked_and_no_longer_listed(tenant, other_tenant, did):
    one, admin = did(), Agent(mbox="mailto:admin@a.cn")
    append(tenant, [one])
    append(other_tenant, [did(id=one.id, tenant=other_tenant)])
    voiding = void(tenant, one.id, by=admin)
    assert statement(tenant, one.id).voided
    assert not statement(other_tenant, one.id).voided
    assert [s.id for s in statements_of(tenant).items] == [voiding]
    assert statement(tenant, voiding).verb == VOIDED.id


def test_what_is_not_there_and_what_voids_cannot_be_voided(tenant, did):
    admin = Agent(mbox="mailto:admin@a.cn")
    one = did()
    append(tenant, [one])
    voiding = void(tenant, one.id, by=admin)
    for target in (UUID(int=404), voiding):
        with pytest.raises(Refusal) as refused:
            append(tenant, [did(), Statement(actor=admin, verb=VOIDED, object=StatementRef(id=target))])
        assert refused.value.code == "record.nothing_to_void"
    assert count(tenant) == 1
    assert not connection.needs_rollback
