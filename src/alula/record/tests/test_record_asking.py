"""What the record asks past Django's cursor: the same rows, whatever happened to the connection."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.transaction import TransactionManagementError

from alula.record import asking, spine
from alula.record.facade import append
from alula.record.hashed import text_hash

COUNT = "SELECT COUNT(*), MAX(position) FROM record_statement WHERE tenant_id = %s"


def by_django(sql, params):
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())


@pytest.mark.django_db
def test_rows_are_those_that_django_gives_in_the_same_types(tenant, did):
    append(tenant, [did(1), did(2, course="茶艺 100% 'a' \\n"), did(3)])
    columns = f"{spine.COLUMNS}, s.ref, s.authority, s.id_key, s.actor_hash"
    [first, *_] = spine.select("ORDER BY position", [])
    sql = (
        f"SELECT {columns} FROM record_statement s WHERE s.tenant_id = %s AND s.position >= %s AND s.voided = %s"
        " AND s.stored > %s AND s.id_key <> %s AND s.verb = %s ORDER BY s.position LIMIT %s"
    )
    stored = spine.moment(first.stored - timedelta(days=1))
    params = [spine.key(tenant), first.position, False, stored, b"\x00\xff", first.verb, 10]
    found = asking.rows(sql, params)
    assert found == by_django(sql, params)
    assert len(found) == 3
    assert [list(map(type, row)) for row in found] == [list(map(type, row)) for row in by_django(sql, params)]
    assert all(spine.aware(row[8]).utcoffset() == timedelta() for row in found)


@pytest.mark.django_db
@pytest.mark.parametrize("position", [1, 40_000, 3_000_000_000, 2**63 - 1])
def test_a_number_of_any_size_is_compared_as_a_number(tenant, did, position):
    append(tenant, [did(1)])
    with connection.cursor() as cursor:
        cursor.execute("UPDATE record_statement SET position = %s", [position])
    for keep in (False, True):
        sql = "SELECT position FROM record_statement WHERE position <= %s AND position > %s"
        assert asking.rows(sql, [position, position - 1], keep=keep) == [(position,)]


@pytest.mark.django_db(transaction=True)
def test_a_kept_query_is_right_again_after_whatever_happens_to_its_connection(tenant, did):
    def right():
        for _ in range(8):  # the plan is the server's own from the sixth time on
            assert asking.rows(COUNT, [spine.key(tenant)], keep=True) == by_django(COUNT, [spine.key(tenant)])

    right()
    append(tenant, [did(1)])
    right()
    with transaction.atomic():
        append(tenant, [did(2)])
        right()
        transaction.set_rollback(True)
    right()
    connection.close()
    right()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE record_statement ADD COLUMN more INTEGER")
        right()
        cursor.execute("ALTER TABLE record_statement DROP COLUMN more")
    right()
    append(tenant, [did(3)])
    right()


@pytest.mark.django_db(transaction=True)
def test_a_query_that_fails_says_so_as_djangos_does(tenant):
    with pytest.raises(DatabaseError):
        asking.rows("SELECT nothing FROM record_statement WHERE tenant_id = %s", [spine.key(tenant)])
    with transaction.atomic():
        transaction.set_rollback(True)
        with pytest.raises(TransactionManagementError):
            asking.rows(COUNT, [spine.key(tenant)])
    assert asking.rows(COUNT, [spine.key(UUID(int=9))]) == [(0, None)]


@pytest.mark.django_db
def test_a_position_is_found_by_its_time_as_often_as_it_is_asked(tenant, did):
    append(tenant, [did(n) for n in range(20)])
    start = datetime(2026, 1, 1, tzinfo=UTC)
    positions = [row[0] for row in by_django("SELECT position FROM record_statement ORDER BY position", [])]
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE record_statement SET stored = %s WHERE position = %s",
            [(spine.moment(start + timedelta(hours=n)), one) for n, one in enumerate(positions)],
        )
    for n, one in enumerate(positions):
        assert spine.position_at(start + timedelta(hours=n)) == one
        assert spine.position_at(start + timedelta(hours=n, minutes=-1)) == one
    assert spine.position_at(start + timedelta(days=9)) == positions[-1] + 1


@pytest.mark.django_db
@pytest.mark.services
def test_no_filter_of_a_much_used_activity_or_verb_sorts_what_it_finds(lrs, tenant, monkeypatch):
    """PostgreSQL is to go through an index up to the end of the page, however many statements a day holds."""
    if connection.vendor != "postgresql":
        pytest.skip("PostgreSQL chooses by how much it expects")
    verb, activity = "http://example.com/did", "http://example.com/tea"
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO record_statement (txid, tenant_id, id, actor_key, verb, activity, authority, stored, timestamp,"
            " voided, body, verb_hash, activity_hash, actor_hash) SELECT 1, %s, gen_random_uuid(), 'mailto:' || n, %s,"
            " CASE WHEN n %% 60 = 0 THEN %s ELSE 'other' || n %% 700 END, '', now() + n * interval '1 minute', now(), false,"
            " '{\"a\":\"' || repeat('x', 1500) || '\"}', %s, CASE WHEN n %% 60 = 0 THEN %s ELSE n %% 700 END, n FROM generate_series(1, 30000) n",
            [tenant, verb, activity, text_hash(tenant.hex, verb), text_hash(tenant.hex, activity)],
        )
        cursor.execute("ANALYZE record_statement")
    plans, rows = [], asking.rows

    def explained(sql, params, **how):
        if "record_statement s" in sql:
            plans.append("\n".join(line for (line,) in rows(f"EXPLAIN {sql}", params)))
        return rows(sql, params, **how)

    monkeypatch.setattr(asking, "rows", explained)
    since, until = ((datetime.now(UTC) + timedelta(days=n)).isoformat() for n in (10, 12))
    for said in ({"activity": activity}, {"verb": verb}, {"verb": verb, "activity": activity}, {}):
        for up in ("true", "false"):
            for when in ({}, {"since": since}, {"until": until}, {"since": since, "until": until}):
                answer = lrs.get("statements", ascending=up, limit="10", **said, **when)
                assert answer.body.count(b'"stored"') == 10
    assert len(plans) > 30
    own = [plan for plan in plans if "record_mention" not in plan]
    assert not [plan for plan in own if "Sort" in plan]
