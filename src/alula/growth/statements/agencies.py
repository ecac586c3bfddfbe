"""What an agency does for its firms: lists taken in, owners invited, firms claimed, relations asked for and ended."""

from __future__ import annotations

from uuid import UUID

from alula.growth.models import Firm
from alula.growth.statements.building import say, verb
from alula.growth.statements.firms import agency_activity
from alula.kernel.actor import Actor
from alula.record import facade as record

IMPORTED = verb(
    "imported-firms",
    {"zh": "导入企业名单", "en": "imported firms"},
    {"zh": "{actor}为“{activity}”导入了企业名单", "en": "{actor} imported a list of firms for “{activity}”"},
)
INVITED = verb(
    "invited-owner",
    {"zh": "邀请认领", "en": "invited the owner"},
    {"zh": "{actor}邀请负责人认领“{activity}”", "en": "{actor} invited the owner of “{activity}”"},
)
REVOKED = verb(
    "revoked-invitation",
    {"zh": "撤回邀请", "en": "revoked the invitation"},
    {"zh": "{actor}撤回了“{activity}”的认领邀请", "en": "{actor} revoked the invitation to “{activity}”"},
)
CLAIMED = verb(
    "claimed-firm",
    {"zh": "认领企业", "en": "claimed"},
    {"zh": "{actor}认领了“{activity}”", "en": "{actor} claimed “{activity}”"},
)
ASKED = verb(
    "asked-to-accompany",
    {"zh": "请求服务企业", "en": "asked to accompany"},
    {"zh": "{actor}请求为“{activity}”提供服务", "en": "{actor} asked to accompany “{activity}”"},
)
ANSWERED = {
    True: verb(
        "accepted-agency",
        {"zh": "同意机构", "en": "accepted"},
        {"zh": "{actor}同意“{activity}”提供服务", "en": "{actor} accepted “{activity}”"},
    ),
    False: verb(
        "declined-agency",
        {"zh": "谢绝机构", "en": "declined"},
        {"zh": "{actor}谢绝了“{activity}”", "en": "{actor} declined “{activity}”"},
    ),
}
ENDED = verb(
    "ended-relation",
    {"zh": "结束服务关系", "en": "ended the relation"},
    {"zh": "{actor}结束了与“{activity}”的服务关系", "en": "{actor} ended the relation with “{activity}”"},
)


def imported(actor: Actor, *, added: int, changed: int, asked: int, refused: int) -> None:
    """One statement for a whole list, in the agency's own record."""
    counts = {"added": added, "changed": changed, "asked": asked, "refused": refused}
    extensions = {record.vocabulary("extensions", word): n for word, n in counts.items()}
    record.append(
        actor.tenant_id,
        [
            record.Statement(
                actor=record.person(actor.tenant_id, actor.person_id),
                verb=IMPORTED,
                object=agency_activity(actor.tenant_id),
                context=record.Context(extensions=extensions),
            )
        ],
    )


def invited(actor: Actor, firm: Firm) -> None:
    say(actor, firm, INVITED)


def invitation_revoked(actor: Actor, firm: Firm) -> None:
    say(actor, firm, REVOKED)


def claimed(actor: Actor, firm: Firm) -> None:
    say(actor, firm, CLAIMED)


def asked(actor: Actor, firm: Firm) -> None:
    say(actor, firm, ASKED)


def answered(actor: Actor, firm: Firm, agency_id: UUID, *, accepted: bool) -> None:
    say(actor, firm, ANSWERED[accepted], agency_activity(agency_id))


def ended(actor: Actor, firm: Firm, agency_id: UUID) -> None:
    say(actor, firm, ENDED, agency_activity(agency_id))
