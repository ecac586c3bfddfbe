"""A reader that counts who did what, as a real one does: for a benchmark that compares it with the table itself."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Sequence

from django.db import connection

from alula.record import facade as record
from alula.record.iri import person

TABLE = "CREATE TABLE bench_tally (tenant TEXT, verb TEXT, activity TEXT, many BIGINT, PRIMARY KEY (tenant, verb, activity))"


def _reset() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM bench_tally")


@record.reader("bench.tally", reset=_reset, batch=10_000)
def count(batch: Sequence[record.StoredStatement]) -> None:
    """Add a batch to the table."""
    many = Counter((one.tenant_id.hex, one.verb, one.activity) for one in batch)
    rows = [part for key, number in sorted(many.items()) for part in (*key, number)]
    places = ", ".join(["(%s, %s, %s, %s)"] * len(many))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO bench_tally (tenant, verb, activity, many) VALUES {places}"  # noqa: S608 - placeholders only
            " ON CONFLICT (tenant, verb, activity) DO UPDATE SET many = bench_tally.many + excluded.many",
            rows,
        )


class Tally:
    """The reader's table, and what it should hold."""

    def __init__(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(TABLE)

    def follow(self) -> None:
        """Everything there is."""
        record.run_readers("bench.tally")

    def rebuild_while_others_write(self) -> None:
        """Rebuild; a thousand statements come meanwhile, some before and some after the end that it saw."""
        writer = threading.Thread(target=_write)
        writer.start()
        record.rebuild("bench.tally")
        writer.join()
        record.run_readers("bench.tally")

    def result(self) -> dict[tuple[str, str, str], int]:
        """What the reader has counted."""
        return self._asked("SELECT tenant, verb, activity, many FROM bench_tally")

    def truth(self) -> dict[tuple[str, str, str], int]:
        """What there is to count, by the table of statements."""
        tenant = "replace(tenant_id::text, '-', '')" if connection.vendor == "postgresql" else "tenant_id"
        return self._asked(
            f"SELECT {tenant}, verb, activity, COUNT(*) FROM record_statement GROUP BY 1, 2, 3"  # noqa: S608 - constants
        )

    def _asked(self, sql: str) -> dict[tuple[str, str, str], int]:
        with connection.cursor() as cursor:
            cursor.execute(sql)
            return {(tenant, verb, activity): many for tenant, verb, activity, many in cursor.fetchall()}


def _write() -> None:
    from record_filters import LARGEST  # noqa: PLC0415 - a constant of the other script

    for number in range(100):
        course = record.Activity(id=f"https://alula.example/lessons/{number}")
        who = person(LARGEST, LARGEST)
        record.append(
            LARGEST, [record.Statement(actor=who, verb=record.COMPLETED, object=course) for _ in range(10)]
        )
    connection.close()
