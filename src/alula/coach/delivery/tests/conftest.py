"""What the delivery tests share."""

from __future__ import annotations

import shutil

import pytest

from alula.engines.speech.espeak import EspeakVoice


@pytest.fixture(scope="session")
def espeak():
    if shutil.which("espeak-ng") is None:
        pytest.skip("the program espeak-ng is not installed")
    return EspeakVoice()
