"""A recorded talk held again with a live customer: which of its sentences the trainee says next.

The customer of a talk goes by level, seed and what was said, so it asks other things than the one of the record did.
Whoever reads the record aloud answers past it, turn after turn, and is rightly walked out on. So the trainee says the first
sentence not yet said that answers what was just asked; when none does, the next in order. The first sentence stays
first and the last one last.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import msgspec

from alula.coach.customer.deck import acts_by_id
from alula.coach.customer.hearing import hear
from alula.coach.customer.state import State
from alula.coach.scenario.model import Act, Scenario
from alula.coach.understanding.read import read
from alula.coach.understanding.reading import Reading


def next_sentence(scenario: Scenario, state: State, left: Sequence[str]) -> str:
    """The sentence of `left` (not empty, in the order of the record) that the trainee says in this state."""
    pending = acts_by_id(scenario).get(state.pending or "")
    if pending is not None and state.turn > 0:
        for text in left[:-1]:
            if _may_answer(scenario, pending, text) and _answers(scenario, state, pending, text):
                return text
    return left[0]


def _answers(scenario: Scenario, state: State, pending: Act, text: str) -> bool:
    reading = read(scenario, text, asked=state.acts[-1])
    return bool(hear(scenario, state, pending, reading, text).answered)


def _may_answer(scenario: Scenario, pending: Act, text: str) -> bool:
    """Whether the sentence holds anything that the act asks for. Cheap: a sentence is understood once for all acts."""
    heard, wanted = _reading(scenario.digest(), text), pending.answered_by
    claimed = {claim.fact for claim in heard.claims}
    if wanted.facts and (None in claimed or claimed & set(wanted.facts)):
        return True  # an amount without its subject may answer a question for a fact
    intents = {heard.intention.intent, heard.intention.runner_up, *heard.intention.also}
    return bool({hit.point for hit in heard.points} & set(wanted.points) or intents & set(wanted.intents))


@lru_cache(maxsize=512)
def _reading(scenario: bytes, text: str) -> Reading:
    return read(msgspec.json.decode(scenario, type=Scenario), text)
