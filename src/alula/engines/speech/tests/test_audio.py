"""WAV files are read strictly, rates change without aliasing, levels are what they say."""

import io
import math
import re
import struct
import wave
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alula.engines.speech import audio
from alula.kernel.errors import Refusal


def sine(frequency, seconds=1.0, rate=audio.RATE, amplitude=0.5):
    return amplitude * np.sin(2 * np.pi * frequency * np.arange(int(seconds * rate)) / rate)


def wav(values, rate, channels=1, width=2):
    held = io.BytesIO()
    with wave.open(held, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(width)
        file.setframerate(rate)
        file.writeframes(values)
    return held.getvalue()


def test_what_was_written_is_read_again_sample_by_sample():
    samples = np.array([0, 1, -1, 32767, -32768, 12345], "<i2")
    assert np.array_equal(audio.read_wav(audio.write_wav(samples)), samples)
    with wave.open(io.BytesIO(audio.write_wav(samples))) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth(), file.getnframes()) == (
            16000,
            1,
            2,
            6,
        )


@pytest.mark.parametrize("rate", [8000, 11025, 22050, 24000, 32000, 44100, 48000])
def test_another_rate_is_heard_at_16_khz_with_the_same_pitch_and_length(rate):
    read = audio.read_wav(wav(audio.from_floats(sine(440, rate=rate)).tobytes(), rate))
    assert len(read) == audio.RATE
    error = audio.to_floats(read) - sine(440)
    assert np.abs(error[500:-500]).max() < 2e-4


def test_what_16_khz_cannot_hold_does_not_come_back_as_another_tone():
    high = audio.resample(sine(9500, rate=48000), 48000)
    assert audio.level_db(high[500:-500]) < -80


def test_stereo_is_mixed():
    left, right = audio.from_floats(sine(300)), audio.from_floats(sine(300, amplitude=0.1))
    both = np.column_stack([left, right]).tobytes()
    assert (
        np.abs(audio.to_floats(audio.read_wav(wav(both, 16000, channels=2))) - sine(300, amplitude=0.3)).max()
        < 1e-4
    )


def test_a_streamed_file_of_unknown_length_is_read_to_its_end():
    whole = bytearray(audio.write_wav(np.arange(100, dtype=np.int16)))
    struct.pack_into("<I", whole, 40, 0x7FFFF000)  # as espeak-ng --stdout writes it
    assert len(audio.read_wav(bytes(whole))) == 100


def test_chunks_that_are_not_sound_are_skipped():
    plain = audio.write_wav(np.arange(10, dtype=np.int16))
    noted = plain[:36] + b"LIST" + struct.pack("<I", 3) + b"abc\0" + plain[36:]
    assert np.array_equal(audio.read_wav(noted), np.arange(10))


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "audio.not_wav"),
        (b"ID3\x03" + bytes(100), "audio.not_wav"),
        (b"RIFF\0\0\0\0WAVE", "audio.broken"),
        (audio.write_wav(np.zeros(1000, np.int16))[:500], "audio.broken"),
        (wav(bytes(300), 16000, width=1), "audio.width"),
        (wav(bytes(300), 16000, width=3), "audio.width"),
        (wav(bytes(300), 7999), "audio.rate"),
        (wav(bytes(300), 96000), "audio.rate"),
        (wav(bytes(300), 16000, channels=3), "audio.channels"),
        (wav(bytes(16000 * 2 * 11), 16000), "audio.too_long"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_reason(data, code):
    with pytest.raises(Refusal) as refused:
        audio.read_wav(data, longest=10.0)
    assert (refused.value.code, refused.value.status) == (code, 422)
    assert "{" not in refused.value.sentence("zh") + refused.value.sentence("en")
    assert not re.search("[\u4e00-\u9fff]", refused.value.sentence("en"))
    assert set(re.findall("[A-Za-z]{2,}", refused.value.sentence("zh"))) <= {"WAV", "PCM", "fmt", "data"}


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200), st.integers(0, 60), st.binary(max_size=8))
def test_no_bytes_make_it_fail_otherwise(noise, at, change):
    sound = audio.write_wav(np.frombuffer(noise[: len(noise) // 2 * 2], "<i2"))
    for data in (
        noise,
        sound[:at] + change + sound[at + len(change) :],
        b"RIFF" + noise[:4] + b"WAVE" + noise,
    ):
        with suppress(Refusal):
            assert audio.read_wav(data).dtype == np.int16


@settings(max_examples=30, deadline=None)
@given(
    st.sampled_from([8000, 22050, 44100, 48000]),
    st.lists(st.integers(0, 700), max_size=12),
    st.integers(0, 2**31),
)
def test_a_stream_resampled_in_pieces_is_the_whole_resampled(rate, cuts, seed):
    values = np.random.default_rng(seed).normal(size=sum(cuts)) * 0.1
    machine, at, made = audio.Resampler(rate), 0, []
    for cut in cuts:
        made.append(machine.feed(values[at : at + cut]))
        at += cut
    made.append(machine.finish())
    whole = audio.resample(values, rate)
    assert np.array_equal(np.concatenate(made), whole)
    assert len(whole) == math.ceil(len(values) * audio.RATE / rate)


def test_levels():
    assert audio.level_db(sine(100, amplitude=1.0)) == pytest.approx(-3.01, abs=0.01)
    assert audio.level_db(np.zeros(100)) is None
    assert audio.level_db(np.zeros(0)) is None
    assert audio.from_floats(np.array([2.0, -2.0])).tolist() == [32767, -32768]


def test_half_a_sample_is_refused():
    with pytest.raises(Refusal, match=r"audio\.odd"):
        audio.samples_of(b"abc")
