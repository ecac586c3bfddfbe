"""The customer's state and one step of the talk, as values."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

Ending = Literal["bought", "walked_away", "undecided"]


class State(Struct, frozen=True):
    """Where the customer stands. Everything needed for the next step, so a talk can be resumed from its turns alone.

    `turn` counts trainee turns; `acts` are the acts done, in order; `said` the key points heard; `pending` is the act
    that still waits for an answer; `stage` the stage the talk has reached.
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


class Step(Struct, frozen=True):
    """What the customer does next: the act, its words in the scenario's language, and the state after it."""

    state: State
    act: str
    text: str
