"""What the words of a talk show of courtesy, from the intents that were recognised in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from alula.coach.conversation import Turn
from alula.coach.scenario.model import IntentKind, Scenario
from alula.coach.understanding.reading import Reading

_ACKNOWLEDGING = ("acknowledge", "handle_objection", "courtesy")


@dataclass(frozen=True)
class Manners:
    """Values in percent or counts; None where the scenario teaches no such intent, or nothing called for it.

    The tuples name the turns that show it; `objections` are the turns that answer one, and those alone that
    pass over it where there are any.
    """

    courtesy: float | None = None
    courteous: tuple[int, ...] = ()
    greeted: float | None = None
    greetings: tuple[int, ...] = ()
    acknowledged: float | None = None
    objections: tuple[int, ...] = ()
    rude: float | None = None
    rude_turns: tuple[int, ...] = ()
    took_leave: float | None = None
    farewells: tuple[int, ...] = ()


def manners(scenario: Scenario, turns: Sequence[Turn], readings: Sequence[Reading | None]) -> Manners:
    """The manners of a talk. Without a single reading, everything is None."""
    kinds = {intent.id: intent.kind for intent in scenario.intents}
    mine = [index for index, turn in enumerate(turns) if turn.speaker == "trainee"]
    read = [(index, readings[index]) for index in mine if index < len(readings)]
    known = {index: kinds.get(one.intention.intent or "") for index, one in read if one is not None}
    if not known:
        return Manners()
    taught = set(kinds.values())

    def showing(among: Sequence[int], *wanted: IntentKind) -> tuple[int, ...]:
        return tuple(index for index in among if known.get(index) in wanted)

    courteous = showing(mine, "courtesy", "acknowledge", "greeting", "farewell")
    greetings = showing(mine[:2], "greeting")
    farewells = showing(mine[-2:], "farewell", "close")
    called, missed = _objections(scenario, turns, known)
    rude = _rude(scenario, turns, known)
    return Manners(
        courtesy=100.0 * len(courteous) / len(known) if taught & {"courtesy", "acknowledge"} else None,
        courteous=courteous,
        greeted=(100.0 if greetings else 0.0) if "greeting" in taught else None,
        greetings=greetings,
        acknowledged=100.0 * (1 - len(missed) / len(called)) if called else None,
        objections=missed or called,
        rude=float(len(rude)),
        rude_turns=rude,
        took_leave=(100.0 if farewells else 0.0) if taught & {"farewell", "close"} else None,
        farewells=farewells,
    )


def _objections(
    scenario: Scenario, turns: Sequence[Turn], known: dict[int, IntentKind | None]
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The turns that answer an objection or a hesitation, and those of them that pass over it."""
    hard = {act.id for act in scenario.customer.acts if act.kind in ("objection", "hesitation")}
    called = tuple(index for index in known if index and turns[index - 1].act in hard)
    return called, tuple(index for index in called if known[index] not in _ACKNOWLEDGING)


def _rude(scenario: Scenario, turns: Sequence[Turn], known: dict[int, IntentKind | None]) -> tuple[int, ...]:
    words = [word.casefold() for word in scenario.forbidden_words]
    return tuple(
        index
        for index, kind in known.items()
        if kind in ("rude", "pressure") or any(word in turns[index].text.casefold() for word in words)
    )
