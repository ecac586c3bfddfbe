"""Changing a rule on purpose: every bound, operator, number of points and window, one at a time, must break a case.

A bound moves by the smallest step that a firm could show: a cent of 10,000 yuan, a hundredth of a percent, one item, one
rank, one month; a pass mark by the smallest step that its items can make.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from decimal import Decimal
from math import gcd
from typing import Any, NamedTuple

import msgspec

from alula.growth.rulebook.casebook import Case, all_cases, run
from alula.growth.rulebook.load import shipped
from alula.growth.rulebook.model import Overlay, Rule, SizeRule

_FLIPPED = {">=": ">", ">": ">=", "<=": "<", "<": "<="}
_WHOLE_MEASURES = {"count", "age"}
_WHOLE_NUMBERS = ("rank", "level", "acts")
_FINE, _ONE = Decimal("0.01"), Decimal(1)
_LOOSE = {"points", "otherwise", "cap", "per"}  # numbers that stand alone
_WINDOWS = {"within_years", "years", "year"}
_OTHER_HOW = {"last": "mean", "mean": "compound", "compound": "mean"}
_KINDS: dict[str, type[Rule | Overlay | SizeRule]] = {
    "alula.rule/1": Rule,
    "alula.overlay/1": Overlay,
    "alula.size/1": SizeRule,
}

Path = tuple[str | int, ...]


class Mutant(NamedTuple):
    """A rule with one number or operator changed, inside the clause, item or industry `about`."""

    what: str
    about: str
    rule: Rule | Overlay | SizeRule


class MutationScore(NamedTuple):
    """How many mutants there were, and which of them no case noticed."""

    total: int
    survivors: tuple[str, ...]

    @property
    def percent(self) -> Decimal:
        """Caught mutants in percent."""
        return (Decimal(100) * (self.total - len(self.survivors)) / max(self.total, 1)).quantize(
            Decimal("0.1")
        )


def mutate(only: str | None = None) -> MutationScore:
    """Make every mutant of the shipped rules (or of one) and run the cases that use the rule."""
    book = shipped()
    total, survivors = 0, []
    for name, rule in book.items():
        if only not in {None, name}:
            continue
        cases = [case for case in all_cases() if name == case.rule or name in case.over]
        for mutant in mutants(rule):
            total += 1
            if not _caught({**book, name: mutant.rule}, cases, mutant.about):
                survivors.append(mutant.what)
    return MutationScore(total, tuple(survivors))


def _caught(book: dict[str, Rule | Overlay | SizeRule], cases: list[Case], about: str) -> bool:
    """Whether a case fails; those that look at the changed part come first, because one of them is the likely one."""
    first = sorted(cases, key=lambda case: about not in {case.see, case.facts.industry})
    return any(run(book, case) for case in first)


def mutants(rule: Rule | Overlay | SizeRule) -> Iterator[Mutant]:
    """Every rule that differs from this one in a single number or operator."""
    data = msgspec.to_builtins(rule, builtin_types=(Decimal,))
    for path, new in _changes(data, (), data):
        changed = copy.deepcopy(data)
        inside, about = changed, ""
        for part in path[:-1]:
            inside = inside[part]
            about = inside.get("id", about) if isinstance(inside, dict) else about
        old = inside.get(path[-1]) if isinstance(inside, dict) else inside[path[-1]]
        inside[path[-1]] = new
        where = ".".join(str(part) for part in path)
        yield Mutant(
            f"{rule.id}: {where}: {old} -> {new}", about, msgspec.convert(changed, _KINDS[data["format"]])
        )


def _changes(part: Any, path: Path, root: dict[str, Any]) -> Iterator[tuple[Path, Any]]:
    if isinstance(part, list | tuple):
        for order, one in enumerate(part):
            yield from _changes(one, (*path, order), root)
        return
    if not isinstance(part, dict):
        return
    yield from _numbers(part, path, root)
    for name, below in part.items():
        if name not in {"upkeep", "words", "effective", "batches"}:
            yield from _changes(below, (*path, name), root)


def _numbers(part: dict[str, Any], path: Path, root: dict[str, Any]) -> Iterator[tuple[Path, Any]]:
    for name in ("bound", "value"):
        if isinstance(part.get(name), Decimal):
            step = _step(part, path, root)
            yield (*path, name), part[name] + step
            yield (*path, name), part[name] - step
            if "over" not in part:  # an overlay changes a bound and keeps the rule's operator
                yield (*path, "op"), _FLIPPED[part.get("op", ">=")]
    yield from _other_numbers(part, path)


def _other_numbers(part: dict[str, Any], path: Path) -> Iterator[tuple[Path, Any]]:
    for name in _LOOSE:
        if isinstance(part.get(name), Decimal):
            yield (*path, name), part[name] + 1
            yield (*path, name), part[name] - 1 if part[name] > 1 else part[name] + 2
    for name in _WINDOWS:
        if isinstance(part.get(name), int):
            yield (*path, name), part[name] + 1
    if part.get("kind") == "holds":
        yield (*path, "wanted"), not part.get("wanted", True)
    if part.get("kind") == "growth":
        yield (*path, "how"), _OTHER_HOW[part["how"]]
    if part.get("waive"):
        yield (*path, "waive"), False


def _step(part: dict[str, Any], path: Path, root: dict[str, Any]) -> Decimal:
    """The smallest step that what stands against this bound can make."""
    if path == ("score",) or (path == () and "over" in root):
        return _points_step(root, None)
    if "group" in part:
        return _points_step(root, part["group"])
    if path[0] == "grades":
        return _FINE
    if path[-1] in {"rank", "owner_rank", "since_transfer", "held"}:
        return _ONE
    measure = part.get("measure") or _measure_above(path, root)
    if measure.get("kind") in _WHOLE_MEASURES or any(one in measure.get("of", "") for one in _WHOLE_NUMBERS):
        return _ONE
    return _FINE


def _measure_above(path: Path, root: Any) -> dict[str, Any]:
    """The measure of the band that a step belongs to."""
    found: dict[str, Any] = {}
    for part in path:
        if isinstance(root, dict) and "measure" in root:
            found = root["measure"]
        root = root[part]
    return found


def _points_step(root: dict[str, Any], group: str | None) -> Decimal:
    """The greatest common divisor of the points of a group's items: a sum of them cannot move by less."""
    items = root.get("score", {}).get("items", ())
    inside = [item["points"] for item in items if group in {None, item.get("group"), item["id"]}]
    step = gcd(*(int(number) for part in inside for number in _points(part)))
    return Decimal(step or 1)


def _points(part: Any) -> Iterator[Decimal]:
    if isinstance(part, dict):
        for name, below in part.items():
            if name in {"points", "otherwise"} and isinstance(below, Decimal):
                yield below
            else:
                yield from _points(below)
    elif isinstance(part, list | tuple):
        for one in part:
            yield from _points(one)
