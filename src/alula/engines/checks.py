"""What `alula doctor` says about the engines."""

from __future__ import annotations

from alula.engines.files import chosen_files
from alula.engines.health import Health
from alula.engines.speech import vad
from alula.engines.speech.chosen import chosen_recogniser, chosen_voice
from alula.engines.speech.recognition import RecognitionUnavailableError
from alula.engines.speech.synthesis import VoiceUnavailableError


def checks() -> tuple[Health, ...]:
    """One line for each port: the adapter in use and whether it works now."""
    return (chosen_files().health(), vad.health(), _voice(), _recognition())


def _voice() -> Health:
    try:
        return chosen_voice().health()
    except VoiceUnavailableError as error:
        return Health(
            "voice", "?", ok=False, detail={"zh": f"设置有误：{error}", "en": f"Wrong setting: {error}"}
        )


def _recognition() -> Health:
    try:
        return chosen_recogniser().health()
    except RecognitionUnavailableError as error:
        return Health(
            "recognition", "?", ok=False, detail={"zh": f"设置有误：{error}", "en": f"Wrong setting: {error}"}
        )
