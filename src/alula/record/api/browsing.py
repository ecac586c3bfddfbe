"""Statements as a page shows them: newest first, by what was asked, of whom the actor may see.

However large the record, an answer reads a bounded part of it. A few persons are followed each by the index of their
own statements, and merged. Everything else walks back along the best index in windows, each larger than the one before;
when all of WINDOWS were not enough to fill a page, the page is short or empty and its cursor goes on from there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, Literal, NamedTuple
from uuid import UUID

from django.db import connection

from alula.kernel.actor import Actor
from alula.record import spine
from alula.record.directory import directory
from alula.record.hashed import id_key, text_hash
from alula.record.iri import actor_key, person_of
from alula.record.spine import StoredStatement

NAMED = 2000
"""Persons who are named in a query; more are asked about once their statements were found."""
FOLLOWED = 20
"""Persons who are followed one by one though the filter has no index beside them."""
WINDOWS = (250, 1000, 4000, 16_000)
"""Rows of the index that one answer looks at."""
COUNTED = 1000
OUT_OF_ORDER = timedelta(minutes=1)
"""Positions and `stored` are taken by one INSERT, so two statements stand the wrong way round by less than it lasts."""

Voided = Literal["", "without", "only"]
OURS = "alula"
"""What `through` says for the statements that Alula itself wrote."""


@dataclass(frozen=True)
class Wanted:
    """What is asked, beside whose: times are about `stored`, `through` is the authority of a credential or OURS."""

    verb: str = ""
    activity: str = ""
    through: str = ""
    voided: Voided = ""
    since: datetime | None = None
    until: datetime | None = None

    @property
    def selective(self) -> bool:
        """Whether most of a person's statements may be none that are asked for."""
        return bool(self.verb or self.activity or self.through or self.voided == "only")

    def tests(self, row: str) -> tuple[list[str], list[Any]]:
        """The filters as conditions on a row; times aside."""
        given: list[tuple[str, Any]] = [
            (f"{row}.verb = %s", self.verb or None),
            (f"{row}.activity = %s", self.activity or None),
            (f"{row}.voided = %s", {"": None, "without": False, "only": True}[self.voided]),
        ]
        if self.through:
            given.append((f"{row}.authority = %s", self.through if self.through != OURS else ""))
        kept = [(test, value) for test, value in given if value is not None]
        return [test for test, _ in kept], [value for _, value in kept]


class Whose:
    """Whose statements are shown: of whom the actor may see, with `text` in the name; decided once, when first asked."""

    def __init__(self, actor: Actor, text: str = "") -> None:
        self.actor, self.text = actor, text.strip()

    @cached_property
    def everybody(self) -> bool:
        return not self.text and directory().administers(self.actor)

    @cached_property
    def keys(self) -> list[str] | None:
        """The actors by key; None: everybody, or more than NAMED."""
        if self.everybody:
            return None
        ids = directory().visible(self.actor, self.text, NAMED + 1)
        if len(ids) > NAMED:
            return None
        keys = [actor_key(self.actor.tenant_id, one) for one in ids]
        if "@" in self.text and directory().administers(self.actor):
            keys.append(f"mbox:mailto:{self.text}")  # somebody whom another system knows by address
        return keys

    def among(self, found: Sequence[tuple[int, str]]) -> list[int]:
        """The positions in `found` (position, actor) whose actor is one of these."""
        if self.everybody:
            return [position for position, _ in found]
        if self.keys is not None:
            keys = set(self.keys)
            return [position for position, key in found if key in keys]
        persons = {key: who[1] for _, key in found if (who := person_of(key))}
        seen = directory().visible_among(self.actor, set(persons.values()), self.text)
        return [position for position, key in found if persons.get(key) in seen]


@dataclass(frozen=True)
class Found:
    """A page; `after` is the position from which the next one goes on, None at the end."""

    items: list[StoredStatement]
    after: int | None


def page(whose: Whose, wanted: Wanted, after: int | None, limit: int) -> Found:
    """The next `limit` (200 at most) statements before position `after` (None: from the newest)."""
    tenant_id = whose.actor.tenant_id
    span = _span(tenant_id, wanted, after)
    if span is None or whose.keys == []:
        return Found([], None)
    keys, following = whose.keys, None
    if keys is not None and _by_person(keys, wanted):
        positions = _merged(tenant_id, wanted, keys, span, limit + 1)
    else:
        positions, following = _walked(tenant_id, wanted, whose, span, limit + 1)
    if len(positions) > limit:
        positions, following = positions[:limit], positions[limit - 1]
    return Found(_rows(positions), following)


def count(whose: Whose, wanted: Wanted) -> int | None:
    """How many there are; None where that is not to be had cheaply: more than COUNTED, or spread over a large record."""
    tenant_id = whose.actor.tenant_id
    span = _span(tenant_id, wanted, None)
    if span is None or whose.keys == []:
        return 0
    keys = whose.keys
    if keys is None or not _by_person(keys, wanted):
        base = _base(tenant_id, wanted, whose)
        if _end_of_window(base, span, COUNTED) is not None:
            return None
        return len(whose.among(_in_window(base, wanted, span, COUNTED)))
    tests, params = _conditions("s", wanted, span)
    places = ", ".join(["%s"] * len(keys))
    with connection.cursor() as cursor:
        # By their hashes alone: a number that is wrong once in 2^64 is right.
        cursor.execute(
            f"SELECT COUNT(*) FROM (SELECT 1 FROM record_statement s WHERE s.actor_hash IN ({places})"  # noqa: S608 - constants only
            f"{''.join(f' AND {test}' for test in tests)} LIMIT %s) AS found",
            [*(text_hash(tenant_id.hex, key) for key in keys), *params, COUNTED + 1],
        )
        (some,) = cursor.fetchone()
    return some if some <= COUNTED else None


def _by_person(keys: Sequence[str], wanted: Wanted) -> bool:
    return 1 < len(keys) <= (FOLLOWED if wanted.selective else NAMED + 1)


def one(actor: Actor, statement_id: UUID) -> StoredStatement | None:
    """A statement that the actor may see, voided or not."""
    found = spine.select("WHERE s.id_key = %s", [id_key(actor.tenant_id.hex, statement_id.hex)])
    if not found or directory().administers(actor):
        return found[0] if found else None
    who = person_of(found[0].actor_key)
    seen = who is not None and bool(directory().visible_among(actor, {who[1]}, ""))
    return found[0] if seen else None


def newest(tenant_id: UUID, count: int) -> list[StoredStatement]:
    """The newest statements of a tenant, whoever may see them."""
    return spine.select(
        "WHERE s.tenant_id = %s ORDER BY s.position DESC LIMIT %s", [spine.key(tenant_id), count]
    )


@dataclass(frozen=True)
class _Span:
    """Where to look: positions above `low` and below `high` (None: no bound), with the exact times as conditions."""

    low: int | None
    high: int | None
    times: tuple[tuple[str, Any], ...] = ()

    def within(self, row: str) -> tuple[list[str], list[Any]]:
        given = [(f"{row}.position > %s", self.low), (f"{row}.position < %s", self.high)]
        kept = [(test, value) for test, value in given if value is not None]
        return [test for test, _ in kept], [value for _, value in kept]

    def exactly(self, row: str) -> tuple[list[str], list[Any]]:
        return [f"{row}.{test}" for test, _ in self.times], [value for _, value in self.times]


def _span(tenant_id: UUID, wanted: Wanted, after: int | None) -> _Span | None:
    """Times as positions; None when nothing can be there."""
    low, high, times = None, after, []
    if wanted.since is not None:
        low = position_at(tenant_id, wanted.since - OUT_OF_ORDER)
        times.append(("stored > %s", spine.moment(wanted.since)))
    if wanted.until is not None:
        last = position_at(tenant_id, wanted.until + OUT_OF_ORDER)
        if last is None:
            return None
        high = min(last + 1, high) if high is not None else last + 1
        times.append(("stored <= %s", spine.moment(wanted.until)))
    return _Span(low, high, tuple(times))


def position_at(tenant_id: UUID, moment: datetime) -> int | None:
    """The position of a tenant's last statement stored by that moment, to OUT_OF_ORDER; None when there is none.

    Found by halving, in about 30 look-ups of an index.
    """
    low, high = 0, _last(tenant_id, None)
    if high is None:
        return None
    best: int | None = None
    sought = spine.moment(moment)
    while low < high[0]:
        middle = (low + high[0] + 1) // 2
        found = _last(tenant_id, middle)
        if found is None:
            low = middle
        elif found[1] <= sought:
            low, best = middle, found[0]
        else:
            high = (found[0] - 1, found[1])
    return best


def _last(tenant_id: UUID, position: int | None) -> tuple[int, Any] | None:
    """(position, stored) of a tenant's last statement, at `position` or before it."""
    limited, params = ("", []) if position is None else (" AND position <= %s", [position])
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT position, stored FROM record_statement WHERE tenant_id = %s{limited}"  # noqa: S608 - constants only
            " ORDER BY position DESC LIMIT 1",
            [spine.key(tenant_id), *params],
        )
        row = cursor.fetchone()
    if row is None:
        return None
    stored = spine.aware(row[1])
    assert stored is not None
    return row[0], spine.moment(stored)


def _rows(positions: Sequence[int]) -> list[StoredStatement]:
    if not positions:
        return []
    places = ", ".join(["%s"] * len(positions))
    return spine.select(f"WHERE s.position IN ({places}) ORDER BY s.position DESC", positions)


def _merged(tenant_id: UUID, wanted: Wanted, keys: Sequence[str], span: _Span, limit: int) -> list[int]:
    """The newest positions of a few actors, each looked up in the index of actor and position."""
    tests, params = _conditions("s", wanted, span)
    rest = "".join(f" AND {test}" for test in tests)
    keys = _latest(tenant_id, keys, rest, params, limit) if len(keys) > limit else keys
    each, every = "", []
    for key in keys:
        each, found = spine.found_by("actor_key", tenant_id, key)
        every += [*found, *params, limit]
    one = (
        "SELECT position FROM (SELECT s.position FROM record_statement s"  # noqa: S608 - constants only
        f" WHERE {each}{rest} ORDER BY s.position DESC LIMIT %s) AS one"
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT position FROM ({' UNION ALL '.join([one] * len(keys))}) AS every"  # noqa: S608 - as above
            " ORDER BY position DESC LIMIT %s",
            [*every, limit],
        )
        return [position for (position,) in cursor.fetchall()]


def _latest(tenant_id: UUID, keys: Sequence[str], rest: str, params: Sequence[Any], count: int) -> list[str]:
    """The `count` actors with the newest statements, by their hashes: a page holds nobody else's."""
    places = ", ".join(["(%s, CAST(%s AS BIGINT))"] * len(keys))
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH who (actor, hash) AS (VALUES {places}) SELECT actor, last FROM (SELECT actor,"  # noqa: S608 - constants only
            f" (SELECT max(s.position) FROM record_statement s WHERE s.actor_hash = who.hash{rest})"
            " AS last FROM who) AS found WHERE last IS NOT NULL ORDER BY last DESC LIMIT %s",
            [*(part for key in keys for part in (key, text_hash(tenant_id.hex, key))), *params, count],
        )
        return [key for key, _ in cursor.fetchall()]


def _conditions(row: str, wanted: Wanted, span: _Span) -> tuple[list[str], list[Any]]:
    tests: list[str] = []
    params: list[Any] = []
    for some, values in (span.within(row), span.exactly(row), wanted.tests(row)):
        tests += some
        params += values
    return tests, params


def _walked(
    tenant_id: UUID, wanted: Wanted, whose: Whose, span: _Span, limit: int
) -> tuple[list[int], int | None]:
    """Positions found, and where the last window ended (None: there is nothing behind it)."""
    base = _base(tenant_id, wanted, whose)
    found: list[int] = []
    end = span.high
    for rows in WINDOWS:
        part = _Span(span.low, end, span.times)
        found += whose.among(_in_window(base, wanted, part, rows))
        if len(found) >= limit:
            break
        end = _end_of_window(base, part, rows)
        if end is None:
            break
    return found[:limit], end


class _Base(NamedTuple):
    """The index along which to walk, by a hash alone: whoever reads the rows looks at whose they are and at the texts."""

    condition: str
    params: list[Any]
    tenant: Any


def _base(tenant_id: UUID, wanted: Wanted, whose: Whose) -> _Base:
    through = wanted.through if wanted.through != OURS else ""
    tenant = spine.key(tenant_id)
    actor = whose.keys[0] if whose.keys is not None and len(whose.keys) == 1 else ""
    for column, text in (
        ("actor", actor),
        ("activity", wanted.activity),
        ("authority", through),
        ("verb", wanted.verb),
    ):
        if text:
            return _Base(f"s.{column}_hash = %s", [text_hash(tenant_id.hex, text)], tenant)
    return _Base("s.tenant_id = %s", [tenant], tenant)


def _in_window(base: _Base, wanted: Wanted, span: _Span, rows: int) -> list[tuple[int, str]]:
    """(position, actor) of what meets the filters among the next `rows` along the index, newest first."""
    within, bounds = span.within("s")
    tests, values = wanted.tests("w")
    times, moments = span.exactly("w")
    where = " AND ".join(["w.tenant_id = %s", *tests, *times])
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT w.position, w.actor_key FROM (SELECT s.position, s.tenant_id, s.actor_key, s.verb, s.activity,"  # noqa: S608 - constants only
            f" s.authority, s.voided, s.stored FROM record_statement s WHERE {' AND '.join([base.condition, *within])}"
            f" ORDER BY s.position DESC LIMIT %s) AS w WHERE {where} ORDER BY w.position DESC",
            [*base.params, *bounds, rows, base.tenant, *values, *moments],
        )
        return [(position, key) for position, key in cursor.fetchall()]


def _end_of_window(base: _Base, span: _Span, rows: int) -> int | None:
    """The last position of that window when there are so many rows in it."""
    within, bounds = span.within("s")
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT s.position FROM record_statement s WHERE {' AND '.join([base.condition, *within])}"  # noqa: S608 - constants only
            " ORDER BY s.position DESC LIMIT 1 OFFSET %s",
            [*base.params, *bounds, rows - 1],
        )
        row = cursor.fetchone()
    return row[0] if row else None
