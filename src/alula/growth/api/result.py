"""The page of a self-test's result: stored reports, the plan that closes the gaps, dates and sliders."""

from __future__ import annotations

from datetime import date
from typing import Any

from alula.growth.engine.measures import Firm as Measured
from alula.growth.facts import Facts
from alula.growth.models import Firm
from alula.growth.permissions import Release
from alula.growth.policies.match import Match
from alula.growth.presenting import number
from alula.growth.queries import policies
from alula.growth.queries.decisions import checking
from alula.growth.queries.firms import facts_of, may_keep, visible_to
from alula.growth.queries.selftest import latest_assessments
from alula.growth.rulebook.model import Tier, Words
from alula.growth.selftest import flow, plan, what_if
from alula.growth.selftest.calendar import calendar, held
from alula.growth.selftest.courses import courses_for
from alula.growth.selftest.gaps import GAP_KINDS
from alula.growth.selftest.tiers import LADDER, TIER_NAMES
from alula.growth.services.selftest import today
from alula.kernel.actor import Actor
from alula.kernel.texts import Texts


def result_of(actor: Actor, firm: Firm) -> dict[str, Any]:
    """The page of a result: reports as stored; plan and calendar as of today, as far as the actor may see the facts."""
    day = today(actor)
    facts = (
        facts_of(firm) if visible_to(actor, Release.FACTS).filter(tenant_id=firm.tenant_id).exists() else None
    )
    reports = latest_assessments(firm)
    known = facts or Facts()
    titles = held(known, day)
    return {
        "firm": {"id": firm.tenant_id, "name": firm.name, "place": firm.place},
        "as_of": day,
        "facts_version": firm.facts_version,
        "may_keep": may_keep(actor, firm),
        "may_judge": "agency" if checking(actor, firm) else "self" if may_keep(actor, firm) else None,
        "stale": any(one["facts_version"] != firm.facts_version for one in reports.values()),
        "held": titles,
        "names": {tier: _words(name) for tier, name in TIER_NAMES.items()},
        "reports": {tier: reports[tier] for tier in (*LADDER, "digital") if tier in reports},
        "calendar": [] if facts is None else [_day(one) for one in calendar(facts, day)],
        "plan": _plan(actor, firm, facts, reports, titles),
        "sliders": [] if facts is None else [_slider(one) for one in _sliders(facts, day)],
    }


def _sliders(facts: Facts, day: date) -> tuple[what_if.Slider, ...]:
    return what_if.sliders(facts, flow.judge(facts, day))


def _slider(one: what_if.Slider) -> dict[str, Any]:
    numbers = {name: number(getattr(one, name)) for name in ("value", "least", "most", "step")}
    return {"path": one.path, "unit": one.unit, "words": _words(one.words), **numbers}


def _plan(
    actor: Actor,
    firm: Firm,
    facts: Facts | None,
    reports: dict[Tier, dict[str, Any]],
    titles: tuple[Tier, ...],
) -> list[dict[str, Any]]:
    """For each tier above the highest that is held: what is missing, what closes it, and what it would bring.

    By the library of the policy matrix: the policies as the firm's agencies changed and added them.
    """
    top = max((LADDER.index(tier) for tier in titles), default=-1)
    day, shelf = policies.today(), policies.shelf_of(firm)

    def matched(as_if: Facts | None) -> list[plan.Matched]:
        found = shelf.match(Measured(as_if, day, "new")) if as_if else []
        return [(shelved.key, one) for shelved, one in found]

    def with_title(tier: Tier) -> Facts | None:
        return what_if.with_titles(facts, (tier,), day) if facts else None

    matches = matched(facts)
    return [
        {
            "tier": tier,
            "outcome": reports[tier]["outcome"],
            "gaps": [_gap(actor, gap, matches) for gap in plan.gaps_of(reports[tier])],
            "brings": [_policy(*one) for one in plan.unlocked(matches, matched(with_title(tier)))],
        }
        for tier in LADDER[top + 1 :]
        if tier in reports
    ]


def _gap(actor: Actor, gap: plan.Gap, matches: list[plan.Matched]) -> dict[str, Any]:
    return {
        "kind": gap.kind,
        "name": _words(GAP_KINDS[gap.kind]),
        "state": gap.state,
        "parts": [
            {"id": one["id"], "text": one["text"], "said": one["said"], "questions": one["questions"]}
            for one in gap.parts
        ],
        "courses": [{"title": _words(one.title), "to": one.to} for one in courses_for(actor, gap.kind)],
        "policies": [_policy(*one) for one in plan.helps(gap.kind, matches)],
    }


def _policy(key: str, one: Match) -> dict[str, Any]:
    return {
        "key": key,
        "id": one.policy.id,
        "title": _words(one.policy.title),
        "issuer": one.policy.issuer,
        "level": one.policy.level,
        "at_most": number(one.amount),
        "benefit": _words(one.policy.benefit),
        "mark": one.policy.mark,
    }


def _day(one: Any) -> dict[str, Any]:
    return {**one._asdict(), "words": _words(one.words)}


def _words(words: Words) -> Texts:
    return {"zh": words.zh, "en": words.en}
