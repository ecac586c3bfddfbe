"""A server with a recogniser and a browser with a voice: what the spoken tests stand on."""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import sync_playwright

TESTS = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(TESTS))

from chromium import launch  # noqa: E402 - the tests' own browser
from tape import WORDS  # noqa: E402 - what is said on it

RATE = 16000


def speech(text: str) -> np.ndarray:
    """The text as a man says it by espeak-ng, 16 kHz int16."""
    from alula.engines.speech.audio import read_wav
    from alula.engines.speech.chosen import say
    from alula.engines.speech.espeak import EspeakVoice
    from alula.engines.speech.synthesis import Style

    with ThreadPoolExecutor(1) as outside:  # Playwright's event loop runs in this thread
        wav = outside.submit(say, text, Style(language="zh", gender="male", rate=190), EspeakVoice()).result()
    return read_wav(wav)


def on_tape(folder: Path, words: list[str], *, lead: float, pause: float) -> Path:
    """A WAV in which every sentence is followed by time for the customer, and the recogniser's manifest; seconds."""
    from alula.engines.speech.audio import write_wav

    parts, manifest = [np.zeros(int(RATE * lead), np.int16)], []
    for n, text in enumerate(words):
        said = speech(text)
        (folder / f"{n}.wav").write_bytes(write_wav(said))
        manifest.append({"audio": f"{n}.wav", "text": text})
        parts += [said, np.zeros(int(RATE * pause), np.int16)]
    (folder / "manifest.json").write_text(json.dumps(manifest, ensure_ascii=False))
    (folder / "tape.wav").write_bytes(write_wav(np.concatenate(parts)))
    return folder


@pytest.fixture(scope="session")
def talk_on_tape(tmp_path_factory):
    """A whole talk."""
    return on_tape(tmp_path_factory.mktemp("tape"), WORDS, lead=6, pause=8)


@pytest.fixture(scope="session")
def short_tape(tmp_path_factory):
    """The first three sentences of it."""
    return on_tape(tmp_path_factory.mktemp("short"), WORDS[:3], lead=4, pause=7)


@pytest.fixture(scope="session")
def transcription(talk_on_tape):
    """The address of a recogniser that knows the tape and speaks the real protocol."""
    process = subprocess.Popen(
        [sys.executable, TESTS / "transcription_server.py", "--manifest", talk_on_tape / "manifest.json"],
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    yield process.stdout.readline().strip()
    process.terminate()
    process.wait()


@pytest.fixture(scope="session")
def hearing_server(open_server, transcription):
    """A server that recognises speech."""
    server = open_server("hearing", ALULA_RECOGNITION="openai", ALULA_RECOGNITION_URL=transcription)
    yield server
    server.stop()


@pytest.fixture(scope="module")
def typing_server(open_server):
    """A server without a recogniser: words are typed. Each module has its own."""
    server = open_server("typing")
    yield server
    server.stop()


@pytest.fixture(scope="session")
def playwright():
    with sync_playwright() as one:
        yield one


@pytest.fixture(scope="session")
def chromium(playwright):
    browser = launch(playwright)
    yield browser
    browser.close()


@pytest.fixture
def window(chromium, typing_server):
    """Opens a window for somebody signed in (or nobody).

    `faults`: errors of its scripts and lines in its console; a test that provokes none expects it to be empty. `broken`:
    errors of its scripts and answers of 500 and above, which no test may leave.
    """
    contexts, pages = [], []

    def open_window(email=None, size=None, *, locale="zh-CN", touch=False):
        context = chromium.new_context(
            base_url=typing_server.url, viewport=size or {"width": 1440, "height": 900}, locale=locale,
            is_mobile=touch, has_touch=touch,
        )  # fmt: skip
        contexts.append(context)
        if email:
            cookies = typing_server.sign_in(email).cookies
            context.add_cookies(
                [{"name": n, "value": v, "url": typing_server.url} for n, v in cookies.items()]
            )
        page = context.new_page()
        pages.append(page)
        page.faults, page.broken = [], []
        page.on("pageerror", lambda error: [told.append(str(error)) for told in (page.faults, page.broken)])
        page.on("console", lambda said: page.faults.append(said.text) if said.type == "error" else None)
        page.on("response", lambda answer: page.broken.append(answer.url) if answer.status >= 500 else None)
        return page

    yield open_window
    for context in contexts:
        context.close()
    assert [fault for page in pages for fault in page.broken] == []
