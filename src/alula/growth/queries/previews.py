"""What a draft would change: matched against the firms that released their facts, before a firm sees anything of it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

import msgspec
from django.db.models import Count

from alula.growth.engine.measures import Firm as Measured
from alula.growth.models import Firm, PolicyEntry, PolicyMatch
from alula.growth.policies.match import Match, library, one_match
from alula.growth.policies.model import Policy
from alula.growth.policies.writing import policy_from
from alula.growth.queries.firms import relations_of
from alula.growth.queries.policies import released_firms
from alula.growth.rulebook.model import Words
from alula.growth.storing import decode_facts
from alula.kernel.actor import Actor

LISTED = 200
"""So many firms whose state changes are listed; all of them are counted."""


class Effect(NamedTuple):
    """A firm for which the draft changes something."""

    firm_id: UUID
    name: str
    before: str | None
    after: str
    amount_before: Decimal | None
    amount_after: Decimal | None
    failing: tuple[Words, ...]
    missing: tuple[str, ...]


class Preview(NamedTuple):
    """How a draft goes: firms by state before and after, who would gain or lose, and how many were looked at."""

    firms: int
    looked_at: int
    before: dict[str, int]
    after: dict[str, int]
    gained: int
    lost: int
    effects: tuple[Effect, ...]


def preview(actor: Actor, entry: PolicyEntry, policy: Policy, day: date) -> Preview:
    """What `policy`, a draft of `entry`, would be for the agency's firms that released their facts.

    Raises:
        Refusal: kernel.not_found, for who is no officer.
    """
    now = in_place(entry)
    before: dict[str, int] = {}
    after: dict[str, int] = {}
    effects: list[Effect] = []
    gained = lost = looked_at = 0
    for firm in released_firms(actor).order_by("name", "tenant_id").iterator(chunk_size=500):
        try:
            measured = Measured(decode_facts(firm.facts), day, "new")
        except msgspec.MsgspecError:
            continue
        looked_at += 1
        was = one_match(measured, now) if now else None
        will = one_match(measured, policy)
        if was:
            before[was.state] = before.get(was.state, 0) + 1
        after[will.state] = after.get(will.state, 0) + 1
        was_eligible, will_be = was is not None and was.state == "eligible", will.state == "eligible"
        gained += will_be and not was_eligible
        lost += was_eligible and not will_be
        if (was.state if was else "not", was.amount if was else None) != (will.state, will.amount):
            effects.append(_effect(firm, was, will))
    order = {"eligible": 0, "nearly": 1, "unknown": 2, "not": 3}
    effects.sort(key=lambda one: (order[one.after], one.name))
    firms = relations_of(actor).values("firm_id").distinct().count()
    return Preview(firms, looked_at, before, after, gained, lost, tuple(effects[:LISTED]))


def _effect(firm: Firm, was: Match | None, will: Match) -> Effect:
    return Effect(
        firm.tenant_id,
        firm.name,
        was.state if was else None,
        will.state,
        was.amount if was else None,
        will.amount,
        will.failing,
        will.missing,
    )


def in_place(entry: PolicyEntry) -> Policy | None:
    """What firms have in place of the draft today: the version in force, else the shipped one, else nothing."""
    if entry.in_force is not None:
        return policy_from(entry.versions.get(number=entry.in_force).text)
    return next((one for one in library() if entry.shipped and one.id == entry.policy_id), None)


class Tally(NamedTuple):
    """How many firms stand where with a policy: by state, by tier or place."""

    key: str
    state: str
    part: str
    firms: int


def counts(actor: Actor, by: str) -> list[Tally]:
    """Firms of the agency that released their facts, counted by policy, state and `by` ("tier" or "place").

    Raises:
        Refusal: kernel.not_found, for who is no officer.
    """
    part = "firm__matched__tier" if by == "tier" else "firm__place"
    rows = (
        PolicyMatch.objects.filter(firm_id__in=released_firms(actor).values("tenant_id"))
        .values_list("key", "state", part)
        .annotate(firms=Count("id"))
    )
    found: dict[tuple[str, str, str], int] = {}
    for key, state, of, firms in rows:
        where = (key, state, (of or "")[:4] if by == "place" else of or "unknown")
        found[where] = found.get(where, 0) + firms
    return [Tally(*where, firms) for where, firms in sorted(found.items())]
