"""A firm's details, facts and releases."""

from __future__ import annotations

from uuid import UUID

from alula.growth.models import Firm, Relation
from alula.growth.statements.building import say, verb
from alula.kernel.actor import Actor
from alula.people import facade as people
from alula.record import facade as record

SAVED_FACTS = verb(
    "saved-facts",
    {"zh": "更新企业资料", "en": "saved facts"},
    {"zh": "{actor}更新了“{activity}”的企业资料", "en": "{actor} saved the facts of “{activity}”"},
)
CHANGED_FIRM = verb(
    "changed-firm",
    {"zh": "更正企业信息", "en": "changed the firm"},
    {"zh": "{actor}更正了“{activity}”的基本信息", "en": "{actor} corrected the details of “{activity}”"},
)
ACCOMPANIED = verb(
    "accompanied-firm",
    {"zh": "开始服务企业", "en": "began to accompany"},
    {"zh": "{actor}开始为“{activity}”提供服务", "en": "{actor} began to accompany “{activity}”"},
)
RELEASED = verb(
    "released-to-agency",
    {"zh": "授权查看", "en": "released"},
    {"zh": "{actor}调整了“{activity}”可以查看的内容", "en": "{actor} changed what “{activity}” may see"},
)
AGENCY_TYPE = record.vocabulary("activity-types", "agency")


def facts_saved(actor: Actor, firm: Firm) -> None:
    """The figures themselves stay in the firm's rows."""
    say(actor, firm, SAVED_FACTS)


def firm_changed(actor: Actor, firm: Firm) -> None:
    say(actor, firm, CHANGED_FIRM)


def accompanied(actor: Actor, firm: Firm) -> None:
    say(actor, firm, ACCOMPANIED)


def released(actor: Actor, firm: Firm, relation: Relation) -> None:
    say(actor, firm, RELEASED, agency_activity(relation.agency_id))


def agency_activity(agency_id: UUID) -> record.Activity:
    """An agency as the object of a statement."""
    name = people.tenant_names([agency_id]).get(agency_id, "")
    return record.Activity(
        id=record.iri("growth", "agencies", str(agency_id)),
        definition=record.ActivityDefinition(type=AGENCY_TYPE, name={"zh-CN": name, "en-US": name}),
    )
