"""The rule files, read strictly and checked: ids that are unique, overlays that point somewhere, points that add up."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path

from alula.growth.reading import FileProblems, Sheet, read
from alula.growth.rulebook.model import Clause, Item, Overlay, Rule, SizeRule

FOLDER = Path(__file__).parent / "rules"
MARKS = ("V2", "V", "2nd", "M")


def parse(text: str, name: str) -> Rule | Overlay | SizeRule:
    """A rule, an overlay or the size rule, by the file's `format`.

    Raises:
        FileProblems: with every mistake at its line.
    """
    data = Sheet(text, name).data
    said = data.get("format") if isinstance(data, dict) else None
    kinds: dict[str, type[Rule | Overlay | SizeRule]] = {
        "alula.rule/1": Rule,
        "alula.overlay/1": Overlay,
        "alula.size/1": SizeRule,
    }
    value, sheet = read(text, kinds.get(str(said), Rule), name)
    if not isinstance(value, SizeRule):
        _check(value, sheet)
    _check_dates(value, sheet)
    sheet.refuse()
    return value


def _check(rule: Rule | Overlay, sheet: Sheet) -> None:
    seen: set[str] = set()
    for path, part in _parts(rule):
        if part.id in seen:
            sheet.problem(
                (*path, "id"), f"标识“{part.id}”用了两次。", f"The identifier “{part.id}” is used twice."
            )
        seen.add(part.id)
        if not part.sources:
            sheet.problem((*path, "sources"), "没有写来源。", "No source is given.")
    if isinstance(rule, Rule):
        _check_score(rule, sheet)
        return
    for order, change in enumerate(rule.changes):
        if not change.waive and change.unless is None:
            sheet.problem(("changes", order), "没有写改什么。", "It says nothing that changes.")


def _parts(rule: Rule | Overlay) -> Iterator[tuple[tuple[str | int, ...], Clause | Item]]:
    names = ("entry", "needs", "direct") if isinstance(rule, Rule) else ("entry", "needs")
    for name in names:
        for order, clause in enumerate(getattr(rule, name)):
            yield (name, order), clause
    if isinstance(rule, Overlay):
        for order, item in enumerate(rule.items):
            yield ("items", order), item
    elif rule.score:
        for order, item in enumerate(rule.score.items):
            yield ("score", "items", order), item


def _check_score(rule: Rule, sheet: Sheet) -> None:
    if rule.score is None:
        if not rule.needs:
            sheet.problem((), "没有条件，也没有评分。", "There is neither a condition nor a score.")
        return
    total = sum((item.most for item in rule.score.items), Decimal(0))
    if total != 100:
        sheet.problem(
            ("score", "items"),
            f"各项满分相加应为 100，现在是 {total}。",
            f"The items should give 100 in all; they give {total}.",
        )
    groups = {item.group for item in rule.score.items} | {item.id for item in rule.score.items}
    for order, floor in enumerate(rule.score.floors):
        if floor.group not in groups:
            sheet.problem(
                ("score", "floors", order, "group"),
                f"没有“{floor.group}”这一组。",
                f"No group “{floor.group}”.",
            )


def _check_dates(rule: Rule | Overlay | SizeRule, sheet: Sheet) -> None:
    for order, span in enumerate(rule.effective):
        if span.until and span.until < span.since:
            sheet.problem(("effective", order, "until"), "结束早于开始。", "It ends before it begins.")


@cache
def shipped() -> dict[str, Rule | Overlay | SizeRule]:
    """Every rule file that ships, by id. Read once per process.

    Raises:
        FileProblems: a shipped file cannot be used, which the tests of the package rule out.
    """
    found: dict[str, Rule | Overlay | SizeRule] = {}
    for path in sorted(FOLDER.glob("*.yaml")):
        rule = parse(path.read_text("utf-8"), path.name)
        found[rule.id] = rule
    _check_overlays(found)
    return found


def _check_overlays(found: dict[str, Rule | Overlay | SizeRule]) -> None:
    for overlay in found.values():
        if not isinstance(overlay, Overlay):
            continue
        for name in overlay.over:
            base = found.get(name)
            sheet = Sheet("x", f"{overlay.id}.yaml")
            if not isinstance(base, Rule):
                sheet.problem(("over",), f"没有规则 {name}。", f"There is no rule {name}.")
                raise FileProblems(sheet.name, tuple(sheet.problems))
            known = {part.id for _, part in _parts(base)} | {clause.id for clause in overlay.needs}
            for change in overlay.changes:
                if change.clause not in known:
                    sheet.problem(
                        ("changes",),
                        f"{name} 没有条款 {change.clause}。",
                        f"{name} has no clause {change.clause}.",
                    )
            sheet.refuse()


def rules() -> tuple[Rule, ...]:
    """The shipped rules, without overlays."""
    return tuple(one for one in shipped().values() if isinstance(one, Rule))


def overlays() -> tuple[Overlay, ...]:
    """The shipped overlays."""
    return tuple(one for one in shipped().values() if isinstance(one, Overlay))


def size_rule() -> SizeRule:
    """The size classes in force."""
    return next(one for one in shipped().values() if isinstance(one, SizeRule))
