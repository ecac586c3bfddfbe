"""A made-up year has the properties that are promised, is the same each time, and survives being stopped."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from statistics import mean
from zoneinfo import ZoneInfo

import msgspec
import pytest

from alula.kernel.errors import Refusal
from alula.record import facade as record
from alula.record import services, spine, table
from alula.record.facade import ANSWERED, COMPLETED, FAILED, PASSED, to_json
from alula.record.generator import running
from alula.record.generator.calendar import busyness, holiday
from alula.record.generator.courses import UNIT_PATH
from alula.record.generator.habits import forget_habit
from alula.record.tests.conftest import TENANT
from alula.record.xapi.validator import validate

SHANGHAI = ZoneInfo("Asia/Shanghai")
LAST = date(2026, 6, 30)


def year(people=200, days=365, seed=7, tenant=TENANT, zone=SHANGHAI, **more):
    return record.Year(tenant, people, days, seed, LAST, zone, **more)


def made(one, paths=()):
    return [statement for _, statement in record.statements_of_year(one, paths)]


@pytest.fixture(scope="module")
def whole():
    """A year of 300 people in 12 branches, with the branch in each statement, and the cohort behind it."""
    one = year(people=300)
    return one, made(one, [f"/{number}/" for number in range(one.cohort.branches)])


def local(statement):
    return statement.timestamp.astimezone(SHANGHAI)


def branch(statement):
    return int(statement.context.extensions[UNIT_PATH].strip("/"))


@pytest.mark.slow
def test_weekends_and_holidays_are_quiet(whole):
    _, statements = whole
    days = Counter(local(one).date() for one in statements)
    kinds = defaultdict(list)
    for number in range(365):
        day = LAST - timedelta(days=number)
        kind = "holiday" if holiday(day) else "weekend" if day.weekday() >= 5 else "working day"
        kinds[kind].append(days[day])
    assert mean(kinds["weekend"]) < 0.35 * mean(kinds["working day"])
    assert mean(kinds["holiday"]) < 0.15 * mean(kinds["working day"])
    assert holiday(date(2026, 2, 17))
    assert holiday(date(2025, 10, 3))
    assert days[date(2026, 2, 17)] < 0.2 * days[date(2026, 3, 17)]
    months = Counter(local(one).strftime("%Y-%m") for one in statements)
    assert months["2026-03"] > 1.3 * months["2025-08"]


@pytest.mark.slow
def test_people_learn_in_the_daytime_of_their_zone(whole):
    _, statements = whole
    hours = Counter(local(one).hour for one in statements)
    assert sum(hours[hour] for hour in range(1, 6)) < 0.01 * len(statements)
    assert hours[9] > 3 * hours[7]
    berlin = made(year(people=20, days=20, zone=ZoneInfo("Europe/Berlin")))
    assert {one.timestamp.astimezone(ZoneInfo("Europe/Berlin")).hour for one in berlin} <= {0, *range(5, 24)}
    assert max(one.timestamp for one in statements) < datetime(2026, 7, 1, tzinfo=SHANGHAI)


@pytest.mark.slow
def test_one_branch_falls_behind_from_a_month_on(whole):
    one, statements = whole
    cohort = one.cohort
    turn = datetime.combine(cohort.first + timedelta(days=cohort.falls_from), datetime.min.time(), SHANGHAI)
    assert turn.day == 1
    share, score = {}, {}
    for late in (False, True):
        part = [s for s in statements if (s.timestamp >= turn) is late]
        share[late] = sum(branch(s) == cohort.falling_branch for s in part) / len(part)
        exams = [s for s in part if s.verb.id in (PASSED.id, FAILED.id)]
        score[late] = mean(s.result.score.raw for s in exams if branch(s) == cohort.falling_branch) - mean(
            s.result.score.raw for s in exams if branch(s) != cohort.falling_branch
        )
    assert share[True] < 0.7 * share[False]
    assert score[True] < score[False] - 4


@pytest.mark.slow
def test_branches_differ_in_zeal(whole):
    one, statements = whole
    sizes = Counter(int(number) for number in one.cohort.branch_of)
    per_head = [n / sizes[at] for at, n in Counter(branch(s) for s in statements).items()]
    assert max(per_head) > 1.5 * min(per_head)


@pytest.mark.slow
def test_new_hires_begin_on_a_day_and_improve(whole):
    one, statements = whole
    hired = {
        str(one.person_id(number)): one.cohort.first + timedelta(days=int(day))
        for number, day in enumerate(one.cohort.hired)
    }
    assert 30 <= sum(day >= one.cohort.first for day in hired.values()) <= 90
    known = defaultdict(list)
    for s in statements:
        came = hired[s.actor.account.name]
        assert local(s).date() >= came
        if s.verb == ANSWERED and came >= one.cohort.first:
            known[min((local(s).date() - came).days // 45, 2)].append(s.result.success)
    assert mean(known[0]) + 0.05 < mean(known[1]) + 0.02 < mean(known[2]) + 0.02


def test_the_same_seed_gives_the_same_bytes():
    one = [to_json(s) for s in made(year(people=40, days=30))]
    assert one == [to_json(s) for s in made(year(people=40, days=30))]
    ids = [msgspec.json.decode(body)["id"] for body in one]
    assert len(set(ids)) == len(ids) > 300
    others = [to_json(s) for s in made(year(people=40, days=30, seed=8))]
    assert not set(one) & set(others)


def test_what_is_made_up_is_valid_xapi_in_both_versions():
    verbs = set()
    for statement in made(year(people=40, days=30)):
        for version in ("1.0.3", "2.0.0"):
            validate(msgspec.json.decode(to_json(statement)), version)
        verbs.add(statement.verb.id.rpartition("/")[2])
    assert {"experienced", "answered", "passed", "failed", "completed"} <= verbs


def test_the_quick_way_to_a_row_gives_what_the_careful_one_does():
    for statement in made(year(people=20, days=20)):
        assert running._row(TENANT, statement) == table.row_of(TENANT, statement, to_json(statement))


def test_a_day_goes_on_in_the_middle_of_a_person():
    one = year(people=30, days=6)
    everything = list(record.statements_of_year(one))
    for stop in (1, 2, 17, len(everything) - 1):
        at = everything[stop - 1][0]
        assert [s for _, s in record.statements_of_year(one, (), at)] == [s for _, s in everything[stop:]]


def ids_in_record(tenant=TENANT):
    return [row.id for row in spine.select("WHERE tenant_id = %s ORDER BY position", [spine.key(tenant)])]


@pytest.mark.django_db
def test_a_run_that_was_killed_goes_on_without_loss_or_doubles(monkeypatch):
    monkeypatch.setattr(running, "AT_ONCE", 100)
    one = year(people=30, days=20)
    calls, write = [], services.write

    def dying(rows):
        write(rows)
        calls.append(len(rows))
        if len(calls) == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr(services, "write", dying)
    with pytest.raises(KeyboardInterrupt):
        record.write_year(one)
    assert len(ids_in_record()) == 200
    assert record.unfinished_year(TENANT, 30, 20, 7) == LAST
    told = []
    written = record.write_year(year(people=30, days=20), progress=lambda n, share: told.append((n, share)))
    assert ids_in_record() == [s.id for s in made(one)]
    assert written == len(ids_in_record()) == told[-1][0]
    assert told[-1][1] <= 1.0
    assert record.unfinished_year(TENANT, 30, 20, 7) is None
    assert record.write_year(one) == written
    assert len(ids_in_record()) == written


@pytest.mark.django_db
def test_the_upper_bound_is_met_exactly_and_can_be_raised():
    one = year(people=30, days=20)
    assert record.write_year(one, most=150) == 150
    assert record.write_year(one, most=150) == 150
    assert record.write_year(one, most=151) == 151
    assert ids_in_record() == [s.id for s in islice(made(one), 151)]


@pytest.mark.django_db
def test_another_domain_adds_a_habit():
    @record.habit("test.tea")
    def tea(trainee, day, chance):
        if chance.random() < 0.5:
            yield record.Statement(
                actor=trainee.person,
                verb=COMPLETED,
                object=record.Activity(id=record.iri("tea", trainee.score(chance) // 10)),
                timestamp=day.moment(chance),
            )

    try:
        written = record.write_year(year(people=30, days=10, habits=("test.tea",)))
        assert written == len(ids_in_record()) > 10
        assert (
            record.statements_of(TENANT, verb=COMPLETED.id)
            .items[0]
            .activity.startswith(record.iri("tea", ""))
        )
    finally:
        forget_habit("test.tea")


def test_what_cannot_be_made_is_refused():
    with pytest.raises(Refusal) as refused:
        year(people=0)
    assert refused.value.field == "people"
    with pytest.raises(Refusal) as refused:
        made(year(habits=("dancing",)))
    assert "courses" in refused.value.sentence("en")


def test_the_calendar_knows_the_days_around_the_new_year():
    assert busyness(date(2026, 2, 11)) < 0.6 * busyness(date(2026, 2, 4))
    assert busyness(date(2050, 3, 7)) > 1  # a year beyond the table is a year without Spring Festival
    assert datetime(2026, 6, 30, tzinfo=UTC).date() == LAST
