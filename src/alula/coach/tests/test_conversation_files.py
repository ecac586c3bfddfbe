"""Recorded talks from disk: read whole, or refused with the place that is wrong."""

import json
import re

import numpy as np
import pytest

from alula.coach.conversation_files import load_conversation
from alula.coach.delivery.prosody import measure
from alula.engines.speech.audio import write_wav
from alula.kernel.errors import Refusal

TURNS = [
    {"speaker": "customer", "text": "等待期多久？", "start": 0.0, "end": 1.2},
    {"speaker": "trainee", "text": "九十天。", "start": 2.0, "end": 3.0, "audio": "1.wav"},
]


def write(folder, *, turns=TURNS, **more):
    tone = (np.sin(np.arange(16000) * 2 * np.pi * 180 / 16000) * 8000).astype(np.int16)
    (folder / "1.wav").write_bytes(write_wav(tone))
    (folder / "conversation.json").write_text(json.dumps({"turns": turns, **more}, ensure_ascii=False))
    return folder


def refusal(path, language="zh"):
    with pytest.raises(Refusal) as caught:
        load_conversation(path, language, measure)
    return caught.value


def test_a_folder_and_its_file_are_the_same_talk(tmp_path):
    folder = write(tmp_path)
    talk = load_conversation(folder, "zh", measure)
    assert talk == load_conversation(folder / "conversation.json", "zh", measure)
    assert talk.turns[0].prosody is None
    assert talk.turns[1].prosody.duration == pytest.approx(1.0, abs=0.01)


@pytest.mark.parametrize(
    ("turns", "code", "field"),
    [
        ([{**TURNS[1], "audio": "../secret.wav"}], "conversation.outside", "turns[0].audio"),
        ([{**TURNS[1], "audio": "/etc/passwd"}], "conversation.outside", "turns[0].audio"),
        ([TURNS[0], {**TURNS[1], "audio": "2.wav"}], "conversation.audio", "turns[1].audio"),
        ([{**TURNS[1], "end": 1.0}], "conversation.times", "turns[0].end"),
        ([{"speaker": "robot", "text": "x"}], "conversation.shape", "turns[0].speaker"),
        ([{"speaker": "trainee", "text": "x", "mood": 1}], "conversation.shape", "turns[0]"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(tmp_path, turns, code, field):
    found = refusal(write(tmp_path, turns=turns))
    assert found.code == code
    assert field in (found.field or "")
    zh, en = found.sentence("zh"), found.sentence("en")
    assert zh.endswith("。")
    assert not re.search("[a-z]{2,} [a-z]{2,}", zh), "no words of a library"
    assert not re.search("[\u4e00-\u9fff]", en)


def test_files_that_are_no_talk(tmp_path):
    assert refusal(tmp_path / "nothing.json").code == "conversation.missing"
    (tmp_path / "conversation.json").write_text('{"turns": [\n  {"speaker": "trainee" "text": "x"}\n]}')
    broken = refusal(tmp_path)
    assert (broken.code, broken.values["line"]) == ("conversation.not_json", 2)
    assert "line 2" in broken.sentence("en")
    (tmp_path / "conversation.json").write_bytes(b'{"turns": [{"speaker": "trainee", "text": "\xff"}]}')
    assert refusal(tmp_path).code in ("conversation.not_json", "conversation.shape")


def test_a_talk_in_another_language_is_refused(tmp_path):
    assert refusal(write(tmp_path, language="en")).code == "conversation.other_language"


def test_audio_that_is_no_wav_is_refused_and_named(tmp_path):
    write(tmp_path)
    (tmp_path / "1.wav").write_bytes(b"ID3 this is an mp3")
    found = refusal(tmp_path)
    assert found.code == "conversation.audio"
    assert found.sentence("zh") == "第 2 句的音频 1.wav 无法读取。这不是 WAV 文件。"
    assert found.sentence("en") == "The audio of turn 2 cannot be read: 1.wav. This is not a WAV file."
