"""Who decided what no number decides, and what of it an agency confirmed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from msgspec.structs import replace

from alula.growth.facts import Facts
from alula.growth.models import Application, Decision, Firm
from alula.growth.permissions import Release, is_officer
from alula.growth.queries.firms import visible_to
from alula.growth.queries.ladder import applications_visible_to
from alula.growth.wording import judgement as wording
from alula.kernel.actor import Actor
from alula.people import facade as people

CHECKED_AT = ("check", "on_site")
"""The stages of an application at which an agency judges."""


def newest_decisions(firm_ids: Iterable[UUID]) -> dict[tuple[UUID, str], Decision]:
    """By firm and judgement: the newest decision or taking back."""
    rows = Decision.objects.filter(firm_id__in=list(firm_ids)).order_by("made_at", "id")
    return {(one.firm_id, one.judgement): one for one in rows}


def confirmed_facts(facts: Facts, firm_id: UUID, newest: dict[tuple[UUID, str], Decision]) -> Facts:
    """The facts with only those judgements that an agency made: what others may build on."""
    kept = {
        name: holds
        for name, holds in facts.judgements.items()
        if (one := newest.get((firm_id, name))) and one.confirmed and one.holds is holds
    }
    return replace(facts, judgements=kept)


def decisions_told(firm: Firm, judgements: dict[str, bool], names: Iterable[str]) -> list[dict[str, Any]]:
    """The named judgements of a firm for a report: the question, the answer, whose it is, when and why.

    One that came with the facts has nobody and no day; it is self-stated.
    """
    newest = newest_decisions([firm.tenant_id])
    told = []
    for name in names:
        one = newest.get((firm.tenant_id, name))
        if one is not None and one.holds is not judgements[name]:
            one = None
        told.append(
            {
                "id": name,
                "text": wording(name),
                "holds": judgements[name],
                "confirmed": bool(one and one.confirmed),
                "by": people.names_of(one.by_tenant_id, [one.person_id]).get(one.person_id, "")
                if one
                else "",
                "of": people.tenant_names([one.by_tenant_id]).get(one.by_tenant_id, "") if one else "",
                "at": one.made_at.isoformat() if one else None,
                "note": one.note if one else "",
            }
        )
    return told


def checking(actor: Actor, firm: Firm) -> Application | None:
    """The application that the officer's agency is checking, of a firm that released its facts to it."""
    if (
        not is_officer(actor)
        or not visible_to(actor, Release.FACTS).filter(tenant_id=firm.tenant_id).exists()
    ):
        return None
    mine = applications_visible_to(actor).filter(firm=firm, stage__in=CHECKED_AT)
    return mine.order_by("moved_at").last()
