"""Import: each statement of a file is checked by the rules of xAPI and written; what is wrong is reported by its line.

Either the good ones are kept, batch by batch, each with the place where the import goes on; or nothing is written unless
everything is right. Importing a file again changes nothing: ids are kept, and a statement without one gets an id that
follows from its line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, NamedTuple, Protocol
from uuid import UUID

import msgspec
from django.db import transaction

from alula.kernel import clock
from alula.kernel.errors import Refusal, register
from alula.record import services, statements
from alula.record.archive import returning
from alula.record.bulk import generous_cache
from alula.record.hashed import hashed_id
from alula.record.mentions import RELATIONS, agent_key, mentions_of
from alula.record.moments import parse_timestamp, to_column
from alula.record.moving.attachments import Attachments, named_in
from alula.record.moving.models import TransferRow
from alula.record.moving.sources import Item, Source
from alula.record.sameness import same
from alula.record.table import Row
from alula.record.xapi.decoding import decode
from alula.record.xapi.signatures import USAGE, check_signatures
from alula.record.xapi.validator import validate

AT_ONCE = 2000
"""Statements in a transaction, and ids in one query."""

register(
    "moving",
    {
        "nothing_imported": {
            "zh": "{bad} 条有误，未导入任何内容，详见 {report}。",
            "en": "{bad} are wrong, so nothing was imported; see {report}.",
        },
        "attachment_missing": {
            "zh": "附件 {sha2} 的内容不在此处；陈述已保留。",
            "en": "The bytes of the attachment {sha2} are not here; the statement was kept.",
        },
    },
)

_encoder = msgspec.json.Encoder()
Progress = Callable[[int, int], None]


class Bad(NamedTuple):
    """A line of the report: what is wrong with a statement, and whether it was kept nevertheless."""

    number: int
    refusal: Refusal
    kept: bool = False


class Report(Protocol):
    """Where bad lines are written; `size` is its length, to which it is cut when an import goes on."""

    def write(self, bad: Sequence[Bad]) -> None: ...

    def settle(self) -> int:
        """Make what was written durable; its size."""
        ...

    def cut(self, size: int) -> None: ...


@dataclass
class Figures:
    """What an import did.

    Attributes:
        read: statements of the file that were looked at.
        stored: new in the record.
        known: there already, with the same content.
        bad: refused.
        attachments: whose bytes are kept.
        attachments_missing: whose bytes are nowhere; their statements were kept.
    """

    read: int = 0
    stored: int = 0
    known: int = 0
    bad: int = 0
    attachments: int = 0
    attachments_missing: int = 0


@dataclass
class Import:
    """One import. `row` is its transfer; `attachments` what lies beside the file; `by` who is named as having made it."""

    row: TransferRow
    source: Source
    report: Report
    attachments: Attachments
    figures: Figures = field(default_factory=Figures)
    by: UUID | None = None

    @property
    def tenant_id(self) -> UUID:
        tenant: UUID = self.row.tenant_id
        return tenant


class _Read(NamedTuple):
    """A statement that obeys the rules, and the row that it becomes."""

    number: int
    statement: dict[str, Any]
    row: Row


def begin(tenant_id: UUID, source: Source, *, name: str, all_or_nothing: bool) -> TransferRow:
    """The transfer of this file: that of an import that was stopped, else a new one."""
    mode = "all" if all_or_nothing else "good"
    row, _ = TransferRow.objects.get_or_create(
        tenant_id=tenant_id,
        kind="import",
        key=f"{source.fingerprint()} {mode}",
        defaults={"created_at": clock.now()},
    )
    if row.finished_at is not None or all_or_nothing:
        row.place, row.figures, row.done, row.finished_at = {}, {}, 0, None
    row.asked, row.of = {"name": name, "all_or_nothing": all_or_nothing}, source.size
    row.save()
    return row


def keep_good(
    one: Import, *, go_on: Callable[[], bool] = lambda: True, progress: Progress = lambda _d, _o: None
) -> bool:
    """Import what is right, from the place where the transfer stands; whether the end was reached.

    Args:
        one: the import.
        go_on: asked after each transaction; False leaves the rest for another call.
        progress: told the bytes of the file that were read, and its size.

    Raises:
        Refusal: moving.empty, moving.not_statements, moving.damaged (400).
    """
    place = one.row.place
    one.figures = Figures(**one.row.figures)
    one.report.cut(place.get("report", 0))
    items = one.source.items(after=place.get("after", 0), number=place.get("number", 0))
    with generous_cache():
        while some := list(islice(items, AT_ONCE)):
            _one_batch(one, some)
            progress(one.row.done, one.row.of)
            if not go_on():
                return False
    _finish(one)
    progress(one.row.done, one.row.of)
    return True


def _finish(one: Import) -> None:
    """Say that the end was reached: in the transfer, and in the record when somebody is named."""
    with transaction.atomic():
        one.row.finished_at, one.row.done = clock.now(), one.row.of
        one.row.save(update_fields=["finished_at", "done"])
        if one.by is not None:
            said = statements.about_transfer(
                one.tenant_id,
                one.by,
                statements.IMPORTED,
                own=one.row.id,
                name=one.row.asked["name"],
                figures=vars(one.figures),
            )
            services.append(one.tenant_id, [said])


def _one_batch(one: Import, some: Sequence[Item]) -> None:
    """One transaction: what is good of some items, the figures and the place behind them."""
    with transaction.atomic():
        good, bad = _checked(one, some)
        fresh, refused = _unknown(one, good)
        written = _written(one.tenant_id, fresh)
        refused += written
        one.figures.stored += len(fresh) - len(written)
        one.figures.bad += len(bad) + len(refused)
        missing = _kept_attachments(one, good, {number for number, _, _ in refused})
        one.report.write(sorted([*bad, *refused, *missing], key=lambda line: line.number))
        one.row.place = {"after": some[-1].end, "number": some[-1].number, "report": one.report.settle()}
        one.row.figures, one.row.done = vars(one.figures), one.source.position
        one.row.save(update_fields=["place", "figures", "done"])


def all_or_nothing(one: Import, *, progress: Progress = lambda _d, _o: None) -> None:
    """Look at everything first; when all is right, write it in one transaction, in which others wait for the lock.

    Raises:
        Refusal: moving.nothing_imported (400), with the report written; as `keep_good` else.
    """
    one.report.cut(0)
    for some in _batches(one.source.items()):
        good, bad = _checked(one, some)
        _, conflicts = _unknown(one, good)
        one.figures.bad += len(bad) + len(conflicts)
        one.report.write([*bad, *conflicts])
        progress(one.source.position // 2, one.row.of)
    _refuse_bad(one)
    one.figures = Figures()
    try:
        with generous_cache(), transaction.atomic():
            for some in _batches(one.source.items()):
                _one_batch(one, some)
                progress((one.row.of + one.source.position) // 2, one.row.of)
                _refuse_bad(one)
            _finish(one)
    finally:
        one.report.settle()


def _refuse_bad(one: Import) -> None:
    if one.figures.bad:
        one.report.settle()
        name = f"{one.row.asked['name']}.bad.jsonl"
        raise Refusal("moving.nothing_imported", bad=one.figures.bad, report=name)


def _batches(items: Iterator[Item]) -> Iterator[list[Item]]:
    while some := list(islice(items, AT_ONCE)):
        yield some


def _checked(one: Import, some: Iterable[Item]) -> tuple[list[_Read], list[Bad]]:
    """What obeys the rules of xAPI, and what does not."""
    good: list[_Read] = []
    bad: list[Bad] = []
    for item in some:
        one.figures.read += 1
        try:
            good.append(_read(one, item))
        except Refusal as refusal:
            bad.append(Bad(item.number, refusal))
    return good, bad


def _read(one: Import, item: Item) -> _Read:
    if item.fault is not None:
        raise item.fault
    statement = decode(item.raw, "statement")
    # Every statement of 1.0.3 obeys the rules of 2.0.0, and which version its request had is not known any more.
    validate(statement, "2.0.0")
    if "id" not in statement:
        statement["id"] = str(hashed_id(item.number, item.raw.hex()))
    if any(part["usageType"] == USAGE for part in statement.get("attachments", ())):
        contents = {sha2: one.attachments.peek(one.tenant_id, sha2) for sha2, _ in named_in(statement)}
        given = {sha2: content for sha2, content in contents.items() if content is not None}
        if given.keys() == contents.keys():
            check_signatures(statement, given)
    return _Read(item.number, statement, row_from(one.tenant_id, statement))


def row_from(tenant_id: UUID, statement: dict[str, Any]) -> Row:
    """The row of a valid statement of another store; its authority stays, `stored` is set anew."""
    statement.pop("stored", None)
    _listed(statement)
    thing, timestamp = statement["object"], statement.get("timestamp")
    kind = thing.get("objectType", "Activity")
    registration = statement.get("context", {}).get("registration")
    return Row(
        tenant=tenant_id.hex,
        id=UUID(statement["id"]).hex,
        actor_key=agent_key(statement["actor"]) or "group",
        verb=statement["verb"]["id"],
        activity=thing["id"] if kind == "Activity" else "",
        registration=UUID(registration).hex if registration else None,
        timestamp=to_column(parse_timestamp(timestamp)) if timestamp else None,
        body=_encoder.encode(statement),
        ref=UUID(thing["id"]).hex if kind == "StatementRef" else None,
        authority=agent_key(statement.get("authority", {})),
        mentions=mentions_of(statement),
    )


def _listed(statement: dict[str, Any]) -> None:
    """Single context activities become lists of one, as the specification asks of what is given back."""
    around = statement.get("context", {}).get("contextActivities", {})
    for name in RELATIONS:
        if type(around.get(name)) is dict:
            around[name] = [around[name]]
    if statement["object"].get("objectType") == "SubStatement":
        _listed(statement["object"])


def _unknown(one: Import, good: Sequence[_Read]) -> tuple[list[_Read], list[Bad]]:
    """What is not in the record yet, and what is there (or in this batch) under the same id with other content."""
    rows = [read.row for read in good]
    bodies = {own: body for (_, own), body in {**returning.bodies(rows), **services.bodies(rows)}.items()}
    fresh: list[_Read] = []
    bad: list[Bad] = []
    for read in good:
        body = bodies.setdefault(read.row.id, read.row.body)
        if body is read.row.body:
            fresh.append(read)
        elif same(body, read.row.body):
            one.figures.known += 1
        else:
            bad.append(Bad(read.number, services.different(read.row)))
    return fresh, bad


def _written(tenant_id: UUID, fresh: Sequence[_Read]) -> list[Bad]:
    """Write them; those that the record refuses are found by halving and left out."""
    try:
        with transaction.atomic():
            services.write([read.row for read in fresh])
    except Refusal as refusal:
        if refusal.status == 503:
            raise
        if len(fresh) == 1:
            return [Bad(fresh[0].number, refusal)]
        half = len(fresh) // 2
        return [*_written(tenant_id, fresh[:half]), *_written(tenant_id, fresh[half:])]
    return []


def _kept_attachments(one: Import, good: Sequence[_Read], refused: set[int]) -> list[Bad]:
    """Keep the bytes of the attachments of what was written; a line for each whose bytes are nowhere."""
    missing = []
    for number, statement, _ in good:
        for sha2, elsewhere in named_in(statement) if number not in refused else ():
            if one.attachments.keep(one.tenant_id, sha2):
                one.figures.attachments += 1
            elif not elsewhere:
                one.figures.attachments_missing += 1
                lack = Refusal("moving.attachment_missing", field="attachments", sha2=sha2)
                missing.append(Bad(number, lack, kept=True))
    return missing
