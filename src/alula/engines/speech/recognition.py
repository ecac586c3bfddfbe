"""Speech to text: the port `Recogniser`, and its adapter that recognises nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from alula.engines.health import Health
from alula.engines.speech.audio import Samples

Language = Literal["zh", "en"]


class RecognitionUnavailableError(RuntimeError):
    """Nothing could be recognised now for a technical reason: the trainee types the words, and is told so."""


@dataclass(frozen=True)
class Transcript:
    """What was said in one turn.

    Attributes:
        text: empty when there were no words in the audio, or when the adapter does not recognise.
        confidence: 0-1, where the engine says it; None where it does not. Never invented.
        engine: which adapter and model wrote it, for the report.
    """

    text: str
    confidence: float | None = None
    engine: str = ""


class Recogniser(Protocol):
    """The port. An adapter serves every talk at once.

    Attributes:
        name: the adapter's name in settings.
        recognises: False for the adapter that does nothing: the caller offers typing at once.
    """

    name: str
    recognises: bool

    @property
    def leaves_machine(self) -> bool:
        """Whether the voice is sent to another machine; shown to the trainee before they speak."""
        ...

    async def transcribe(self, pcm: bytes | Samples, language: Language) -> Transcript:
        """The words of one turn (16 kHz mono 16-bit).

        Raises:
            RecognitionUnavailableError: the engine cannot be reached or failed.
        """
        ...

    def health(self) -> Health:
        """Whether it would recognise now."""
        ...


class Deaf:
    """No recognition: the words are typed beside the recorded voice, or come from the browser."""

    name = "none"
    recognises = False
    leaves_machine = False

    async def transcribe(self, pcm: bytes | Samples, language: Language) -> Transcript:  # noqa: ARG002 - the port's signature
        """No words, for any audio."""
        return Transcript("", None, self.name)

    def health(self) -> Health:
        """Always well."""
        detail = {
            "zh": "未启用。学员在录音旁输入文字。",
            "en": "Not used. The trainee types the words beside the recording.",
        }
        return Health("recognition", self.name, ok=True, detail=detail)
