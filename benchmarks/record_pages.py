"""What a page of statements costs in a large record, on the engine that ALULA_DATABASE names (SQLite when empty).

A tenant of 20,000 people in 200 units with a year of statements; each question is asked several times, from the newest
page on, and the median and the slowest time are printed, with the CPU time of this process. Works in a database of its
own. Run: make bench, or python benchmarks/record_pages.py [statements]
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "benchmarks"))

from record import database_of_its_own  # noqa: E402 - the bench beside this one

PEOPLE, UNITS, ACTIVITIES = 20_000, 200, 300
TIMES = 7
START = datetime(2025, 1, 1, tzinfo=UTC)


def fill(statements: int) -> tuple[Any, list[UUID], list[str]]:
    """A tenant with its tree, its people and their statements: (tenant, ids of people, paths of units)."""
    from alula.kernel.ids import new_id  # noqa: PLC0415 - Django is configured first
    from alula.people.models import Person, Tenant, Unit, User  # noqa: PLC0415 - as above

    tenant = Tenant.objects.create(name="Bench", slug="bench")
    paths = [f"/u{number:07d}/" for number in range(UNITS)]
    units = Unit.objects.bulk_create(Unit(tenant=tenant, name=path, path=path, depth=1) for path in paths)
    users = User.objects.bulk_create(User(email=f"p{number}@bench.example") for number in range(PEOPLE))
    people = Person.objects.bulk_create(
        Person(id=new_id(), tenant=tenant, user=user, unit=units[number % UNITS], name=f"Person {number}")
        for number, user in enumerate(users)
    )
    ids = [one.id for one in people]
    tell(tenant.id, ids, statements)
    return tenant, ids, paths


def tell(tenant_id: UUID, people: list[UUID], statements: int) -> None:
    """Rows as the record keeps them, made by the database itself; every 5,000th is of a verb of its own."""
    from django.db import connection  # noqa: PLC0415 - Django is configured first

    from alula.kernel.db import on_postgres  # noqa: PLC0415 - as above
    from alula.record import spine  # noqa: PLC0415 - as above
    from alula.record.facade import COMPLETED, PASSED, actor_key, iri  # noqa: PLC0415 - as above
    from alula.record.hashed import text_hash  # noqa: PLC0415 - as above

    seconds = f"c.n * {365 * 86400 / statements}"
    if on_postgres():
        txid, new, no = "pg_current_xact_id()::text::bigint", "gen_random_uuid()", "false"
        hashed = "decode(md5(random()::text), 'hex')"
        moment, tenant = f"%s::timestamptz + {seconds} * interval '1 second'", "%s::uuid"
    else:
        txid, new, no, tenant = "0", "lower(hex(randomblob(16)))", "0", "%s"
        hashed = "randomblob(16)"
        moment = f"strftime('%%Y-%%m-%%d %%H:%%M:%%f000', %s, ({seconds}) || ' seconds')"
    verb = f"CASE WHEN c.n %% 5000 = 0 THEN '{PASSED.id}' ELSE '{COMPLETED.id}' END"
    passed, completed = (text_hash(tenant_id.hex, one.id) for one in (PASSED, COMPLETED))
    verb_hash = f"CASE WHEN c.n %% 5000 = 0 THEN {passed} ELSE {completed} END"
    courses = [iri("courses", number) for number in range(ACTIVITIES)]
    activity = f"'{iri('courses')}/' || (c.n %% {ACTIVITIES})"
    body = json.dumps(
        {
            "actor": {
                "objectType": "Agent",
                "account": {"homePage": iri("tenants", tenant_id), "name": "PERSON"},
            },
            "verb": {"id": "VERB", "display": {"zh": "完成", "en": "completed"}},
            "object": {"objectType": "Activity", "id": "COURSE", "definition": {"name": {"zh": "课程"}}},
            "result": {"score": {"scaled": 0.82, "raw": 82, "min": 0, "max": 100}, "duration": "PT212.50S"},
            "timestamp": START.isoformat(),
        }
    )
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE bench (n INTEGER PRIMARY KEY, key TEXT, hash BIGINT, id TEXT)")
        keys = [actor_key(tenant_id, one) for one in people]
        cursor.executemany(
            "INSERT INTO bench VALUES (%s, %s, %s, %s)",
            [(n, keys[n], text_hash(tenant_id.hex, keys[n]), str(one)) for n, one in enumerate(people)],
        )
        cursor.execute("CREATE TEMP TABLE bench_course (n INTEGER PRIMARY KEY, hash BIGINT)")
        cursor.executemany(
            "INSERT INTO bench_course VALUES (%s, %s)",
            [(n, text_hash(tenant_id.hex, course)) for n, course in enumerate(courses)],
        )
        cursor.execute(
            f"""
            INSERT INTO record_statement (txid, tenant_id, id, actor_key, verb, activity, authority, stored,
                                          "timestamp", voided, body, id_key, actor_hash, verb_hash, activity_hash)
            WITH RECURSIVE counted (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM counted WHERE n < %s)
            SELECT {txid}, {tenant}, {new}, p.key, {verb}, {activity}, '', {moment}, {moment}, {no},
                   replace(replace(replace(%s, 'PERSON', p.id), 'VERB', {verb}), 'COURSE', {activity}),
                   {hashed}, p.hash, {verb_hash}, a.hash
            FROM counted c JOIN bench p ON p.n = (c.n %% {len(people)}) * 7919 %% {len(people)}
                 JOIN bench_course a ON a.n = c.n %% {ACTIVITIES} ORDER BY c.n""",  # noqa: S608 - constants
            [statements - 1, spine.key(tenant_id), *[spine.moment(START)] * 2, body],
        )
        cursor.execute("ANALYZE")


def questions(tenant: Any, people: list[UUID], paths: list[str]) -> dict[str, Callable[[], Any]]:
    """What is asked, by whom."""
    from alula.kernel.actor import Actor, Grant, Role  # noqa: PLC0415 - Django is configured first
    from alula.record.api import browsing  # noqa: PLC0415 - as above
    from alula.record.api.browsing import Wanted, Whose  # noqa: PLC0415 - as above
    from alula.record.api.presenting import rows_of  # noqa: PLC0415 - as above
    from alula.record.facade import PASSED, iri  # noqa: PLC0415 - as above

    def actor(role: Role, *scopes: str) -> Actor:
        return Actor(tenant.id, people[0], "", paths[0], tuple(Grant(role, path) for path in scopes))

    admin, learner = actor(Role.TENANT_ADMIN, "/"), actor(Role.LEARNER, "/")
    leads, region = actor(Role.MANAGER, paths[1]), actor(Role.MANAGER, *paths[:40])
    rare, course = Wanted(verb=PASSED.id), Wanted(activity=iri("courses", 7))
    march = Wanted(since=START + timedelta(days=59), until=START + timedelta(days=90))
    asked = {
        "administrator, everything": (admin, Wanted()),
        "administrator, one activity": (admin, course),
        "administrator, a verb of 1 in 5,000": (admin, rare),
        "administrator, a month nine months ago": (admin, march),
        "administrator, a name of 11 people": (admin, "Person 1999"),
        "administrator, a name of 11,000 people": (admin, "Person 1"),
        "manager of 100 people": (leads, Wanted()),
        "manager of 100, one activity": (leads, course),
        "manager of 4,000 people": (region, Wanted()),
        "manager of 4,000, a verb of 1 in 5,000": (region, rare),
        "learner, their own": (learner, Wanted()),
    }

    def ask(who: Actor, asked: Wanted | str) -> Callable[[], Any]:
        text, wanted = (asked, Wanted()) if isinstance(asked, str) else ("", asked)

        def page() -> list[int]:
            """A page that has something, as the web app asks for it: on and on while it is empty."""
            after, asked_times, whose = None, 0, Whose(who, text)
            while True:
                found = browsing.page(whose, wanted, after, 50)
                asked_times += 1
                rows_of(who.tenant_id, found.items)
                if found.items or found.after is None:
                    if asked_times == 1:
                        browsing.count(whose, wanted)
                    return [len(found.items), asked_times]
                after = found.after

        return page

    return {name: ask(who, wanted) for name, (who, wanted) in asked.items()}


def main() -> None:
    """Fill, ask, print."""
    statements = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with database_of_its_own():
        os.environ["DJANGO_SETTINGS_MODULE"] = "alula.site.settings"
        import django  # noqa: PLC0415 - the database is chosen first

        django.setup()
        from django.core.management import call_command  # noqa: PLC0415 - as above
        from django.db import connection  # noqa: PLC0415 - as above

        call_command("migrate", verbosity=0)
        begun = time.monotonic()
        tenant, people, paths = fill(statements)
        print(f"{connection.vendor}: {statements:,} statements, filled in {time.monotonic() - begun:.0f} s")
        for name, page in questions(tenant, people, paths).items():
            walls, cpus, got = [], [], [0, 0]
            for _ in range(TIMES):
                wall, cpu = time.perf_counter(), time.process_time()
                got = page()
                walls.append(time.perf_counter() - wall)
                cpus.append(time.process_time() - cpu)
            print(
                f"  {name:42} {statistics.median(walls) * 1e3:7.1f} ms, slowest {max(walls) * 1e3:7.1f} ms,"
                f" CPU {statistics.median(cpus) * 1e3:6.1f} ms; {got[0]} rows in {got[1]} requests"
            )
        connection.close()


if __name__ == "__main__":
    main()
