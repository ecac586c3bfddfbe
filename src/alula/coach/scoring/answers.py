"""What the customer asked, and whether the reply answered it. Rests on the customer's acts (`Turn.act`)."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from alula.coach.scenario.model import Act, Answer
from alula.coach.scoring.registry import Talk
from alula.coach.understanding.reading import Reading

AT_ONCE, LATER, NEVER = Fraction(1), Fraction(1, 2), Fraction(0)


@dataclass(frozen=True)
class Exchange:
    """A customer turn that asked for something, and the trainee's turns before the customer's next.

    `credit`: answered at once 1, in a later reply 1/2, never 0.
    """

    turn: int
    act: Act
    replies: tuple[int, ...]
    credit: Fraction


def exchanges(talk: Talk) -> list[Exchange]:
    """Every customer turn whose act is known to ask for something and that was replied to, in order."""
    acts = {act.id: act for act in talk.scenario.customer.acts if act.answered_by != Answer()}
    found = []
    for i, turn in enumerate(talk.turns):
        act = acts.get(turn.act or "") if turn.speaker == "customer" else None
        if act is None:
            continue
        end = next((j for j in range(i + 1, len(talk.turns)) if talk.readings[j] is None), len(talk.turns))
        replies = tuple(range(i + 1, end))
        if replies:
            found.append(Exchange(turn=i, act=act, replies=replies, credit=_credit(talk, act, replies)))
    return found


def acts_are_known(talk: Talk) -> bool:
    """Whether any customer turn names an act of the scenario."""
    known = {act.id for act in talk.scenario.customer.acts}
    return any(turn.speaker == "customer" and turn.act in known for turn in talk.turns)


def answers(act: Act, reading: Reading) -> bool:
    """Whether a turn answers an act: by one of its key points, facts (right or wrong) or intents."""
    wanted = act.answered_by
    said = {hit.point for hit in reading.points} & set(wanted.points)
    claimed = {claim.fact for claim in reading.claims} & set(wanted.facts)
    did = {reading.intention.intent, *reading.intention.also} & set(wanted.intents)
    return bool(said or claimed or did)


def _credit(talk: Talk, act: Act, replies: tuple[int, ...]) -> Fraction:
    following = [
        (i, reading) for i, _, reading in talk.trainee() if i >= replies[0] and answers(act, reading)
    ]
    if not following:
        return NEVER
    return AT_ONCE if following[0][0] in replies else LATER
