"""What can be measured on the voice of one turn: phrases, pauses, pitch, level, emphasis. No judgement here.

Phrases are found from the signal alone (voicing and level), so that the same audio gives the same phrases
whether or not a voice activity model is installed. Everything is relative to the recording's own level: a
louder microphone changes levels in dBFS and nothing else. Silence before the first and after the last sound
changes nothing but `first_speech` and `duration`.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from alula.coach.conversation import Phrase, Prosody
from alula.coach.delivery.nuclei import nuclei
from alula.coach.delivery.pitch import Track, track
from alula.coach.delivery.syllables import Language, syllables
from alula.engines.speech.audio import FULL_SCALE, RATE, Samples, samples_of

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

SILENT_PEAK = 10.0 ** (-55.0 / 20.0)  # a recording that never rises above -55 dBFS holds no speech
_EDGE = 0.02  # of the peak: where the sound begins and ends
_MARGIN = 0.05  # seconds analysed around it
_STEP = 0.01
_LEAST_RUN = 4  # voiced frames in a row; fewer are chance
_LEAST_VOICED = 0.3  # seconds below which pitch and level are not summed up
_BEFORE, _AFTER = 15, 10  # frames of consonant that may lie before and after a voiced stretch
_JOIN = 0.2  # seconds: a shorter silence lies inside words (stop closures last up to about 0.15 s)
_LEAST_PHRASE = 6  # voiced frames
_OCTAVE = 12.0
_EMPHASIS = {"zh": 3.0, "en": 2.0}  # semitones above the median; lexical tones alone move Mandarin by two
_EMPHASIS_LEVEL = 1.0  # dB above the mean
_EMPHASIS_APART = 0.3  # seconds
_SPIKE = 10.0  # dB above the mean of the turn, for at least 60 ms
_SPIKE_FRAMES = 6
_FINAL = 40  # frames at the end of the last phrase
_TRUSTED = (0.5, 2.0)  # syllables of the text per syllable heard: outside, the text is not what was said


@dataclass(frozen=True)
class _Frames:
    """A track with the second it starts at, and what of it is voice and speech."""

    track: Track
    offset: float
    voiced: Mask
    semitones: Floats  # re 100 Hz, nan where unvoiced
    mean_level: float

    def second(self, frame: float) -> float:
        """The middle of a frame.

        Rounded before the offset is added, so that leading silence moves all times by the same amount.
        """
        return round(self.offset + round(float(self.track.times[0]) + frame * _STEP, 3), 3)

    def bounds(self, start: int, end: int) -> tuple[float, float]:
        """Seconds of the sound in frames [start, end).

        A 40 ms window hears a sound before it begins and after it has ended, by some 10 ms at our thresholds:
        that much is taken off both ends. A sound at the very beginning may still seem to start a few ms
        before it.
        """
        return self.second(start + 0.5), self.second(end - 1.5)


def measure(pcm: bytes | Samples, text: str, language: Language) -> Prosody:
    """Measure one turn.

    Args:
        pcm: 16 kHz mono, 16-bit.
        text: what was said, for the number of syllables; "" if unknown. A text with less than half or more
            than twice the syllables heard is not used.
        language: of the talk; decides how digits are read and how large an excursion of pitch counts as
            emphasis.

    Returns:
        Prosody in seconds from the start of this audio, semitones re 100 Hz, dB re full scale. Without
        speech, `first_speech` is None, the lists are empty and every summary is None.

    Raises:
        Refusal: audio.odd.
    """
    samples = samples_of(pcm)
    values = samples.astype(np.float64) / FULL_SCALE
    duration = round(len(samples) / RATE, 3)
    frames = _frames(values)
    if frames is None:
        return _nothing(duration)
    spans = _spans(frames)
    if not spans:
        return _nothing(duration)
    peaks = nuclei(frames.track.level, frames.voiced, spans, floor=frames.mean_level - 20.0)
    phrases = _phrases(frames, spans, peaks, _scale(peaks, text, language))
    inside = np.zeros(len(frames.voiced), np.bool_)
    for start, end in spans:
        inside[start:end] = True
    voiced = frames.voiced & inside
    enough = voiced.sum() * _STEP >= _LEAST_VOICED
    pitch = _without_leaps(frames.semitones[voiced]) if enough else np.zeros(0)
    level = frames.track.level[voiced]
    return Prosody(
        duration=duration,
        speech=_rounded(sum(phrase.end - phrase.start for phrase in phrases)),
        voiced=_rounded(voiced.sum() * _STEP),
        first_speech=max(0.0, phrases[0].start),
        phrases=phrases,
        pauses=tuple((one.end, two.start) for one, two in pairwise(phrases)),
        f0_median=_rounded(np.median(pitch)) if enough else None,
        f0_sd=_rounded(pitch.std()) if enough else None,
        f0_p5=_rounded(np.percentile(pitch, 5)) if enough else None,
        f0_p95=_rounded(np.percentile(pitch, 95)) if enough else None,
        level_mean=_rounded(level.mean()) if enough else None,
        level_sd=_rounded(level.std()) if enough else None,
        level_peak=_rounded(frames.track.level.max()),
        clipped=round(float(np.mean(np.abs(samples.astype(np.int32)) >= 32_760)), 5),
        peaks=_emphasis(frames, peaks, pitch, _EMPHASIS[language]) if enough else (),
        final_slope=_final_slope(frames, spans[-1]),
        spikes=_spikes(frames, voiced),
    )


def _nothing(duration: float) -> Prosody:
    return Prosody(
        duration=duration, speech=0.0, voiced=0.0, first_speech=None, phrases=(), pauses=(), clipped=0.0,
        f0_median=None, f0_sd=None, f0_p5=None, f0_p95=None, level_mean=None, level_sd=None, level_peak=None,
        peaks=(), final_slope=None, spikes=(),
    )  # fmt: skip


def _rounded(value: np.floating | float) -> float:
    return round(float(value), 3)


def _frames(values: Floats) -> _Frames | None:
    """The track of the sounding part. It is cut at the same sample whatever silence surrounds it."""
    magnitude = np.abs(values)
    peak = magnitude.max() if len(values) else 0.0
    if peak < SILENT_PEAK:
        return None
    loud = np.flatnonzero(magnitude >= _EDGE * peak)
    margin = int(_MARGIN * RATE)
    first, last = int(loud[0]) - margin, int(loud[-1]) + 1 + margin
    part = np.zeros(last - first)
    low, high = max(first, 0), min(last, len(values))
    part[low - first : high - first] = values[low:high]
    tracked = track(part)
    voiced = _long_enough(~np.isnan(tracked.f0), _LEAST_RUN)
    if not voiced.any():
        return None
    voiced &= tracked.level > np.percentile(tracked.level[voiced], 95) - 40.0
    semitones = np.full(len(voiced), np.nan)
    semitones[voiced] = 12.0 * np.log2(tracked.f0[voiced] / 100.0)
    return _Frames(tracked, first / RATE, voiced, semitones, float(tracked.level[voiced].mean()))


def _runs(mask: Mask) -> list[tuple[int, int]]:
    """The [start, end) of each stretch of True."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]]).astype(np.int8)))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


def _long_enough(mask: Mask, least: int) -> Mask:
    kept = np.zeros(len(mask), np.bool_)
    for start, end in _runs(mask):
        kept[start:end] = end - start >= least
    return kept


def _spans(frames: _Frames) -> list[tuple[int, int]]:
    """Phrases as frames [start, end): voiced stretches with the consonants beside them, small gaps closed.

    A consonant is louder than 25 dB below the mean of the voice, and than the background (the 10th percentile
    of the level) by 8 dB where that leaves room.
    """
    level, mean = frames.track.level, frames.mean_level
    background = float(np.percentile(level, 10))
    audible = level > max(mean - 25.0, min(background + 8.0, mean - 8.0))
    spans: list[tuple[int, int]] = []
    for start, end in _runs(frames.voiced):
        first, last = start, end
        while first > max(0, start - _BEFORE) and audible[first - 1]:
            first -= 1
        while last < min(len(level), end + _AFTER) and audible[last]:
            last += 1
        if spans and (first - spans[-1][1]) * _STEP < _JOIN:
            spans[-1] = (spans[-1][0], last)
        else:
            spans.append((first, last))
    return [(start, end) for start, end in spans if frames.voiced[start:end].sum() >= _LEAST_PHRASE]


def _scale(peaks: list[list[int]], text: str, language: Language) -> float:
    """Syllables of the text per syllable heard; 1 where the text cannot be what was said."""
    heard, written = sum(len(phrase) for phrase in peaks), syllables(text, language)
    low, high = _TRUSTED
    return written / heard if heard and low <= written / heard <= high else 1.0


def _phrases(
    frames: _Frames, spans: list[tuple[int, int]], peaks: list[list[int]], scale: float
) -> tuple[Phrase, ...]:
    made = []
    for (start, end), heard in zip(spans, peaks, strict=True):
        voiced = frames.voiced[start:end]
        pitch = _without_leaps(frames.semitones[start:end][voiced])
        known = len(pitch) >= 10
        made.append(
            Phrase(
                start=frames.bounds(start, end)[0],
                end=frames.bounds(start, end)[1],
                f0_median=_rounded(np.median(pitch)) if known else None,
                f0_sd=_rounded(pitch.std()) if known else None,
                level_db=_rounded(frames.track.level[start:end][voiced].mean()),
                syllables=_rounded(len(heard) * scale),
            )
        )
    return tuple(made)


def _without_leaps(pitch: Floats) -> Floats:
    """Without what lies an octave or more from the median: creak and slips of the tracker."""
    return pitch[np.abs(pitch - np.median(pitch)) < _OCTAVE] if len(pitch) else pitch


def _emphasis(frames: _Frames, peaks: list[list[int]], pitch: Floats, excursion: float) -> tuple[float, ...]:
    """Seconds of the syllables that stand out in pitch and in level at once."""
    middle = float(np.median(pitch))
    found: list[float] = []
    for at in (frame for phrase in peaks for frame in phrase):
        around = frames.semitones[max(0, at - 5) : at + 6]
        highest = np.nanmax(around) if not np.isnan(around).all() else -np.inf
        second = frames.second(at)
        stands_out = middle + excursion <= highest < middle + _OCTAVE
        loud = frames.track.level[at] >= frames.mean_level + _EMPHASIS_LEVEL
        if stands_out and loud and (not found or second - found[-1] >= _EMPHASIS_APART):
            found.append(second)
    return tuple(_rounded(second) for second in found)


def _spikes(frames: _Frames, voiced: Mask) -> tuple[float, ...]:
    """Seconds at which the voice is suddenly much louder than in the rest of the turn."""
    loud = voiced & (frames.track.level > frames.mean_level + _SPIKE)
    return tuple(_rounded(frames.second(start)) for start, end in _runs(loud) if end - start >= _SPIKE_FRAMES)


def _final_slope(frames: _Frames, span: tuple[int, int]) -> float | None:
    """Semitones per second over the last voiced frames (at most 0.4 s) of the last phrase; least squares."""
    at = np.flatnonzero(frames.voiced[span[0] : span[1]])[-_FINAL:] + span[0]
    at = at[at >= at[-1] - 2 * _FINAL] if len(at) else at
    pitch = frames.semitones[at]
    near = np.abs(pitch - np.median(pitch)) < _OCTAVE if len(at) else np.zeros(0, np.bool_)
    if near.sum() < 10:
        return None
    return _rounded(np.polyfit(at[near] * _STEP, pitch[near], 1)[0])
