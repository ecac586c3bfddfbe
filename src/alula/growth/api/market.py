"""The market of bottlenecks over HTTP. A list and a page hold the public part; the rest has a route of its own."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from ninja import Query, Router, Schema
from ninja.responses import Status
from pydantic import Field

from alula.growth.models import Bottleneck
from alula.growth.queries import market as queries
from alula.growth.queries.paging import page
from alula.growth.queries.support import today_of
from alula.growth.services import market as services
from alula.growth.support.csv_lines import lines
from alula.growth.support.kinds import EXPERTISE, Expertise
from alula.growth.support.workflow import PROBLEM_STATES
from alula.kernel.actor import Actor
from alula.kernel.http import PAGE, PAGE_MAX, Page
from alula.kernel.texts import pick

router = Router()
Long = Annotated[str, Field(max_length=5000)]
Short = Annotated[str, Field(max_length=120)]
Money = Annotated[Decimal, Field(ge=0, max_digits=12, decimal_places=2)]


class BottleneckRow(Schema):
    """The public part of a problem. `own`: it is the reader's firm's; `readable`: the reader may read the rest.

    `own_title` is the firm's own title, for the firm alone: a draft has no public one yet.
    """

    id: UUID
    own_title: str
    field: str
    state: str
    public_title: str
    public_summary: str
    deadline: date | None
    released_at: datetime | None
    own: bool
    readable: bool
    offers: int


class OfferOut(Schema):
    """An offer to solve it."""

    id: UUID
    by: str
    words: str
    price: Decimal | None
    weeks: int | None
    chosen: bool
    at: datetime


class BottleneckOut(BottleneckRow):
    """A problem with the offers that the reader may see."""

    moves_possible: list[str]
    may_offer: bool
    offers_made: list[OfferOut]


class ConfidentialOut(Schema):
    """The confidential part."""

    title: str
    firm: str
    tried: str
    wished: str
    budget_low: Decimal | None
    budget_high: Decimal | None
    outcome: str
    agency_id: UUID | None


class BottleneckIn(Schema):
    """Everything that a firm writes about a problem."""

    field: Expertise
    title: Annotated[str, Field(min_length=1, max_length=120, pattern=r"\S")]
    public_title: Short = ""
    public_summary: Long = ""
    deadline: date | None = None
    agency_id: UUID | None = None
    tried: Long = ""
    wished: Long = ""
    budget_low: Money | None = None
    budget_high: Money | None = None


class PublicWords(Schema):
    """What others will see."""

    title: Short
    summary: Long


class BottleneckWords(Schema):
    """Words that go with a move."""

    words: Long = ""


class ChoiceIn(Schema):
    """The offer that is taken."""

    offer_id: UUID


class OfferIn(Schema):
    """An offer; an officer names the expert for whom it is entered."""

    words: Annotated[str, Field(min_length=1, max_length=5000, pattern=r"\S")]
    price: Money | None = None
    weeks: Annotated[int, Field(ge=1, le=520)] | None = None
    expert_id: UUID | None = None


class BottleneckNarrowing(Schema):
    """What the list is narrowed to."""

    q: Annotated[str, Field(max_length=100)] = ""
    field: str = ""
    state: str = ""
    own: bool = False


def _rows(actor: Actor, some: list[Bottleneck]) -> list[BottleneckRow]:
    ids = [one.id for one in some]
    readable = set(
        Bottleneck.objects.filter(queries.may_read(actor), id__in=ids).values_list("id", flat=True)
    )
    return [
        BottleneckRow(
            id=one.id,
            own_title=one.title if one.firm_id == actor.tenant_id else "",
            field=one.field,
            state=one.state,
            public_title=one.public_title,
            public_summary=one.public_summary,
            deadline=one.deadline,
            released_at=one.released_at,
            own=one.firm_id == actor.tenant_id,
            readable=one.id in readable,
            offers=queries.offers_visible_to(actor, one).count(),
        )
        for one in some
    ]


def _whole(actor: Actor, bottleneck_id: UUID) -> BottleneckOut:
    one = queries.bottleneck_visible_to(actor, bottleneck_id)
    (row,) = _rows(actor, [one])
    return BottleneckOut(
        **row.dict(),
        moves_possible=services.moves_of(actor, one),
        may_offer=services.may_offer(actor, one),
        offers_made=[
            OfferOut(
                id=offer.id,
                by=offer.firm.name if offer.firm else offer.expert.name,
                words=offer.words,
                price=offer.price,
                weeks=offer.weeks,
                chosen=offer.chosen,
                at=offer.at,
            )
            for offer in queries.offers_visible_to(actor, one)
        ],
    )


def _confidential(problem: Bottleneck) -> ConfidentialOut:
    names = [name for name in ConfidentialOut.model_fields if name != "firm"]
    return ConfidentialOut(**{name: getattr(problem, name) for name in names}, firm=problem.firm.name)


@router.get("/bottlenecks", response=Page[BottleneckRow])
def list_bottlenecks(
    request: HttpRequest,
    narrow: Query[BottleneckNarrowing],
    cursor: str | None = None,
    limit: Annotated[int, Field(ge=1, le=PAGE_MAX)] = PAGE,
) -> Page[BottleneckRow]:
    """The problems that one may see, by their public part."""
    actor = request.auth
    rows = queries.narrowed(actor, **narrow.dict())
    return page(rows, ("-created_at", "id"), cursor, limit, lambda some: _rows(actor, some))


@router.get("/bottlenecks.csv", response={200: bytes})
def export_bottlenecks(request: HttpRequest, narrow: Query[BottleneckNarrowing]) -> HttpResponseBase:
    """The same list as a file: the public part alone."""
    actor = request.auth
    rows = queries.narrowed(actor, **narrow.dict()).order_by("-created_at", "id")[:10_000]
    heading = {
        "zh": ["公开标题", "公开摘要", "领域", "状态", "期限"],
        "en": ["Public title", "Public summary", "Field", "State", "Deadline"],
    }
    language = "en" if actor.language == "en" else "zh"
    cells = [
        [
            one.public_title,
            one.public_summary,
            pick(EXPERTISE[Expertise(one.field)], language),
            pick(PROBLEM_STATES[one.state], language),
            one.deadline,
        ]
        for one in rows
    ]
    response = StreamingHttpResponse(lines(heading[language], cells), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="problems-{today_of(actor):%Y%m%d}.csv"'
    return response


@router.post("/bottlenecks", response={201: BottleneckOut})
def draft_bottleneck(request: HttpRequest, payload: BottleneckIn) -> Status[BottleneckOut]:
    """Write a problem down."""
    one = services.draft_bottleneck(request.auth, services.Secret(**payload.dict()))
    return Status(201, _whole(request.auth, one.id))


@router.get("/bottlenecks/{uuid:bottleneck_id}", response=BottleneckOut)
def read_bottleneck(request: HttpRequest, bottleneck_id: UUID) -> BottleneckOut:
    """One problem by its public part."""
    return _whole(request.auth, bottleneck_id)


@router.post("/bottlenecks/{uuid:bottleneck_id}/confidential", response=ConfidentialOut)
def read_confidential(request: HttpRequest, bottleneck_id: UUID) -> ConfidentialOut:
    """The confidential part. It is a POST because each reading is written down."""
    return _confidential(services.read_confidential(request.auth, bottleneck_id))


@router.put("/bottlenecks/{uuid:bottleneck_id}", response=BottleneckOut)
def change_bottleneck(request: HttpRequest, bottleneck_id: UUID, payload: BottleneckIn) -> BottleneckOut:
    """Change it before it is released."""
    services.change_bottleneck(request.auth, bottleneck_id, services.Secret(**payload.dict()))
    return _whole(request.auth, bottleneck_id)


@router.put("/bottlenecks/{uuid:bottleneck_id}/public", response=BottleneckOut)
def word_publicly(request: HttpRequest, bottleneck_id: UUID, payload: PublicWords) -> BottleneckOut:
    """The agency words what others will see."""
    services.word_publicly(request.auth, bottleneck_id, **payload.dict())
    return _whole(request.auth, bottleneck_id)


@router.post("/bottlenecks/{uuid:bottleneck_id}/hand-in", response=BottleneckOut)
def hand_in(request: HttpRequest, bottleneck_id: UUID) -> BottleneckOut:
    """Give it to the agency."""
    services.hand_in(request.auth, bottleneck_id)
    return _whole(request.auth, bottleneck_id)


@router.post("/bottlenecks/{uuid:bottleneck_id}/hand-back", response=BottleneckOut)
def hand_back(request: HttpRequest, bottleneck_id: UUID, payload: BottleneckWords) -> BottleneckOut:
    """Ask the firm for changes."""
    services.hand_back(request.auth, bottleneck_id, payload.words)
    return _whole(request.auth, bottleneck_id)


@router.post("/bottlenecks/{uuid:bottleneck_id}/release", response=BottleneckOut)
def release(request: HttpRequest, bottleneck_id: UUID) -> BottleneckOut:
    """Let others see the public part."""
    services.release(request.auth, bottleneck_id)
    return _whole(request.auth, bottleneck_id)


@router.post("/bottlenecks/{uuid:bottleneck_id}/offers", response={201: BottleneckOut})
def offer(request: HttpRequest, bottleneck_id: UUID, payload: OfferIn) -> Status[BottleneckOut]:
    """Offer to solve it."""
    services.offer(request.auth, bottleneck_id, **payload.dict())
    return Status(201, _whole(request.auth, bottleneck_id))


@router.post("/bottlenecks/{uuid:bottleneck_id}/choose", response=BottleneckOut)
def choose(request: HttpRequest, bottleneck_id: UUID, payload: ChoiceIn) -> BottleneckOut:
    """Take one of the offers."""
    services.choose(request.auth, bottleneck_id, payload.offer_id)
    return _whole(request.auth, bottleneck_id)


@router.post("/bottlenecks/{uuid:bottleneck_id}/solve", response=BottleneckOut)
def solve(request: HttpRequest, bottleneck_id: UUID, payload: BottleneckWords) -> BottleneckOut:
    """It is solved; the words say how."""
    services.solve(request.auth, bottleneck_id, payload.words)
    return _whole(request.auth, bottleneck_id)


@router.post("/bottlenecks/{uuid:bottleneck_id}/close", response=BottleneckOut)
def close(request: HttpRequest, bottleneck_id: UUID, payload: BottleneckWords) -> BottleneckOut:
    """It is given up or no longer needed."""
    services.close(request.auth, bottleneck_id, payload.words)
    return _whole(request.auth, bottleneck_id)
