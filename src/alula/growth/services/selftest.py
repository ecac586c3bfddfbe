"""The self-test: answers as a draft, facts put in force, assessments made and kept."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from alula.growth.engine.assess import assess
from alula.growth.models import Assessment, Firm
from alula.growth.queries.firms import facts_of, firm_visible_to
from alula.growth.queries.selftest import encode_report
from alula.growth.rulebook.model import Kind, Tier
from alula.growth.selftest.telling import told
from alula.growth.selftest.tiers import TIER_NAMES
from alula.growth.statements import selftest as statements
from alula.kernel.actor import Actor


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
    found = assess(facts_of(firm), tier, as_of, kind=kind, place=firm.place or None)
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
        report=encode_report(told(found)),
        person_id=actor.person_id if actor else None,
        by_tenant_id=actor.tenant_id if actor else None,
    )
    if actor is not None:
        statements.self_assessed(actor, firm, made, TIER_NAMES[tier])
    return made
