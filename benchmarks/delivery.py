"""What the voice engines and the delivery score cost, and how near the pitch tracker is to Praat.

Run: make bench, or python benchmarks/delivery.py

Needs espeak-ng; the VAD model (web build, or ALULA_VAD_MODEL); and praat-parselmouth for the comparison. What
is missing is said in its line. CPU figures are process time, so that other work on the machine weighs less.
"""

from __future__ import annotations

import asyncio
import platform
import sys
import time
from collections.abc import Callable, Iterator

import numpy as np

from alula.coach.delivery.pitch import track
from alula.coach.delivery.prosody import measure
from alula.engines.speech import vad
from alula.engines.speech.audio import RATE, Floats, from_floats, read_wav, to_floats
from alula.engines.speech.chosen import say
from alula.engines.speech.espeak import EspeakVoice
from alula.engines.speech.synthesis import Style

try:
    import parselmouth
except ImportError:
    parselmouth = None

SAID = {
    "zh": "您好，我是客户经理小李。请问您最近有没有考虑过给自己添一份重疾保障？这款产品每年只要三千六百元。",
    "en": "Good morning, I am calling about the licence renewal. What would make this a clear yes for you?",
}
NOISES = (None, 30, 20)


def clips() -> Iterator[tuple[str, Floats]]:
    """Mandarin and English, female and male, at three pitches, clean and with noise at 30 and 20 dB below the voice."""
    rng = np.random.default_rng(1)
    for language in ("zh", "en"):
        for gender in ("female", "male"):
            for pitch in (35, 50, 80):
                wav = say(SAID[language], Style(language, gender, pitch), EspeakVoice())
                voice = to_floats(read_wav(wav))
                rms = float(np.sqrt(np.mean(voice**2)))
                for snr in NOISES:
                    noise = 0.0 if snr is None else rms * 10 ** (-snr / 20)
                    yield (
                        f"{language} {gender} {pitch} {snr or 'clean'}",
                        voice + noise * rng.normal(size=len(voice)),
                    )


def pitch_against_praat() -> str:
    """Median error and voicing agreement over all clips, and the worst clip of each."""
    if parselmouth is None:
        return "praat-parselmouth is not installed"
    errors, agreements, worst_error, worst_agreement = [], [], (0.0, ""), (1.0, "")
    for name, values in clips():
        praat = parselmouth.Sound(values, RATE).to_pitch_ac(time_step=0.01, pitch_floor=75, pitch_ceiling=600)
        theirs, ours = praat.selected_array["frequency"], np.nan_to_num(track(values).f0)
        both = (theirs > 0) & (ours > 0)
        error = np.abs(ours[both] / theirs[both] - 1)
        agreement = (theirs > 0) == (ours > 0)
        errors.append(error)
        agreements.append(agreement)
        worst_error = max(worst_error, (float(np.median(error)), name))
        worst_agreement = min(worst_agreement, (float(agreement.mean()), name))
    return (
        f"median error {np.median(np.concatenate(errors)):.4%}, voicing agreement {np.concatenate(agreements).mean():.2%} "
        f"over {len(errors)} clips; worst clip {worst_error[0]:.4%} ({worst_error[1]}), "
        f"{worst_agreement[0]:.2%} ({worst_agreement[1]})"
    )


def cpu(work: Callable[[], object], seconds: float, *, per: float) -> str:
    """CPU seconds of `work` per `per` seconds of audio: the best and the median of five runs."""
    costs = []
    for _ in range(5):
        begun = time.process_time()
        work()
        costs.append((time.process_time() - begun) * per / seconds)
    return f"best {min(costs):.4f}, median {float(np.median(costs)):.4f}"


def voice_activity(minute: Floats) -> str:
    """The real-time factor of the VAD on one thread, in 20 ms frames as they come from a browser."""
    try:
        stream = vad.VoiceActivity()
    except vad.VadUnavailableError as error:
        return str(error)
    pcm = from_floats(minute)
    frames = [pcm[at : at + 320] for at in range(0, len(pcm), 320)]
    return cpu(lambda: [stream.feed(frame) for frame in frames], len(pcm) / RATE, per=1.0)


def first_sound() -> str:
    """From the text to the first piece of espeak's voice, one at a time, 30 texts."""

    async def once(number: int) -> float:
        begun = time.perf_counter()
        stream = EspeakVoice().stream(f"第{number}次，{SAID['zh']}", Style("zh"))
        await anext(stream)
        waited = time.perf_counter() - begun
        await stream.aclose()
        return waited

    waits = np.array([asyncio.run(once(number)) for number in range(30)]) * 1000
    return f"p50 {np.percentile(waits, 50):.1f} ms, p95 {np.percentile(waits, 95):.1f} ms"


def main() -> None:
    """Print the figures, with the machine."""
    once = to_floats(read_wav(say(SAID["zh"], Style("zh"), EspeakVoice())))
    minute = np.tile(once, 60 * RATE // len(once) + 1)[: 60 * RATE]
    lines = {
        "machine": f"{platform.machine()}, Python {platform.python_version()}, numpy {np.__version__}",
        "pitch against Praat": pitch_against_praat(),
        "pitch, CPU s per minute of audio (bar 0.5)": cpu(lambda: track(minute), 60.0, per=60.0),
        "prosody of a turn, CPU s per minute": cpu(
            lambda: measure(from_floats(minute), "", "zh"), 60.0, per=60.0
        ),
        "VAD, real-time factor (bar 0.02)": voice_activity(minute),
        "espeak-ng, text to first sound": first_sound(),
    }
    for name, figure in lines.items():
        sys.stdout.write(f"{name}: {figure}\n")


if __name__ == "__main__":
    main()
