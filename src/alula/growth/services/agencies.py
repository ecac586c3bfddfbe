"""Lists of firms that an agency takes in: a job, a chunk a transaction, so that a killed worker goes on where it stopped."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec
from django.db import transaction
from msgspec.structs import replace

from alula.growth.facts import Facts, Title
from alula.growth.ladder import firm_list
from alula.growth.ladder.firm_list import FirmList, Row
from alula.growth.ladder.tiers import ladder_titles
from alula.growth.models import FactsVersion, Firm, FirmImport, HeldTitle, Relation, RelationRequest
from alula.growth.permissions import Release, require_officer
from alula.growth.services import firms, reminders
from alula.growth.services.titles import rows_of
from alula.growth.statements import agencies as statements
from alula.growth.storing import decode_facts, encode_facts
from alula.kernel import clock, jobs
from alula.kernel.actor import Actor
from alula.people import facade as people

JOB = "growth.import"
AT_ONCE = 200
SHOWN = 1000
"""Refused rows that are kept with the import."""
ALL = sorted(one.value for one in Release)


@transaction.atomic
def take_list(actor: Actor, file_name: str, firms_in: FirmList, *, keep_good: bool) -> FirmImport:
    """Take in the good rows of a list as a job; without `keep_good`, none when any row is refused.

    The same list again changes nothing: a firm is known by its credit code.

    Raises:
        Refusal: kernel.not_found, for who is no officer.
    """
    require_officer(actor)
    written = keep_good or not firms_in.bad
    one = FirmImport.objects.create(
        agency_id=actor.tenant_id,
        person_id=actor.person_id,
        file_name=file_name[:200],
        rows=msgspec.json.encode(firms_in.good if written else []).decode(),
        count=firms_in.count,
        bad=[msgspec.to_builtins(bad) for bad in firms_in.bad[:SHOWN]],
        refused=len(firms_in.bad),
        written=written,
        done_at=None if written else clock.now(),
    )
    if written:
        jobs.enqueue(JOB, {"import": str(one.id)}, key=str(one.id), tenant_id=actor.tenant_id)
    return one


def found_list(officer: Actor, name: str, text: str) -> None:
    """Take in a list of firms written as CSV, by a command on the machine: all of its rows or none.

    Raises:
        Refusal: kernel.not_found, for who is no officer; what `firm_list.read` refuses.
    """
    content = text.encode()
    take_list(officer, name, firm_list.read("list.csv", len(content), lambda: content), keep_good=False)


@jobs.handler(JOB)
def do_import(payload: dict[str, Any], progress: jobs.Progress) -> None:
    """Take the rows that are still to be done. What a chunk did and how far it is are one transaction."""
    import_id = UUID(payload["import"])
    known = FirmImport.objects.get(id=import_id)
    actor = people.actor_of_person(known.agency_id, known.person_id)
    rows = msgspec.json.decode(known.rows, type=list[Row])
    while True:
        with transaction.atomic():
            one = FirmImport.objects.select_for_update().get(id=import_id)
            if one.done_at is not None:
                return
            chunk = rows[one.taken : one.taken + AT_ONCE]
            _take(actor, one, chunk)
            one.taken += len(chunk)
            if one.taken >= len(rows):
                one.done_at, one.rows = clock.now(), "[]"
                statements.imported(
                    actor, added=one.added, changed=one.changed, asked=one.asked, refused=one.refused
                )
            one.save()
        progress(one.taken, len(rows))


def _take(actor: Actor, one: FirmImport, chunk: Sequence[Row]) -> None:
    """Found the firms that are new, bring up to date those that the agency holds, ask for those that are another's."""
    codes = {row.credit_code for row in chunk}
    there = {
        firm.credit_code: firm for firm in Firm.objects.select_for_update().filter(credit_code__in=codes)
    }
    ours = {
        relation.firm_id: relation
        for relation in Relation.objects.filter(
            agency_id=actor.tenant_id, firm__in=there.values(), ended_at=None
        )
    }
    new = [row for row in chunk if row.credit_code not in there]
    _found(actor, new)
    one.added += len(new)
    for row in chunk:
        firm = there.get(row.credit_code)
        if firm is None:
            continue
        relation = ours.get(firm.tenant_id)
        if relation is None:
            one.asked += _ask(actor, firm)
        elif relation.held and firm.claimed_at is None and _update(actor, firm, row):
            one.changed += 1
        else:
            one.unchanged += 1


def _found(actor: Actor, rows: Sequence[Row]) -> None:
    """New tenants without people, their firms, facts, titles, and the relation that holds them."""
    tenants = people.found_firms(actor, [row.name for row in rows])
    made = [_firm(tenant_id, row) for tenant_id, row in zip(tenants, rows, strict=True)]
    Firm.objects.bulk_create(made)
    FactsVersion.objects.bulk_create(
        FactsVersion(
            tenant_id=firm.tenant_id,
            version=1,
            body=firm.facts,
            person_id=actor.person_id,
            by_tenant_id=actor.tenant_id,
        )
        for firm in made
    )
    Relation.objects.bulk_create(
        Relation(agency_id=actor.tenant_id, firm=firm, held=True, released=ALL) for firm in made
    )
    titles = {
        firm.tenant_id: ladder_titles(row.titles) for firm, row in zip(made, rows, strict=True) if row.titles
    }
    by_id = {firm.tenant_id: firm for firm in made}
    HeldTitle.objects.bulk_create(
        held for firm_id, some in titles.items() for held in rows_of(by_id[firm_id], some)
    )
    reminders.sync(titles)


def _firm(tenant_id: UUID, row: Row) -> Firm:
    return Firm(
        tenant_id=tenant_id,
        name=row.name,
        credit_code=row.credit_code,
        place=row.place,
        industry=row.industry,
        contact=row.contact,
        phone=row.phone,
        facts=encode_facts(_facts(Facts(name=row.name), row)),
        facts_version=1,
        facts_at=clock.now(),
    )


def _facts(facts: Facts, row: Row) -> Facts:
    """Facts with what the row knows; an empty cell is not known and leaves what is there."""
    return replace(
        facts,
        place=row.place or facts.place,
        industry=row.industry or facts.industry,
        titles=_merged(facts.titles, row.titles) if row.titles else facts.titles,
    )


def _merged(before: tuple[Title, ...] | None, told: tuple[Title, ...]) -> tuple[Title, ...]:
    """The titles of the list, and those of other kinds or earlier times that were known."""
    keys = {(one.kind, one.since) for one in told}
    return (*(one for one in before or () if (one.kind, one.since) not in keys), *told)


def _update(actor: Actor, firm: Firm, row: Row) -> bool:
    """Bring a held firm up to the list; whether anything differs."""
    fields = {
        name: value
        for name, value in (("name", row.name), ("contact", row.contact), ("phone", row.phone))
        if value and getattr(firm, name) != value
    }
    for name, value in fields.items():
        setattr(firm, name, value)
    if fields:
        firm.save(update_fields=list(fields))
    facts = decode_facts(firm.facts)
    wanted = _facts(facts, row)
    if set(wanted.titles or ()) == set(facts.titles or ()):
        wanted = replace(wanted, titles=facts.titles)
    if wanted != facts:
        firms.put_facts(actor, firm, wanted)
    return bool(fields) or wanted != facts


def _ask(actor: Actor, firm: Firm) -> int:
    """Ask to accompany a firm that is somebody else's; an open request is not made twice."""
    _, made = RelationRequest.objects.get_or_create(
        agency_id=actor.tenant_id,
        firm=firm,
        answered_at=None,
        defaults={"person_id": actor.person_id},
    )
    if made:
        statements.asked(actor, firm)
    return 1
