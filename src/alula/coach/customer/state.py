"""The customer's state and one step of the talk, as values."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

Ending = Literal["bought", "walked_away", "undecided"]


class State(Struct, frozen=True):
    """Where the customer stands: all that the next step needs, so a talk can be resumed from its turns alone.

    `interest`, `trust` and `patience` are 0-100. `turn` counts trainee turns; `acts` are the acts done, in
    order (an act asked again in other words stands twice in a row); `said` the key points heard; `pending` is
    the act that still waits for an answer; `stage` where the talk was last; `heard` are CRC-32 of what the
    trainee said at length, by which the customer notices that it is told the same again.
    """

    level: Literal["easy", "normal", "hard"]
    seed: int
    interest: int
    trust: int
    patience: int
    turn: int = 0
    acts: tuple[str, ...] = ()
    said: tuple[str, ...] = ()
    open_objections: tuple[str, ...] = ()
    pending: str | None = None
    stage: str | None = None
    ending: Ending | None = None
    heard: tuple[int, ...] = ()


class Step(Struct, frozen=True):
    """What the customer does next: the act, its words in the scenario's language, and the state after it."""

    state: State
    act: str
    text: str
