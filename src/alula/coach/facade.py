"""The public door of the coach. Nobody below calls it; the site and the readers' floor may."""

from __future__ import annotations

from uuid import UUID

from alula.coach.catalogue import shipped
from alula.coach.models import Session
from alula.coach.services import finish_session, say, start_session

__all__ = ["finish_session", "has_practised", "say", "shipped", "start_session"]


def has_practised(tenant_id: UUID, person_id: UUID) -> bool:
    """Whether the person ever began a talk."""
    return Session.objects.filter(tenant_id=tenant_id, person_id=person_id).exists()
