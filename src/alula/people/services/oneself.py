"""What people do for themselves: consents, language, the tenant they act in."""

from __future__ import annotations

from uuid import UUID

from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction

from alula.kernel.actor import Actor
from alula.kernel.errors import not_found
from alula.people import consents, queries, sessions, statements
from alula.people.models import Consent, Person, User
from alula.people.services.tenants import clean_language, clean_timezone


@transaction.atomic
def give_consent(actor: Actor, kind: str) -> None:
    """Allow `kind`, in today's wording; what is allowed already changes nothing.

    Raises:
        Refusal: people.consent_unknown.
    """
    _answer(actor, kind, granted=True)


@transaction.atomic
def withdraw_consent(actor: Actor, kind: str) -> None:
    """Take back `kind`, or say no to it; what others registered for that happens in the same transaction.

    Raises:
        Refusal: people.consent_unknown.
    """
    if _answer(actor, kind, granted=False):
        consents.withdrawn(kind, actor.tenant_id, actor.person_id)


def _answer(actor: Actor, kind: str, *, granted: bool) -> bool:
    """Add the answer; whether it differs from the one in force."""
    wording = consents.kind_of(kind).wording
    person = Person.objects.select_for_update().get(tenant_id=actor.tenant_id, id=actor.person_id)
    if queries.consents_of(actor.tenant_id, person.id)[kind] is granted:
        return False
    Consent.objects.create(
        tenant_id=actor.tenant_id, person=person, kind=kind, granted=granted, wording=wording
    )
    statements.consent_answered(actor, kind, granted=granted)
    return True


def set_language(actor: Actor, language: str) -> None:
    """Speak `language` with the actor from now on.

    Raises:
        Refusal: people.language_unknown.
    """
    own = Person.objects.filter(tenant_id=actor.tenant_id, id=actor.person_id)
    own.update(language=clean_language(language))


def set_timezone(actor: Actor, timezone: str) -> None:
    """Show times to the actor in `timezone` from now on.

    Raises:
        Refusal: people.timezone_unknown.
    """
    own = Person.objects.filter(tenant_id=actor.tenant_id, id=actor.person_id)
    own.update(timezone=clean_timezone(timezone))


def switch_tenant(user: User, session: SessionBase, tenant_id: UUID) -> Actor:
    """Let the session act in another tenant where the user is an active person.

    Raises:
        Refusal: kernel.not_found.
    """
    person = sessions.person_in(user, tenant_id)
    if person is None:
        raise not_found()
    sessions.act_in(session, tenant_id)
    return queries.actor_of(person)
