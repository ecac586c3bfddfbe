"""What is measured is what was put into the sound; silence around it and the loudness of a microphone change nothing else."""

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from known_voices import Syllable, flattened, phrase, recording, silence, sing

from alula.coach.conversation import Prosody
from alula.coach.delivery.baseline import f0_range, rate
from alula.coach.delivery.prosody import measure
from alula.engines.speech.audio import from_floats, read_wav
from alula.engines.speech.chosen import say
from alula.engines.speech.synthesis import Style
from alula.kernel.errors import Refusal

ONE, TWO = phrase(12, swing=6.0, seed=1), phrase(10, swing=6.0, seed=2)


def two_phrases(gap=0.5, before=0.3, after=0.2, factor=1.0):
    one, two = (sing(flattened(part, factor)) for part in (ONE, TWO))
    return np.concatenate([silence(before), one, silence(gap), two, silence(after)])


def measured(values, text="", language="zh"):
    return measure(from_floats(values), text, language)


def test_phrases_pauses_and_syllables_are_found_where_they_are():
    prosody = measured(two_phrases())
    assert prosody.duration == pytest.approx(5.4)
    assert prosody.first_speech == pytest.approx(0.3, abs=0.02)
    assert [(one.start, one.end) for one in prosody.phrases] == [
        (pytest.approx(0.3, abs=0.02), pytest.approx(2.7, abs=0.02)),
        (pytest.approx(3.2, abs=0.02), pytest.approx(5.2, abs=0.02)),
    ]
    assert prosody.pauses == ((prosody.phrases[0].end, prosody.phrases[1].start),)
    assert [one.syllables for one in prosody.phrases] == [12, 10]
    assert prosody.speech == pytest.approx(4.4, abs=0.04)
    assert rate([prosody]) == pytest.approx(5.0, abs=0.1)


@pytest.mark.parametrize("gap", [0.05, 0.12, 0.3, 0.8, 2.0])
def test_only_a_silence_of_a_fifth_of_a_second_is_a_pause(gap):
    pauses = measured(two_phrases(gap)).pauses
    assert [end - start for start, end in pauses] == ([] if gap < 0.2 else [pytest.approx(gap, abs=0.03)])


def test_pitch_is_measured_in_semitones_and_by_its_movement():
    whole, half, flat = (measured(two_phrases(factor=factor)) for factor in (1.0, 0.5, 0.0))
    assert half.f0_sd == pytest.approx(whole.f0_sd / 2, rel=0.03)
    assert f0_range(half) == pytest.approx(f0_range(whole) / 2, rel=0.03)
    assert flat.f0_sd < 0.02
    assert flat.f0_median == pytest.approx(6.0, abs=0.02)
    assert (len(whole.peaks) > 0, flat.peaks) == (True, ())
    assert flat.level_sd == pytest.approx(whole.level_sd, abs=0.15)


def test_a_fall_and_a_rise_at_the_end():
    falling, rising = (measured(sing([*ONE[:-2], Syllable(0.4, 6, 6 + end)])) for end in (-4, 4))
    assert falling.final_slope == pytest.approx(-10, abs=2)
    assert rising.final_slope == pytest.approx(10, abs=2)


def test_the_text_gives_the_number_of_syllables_where_it_fits():
    values = two_phrases()
    assert sum(one.syllables for one in measured(values, "好" * 20).phrases) == pytest.approx(20, abs=0.01)
    assert sum(one.syllables for one in measured(values, "好" * 5).phrases) == 22
    assert sum(one.syllables for one in measured(values, "好" * 200).phrases) == 22


@pytest.mark.parametrize("gain", [0.02, 0.1, 0.5, 2.0])
def test_a_louder_microphone_changes_levels_and_nothing_else(gain):
    plain, louder = measured(two_phrases()), measured(gain * two_phrases())
    moved = 20 * np.log10(gain)
    assert louder.level_mean == pytest.approx(plain.level_mean + moved, abs=0.2)
    assert louder.level_peak == pytest.approx(plain.level_peak + moved, abs=0.2)
    assert louder.level_sd == pytest.approx(plain.level_sd, abs=0.1)
    assert louder.f0_sd == pytest.approx(plain.f0_sd, abs=0.02)
    assert [one.syllables for one in louder.phrases] == [one.syllables for one in plain.phrases]
    assert [one.start for one in louder.phrases] == pytest.approx(
        [one.start for one in plain.phrases], abs=0.02
    )
    assert len(louder.peaks) == len(plain.peaks)
    assert louder.spikes == plain.spikes == ()


@pytest.mark.slow
@settings(max_examples=12, deadline=None)
@given(st.integers(0, 48000), st.integers(0, 48000))
def test_silence_around_the_voice_moves_its_times_and_nothing_else(before, after):
    sound = from_floats(two_phrases())
    shifted = np.concatenate([np.zeros(before, np.int16), sound, np.zeros(after, np.int16)])
    plain, moved = measure(sound, "", "zh"), measure(shifted, "", "zh")
    by = before / 16000
    assert moved.first_speech == pytest.approx(plain.first_speech + by, abs=0.0011)
    same = (
        "f0_median",
        "f0_sd",
        "f0_p5",
        "f0_p95",
        "level_mean",
        "level_sd",
        "level_peak",
        "final_slope",
        "voiced",
    )
    assert [getattr(moved, name) for name in same] == [getattr(plain, name) for name in same]
    assert [one.syllables for one in moved.phrases] == [one.syllables for one in plain.phrases]
    assert moved.speech == pytest.approx(plain.speech, abs=0.0021)


def test_a_burst_of_loudness_is_a_spike_and_clipping_is_clipping():
    shout = [*ONE, Syllable(0.3, 8, 8, 16.0), *TWO]
    (at,) = measured(sing(shout)).spikes
    assert at == pytest.approx(2.4, abs=0.2)
    assert measured(two_phrases()).clipped == 0
    assert measured(12 * two_phrases()).clipped > 0.01


@pytest.mark.parametrize(
    "values",
    [
        np.zeros(0),
        np.zeros(100),
        np.zeros(160000),
        0.001 * np.sin(np.arange(48000) / 20),
        0.1 * np.random.default_rng(0).normal(size=80000),
        np.full(32000, 0.3),
        np.eye(1, 32000, 16000)[0] * 0.9,
    ],
    ids=["nothing", "too short", "silence", "below -55 dBFS", "noise", "direct current", "click"],
)
def test_where_nobody_speaks_nothing_is_measured_and_nothing_is_zero(values):
    prosody = measured(values, "您好")
    assert prosody.first_speech is None
    assert prosody.phrases == ()
    assert (prosody.speech, prosody.voiced) == (0, 0)
    summaries = (
        "f0_median",
        "f0_sd",
        "f0_p5",
        "f0_p95",
        "level_mean",
        "level_sd",
        "level_peak",
        "final_slope",
    )
    assert [getattr(prosody, name) for name in summaries] == [None] * 8


def test_a_single_short_word_has_times_but_no_statistics():
    prosody = measured(np.concatenate([silence(0.5), sing([Syllable(0.15)]), silence(0.5)]))
    assert prosody.first_speech == pytest.approx(0.5, abs=0.03)
    assert prosody.f0_sd is None


def test_half_a_sample_is_refused():
    with pytest.raises(Refusal, match=r"audio\.odd"):
        measure(b"abc", "", "zh")


def test_bytes_and_arrays_are_the_same():
    sound = recording(two_phrases())
    assert measure(sound, "", "zh") == measure(sound.tobytes(), "", "zh")


def test_it_travels_as_json_and_back():
    prosody = measured(two_phrases())
    assert msgspec.json.decode(msgspec.json.encode(prosody), type=Prosody) == prosody


@pytest.mark.parametrize(
    ("language", "text", "syllables"),
    [
        ("zh", "您好，我是客户经理小李。这款产品每年只要三千六百元。", 24),
        ("en", "Good morning, I am calling about the licence renewal.", 15),
    ],
)
def test_the_syllables_that_espeak_says_are_heard(espeak, language, text, syllables):
    prosody = measure(read_wav(say(text, Style(language), espeak)), "", language)
    assert sum(one.syllables for one in prosody.phrases) == pytest.approx(syllables, abs=2)


def test_a_long_recording_is_measured_whole():
    prosody = measured(np.tile(two_phrases(), 15))
    assert len(prosody.phrases) == 30
    assert prosody.phrases[-1].end == pytest.approx(15 * 5.4 - 0.2, abs=0.03)
