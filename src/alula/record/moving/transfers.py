"""Imports and exports that the app asks for: done by jobs in short slices, so that other jobs have their turn.

Files lie in `engines.files` below `moving/<tenant>/<transfer>/`: what an export wrote, the bad lines of an import. A slice
ends with the place where the next one goes on; a slice that dies is done again and writes the same files again.
"""

from __future__ import annotations

import gzip
import io
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO, Literal, cast
from uuid import UUID

import msgspec
from django.db import transaction

from alula.engines.files import chosen_files
from alula.kernel import clock, jobs
from alula.kernel.errors import Refusal, not_found
from alula.kernel.ids import new_id
from alula.record.moving import attachments, exporting, importing
from alula.record.moving.exporting import Extent, Wanted
from alula.record.moving.importing import Bad, Import
from alula.record.moving.local import line_of
from alula.record.moving.models import TransferRow
from alula.record.moving.sources import Source

SLICE_SECONDS = 2.0
IN_PART = 5000
"""Statements in one part of an export; the parts are joined at the end."""

KIND = "record.transfer"
Form = Literal["jsonl", "json"]


@dataclass(frozen=True)
class Transfer:
    """How far an import or export is.

    Attributes:
        state: "waiting", "running", "done", "refused" (see `problem`) or "failed" (a fault of ours).
        done, of: bytes of the file read, or places of the record passed.
        figures: counts by name, as `ImportFigures` or `Exported` have them.
        file: key in the files of what an export wrote; "" before it is done, and for imports.
        attachments: key of their archive; "" when there are none.
        report: key of the bad lines of an import; "" when there are none.
        problem: the sentence of the refusal.
    """

    id: UUID
    kind: str
    name: str
    state: str
    done: int
    of: int
    figures: Mapping[str, int]
    file: str
    attachments: str
    report: str
    problem: str
    created_at: datetime
    finished_at: datetime | None


def start_import(
    tenant_id: UUID,
    file_key: str,
    name: str,
    *,
    all_or_nothing: bool,
    language: str,
    by: UUID | None = None,
) -> UUID:
    """Ask for the import of a file that lies in the files, in the caller's transaction; the id of the transfer.

    The file is taken away when it was read. Who asks (`by`) is named in the record when it is finished.

    Raises:
        Refusal: kernel.not_found (404), when there is no such file.
    """
    with chosen_files().open(file_key) as raw:
        size = Source.of(raw).size
    asked = {
        "name": name,
        "file": file_key,
        "all_or_nothing": all_or_nothing,
        "language": language,
        "by": by and str(by),
    }
    return _start(tenant_id, "import", asked, size)


def start_export(
    tenant_id: UUID, asked: Wanted, name: str, *, form: Form = "jsonl", by: UUID | None = None
) -> UUID:
    """Ask for an export of what is in the record now, in the caller's transaction; the id of the transfer.

    It becomes JSON Lines or one JSON array, packed by gzip. `by` as for an import.
    """
    over = exporting.extent(tenant_id)
    wanted = msgspec.to_builtins(asked)
    return _start(
        tenant_id,
        "export",
        {"name": name, "extent": over._asdict(), "wanted": wanted, "form": form, "by": by and str(by)},
        over.last - over.first,
    )


def _start(tenant_id: UUID, kind: str, asked: dict[str, Any], of: int) -> UUID:
    own = new_id()
    with transaction.atomic():
        TransferRow.objects.create(
            id=own, tenant_id=tenant_id, kind=kind, key=str(own), asked=asked, of=of, created_at=clock.now()
        )
        jobs.enqueue(KIND, {"transfer": str(own)}, key=f"{own} 0", tenant_id=tenant_id)
    return own


def transfer(tenant_id: UUID, transfer_id: UUID) -> Transfer:
    """One import or export that the app asked for.

    Raises:
        Refusal: kernel.not_found (404).
    """
    row = TransferRow.objects.filter(tenant_id=tenant_id, id=transfer_id).first()
    if row is None or str(row.id) != row.key:
        raise not_found()
    return _card(row)


def transfers_of(tenant_id: UUID, *, limit: int = 50) -> list[Transfer]:
    """The newest imports and exports that the app asked for."""
    rows = TransferRow.objects.filter(tenant_id=tenant_id, kind__in=("import", "export"))
    newest = rows.filter(asked__has_key="name").order_by("-created_at")[:limit]
    return [_card(row) for row in newest if str(row.id) == row.key]


def _card(row: TransferRow) -> Transfer:
    job = jobs.state_of(KIND, f"{row.id} {row.place.get('slice', 0)}")
    state: str = "done" if row.finished_at else (job.state if job else "waiting")
    if row.place.get("problem"):
        state = "refused"
    elif state == "waiting" and row.place:
        state = "running"
    return Transfer(
        id=row.id,
        kind=row.kind,
        name=row.asked["name"],
        state=state,
        done=row.done,
        of=row.of,
        figures=row.figures,
        file=row.place.get("file", ""),
        attachments=row.place.get("tar", ""),
        report=row.place.get("bad", ""),
        problem=row.place.get("problem", ""),
        created_at=row.created_at,
        finished_at=row.finished_at,
    )


@jobs.handler(KIND)
def work(payload: dict[str, Any], _progress: jobs.Progress) -> None:
    """One slice of a transfer; the next one is asked for in the transaction that ends it."""
    row = TransferRow.objects.filter(id=payload["transfer"]).first()
    if row is None or row.place.get("over"):
        return
    end = time.monotonic() + SLICE_SECONDS
    try:
        over = row.finished_at is not None or (_import if row.kind == "import" else _export)(row, end)
    except Refusal as refusal:
        if refusal.status == 503:
            raise
        _finish(row, problem=refusal.sentence(row.asked.get("language", "zh")))
        return
    if over:
        _finish(row)
        return
    number = row.place.get("slice", 0) + 1
    with transaction.atomic():
        row.place = {**row.place, "slice": number}
        row.save(update_fields=["place"])
        jobs.enqueue(KIND, payload, key=f"{row.id} {number}", tenant_id=row.tenant_id)


def _finish(row: TransferRow, **more: str) -> None:
    """Join the parts of what was written, then say that it is over."""
    place = {**row.place, **more, "over": True}
    form = row.asked.get("form", "jsonl")
    for name, parts, end in (
        ("bad", "bad.jsonl", b""),
        ("file", f"statements.{form}.gz", gzip.compress(b"\n]\n") if form == "json" else b""),
        ("tar", "attachments.tar", b"\0" * attachments.BLOCK * 2),
    ):
        if key := _joined(row, name, parts, end):
            place[name] = key
    row.place = place
    if row.finished_at is None and row.kind == "export":
        exporting.finish(row, _by(row))
    else:
        row.finished_at, row.done = row.finished_at or clock.now(), row.of
        row.save(update_fields=["place", "finished_at", "done"])
    if row.kind == "import":
        chosen_files().delete(row.asked["file"])
    for name in ("bad", "file", "tar"):
        for key in list(chosen_files().keys(_folder(row, f"{name}-parts"))):
            chosen_files().delete(key)


def _by(row: TransferRow) -> UUID | None:
    by = row.asked.get("by")
    return UUID(by) if by else None


def _folder(row: TransferRow, *names: str) -> str:
    return "/".join(["moving", row.tenant_id.hex, row.id.hex, *names])


def _part(row: TransferRow, name: str, number: int) -> str:
    return _folder(row, f"{name}-parts", f"{number:015}")


def _joined(row: TransferRow, name: str, file: str, end: bytes) -> str:
    """Join the parts `name` into one file; its key, or "" when there are none."""
    files = chosen_files()
    keys = list(files.keys(_folder(row, f"{name}-parts")))
    if not keys:
        return ""
    key = _folder(row, file)
    files.put(key, cast("BinaryIO", _Joined(keys, end)))
    return key


class _Joined(io.RawIOBase):
    """Several files, and some bytes behind them, read as one."""

    def __init__(self, keys: Sequence[str], end: bytes) -> None:
        self._keys, self._end = list(keys), end
        self._open: BinaryIO | None = None

    def read(self, size: int = -1, /) -> bytes:
        while self._open is not None or self._keys:
            if self._open is None:
                self._open = chosen_files().open(self._keys.pop(0))
            if piece := self._open.read(size):
                return piece
            self._open.close()
            self._open = None
        end, self._end = self._end, b""
        return end


class _Parts:
    """The bad lines of an import as parts, one for each batch that has some: written again they are the same."""

    def __init__(self, row: TransferRow) -> None:
        self._row = row

    def write(self, bad: Sequence[Bad]) -> None:
        if bad:
            language = self._row.asked["language"]
            lines = b"".join(line_of(one, language) for one in bad)
            chosen_files().put(_part(self._row, "bad", bad[0].number), lines)

    def settle(self) -> int:
        return 0

    def cut(self, size: int) -> None:
        """Nothing is to be cut: what is done again has the name that it had."""


def _import(row: TransferRow, end: float) -> bool:
    slice_number = row.place.get("slice", 0)
    with chosen_files().open(row.asked["file"]) as raw:
        one = Import(row, Source.of(raw), _Parts(row), attachments.Attachments(None), by=_by(row))
        if row.asked["all_or_nothing"]:
            importing.all_or_nothing(one)
            return True
        over = importing.keep_good(one, go_on=lambda: time.monotonic() < end)
    row.place = {**row.place, "slice": slice_number}
    return over


def _export(row: TransferRow, end: float) -> bool:
    """Parts of an export until the time is over: statements, and the attachments that they name."""
    over, asked = Extent(**row.asked["extent"]), Wanted(**row.asked["wanted"])
    place = {"after": over.first, "part": 0, **row.place}
    figures = {"statements": 0, "attachments": 0, "attachments_missing": 0, **row.figures}
    coming = exporting.lines(row.tenant_id, asked, over, place["after"])
    while time.monotonic() < end:
        some = [line for _, line in zip(range(IN_PART), coming, strict=False)]
        if not some:
            return True
        text = b"".join(line.text for line in some)
        if row.asked.get("form") == "json":
            text = (b",\n" if place["part"] else b"[\n") + b",\n".join(line.text.rstrip() for line in some)
        chosen_files().put(_part(row, "file", place["part"]), gzip.compress(text, 6))
        _export_attachments(row, place["part"], {sha2 for line in some for sha2 in line.attachments}, figures)
        figures["statements"] += len(some)
        place = {**place, "after": some[-1].position, "part": place["part"] + 1}
        row.place, row.figures, row.done = place, figures, some[-1].position - over.first
        row.save(update_fields=["place", "figures", "done"])
    return False


def _export_attachments(row: TransferRow, part: int, named: set[str], figures: dict[str, int]) -> None:
    packed = io.BytesIO()
    for sha2 in sorted(named):
        there = attachments.add(packed, row.tenant_id, sha2)
        figures["attachments" if there else "attachments_missing"] += 1
    if packed.tell():
        packed.seek(0)
        chosen_files().put(_part(row, "tar", part), packed)
