"""Every write of the coach, as a named intent. A turn and the customer's answer are committed together or not at all."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec
from django.db import transaction

from alula.coach import recordings, statements
from alula.coach.catalogue import keep_version, scenario_named, scenario_of
from alula.coach.customer.engine import begin, respond
from alula.coach.customer.state import State, Step
from alula.coach.models import Session, Status, TurnRow
from alula.coach.queries import own_session
from alula.coach.scenario.model import Level, Scenario
from alula.coach.scoring.report import Report
from alula.coach.understanding.intents import model_for
from alula.coach.understanding.read import read
from alula.kernel import jobs
from alula.kernel.actor import Actor
from alula.kernel.clock import now
from alula.kernel.errors import Refusal, not_found, register
from alula.people import facade as people
from alula.record import facade as record

SCORE_JOB = "coach.score"
WORDS_MAX = 4000
FEWEST_TURNS = 1

register(
    "coach",
    {
        "session_over": {
            "zh": "这次陪练已经结束，不能再说话。",
            "en": "This talk has ended; nothing can be added to it.",
        },
        "nothing_said": {
            "zh": "还没有说过话，无法评分。",
            "en": "Nothing has been said yet, so there is nothing to score.",
        },
        "empty_turn": {
            "zh": "请先说点什么，或写下您说的话。",
            "en": "Say something first, or type what you said.",
        },
        "turn_too_long": {
            "zh": "一次最多 {limit} 个字。",
            "en": "One turn holds at most {limit} characters.",
        },
        "scored_already": {
            "zh": "已经评分，不能再改。",
            "en": "This talk has been scored; its words can no longer be changed.",
        },
        "unknown_level": {"zh": "没有这个难度。", "en": "There is no such difficulty."},
    },
)


@dataclass(frozen=True)
class Spoken:
    """What belongs to a trainee turn beside its words: the talk clock's seconds, and the recorded speech if any."""

    start: float | None = None
    end: float | None = None
    frame: int | None = None
    audio: bytes | None = None


@dataclass(frozen=True)
class Exchange:
    """A committed trainee turn and the customer's answer to it (None when the talk was over)."""

    trainee: TurnRow
    customer: TurnRow | None
    session: Session
    repeated: bool


def start_session(actor: Actor, slug: str, level: Level, seed: int | None = None) -> Session:
    """Begin a practice: the customer says his first words.

    Raises:
        Refusal: kernel.not_found for an unknown scenario; coach.unknown_level.
    """
    scenario = scenario_named(slug)
    if level not in scenario.customer.levels:
        raise Refusal(
            "coach.unknown_level", status=422, field="level", expected=sorted(scenario.customer.levels)
        )
    model_for(scenario)  # trained before the talk begins, so that the first answer does not wait for it
    seed = secrets.randbelow(2**31) if seed is None else seed
    return _begin(actor, scenario, begin(scenario, level=level, seed=seed))


@transaction.atomic
def _begin(actor: Actor, scenario: Scenario, step: Step) -> Session:
    moment = now()
    session = Session.objects.create(
        tenant_id=actor.tenant_id,
        person_id=actor.person_id,
        unit_path=actor.unit_path,
        scenario=keep_version(scenario),
        slug=scenario.id,
        level=step.state.level,
        seed=step.state.seed,
        state=msgspec.to_builtins(step.state),
        measure_voice=people.has_consent(actor.tenant_id, actor.person_id, "voice_analysis"),
        keep_recording=people.has_consent(actor.tenant_id, actor.person_id, "voice_recording"),
        started_at=moment,
        last_at=moment,
    )
    _customer_turn(session, 0, step, moment)
    record.append(actor.tenant_id, [statements.started(session, scenario)])
    return session


def say(
    actor: Actor, session_id: UUID, key: str, text: str, *, typed: bool, spoken: Spoken | None = None
) -> Exchange:
    """Commit what the trainee said and what the customer answers. The same `key` again returns the same exchange.

    Raises:
        Refusal: coach.empty_turn, coach.turn_too_long, coach.session_over, kernel.not_found.
    """
    text = _words(text)
    seen = own_session(actor, session_id)
    # Thought out before the transaction, so that it does not keep others from writing while it thinks.
    step = _answer(seen, text) if _open(seen) else None
    with transaction.atomic():
        session = own_session(actor, session_id, lock=True)
        earlier = session.turns.filter(key=key).first()
        if earlier is not None:
            answer = session.turns.filter(index=earlier.index + 1).first()
            return Exchange(earlier, answer, session, repeated=True)
        if not _open(session):
            raise Refusal("coach.session_over", status=409)
        if step is None or session.state != seen.state:
            step = _answer(session, text)
        return _commit(session, key, text, step, typed=typed, spoken=spoken or Spoken())


def _open(session: Session) -> bool:
    return session.status == Status.TALKING and not session.ending


def _answer(session: Session, text: str) -> Step:
    """What the customer does when he hears that; the same whenever it is asked of the same state."""
    scenario, state = scenario_of(session.scenario), msgspec.convert(session.state, State)
    return respond(scenario, state, read(scenario, text, asked=state.acts[-1]), text)


def _words(text: str) -> str:
    text = text.strip()
    if not text:
        raise Refusal("coach.empty_turn", status=422, field="text")
    if len(text) > WORDS_MAX:
        raise Refusal("coach.turn_too_long", status=422, field="text", expected=WORDS_MAX, limit=WORDS_MAX)
    return text


def _commit(session: Session, key: str, text: str, step: Step, *, typed: bool, spoken: Spoken) -> Exchange:
    moment, index = now(), session.turns.count()
    audio = ""
    if spoken.audio and (session.measure_voice or session.keep_recording):
        # Written before the row: a crash leaves at worst a file that the next turn of this number overwrites.
        audio = recordings.keep(session, index, spoken.audio)
    trainee = TurnRow.objects.create(
        tenant_id=session.tenant_id,
        session=session,
        index=index,
        speaker="trainee",
        text=text,
        key=key,
        start=spoken.start,
        end=spoken.end,
        typed=typed,
        audio=audio,
        at=moment,
    )
    customer = _customer_turn(session, index + 1, step, moment)
    session.state, session.ending, session.last_at = (
        msgspec.to_builtins(step.state),
        step.state.ending or "",
        moment,
    )
    if spoken.frame is not None:
        session.committed_frame = max(session.committed_frame, spoken.frame)
    session.save(update_fields=["state", "ending", "last_at", "committed_frame"])
    return Exchange(trainee, customer, session, repeated=False)


def _customer_turn(session: Session, index: int, step: Step, moment: datetime) -> TurnRow:
    return TurnRow.objects.create(
        tenant_id=session.tenant_id,
        session=session,
        index=index,
        speaker="customer",
        text=step.text,
        act=step.act,
        at=moment,
    )


def note_played(actor: Actor, session_id: UUID, index: int, start: float, end: float) -> None:
    """Keep when the customer's turn was heard (seconds of the talk clock): response speed is measured from its end."""
    with transaction.atomic():
        session = own_session(actor, session_id, lock=True)
        if session.status == Status.TALKING and 0 <= start <= end:
            session.turns.filter(index=index, speaker="customer").update(start=start, end=end)


@transaction.atomic
def correct_turn(actor: Actor, session_id: UUID, index: int, text: str) -> TurnRow:
    """Replace the words of a trainee turn before the score; the customer's answers stay as they were given.

    Raises:
        Refusal: coach.scored_already, coach.empty_turn, coach.turn_too_long, kernel.not_found.
    """
    session = own_session(actor, session_id, lock=True)
    if session.status != Status.TALKING:
        raise Refusal("coach.scored_already", status=409)
    turn = session.turns.filter(index=index, speaker="trainee").first()
    if turn is None:
        raise not_found()
    turn.text = _words(text)
    turn.save(update_fields=["text"])
    return turn


@transaction.atomic
def finish_session(actor: Actor, session_id: UUID) -> Session:
    """End the talk and ask for its score. Asking again changes nothing.

    Raises:
        Refusal: coach.nothing_said, kernel.not_found.
    """
    session = own_session(actor, session_id, lock=True)
    if session.status != Status.TALKING:
        return session
    if session.turns.filter(speaker="trainee").count() < FEWEST_TURNS:
        raise Refusal("coach.nothing_said", status=409)
    session.status, session.finished_at = Status.SCORING, now()
    session.ending = session.ending or "undecided"
    session.save(update_fields=["status", "finished_at", "ending"])
    jobs.enqueue(SCORE_JOB, {"session": str(session.id)}, key=str(session.id), tenant_id=session.tenant_id)
    return session


@transaction.atomic
def keep_report(session: Session, report: Report) -> None:
    """Make a score final: report, statement and status in one transaction. A second run of the job changes nothing."""
    locked = Session.objects.select_for_update().get(id=session.id)
    if locked.status == Status.DONE:
        return
    locked.report, locked.total, locked.status = msgspec.json.encode(report), report.total, Status.DONE
    locked.save(update_fields=["report", "total", "status"])
    record.append(locked.tenant_id, statements.finished(locked, scenario_of(locked.scenario), report))
    if locked.measure_voice and not locked.keep_recording:
        recordings.ask_to_forget(locked)
    recordings.ask_to_forget_left_over(locked.tenant_id, locked.person_id)


@transaction.atomic
def delete_recordings(actor: Actor, session_id: UUID) -> None:
    """Delete the session's audio for good; words and scores stay."""
    session = own_session(actor, session_id, lock=True)
    session.turns.update(audio="")
    recordings.ask_to_forget(session)


@transaction.atomic
def delete_session(actor: Actor, session_id: UUID) -> None:
    """Remove a session with its words, report and audio. Its statements stay: they hold neither words nor voice."""
    session = own_session(actor, session_id, lock=True)
    recordings.ask_to_forget(session)
    session.delete()


@people.on_withdrawal("voice_recording")
def forget_recordings(tenant_id: UUID, person_id: UUID) -> None:
    """Consent to keep recordings was withdrawn: delete what was kept."""
    sessions = list(Session.objects.filter(tenant_id=tenant_id, person_id=person_id, keep_recording=True))
    TurnRow.objects.filter(session__in=sessions).update(audio="")
    Session.objects.filter(id__in=[session.id for session in sessions]).update(keep_recording=False)
    for session in sessions:
        recordings.ask_to_forget(session)
