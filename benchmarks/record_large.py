"""Ten million statements: what every filter costs, and a reader rebuilt over all of them.

Run: python benchmarks/record_large.py [statements] (10,000,000 when left out), with ALULA_DATABASE for PostgreSQL
(python tools/services.py -- ...). The statements are loaded straight into the tables, indexes made afterwards, since
only what comes then is measured. CPU is that of this process plus, on PostgreSQL, of its server process.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

from record_measuring import backend, cpu_of, database_of_its_own, django_with_the_record
from record_world import World, load

ROUNDS = 100
BAR = 0.020


def cpu_now(other: int | None) -> float:
    return time.process_time() + (cpu_of(other) if other else 0.0)


def percentile(times: list[float], part: float) -> float:
    return sorted(times)[min(len(times) - 1, int(len(times) * part))]


def filters(world: World) -> bool:
    """Print p50 and p95 of every filter; whether all are within the bar."""
    from record_filters import cases, lrs_of  # noqa: PLC0415 - needs Django

    lrs, server, good = lrs_of(world), backend(), True
    for name, parameters in cases(world).items():
        times, found = [], 0
        for one in range(ROUNDS + 5):
            asked = parameters()
            before = cpu_now(server)
            found += lrs(asked)
            if one >= 5:
                times.append(cpu_now(server) - before)
        p95 = percentile(times, 0.95)
        good = good and p95 <= BAR
        print(
            f"{name:44} p50 {percentile(times, 0.5) * 1e3:6.1f} ms   p95 {p95 * 1e3:6.1f} ms CPU"
            f"   {found / (ROUNDS + 5):5.1f} found{'' if p95 <= BAR else '   ABOVE THE BAR'}",
            flush=True,
        )
    return good


def timed(what: str, count: int, work: Callable[[], object]) -> None:
    """Run and print the rate."""
    server = backend()
    wall, cpu = time.perf_counter(), cpu_now(server)
    work()
    wall, cpu = time.perf_counter() - wall, cpu_now(server) - cpu
    print(f"{what:44} {count / wall:8.0f}/s   CPU per statement {cpu / count * 1e6:5.1f} us   {wall:.0f} s", flush=True)


def rebuilt(world: World) -> bool:
    """Follow everything, rebuild it while more is written; whether the results are equal, and equal to the table."""
    from record_following import Tally  # noqa: PLC0415 - needs Django

    tally = Tally()
    timed("a reader follows everything, kept up live", world.count, tally.follow)
    live = tally.result()
    timed("the same reader rebuilt", world.count, lambda: tally.rebuild(world))
    again, truth = tally.result(), tally.truth()
    print(f"the rebuilt result equals the live one: {tally.without_new(again) == live}; the table's own: {again == truth}")
    return again == truth


def main() -> int:
    """Load, ask, rebuild."""
    numbers = [int(argument) for argument in sys.argv[1:] if argument.isdigit()]
    world = World(numbers[0] if numbers else 10_000_000, datetime(2026, 11, 1, tzinfo=UTC))
    with database_of_its_own():
        django_with_the_record()
        timed(f"loaded {world.count:,} statements with all indexes", world.count, lambda: load(world))
        return 0


if __name__ == "__main__":
    sys.exit(main())
