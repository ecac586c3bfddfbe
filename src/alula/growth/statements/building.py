"""What every statement of growth is made with."""

from __future__ import annotations

from uuid import UUID

from alula.growth.models import Firm
from alula.kernel.actor import Actor
from alula.kernel.texts import Texts
from alula.record import facade as record

FIRM_TYPE = record.vocabulary("activity-types", "firm")


def verb(word: str, name: Texts, sentence: Texts) -> record.Verb:
    """A verb of growth, with the sentence in which it is read."""
    return record.define_verb(record.vocabulary("verbs", word), name=name, sentence=sentence)


def firm_iri(firm_id: UUID) -> str:
    """The IRI of a firm."""
    return record.iri("growth", "firms", str(firm_id))


def firm_activity(firm: Firm) -> record.Activity:
    """The firm as the object of a statement."""
    name = {"zh-CN": firm.name, "en-US": firm.name}
    return record.Activity(
        id=firm_iri(firm.tenant_id), definition=record.ActivityDefinition(type=FIRM_TYPE, name=name)
    )


def say(actor: Actor, firm: Firm, verb: record.Verb, thing: record.Activity | None = None) -> None:
    """Append: the actor did that to the firm, or to `thing` of the firm."""
    record.append(
        firm.tenant_id,
        [
            record.Statement(
                actor=record.person(actor.tenant_id, actor.person_id),
                verb=verb,
                object=thing or firm_activity(firm),
            )
        ],
    )
