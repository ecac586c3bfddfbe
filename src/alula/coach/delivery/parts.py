"""Parts of a dimension: a measured value on a plateau, its weight, and the places that show it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from alula.coach.conversation import Prosody
from alula.coach.delivery.manners import Manners
from alula.coach.delivery.plateaus import Plateau, Plateaus, Side
from alula.coach.delivery.syllables import Language
from alula.coach.delivery.talk import Reply, Seconds

LEAST_MEASURED = 0.5  # of a dimension's weight
MOST_PLACES = 3


@dataclass(frozen=True)
class Heard:
    """What the dimensions are computed from."""

    replies: tuple[Reply, ...]
    manners: Manners
    plateaus: Plateaus
    language: Language

    @property
    def voices(self) -> list[Prosody]:
        """The prosody of the replies that have one."""
        return [reply.voice for reply in self.replies if reply.voice]


@dataclass(frozen=True)
class Place:
    """Where a part shows. `share` of its points; `measured` there, when it differs from the whole."""

    turn: int
    seconds: Seconds | None
    share: float = 1.0
    measured: str | None = None


Places = Callable[[Side], list[Place]]


@dataclass(frozen=True)
class Part:
    """One measured part of a dimension; `name` with the dimension makes the rule of its findings."""

    name: str
    weight: float
    score: float
    side: Side
    measured: str
    expected: str
    places: tuple[Place, ...]


def part(name: str, weight: float, value: float | None, plateau: Plateau, places: Places) -> list[Part]:
    """The part as a list of one; an empty list when it could not be measured."""
    if value is None:
        return []
    side = plateau.side(value)
    found = tuple(places(side)[:MOST_PLACES])
    if not found:
        return []
    return [Part(name, weight, plateau.score(value), side, plateau.show(value), plateau.expected, found)]


def total(parts: Sequence[Part]) -> float | None:
    """The weighted mean of what was measured; None when that is less than half of a dimension."""
    measured = sum(one.weight for one in parts)
    if measured < LEAST_MEASURED - 1e-9:
        return None
    return sum(one.weight * one.score for one in parts) / measured


def turn_that_shows(
    replies: Sequence[Reply], value: Callable[[Prosody], float | None], plateau: Plateau
) -> Places:
    """The turn with the lowest value when it is too low, else the one with the highest."""

    def places(side: Side) -> list[Place]:
        known = [
            (one, reply)
            for reply in replies
            if reply.voice is not None and (one := value(reply.voice)) is not None
        ]
        if not known:
            return []
        sign = 1 if side == "low" else -1
        one, reply = min(known, key=lambda pair: (sign * pair[0], pair[1].index))
        return [Place(reply.index, reply.span, measured=plateau.show(one))]

    return places


def longest_turn(replies: Sequence[Reply]) -> list[Place]:
    """The turn with most speech: where something that is missing could have been."""
    spoken = [(reply.voice.speech, reply) for reply in replies if reply.voice]
    if not spoken:
        return []
    _, reply = max(spoken, key=lambda pair: (pair[0], -pair[1].index))
    return [Place(reply.index, reply.span)]


def moments(replies: Sequence[Reply], seconds: Callable[[Prosody], Sequence[float]]) -> list[Place]:
    """Single moments inside turns, in order."""
    return [
        Place(reply.index, reply.at(max(0.0, at - 0.3), at + 0.3))
        for reply in replies
        if reply.voice
        for at in seconds(reply.voice)
    ]


def pauses(replies: Sequence[Reply], side: Side, longer_than: float = 0.0) -> list[Place]:
    """The longest pauses where there are too many, one where they are right, else the longest turn."""
    most = {"high": MOST_PLACES, "good": 1, "low": 0}[side]
    found = sorted(
        (
            (start - end, reply.index, start, end, reply)
            for reply in replies
            if reply.voice
            for start, end in reply.voice.pauses
            if end - start > longer_than
        ),
        key=lambda one: one[:4],
    )[:most]
    return [
        Place(index, reply.at(start, end), -length, f"{-length:.2f} s")
        for length, index, start, end, reply in found
    ] or longest_turn(replies)
