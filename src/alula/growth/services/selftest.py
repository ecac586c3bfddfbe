"""The self-test: answers as a draft, facts put in force, assessments made and kept."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from msgspec.structs import replace

from alula.growth.engine.assess import assess
from alula.growth.facts import Facts
from alula.growth.models import Assessment, Draft, FactsVersion, Firm
from alula.growth.permissions import Release, is_owner
from alula.growth.queries.decisions import decisions_told
from alula.growth.queries.firms import facts_of, firm_visible_to, may_keep
from alula.growth.queries.selftest import draft_of, encode_report, latest_assessments
from alula.growth.rulebook.model import Kind, Tier
from alula.growth.selftest import flow
from alula.growth.selftest.answering import Mistakes, answered, merged, values_of
from alula.growth.selftest.form import Question
from alula.growth.selftest.questions import questions
from alula.growth.selftest.telling import told
from alula.growth.selftest.tiers import LADDER, TIER_NAMES
from alula.growth.services.firms import ensure_firm, save_facts
from alula.growth.statements import selftest as statements
from alula.growth.storing import decode_facts, encode_facts
from alula.kernel import clock
from alula.kernel.actor import Actor
from alula.kernel.errors import Refusal, not_found, register

Status = Literal["answered", "skipped", "not_known"]

register(
    "growth",
    {
        "answer_invalid": {"zh": "有 {count} 处需要改正。", "en": "There is something to correct: {count}."},
    },
)


@transaction.atomic
def assess_firm(
    actor: Actor | None, firm: Firm, tier: Tier, as_of: date, *, kind: Kind = "new"
) -> Assessment:
    """Judge the facts in force by the rule of that day and keep the report with the version of both.

    Made again from the same facts by the same rule for the same day, it is the assessment that there is already.

    Args:
        actor: who asks; nobody when a job does, and then no statement is made.
        firm: whose facts.
        tier: which standard.
        as_of: the day of application that is assumed.
        kind: a new application or the review of a title.

    Raises:
        Refusal: kernel.not_found, for a firm that the actor may not see; growth.no_rule (404).
    """
    if actor is not None:
        firm_visible_to(actor, firm.tenant_id)
    facts = facts_of(firm)
    found = assess(facts, tier, as_of, kind=kind, place=firm.place or None)
    same = Assessment.objects.filter(
        firm=firm,
        tier=tier,
        as_of=as_of,
        kind=kind,
        facts_version=firm.facts_version,
        rule=found.rule.id,
        version=found.rule.version,
        overlays=list(found.rule.overlays),
    ).first()
    if same is not None:
        return same
    made = Assessment.objects.create(
        firm=firm,
        tier=tier,
        as_of=as_of,
        kind=kind,
        rule=found.rule.id,
        version=found.rule.version,
        overlays=list(found.rule.overlays),
        facts_version=firm.facts_version,
        outcome=found.outcome,
        report=encode_report(told(found, decisions_told(firm, facts.judgements, found.judged))),
        person_id=actor.person_id if actor else None,
        by_tenant_id=actor.tenant_id if actor else None,
    )
    if actor is not None:
        statements.self_assessed(actor, firm, made, TIER_NAMES[tier])
    return made


def seen_firm(actor: Actor, firm_id: UUID, *released: Release) -> Firm:
    """That firm; an owner's own is made when growth first hears of it.

    Raises:
        Refusal: kernel.not_found, also for a firm that did not release what is asked.
    """
    if actor.tenant_id == firm_id and is_owner(actor):
        ensure_firm(firm_id)
    return firm_visible_to(actor, firm_id, *released)


def kept_firm(actor: Actor, firm_id: UUID) -> Firm:
    """The firm, locked until the transaction ends, when the actor may change what it states.

    Raises:
        Refusal: kernel.not_found; growth.not_held (403), for an agency whose firm keeps itself.
    """
    seen_firm(actor, firm_id)
    firm = Firm.objects.select_for_update().get(tenant_id=firm_id)
    if not may_keep(actor, firm):
        raise Refusal("growth.not_held", status=403)
    return firm


@transaction.atomic
def answer(
    actor: Actor, firm_id: UUID, name: str, values: dict[str, Any], *, status: Status = "answered"
) -> Draft:
    """Keep one answer in the draft. Two devices that answer different questions both keep theirs.

    Args:
        actor: who keeps the firm.
        firm_id: whose draft.
        name: the question.
        values: by path; None is unknown, 0 and [] are answers. Nothing is taken from a question that is left open.
        status: `skipped` and `not_known` leave the question open on purpose.

    Raises:
        Refusal: kernel.not_found; growth.not_held (403); growth.answer_invalid (422) with every field in `expected`.
    """
    firm = kept_firm(actor, firm_id)
    question = next((one for one in questions(clock.now().year) if one.id == name), None)
    if question is None:
        raise not_found()
    draft = begin_draft(actor, firm)
    if status == "answered":
        draft.facts = encode_facts(_checked(decode_facts(draft.facts), question, values))
        draft.open.pop(name, None)
        draft.answered = [*(one for one in draft.answered if one != name), name]
    else:
        draft.open = {**draft.open, name: status}
        draft.answered = [one for one in draft.answered if one != name]
    return keep_draft(actor, draft)


@transaction.atomic
def take_facts(actor: Actor, firm_id: UUID, facts: Facts) -> Draft:
    """Put whole facts into the draft: of a file, or of an earlier version. Nothing is in force before `finish`.

    Raises:
        Refusal: kernel.not_found; growth.not_held (403).
    """
    firm = kept_firm(actor, firm_id)
    draft = begin_draft(actor, firm)
    facts = replace(facts, judgements=facts_of(firm).judgements)  # decided one by one, never by a file
    draft.facts, draft.open = encode_facts(facts), {}
    return keep_draft(actor, draft)


def take_earlier(actor: Actor, firm_id: UUID, version: int) -> Draft:
    """Begin from what the firm stated earlier.

    Raises:
        Refusal: kernel.not_found, also for a version that is not there; growth.not_held (403).
    """
    firm_visible_to(actor, firm_id)
    row = FactsVersion.objects.filter(tenant_id=firm_id, version=version).first()
    if row is None:
        raise not_found()
    return take_facts(actor, firm_id, decode_facts(row.body))


@transaction.atomic
def take_figures(actor: Actor, firm_id: UUID, figures: dict[str, Any]) -> Draft:
    """Put figures that were tried out into the draft, by path.

    Raises:
        Refusal: as `answer`.
    """
    draft = begin_draft(actor, kept_firm(actor, firm_id))
    try:
        draft.facts = encode_facts(merged(decode_facts(draft.facts), figures))
    except Mistakes as mistakes:
        raise refused(mistakes) from mistakes
    return keep_draft(actor, draft)


@transaction.atomic
def discard(actor: Actor, firm_id: UUID) -> None:
    """Put the draft aside; it can be taken back until the next answer begins a new one.

    Raises:
        Refusal: kernel.not_found; growth.not_held (403).
    """
    kept_firm(actor, firm_id)
    Draft.objects.filter(firm_id=firm_id, discarded_at=None).update(discarded_at=clock.now())


@transaction.atomic
def take_back(actor: Actor, firm_id: UUID) -> None:
    """Undo `discard`.

    Raises:
        Refusal: kernel.not_found, also when there is nothing to take back; growth.not_held (403).
    """
    kept_firm(actor, firm_id)
    if not Draft.objects.filter(firm_id=firm_id).exclude(discarded_at=None).update(discarded_at=None):
        raise not_found()


@transaction.atomic
def renew(actor: Actor, firm_id: UUID) -> Draft:
    """Lay the draft's answers over facts that were changed elsewhere meanwhile; what was not answered here is theirs.

    Raises:
        Refusal: kernel.not_found, also without a draft; growth.not_held (403); growth.answer_invalid (422).
    """
    firm = kept_firm(actor, firm_id)
    draft = draft_of(firm)
    if draft is None:
        raise not_found()
    mine, facts = decode_facts(draft.facts), facts_of(firm)
    for question in questions(clock.now().year):
        if question.id in draft.answered:
            blank: dict[str, Any] = dict.fromkeys(field.path for field in question.fields)
            facts = _checked(facts, question, blank | values_of(mine, question))
    draft.facts, draft.based_on = encode_facts(facts), firm.facts_version
    return keep_draft(actor, draft)


@transaction.atomic
def finish(
    actor: Actor, firm_id: UUID, *, test: flow.Test = "ladder", kind: Kind = "new"
) -> list[Assessment]:
    """Put the draft in force and assess every tier of the test, and those of another test that were assessed before.

    Without a draft the facts in force are assessed.

    Raises:
        Refusal: kernel.not_found; growth.not_held (403); growth.facts_changed (409), when others saved facts meanwhile.
    """
    firm = kept_firm(actor, firm_id)
    draft = draft_of(firm)
    if draft is not None:
        if draft.facts != firm.facts:
            firm = save_facts(actor, firm_id, decode_facts(draft.facts), based_on=draft.based_on)
        draft.delete()
    day = today(actor)
    wanted: tuple[Tier, ...] = LADDER if test == "ladder" else ("digital",)
    before = latest_assessments(firm)
    tiers = [*wanted, *(tier for tier in (*LADDER, "digital") if tier in before and tier not in wanted)]
    return [assess_firm(actor, firm, tier, day, kind=kind) for tier in tiers]


def today(actor: Actor) -> date:
    """The day on which the actor's firm would apply: today where the actor is."""
    return clock.now().astimezone(ZoneInfo(actor.timezone)).date()


def refused(mistakes: Mistakes) -> Refusal:
    """Every mistake at its field; the sentence counts them, `expected` holds what each asks for."""
    return Refusal(
        "growth.answer_invalid",
        status=422,
        field=mistakes.found[0].field,
        expected=[
            {"field": one.field, "zh": one.words.zh, "en": one.words.en} for one in mistakes.found[:200]
        ],
        count=len(mistakes.found),
    )


def _checked(facts: Facts, question: Question, values: dict[str, Any]) -> Facts:
    try:
        return answered(facts, question, values)
    except Mistakes as mistakes:
        raise refused(mistakes) from mistakes


def begin_draft(actor: Actor, firm: Firm) -> Draft:
    """The draft that goes on, or a new one over the facts in force; a discarded one ends here."""
    draft = draft_of(firm)
    if draft is not None:
        return draft
    Draft.objects.filter(firm=firm).delete()
    return Draft(
        firm=firm,
        facts=firm.facts,
        based_on=firm.facts_version,
        person_id=actor.person_id,
        began_at=clock.now(),
    )


def keep_draft(actor: Actor, draft: Draft) -> Draft:
    """Save the draft as the actor's newest answer."""
    draft.revision += 1
    draft.person_id, draft.changed_at = actor.person_id, clock.now()
    draft.save()
    return draft
