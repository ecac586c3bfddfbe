"""Conferences: published by an agency; a firm registers, cancels, comes."""

from __future__ import annotations

from alula.growth.models import Event, Firm
from alula.growth.statements.building import say, verb
from alula.kernel.actor import Actor
from alula.record import facade as record

EVENT_TYPE = record.vocabulary("activity-types", "event")
PUBLISHED = verb(
    "published-event",
    {"zh": "发布活动", "en": "published"},
    {"zh": "{actor}发布了活动“{activity}”", "en": "{actor} published the event “{activity}”"},
)
INVITED = verb(
    "invited-to-event",
    {"zh": "邀请参加", "en": "invited"},
    {"zh": "{actor}邀请企业参加“{activity}”", "en": "{actor} invited firms to “{activity}”"},
)
REGISTERED = verb(
    "registered-for-event",
    {"zh": "报名", "en": "registered"},
    {"zh": "{actor}报名参加“{activity}”", "en": "{actor} registered for “{activity}”"},
)
CANCELLED = verb(
    "cancelled-registration",
    {"zh": "取消报名", "en": "cancelled"},
    {"zh": "{actor}取消了“{activity}”的报名", "en": "{actor} cancelled the registration for “{activity}”"},
)
CAME = verb(
    "came-to-event",
    {"zh": "到场", "en": "checked in"},
    {"zh": "{actor}确认企业到场“{activity}”", "en": "{actor} checked a firm in at “{activity}”"},
)
UNDONE = verb(
    "undid-check-in",
    {"zh": "撤销签到", "en": "undid the check-in"},
    {"zh": "{actor}撤销了“{activity}”的签到", "en": "{actor} undid a check-in at “{activity}”"},
)


def published(actor: Actor, event: Event) -> None:
    _of_agency(actor, event, PUBLISHED)


def invited(actor: Actor, event: Event) -> None:
    """One statement for a whole round of invitations."""
    _of_agency(actor, event, INVITED)


def registered(actor: Actor, firm: Firm, event: Event) -> None:
    say(actor, firm, REGISTERED, _activity(event))


def cancelled(actor: Actor, firm: Firm, event: Event) -> None:
    say(actor, firm, CANCELLED, _activity(event))


def came(actor: Actor, firm: Firm, event: Event, *, undone: bool = False) -> None:
    say(actor, firm, UNDONE if undone else CAME, _activity(event))


def _of_agency(actor: Actor, event: Event, what: record.Verb) -> None:
    who = record.person(actor.tenant_id, actor.person_id)
    record.append(actor.tenant_id, [record.Statement(actor=who, verb=what, object=_activity(event))])


def _activity(event: Event) -> record.Activity:
    name = {"zh-CN": event.name, "en-US": event.name}
    return record.Activity(
        id=record.iri("growth", "events", str(event.id)),
        definition=record.ActivityDefinition(type=EVENT_TYPE, name=name),
    )
