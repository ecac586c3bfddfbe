"""Imports and exports that administrators ask for, and the months of the archive."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import BinaryIO, cast
from urllib.parse import quote
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, StreamingHttpResponse
from ninja import File, Form, Router, UploadedFile
from ninja.responses import Status

from alula.engines.files import chosen_files
from alula.kernel.errors import Refusal, not_found, register
from alula.kernel.http import language_of
from alula.kernel.ids import new_id
from alula.record.api.keeping import keeper
from alula.record.api.moving_schemas import (
    ArchivedMonth,
    NewExportIn,
    RecordTransfer,
    TransferKind,
    TransferState,
)
from alula.record.api.periods import span_of
from alula.record.archive.partitions import Partition, partitions_of
from alula.record.moving import exporting, transfers
from alula.record.moving.transfers import Transfer

router = Router()
MOST_BYTES = 512 * 1024 * 1024
"""Of a file that comes through the page; larger ones are imported by the command."""

PIECE = 256 * 1024

register(
    "moving",
    {
        "file_size": {
            "zh": "文件超过 {most} MiB，请用命令 alula record import 导入。",
            "en": "The file has more than {most} MiB; please import it by the command alula record import.",
        },
    },
)


def _row(one: Transfer) -> RecordTransfer:
    return RecordTransfer(
        id=one.id,
        kind=cast("TransferKind", one.kind),
        name=one.name,
        state=cast("TransferState", one.state),
        done=one.done,
        of=one.of,
        figures=dict(one.figures),
        has_file=bool(one.file),
        has_attachments=bool(one.attachments),
        has_report=bool(one.report),
        problem=one.problem,
        created_at=one.created_at,
        finished_at=one.finished_at,
    )


@router.get("/transfers", response=list[RecordTransfer])
def list_transfers(request: HttpRequest) -> list[RecordTransfer]:
    """The newest 50 imports and exports that were asked for here."""
    return [_row(one) for one in transfers.transfers_of(keeper(request).tenant_id)]


@router.post("/imports", response={202: RecordTransfer})
def import_statements(
    request: HttpRequest, file: File[UploadedFile], *, all_or_nothing: Form[bool] = False
) -> Status[RecordTransfer]:
    """Import a file (JSON Lines or a JSON array, plain or packed by gzip); a job does it."""
    actor = keeper(request)
    if file.size is None or file.size > MOST_BYTES:
        raise Refusal("moving.file_size", status=413, field="file", most=MOST_BYTES // 1024 // 1024)
    key = f"moving/{actor.tenant_id.hex}/uploads/{new_id().hex}"
    chosen_files().put(key, cast("BinaryIO", file.file))
    try:
        with transaction.atomic():
            own = transfers.start_import(
                actor.tenant_id,
                key,
                PurePosixPath(file.name or "statements").name[:200],
                all_or_nothing=all_or_nothing,
                language="en" if language_of(request).startswith("en") else "zh",
                by=actor.person_id,
            )
    except Exception:
        chosen_files().delete(key)
        raise
    return Status(202, _row(transfers.transfer(actor.tenant_id, own)))


@router.post("/exports", response={202: RecordTransfer})
def export_statements(request: HttpRequest, payload: NewExportIn) -> Status[RecordTransfer]:
    """Export what was stored in a period; a job does it."""
    actor = keeper(request)
    since, until = span_of(payload.period, actor.timezone)
    asked = exporting.wanted(
        actor.tenant_id,
        since=since.isoformat() if since else "",
        until=until.isoformat() if until else "",
    )
    name = f"statements{f'-{payload.period}' if payload.period else ''}.{payload.form}"
    own = transfers.start_export(actor.tenant_id, asked, name, form=payload.form, by=actor.person_id)
    return Status(202, _row(transfers.transfer(actor.tenant_id, own)))


@router.get("/transfers/{transfer_id}", response=RecordTransfer)
def read_transfer(request: HttpRequest, transfer_id: UUID) -> RecordTransfer:
    """How far an import or export is."""
    return _row(transfers.transfer(keeper(request).tenant_id, transfer_id))


@router.get("/transfers/{transfer_id}/file", response={200: bytes})
def read_export(request: HttpRequest, transfer_id: UUID) -> StreamingHttpResponse:
    """What an export wrote, unpacked while it leaves."""
    one = transfers.transfer(keeper(request).tenant_id, transfer_id)
    return _file(one.file, one.name, "application/json", packed=True)


@router.get("/transfers/{transfer_id}/attachments", response={200: bytes})
def read_attachments(request: HttpRequest, transfer_id: UUID) -> StreamingHttpResponse:
    """The attachments of an export, each named by its hash."""
    one = transfers.transfer(keeper(request).tenant_id, transfer_id)
    return _file(one.attachments, f"{one.name}.attachments.tar", "application/x-tar")


@router.get("/transfers/{transfer_id}/report", response={200: bytes})
def read_report(request: HttpRequest, transfer_id: UUID) -> StreamingHttpResponse:
    """The bad lines of an import, as JSON Lines."""
    one = transfers.transfer(keeper(request).tenant_id, transfer_id)
    return _file(one.report, f"{one.name}.bad.jsonl", "application/x-ndjson")


def _file(key: str, name: str, kind: str, *, packed: bool = False) -> StreamingHttpResponse:
    if not key:
        raise not_found()
    raw = chosen_files().open(key)
    pieces = _pieces(cast("BinaryIO", gzip.GzipFile(fileobj=raw)) if packed else raw, raw)
    response = StreamingHttpResponse(pieces, content_type=kind)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _pieces(source: BinaryIO, raw: BinaryIO) -> Iterator[bytes]:
    with raw:
        while piece := source.read(PIECE):
            yield piece


@router.get("/archive", response=list[ArchivedMonth])
def list_archive(request: HttpRequest) -> list[Partition]:
    """The months in the archive, oldest first."""
    return partitions_of(keeper(request).tenant_id)
