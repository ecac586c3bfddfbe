"""Every recogniser keeps the port's promises; the hosted one against a server of its own, over the real protocol."""

import asyncio

import numpy as np
import pytest

from alula.engines.speech import chosen, sherpa
from alula.engines.speech.audio import from_floats, read_wav, to_floats, write_wav
from alula.engines.speech.chosen import chosen_recogniser, say
from alula.engines.speech.hosted import HostedRecogniser
from alula.engines.speech.recognition import Deaf, RecognitionUnavailableError
from alula.engines.speech.sherpa import SherpaRecogniser
from alula.engines.speech.synthesis import Style

TEXTS = (
    "您好，我是客户经理小李，很高兴为您服务。",
    "这款产品每年只要三千六百元。",
    "等待期是九十天，确诊就赔。",
)


def heard(recogniser, pcm, language="zh"):
    return asyncio.run(recogniser.transcribe(pcm, language))


@pytest.fixture(scope="module")
def recordings(espeak):
    return {say(text, Style("zh"), espeak): text for text in TEXTS}


@pytest.fixture(params=["openai", "none"])
def recogniser(request, transcription, recordings, monkeypatch):
    """Each adapter that can work here; sherpa needs a model of the operator's."""
    if request.param == "openai":
        monkeypatch.setenv("ALULA_RECOGNITION_URL", transcription(recordings))
    return chosen.RECOGNISERS[request.param]()


class TestEveryRecogniser:
    def test_writes_down_what_was_said_or_nothing(self, recogniser, recordings):
        for wav, text in recordings.items():
            found = heard(recogniser, read_wav(wav))
            assert found.text == (text if recogniser.recognises else "")
            assert found.confidence is None or 0 <= found.confidence <= 1
            assert found.engine

    @pytest.mark.parametrize("pcm", [b"", np.zeros(16000, np.int16)])
    def test_finds_no_words_in_silence(self, recogniser, pcm):
        assert heard(recogniser, pcm).text == ""

    def test_hears_many_turns_at_once(self, recogniser, recordings):
        async def together():
            return await asyncio.gather(*(recogniser.transcribe(read_wav(wav), "zh") for wav in recordings))

        found = [one.text for one in asyncio.run(together())]
        assert found == (list(recordings.values()) if recogniser.recognises else [""] * 3)

    def test_says_how_it_is(self, recogniser):
        assert recogniser.health().ok
        assert recogniser.leaves_machine is False


def test_the_setting_chooses(monkeypatch):
    for name, kind in (("none", Deaf), ("openai", HostedRecogniser), ("sherpa", SherpaRecogniser)):
        monkeypatch.setenv("ALULA_RECOGNITION", name)
        assert isinstance(chosen_recogniser(), kind)
    monkeypatch.setenv("ALULA_RECOGNITION", "ears")
    with pytest.raises(RecognitionUnavailableError, match="ears"):
        chosen_recogniser()


def test_the_server_knows_a_recording_in_any_order_with_silence_and_noise_around_it(
    transcription, recordings, monkeypatch
):
    monkeypatch.setenv("ALULA_RECOGNITION_URL", transcription(recordings))
    rng = np.random.default_rng(2)
    for wav, text in reversed(list(recordings.items())):
        quieter = 0.5 * to_floats(read_wav(wav))
        padded = np.concatenate([np.zeros(4800), quieter, np.zeros(11200)])
        noisy = from_floats(padded + 0.0005 * rng.normal(size=len(padded)))
        assert heard(HostedRecogniser(), noisy).text == text
    assert heard(HostedRecogniser(), from_floats(0.05 * rng.normal(size=48000))).text == ""


def test_the_server_can_answer_in_order(transcription, monkeypatch):
    monkeypatch.setenv("ALULA_RECOGNITION_URL", transcription(["第一句", "第二句"]))
    tone = from_floats(0.1 * np.sin(np.arange(16000) / 10))
    assert [heard(HostedRecogniser(), tone).text for _ in range(3)] == ["第一句", "第二句", ""]


def test_a_key_is_sent_and_a_wrong_one_is_said(transcription, recordings, monkeypatch):
    monkeypatch.setenv("ALULA_RECOGNITION_URL", transcription(recordings, "--key", "sk-right"))
    monkeypatch.setenv("ALULA_RECOGNITION_KEY", "sk-right")
    wav = next(iter(recordings))
    assert heard(HostedRecogniser(), read_wav(wav)).text
    assert HostedRecogniser().health().ok
    monkeypatch.setenv("ALULA_RECOGNITION_KEY", "sk-wrong")
    with pytest.raises(RecognitionUnavailableError, match="401") as failed:
        heard(HostedRecogniser(), read_wav(wav))
    assert "sk-wrong" not in str(failed.value)
    assert "refuses the key" in HostedRecogniser().health().detail["en"]


def test_a_slow_server_is_not_waited_for(transcription, recordings, monkeypatch):
    monkeypatch.setenv("ALULA_RECOGNITION_URL", transcription(recordings, "--delay", "3"))
    monkeypatch.setenv("ALULA_RECOGNITION_TIMEOUT", "0.3")
    with pytest.raises(RecognitionUnavailableError, match="Timeout"):
        heard(HostedRecogniser(), np.zeros(1600, np.int16))


def test_nobody_there(monkeypatch):
    monkeypatch.setenv("ALULA_RECOGNITION_URL", "http://127.0.0.1:9/v1")
    with pytest.raises(RecognitionUnavailableError, match=r"127\.0\.0\.1:9"):
        heard(HostedRecogniser(), np.zeros(1600, np.int16))
    assert not HostedRecogniser().health().ok


@pytest.mark.parametrize("body", [b"<html>", b"{}", b'{"text": 5}', b"[]"])
def test_an_answer_that_is_no_transcription_is_said(speech_api, monkeypatch, body):
    with speech_api((200, body)) as server:
        monkeypatch.setenv("ALULA_RECOGNITION_URL", server.url)
        with pytest.raises(RecognitionUnavailableError, match="not a transcription"):
            heard(HostedRecogniser(), np.zeros(1600, np.int16))


def test_what_is_sent(speech_api, monkeypatch):
    monkeypatch.setenv("ALULA_RECOGNITION_MODEL", "ears-2")
    answer = b'{"text": " yes ", "segments": [{"avg_logprob": -0.1}, {"avg_logprob": -0.3}]}'
    with speech_api((200, answer)) as server:
        monkeypatch.setenv("ALULA_RECOGNITION_URL", server.url + "/")
        samples = np.arange(1600, dtype=np.int16)
        found = heard(HostedRecogniser(), samples, "en")
        assert (found.text, found.confidence) == ("yes", pytest.approx(0.8187, abs=1e-4))
        (body,) = server.bodies
        assert b'name="language"\r\n\r\nen\r\n' in body
        assert b'name="model"\r\n\r\nears-2\r\n' in body
        assert write_wav(samples) in body


def test_the_voice_leaves_the_machine_only_for_another_one(monkeypatch):
    monkeypatch.setenv("ALULA_RECOGNITION_URL", "https://api.example.com/v1")
    assert HostedRecogniser().leaves_machine
    assert not SherpaRecogniser.leaves_machine


class TestSherpa:
    """What can be shown without a model: every step that is missing is named."""

    def test_without_the_package(self, monkeypatch):
        monkeypatch.setattr(sherpa, "sherpa_onnx", None)
        with pytest.raises(RecognitionUnavailableError, match=r"alula\[sherpa\]"):
            heard(SherpaRecogniser(), b"")
        assert "alula[sherpa]" in SherpaRecogniser().health().detail["zh"]

    @pytest.mark.parametrize(
        ("files", "kind", "words"),
        [
            ((), "sense_voice", "tokens.txt"),
            (("tokens.txt",), "sense_voice", "model"),
            (("tokens.txt", "encoder.onnx", "decoder.onnx"), "transducer", "joiner"),
            (("tokens.txt", "model.onnx"), "magic", "ALULA_SHERPA_KIND"),
        ],
    )
    def test_an_incomplete_folder(self, monkeypatch, tmp_path, files, kind, words):
        for name in files:
            (tmp_path / name).touch()
        monkeypatch.setattr(sherpa, "sherpa_onnx", object())
        monkeypatch.setenv("ALULA_SHERPA_FOLDER", str(tmp_path))
        monkeypatch.setenv("ALULA_SHERPA_KIND", kind)
        health = SherpaRecogniser().health()
        assert not health.ok
        assert words in health.detail["en"]

    def test_no_folder(self, monkeypatch):
        monkeypatch.setattr(sherpa, "sherpa_onnx", object())
        assert "ALULA_SHERPA_FOLDER" in SherpaRecogniser().health().detail["en"]

    def test_a_broken_model(self, monkeypatch, tmp_path):
        package = pytest.importorskip("sherpa_onnx", reason="the extra alula[sherpa] is not installed")
        (tmp_path / "tokens.txt").write_text("a 0\n")
        (tmp_path / "model.onnx").write_bytes(b"no model")
        monkeypatch.setattr(sherpa, "sherpa_onnx", package)
        monkeypatch.setenv("ALULA_SHERPA_FOLDER", str(tmp_path))
        health = SherpaRecogniser().health()
        assert not health.ok
        assert "cannot be loaded" in health.detail["en"]
