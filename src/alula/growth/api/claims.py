"""HTTP of an invitation: the few routes of growth that need no sign-in, because the token is what lets in."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest
from ninja import Router, Schema, Status

from alula.growth.permissions import Release
from alula.growth.services import claims
from alula.people import facade as people

router = Router()
A_MINUTE = 20


class ClaimOut(Schema):
    """Who invites, to which firm, and until when."""

    agency: str
    firm: str
    officer: str
    expires_at: datetime
    signed_in_as: str | None


class Accept(Schema):
    """How the owner is called, and what the agency goes on seeing."""

    name: str
    released: list[Release] = []


class SignUpAndAccept(Accept):
    """The same with an account to be made."""

    email: str
    password: str


@router.get("/claims/{token}", response=ClaimOut, auth=None)
def read_claim(request: HttpRequest, token: str) -> ClaimOut:
    """What a link invites to. A wrong, used or ended one says so and nothing else."""
    people.limit(request, "growth.claim", a_minute=A_MINUTE)
    invitation = claims.invitation_of(token)
    names = people.names_of(invitation.agency_id, [invitation.person_id])
    return ClaimOut(
        agency=people.tenant_names([invitation.agency_id])[invitation.agency_id],
        firm=invitation.firm.name,
        officer=names.get(invitation.person_id, ""),
        expires_at=invitation.expires_at,
        signed_in_as=request.user.email if request.user.is_authenticated else None,
    )


@router.post("/claims/{token}/accept", response={204: None})
def accept_claim(request: HttpRequest, token: str, payload: Accept) -> Status[None]:
    """Take the firm over with the account that one is signed in with."""
    people.limit(request, "growth.claim", a_minute=A_MINUTE)
    user_id = request.user.pk
    owner = claims.claim(token, user_id, name=payload.name, released=payload.released)
    people.enter(request, user_id, owner.tenant_id)
    return Status(204, None)


@router.post("/claims/{token}/sign-up", response={204: None}, auth=people.Anybody())
def sign_up_and_claim(request: HttpRequest, token: str, payload: SignUpAndAccept) -> Status[None]:
    """Make an account, take the firm over, and be signed in."""
    people.limit(request, "growth.claim", a_minute=A_MINUTE)
    user_id, owner = claims.sign_up_and_claim(
        token, email=payload.email, name=payload.name, password=payload.password, released=payload.released
    )
    people.enter(request, user_id, owner.tenant_id)
    return Status(204, None)
