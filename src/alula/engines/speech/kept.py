"""What a voice has said lately, kept: a customer's lines come back in every talk of a scenario."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import AsyncGenerator
from contextlib import aclosing

from alula.engines.health import Health
from alula.engines.speech.synthesis import Style, Voice

KEPT_BYTES = 64 * 1024 * 1024
"""About half an hour of speech at 16 kHz."""


class KeptVoice:
    """A voice that speaks a line once and then plays it again; the line used longest ago is forgotten first."""

    def __init__(self, voice: Voice, *, kept_bytes: int = KEPT_BYTES) -> None:
        self._voice, self._most = voice, kept_bytes
        self._lines: OrderedDict[tuple[str, Style], tuple[bytes, ...]] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()
        self.name = voice.name

    async def stream(self, text: str, style: Style) -> AsyncGenerator[bytes, None]:
        """See `Voice.stream`. A line whose speaking was broken off is not kept."""
        with self._lock:
            known = self._lines.get((text, style))
            if known is not None:
                self._lines.move_to_end((text, style))
        if known is not None:
            for piece in known:
                yield piece
            return
        pieces = []
        async with aclosing(self._voice.stream(text, style)) as voice:
            async for piece in voice:
                pieces.append(piece)
                yield piece
        self._keep((text, style), tuple(pieces))

    def _keep(self, line: tuple[str, Style], pieces: tuple[bytes, ...]) -> None:
        with self._lock:
            if line in self._lines:
                return
            self._lines[line] = pieces
            self._bytes += sum(map(len, pieces))
            while self._bytes > self._most:
                _, oldest = self._lines.popitem(last=False)
                self._bytes -= sum(map(len, oldest))

    def health(self) -> Health:
        """That of the voice itself."""
        return self._voice.health()
