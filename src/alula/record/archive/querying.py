"""Questions to a tenant's whole record in SQL: the archive and the tail of the table as one view, read-only.

The question runs in a DuckDB of its own that holds one tenant's rows and may open that tenant's files alone; its
configuration is locked before the question is looked at, and nothing but one SELECT is admitted.
"""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from alula.engines.files import chosen_files
from alula.kernel.errors import Refusal, register
from alula.record.archive import parquet
from alula.record.archive.models import PartitionRow
from alula.record.archive.parquet import ArchivedRow
from alula.record.archive.partitions import extent_of
from alula.record.archive.rows import pages
from alula.record.verbs import VOIDED

ROWS, SECONDS = 1000, 30.0
"""Rows of an answer, and time for a question, at most."""

register(
    "archive",
    {
        "only_select": {
            "zh": "只能提一个问题，且必须是 SELECT。",
            "en": "One question at a time, and it must be a SELECT.",
        },
        "query": {"zh": "查询有误。查询引擎的原话：“{why}”。", "en": "The query is not right: {why}"},
        "too_slow": {
            "zh": "查询超过 {seconds} 秒，已中止。",
            "en": "The query took more than {seconds} seconds and was stopped.",
        },
    },
)


@dataclass(frozen=True)
class QueryAnswer:
    """The columns and rows of an answer. `more`: there were rows beyond the limit."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    more: bool


def query(tenant_id: UUID, sql: str, *, limit: int = ROWS, seconds: float = SECONDS) -> QueryAnswer:
    """Ask one SELECT over `statements` (without voided ones) or `all_statements` of a tenant.

    The columns are those of `parquet.COLUMNS`; times are UTC, `body` is the JSON.

    Raises:
        Refusal: archive.only_select, archive.query, archive.too_slow (422); archive.engine_missing (503).
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="alula-query-")))
        connection = stack.enter_context(parquet.connected(folder / "tail.duckdb", folder))
        files = _gathered(connection, tenant_id, stack)
        _make_views(connection, files)
        _lock(connection, files)
        return _asked(connection, sql, limit, seconds)


def _gathered(connection: Any, tenant_id: UUID, stack: ExitStack) -> list[Path]:
    """Fill the table `tail`; the files beside it. Again, when somebody began to remove a month meanwhile."""
    while True:
        before = _partitions(tenant_id)
        connection.execute("DROP TABLE IF EXISTS tail")
        parquet.create_table(connection, "tail")
        for some in _tail(tenant_id, before):
            parquet.fill(connection, "tail", some)
        if _removing(_partitions(tenant_id)) == _removing(before):
            return [stack.enter_context(chosen_files().local(one.file)) for one in before]


def _partitions(tenant_id: UUID) -> list[PartitionRow]:
    return list(PartitionRow.objects.filter(tenant_id=tenant_id).order_by("month", "part"))


def _removing(partitions: Sequence[PartitionRow]) -> set[UUID]:
    return {one.id for one in partitions if one.removing_at is not None}


def _tail(tenant_id: UUID, partitions: Sequence[PartitionRow]) -> Iterator[list[ArchivedRow]]:
    """What no file holds."""
    tests: list[str] = ["1 = 1"]
    params: list[Any] = []
    for one in partitions:
        if one.removed_at is None:
            test, values = extent_of(one).condition()
            tests.append(f"NOT ({test})")
            params += values
    return pages(tenant_id, " AND ".join(tests), params)


def _make_views(connection: Any, files: Sequence[Path]) -> None:
    names = ", ".join(f'"{column}"' for column in parquet.COLUMNS)
    listed = ", ".join(parquet.quoted(file) for file in files)
    archived = f"SELECT {names} FROM read_parquet([{listed}]) UNION ALL " if files else ""  # noqa: S608 - our own files
    connection.execute(f"CREATE VIEW everything AS {archived}SELECT {names} FROM tail")  # noqa: S608 - as above
    voids = f"verb = '{VOIDED.id}'"
    connection.execute(
        "CREATE VIEW all_statements AS SELECT * REPLACE (voided OR (NOT "  # noqa: S608 - constants
        f"({voids}) AND id IN (SELECT ref FROM everything WHERE {voids} AND ref IS NOT NULL)) AS voided) FROM everything"
    )
    connection.execute("CREATE VIEW statements AS SELECT * FROM all_statements WHERE NOT voided")


def _lock(connection: Any, files: Sequence[Path]) -> None:
    """From here on: no file but these, no variables of this program, and no way back."""
    listed = ", ".join(parquet.quoted(file) for file in files)
    connection.execute("SET python_enable_replacements = false")
    connection.execute(f"SET allowed_paths = [{listed}]")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")


def _asked(connection: Any, sql: str, limit: int, seconds: float) -> QueryAnswer:
    import duckdb  # noqa: PLC0415 - an optional extra; it is there when a connection is

    over = threading.Event()

    def stop() -> None:
        over.set()
        connection.interrupt()

    timer = threading.Timer(seconds, stop)
    timer.start()
    try:
        said = connection.extract_statements(sql)
        if [one.type for one in said] != [duckdb.StatementType.SELECT]:
            raise Refusal("archive.only_select", status=422, field="sql")
        found = connection.execute(said[0])
        rows = found.fetchmany(limit + 1)
    except duckdb.Error as error:
        if over.is_set():
            raise Refusal("archive.too_slow", status=422, field="sql", seconds=f"{seconds:g}") from error
        why = str(error).strip().partition("\n")[0]
        raise Refusal("archive.query", status=422, field="sql", why=why) from error
    finally:
        timer.cancel()
        timer.join()
    columns = tuple(name for name, *_ in found.description)
    return QueryAnswer(columns, tuple(rows[:limit]), len(rows) > limit)
