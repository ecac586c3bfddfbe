"""A recorded talk from disk: a JSON file, or a folder with conversation.json and the WAV files that its turns name."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import msgspec

from alula.coach.conversation import Conversation, Prosody, Turn
from alula.engines.speech.audio import Samples, read_wav
from alula.kernel.errors import Refusal, register
from alula.kernel.shapes import shape_words
from alula.kernel.texts import LANGUAGES, Texts

NAME = "conversation.json"
LARGEST = 8 * 1024 * 1024
LARGEST_WAV = 64 * 1024 * 1024
Measure = Callable[[Samples, str, Literal["zh", "en"]], Prosody]

register(
    "conversation",
    {
        "missing": {"zh": "没有 {path} 这个文件。", "en": "There is no file {path}."},
        "too_big": {
            "zh": "{path} 过大，最多 {limit} 字节。",
            "en": "{path} is too large; it may have at most {limit} bytes.",
        },
        "not_json": {
            "zh": "{path} 第 {line} 行不是有效的 JSON。",
            "en": "{path} is not valid JSON, line {line}: {why}.",
        },
        "shape": {"zh": "{path} 的内容不合格式：{why}。", "en": "{path} does not fit the format: {why}."},
        "outside": {
            "zh": "第 {turn} 句的音频 {audio} 不在对话所在的文件夹内。",
            "en": "The audio of turn {turn} is outside the talk's folder: {audio}.",
        },
        "audio": {
            "zh": "第 {turn} 句的音频 {audio} 无法读取。{why}",
            "en": "The audio of turn {turn} cannot be read: {audio}. {why}",
        },
        "other_language": {
            "zh": "对话语言是 {said}，场景语言是 {wanted}。",
            "en": "The talk is in {said}, the scenario in {wanted}.",
        },
        "times": {"zh": "第 {turn} 句的结束早于开始。", "en": "Turn {turn} ends before it starts."},
    },
)


def load_conversation(path: Path, language: Literal["zh", "en"], measure: Measure) -> Conversation:
    """The talk in `path`, with the prosody of every trainee turn that has audio and none yet.

    Args:
        path: the JSON file, or the folder that holds `conversation.json`.
        language: of the scenario; a talk that names another is refused.
        measure: makes the prosody of a turn's samples (16 kHz) and words.

    Raises:
        Refusal: conversation.* with what is wrong and where.
    """
    file = path / NAME if path.is_dir() else path
    talk = _decode(file, _read(file, LARGEST))
    if talk.language not in (None, language):
        raise Refusal("conversation.other_language", field="language", said=talk.language, wanted=language)
    turns = tuple(
        _heard(turn, index, file.parent, language, measure) for index, turn in enumerate(talk.turns)
    )
    return msgspec.structs.replace(talk, turns=turns)


def _read(file: Path, limit: int) -> bytes:
    if not file.is_file():
        raise Refusal("conversation.missing", status=404, path=str(file))
    if file.stat().st_size > limit:
        raise Refusal("conversation.too_big", status=413, path=str(file), limit=limit)
    return file.read_bytes()


def _decode(file: Path, raw: bytes) -> Conversation:
    try:
        return msgspec.json.decode(raw, type=Conversation)
    except msgspec.ValidationError as error:
        said, _, there = str(error).partition(" - at `$")
        where = there.strip(".`")
        raise Refusal(
            "conversation.shape", field=where or None, path=str(file), why=_shape(said, where)
        ) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Refusal(
            "conversation.not_json", path=str(file), line=_line(raw, str(error)), why=str(error)
        ) from error


def _shape(said: str, where: str) -> Texts:
    """What a decoder says about the shape, in both languages, with the place."""
    words = shape_words(said)
    return {"zh": f"{where} 处{words['zh']}", "en": f"at {where}, {words['en']}"} if where else words


def _line(raw: bytes, why: str) -> int:
    """The line that a decoder's message points at ("... (byte 23)"), counted from 1."""
    at = re.search(r"\(byte (\d+)\)|position (\d+)", why)
    end = int(at.group(1) or at.group(2)) if at else len(raw)
    return raw[:end].count(b"\n") + 1


def _heard(turn: Turn, index: int, folder: Path, language: Literal["zh", "en"], measure: Measure) -> Turn:
    if turn.start is not None and turn.end is not None and turn.end < turn.start:
        raise Refusal("conversation.times", field=f"turns[{index}].end", turn=index + 1)
    if turn.speaker != "trainee" or turn.audio is None or turn.prosody is not None:
        return turn
    wav = (folder / turn.audio).resolve()
    where = f"turns[{index}].audio"
    if not wav.is_relative_to(folder.resolve()):
        raise Refusal("conversation.outside", field=where, turn=index + 1, audio=turn.audio)
    try:
        samples = read_wav(_read(wav, LARGEST_WAV))
    except Refusal as refusal:
        why = {language: refusal.sentence(language) for language in LANGUAGES}
        raise Refusal(
            "conversation.audio", field=where, turn=index + 1, audio=turn.audio, why=why
        ) from refusal
    return msgspec.structs.replace(turn, prosody=measure(samples, turn.text, language))
