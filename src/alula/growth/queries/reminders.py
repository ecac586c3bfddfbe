"""Reminders that an actor may see: those of the firms that they see."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q, QuerySet

from alula.growth.ladder.deadlines import today
from alula.growth.models import Reminder
from alula.growth.queries.firms import visible_to
from alula.kernel.actor import Actor
from alula.kernel.errors import not_found


def reminders_visible_to(actor: Actor) -> QuerySet[Reminder]:
    """The reminders of the firms that the actor sees: they hang on titles, which every relation shows."""
    return Reminder.objects.filter(firm__in=visible_to(actor)).select_related("firm")


def reminder_visible_to(actor: Actor, reminder_id: UUID) -> Reminder:
    """That one.

    Raises:
        Refusal: kernel.not_found.
    """
    found = reminders_visible_to(actor).filter(id=reminder_id).first()
    if found is None:
        raise not_found()
    return found


def shown(reminders: QuerySet[Reminder]) -> QuerySet[Reminder]:
    """Those that are to be shown today: open, their time has come, and not put off beyond today. The nearest first."""
    day = today()
    open_ones = reminders.filter(Q(snoozed_until=None) | Q(snoozed_until__lte=day), done_at=None)
    return open_ones.filter(show_from__lte=day).order_by("due", "id")
