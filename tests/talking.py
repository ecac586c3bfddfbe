"""A client of the stream, as far as a test needs one: frames of a WAV, words, what came back and when."""

from __future__ import annotations

import json
import struct
import time
import wave
from contextlib import suppress
from pathlib import Path

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

FRAME = 640


def frames_of(path: Path) -> list[bytes]:
    """The 20 ms frames of a 16 kHz mono WAV."""
    with wave.open(str(path)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (16000, 1, 2)
        pcm = file.readframes(file.getnframes())
    pcm += bytes(-len(pcm) % FRAME)
    return [pcm[at : at + FRAME] for at in range(0, len(pcm), FRAME)]


class TalkClient:
    """One connection of a talk. Messages are kept in order with the moment they came."""

    def __init__(
        self, server, client, session: str, *, mode: str = "hands_free", turns: int = 0, frame: int = 0
    ) -> None:
        cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
        self.socket = connect(
            f"ws://127.0.0.1:{server.port}/coach/stream?session={session}",
            additional_headers={"Cookie": cookie}, origin=server.url, max_size=None, max_queue=None,
        )  # fmt: skip
        self.messages: list[tuple[float, dict]] = []
        self.voice: dict[int, bytes] = {}
        self.first_voice: dict[int, float] = {}
        self.send(type="hello", mode=mode, recognition="none", frame=frame, turns=turns)

    def send(self, **message) -> None:
        with suppress(ConnectionClosed):  # why it was closed is what `receive` tells
            self.socket.send(json.dumps(message, ensure_ascii=False))

    def frame(self, number: int, pcm: bytes) -> None:
        self.socket.send(struct.pack("<I", number) + pcm)

    def receive(self, timeout: float) -> dict | None:
        """The next message; None when nothing came, {"type": "closed"} when the line is gone."""
        try:
            data = self.socket.recv(timeout=timeout)
        except TimeoutError:
            return None
        except ConnectionClosed as closed:
            return {"type": "closed", "code": closed.rcvd.code if closed.rcvd else None}
        now = time.monotonic()
        if isinstance(data, bytes):
            (turn,) = struct.unpack_from("<I", data)
            self.first_voice.setdefault(turn, now)
            self.voice[turn] = self.voice.get(turn, b"") + data[4:]
            return {"type": "sound", "turn": turn}
        message = json.loads(data)
        self.messages.append((now, message))
        return message

    def until(self, kind: str, timeout: float = 10.0, **match) -> dict:
        """Receive until a message of that type (and those values) comes."""
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            message = self.receive(max(0.01, end - time.monotonic()))
            if message and message["type"] == kind and all(message.get(k) == v for k, v in match.items()):
                return message
            assert not message or message["type"] != "closed", message
        raise TimeoutError(f"no {kind} {match}; got {[m['type'] for _, m in self.messages][-12:]}")

    def drain(self) -> None:
        while self.receive(0.01):
            pass

    def close(self) -> None:
        self.socket.close()
