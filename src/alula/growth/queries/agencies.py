"""The firms of an agency as a list: searched, filtered, sorted, a page at a time."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from django.db.models import F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from alula.growth.ladder.deadlines import today
from alula.growth.ladder.divisions import name_of
from alula.growth.ladder.tiers import NAMES, tier_of
from alula.growth.ladder.workflow import CLOSED
from alula.growth.models import Application, FirmImport, HeldTitle, Relation
from alula.growth.permissions import require_officer
from alula.growth.queries.firms import relations_of
from alula.growth.queries.ladder import in_force
from alula.kernel.actor import Actor, Role
from alula.kernel.errors import not_found
from alula.kernel.texts import pick
from alula.people import facade as people

Sort = Literal["name", "-name", "until", "-since"]


@dataclass(frozen=True)
class Wanted:
    """What a list is asked for. `tier` and `stage` may be `none`, `officer` too (nobody's); `place` is a beginning."""

    text: str = ""
    tier: str = ""
    place: str = ""
    state: Literal["", "claimed", "held"] = ""
    officer: str = ""
    stage: str = ""
    sort: Sort = "name"


def firms_listed(actor: Actor, wanted: Wanted) -> QuerySet[Relation]:
    """The agency's relations with what a row shows: `rank` and `until` of the highest title today, `stage` of what is open.

    Raises:
        Refusal: kernel.not_found, for who is no officer.
    """
    require_officer(actor)
    titles = HeldTitle.objects.filter(in_force(today()), firm_id=OuterRef("firm_id")).order_by(
        "-rank", "-until"
    )
    open_ones = Application.objects.filter(firm_id=OuterRef("firm_id"), agency_id=actor.tenant_id)
    open_ones = open_ones.exclude(stage__in=CLOSED).order_by("-moved_at")
    rows = relations_of(actor).select_related("firm")
    rows = rows.annotate(
        rank=Coalesce(Subquery(titles.values("rank")[:1]), Value(0), output_field=IntegerField()),
        until=Subquery(titles.values("until")[:1]),
    )
    rows = rows.annotate(stage=Subquery(open_ones.values("stage")[:1]))
    return _sorted(_narrowed(rows, wanted), wanted.sort)


def _narrowed(rows: QuerySet[Relation], wanted: Wanted) -> QuerySet[Relation]:
    if wanted.text.strip():
        text = wanted.text.strip()
        rows = rows.filter(Q(firm__name__icontains=text) | Q(firm__credit_code__startswith=text.upper()))
    if wanted.tier:
        ranks = {"none": 0, "innovative": 1, "provincial": 2, "giant": 3}
        rows = rows.filter(rank=ranks.get(wanted.tier, -1))
    if wanted.place:
        rows = rows.filter(firm__place__startswith=wanted.place)
    if wanted.state:
        rows = rows.filter(firm__claimed_at__isnull=wanted.state == "held")
    if wanted.officer == "none":
        rows = rows.filter(officer_id=None)
    elif wanted.officer:
        rows = rows.filter(officer_id=wanted.officer)
    if wanted.stage == "none":
        return rows.filter(stage=None)
    return rows.filter(stage=wanted.stage) if wanted.stage else rows


def _sorted(rows: QuerySet[Relation], sort: Sort) -> QuerySet[Relation]:
    if sort == "until":
        return rows.order_by(F("until").asc(nulls_last=True), "id")
    return rows.order_by({"name": "firm__name", "-name": "-firm__name", "-since": "-since"}[sort], "id")


def after(rows: QuerySet[Relation], sort: Sort, cursor: list[Any] | None) -> QuerySet[Relation]:
    """The rows behind a cursor of (sort value, relation's id)."""
    if cursor is None:
        return rows
    value, last = cursor
    same_behind = Q(id__gt=last)
    if sort == "until":
        if value is None:
            return rows.filter(until=None, id__gt=last)
        return rows.filter(Q(until__gt=value) | Q(until=None) | (Q(until=value) & same_behind))
    field, falling = {
        "name": ("firm__name", False),
        "-name": ("firm__name", True),
        "-since": ("since", True),
    }[sort]
    behind = Q(**{f"{field}__{'lt' if falling else 'gt'}": value})
    return rows.filter(behind | (Q(**{field: value}) & same_behind))


def key_of(row: Relation, sort: Sort) -> Any:
    """The value by which a row stands where it stands."""
    if sort == "until":
        return row.until
    return row.since.isoformat() if sort == "-since" else row.firm.name


def officers_of(actor: Actor) -> dict[UUID, str]:
    """Who works for the agency, by id with names.

    Raises:
        Refusal: kernel.not_found, for who is no officer.
    """
    require_officer(actor)
    return people.people_holding(actor.tenant_id, Role.OFFICER, Role.TENANT_ADMIN)


def import_visible_to(actor: Actor, import_id: UUID) -> FirmImport:
    """An import of the agency.

    Raises:
        Refusal: kernel.not_found.
    """
    require_officer(actor)
    found = FirmImport.objects.filter(agency_id=actor.tenant_id, id=import_id).first()
    if found is None:
        raise not_found()
    return found


HEADINGS = {
    "zh": ["企业名称", "统一社会信用代码", "所在地", "行业", "称号", "到期日", "状态", "申报阶段", "经办"],
    "en": ["Name", "Credit code", "Place", "Industry", "Tier", "Until", "State", "Stage", "Officer"],
}
STATES = {True: {"zh": "已认领", "en": "Claimed"}, False: {"zh": "未认领", "en": "Unclaimed"}}
STAGES = {
    "self_test": {"zh": "自测准备", "en": "Self-test"},
    "submitted": {"zh": "已提交", "en": "Submitted"},
    "check": {"zh": "审核", "en": "Check"},
    "on_site": {"zh": "实地核查", "en": "On site"},
    "publicity": {"zh": "公示", "en": "Publicity"},
    "returned": {"zh": "待补充", "en": "Returned"},
}
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""Beginnings that make a spreadsheet compute a cell (OWASP, CSV injection)."""


class _Echo:
    """A file that hands back what is written, so that rows leave one by one."""

    def write(self, text: str) -> str:
        return text


def lines(actor: Actor, rows: QuerySet[Relation], language: str) -> Iterator[str]:
    """The list as CSV, line by line; it begins with the mark by which Excel knows UTF-8."""
    writer = csv.writer(_Echo())
    officers = officers_of(actor)
    yield "\ufeff" + writer.writerow(HEADINGS["en" if language.startswith("en") else "zh"])
    for row in rows.iterator(chunk_size=1000):
        firm, tier = row.firm, tier_of(row.rank)
        cells = [
            firm.name,
            firm.credit_code,
            pick(name_of(firm.place), language) if firm.place else "",
            firm.industry,
            pick(NAMES[tier], language) if tier else "",
            str(row.until or ""),
            pick(STATES[firm.claimed_at is not None], language),
            pick(STAGES[row.stage], language) if row.stage else "",
            officers.get(row.officer_id, ""),
        ]
        yield writer.writerow([f"'{cell}" if cell.startswith(FORMULA) else cell for cell in cells])
