"""Which adapter is in use: named by ALULA_VOICE and ALULA_RECOGNITION.

In an event loop `chosen_voice().stream(text, Style(language="zh"))` gives PCM in pieces, the first one early,
and `await chosen_recogniser().transcribe(pcm, "zh")` the words of a turn. Elsewhere (tests, the command line)
`say` gives the whole as a WAV file.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import cache

from alula.engines.speech.audio import write_wav
from alula.engines.speech.espeak import EspeakVoice
from alula.engines.speech.hosted import HostedRecogniser, HostedVoice
from alula.engines.speech.kept import KeptVoice
from alula.engines.speech.recognition import Deaf, Recogniser, RecognitionUnavailableError
from alula.engines.speech.sherpa import SherpaRecogniser
from alula.engines.speech.synthesis import Silent, Style, Voice, VoiceUnavailableError
from alula.kernel.settings import setting

voice_setting = setting(
    "ALULA_VOICE", "espeak", "The customer's voice: espeak, openai (any OpenAI-compatible audio API) or none."
)
recognition_setting = setting(
    "ALULA_RECOGNITION",
    "none",
    "Who writes down what the trainee says: none (typed, or the browser does it), "
    "openai (any OpenAI-compatible audio API) or sherpa.",
)

VOICES: dict[str, Callable[[], Voice]] = {"espeak": EspeakVoice, "openai": HostedVoice, "none": Silent}
RECOGNISERS: dict[str, Callable[[], Recogniser]] = {
    "none": Deaf,
    "openai": HostedRecogniser,
    "sherpa": SherpaRecogniser,
}


def chosen_voice() -> Voice:
    """The voice that ALULA_VOICE names.

    Raises:
        VoiceUnavailableError: there is none of that name.
    """
    name = voice_setting.value
    if name not in VOICES:
        raise VoiceUnavailableError(f"ALULA_VOICE={name!r}: expected one of {', '.join(VOICES)}")
    return _kept(name)


@cache
def _kept(name: str) -> Voice:
    return KeptVoice(VOICES[name]())


def chosen_recogniser() -> Recogniser:
    """The recogniser that ALULA_RECOGNITION names.

    Raises:
        RecognitionUnavailableError: there is none of that name.
    """
    name = recognition_setting.value
    if name not in RECOGNISERS:
        raise RecognitionUnavailableError(
            f"ALULA_RECOGNITION={name!r}: expected one of {', '.join(RECOGNISERS)}"
        )
    return RECOGNISERS[name]()


def say(text: str, style: Style, voice: Voice | None = None) -> bytes:
    """The whole text as a WAV file. Not inside a running event loop: iterate `Voice.stream` there.

    Raises:
        VoiceUnavailableError: the voice cannot speak.
        ValueError: the text is longer than 2,000 characters.
    """
    one = voice or chosen_voice()

    async def gather() -> bytes:
        return b"".join([piece async for piece in one.stream(text, style)])

    return write_wav(asyncio.run(gather()))
