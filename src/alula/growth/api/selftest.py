"""The self-test of a firm: questions, drafts, what if, results. The owner's own firm has the id of its tenant."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal
from urllib.parse import quote
from uuid import UUID

import msgspec
from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema

from alula.growth.api.result import result_of
from alula.growth.engine.assess import Assessment as Judgement
from alula.growth.facts import Facts
from alula.growth.models import Assessment, Firm
from alula.growth.permissions import Release
from alula.growth.queries import selftest as queries
from alula.growth.queries.firms import facts_of, may_keep
from alula.growth.rulebook.model import Kind, Tier, Words
from alula.growth.selftest import flow, what_if
from alula.growth.selftest.answering import Mistakes, values_of
from alula.growth.selftest.calendar import held
from alula.growth.selftest.form import Question
from alula.growth.selftest.telling import told
from alula.growth.selftest.tiers import TIER_NAMES
from alula.growth.selftest_pdf import render_pdf
from alula.growth.services import selftest as services
from alula.growth.storing import decode_facts
from alula.kernel import clock
from alula.kernel.actor import Actor
from alula.kernel.http import PAGE, Page, decode_cursor, encode_cursor
from alula.kernel.texts import Texts
from alula.people import facade as people

router = Router()
_ENCODER = msgspec.json.Encoder(decimal_format="number")


class AnswerIn(Schema):
    """One answer: values by path. None is unknown, 0 and [] are answers."""

    values: dict[str, Any] = {}
    status: services.Status = "answered"


class TierOut(Schema):
    """A tier at this moment: its outcome by the rule in force, how many conditions stand where, how many persons judged."""

    tier: Tier
    name: Texts
    rule: str
    version: str
    overlays: list[str]
    document: str
    outcome: Literal["pass", "fail", "unknown", "ineligible"]
    counts: dict[str, int]
    points: list[float] | None
    needed: float | None
    held: bool
    judged: int


class DraftOut(Schema):
    """The draft: how many answers it holds, who gave the last one, and whether newer facts came into force meanwhile."""

    revision: int
    changed_at: datetime
    by: str
    behind: bool


class SelfTestOut(Schema):
    """Where the test stands. `questions` are all of them, with what is known; `ahead` those still worth asking, in order."""

    firm_id: UUID
    firm_name: str
    facts_version: int
    may_keep: bool
    as_of: date
    test: flow.Test
    draft: DraftOut | None
    discarded: bool
    tiers: list[TierOut]
    ahead: list[str]
    further: list[str]
    settled: bool
    answered: list[str]
    open: dict[str, str]
    questions: list[dict[str, Any]]


class WhatIfIn(Schema):
    """Numbers by the path of a slider, and titles that the firm would hold."""

    changes: dict[str, float | str] = {}
    titles: list[Tier] = []


class WhatIfOut(Schema):
    """The tiers as they would be, and the clauses of each that would change their state."""

    tiers: list[TierOut]
    changed: list[dict[str, Any]]


class AssessmentRow(Schema):
    """One stored assessment: by which rule and facts, when, and its outcome."""

    id: UUID
    tier: Tier
    as_of: date
    kind: Kind
    rule: str
    version: str
    overlays: list[str]
    facts_version: int
    outcome: str
    made_at: datetime
    by: str


class EarlierIn(Schema):
    """A version of the facts to begin from."""

    version: int


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.auth
    return actor


def _json(data: Any) -> HttpResponse:
    """Reports carry exact decimals, which the framework's own encoder would turn into texts."""
    return HttpResponse(_ENCODER.encode(data), content_type="application/json")


@router.get("/firms/{firm_id}/selftest", response=SelfTestOut)
def read_self_test(request: HttpRequest, firm_id: UUID, test: flow.Test = "ladder") -> SelfTestOut:
    """Where the test stands: the draft when there is one, else the facts in force."""
    return _state(_actor(request), services.seen_firm(_actor(request), firm_id, Release.FACTS), test)


@router.put("/firms/{firm_id}/selftest/answers/{question}", response=SelfTestOut)
def answer_question(
    request: HttpRequest, firm_id: UUID, question: str, payload: AnswerIn, test: flow.Test = "ladder"
) -> SelfTestOut:
    """Keep one answer; the tiers move at once."""
    draft = services.answer(_actor(request), firm_id, question, payload.values, status=payload.status)
    return _state(_actor(request), draft.firm, test)


@router.delete("/firms/{firm_id}/selftest", response=SelfTestOut)
def discard_draft(request: HttpRequest, firm_id: UUID, test: flow.Test = "ladder") -> SelfTestOut:
    """Put the draft aside."""
    services.discard(_actor(request), firm_id)
    return _state(_actor(request), services.seen_firm(_actor(request), firm_id), test)


@router.post("/firms/{firm_id}/selftest/take-back", response=SelfTestOut)
def take_back_draft(request: HttpRequest, firm_id: UUID, test: flow.Test = "ladder") -> SelfTestOut:
    """Undo the discarding."""
    services.take_back(_actor(request), firm_id)
    return _state(_actor(request), services.seen_firm(_actor(request), firm_id), test)


@router.post("/firms/{firm_id}/selftest/renew", response=SelfTestOut)
def renew_draft(request: HttpRequest, firm_id: UUID, test: flow.Test = "ladder") -> SelfTestOut:
    """Lay the draft over facts that came into force meanwhile."""
    draft = services.renew(_actor(request), firm_id)
    return _state(_actor(request), draft.firm, test)


@router.post("/firms/{firm_id}/selftest/earlier", response=SelfTestOut)
def begin_from_earlier(request: HttpRequest, firm_id: UUID, payload: EarlierIn) -> SelfTestOut:
    """Begin from what the firm stated earlier."""
    draft = services.take_earlier(_actor(request), firm_id, payload.version)
    return _state(_actor(request), draft.firm, "ladder")


@router.post("/firms/{firm_id}/selftest/figures", response=SelfTestOut)
def keep_figures(request: HttpRequest, firm_id: UUID, payload: WhatIfIn) -> SelfTestOut:
    """Put figures that were tried out into the draft."""
    actor = _actor(request)
    figures = {path: value for path, value in payload.changes.items() if path != what_if.MORE_RIGHTS}
    firm = services.seen_firm(actor, firm_id)
    try:
        typed = what_if.figures(figures)
    except Mistakes as mistakes:
        raise services.refused(mistakes) from mistakes
    services.take_figures(actor, firm.tenant_id, typed)
    return _state(actor, firm, "ladder")


@router.post("/firms/{firm_id}/selftest/finish", response=list[AssessmentRow])
def finish_self_test(request: HttpRequest, firm_id: UUID, test: flow.Test = "ladder") -> list[AssessmentRow]:
    """Put the draft in force and assess the tiers of the test."""
    return _rows(services.finish(_actor(request), firm_id, test=test))


@router.get("/firms/{firm_id}/assessments", response=Page[AssessmentRow])
def list_assessments(request: HttpRequest, firm_id: UUID, cursor: str | None = None) -> Page[AssessmentRow]:
    """Every assessment that was made, newest first."""
    firm = services.seen_firm(_actor(request), firm_id, Release.ASSESSMENTS)
    rows = queries.history_of(firm)
    after = decode_cursor(cursor, 2)
    if after:
        rows = queries.before(rows, after)
    found = list(rows[: PAGE + 1])
    following = (
        encode_cursor(found[PAGE - 1].made_at.isoformat(), found[PAGE - 1].id) if len(found) > PAGE else None
    )
    total = None if after else queries.history_of(firm).count()
    return Page[AssessmentRow](items=_rows(found[:PAGE]), next=following, total=total)


@router.get("/firms/{firm_id}/assessments/{assessment_id}", response=dict[str, Any])
def read_assessment(request: HttpRequest, firm_id: UUID, assessment_id: UUID) -> HttpResponse:
    """One stored report, as it was made."""
    firm = services.seen_firm(_actor(request), firm_id, Release.ASSESSMENTS)
    return _json(queries.report_of(queries.assessment_of(firm, assessment_id)))


@router.get("/firms/{firm_id}/result", response=dict[str, Any])
def read_result(request: HttpRequest, firm_id: UUID) -> HttpResponse:
    """The newest report of each tier, the calendar and the plan. An agency sees it when it was released."""
    actor = _actor(request)
    firm = services.seen_firm(actor, firm_id, Release.ASSESSMENTS)
    return _json(result_of(actor, firm))


@router.get("/firms/{firm_id}/report.pdf", response={200: bytes})
def report_pdf(
    request: HttpRequest, firm_id: UUID, language: Literal["zh", "en"] | None = None
) -> HttpResponse:
    """The newest report of each tier for paper; `language` is the caller's own when not given."""
    actor = _actor(request)
    firm = services.seen_firm(actor, firm_id, Release.ASSESSMENTS)
    reports = queries.latest_assessments(firm)
    pdf = render_pdf(firm.name, reports, language or actor.language, clock.now(), actor.timezone)
    name = quote(f"{firm.name}-{services.today(actor):%Y%m%d}.pdf")
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f"attachment; filename=\"selftest.pdf\"; filename*=UTF-8''{name}"
    return response


@router.post("/firms/{firm_id}/what-if", response=WhatIfOut)
def try_out(request: HttpRequest, firm_id: UUID, payload: WhatIfIn) -> WhatIfOut:
    """Judge the ladder with other figures. Nothing is saved."""
    actor = _actor(request)
    firm = services.seen_firm(actor, firm_id, Release.FACTS)
    facts, day = facts_of(firm), services.today(actor)
    try:
        after = what_if.what_if(facts, payload.changes, tuple(payload.titles), day)
    except Mistakes as mistakes:
        raise services.refused(mistakes) from mistakes
    before = flow.judge(facts, day)
    return WhatIfOut(
        tiers=[tier_out(tier, found, held(facts, day)) for tier, found in after.items()],
        changed=[one for tier in after for one in what_if.changed(told(before[tier]), told(after[tier]))],
    )


def _state(actor: Actor, firm: Firm, test: flow.Test) -> SelfTestOut:
    draft = queries.draft_of(firm)
    facts = decode_facts(draft.facts) if draft else facts_of(firm)
    day = services.today(actor)
    judged = flow.judge(facts, day, test=test, place=firm.place or None)
    done = frozenset((*draft.answered, *draft.open)) if draft else frozenset[str]()
    course = flow.course(judged, done, test=test)
    titles = held(facts, day)
    return SelfTestOut(
        firm_id=firm.tenant_id,
        firm_name=firm.name,
        facts_version=firm.facts_version,
        may_keep=may_keep(actor, firm),
        as_of=day,
        test=test,
        draft=DraftOut(
            revision=draft.revision,
            changed_at=draft.changed_at,
            by=people.names_of(firm.tenant_id, [draft.person_id]).get(draft.person_id, ""),
            behind=draft.based_on != firm.facts_version,
        )
        if draft
        else None,
        discarded=draft is None and queries.has_discarded(firm),
        tiers=[tier_out(tier, found, titles) for tier, found in judged.items()],
        ahead=[one.id for one in course.ahead],
        further=[one.id for one in course.further],
        settled=course.settled,
        answered=list(draft.answered) if draft else [],
        open=dict(draft.open) if draft else {},
        questions=[_question(one, facts) for one in flow.shaped(judged) if _belongs(one, test)],
    )


def _belongs(question: Question, test: flow.Test) -> bool:
    digital = question.id.startswith(("digital", "scenes_"))
    return digital if test == "digital" else not digital or question.id == "digital"


def _question(question: Question, facts: Facts) -> dict[str, Any]:
    shape: dict[str, Any] = msgspec.to_builtins(question)
    return {**shape, "values": values_of(facts, question)}


def tier_out(tier: Tier, found: Judgement, titles: tuple[Tier, ...]) -> TierOut:
    """A judged tier with its counts."""
    scored = found.scored
    needed = scored.score.bound if scored else None
    return TierOut(
        tier=tier,
        name=_words(TIER_NAMES[tier]),
        rule=found.rule.id,
        version=found.rule.version,
        overlays=list(found.rule.overlays),
        document=found.rule.document,
        outcome=found.outcome,
        counts=flow.counts(found)._asdict(),
        points=[float(scored.total.low), float(scored.total.high)] if scored else None,
        needed=float(needed) if needed is not None else None,
        held=tier in titles,
        judged=len(found.judged),
    )


def _rows(made: list[Assessment]) -> list[AssessmentRow]:
    by_tenant: dict[UUID, set[UUID]] = {}
    for one in made:
        if one.by_tenant_id and one.person_id:
            by_tenant.setdefault(one.by_tenant_id, set()).add(one.person_id)
    names: dict[UUID, str] = {}
    for tenant, ids in by_tenant.items():
        names |= people.names_of(tenant, ids)
    return [
        AssessmentRow(
            id=one.id,
            tier=one.tier,
            as_of=one.as_of,
            kind=one.kind,
            rule=one.rule,
            version=one.version,
            overlays=one.overlays,
            facts_version=one.facts_version,
            outcome=one.outcome,
            made_at=one.made_at,
            by=names.get(one.person_id, "") if one.person_id else "",
        )
        for one in made
    ]


def _words(words: Words) -> Texts:
    return {"zh": words.zh, "en": words.en}
