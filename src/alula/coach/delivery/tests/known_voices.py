"""Voices whose every property is known: made of harmonics under three formants, so that a test can change one by an amount."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from alula.engines.speech.audio import RATE, Samples, from_floats

_FORMANTS = ((600.0, 120.0, 1.0), (1500.0, 180.0, 0.5), (2600.0, 260.0, 0.25))


@dataclass(frozen=True)
class Syllable:
    """Seconds long, gliding in pitch between two values in semitones re 100 Hz, at a level in dB."""

    seconds: float = 0.2
    start: float = 6.0
    end: float = 6.0
    level: float = 0.0


def phrase(
    count: int, *, seconds: float = 0.2, middle: float = 6.0, swing: float = 3.0, seed: int = 0
) -> list[Syllable]:
    """A phrase whose syllables rise and fall by up to `swing` semitones and vary in level; its end falls."""
    rng = np.random.default_rng(seed)
    heights = middle + swing * rng.uniform(-1, 1, count + 1)
    heights[-1] = middle - swing
    levels = rng.uniform(-8, 4, count)
    return [Syllable(seconds, heights[at], heights[at + 1], levels[at]) for at in range(count)]


def flattened(syllables: Sequence[Syllable], factor: float, middle: float = 6.0) -> list[Syllable]:
    """The same syllables with the movement of pitch around `middle` times `factor`; nothing else changes."""
    return [
        replace(one, start=middle + factor * (one.start - middle), end=middle + factor * (one.end - middle))
        for one in syllables
    ]


def silence(seconds: float) -> np.ndarray:
    return np.zeros(round(seconds * RATE))


def sing(syllables: Sequence[Syllable]) -> np.ndarray:
    """The syllables as sound; each swells and fades, so that it can be counted."""
    pitches, gains = [], []
    for one in syllables:
        count = round(one.seconds * RATE)
        at = np.arange(count) / count
        pitches.append(100.0 * 2 ** ((one.start + (one.end - one.start) * at) / 12))
        gains.append(10 ** (one.level / 20) * (0.08 + 0.92 * np.sin(np.pi * at) ** 0.7))
    f0, gain = np.concatenate(pitches), np.concatenate(gains)
    turns = 2 * np.pi * np.cumsum(f0) / RATE
    voice, every = np.zeros(len(f0)), np.arange(0, len(f0), 80)
    for harmonic in range(1, int(3200 / f0.min()) + 1):
        frequency = harmonic * f0[every]
        strength = sum(
            weight / (1 + ((frequency - centre) / width) ** 2) for centre, width, weight in _FORMANTS
        )
        audible = np.where(frequency < 3200, strength / harmonic**0.5, 0.0)
        voice += np.interp(np.arange(len(f0)), every, audible) * np.sin(harmonic * turns)
    return 0.12 * gain * voice


def recording(*parts: np.ndarray) -> Samples:
    return from_floats(np.concatenate(parts))
