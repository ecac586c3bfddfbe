"""Policies published, withdrawn and followed."""

from __future__ import annotations

from alula.growth.models import Firm, PolicyEntry
from alula.growth.rulebook.model import Words
from alula.growth.statements.building import say, verb
from alula.kernel.actor import Actor
from alula.record import facade as record

PUBLISHED = verb(
    "published-policy",
    {"zh": "发布政策", "en": "published a policy"},
    {"zh": "{actor}发布了政策“{activity}”", "en": "{actor} published the policy “{activity}”"},
)
WITHDREW = verb(
    "withdrew-policy",
    {"zh": "撤回政策", "en": "withdrew a policy"},
    {"zh": "{actor}撤回了政策“{activity}”", "en": "{actor} withdrew the policy “{activity}”"},
)
SUBSCRIBED = verb(
    "followed-policies",
    {"zh": "订阅政策变化", "en": "followed policies"},
    {"zh": "{actor}订阅了“{activity}”的变化", "en": "{actor} follows changes of “{activity}”"},
)
UNSUBSCRIBED = verb(
    "unfollowed-policies",
    {"zh": "取消订阅政策变化", "en": "unfollowed policies"},
    {"zh": "{actor}取消订阅“{activity}”的变化", "en": "{actor} no longer follows changes of “{activity}”"},
)
POLICY_TYPE = record.vocabulary("activity-types", "policy")


def published(actor: Actor, entry: PolicyEntry, title: Words) -> None:
    _of_agency(actor, PUBLISHED, entry, title)


def withdrawn(actor: Actor, entry: PolicyEntry, title: Words) -> None:
    _of_agency(actor, WITHDREW, entry, title)


def followed(actor: Actor, firm: Firm, key: str, title: Words | None, *, on: bool) -> None:
    """`key` is empty, and `title` None, for the whole matrix of the firm."""
    thing = _activity(f"policies/{key}", title) if title else None
    say(actor, firm, SUBSCRIBED if on else UNSUBSCRIBED, thing)


def _of_agency(actor: Actor, verb: record.Verb, entry: PolicyEntry, title: Words) -> None:
    record.append(
        entry.agency_id,
        [
            record.Statement(
                actor=record.person(actor.tenant_id, actor.person_id),
                verb=verb,
                object=_activity(f"agencies/{entry.agency_id}/policies/{entry.policy_id}", title),
            )
        ],
    )


def _activity(path: str, title: Words) -> record.Activity:
    return record.Activity(
        id=record.iri("growth", *path.split("/")),
        definition=record.ActivityDefinition(type=POLICY_TYPE, name={"zh-CN": title.zh, "en-US": title.en}),
    )
