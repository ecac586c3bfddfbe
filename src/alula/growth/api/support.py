"""Service requests over HTTP: the owner's and the agency's."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponseBase, StreamingHttpResponse
from ninja import File, Form, Query, Router, UploadedFile
from ninja.responses import Status
from pydantic import Field

from alula.engines.files import chosen_files
from alula.growth.api.request_schemas import (
    ExpertForRequest,
    RequestAccept,
    RequestAssign,
    RequestFileOut,
    RequestMessageOut,
    RequestMoveOut,
    RequestNarrowing,
    RequestPlan,
    RequestPrefill,
    RequestRating,
    RequestWords,
    ServiceRequestIn,
    ServiceRequestOut,
    ServiceRequestRow,
)
from alula.growth.api.words import BothTexts
from alula.growth.models import RequestFile, ServiceRequest
from alula.growth.permissions import is_officer
from alula.growth.queries import experts as expert_queries
from alula.growth.queries import support as queries
from alula.growth.queries.paging import page
from alula.growth.services import support as services
from alula.growth.support.attachments import MOST_BYTES
from alula.growth.support.csv_lines import lines
from alula.growth.support.gaps import Prefill, prefill
from alula.growth.support.kinds import KINDS, ServiceKind
from alula.growth.support.workflow import REQUEST_STATES
from alula.kernel.actor import Actor
from alula.kernel.errors import Refusal
from alula.kernel.http import PAGE, PAGE_MAX, Page
from alula.kernel.texts import pick
from alula.people import facade as people

router = Router()


def _names(rows: list[ServiceRequest]) -> tuple[dict[UUID, str], dict[UUID, str]]:
    """Names of the agencies, and of their officers."""
    agencies = {one.agency_id for one in rows if one.agency_id}
    officers: dict[UUID, str] = {}
    for agency in agencies:
        officers |= people.names_of(
            agency, [r.officer_id for r in rows if r.agency_id == agency and r.officer_id]
        )
    return people.tenant_names(agencies), officers


def _row(
    actor: Actor, one: ServiceRequest, agencies: dict[UUID, str], officers: dict[UUID, str]
) -> ServiceRequestRow:
    names = [name for name in ServiceRequestRow.model_fields if name not in _MADE]
    return ServiceRequestRow(
        **{name: getattr(one, name) for name in names},
        firm=one.firm.name,
        agency=agencies.get(one.agency_id, ""),
        expert=one.expert.name if one.expert else "",
        officer=officers.get(one.officer_id, ""),
        overdue=queries.is_overdue(one, queries.today_of(actor)),
    )


_MADE = {"firm", "agency", "expert", "officer", "overdue"}


def _file(one: RequestFile) -> RequestFileOut:
    return RequestFileOut(id=one.id, name=one.name, size=one.size)


def _whole(actor: Actor, request_id: UUID) -> ServiceRequestOut:
    one = queries.request_visible_to(actor, request_id)
    (row,) = _rows(actor, [one])
    moves, messages = list(one.moves.order_by("at", "id")), list(one.messages.order_by("at", "id"))
    who: dict[UUID, str] = {}
    for tenant in {said.tenant_id for said in (*moves, *messages)}:
        who |= people.names_of(tenant, {said.person_id for said in (*moves, *messages)})
    files = list(one.files.order_by("at", "id"))
    side = {one.firm_id: "firm"}
    officer = is_officer(actor)
    return ServiceRequestOut(
        **row.dict(),
        need=one.need,
        expertise=one.expertise,
        keep_from=one.keep_from,
        gap=one.gap,
        agency_id=one.agency_id,
        firm_id=one.firm_id,
        expert_id=one.expert_id,
        expert_contact=" ".join(filter(None, [one.expert.phone, one.expert.email])) if one.expert else "",
        mine=one.officer_id == actor.person_id,
        note=one.note if officer else "",
        moves_possible=services.moves_of(actor, one),
        changeable=not officer and one.state in ("draft", "returned"),
        history=[
            RequestMoveOut(
                move=said.move,
                to=said.to,
                words=said.words,
                expert=said.expert_name,
                by=who.get(said.person_id, ""),
                side=side.get(said.tenant_id, "agency"),
                at=said.at,
            )
            for said in moves
        ],
        messages=[
            RequestMessageOut(
                text=said.text,
                by=who.get(said.person_id, ""),
                side=side.get(said.tenant_id, "agency"),
                at=said.at,
                files=[_file(file) for file in files if file.message_id == said.id],
            )
            for said in messages
        ],
        files=[_file(file) for file in files if file.message_id is None],
    )


@router.get("/requests", response=Page[ServiceRequestRow])
def list_requests(
    request: HttpRequest,
    narrow: Query[RequestNarrowing],
    sort: str = "-sent",
    cursor: str | None = None,
    limit: Annotated[int, Field(ge=1, le=PAGE_MAX)] = PAGE,
) -> Page[ServiceRequestRow]:
    """The firm's own requests, or the agency's queue."""
    actor = request.auth
    rows = queries.narrowed(actor, queries.Narrowing(**narrow.dict()))
    order = queries.ORDERS.get(sort, queries.ORDERS["-sent"])
    return page(rows, order, cursor, limit, lambda some: _rows(actor, some))


def _rows(actor: Actor, some: list[ServiceRequest]) -> list[ServiceRequestRow]:
    agencies, officers = _names(some)
    return [_row(actor, one, agencies, officers) for one in some]


@router.get("/requests.csv", response={200: bytes})
def export_requests(
    request: HttpRequest, narrow: Query[RequestNarrowing], sort: str = "-sent"
) -> HttpResponseBase:
    """The same list as a file. Of a confidential request it holds neither title nor words."""
    actor = request.auth
    rows = queries.narrowed(actor, queries.Narrowing(**narrow.dict()))
    ordered = list(rows.order_by(*queries.ORDERS.get(sort, queries.ORDERS["-sent"]))[:10_000])
    language = "en" if actor.language == "en" else "zh"
    response = StreamingHttpResponse(
        lines(_HEADINGS[language], _cells(actor, ordered, language)), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="requests-{queries.today_of(actor):%Y%m%d}.csv"'
    return response


_HEADINGS = {
    "zh": ["企业", "类型", "标题", "状态", "紧急程度", "希望日期", "截止日期", "专家", "负责人", "评分"],
    "en": ["Firm", "Kind", "Title", "State", "Urgency", "Wished", "Due", "Expert", "Officer", "Rating"],
}
_URGENCY = {
    "normal": {"zh": "一般", "en": "Normal"},
    "soon": {"zh": "较急", "en": "Soon"},
    "urgent": {"zh": "紧急", "en": "Urgent"},
}
_HIDDEN = {"zh": "（保密）", "en": "(confidential)"}


def _cells(actor: Actor, rows: list[ServiceRequest], language: str) -> list[list[object]]:
    return [
        [
            one.firm,
            pick(KINDS[ServiceKind(one.kind)], language),
            _HIDDEN[language] if one.confidential else one.title,
            pick(REQUEST_STATES[one.state], language),
            pick(_URGENCY[one.urgency], language),
            one.wished_on,
            one.due_on,
            one.expert,
            one.officer,
            one.rating,
        ]
        for one in _rows(actor, rows)
    ]


@router.get("/requests/prefill", response=RequestPrefill)
def read_prefill(request: HttpRequest, gap: str) -> Prefill:
    """What a request about a gap of the self-test begins with, in the reader's language."""
    return prefill(gap, request.auth.language)


@router.post("/requests", response={201: ServiceRequestOut})
def draft_request(request: HttpRequest, payload: ServiceRequestIn) -> Status[ServiceRequestOut]:
    """Begin a request as a draft."""
    one = services.draft_request(request.auth, _wording(payload))
    return Status(201, _whole(request.auth, one.id))


def _wording(payload: ServiceRequestIn) -> services.Wording:
    fields: dict[str, Any] = payload.dict()
    fields |= {name: tuple(value) for name, value in fields.items() if isinstance(value, list)}
    return services.Wording(**fields)


@router.get("/requests/{uuid:request_id}", response=ServiceRequestOut)
def read_request(request: HttpRequest, request_id: UUID) -> ServiceRequestOut:
    """One request with its history and messages."""
    return _whole(request.auth, request_id)


@router.put("/requests/{uuid:request_id}", response=ServiceRequestOut)
def change_request(request: HttpRequest, request_id: UUID, payload: ServiceRequestIn) -> ServiceRequestOut:
    """Change a draft, or a request that came back with a question."""
    services.change_request(request.auth, request_id, _wording(payload))
    return _whole(request.auth, request_id)


@router.delete("/requests/{uuid:request_id}", response={204: None})
def discard_draft(request: HttpRequest, request_id: UUID) -> Status[None]:
    """Throw a draft away."""
    services.discard_draft(request.auth, request_id)
    return Status(204, None)


@router.post("/requests/{uuid:request_id}/send", response=ServiceRequestOut)
def send(request: HttpRequest, request_id: UUID, payload: RequestWords) -> ServiceRequestOut:
    """Send it to the agency, or answer the agency's question."""
    services.send(request.auth, request_id, payload.words)
    return _whole(request.auth, request_id)


@router.post("/requests/{uuid:request_id}/accept", response=ServiceRequestOut)
def accept(request: HttpRequest, request_id: UUID, payload: RequestAccept) -> ServiceRequestOut:
    """Take it; one becomes responsible."""
    services.accept(request.auth, request_id, payload.due_on)
    return _whole(request.auth, request_id)


@router.get("/requests/{uuid:request_id}/candidates", response=list[ExpertForRequest])
def list_candidates(request: HttpRequest, request_id: UUID) -> list[ExpertForRequest]:
    """Who fits it, best first, each with reasons; who is excluded stands last and says why."""
    actor = request.auth
    one = queries.request_visible_to(actor, request_id)
    known = {str(expert.id): expert for expert in expert_queries.experts_visible_to(actor)}
    return [
        ExpertForRequest(
            id=UUID(ranked.candidate.id),
            name=ranked.candidate.name,
            organisation=known[ranked.candidate.id].organisation,
            form=known[ranked.candidate.id].form,
            points=ranked.points,
            busy=ranked.candidate.busy,
            capacity=ranked.candidate.capacity,
            reasons=[BothTexts(**texts) for texts in ranked.reasons],
            excluded=BothTexts(**ranked.excluded) if ranked.excluded else None,
        )
        for ranked in expert_queries.ranked(actor, one)
    ]


@router.post("/requests/{uuid:request_id}/assign", response=ServiceRequestOut)
def assign(request: HttpRequest, request_id: UUID, payload: RequestAssign) -> ServiceRequestOut:
    """Give it to an expert."""
    services.assign(request.auth, request_id, payload.expert_id, payload.due_on)
    return _whole(request.auth, request_id)


@router.post("/requests/{uuid:request_id}/start", response=ServiceRequestOut)
def start(request: HttpRequest, request_id: UUID) -> ServiceRequestOut:
    """The work has begun."""
    services.start(request.auth, request_id)
    return _whole(request.auth, request_id)


@router.post("/requests/{uuid:request_id}/deliver", response=ServiceRequestOut)
def deliver(request: HttpRequest, request_id: UUID, payload: RequestWords) -> ServiceRequestOut:
    """It is done; the words say what was delivered."""
    services.deliver(request.auth, request_id, payload.words)
    return _whole(request.auth, request_id)


@router.post("/requests/{uuid:request_id}/return", response=ServiceRequestOut)
def return_with_question(request: HttpRequest, request_id: UUID, payload: RequestWords) -> ServiceRequestOut:
    """Ask the firm first."""
    services.return_with_question(request.auth, request_id, payload.words)
    return _whole(request.auth, request_id)


@router.post("/requests/{uuid:request_id}/decline", response=ServiceRequestOut)
def decline(request: HttpRequest, request_id: UUID, payload: RequestWords) -> ServiceRequestOut:
    """Not take it, with the reason."""
    services.decline(request.auth, request_id, payload.words)
    return _whole(request.auth, request_id)


@router.post("/requests/{uuid:request_id}/withdraw", response=ServiceRequestOut)
def withdraw(request: HttpRequest, request_id: UUID, payload: RequestWords) -> ServiceRequestOut:
    """It is no longer needed."""
    services.withdraw(request.auth, request_id, payload.words)
    return _whole(request.auth, request_id)


@router.post("/requests/{uuid:request_id}/rate", response=ServiceRequestOut)
def rate(request: HttpRequest, request_id: UUID, payload: RequestRating) -> ServiceRequestOut:
    """What the firm thinks of what was delivered."""
    services.rate(request.auth, request_id, payload.rating, payload.words)
    return _whole(request.auth, request_id)


@router.put("/requests/{uuid:request_id}/plan", response=ServiceRequestOut)
def plan_request(request: HttpRequest, request_id: UUID, payload: RequestPlan) -> ServiceRequestOut:
    """The agency's due date and note."""
    services.plan_request(request.auth, request_id, **payload.dict())
    return _whole(request.auth, request_id)


@router.post("/requests/{uuid:request_id}/messages", response=ServiceRequestOut)
def add_message(
    request: HttpRequest,
    request_id: UUID,
    text: Form[Annotated[str, Field(max_length=5000)]] = "",
    file: File[UploadedFile | None] = None,
) -> ServiceRequestOut:
    """Say something to the other side, with a file if need be."""
    services.add_message(request.auth, request_id, text, (_upload(file),) if file else ())
    return _whole(request.auth, request_id)


@router.post("/requests/{uuid:request_id}/files", response=ServiceRequestOut)
def attach(request: HttpRequest, request_id: UUID, file: File[UploadedFile]) -> ServiceRequestOut:
    """Attach a file while the request may be changed."""
    services.attach(request.auth, request_id, _upload(file))
    return _whole(request.auth, request_id)


@router.delete("/requests/{uuid:request_id}/files/{uuid:file_id}", response=ServiceRequestOut)
def detach(request: HttpRequest, request_id: UUID, file_id: UUID) -> ServiceRequestOut:
    """Take a file away again."""
    services.detach(request.auth, request_id, file_id)
    return _whole(request.auth, request_id)


@router.get("/requests/{uuid:request_id}/files/{uuid:file_id}", response={200: bytes})
def read_file(request: HttpRequest, request_id: UUID, file_id: UUID) -> HttpResponseBase:
    """A file, always to be saved and never shown by the browser as a page of ours."""
    file = queries.file_visible_to(request.auth, request_id, file_id)
    return FileResponse(
        chosen_files().open(file.key), as_attachment=True, filename=file.name, content_type=file.type
    )


def _upload(file: UploadedFile) -> services.Upload:
    if (file.size or 0) > MOST_BYTES:
        raise Refusal("growth.file_too_big", status=413, field="file", megabytes=MOST_BYTES // 1024 // 1024)
    return services.Upload(file.name or "", file.size or 0, file.read())
