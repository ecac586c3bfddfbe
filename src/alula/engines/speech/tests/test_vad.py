"""Silero hears speech where there is speech, each talk for itself, and never holds a talk up when its file is missing."""

import sys
import threading

import numpy as np
import onnxruntime
import pytest

from alula.engines.speech import vad
from alula.engines.speech.audio import read_wav, to_floats
from alula.engines.speech.chosen import say
from alula.engines.speech.synthesis import Style


@pytest.fixture(scope="module")
def spoken(espeak):
    """One second of quiet, a Mandarin sentence, one second of quiet; and where the sentence lies."""
    voice = read_wav(say("您好，我想了解一下这款产品的价格。", Style("zh"), espeak))
    quiet = (np.random.default_rng(3).normal(size=16000) * 3).astype(np.int16)
    return np.concatenate([quiet, voice, quiet]), 1.0, 1.0 + len(voice) / 16000


def test_speech_is_told_from_quiet(model, spoken):
    pcm, start, end = spoken
    heard = vad.VoiceActivity().feed(pcm)
    assert [second for _, second in heard[:3]] == pytest.approx([0.032, 0.064, 0.096])
    inside = [one for one, second in heard if start + 0.2 < second < end - 0.1]
    before = [one for one, second in heard if second < start - 0.1]
    assert np.mean(np.array(inside) > 0.5) > 0.9
    assert max(before) < 0.35


def test_each_chunk_is_shown_behind_the_end_of_the_one_before(model, spoken):
    """As silero's own wrapper does it, written out once more."""
    run = onnxruntime.InferenceSession(model.read_bytes(), providers=["CPUExecutionProvider"]).run
    values = (spoken[0] / 32768).astype(np.float32)
    state, context, expected = np.zeros((2, 1, 128), np.float32), np.zeros(64, np.float32), []
    for at in range(0, 60 * 512, 512):
        chunk = values[at : at + 512]
        shown = np.concatenate([context, chunk])[None, :]
        found, state = run(None, {"input": shown, "state": state, "sr": np.array(16000, np.int64)})
        context = chunk[-64:]
        expected.append(found[0, 0])
    heard = [one for one, _ in vad.VoiceActivity().feed(spoken[0][: 60 * 512])]
    assert heard == pytest.approx(expected, abs=1e-5)


def test_tones_and_noise_are_no_speech(model):
    rng = np.random.default_rng(1)
    noise = (rng.normal(size=48000) * 800).astype(np.int16)
    hum = (3000 * np.sin(2 * np.pi * 50 * np.arange(48000) / 16000)).astype(np.int16)
    for sound in (noise, hum):
        assert np.mean([one > 0.5 for one, _ in vad.VoiceActivity().feed(sound)]) < 0.1


def test_pieces_of_any_size_are_heard_as_the_whole(model, spoken):
    pcm = spoken[0].tobytes()
    whole = vad.VoiceActivity().feed(pcm)
    stream, heard = vad.VoiceActivity(), []
    rng = np.random.default_rng(5)
    at = 0
    while at < len(pcm):
        size = 2 * int(rng.integers(0, 900))
        heard += stream.feed(pcm[at : at + size])
        at += size
    assert heard == whole


def test_streams_do_not_hear_each_other_and_share_one_session(model, spoken):
    alone = vad.VoiceActivity().feed(spoken[0])
    results = {}

    def listen(number):
        stream = vad.VoiceActivity()
        results[number] = [
            one for at in range(0, len(spoken[0]), 320) for one in stream.feed(spoken[0][at : at + 320])
        ]

    threads = [threading.Thread(target=listen, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(result == alone for result in results.values())
    assert len(results) == 4
    assert len(vad._sessions) == 1


def test_reset_starts_again(model, spoken):
    stream = vad.VoiceActivity()
    first = stream.feed(spoken[0][:30000])
    stream.reset()
    assert stream.feed(spoken[0][:30000]) == first


def test_torch_is_not_needed(model):
    vad.VoiceActivity()
    assert "torch" not in sys.modules


def test_a_missing_file_is_said_and_not_fatal(monkeypatch, tmp_path):
    monkeypatch.setenv("ALULA_VAD_MODEL", str(tmp_path / "nowhere.onnx"))
    with pytest.raises(vad.VadUnavailableError, match=r"nowhere\.onnx"):
        vad.VoiceActivity()
    health = vad.health()
    assert not health.ok
    assert "nowhere.onnx" in health.detail["zh"]
    assert "web app" in health.detail["en"]


def test_a_wrong_file_is_said(monkeypatch, tmp_path):
    (tmp_path / "wrong.onnx").write_bytes(b"not a model")
    monkeypatch.setenv("ALULA_VAD_MODEL", str(tmp_path / "wrong.onnx"))
    assert not vad.health().ok


def test_health_with_the_model(model):
    assert vad.health().ok


def test_one_loudness_is_as_good_as_another(model, spoken):
    quiet = (to_floats(spoken[0]) * 0.2 * 32768).astype(np.int16)
    heard = vad.VoiceActivity().feed(quiet)
    inside = [one for one, second in heard if spoken[1] + 0.2 < second < spoken[2] - 0.1]
    assert np.mean(np.array(inside) > 0.5) > 0.85
