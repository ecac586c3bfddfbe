"""A kept voice plays the same bytes again without speaking, and keeps no more than it may."""

import asyncio

import pytest

from alula.engines.speech.kept import KeptVoice
from alula.engines.speech.synthesis import Style, VoiceUnavailableError


class Counting:
    """Says each character as one piece, and counts how often it was asked to speak."""

    name = "counting"

    def __init__(self):
        self.asked = []

    async def stream(self, text, style):
        self.asked.append((text, style.language))
        for letter in text:
            if letter == "!":
                raise VoiceUnavailableError("lost its breath")
            yield letter.encode() * 100


def spoken(voice, text, style=None, pieces=None):
    async def listen():
        heard, stream = [], voice.stream(text, style or Style())
        async for piece in stream:
            heard.append(piece)
            if len(heard) == pieces:
                await stream.aclose()
        return heard

    return asyncio.run(listen())


def test_the_second_time_nothing_is_spoken_and_all_is_heard():
    voice = KeptVoice(real := Counting())
    assert spoken(voice, "abc") == spoken(voice, "abc") == [b"a" * 100, b"b" * 100, b"c" * 100]
    assert real.asked == [("abc", "zh")]


def test_another_style_is_another_line():
    voice = KeptVoice(real := Counting())
    spoken(voice, "abc")
    spoken(voice, "abc", Style(language="en"))
    assert len(real.asked) == 2


def test_what_was_broken_off_or_failed_is_spoken_again_whole():
    voice = KeptVoice(real := Counting())
    assert len(spoken(voice, "abc", pieces=1)) == 1
    assert len(spoken(voice, "abc")) == 3
    for _ in range(2):
        with pytest.raises(VoiceUnavailableError):
            spoken(voice, "a!")
    assert [text for text, _ in real.asked] == ["abc", "abc", "a!", "a!"]


def test_the_line_used_longest_ago_is_forgotten_first():
    voice = KeptVoice(real := Counting(), kept_bytes=400)
    for text in ("ab", "cd", "ab", "ef", "ab", "cd"):
        spoken(voice, text)
    assert [text for text, _ in real.asked] == ["ab", "cd", "ef", "cd"]
