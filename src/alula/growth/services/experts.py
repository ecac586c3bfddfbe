"""The directory of experts and institutions: kept by hand, or taken from a list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from django.db import transaction

from alula.growth.models import Expert, Tie
from alula.growth.permissions import require_officer
from alula.growth.queries.experts import expert_visible_to
from alula.growth.queries.firms import visible_to
from alula.growth.support.expert_list import Row, Rows
from alula.kernel.actor import Actor
from alula.kernel.errors import Refusal, register

register(
    "growth",
    {
        "expert_known": {
            "zh": "{name}已在专家库中。",
            "en": "{name} is in the directory already.",
        },
    },
)


class TieIn(NamedTuple):
    """A tie as it is stated; a firm of the agency by id, else the party's name."""

    kind: str
    party: str
    firm_id: UUID | None = None


class Card(NamedTuple):
    """Everything about an expert that an officer states."""

    form: str
    name: str
    organisation: str = ""
    kinds: tuple[str, ...] = ()
    expertise: tuple[str, ...] = ()
    industries: tuple[str, ...] = ()
    place: str = ""
    capacity: int = 3
    phone: str = ""
    email: str = ""
    about: str = ""
    active: bool = True


class Taken(NamedTuple):
    """What an import did."""

    added: int
    changed: int
    unchanged: int


@transaction.atomic
def add_expert(actor: Actor, card: Card, ties: Sequence[TieIn] = ()) -> Expert:
    """Add an expert or an institution.

    Raises:
        Refusal: kernel.not_found; growth.expert_known (409), for the same name and organisation.
    """
    require_officer(actor)
    _require_new(actor, card)
    expert = Expert(agency_id=actor.tenant_id)
    _write(expert, card)
    _tie(actor, expert, ties)
    return expert


@transaction.atomic
def change_expert(actor: Actor, expert_id: UUID, card: Card, ties: Sequence[TieIn]) -> Expert:
    """Replace what is stated about an expert.

    Raises:
        Refusal: kernel.not_found; growth.expert_known (409).
    """
    require_officer(actor)
    expert = expert_visible_to(actor, expert_id)
    _require_new(actor, card, without=expert.id)
    _write(expert, card)
    _tie(actor, expert, ties)
    return expert


@transaction.atomic
def import_experts(actor: Actor, rows: Rows, *, keep_good: bool) -> Taken | None:
    """Take the experts of a list; one who is known (name and organisation) is brought up to date.

    None, and nothing written, when a row is refused and the good ones are not to be kept.

    Raises:
        Refusal: kernel.not_found.
    """
    require_officer(actor)
    if rows.bad and not keep_good:
        return None
    known = {(one.name, one.organisation): one for one in Expert.objects.filter(agency_id=actor.tenant_id)}
    counts = {"added": 0, "changed": 0, "unchanged": 0}
    for row in rows.good:
        expert = known.get((row.name, row.organisation))
        counts[_take(actor, expert, row)] += 1
    return Taken(**counts)


def _take(actor: Actor, expert: Expert | None, row: Row) -> str:
    values = {name: list(v) if isinstance(v, tuple) else v for name, v in row.values().items()}
    if expert is None:
        Expert.objects.create(agency_id=actor.tenant_id, **values)
        return "added"
    if all(getattr(expert, name) == value for name, value in values.items()):
        return "unchanged"
    Expert.objects.filter(id=expert.id).update(**values)
    return "changed"


def _require_new(actor: Actor, card: Card, *, without: UUID | None = None) -> None:
    same = Expert.objects.filter(
        agency_id=actor.tenant_id, name=card.name.strip(), organisation=card.organisation
    )
    if same.exclude(id=without).exists():
        raise Refusal("growth.expert_known", status=409, field="name", name=card.name)


def _write(expert: Expert, card: Card) -> None:
    for name, value in card._asdict().items():
        setattr(expert, name, list(value) if isinstance(value, tuple) else value)
    expert.name = card.name.strip()
    expert.save()


def _tie(actor: Actor, expert: Expert, ties: Sequence[TieIn]) -> None:
    """Replace the ties. A firm is named by id only when the agency accompanies it; its own name then stands."""
    expert.ties.all().delete()
    firms = {
        one.tenant_id: one.name for one in visible_to(actor).filter(tenant_id__in=[t.firm_id for t in ties])
    }
    Tie.objects.bulk_create(
        Tie(
            expert=expert,
            kind=one.kind,
            party=firms.get(one.firm_id, one.party.strip()),
            firm_id=one.firm_id if one.firm_id in firms else None,
        )
        for one in ties
    )
