"""The turns of a talk on one clock: the spoken replies, the latency and the overlap of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from alula.coach.conversation import Prosody, Turn

Seconds = tuple[float, float]
_SAME = 0.03
OVERLAP_NOISE = 0.2  # seconds: people overlap by so much without interrupting, and clocks are no better


@dataclass(frozen=True)
class Reply:
    """One spoken turn of the trainee.

    Attributes:
        index: of the turn in the talk.
        turn: as given.
        voice: its prosody; None when there is no audio, or no speech in it.
        zero: the second of the talk at which its audio begins, if known.
        span: from the first to the last sound, in seconds of the talk, if known.
        latency: seconds from the customer's last sound to the first of this turn, not below 0; None where no
            customer's turn comes right before, or times are missing.
        overlap: seconds spoken while the customer was still speaking; 0 up to 0.2 s.
        loudness: dB above the trainee's ordinary level while overlapping, not below 0.
    """

    index: int
    turn: Turn
    voice: Prosody | None
    zero: float | None
    span: Seconds | None
    latency: float | None
    overlap: float
    loudness: float = 0.0

    def at(self, start: float, end: float) -> Seconds | None:
        """Seconds of this turn's audio as seconds of the talk."""
        return None if self.zero is None else (self.zero + start, self.zero + end)


def replies(turns: Sequence[Turn]) -> tuple[Reply, ...]:
    """The spoken turns of the trainee: not the typed ones, nor those whose audio holds no speech."""
    found = [
        _reply(index, turn, turns[index - 1] if index else None)
        for index, turn in enumerate(turns)
        if turn.speaker == "trainee"
    ]
    spoken = [one for one in found if one is not None]
    ordinary = _ordinary_level(spoken)
    return tuple(_with_loudness(one, ordinary) for one in spoken)


def _reply(index: int, turn: Turn, before: Turn | None) -> Reply | None:
    voice = turn.prosody if turn.prosody is not None and turn.prosody.first_speech is not None else None
    if voice is None and (turn.typed or turn.prosody is not None or turn.start is None):
        return None
    zero, span = _placed(turn, voice)
    latency, overlap = None, 0.0
    if span is not None and before is not None and before.speaker == "customer" and before.end is not None:
        latency = max(0.0, span[0] - before.end)
        together = min(before.end, span[1]) - max(span[0], before.start or 0.0)
        overlap = together if together > OVERLAP_NOISE else 0.0
    return Reply(index, turn, voice, zero, span, latency, overlap)


def _placed(turn: Turn, voice: Prosody | None) -> tuple[float | None, Seconds | None]:
    """Where the audio and the speech in it lie in the talk.

    A turn's times are those of its speech. Where they span exactly the length of the file although the file
    begins with silence, they can only be those of the file, and the speech lies inside.
    """
    if turn.start is None:
        return None, None
    if voice is None or voice.first_speech is None:
        return None, (turn.start, turn.end if turn.end is not None else turn.start)
    last = voice.phrases[-1].end
    of_file = turn.end is not None and abs(turn.end - turn.start - voice.duration) < _SAME
    zero = turn.start if of_file and voice.first_speech > _SAME else turn.start - voice.first_speech
    return zero, (zero + voice.first_speech, zero + last)


def _ordinary_level(spoken: Sequence[Reply]) -> float | None:
    """The median level of the trainee's phrases in turns that interrupt nobody; of all when they all do."""
    polite = [one for one in spoken if not one.overlap]
    for group in (polite, spoken):
        levels = [phrase.level_db for one in group if one.voice for phrase in one.voice.phrases]
        if levels:
            return median(levels)
    return None


def _with_loudness(one: Reply, ordinary: float | None) -> Reply:
    if not one.overlap or ordinary is None or one.voice is None or one.zero is None or one.span is None:
        return one
    until = one.span[0] + one.overlap - one.zero
    during = [phrase.level_db for phrase in one.voice.phrases if phrase.start < until]
    loudness = max(0.0, max(during) - ordinary) if during else 0.0
    return Reply(one.index, one.turn, one.voice, one.zero, one.span, one.latency, one.overlap, loudness)
