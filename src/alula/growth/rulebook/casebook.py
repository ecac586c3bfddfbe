"""The cases beside the rules: written by hand from the sources, so that a slip in a rule file does not go unseen.

A case file names a rule, a firm (`base`) and a list of edges: vary one fact, look at one thing, and say what it is on each
side. `vary: "rights*"` repeats the list's first item so many times; the value `absent` removes the fact.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from alula.growth.engine.assess import assess_by
from alula.growth.engine.measures import Firm
from alula.growth.engine.size import size
from alula.growth.facts import Facts
from alula.growth.presenting import report
from alula.growth.reading import Sheet, read
from alula.growth.rulebook.choose import lay
from alula.growth.rulebook.model import Kind, Overlay, Part, Rule, SizeRule

FOLDER = Path(__file__).parent / "cases"
Book = Mapping[str, Rule | Overlay | SizeRule]


class Edge(Part, frozen=True):
    """Values of one fact (`vary`) and what is then seen of a clause, an item, `outcome`, `total`, `grade` or `size`."""

    vary: str
    see: str
    at: tuple[tuple[Any, Any], ...]
    set: dict[str, Any] = {}
    kind: Kind = "new"
    over: tuple[str, ...] = ()
    as_of: date | None = None


class CaseFile(Part, frozen=True):
    """The cases of one rule."""

    rule: str
    as_of: date
    base: dict[str, Any]
    edges: tuple[Edge, ...]


class Case(NamedTuple):
    """One case, ready to be run."""

    name: str
    rule: str
    over: tuple[str, ...]
    kind: Kind
    as_of: date
    facts: Facts
    see: str
    expected: Any


class Result(NamedTuple):
    """How a case went: `failure` is empty when it went as written."""

    name: str
    failure: str


@cache
def all_cases() -> tuple[Case, ...]:
    """Every shipped case.

    Raises:
        FileProblems: a case file cannot be read.
    """
    return tuple(case for path in sorted(FOLDER.glob("*.yaml")) for case in _file(path))


def _file(path: Path) -> list[Case]:
    text = path.read_text("utf-8")
    book, _ = read(text, CaseFile, path.name)
    data = Sheet(text, path.name).data
    found = []
    for edge, raw in zip(book.edges, data["edges"], strict=True):
        for value, expected in raw["at"]:
            facts = copy.deepcopy(data["base"])
            for where, what in raw.get("set", {}).items():
                _put(facts, where, what)
            _put(facts, edge.vary, value)
            found.append(
                Case(
                    f"{path.stem}: {edge.see} with {edge.vary} = {value}",
                    book.rule,
                    edge.over,
                    edge.kind,
                    edge.as_of or book.as_of,
                    msgspec.convert(facts, Facts),
                    edge.see,
                    expected,
                )
            )
    return found


def _put(facts: dict[str, Any], where: str, what: Any) -> None:
    if where.endswith("*"):
        name = where[:-1]
        facts[name] = facts[name][:1] * int(what)
        return
    keys: list[str | int] = [int(part) if part.isdigit() else part for part in where.split(".")]
    inside: Any = facts
    for key in keys[:-1]:
        inside = inside.setdefault(key, {}) if isinstance(inside, dict) else inside[key]
    if what == "absent":
        inside.pop(keys[-1], None)
    else:
        inside[keys[-1]] = copy.deepcopy(what)


def run_cases(book: Book, cases: tuple[Case, ...] | None = None) -> list[Result]:
    """Run the cases against a set of rules; all shipped cases when none are given."""
    return [Result(case.name, run(book, case)) for case in (all_cases() if cases is None else cases)]


def run(book: Book, case: Case) -> str:
    """What is wrong with the rule by this case; empty when nothing is."""
    seen = _seen(book, case)
    expected = case.expected
    if isinstance(expected, list):
        expected = [None if one is None else Decimal(one) for one in expected]
    return "" if seen == expected else f"expected {case.expected}, found {seen}"


def _seen(book: Book, case: Case) -> Any:
    base = book[case.rule]
    if isinstance(base, SizeRule):
        return size(Firm(case.facts, case.as_of, case.kind), base).size
    if not isinstance(base, Rule):
        return None
    overlays = [one for one in (book[name] for name in case.over) if isinstance(one, Overlay)]
    found = report(assess_by(lay(base, overlays, case.kind), case.facts, case.as_of, kind=case.kind))
    if case.see in {"outcome", "path", "grade"}:
        return found[case.see]
    if case.see in found["points"]:
        return found["points"][case.see]
    return next((one["state"] for one in found["clauses"] if one["id"] == case.see), None)
