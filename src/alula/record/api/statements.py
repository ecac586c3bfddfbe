"""The statements of the tenant, to look at and to take along."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import Annotated
from uuid import UUID

import msgspec
from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from ninja import Query, Router, Schema
from pydantic import Field

from alula.kernel.actor import Actor
from alula.kernel.clock import now
from alula.kernel.errors import not_found
from alula.kernel.http import PAGE, PAGE_MAX, Page, decode_cursor, encode_cursor, language_of, wrong_cursor
from alula.record.api import browsing
from alula.record.api.browsing import OURS, Voided, Wanted, Whose
from alula.record.api.periods import span_of
from alula.record.api.presenting import rows_of
from alula.record.api.schemas import (
    FilterChoice,
    Said,
    StatementFilters,
    StatementRow,
    StatementWhole,
)
from alula.record.directory import directory
from alula.record.spine import StoredStatement
from alula.record.verbs import verb_names
from alula.record.xapi.credentials import authority_of, credentials_of
from alula.record.xapi.showing import shown

router = Router()

LOOKED_AT = 1000
"""Newest statements in which verbs and activities to filter by are looked for."""
ACTIVITIES = 50
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula."""
HEADINGS = {
    "zh": ("发生时间", "记录时间", "谁", "记录", "动作", "活动", "来源", "已作废", "编号"),
    "en": ("Happened", "Recorded", "Who", "Statement", "Verb", "Activity", "Through", "Voided", "Id"),
}


class Asked(Schema):
    """What the list is asked for; `period` is "7d", "2026-11" or "2026-11-03" in the viewer's zone."""

    q: str = ""
    verb: str = ""
    activity: str = ""
    through: str = ""
    voided: Voided = ""
    period: str = ""

    def wanted(self, actor: Actor) -> Wanted:
        """The same, as the query takes it."""
        since, until = span_of(self.period, actor.timezone)
        through = self.through if self.through in ("", OURS) else authority_of(actor.tenant_id, self.through)
        return Wanted(self.verb, self.activity, through, self.voided, since, until)


@router.get("/statements", response=Page[StatementRow])
def list_statements(
    request: HttpRequest,
    asked: Query[Asked],
    cursor: str | None = None,
    limit: Annotated[int, Field(ge=1, le=PAGE_MAX)] = PAGE,
) -> Page[StatementRow]:
    """The statements of whom one may see, newest first. A page may be short, or empty, before the last one."""
    actor, wanted = request.actor, asked.wanted(request.actor)
    whose = Whose(actor, asked.q)
    found = browsing.page(whose, wanted, _after(cursor), limit)
    total = None if cursor else len(found.items) if found.after is None else browsing.count(whose, wanted)
    return Page[StatementRow](
        items=rows_of(actor.tenant_id, found.items),
        next=encode_cursor(found.after) if found.after is not None else None,
        total=total,
    )


def _after(cursor: str | None) -> int | None:
    key = decode_cursor(cursor, 1)
    if key is None or isinstance(key[0], int):
        return key[0] if key else None
    raise wrong_cursor()


@router.get("/statements/filters", response=StatementFilters)
def read_filters(request: HttpRequest) -> StatementFilters:
    """What there is to filter by."""
    actor = request.actor
    everybody = directory().administers(actor)
    verbs = {verb: Said(zh=name["zh"], en=name["en"]) for verb, name in verb_names().items()}
    activities: dict[str, Said] = {}
    if everybody:
        for stored in browsing.newest(actor.tenant_id, LOOKED_AT):
            _note(stored, verbs, activities)
    ended = Said(zh="小翼", en="Alula")
    through = [FilterChoice(value=OURS, name=ended)] if everybody else []
    through += [
        FilterChoice(value=one.key, name=Said(zh=one.name, en=one.name))
        for one in (credentials_of(actor.tenant_id) if everybody else [])
    ]
    return StatementFilters(
        verbs=[FilterChoice(value=verb, name=name) for verb, name in verbs.items()],
        activities=[FilterChoice(value=one, name=name) for one, name in activities.items()],
        through=through,
        everybody=everybody,
        others=everybody or len(directory().visible(actor, "", 2)) > 1,
    )


def _note(stored: StoredStatement, verbs: dict[str, Said], activities: dict[str, Said]) -> None:
    """Keep the verb and the activity of a statement as choices, by the names that it gives them."""
    new_verb = stored.verb not in verbs
    new_activity = stored.activity and stored.activity not in activities and len(activities) < ACTIVITIES
    if not (new_verb or new_activity):
        return
    body = msgspec.json.decode(stored.body)
    if new_verb:
        verbs[stored.verb] = _said(body["verb"].get("display"), stored.verb)
    if new_activity:
        definition = body["object"].get("definition") or {}
        activities[stored.activity] = _said(definition.get("name"), stored.activity)


def _said(labels: dict[str, str] | None, otherwise: str) -> Said:
    """A language map of another system as our two languages, each with what comes nearest."""
    by_language = {tag.split("-")[0]: text for tag, text in reversed((labels or {}).items())}
    any_of = next(iter((labels or {}).values()), otherwise)
    return Said(zh=by_language.get("zh", any_of), en=by_language.get("en", any_of))


@router.get("/statements.csv", response={200: bytes})
def export_csv(request: HttpRequest, asked: Query[Asked]) -> HttpResponseBase:
    """The whole list as a file that a spreadsheet opens as it is."""
    language = "en" if language_of(request).startswith("en") else "zh"
    pages = _all(Whose(request.actor, asked.q), asked.wanted(request.actor))
    return _file(_csv(request.actor.tenant_id, pages, language), "csv", "text/csv")


@router.get("/statements.jsonl", response={200: bytes})
def export_jsonl(request: HttpRequest, asked: Query[Asked]) -> HttpResponseBase:
    """The whole list as JSON Lines: a statement of xAPI 2.0 on each."""
    pages = _all(Whose(request.actor, asked.q), asked.wanted(request.actor))
    return _file(_jsonl(request.actor.tenant_id, pages), "jsonl", "application/x-ndjson")


def _file(lines: Iterator[str], ending: str, content_type: str) -> HttpResponseBase:
    response = StreamingHttpResponse(lines, content_type=f"{content_type}; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="statements-{now():%Y%m%d}.{ending}"'
    return response


def _all(whose: Whose, wanted: Wanted) -> Iterator[list[StoredStatement]]:
    after: int | None = None
    while True:
        found = browsing.page(whose, wanted, after, PAGE_MAX)
        yield found.items
        after = found.after
        if after is None:
            return


def _jsonl(tenant_id: UUID, pages: Iterator[list[StoredStatement]]) -> Iterator[str]:
    for some in pages:
        bodies = shown(tenant_id, some, "exact", [], "2.0.0")
        yield "".join(msgspec.json.encode(one).decode() + "\n" for one in bodies)


class _Echo:
    """A file that hands back what is written, so that rows leave page by page."""

    def write(self, text: str) -> str:
        return text


def _csv(tenant_id: UUID, pages: Iterator[list[StoredStatement]], language: str) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield "\ufeff" + writer.writerow(HEADINGS[language])
    for some in pages:
        yield "".join(
            writer.writerow([_safe(cell) for cell in _cells(row, language)])
            for row in rows_of(tenant_id, some)
        )


def _cells(row: StatementRow, language: str) -> list[str]:
    names = verb_names()
    verb = names[row.verb][language] if row.verb in names else row.verb
    yes = {"zh": "是", "en": "yes"}[language] if row.voided else ""
    sentence, who = getattr(row.sentence, language), getattr(row.actor.name, language)
    through = row.through.name if row.through else "Alula"
    moments = row.timestamp.isoformat(), row.stored.isoformat()
    return [*moments, who, sentence, verb, row.activity, through, yes, str(row.id)]


def _safe(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA) else cell


@router.get("/statements/{uuid:statement_id}", response=StatementWhole)
def read_statement(request: HttpRequest, statement_id: UUID) -> StatementWhole:
    """One statement, with its JSON."""
    stored = browsing.one(request.actor, statement_id)
    if stored is None:
        raise not_found()
    (row,) = rows_of(request.actor.tenant_id, [stored])
    (body,) = shown(request.actor.tenant_id, [stored], "exact", [], "2.0.0")
    return StatementWhole(**row.dict(), body=body)
