"""Assessing a firm by one rule: every clause, the points, the outcome, and what is worth asking next."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Literal, NamedTuple

from alula.growth.engine import logic, points
from alula.growth.engine.asks import Ask, Open, rank
from alula.growth.engine.logic import Finding
from alula.growth.engine.measures import Firm
from alula.growth.engine.quantity import Quantity, compare
from alula.growth.facts import Facts
from alula.growth.rulebook.choose import choose
from alula.growth.rulebook.model import Clause, Item, Kind, Rule, Score, Tier

Outcome = Literal["pass", "fail", "unknown", "ineligible"]
Part = Literal["entry", "needs", "score", "direct"]


class Judged(NamedTuple):
    """A clause and what was found of it."""

    part: Part
    clause: Clause
    finding: Finding


class ScoredItem(NamedTuple):
    """An indicator and what it gives."""

    item: Item
    earned: points.Earned


class Scored(NamedTuple):
    """The table of points: items, the total and each floor with its finding."""

    score: Score
    items: tuple[ScoredItem, ...]
    total: points.Earned
    findings: tuple[tuple[str, Finding], ...]


class Assessment(NamedTuple):
    """A firm judged by one version of one rule on one day.

    Attributes:
        path: what led to "pass": `conditions`, `points` or the id of a direct item; None otherwise.
        asks: facts that can still change the outcome, the ones that settle most first.
        to_judge: judgements that a person has to make before the outcome can be known.
        grade: for a rule that gives levels, the level, or None while it is open.
    """

    rule: Rule
    firm: Firm
    outcome: Outcome
    path: str | None
    clauses: tuple[Judged, ...]
    scored: Scored | None
    asks: tuple[Ask, ...]
    to_judge: tuple[str, ...]
    grade: int | None = None

    @property
    def judged(self) -> tuple[str, ...]:
        """Judgements that persons made and on which something in it rests."""
        made = [what for one in self.clauses for what in one.finding.judged]
        made += [what for one in (self.scored.items if self.scored else ()) for what in one.earned.judged]
        return tuple(dict.fromkeys(made))


def assess(
    facts: Facts,
    tier: Tier,
    as_of: date,
    *,
    kind: Kind = "new",
    batch: int | None = None,
    place: str | None = None,
) -> Assessment:
    """Judge a firm by the rule in force. `place` is the firm's own when not given.

    Raises:
        Refusal: no rule is in force.
    """
    rule = choose(tier, as_of, kind=kind, batch=batch, place=place or facts.place)
    return assess_by(rule, facts, as_of, kind=kind)


def assess_by(rule: Rule, facts: Facts, as_of: date, *, kind: Kind = "new") -> Assessment:
    """Judge a firm by a given rule: the pure function that everything else rests on."""
    firm = Firm(facts, as_of, kind)
    entry = tuple(Judged("entry", one, judged(firm, one)) for one in rule.entry)
    needs = tuple(Judged("needs", one, judged(firm, one)) for one in rule.needs)
    direct = tuple(Judged("direct", one, judged(firm, one)) for one in rule.direct)
    scored = score_of(firm, rule.score) if rule.score else None
    paths = _paths(scored, direct)
    entered = logic.together(_asked(entry))
    needed = logic.together(_asked(needs))
    way = logic.either(tuple(finding for _, finding in paths)) if paths else Finding("met")
    outcome = _outcome(entered, needed, way)
    open_ = Open(
        (*_asked(entry), *_asked(needs)),
        tuple(f for _, f in paths) if way.state != "met" else (),
        scored_spread(scored),
    )
    settled = outcome != "unknown"
    asks = () if settled else rank(open_)
    judge = (
        ()
        if settled
        else tuple(
            dict.fromkeys((*entered.judge, *needed.judge, *(way.judge if way.state == "human" else ())))
        )
    )
    path = next((name for name, f in paths if f.state == "met"), None if paths else "conditions")
    return Assessment(
        rule,
        firm,
        outcome,
        path if outcome == "pass" else None,
        (*entry, *needs, *direct),
        scored,
        asks,
        judge,
        _grade(rule, scored),
    )


def judged(firm: Firm, clause: Clause) -> Finding:
    """What is found of a clause: a waived one, or one whose `unless` holds, is not asked."""
    if clause.waived_by or firm.kind not in clause.kinds:
        return Finding("not_applicable")
    finding = logic.answer(firm, clause.test)
    if clause.unless is None or finding.state == "met":
        return finding
    unless = logic.answer(firm, clause.unless)
    if unless.state == "met":
        return Finding("not_applicable", judged=unless.judged)
    if unless.state == "unmet":
        return finding._replace(judged=(*finding.judged, *unless.judged))
    return _perhaps_not_asked(finding, unless)


def _perhaps_not_asked(finding: Finding, unless: Finding) -> Finding:
    """While it is open whether a clause is asked at all, an unmet one is open too; what was measured is still shown."""
    return logic.either((finding, unless))


def _asked(clauses: tuple[Judged, ...]) -> tuple[Finding, ...]:
    return tuple(one.finding for one in clauses if one.finding.state != "not_applicable")


def score_of(firm: Firm, score: Score) -> Scored:
    """The points of every item, with the total and the floors judged."""
    items = tuple(ScoredItem(item, points.earned(firm, item.points)) for item in score.items)
    total = points.add(tuple(one.earned for one in items))
    findings = [("score", _of_points(total, score.op, score.bound))]
    for floor in score.floors:
        group = tuple(one.earned for one in items if floor.group in {one.item.group, one.item.id})
        findings.append((f"floor_{floor.group}", _of_points(points.add(group), floor.op, floor.bound)))
    return Scored(score, items, total, tuple(findings))


def _of_points(earned: points.Earned, op: str, bound: Decimal | None) -> Finding:
    quantity = Quantity(earned.low, earned.high, "", earned.missing)
    settled = True if earned.low == earned.high else None
    holds = settled if bound is None else compare(quantity, op, bound)
    if holds is not None:
        return Finding("met" if holds else "unmet", quantity, op, bound, judged=earned.judged)
    state: logic.State = "unknown" if earned.missing else "human"
    return Finding(
        state, quantity, op, bound, missing=earned.missing, judge=earned.judge, judged=earned.judged
    )


def _paths(scored: Scored | None, direct: tuple[Judged, ...]) -> tuple[tuple[str, Finding], ...]:
    paths = [(one.clause.id, one.finding) for one in direct]
    if scored:
        paths.insert(0, ("points", logic.together(tuple(finding for _, finding in scored.findings))))
    return tuple(paths)


def scored_spread(scored: Scored | None) -> dict[str, Decimal]:
    """By missing fact: how many points hang on it."""
    spread: dict[str, Decimal] = {}
    for _, earned in scored.items if scored else ():
        for what in earned.missing:
            spread[what] = spread.get(what, Decimal(0)) + (earned.high - earned.low) / len(earned.missing)
    return spread


def _outcome(entered: Finding, needed: Finding, way: Finding) -> Outcome:
    if entered.state == "unmet":
        return "ineligible"
    if "unmet" in {needed.state, way.state}:
        return "fail"
    return "pass" if entered.state == needed.state == way.state == "met" else "unknown"


def _grade(rule: Rule, scored: Scored | None) -> int | None:
    """The level that both ends of the total reach."""
    if not rule.grades or scored is None:
        return None
    low, high = (
        max(
            (int(step.points) for step in rule.grades if compare(Quantity(end, end), step.op, step.bound)),
            default=0,
        )
        for end in (scored.total.low, scored.total.high)
    )
    return low if low == high else None
