"""The browser of the tests: the Chromium of this machine, with a microphone that plays a WAV where one is needed.

Without one, Chromium's headless shell is taken where it is installed, as Playwright's own browser is one: the same pages
for a third of the work, because no windows are made that nobody sees.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Playwright

QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
]


def launch(playwright: Playwright, *more: str, microphone: Path | None = None) -> Browser:
    """Start it. `microphone`: a WAV that is heard once, from the moment the microphone is opened."""
    arguments = [*QUIET, *more, *_hearing(microphone)]
    shell = None if more or microphone else shutil.which("chromium-headless-shell")
    return playwright.chromium.launch(executable_path=shell or _program(), args=arguments)


@contextmanager
def tabs_that_hide_each_other(
    playwright: Playwright, *, microphone: Path | None = None
) -> Iterator[BrowserContext]:
    """A Chromium in which a tab that is brought to the front hides the others, as on a desk.

    Pages of a browser that Playwright starts are always visible; one that it finds running keeps its own ways.
    """
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        arguments = [*QUIET, *_hearing(microphone), "--headless=new", "--remote-debugging-port=0"]
        process = subprocess.Popen(
            [_program(), *arguments, f"--user-data-dir={folder}", "about:blank"], stderr=subprocess.DEVNULL
        )
        try:
            address = f"http://127.0.0.1:{_debugging_port(Path(folder))}"
            browser = playwright.chromium.connect_over_cdp(address, no_defaults=True)
            yield browser.contexts[0]
            browser.close()
        finally:
            process.terminate()
            process.wait()


def _debugging_port(folder: Path) -> str:
    end = time.monotonic() + 30
    while time.monotonic() < end:
        if (folder / "DevToolsActivePort").exists():
            lines = (folder / "DevToolsActivePort").read_text().split()
            if lines:
                return lines[0]
        time.sleep(0.1)
    raise TimeoutError("Chromium told no port")


def _program() -> str:
    found = (shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome"))
    return next(path for path in found if path)


def _hearing(microphone: Path | None) -> list[str]:
    if microphone is None:
        return []
    return [
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-audio-capture={microphone}%noloop",
    ]
