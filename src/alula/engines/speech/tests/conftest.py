"""Servers and models that the speech tests share."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from alula.engines.speech import vad
from alula.engines.speech.chosen import say
from alula.engines.speech.espeak import EspeakVoice
from alula.engines.speech.synthesis import Style

TRANSCRIPTION_SERVER = Path(__file__).parents[5] / "tests" / "transcription_server.py"


@pytest.fixture(scope="session")
def model():
    """The VAD model; the tests that need it are skipped where neither the web build nor ALULA_VAD_MODEL brings it."""
    path = vad.model_path()
    if not path.is_file():
        pytest.skip(f"no VAD model at {path}: build the web app, or set ALULA_VAD_MODEL")
    return path


@pytest.fixture(scope="session")
def espeak():
    if shutil.which("espeak-ng") is None:
        pytest.skip("the program espeak-ng is not installed")
    return EspeakVoice()


@pytest.fixture
def transcription(tmp_path):
    """Starts the transcription server as a process of its own and gives its URL.

    `transcription({wav bytes: text})` answers by sound, `transcription([text, ...])` in order.
    """
    running = []

    def start(recordings: dict[bytes, str] | list[str], *options: str) -> str:
        if isinstance(recordings, list):
            texts = tmp_path / "texts.json"
            texts.write_text(json.dumps(recordings, ensure_ascii=False), "utf-8")
            return serve("--texts", texts, *options)
        entries = []
        for number, (wav, text) in enumerate(recordings.items()):
            (tmp_path / f"{number}.wav").write_bytes(wav)
            entries.append({"audio": f"{number}.wav", "text": text})
        manifest = tmp_path / "manifest.json"
        manifest.write_text(json.dumps(entries, ensure_ascii=False), "utf-8")
        return serve("--manifest", manifest, *options)

    def serve(*options) -> str:
        process = subprocess.Popen(
            [sys.executable, TRANSCRIPTION_SERVER, *options], stdout=subprocess.PIPE, text=True
        )
        running.append(process)
        return process.stdout.readline().strip()

    yield start
    for process in running:
        process.terminate()
        process.wait(5)
        process.stdout.close()


class _Api(BaseHTTPRequestHandler):
    """An audio API over a real socket: `/v1/audio/speech` spoken by espeak-ng, or one broken answer to everything."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self._answer(200 if self.path == "/v1/models" else 404, b"{}")

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.bodies.append(body)
        if self.server.broken is not None:
            self._answer(*self.server.broken)
        else:
            asked = json.loads(body)
            self.server.asked.append(asked)
            language = "en" if asked["input"].isascii() else "zh"
            self._answer(200, say(asked["input"], Style(language), EspeakVoice()))

    def _answer(self, status, body):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@contextmanager
def speech_server(broken: tuple[int, bytes] | None = None) -> Iterator[ThreadingHTTPServer]:
    """The API above; `asked` holds the requests for speech, `bodies` all of them as bytes."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Api)
    server.broken, server.asked, server.bodies = broken, [], []
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    server.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def speech_api():
    return speech_server
