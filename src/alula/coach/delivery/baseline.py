"""The trainee's own voice: what is ordinary for them, from three earlier sessions on.

Absolute norms for pitch and pace punish a deep, a quick or a quiet voice. With a baseline the plateaus move
towards what the speaker usually does, within limits, so that the score follows what they change rather than
who they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from statistics import median

from msgspec import Struct

from alula.coach.conversation import Prosody

LEAST_SESSIONS = 3
LEAST_VOICED = 5.0  # seconds of voice for a session to count


class Baseline(Struct, frozen=True):
    """Medians over sessions, in st, dB and syllables a second; None where fewer than three were measured."""

    sessions: int
    f0_sd: float | None
    f0_range: float | None
    level_sd: float | None
    rate: float | None


def baseline(sessions: Sequence[Sequence[Prosody]]) -> Baseline | None:
    """The baseline of a speaker, or None when fewer than three sessions hold five seconds of voice.

    Args:
        sessions: earlier sessions in the same language, each the prosody of its turns.
    """
    enough = [session for session in sessions if sum(turn.voiced for turn in session) >= LEAST_VOICED]
    if len(enough) < LEAST_SESSIONS:
        return None

    def middle(value: Callable[[Iterable[Prosody]], float | None]) -> float | None:
        known = [one for session in enough if (one := value(session)) is not None]
        return round(median(known), 3) if len(known) >= LEAST_SESSIONS else None

    return Baseline(
        sessions=len(enough),
        f0_sd=middle(lambda turns: weighted(turns, lambda turn: turn.f0_sd)),
        f0_range=middle(lambda turns: weighted(turns, f0_range)),
        level_sd=middle(lambda turns: weighted(turns, lambda turn: turn.level_sd)),
        rate=middle(rate),
    )


def weighted(turns: Iterable[Prosody], value: Callable[[Prosody], float | None]) -> float | None:
    """The mean of a value over turns, weighted by their voiced seconds; None when no turn has it."""
    pairs = [(turn.voiced, one) for turn in turns if (one := value(turn)) is not None and turn.voiced > 0]
    return sum(weight * one for weight, one in pairs) / sum(weight for weight, _ in pairs) if pairs else None


def f0_range(turn: Prosody) -> float | None:
    """From the 5th to the 95th percentile of pitch, in semitones."""
    return None if turn.f0_p5 is None or turn.f0_p95 is None else turn.f0_p95 - turn.f0_p5


def rate(turns: Iterable[Prosody]) -> float | None:
    """Syllables per second of speech, pauses left out; None below two seconds of speech."""
    phrases = [phrase for turn in turns for phrase in turn.phrases]
    seconds = sum(phrase.end - phrase.start for phrase in phrases)
    return sum(phrase.syllables for phrase in phrases) / seconds if seconds >= 2.0 else None
