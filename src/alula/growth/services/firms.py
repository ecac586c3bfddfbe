"""Firms: their own details, their facts, and who may see them."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from msgspec.structs import replace

from alula.growth.facts import Facts
from alula.growth.ladder.deadlines import today
from alula.growth.ladder.firm_list import CREDIT_CODE
from alula.growth.models import FactsVersion, Firm, Relation
from alula.growth.permissions import Release, require_officer, require_owner
from alula.growth.queries.firms import facts_of, firm_visible_to, may_keep
from alula.growth.services import matching, reminders, titles
from alula.growth.statements import firms as statements
from alula.growth.storing import encode_facts
from alula.kernel import clock
from alula.kernel.actor import Actor
from alula.kernel.errors import Refusal, not_found, register
from alula.people import facade as people

register(
    "growth",
    {
        "facts_changed": {
            "zh": "这份资料在别处已更新（第 {version} 版），请先查看再保存。",
            "en": "These facts were changed elsewhere (version {version}). Look at them before you save.",
        },
        "code_invalid": {
            "zh": "统一社会信用代码应为 18 位数字和大写字母。",
            "en": "A unified social credit code has 18 digits and capital letters.",
        },
        "code_taken": {
            "zh": "统一社会信用代码 {credit_code} 已登记给另一家企业。",
            "en": "The unified social credit code {credit_code} is registered for another firm.",
        },
        "not_held": {
            "zh": "这家企业已由其负责人认领，资料由企业自己维护。",
            "en": "This firm has been claimed by its owner, who keeps its facts.",
        },
    },
)


def ensure_firm(tenant_id: UUID) -> Firm:
    """The firm of a tenant of kind firm, made with its name when growth first hears of it.

    Raises:
        Refusal: kernel.not_found, when the tenant is no firm.
    """
    firm = Firm.objects.filter(tenant_id=tenant_id).first()
    if firm is not None:
        return firm
    if people.tenant_kind(tenant_id) != "firm":
        raise not_found()
    name = people.tenant_names([tenant_id])[tenant_id]
    return Firm.objects.get_or_create(
        tenant_id=tenant_id, defaults={"name": name, "claimed_at": clock.now()}
    )[0]


def own_firm(actor: Actor) -> Firm:
    """The firm that the actor keeps.

    Raises:
        Refusal: kernel.not_found, for who keeps none.
    """
    require_owner(actor)
    return ensure_firm(actor.tenant_id)


@transaction.atomic
def found_firm(owner: Actor, facts: Facts | None, *, agency: Actor) -> None:
    """Make a firm with its facts, wholly released to an agency, by a command on the machine. Run again, it changes nothing.

    Raises:
        Refusal: kernel.not_found, when the one keeps no firm or the other is no officer.
    """
    firm = own_firm(owner)
    if facts is not None and firm.facts_version == 0:
        save_facts(owner, firm.tenant_id, facts, based_on=0)
    accompany(agency, firm.tenant_id, released=Release)


@transaction.atomic
def found_facts(officer: Actor, firm_id: UUID, facts: Facts) -> None:
    """State facts for a firm that the agency holds, by a command on the machine; what its list said of it stays.

    Raises:
        Refusal: kernel.not_found; growth.not_held (403).
    """
    firm = firm_visible_to(officer, firm_id)
    own = facts_of(firm)
    stated = replace(facts, name=own.name, place=own.place, industry=own.industry, titles=own.titles)
    save_facts(officer, firm_id, stated, based_on=firm.facts_version)


@transaction.atomic
def save_facts(actor: Actor, firm_id: UUID, facts: Facts, *, based_on: int) -> Firm:
    """Put new facts of a firm in force; the ones before are kept as a version.

    Args:
        actor: the owner, or an officer of the agency that holds the firm unclaimed.
        firm_id: whose.
        facts: all of them, not a change.
        based_on: the version that the actor saw; somebody else's newer one is not overwritten.

    Raises:
        Refusal: kernel.not_found; growth.not_held (403); growth.facts_changed (409).
    """
    firm = _locked(actor, firm_id)
    if firm.facts_version != based_on:
        raise Refusal("growth.facts_changed", status=409, field="version", version=firm.facts_version)
    return put_facts(actor, firm, facts)


def put_facts(actor: Actor, firm: Firm, facts: Facts) -> Firm:
    """Put facts in force for a firm whose row the caller locked, and whose right to it the caller knows."""
    moved = reminders.moved_province(firm.place, facts.place)
    firm.facts, firm.facts_version, firm.facts_at = encode_facts(facts), firm.facts_version + 1, clock.now()
    firm.place, firm.industry = facts.place or firm.place, facts.industry or firm.industry
    firm.save(update_fields=["facts", "facts_version", "facts_at", "place", "industry"])
    FactsVersion.objects.create(
        tenant_id=firm.tenant_id,
        version=firm.facts_version,
        body=firm.facts,
        person_id=actor.person_id,
        by_tenant_id=actor.tenant_id,
    )
    statements.facts_saved(actor, firm)
    titles.keep(firm, facts.titles)
    if moved:
        reminders.note_change(firm, "moved", today())
    matching.ask_for(firm.tenant_id, f"facts {firm.facts_version}")
    return firm


@transaction.atomic
def change_firm(
    actor: Actor, firm_id: UUID, *, name: str, credit_code: str, contact: str = "", phone: str = ""
) -> Firm:
    """Correct what a firm is called and how it is reached.

    Raises:
        Refusal: as `save_facts`; growth.code_invalid (422), growth.code_taken (409).
    """
    firm = _locked(actor, firm_id)
    code = check_credit_code(credit_code)
    if code and Firm.objects.filter(credit_code=code).exclude(tenant_id=firm_id).exists():
        raise Refusal("growth.code_taken", status=409, field="credit_code", credit_code=code)
    renamed = bool(name.strip()) and name.strip() != firm.name
    firm.name, firm.credit_code, firm.contact, firm.phone = name.strip() or firm.name, code, contact, phone
    firm.save(update_fields=["name", "credit_code", "contact", "phone"])
    statements.firm_changed(actor, firm)
    if renamed:
        reminders.note_change(firm, "renamed", today())
    return firm


def check_credit_code(code: str) -> str:
    """The code without spaces, in capitals; empty stays empty.

    Raises:
        Refusal: growth.code_invalid (422).
    """
    code = code.replace(" ", "").upper()
    if code and not CREDIT_CODE.fullmatch(code):
        raise Refusal("growth.code_invalid", status=422, field="credit_code")
    return code


@transaction.atomic
def release(actor: Actor, agency_id: UUID, released: Iterable[Release]) -> Relation:
    """Say what the agency may see of the actor's firm from now on; it replaces what was released before.

    Raises:
        Refusal: kernel.not_found, when the agency does not accompany the firm.
    """
    firm = own_firm(actor)
    relation = (
        Relation.objects.select_for_update().filter(firm=firm, agency_id=agency_id, ended_at=None).first()
    )
    if relation is None:
        raise not_found()
    relation.released = sorted(one.value for one in set(released))
    relation.save(update_fields=["released"])
    statements.released(actor, firm, relation)
    return relation


@transaction.atomic
def accompany(
    actor: Actor, firm_id: UUID, *, released: Iterable[Release] = (), held: bool = False
) -> Relation:
    """Begin a relation of the officer's agency to a firm; a living one is left as it is.

    It shows nothing of the firm by itself. Callers: the import of a list (held), an invitation that the owner accepted.

    Raises:
        Refusal: kernel.not_found, for who is no officer or for what is no firm.
    """
    require_officer(actor)
    firm = ensure_firm(firm_id)
    relation, made = Relation.objects.get_or_create(
        agency_id=actor.tenant_id,
        firm=firm,
        ended_at=None,
        defaults={"held": held, "released": sorted(one.value for one in set(released))},
    )
    if made:
        statements.accompanied(actor, firm)
        matching.ask_for(firm.tenant_id, f"relation {relation.id}")
    return relation


def _locked(actor: Actor, firm_id: UUID) -> Firm:
    """The firm's row, locked until the transaction ends, when the actor may change it."""
    firm_visible_to(actor, firm_id)
    firm = Firm.objects.select_for_update().get(tenant_id=firm_id)
    if not may_keep(actor, firm):
        raise Refusal("growth.not_held", status=403)
    return firm
