"""HTTP of the ladder: applications, the board, candidates, figures by place and stage."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema, Status

from alula.growth.api.agencies import Words, officer_in
from alula.growth.ladder.deadlines import today
from alula.growth.ladder.divisions import name_of
from alula.growth.ladder.tiers import Tier
from alula.growth.ladder.workflow import MOVES, MoveName, Stage, moves_from
from alula.growth.models import Application, Candidate
from alula.growth.permissions import is_officer, require_officer
from alula.growth.queries import agencies as lists
from alula.growth.queries import ladder as queries
from alula.growth.services import candidates as searches
from alula.growth.services import ladder as services
from alula.growth.services.firms import own_firm
from alula.kernel.actor import Actor
from alula.kernel.http import Page, decode_cursor, encode_cursor
from alula.people import facade as people

router = Router()
PAGE = 50


class ApplicationCard(Schema):
    """An application on the board. `days` are those at its stage; batch, officer and note are the agency's alone."""

    id: UUID
    firm_id: UUID
    firm: str
    agency: str
    place: str
    place_name: Words
    tier: Tier
    kind: Literal["new", "review"]
    stage: Stage
    version: int
    days: int
    asked: str
    publicity_until: date | None
    moved_at: datetime
    batch: str
    officer_id: UUID | None
    officer: str
    note: str


class MoveOut(Schema):
    """A move that one may make now, and what has to come with it."""

    name: MoveName
    after: Stage
    needs: list[Literal["reason", "days", "title"]]


class StepOut(Schema):
    """A move that was made: by whom (`theirs`: by the other side), from where to where, why."""

    move: str
    before: str
    after: str
    reason: str
    by: str
    by_agency: bool
    facts_version: int
    at: datetime


class ApplicationOut(ApplicationCard):
    """An application with its history and what one may do with it now."""

    moves: list[MoveOut]
    history: list[StepOut]


class NewApplication(Schema):
    """Which tier, with which agency; for an officer the agency is their own."""

    tier: Tier
    agency_id: UUID | None = None
    kind: Literal["new", "review"] = "new"
    batch: str = Field("", max_length=40)


class MoveIn(Schema):
    """A move, the version that one saw, and what the move needs."""

    move: MoveName
    version: int
    reason: str = Field("", max_length=2000)
    days: int | None = None
    since: date | None = None
    until: date | None = None
    batch: int | None = None


class Assignment(Schema):
    """Who handles it, in which batch, and the agency's own note."""

    officer_id: UUID | None = None
    batch: str = Field("", max_length=40)
    note: str = Field("", max_length=4000)


class Column(Schema):
    """A stage of the board: how many stand there, and the first of them."""

    stage: Stage
    count: int
    items: list[ApplicationCard]


class BoardOut(Schema):
    """The board, with the batches that one may narrow it to."""

    columns: list[Column]
    batches: list[str]


def cards(actor: Actor, applications: list[Application]) -> list[ApplicationCard]:
    """Applications as the actor may see them."""
    ours = is_officer(actor)
    officers = lists.officers_of(actor) if ours else {}
    agencies = people.tenant_names({one.agency_id for one in applications})
    return [
        ApplicationCard(
            id=one.id,
            firm_id=one.firm_id,
            firm=one.firm.name,
            agency=agencies.get(one.agency_id, ""),
            place=one.firm.place,
            place_name=Words(**name_of(one.firm.place)),
            tier=one.tier,
            kind=one.kind,
            stage=one.stage,
            version=one.version,
            days=(today() - one.moved_at.date()).days,
            asked=one.asked,
            publicity_until=one.publicity_until,
            moved_at=one.moved_at,
            batch=one.batch,
            officer_id=one.officer_id if ours else None,
            officer=officers.get(one.officer_id, "") if ours else "",
            note=one.note if ours else "",
        )
        for one in applications
    ]


def application_out(actor: Actor, application: Application) -> ApplicationOut:
    """One with its history."""
    steps = list(application.steps.order_by("-number"))
    names = {
        **people.names_of(application.firm_id, {one.person_id for one in steps}),
        **people.names_of(application.agency_id, {one.person_id for one in steps}),
    }
    allowed = moves_from(application.stage, **queries.hats_of(actor, application))
    return ApplicationOut(
        **cards(actor, [application])[0].dict(),
        moves=[
            MoveOut(name=name, after=MOVES[name].after, needs=list(MOVES[name].needs)) for name in allowed
        ],
        history=[
            StepOut(
                move=one.move,
                before=one.before,
                after=one.after,
                reason=one.reason,
                by=names.get(one.person_id, ""),
                by_agency=one.tenant_id == application.agency_id,
                facts_version=one.facts_version,
                at=one.at,
            )
            for one in steps
        ],
    )


class BoardQuery(Schema):
    """What a board is narrowed to. `officer` may be `none`; `place` is a beginning."""

    q: str = ""
    tier: str = ""
    batch: str = ""
    officer: str = ""
    place: str = ""


@router.get("/agency/board", response=BoardOut)
def read_board(request: HttpRequest, query: Query[BoardQuery]) -> BoardOut:
    """The agency's applications by stage."""
    actor = request.auth
    require_officer(actor)
    found = queries.narrowed(
        queries.applications_visible_to(actor),
        text=query.q,
        tier=query.tier,
        batch=query.batch,
        officer=officer_in(query.officer),
        place=query.place,
    )
    return BoardOut(
        columns=[
            Column(stage=stage, count=count, items=cards(actor, some))
            for stage, count, some in queries.board(found)
        ],
        batches=queries.batches(actor),
    )


@router.post("/agency/firms/{uuid:firm_id}/applications", response={201: ApplicationOut})
def open_for_firm(request: HttpRequest, firm_id: UUID, payload: NewApplication) -> Status[ApplicationOut]:
    """Open an application for a firm that shows the agency its applications, or that it holds."""
    require_officer(request.auth)
    made = services.open_application(
        request.auth, firm_id, request.auth.tenant_id, payload.tier, kind=payload.kind, batch=payload.batch
    )
    return Status(201, application_out(request.auth, made))


@router.get("/firm/applications", response=list[ApplicationCard])
def list_own(request: HttpRequest) -> list[ApplicationCard]:
    """The firm's own applications, the newest first."""
    own_firm(request.auth)
    found = list(queries.applications_visible_to(request.auth).order_by("-opened_at"))
    return cards(request.auth, found)


@router.post("/firm/applications", response={201: ApplicationOut})
def open_own(request: HttpRequest, payload: NewApplication) -> Status[ApplicationOut]:
    """Open an application with an agency; it sees the firm's applications from then on."""
    firm = own_firm(request.auth)
    agency = payload.agency_id or firm.tenant_id
    made = services.open_application(request.auth, firm.tenant_id, agency, payload.tier, kind=payload.kind)
    return Status(201, application_out(request.auth, made))


@router.get("/applications/{uuid:application_id}", response=ApplicationOut)
def read_application(request: HttpRequest, application_id: UUID) -> ApplicationOut:
    """One application."""
    return application_out(request.auth, queries.application_visible_to(request.auth, application_id))


@router.post("/applications/{uuid:application_id}/moves", response=ApplicationOut)
def move_application(request: HttpRequest, application_id: UUID, payload: MoveIn) -> ApplicationOut:
    """Make a move; somebody else's newer one is not overwritten (409)."""
    given = payload.dict()
    moved = services.move(request.auth, application_id, given.pop("move"), **given)
    return application_out(request.auth, moved)


@router.patch("/applications/{uuid:application_id}", response=ApplicationOut)
def assign_application(request: HttpRequest, application_id: UUID, payload: Assignment) -> ApplicationOut:
    """Say who handles it, in which batch, with which note."""
    done = services.assign(request.auth, application_id, **payload.dict())
    return application_out(request.auth, done)


class Condition(Schema):
    """A condition that is not met or open, in words; `distance` is negative by what is missing."""

    id: str
    state: str
    zh: str
    en: str
    distance: str | None = None


class CandidateOut(Schema):
    """A firm that comes into question for a tier, why, and how far it is."""

    id: UUID
    firm_id: UUID
    firm: str
    place_name: Words
    tier: Tier
    standing: Literal["pass", "open", "nearly"]
    rule: str
    as_of: date
    stale: bool
    applied: bool
    unmet: list[Condition]
    unknown: list[Condition]


class SearchOut(Schema):
    """How far the newest search is; None when there was none."""

    state: Literal["waiting", "running", "done", "failed"] | None
    done: int
    of: int


class CandidateQuery(Schema):
    """What candidates are narrowed to. `place` is a beginning."""

    q: str = ""
    tier: str = ""
    standing: str = ""
    place: str = ""


@router.get("/agency/candidates", response=Page[CandidateOut])
def list_candidates(
    request: HttpRequest, query: Query[CandidateQuery], cursor: str | None = None
) -> Page[CandidateOut]:
    """What the newest search found, those that pass first."""
    require_officer(request.auth)
    found = queries.candidates_listed(
        request.auth, text=query.q, tier=query.tier, standing=query.standing, place=query.place
    )
    behind = decode_cursor(cursor, 2)
    total = found.count() if behind is None else None
    some = list(queries.candidates_after(found, behind)[: PAGE + 1])
    applied = queries.applied(request.auth, [one.firm_id for one in some])
    last = some[PAGE - 1] if len(some) > PAGE else None
    return Page[CandidateOut](
        items=[_candidate(one, applied=(one.firm_id, one.tier) in applied) for one in some[:PAGE]],
        next=encode_cursor(last.order, last.id) if last else None,
        total=total,
    )


def _candidate(one: Candidate, *, applied: bool) -> CandidateOut:
    return CandidateOut(
        id=one.id,
        firm_id=one.firm_id,
        firm=one.firm.name,
        place_name=Words(**name_of(one.firm.place)),
        tier=one.tier,
        standing=one.standing,
        rule=f"{one.rule} {one.version}",
        as_of=one.as_of,
        stale=one.facts_version != one.firm.facts_version,
        applied=applied,
        unmet=[Condition(**told) for told in one.unmet],
        unknown=[Condition(**told) for told in one.unknown],
    )


@router.post("/agency/candidates/search", response={202: SearchOut})
def search_candidates(request: HttpRequest) -> Status[SearchOut]:
    """Assess the firms that released their facts, anew."""
    searches.search(request.auth)
    return Status(202, read_search(request))


@router.get("/agency/candidates/search", response=SearchOut)
def read_search(request: HttpRequest) -> SearchOut:
    """How far the search is."""
    state = searches.progress_of(request.auth)
    if state is None:
        return SearchOut(state=None, done=0, of=0)
    return SearchOut(state=state.state, done=state.done, of=state.of)


class PlaceRow(Schema):
    """A place: its firms, and how many of them hold each tier (innovative, provincial, giant) as their highest."""

    place: str
    name: Words
    firms: int
    tiers: list[int]


class LadderOut(Schema):
    """The ladder in figures: by place, all together, candidates by tier, applications by stage."""

    places: list[PlaceRow]
    firms: int
    tiers: list[int]
    candidates: dict[str, int]
    stages: dict[str, int]


@router.get("/agency/ladder", response=LadderOut)
def read_ladder(request: HttpRequest, digits: Literal["2", "4", "6"] = "4") -> LadderOut:
    """The agency's firms by place and tier, and the way between the tiers."""
    require_officer(request.auth)
    rows = queries.ladder_figures(request.auth, int(digits))
    return LadderOut(
        places=[PlaceRow(name=Words(**name_of(row["place"])), **row) for row in rows],
        firms=sum(row["firms"] for row in rows),
        tiers=[sum(row["tiers"][rank] for row in rows) for rank in range(3)],
        candidates=queries.candidates_by_tier(request.auth),
        stages={stage: count for stage, count in queries.stages(request.auth).items() if count},
    )
