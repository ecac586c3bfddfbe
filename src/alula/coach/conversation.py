"""A talk, as a value: what the scores are a function of, whether it came from a live session, a folder or a JSON file."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

Speaker = Literal["trainee", "customer"]


class Phrase(Struct, frozen=True, forbid_unknown_fields=True):
    """One stretch of speech between pauses: seconds from the start of the turn's audio; F0 in semitones re 100 Hz.

    f0_median, f0_sd are None when the phrase has too few voiced frames; level_db is the mean over voiced frames (dBFS).
    """

    start: float
    end: float
    f0_median: float | None
    f0_sd: float | None
    level_db: float
    syllables: float


class Prosody(Struct, frozen=True, forbid_unknown_fields=True):
    """What was measured on the audio of one trainee turn. Seconds, decibels full scale, semitones re 100 Hz.

    Made by `coach.delivery.prosody.measure`; the only thing of the voice that the scores see, so that a score can be
    made again after the audio was deleted. `None` stands where there was too little voice to measure.
    """

    duration: float
    speech: float
    voiced: float
    first_speech: float | None
    phrases: tuple[Phrase, ...]
    pauses: tuple[tuple[float, float], ...]
    f0_median: float | None
    f0_sd: float | None
    f0_p5: float | None
    f0_p95: float | None
    level_mean: float | None
    level_sd: float | None
    level_peak: float | None
    clipped: float
    peaks: tuple[float, ...]
    final_slope: float | None
    spikes: tuple[float, ...]


class Turn(Struct, frozen=True, forbid_unknown_fields=True):
    """One thing said.

    `start` and `end` are seconds from the beginning of the talk: of speech, not of the microphone (for the trainee
    the first and last voiced sound, for the customer the playback). `audio` is a path relative to the conversation.
    `act` is the customer's act, where known; `typed` says that the words were typed, not spoken.
    """

    speaker: Speaker
    text: Annotated[str, Meta(max_length=4000)]
    start: float | None = None
    end: float | None = None
    audio: str | None = None
    act: str | None = None
    typed: bool = False
    prosody: Prosody | None = None


class Conversation(Struct, frozen=True, forbid_unknown_fields=True):
    """A whole talk. `scenario` and `version` name what it was held with, where known."""

    turns: Annotated[tuple[Turn, ...], Meta(max_length=400)]
    scenario: str | None = None
    version: int | None = None
    language: Literal["zh", "en"] | None = None
    level: Literal["easy", "normal", "hard"] = "normal"
    seed: int = 0
