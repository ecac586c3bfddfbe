"""The trainee's recorded speech as files: where they lie, and how they go.

They go by a job that is asked for in the transaction which makes them superfluous (a score without consent to keep, a
deletion, a withdrawn consent). So a process that dies right after its commit leaves nothing behind: the job is there and
another worker does it. Until then nobody hears them any more.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef

from alula.coach.models import Session, Status, TurnRow
from alula.engines.files import chosen_files
from alula.kernel import jobs

FORGET_JOB = "coach.forget_recordings"


def _folder(tenant_id: UUID, session_id: UUID) -> str:
    return f"coach/{tenant_id}/{session_id}"


def keep(session: Session, index: int, wav: bytes) -> str:
    """Store the WAV of a trainee turn and return its key."""
    key = f"{_folder(session.tenant_id, session.id)}/{index}.wav"
    chosen_files().put(key, wav)
    return key


def heard_again(session: Session) -> bool:
    """Whether recordings of the session may still be heard: to the end of the score, and then by consent to keep them."""
    return session.keep_recording or session.status != Status.DONE


def bytes_of(turn: TurnRow) -> bytes | None:
    """The WAV of a turn, None when nothing is kept or it may not be heard any more."""
    if not turn.audio or not heard_again(turn.session) or not chosen_files().exists(turn.audio):
        return None
    with chosen_files().open(turn.audio) as stream:
        return stream.read()


def ask_to_forget(session: Session) -> None:
    """Have every recording deleted that no turn may have any more; in the caller's transaction."""
    payload = {"tenant": str(session.tenant_id), "session": str(session.id)}
    jobs.enqueue(FORGET_JOB, payload, key=str(session.id), tenant_id=session.tenant_id)


def ask_to_forget_left_over(tenant_id: UUID, person_id: UUID) -> None:
    """The same for what earlier talks of the person left: by a version that had no job, or by one that failed for good."""
    done = Session.objects.filter(
        tenant_id=tenant_id, person_id=person_id, status=Status.DONE, keep_recording=False
    )
    for session in done.filter(Exists(TurnRow.objects.filter(session=OuterRef("id"), audio__gt=""))):
        ask_to_forget(session)


@jobs.handler(FORGET_JOB)
@transaction.atomic
def forget(payload: dict[str, Any], _: jobs.Progress) -> None:
    """Delete the recordings of the session in the payload that no turn may have; doing it again changes nothing.

    The files go before the rows forget them, and the session is locked as when a turn is committed, so that a recording
    just made is not taken for one that nobody wants.
    """
    session = Session.objects.select_for_update().filter(id=payload["session"]).first()
    wanted: set[str] = set()
    if session is not None and heard_again(session):
        wanted = set(session.turns.exclude(audio="").values_list("audio", flat=True))
    store = chosen_files()
    for key in list(store.keys(_folder(UUID(payload["tenant"]), UUID(payload["session"])))):
        if key not in wanted:
            store.delete(key)
    if session is not None and not wanted:
        session.turns.exclude(audio="").update(audio="")
