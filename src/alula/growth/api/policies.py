"""The matrix of a firm, its notices, and the policies that an agency keeps."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema

from alula.growth.api import policy_schemas as out
from alula.growth.models import Firm, MatchNotice, MatchSubscription
from alula.growth.policies import vocabulary
from alula.growth.policies.match import Match, library
from alula.growth.policies.total import total
from alula.growth.policies.writing import policy_from
from alula.growth.queries import policies as queries
from alula.growth.queries.policies import Shelved
from alula.growth.services import policies as services
from alula.growth.services.finance import remind
from alula.growth.services.matching import be_current
from alula.kernel.actor import Actor
from alula.kernel.errors import not_found
from alula.kernel.http import Page, decode_cursor, encode_cursor, language_of
from alula.kernel.texts import pick
from alula.people import facade as people

router = Router()
NOTICES = 50


class FollowIn(Schema):
    """Which policy ("" for all) and whether to be told."""

    key: str = ""
    on: bool


class NoticeOut(Schema):
    """Something that one is told: of which policy or enquiry, what it was before and is now, or on which day."""

    id: UUID
    kind: str
    key: str
    title: dict[str, str]
    values: dict[str, Any]
    made_at: datetime
    read: bool


class NoticesOut(Page[NoticeOut]):
    """The newest notices first."""

    unread: int


class UnreadOut(Schema):
    """How many notices are unread."""

    unread: int


class ReadIn(Schema):
    """Which notices were read; all when none are named."""

    ids: list[UUID] | None = None


class Choice(Schema):
    """One thing that a form offers."""

    value: str
    words: out.PolicyWords


class VocabularyOut(Schema):
    """What a policy and its conditions may name, by group."""

    groups: dict[str, list[Choice]]


def rows_of(
    actor: Actor, firm: Firm, day: date, *, banks: bool | None
) -> tuple[list[tuple[Shelved, Match]], list[out.MatchOut]]:
    """Matches with what travels of them, the usable first: banks' products, policies, or (None) both."""
    found = queries.matrix(firm, day)
    if banks is not None:
        found = [pair for pair in found if (pair[0].policy.level == "bank") == banks]
    order = {"eligible": 0, "nearly": 1, "unknown": 2, "not": 3}
    found.sort(key=lambda pair: order[pair[1].state])
    agencies = people.tenant_names({one.agency_id for one, _ in found if one.agency_id})
    followed = set(
        MatchSubscription.objects.filter(firm=firm, person_id=actor.person_id).values_list("key", flat=True)
    )
    return found, [out.match_out(one, match, day, agencies, followed) for one, match in found]


@router.get("/policies/matrix", response=out.MatrixOut)
def read_matrix(request: HttpRequest, firm: UUID | None = None) -> out.MatrixOut:
    """What every policy is for one's own firm, or for a firm that released its facts to one's agency."""
    actor: Actor = request.auth
    shown, day = queries.own_or_released(actor, firm), queries.today()
    found, matches = rows_of(actor, shown, day, banks=False)
    titles = {match.policy.id: out.words_out(match.policy.title) for _, match in found}
    mine = shown.tenant_id == actor.tenant_id
    return out.MatrixOut(
        firm=out.firm_head(shown),
        day=day,
        mine=mine,
        current=be_current(shown),
        following=mine
        and MatchSubscription.objects.filter(firm=shown, person_id=actor.person_id, key="").exists(),
        matches=matches,
        total=out.total_out(total([match for _, match in found]), titles),
    )


_HEADS = {
    "zh": ["政策", "文号", "发布单位", "结果", "缺少的条件", "还不知道", "最高（万元）", "内容", "申报截止", "是否申请", "可信度", "来源"],
    "en": [
        "Policy", "Number", "Issuer", "Result", "Conditions not met", "Not known yet", "At most (10,000 yuan)",
        "Benefit", "Window closes", "Application", "Certainty", "Sources",
    ],
}  # fmt: skip
_STATES = {
    "eligible": {"zh": "符合所列条件", "en": "meets what is stated"},
    "nearly": {"zh": "差一项", "en": "one thing missing"},
    "unknown": {"zh": "还不能判断", "en": "not known yet"},
    "not": {"zh": "不符合", "en": "does not apply"},
}
_NEEDED = {
    True: {"zh": "需要", "en": "needed"},
    False: {"zh": "免申即享", "en": "not needed"},
    None: {"zh": "", "en": ""},
}


@router.get("/policies/matrix.csv", response={200: bytes})
def matrix_csv(
    request: HttpRequest, firm: UUID | None = None, q: str = "", state: str = "", level: str = ""
) -> HttpResponse:
    """The matrix as a file that a spreadsheet opens as it is, narrowed as the page was."""
    actor: Actor = request.auth
    shown, day = queries.own_or_released(actor, firm), queries.today()
    language = "zh" if language_of(request) == "zh" else "en"
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(_HEADS[language])
    for one in rows_of(actor, shown, day, banks=False)[1]:
        wanted = q.strip().lower() in f"{one.title.zh} {one.title.en} {one.issuer} {one.number}".lower()
        if wanted and state in {"", one.state} and level in {"", one.level}:
            writer.writerow(_line(one, language))
    return HttpResponse(
        "\ufeff" + text.getvalue(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="policies-{day:%Y%m%d}.csv"'},
    )


def _line(one: out.MatchOut, language: str) -> list[str]:
    def say(words: out.PolicyWords) -> str:
        return words.zh if language == "zh" else words.en

    mark = vocabulary.words(vocabulary.MARKS, one.mark)
    cells = [
        say(one.title),
        one.number,
        one.issuer,
        pick(_STATES[one.state], language),
        "; ".join(say(words) for words in one.failing),
        "; ".join(say(ask.question) for ask in one.asks),
        one.amount or "",
        say(one.benefit),
        one.on.isoformat() if one.on and one.phase in {"open", "closing", "over"} else "",
        pick(_NEEDED[one.application], language),
        mark.zh if language == "zh" else mark.en,
        ", ".join(source.key for source in one.sources),
    ]
    # A cell that begins like a formula is not run by the spreadsheet that opens the file.
    return [f"'{cell}" if cell[:1] in {"=", "+", "-", "@", "\t"} else cell for cell in cells]


@router.get("/policies/matrix/{key}", response=out.DetailOut)
def read_match(request: HttpRequest, key: str, firm: UUID | None = None) -> out.DetailOut:
    """One policy for the firm: each condition with its answer, the source, the versions."""
    actor: Actor = request.auth
    shown, day = queries.own_or_released(actor, firm), queries.today()
    found, rows = rows_of(actor, shown, day, banks=None)
    place = next((at for at, (shelved, _) in enumerate(found) if shelved.key == key), None)
    if place is None:
        raise not_found()
    shelved, match = found[place]
    titles = {one.policy.id: out.words_out(one.policy.title) for _, one in found}
    return out.DetailOut(
        match=rows[place],
        conditions=out.conditions_out(match),
        tiers=out.tiers_out(match),
        not_with=[titles[one] for one in match.policy.not_with if one in titles],
        versions=versions_of(actor, shelved.entry_id) if shelved.entry_id else [],
    )


def versions_of(actor: Actor, entry_id: UUID) -> list[out.VersionOut]:
    """The versions of an entry, newest first, each with what it changed."""
    versions = queries.versions_seen_by(actor, entry_id)
    if not versions:
        return []
    entry = versions[0].entry
    shipped = next((one for one in library() if entry.shipped and one.id == entry.policy_id), None)
    names = people.names_of(entry.agency_id, {one.published_by for one in versions})
    found, before = [], shipped
    for one in reversed(versions):
        policy = policy_from(one.text)
        found.append(
            out.VersionOut(
                number=one.number,
                note=one.note,
                published_at=one.published_at,
                published_by=names.get(one.published_by, ""),
                withdrawn_at=one.withdrawn_at,
                in_force=entry.in_force == one.number,
                changes=out.changes_out(before, policy) if before else [],
            )
        )
        before = policy
    return found[::-1]


@router.put("/policies/subscription", response=UnreadOut)
def follow(request: HttpRequest, payload: FollowIn) -> UnreadOut:
    """Be told of changes, or no longer."""
    services.follow(request.auth, payload.key, on=payload.on)
    return _unread(request.auth)


def _unread(actor: Actor) -> UnreadOut:
    return UnreadOut(unread=queries.notices_of(actor).filter(read_at=None).count())


@router.get("/policies/notices", response=NoticesOut)
def list_notices(request: HttpRequest, cursor: str | None = None) -> NoticesOut:
    """What one was told, newest first."""
    actor: Actor = request.auth
    notices = queries.notices_of(actor)
    after = decode_cursor(cursor, 2)
    if after is not None:
        notices = notices.filter(made_at__lte=after[0]).exclude(made_at=after[0], id__gte=after[1])
    page = list(notices[: NOTICES + 1])
    return NoticesOut(
        items=[notice_out(one) for one in page[:NOTICES]],
        next=encode_cursor(page[NOTICES - 1].made_at.isoformat(), page[NOTICES - 1].id)
        if len(page) > NOTICES
        else None,
        total=queries.notices_of(actor).count() if cursor is None else None,
        unread=_unread(actor).unread,
    )


def notice_out(one: MatchNotice) -> NoticeOut:
    return NoticeOut(
        id=one.id,
        kind=one.kind,
        key=one.key,
        title=one.title,
        values=one.values,
        made_at=one.made_at,
        read=one.read_at is not None,
    )


@router.get("/policies/notices/unread", response=UnreadOut)
def count_unread(request: HttpRequest) -> UnreadOut:
    """How many notices are unread; enquiries that wait too long become one first."""
    remind(request.auth)
    return _unread(request.auth)


@router.post("/policies/notices/read", response=UnreadOut)
def read_notices(request: HttpRequest, payload: ReadIn) -> UnreadOut:
    """Mark notices as read."""
    services.read_notices(request.auth, payload.ids)
    return _unread(request.auth)


@router.get("/policies/vocabulary", response=VocabularyOut)
def read_vocabulary(request: HttpRequest) -> VocabularyOut:  # noqa: ARG001 - the same for everybody signed in
    """What conditions may name, with its words."""
    return VocabularyOut(
        groups={
            group: [
                Choice(value=value, words=out.PolicyWords(zh=zh, en=en)) for value, (zh, en) in names.items()
            ]
            for group, names in vocabulary.groups().items()
        }
    )
