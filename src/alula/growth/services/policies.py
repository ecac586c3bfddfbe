"""An agency's policies: drafted, published in versions, withdrawn; and who follows what."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from alula.growth.models import MatchRun, MatchSubscription, PolicyEntry, PolicyVersion
from alula.growth.policies.match import library
from alula.growth.policies.model import Policy
from alula.growth.policies.writing import plain, policy_from, text_of
from alula.growth.queries.policies import entries_visible_to, entry_visible_to, matrix, notices_of, today
from alula.growth.reading import FileProblems
from alula.growth.services.firms import own_firm
from alula.growth.services.matching import JOB_RUN, be_current
from alula.growth.statements import policies as statements
from alula.kernel import clock, jobs
from alula.kernel.actor import Actor
from alula.kernel.errors import Refusal, not_found, register
from alula.kernel.ids import new_id

DRAFT_MOST = 100_000
register(
    "growth",
    {
        "policy_changed": {
            "zh": "这份草稿在别处已更新（第 {revision} 次保存），请先查看再保存。",
            "en": "This draft was changed elsewhere (saved {revision} times). Look at it before you save.",
        },
        "policy_invalid": {
            "zh": "草稿还不能发布：第 {line} 行，{why_zh}",
            "en": "The draft cannot be published yet: line {line}, {why_en}",
        },
        "policy_renamed": {
            "zh": "政策的标识应为“{policy_id}”，它一经建立就不再改变。",
            "en": "The policy's id has to be “{policy_id}”: once made it never changes.",
        },
        "policy_not_in_force": {
            "zh": "这项政策没有已发布的版本可以撤回。",
            "en": "This policy has no published version to withdraw.",
        },
        "draft_too_long": {
            "zh": "草稿超过 {most} 个字符。",
            "en": "The draft is longer than {most} characters.",
        },
    },
)


@transaction.atomic
def start_policy(actor: Actor, *, base: str = "") -> PolicyEntry:
    """Begin a policy of the agency's own, or its version of the shipped one named by `base`; one begun already is answered.

    Raises:
        Refusal: kernel.not_found, for who is no officer, or when no policy of that name ships.
    """
    entries = entries_visible_to(actor)
    if not base:
        entry_id = new_id()
        draft = text_of(_blank(f"p{entry_id.hex[-12:]}"))
        return _new(actor, id=entry_id, policy_id=f"p{entry_id.hex[-12:]}", shipped=False, draft=draft)
    known = entries.filter(policy_id=base, shipped=True).first()
    if known is not None:
        return known
    policy = next((one for one in library() if one.id == base), None)
    if policy is None:
        raise not_found()
    try:
        with transaction.atomic():
            return _new(actor, policy_id=base, shipped=True, draft=text_of(plain(policy)))
    except IntegrityError:  # a colleague began it in the same moment
        return entries.get(policy_id=base)


def _new(actor: Actor, **more: Any) -> PolicyEntry:
    return PolicyEntry.objects.create(
        agency_id=actor.tenant_id, draft_revision=1, draft_at=clock.now(), draft_by=actor.person_id, **more
    )


def _blank(policy_id: str) -> dict[str, Any]:
    return {
        "id": policy_id,
        "title": {"zh": "", "en": ""},
        "number": "",
        "issuer": "",
        "level": "municipal",
        "place": "",
        "status": "in_force",
        "benefit": {"zh": "", "en": ""},
        "mark": "V",
    }


@transaction.atomic
def save_draft(actor: Actor, entry_id: UUID, text: str, *, based_on: int) -> PolicyEntry:
    """Keep a draft, right or not.

    Args:
        actor: an officer of the agency.
        entry_id: which.
        text: YAML.
        based_on: the revision that the actor saw; somebody else's newer one is not overwritten.

    Raises:
        Refusal: kernel.not_found; growth.policy_changed (409); growth.draft_too_long (422).
    """
    entry = _locked(actor, entry_id, based_on)
    if len(text) > DRAFT_MOST:
        raise Refusal("growth.draft_too_long", status=422, field="text", most=DRAFT_MOST)
    if text != entry.draft:
        entry.draft, entry.draft_revision = text, entry.draft_revision + 1
        entry.draft_at, entry.draft_by = clock.now(), actor.person_id
        entry.save(update_fields=["draft", "draft_revision", "draft_at", "draft_by"])
    return entry


def _locked(actor: Actor, entry_id: UUID, based_on: int | None = None) -> PolicyEntry:
    entry_visible_to(actor, entry_id)
    entry: PolicyEntry = PolicyEntry.objects.select_for_update().get(id=entry_id)
    if based_on is not None and entry.draft_revision != based_on:
        raise Refusal("growth.policy_changed", status=409, field="revision", revision=entry.draft_revision)
    return entry


@transaction.atomic
def publish(actor: Actor, entry_id: UUID, *, based_on: int, note: str = "") -> MatchRun:
    """Put the draft in force as the next version and have every firm of the agency matched again.

    Raises:
        Refusal: kernel.not_found; growth.policy_changed (409); growth.policy_invalid (422) with the first wrong line;
            growth.policy_renamed (422).
    """
    entry = _locked(actor, entry_id, based_on)
    policy = checked(entry.draft)
    if policy.id != entry.policy_id:
        raise Refusal("growth.policy_renamed", status=422, field="id", policy_id=entry.policy_id)
    number = entry.versions.count() + 1
    PolicyVersion.objects.create(
        entry=entry, number=number, text=entry.draft, note=note[:300], published_by=actor.person_id
    )
    entry.in_force = number
    entry.save(update_fields=["in_force"])
    statements.published(actor, entry, policy.title)
    return _run(actor, entry, "published")


def checked(text: str) -> Policy:
    """The policy in a draft.

    Raises:
        Refusal: growth.policy_invalid (422) with the first wrong line; `expected` lists all that is wrong.
    """
    try:
        return policy_from(text)
    except FileProblems as found:
        first = found.problems[0]
        raise Refusal(
            "growth.policy_invalid",
            status=422,
            field=first.field or "text",
            expected=[
                {"line": one.line, "field": one.field, "zh": one.zh, "en": one.en} for one in found.problems
            ],
            line=first.line,
            why_zh=first.zh,
            why_en=first.en,
        ) from found


@transaction.atomic
def withdraw(actor: Actor, entry_id: UUID) -> MatchRun:
    """Take the version in force back: firms see the shipped policy again, or none. The version itself stays to be read.

    Raises:
        Refusal: kernel.not_found; growth.policy_not_in_force (409).
    """
    entry = _locked(actor, entry_id)
    if entry.in_force is None:
        raise Refusal("growth.policy_not_in_force", status=409)
    version = entry.versions.get(number=entry.in_force)
    version.withdrawn_at, version.withdrawn_by = clock.now(), actor.person_id
    version.save(update_fields=["withdrawn_at", "withdrawn_by"])
    entry.in_force = None
    entry.save(update_fields=["in_force"])
    statements.withdrawn(actor, entry, policy_from(version.text).title)
    return _run(actor, entry, "withdrawn")


def _run(actor: Actor, entry: PolicyEntry, cause: str) -> MatchRun:
    run = MatchRun.objects.create(
        agency_id=actor.tenant_id, entry=entry, cause=cause, asked_by=actor.person_id
    )
    jobs.enqueue(JOB_RUN, {"run": str(run.id)}, key=str(run.id), tenant_id=actor.tenant_id)
    return run


@transaction.atomic
def follow(actor: Actor, key: str, *, on: bool) -> None:
    """Be told, or no longer, when a match of the actor's firm changes or a window nears: of one policy, or of all ("").

    Raises:
        Refusal: kernel.not_found, for who keeps no firm or for a policy that does not reach it.
    """
    firm = own_firm(actor)
    title = None
    if key:
        found = next((one for one, _ in matrix(firm, today()) if one.key == key), None)
        if found is None:
            raise not_found()
        title = found.policy.title
    mine = MatchSubscription.objects.filter(firm=firm, person_id=actor.person_id, key=key)
    if mine.exists() == on:
        return
    if on:
        MatchSubscription.objects.create(firm=firm, person_id=actor.person_id, key=key)
        be_current(firm)
    else:
        mine.delete()
    statements.followed(actor, firm, key, title, on=on)


def read_notices(actor: Actor, ids: Iterable[UUID] | None) -> int:
    """Mark notices of the actor as read, all of them when none are named; how many were unread."""
    unread = notices_of(actor).filter(read_at=None)
    if ids is not None:
        unread = unread.filter(id__in=list(ids))
    return unread.order_by().update(read_at=clock.now())


@transaction.atomic
def found_policy(actor: Actor, text: str, *, note: str) -> None:
    """Publish a policy from YAML text, by a command on the machine; a text that is in force already changes nothing.

    Raises:
        Refusal: kernel.not_found, for who is no officer; growth.policy_invalid (422).
    """
    policy = checked(text)
    shipped = any(one.id == policy.id for one in library())
    entry = entries_visible_to(actor).filter(policy_id=policy.id).first()
    if entry is None:
        entry = _new(actor, policy_id=policy.id, shipped=shipped, draft=text)
    if entry.versions.filter(text=text).exists():
        return
    entry = save_draft(actor, entry.id, text, based_on=entry.draft_revision)
    publish(actor, entry.id, based_on=entry.draft_revision, note=note)
