"""Facts from a workbook: the template, and taking it back filled in."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import File, Form, Router, Schema, UploadedFile

from alula.growth.selftest import workbook
from alula.growth.services import importing as services
from alula.kernel import clock
from alula.kernel.errors import Refusal
from alula.kernel.texts import Texts

router = Router()
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_SHOWN = 200


class BadCell(Schema):
    """A cell that was not taken, and what was expected in it."""

    sheet: str
    cell: str
    expected: Texts


class WorkbookOut(Schema):
    """What came of a file. `refused` counts all bad cells, of which the first are listed."""

    written: bool
    taken: int
    refused: int
    bad: list[BadCell]


@router.get("/selftest/template.xlsx", response={200: bytes})
def workbook_template(request: HttpRequest, language: Literal["zh", "en"] | None = None) -> HttpResponse:
    """The workbook to fill in; `language` is the caller's own when not given."""
    chosen = language or request.auth.language
    response = HttpResponse(workbook.template(clock.now().year, chosen), content_type=_XLSX)
    response["Content-Disposition"] = f'attachment; filename="selftest-{chosen}.xlsx"'
    return response


@router.post("/firms/{firm_id}/selftest/import", response=WorkbookOut)
def import_workbook(
    request: HttpRequest,
    firm_id: UUID,
    file: File[UploadedFile],
    mode: Form[services.Mode] = "all_or_nothing",
) -> WorkbookOut:
    """Put what a workbook says into the draft; nothing is in force yet."""
    if file.size is None or file.size > workbook.MOST_BYTES:
        raise Refusal("growth.workbook_large", status=422, field="file", **workbook.LIMITS)
    found = services.import_workbook(request.auth, firm_id, file.read(), mode=mode)
    bad = [
        BadCell(
            sheet=one.cell.sheet, cell=one.cell.address, expected={"zh": one.words.zh, "en": one.words.en}
        )
        for one in found.bad[:_SHOWN]
    ]
    return WorkbookOut(written=found.written, taken=found.taken, refused=len(found.bad), bad=bad)
