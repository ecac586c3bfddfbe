"""Which policies and products a firm may use on a day, what is missing for the others, and at most how much.

Nothing is promised: an amount is the upper limit that a source states, after the policy's own stacking.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Literal, NamedTuple

from alula.growth.engine import logic
from alula.growth.engine.measures import Firm
from alula.growth.facts import Facts
from alula.growth.policies.model import SEE_SOURCE, Library, Policy, Tier
from alula.growth.presenting import number
from alula.growth.reading import read
from alula.growth.rulebook.choose import covers
from alula.growth.rulebook.model import Test, Words

FOLDER = Path(__file__).parent
Answer = Callable[[Test], logic.Finding]
UNSTATED = Words(zh="来源没有写明条件，以原文为准", en="The source states no conditions: see the text itself")
State = Literal["eligible", "unknown", "nearly", "not"]
Why = Literal["", "ended", "draft", "not_yet", "elsewhere", "place_unknown", "conditions", "see_source"]


class Condition(NamedTuple):
    """One condition and its answer. The tiers of a policy are one condition: any of them is enough."""

    words: Words
    finding: logic.Finding


class Match(NamedTuple):
    """A policy and what it is for the firm.

    Attributes:
        state: eligible; unknown (facts or a person's look are missing); nearly (a single condition fails); not.
        why: the reason of "not" or "unknown".
        conditions: each condition with its answer; none where the policy is out of reach.
        missing: facts that would settle what is open.
        amount: at most so much in 10,000 yuan after stacking; None where no source states a sum.
        tiers: the tiers of the policy that the firm meets.
        window: whether applications are taken on that day; None where no window is known.
    """

    policy: Policy
    state: State
    why: Why
    conditions: tuple[Condition, ...]
    missing: tuple[str, ...]
    amount: Decimal | None
    tiers: tuple[Tier, ...]
    window: bool | None

    @property
    def failing(self) -> tuple[Words, ...]:
        """The conditions that fail, in both languages."""
        return tuple(one.words for one in self.conditions if one.finding.state == "unmet")

    @property
    def unmet(self) -> tuple[str, ...]:
        """The conditions that fail, in Chinese."""
        return tuple(words.zh for words in self.failing)


@cache
def library() -> tuple[Policy, ...]:
    """Every shipped policy and product.

    Raises:
        FileProblems: a shipped file cannot be read, which the tests rule out.
    """
    return tuple(policy for path in sorted(FOLDER.glob("*.yaml")) for policy in _file(path))


def _file(path: Path) -> Iterator[Policy]:
    found, _ = read(path.read_text("utf-8"), Library, path.name)
    yield from found.policies


def match(facts: Facts, as_of: date, policies: tuple[Policy, ...] | None = None) -> tuple[Match, ...]:
    """Every policy with what it is for this firm; those that it may use first."""
    firm = Firm(facts, as_of, "new")
    order = {"eligible": 0, "nearly": 1, "unknown": 2, "not": 3}
    found = [one_match(firm, policy) for policy in (library() if policies is None else policies)]
    return tuple(sorted(found, key=lambda one: order[one.state]))


def one_match(firm: Firm, policy: Policy, answer: Answer | None = None) -> Match:
    """What one policy is for a firm. `answer` answers a test, for who matches many policies and remembers."""
    why = _out_of_reach(firm, policy)
    if why and why != "place_unknown":
        return Match(policy, "not", why, (), (), None, (), None)
    answer = answer or (lambda test: logic.answer(firm, test))
    tiers = [(tier, answer(tier.test)) for tier in policy.tiers]
    conditions = _conditions(policy, tiers, answer)
    findings = [one.finding for one in conditions]
    unmet = sum(finding.state == "unmet" for finding in findings)
    open_ = [finding for finding in findings if finding.state in {"unknown", "human"}]
    missing = tuple(
        dict.fromkeys(("place",) * (why == "place_unknown") + tuple(m for one in open_ for m in one.missing))
    )
    met = tuple(tier for tier, finding in tiers if finding.state == "met")
    state, why = _state(unmet, open_=bool(open_), why=why, needs=len(findings), missing=missing)
    return Match(
        policy,
        state,
        why,
        conditions,
        missing,
        stacked(policy, met) if state == "eligible" else None,
        met,
        _window(policy, firm.as_of),
    )


def _conditions(
    policy: Policy, tiers: list[tuple[Tier, logic.Finding]], answer: Answer
) -> tuple[Condition, ...]:
    found = [Condition(need.words, answer(need.test)) for need in policy.needs]
    if tiers:
        either = logic.either(tuple(finding for _, finding in tiers))
        found.append(Condition(_any_of([tier.words for tier, _ in tiers]), either))
    return tuple(found) or (Condition(UNSTATED, answer(SEE_SOURCE)),)


def _any_of(words: list[Words]) -> Words:
    return Words(zh=" / ".join(one.zh for one in words)[:600], en=" / ".join(one.en for one in words)[:600])


def _state(unmet: int, *, open_: bool, why: Why, needs: int, missing: tuple[str, ...]) -> tuple[State, Why]:
    if unmet:
        return ("nearly" if unmet == 1 and needs > 1 and not open_ else "not"), "conditions"
    if open_ or why:
        return "unknown", why or ("" if missing else "see_source")
    return "eligible", ""


def _out_of_reach(firm: Firm, policy: Policy) -> Why:
    if policy.status == "draft":
        return "draft"
    if policy.status == "ended" or (policy.until and firm.as_of > policy.until):
        return "ended"
    if policy.since and firm.as_of < policy.since:
        return "not_yet"
    if policy.place != "CN" and firm.facts.place is None:
        return "place_unknown"
    return "" if covers(policy.place, firm.facts.place) else "elsewhere"


def _window(policy: Policy, day: date) -> bool | None:
    if policy.window_since is None and policy.window_until is None:
        return None
    return (policy.window_since or day) <= day <= (policy.window_until or day)


def stacked(policy: Policy, tiers: tuple[Tier, ...]) -> Decimal | None:
    """At most how much the tiers give together; None where no source states a sum.

    Difference-only and highest-only both end at the highest tier: the first pays it in steps, the second once.
    """
    amounts = [tier.most for tier in tiers if tier.most is not None]
    if not amounts:
        return None
    if policy.stacking and policy.stacking.how == "sum_cap":
        total = sum(amounts, Decimal(0))
        return min(total, policy.stacking.cap) if policy.stacking.cap is not None else total
    return max(amounts)


def match_report(matches: tuple[Match, ...], as_of: date) -> dict[str, Any]:
    """The matches as data."""
    return {"as_of": as_of.isoformat(), "matches": [_report(one) for one in matches]}


def _report(one: Match) -> dict[str, Any]:
    policy = one.policy
    return {
        "id": policy.id,
        "title": {"zh": policy.title.zh, "en": policy.title.en},
        "number": policy.number or None,
        "issuer": policy.issuer,
        "level": policy.level,
        "place": policy.place,
        "state": one.state,
        "why": one.why or None,
        "unmet": list(one.unmet),
        "failing": [{"zh": words.zh, "en": words.en} for words in one.failing],
        "missing": list(one.missing),
        "at_most": number(one.amount),
        "benefit": {"zh": policy.benefit.zh, "en": policy.benefit.en},
        "application": policy.application,
        "window_open": one.window,
        "stacking": policy.stacking.how if policy.stacking else None,
        "source": list(policy.sources),
        "mark": policy.mark,
        "as_told_on": policy.as_of.isoformat() if policy.as_of else None,
        "conflict": {"zh": policy.conflict.zh, "en": policy.conflict.en} if policy.conflict else None,
    }
