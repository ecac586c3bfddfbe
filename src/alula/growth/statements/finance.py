"""Enquiries at banks. Amounts and facts stay in the firm's rows; the record says that, not what."""

from __future__ import annotations

from alula.growth.models import Enquiry
from alula.growth.statements.building import say, verb
from alula.kernel.actor import Actor
from alula.record import facade as record

PREPARED = verb(
    "prepared-enquiry",
    {"zh": "准备融资咨询", "en": "prepared an enquiry"},
    {
        "zh": "{actor}同意向“{activity}”提供资料并准备了咨询单",
        "en": "{actor} agreed to an enquiry for “{activity}”",
    },
)
MOVED = verb(
    "moved-enquiry",
    {"zh": "更新融资咨询", "en": "moved an enquiry"},
    {
        "zh": "{actor}更新了“{activity}”的咨询进展",
        "en": "{actor} noted how the enquiry for “{activity}” goes",
    },
)
WITHDREW = verb(
    "withdrew-enquiry",
    {"zh": "撤回融资咨询", "en": "withdrew an enquiry"},
    {"zh": "{actor}撤回了“{activity}”的咨询", "en": "{actor} withdrew the enquiry for “{activity}”"},
)
ENQUIRY_TYPE = record.vocabulary("activity-types", "enquiry")


def prepared(actor: Actor, enquiry: Enquiry) -> None:
    say(actor, enquiry.firm, PREPARED, _activity(enquiry))


def moved(actor: Actor, enquiry: Enquiry) -> None:
    say(actor, enquiry.firm, WITHDREW if enquiry.stage == "withdrawn" else MOVED, _activity(enquiry))


def _activity(enquiry: Enquiry) -> record.Activity:
    name = {
        f"{tag}": f"{enquiry.bank} {enquiry.title[short]}"
        for tag, short in (("zh-CN", "zh"), ("en-US", "en"))
    }
    return record.Activity(
        id=record.iri("growth", "enquiries", str(enquiry.id)),
        definition=record.ActivityDefinition(type=ENQUIRY_TYPE, name=name),
    )
