"""Recorded speech is gone when it may no longer be there, also when a process dies at the worst moment.

These tests run in a transaction that never commits, so no `on_commit` step ever runs: as in a process that is killed right
after its commit. What remains is what stands in the database.
"""

import numpy as np
import pytest

from alula.coach import recordings, services
from alula.coach.models import Session, Status
from alula.coach.services import Spoken
from alula.engines.files import chosen_files
from alula.engines.speech.audio import write_wav
from alula.kernel import jobs
from alula.people import facade as people

SCENARIO = "critical_illness_insurance"
WAV = write_wav((np.sin(np.arange(16000) / 20) * 8000).astype(np.int16))
WORDS = ["您好，我是晴川人寿的保险顾问小林。", "这款产品的等待期是九十天。"]

pytestmark = pytest.mark.django_db


def talked(actor, *consents):
    for kind in consents:
        people.give_consent(actor, kind)
    session = services.start_session(actor, SCENARIO, "normal", 3)
    for n, text in enumerate(WORDS):
        say(actor, session, n, text)
    return session


def say(actor, session, n, text):
    spoken = Spoken(start=10.0 * n, end=10.0 * n + 1, frame=500 * n + 50, audio=WAV)
    services.say(actor, session.id, f"k{n}", text, typed=False, spoken=spoken)


def files_of(session):
    return list(chosen_files().keys(f"coach/{session.tenant_id}/{session.id}"))


def work():
    while jobs.run_next("another process"):
        pass


def score_and_die(actor, session):
    """The score is committed, and then the process is gone before it did anything else."""
    services.finish_session(actor, session.id)
    while Session.objects.get(id=session.id).status != Status.DONE:
        assert jobs.run_next("the one that dies")


def test_without_consent_to_keep_they_go_after_the_score_whoever_dies(world, browser_of):
    session = talked(world.lin, "voice_analysis")
    assert len(files_of(session)) == 2
    score_and_die(world.lin, session)
    assert len(files_of(session)) == 2, "the crash came before the deletion"
    lin = browser_of(world.lin)
    assert lin.get(f"/api/coach/sessions/{session.id}/turns/1/audio").status_code == 404, "nobody hears them"
    shown = lin.get(f"/api/coach/sessions/{session.id}").json()["turns"]
    assert all(turn["audio"] is None for turn in shown if turn["speaker"] == "trainee")
    work()
    assert files_of(session) == []
    assert not Session.objects.get(id=session.id).turns.exclude(audio="").exists()


def test_a_deletion_that_broke_off_is_finished_and_may_be_done_again(world, monkeypatch):
    session = talked(world.lin, "voice_analysis")
    score_and_die(world.lin, session)
    store, deleted = chosen_files(), []

    class BreaksOff:
        keys = staticmethod(store.keys)

        @staticmethod
        def delete(key):
            if deleted:
                raise OSError("the disk is gone")
            deleted.append(key)
            store.delete(key)

    payload = {"tenant": str(session.tenant_id), "session": str(session.id)}
    with monkeypatch.context() as patched:
        patched.setattr(recordings, "chosen_files", BreaksOff)
        with pytest.raises(OSError, match="the disk is gone"):
            recordings.forget(payload, lambda *_: None)
    assert len(files_of(session)) == 1
    for _ in range(2):
        recordings.forget(payload, lambda *_: None)
        assert files_of(session) == []


def test_with_consent_to_keep_they_stay_until_it_is_withdrawn(world):
    session = talked(world.lin, "voice_analysis", "voice_recording")
    score_and_die(world.lin, session)
    work()
    assert len(files_of(session)) == 2
    people.withdraw_consent(world.lin, "voice_recording")
    work()
    assert files_of(session) == []


def test_what_its_owner_deletes_goes_and_what_is_said_afterwards_stays(world):
    session = talked(world.lin, "voice_recording")
    services.delete_recordings(world.lin, session.id)
    say(world.lin, session, 2, "犹豫期是十五天，犹豫期里可以全额退。")
    work()
    assert [key.rsplit("/", 1)[1] for key in files_of(session)] == ["5.wav"]


def test_a_session_that_is_removed_takes_its_recordings_with_it(world):
    session = talked(world.lin, "voice_recording")
    before = files_of(session)
    services.delete_session(world.lin, session.id)
    work()
    assert before
    assert not any(chosen_files().exists(key) for key in before)


def test_what_an_earlier_version_left_behind_goes_with_the_next_score(world):
    left = talked(world.lin, "voice_analysis")
    Session.objects.filter(id=left.id).update(status=Status.DONE)
    other = talked(world.chen, "voice_analysis")
    work()
    assert len(files_of(left)) == 2, "no job was ever asked for"
    score_and_die(world.lin, talked(world.lin))
    work()
    assert files_of(left) == []
    assert len(files_of(other)) == 2, "a talk that goes on keeps what is not measured yet"
