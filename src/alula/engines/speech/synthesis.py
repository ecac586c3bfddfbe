"""Text to voice: the port `Voice`, its adapter that is silent, and what all adapters share."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np

from alula.engines.health import Health
from alula.engines.speech.audio import Samples

Language = Literal["zh", "en"]

LONGEST_TEXT = 2_000


class VoiceUnavailableError(RuntimeError):
    """The voice cannot speak now: the caller shows the text, and says so."""


@dataclass(frozen=True)
class Style:
    """How a persona speaks.

    Attributes:
        language: of the text.
        gender: chooses the voice where the variant does not.
        pitch: 0-99, 50 is the voice's own.
        rate: words a minute for an alphabetic language; 170 is ordinary speech. 80-320.
        variant: an espeak-ng variant such as "f3" or "m2"; other adapters ignore it.
    """

    language: Language = "zh"
    gender: Literal["female", "male"] = "female"
    pitch: int = 50
    rate: int = 170
    variant: str = ""


class Voice(Protocol):
    """The port. An adapter is stateless: one instance serves every talk at once."""

    name: str

    def stream(self, text: str, style: Style) -> AsyncGenerator[bytes, None]:
        """PCM of the text in pieces, in order. No silence before the first sound or after the last.

        An empty text gives no piece. Closing the iterator stops the work behind it at once.

        Raises:
            VoiceUnavailableError: while iterating, when the voice cannot speak.
            ValueError: the text is longer than 2,000 characters.
        """
        ...

    def health(self) -> Health:
        """Whether it would speak now."""
        ...


_CLAUSE = re.compile(r"[^。！？；!?;\n]*[。！？；!?;\n]+[”’」』）)\"']*|[^。！？；!?;\n]+$")
_UNSPOKEN = re.compile(r"[\x00-\x1f\x7f]+")
_SOUND = re.compile(r"\w")


def clauses(text: str) -> tuple[str, ...]:
    """The text cut after 。！？；!?; and line ends: one part can be spoken while the next is prepared.

    Joined, the parts hold all that can be spoken, in order; parts with nothing to say are left out.
    """
    parts = (_UNSPOKEN.sub(" ", part).strip() for part in _CLAUSE.findall(text))
    return tuple(part for part in parts if _SOUND.search(part))


def speakable(text: str) -> str:
    """The text without control characters.

    Raises:
        ValueError: it is longer than 2,000 characters.
    """
    if len(text) > LONGEST_TEXT:
        raise ValueError(f"a text of {len(text)} characters; at most {LONGEST_TEXT} can be spoken at once")
    return _UNSPOKEN.sub(" ", text).strip()


class SilenceTrim:
    """Leaves out the silence before the first and after the last sound of a stream.

    What the listener waits for is the voice, and the end of playback is the moment from which the trainee's
    answer is timed: a synthesiser's own silences would falsify both. Silence is below -60 dB re full scale.
    """

    def __init__(self) -> None:
        self._begun = False
        self._held: list[Samples] = []

    def feed(self, samples: Samples) -> Samples:
        """What is certain to lie between the first and the last sound."""
        loud = np.flatnonzero(np.abs(samples.astype(np.int32)) > 32)
        if not len(loud):
            if self._begun:
                self._held.append(samples)
            return samples[:0]
        first, last = (0 if self._begun else int(loud[0])), int(loud[-1]) + 1
        sounding = np.concatenate([*self._held, samples[first:last]])
        self._begun, self._held = True, [samples[last:]]
        return sounding


class Silent:
    """No voice: the customer's words are shown, not spoken."""

    name = "none"

    async def stream(self, text: str, style: Style) -> AsyncGenerator[bytes, None]:  # noqa: ARG002 - the port's signature
        """Nothing, for any text."""
        speakable(text)
        nothing: tuple[bytes, ...] = ()
        for piece in nothing:
            yield piece

    def health(self) -> Health:
        detail = {
            "zh": "未启用。客户的话只显示文字。",
            "en": "Not used. The customer's words are shown as text.",
        }
        return Health("voice", self.name, ok=True, detail=detail)
