"""What if: figures moved, rights added, a title gained; the tiers are judged again and nothing is saved."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from msgspec.structs import replace

from alula.growth.engine.assess import Assessment
from alula.growth.facts import Facts, Right, Title, TitleKind
from alula.growth.rulebook.model import Kind, Tier, Words
from alula.growth.selftest import flow
from alula.growth.selftest.answering import Mistake, Mistakes, merged
from alula.growth.selftest.form import Field
from alula.growth.selftest.questions import questions

MORE_RIGHTS = "more_rights"
MOST_RIGHTS = 10
_TITLE_YEARS = 3
_SLIDING = ("revenue", "main_revenue", "rd_expense", "liabilities", "platform_score", "market")
_TITLES: dict[Tier, TitleKind] = {"innovative": "innovative", "provincial": "provincial", "giant": "giant"}
_ROUND = (Decimal(1), Decimal(2), Decimal(5))


class Slider(NamedTuple):
    """A figure that can be moved: from `least` to `most` by `step`; `value` is what the facts say."""

    path: str
    words: Words
    unit: str
    value: Decimal
    least: Decimal
    most: Decimal
    step: Decimal


def sliders(facts: Facts, judged: flow.Judged) -> tuple[Slider, ...]:
    """The known figures that a rule of the ladder looks at, then rights to be added."""
    year = next(iter(judged.values())).firm.as_of.year
    used = frozenset(
        fact
        for found in judged.values()
        for fact in flow.facts_used(found.rule, found.firm.as_of, found.firm.kind)
    )
    found = [
        _slider(field, value)
        for one in questions(year)
        for field in one.fields
        if field.path in used
        and field.path.partition(".")[0] in _SLIDING
        and (value := _number_at(facts, field.path)) is not None
    ]
    own = len([one for one in facts.rights or () if one.kind == "invention"])
    words = Words(zh=f"再增加自主发明专利（现有 {own} 项）", en=f"More inventions of one's own (now {own})")
    rights = Slider(MORE_RIGHTS, words, "items", Decimal(0), Decimal(0), Decimal(MOST_RIGHTS), Decimal(1))
    return (*found, rights)


def what_if(
    facts: Facts, changes: dict[str, Any], titles: tuple[Tier, ...], as_of: date, *, kind: Kind = "new"
) -> dict[Tier, Assessment]:
    """The ladder judged with the changes.

    Args:
        facts: as they are in force.
        changes: numbers by the path of a slider; `more_rights` adds that many inventions that count everywhere.
        titles: titles that the firm would hold on that day.
        as_of: the day of application.
        kind: new or review.

    Raises:
        Mistakes: a path is no slider's, or a number cannot stand there.
    """
    numbers = figures({path: raw for path, raw in changes.items() if path != MORE_RIGHTS})
    more = int(min(max(_decimal(MORE_RIGHTS, changes.get(MORE_RIGHTS, 0)), Decimal(0)), Decimal(MOST_RIGHTS)))
    moved = merged(facts, numbers) if numbers else facts
    return flow.judge(with_titles(_with_rights(moved, more, as_of), titles, as_of), as_of, kind=kind)


def figures(changes: dict[str, Any]) -> dict[str, Any]:
    """The numbers of sliders, typed, by path.

    Raises:
        Mistakes: a path is no slider's, or what stands there is no number.
    """
    numbers: dict[str, Any] = {}
    for path, raw in changes.items():
        if path.partition(".")[0] not in _SLIDING:
            raise Mistakes([Mistake(path, Words(zh="这一项不能试算。", en="This cannot be tried out."))])
        value = _decimal(path, raw)
        numbers[path] = int(value) if "rank" in path else value
    return numbers


def changed(before: dict[str, Any], after: dict[str, Any]) -> list[dict[str, Any]]:
    """The clauses whose state another report of the same tier sees differently."""
    states = {(one["part"], one["id"]): one["state"] for one in before["clauses"]}
    return [
        {
            "tier": after["tier"],
            "id": one["id"],
            "text": one["text"],
            "said": one["said"],
            "from": states.get((one["part"], one["id"])),
            "to": one["state"],
        }
        for one in after["clauses"]
        if one["state"] != states.get((one["part"], one["id"]))
    ]


def with_titles(facts: Facts, titles: tuple[Tier, ...], as_of: date) -> Facts:
    """The facts as if the firm had gained these titles on that day."""
    until = date(as_of.year + _TITLE_YEARS, as_of.month, 1)
    gained = tuple(Title(kind=_TITLES[tier], since=as_of, until=until) for tier in titles if tier in _TITLES)
    return replace(facts, titles=(*(facts.titles or ()), *gained)) if gained else facts


def _with_rights(facts: Facts, more: int, as_of: date) -> Facts:
    one = Right(
        kind="invention",
        related=True,
        in_use=True,
        benefit=True,
        acquired="own",
        granted=as_of,
        owner_rank=1,
        high_value="none",
    )
    return replace(facts, rights=(*(facts.rights or ()), *([one] * more))) if more else facts


def _decimal(path: str, raw: Any) -> Decimal:
    try:
        value = Decimal(f"{raw}")
    except ArithmeticError as error:
        raise Mistakes([Mistake(path, Words(zh="请填写数字。", en="A number, please."))]) from error
    if not value.is_finite() or abs(value) >= Decimal(10) ** 12 or isinstance(raw, bool):
        raise Mistakes([Mistake(path, Words(zh="这个数不能用。", en="This number cannot be used."))])
    return value


def _number_at(facts: Facts, path: str) -> Decimal | None:
    head, _, rest = path.partition(".")
    holder = getattr(facts, head)
    value = holder.get(int(rest)) if isinstance(holder, dict) else getattr(holder, rest)
    return None if value is None else Decimal(value)


def _slider(field: Field, value: Decimal) -> Slider:
    head = field.path.partition(".")[0]
    words = field.words if head in {"liabilities", "market", "platform_score"} else Words(
        zh=f"{field.words.zh}{_SHORT[head][0]}", en=f"{_SHORT[head][1]}, {field.words.en}"
    )  # fmt: skip
    if field.kind in {"percent", "score"}:
        return Slider(field.path, words, field.kind, value, Decimal(0), Decimal(100), Decimal(1))
    if field.kind == "rank":
        return Slider(field.path, words, "rank", value, Decimal(1), max(value, Decimal(20)), Decimal(1))
    most = _round_up(max(value * 3, Decimal(100)))
    return Slider(field.path, words, "money", value, Decimal(0), most, max(most / 200, Decimal(1)))


_SHORT = {
    "revenue": ("营业收入", "Revenue"),
    "main_revenue": ("主营业务收入", "Main business"),
    "rd_expense": ("研发费用", "R&D"),
}


def _round_up(value: Decimal) -> Decimal:
    """The next of 1, 2, 5, 10, 20, 50 … so that a slider ends at a number that a person would choose."""
    power = Decimal(10) ** value.adjusted()
    return next((step * power for step in _ROUND if step * power >= value), 10 * power)
