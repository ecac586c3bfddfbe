"""Facts from a filled-in workbook into the draft: everything or the good ones, with every bad cell by its address."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple
from uuid import UUID

from django.db import transaction

from alula.growth.facts import Facts
from alula.growth.models import Draft
from alula.growth.selftest import workbook
from alula.growth.selftest.answering import Mistake, Mistakes, answered
from alula.growth.selftest.form import Question
from alula.growth.selftest.workbook import Bad
from alula.growth.services.selftest import begin_draft, keep_draft, kept_firm
from alula.growth.storing import decode_facts, encode_facts
from alula.kernel import clock
from alula.kernel.actor import Actor

Mode = Literal["all_or_nothing", "keep_good"]
_TRIES = 3


class Imported(NamedTuple):
    """What came of a file: whether it was written, how many questions it answers, and each bad cell."""

    written: bool
    taken: int
    bad: tuple[Bad, ...]
    draft: Draft | None


@transaction.atomic
def import_workbook(actor: Actor, firm_id: UUID, data: bytes, *, mode: Mode) -> Imported:
    """Put what a workbook says into the draft.

    Args:
        actor: who keeps the firm.
        firm_id: whose draft.
        data: the file.
        mode: with `all_or_nothing` one bad cell leaves everything as it was; `keep_good` takes the rest.

    Raises:
        Refusal: kernel.not_found; growth.not_held (403); growth.workbook_large, _unreadable, _other (422).
    """
    firm = kept_firm(actor, firm_id)
    year = clock.now().year
    sheets = workbook.read(data, year)
    draft = begin_draft(actor, firm)
    facts, bad, taken = decode_facts(draft.facts), list(sheets.bad), []
    for question, values in workbook.by_question(sheets, year):
        facts, wrong, some = _take(facts, question, values)
        bad += [Bad(workbook.cell_of(sheets, one.field), one.words) for one in wrong]
        if some:
            taken.append(question.id)
    if not taken or (bad and mode == "all_or_nothing"):
        return Imported(written=False, taken=0, bad=tuple(bad), draft=None)
    draft.facts = encode_facts(facts)
    draft.answered = [*(one for one in draft.answered if one not in taken), *taken]
    draft.open = {name: why for name, why in draft.open.items() if name not in taken}
    return Imported(written=True, taken=len(taken), bad=tuple(bad), draft=keep_draft(actor, draft))


def _take(
    facts: Facts, question: Question, values: dict[str, Any]
) -> tuple[Facts, tuple[Mistake, ...], bool]:
    """The facts with the good values of a question; what is wrong is set aside and the rest tried again."""
    wrong: tuple[Mistake, ...] = ()
    for _ in range(_TRIES):
        try:
            return answered(facts, question, values), wrong, bool(values)
        except Mistakes as mistakes:
            wrong += mistakes.found
            values = _without(values, mistakes.found)
            if not values:
                break
    return facts, wrong, False


def _without(values: dict[str, Any], wrong: tuple[Mistake, ...]) -> dict[str, Any]:
    """Values without the wrong ones; a wrong item goes whole, for half a right would count as something else."""
    fields = {one.field for one in wrong}
    items = {one.field.partition(".")[0] if "]." in one.field else one.field for one in wrong}
    kept: dict[str, Any] = {}
    for path, value in values.items():
        if path in fields:
            continue
        if isinstance(value, list):
            bad = {item.partition("]")[0] + "]" for item in items if item.startswith(f"{path}[")}
            left = [one for order, one in enumerate(value) if f"{path}[{order}]" not in bad]
            if left or not value:
                kept[path] = left
        else:
            kept[path] = value
    return kept
