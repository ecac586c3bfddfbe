"""What people tells the pages of the record: whose statements an actor may see, and what persons are called."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db.models import QuerySet

from alula.kernel.actor import Actor
from alula.people import queries
from alula.people.models import Person
from alula.people.permissions import ADMINISTER
from alula.record import facade as record


class PeopleDirectory:
    """Administrators see every statement of their tenant, others those of the people they see, and their own."""

    def administers(self, actor: Actor) -> bool:
        return actor.has(*ADMINISTER)

    def visible(self, actor: Actor, text: str, limit: int) -> list[UUID]:
        return list(_visible(actor, text).values_list("id", flat=True)[:limit])

    def visible_among(self, actor: Actor, ids: Collection[UUID], text: str) -> set[UUID]:
        return set(_visible(actor, text).filter(id__in=list(ids)).values_list("id", flat=True))

    def names(self, tenant_id: UUID, ids: Collection[UUID]) -> dict[UUID, str]:
        return dict(Person.objects.filter(tenant_id=tenant_id, id__in=list(ids)).values_list("id", "name"))


def _visible(actor: Actor, text: str) -> QuerySet[Person]:
    return queries.narrowed(actor, queries.people_visible_to(actor), text=text)


record.register_directory(PeopleDirectory())
