"""The market of bottlenecks: a firm's technical problem, handed in, released as a summary, offered for, solved."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from django.db import transaction

from alula.growth.models import Bottleneck, Expert, Offer, Relation
from alula.growth.permissions import is_officer, is_owner, require_officer, require_owner
from alula.growth.queries.market import bottleneck_visible_to, readable
from alula.growth.services.firms import own_firm
from alula.growth.statements import support as statements
from alula.growth.support import workflow
from alula.growth.support.kinds import Expertise
from alula.kernel import clock
from alula.kernel.actor import Actor
from alula.kernel.errors import Refusal, not_found, register

register(
    "growth",
    {
        "bottleneck_fixed": {
            "zh": "难题已发布或已结束，内容不能再修改。",
            "en": "The problem was released or has ended and can no longer be changed.",
        },
        "public_needed": {
            "zh": "请先写好公开标题和公开摘要；其他人只能看到这两项、领域和期限。",
            "en": "Write the public title and summary first; others see these two, the field and the deadline alone.",
        },
        "budget_turned": {
            "zh": "预算上限不能低于下限。",
            "en": "The upper end of the budget is below the lower.",
        },
        "offers_closed": {"zh": "这项难题现在不接受方案。", "en": "This problem takes no offers now."},
        "offer_once": {"zh": "已经提交过方案。", "en": "There is an offer already."},
        "offer_own": {"zh": "不能为自己的难题提交方案。", "en": "A firm makes no offer for its own problem."},
    },
)


class Secret(NamedTuple):
    """Everything about a problem; the first five fields are what others may see once it is released."""

    field: Expertise
    title: str
    public_title: str = ""
    public_summary: str = ""
    deadline: date | None = None
    agency_id: UUID | None = None
    tried: str = ""
    wished: str = ""
    budget_low: Decimal | None = None
    budget_high: Decimal | None = None


@transaction.atomic
def draft_bottleneck(actor: Actor, secret: Secret) -> Bottleneck:
    """Write a problem down; nobody but the firm sees it yet.

    Raises:
        Refusal: kernel.not_found; growth.budget_turned (422).
    """
    problem = Bottleneck(firm=own_firm(actor))
    _write(problem, secret)
    return problem


@transaction.atomic
def change_bottleneck(actor: Actor, bottleneck_id: UUID, secret: Secret) -> Bottleneck:
    """Change what is written, before it is released. With the agency, the agency stays.

    Raises:
        Refusal: kernel.not_found; growth.bottleneck_fixed (409); growth.budget_turned (422).
    """
    require_owner(actor)
    problem = _own(actor, bottleneck_id)
    if problem.state not in {"draft", "with_agency"}:
        raise Refusal("growth.bottleneck_fixed", status=409)
    _write(problem, secret if problem.state == "draft" else secret._replace(agency_id=problem.agency_id))
    return problem


@transaction.atomic
def word_publicly(actor: Actor, bottleneck_id: UUID, *, title: str, summary: str) -> Bottleneck:
    """The agency words what others will see; the firm reads it before it releases it.

    Raises:
        Refusal: kernel.not_found; growth.bottleneck_fixed (409).
    """
    require_officer(actor)
    problem = _locked(readable(actor, bottleneck_id))
    if problem.state != "with_agency":
        raise Refusal("growth.bottleneck_fixed", status=409)
    problem.public_title, problem.public_summary = title.strip(), summary.strip()
    problem.save(update_fields=["public_title", "public_summary"])
    return problem


def read_confidential(actor: Actor, bottleneck_id: UUID) -> Bottleneck:
    """The whole of a problem. That it was read, and by whom, becomes a statement of the firm each time.

    Raises:
        Refusal: kernel.not_found.
    """
    with transaction.atomic():
        problem = readable(actor, bottleneck_id)
        statements.bottleneck(actor, problem, statements.READ_CONFIDENTIAL)
        return problem


@transaction.atomic
def hand_in(actor: Actor, bottleneck_id: UUID) -> Bottleneck:
    """Give a draft to the agency.

    Raises:
        Refusal: as `_moved`; growth.agency_needed (422).
    """
    require_owner(actor)
    problem = _own(actor, bottleneck_id)
    if problem.agency_id is None:
        raise Refusal("growth.agency_needed", status=422, field="agency_id")
    _require_relation(problem)
    problem.handed_in_at = problem.handed_in_at or clock.now()
    return _moved(actor, problem, "hand_in", "")


@transaction.atomic
def hand_back(actor: Actor, bottleneck_id: UUID, words: str) -> Bottleneck:
    """The agency asks for changes. Raises as `_moved`."""
    require_officer(actor)
    return _moved(actor, _locked(readable(actor, bottleneck_id)), "hand_back", words)


@transaction.atomic
def release(actor: Actor, bottleneck_id: UUID) -> Bottleneck:
    """Let others see the public part; only the firm does that.

    Raises:
        Refusal: as `_moved`; growth.public_needed (422).
    """
    require_owner(actor)
    problem = _own(actor, bottleneck_id)
    if not (problem.public_title and problem.public_summary):
        raise Refusal("growth.public_needed", status=422, field="public_summary")
    problem.released_at = clock.now()
    return _moved(actor, problem, "release", "")


@transaction.atomic
def choose(actor: Actor, bottleneck_id: UUID, offer_id: UUID) -> Bottleneck:
    """Take one of the offers; a firm that made it may read the confidential part from now on. Raises as `_moved`."""
    require_owner(actor)
    problem = _own(actor, bottleneck_id)
    if not problem.offers.filter(id=offer_id).exists():
        raise not_found()
    _moved(actor, problem, "choose", "")
    problem.offers.filter(id=offer_id).update(chosen=True)
    return problem


@transaction.atomic
def solve(actor: Actor, bottleneck_id: UUID, words: str) -> Bottleneck:
    """The problem is solved; `words` say how. Raises as `_moved`."""
    require_owner(actor)
    return _moved(actor, _own(actor, bottleneck_id), "solve", words)


@transaction.atomic
def close(actor: Actor, bottleneck_id: UUID, words: str) -> Bottleneck:
    """It is given up or no longer needed. Raises as `_moved`."""
    require_owner(actor)
    return _moved(actor, _own(actor, bottleneck_id), "close", words)


@transaction.atomic
def offer(
    actor: Actor,
    bottleneck_id: UUID,
    words: str,
    *,
    price: Decimal | None = None,
    weeks: int | None = None,
    expert_id: UUID | None = None,
) -> Offer:
    """Offer to solve a released problem: a firm for itself, an officer for an expert of the agency.

    Raises:
        Refusal: kernel.not_found; growth.offers_closed, growth.offer_once, growth.offer_own (409).
    """
    problem = _locked(bottleneck_visible_to(actor, bottleneck_id))
    if problem.state != "released":
        raise Refusal("growth.offers_closed", status=409)
    if is_owner(actor):
        if problem.firm_id == actor.tenant_id:
            raise Refusal("growth.offer_own", status=409)
        who: dict[str, object] = {"firm": own_firm(actor)}
    else:
        who = {"expert": _expert(actor, expert_id)}
    if problem.offers.filter(**who).exists():
        raise Refusal("growth.offer_once", status=409)
    made: Offer = Offer.objects.create(
        bottleneck=problem, words=words.strip(), price=price, weeks=weeks, **who
    )
    statements.bottleneck(actor, problem, statements.OFFERED)
    return made


def may_offer(actor: Actor, problem: Bottleneck) -> bool:
    """Whether an offer of the actor would be taken: of a firm one, of an officer one for each expert."""
    if problem.state != "released" or problem.firm_id == actor.tenant_id:
        return False
    return is_officer(actor) or not problem.offers.filter(firm_id=actor.tenant_id).exists()


def moves_of(actor: Actor, problem: Bottleneck) -> list[str]:
    """The moves that are the actor's now."""
    if problem.firm_id == actor.tenant_id:
        return workflow.possible(workflow.PROBLEM_MOVES, problem.state, "owner")
    return workflow.possible(workflow.PROBLEM_MOVES, problem.state, "officer") if is_officer(actor) else []


def _expert(actor: Actor, expert_id: UUID | None) -> Expert:
    found = Expert.objects.filter(id=expert_id, agency_id=actor.tenant_id, active=True).first()
    if found is None:
        raise not_found()
    return found


def _own(actor: Actor, bottleneck_id: UUID) -> Bottleneck:
    problem = readable(actor, bottleneck_id)
    if problem.firm_id != actor.tenant_id:
        raise not_found()
    return _locked(problem)


def _locked(problem: Bottleneck) -> Bottleneck:
    return Bottleneck.objects.select_for_update(of=("self",)).select_related("firm").get(id=problem.id)


def _moved(actor: Actor, problem: Bottleneck, move: str, words: str) -> Bottleneck:
    """Make a move with what the caller set.

    Raises:
        Refusal: kernel.not_found; growth.move_not_possible (409); growth.words_needed (422).
    """
    problem.state = workflow.step(workflow.PROBLEM_MOVES, workflow.PROBLEM_STATES, problem.state, move, words)
    problem.outcome = words.strip() or problem.outcome
    problem.save()
    statements.bottleneck(actor, problem, statements.BOTTLENECK_MOVED[move])
    return problem


def _write(problem: Bottleneck, secret: Secret) -> None:
    low, high = secret.budget_low, secret.budget_high
    if low is not None and high is not None and high < low:
        raise Refusal("growth.budget_turned", status=422, field="budget_high")
    for name, value in secret._asdict().items():
        setattr(problem, name, value.strip() if type(value) is str else value)
    if problem.agency_id is not None:
        _require_relation(problem)
    problem.save()


def _require_relation(problem: Bottleneck) -> None:
    if not Relation.objects.filter(firm=problem.firm, agency_id=problem.agency_id, ended_at=None).exists():
        raise not_found()
