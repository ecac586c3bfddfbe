"""Every voice keeps the port's promises; then what is particular to each."""

import asyncio
import os
import time

import numpy as np
import pytest

from alula.engines.speech import chosen
from alula.engines.speech import espeak as espeak_module
from alula.engines.speech.audio import read_wav, to_floats
from alula.engines.speech.chosen import chosen_voice, say
from alula.engines.speech.espeak import EspeakVoice, parts
from alula.engines.speech.hosted import HostedVoice
from alula.engines.speech.synthesis import Silent, Style, VoiceUnavailableError, clauses

ZH = Style("zh")
TEXT = "您好，我是李女士。请问保费是多少？"


async def pieces(voice, text, style=ZH):
    return [piece async for piece in voice.stream(text, style)]


def spoken(voice, text, style=ZH):
    return b"".join(asyncio.run(pieces(voice, text, style)))


@pytest.fixture(params=["espeak", "openai", "none"])
def voice(request, espeak, speech_api, monkeypatch):
    """Each adapter, working."""
    if request.param != "openai":
        yield chosen.VOICES[request.param]()
        return
    with speech_api() as server:
        monkeypatch.setenv("ALULA_VOICE_URL", server.url)
        yield HostedVoice()


class TestEveryVoice:
    def test_speaks_16_khz_pcm_from_the_first_sound_to_the_last(self, voice):
        made = asyncio.run(pieces(voice, TEXT))
        if voice.name == "none":
            assert made == []
            return
        assert all(len(piece) and len(piece) % 2 == 0 for piece in made)
        samples = np.frombuffer(b"".join(made), "<i2")
        assert 2.0 < len(samples) / 16000 < 12.0
        assert np.abs(samples).max() > 3000
        assert np.abs(samples[:160]).max() > 32
        assert np.abs(samples[-160:]).max() > 32

    @pytest.mark.parametrize("text", ["", "   ", "……", "\n\x00"])
    def test_has_nothing_to_say_for_an_empty_text(self, voice, text):
        assert asyncio.run(pieces(voice, text)) == []

    def test_refuses_a_book(self, voice):
        with pytest.raises(ValueError, match="2001"):
            spoken(voice, "好" * 2001)

    def test_gives_the_same_voice_for_the_same_text(self, voice):
        assert spoken(voice, TEXT) == spoken(voice, TEXT)

    def test_speaks_many_texts_at_once(self, voice):
        texts = [f"第{number}个客户，您好。" for number in range(1, 7)]

        async def together():
            return await asyncio.gather(*(pieces(voice, text) for text in texts))

        assert [b"".join(one) for one in asyncio.run(together())] == [spoken(voice, text) for text in texts]

    def test_can_be_interrupted_and_leaves_nothing_running(self, voice):
        async def interrupt():
            before = len(asyncio.all_tasks())
            stream = voice.stream(TEXT * 20, ZH)
            async for _ in stream:
                break
            await stream.aclose()
            return len(asyncio.all_tasks()) - before

        assert asyncio.run(asyncio.wait_for(interrupt(), 10)) == 0

    def test_waits_for_a_listener_that_takes_its_time(self, voice, monkeypatch):
        monkeypatch.setattr(espeak_module, "_PATIENCE", 0.5)
        monkeypatch.setenv("ALULA_VOICE_TIMEOUT", "1")

        async def listen():
            heard = b""
            async for piece in voice.stream(TEXT, ZH):
                if not heard:
                    await asyncio.sleep(1.2)
                heard += piece
            return heard

        assert asyncio.run(listen()) == spoken(voice, TEXT)

    def test_is_well(self, voice):
        health = voice.health()
        assert health.ok
        assert health.detail["zh"]
        assert health.detail["en"]


def test_the_whole_is_a_wav_file(espeak):
    samples = read_wav(say(TEXT, ZH, espeak))
    assert samples.tobytes() == spoken(espeak, TEXT)


def test_the_setting_chooses(monkeypatch):
    for name, kind in (("espeak", EspeakVoice), ("openai", HostedVoice), ("none", Silent)):
        monkeypatch.setenv("ALULA_VOICE", name)
        assert chosen_voice().name == kind.name
    monkeypatch.setenv("ALULA_VOICE", "parrot")
    with pytest.raises(VoiceUnavailableError, match="parrot"):
        chosen_voice()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (TEXT, ("您好，我是李女士。", "请问保费是多少？")),
        ("好！！！真的？”他说", ("好！！！", "真的？”", "他说")),
        ("Really? Yes; of course", ("Really?", "Yes;", "of course")),
        ("一行\n二行", ("一行", "二行")),
        ("没有标点", ("没有标点",)),
        ("。。。", ()),
        ("", ()),
    ],
)
def test_clauses(text, expected):
    assert clauses(text) == expected


class TestEspeak:
    def test_the_first_sound_comes_early(self, espeak):
        async def first():
            begun = time.perf_counter()
            await anext(espeak.stream(TEXT * 10, ZH))
            return time.perf_counter() - begun

        assert min(asyncio.run(first()) for _ in range(5)) < 0.15

    def test_personas_differ(self, espeak):
        def pitch(style):
            spectrum = np.abs(np.fft.rfft(to_floats(spoken(espeak, "啊", style)), 32000))
            return int(np.argmax(spectrum[120:900]) + 120) / 2

        low, high = pitch(Style("zh", "male", pitch=20)), pitch(Style("zh", "female", pitch=80))
        assert high > 1.3 * low
        slow, fast = (len(spoken(espeak, TEXT, Style("zh", rate=rate))) for rate in (100, 260))
        assert slow > 1.5 * fast

    def test_mandarin_is_spoken_as_mandarin(self, espeak):
        # The voice "cmn" of espeak-ng 1.51 reads 您好 as "neen-two how-three": four syllables, half as long again.
        ten_characters = len(spoken(espeak, "我想了解一下这款产品", ZH)) / 32000
        assert 1.8 < ten_characters < 3.2

    def test_each_script_has_its_voice_and_numbers_are_read_as_people_do(self):
        assert parts("用 CRM 系统和 price list，涨 3.5%。", "zh") == [
            ("zh", "用 "),
            ("en", "CRM"),
            ("zh", " 系统和 "),
            ("en", "price list"),
            ("zh", "，涨 百分之3.5。"),
        ]
        assert parts("电话13800138000", "zh") == [("zh", "电话1 3 8 0 0 1 3 8 0 0 0")]
        assert parts("Say 您好 now.", "en") == [("en", "Say "), ("zh", "您好"), ("en", " now.")]
        assert parts("……", "zh") == []

    def test_a_text_is_never_an_option_nor_phonemes(self, espeak, tmp_path):
        target = tmp_path / "stolen.wav"
        assert spoken(espeak, f"-w {target} --version", Style("en"))
        assert not target.exists()
        plain, marked = spoken(espeak, "h@loU", Style("en")), spoken(espeak, "[[h@'loU]]", Style("en"))
        assert marked != b""
        assert abs(len(marked) - len(plain)) < len(plain)

    @pytest.mark.parametrize("variant", ["f3; rm -rf /", "../../etc/passwd", "f3 -w x"])
    def test_a_variant_is_a_plain_name(self, espeak, variant):
        with pytest.raises(ValueError, match="plain name"):
            spoken(espeak, "好", Style("zh", variant=variant))

    def test_an_unknown_variant_still_speaks(self, espeak):
        assert spoken(espeak, "好", Style("zh", variant="nosuch"))

    def test_a_missing_program_is_said(self, monkeypatch):
        monkeypatch.setenv("ALULA_ESPEAK", "/nowhere/espeak-ng")
        with pytest.raises(VoiceUnavailableError, match="/nowhere/espeak-ng"):
            spoken(EspeakVoice(), "好")
        health = EspeakVoice().health()
        assert not health.ok
        assert "apt install espeak-ng" in health.detail["en"]

    def test_a_program_that_fails_is_said(self, monkeypatch, tmp_path):
        broken = tmp_path / "espeak-ng"
        broken.write_text("#!/bin/sh\ncat > /dev/null\nexit 3\n")
        broken.chmod(0o755)
        monkeypatch.setenv("ALULA_ESPEAK", str(broken))
        with pytest.raises(VoiceUnavailableError, match="status 3"):
            spoken(EspeakVoice(), "好")

    def test_a_program_that_says_nothing_is_not_waited_for(self, monkeypatch, tmp_path):
        monkeypatch.setattr(espeak_module, "_PATIENCE", 0.3)
        mute = tmp_path / "espeak-ng"
        mute.write_text("#!/bin/sh\nexec sleep 30\n")
        mute.chmod(0o755)
        monkeypatch.setenv("ALULA_ESPEAK", str(mute))
        with pytest.raises(VoiceUnavailableError, match="said nothing"):
            spoken(EspeakVoice(), "好")

    def test_no_process_stays_behind_an_interruption(self, espeak, monkeypatch, tmp_path):
        pid = tmp_path / "pid"
        slow = tmp_path / "espeak-ng"
        slow.write_text(
            f"#!/bin/sh\necho $$ > {pid}\ncat > /dev/null\nhead -c 200000 /dev/urandom\nexec sleep 60\n"
        )
        slow.chmod(0o755)
        monkeypatch.setenv("ALULA_ESPEAK", str(slow))

        async def interrupt():
            stream = EspeakVoice().stream("好", ZH)
            async for _ in stream:
                break
            await stream.aclose()

        asyncio.run(asyncio.wait_for(interrupt(), 10))
        with pytest.raises(ProcessLookupError):
            os.kill(int(pid.read_text()), 0)


class TestHosted:
    def test_a_request_per_clause_with_the_personas_voice(self, speech_api, espeak, monkeypatch):
        with speech_api() as server:
            monkeypatch.setenv("ALULA_VOICE_URL", server.url)
            monkeypatch.setenv("ALULA_VOICE_MALE", "dage")
            spoken(HostedVoice(), TEXT, Style("zh", "male", rate=340))
            assert [one["input"] for one in server.asked] == list(clauses(TEXT))
            assert {(one["voice"], one["speed"], one["response_format"]) for one in server.asked} == {
                ("dage", 2.0, "wav")
            }

    @pytest.mark.parametrize(
        ("broken", "words"),
        [((503, b"try later"), "503"), ((200, b"<html>"), "audio.not_wav"), ((401, b"{}"), "401")],
    )
    def test_an_api_that_fails_is_said_in_one_way(self, speech_api, monkeypatch, broken, words):
        with speech_api(broken) as server:
            monkeypatch.setenv("ALULA_VOICE_URL", server.url)
            monkeypatch.setenv("ALULA_VOICE_KEY", "sk-hidden")
            with pytest.raises(VoiceUnavailableError, match=words) as failed:
                spoken(HostedVoice(), TEXT)
            assert "sk-hidden" not in str(failed.value)

    def test_nobody_there(self, monkeypatch):
        monkeypatch.setenv("ALULA_VOICE_URL", "http://127.0.0.1:9/v1")
        with pytest.raises(VoiceUnavailableError, match=r"127\.0\.0\.1:9"):
            spoken(HostedVoice(), TEXT)
        assert not HostedVoice().health().ok
        monkeypatch.setenv("ALULA_VOICE_URL", "")
        with pytest.raises(VoiceUnavailableError, match="ALULA_VOICE_URL"):
            spoken(HostedVoice(), TEXT)
        assert not HostedVoice().health().ok
