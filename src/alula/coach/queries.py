"""Every read of the coach. Rows are obtained only through `visible_to(actor)`."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from alula.coach.models import Attempt, Practice, Session, Status
from alula.kernel.actor import Actor, Role
from alula.kernel.clock import now
from alula.kernel.errors import Refusal, not_found
from alula.people import facade as people

TEAM_ROLES = (Role.MANAGER, Role.TRAINER, Role.TENANT_ADMIN)


def visible_to(actor: Actor) -> QuerySet[Session]:
    """The sessions whose words the actor may read: only their own. Others see figures, never what was said."""
    own = Session.objects.filter(tenant_id=actor.tenant_id, person_id=actor.person_id)
    return own.select_related("scenario").defer("scenario__body")  # 60 kB, which a shipped scenario needs not


def own_session(actor: Actor, session_id: UUID, *, lock: bool = False) -> Session:
    """The actor's own session, locked until the transaction ends when asked.

    Raises:
        Refusal: kernel.not_found, also for a session of somebody else.
    """
    rows = visible_to(actor)
    if lock:
        rows = rows.select_for_update(of=("self",))
    session = rows.filter(id=session_id).first()
    if session is None:
        raise not_found()
    return session


def unfinished(actor: Actor) -> Session | None:
    """The talk that the actor left open last."""
    return visible_to(actor).filter(status=Status.TALKING).order_by("-last_at").first()


@dataclass(frozen=True)
class Mine:
    """One person's practice of one scenario. `totals` are the last ten, oldest first."""

    attempts: int
    best: float
    last: float
    last_at: datetime
    totals: tuple[float, ...]


def attempts_by_scenario(actor: Actor) -> dict[str, Mine]:
    """The actor's practice per scenario id."""
    rows: dict[str, list[Attempt]] = defaultdict(list)
    mine = Attempt.objects.filter(tenant_id=actor.tenant_id, person_id=actor.person_id)
    for row in mine.order_by("finished_at"):
        rows[row.slug].append(row)
    return {
        slug: Mine(
            attempts=len(some),
            best=max(row.total for row in some),
            last=some[-1].total,
            last_at=some[-1].finished_at,
            totals=tuple(row.total for row in some[-10:]),
        )
        for slug, some in rows.items()
    }


@dataclass(frozen=True)
class PracticeSummary:
    """My practice in figures. `streak_days` counts days in a row, in the person's own time zone, up to today or yesterday."""

    attempts: int
    minutes: float
    best: float | None
    streak_days: int


def practice_of(actor: Actor) -> PracticeSummary:
    """The actor's practice as a whole, from the record's projection."""
    rows = Attempt.objects.filter(tenant_id=actor.tenant_id, person_id=actor.person_id)
    zone = ZoneInfo(actor.timezone)
    some = list(rows.values_list("total", "seconds", "finished_at"))
    return PracticeSummary(
        attempts=len(some),
        minutes=round(sum(seconds for _, seconds, _ in some) / 60, 1),
        best=max((total for total, _, _ in some), default=None),
        streak_days=_streak({at.astimezone(zone).date() for _, _, at in some}, now().astimezone(zone).date()),
    )


def _streak(days: set[date], today: date) -> int:
    day = today if today in days else today - timedelta(days=1)
    length = 0
    while day in days:
        length, day = length + 1, day - timedelta(days=1)
    return length


def team(actor: Actor, *, unit: UUID | None, text: str) -> QuerySet[Practice]:
    """The practice figures of the people whom the actor leads or trains.

    Raises:
        Refusal: kernel.forbidden, when the actor leads nobody.
    """
    if not actor.has(*TEAM_ROLES):
        raise Refusal("kernel.forbidden", status=403)
    ids = people.person_ids_visible(actor, TEAM_ROLES, unit=unit, text=text)
    return Practice.objects.filter(tenant_id=actor.tenant_id, person_id__in=ids)


def earlier_reports(actor: Actor, session: Session, limit: int = 8) -> list[Any]:
    """The actor's scored sessions of the same scenario before this one, newest first."""
    rows = visible_to(actor).filter(slug=session.slug, status=Status.DONE, started_at__lt=session.started_at)
    return list(rows.order_by("-started_at")[:limit])
