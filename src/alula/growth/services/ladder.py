"""Applications: opened, moved along the table of ladder/workflow.py, assigned. Every move is kept with who, when and why."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from msgspec.structs import replace

from alula.growth.facts import Title, TitleKind
from alula.growth.ladder.deadlines import today
from alula.growth.ladder.workflow import MOVES, MoveName, moves_from
from alula.growth.models import Application, Firm, Relation, Step
from alula.growth.permissions import Release, is_officer, require_officer
from alula.growth.queries.firms import firm_visible_to
from alula.growth.queries.ladder import application_visible_to, hats_of
from alula.growth.services import firms
from alula.growth.statements import ladder as statements
from alula.growth.storing import decode_facts
from alula.kernel import clock
from alula.kernel.actor import Actor, Role
from alula.kernel.errors import Refusal, not_found, register
from alula.people import facade as people

MOST_DAYS = 60
YEARS = 3
"""A title's validity when the announcement does not say otherwise (2022 rule, article on validity)."""

register(
    "growth",
    {
        "application_open": {
            "zh": "这家企业对这一层级已有进行中的申报。",
            "en": "This firm already has an application for this tier under way.",
        },
        "nothing_to_review": {
            "zh": "这家企业没有这个层级的称号，无从复核，请选择新申报。",
            "en": "The firm holds no title of this tier that could be reviewed. Choose a new application.",
        },
        "move_not_here": {
            "zh": "申报现在不在可以这样处理的阶段。",
            "en": "The application is not at a stage where this can be done.",
        },
        "moved_meanwhile": {
            "zh": "这份申报刚刚被别人处理过，请先查看最新情况。",
            "en": "Somebody else has just dealt with this application. Look at how it stands first.",
        },
        "reason_missing": {
            "zh": "请写明原因，企业会看到。",
            "en": "Please give a reason; the firm will read it.",
        },
        "days_missing": {
            "zh": "请填写公示天数，1 至 {most} 天。",
            "en": "Please say how many days the publicity lasts, 1 to {most}.",
        },
        "publicity_runs": {
            "zh": "公示到 {until} 为止，之后才能公告。",
            "en": "The publicity lasts until {until}; the announcement comes after it.",
        },
        "title_dates": {
            "zh": "请填写称号的起止日期，结束应晚于开始。",
            "en": "Please give the title's first and last day, in this order.",
        },
        "facts_first": {
            "zh": "请先填写企业资料，再提交申报。",
            "en": "State the firm's facts first, then submit the application.",
        },
        "officer_unknown": {"zh": "机构里没有这位专员。", "en": "There is no such officer in the agency."},
    },
)


@transaction.atomic
def open_application(
    actor: Actor, firm_id: UUID, agency_id: UUID, tier: str, *, kind: str = "new", batch: str = ""
) -> Application:
    """Begin a firm's way to a tier with an agency that accompanies it; it stands at the self-test.

    By the owner, who so releases the firm's applications to the agency, or by an officer for a firm that already does.

    Raises:
        Refusal: kernel.not_found; growth.application_open, growth.nothing_to_review (409).
    """
    seen = firm_visible_to(actor, firm_id, Release.APPLICATIONS)
    firm = Firm.objects.select_for_update().get(tenant_id=seen.tenant_id)
    relation = Relation.objects.filter(firm=firm, agency_id=agency_id, ended_at=None).first()
    if relation is None or (is_officer(actor) and agency_id != actor.tenant_id):
        raise not_found()
    titles = decode_facts(firm.facts).titles or ()
    if kind == "review" and not any(one.kind == tier for one in titles):
        raise Refusal("growth.nothing_to_review", status=409, field="kind")
    if not is_officer(actor) and Release.APPLICATIONS not in relation.released:
        firms.release(actor, agency_id, [Release(one) for one in relation.released] + [Release.APPLICATIONS])
    try:
        with transaction.atomic():
            application = Application.objects.create(
                agency_id=agency_id,
                firm=firm,
                tier=tier,
                kind=kind,
                batch=batch,
                stage="self_test",
                officer_id=relation.officer_id,
            )
    except IntegrityError as error:
        raise Refusal("growth.application_open", status=409, field="tier") from error
    _step(actor, application, "open", "", "")
    statements.opened(actor, firm, application)
    return application


@transaction.atomic
def move(
    actor: Actor,
    application_id: UUID,
    name: MoveName,
    *,
    version: int,
    reason: str = "",
    days: int | None = None,
    since: date | None = None,
    until: date | None = None,
    batch: int | None = None,
) -> Application:
    """Move an application, as the table allows it.

    Args:
        actor: the owner or an officer; who may do which move stands in the table.
        application_id: which.
        name: the move.
        version: the one that the actor saw; of two who move at once, the second is refused.
        reason: for `return` what to supply, for `reject` why; the firm reads it.
        days: for `publish`, how long objections are taken, today included.
        since: for `announce`, the title's first day; today when none is given.
        until: its last day; three years when none is given.
        batch: for `announce`, the batch that the announcement names.

    Raises:
        Refusal: kernel.not_found; growth.moved_meanwhile, growth.move_not_here, growth.publicity_runs (409);
            growth.reason_missing, growth.days_missing, growth.title_dates, growth.facts_first (422).
    """
    application_visible_to(actor, application_id)
    application = Application.objects.select_for_update().get(id=application_id)
    if application.version != version:
        raise Refusal("growth.moved_meanwhile", status=409, field="version")
    if name not in moves_from(application.stage, **hats_of(actor, application)):
        raise Refusal("growth.move_not_here", status=409, field="move")
    _ready[name](application, reason=reason.strip(), days=days, since=since, until=until)
    before = application.stage
    application.stage = MOVES[name].after
    application.asked = reason.strip() if MOVES[name].needs == ("reason",) else ""
    application.version, application.moved_at = version + 1, clock.now()
    application.save()
    _step(actor, application, name, before, reason.strip())
    statements.moved(actor, application.firm, application, name)
    if name == "announce":
        _grant(actor, application, since or today(), until, batch)
    return application


@transaction.atomic
def assign(
    actor: Actor, application_id: UUID, *, officer_id: UUID | None, batch: str, note: str
) -> Application:
    """Say who of the agency handles it, in which batch, and what the agency notes for itself.

    Raises:
        Refusal: kernel.not_found; growth.officer_unknown (422).
    """
    require_officer(actor)
    application_visible_to(actor, application_id)
    require_officer_of(actor.tenant_id, officer_id)
    application = Application.objects.select_for_update().get(id=application_id)
    told = (application.officer_id, application.batch) != (officer_id, batch)
    application.officer_id, application.batch, application.note = officer_id, batch, note
    application.save(update_fields=["officer_id", "batch", "note"])
    if told:
        statements.assigned(actor, application.firm, application)
    return application


def require_officer_of(agency_id: UUID, officer_id: UUID | None) -> None:
    """Let pass nobody, or somebody who works for the agency.

    Raises:
        Refusal: growth.officer_unknown (422).
    """
    known = people.people_holding(agency_id, Role.OFFICER, Role.TENANT_ADMIN)
    if officer_id is not None and officer_id not in known:
        raise Refusal("growth.officer_unknown", status=422, field="officer_id")


def _step(actor: Actor, application: Application, name: str, before: str, reason: str) -> None:
    Step.objects.create(
        application=application,
        number=application.steps.count() + 1,
        move=name,
        before=before,
        after=application.stage,
        reason=reason,
        facts_version=application.firm.facts_version,
        tenant_id=actor.tenant_id,
        person_id=actor.person_id,
        at=clock.now(),
    )


def _grant(
    actor: Actor, application: Application, since: date, until: date | None, batch: int | None
) -> None:
    """Add the announced title to the firm's facts; a living one of the same kind ends the day before."""
    firm = Firm.objects.select_for_update().get(tenant_id=application.firm_id)
    facts = decode_facts(firm.facts)
    kind: TitleKind = application.tier
    title = Title(kind=kind, since=since, until=until or three_years(since), batch=batch)
    kept = tuple(
        replace(one, until=since - timedelta(days=1))
        if one.kind == kind
        and (one.until is None or one.until >= since)
        and (one.since is None or one.since < since)
        else one
        for one in facts.titles or ()
    )
    firms.put_facts(actor, firm, replace(facts, titles=(*kept, title)))


def three_years(since: date) -> date:
    """The last day of three years that begin on `since`."""
    try:
        return since.replace(year=since.year + YEARS) - timedelta(days=1)
    except ValueError:  # 29 February
        return date(since.year + YEARS, 2, 28)


Ready = Callable[..., None]


def _nothing(application: Application, **_: Any) -> None:
    """Nothing has to come with the move."""


def _with_facts(application: Application, **_: Any) -> None:
    if application.firm.facts_version == 0:
        raise Refusal("growth.facts_first", status=422)


def _with_reason(application: Application, *, reason: str, **_: Any) -> None:  # noqa: ARG001 - one signature for all
    if not reason:
        raise Refusal("growth.reason_missing", status=422, field="reason")


def _with_days(application: Application, *, days: int | None, **_: Any) -> None:
    if days is None or not 1 <= days <= MOST_DAYS:
        raise Refusal("growth.days_missing", status=422, field="days", most=MOST_DAYS)
    application.publicity_until = today() + timedelta(days=days - 1)


def _after_publicity(application: Application, *, since: date | None, until: date | None, **_: Any) -> None:
    end = application.publicity_until
    if end is not None and today() <= end:
        raise Refusal("growth.publicity_runs", status=409, until=end.isoformat())
    if until is not None and until <= (since or today()):
        raise Refusal("growth.title_dates", status=422, field="until")


_ready: dict[MoveName, Ready] = {
    "submit": _with_facts,
    "take": _nothing,
    "visit": _nothing,
    "publish": _with_days,
    "announce": _after_publicity,
    "return": _with_reason,
    "reject": _with_reason,
    "withdraw": _nothing,
}
