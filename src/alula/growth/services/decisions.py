"""Judging what no number decides: by the firm for its own test, or by the agency that checks its application."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from msgspec.structs import replace

from alula.growth.engine.assess import assess
from alula.growth.facts import Facts
from alula.growth.models import Application, Assessment, Decision, Draft, Firm, Relation
from alula.growth.queries.decisions import checking, newest_decisions
from alula.growth.queries.firms import facts_of, firm_visible_to, may_keep
from alula.growth.queries.selftest import newest_ids
from alula.growth.selftest.tiers import LADDER
from alula.growth.services.firms import put_facts
from alula.growth.services.selftest import assess_firm, seen_firm, today
from alula.growth.statements import decisions as statements
from alula.growth.storing import decode_facts, encode_facts
from alula.kernel.actor import Actor
from alula.kernel.errors import Refusal, not_found, register
from alula.people import facade as people

register(
    "growth",
    {
        "not_checking": {
            "zh": "机构在审核或实地核查这家企业的申报时，才能作出判断。",
            "en": "An agency judges while it checks an application of the firm.",
        },
        "decision_note": {"zh": "请写明判断的依据，企业会看到。", "en": "Say what the judgement rests on; the firm will read it."},
        "agency_decided": {
            "zh": "这一项已由{agency}在审核时作出判断，不能自行改动。",
            "en": "{agency} has judged this while checking; only they can change it.",
        },
    },
)  # fmt: skip


@transaction.atomic
def decide(actor: Actor, firm_id: UUID, judgement: str, *, holds: bool | None, note: str = "") -> Firm:
    """Judge a condition of a firm, or take the judgement back; every stored tier is assessed again.

    Args:
        actor: who keeps the firm: the answer is self-stated. An officer whose agency checks an application: it is confirmed.
        firm_id: whose.
        judgement: which, of those that the rules in force ask persons for.
        holds: whether the condition holds; None takes back what was decided.
        note: why; an officer always says it.

    Raises:
        Refusal: kernel.not_found, also for what no rule asks; growth.not_checking (403); growth.agency_decided (409), when
            an agency that accompanies the firm has judged; growth.decision_note (422).
    """
    seen_firm(actor, firm_id)
    firm = Firm.objects.select_for_update().get(tenant_id=firm_id)
    application = _right_of(actor, firm, judgement)
    if application and holds is not None and not note.strip():
        raise Refusal("growth.decision_note", status=422, field="note")
    facts = facts_of(firm)
    if judgement not in asked_of(facts, actor, firm):
        raise not_found()
    Decision.objects.create(
        firm=firm,
        judgement=judgement,
        holds=holds,
        note=note.strip(),
        application=application,
        confirmed=application is not None,
        person_id=actor.person_id,
        by_tenant_id=actor.tenant_id,
    )
    others = {name: one for name, one in facts.judgements.items() if name != judgement}
    judgements = others if holds is None else {**others, judgement: holds}
    before = firm.facts_version
    firm = put_facts(actor, firm, replace(facts, judgements=judgements))
    _carry(firm, before, judgements)
    statements.decided(actor, firm, judgement, taken_back=holds is None)
    for made in Assessment.objects.filter(id__in=newest_ids([firm_id])):
        assess_firm(None, firm, made.tier, today(actor), kind=made.kind)
    return firm


def _right_of(actor: Actor, firm: Firm, judgement: str) -> Application | None:
    """The application that an officer checks; None for who keeps the firm and states it for themselves."""
    application = checking(actor, firm)
    if application is not None:
        return application
    if not may_keep(actor, firm):
        firm_visible_to(actor, firm.tenant_id)
        raise Refusal("growth.not_checking", status=403)
    last = newest_decisions([firm.tenant_id]).get((firm.tenant_id, judgement))
    standing = last is not None and last.confirmed and last.holds is not None
    if last and standing and last.by_tenant_id != actor.tenant_id:
        agency = people.tenant_names([last.by_tenant_id]).get(last.by_tenant_id, "")
        if Relation.objects.filter(firm=firm, agency_id=last.by_tenant_id, ended_at=None).exists():
            raise Refusal("growth.agency_decided", status=409, agency=agency)
    return None


def asked_of(facts: Facts, actor: Actor, firm: Firm) -> frozenset[str]:
    """What the rules of the ladder in force ask persons to judge of these facts, whether it was judged already or not."""
    asked: set[str] = set()
    for tier in LADDER:
        for kind in ("new", "review"):
            found = assess(facts, tier, today(actor), kind=kind, place=firm.place or None)
            asked.update(found.judged)
            asked.update(what for one in found.clauses for what in one.finding.judge)
            asked.update(
                what for one in (found.scored.items if found.scored else ()) for what in one.earned.judge
            )
    return frozenset(asked)


def _carry(firm: Firm, before: int, judgements: dict[str, bool]) -> None:
    """A draft holds no judgements of its own: it goes on over the new facts, when it stood on those before."""
    draft = Draft.objects.filter(firm=firm, based_on=before).first()
    if draft is not None:
        draft.facts = encode_facts(replace(decode_facts(draft.facts), judgements=judgements))
        draft.based_on = firm.facts_version
        draft.save(update_fields=["facts", "based_on"])
