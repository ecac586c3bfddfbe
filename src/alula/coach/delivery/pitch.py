"""Pitch and intensity of a voice, every 10 ms: our own tracker, on numpy alone.

The method is that of P. Boersma, "Accurate short-term analysis of the fundamental frequency and the
harmonics-to-noise ratio of a sampled sound", Proceedings of the Institute of Phonetic Sciences 17 (1993),
97-110: the autocorrelation of a windowed frame divided by that of the window, several candidates per frame,
and the cheapest path through them. The constants are the paper's; a second pass keeps to the range of the
voice. Checked against Praat in tests; no code of Praat's is in here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Tuning:
    """The constants of the method.

    Attributes:
        floor: lowest pitch in Hz; the window is three of its periods long.
        ceiling: highest pitch in Hz.
        step: seconds between frames.
        candidates: pitches considered per frame, beside "unvoiced".
        silence: frames quieter than this share of the recording's peak lean to unvoiced.
        voicing: autocorrelation below which a frame leans to unvoiced.
        octave: cost per octave that favours the higher of two equal candidates.
        jump: cost per octave of a leap between two frames (at a step of 10 ms).
        change: cost of a change between voiced and unvoiced (at a step of 10 ms).
        lowest: pitches below this share of the first quartile of all are slips to a lower octave.
        highest: pitches above this multiple of the third quartile of all are slips to a higher one.
    """

    floor: float = 75.0
    ceiling: float = 600.0
    step: float = 0.01
    candidates: int = 6
    silence: float = 0.03
    voicing: float = 0.45
    octave: float = 0.01
    jump: float = 0.35
    change: float = 0.14
    lowest: float = 0.66
    highest: float = 1.9


@dataclass(frozen=True)
class Track:
    """What was measured. All arrays have one entry per frame.

    Attributes:
        times: second of the frame's middle.
        f0: pitch in Hz; nan where unvoiced.
        level: RMS level under a Hann window of 40 ms, dB re full scale; -120 for digital silence.
        strength: autocorrelation at the chosen pitch (0-1), 0 where unvoiced.
    """

    times: Floats
    f0: Floats
    level: Floats
    strength: Floats


_DEPTH = 24  # lags on each side in the interpolation of the autocorrelation
_BLOCK = 256  # frames worked on at once: what they need stays in the cache
SILENT_DB = -120.0


def track(values: Floats, rate: int = 16_000, tuning: Tuning | None = None) -> Track:
    """Pitch and level of a recording (floats in [-1, 1)). Shorter than one window, it has no frames."""
    t = tuning or Tuning()
    window = _Window.of(t, rate)
    count = 0 if len(values) < window.length else int((len(values) - window.length) / (t.step * rate)) + 1
    if not count:
        nothing = np.zeros(0)
        return Track(nothing, nothing, nothing, nothing)
    span = window.length + (count - 1) * t.step * rate
    offset = (len(values) - span) / 2
    starts = np.floor(offset + np.arange(count) * t.step * rate).astype(np.intp)
    peak = float(np.max(np.abs(values - values.mean())))
    blocks = [_block(values, starts[at : at + _BLOCK], window, peak, t) for at in range(0, count, _BLOCK)]
    pitches, strengths, levels = (np.concatenate(part) for part in zip(*blocks, strict=True))
    rows = np.arange(count)
    chosen = _path(pitches, strengths, t)
    slips = _slips(pitches, pitches[rows, chosen], t)
    if slips[rows, chosen].any():
        strengths = np.where(slips, -np.inf, strengths)
        chosen = _path(pitches, strengths, t)
    f0, strength = pitches[rows, chosen], np.where(chosen > 0, strengths[rows, chosen], 0.0)
    voiced = f0 > 0
    bonus = t.octave * np.log2(t.ceiling / np.where(voiced, f0, t.ceiling))
    return Track(
        times=(starts + window.length / 2) / rate,
        f0=np.where(voiced, f0, np.nan),
        level=levels,
        strength=np.clip(np.where(voiced, strength + bonus, 0.0), 0.0, 1.0),
    )


@dataclass(frozen=True)
class _Window:
    """A Hann window of three longest periods, its autocorrelation, and the lags that are searched."""

    rate: int
    length: int
    shape: Floats
    size: int  # of the Fourier transform: long enough that the autocorrelation does not wrap round
    correlation: Floats
    shortest: int
    longest: int

    @classmethod
    def of(cls, t: Tuning, rate: int) -> _Window:
        length = round(3 * rate / t.floor)
        shape = 0.5 - 0.5 * np.cos(2 * np.pi * (np.arange(length) + 0.5) / length)
        longest = int(rate / t.floor)
        size = 1 << int(np.ceil(np.log2(length + longest + _DEPTH + 2)))
        correlation = np.fft.irfft(np.square(np.abs(np.fft.rfft(shape, size))), size)
        keep = longest + _DEPTH + 2
        return cls(
            rate,
            length,
            shape,
            size,
            correlation[:keep] / correlation[0],
            max(2, int(rate / t.ceiling)),
            longest,
        )


def _block(
    values: Floats, starts: NDArray[np.intp], window: _Window, peak: float, t: Tuning
) -> tuple[Floats, Floats, Floats]:
    """Candidates (column 0 is "unvoiced"), their strengths, and the levels of some frames."""
    frames = sliding_window_view(values, window.length)[starts]
    power = (np.square(frames) @ window.shape) / window.shape.sum()
    levels = 10.0 * np.log10(np.maximum(power, 10.0 ** (SILENT_DB / 10)))
    frames = frames - frames.mean(axis=1, keepdims=True)
    middle = slice((window.length - window.longest) // 2, (window.length + window.longest) // 2)
    loudness = np.max(np.abs(frames[:, middle]), axis=1) / peak if peak > 0 else np.zeros(len(starts))
    # Single precision is enough here (errors of 1e-6 in a correlation), and halves the cost of the whole.
    spectrum = np.fft.rfft((frames * window.shape).astype(np.float32), window.size)
    power_spectrum = np.square(spectrum.real) + np.square(spectrum.imag)
    correlation = np.fft.irfft(power_spectrum, window.size)[:, : len(window.correlation)].astype(np.float64)
    energy = correlation[:, :1]
    normal = np.divide(
        correlation, energy * window.correlation, out=np.zeros_like(correlation), where=energy > 0
    )
    pitches, strengths = _candidates(normal, window, t)
    strengths[:, 0] = t.voicing + np.maximum(0.0, 2.0 - loudness / (t.silence / (1.0 + t.voicing)))
    return pitches, strengths, levels


def _candidates(normal: Floats, window: _Window, t: Tuning) -> tuple[Floats, Floats]:
    """The strongest local maxima of each frame's autocorrelation, between the samples."""
    inner = normal[:, window.shortest - 1 : window.longest + 2]
    peaks = (
        (inner[:, 1:-1] > inner[:, :-2])
        & (inner[:, 1:-1] >= inner[:, 2:])
        & (inner[:, 1:-1] > 0.5 * t.voicing)
    )
    frame, lag = np.nonzero(peaks)
    lag = lag + window.shortest
    at, height = _refine(normal, frame, lag)
    height = np.where(height > 1.0, 1.0 / height, height)  # the division by the window's tail can overshoot
    pitch = window.rate / at
    score = height - t.octave * np.log2(t.ceiling / pitch)
    inside = (pitch >= t.floor) & (pitch <= t.ceiling)
    frame, pitch, score = frame[inside], pitch[inside], score[inside]
    order = np.lexsort((pitch, -score, frame))
    frame, pitch, score = frame[order], pitch[order], score[order]
    rank = np.arange(len(frame)) - np.searchsorted(frame, frame)
    kept = rank < t.candidates
    pitches = np.zeros((len(normal), t.candidates + 1))
    strengths = np.full((len(normal), t.candidates + 1), -np.inf)
    pitches[frame[kept], rank[kept] + 1] = pitch[kept]
    strengths[frame[kept], rank[kept] + 1] = score[kept]
    return pitches, strengths


def _refine(normal: Floats, frame: NDArray[np.intp], lag: NDArray[np.intp]) -> tuple[Floats, Floats]:
    """Place and height of maxima: a parabola through three samples, then one through three points between."""
    left, centre, right = normal[frame, lag - 1], normal[frame, lag], normal[frame, lag + 1]
    at = lag + 0.5 * (left - right) / np.minimum(left - 2 * centre + right, -1e-12)
    half = 0.25
    low, mid, high = (_interpolate(normal, frame, at + shift) for shift in (-half, 0.0, half))
    curve = np.minimum(low - 2 * mid + high, -1e-12)
    move = np.clip(0.5 * (low - high) / curve, -1.0, 1.0)
    return at + half * move, mid - 0.125 * (low - high) ** 2 / curve


_OFFSETS = np.arange(-_DEPTH + 1, _DEPTH + 1)
_SIGNS = np.where(_OFFSETS % 2, -1.0, 1.0)
_COS, _SIN = np.cos(np.pi * _OFFSETS / (_DEPTH + 1)), np.sin(np.pi * _OFFSETS / (_DEPTH + 1))


def _interpolate(normal: Floats, frame: NDArray[np.intp], at: Floats) -> Floats:
    """The autocorrelation between its samples: a sinc under a Hann window over 24 lags to each side.

    Sine and cosine of the distances come from those of the fraction alone, by the addition theorems: the rest
    is multiplication.
    """
    base = np.floor(at).astype(np.intp)
    fraction = np.clip(at - base, 1e-9, 1.0 - 1e-9)  # on a sample the sinc would be 0 / 0
    angle = np.pi / (_DEPTH + 1) * fraction
    hann = 0.5 + 0.5 * (np.cos(angle)[:, None] * _COS + np.sin(angle)[:, None] * _SIN)
    weights = (np.sin(np.pi * fraction) / np.pi)[:, None] * _SIGNS / (fraction[:, None] - _OFFSETS) * hann
    lags = np.abs(base[:, None] + _OFFSETS)  # the autocorrelation is symmetrical
    return np.einsum("ij,ij->i", normal[frame[:, None], lags], weights)


def _slips(pitches: Floats, found: Floats, t: Tuning) -> NDArray[np.bool_]:
    """The candidates that lie outside what this voice did in the first pass.

    Two passes after C. De Looze and D. Hirst, "Detecting changes in key and range for the automatic modelling
    and coding of intonation", Speech Prosody 2008; their limits (0.75 and 1.5) are widened for lexical tones.
    A flat voice has as good a period at two as at one: the first pass alone would hear an octave of movement
    in it.
    """
    voiced = found[found > 0]
    if not len(voiced):
        return np.zeros(pitches.shape, np.bool_)
    first, third = np.percentile(voiced, [25, 75])
    slips: NDArray[np.bool_] = (pitches > 0) & ((pitches < t.lowest * first) | (pitches > t.highest * third))
    return slips


def _path(pitches: Floats, strengths: Floats, t: Tuning) -> NDArray[np.intp]:
    """The candidate of each frame on the best path: strengths minus costs of leaps and of voicing changes."""
    scale = 0.01 / t.step
    voiced = pitches > 0
    octaves = np.log2(np.where(voiced, pitches, 1.0))
    both = voiced[:-1, :, None] & voiced[1:, None, :]
    either = voiced[:-1, :, None] ^ voiced[1:, None, :]
    leap = t.jump * np.abs(octaves[:-1, :, None] - octaves[1:, None, :])
    costs = scale * np.where(both, leap, np.where(either, t.change, 0.0))
    best = np.zeros(pitches.shape, np.intp)
    total = strengths[0]
    for at, cost in enumerate(costs, start=1):
        reached = total[:, None] - cost
        best[at] = reached.argmax(axis=0)
        total = reached.max(axis=0) + strengths[at]
    chosen = np.zeros(len(pitches), np.intp)
    chosen[-1] = int(total.argmax())
    for at in range(len(pitches) - 1, 0, -1):
        chosen[at - 1] = best[at, chosen[at]]
    return chosen
