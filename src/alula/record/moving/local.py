"""Export to and import from files of this machine, each resumed where it was stopped (`alula record export`, `import`)."""

from __future__ import annotations

import gzip
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

import msgspec

from alula.kernel import clock
from alula.kernel.errors import Refusal, register
from alula.record.hashed import hashed_id
from alula.record.moving import attachments, exporting, importing
from alula.record.moving.exporting import Extent, Wanted
from alula.record.moving.importing import Bad, Figures, Import, Progress
from alula.record.moving.models import TransferRow
from alula.record.moving.sources import Source

AT_ONCE = 20_000
"""Statements after which an export notes where it is."""

register(
    "moving",
    {
        "file_exists": {
            "zh": "文件 {file} 已存在；如需覆盖请加 --replace。",
            "en": "The file {file} exists already; --replace writes over it.",
        }
    },
)


class ReportFile:
    """The bad lines of an import as JSON Lines beside the file; there only when there is something in it."""

    def __init__(self, file: Path, language: str) -> None:
        self.path, self._language = file.with_name(f"{file.name}.bad.jsonl"), language
        self._file: BinaryIO | None = None

    def write(self, bad: Sequence[Bad]) -> None:
        if bad and self._file is None:
            self._file = self.path.open("ab")
        for one in bad:
            assert self._file is not None
            self._file.write(line_of(one, self._language))

    def settle(self) -> int:
        if self._file is None:
            return self.path.stat().st_size if self.path.exists() else 0
        self._file.flush()
        os.fsync(self._file.fileno())
        return self._file.tell()

    def cut(self, size: int) -> None:
        if not self.path.exists():
            return
        if not size:
            self.path.unlink()
            return
        with self.path.open("r+b") as file:
            file.truncate(size)


def line_of(bad: Bad, language: str) -> bytes:
    """A bad line as JSON with the line's end: line, code, field, sentence, and whether it was kept nevertheless."""
    told = {
        "line": bad.number,
        "code": bad.refusal.code,
        "field": bad.refusal.field,
        "sentence": bad.refusal.sentence(language),
        "kept": bad.kept,
    }
    return msgspec.json.encode({name: value for name, value in told.items() if value is not None}) + b"\n"


@dataclass(frozen=True)
class Imported:
    """What an import did, and where its bad lines are (None when there are none)."""

    figures: Figures
    report: Path | None


def import_file(
    tenant_id: UUID,
    file: Path,
    *,
    all_or_nothing: bool,
    language: str,
    progress: Progress,
    by: UUID | None = None,
) -> Imported:
    """Import a file; stopped before, it goes on. Who does it (`by`) is named in the record when it is finished.

    Raises:
        Refusal: moving.* (400): not a file of statements, damaged, or, with `all_or_nothing`, something is wrong.
        OSError: it cannot be read.
    """
    with file.open("rb") as raw:
        source = Source.of(raw)
        row = importing.begin(tenant_id, source, name=file.name, all_or_nothing=all_or_nothing)
        report = ReportFile(file, language)
        one = Import(row, source, report, attachments.Attachments(attachments.beside(file)), by=by)
        if all_or_nothing:
            importing.all_or_nothing(one, progress=progress)
        else:
            importing.keep_good(one, progress=progress)
    return Imported(one.figures, report.path if report.path.exists() else None)


@dataclass(frozen=True)
class Exported:
    """What an export wrote. `attachments_missing` counts those whose bytes are not kept here."""

    statements: int
    attachments: int
    attachments_missing: int


def export_file(
    tenant_id: UUID,
    file: Path,
    asked: Wanted,
    *,
    replace: bool,
    progress: Progress,
    by: UUID | None = None,
) -> Exported:
    """Export to a file, packed when its name ends with .gz; stopped before, it goes on. `by` as for an import.

    It is written as FILE.part and gets its name when it is whole. Attachments go into FILE.attachments.tar.

    Raises:
        Refusal: moving.file_exists (409).
        OSError: it cannot be written.
    """
    if file.exists() and not replace:
        raise Refusal("moving.file_exists", status=409, file=file)
    row, part = _begin(tenant_id, file, asked), file.with_name(f"{file.name}.part")
    tar = attachments.beside(file).with_name(f"{attachments.beside(file).name}.part")
    over, figures = Extent(**row.asked["extent"]), row.figures
    put_aside: set[str] = set()
    with _at(part, row.place["bytes"]) as out, _at(tar, row.place["tar"]) as packed:
        coming = exporting.lines(tenant_id, asked, over, row.place["after"])
        while some := [line for _, line in zip(range(AT_ONCE), coming, strict=False)]:
            text = b"".join(line.text for line in some)
            out.write(gzip.compress(text, 6) if file.suffix == ".gz" else text)
            for sha2 in {sha2 for line in some for sha2 in line.attachments} - put_aside:
                there = attachments.add(packed, tenant_id, sha2)
                figures["attachments" if there else "attachments_missing"] += 1
                put_aside.add(sha2)
            figures["statements"] += len(some)
            row.place = {"after": some[-1].position, "bytes": _settled(out), "tar": _settled(packed)}
            row.done = some[-1].position - over.first
            row.save(update_fields=["place", "figures", "done"])
            progress(row.done, row.of)
        attachments.close(packed)
        _settled(packed)
    part.replace(file)
    if figures["attachments"]:
        tar.replace(attachments.beside(file))
    else:
        tar.unlink()
    exporting.finish(row, by)
    progress(row.of, row.of)
    return Exported(**figures)


def _begin(tenant_id: UUID, file: Path, asked: Wanted) -> TransferRow:
    """The transfer to this file: one that was stopped and whose part is still there, else a new one."""
    key = str(hashed_id(file.resolve(), msgspec.json.encode(asked)))
    row, fresh = TransferRow.objects.get_or_create(
        tenant_id=tenant_id, kind="export", key=key, defaults={"created_at": clock.now()}
    )
    part = file.with_name(f"{file.name}.part")
    whole = part.exists() and part.stat().st_size >= row.place.get("bytes", 0)
    if fresh or row.finished_at is not None or not whole:
        over = exporting.extent(tenant_id)
        row.asked = {"name": file.name, "extent": over._asdict(), **msgspec.to_builtins(asked)}
        row.place = {"after": over.first, "bytes": 0, "tar": 0}
        row.figures = {"statements": 0, "attachments": 0, "attachments_missing": 0}
        row.of, row.done, row.finished_at = over.last - over.first, 0, None
        row.save()
    return row


def _at(path: Path, size: int) -> BinaryIO:
    """The file, cut to what was noted of it, to be written on."""
    file = path.open("ab")
    file.truncate(size)
    file.seek(size)
    return file


def _settled(file: BinaryIO) -> int:
    file.flush()
    os.fsync(file.fileno())
    return file.tell()
