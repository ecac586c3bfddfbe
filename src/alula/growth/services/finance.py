"""Enquiries at banks: seen as the bank will see it, agreed to, handed over by the owner, and followed."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from alula.growth.finance import sheet as sheets
from alula.growth.models import Enquiry, EnquiryStep, Firm, MatchNotice, Stage
from alula.growth.permissions import is_owner, require_owner
from alula.growth.policies.model import Policy
from alula.growth.queries.finance import enquiry_visible_to
from alula.growth.queries.firms import facts_of
from alula.growth.queries.policies import matrix, today
from alula.growth.services.firms import own_firm
from alula.growth.statements import finance as statements
from alula.kernel import clock
from alula.kernel.actor import Actor
from alula.kernel.errors import Refusal, not_found, register

WAITING = (Stage.SENT, Stage.DOCUMENTS)
MOVES: dict[str, tuple[Stage, ...]] = {
    Stage.PREPARED: (Stage.SENT, Stage.WITHDRAWN),
    Stage.SENT: (Stage.ANSWERED, Stage.DOCUMENTS, Stage.APPROVED, Stage.DECLINED, Stage.WITHDRAWN),
    Stage.ANSWERED: (Stage.DOCUMENTS, Stage.APPROVED, Stage.DECLINED, Stage.WITHDRAWN),
    Stage.DOCUMENTS: (Stage.SENT, Stage.ANSWERED, Stage.APPROVED, Stage.DECLINED, Stage.WITHDRAWN),
    Stage.APPROVED: (),
    Stage.DECLINED: (),
    Stage.WITHDRAWN: (),
}
REMIND_MOST = 90

register(
    "growth",
    {
        "sheet_changed": {
            "zh": "预览之后资料有变化，请重新查看银行将看到的内容。",
            "en": "Something changed since the preview. Look again at what the bank will get.",
        },
        "not_agreed": {
            "zh": "没有您的同意，任何资料都不会进入咨询单。",
            "en": "Nothing goes into an enquiry without your consent.",
        },
        "enquiry_stage": {
            "zh": "咨询现在的状态不能这样更新。",
            "en": "The enquiry cannot move there from where it stands.",
        },
        "enquiry_field": {
            "zh": "这里的内容不能使用。",
            "en": "This cannot be used here.",
        },
    },
)


class Ask(NamedTuple):
    """What an owner asks a bank for."""

    key: str
    branch: str
    asked: sheets.Asked
    contact: str
    phone: str
    remind_days: int


class Seen(NamedTuple):
    """Exactly what the bank would get, and its digest."""

    firm: Firm
    policy: Policy
    sections: list[dict[str, Any]]
    digest: str


def see_enquiry(actor: Actor, ask: Ask) -> Seen:
    """What the bank would get; nothing is kept.

    Raises:
        Refusal: kernel.not_found, for who keeps no firm or for no product that reaches it; growth.enquiry_field (422).
    """
    firm = own_firm(actor)
    policy = _product(firm, ask.key)
    _check(ask)
    asker = sheets.Asker(
        firm.name, firm.credit_code, firm.place, ask.contact or firm.contact, ask.phone or firm.phone
    )
    product = (policy.issuer, policy.title.zh, policy.title.en)
    sections = sheets.sheet(asker, product, ask.branch, ask.asked, facts_of(firm))
    return Seen(firm, policy, sections, sheets.digest(sections))


def _check(ask: Ask) -> None:
    wrong = None
    if ask.asked.amount is not None and not 0 < ask.asked.amount < Decimal(10) ** 9:
        wrong = "amount"
    elif ask.asked.months is not None and not 1 <= ask.asked.months <= 360:
        wrong = "months"
    elif not 1 <= ask.remind_days <= REMIND_MOST:
        wrong = "remind_days"
    elif set(ask.asked.parts) - sheets.PARTS.keys():
        wrong = "parts"
    if wrong:
        raise Refusal("growth.enquiry_field", status=422, field=wrong)


def _product(firm: Firm, key: str) -> Policy:
    found = next((one for one, _ in matrix(firm, today()) if one.key == key), None)
    if found is None or found.policy.level != "bank":
        raise not_found()
    return found.policy


@transaction.atomic
def agree_to_enquiry(actor: Actor, ask: Ask, *, agreed: bool, digest: str) -> Enquiry:
    """Keep an enquiry with the sheet that the owner saw and agreed to. It is not sent by us: there is no line to a bank.

    Raises:
        Refusal: as `see_enquiry`; growth.not_agreed (422); growth.sheet_changed (409), when the sheet is another now.
    """
    seen = see_enquiry(actor, ask)
    if not agreed:
        raise Refusal("growth.not_agreed", status=422, field="agreed")
    if seen.digest != digest:
        raise Refusal("growth.sheet_changed", status=409, field="digest")
    enquiry = Enquiry.objects.create(
        firm=seen.firm,
        key=ask.key,
        bank=seen.policy.issuer,
        title={"zh": seen.policy.title.zh, "en": seen.policy.title.en},
        branch=ask.branch[:120],
        amount=ask.asked.amount,
        sheet=seen.sections,
        digest=seen.digest,
        remind_days=ask.remind_days,
        consented_by=actor.person_id,
    )
    EnquiryStep.objects.create(enquiry=enquiry, stage=Stage.PREPARED, person_id=actor.person_id)
    statements.prepared(actor, enquiry)
    return enquiry


@transaction.atomic
def move_enquiry(actor: Actor, enquiry_id: UUID, stage: Stage, *, note: str = "") -> Enquiry:
    """Note how an enquiry goes on, as the owner was told by the bank.

    Raises:
        Refusal: kernel.not_found, also for an officer, who only reads; growth.enquiry_stage (409).
    """
    require_owner(actor)
    enquiry_visible_to(actor, enquiry_id)
    enquiry: Enquiry = Enquiry.objects.select_for_update().select_related("firm").get(id=enquiry_id)
    if stage not in MOVES[enquiry.stage]:
        raise Refusal("growth.enquiry_stage", status=409, field="stage", expected=list(MOVES[enquiry.stage]))
    enquiry.stage, enquiry.moved_at = stage, clock.now()
    enquiry.save(update_fields=["stage", "moved_at"])
    EnquiryStep.objects.create(
        enquiry=enquiry, stage=stage, note=note.strip()[:600], person_id=actor.person_id
    )
    statements.moved(actor, enquiry)
    return enquiry


def unanswered(enquiries: QuerySet[Enquiry]) -> list[Enquiry]:
    """Those that wait for the bank longer than their owner wanted to wait."""
    now = clock.now()
    return [
        one
        for one in enquiries.filter(stage__in=WAITING)
        if one.moved_at + timedelta(days=one.remind_days) <= now
    ]


def remind(actor: Actor) -> None:
    """Tell the owner of enquiries that wait too long, each once per stage."""
    if not is_owner(actor):
        return
    late = unanswered(Enquiry.objects.filter(firm_id=actor.tenant_id))
    MatchNotice.objects.bulk_create(
        [
            MatchNotice(
                firm_id=one.firm_id,
                person_id=one.consented_by,
                event=f"unanswered:{one.id}:{one.moved_at.isoformat()}",
                kind="unanswered",
                key=str(one.id),
                title={"zh": f"{one.bank} {one.title['zh']}", "en": f"{one.bank} {one.title['en']}"},
                values={"days": (clock.now() - one.moved_at).days},
            )
            for one in late
        ],
        ignore_conflicts=True,
    )


def found_enquiry(actor: Actor, ask: Ask, *, stage: Stage) -> None:
    """Make an enquiry that stands at `stage`, by a command on the machine; a firm that has one already is left alone.

    Raises:
        Refusal: as `agree_to_enquiry` and `move_enquiry`.
    """
    if own_firm(actor).enquiries.exists():
        return
    enquiry = agree_to_enquiry(actor, ask, agreed=True, digest=see_enquiry(actor, ask).digest)
    move_enquiry(actor, enquiry.id, stage)
