"""Parquet files of statements, written and read by DuckDB (docs/decisions/0011-archive.md)."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import numpy as np

from alula.kernel.errors import Refusal, register

MEMORY = "512MB"
"""What DuckDB may use; beyond it, it works on the disk."""

PAGE = 5000
ROW_GROUP = 20_000
"""Rows that are read together: small enough that one statement is found by reading little."""

COLUMNS = {
    "position": "BIGINT",
    "txid": "BIGINT",
    "id": "UUID",
    "actor": "VARCHAR",
    "verb": "VARCHAR",
    "activity": "VARCHAR",
    "registration": "UUID",
    "ref": "UUID",
    "authority": "VARCHAR",
    "stored": "TIMESTAMP",
    "timestamp": "TIMESTAMP",
    "voided": "BOOLEAN",
    "body": "VARCHAR",
}
"""The columns of a file, in order; times are UTC. docs/record.md tells what they hold."""

register(
    "archive",
    {
        "engine_missing": {
            "zh": "归档需要 DuckDB，请安装：pip install 'alula[archive]'。",
            "en": "The archive needs DuckDB. Install it: pip install 'alula[archive]'.",
        }
    },
)


class ArchivedRow(NamedTuple):
    """A statement with all columns of the table but the tenant."""

    position: int
    txid: int
    id: UUID
    actor: str
    verb: str
    activity: str
    registration: UUID | None
    ref: UUID | None
    authority: str
    stored: datetime
    timestamp: datetime
    voided: bool
    body: str


class Digest:
    """A hash over rows, whichever way they were read. Whether a statement is voided may change later and is left out."""

    def __init__(self) -> None:
        self.rows = 0
        self._hash = hashlib.sha256()

    def add(self, row: ArchivedRow) -> None:
        self.rows += 1
        self._hash.update(repr((*row[:11], row.body)).encode())

    def hexdigest(self) -> str:
        return self._hash.hexdigest()


@contextmanager
def connected(file: Path | str = ":memory:", folder: Path | None = None) -> Iterator[Any]:
    """A connection of DuckDB of its own, with bounded memory.

    Raises:
        Refusal: archive.engine_missing (503).
    """
    try:
        import duckdb  # noqa: PLC0415 - an optional extra: who does not archive does not need it
    except ImportError as error:
        raise Refusal("archive.engine_missing", status=503) from error
    config: dict[str, Any] = {
        "memory_limit": MEMORY,
        "threads": 2,
        "autoinstall_known_extensions": False,
        "temp_directory": str(folder) if folder else "",
    }
    with duckdb.connect(str(file), config=config) as connection:
        yield connection


def quoted(path: Path) -> str:
    """A path as a text of SQL."""
    return "'" + str(path).replace("'", "''") + "'"


def create_table(connection: Any, name: str) -> None:
    """An empty table with the columns of a file."""
    columns = ", ".join(f'"{column}" {kind}' for column, kind in COLUMNS.items())
    connection.execute(f"CREATE TABLE {name} ({columns})")


def fill(connection: Any, name: str, rows: Sequence[ArchivedRow]) -> None:
    """Put some rows into such a table."""
    page = {
        column: _column(kind, [row[at] for row in rows]) for at, (column, kind) in enumerate(COLUMNS.items())
    }
    names = ", ".join(f'"{column}"' for column in COLUMNS)
    assert page  # read by DuckDB under its name
    connection.execute(f"INSERT INTO {name} SELECT {names} FROM page")  # noqa: S608 - names of this module


def _column(kind: str, values: list[Any]) -> Any:
    if kind == "BIGINT":
        return np.array(values, dtype=np.int64)
    if kind == "BOOLEAN":
        return np.array(values, dtype=bool)
    if kind == "TIMESTAMP":
        return np.array([one.astimezone(UTC).replace(tzinfo=None) for one in values], dtype="datetime64[us]")
    if kind == "UUID":
        values = [None if one is None else str(one) for one in values]
    return np.array(values, dtype=object)


@contextmanager
def written(pages: Iterable[Sequence[ArchivedRow]], digest: Digest) -> Iterator[Path]:
    """A file with these rows, for the time of the block; each is added to the digest."""
    with tempfile.TemporaryDirectory(prefix="alula-archive-") as name:
        folder = Path(name)
        file = folder / "part.parquet"
        with connected(folder / "part.duckdb", folder) as connection:
            create_table(connection, "part")
            for rows in pages:
                fill(connection, "part", rows)
                for row in rows:
                    digest.add(row)
            connection.execute(
                f"COPY part TO {quoted(file)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROW_GROUP})"
            )
        (folder / "part.duckdb").unlink()
        yield file


def read(files: Sequence[Path], rest: str = "", params: Sequence[Any] = ()) -> Iterator[ArchivedRow]:
    """Rows of files by the rest of a SELECT, in pieces: memory stays flat."""
    names = ", ".join(f'"{column}"' for column in COLUMNS)
    listed = ", ".join(quoted(file) for file in files)
    with connected() as connection:
        found = connection.execute(f"SELECT {names} FROM read_parquet([{listed}]) {rest}", list(params))  # noqa: S608 - our own files; `rest` is made of constants
        while some := found.fetchmany(PAGE):
            yield from (_row(one) for one in some)


def _row(one: Sequence[Any]) -> ArchivedRow:
    stored, timestamp = (moment.replace(tzinfo=UTC) for moment in one[9:11])
    return ArchivedRow(*[*one[:9], stored, timestamp, *one[11:]])


def digest_of(file: Path) -> Digest:
    """The digest over all rows of a file, read again from its beginning."""
    digest = Digest()
    for row in read([file], "ORDER BY position"):
        digest.add(row)
    return digest
