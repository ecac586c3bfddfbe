"""Who may do what in growth: the one place where it is decided.

owner     a tenant admin of a firm: states facts, releases them, applies
officer   an officer or tenant admin of an agency: sees what firms released to the agency, keeps what it imported
"""

from __future__ import annotations

from enum import StrEnum

from alula.kernel.actor import Actor, Role
from alula.kernel.errors import not_found
from alula.people import facade as people


class Release(StrEnum):
    """What a firm may show an agency. Its name, place and titles are always shown."""

    FACTS = "facts"
    ASSESSMENTS = "assessments"
    EVIDENCE = "evidence"
    APPLICATIONS = "applications"
    REQUESTS = "requests"


def is_owner(actor: Actor) -> bool:
    """Whether the actor keeps a firm's own growth pages."""
    return actor.has(Role.TENANT_ADMIN) and people.tenant_kind(actor.tenant_id) == "firm"


def is_officer(actor: Actor) -> bool:
    """Whether the actor works for an agency's firms."""
    return actor.has(Role.OFFICER, Role.TENANT_ADMIN) and people.tenant_kind(actor.tenant_id) == "agency"


def require_owner(actor: Actor) -> None:
    """Let pass a firm's owner.

    Raises:
        Refusal: kernel.not_found, so that nobody learns what is behind.
    """
    if not is_owner(actor):
        raise not_found()


def require_officer(actor: Actor) -> None:
    """Let pass an officer of an agency.

    Raises:
        Refusal: kernel.not_found, as above.
    """
    if not is_officer(actor):
        raise not_found()
