"""The search for candidates: every firm that released its facts to an agency, assessed for the tiers above its own."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction

from alula.growth.ladder.candidates import find
from alula.growth.ladder.deadlines import today
from alula.growth.models import Candidate, Firm
from alula.growth.permissions import Release, require_officer
from alula.growth.queries.decisions import confirmed_facts, newest_decisions
from alula.growth.queries.firms import relations_of
from alula.growth.storing import decode_facts
from alula.kernel import jobs
from alula.kernel.actor import Actor
from alula.people import facade as people

JOB = "growth.candidates"
AT_ONCE = 200


def search(actor: Actor) -> None:
    """Ask for a search among the agency's firms; one that is under way is not asked for twice.

    Raises:
        Refusal: kernel.not_found, for who is no officer.
    """
    require_officer(actor)
    payload = {"agency": str(actor.tenant_id), "person": str(actor.person_id), "day": today().isoformat()}
    jobs.enqueue(JOB, payload, key=str(actor.tenant_id), tenant_id=actor.tenant_id)


def progress_of(actor: Actor) -> jobs.JobState | None:
    """How far the agency's newest search is.

    Raises:
        Refusal: kernel.not_found, for who is no officer.
    """
    require_officer(actor)
    return jobs.state_of(JOB, str(actor.tenant_id))


@jobs.handler(JOB)
def search_all(payload: dict[str, Any], progress: jobs.Progress) -> None:
    """Assess the firms some hundred at a time; what an earlier search found of a firm is replaced."""
    actor = people.actor_of_person(UUID(payload["agency"]), UUID(payload["person"]))
    day = date.fromisoformat(payload["day"])
    released = relations_of(actor, Release.FACTS).filter(firm__facts_version__gt=0)
    firms = list(released.order_by("firm_id").values_list("firm_id", flat=True))
    Candidate.objects.filter(agency_id=actor.tenant_id).exclude(firm__in=released.values("firm_id")).delete()
    for begin in range(0, len(firms), AT_ONCE):
        chunk = firms[begin : begin + AT_ONCE]
        with transaction.atomic():
            _replace(actor.tenant_id, chunk, day)
        progress(begin + len(chunk), len(firms))


def _replace(agency_id: UUID, firm_ids: list[UUID], day: date) -> None:
    decided = newest_decisions(firm_ids)
    found = [
        Candidate(
            agency_id=agency_id,
            firm=firm,
            tier=one.tier,
            standing=one.standing,
            rule=one.rule,
            version=one.version,
            as_of=day,
            facts_version=firm.facts_version,
            unmet=one.unmet,
            unknown=one.unknown,
        )
        for firm in Firm.objects.filter(tenant_id__in=firm_ids)
        for one in find(confirmed_facts(decode_facts(firm.facts), firm.tenant_id, decided), day)
    ]
    Candidate.objects.filter(agency_id=agency_id, firm_id__in=firm_ids).delete()
    Candidate.objects.bulk_create(found)
