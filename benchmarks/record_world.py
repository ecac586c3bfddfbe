"""A firm's record for the benchmarks: who does what how often over a year, and how it gets into the tables quickly."""

from __future__ import annotations

import itertools
import random
import secrets
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from alula.record import about, table
from alula.record.hashed import id_key
from alula.record.table import Row

TENANTS = {UUID(int=n): share for n, share in enumerate((60, 20, 10, 7, 3), 1)}
PEOPLE, ACTIVITIES = 100_000, 2_000
VERBS = {
    "http://adlnet.gov/expapi/verbs/experienced": 30,
    "http://adlnet.gov/expapi/verbs/answered": 25,
    "http://adlnet.gov/expapi/verbs/initialized": 10,
    "http://adlnet.gov/expapi/verbs/completed": 8,
    "http://adlnet.gov/expapi/verbs/passed": 6,
    "http://adlnet.gov/expapi/verbs/terminated": 6,
    "http://adlnet.gov/expapi/verbs/progressed": 5,
    "http://adlnet.gov/expapi/verbs/attempted": 4,
    "http://adlnet.gov/expapi/verbs/interacted": 3,
    "http://adlnet.gov/expapi/verbs/failed": 1.5,
    "http://adlnet.gov/expapi/verbs/scored": 1,
    "http://adlnet.gov/expapi/verbs/suspended": 0.5,
}
VOIDED = "http://adlnet.gov/expapi/verbs/voided"
HOME = "https://alula.example/tenants/"
AUTHORITY = "account:https://alula.example/credentials lms"
CHUNK = 50_000
COLUMNS = "position, txid, tenant_id, id, actor_key, verb, activity, registration, ref, authority, stored, timestamp, voided, body, "
COLUMNS += ", ".join(table.HASHES)


@dataclass
class World:
    """The shares: a few popular activities, some busy people, a fifth in registrations, one in 2,000 voiding another."""

    count: int
    end: datetime
    seed: int = 1
    registrations: list[tuple[UUID, UUID]] = field(default_factory=list)
    ids: list[tuple[UUID, UUID]] = field(default_factory=list)
    voided: list[tuple[UUID, UUID]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)  # noqa: S311 - a benchmark
        self.popular = list(itertools.accumulate(1 / (n + 1) for n in range(ACTIVITIES)))
        firms, self.people = list(TENANTS), {}
        first = 0
        for firm in firms:
            many = PEOPLE * TENANTS[firm] // 100
            names = [str(UUID(int=(firm.int << 64) + n)) for n in range(first, first + many)]
            busy = list(itertools.accumulate((n + 10) ** -0.4 for n in range(many)))
            self.people[firm] = (names, busy)
            first += many

    def actor(self, firm: UUID) -> str:
        """The name of somebody's account; some act more often than others."""
        names, busy = self.people[firm]
        return self.dice.choices(names, cum_weights=busy)[0]

    def activity(self) -> str:
        return f"https://alula.example/lessons/{self.dice.choices(range(ACTIVITIES), cum_weights=self.popular)[0]}"

    def firm(self) -> UUID:
        return self.dice.choices(list(TENANTS), list(TENANTS.values()))[0]

    def rows(self) -> Iterator[tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]]:
        """(statements, mentions) by chunks, in the order of positions; texts as both engines read them."""
        step = timedelta(days=365) / self.count
        for first in range(1, self.count + 1, CHUNK):
            yield self._chunk(first, min(first + CHUNK, self.count + 1), step)

    def _chunk(
        self, first: int, last: int, step: timedelta
    ) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
        many = last - first
        firms = self.dice.choices(list(TENANTS), list(TENANTS.values()), k=many)
        verbs = self.dice.choices(list(VERBS), list(VERBS.values()), k=many)
        lessons = self.dice.choices(range(ACTIVITIES), cum_weights=self.popular, k=many)
        names = {
            f: iter(self.dice.choices(self.people[f][0], cum_weights=self.people[f][1], k=many))
            for f in TENANTS
        }
        attempts: dict[UUID, str] = {}
        rows, mentions = [], []
        for place in range(many):
            position, firm, name = first + place, firms[place], next(names[firms[place]])
            one, chance = UUID(bytes=secrets.token_bytes(16)), self.dice.random()
            moment = self.end - step * (self.count + 1 - position)
            registration = None
            if chance < 0.2:
                if chance < 0.04 or firm not in attempts:
                    attempts[firm] = str(UUID(bytes=secrets.token_bytes(16)))
                registration = attempts[firm]
                if chance < 0.0002:
                    self.registrations.append((firm, UUID(registration)))
            if chance > 0.9995 and self.ids:
                firm, target = self.dice.choice(self.ids)
                self.voided.append((firm, target))
                rows.append(_row(position, firm, one, name, VOIDED, "", None, target, moment))
                continue
            if chance > 0.995:
                self.ids.append((firm, one))
            lesson = lessons[place]
            if 0.2 < chance < 0.5:
                mentions.append((firm, f"activity:https://alula.example/courses/{lesson // 20}", position))
            if 0.4 < chance < 0.5:
                mentions.append((firm, f"account:{HOME}{firm} trainer-{lesson % 50}", position))
            activity = f"https://alula.example/lessons/{lesson}"
            rows.append(_row(position, firm, one, name, verbs[place], activity, registration, None, moment))
        return rows, mentions


def _row(  # noqa: PLR0917 - a column each
    position, firm, one, name, verb, activity, registration, target, moment
) -> tuple[Any, ...]:
    said = moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    about = (
        f'{{"objectType":"StatementRef","id":"{target}"}}'
        if target
        else f'{{"objectType":"Activity","id":"{activity}","definition":{{"type":"http://adlnet.gov/expapi/activities/lesson",'
        f'"name":{{"zh":"门店服务，第 {activity[-3:]} 课","en":"Shop service, lesson {activity[-3:]}"}}}}}}'
    )
    context = f'"registration":"{registration}",' if registration else ""
    body = (
        f'{{"id":"{one}","actor":{{"objectType":"Agent","account":{{"homePage":"{HOME}{firm}","name":"{name}"}}}},'
        f'"verb":{{"id":"{verb}","display":{{"en":"{verb[35:]}"}}}},"object":{about},'
        f'"result":{{"score":{{"scaled":0.82,"raw":82.0,"min":0.0,"max":100.0}},"success":true,"duration":"PT412.40S"}},'
        f'"context":{{{context}"language":"zh-CN"}},"timestamp":"{said}","version":"2.0.0","authority":'
        '{"objectType":"Agent","account":{"homePage":"https://alula.example/credentials","name":"lms"}}}'
    )
    stored = moment.strftime("%Y-%m-%d %H:%M:%S.%f")
    row = Row(
        firm.hex, one.hex, f"account:{HOME}{firm} {name}", verb, activity, registration and registration.replace("-", ""),
        target and target.hex, AUTHORITY, stored, body.encode(),
    )  # fmt: skip
    return (position, 0, *row[:8], stored, stored, 0, body, *table.hashes(row))


def load(world: World) -> None:
    """Put the world into the record's empty tables; its indexes are taken away meanwhile."""
    (_into_sqlite if connection.vendor == "sqlite" else _into_postgres)(world)
    place = UUID(int=0).hex, 0
    while found := about.some(place, CHUNK):
        about.note(found)
        place = found[-1].tenant, found[-1].position


def _into_sqlite(world: World) -> None:
    connection.ensure_connection()
    raw: sqlite3.Connection = connection.connection
    for pragma in ("synchronous=OFF", "journal_mode=OFF", "cache_size=-2000000"):
        raw.execute(f"PRAGMA {pragma}")
    indexes = raw.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = 'record_statement' AND sql IS NOT NULL"
    ).fetchall()
    for name, _ in indexes:
        raw.execute(f'DROP INDEX "{name}"')
    places = ", ".join("?" * (14 + len(table.HASHES)))
    for rows, mentions in world.rows():
        raw.execute("BEGIN")
        raw.executemany(f"INSERT INTO record_statement ({COLUMNS}) VALUES ({places})", rows)  # noqa: S608 - constants
        raw.executemany(
            "INSERT OR IGNORE INTO record_mention (tenant_id, what, position, related) VALUES (?, ?, ?, 1)",
            [(firm.hex, what, position) for firm, what, position in mentions],
        )
        raw.execute("COMMIT")
    for _, sql in indexes:
        raw.execute(sql)
    _mark_voided(world)
    connection.close()


def _into_postgres(world: World) -> None:
    connection.ensure_connection()
    raw = connection.connection
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'record_statement'"
            " AND indexname NOT IN (SELECT conname FROM pg_constraint)"
        )
        indexes = cursor.fetchall()
        for name, _ in indexes:
            cursor.execute(f'DROP INDEX "{name}"')
        cursor.execute("ALTER TABLE record_statement DROP CONSTRAINT record_statement_id")
        cursor.execute("SET maintenance_work_mem = '1GB'")
        cursor.execute("SET synchronous_commit = off")
    for rows, mentions in world.rows():
        with raw.transaction(), raw.cursor() as cursor:
            with cursor.copy(f"COPY record_statement ({COLUMNS}) FROM STDIN") as copy:
                copy.write("".join("\t".join(map(_text, row)) + "\n" for row in rows))
            with cursor.copy("COPY record_mention (tenant_id, what, position, related) FROM STDIN") as copy:
                copy.write("".join(f"{firm}\t{what}\t{position}\tt\n" for firm, what, position in mentions))
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE record_statement ADD CONSTRAINT record_statement_id UNIQUE (id_key)")
        for _, sql in indexes:
            cursor.execute(sql)
        cursor.execute(
            "SELECT setval(pg_get_serial_sequence('record_statement', 'position'), %s)", [world.count]
        )
    _mark_voided(world)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE record_statement")
        cursor.execute("VACUUM ANALYZE record_mention")
        cursor.execute("CHECKPOINT")
        # The same connection goes on: the CPU of its process is counted.
        cursor.execute("RESET maintenance_work_mem")
        cursor.execute("RESET synchronous_commit")


def _text(value: Any) -> str:
    if isinstance(value, bytes):
        return f"\\\\x{value.hex()}"
    return "\\N" if value is None else str(value).replace("\\", "\\\\")


def _mark_voided(world: World) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE record_statement SET voided = %s WHERE id_key = %s",
            [(True, id_key(firm.hex, one.hex)) for firm, one in world.voided],
        )
