"""The public door of the coach. Nobody below calls it; the site and the readers' floor may."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import msgspec

from alula.coach.catalogue import scenario_of, shipped
from alula.coach.customer import retell
from alula.coach.customer.state import State
from alula.coach.models import Session
from alula.coach.services import finish_session, say, start_session

__all__ = ["finish_session", "has_practised", "next_sentence", "say", "shipped", "start_session"]


def has_practised(tenant_id: UUID, person_id: UUID) -> bool:
    """Whether the person ever began a talk."""
    return Session.objects.filter(tenant_id=tenant_id, person_id=person_id).exists()


def next_sentence(session: Session, left: Sequence[str]) -> str:
    """Which of a recorded talk's sentences (those not yet said, in order) answers the customer of this session now."""
    state = msgspec.convert(session.state, State)
    return retell.next_sentence(scenario_of(session.scenario), state, left)
