"""The customer's voice: how a persona sounds, and a turn of his as sound."""

from __future__ import annotations

from alula.coach.catalogue import scenario_of
from alula.coach.models import Session, TurnRow
from alula.coach.scenario.model import Scenario
from alula.engines.speech.chosen import say
from alula.engines.speech.synthesis import Style, VoiceUnavailableError


def style_of(scenario: Scenario) -> Style:
    """The persona's voice, the same in every talk."""
    voice = scenario.persona.voice
    return Style(
        language=scenario.language,
        gender=scenario.persona.gender,
        pitch=voice.pitch,
        rate=voice.rate,
        variant=voice.variant,
    )


def customer_wav(session: Session, turn: TurnRow) -> bytes | None:
    """The turn spoken again, as it was heard; None when no voice is configured or it cannot speak now."""
    try:
        return say(turn.text, style_of(scenario_of(session.scenario)))
    except VoiceUnavailableError:
        return None
