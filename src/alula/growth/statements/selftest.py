"""Assessments: that one was made, of which tier; its outcome and figures stay in the firm's rows."""

from __future__ import annotations

from alula.growth.models import Assessment, Firm
from alula.growth.rulebook.model import Words
from alula.growth.statements.building import firm_iri, say, verb
from alula.kernel.actor import Actor
from alula.record import facade as record

SELF_ASSESSED = verb(
    "self-assessed",
    {"zh": "完成自测", "en": "self-assessed"},
    {"zh": "{actor}完成了自测“{activity}”", "en": "{actor} self-assessed “{activity}”"},
)
ASSESSMENT_TYPE = record.vocabulary("activity-types", "assessment-of-tier")


def self_assessed(actor: Actor, firm: Firm, made: Assessment, tier: Words) -> None:
    activity = record.Activity(
        id=f"{firm_iri(firm.tenant_id)}/tiers/{made.tier}",
        definition=record.ActivityDefinition(
            type=ASSESSMENT_TYPE,
            name={"zh-CN": f"{firm.name}：{tier.zh}", "en-US": f"{firm.name}: {tier.en}"},
        ),
    )
    say(actor, firm, SELF_ASSESSED, activity)
