"""Keeping what every policy is for every firm: matched again when facts, policies or the day change, in jobs.

A firm's rows, the mark of what it was matched for and the notices of what changed are written in one transaction, so a job
that runs again finds its work done and changes nothing.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
from django.db import transaction

from alula.growth.engine.measures import Firm as Measured
from alula.growth.facts import Facts
from alula.growth.models import (
    Firm,
    FirmMatched,
    MatchNotice,
    MatchRun,
    MatchSubscription,
    PolicyMatch,
    Relation,
)
from alula.growth.policies.match import Match
from alula.growth.policies.telling import Before, Event, events, gone
from alula.growth.policies.windows import Window, window
from alula.growth.queries.policies import Shelf, Shelved, agencies_of, last_title, released_to, shelf, today
from alula.growth.storing import decode_facts
from alula.kernel import clock, jobs
from alula.kernel.db import on_postgres

JOB_FIRM = "growth.match_firm"
JOB_RUN = "growth.match_run"
BATCH = 50
TURN = 0.12
"""Seconds between two batches on SQLite, which has one writer: longer than the longest step (100 ms) in which another that
waits for the lock looks again, so that people's own writes get their turn while ten thousand firms are matched."""
_TIERS = ("giant", "provincial", "innovative", "tech")
_FIELDS = ("state", "why", "amount", "phase", "policy_version", "facts_version")
Stored = dict[str, tuple[Any, ...]]


class Outcome(NamedTuple):
    """What became of one firm: doors opened and closed; `failed` when its facts could not be read."""

    firm: Firm
    gained: int = 0
    lost: int = 0
    failed: bool = False


class _Page(NamedTuple):
    """A firm with everything that its rows are made from."""

    firm: Firm
    stored: Stored
    known: bool
    followers: list[tuple[UUID, str]]
    shelf: Shelf
    day: date


class Shelves:
    """The libraries met so far: firms of the same agencies share one."""

    def __init__(self) -> None:
        self._found: dict[tuple[UUID, ...], Shelf] = {}

    def of(self, agencies: tuple[UUID, ...]) -> Shelf:
        """The library of firms that these agencies accompany."""
        if agencies not in self._found:
            self._found[agencies] = shelf(agencies)
        return self._found[agencies]


def ask_for(firm_id: UUID, mark: str) -> None:
    """Have a firm matched after the caller's commit; `mark` names the change, so that a later one asks again."""
    jobs.enqueue(JOB_FIRM, {"firm": str(firm_id)}, key=f"{firm_id}:{mark}", tenant_id=firm_id)


def be_current(firm: Firm) -> bool:
    """Whether the firm's stored matches are of its facts, its library and this day; if not, they are asked for."""
    matched = FirmMatched.objects.filter(firm=firm).first()
    library = shelf(agencies_of([firm.tenant_id]).get(firm.tenant_id, ())).fingerprint
    day = today()
    if matched and (matched.facts_version, matched.library, matched.day) == (
        firm.facts_version,
        library,
        day,
    ):
        return True
    ask_for(firm.tenant_id, f"{firm.facts_version}:{library[:12]}:{day:%Y%m%d}")
    return False


@jobs.handler(JOB_FIRM)
def match_firm(payload: dict[str, Any], progress: jobs.Progress) -> None:
    """Match the firm named in the payload."""
    rematch([UUID(payload["firm"])], today(), Shelves())
    progress(1, 1)


@jobs.handler(JOB_RUN)
def match_run(payload: dict[str, Any], progress: jobs.Progress) -> None:
    """Match every firm of an agency, batch by batch, going on from where the run was when its worker died."""
    run = MatchRun.objects.filter(id=payload["run"], done_at=None).first()
    if run is None:
        return
    mine = Relation.objects.filter(agency_id=run.agency_id, ended_at=None)
    MatchRun.objects.filter(id=run.id).update(
        started_at=run.started_at or clock.now(), firms_of=mine.values("firm_id").distinct().count()
    )
    shelves, day = Shelves(), today()
    while _one_batch(run, day, shelves):
        progress(run.firms_done, run.firms_of)
        if not on_postgres():
            time.sleep(TURN)
    MatchRun.objects.filter(id=run.id, done_at=None).update(done_at=clock.now())


@transaction.atomic
def _one_batch(run: MatchRun, day: date, shelves: Shelves) -> bool:
    """Match the firms after the run's cursor, which is locked: two workers on one run share it and repeat nothing."""
    run.refresh_from_db(from_queryset=MatchRun.objects.select_for_update())
    batch = _next(run)
    if not batch:
        return False
    outcomes = rematch(batch, day, shelves)
    run.cursor, run.firms_done = batch[-1], run.firms_done + len(batch)
    _count(run, outcomes)
    run.save(update_fields=["cursor", "firms_done", "gained", "lost", "failed"])
    return True


def _count(run: MatchRun, outcomes: list[Outcome]) -> None:
    """Only of firms that released their facts: a count of the others would tell what they keep to themselves."""
    shown = set(
        released_to(run.agency_id)
        .filter(firm_id__in=[one.firm.tenant_id for one in outcomes])
        .values_list("firm_id", flat=True)
    )
    seen = [one for one in outcomes if one.firm.tenant_id in shown]
    run.gained += sum(one.gained for one in seen)
    run.lost += sum(one.lost for one in seen)
    run.failed = [*run.failed, *(one.firm.name for one in outcomes if one.failed)]


def _next(run: MatchRun) -> list[UUID]:
    firms = Relation.objects.filter(agency_id=run.agency_id, ended_at=None)
    if run.cursor is not None:
        firms = firms.filter(firm_id__gt=run.cursor)
    return list(firms.order_by("firm_id").values_list("firm_id", flat=True).distinct()[:BATCH])


@transaction.atomic
def rematch(firm_ids: Sequence[UUID], day: date, shelves: Shelves) -> list[Outcome]:
    """Match these firms against their libraries on a day, and keep and tell what changed. The rows are locked meanwhile."""
    firms = list(Firm.objects.select_for_update().filter(tenant_id__in=firm_ids).order_by("tenant_id"))
    pages = _pages(firms, day, shelves)
    rows: list[PolicyMatch] = []
    notices: list[MatchNotice] = []
    marks: list[FirmMatched] = []
    gone_ids: list[int] = []
    outcomes: list[Outcome] = []
    for page in pages:
        try:
            facts = decode_facts(page.firm.facts)
        except msgspec.MsgspecError:
            outcomes.append(Outcome(page.firm, failed=True))
            continue
        found = page.shelf.match(Measured(facts, day, "new"))
        changed, events_, opened, closed = _compared(page, found)
        rows += changed
        outcomes.append(Outcome(page.firm, opened, closed))
        notices += _notices(page, found, events_)
        gone_ids += _left_over(page, found)
        marks.append(_mark(page, facts))
    _write(rows, notices, marks, gone_ids)
    return outcomes


def _pages(firms: Sequence[Firm], day: date, shelves: Shelves) -> list[_Page]:
    """Three queries for the whole batch, whatever its size."""
    ids = [firm.tenant_id for firm in firms]
    agencies = agencies_of(ids)
    stored: dict[UUID, Stored] = {}
    names = ("firm_id", "key", "id", *_FIELDS)
    for firm_id, key, *values in PolicyMatch.objects.filter(firm_id__in=ids).values_list(*names):
        stored.setdefault(firm_id, {})[key] = tuple(values)
    followers: dict[UUID, list[tuple[UUID, str]]] = {}
    rows = MatchSubscription.objects.filter(firm_id__in=ids).values_list("firm_id", "person_id", "key")
    for firm_id, person_id, key in rows:
        followers.setdefault(firm_id, []).append((person_id, key))
    known = set(FirmMatched.objects.filter(firm_id__in=ids).values_list("firm_id", flat=True))
    return [
        _Page(
            firm,
            stored.get(firm.tenant_id, {}),
            firm.tenant_id in known,
            followers.get(firm.tenant_id, []),
            shelves.of(agencies.get(firm.tenant_id, ())),
            day,
        )
        for firm in firms
    ]


def _compared(
    page: _Page, found: list[tuple[Shelved, Match]]
) -> tuple[list[PolicyMatch], dict[str, list[Event]], int, int]:
    """The rows that differ from what is stored, what to tell by policy, and how many doors opened and closed."""
    rows: list[PolicyMatch] = []
    told: dict[str, list[Event]] = {}
    opened = closed = 0
    firm_id, facts_version = page.firm.tenant_id, page.firm.facts_version
    for shelved, match in found:
        phase = window(match.policy, page.day)
        before = page.stored.get(shelved.key)
        now = (match.state, match.why, match.amount, phase.phase, shelved.version, facts_version)
        was = before[1] if before else None
        opened += match.state == "eligible" != was and page.known
        closed += was == "eligible" != match.state
        if page.followers:
            told[shelved.key] = _told(page, shelved, match, phase)
        if before is None or before[1:] != now:
            rows.append(PolicyMatch(firm_id=firm_id, key=shelved.key, **dict(zip(_FIELDS, now, strict=True))))
    return rows, told, opened, closed


def _told(page: _Page, shelved: Shelved, match: Match, phase: Window) -> list[Event]:
    stored = page.stored.get(shelved.key)
    before = Before(stored[1], stored[3]) if stored else None
    stamp = f"{page.firm.facts_version}:{shelved.version}:{page.day:%Y%m%d}"
    found = list(events(shelved.key, before, match, phase, stamp))
    # A firm that is matched for the first time hears of windows, not of forty states at once.
    return found if page.known else [one for one in found if one.kind in {"opening", "closing"}]


def _notices(
    page: _Page, found: list[tuple[Shelved, Match]], told: dict[str, list[Event]]
) -> list[MatchNotice]:
    if not page.followers:
        return []
    titles = {shelved.key: shelved.policy.title for shelved, _ in found}
    stamp = f"{page.shelf.fingerprint[:12]}:{page.day:%Y%m%d}"
    for key, stored in page.stored.items():
        if key not in titles and (event := gone(key, Before(stored[1], stored[3]), stamp)):
            told[key] = [event]
            titles[key] = last_title(key)
    return [
        MatchNotice(
            firm_id=page.firm.tenant_id,
            person_id=person_id,
            event=event.event[:200],
            kind=event.kind,
            key=key,
            title=msgspec.to_builtins(titles[key]),
            values=event.values,
        )
        for key, events_ in told.items()
        for event in events_
        for person_id in sorted({person for person, of in page.followers if of in {"", key}}, key=str)
    ]


def _left_over(page: _Page, found: list[tuple[Shelved, Match]]) -> list[int]:
    keys = {shelved.key for shelved, _ in found}
    return [stored[0] for key, stored in page.stored.items() if key not in keys]


def _mark(page: _Page, facts: Facts) -> FirmMatched:
    return FirmMatched(
        firm_id=page.firm.tenant_id,
        facts_version=page.firm.facts_version,
        library=page.shelf.fingerprint,
        day=page.day,
        tier=tier_of(facts, page.day),
        matched_at=clock.now(),
    )


def tier_of(facts: Facts, day: date) -> str:
    """The highest title of the ladder in force on a day; "none" without one, "unknown" while titles are not stated."""
    if facts.titles is None:
        return "unknown"
    held = {
        one.kind
        for one in facts.titles
        if (one.since is None or one.since <= day) and (one.until is None or day <= one.until)
    }
    if "key_giant" in held:
        return "giant"
    return next((tier for tier in _TIERS if tier in held), "none")


def _write(
    rows: list[PolicyMatch], notices: list[MatchNotice], marks: list[FirmMatched], gone_ids: list[int]
) -> None:
    PolicyMatch.objects.bulk_create(
        rows, batch_size=1000, update_conflicts=True, unique_fields=["firm", "key"], update_fields=_FIELDS
    )
    PolicyMatch.objects.filter(id__in=gone_ids).delete()
    MatchNotice.objects.bulk_create(notices, batch_size=1000, ignore_conflicts=True)
    FirmMatched.objects.bulk_create(
        marks,
        update_conflicts=True,
        unique_fields=["firm"],
        update_fields=["facts_version", "library", "day", "tier", "matched_at"],
    )
