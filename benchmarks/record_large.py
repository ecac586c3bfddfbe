"""Ten million statements: what every filter costs, pages that go on while others write, and a reader rebuilt over all.

Run: python benchmarks/record_large.py [statements] (10,000,000 when left out), with ALULA_DATABASE for PostgreSQL
(python tools/services.py -- ...). Needs 20 GB of disk for ten millions. The statements are loaded straight into the
tables, indexes made afterwards: only what comes then is measured. CPU is that of this process plus, on PostgreSQL, of
its server process.
"""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from uuid import uuid4

from record_measuring import backend, cpu_of, database_of_its_own, django_with_the_record
from record_world import HOME, World, load

ROUNDS, WARMING = 100, 5
FEWEST = 100_000
BAR = 0.020
"""Seconds of CPU, at the 95th percentile."""


def cpu_now(server: int | None) -> float:
    return time.process_time() + (cpu_of(server) if server else 0.0)


def percentile(times: list[float], part: float) -> float:
    return sorted(times)[min(len(times) - 1, int(len(times) * part))]


def filters(world: World) -> bool:
    """Print p50 and p95 of every filter; whether all are within the bar."""
    from record_filters import Lrs, cases  # noqa: PLC0415 - needs Django

    lrs, good = Lrs(), True
    for name, parameters in cases(world).items():
        server = backend()
        times, found = [], 0
        for number in range(ROUNDS + WARMING):
            asked = parameters()
            before = cpu_now(server)
            answer = lrs.get(asked)
            if number >= WARMING:
                times.append(cpu_now(server) - before)
                found += len(answer.get("statements", [answer]))
        p95 = percentile(times, 0.95)
        good = good and p95 <= BAR
        print(
            f"  {name:34} p50 {percentile(times, 0.5) * 1e3:6.1f} ms  p95 {p95 * 1e3:6.1f} ms  most {max(times) * 1e3:6.1f} ms"
            f"  {found / ROUNDS:5.1f} found{'' if p95 <= BAR else '   ABOVE THE BAR'}",
            flush=True,
        )
    return good


def pages_stand_still() -> bool:
    """Follow more-links while statements are written: whether each page goes on where the one before ended."""
    from record_filters import LARGEST, Lrs  # noqa: PLC0415 - needs Django

    lrs, seen, verb = Lrs(), [], "http://adlnet.gov/expapi/verbs/suspended"
    answer = lrs.get({"verb": verb})
    first = answer["statements"][0]["id"]
    for _ in range(30):
        seen += [one["id"] for one in answer["statements"]]
        lrs.post(
            {
                "actor": {"account": {"homePage": f"{HOME}{LARGEST}", "name": str(uuid4())}},
                "verb": {"id": verb},
                "object": {"id": "https://alula.example/lessons/1"},
            }
        )
        answer = lrs.at(answer["more"].removeprefix("/xapi/"))
    again, answer = [], lrs.get({"verb": verb})
    for _ in range(32):
        again += [one["id"] for one in answer["statements"]]
        answer = lrs.at(answer["more"].removeprefix("/xapi/"))
    at = again.index(first)
    return len(seen) == len(set(seen)) == 3000 and again[at : at + 3000] == seen


def timed(what: str, count: int, work: Callable[[], object]) -> None:
    """Run and print the rate."""
    server = backend()
    wall, cpu = time.perf_counter(), cpu_now(server)
    work()
    wall, cpu = time.perf_counter() - wall, cpu_now(server) - cpu
    print(
        f"{what:44} {count / wall:8.0f}/s   CPU {cpu / count * 1e6:5.1f} us a statement   {wall:.0f} s",
        flush=True,
    )


def rebuilt(world: World) -> bool:
    """Follow everything, rebuild it while more is written; whether both results are what the table itself says."""
    from record_following import Tally  # noqa: PLC0415 - needs Django

    tally = Tally()
    timed("a reader kept up over everything", world.count, tally.follow)
    live = tally.result() == tally.truth()
    timed("rebuilt while 1,000 more are written", world.count, tally.rebuild_while_others_write)
    again = tally.result() == tally.truth()
    print(
        f"the result kept up live is right: {live}; the rebuilt one is the same and right: {again}",
        flush=True,
    )
    return live and again


def main() -> int:
    """Load, ask, follow, rebuild."""
    numbers = [int(argument) for argument in sys.argv[1:] if argument.isdigit()]
    if numbers and numbers[0] < FEWEST:
        print(
            f"at least {FEWEST:,} statements: with fewer some filters have no values to be asked with",
            file=sys.stderr,
        )
        return 2
    world = World(numbers[0] if numbers else 10_000_000, datetime(2026, 11, 1, tzinfo=UTC))
    with database_of_its_own():
        django_with_the_record()
        timed(f"loaded {world.count:,} statements with all indexes", world.count, lambda: load(world))
        good = measure(world)
    return 0 if good else 1


def measure(world: World) -> bool:
    """Everything that is asked of a loaded record."""
    gc.collect()
    gc.freeze()  # as the server does; else the world's own lists are searched for garbage while requests are timed
    print("GET statements, CPU of one request:")
    fast = filters(world)
    still = pages_stand_still()
    print(
        f"30 more-links of 100 while others write: {'each goes on where the last ended' if still else 'BROKEN'}"
    )
    return all((fast, still, rebuilt(world)))


if __name__ == "__main__":
    sys.exit(main())
