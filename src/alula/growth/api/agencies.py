"""HTTP for an agency: its firms, lists taken in, invitations, and the owner's answers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from ninja import File, Form, Query, Router, Schema, Status
from ninja.files import UploadedFile

from alula.growth.api.firms import FirmOut, firm_out
from alula.growth.ladder import firm_list
from alula.growth.ladder.deadlines import today
from alula.growth.ladder.divisions import name_of
from alula.growth.ladder.tiers import Tier, in_force, tier_of
from alula.growth.ladder.workflow import Stage
from alula.growth.models import FirmImport, HeldTitle, Invitation, Relation, RelationRequest
from alula.growth.permissions import Release, require_officer
from alula.growth.queries import agencies as queries
from alula.growth.services import agencies as lists
from alula.growth.services import claims
from alula.growth.services.firms import own_firm
from alula.kernel import clock
from alula.kernel.errors import not_found
from alula.kernel.http import Page, decode_cursor, encode_cursor, language_of
from alula.people import facade as people

router = Router()
PAGE = 50


class Words(Schema):
    """A text in both languages."""

    zh: str
    en: str


class FirmRow(Schema):
    """A firm in an agency's list. Contact and phone stand there while the agency holds it, or when it shows its facts."""

    id: UUID
    name: str
    credit_code: str
    place: str
    place_name: Words
    industry: str
    tier: Tier | None
    until: date | None
    claimed: bool
    officer_id: UUID | None
    officer: str
    stage: Stage | None
    contact: str
    phone: str


class TitleOut(Schema):
    """A title with its days; `now` says whether it is in force today."""

    kind: str
    since: date | None
    until: date | None
    batch: int | None
    now: bool


class InvitationOut(Schema):
    """The living invitation of a firm; its link is told only when it is made."""

    created_at: datetime
    expires_at: datetime


class AgencyFirm(FirmRow):
    """A firm as an agency sees it."""

    released: list[Release]
    held: bool
    note: str
    since: datetime
    facts_at: datetime | None
    titles: list[TitleOut]
    invitation: InvitationOut | None


class NewInvitation(Schema):
    """An invitation with its token, told this once."""

    token: str
    expires_at: datetime


class LookAfter(Schema):
    """Who of the agency looks after a firm, and the agency's own words about it."""

    officer_id: UUID | None = None
    note: str = ""


class Officer(Schema):
    """Somebody who works for the agency."""

    id: UUID
    name: str


class BadListRow(Schema):
    """A refused row of a list: where, what stands there, what should."""

    line: int
    column: str
    text: str
    expected: Words


class ImportOut(Schema):
    """An import and how far it is. `written` says whether the good rows are taken at all."""

    id: UUID
    file_name: str
    rows: int
    taken: int
    of: int
    added: int
    changed: int
    unchanged: int
    asked: int
    refused: int
    written: bool
    done: bool
    bad: list[BadListRow]


def rows_out(
    rows: Iterable[Relation], officers: dict[UUID, str], make: type[FirmRow] = FirmRow, **more: Any
) -> list[FirmRow]:
    """Rows of the list query as they travel."""
    made = []
    for row in rows:
        firm = row.firm
        shown = row.held or Release.FACTS in row.released
        made.append(
            make(
                id=firm.tenant_id,
                name=firm.name,
                credit_code=firm.credit_code,
                place=firm.place,
                place_name=Words(**name_of(firm.place)),
                industry=firm.industry,
                tier=tier_of(row.rank),
                until=row.until,
                claimed=firm.claimed_at is not None,
                officer_id=row.officer_id,
                officer=officers.get(row.officer_id, ""),
                stage=row.stage,
                contact=firm.contact if shown else "",
                phone=firm.phone if shown else "",
                **more,
            )
        )
    return made


class FirmQuery(Schema):
    """What a list of firms is asked for. `tier` and `stage` may be `none`, `officer` too; `place` is a beginning."""

    q: str = ""
    tier: str = ""
    place: str = ""
    state: Literal["", "claimed", "held"] = ""
    officer: str = ""
    stage: str = ""
    sort: queries.Sort = "name"

    def wanted(self) -> queries.Wanted:
        """The same as the query takes it."""
        return queries.Wanted(
            self.q, self.tier, self.place, self.state, officer_in(self.officer), self.stage, self.sort
        )


@router.get("/agency/firms", response=Page[FirmRow])
def list_firms(request: HttpRequest, query: Query[FirmQuery], cursor: str | None = None) -> Page[FirmRow]:
    """The agency's firms."""
    rows = queries.firms_listed(request.auth, query.wanted())
    behind = decode_cursor(cursor, 2)
    total = rows.count() if behind is None else None
    some = list(queries.after(rows, query.sort, behind)[: PAGE + 1])
    shown = some[:PAGE]
    following = (
        encode_cursor(queries.key_of(shown[-1], query.sort), shown[-1].id) if len(some) > PAGE else None
    )
    return Page[FirmRow](
        items=rows_out(shown, queries.officers_of(request.auth)), next=following, total=total
    )


@router.get("/agency/firms.csv", response={200: bytes})
def export_firms(request: HttpRequest, query: Query[FirmQuery]) -> HttpResponseBase:
    """The same list as a file that a spreadsheet opens as it is."""
    rows = queries.firms_listed(request.auth, query.wanted())
    lines = queries.lines(request.auth, rows, language_of(request))
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="firms-{clock.now():%Y%m%d}.csv"'
    return response


def officer_in(text: str) -> str:
    """A filter by officer: an id, `none`, or nothing."""
    if text in {"", "none"}:
        return text
    try:
        return str(UUID(text))
    except ValueError as error:
        raise not_found() from error


@router.get("/agency/officers", response=list[Officer])
def list_officers(request: HttpRequest) -> list[Officer]:
    """Who works for the agency."""
    return [Officer(id=id_, name=name) for id_, name in queries.officers_of(request.auth).items()]


@router.get("/agency/firms/{uuid:firm_id}", response=AgencyFirm)
def read_firm(request: HttpRequest, firm_id: UUID) -> AgencyFirm:
    """One firm of the agency."""
    actor = request.auth
    row = queries.firms_listed(actor, queries.Wanted()).filter(firm_id=firm_id).first()
    if row is None:
        raise not_found()
    living = Invitation.objects.filter(
        firm=row.firm, agency_id=actor.tenant_id, used_at=None, revoked_at=None, expires_at__gt=clock.now()
    ).first()
    (made,) = rows_out(
        [row],
        queries.officers_of(actor),
        AgencyFirm,
        released=row.released,
        held=row.held,
        note=row.note,
        since=row.since,
        facts_at=row.firm.facts_at,
        titles=titles_out(firm_id),
        invitation=living and InvitationOut(created_at=living.created_at, expires_at=living.expires_at),
    )
    assert isinstance(made, AgencyFirm)
    return made


def titles_out(firm_id: UUID) -> list[TitleOut]:
    """A firm's titles of the ladder, the newest first."""
    day = today()
    return [
        TitleOut(
            kind=one.kind,
            since=one.since,
            until=one.until,
            batch=one.batch,
            now=in_force(one.since, one.until, day),
        )
        for one in HeldTitle.objects.filter(firm_id=firm_id).order_by("-since", "-rank")
    ]


@router.patch("/agency/firms/{uuid:firm_id}", response=AgencyFirm)
def look_after(request: HttpRequest, firm_id: UUID, payload: LookAfter) -> AgencyFirm:
    """Say who looks after a firm, and note something about it."""
    claims.look_after(request.auth, firm_id, officer_id=payload.officer_id, note=payload.note)
    return read_firm(request, firm_id)


@router.post("/agency/firms/{uuid:firm_id}/invitation", response={201: NewInvitation})
def invite(request: HttpRequest, firm_id: UUID) -> Status[NewInvitation]:
    """Make a link for the owner; an earlier one ends."""
    invitation, token = claims.invite(request.auth, firm_id)
    return Status(201, NewInvitation(token=token, expires_at=invitation.expires_at))


@router.delete("/agency/firms/{uuid:firm_id}/invitation", response={204: None})
def revoke_invitation(request: HttpRequest, firm_id: UUID) -> Status[None]:
    """Let the link end."""
    claims.revoke_invitation(request.auth, firm_id)
    return Status(204, None)


@router.post("/agency/imports", response={202: ImportOut})
def import_firms(
    request: HttpRequest,
    file: File[UploadedFile],
    mode: Form[Literal["all_or_nothing", "keep_good"]] = "all_or_nothing",
) -> Status[ImportOut]:
    """Take in a list of firms (XLSX or CSV; columns: docs/growth.md); the same list again changes nothing."""
    require_officer(request.auth)
    found = firm_list.read(file.name or "", file.size or 0, file.read)
    one = lists.take_list(request.auth, file.name or "", found, keep_good=mode == "keep_good")
    return Status(202, _import_out(one))


@router.get("/agency/imports/{uuid:import_id}", response=ImportOut)
def read_import(request: HttpRequest, import_id: UUID) -> ImportOut:
    """How far an import is, and what became of its rows."""
    return _import_out(queries.import_visible_to(request.auth, import_id))


def _import_out(one: FirmImport) -> ImportOut:
    return ImportOut(
        id=one.id,
        file_name=one.file_name,
        rows=one.count,
        taken=one.taken,
        of=one.count - one.refused,
        added=one.added,
        changed=one.changed,
        unchanged=one.unchanged,
        asked=one.asked,
        refused=one.refused,
        written=one.written,
        done=one.done_at is not None,
        bad=[
            BadListRow(
                line=bad["line"],
                column=bad["column"],
                text=bad["text"],
                expected=Words(**firm_list.EXPECTED[bad["expected"]]),
            )
            for bad in one.bad
        ],
    )


class RequestOut(Schema):
    """An agency that asks to accompany the firm."""

    id: UUID
    agency: str
    created_at: datetime


class RequestAnswer(Schema):
    """The owner's answer, and what the agency may see when it is yes."""

    accepted: bool
    released: list[Release] = []


@router.get("/firm/requests-of-agencies", response=list[RequestOut])
def list_requests(request: HttpRequest) -> list[RequestOut]:
    """The agencies that wait for the owner's answer."""
    firm = own_firm(request.auth)
    waiting = list(RelationRequest.objects.filter(firm=firm, answered_at=None).order_by("created_at"))
    names = people.tenant_names(one.agency_id for one in waiting)
    return [
        RequestOut(id=one.id, agency=names.get(one.agency_id, ""), created_at=one.created_at)
        for one in waiting
    ]


@router.post("/firm/requests-of-agencies/{uuid:request_id}", response=FirmOut)
def answer_request(request: HttpRequest, request_id: UUID, payload: RequestAnswer) -> FirmOut:
    """Let an agency accompany the firm, or decline."""
    claims.answer_request(request.auth, request_id, accepted=payload.accepted, released=payload.released)
    return firm_out(own_firm(request.auth))
