"""How an owner comes to an imported firm, and what owner and agency may do about their relation."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from alula.growth.models import Firm, Invitation, Relation, RelationRequest
from alula.growth.permissions import Release, require_officer
from alula.growth.queries.firms import firm_visible_to, relations_of
from alula.growth.services.firms import own_firm
from alula.growth.services.ladder import require_officer_of
from alula.growth.statements import agencies as statements
from alula.growth.statements import firms as firm_statements
from alula.kernel import clock
from alula.kernel.actor import Actor
from alula.kernel.errors import Refusal, not_found, register
from alula.people import facade as people

DAYS = 30
MOST_AN_HOUR = 200
"""Invitations that one officer makes."""

register(
    "growth",
    {
        "claim_unknown": {
            "zh": "这个链接不对，请核对后重试。",
            "en": "This link is not right. Please check it.",
        },
        "claim_used": {"zh": "这个链接已经用过了。", "en": "This link has been used already."},
        "claim_over": {
            "zh": "这个链接已失效，请向发出邀请的机构索取新的链接。",
            "en": "This link is no longer valid. Ask the office that sent it for a new one.",
        },
        "claimed_already": {"zh": "这家企业已有负责人认领。", "en": "This firm has been claimed already."},
        "invited_often": {
            "zh": "一小时内最多生成 {most} 个邀请，请稍后再试。",
            "en": "At most {most} invitations can be made in an hour. Please try again later.",
        },
    },
)


@transaction.atomic
def invite(actor: Actor, firm_id: UUID) -> tuple[Invitation, str]:
    """Make a link for the owner of a firm that the agency holds; an earlier one ends with it.

    Returns:
        The invitation, and the token, which is told this once.

    Raises:
        Refusal: kernel.not_found; growth.claimed_already (409); growth.invited_often (429).
    """
    firm, _ = _held(actor, firm_id)
    hour_ago = clock.now() - timedelta(hours=1)
    made = Invitation.objects.filter(
        agency_id=actor.tenant_id, person_id=actor.person_id, created_at__gte=hour_ago
    )
    if made.count() >= MOST_AN_HOUR:
        raise Refusal("growth.invited_often", status=429, most=MOST_AN_HOUR)
    _living(firm).update(revoked_at=clock.now())
    token = secrets.token_urlsafe(24)
    invitation = Invitation.objects.create(
        agency_id=actor.tenant_id,
        firm=firm,
        token_hash=_hash(token),
        person_id=actor.person_id,
        created_at=clock.now(),
        expires_at=clock.now() + timedelta(days=DAYS),
    )
    statements.invited(actor, firm)
    return invitation, token


@transaction.atomic
def revoke_invitation(actor: Actor, firm_id: UUID) -> None:
    """Let the living link of a firm end.

    Raises:
        Refusal: kernel.not_found, when there is none.
    """
    firm, _ = _held(actor, firm_id)
    if not _living(firm).update(revoked_at=clock.now()):
        raise not_found()
    statements.invitation_revoked(actor, firm)


def invitation_of(token: str) -> Invitation:
    """The invitation of a token that may still be used.

    Raises:
        Refusal: growth.claim_unknown (404); growth.claim_used, growth.claim_over (410).
    """
    found = Invitation.objects.filter(token_hash=_hash(token)).select_related("firm").first()
    if found is None:
        raise Refusal("growth.claim_unknown", status=404)
    if found.used_at is not None:
        raise Refusal("growth.claim_used", status=410)
    if found.revoked_at is not None or found.expires_at <= clock.now() or found.firm.claimed_at is not None:
        raise Refusal("growth.claim_over", status=410)
    return found


@transaction.atomic
def claim(token: str, user_id: UUID, *, name: str, released: Iterable[Release]) -> Actor:
    """Let the invited owner take the firm over; the agency goes on with what the owner leaves it to see.

    Raises:
        Refusal: as `invitation_of`; of two at once, the second is refused.
    """
    firm = Firm.objects.select_for_update().get(tenant_id=invitation_of(token).firm_id)
    invitation = invitation_of(token)
    owner = people.take_over(user_id, firm.tenant_id, name=name)
    now = clock.now()
    firm.claimed_at = now
    firm.save(update_fields=["claimed_at"])
    Invitation.objects.filter(id=invitation.id).update(used_at=now)
    relation = Relation.objects.get(agency_id=invitation.agency_id, firm=firm, ended_at=None)
    relation.held, relation.released = False, sorted(one.value for one in set(released))
    relation.save(update_fields=["held", "released"])
    statements.claimed(owner, firm)
    firm_statements.released(owner, firm, relation)
    return owner


@transaction.atomic
def sign_up_and_claim(
    token: str, *, email: str, name: str, password: str, released: Iterable[Release]
) -> tuple[UUID, Actor]:
    """The same for somebody who has no account yet: both come about, or neither.

    Raises:
        Refusal: as `claim`, and as people.sign_up_owner.
    """
    invitation_of(token)
    user_id = people.sign_up_owner(email, password)
    return user_id, claim(token, user_id, name=name, released=released)


@transaction.atomic
def end_relation(actor: Actor, agency_id: UUID) -> None:
    """The owner ends what an agency sees of the firm; its name leaves the agency's lists.

    Raises:
        Refusal: kernel.not_found.
    """
    firm = own_firm(actor)
    ended = Relation.objects.filter(firm=firm, agency_id=agency_id, ended_at=None)
    if not ended.update(ended_at=clock.now()):
        raise not_found()
    statements.ended(actor, firm, agency_id)


@transaction.atomic
def answer_request(actor: Actor, request_id: UUID, *, accepted: bool, released: Iterable[Release]) -> None:
    """The owner lets an agency that asked accompany the firm, or declines.

    Raises:
        Refusal: kernel.not_found.
    """
    firm = own_firm(actor)
    request = (
        RelationRequest.objects.select_for_update().filter(id=request_id, firm=firm, answered_at=None).first()
    )
    if request is None:
        raise not_found()
    request.answered_at, request.accepted = clock.now(), accepted
    request.save(update_fields=["answered_at", "accepted"])
    if accepted:
        Relation.objects.get_or_create(
            agency_id=request.agency_id,
            firm=firm,
            ended_at=None,
            defaults={"released": sorted(one.value for one in set(released))},
        )
    statements.answered(actor, firm, request.agency_id, accepted=accepted)


@transaction.atomic
def look_after(actor: Actor, firm_id: UUID, *, officer_id: UUID | None, note: str) -> Relation:
    """Say who of the agency looks after a firm, and what the agency notes for itself.

    Raises:
        Refusal: kernel.not_found; growth.officer_unknown (422).
    """
    require_officer(actor)
    require_officer_of(actor.tenant_id, officer_id)
    relation = relations_of(actor).select_for_update().filter(firm_id=firm_id).first()
    if relation is None:
        raise not_found()
    relation.officer_id, relation.note = officer_id, note
    relation.save(update_fields=["officer_id", "note"])
    return relation


def _held(actor: Actor, firm_id: UUID) -> tuple[Firm, Relation]:
    """A firm that the agency holds, its row locked."""
    require_officer(actor)
    firm_visible_to(actor, firm_id)
    firm = Firm.objects.select_for_update().get(tenant_id=firm_id)
    relation = relations_of(actor).filter(firm=firm).first()
    if relation is None:
        raise not_found()
    if not relation.held or firm.claimed_at is not None:
        raise Refusal("growth.claimed_already", status=409)
    return firm, relation


def _living(firm: Firm) -> QuerySet[Invitation]:
    return Invitation.objects.filter(firm=firm, used_at=None, revoked_at=None)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
