"""Who is signed in, and what they may change about themselves."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, HttpResponse
from ninja import Router

from alula.kernel.actor import Actor
from alula.people import queries, services
from alula.people.consents import KINDS
from alula.people.places import places_of
from alula.people.schemas import (
    Bilingual,
    ConsentAnswer,
    ConsentOut,
    Consents,
    Language,
    Me,
    MeChange,
    MePerson,
    MeTenant,
    RoleCard,
    TenantCard,
    TenantChoice,
    UnitCard,
)
from alula.people.sign_in import SignedIn, keep_language

router = Router(auth=SignedIn(), tags=["me"])


def me_of(actor: Actor) -> Me:
    """Everything about the actor, read anew."""
    person = queries.oneself(actor)
    user, tenant, unit = person.user, person.tenant, person.unit
    now = queries.actor_of(person)
    return Me(
        person=MePerson(id=person.id, name=person.name, email=user.email),
        tenant=MeTenant(id=tenant.id, name=tenant.name, kind=tenant.kind),
        unit=UnitCard(id=unit.id, name=unit.name, path=unit.path) if unit else None,
        roles=[RoleCard.of(held) for held in queries.memberships_of(person)],
        places=places_of(now),
        language=cast("Language", now.language),
        timezone=now.timezone,
        consents=Consents(**queries.consents_of(tenant.id, person.id)),
        tenants=[
            TenantCard(id=one.tenant.id, name=one.tenant.name) for one in queries.persons_of_user(user.id)
        ],
        change_password=user.initial_password_until is not None,
    )


@router.get("/me", response=Me)
def read_me(request: HttpRequest) -> Me:
    """Who is signed in, where, and what they may do."""
    return me_of(request.actor)


@router.patch("/me", response=Me)
def change_me(request: HttpRequest, response: HttpResponse, payload: MeChange) -> Me:
    """Choose a language or a time zone."""
    if payload.timezone is not None:
        services.set_timezone(request.actor, payload.timezone)
    if payload.language is not None:
        services.set_language(request.actor, payload.language)
        keep_language(response, payload.language)
    return me_of(request.actor)


@router.post("/me/tenant", response=Me)
def switch_tenant(request: HttpRequest, payload: TenantChoice) -> Me:
    """Act in another tenant where one belongs."""
    return me_of(services.switch_tenant(request.user, request.session, payload.tenant_id))


@router.get("/me/consents", response=list[ConsentOut])
def read_consents(request: HttpRequest) -> list[ConsentOut]:
    """What one may be asked to allow, in the words to show, with one's answers."""
    answers = queries.consents_of(request.actor.tenant_id, request.actor.person_id)
    return [
        ConsentOut(
            kind=one.kind,
            title=Bilingual(**one.title),
            text=Bilingual(**one.text),
            wording=one.wording,
            granted=answers[one.kind],
        )
        for one in KINDS.values()
    ]


@router.put("/me/consents/{kind}", response=Me)
def answer_consent(request: HttpRequest, kind: str, payload: ConsentAnswer) -> Me:
    """Give or withdraw a consent. Withdrawing `voice_recording` deletes what was kept."""
    if payload.granted:
        services.give_consent(request.actor, kind)
    else:
        services.withdraw_consent(request.actor, kind)
    return me_of(request.actor)
