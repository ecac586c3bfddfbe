"""A library made ready for many firms: policies by place, and every test that several policies ask answered once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from msgspec.structs import replace

from alula.growth.engine import logic
from alula.growth.engine.measures import Firm
from alula.growth.policies.match import Answer, Match, one_match
from alula.growth.policies.model import Policy
from alula.growth.rulebook.choose import covers
from alula.growth.rulebook.model import Test


class Prepared:
    """Policies whose equal tests are one object, so that an answer is found by the object and computed once a firm."""

    def __init__(self, policies: Iterable[Policy]) -> None:
        known: dict[Test, Test] = {}
        self.policies = tuple(_shared(policy, known) for policy in policies)
        self._here: dict[str | None, tuple[Policy, ...]] = {}

    def match(self, firm: Firm) -> tuple[Match, ...]:
        """What every policy of the firm's place is for the firm, in the library's order; all of them while its place is unknown."""
        answer = remembering(firm)
        return tuple(one_match(firm, policy, answer) for policy in self.here(firm.facts.place))

    def here(self, place: str | None) -> tuple[Policy, ...]:
        """The policies that reach a place."""
        found = self._here.get(place)
        if found is None:
            found = tuple(one for one in self.policies if place is None or covers(one.place, place))
            self._here[place] = found
        return found


def remembering(firm: Firm) -> Answer:
    """A way to answer tests of one firm that answers the same object once."""
    answers: dict[int, logic.Finding] = {}

    def answer(test: Test) -> logic.Finding:
        found = answers.get(id(test))
        if found is None:
            found = answers[id(test)] = logic.answer(firm, test)
        return found

    return answer


def _shared(policy: Policy, known: dict[Test, Test]) -> Policy:
    def one(part: Any) -> Any:
        return replace(part, test=known.setdefault(part.test, part.test))

    return replace(
        policy,
        needs=tuple(one(need) for need in policy.needs),
        tiers=tuple(one(tier) for tier in policy.tiers),
    )
