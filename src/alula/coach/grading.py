"""The score of a finished session, as a job: measure the voice turn by turn, score, keep the report.

Runs again from where it was when its worker dies: what was measured stands with its turn, and the report is made final
in one transaction (`services.keep_report`).
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from alula.coach import recordings
from alula.coach.assessment import assess
from alula.coach.catalogue import scenario_of
from alula.coach.conversation import Conversation, Prosody, Turn
from alula.coach.delivery.baseline import Baseline, baseline
from alula.coach.delivery.prosody import measure
from alula.coach.models import Session, Status, TurnRow
from alula.coach.services import SCORE_JOB, keep_report
from alula.engines.speech.audio import read_wav
from alula.kernel import jobs

BASELINE_SESSIONS = 10


@jobs.handler(SCORE_JOB)
def score_session(payload: dict[str, Any], progress: jobs.Progress) -> None:
    """Measure, score and keep the session named in the payload; nothing happens when it was scored or removed."""
    session = (
        Session.objects.select_related("scenario")
        .filter(id=payload["session"], status=Status.SCORING)
        .first()
    )
    if session is None:
        return
    scenario = scenario_of(session.scenario)
    turns = list(session.turns.order_by("index"))
    if session.measure_voice:
        measure_turns(turns, scenario.language, progress)
    keep_report(
        session, assess(scenario, conversation_of(session, turns), _own_voice(session, scenario.language))
    )


def _own_voice(session: Session, language: str) -> Baseline | None:
    """The trainee's baseline from their latest scored talks in the language that were measured."""
    earlier = Session.objects.filter(
        tenant_id=session.tenant_id, person_id=session.person_id, status=Status.DONE, measure_voice=True
    )
    earlier = (
        earlier.filter(started_at__lt=session.started_at).select_related("scenario").order_by("-started_at")
    )
    voices = [
        [msgspec.convert(turn.prosody, Prosody) for turn in one.turns.exclude(prosody=None).order_by("index")]
        for one in earlier[:BASELINE_SESSIONS]
        if scenario_of(one.scenario).language == language
    ]
    return baseline(voices)


def measure_turns(turns: list[TurnRow], language: Literal["zh", "en"], progress: jobs.Progress) -> None:
    """Fill in the prosody of every recorded turn that has none yet."""
    spoken = [turn for turn in turns if turn.audio]
    for done, turn in enumerate(spoken):
        progress(done, len(spoken))
        if turn.prosody is not None:
            continue
        wav = recordings.bytes_of(turn)
        if wav is not None:
            turn.prosody = msgspec.to_builtins(measure(read_wav(wav), turn.text, language))
            turn.save(update_fields=["prosody"])
    progress(len(spoken), len(spoken))


def conversation_of(session: Session, turns: list[TurnRow]) -> Conversation:
    """The session as the value that the scores are a function of."""
    return Conversation(
        turns=tuple(
            Turn(
                speaker=turn.speaker,
                text=turn.text,
                start=turn.start,
                end=turn.end,
                act=turn.act or None,
                typed=turn.typed,
                prosody=msgspec.convert(turn.prosody, Prosody) if turn.prosody else None,
            )
            for turn in turns
        ),
        scenario=session.slug,
        version=session.scenario.version,
        language=scenario_of(session.scenario).language,
        level=session.level,
        seed=session.seed,
    )
