"""The laws of delivery, on audio that was changed by a known amount."""

import numpy as np
import parselmouth
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from parselmouth.praat import call
from small_talk import KIND_OF_TURN, TEXT, Talk, Voice, scenario, voices

from alula.coach.conversation import Turn
from alula.coach.delivery.prosody import measure
from alula.coach.delivery.score import score_delivery
from alula.engines.speech.audio import RATE, from_floats, read_wav, to_floats
from alula.engines.speech.chosen import say
from alula.engines.speech.synthesis import Style

DIMENSIONS = ("response_speed", "tone", "infectiousness", "affinity", "attitude")


def scores(talk):
    delivery, fluency, _ = talk.score()
    return {name: getattr(delivery, name) for name in DIMENSIONS} | {"fluency": fluency}


def moved(before, after):
    return {name for name in before if before[name] != after[name]}


def of_file(turn):
    """The turn with the times of its file, leading silence included."""
    return replace(turn, end=turn.start + turn.prosody.duration)


@pytest.fixture(scope="module")
def plain():
    return scores(Talk())


class TestResponseSpeed:
    def test_two_seconds_more_move_it_alone(self, plain):
        slower = scores(Talk(latency=2.8))
        assert moved(plain, slower) == {"response_speed"}
        assert slower["response_speed"] < plain["response_speed"]

    def test_two_seconds_of_silence_in_front_of_the_recording_move_it_alone(self, plain):
        """The same when the times are those of the files, silence included."""
        talk = Talk(voices(lead=2.0))
        turns = [of_file(turn) if turn.speaker == "trainee" else turn for turn in talk.turns()]
        delivery, fluency, _ = score_delivery(scenario(), turns, talk.readings())
        after = {name: getattr(delivery, name) for name in DIMENSIONS} | {"fluency": fluency}
        assert moved(plain, after) == {"response_speed"}
        assert after["response_speed"] < plain["response_speed"]

    @settings(max_examples=15, deadline=None)
    @given(st.lists(st.floats(0, 7), min_size=8, max_size=8), st.integers(0, 7), st.floats(0, 4))
    def test_a_slower_reply_never_raises_it(self, latencies, which, more):
        slower = list(latencies)
        slower[which] += more
        one, two = (
            Talk((Voice(0),) * 8, latency=tuple(each)).score()[0].response_speed
            for each in (latencies, slower)
        )
        assert two <= one


class TestInfectiousness:
    @pytest.mark.slow
    def test_a_flattened_voice_lowers_it(self, plain):
        values = [plain["infectiousness"]]
        for factor in (0.6, 0.3, 0.0):
            flat = scores(Talk(voices(factor=factor)))
            values.append(flat["infectiousness"])
            assert moved(plain, flat) <= {"infectiousness", "tone"}
        assert values == sorted(values, reverse=True)
        assert len(set(values)) == 4

    @pytest.mark.slow
    @settings(max_examples=12, deadline=None)
    @given(st.floats(0, 1), st.floats(0, 1), st.floats(1, 12))
    def test_less_movement_never_raises_it(self, one, two, swing):
        less, more = sorted((one, two))
        low, high = (
            Talk(voices(1, factor=factor * swing / 7), kinds=KIND_OF_TURN[:1]).score()[0]
            for factor in (less, more)
        )
        assert low.infectiousness <= high.infectiousness + 0.1  # a frame more or less in the level

    @pytest.mark.parametrize("language", ["zh", "en"])
    def test_speech_whose_pitch_praat_flattened_lowers_it(self, espeak, language):
        """A spoken sentence, its pitch contour pressed towards its mean by overlap-add, the rest left as it was."""
        text = {
            "zh": TEXT,
            "en": "Good morning, this plan costs three hundred a year. It covers you at once.",
        }[language]
        voice = to_floats(read_wav(say(text, Style(language), espeak)))
        results = []
        for factor in (1.0, 0.4, 0.0):
            manipulation = call(parselmouth.Sound(voice, RATE), "To Manipulation", 0.01, 75, 600)
            tier = call(manipulation, "Extract pitch tier")
            mean = call(tier, "Get mean (points)", 0, 0)
            call(tier, "Formula", f"{mean} + {factor} * (self - {mean})")
            call([tier, manipulation], "Replace pitch tier")
            changed = call(manipulation, "Get resynthesis (overlap-add)").values[0]
            turn = Turn(
                "trainee",
                text,
                1.0,
                1.0 + len(changed) / RATE,
                prosody=measure(from_floats(changed), text, language),
            )
            delivery, _, _ = score_delivery(
                scenario(language), [Turn("customer", "?", 0.0, 0.5), turn], [None, None]
            )
            results.append(delivery.infectiousness)
        assert results[0] > results[1] > results[2]


class TestAffinity:
    LATE = (0.8, 0.8, -1.5, 0.8, 0.8, 0.8, 0.8, 0.8)

    def with_gain(self, gain):
        return tuple(Voice(seed, gain=gain if seed == 2 else 1.0) for seed in range(8))

    def test_speaking_over_the_customer_lowers_it_and_louder_lowers_it_more(self, plain):
        values = [plain["affinity"]]
        for gain in (1.0, 1.5, 2.2):
            after = scores(Talk(self.with_gain(gain), latency=self.LATE))
            values.append(after["affinity"])
            assert moved(plain, after) <= {"affinity", "attitude", "tone"}
            assert after["attitude"] < plain["attitude"]
        assert values == sorted(values, reverse=True)
        assert len(set(values)) == 4

    def test_a_louder_turn_that_interrupts_nobody_is_no_overlap(self, plain):
        assert scores(Talk(self.with_gain(2.2)))["affinity"] == plain["affinity"]

    def test_a_longer_overlap_lowers_it_more(self):
        values = [scores(Talk(latency=(0.8,) * 7 + (-late,)))["affinity"] for late in (0.1, 0.5, 1.0, 1.9)]
        assert values == sorted(values, reverse=True)
        assert len(set(values)) == 4

    def test_the_usual_fifth_of_a_second_costs_nothing(self, plain):
        assert scores(Talk(latency=-0.15))["affinity"] == plain["affinity"]


class TestSilence:
    def silent(self, noise=0.0):
        """The talk with five seconds of noise, or of nothing, for every recording."""
        values = noise * np.random.default_rng(1).normal(size=5 * RATE)
        nothing = measure(from_floats(values), TEXT, "zh")
        return [
            replace(turn, prosody=nothing) if turn.speaker == "trainee" else turn for turn in Talk().turns()
        ]

    @pytest.mark.parametrize("noise", [0.0, 0.0005, 0.05])
    def test_gives_null_and_not_zero(self, noise):
        assert score_delivery(scenario(), self.silent(noise), Talk().readings()) == (None, None, ())

    def test_of_one_turn_leaves_the_others_as_they_were(self, plain):
        turns = Talk().turns()
        silent = self.silent()
        delivery, _, findings = score_delivery(scenario(), [*turns[:-1], silent[-1]], Talk().readings())
        assert delivery.tone is not None
        assert 15 not in {finding.evidence.turn for finding in findings}

    def test_a_talk_that_was_typed_has_no_delivery(self):
        typed = [Turn(turn.speaker, turn.text, turn.start, turn.end, typed=True) for turn in Talk().turns()]
        assert score_delivery(scenario(), typed, Talk().readings()) == (None, None, ())
        bare = [Turn(turn.speaker, turn.text) for turn in Talk().turns()]
        assert score_delivery(scenario(), bare, Talk().readings()) == (None, None, ())

    def test_times_without_audio_give_what_times_can_give(self):
        timed = [Turn(turn.speaker, turn.text, turn.start, turn.end, act=turn.act) for turn in Talk().turns()]
        delivery, fluency, _ = score_delivery(scenario(), timed, Talk().readings())
        assert delivery.response_speed == 100
        assert (delivery.tone, delivery.infectiousness, fluency) == (None, None, None)

    def test_audio_without_times_gives_what_audio_can_give(self):
        untimed = [
            Turn(turn.speaker, turn.text, act=turn.act, prosody=turn.prosody) for turn in Talk().turns()
        ]
        delivery, _, findings = score_delivery(scenario(), untimed, Talk().readings())
        assert delivery.response_speed is None
        assert delivery.tone is not None
        assert all(
            finding.evidence.turn is not None and finding.evidence.seconds is None for finding in findings
        )


@pytest.mark.parametrize("gain", [0.05, 0.3, 1.8])
def test_the_gain_of_the_microphone_moves_nothing(plain, gain):
    after = scores(Talk(gain=gain))
    assert after == pytest.approx(plain, abs=0.2)


def test_a_clipping_microphone_lowers_tone(plain):
    assert scores(Talk(gain=14))["tone"] < plain["tone"]


def test_harsh_words_lower_attitude_alone(plain):
    kinds = list(KIND_OF_TURN)
    kinds[4] = "rude"
    after = scores(Talk(kinds=tuple(kinds)))
    assert moved(plain, after) == {"attitude"}
    assert after["attitude"] < plain["attitude"]


def test_what_the_words_show_needs_its_reading():
    talk = Talk()
    delivery, _, _ = score_delivery(scenario(), talk.turns(), [None] * 16)
    assert delivery.attitude is None
    assert delivery.affinity is not None
    assert score_delivery(scenario(), talk.turns(), [])[0] == delivery
