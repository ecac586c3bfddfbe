"""What the record costs: appending and following, per statement, on the engine that ALULA_DATABASE names (SQLite when empty).

Prints statements per second and CPU microseconds per statement, of this process and (on PostgreSQL of this machine) of
its server process. Works in a database of its own. Run: make bench, or python benchmarks/record.py [statements] [--spine]
With --spine also runs the concurrency test at its full size: 8 writing processes x 10,000 statements, two readers.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlparse
from uuid import UUID, uuid4

ROOT = Path(__file__).resolve().parent.parent
TENANT = UUID(int=1)
CLOCK_TICK = os.sysconf("SC_CLK_TCK")


@contextmanager
def database_of_its_own() -> Iterator[str]:
    """A fresh database on the engine in use; gives its URL, empty for SQLite."""
    url = os.environ.get("ALULA_DATABASE", "")
    with tempfile.TemporaryDirectory(prefix="alula-bench-") as folder:
        os.environ["ALULA_DATA"] = folder
        if not url:
            yield ""
            return
        import psycopg  # noqa: PLC0415 - an optional extra, needed on PostgreSQL only

        name = f"alula_bench_{uuid4().hex[:12]}"
        with psycopg.connect(url, autocommit=True) as admin:
            admin.execute(f"CREATE DATABASE {name}")
            os.environ["ALULA_DATABASE"] = urlparse(url)._replace(path=f"/{name}").geturl()
            try:
                yield os.environ["ALULA_DATABASE"]
            finally:
                os.environ["ALULA_DATABASE"] = url
                admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


def server_cpu() -> float | None:
    """CPU seconds of the server process of our connection, when it runs on this machine."""
    from django.db import connection  # noqa: PLC0415 - Django is configured first

    if connection.vendor != "postgresql":
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        stat = Path(f"/proc/{cursor.fetchone()[0]}/stat")
    if not stat.exists():
        return None
    fields = stat.read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / CLOCK_TICK


def measure(what: str, statements: int, work: Callable[[], None]) -> None:
    """Run the work once and print its figures per statement."""
    wall, cpu, server = time.perf_counter(), time.process_time(), server_cpu()
    work()
    wall, cpu, after = time.perf_counter() - wall, time.process_time() - cpu, server_cpu()
    there = (
        f", server {(after - server) / statements * 1e6:5.0f} us"
        if server is not None and after is not None
        else ""
    )
    print(f"{what:44} {statements / wall:8.0f}/s   CPU per statement {cpu / statements * 1e6:5.0f} us{there}")


def main(count: int) -> None:
    """Append one by one, append by hundreds, follow them all twice."""
    import django  # noqa: PLC0415 - after the environment names the database
    from django.conf import settings  # noqa: PLC0415 - as above
    from django.core.management import call_command  # noqa: PLC0415 - as above

    from alula.site.settings import DATABASES  # noqa: PLC0415 - as above

    settings.configure(DATABASES=DATABASES, INSTALLED_APPS=["alula.kernel", "alula.record"], USE_TZ=True)
    django.setup()
    call_command("migrate", verbosity=0)
    from alula.record import facade as record  # noqa: PLC0415 - needs Django

    def one(number: int) -> record.Statement:
        course = record.iri("courses", number % 200)
        return record.Statement(
            actor=record.person(TENANT, UUID(int=number % 5000)),
            verb=record.COMPLETED,
            object=record.Activity(
                id=course,
                definition=record.ActivityDefinition(
                    type="http://adlnet.gov/expapi/activities/course",
                    name={
                        "zh": f"门店服务第 {number % 200} 课",
                        "en": f"Shop service, lesson {number % 200}",
                    },
                ),
            ),
            result=record.Result(
                score=record.Score(scaled=0.82, raw=82.0, min=0.0, max=100.0),
                success=True,
                completion=True,
                duration=record.iso_duration(412.4),
            ),
            context=record.Context(registration=uuid4(), platform="Alula", language="zh-CN"),
        )

    size = len(record.to_json(one(1)).encode())
    print(f"{DATABASES['default']['ENGINE'].rpartition('.')[2]}, statements of {size} bytes")
    singles = max(200, count // 20)
    measure(
        "build and encode, nothing written",
        count,
        lambda: [record.to_json(one(n)) for n in range(count)] and None,
    )
    measure(
        "append, one a transaction",
        singles,
        lambda: [record.append(TENANT, [one(n)]) for n in range(singles)] and None,
    )
    measure(
        "append, a hundred a transaction",
        count,
        lambda: (
            [record.append(TENANT, [one(n + k) for k in range(100)]) for n in range(0, count, 100)] and None
        ),
    )
    total = singles + count // 100 * 100
    record.reader("bench.columns")(lambda _: None)
    record.reader("bench.bodies")(lambda batch: [stored.statement for stored in batch] and None)
    measure("follow, columns only", total, lambda: check(record.run_readers("bench.columns"), total))
    measure("follow, bodies decoded", total, lambda: check(record.run_readers("bench.bodies"), total))


def check(handled: int, expected: int) -> None:
    """A figure counts only when the work was done."""
    if handled != expected:
        sys.exit(f"the reader handled {handled} of {expected}")


def spine(url: str) -> None:
    """The concurrency test at its full size, on the engine in use."""
    engine = "postgresql" if url else "sqlite"
    environment = {**os.environ, "ALULA_TEST_SPINE_EACH": "10000", "ALULA_TEST_POSTGRES": url}
    test = ROOT / "src/alula/record/tests/test_record_spine.py"
    paths = [str(test.parent), str(ROOT / "src")]
    environment |= {"PYTHONPATH": os.pathsep.join(paths), "DJANGO_SETTINGS_MODULE": "spine_settings"}
    began = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "pytest", "-q", str(test), "-k", f"eight and {engine}", "--durations=0"],
        check=True,
        cwd=ROOT,
        env=environment,
    )
    print(
        f"8 writers x 10,000, two readers: none skipped, none twice; {time.perf_counter() - began:.0f} s with the check"
    )


if __name__ == "__main__":
    numbers = [int(argument) for argument in sys.argv[1:] if argument.isdigit()]
    with database_of_its_own() as url:
        main(numbers[0] if numbers else 20_000)
    if "--spine" in sys.argv:
        spine(os.environ.get("ALULA_DATABASE", ""))
