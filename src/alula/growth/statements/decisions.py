"""Judgements: that one was made or taken back, and which; what was decided and why stays in the firm's rows."""

from __future__ import annotations

from alula.growth.models import Firm
from alula.growth.statements.building import firm_iri, say, verb
from alula.growth.wording import judgement as wording
from alula.kernel.actor import Actor
from alula.record import facade as record

JUDGED = verb(
    "judged-condition",
    {"zh": "作出判断", "en": "judged"},
    {"zh": "{actor}判断了“{activity}”", "en": "{actor} judged “{activity}”"},
)
TOOK_BACK = verb(
    "took-back-judgement",
    {"zh": "撤回判断", "en": "took back a judgement"},
    {"zh": "{actor}撤回了对“{activity}”的判断", "en": "{actor} took back the judgement of “{activity}”"},
)
JUDGEMENT_TYPE = record.vocabulary("activity-types", "condition-to-judge")


def decided(actor: Actor, firm: Firm, judgement: str, *, taken_back: bool) -> None:
    """Append that a condition of the firm was judged, or its judgement taken back."""
    words = wording(judgement)
    thing = record.Activity(
        id=f"{firm_iri(firm.tenant_id)}/judgements/{judgement}",
        definition=record.ActivityDefinition(
            type=JUDGEMENT_TYPE,
            name={"zh-CN": f"{firm.name}：{words['zh']}", "en-US": f"{firm.name}: {words['en']}"},
        ),
    )
    say(actor, firm, TOOK_BACK if taken_back else JUDGED, thing)
