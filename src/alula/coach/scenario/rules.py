"""What a scenario has to mean beyond its shape.

References that lead somewhere, orders without circles, facts that can be judged, weights that sum, acts that can be
reached; and the floor below which a talk soon repeats itself, which is only a warning.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import chain, islice
from typing import Any

from alula.coach.scenario.build import Built, hint
from alula.coach.scenario.graph import LEVELS, circle, unreachable
from alula.coach.scenario.model import Act, Fact, Scenario
from alula.coach.scenario.nodes import at
from alula.coach.scenario.problems import Path, Problem

MOST = 200  # problems of meaning that are named in one go
FLOOR_ACTS, FLOOR_POINTS, FLOOR_EXAMPLES = 25, 12, 60  # a talk of 12 turns does not repeat itself

DURATIONS = {
    "秒": "second", "second": "second", "seconds": "second",
    "分钟": "minute", "minute": "minute", "minutes": "minute",
    "小时": "hour", "hour": "hour", "hours": "hour",
    "天": "day", "日": "day", "day": "day", "days": "day",
    "工作日": "working_day", "个工作日": "working_day", "working day": "working_day", "working days": "working_day",
    "business day": "working_day", "business days": "working_day",
    "周": "week", "星期": "week", "week": "week", "weeks": "week",
    "月": "month", "个月": "month", "month": "month", "months": "month",
    "季度": "quarter", "quarter": "quarter", "quarters": "quarter",
    "年": "year", "year": "year", "years": "year",
}  # fmt: skip
"""The units that a duration fact may have, and what each means."""

_KINDS = {
    "stages": ("阶段", "stage"),
    "intents": ("意图", "intent"),
    "key_points": ("要点", "key point"),
    "facts": ("事实", "fact"),
    "acts": ("客户动作", "act"),
}
Check = Callable[["Sheet"], Iterator[Problem]]


class Sheet:
    """A scenario that was read, with its places, as the rules look at it."""

    def __init__(self, built: Built) -> None:
        self.built = built
        self.scenario: Scenario = built.value
        self.lists: dict[str, tuple[Path, Sequence[Any]]] = {
            "stages": (("stages",), self.scenario.stages),
            "intents": (("intents",), self.scenario.intents),
            "key_points": (("key_points",), self.scenario.key_points),
            "forbidden": (("forbidden",), self.scenario.forbidden),
            "facts": (("product", "facts"), self.scenario.product.facts),
            "acts": (("customer", "acts"), self.scenario.customer.acts),
        }
        self._above_broken = {path[:length] for path in built.broken for length in range(len(path))}
        self.ids = {name: {item.id: None for _, item in self.each(name)} for name in self.lists}
        self._known = {name: self._ids_are_known(name) for name in self.lists}

    def problem(self, path: Path, code: str, **values: Any) -> Problem:
        """A problem at the node of `path`, or of the nearest thing above it that is written in the file."""
        place = path
        while place not in self.built.nodes:
            place = place[:-1]
        return at(self.built.nodes[place], path, code, **values)

    def sound(self, *path: str | int) -> bool:
        """Whether nothing at, above or below `path` is a stand-in for something that could not be read."""
        above = any(path[:length] in self.built.broken for length in range(len(path) + 1))
        return not above and path not in self._above_broken

    def each(self, name: str) -> Iterator[tuple[Path, Any]]:
        """The items of a list with their paths."""
        path, items = self.lists[name]
        return (((*path, i), item) for i, item in enumerate(items))

    def ids_are_known(self, name: str) -> bool:
        """Whether every id of a list could be read; otherwise a reference to it cannot be called wrong."""
        return self._known[name]

    def _ids_are_known(self, name: str) -> bool:
        path, items = self.lists[name]
        return path not in self.built.broken and all(self.sound(*path, i, "id") for i in range(len(items)))


def check(built: Built) -> list[Problem]:
    """Everything wrong with the meaning of what was read. Stand-ins are passed over: they are reported already."""
    sheet = Sheet(built)
    return list(islice(chain.from_iterable(rule(sheet) for rule in _RULES), MOST))


def warnings(scenario: Scenario, built: Built) -> list[Problem]:
    """Advice to the author of a scenario that can be used: where it is too thin for a good talk."""
    sheet = Sheet(built)
    examples = sum(len(intent.examples) for intent in scenario.intents)
    counts = (
        (("customer", "acts"), len(scenario.customer.acts), FLOOR_ACTS, "客户动作", "acts"),
        (("key_points",), len(scenario.key_points), FLOOR_POINTS, "要点", "key points"),
        (("intents",), examples, FLOOR_EXAMPLES, "意图例句", "example utterances"),
    )
    found = [
        sheet.problem(path, "thin", count=count, floor=floor, what_zh=zh, what_en=en)
        for path, count, floor, zh, en in counts
        if count < floor
    ]
    found += [
        sheet.problem(path, "no_example") for path, point in sheet.each("key_points") if not point.example
    ]
    return found


def _unique_ids(sheet: Sheet) -> Iterator[Problem]:
    for name in sheet.lists:
        first: dict[str, Path] = {}
        for path, item in sheet.each(name):
            if not sheet.sound(*path, "id"):
                continue
            if item.id in first:
                line = sheet.built.nodes[(*first[item.id], "id")].start_mark.line + 1
                yield sheet.problem((*path, "id"), "duplicate_id", id=item.id, line=line)
            else:
                first[item.id] = path


def _reference(
    sheet: Sheet, path: Path, kind: str, target: str | None, also: Iterable[str] = ()
) -> Iterator[Problem]:
    if target is None or target in sheet.ids[kind] or target in also:
        return
    if sheet.ids_are_known(kind) and sheet.sound(*path):
        zh, en = _KINDS[kind]
        meant = hint(target, [*sheet.ids[kind], *also])
        yield sheet.problem(path, "unknown_reference", id=target, kind_zh=zh, kind_en=en, **meant)


def _references_in(sheet: Sheet, path: Path, kind: str, targets: Sequence[str]) -> Iterator[Problem]:
    for i, target in enumerate(targets):
        yield from _reference(sheet, (*path, i), kind, target)


def _references(sheet: Sheet) -> Iterator[Problem]:
    for path, stage in sheet.each("stages"):
        yield from _references_in(sheet, (*path, "after"), "stages", stage.after)
    for path, intent in sheet.each("intents"):
        yield from _reference(sheet, (*path, "stage"), "stages", intent.stage)
    for path, point in sheet.each("key_points"):
        yield from _reference(sheet, (*path, "stage"), "stages", point.stage)
        yield from _references_in(sheet, (*path, "facts"), "facts", point.facts)
        yield from _references_in(sheet, (*path, "requires"), "key_points", point.requires)
    yield from _reference(sheet, ("customer", "opening"), "acts", sheet.scenario.customer.opening)
    for path, act in sheet.each("acts"):
        yield from _references_of_act(sheet, path, act)


def _references_of_act(sheet: Sheet, path: Path, act: Act) -> Iterator[Problem]:
    yield from _reference(sheet, (*path, "stage"), "stages", act.stage)
    lists = (
        ("answered_by", act.answered_by, (("intents", "intents"), ("points", "key_points"), ("facts", "facts"))),
        ("when", act.when, (("stages", "stages"), ("after", "acts"), ("not_after", "acts"),
                            ("said", "key_points"), ("not_said", "key_points"))),
    )  # fmt: skip
    for field, part, names in lists:
        for name, kind in names:
            yield from _references_in(sheet, (*path, field, name), kind, getattr(part, name))
    for i, edge in enumerate(act.edges):
        yield from _reference(
            sheet, (*path, "edges", i, "on"), "intents", edge.on, ("answered", "missed", "any")
        )
        yield from _reference(sheet, (*path, "edges", i, "to"), "acts", edge.to)


def _orders(sheet: Sheet) -> Iterator[Problem]:
    for name, attribute in (("stages", "after"), ("key_points", "requires")):
        items = {item.id: (path, getattr(item, attribute)) for path, item in sheet.each(name)}
        found = circle({key: before for key, (_, before) in items.items()})
        if found and sheet.ids_are_known(name):
            yield sheet.problem(
                (*items[found[0]][0], attribute), "cycle", cycle=" → ".join((*found, found[0]))
            )


def _facts(sheet: Sheet) -> Iterator[Problem]:
    for path, fact in sheet.each("facts"):
        if sheet.sound(*path):
            yield from _fact(sheet, path, fact)


def _fact(sheet: Sheet, path: Path, fact: Fact) -> Iterator[Problem]:
    wanted: tuple[str, ...] | None = {"date": ("on",), "yes_no": ("holds",)}.get(fact.kind)
    given = [name for name in ("value", "low", "high", "on", "holds") if getattr(fact, name) is not None]
    if wanted is None:
        wanted = (
            ("low", "high") if "value" not in given and ("low" in given or "high" in given) else ("value",)
        )
    missing = [name for name in wanted if name not in given]
    if missing:
        yield sheet.problem(path, "fact_needs", kind=fact.kind, needs=", ".join(missing))
    for name in given:
        if name not in wanted:
            yield sheet.problem((*path, name), "fact_rejects", kind=fact.kind, name=name)
    if fact.low is not None and fact.high is not None and fact.low >= fact.high:
        yield sheet.problem((*path, "low"), "fact_range")
    if fact.kind == "duration" and fact.unit.lower() not in DURATIONS:
        yield sheet.problem((*path, "unit"), "fact_unit", allowed="、".join(dict.fromkeys(DURATIONS)))
    if not Decimal(0) <= fact.tolerance <= Decimal(1):
        yield sheet.problem((*path, "tolerance"), "fact_tolerance")


def _words(sheet: Sheet) -> Iterator[Problem]:
    fields = (("key_points", "say"), ("forbidden", "patterns"), ("forbidden", "allow"))
    for name, attribute in fields:
        for path, item in sheet.each(name):
            for i, entry in enumerate(getattr(item, attribute)):
                place = (*path, attribute, i)
                if sheet.sound(*place) and not all(word.strip() for word in f" {entry} ".split(" + ")):
                    yield sheet.problem(place, "empty_words")


def _weights(sheet: Sheet) -> Iterator[Problem]:
    rubric = sheet.scenario.rubric
    further = tuple(f"further.{name}" for name in rubric.further)
    groups = (
        (("content", "delivery"), further),
        (("completeness", "logic", "accuracy"), ()),
        (("response_speed", "tone", "infectiousness", "affinity", "attitude"), ()),
    )
    for names, more in groups:
        total = sum(getattr(rubric, name) for name in names) + (sum(rubric.further.values()) if more else 0)
        if total != 100 and all(sheet.sound("rubric", name) for name in names):
            yield sheet.problem(("rubric",), "weights", names=" + ".join((*names, *more)), sum=total)


def _customer(sheet: Sheet) -> Iterator[Problem]:
    customer = sheet.scenario.customer
    if sheet.sound("customer", "levels"):
        for level in LEVELS:
            if level not in customer.levels:
                yield sheet.problem(("customer", "levels"), "missing_level", level=level)
    if not sheet.sound("customer") or not sheet.ids_are_known("key_points"):
        return
    paths = {act.id: path for path, act in sheet.each("acts")}
    for act_id, zh, en in unreachable(customer):
        yield sheet.problem(paths[act_id], "unreachable", id=act_id, why_zh=zh, why_en=en)
    for level in customer.levels:
        for kind in ("buy", "walk_away"):
            if not any(act.kind == kind and level in act.levels for act in customer.acts):
                yield sheet.problem(("customer", "acts"), "missing_ending", level=level, kind=kind)


_RULES: tuple[Check, ...] = (_unique_ids, _references, _orders, _facts, _words, _weights, _customer)
