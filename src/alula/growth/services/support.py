"""Service requests: written by a firm's owner, taken through their states by the agency. Every move is kept and told."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple
from uuid import UUID

from django.db import transaction

from alula.engines.files import chosen_files
from alula.growth.models import Expert, Relation, RequestFile, RequestMessage, RequestMove, ServiceRequest
from alula.growth.permissions import is_owner, require_officer, require_owner
from alula.growth.queries.experts import busy_now, candidate_of, need_of
from alula.growth.queries.support import request_visible_to
from alula.growth.services.firms import own_firm
from alula.growth.statements import support as statements
from alula.growth.support import matching, workflow
from alula.growth.support.attachments import MOST_FILES, take
from alula.growth.support.kinds import ServiceKind, Urgency
from alula.kernel import clock
from alula.kernel.actor import Actor
from alula.kernel.errors import Refusal, not_found, register
from alula.kernel.ids import new_id

register(
    "growth",
    {
        "agency_needed": {
            "zh": "请选择向哪家服务机构提交。",
            "en": "Please choose the agency that it goes to.",
        },
        "title_needed": {"zh": "请填写标题。", "en": "Please give it a title."},
        "need_needed": {"zh": "请写明需要什么。", "en": "Please write what is needed."},
        "request_fixed": {
            "zh": "需求已提交，内容不能再修改；可以在沟通记录里补充。",
            "en": "The request was sent and can no longer be changed. Add to it in the messages.",
        },
        "request_closed": {
            "zh": "这项需求已经结束，不能再补充。",
            "en": "This request has ended; nothing can be added.",
        },
        "expert_unfit": {"zh": "不能指派{name}：{why_zh}。", "en": "{name} cannot be assigned: {why_en}."},
        "rating_range": {"zh": "评分为 1 到 5。", "en": "A rating is 1 to 5."},
        "message_empty": {"zh": "请写点什么，或附上文件。", "en": "Please write something or attach a file."},
    },
)


class Wording(NamedTuple):
    """What a firm writes in a request."""

    kind: ServiceKind
    title: str = ""
    need: str = ""
    agency_id: UUID | None = None
    expertise: tuple[str, ...] = ()
    urgency: Urgency = Urgency.NORMAL
    wished_on: date | None = None
    confidential: bool = False
    keep_from: tuple[str, ...] = ()
    gap: str = ""


class Upload(NamedTuple):
    """A file as it came."""

    name: str
    size: int
    data: bytes


@transaction.atomic
def draft_request(actor: Actor, wording: Wording) -> ServiceRequest:
    """Begin a request; nobody but the firm sees it yet.

    Raises:
        Refusal: kernel.not_found, for who keeps no firm, or for an agency that does not accompany it.
    """
    firm = own_firm(actor)
    request = ServiceRequest(firm=firm, by_id=actor.person_id)
    _write(request, wording)
    request.save()
    return request


@transaction.atomic
def change_request(actor: Actor, request_id: UUID, wording: Wording) -> ServiceRequest:
    """Change what a draft says, or a request that came back with a question.

    Raises:
        Refusal: kernel.not_found; growth.request_fixed (409).
    """
    require_owner(actor)
    request = _locked(actor, request_id)
    if request.state not in workflow.CHANGEABLE:
        raise Refusal("growth.request_fixed", status=409)
    sent_to = request.agency_id if request.state == "returned" else None
    _write(request, wording if sent_to is None else wording._replace(agency_id=sent_to))
    request.save()
    return request


@transaction.atomic
def discard_draft(actor: Actor, request_id: UUID) -> None:
    """Throw a draft away with its files.

    Raises:
        Refusal: kernel.not_found; growth.request_fixed (409), when it was sent once.
    """
    require_owner(actor)
    request = _locked(actor, request_id)
    if request.state != "draft":
        raise Refusal("growth.request_fixed", status=409)
    keys = list(request.files.values_list("key", flat=True))
    request.delete()
    transaction.on_commit(lambda: [chosen_files().delete(key) for key in keys])


def send(actor: Actor, request_id: UUID, words: str = "") -> ServiceRequest:
    """Send a draft, or answer a question with `words`.

    Raises:
        Refusal: as `_moved`; growth.agency_needed, growth.title_needed, growth.need_needed (422).
    """
    require_owner(actor)
    with transaction.atomic():
        request = _locked(actor, request_id)
        for field, code in (("agency_id", "agency"), ("title", "title"), ("need", "need")):
            if not getattr(request, field):
                raise Refusal(f"growth.{code}_needed", status=422, field=field)
        _require_relation(request.firm_id, request.agency_id)
        request.sent_at = request.sent_at or clock.now()
        return _moved(actor, request, "send", words)


def accept(actor: Actor, request_id: UUID, due_on: date | None = None) -> ServiceRequest:
    """Take a request; the officer becomes responsible for it. Raises as `_moved`."""
    require_officer(actor)
    with transaction.atomic():
        request = _locked(actor, request_id)
        request.officer_id = actor.person_id
        request.due_on = due_on or request.due_on or request.wished_on
        return _moved(actor, request, "accept", "")


def assign(actor: Actor, request_id: UUID, expert_id: UUID, due_on: date | None = None) -> ServiceRequest:
    """Give a request to an expert of the agency.

    The expert's row is locked while the load is counted: of two officers who give the last place, one is refused.

    Raises:
        Refusal: as `_moved`; growth.expert_unfit (409) with the reason: conflict of interest, no place left, not active.
    """
    require_officer(actor)
    with transaction.atomic():
        request = _locked(actor, request_id)
        expert = Expert.objects.select_for_update().filter(id=expert_id, agency_id=actor.tenant_id).first()
        if expert is None:
            raise not_found()
        candidate = candidate_of(expert, busy_now(expert, without=request.id))
        why = matching.excluded(need_of(request), candidate)
        if why is not None:
            raise Refusal(
                "growth.expert_unfit",
                status=409,
                field="expert_id",
                name=expert.name,
                why_zh=why["zh"],
                why_en=why["en"],
            )
        request.expert, request.due_on = expert, due_on or request.due_on
        return _moved(actor, request, "assign", "", expert=expert.name)


def start(actor: Actor, request_id: UUID) -> ServiceRequest:
    """The work has begun. Raises as `_moved`."""
    require_officer(actor)
    return _simple(actor, request_id, "start")


def deliver(actor: Actor, request_id: UUID, words: str) -> ServiceRequest:
    """What was asked is done; `words` say what. Raises as `_moved`."""
    require_officer(actor)
    return _simple(actor, request_id, "deliver", words)


def return_with_question(actor: Actor, request_id: UUID, words: str) -> ServiceRequest:
    """Ask the firm before going on. Raises as `_moved`."""
    require_officer(actor)
    return _simple(actor, request_id, "return", words)


def decline(actor: Actor, request_id: UUID, words: str) -> ServiceRequest:
    """Not take a request, with the reason. Raises as `_moved`."""
    require_officer(actor)
    return _simple(actor, request_id, "decline", words)


def withdraw(actor: Actor, request_id: UUID, words: str = "") -> ServiceRequest:
    """The firm no longer needs it. Raises as `_moved`."""
    require_owner(actor)
    return _simple(actor, request_id, "withdraw", words)


def rate(actor: Actor, request_id: UUID, rating: int, words: str = "") -> ServiceRequest:
    """What the firm thinks of what was delivered, 1 to 5, with words.

    Raises:
        Refusal: as `_moved`; growth.rating_range (422).
    """
    require_owner(actor)
    if not 1 <= rating <= 5:
        raise Refusal("growth.rating_range", status=422, field="rating")
    with transaction.atomic():
        request = _locked(actor, request_id)
        request.rating = rating
        return _moved(actor, request, "rate", words)


@transaction.atomic
def plan_request(
    actor: Actor, request_id: UUID, *, due_on: date | None, note: str, mine: bool
) -> ServiceRequest:
    """The agency's own: until when, a note that the firm never sees, and taking the request over.

    Raises:
        Refusal: kernel.not_found.
    """
    require_officer(actor)
    request = _locked(actor, request_id)
    request.due_on, request.note = due_on, note
    if mine:
        request.officer_id = actor.person_id
    request.save(update_fields=["due_on", "note", "officer_id"])
    return request


@transaction.atomic
def add_message(
    actor: Actor, request_id: UUID, text: str, uploads: tuple[Upload, ...] = ()
) -> RequestMessage:
    """Say something to the other side, with files if need be.

    Raises:
        Refusal: kernel.not_found; growth.message_empty (422); growth.request_closed (409); those of `attachments.take`.
    """
    request = _locked(actor, request_id)
    if request.state in {"draft", "declined", "withdrawn"}:
        raise Refusal("growth.request_closed", status=409)
    if not text.strip() and not uploads:
        raise Refusal("growth.message_empty", status=422, field="text")
    message = RequestMessage.objects.create(
        request=request, tenant_id=actor.tenant_id, person_id=actor.person_id, text=text.strip()
    )
    for one in uploads:
        _keep(actor, request, one, message)
    ServiceRequest.objects.filter(id=request.id).update(changed_at=clock.now())
    return message


@transaction.atomic
def attach(actor: Actor, request_id: UUID, upload: Upload) -> RequestFile:
    """Attach a file to a request that the firm may still change.

    Raises:
        Refusal: kernel.not_found; growth.request_fixed (409); growth.files_too_many (422); those of `attachments.take`.
    """
    require_owner(actor)
    request = _locked(actor, request_id)
    if request.state not in workflow.CHANGEABLE:
        raise Refusal("growth.request_fixed", status=409)
    return _keep(actor, request, upload, None)


@transaction.atomic
def detach(actor: Actor, request_id: UUID, file_id: UUID) -> None:
    """Take a file away again while the request may still be changed.

    Raises:
        Refusal: kernel.not_found; growth.request_fixed (409).
    """
    require_owner(actor)
    request = _locked(actor, request_id)
    if request.state not in workflow.CHANGEABLE:
        raise Refusal("growth.request_fixed", status=409)
    file = request.files.filter(id=file_id, message=None).first()
    if file is None:
        raise not_found()
    file.delete()
    transaction.on_commit(lambda: chosen_files().delete(file.key))


def moves_of(actor: Actor, request: ServiceRequest) -> list[str]:
    """The moves that are the actor's now."""
    return workflow.possible(workflow.REQUEST_MOVES, request.state, "owner" if is_owner(actor) else "officer")


def _locked(actor: Actor, request_id: UUID) -> ServiceRequest:
    request_visible_to(actor, request_id)
    return ServiceRequest.objects.select_for_update(of=("self",)).select_related("firm").get(id=request_id)


def _simple(actor: Actor, request_id: UUID, move: str, words: str = "") -> ServiceRequest:
    with transaction.atomic():
        return _moved(actor, _locked(actor, request_id), move, words)


def _moved(
    actor: Actor, request: ServiceRequest, move: str, words: str, *, expert: str = ""
) -> ServiceRequest:
    """Make a move with what the caller set on the request.

    Raises:
        Refusal: kernel.not_found, for a request that the actor does not see or a move of the other side;
            growth.move_not_possible (409); growth.words_needed (422).
    """
    since = request.state
    request.state = workflow.step(workflow.REQUEST_MOVES, workflow.REQUEST_STATES, since, move, words)
    request.changed_at = clock.now()
    request.save()
    RequestMove.objects.create(
        request=request,
        move=move,
        since=since,
        to=request.state,
        words=words.strip(),
        expert_name=expert,
        tenant_id=actor.tenant_id,
        person_id=actor.person_id,
    )
    statements.request_moved(actor, request, move)
    return request


def _write(request: ServiceRequest, wording: Wording) -> None:
    if wording.agency_id is not None:
        _require_relation(request.firm_id, wording.agency_id)
    for name, value in wording._asdict().items():
        setattr(request, name, list(value) if isinstance(value, tuple) else value)
    request.title, request.need, request.changed_at = wording.title.strip(), wording.need.strip(), clock.now()


def _require_relation(firm_id: UUID, agency_id: UUID | None) -> None:
    if not Relation.objects.filter(firm_id=firm_id, agency_id=agency_id, ended_at=None).exists():
        raise not_found()


def _keep(
    actor: Actor, request: ServiceRequest, upload: Upload, message: RequestMessage | None
) -> RequestFile:
    taken = take(*upload)
    if request.files.count() >= MOST_FILES:
        raise Refusal("growth.files_too_many", status=422, field="file", most=MOST_FILES)
    id_ = new_id()
    key = f"growth/requests/{request.id}/{id_}"
    chosen_files().put(key, taken.data)
    try:
        return RequestFile.objects.create(
            id=id_,
            request=request,
            message=message,
            name=taken.name,
            type=taken.type,
            size=len(taken.data),
            key=key,
            tenant_id=actor.tenant_id,
        )
    except Exception:
        chosen_files().delete(key)
        raise
