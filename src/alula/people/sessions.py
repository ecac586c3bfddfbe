"""What a session holds of ours: the tenant in which the person acts."""

from __future__ import annotations

from importlib import import_module
from uuid import UUID

from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest

from alula.kernel.actor import Actor
from alula.people import queries
from alula.people.models import Person, User

TENANT = "alula_tenant"
"""Key of the session."""


def person_in(user: User, tenant_id: UUID | None) -> Person | None:
    """The active person of `user` in that tenant (None: in the first one where they are), if there is one."""
    persons = queries.persons_of_user(user.id)
    return persons.first() if tenant_id is None else persons.filter(tenant_id=tenant_id).first()


def tenant_in(session: SessionBase) -> UUID | None:
    """The tenant in which this session acts, once it was chosen."""
    chosen = session.get(TENANT)
    return UUID(chosen) if chosen else None


def act_in(session: SessionBase, tenant_id: UUID) -> None:
    """Let the session act in that tenant from now on."""
    session[TENANT] = str(tenant_id)


def actor_from_session(session_key: str) -> Actor | None:
    """Who is signed in with this session cookie; None when nobody is, or no longer.

    For what is no Django view, such as a WebSocket. Reads the database (synchronous).
    """
    engine = import_module(settings.SESSION_ENGINE)
    request = HttpRequest()
    request.session = engine.SessionStore(session_key)
    user = get_user(request)
    if not (user.is_authenticated and user.is_active):
        return None
    person = person_in(user, tenant_in(request.session))
    return queries.actor_of(person) if person is not None else None
