"""The browser of the tests: the Chromium of this machine, with a microphone that plays a WAV."""

from __future__ import annotations

import shutil
from pathlib import Path

from playwright.sync_api import Browser, Playwright

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
    program = next(p for p in ("chromium", "chromium-browser", "google-chrome") if shutil.which(p))
    arguments = [*QUIET, *more]
    if microphone is not None:
        arguments += [
            "--use-fake-ui-for-media-stream",
            "--use-fake-device-for-media-stream",
            f"--use-file-for-fake-audio-capture={microphone}%noloop",
        ]
    return playwright.chromium.launch(executable_path=shutil.which(program), args=arguments)
