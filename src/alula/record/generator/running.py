"""One run of the generator: day after day into the record, in large transactions, each with the place where it goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from itertools import islice
from random import Random
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from msgspec.structs import replace

from alula.kernel import clock
from alula.kernel.errors import Refusal
from alula.record import services
from alula.record.bulk import generous_cache
from alula.record.generator.calendar import Day
from alula.record.generator.cohort import Cohort
from alula.record.generator.habits import Habit, Trainee, chosen
from alula.record.hashed import hashed_id
from alula.record.iri import person
from alula.record.mentions import activity_key
from alula.record.moments import to_column
from alula.record.moving.models import TransferRow
from alula.record.statement import Activity, Agent, Statement, to_json
from alula.record.table import Row, row_of

AT_ONCE = 10_000
"""Statements in a transaction: a second of writing or two, for which others wait on SQLite."""

PEOPLE_MOST, DAYS_MOST = 1_000_000, 3653

Progress = Callable[[int, float], None]


@dataclass(frozen=True)
class Year:
    """What to make up.

    Args:
        tenant_id: whose.
        people: how many trainees, up to a million.
        days: how many days, the last of which is `last`.
        seed: the same seed gives the same statements.
        last: the last day.
        zone: in which its days and hours are.
        habits: names of habits; all of them when empty.
    """

    tenant_id: UUID
    people: int
    days: int
    seed: int
    last: date
    zone: ZoneInfo
    habits: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name, value, high in (("people", self.people, PEOPLE_MOST), ("days", self.days, DAYS_MOST)):
            if not 1 <= value <= high:
                raise Refusal("generator.out_of_range", status=422, field=name, name=name, low=1, high=high)

    @cached_property
    def cohort(self) -> Cohort:
        """Its people."""
        return Cohort(self.people, self.days, self.seed, self.last - timedelta(days=self.days - 1))

    @property
    def key(self) -> str:
        """What makes a run the same run."""
        habits = ",".join(name for name, _ in chosen(self.habits))
        return f"{self.seed} {self.people} {self.days} {self.last} {self.zone.key} {habits}"

    def person_id(self, number: int) -> UUID:
        """The id of a trainee; the same for every year of the tenant with this seed."""
        return hashed_id("trainee", self.tenant_id, self.seed, number)


def unfinished(tenant_id: UUID, people: int, days: int, seed: int) -> date | None:
    """The last day of such a year that was begun and not finished, the newest; None when there is none."""
    rows = TransferRow.objects.filter(
        tenant_id=tenant_id, kind="year", finished_at=None, key__startswith=f"{seed} {people} {days} "
    )
    row = rows.order_by("-created_at").first()
    return None if row is None else date.fromisoformat(row.asked["last"])


class At(NamedTuple):
    """Where a run goes on: the day, how many of those who learn on it are done, how many statements of the next one."""

    day: int = 0
    person: int = 0
    statement: int = 0


def statements_of_year(
    year: Year, paths: Sequence[str] = (), start: At | None = None
) -> Iterator[tuple[At, Statement]]:
    """The statements of a year from a place on, each with the place after it.

    Args:
        year: which.
        paths: the unit path of each branch; "/" stands for all when empty.
        start: where to go on; the beginning when left out.
    """
    at = start or At()
    while at.day < year.days:
        for place, some in _of_day(year, paths, at.day, at.person):
            skipped = at.statement if place == at.person else 0
            for count, one in enumerate(some[skipped:], skipped + 1):
                yield At(at.day, place + (count == len(some)), count % len(some)), one
        at = At(at.day + 1)


def _of_day(
    year: Year, paths: Sequence[str], number: int, first: int
) -> Iterator[tuple[int, list[Statement]]]:
    """What each person who learns on a day does, without the `first` of them."""
    cohort, habits = year.cohort, chosen(year.habits)
    day = Day(cohort.first + timedelta(days=number), number, year.zone)
    learning, skills = cohort.active(number), cohort.skills(number)
    for place in range(first, len(learning)):
        who = int(learning[place])
        own = year.person_id(who)
        trainee = Trainee(
            tenant_id=year.tenant_id,
            id=own,
            person=person(year.tenant_id, own),
            unit_path=paths[cohort.branch_of[who]] if paths else "/",
            tenure=int(number - cohort.hired[who]),
            skill=float(skills[who]),
        )
        yield place, _of_one(trainee, day, habits, f"{year.seed} {year.people} {year.days} {who}")


def _of_one(trainee: Trainee, day: Day, habits: list[tuple[str, Habit]], whose: str) -> list[Statement]:
    done = []
    for name, habit in habits:
        seed = hashed_id("day", whose, day.date, name).int
        chance = Random(seed)  # noqa: S311 - made up on purpose, not secret
        ids = seed & (1 << 74) - 1
        for count, one in enumerate(habit(trainee, day, chance)):
            done.append(replace(one, id=_id_of(one, ids + count)))
    return done


def _id_of(statement: Statement, low: int) -> UUID:
    """UUID version 7 from the statement's own time and 74 bits that follow from the seed."""
    low &= (1 << 74) - 1
    value = (int(statement.timestamp.timestamp() * 1000) & (1 << 48) - 1) << 80
    return UUID(int=value | 7 << 76 | (low >> 62) << 64 | 2 << 62 | low & (1 << 62) - 1)


def write_year(
    year: Year,
    paths: Sequence[str] = (),
    *,
    most: int | None = None,
    progress: Progress = lambda _statements, _share: None,
) -> int:
    """Write a year into the tenant's record, going on where an earlier run of the same year stopped.

    A transaction holds `AT_ONCE` statements and the place after them, so a killed run loses and doubles nothing.

    Args:
        year: which.
        paths: as for `statements_of_year`.
        most: stop after so many statements, those of earlier runs included.
        progress: told the statements of all runs and the share of the year that is done.

    Returns:
        The statements of the year that the record now holds.
    """
    row, _ = TransferRow.objects.get_or_create(
        tenant_id=year.tenant_id,
        kind="year",
        key=year.key,
        defaults={"asked": {"last": year.last.isoformat()}, "created_at": clock.now(), "of": year.days},
    )
    coming = statements_of_year(year, paths, At(**row.place))
    progress(row.done, _share(row, year.days, most))
    with generous_cache():
        while row.finished_at is None and (most is None or row.done < most):
            room = AT_ONCE if most is None else min(AT_ONCE, most - row.done)
            some = list(islice(coming, room))
            _write_some(row, some, last=len(some) < room)
            progress(row.done, _share(row, year.days, most))
    return row.done


def _share(row: TransferRow, days: int, most: int | None) -> float:
    if row.finished_at is not None:
        return 1.0
    return min(1.0, max(row.place.get("day", 0) / days, row.done / most if most else 0.0))


def _write_some(row: TransferRow, some: Sequence[tuple[At, Statement]], *, last: bool) -> None:
    """One transaction: some statements, and where the run goes on."""
    with transaction.atomic():
        services.write([_row(row.tenant_id, one) for _, one in some])
        if some:
            row.place, row.done = some[-1][0]._asdict(), row.done + len(some)
        row.finished_at = clock.now() if last else None
        row.save(update_fields=["place", "done", "finished_at"])


def _row(tenant_id: UUID, statement: Statement) -> Row:
    """As `row_of`, without decoding the statement again where what it mentions can be seen from its types."""
    context, thing = statement.context, statement.object
    body = to_json(statement)
    if (
        not isinstance(statement.actor, Agent)
        or not isinstance(thing, Activity)
        or context is None
        or context.instructor is not None
        or context.team is not None
    ):
        return row_of(tenant_id, statement, body)
    around = context.context_activities
    named = () if around is None else (*around.parent, *around.grouping, *around.category, *around.other)
    return Row(
        tenant=tenant_id.hex,
        id=statement.id.hex,
        actor_key=statement.actor.key,
        verb=statement.verb.id,
        activity=thing.id,
        registration=context.registration.hex if context.registration else None,
        ref=None,
        authority="",
        timestamp=to_column(statement.timestamp) if statement.timestamp else None,
        body=body.encode(),
        mentions={activity_key(one.id): True for one in named if one.id != thing.id},
    )
