"""What the coach derives from the record: attempts per person and their figures. Can be dropped and rebuilt."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db.models import Count, Max

from alula.coach.models import Attempt, Practice
from alula.coach.statements import scenario_iri
from alula.record.facade import COMPLETED, StoredStatement, person_of, reader, seconds_of

_PREFIX = scenario_iri("")


def _forget() -> None:
    Attempt.objects.all().delete()
    Practice.objects.all().delete()


@reader("coach.practice", reset=_forget)
def practice(batch: Sequence[StoredStatement]) -> None:
    """Keep an attempt per completed talk, and refresh the figures of the people whom the batch touches."""
    touched: set[tuple[UUID, UUID]] = set()
    for stored in batch:
        if (
            stored.verb != COMPLETED.id
            or not stored.activity.startswith(_PREFIX)
            or stored.registration is None
        ):
            continue
        who = person_of(stored.actor_key)
        if who is None or who[0] != stored.tenant_id:
            continue  # a statement from elsewhere about somebody who is not a person of this tenant
        _keep_attempt(stored, who[1])
        touched.add(who)
    for tenant_id, person_id in touched:
        _refresh(tenant_id, person_id)


def _keep_attempt(stored: StoredStatement, person_id: UUID) -> None:
    result = stored.statement.result
    if result is None or result.score is None or result.score.raw is None:
        return
    Attempt.objects.update_or_create(
        tenant_id=stored.tenant_id,
        registration=stored.registration,
        defaults={
            "person_id": person_id,
            "slug": stored.activity.removeprefix(_PREFIX),
            "total": result.score.raw,
            "passed": bool(result.success),
            "seconds": seconds_of(result.duration) if result.duration else 0.0,
            "finished_at": stored.timestamp,
        },
    )


def _refresh(tenant_id: UUID, person_id: UUID) -> None:
    rows = Attempt.objects.filter(tenant_id=tenant_id, person_id=person_id)
    last = rows.order_by("-finished_at", "-id").first()
    if last is None:
        return
    figures = rows.aggregate(attempts=Count("id"), scenarios=Count("slug", distinct=True), best=Max("total"))
    Practice.objects.update_or_create(
        tenant_id=tenant_id,
        person_id=person_id,
        defaults={**figures, "last": last.total, "last_at": last.finished_at},
    )
