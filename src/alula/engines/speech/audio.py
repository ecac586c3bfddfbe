"""Audio as numbers: WAV files read strictly, 16-bit PCM as floats, resampling without aliasing, levels."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from functools import lru_cache
from math import gcd

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from alula.kernel.errors import Refusal, register

RATE = 16_000
LOWEST_RATE, HIGHEST_RATE = 8_000, 48_000
LONGEST_SECONDS = 600.0
FULL_SCALE = 32_768.0

Samples = NDArray[np.int16]
Floats = NDArray[np.float64]

register(
    "audio",
    {
        "not_wav": {"zh": "这不是 WAV 文件。", "en": "This is not a WAV file."},
        "broken": {"zh": "WAV 文件不完整：{why}。", "en": "The WAV file is incomplete: {why}."},
        "width": {
            "zh": "只接受 16 位 PCM 的 WAV 文件，收到的是 {found}。",
            "en": "Only WAV files with 16-bit PCM are accepted; this one holds {found}.",
        },
        "rate": {
            "zh": "采样率应在 8,000 到 48,000 赫兹之间，收到的是 {found}。",
            "en": "The sample rate must lie between 8,000 and 48,000 Hz; this one is {found}.",
        },
        "channels": {
            "zh": "只接受单声道或双声道，收到的是 {found} 个声道。",
            "en": "Only mono or stereo is accepted; this one has {found} channels.",
        },
        "too_long": {
            "zh": "录音超过 {limit:.0f} 秒。",
            "en": "The recording is longer than {limit:.0f} seconds.",
        },
        "odd": {"zh": "PCM 数据的字节数应为偶数。", "en": "PCM data must have an even number of bytes."},
    },
)


def samples_of(pcm: bytes | Samples) -> Samples:
    """PCM bytes as an array; an array is passed through.

    Raises:
        Refusal: audio.odd, when the bytes end in the middle of a sample.
    """
    if isinstance(pcm, np.ndarray):
        return pcm
    if len(pcm) % 2:
        raise Refusal("audio.odd", status=422)
    return np.frombuffer(pcm, "<i2")


def to_floats(pcm: bytes | Samples) -> Floats:
    """Samples as floats in [-1, 1)."""
    return samples_of(pcm).astype(np.float64) / FULL_SCALE


def from_floats(values: NDArray[np.floating]) -> Samples:
    """Floats as samples, rounded, and held at full scale instead of wrapping round."""
    return np.clip(np.rint(values * FULL_SCALE), -32_768, 32_767).astype("<i2")


def level_db(values: NDArray[np.floating]) -> float | None:
    """RMS level in dB re full scale (a full-scale sine is -3.0); None for no samples or digital silence."""
    power = float(np.mean(np.square(values, dtype=np.float64))) if len(values) else 0.0
    return 10.0 * float(np.log10(power)) if power > 0 else None


def write_wav(pcm: bytes | Samples, rate: int = RATE) -> bytes:
    """One channel of 16-bit PCM as a WAV file."""
    data = samples_of(pcm).astype("<i2").tobytes()
    head = struct.pack(
        "<4sI4s4sIHHIIHH4sI",
        b"RIFF",
        36 + len(data),
        b"WAVE",
        b"fmt ",
        16,
        1,
        1,
        rate,
        rate * 2,
        2,
        16,
        b"data",
        len(data),
    )
    return head + data


def read_wav(data: bytes, *, longest: float = LONGEST_SECONDS) -> Samples:
    """A WAV file as PCM: 8-48 kHz resampled to 16 kHz, two channels mixed to one by their mean.

    Args:
        data: the whole file. A data chunk of unknown length (from a program that streamed) runs to the end.
        longest: seconds beyond which the file is refused before anything is computed.

    Raises:
        Refusal: audio.not_wav, audio.broken, audio.width, audio.rate, audio.channels or audio.too_long.
    """
    form, body = _chunks(data)
    code, channels, rate, _, _, bits = struct.unpack_from("<HHIIHH", form)
    if code == 0xFFFE and len(form) >= 26:  # WAVE_FORMAT_EXTENSIBLE keeps the real code in its sub-format
        code = struct.unpack_from("<H", form, 24)[0]
    if code != 1 or bits != 16:
        found = {"zh": f"{bits} 位、编码 {code}", "en": f"{bits} bits in format {code}"}
        raise Refusal("audio.width", status=422, found=found)
    if not LOWEST_RATE <= rate <= HIGHEST_RATE:
        raise Refusal("audio.rate", status=422, found=rate)
    if channels not in (1, 2):
        raise Refusal("audio.channels", status=422, found=channels)
    if len(body) > longest * rate * channels * 2:
        raise Refusal("audio.too_long", status=422, limit=longest)
    frames = np.frombuffer(body[: len(body) // (2 * channels) * 2 * channels], "<i2").reshape(-1, channels)
    if channels == 1 and rate == RATE:
        return frames[:, 0]
    return from_floats(resample(frames.mean(axis=1) / FULL_SCALE, rate))


def _chunks(data: bytes) -> tuple[bytes, bytes]:
    """The bodies of the "fmt " and "data" chunks."""
    if len(data) < 12 or data[:4] != b"RIFF" or data[8:12] != b"WAVE":
        raise Refusal("audio.not_wav", status=422)
    form, at = b"", 12
    while at + 8 <= len(data):
        name, size = struct.unpack_from("<4sI", data, at)
        at += 8
        if name == b"data":
            if not form:
                raise _broken("没有格式说明（fmt）", "its format (fmt) is missing")
            if (
                at + size > len(data) and size < 0x7FFFF000
            ):  # larger ones stand for "unknown": the file was streamed
                there = len(data) - at
                raise _broken(
                    f"声音数据应有 {size} 字节，只有 {there} 字节",
                    f"it should have {size} bytes of sound and has {there}",
                )
            return form, data[at : at + size]
        if name == b"fmt ":
            form = data[at : at + size]
            if len(form) < 16:
                raise _broken("没有格式说明（fmt）", "its format (fmt) is missing")
        at += size + size % 2
    raise _broken("没有声音数据（data）", "its sound (data) is missing")


def _broken(zh: str, en: str) -> Refusal:
    return Refusal("audio.broken", status=422, why={"zh": zh, "en": en})


@lru_cache(maxsize=4)
def _filters(up: int, down: int) -> tuple[Floats, int]:
    """One FIR filter per output phase, rows of a (up, taps) array, and half their length.

    A sinc with its cut-off at 0.92 of the lower of the two Nyquist frequencies, under a Kaiser window (beta
    9: about 90 dB of stop band) that reaches 24 zero crossings to each side. Each row sums to one, so that a
    constant stays constant.
    """
    cutoff = 0.92 * min(1.0, up / down)
    half = int(np.ceil(24 / cutoff))
    at = np.arange(-half + 1, half + 1)[None, :] - (np.arange(up) / up)[:, None]
    window = np.i0(9.0 * np.sqrt(np.clip(1.0 - np.square(at / half), 0.0, None))) / np.i0(9.0)
    taps = cutoff * np.sinc(cutoff * at) * window
    return taps / taps.sum(axis=1, keepdims=True), half


class Resampler:
    """Changes the sample rate of a stream. Fed in pieces or at once, the output is the same to the bit."""

    def __init__(self, source: int, target: int = RATE) -> None:
        common = gcd(source, target)
        self._up, self._down = target // common, source // common
        self._filters, self._half = _filters(self._up, self._down)
        self._held: Floats = np.zeros(self._half - 1)
        self._skipped = 0  # input samples that were dropped from the front of what is held
        self._made = 0
        self._taken = 0

    def feed(self, values: NDArray[np.floating]) -> Floats:
        """What can be said about the output now that `values` have arrived."""
        self._held = np.concatenate([self._held, values])
        self._taken += len(values)
        return self._make((len(self._held) + self._skipped - 2 * self._half + 1) * self._up // self._down + 1)

    def finish(self) -> Floats:
        """The rest, as if silence followed. The whole output is as long as the input, to the sample."""
        self._held = np.concatenate([self._held, np.zeros(2 * self._half)])
        return self._make(-(-self._taken * self._up // self._down))

    def _make(self, until: int) -> Floats:
        wanted = np.arange(self._made, until)
        base, phase = np.divmod(wanted * self._down, self._up)
        keep = base - self._skipped + 2 * self._half <= len(self._held)
        wanted, base, phase = wanted[keep], base[keep] - self._skipped, phase[keep]
        if not len(wanted):
            return np.zeros(0)
        made = np.concatenate(list(self._blocks(base, phase)))
        self._made += len(wanted)
        drop = int(self._made * self._down // self._up) - self._skipped
        self._held = self._held[drop:]
        self._skipped += drop
        return made

    def _blocks(self, base: NDArray[np.intp], phase: NDArray[np.intp]) -> Iterator[Floats]:
        windows = sliding_window_view(self._held, 2 * self._half)
        for at in range(0, len(base), 4096):  # bounds the memory of the gathered windows
            here = slice(at, at + 4096)
            yield np.einsum("ij,ij->i", windows[base[here]], self._filters[phase[here]])


def resample(values: NDArray[np.floating], source: int, target: int = RATE) -> Floats:
    """A whole recording at another sample rate."""
    if source == target:
        return values.astype(np.float64)
    machine = Resampler(source, target)
    return np.concatenate([machine.feed(values), machine.finish()])
