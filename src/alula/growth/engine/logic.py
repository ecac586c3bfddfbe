"""Answering a rule's tests in five states, and keeping the way to the answer.

`all` is as good as its worst part, `any` as its best one. What cannot be known yet (unknown) and what a person has to
judge (human) are kept apart, because the firm can settle only the first.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, Literal, NamedTuple

from alula.growth.engine import size
from alula.growth.engine.measures import Firm, measure, stated_fact
from alula.growth.engine.quantity import Quantity, compare, distance
from alula.growth.rulebook import model

State = Literal["met", "unmet", "unknown", "human", "not_applicable"]
_WORST: tuple[State, ...] = ("unmet", "unknown", "human", "met")
_BEST: tuple[State, ...] = ("met", "unknown", "human", "unmet")


class Finding(NamedTuple):
    """The answer to one test.

    Attributes:
        state: one of the five.
        quantity, op, bound: what was measured against what, when the test is a comparison.
        value: what a person is shown instead of a number, such as a size class or yes and no.
        missing: facts that would settle it.
        judge: judgements that would settle it.
        judged: judgements that were made and on which it rests.
        parts: the answers of its parts, when it has some.
    """

    state: State
    quantity: Quantity | None = None
    op: str = ""
    bound: Decimal | None = None
    value: str | bool | None = None
    missing: tuple[str, ...] = ()
    judge: tuple[str, ...] = ()
    judged: tuple[str, ...] = ()
    parts: tuple[Finding, ...] = ()
    how: Literal["leaf", "all", "any"] = "leaf"

    @property
    def distance(self) -> Decimal | None:
        """How far inside the bound; negative is what is missing."""
        if self.quantity is None or self.bound is None:
            return None
        return distance(self.quantity, self.op, self.bound)

    def telling(self) -> Finding:
        """The comparison that decides: of an `all` the part that fails, of an `any` the one that holds or comes nearest."""
        if not self.parts:
            return self
        deciding = [part for part in self.parts if part.state == self.state] or list(self.parts)
        return deciding[0].telling()


def answer(firm: Firm, test: model.Test) -> Finding:
    """The finding of a test."""
    return _WAYS[type(test)](firm, test)


def together(parts: tuple[Finding, ...]) -> Finding:
    """The answer when every part is needed."""
    return _joined(parts, _WORST, "all")


def either(parts: tuple[Finding, ...]) -> Finding:
    """The answer when one part is enough."""
    return _joined(parts, _BEST, "any")


def _joined(parts: tuple[Finding, ...], order: tuple[State, ...], how: Literal["all", "any"]) -> Finding:
    states = {part.state for part in parts}
    state = next((one for one in order if one in states), order[-1])
    if state not in {"unknown", "human"}:
        return Finding(state, judged=_rests_on(parts, state, how), parts=parts, how=how)
    open_parts = [part for part in parts if part.state in {"unknown", "human"}]
    return Finding(
        state,
        missing=tuple(dict.fromkeys(what for part in open_parts for what in part.missing)),
        judge=tuple(dict.fromkeys(what for part in open_parts for what in part.judge)),
        judged=tuple(dict.fromkeys(what for part in parts for what in part.judged)),
        parts=parts,
        how=how,
    )


def _rests_on(parts: tuple[Finding, ...], state: State, how: Literal["all", "any"]) -> tuple[str, ...]:
    """The judgements without which the parts would not give this state: none, where one part that needs none is enough."""
    deciding = [part for part in parts if part.state == state]
    if (how == "any") == (state == "met") and not all(part.judged for part in deciding):
        return ()
    return tuple(dict.fromkeys(what for part in deciding for what in part.judged))


def _state(holds: bool | None) -> State:  # noqa: FBT001 - a verdict, not a switch
    return "unknown" if holds is None else "met" if holds else "unmet"


def _compared(firm: Firm, quantity: Quantity, op: str, bound: Decimal) -> Finding:
    if quantity.undefined:
        return _decided(firm, quantity.undefined, Finding("human", quantity, op, bound))
    state = _state(compare(quantity, op, bound))
    return Finding(state, quantity, op, bound, missing=quantity.missing if state == "unknown" else ())


def _compare(firm: Firm, test: model.Compare) -> Finding:
    return _compared(firm, measure(firm, test.measure), test.op, test.bound)


def _per_year_all(firm: Firm, test: model.PerYearAll) -> Finding:
    return together(
        tuple(
            _compared(firm, measure(firm, _of_year(test.measure, year)), test.op, test.bound)
            for year in test.years
        )
    )


def _of_year(what: model.Amount | model.Ratio, year: int) -> model.Amount | model.Ratio:
    if isinstance(what, model.Ratio):
        return model.Ratio(of=what.of, to=what.to, year=year)
    return model.Amount(of=what.of, year=year)


def _holds(firm: Firm, test: model.Holds) -> Finding:
    value = stated_fact(firm.facts, test.fact)
    if value is None:
        return Finding("unknown", missing=(test.fact,))
    return Finding("met" if value is test.wanted else "unmet", value=bool(value))


def _size_is(firm: Firm, test: model.SizeIs) -> Finding:
    sized = size.size(firm)
    possible = set(sized.possible)
    inside = possible & set(test.among)
    state: State = "met" if inside == possible else "unknown" if inside else "unmet"
    return Finding(
        state,
        value=sized.size or "–".join(sized.possible),
        missing=sized.missing if state == "unknown" else (),
    )


def _human(firm: Firm, test: model.Human) -> Finding:
    return _decided(firm, test.id, Finding("human"))


def _decided(firm: Firm, judgement: str, finding: Finding) -> Finding:
    """The finding as a person decided it, or what they still have to judge."""
    decided = firm.facts.judgements.get(judgement)
    if decided is None:
        return finding._replace(judge=(judgement,))
    return finding._replace(state="met" if decided else "unmet", value=decided, judged=(judgement,))


def _all(firm: Firm, test: model.All) -> Finding:
    return together(tuple(answer(firm, part) for part in test.of))


def _any(firm: Firm, test: model.AnyOf) -> Finding:
    return either(tuple(answer(firm, part) for part in test.of))


_WAYS: dict[type, Callable[[Firm, Any], Finding]] = {
    model.Compare: _compare,
    model.PerYearAll: _per_year_all,
    model.Holds: _holds,
    model.SizeIs: _size_is,
    model.Human: _human,
    model.All: _all,
    model.AnyOf: _any,
}
