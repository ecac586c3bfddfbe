"""The library that an agency keeps: drafts, versions, previews, the re-match, and how many firms stand where."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema
from ninja.responses import Status

from alula.growth.api import policy_schemas as out
from alula.growth.api.policies import versions_of
from alula.growth.models import MatchRun, PolicyEntry
from alula.growth.policies import vocabulary as v
from alula.growth.policies.match import library
from alula.growth.policies.model import Policy
from alula.growth.policies.writing import plain_from, policy_from, problems_of, text_of
from alula.growth.queries import policies as queries
from alula.growth.queries import previews
from alula.growth.services import policies as services
from alula.kernel import clock
from alula.kernel.actor import Actor
from alula.people import facade as people

router = Router()


class LibraryRow(Schema):
    """A policy of the library as its agency sees it. `state`: shipped, draft, published or withdrawn."""

    policy_id: str
    entry_id: UUID | None
    origin: str
    state: str
    number: int | None
    drafting: bool
    title: out.PolicyWords
    issuer: str
    level: str
    place: str
    place_name: out.PolicyWords
    status: str
    mark: str
    counts: dict[str, int]


class LibraryOut(Schema):
    """The whole library, with the firms that released their facts counted by state."""

    rows: list[LibraryRow]
    firms: int
    released: int


class StartIn(Schema):
    """`base`: the shipped policy to change; empty for a policy of one's own."""

    base: str = ""


class ProblemOut(Schema):
    """What is wrong with a draft, where."""

    line: int
    column: int
    field: str
    words: out.PolicyWords


class EntryOut(Schema):
    """A policy being edited: as text, as a form (null while the text is no fields at all), and what is wrong with it."""

    id: UUID
    policy_id: str
    shipped: bool
    in_force: int | None
    revision: int
    saved_at: datetime | None
    saved_by: str
    text: str
    form: dict[str, Any] | None
    problems: list[ProblemOut]
    reads: dict[str, list[out.PolicyWords | None]]
    pending: list[out.ChangeOut]
    versions: list[out.VersionOut]


class DraftIn(Schema):
    """A draft as `form` or as `text`, and the revision that it is based on."""

    based_on: int
    form: dict[str, Any] | None = None
    text: str | None = None


class PublishIn(Schema):
    """Which draft to publish, and what it is about."""

    based_on: int
    note: str = ""


class EffectOut(Schema):
    """A firm for which a draft changes something."""

    firm_id: UUID
    name: str
    before: str | None
    after: str
    amount_before: str | None
    amount_after: str | None
    failing: list[out.PolicyWords]
    asks: list[out.AskOut]


class PreviewOut(Schema):
    """How a draft would go. Only firms that released their facts are looked at."""

    firms: int
    looked_at: int
    before: dict[str, int]
    after: dict[str, int]
    gained: int
    lost: int
    effects: list[EffectOut]


class RunOut(Schema):
    """A re-match: how far it is, and about how many seconds are left, null while that cannot be said."""

    id: UUID
    cause: str
    title: out.PolicyWords | None
    state: str
    done: int
    of: int
    seconds_left: int | None
    gained: int
    lost: int
    failed: list[str]
    asked_at: datetime
    done_at: datetime | None


class TallyOut(Schema):
    """Firms that stand in a state with a policy, in one part (a tier, or a place)."""

    key: str
    state: str
    part: str
    firms: int


class OverviewOut(Schema):
    """Policies by tiers or places. `parts` in their order, with their words."""

    by: str
    parts: list[out.PolicyWords]
    part_keys: list[str]
    tallies: list[TallyOut]
    released: int
    matched: int


class MatchedFirmRow(Schema):
    """A firm that released its facts to the agency."""

    id: UUID
    name: str
    place: str
    tier: str


@router.get("/policies/library", response=LibraryOut)
def read_library(request: HttpRequest) -> LibraryOut:
    """Shipped policies, the agency's versions of them, and its own."""
    actor: Actor = request.auth
    entries = {one.policy_id: one for one in queries.entries_visible_to(actor).order_by("created_at")}
    counts: dict[str, dict[str, int]] = {}
    for tally in previews.counts(actor, "tier"):
        of = counts.setdefault(tally.key, {})
        of[tally.state] = of.get(tally.state, 0) + tally.firms
    shipped = {one.id: one for one in library()}
    rows = [_row(entries.get(policy.id), policy, counts.get(policy.id, {})) for policy in shipped.values()]
    own = [one for name, one in entries.items() if name not in shipped]
    rows = [_row(one, None, counts.get(one.policy_id, {})) for one in own] + rows
    return LibraryOut(
        rows=rows,
        firms=queries.accompanied(actor).count(),
        released=queries.released_firms(actor).count(),
    )


def _row(entry: PolicyEntry | None, shipped: Policy | None, counts: dict[str, int]) -> LibraryRow:
    published = entry.versions.filter(number=entry.in_force).first() if entry and entry.in_force else None
    policy = policy_from(published.text) if published else shipped
    form = (plain_from(entry.draft) or {}) if entry and policy is None else {}
    state = "published" if published else "shipped" if shipped else "draft"
    if entry and not published and entry.versions.exists():
        state = "withdrawn"
    said = form.get("title")
    title: dict[str, Any] = said if isinstance(said, dict) else {}
    place = policy.place if policy else str(form.get("place", ""))
    return LibraryRow(
        policy_id=entry.policy_id if entry else shipped.id if shipped else "",
        entry_id=entry.id if entry else None,
        origin="own" if shipped is None else "changed" if published else "shipped",
        state=state,
        number=published.number if published else None,
        drafting=bool(entry and (published is None or published.text != entry.draft)),
        title=out.words_out(policy.title)
        if policy
        else out.PolicyWords(zh=title.get("zh") or "", en=title.get("en") or ""),
        issuer=policy.issuer if policy else str(form.get("issuer", "")),
        level=policy.level if policy else str(form.get("level", "")),
        place=place,
        place_name=out.words_out(v.words(v.PLACES, place)) if place else out.PolicyWords(zh="", en=""),
        status=policy.status if policy else "draft",
        mark=policy.mark if policy else str(form.get("mark", "")),
        counts=counts,
    )


@router.post("/policies/library", response={201: EntryOut})
def start_policy(request: HttpRequest, payload: StartIn) -> Status[EntryOut]:
    """Begin a policy of one's own, or one's version of a shipped one."""
    return Status(201, _entry(request.auth, services.start_policy(request.auth, base=payload.base)))


@router.get("/policies/library/{entry_id}", response=EntryOut)
def read_entry(request: HttpRequest, entry_id: UUID) -> EntryOut:
    """A policy to edit, with its versions."""
    return _entry(request.auth, queries.entry_visible_to(request.auth, entry_id))


def _entry(actor: Actor, entry: PolicyEntry) -> EntryOut:
    form = plain_from(entry.draft)
    problems = problems_of(entry.draft)
    names = people.names_of(entry.agency_id, [entry.draft_by] if entry.draft_by else [])
    return EntryOut(
        id=entry.id,
        policy_id=entry.policy_id,
        shipped=entry.shipped,
        in_force=entry.in_force,
        revision=entry.draft_revision,
        saved_at=entry.draft_at,
        saved_by=names.get(entry.draft_by, "") if entry.draft_by else "",
        text=entry.draft,
        form=form,
        problems=[
            ProblemOut(
                line=one.line, column=one.column, field=one.field, words=out.PolicyWords(zh=one.zh, en=one.en)
            )
            for one in problems
        ],
        reads={part: out.reads_of(form, part) for part in ("needs", "tiers")},
        pending=_pending(entry) if not problems else [],
        versions=versions_of(actor, entry.id),
    )


def _pending(entry: PolicyEntry) -> list[out.ChangeOut]:
    """What the draft changes against what firms have now."""
    before = previews.in_place(entry)
    return out.changes_out(before, policy_from(entry.draft)) if before else []


@router.put("/policies/library/{entry_id}/draft", response=EntryOut)
def save_draft(request: HttpRequest, entry_id: UUID, payload: DraftIn) -> EntryOut:
    """Keep a draft, right or not; what is wrong with it is answered."""
    text = payload.text if payload.text is not None else text_of(payload.form or {})
    entry = services.save_draft(request.auth, entry_id, text, based_on=payload.based_on)
    return _entry(request.auth, entry)


@router.post("/policies/library/{entry_id}/preview", response=PreviewOut)
def preview_draft(request: HttpRequest, entry_id: UUID) -> PreviewOut:
    """What the draft would change for the firms that released their facts."""
    entry = queries.entry_visible_to(request.auth, entry_id)
    found = previews.preview(request.auth, entry, services.checked(entry.draft), queries.today())
    return PreviewOut(
        firms=found.firms,
        looked_at=found.looked_at,
        before=found.before,
        after=found.after,
        gained=found.gained,
        lost=found.lost,
        effects=[
            EffectOut(
                firm_id=one.firm_id,
                name=one.name,
                before=one.before,
                after=one.after,
                amount_before=out.money(one.amount_before),
                amount_after=out.money(one.amount_after),
                failing=[out.words_out(words) for words in one.failing],
                asks=out.ask_out(one.missing),
            )
            for one in found.effects
        ],
    )


@router.post("/policies/library/{entry_id}/publish", response=RunOut)
def publish(request: HttpRequest, entry_id: UUID, payload: PublishIn) -> RunOut:
    """Put the draft in force; the answer is the re-match that follows."""
    return run_out(services.publish(request.auth, entry_id, based_on=payload.based_on, note=payload.note))


@router.post("/policies/library/{entry_id}/withdraw", response=RunOut)
def withdraw(request: HttpRequest, entry_id: UUID) -> RunOut:
    """Take the version in force back."""
    return run_out(services.withdraw(request.auth, entry_id))


@router.get("/policies/runs/latest", response=RunOut | None)
def read_latest_run(request: HttpRequest) -> RunOut | None:
    """The agency's newest re-match, null before the first."""
    run = queries.latest_run(request.auth)
    return run_out(run) if run else None


@router.get("/policies/runs/{run_id}", response=RunOut)
def read_run(request: HttpRequest, run_id: UUID) -> RunOut:
    """How far a re-match is."""
    return run_out(queries.run_visible_to(request.auth, run_id))


def run_out(run: MatchRun) -> RunOut:
    title = None
    if run.entry:
        version = run.entry.versions.order_by("-number").first()
        title = out.words_out(policy_from(version.text).title) if version else None
    left = None
    if run.started_at and not run.done_at and run.firms_done:
        took = (clock.now() - run.started_at).total_seconds()
        left = max(1, round(took / run.firms_done * (run.firms_of - run.firms_done)))
    return RunOut(
        id=run.id,
        cause=run.cause,
        title=title,
        state="done" if run.done_at else "running" if run.started_at else "waiting",
        done=run.firms_done,
        of=run.firms_of,
        seconds_left=left,
        gained=run.gained,
        lost=run.lost,
        failed=run.failed,
        asked_at=run.asked_at,
        done_at=run.done_at,
    )


_TIERS = {
    "giant": ("小巨人", "little giants"),
    "provincial": ("专精特新", "provincial"),
    "innovative": ("创新型", "innovative"),
    "tech": ("科技型", "tech"),
    "none": ("没有称号", "no title"),
    "unknown": ("称号未填", "titles not stated"),
}


@router.get("/policies/overview", response=OverviewOut)
def read_overview(request: HttpRequest, by: Literal["tier", "place"] = "tier") -> OverviewOut:
    """How many firms stand where with each policy, by tier or by place. Only firms that released their facts count."""
    tallies = previews.counts(request.auth, by)
    seen = {one.part for one in tallies}
    if by == "tier":
        names = {key: words for key, words in _TIERS.items() if key in seen}
    else:
        names = {key: v.PLACES.get(key, (key or "未填", key or "not stated")) for key in sorted(seen)}
    return OverviewOut(
        by=by,
        part_keys=list(names),
        parts=[out.PolicyWords(zh=zh, en=en) for zh, en in names.values()],
        tallies=[TallyOut(key=one.key, state=one.state, part=one.part, firms=one.firms) for one in tallies],
        released=queries.released_firms(request.auth).count(),
        matched=queries.released_firms(request.auth).exclude(matched=None).count(),
    )


@router.get("/policies/firms", response=list[MatchedFirmRow])
def list_firms(request: HttpRequest, q: str = "") -> list[MatchedFirmRow]:
    """Firms whose matrix the officer may read, by name; the first 200 that contain `q`."""
    firms = queries.released_firms(request.auth).filter(name__icontains=q.strip()).select_related("matched")
    return [
        MatchedFirmRow(
            id=one.tenant_id,
            name=one.name,
            place=one.place,
            tier=getattr(getattr(one, "matched", None), "tier", "unknown"),
        )
        for one in firms.order_by("name", "tenant_id")[:200]
    ]
