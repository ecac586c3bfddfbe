"""How a turn moves interest, trust and patience. Every number that no scenario file holds stands here.

An author's own moves (`Act.answered`, `Act.missed`) replace `ANSWERED` and `MISSED`; the rest happens in
every talk. The numbers are ours, set so that rehearsals (`rehearse.py`) of the shipped scenarios end as
docs/coach/customer.md says.
"""

from __future__ import annotations

from msgspec import structs

from alula.coach.customer.hearing import Hearing
from alula.coach.customer.state import State
from alula.coach.scenario.model import Act, IntentKind, Level, Move, Scenario

ANSWERED = Move(interest=4, trust=3)  # an act whose author named no move
MISSED = Move(interest=-2, trust=-3, patience=-8)
SILENT = Move(interest=-3, patience=-18)
ECHO = Move(trust=-2, patience=-8)
INJECTED = Move(trust=-8, patience=-15)
SETTLED = Move(interest=2, trust=3)  # an objection answered after all, later than asked
MONOLOGUE = Move(patience=-3)
FORBIDDEN = Move(trust=-8)  # heard by a suspicious customer
WRONG_CLAIM = Move(trust=-4)  # heard by an expert
DECAY = 2  # patience per turn; one more for a rushed customer

KINDS: dict[IntentKind, Move] = {
    "greeting": Move(trust=1),
    "courtesy": Move(trust=2),
    "acknowledge": Move(trust=2),
    "ask_need": Move(trust=2),
    "pressure": Move(interest=-2, trust=-7, patience=-8),
    "rude": Move(interest=-6, trust=-12, patience=-25),
    "off_topic": Move(trust=-2, patience=-8),
}
KIND_LIMIT = 45  # trust above which kindness alone adds nothing: the rest must be earned by answers
POINT_LIMIT = 4  # interest that the key points of one turn can add
GAIN_LIMIT: dict[Level, int] = {
    "easy": 7,
    "normal": 5,
    "hard": 4,
}  # what interest and trust can each gain in a turn
MONOLOGUE_LENGTH = {"zh": 220, "en": 700}  # characters; about a minute of speech


def after(scenario: Scenario, state: State, pending: Act | None, heard: Hearing) -> State:
    """The state's three numbers after the turn, within 0-100; nothing else of it is touched."""
    moves = [_decay(scenario)]
    if heard.silent:
        moves.append(SILENT)
    if heard.echo:
        moves.append(ECHO)
    if heard.injected:
        moves.append(INJECTED)
    else:
        moves.extend(_manner(scenario, state, heard))
        moves.extend([SETTLED] * len(heard.settled))
        moves.append(_points(scenario, heard))
        moves.extend(_claims(scenario, heard))
    if heard.length > MONOLOGUE_LENGTH[scenario.language]:
        moves.append(MONOLOGUE)
    if pending is not None and heard.answered is not None:
        moves.append(_outcome(pending, heard))
    most = GAIN_LIMIT[state.level]
    return structs.replace(
        state,
        interest=_within(state.interest + min(most, sum(move.interest for move in moves))),
        trust=_within(state.trust + min(most, sum(move.trust for move in moves))),
        patience=_within(state.patience + sum(move.patience for move in moves)),
    )


def _decay(scenario: Scenario) -> Move:
    return Move(patience=-DECAY - ("rushed" in scenario.persona.traits))


def _manner(scenario: Scenario, state: State, heard: Hearing) -> list[Move]:
    moves = []
    for kind in heard.kinds:
        move = KINDS.get(kind, Move())
        if move.trust > 0:
            kindly = 2 * move.trust if "warm" in scenario.persona.traits else move.trust
            move = Move(trust=max(0, min(kindly, KIND_LIMIT - state.trust)))
        moves.append(move)
    return moves


def _points(scenario: Scenario, heard: Hearing) -> Move:
    weight = {point.id: point.weight for point in scenario.key_points}
    earned = sum(-(-weight.get(point, 0) // 4) for point in heard.points)
    return Move(interest=min(POINT_LIMIT, earned), trust=1 if earned else 0)


def _claims(scenario: Scenario, heard: Hearing) -> list[Move]:
    moves = [WRONG_CLAIM] * heard.wrong if "expert" in scenario.persona.traits else []
    return moves + ([FORBIDDEN] * heard.forbidden if "suspicious" in scenario.persona.traits else [])


def _outcome(pending: Act, heard: Hearing) -> Move:
    if not heard.answered:
        return pending.missed if pending.missed != Move() else MISSED
    move = pending.answered if pending.answered != Move() else ANSWERED
    return _half(move) if heard.thin else move


def _half(move: Move) -> Move:
    return Move(interest=int(move.interest / 2), trust=int(move.trust / 2), patience=int(move.patience / 2))


def _within(value: int) -> int:
    return max(0, min(100, value))
