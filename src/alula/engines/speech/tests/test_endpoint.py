"""Whoever speaks is let finish: thinking pauses are not cut off, silence ends a turn, a held key ends only when let go."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alula.engines.speech.endpoint import (
    Endpointer,
    Habit,
    Paused,
    Resumed,
    Rules,
    SpeechStarted,
    TurnEnded,
)

CHUNK = 0.032


class Talk:
    """Feeds stretches of (probability, seconds) and keeps what happened."""

    def __init__(self, **options):
        self.machine, self.now, self.events = Endpointer(**options), 0.0, []

    def hear(self, probability, seconds, text=None):
        for _ in range(round(seconds / CHUNK)):
            self.now = round(self.now + CHUNK, 6)
            self.events += self.machine.feed(probability, self.now, text)
        return self

    def say(self, seconds):
        return self.hear(0.95, seconds)

    def wait(self, seconds, text=None):
        return self.hear(0.02, seconds, text)

    def press(self):
        self.machine.press(self.now)
        return self

    def release(self):
        self.events += self.machine.release(self.now)
        return self

    @property
    def ended(self):
        return [event for event in self.events if isinstance(event, TurnEnded)]


def test_a_sentence_is_one_turn_with_its_seconds():
    talk = Talk().wait(1.0).say(2.0).wait(1.5)
    started, paused, ended = talk.events
    assert isinstance(started, SpeechStarted)
    assert started.start == pytest.approx(1.0, abs=CHUNK)
    assert isinstance(paused, Paused)
    assert (ended.start, ended.end) == (pytest.approx(1.0, abs=CHUNK), pytest.approx(3.0, abs=CHUNK))
    assert ended.decided - ended.end == pytest.approx(0.7, abs=2 * CHUNK)
    assert (ended.reason, ended.spoken) == ("silence", True)


def test_the_first_consonant_and_the_last_breath_are_kept():
    talk = Talk().wait(1.0).say(1.0).wait(1.0)
    started, ended = talk.events[0], talk.ended[0]
    assert started.keep_from == pytest.approx(started.start - 0.3)
    assert ended.keep_from == started.keep_from
    assert ended.end < ended.keep_until <= ended.decided


def test_a_thinking_pause_within_the_hang_over_goes_on_in_the_same_turn():
    talk = Talk().say(1.0).wait(0.6).say(1.0).wait(1.5)
    assert [type(event) for event in talk.events] == [SpeechStarted, Paused, Resumed, Paused, TurnEnded]
    assert talk.ended[0].end == pytest.approx(2.6, abs=2 * CHUNK)


def test_gaps_inside_words_are_no_pauses():
    talk = Talk()
    for _ in range(10):
        talk.say(0.2).wait(0.1)
    assert [type(event) for event in talk.events] == [SpeechStarted]
    assert talk.machine.habit.pauses == []


def test_a_knock_is_no_turn_and_does_not_prolong_one():
    assert Talk().wait(0.5).say(0.1).wait(2.0).events == []
    talk = Talk().say(1.0).wait(0.4).say(0.096).wait(0.5)
    assert talk.ended[0].end == pytest.approx(1.0, abs=CHUNK)


def test_a_breath_between_the_two_thresholds_neither_starts_nor_stops():
    assert Talk().hear(0.45, 3.0).events == []
    talk = Talk().say(1.0).hear(0.4, 1.0)
    assert [type(event) for event in talk.events] == [SpeechStarted]


@pytest.mark.parametrize(
    "text",
    [
        "这款产品的好处，因为",
        "然后……",
        "我想一下，嗯",
        "就是",
        "但是，",
        "如果",
        "the reason is because",
        "And um...",
        "we could do it, but",
        "IF",
    ],
)
def test_words_that_announce_more_are_waited_for(text):
    assert Talk().say(1.0).wait(1.4, text).ended == []
    assert len(Talk().say(1.0).wait(1.7, text).ended) == 1


@pytest.mark.parametrize("text", ["保费是三千六百元。", "好的", "that is all", "the best seller", None, ""])
def test_finished_words_are_not(text):
    assert len(Talk().say(1.0).wait(0.8, text).ended) == 1


def test_the_hang_over_follows_a_slow_speaker_and_a_quick_one():
    slow, quick = Talk(), Talk()
    for _ in range(30):
        slow.say(0.8).wait(0.65)
        quick.say(0.8).wait(0.25)
    assert slow.machine.wait() > 0.72
    assert quick.machine.wait() < 0.5
    assert slow.ended == []


def test_being_cut_off_teaches_patience():
    talk = Talk()
    for _ in range(12):
        talk.say(1.0).wait(1.0)  # cut off at 0.7, speaks on 0.3 later
    assert talk.machine.wait() > 0.95
    assert len(talk.ended) < 12


def test_an_answer_after_the_customer_spoke_is_no_pause():
    talk = Talk()
    for _ in range(8):
        talk.say(1.0).wait(6.0)
    assert talk.machine.habit.pauses == []
    assert talk.machine.wait() == pytest.approx(0.7)


def test_a_habit_is_taken_along():
    habit = Habit([1.0] * 40)
    assert Endpointer(habit=habit).wait() > 1.0
    assert len(Habit([0.3] * 100).pauses) == 60


def test_only_the_release_ends_a_held_turn():
    talk = Talk(mode="push_to_talk").wait(0.5).press().say(1.0).wait(5.0).say(1.0)
    assert talk.ended == []
    (ended,) = talk.release().ended
    assert (ended.reason, ended.spoken) == ("released", True)
    assert ended.start == pytest.approx(0.5, abs=CHUNK)
    assert ended.end == pytest.approx(7.5, abs=2 * CHUNK)
    assert ended.keep_until == pytest.approx(talk.now)


def test_without_the_key_nothing_is_heard_in_push_to_talk():
    talk = Talk(mode="push_to_talk").say(3.0).wait(2.0)
    assert talk.events == []
    assert talk.release().events == []


def test_a_held_silence_is_said_to_be_one():
    (ended,) = Talk(mode="push_to_talk").wait(0.2).press().wait(2.0).release().ended
    assert not ended.spoken
    assert ended.start < ended.end


def test_a_short_word_before_the_release_counts():
    (ended,) = Talk(mode="push_to_talk").press().wait(0.5).say(0.128).release().ended
    assert ended.spoken
    assert ended.end - ended.start == pytest.approx(0.128, abs=CHUNK)


def test_the_key_works_in_hands_free_too():
    talk = Talk().press().say(1.0).wait(3.0)
    assert talk.ended == []
    assert len(talk.release().ended) == 1


def test_a_noise_that_never_ends_ends_the_turn():
    ended = Talk().say(130.0).ended
    assert ended[0].reason == "longest"
    assert ended[0].end == pytest.approx(120.0, abs=2 * CHUNK)
    held = Talk(mode="push_to_talk").press().wait(121.0).ended
    assert [one.reason for one in held] == ["longest"]


def test_a_gap_in_the_stream_is_silence():
    machine = Endpointer()
    for number in range(1, 40):
        machine.feed(0.9, number * CHUNK)
    events = machine.feed(0.02, 10.0)
    assert isinstance(events[-1], TurnEnded)
    assert events[-1].end == pytest.approx(39 * CHUNK)


def test_speech_after_a_gap_begins_after_it():
    talk = Talk().wait(1.0)
    talk.now = 5.0
    started = talk.say(0.5).events[0]
    assert started.start == pytest.approx(5.0, abs=1e-6)


stretches = st.lists(
    st.tuples(st.sampled_from(["say", "wait", "murmur"]), st.floats(0.03, 2.5)), min_size=1, max_size=25
)


@settings(max_examples=150, deadline=None)
@given(stretches, st.sampled_from(["hands_free", "push_to_talk"]), st.randoms())
def test_whatever_is_heard_turns_are_whole_in_order_and_never_overlap(heard, mode, chance):
    talk = Talk(mode=mode)
    for kind, seconds in heard:
        if chance.random() < 0.2:
            talk.press()
        talk.hear({"say": 0.9, "wait": 0.01, "murmur": 0.42}[kind], seconds)
        if chance.random() < 0.2:
            talk.release()
    talk.release()
    talk.wait(3.0)
    rules, before = Rules(), 0.0
    for ended in talk.ended:
        assert before <= ended.keep_from <= ended.start <= ended.end <= ended.decided
        assert ended.end <= ended.keep_until <= ended.decided
        before = ended.keep_until
        if ended.reason == "silence":
            assert rules.shortest_hang <= ended.decided - ended.end + 1e-6
            assert ended.decided - ended.end <= rules.longest_hang + 2 * CHUNK
    assert not talk.machine.speaking
    assert rules.shortest_hang <= talk.machine.wait() <= rules.longest_hang
    open_turns = 0
    for event in talk.events:
        if isinstance(event, SpeechStarted):
            assert open_turns == 0
            open_turns = 1
        elif isinstance(event, Paused | Resumed):
            assert open_turns == 1
        else:
            open_turns = 0


@settings(max_examples=50, deadline=None)
@given(st.floats(0.05, 0.6), st.integers(2, 10))
def test_pauses_that_the_speaker_is_known_for_never_end_a_turn(pause, count):
    talk = Talk(habit=Habit([pause] * 40))
    for _ in range(count):
        talk.say(0.5).wait(pause)
    assert talk.ended == []


@settings(max_examples=50, deadline=None)
@given(stretches)
def test_the_same_sound_gives_the_same_events(heard):
    def once():
        talk = Talk()
        for kind, seconds in heard:
            talk.hear({"say": 0.9, "wait": 0.01, "murmur": 0.42}[kind], seconds)
        return talk.events

    assert once() == once()
