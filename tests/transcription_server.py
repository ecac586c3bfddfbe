"""A transcription server for tests: the real HTTP protocol of `/v1/audio/transcriptions`, with answers known beforehand.

    python tests/transcription_server.py --manifest turns.json     [{"audio": "turn-1.wav", "text": "您好……"}, ...]
    python tests/transcription_server.py --texts texts.json        ["您好……", ...]: the n-th request gets the n-th text

Prints its base URL ("http://127.0.0.1:40123/v1") as its first line, then serves until it is stopped. By
manifest it recognises a recording by the shape of its loudness over time, so requests may come in any order,
twice, through another sample rate or with silence around them; a recording that resembles none gets an empty
text, as noise would. Depends on nothing of Alula.
"""

from __future__ import annotations

import argparse
import io
import json
import sys
import threading
import time
import wave
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np

FRAME = 0.02
ALIKE = 0.75


def envelope(wav: bytes) -> np.ndarray:
    """Loudness in dB every 20 ms, from the first to the last sound, with its floor 40 dB below the loudest."""
    with wave.open(io.BytesIO(wav)) as file:
        if file.getsampwidth() != 2:
            raise ValueError("expected 16-bit samples")
        rate, channels = file.getframerate(), file.getnchannels()
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2").reshape(-1, channels).mean(axis=1)
    size = int(rate * FRAME)
    frames = samples[: len(samples) // size * size].reshape(-1, size)
    level = 10 * np.log10(np.mean(frames**2, axis=1) + 1e-3)
    if not len(level) or level.max() < 10:
        return np.zeros(0)
    level = np.maximum(level - level.max(), -40.0)
    sounding = np.flatnonzero(level > -30.0)
    return level[sounding[0] : sounding[-1] + 1]


def likeness(one: np.ndarray, other: np.ndarray) -> float:
    """The highest correlation of two envelopes over small shifts, times the ratio of their lengths."""
    if min(len(one), len(other)) < 10:
        return 0.0
    best = 0.0
    for shift in range(-15, 16):
        a, b = one[max(0, shift) :], other[max(0, -shift) :]
        size = min(len(a), len(b))
        if size >= 10 and a[:size].std() > 0 and b[:size].std() > 0:
            best = max(best, float(np.corrcoef(a[:size], b[:size])[0, 1]))
    return best * min(len(one), len(other)) / max(len(one), len(other))


class Answers:
    """The texts: in order, or by what the recording sounds like."""

    def __init__(
        self, texts: list[str] | None = None, recordings: list[tuple[bytes, str]] | None = None
    ) -> None:
        self._texts = list(texts or [])
        self._known = [(envelope(wav), text) for wav, text in recordings or []]
        self._lock = threading.Lock()
        self.asked = 0

    @classmethod
    def of_manifest(cls, path: Path) -> Answers:
        entries = json.loads(path.read_text("utf-8"))
        return cls(recordings=[((path.parent / one["audio"]).read_bytes(), one["text"]) for one in entries])

    def text(self, wav: bytes) -> tuple[str, float]:
        """The words of a recording and how sure that is (0-1)."""
        heard = envelope(wav)
        with self._lock:
            self.asked += 1
            if self._texts:
                return self._texts.pop(0), 1.0
        best = max(((likeness(heard, known), text) for known, text in self._known), default=(0.0, ""))
        return (best[1], best[0]) if best[0] >= ALIKE else ("", 0.0)


def parts_of(body: bytes, content_type: str) -> dict[str, bytes]:
    """The fields of a multipart form."""
    marker = b"--" + content_type.partition("boundary=")[2].strip('"').encode()
    fields = {}
    for piece in body.split(marker)[1:-1]:
        head, _, value = piece.partition(b"\r\n\r\n")
        name = head.decode("utf-8").partition('name="')[2].partition('"')[0]
        fields[name] = value.removesuffix(b"\r\n")
    return fields


class Handler(BaseHTTPRequestHandler):
    """`POST /v1/audio/transcriptions` and `GET /v1/models`."""

    server: Server
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if not self._may():
            return
        known = self.path == "/v1/models"
        self._answer(
            200 if known else 404, {"object": "list", "data": [{"id": "whisper-1"}]} if known else {}
        )

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if not self._may():
            return
        if self.path != "/v1/audio/transcriptions":
            self._answer(404, {"error": {"message": f"no such path {self.path}"}})
            return
        time.sleep(self.server.delay)
        try:
            fields = parts_of(body, self.headers.get("Content-Type", ""))
            text, confidence = self.server.answers.text(fields["file"])
            fields["model"].decode()
        except (KeyError, ValueError, EOFError, wave.Error) as error:
            self._answer(400, {"error": {"message": f"{type(error).__name__}: {error}"}})
            return
        answer: dict[str, object] = {"text": text}
        if fields.get("response_format") == b"verbose_json":
            answer |= {"language": fields.get("language", b"").decode(), "segments": [
                {"text": text, "avg_logprob": float(np.log(max(confidence, 1e-6)))}
            ]}  # fmt: skip
        self._answer(200, answer)

    def _may(self) -> bool:
        if self.server.key and self.headers.get("Authorization") != f"Bearer {self.server.key}":
            self._answer(401, {"error": {"message": "wrong key"}})
            return False
        return True

    def _answer(self, status: int, body: dict[str, object]) -> None:
        data = json.dumps(body, ensure_ascii=False).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Quiet: the tests' own output is what matters."""


class Server(ThreadingHTTPServer):
    """Listens on the loopback interface; port 0 takes a free one."""

    daemon_threads = True

    def __init__(self, answers: Answers, *, port: int = 0, key: str = "", delay: float = 0.0) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.answers, self.key, self.delay = answers, key, delay

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"


def main() -> None:
    """Serve from the command line."""
    parser = argparse.ArgumentParser(description="A transcription server with known answers.")
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--manifest", type=Path)
    source.add_argument("--texts", type=Path)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--key", default="")
    parser.add_argument("--delay", type=float, default=0.0, help="seconds to think")
    options = parser.parse_args()
    known = options.manifest
    answers = Answers.of_manifest(known) if known else Answers(json.loads(options.texts.read_text("utf-8")))
    server = Server(answers, port=options.port, key=options.key, delay=options.delay)
    sys.stdout.write(server.url + "\n")
    sys.stdout.flush()
    server.serve_forever()


if __name__ == "__main__":
    main()
