"""Banks' products for a firm, and its enquiries."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from ninja.responses import Status

from alula.growth.api import policy_schemas as out
from alula.growth.api.policies import rows_of
from alula.growth.finance import sheet as sheets
from alula.growth.finance.paper import paper
from alula.growth.models import Enquiry, Stage
from alula.growth.queries import finance as queries
from alula.growth.queries.firms import facts_of
from alula.growth.queries.policies import own_or_released, today
from alula.growth.services import finance as services
from alula.kernel.actor import Actor
from alula.kernel.errors import not_found
from alula.kernel.http import language_of
from alula.people import facade as people

router = Router()


class PartOut(Schema):
    """Something that may go along with an enquiry; `stated` is false while the firm has said nothing of it."""

    name: str
    words: out.PolicyWords
    stated: bool


class ProductsOut(Schema):
    """Banks' products for a firm. Limits are as a source stated them on its day; the bank decides."""

    firm: out.FirmHead
    day: date
    mine: bool
    products: list[out.MatchOut]
    parts: list[PartOut]
    contact: str
    phone: str


class SheetLine(Schema):
    """A line of the sheet."""

    label: out.PolicyWords
    value: out.PolicyWords


class SheetSection(Schema):
    """A section of the sheet."""

    title: out.PolicyWords
    lines: list[SheetLine]


class EnquiryIn(Schema):
    """What an owner asks a bank for; `parts` names the facts that go along."""

    key: str
    branch: str = ""
    amount: Decimal | None = None
    months: int | None = None
    purpose: str = ""
    parts: list[str] = []
    contact: str = ""
    phone: str = ""
    remind_days: int = 7


class AgreedIn(EnquiryIn):
    """The same with the owner's consent to the sheet of this digest."""

    agreed: bool = False
    digest: str = ""


class SeenOut(Schema):
    """Exactly what the bank would get."""

    sections: list[SheetSection]
    digest: str


class EnquiryStepOut(Schema):
    """One step of an enquiry."""

    stage: str
    note: str
    at: datetime
    by: str


class EnquiryOut(Schema):
    """An enquiry. `sheet` is null for an officer to whom the firm did not release its facts."""

    id: UUID
    firm_id: UUID
    firm: str
    key: str
    bank: str
    title: out.PolicyWords
    branch: str
    amount: str | None
    stage: str
    moved_at: datetime
    late: bool
    remind_days: int
    consented_at: datetime
    moves: list[str]
    steps: list[EnquiryStepOut]
    sheet: list[SheetSection] | None


class EnquiryMoveIn(Schema):
    """Where the enquiry stands now, and what the bank said."""

    stage: Stage
    note: str = ""


def _ask(payload: EnquiryIn) -> services.Ask:
    asked = sheets.Asked(payload.amount, payload.months, payload.purpose.strip()[:300], tuple(payload.parts))
    return services.Ask(
        payload.key,
        payload.branch.strip()[:120],
        asked,
        payload.contact.strip()[:60],
        payload.phone.strip()[:40],
        payload.remind_days,
    )


def _out(actor: Actor, one: Enquiry) -> EnquiryOut:
    steps = list(one.steps.order_by("id"))
    names = people.names_of(one.firm_id, {step.person_id for step in steps})
    mine = one.firm_id == actor.tenant_id
    return EnquiryOut(
        id=one.id,
        firm_id=one.firm_id,
        firm=one.firm.name,
        key=one.key,
        bank=one.bank,
        title=out.PolicyWords(**one.title),
        branch=one.branch,
        amount=out.money(one.amount),
        stage=one.stage,
        moved_at=one.moved_at,
        late=bool(services.unanswered(Enquiry.objects.filter(id=one.id))),
        remind_days=one.remind_days,
        consented_at=one.consented_at,
        moves=[str(stage) for stage in services.MOVES[one.stage]] if mine else [],
        steps=[
            EnquiryStepOut(stage=step.stage, note=step.note, at=step.at, by=names.get(step.person_id, ""))
            for step in steps
        ],
        sheet=_sections(one.sheet) if queries.may_read_sheet(actor, one) else None,
    )


def _sections(sheet: list[dict[str, Any]]) -> list[SheetSection]:
    return [SheetSection.model_validate(section) for section in sheet]


@router.get("/finance/products", response=ProductsOut)
def read_products(request: HttpRequest, firm: UUID | None = None) -> ProductsOut:
    """What banks offer that fits one's own firm, or a firm that released its facts."""
    actor: Actor = request.auth
    shown, day = own_or_released(actor, firm), today()
    stated = set(sheets.stated(facts_of(shown)))
    return ProductsOut(
        firm=out.firm_head(shown),
        day=day,
        mine=shown.tenant_id == actor.tenant_id,
        products=rows_of(actor, shown, day, banks=True)[1],
        parts=[
            PartOut(name=name, words=out.PolicyWords(zh=zh, en=en), stated=name in stated)
            for name, (zh, en) in sheets.PARTS.items()
        ],
        contact=shown.contact,
        phone=shown.phone,
    )


@router.post("/finance/enquiries/preview", response=SeenOut)
def preview_enquiry(request: HttpRequest, payload: EnquiryIn) -> SeenOut:
    """Exactly what the bank would get; nothing is kept."""
    seen = services.see_enquiry(request.auth, _ask(payload))
    return SeenOut(sections=_sections(seen.sections), digest=seen.digest)


@router.post("/finance/enquiries", response={201: EnquiryOut})
def agree_to_enquiry(request: HttpRequest, payload: AgreedIn) -> Status[EnquiryOut]:
    """Keep an enquiry with what the owner saw and agreed to."""
    enquiry = services.agree_to_enquiry(
        request.auth, _ask(payload), agreed=payload.agreed, digest=payload.digest
    )
    return Status(201, _out(request.auth, enquiry))


@router.get("/finance/enquiries", response=list[EnquiryOut])
def list_enquiries(request: HttpRequest, firm: UUID | None = None) -> list[EnquiryOut]:
    """One's own, or those of firms that released their requests; the newest 200."""
    services.remind(request.auth)
    return [_out(request.auth, one) for one in queries.enquiries_visible_to(request.auth, firm)[:200]]


@router.get("/finance/enquiries/{enquiry_id}", response=EnquiryOut)
def read_enquiry(request: HttpRequest, enquiry_id: UUID) -> EnquiryOut:
    """One enquiry with its steps."""
    return _out(request.auth, queries.enquiry_visible_to(request.auth, enquiry_id))


@router.post("/finance/enquiries/{enquiry_id}/stage", response=EnquiryOut)
def move_enquiry(request: HttpRequest, enquiry_id: UUID, payload: EnquiryMoveIn) -> EnquiryOut:
    """Note how it goes on."""
    enquiry = services.move_enquiry(request.auth, enquiry_id, payload.stage, note=payload.note)
    return _out(request.auth, enquiry)


@router.get("/finance/enquiries/{enquiry_id}/sheet.pdf", response={200: bytes})
def enquiry_pdf(request: HttpRequest, enquiry_id: UUID) -> HttpResponse:
    """The sheet on paper, to hand to the branch."""
    actor: Actor = request.auth
    enquiry = queries.enquiry_visible_to(actor, enquiry_id)
    if not queries.may_read_sheet(actor, enquiry):
        raise not_found()
    language = "zh" if language_of(request) == "zh" else "en"
    when = enquiry.consented_at.astimezone(ZoneInfo(actor.timezone))
    made = paper(
        enquiry.sheet,
        language,
        when=f"{when:%Y-%m-%d %H:%M}",
        number=enquiry.id.hex[-8:],
        digest=enquiry.digest,
    )
    name = f"enquiry-{enquiry.id.hex[-8:]}.pdf"
    return HttpResponse(
        made,
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
