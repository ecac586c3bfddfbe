"""What the server hears of one talk: frames in order, voice activity, ends of turns, the sound of what was said.

No socket, no database, no clock: it is fed with frames and answers events, so a line that breaks and a test that repeats
a talk are the same to it. Seconds are of the talk clock (frame n is the 20 ms from n * 0.02 s).
"""

from __future__ import annotations

from dataclasses import dataclass

from alula.engines.speech.audio import write_wav
from alula.engines.speech.endpoint import Endpointer, Event, Mode, TurnEnded
from alula.engines.speech.vad import VadUnavailableError, VoiceActivity

FRAME_SECONDS = 0.02
FRAME_BYTES = 640
_SILENCE = bytes(FRAME_BYTES)
# The pre-roll of an utterance that has not begun yet: what is newer than this may still be needed.
_KEEP_FRAMES = 25
# A longer gap is a page that was reloaded; its silence is not worth feeding through the model.
_LONGEST_GAP = 250
_NEAR_FRAMES = 25


@dataclass(frozen=True)
class Utterance:
    """Speech that awaits its words. `id` names its first frame, so that it is found again after a restart."""

    id: str
    start: float
    end: float
    first_frame: int
    next_frame: int
    wav: bytes
    pcm: bytes


@dataclass(frozen=True)
class Heard:
    """An event of the endpointing, and the utterance that it completes, if it does."""

    event: Event
    utterance: str
    complete: Utterance | None = None


class Hearing:
    """The ear of one talk.

    Attributes:
        received: the first frame that has not arrived.
        pending: utterances that were heard and not yet committed or dropped, by id.
    """

    def __init__(self, first_frame: int, mode: Mode) -> None:
        self.received = first_frame
        self.pending: dict[str, Utterance] = {}
        self._base = first_frame
        self._pcm = bytearray()
        self._endpointer = Endpointer(mode=mode)
        self._begun: float | None = None
        self._partial: str | None = None
        self._restart_model()

    def _restart_model(self) -> None:
        self._origin = self.received * FRAME_SECONDS
        try:
            self._voice: VoiceActivity | None = VoiceActivity()
        except VadUnavailableError:
            self._voice = None  # push-to-talk needs no model: the key tells where speech is

    @property
    def acknowledged(self) -> int:
        """Every frame below belongs to a committed turn or to silence."""
        begins = [one.first_frame for one in self.pending.values()]
        if self._begun is not None:
            begins.append(int(self._begun / FRAME_SECONDS))
        return max(self._base, min([self.received - _KEEP_FRAMES, *begins]))

    def set_mode(self, mode: Mode) -> None:
        self._endpointer.mode = mode

    def partial(self, text: str) -> None:
        """What a recogniser has so far of the utterance under way: it may ask for a longer wait."""
        self._partial = text[-40:]

    def talk(self, *, down: bool, frame: int) -> list[Heard]:
        """The talk key was pressed or let go before `frame`; the same one twice is the same."""
        if down:
            self._endpointer.press(frame * FRAME_SECONDS)
            self._begun = self._begun if self._begun is not None else max(0.0, frame * FRAME_SECONDS - 0.3)
            return []
        return [self._heard(event) for event in self._endpointer.release(frame * FRAME_SECONDS)]

    def feed(self, frame: int, pcm: bytes) -> list[Heard]:
        """One frame of 640 bytes. Frames that were received before are ignored; a gap counts as silence."""
        if frame < self.received or len(pcm) != FRAME_BYTES:
            return []
        heard: list[Heard] = []
        gap = frame - self.received
        if gap > _LONGEST_GAP:
            self.received = self._base = frame
            self._pcm.clear()
            self._restart_model()
        else:
            for _ in range(gap):
                heard += self._one(_SILENCE)
        heard += self._one(pcm)
        self._forget()
        return heard

    def _one(self, pcm: bytes) -> list[Heard]:
        self._pcm += pcm
        self.received += 1
        if self._voice is None:
            return []
        events: list[Event] = []
        for probability, second in self._voice.feed(pcm):
            events += self._endpointer.feed(probability, self._origin + second, self._partial)
        return [self._heard(event) for event in events]

    def _heard(self, event: Event) -> Heard:
        if isinstance(event, TurnEnded):
            self._begun, self._partial = None, None
            utterance = self._cut(event) if event.spoken or self._voice is None else None
            if utterance is not None:
                self.pending[utterance.id] = utterance
            return Heard(event, _name(event.keep_from), utterance)
        keep_from = getattr(event, "keep_from", None)
        if keep_from is not None:
            self._begun = keep_from
        return Heard(event, _name(self._begun or 0.0))

    def _cut(self, event: TurnEnded) -> Utterance | None:
        first = max(self._base, int(event.keep_from / FRAME_SECONDS))
        after = min(self.received, int(event.keep_until / FRAME_SECONDS) + 1)
        pcm = bytes(self._pcm[(first - self._base) * FRAME_BYTES : (after - self._base) * FRAME_BYTES])
        if not pcm:
            return None
        return Utterance(
            id=_name(event.keep_from),
            start=event.start,
            end=event.end,
            first_frame=first,
            next_frame=after,
            wav=write_wav(pcm),
            pcm=pcm,
        )

    def _forget(self) -> None:
        spare = self.acknowledged - self._base
        if spare > _LONGEST_GAP:
            del self._pcm[: spare * FRAME_BYTES]
            self._base += spare

    def find(self, name: str) -> Utterance | None:
        """The pending utterance of that id; after a restart, the one that begins within half a second of it."""
        if name in self.pending:
            return self.pending[name]
        frame = int(name[1:]) if name[:1] == "u" and name[1:].isdigit() else None
        if frame is None:
            return None
        near = [one for one in self.pending.values() if abs(one.first_frame - frame) <= _NEAR_FRAMES]
        return min(near, key=lambda one: abs(one.first_frame - frame), default=None)

    def done_with(self, utterance: Utterance) -> None:
        """It was committed or dropped; so was everything that was said before it."""
        self.pending = {k: one for k, one in self.pending.items() if one.first_frame > utterance.first_frame}


def _name(keep_from: float) -> str:
    return f"u{int(keep_from / FRAME_SECONDS)}"
