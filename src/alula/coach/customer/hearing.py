"""What the customer takes from a turn: whether its question was answered, and how the turn was meant."""

from __future__ import annotations

import zlib

from msgspec import Struct

from alula.coach.customer.state import State
from alula.coach.scenario.model import Act, Answer, IntentKind, Scenario
from alula.coach.understanding.ngrams import fold
from alula.coach.understanding.reading import Reading

DOUBTFUL = 0.75  # an answer of the intent model below this leaves room for its runner-up
ECHO_LENGTH = 8  # characters: "好的，谢谢" may be said twice, a sentence may not
UNANSWERING: frozenset[IntentKind] = frozenset({"pressure", "rude", "off_topic"})


class Hearing(Struct, frozen=True):
    """One trainee turn as the customer heard it.

    `answered`: None when nothing was asked. `thin`: only the manner of an answer, none of the points or facts
    that were asked for. `kinds`: what was done, the main thing first. `points`: key points not heard before.
    `settled`: open objections, other than the pending one, that the turn answers. `wrong`, `forbidden`: how
    many such claims. `surely`: the main intent is beyond doubt. `length` in characters. `mark`: what
    `State.heard` keeps of the turn.
    """

    answered: bool | None
    thin: bool
    intents: tuple[str, ...]
    kinds: tuple[IntentKind, ...]
    points: tuple[str, ...]
    settled: tuple[str, ...]
    silent: bool
    echo: bool
    injected: bool
    surely: bool
    wrong: int
    forbidden: int
    length: int
    mark: int | None
    stage: str | None


def hear(scenario: Scenario, state: State, pending: Act | None, reading: Reading, text: str) -> Hearing:
    """What the turn is to this customer, in this state. A turn that addresses the scoring says nothing."""
    folded = fold(text)
    mark = zlib.crc32(folded.encode()) if len(folded) >= ECHO_LENGTH else None
    echo = mark is not None and mark in state.heard
    intents = _intents(scenario, reading)
    kind_of = {intent.id: intent.kind for intent in scenario.intents}
    kinds = tuple(dict.fromkeys(kind_of[intent] for intent in intents))
    deaf = reading.injected or echo or not folded or bool(kinds and kinds[0] in UNANSWERING)
    content = Answer() if deaf else _content(reading)
    sought = pending.answered_by if pending is not None else Answer()
    full = _meets(sought, content)
    manner = not deaf and bool(set(sought.intents) & {*intents, *_doubtful(reading)})
    handled = {intent for intent in intents if kind_of[intent] == "handle_objection" and not deaf}
    objections = {
        act.id: act.answered_by for act in scenario.customer.acts if act.id in state.open_objections
    }
    return Hearing(
        answered=(full or manner) if sought != Answer() else None,
        thin=manner and not full and bool(sought.points or sought.facts),
        intents=intents,
        kinds=kinds,
        points=tuple(p for p in content.points if p not in state.said),
        settled=tuple(
            one for one, by in objections.items() if one != state.pending and _settles(by, content, handled)
        ),
        silent=not folded,
        echo=echo,
        injected=reading.injected,
        surely=reading.intention.confidence >= DOUBTFUL,
        wrong=sum(claim.verdict == "wrong" for claim in reading.claims),
        forbidden=len(reading.forbidden),
        length=len(text),
        mark=mark,
        stage=None if deaf else _stage(scenario, intents, content),
    )


def _intents(scenario: Scenario, reading: Reading) -> tuple[str, ...]:
    known = {intent.id for intent in scenario.intents}
    main = reading.intention.intent
    named = (*(() if main is None else (main,)), *reading.intention.also)
    return tuple(intent for intent in dict.fromkeys(named) if intent in known)


def _doubtful(reading: Reading) -> tuple[str, ...]:
    """The runner-up, where the model was not sure: a customer who expects an answer takes it as one."""
    unsure = reading.intention.confidence < DOUBTFUL and reading.intention.runner_up is not None
    return (reading.intention.runner_up,) if unsure and reading.intention.runner_up is not None else ()


def _content(reading: Reading) -> Answer:
    points = tuple(dict.fromkeys(hit.point for hit in reading.points))
    facts = tuple(dict.fromkeys(claim.fact for claim in reading.claims if claim.fact is not None))
    return Answer(points=points, facts=facts)


def _meets(sought: Answer, content: Answer) -> bool:
    return bool(set(sought.points) & set(content.points) or set(sought.facts) & set(content.facts))


def _settles(by: Answer, content: Answer, handled: set[str]) -> bool:
    """Whether an earlier objection is answered now; by manner alone only if it asks for nothing else."""
    if by.points or by.facts:
        return _meets(by, content)
    return bool(set(by.intents) & handled)


def _stage(scenario: Scenario, intents: tuple[str, ...], content: Answer) -> str | None:
    """Where the turn moved the talk: the stage of its last key point, else of its first intent with one."""
    of_point = {point.id: point.stage for point in scenario.key_points}
    of_intent = {intent.id: intent.stage for intent in scenario.intents}
    by_points = [of_point[point] for point in content.points if point in of_point]
    by_intents = [stage for stage in (of_intent[intent] for intent in intents) if stage is not None]
    return by_points[-1] if by_points else by_intents[0] if by_intents else None
