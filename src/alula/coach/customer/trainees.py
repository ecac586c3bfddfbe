"""Scripted trainees for rehearsals: what each would say in a state, in the scenario's own words.

perfect     answers what was asked, adds a key point not yet said in the order of the stages, closes towards the end
fair        does so about six times in ten, else talks past the question
evasive     is polite and answers nothing: courtesy, acknowledgement, and what the product is
pushy       answers half the time, and presses or is rude in between
off_topic   says things that belong to no customer talk
silent      says nothing
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypeVar

from alula.coach.customer.chance import draw
from alula.coach.customer.deck import acts_by_id
from alula.coach.customer.state import State
from alula.coach.scenario.model import Act, Fact, KeyPoint, Scenario
from alula.coach.understanding.seeds import seeds

T = TypeVar("T")
Trainee = Literal["perfect", "fair", "evasive", "pushy", "off_topic", "silent"]
TRAINEES: tuple[Trainee, ...] = ("perfect", "fair", "evasive", "pushy", "off_topic", "silent")
FAIR = 0.6  # share of turns in which the fair trainee does as the perfect one
PUSHY = 0.5
CLOSES_AFTER = 8  # trainee turns; a good trainee has said most of it by then and asks for the decision


def reply(scenario: Scenario, trainee: Trainee, state: State) -> str:
    """What the trainee says when the customer is in this state."""
    if trainee == "silent":
        return ""
    if trainee == "off_topic":
        foreign = [lesson.text for lesson in seeds(scenario.language) if lesson.kind in {None, "off_topic"}]
        return _drawn(foreign, state, "off_topic")
    luck = draw(state.seed, state.turn, trainee)
    if trainee == "fair" and luck > FAIR:
        return _example(scenario, state, "present")
    if trainee == "evasive":
        return _example(scenario, state, ("courtesy", "acknowledge", "present")[int(luck * 3)])
    if trainee == "pushy" and luck > PUSHY:
        return _example(scenario, state, "pressure" if luck < PUSHY + (1 - PUSHY) * 0.6 else "rude")
    return _perfect(scenario, state)


def spoken(point: KeyPoint) -> str:
    """The key point as a sentence: its example, else a paraphrase, else the words to recognise it by."""
    return point.example or next(iter(point.paraphrases), "") or point.say[0].replace(" + ", "")


def _perfect(scenario: Scenario, state: State) -> str:
    pending = acts_by_id(scenario).get(state.pending or "")
    parts = [_example(scenario, state, "greeting")] if state.turn == 0 else []
    if pending is not None:
        parts.append(_answer(scenario, state, pending))
    order = [stage.id for stage in scenario.stages]
    unsaid = [point for point in scenario.key_points if point.id not in state.said]
    unsaid.sort(key=lambda point: order.index(point.stage) if point.stage in order else len(order))
    sentences = [spoken(point) for point in unsaid if spoken(point) not in parts]
    parts.extend(sentences[:1])
    if not sentences or state.turn >= CLOSES_AFTER:
        parts.append(_example(scenario, state, "close"))
    stop = "。" if scenario.language == "zh" else ". "
    return "".join(part.rstrip("。.！!？? ") + stop for part in parts if part).strip()


def _answer(scenario: Scenario, state: State, act: Act) -> str:
    """A point asked for that is new, else a fact asked for, else the manner asked for, else a point again."""
    wanted = [point for point in scenario.key_points if point.id in act.answered_by.points]
    fresh = [spoken(point) for point in wanted if point.id not in state.said]
    facts = [_stated(fact, scenario) for fact in scenario.product.facts if fact.id in act.answered_by.facts]
    manners = [
        text
        for intent in scenario.intents
        if intent.id in act.answered_by.intents
        for text in intent.examples
    ]
    for choices in (fresh, facts, manners, [spoken(point) for point in wanted]):
        if choices:
            return _drawn(choices, state, act.id)
    return ""


def _stated(fact: Fact, scenario: Scenario) -> str:
    """The fact as a plain sentence."""
    subject = fact.subjects[0]
    if fact.kind == "yes_no":
        refused = "不" if scenario.language == "zh" else "no "
        return subject if fact.holds else f"{refused}{subject}"
    if fact.on is not None:
        return f"{subject} {fact.on.isoformat()}"
    unit = "%" if fact.kind == "percent" else fact.unit or ("元" if fact.kind == "money" else "")
    value = fact.value if fact.value is not None else fact.high if fact.high is not None else fact.low
    return f"{subject} {value}{unit}" if scenario.language == "zh" else f"{subject} is {value} {unit}".strip()


def _example(scenario: Scenario, state: State, kind: str) -> str:
    texts = [text for intent in scenario.intents if intent.kind == kind for text in intent.examples]
    return _drawn(texts, state, kind) if texts else ""


def _drawn(choices: Sequence[T], state: State, name: str) -> T:
    return choices[int(draw(state.seed, state.turn, name) * len(choices))]
