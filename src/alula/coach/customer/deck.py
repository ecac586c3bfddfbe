"""Which act comes next: the last act's edges first, then a seeded draw from the deck; and its phrasing."""

from __future__ import annotations

from collections.abc import Iterable

from alula.coach.customer.chance import draw, pick, shuffled
from alula.coach.customer.hearing import Hearing
from alula.coach.customer.state import State
from alula.coach.scenario.model import Act, Condition, Scenario, Start

TOPICS = ("product", "price", "cooperation")  # what every customer asks about before deciding
MISSING_FROM = 8  # turn from which a topic that has not come up goes before everything
BREATH = 3  # acts that lie between two uses of an act marked `repeat`
SIGNAL_BELOW = 10  # buying signals are given from this far under `buy_at`
NOT_DEALT = frozenset({"open", "buy", "walk_away"})


def acts_by_id(scenario: Scenario) -> dict[str, Act]:
    """The acts of the file by their ids, in its order."""
    return {act.id: act for act in scenario.customer.acts}


def start_of(scenario: Scenario, state: State) -> Start:
    """The numbers of the state's difficulty."""
    return scenario.customer.levels[state.level]


def next_act(scenario: Scenario, state: State, last: Act, heard: Hearing) -> Act | None:
    """The act that follows `last`, or None when the customer has nothing left to say."""
    deck = [act for act in scenario.customer.acts if act.kind not in NOT_DEALT and may(scenario, state, act)]
    if "close" in heard.kinds and doubts(scenario, state):
        return _dealt(scenario, state, doubts(scenario, state))
    if state.turn >= MISSING_FROM:
        topics = missing_topics(scenario, state)
        overdue = _about(topics, deck) or _about(topics, _loosely(scenario, state))
        if overdue:
            return _dealt(scenario, state, overdue)
    followed = _followed(scenario, state, last, heard)
    if followed is not None:
        return followed
    return _dealt(scenario, state, deck or _loosely(scenario, state))


def may(scenario: Scenario, state: State, act: Act, *, strictly: bool = True) -> bool:
    """Whether the act can be done now: its level, not done before, objections left, and its conditions.

    Not `strictly`: of the conditions only what must have been done or said; for when nothing else is left.
    """
    if state.level not in act.levels:
        return False
    if act.id in (state.acts[-BREATH:] if act.repeat else state.acts):
        return False
    if act.kind == "objection" and _raised(scenario, state) >= start_of(scenario, state).objections:
        return False
    if act.kind == "buying_signal" and state.interest < start_of(scenario, state).buy_at - SIGNAL_BELOW:
        return False
    return _in_order(state, act.when) and (not strictly or _in_mood(state, act.when))


def missing_topics(scenario: Scenario, state: State) -> tuple[str, ...]:
    """Those of `TOPICS` that the deck of this level has and that have not come up yet."""
    acts = acts_by_id(scenario)
    came_up = {acts[done].topic for done in state.acts if done in acts and acts[done].kind != "open"}
    held = {
        act.topic for act in scenario.customer.acts if state.level in act.levels and act.kind not in NOT_DEALT
    }
    return tuple(topic for topic in TOPICS if topic in held and topic not in came_up)


def doubts(scenario: Scenario, state: State) -> list[Act]:
    """Objections to be heard before a decision: those that may be raised, until half of the level's are."""
    if _raised(scenario, state) >= (start_of(scenario, state).objections + 1) // 2:
        return []
    return [act for act in scenario.customer.acts if act.kind == "objection" and may(scenario, state, act)]


def phrasing(scenario: Scenario, state: State, act: Act) -> str:
    """The words for an act about to be done: unused ones while there are any; vague at first, if so drawn."""
    times = state.acts.count(act.id)
    vagueness = start_of(scenario, state).vagueness + (0.2 if "vague" in scenario.persona.traits else 0.0)
    if times == 0 and act.vague and draw(state.seed, act.id, "vague") < vagueness:
        return shuffled(act.vague, state.seed, act.id, "vague")[0]
    return shuffled(act.say, state.seed, act.id, "say")[times % len(act.say)]


def _followed(scenario: Scenario, state: State, last: Act, heard: Hearing) -> Act | None:
    acts = acts_by_id(scenario)
    outcome = {True: "answered", False: "missed", None: None}[heard.answered]
    for edge in last.edges:
        if edge.on in {"any", outcome, *heard.intents} and edge.to in acts:
            target = acts[edge.to]
            if target.kind != "buy" and may(scenario, state, target):
                return target
    return None


def _dealt(scenario: Scenario, state: State, candidates: list[Act]) -> Act | None:
    weighed = ((act.id, _weight(scenario, state, act)) for act in candidates)
    chosen = pick(weighed, state.seed, state.turn)
    return None if chosen is None else acts_by_id(scenario)[chosen]


def _loosely(scenario: Scenario, state: State) -> list[Act]:
    return [
        act
        for act in scenario.customer.acts
        if act.kind not in NOT_DEALT and may(scenario, state, act, strictly=False)
    ]


def _about(topics: tuple[str, ...], candidates: Iterable[Act]) -> list[Act]:
    return [act for act in candidates if act.topic in topics]


def _in_order(state: State, when: Condition) -> bool:
    return (
        all(act in state.acts for act in when.after)
        and not any(act in state.acts for act in when.not_after)
        and all(point in state.said for point in when.said)
        and not any(point in state.said for point in when.not_said)
    )


def _in_mood(state: State, when: Condition) -> bool:
    return (
        (not when.stages or state.stage in when.stages)
        and (when.min_interest is None or state.interest >= when.min_interest)
        and (when.max_interest is None or state.interest <= when.max_interest)
        and (when.min_trust is None or state.trust >= when.min_trust)
        and (when.max_trust is None or state.trust <= when.max_trust)
        and (when.max_patience is None or state.patience <= when.max_patience)
        and (when.min_turn is None or state.turn >= when.min_turn)
    )


def _raised(scenario: Scenario, state: State) -> int:
    objections = {act.id for act in scenario.customer.acts if act.kind == "objection"}
    return len(objections & set(state.acts))


def _weight(scenario: Scenario, state: State, act: Act) -> float:
    """The author's weight, bent by what has been talked about, by the mood and by the persona's traits."""
    acts = acts_by_id(scenario)
    lately = [acts[done].topic for done in state.acts[-3:] if done in acts]
    weight = act.weight / (1.0 + lately.count(act.topic))
    if act.topic in missing_topics(scenario, state):
        weight *= 3.0
    weight *= _mood_factor(state, act, acts)
    for trait in scenario.persona.traits:
        weight *= _TRAITS.get((trait, act.kind), 1.0) * _TRAITS.get((trait, act.topic), 1.0)
    return weight


_TRAITS: dict[tuple[str, str], float] = {
    ("price_minded", "price"): 2.0,
    ("expert", "test"): 2.0,
    ("suspicious", "trust"): 1.5,
    ("suspicious", "test"): 1.5,
    ("warm", "small_talk"): 2.0,
    ("rushed", "small_talk"): 0.5,
    ("silent", "small_talk"): 0.5,
}


def _mood_factor(state: State, act: Act, acts: dict[str, Act]) -> float:
    last = acts.get(state.acts[-1]) if state.acts else None
    when = act.when
    if when.max_trust is not None or when.max_interest is not None or when.max_patience is not None:
        return 3.0  # written for a customer who is put off, and it is now or never
    if act.kind == "small_talk":
        chatted = last is not None and last.kind == "small_talk"
        return 0.0 if chatted else 1.0
    if act.kind == "objection":
        return 1.5 if state.trust < 50 and state.turn >= 2 else 1.0 if state.turn >= 2 else 0.2
    if act.kind == "hesitation":
        return 0.2 if state.turn < 4 else 1.0
    if act.kind == "buying_signal":
        return 3.0
    return 1.0
