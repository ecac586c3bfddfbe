"""The trainee's recorded speech as files: where they lie, and how they go."""

from __future__ import annotations

from alula.coach.models import Session, TurnRow
from alula.engines.files import chosen_files


def _folder(session: Session) -> str:
    return f"coach/{session.tenant_id}/{session.id}"


def keep(session: Session, index: int, wav: bytes) -> str:
    """Store the WAV of a trainee turn and return its key."""
    key = f"{_folder(session)}/{index}.wav"
    chosen_files().put(key, wav)
    return key


def bytes_of(turn: TurnRow) -> bytes | None:
    """The WAV of a turn, None when nothing is kept."""
    if not turn.audio or not chosen_files().exists(turn.audio):
        return None
    with chosen_files().open(turn.audio) as stream:
        return stream.read()


def discard(session: Session) -> None:
    """Delete every recording of a session, also those that a crash left without a row."""
    store = chosen_files()
    for key in list(store.keys(_folder(session))):
        store.delete(key)
