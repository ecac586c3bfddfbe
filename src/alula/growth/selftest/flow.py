"""Which question comes next: only what can still change an outcome of the tiers, and first what settles most.

The tiers are judged together, so that one answer counts for all of them. What was left open on purpose is not asked again;
`further` goes on after every outcome is settled, for who wants to know how far the higher tiers are.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Literal, NamedTuple

from msgspec.structs import replace

from alula.growth.engine import logic
from alula.growth.engine.asks import Ask, Open, rank
from alula.growth.engine.assess import Assessment, assess, assess_by, scored_spread
from alula.growth.engine.logic import Finding
from alula.growth.facts import Facts
from alula.growth.rulebook.model import Kind, Rule, Tier
from alula.growth.selftest import digital
from alula.growth.selftest.form import Question
from alula.growth.selftest.questions import questions
from alula.growth.selftest.tiers import LADDER

Test = Literal["ladder", "digital"]
Judged = Mapping[Tier, Assessment]


class Counts(NamedTuple):
    """Conditions of a tier by state; what a person has to judge stands apart."""

    met: int
    unmet: int
    unknown: int
    human: int


class Course(NamedTuple):
    """Where the test stands: the questions that are still worth asking, in order, and whether every outcome is settled."""

    ahead: tuple[Question, ...]
    further: tuple[Question, ...]
    settled: bool


def judge(
    facts: Facts, as_of: date, *, test: Test = "ladder", kind: Kind = "new", place: str | None = None
) -> dict[Tier, Assessment]:
    """Every tier of the test, judged by the rules of that day.

    Raises:
        Refusal: growth.no_rule (404), when one of them has no rule on that day.
    """
    tiers: tuple[Tier, ...] = LADDER if test == "ladder" else ("digital",)
    return {tier: assess(facts, tier, as_of, kind=kind, place=facts.place or place) for tier in tiers}


def counts(found: Assessment) -> Counts:
    """The conditions of a tier: entry, needs, and the way to it (points with their floors, or the direct item that holds)."""
    states = [one.finding.state for one in found.clauses if one.part != "direct"]
    direct = [one.finding for one in found.clauses if one.part == "direct"]
    if any(finding.state == "met" for finding in direct):
        states.append("met")
    elif found.scored:
        scored = [finding.state for _, finding in found.scored.findings]
        states += scored
        if "unmet" in scored and any(finding.state == "unknown" for finding in direct):
            states.append("unknown")  # another way may still be open
    return Counts(*(states.count(state) for state in ("met", "unmet", "unknown", "human")))


def course(judged: Judged, done: frozenset[str], *, test: Test = "ladder") -> Course:
    """What is ahead. `done` names the questions that were answered, skipped or not known in this test."""
    year = next(iter(judged.values())).firm.as_of.year
    asked = _weighed([found.asks for found in judged.values()], year)
    ahead = [name for name in asked if name not in done]
    if test == "digital":
        ahead += [name for name in digital.scene_questions() if name not in done]
    more = _weighed([_all_asks(found) for found in judged.values()], year)
    further = [name for name in more if name not in done and name not in ahead]
    shapes = {one.id: one for one in shaped(judged)}
    return Course(
        tuple(shapes[name] for name in ahead),
        tuple(shapes[name] for name in further),
        all(found.outcome != "unknown" for found in judged.values()),
    )


def shaped(judged: Judged) -> tuple[Question, ...]:
    """The questions of a year with only those fields that one of the rules looks at."""
    year = next(iter(judged.values())).firm.as_of.year
    used = frozenset(
        fact
        for found in judged.values()
        for fact in facts_used(found.rule, found.firm.as_of, found.firm.kind)
    )
    return tuple(_shape(one, used) for one in questions(year))


def _shape(question: Question, used: frozenset[str]) -> Question:
    if question.id in {"about", "digital"} or question.id.startswith(("scenes_", "digital_")):
        return question
    fields = tuple(field for field in question.fields if field.instead or field.path in used)
    if not any(not field.instead for field in fields):
        fields = question.fields
    return replace(question, fields=fields)


@cache
def blank(rule: Rule, as_of: date, kind: str) -> Assessment:
    """What a rule finds of a firm of which nothing is known but its industry: everything that it looks at is missing."""
    return assess_by(rule, Facts(industry="industry"), as_of, kind="review" if kind == "review" else "new")


@cache
def facts_used(rule: Rule, as_of: date, kind: str) -> frozenset[str]:
    """The facts that a rule looks at: what it misses in a firm of which nothing is known but its industry."""
    found = blank(rule, as_of, kind)
    asked = [fact for one in found.clauses for fact in one.finding.missing]
    asked += [fact for _, earned in (found.scored.items if found.scored else ()) for fact in earned.missing]
    return frozenset((*asked, "industry"))


@cache
def question_ids(year: int) -> Mapping[str, str]:
    """By fact: the question that asks for it."""
    found = {field.path: one.id for one in questions(year) for field in one.fields}
    found.update({one.list.path: one.id for one in questions(year) if one.list})
    return found


def question_for(fact: str, year: int) -> str:
    """The question that asks for a fact such as `revenue.2025` or `rights[0].related`.

    Raises:
        KeyError: no question asks for it, which a test over every rule rules out.
    """
    return question_ids(year)[fact.partition("[")[0]]


def question(name: str, judged: Judged) -> Question | None:
    """The question of that name, with the fields that the rules look at; None when there is none."""
    return next((one for one in shaped(judged) if one.id == name), None)


def _weighed(asks: list[tuple[Ask, ...]], year: int) -> list[str]:
    """Questions by how much their facts settle in all tiers together; equal ones as a person would tell them."""
    weights: dict[str, Decimal] = {}
    for one in asks:
        for ask in one:
            name = question_for(ask.fact, year)
            weights[name] = weights.get(name, Decimal(0)) + ask.weight
    told = {one.id: order for order, one in enumerate(questions(year))}
    return sorted(weights, key=lambda name: (-weights[name], told[name]))


def _all_asks(found: Assessment) -> tuple[Ask, ...]:
    """What is unknown at all, as if no condition had failed: how far a tier is that is out of reach today."""
    needed = tuple(
        one.finding
        for one in found.clauses
        if one.part in {"entry", "needs"} and one.finding.state != "not_applicable"
    )
    ways = [one.finding for one in found.clauses if one.part == "direct"]
    if found.scored:
        ways.insert(0, logic.together(tuple(finding for _, finding in found.scored.findings)))
    open_ways: tuple[Finding, ...] = () if any(way.state == "met" for way in ways) else tuple(ways)
    return rank(Open(needed, open_ways, scored_spread(found.scored)))
