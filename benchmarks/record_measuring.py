"""What the benchmarks of the record share: a database of their own, Django on it, CPU time of processes."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlparse
from uuid import uuid4

ROOT = Path(__file__).resolve().parent.parent


@contextmanager
def database_of_its_own() -> Iterator[str]:
    """A fresh database on the engine that ALULA_DATABASE names, in a folder of its own; gives its URL, empty for SQLite."""
    url = os.environ.get("ALULA_DATABASE", "")
    with tempfile.TemporaryDirectory(prefix="alula-bench-") as folder:
        os.environ["ALULA_DATA"] = folder
        os.environ["ALULA_FILES"] = f"{folder}/files"
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


def django_with_the_record() -> None:
    """Django with the record's tables alone, migrated, in the environment's database."""
    import django  # noqa: PLC0415 - after the environment names the database
    from django.conf import settings  # noqa: PLC0415 - as above
    from django.core.management import call_command  # noqa: PLC0415 - as above

    from alula.site.settings import DATABASES  # noqa: PLC0415 - as above

    settings.configure(DATABASES=DATABASES, INSTALLED_APPS=["alula.kernel", "alula.record"], USE_TZ=True)
    django.setup()
    call_command("migrate", verbosity=0)


def cpu_of(process: int) -> float:
    """CPU seconds that a process and its threads have used, to the nanosecond where the kernel says so."""
    total = 0
    for thread in Path(f"/proc/{process}/task").iterdir():
        total += int((thread / "schedstat").read_text().split()[0])
    return total / 1e9


def backend() -> int | None:
    """The process at the other end of Django's connection, when it runs on this machine; None on SQLite."""
    from django.db import connection  # noqa: PLC0415 - Django is configured first

    if connection.vendor != "postgresql":
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        pid = int(cursor.fetchone()[0])
    return pid if Path(f"/proc/{pid}/schedstat").exists() else None
