"""Evidence of a firm: listed, added, handed out, removed. How certain the rules are stands here too: both are about proof."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.http import FileResponse, HttpRequest
from ninja import File, Form, Router, Schema, UploadedFile
from ninja.responses import Status

from alula.growth.certainty import certain, sources
from alula.growth.models import Evidence
from alula.growth.queries import evidence as queries
from alula.growth.rulebook.model import Mark, Words
from alula.growth.services import evidence as services
from alula.kernel.errors import Refusal
from alula.kernel.texts import Texts

router = Router()


class EvidenceOut(Schema):
    """A file behind a question of the self-test."""

    id: UUID
    question: str
    name: str
    media_type: str
    size: int
    added_at: datetime


class CertainOut(Schema):
    """A text of a rule or policy and how certain it is."""

    kind: str
    of: str
    title: Texts
    article: str
    words: Texts
    mark: Mark
    sources: list[str]
    check: Texts | None


class CertaintyOut(Schema):
    """Every text, and where each source was read."""

    items: list[CertainOut]
    sources: dict[str, list[str]]


@router.get("/firms/{firm_id}/evidence", response=list[EvidenceOut])
def list_evidence(request: HttpRequest, firm_id: UUID) -> list[Evidence]:
    """The files of a firm; an agency sees them when they were released."""
    return list(queries.evidence_of(request.auth, firm_id))


@router.post("/firms/{firm_id}/evidence", response=EvidenceOut)
def add_evidence(
    request: HttpRequest, firm_id: UUID, question: Form[str], file: File[UploadedFile]
) -> Evidence:
    """Add a file behind a question."""
    if file.size is None or file.size > services.MOST_BYTES:
        raise Refusal(
            "growth.evidence_size", status=422, field="file", most=services.MOST_BYTES // 1024 // 1024
        )
    return services.add_evidence(request.auth, firm_id, question, file.name or "", file.read())


@router.get("/firms/{firm_id}/evidence/{evidence_id}/file", response={200: bytes})
def read_evidence(request: HttpRequest, firm_id: UUID, evidence_id: UUID) -> FileResponse:
    """The file itself. It is always saved and never shown inside the app, so that nothing in it can run here."""
    one = queries.evidence_visible_to(request.auth, firm_id, evidence_id)
    response = FileResponse(queries.open_evidence(one), content_type=one.media_type)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(one.name)}"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    return response


@router.delete("/firms/{firm_id}/evidence/{evidence_id}", response={204: None})
def remove_evidence(request: HttpRequest, firm_id: UUID, evidence_id: UUID) -> Status[None]:
    """Delete a file for good."""
    services.remove_evidence(request.auth, firm_id, evidence_id)
    return Status(204, None)


@router.get("/certainty", response=CertaintyOut)
def read_certainty(request: HttpRequest) -> dict[str, Any]:  # noqa: ARG001 - the router hands the request to each view
    """What is certain, second-hand, from memory: every clause, policy and product."""
    items = [
        {
            **one._asdict(),
            "title": _words(one.title),
            "words": _words(one.words),
            "check": _words(one.check) if one.check else None,
        }
        for one in certain()
    ]
    return {"items": items, "sources": sources()}


def _words(words: Words) -> Texts:
    return {"zh": words.zh, "en": words.en}
