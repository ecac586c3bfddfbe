"""Which policies reach a firm: the shipped ones, and what its agencies changed or added. And an agency's own entries."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache, lru_cache
from typing import Literal, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from alula.growth.engine.measures import Firm as Measured
from alula.growth.models import Firm, MatchNotice, MatchRun, PolicyEntry, PolicyVersion, Relation
from alula.growth.permissions import Release, is_officer, is_owner, require_officer
from alula.growth.policies.match import FOLDER, Match, library
from alula.growth.policies.model import Policy
from alula.growth.policies.prepared import Prepared
from alula.growth.policies.writing import policy_from
from alula.growth.queries.firms import facts_of, firm_visible_to, relations_of
from alula.growth.rulebook.model import Words
from alula.kernel import clock
from alula.kernel.actor import Actor
from alula.kernel.errors import not_found

Origin = Literal["shipped", "changed", "own"]
_CHINA = ZoneInfo("Asia/Shanghai")
_MATCHING = "1"  # raised when matching itself answers differently, so that stored answers count as old


class Shelved(NamedTuple):
    """A policy as it reaches a firm.

    Attributes:
        key: its id; of two agencies' versions of one shipped policy the later accompanying one has its own mark behind it.
        version: of what it is, such as `shipped` or `9f3a…/2`.
        origin: shipped; changed, an agency's version of a shipped one; own, an agency's alone.
    """

    key: str
    policy: Policy
    version: str
    origin: Origin
    agency_id: UUID | None = None
    entry_id: UUID | None = None
    number: int | None = None


class Shelf:
    """The library of the firms of the same agencies, ready to match many of them."""

    def __init__(self, shelved: Iterable[Shelved]) -> None:
        self.shelved = tuple(shelved)
        self._prepared = Prepared(one.policy for one in self.shelved)
        self._of = dict(zip((id(policy) for policy in self._prepared.policies), self.shelved, strict=True))
        said = "\n".join(
            (_MATCHING, shipped_print(), *sorted(f"{one.key} {one.version}" for one in self.shelved))
        )
        self.fingerprint = hashlib.sha256(said.encode()).hexdigest()[:40]

    def match(self, measured: Measured) -> list[tuple[Shelved, Match]]:
        """What every policy of the firm's place is for the firm."""
        return [(self._of[id(one.policy)], one) for one in self._prepared.match(measured)]


def today() -> date:
    """The day by which policies are in force: it changes at midnight in China."""
    return clock.now().astimezone(_CHINA).date()


@cache
def shipped_print() -> str:
    """Fingerprint of the shipped files: an upgrade that changes them makes stored matches old."""
    return hashlib.sha256(b"".join(path.read_bytes() for path in sorted(FOLDER.glob("*.yaml")))).hexdigest()


@lru_cache(maxsize=4096)
def _parsed(entry_id: UUID, number: int, text: str) -> Policy:  # noqa: ARG001 - the version names the text
    return policy_from(text)


def in_force(agencies: Sequence[UUID]) -> list[tuple[PolicyEntry, PolicyVersion]]:
    """The published versions in force of these agencies, in the agencies' order."""
    entries = {
        one.id: one for one in PolicyEntry.objects.filter(agency_id__in=agencies).exclude(in_force=None)
    }
    versions = PolicyVersion.objects.filter(entry_id__in=entries, withdrawn_at=None)
    found = [(entries[one.entry_id], one) for one in versions if entries[one.entry_id].in_force == one.number]
    order = {agency: place for place, agency in enumerate(agencies)}
    return sorted(found, key=lambda pair: (order[pair[0].agency_id], pair[0].policy_id))


def shelf(agencies: Sequence[UUID]) -> Shelf:
    """The library of a firm that these agencies accompany, the longest first."""
    by_id: dict[str, list[Shelved]] = {}
    for entry, version in in_force(agencies):
        policy = _parsed(entry.id, version.number, version.text)
        others = by_id.setdefault(entry.policy_id, [])
        key = f"{entry.policy_id}@{entry.id.hex[-8:]}" if others else entry.policy_id
        origin: Origin = "changed" if entry.shipped else "own"
        mark = f"{entry.id.hex}/{version.number}"
        others.append(Shelved(key, policy, mark, origin, entry.agency_id, entry.id, version.number))
    found: list[Shelved] = []
    for policy in library():
        found += by_id.pop(policy.id, []) or [Shelved(policy.id, policy, "shipped", "shipped")]
    return Shelf([*found, *(one for others in by_id.values() for one in others)])


def agencies_of(firm_ids: Iterable[UUID]) -> dict[UUID, tuple[UUID, ...]]:
    """The agencies that accompany each firm now, the longest first; firms that nobody accompanies are left out."""
    found: dict[UUID, list[UUID]] = {}
    rows = Relation.objects.filter(firm_id__in=list(firm_ids), ended_at=None).order_by("since", "id")
    for firm_id, agency_id in rows.values_list("firm_id", "agency_id"):
        found.setdefault(firm_id, []).append(agency_id)
    return {firm_id: tuple(agencies) for firm_id, agencies in found.items()}


def own_or_released(actor: Actor, firm_id: UUID | None) -> Firm:
    """The owner's own firm, or a firm that released its facts to the officer's agency.

    Raises:
        Refusal: kernel.not_found.
    """
    if firm_id is None and not is_owner(actor):
        raise not_found()
    return firm_visible_to(actor, firm_id or actor.tenant_id, Release.FACTS)


def matrix(firm: Firm, day: date) -> list[tuple[Shelved, Match]]:
    """Every policy with what it is for the firm on a day: computed from its facts as they stand."""
    return shelf_of(firm).match(Measured(facts_of(firm), day, "new"))


def shelf_of(firm: Firm) -> Shelf:
    """The library that reaches a firm: the shipped policies as its agencies changed them, and their own."""
    return shelf(agencies_of([firm.tenant_id]).get(firm.tenant_id, ()))


def entries_visible_to(actor: Actor) -> QuerySet[PolicyEntry]:
    """The entries of the officer's agency.

    Raises:
        Refusal: kernel.not_found, for who is no officer.
    """
    require_officer(actor)
    return PolicyEntry.objects.filter(agency_id=actor.tenant_id)


def entry_visible_to(actor: Actor, entry_id: UUID) -> PolicyEntry:
    """That entry.

    Raises:
        Refusal: kernel.not_found.
    """
    entry = entries_visible_to(actor).filter(id=entry_id).first()
    if entry is None:
        raise not_found()
    return entry


def versions_seen_by(actor: Actor, entry_id: UUID) -> list[PolicyVersion]:
    """The versions of an entry, newest first: for its agency, and for the owner whose firm the agency accompanies.

    Raises:
        Refusal: kernel.not_found.
    """
    entry = PolicyEntry.objects.filter(id=entry_id).first()
    if entry is None:
        raise not_found()
    mine = is_officer(actor) and entry.agency_id == actor.tenant_id
    accompanied = is_owner(actor) and entry.agency_id in agencies_of([actor.tenant_id]).get(
        actor.tenant_id, ()
    )
    if not mine and not accompanied:
        raise not_found()
    return list(entry.versions.order_by("-number"))


def released_firms(actor: Actor) -> QuerySet[Firm]:
    """The firms that released their facts to the officer's agency, or that it holds.

    Raises:
        Refusal: kernel.not_found, for who is no officer.
    """
    require_officer(actor)
    return Firm.objects.filter(tenant_id__in=relations_of(actor, Release.FACTS).values("firm_id"))


def accompanied(actor: Actor) -> QuerySet[Firm]:
    """Every firm that the officer's agency accompanies: only to be counted.

    Raises:
        Refusal: kernel.not_found, for who is no officer.
    """
    require_officer(actor)
    return Firm.objects.filter(tenant_id__in=relations_of(actor).values("firm_id"))


def last_title(key: str) -> Words:
    """What a policy that no longer reaches anybody was called last."""
    policy_id = key.partition("@")[0]
    shipped = next((one for one in library() if one.id == policy_id), None)
    if shipped is not None:
        return shipped.title
    version = PolicyVersion.objects.filter(entry__policy_id=policy_id).order_by("-id").first()
    return policy_from(version.text).title if version else Words(zh=policy_id, en=policy_id)


def released_to(agency_id: UUID) -> QuerySet[Relation]:
    """The living relations of an agency whose firms released their facts to it, or are held by it; for its jobs."""
    shown = Q(held=True) | Q(released__icontains=f'"{Release.FACTS.value}"')
    return Relation.objects.filter(shown, agency_id=agency_id, ended_at=None)


def run_visible_to(actor: Actor, run_id: UUID) -> MatchRun:
    """A re-match of the officer's agency.

    Raises:
        Refusal: kernel.not_found.
    """
    require_officer(actor)
    run = MatchRun.objects.filter(id=run_id, agency_id=actor.tenant_id).first()
    if run is None:
        raise not_found()
    return run


def latest_run(actor: Actor) -> MatchRun | None:
    """The agency's newest re-match.

    Raises:
        Refusal: kernel.not_found, for who is no officer.
    """
    require_officer(actor)
    return MatchRun.objects.filter(agency_id=actor.tenant_id).order_by("-asked_at", "-id").first()


def notices_of(actor: Actor) -> QuerySet[MatchNotice]:
    """What the owner was told, newest first."""
    if not is_owner(actor):
        return MatchNotice.objects.none()
    mine = MatchNotice.objects.filter(firm_id=actor.tenant_id, person_id=actor.person_id)
    return mine.order_by("-made_at", "-id")
