"""The coach over HTTP: parse, call a service or a query, answer (docs/coach/protocol.md)."""

from __future__ import annotations

import csv
import io
import json
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from ninja import Router
from ninja.responses import Status as Answer

from alula.coach import presenting, queries, services
from alula.coach.catalogue import scenario_named, scenario_of, shipped
from alula.coach.models import Practice, Session, Status
from alula.coach.reading_aloud import customer_wav
from alula.coach.recordings import bytes_of
from alula.coach.report_pdf import render_pdf
from alula.coach.scenario.model import Scenario
from alula.coach.schemas import (
    EarlierOut,
    ExampleOut,
    ExchangeOut,
    PracticeOut,
    PracticeRow,
    ProgressOut,
    ReportOut,
    ScenarioCard,
    ScenarioDetail,
    SessionCard,
    SessionIn,
    SessionOut,
    TeamPerson,
    TeamRow,
    TextIn,
    TurnIn,
    TurnOut,
)
from alula.kernel import jobs
from alula.kernel.actor import Actor
from alula.kernel.clock import now
from alula.kernel.errors import not_found
from alula.kernel.http import PAGE, Page, decode_cursor, encode_cursor
from alula.people import facade as people
from alula.record import facade as record

router = Router(auth=people.SignedIn(), tags=["coach"])


def _actor(request: HttpRequest) -> Actor:
    return request.auth


@router.get("/scenarios", response=Page[ScenarioCard])
def list_scenarios(
    request: HttpRequest, q: str = "", industry: str = "", language: str = "", cursor: str | None = None
) -> Page[ScenarioCard]:
    """Scenarios that can be practised, in a steady order; `q` looks in title, summary, role and industry."""
    actor = _actor(request)
    found = [one for one in shipped().values() if _matches(one, q, industry, language)]
    key = decode_cursor(cursor, 1)
    begin = int(key[0]) if key and str(key[0]).isdigit() else 0
    mine = queries.attempts_by_scenario(actor)
    cards = [presenting.scenario_card(one, mine.get(one.id)) for one in found[begin : begin + PAGE]]
    more = encode_cursor(begin + PAGE) if begin + PAGE < len(found) else None
    return Page[ScenarioCard](items=cards, next=more, total=len(found))


def _matches(scenario: Scenario, q: str, industry: str, language: str) -> bool:
    words = (scenario.title, scenario.summary, scenario.role, scenario.industry)
    text = " ".join(f"{both.zh} {both.en}" for both in words).casefold()
    return (
        all(word in text for word in q.casefold().split())
        and (not industry or industry in (scenario.industry.zh, scenario.industry.en))
        and (not language or scenario.language == language)
    )


@router.get("/scenarios/{slug}", response=ScenarioDetail)
def get_scenario(request: HttpRequest, slug: str) -> ScenarioDetail:
    """One scenario with everything that its score rests on: the rubric is shown to the trainee on purpose."""
    return presenting.scenario_detail(
        scenario_named(slug), queries.attempts_by_scenario(_actor(request)).get(slug)
    )


@router.post("/sessions", response={201: SessionOut})
def start_session(request: HttpRequest, payload: SessionIn) -> Answer[SessionOut]:
    """Begin a practice."""
    session = services.start_session(_actor(request), payload.scenario, payload.level, payload.seed)
    return Answer(201, presenting.session_out(session))


@router.get("/sessions", response=Page[SessionCard])
def list_sessions(
    request: HttpRequest,
    scenario: str = "",
    status: Literal["", "talking", "scoring", "done"] = "",
    cursor: str | None = None,
) -> Page[SessionCard]:
    """The caller's own sessions, newest first."""
    rows = queries.visible_to(_actor(request))
    rows = rows.filter(slug=scenario) if scenario else rows
    rows = rows.filter(status=status) if status else rows
    key = decode_cursor(cursor, 2)
    if key:
        at, last = datetime.fromisoformat(str(key[0])), str(key[1])
        rows = rows.filter(Q(started_at__lt=at) | Q(started_at=at, id__lt=last))
    some = list(rows.order_by("-started_at", "-id")[: PAGE + 1])
    more = (
        encode_cursor(some[PAGE - 1].started_at.isoformat(), some[PAGE - 1].id) if len(some) > PAGE else None
    )
    return Page[SessionCard](items=[presenting.session_card(one) for one in some[:PAGE]], next=more)


@router.get("/sessions/{session_id}", response=SessionOut)
def get_session(request: HttpRequest, session_id: UUID) -> SessionOut:
    """A session with its turns."""
    return presenting.session_out(queries.own_session(_actor(request), session_id))


@router.delete("/sessions/{session_id}", response={204: None})
def delete_session(request: HttpRequest, session_id: UUID) -> Answer[None]:
    """Remove a session with its words, report and audio."""
    services.delete_session(_actor(request), session_id)
    return Answer(204, None)


@router.post("/sessions/{session_id}/turns", response=ExchangeOut)
def say(request: HttpRequest, session_id: UUID, payload: TurnIn) -> ExchangeOut:
    """Say something in text; answers the trainee's turn and the customer's. The same key again changes nothing."""
    done = services.say(_actor(request), session_id, payload.key, payload.text, typed=True)
    turns = [turn for turn in (done.trainee, done.customer) if turn is not None]
    return ExchangeOut(
        turns=[presenting.turn_out(done.session, turn) for turn in turns],
        stage=presenting.stage_of(done.session),
        ending=done.session.ending or None,
    )


@router.patch("/sessions/{session_id}/turns/{index}", response=TurnOut)
def correct_turn(request: HttpRequest, session_id: UUID, index: int, payload: TextIn) -> TurnOut:
    """Correct the words of a trainee turn before the score."""
    turn = services.correct_turn(_actor(request), session_id, index, payload.text)
    return presenting.turn_out(turn.session, turn)


@router.get("/sessions/{session_id}/turns/{index}/audio", response={200: bytes})
def turn_audio(request: HttpRequest, session_id: UUID, index: int) -> HttpResponse:
    """The turn as WAV: the customer's voice, or the trainee's where it was kept."""
    session = queries.own_session(_actor(request), session_id)
    turn = session.turns.filter(index=index).first()
    if turn is None:
        raise not_found()
    wav = customer_wav(session, turn) if turn.speaker == "customer" else bytes_of(turn)
    if wav is None:
        raise not_found()
    return HttpResponse(wav, content_type="audio/wav", headers={"Cache-Control": "private, max-age=3600"})


@router.post("/sessions/{session_id}/finish", response=SessionOut)
def finish(request: HttpRequest, session_id: UUID) -> SessionOut:
    """End the talk and have it scored."""
    return presenting.session_out(services.finish_session(_actor(request), session_id))


@router.delete("/sessions/{session_id}/recordings", response={204: None})
def delete_recordings(request: HttpRequest, session_id: UUID) -> Answer[None]:
    """Delete the session's audio for good; words and scores stay."""
    services.delete_recordings(_actor(request), session_id)
    return Answer(204, None)


@router.get("/sessions/{session_id}/report", response=ReportOut)
def get_report(request: HttpRequest, session_id: UUID) -> ReportOut:
    """The report, or how far its making is."""
    actor = _actor(request)
    session = queries.own_session(actor, session_id)
    state = jobs.state_of(services.SCORE_JOB, str(session.id)) if session.status == Status.SCORING else None
    scenario = scenario_of(session.scenario)
    return ReportOut(
        status="failed" if state and state.state == "failed" else session.status,
        progress=ProgressOut(done=state.done, of=state.of) if state and state.of else None,
        report=json.loads(session.report) if session.report else None,
        session=presenting.session_out(session),
        earlier=[_earlier(one) for one in queries.earlier_reports(actor, session)],
        examples={
            point.id: ExampleOut(title=presenting.texts(point.title), example=point.example)
            for point in scenario.key_points
        },
        intents={intent.id: presenting.texts(intent.title) for intent in scenario.intents},
    )


def _earlier(session: Session) -> EarlierOut:
    report = json.loads(session.report)
    return EarlierOut(
        id=session.id,
        finished_at=session.finished_at,
        level=session.level,
        total=report["total"],
        content=report["content"],
        delivery=report["delivery"],
    )


@router.get("/sessions/{session_id}/report.pdf", response={200: bytes})
def report_pdf(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """The report for paper, in the caller's language."""
    actor = _actor(request)
    session = queries.own_session(actor, session_id)
    if not session.report:
        raise not_found()
    pdf = render_pdf(session, scenario_of(session.scenario), actor)
    name = f"alula-{session.slug}-{session.started_at:%Y%m%d-%H%M}.pdf"
    return HttpResponse(
        pdf, content_type="application/pdf", headers={"Content-Disposition": f'inline; filename="{name}"'}
    )


@router.get("/practice", response=PracticeOut)
def my_practice(request: HttpRequest) -> PracticeOut:
    """My practice: figures from the record, the latest talks, the one left open."""
    actor = _actor(request)
    summary, mine = queries.practice_of(actor), queries.attempts_by_scenario(actor)
    recent = queries.visible_to(actor).exclude(status=Status.TALKING).order_by("-started_at")[:10]
    left = queries.unfinished(actor)
    return PracticeOut(
        attempts=summary.attempts,
        minutes=summary.minutes,
        best=summary.best,
        streak_days=summary.streak_days,
        by_scenario=[
            PracticeRow(
                scenario=slug,
                title=presenting.texts(shipped()[slug].title),
                attempts=one.attempts,
                best=one.best,
                last=one.last,
                last_at=one.last_at,
                totals=list(one.totals),
            )
            for slug, one in mine.items()
            if slug in shipped()
        ],
        recent=[presenting.session_card(one) for one in recent],
        unfinished=presenting.session_card(left) if left else None,
        as_of=_as_of(),
    )


def _as_of() -> datetime:
    """Up to when the figures are complete: now, less what the reader is behind."""
    return now() - timedelta(seconds=record.lag("coach.practice").seconds)


SORTS = {"last": "-last_at", "best": "-best", "attempts": "-attempts"}


@router.get("/team", response=Page[TeamRow])
def team(
    request: HttpRequest,
    unit: UUID | None = None,
    q: str = "",
    sort: Literal["last", "best", "attempts"] = "last",
    cursor: str | None = None,
) -> Page[TeamRow]:
    """The practice of the people whom the caller leads or trains: figures only, never what was said."""
    actor = _actor(request)
    rows = queries.team(actor, unit=unit, text=q)
    key = decode_cursor(cursor, 1)
    begin = int(key[0]) if key and str(key[0]).isdigit() else 0
    some = list(rows.order_by(SORTS[sort], "id")[begin : begin + PAGE + 1])
    return Page[TeamRow](
        items=_team_rows(actor, some[:PAGE]),
        next=encode_cursor(begin + PAGE) if len(some) > PAGE else None,
        total=rows.count() if begin == 0 else None,
    )


def _team_rows(actor: Actor, rows: list[Practice]) -> list[TeamRow]:
    cards = people.cards_of(actor.tenant_id, [row.person_id for row in rows])
    return [
        TeamRow(
            person=TeamPerson(id=row.person_id, name=cards[row.person_id].name),
            unit=cards[row.person_id].unit_name,
            attempts=row.attempts,
            scenarios=row.scenarios,
            best=row.best,
            last=row.last,
            last_at=row.last_at,
        )
        for row in rows
        if row.person_id in cards
    ]


HEADINGS = {
    "zh": ["姓名", "部门", "练习次数", "场景数", "最好成绩", "最近成绩", "最近练习"],
    "en": ["Name", "Unit", "Talks", "Scenarios", "Best", "Latest", "Last practised"],
}


@router.get("/team.csv", response={200: bytes})
def team_csv(request: HttpRequest, unit: UUID | None = None, q: str = "") -> HttpResponse:
    """The team list as a file that a spreadsheet opens as it is."""
    actor = _actor(request)
    rows: QuerySet[Practice] = queries.team(actor, unit=unit, text=q).order_by("-last_at", "id")[:50_000]
    text = io.StringIO()
    text.write("\ufeff")  # tells Excel that the file is UTF-8
    writer = csv.writer(text)
    writer.writerow(HEADINGS.get(actor.language, HEADINGS["zh"]))
    for row in _team_rows(actor, list(rows)):
        last_at = row.last_at.isoformat(timespec="minutes")
        cells = [row.person.name, row.unit, row.attempts, row.scenarios, row.best, row.last, last_at]
        writer.writerow([_plain(cell) for cell in cells])
    return HttpResponse(
        text.getvalue().encode(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="team.csv"'},
    )


def _plain(cell: object) -> object:
    """A cell that a spreadsheet will not run as a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell
