"""The virtual customer: begin(), respond(), replay(). Pure functions, immutable states.

The customer says phrasings of the file and nothing else; it cannot reveal the rubric or help, because it has
no other words. docs/coach/customer.md tells an author how it decides.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import structs

from alula.coach.customer import mood
from alula.coach.customer.chance import draw, pick
from alula.coach.customer.deck import acts_by_id, doubts, may, missing_topics, next_act, phrasing, start_of
from alula.coach.customer.hearing import UNANSWERING, Hearing, hear
from alula.coach.customer.state import Ending, State, Step
from alula.coach.scenario.model import Act, Answer, Level, Scenario
from alula.coach.understanding.reading import Reading
from alula.kernel.errors import Refusal, register

ASKS_AGAIN: dict[Level, float] = {
    "easy": 0.9,
    "normal": 0.7,
    "hard": 0.4,
}  # chance that a missed act is put anew
REPEATED_KINDS = frozenset({"question", "test", "objection"})
FAREWELL_FROM = 3  # trainee turns; before that a goodbye is taken for a slip
UNDECIDED_WITHIN = 25  # interest this far under `buy_at` still lets the customer leave undecided

register(
    "coach",
    {
        "talk_ended": {
            "zh": "这次对话已经结束，客户不会再回应。",
            "en": "This talk has ended; the customer has left.",
        },
    },
)


def begin(scenario: Scenario, *, level: Level, seed: int) -> Step:
    """The customer's first words.

    Raises:
        KeyError: the scenario has no such level, or its opening names no act.
    """
    start = scenario.customer.levels[level]
    opening = acts_by_id(scenario)[scenario.customer.opening]
    state = State(
        level=level,
        seed=seed,
        interest=start.interest,
        trust=start.trust,
        patience=start.patience,
        stage=scenario.stages[0].id,
    )
    return _done(scenario, state, opening)


def respond(scenario: Scenario, state: State, reading: Reading, text: str) -> Step:
    """What the customer does after a trainee turn, as understood (`reading`) and as said (`text`).

    Raises:
        Refusal: `coach.talk_ended` (409), the talk has ended before.
    """
    if state.ending is not None:
        raise Refusal("coach.talk_ended", status=409)
    acts = acts_by_id(scenario)
    last = acts[state.acts[-1]]
    pending = acts[state.pending] if state.pending is not None else None
    heard = hear(scenario, state, pending, reading, text)
    again = pending is not None and _asks_again(state, pending, heard)
    state = _moved(scenario, state, pending, heard, spared=again)
    ending = _ending(scenario, state, last, heard)
    if ending is not None:
        return _ended(scenario, state, ending)
    act = pending if again and pending is not None else next_act(scenario, state, last, heard)
    if act is None:
        return _ended(scenario, state, _verdict(scenario, state))
    if act.kind == "walk_away":
        return _done(scenario, structs.replace(state, ending="walked_away"), act)
    return _done(scenario, state, act)


def replay(
    scenario: Scenario, *, level: Level, seed: int, trainee_turns: Sequence[tuple[str, Reading]]
) -> list[Step]:
    """All steps of a talk: the first words, then one step per trainee turn.

    Raises:
        Refusal: `coach.talk_ended` (409), there are turns after the end.
    """
    steps = [begin(scenario, level=level, seed=seed)]
    for text, reading in trainee_turns:
        steps.append(respond(scenario, steps[-1].state, reading, text))
    return steps


def ready_to_buy(scenario: Scenario, state: State) -> bool:
    """Whether interest and trust have reached `buy_at` and no objection is open."""
    line = start_of(scenario, state).buy_at
    return state.interest >= line and state.trust >= line and not state.open_objections


def _asks_again(state: State, pending: Act, heard: Hearing) -> bool:
    """Once, in other words, unless the trainee misbehaved or the author says where such a reply leads."""
    if heard.answered is not False or pending.kind not in REPEATED_KINDS or heard.injected:
        return False
    if state.acts[-2:].count(pending.id) > 1 or any(edge.on in heard.intents for edge in pending.edges):
        return False
    if heard.kinds and heard.kinds[0] in UNANSWERING:
        return False
    chance = ASKS_AGAIN[state.level]
    if any(edge.on == "missed" for edge in pending.edges):
        chance /= 2  # the author has written what follows a missed answer
    return draw(state.seed, state.turn, pending.id, "again") < chance


def _moved(scenario: Scenario, state: State, pending: Act | None, heard: Hearing, *, spared: bool) -> State:
    state = mood.after(scenario, state, None if spared else pending, heard)
    closed = {*heard.settled, *((pending.id,) if pending is not None and heard.answered else ())}
    return structs.replace(
        state,
        turn=state.turn + 1,
        said=(*state.said, *heard.points),
        open_objections=tuple(one for one in state.open_objections if one not in closed),
        stage=heard.stage or state.stage,
        heard=state.heard if heard.mark is None or heard.echo else (*state.heard, heard.mark),
    )


def _ending(scenario: Scenario, state: State, last: Act, heard: Hearing) -> Ending | None:
    """How the talk ends with this turn, if it does."""
    if state.patience <= 0:
        return "walked_away"
    if ready_to_buy(scenario, state) and not missing_topics(scenario, state) and not doubts(scenario, state):
        asked = "close" in heard.kinds
        signalled = last.kind == "buying_signal" and heard.answered is not False
        if asked or signalled:
            return "bought"
    leaving = heard.kinds[:1] == ("farewell",) and heard.surely
    if (leaving and state.turn >= FAREWELL_FROM) or state.turn >= start_of(scenario, state).max_turns:
        return _verdict(scenario, state)
    return None


def _verdict(scenario: Scenario, state: State) -> Ending:
    if ready_to_buy(scenario, state):
        return "bought"
    interested = state.interest >= start_of(scenario, state).buy_at - UNDECIDED_WITHIN
    return "undecided" if interested else "walked_away"


def _ended(scenario: Scenario, state: State, ending: Ending) -> Step:
    kinds = {"bought": ("buy",), "walked_away": ("walk_away",), "undecided": ("hesitation", "walk_away")}[
        ending
    ]
    act = next(found for kind in kinds if (found := _last_words(scenario, state, kind)) is not None)
    return _done(scenario, structs.replace(state, ending=ending), act)


def _last_words(scenario: Scenario, state: State, kind: str) -> Act | None:
    """An act of the kind: one whose conditions hold if possible, else one not done yet, else any."""
    acts = [act for act in scenario.customer.acts if act.kind == kind]
    level = [act for act in acts if state.level in act.levels] or acts
    fresh = [act for act in level if act.id not in state.acts] or level
    fitting = [act for act in fresh if may(scenario, state, act)] or fresh
    chosen = pick(((act.id, act.weight) for act in fitting), state.seed, state.turn, "end")
    return None if chosen is None else acts_by_id(scenario)[chosen]


def _done(scenario: Scenario, state: State, act: Act) -> Step:
    """The step of doing `act` in `state`."""
    raised = act.kind == "objection" and act.id not in state.open_objections and state.ending is None
    after = structs.replace(
        state,
        acts=(*state.acts, act.id),
        pending=act.id if act.answered_by != Answer() and state.ending is None else None,
        open_objections=(*state.open_objections, act.id) if raised else state.open_objections,
        stage=act.stage or state.stage,
    )
    return Step(state=after, act=act.id, text=phrasing(scenario, state, act))
