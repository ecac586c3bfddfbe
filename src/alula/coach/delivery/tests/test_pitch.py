"""The tracker against the truth, where the voice is made, and against Praat, where it is synthesised."""

import time
from functools import lru_cache

import numpy as np
import parselmouth
import pytest
from known_voices import Syllable, phrase, silence, sing
from parselmouth.praat import call

from alula.coach.delivery.pitch import SILENT_DB, Tuning, track
from alula.engines.speech.audio import RATE, read_wav, to_floats
from alula.engines.speech.chosen import say
from alula.engines.speech.espeak import EspeakVoice
from alula.engines.speech.synthesis import Style

SAID = {
    "zh": "您好，我是客户经理小李。这款产品每年只要三千六百元，您看怎么样？",
    "en": "Good morning, I am calling about the licence renewal. What would make this a clear yes for you?",
}


@lru_cache
def spoken(language, gender, pitch):
    return to_floats(read_wav(say(SAID[language], Style(language, gender, pitch), EspeakVoice())))


def with_noise(values, snr, seed=0):
    if snr is None:
        return values
    rms = np.sqrt(np.mean(values**2))
    return values + np.random.default_rng(seed).normal(size=len(values)) * rms * 10 ** (-snr / 20)


def against_praat(values):
    """Median relative error where both hear a pitch, and the share of frames on whose voicing both agree."""
    praat = parselmouth.Sound(values, RATE).to_pitch_ac(time_step=0.01, pitch_floor=75, pitch_ceiling=600)
    theirs = praat.selected_array["frequency"]
    ours = track(values)
    assert len(ours.times) == len(theirs)
    assert np.abs(ours.times - praat.xs()).max() < 1e-4
    mine = np.nan_to_num(ours.f0)
    both = (mine > 0) & (theirs > 0)
    assert both.sum() > 50
    return float(np.median(np.abs(mine[both] / theirs[both] - 1))), float(np.mean((mine > 0) == (theirs > 0)))


@pytest.mark.parametrize("snr", [None, 30, 20])
@pytest.mark.parametrize("pitch", [40, 80])
@pytest.mark.parametrize("gender", ["female", "male"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_as_praat_hears_espeak(espeak, language, gender, pitch, snr):
    error, agreement = against_praat(with_noise(spoken(language, gender, pitch), snr))
    assert error < 0.01
    assert agreement > 0.95


@pytest.mark.parametrize("snr", [None, 20, 10])
@pytest.mark.parametrize("middle", [-3.0, 0.0, 6.0, 12.0, 18.0])
def test_as_praat_hears_made_voices(middle, snr):
    parts = [
        silence(0.3),
        *(part for seed in range(4) for part in (sing(phrase(10, middle=middle, seed=seed)), silence(0.4))),
    ]
    error, agreement = against_praat(with_noise(np.concatenate(parts), snr))
    assert error < 0.01
    assert agreement > 0.95


@pytest.mark.parametrize("height", [-4.0, 0.0, 7.0, 14.0, 24.0, 30.0])
def test_a_steady_tone_is_heard_to_a_tenth_of_a_percent(height):
    heard = track(sing([Syllable(1.0, height, height)]))
    middle = heard.f0[20:-20]
    assert np.abs(middle / (100 * 2 ** (height / 12)) - 1).max() < 0.001


def test_a_glide_is_followed():
    heard = track(sing([Syllable(1.0, 0.0, 12.0)]))
    expected = 100.0 * 2 ** (heard.times)
    assert np.nanmedian(np.abs(heard.f0 / expected - 1)) < 0.003
    assert not np.isnan(heard.f0[5:-5]).any()


def test_noise_and_silence_have_no_pitch():
    noise = 0.1 * np.random.default_rng(4).normal(size=RATE * 5)
    assert np.isnan(track(noise).f0).mean() > 0.98
    quiet = track(np.zeros(RATE))
    assert np.isnan(quiet.f0).all()
    assert (quiet.level == SILENT_DB).all()


def test_level_is_that_of_the_sound():
    tone = 0.5 * np.sin(2 * np.pi * 200 * np.arange(RATE) / RATE)
    assert track(tone).level[20:-20] == pytest.approx(-9.03, abs=0.05)


def test_strength_tells_a_clear_voice_from_a_breathy_one():
    voice = sing([Syllable(1.0, 5.0, 5.0)])
    clear, breathy = track(voice), track(with_noise(voice, 6))
    assert np.median(clear.strength) > 0.98
    assert np.median(clear.strength) > np.median(breathy.strength) > 0.5


@pytest.mark.parametrize("size", [0, 1, 639])
def test_less_than_a_window_has_no_frames(size):
    assert len(track(np.ones(size)).times) == 0


def test_other_rates_and_steps():
    heard = track(0.3 * np.sin(2 * np.pi * 150 * np.arange(8000) / 8000), 8000, Tuning(step=0.005))
    assert np.diff(heard.times) == pytest.approx(0.005, abs=2e-4)
    assert np.median(heard.f0) == pytest.approx(150, rel=0.002)


@pytest.mark.slow
def test_a_minute_costs_at_most_half_a_second(espeak):
    once = spoken("zh", "female", 50)
    minute = np.tile(once, 60 * RATE // len(once) + 1)[: 60 * RATE]
    costs = []
    for _ in range(3):
        begun = time.process_time()
        track(minute)
        costs.append(time.process_time() - begun)
    assert min(costs) <= 0.5


def test_a_flat_voice_is_not_heard_an_octave_lower():
    """Overlap-add makes periods that are alike two by two: the first pass, and Praat, slip by an octave in some frames."""
    manipulation = call(parselmouth.Sound(spoken("zh", "female", 50), RATE), "To Manipulation", 0.01, 75, 600)
    tier = call(manipulation, "Extract pitch tier")
    call(tier, "Formula", "175")
    call([tier, manipulation], "Replace pitch tier")
    flat = track(call(manipulation, "Get resynthesis (overlap-add)").values[0]).f0
    assert np.nanmedian(flat) == pytest.approx(175, abs=1)
    assert np.mean(np.abs(flat[~np.isnan(flat)] / 175 - 1) < 0.2) > 0.99
