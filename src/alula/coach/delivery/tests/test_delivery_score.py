"""Every point of a delivery score has its rule, its second and its values; the trainee's own voice moves what is expected."""

import json
import os
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from small_talk import KIND_OF_TURN, TEXT, Talk, Voice, scenario, voices

from alula.coach.conversation import Turn
from alula.coach.delivery.baseline import Baseline, baseline
from alula.coach.delivery.plateaus import DEFAULTS, ENGLISH, MANDARIN, Plateau, Plateaus
from alula.coach.delivery.score import score_delivery, versions

DIMENSIONS = ("response_speed", "tone", "infectiousness", "affinity", "attitude")


@pytest.fixture(scope="module")
def varied():
    """A talk with something wrong in every dimension."""
    fast = tuple(
        Voice(seed, factor=0.3, pause=1.2, syllable=0.12, gain=3.0 if seed == 5 else 1.0) for seed in range(8)
    )
    return Talk(fast, latency=(3.0, 1.9, -1.0, 9.0, 1.8, -0.8, 1.6, 2.0), text="嗯，" + TEXT,
                kinds=("present", "present", "present", "rude", "present", "present", "present", "present"))  # fmt: skip


class TestFindings:
    def test_points_add_up_to_the_scores(self, varied):
        unread = score_delivery(scenario(), varied.turns(), [])
        for delivery, fluency, findings in (Talk().score(), varied.score(), unread):
            values = {name: getattr(delivery, name) for name in DIMENSIONS} | {"fluency": fluency}
            for name, value in values.items():
                points = [one.points for one in findings if one.dimension == name]
                if value is None:
                    assert points == []
                else:
                    assert 100 + sum(min(0, each) for each in points) == pytest.approx(value, abs=0.5)
        assert unread[0].attitude is None

    def test_each_names_its_rule_turn_second_values_and_says_it_in_both_languages(self, varied):
        turns = varied.turns()
        _, _, findings = varied.score()
        assert len(findings) > 15
        for one in findings:
            assert one.rule.startswith(f"{one.dimension}.")
            start, end = one.evidence.seconds
            assert 0 <= start <= end <= turns[-1].end + 0.5
            assert turns[one.evidence.turn].speaker == "trainee"
            said_or_not = one.rule in ("attitude.greeting", "attitude.farewell")
            assert said_or_not or one.values["measured"]
            assert one.title.zh
            assert one.title.en
            assert (one.advice is not None) == (one.points < 0 or one.rule == "response_speed.filled_start")

    def test_what_is_wrong_is_found_where_it_is(self, varied):
        turns = varied.turns()
        _, _, findings = varied.score()
        lost = {one.rule: one for one in sorted(findings, key=lambda one: -one.points) if one.points < 0}
        assert {"response_speed.latency", "response_speed.slowest", "tone.pitch_variation", "infectiousness.pitch_range",
                "affinity.overlap", "affinity.courtesy", "affinity.pauses", "affinity.pace", "attitude.rudeness",
                "attitude.greeting", "attitude.farewell", "fluency.fillers", "fluency.long_pauses"} <= set(lost)  # fmt: skip
        slowest = lost["response_speed.slowest"]
        assert slowest.evidence.turn == 7
        assert slowest.evidence.seconds == (
            pytest.approx(turns[6].end, abs=0.01),
            pytest.approx(turns[7].start, abs=0.01),
        )
        assert slowest.values["here"] == "9.00 s"
        overlaps = [one for one in findings if one.rule == "affinity.overlap"]
        assert sorted(one.evidence.turn for one in overlaps) == [5, 11]
        assert overlaps[0].evidence.turn == 11  # louder
        assert overlaps[0].points < overlaps[1].points
        assert lost["attitude.rudeness"].evidence.turn == 7
        pause = lost["fluency.long_pauses"]
        assert pause.evidence.seconds[1] - pause.evidence.seconds[0] == pytest.approx(1.2, abs=0.05)

    def test_many_filled_starts_are_said_once_and_cost_nothing(self, varied):
        (said,) = [one for one in varied.score()[2] if one.rule == "response_speed.filled_start"]
        assert said.points == 0
        assert said.evidence.turn == 1
        assert not [one for one in Talk().score()[2] if one.rule == "response_speed.filled_start"]

    def test_speaking_over_the_customer_is_a_reply_at_once(self):
        _, _, findings = Talk(latency=-1.0).score()
        assert {one.values["measured"] for one in findings if one.dimension == "response_speed"} == {"0.00 s"}

    @pytest.mark.parametrize(("where", "won"), [(0, True), (1, True), (2, False), (7, False)])
    def test_a_greeting_belongs_to_the_beginning_and_a_farewell_to_the_end(self, where, won):
        kinds = ["present"] * 8
        kinds[where] = "greeting"
        kinds[7 - where] = "farewell"
        _, _, findings = Talk(kinds=tuple(kinds)).score()
        points = {one.rule: one.points for one in findings}
        assert (points["attitude.greeting"] > 0, points["attitude.farewell"] > 0) == (won, won)

    def test_forbidden_words_count_as_rude(self):
        said = Talk(text=TEXT + "随便你")
        (rude, *_) = [one for one in said.score()[2] if one.rule == "attitude.rudeness"]
        assert rude.points < 0

    def test_an_objection_passed_over_is_named(self):
        _, _, findings = Talk().score()
        (one,) = [one for one in findings if one.rule == "attitude.acknowledged"]
        assert (one.points < 0, one.evidence.turn) == (True, 13)
        kinds = [*KIND_OF_TURN[:6], "acknowledge", "farewell"]
        _, _, findings = Talk(kinds=tuple(kinds)).score()
        assert all(one.points > 0 for one in findings if one.rule == "attitude.acknowledged")


class TestBaseline:
    def sessions(self, count, **voice):
        turns = Talk(voices(3, **voice)).turns()
        return [[turn.prosody for turn in turns if turn.prosody] for _ in range(count)]

    def test_needs_three_sessions_with_a_voice(self):
        assert baseline([]) is None
        assert baseline(self.sessions(2)) is None
        assert baseline([*self.sessions(2), [], []]) is None
        own = baseline(self.sessions(3))
        assert own.sessions == 3
        assert own.f0_sd == pytest.approx(3.3, abs=0.3)
        assert own.rate == pytest.approx(4.2, abs=0.3)

    def test_moves_what_is_expected_towards_the_speaker(self):
        flat = Talk(voices(factor=0.4))
        without = flat.score()[0]
        own = baseline(self.sessions(3, factor=0.4))
        with_own = flat.score(baseline=own)[0]
        assert with_own.tone > without.tone
        assert with_own.infectiousness > without.infectiousness
        assert (with_own.response_speed, with_own.attitude) == (without.response_speed, without.attitude)

    def test_moves_it_within_limits_only(self):
        nobody = Baseline(sessions=9, f0_sd=0.01, f0_range=0.01, level_sd=99.0, rate=None)
        moved = MANDARIN.for_voice(nobody)
        assert moved.f0_range.full_from == pytest.approx(0.75 * MANDARIN.f0_range.full_from)
        assert moved.level_sd.full_to == pytest.approx(MANDARIN.level_sd.full_to * 4 / 3)
        assert moved.rate == MANDARIN.rate
        assert moved.latency_median == MANDARIN.latency_median
        assert MANDARIN.for_voice(None) is MANDARIN


class TestPlateaus:
    @settings(deadline=None)
    @given(
        st.sampled_from([getattr(MANDARIN, name) for name in Plateaus.__dataclass_fields__]),
        st.floats(-100, 300),
    )
    def test_a_plateau_gives_0_to_100_and_no_jumps(self, plateau, value):
        assert 0 <= plateau.score(value) <= 100
        assert (plateau.score(value) == 100) == (plateau.side(value) == "good") or plateau.score(value) > 99.9
        widest = max(abs(edge or 0) for edge in (plateau.zero_below, plateau.zero_above)) + 1
        assert abs(plateau.score(value + 1e-7 * widest) - plateau.score(value)) < 1

    def test_edges(self):
        trapezoid = Plateau(1, 2, 4, 8, "st")
        assert [trapezoid.score(value) for value in (0, 1, 1.5, 2, 3, 4, 6, 8, 9)] == [
            0,
            0,
            50,
            100,
            100,
            100,
            50,
            0,
            0,
        ]
        assert (trapezoid.expected, trapezoid.show(3.14159)) == ("2.0-4.0 st", "3.1 st")

    def test_every_default_is_in_order_and_says_what_it_expects(self):
        for language in ("zh", "en"):
            for name in Plateaus.__dataclass_fields__:
                plateau = getattr(DEFAULTS[language], name)
                edges = [
                    edge
                    for edge in (plateau.zero_below, plateau.full_from, plateau.full_to, plateau.zero_above)
                    if edge is not None
                ]
                assert edges == sorted(edges), name
                assert plateau.expected

    def test_other_figures_may_be_passed(self):
        strict = Plateaus(
            latency_median=Plateau(None, None, 0.1, 0.5), latency_p90=Plateau(None, None, 0.1, 0.5)
        )
        assert Talk().score(plateaus=strict)[0].response_speed == 0
        assert Talk().score()[0].response_speed == 100

    def test_english_is_judged_by_its_own(self):
        talk = Talk(voices(factor=0.65), language="en", text="")
        assert talk.score()[0].tone == talk.score(plateaus=ENGLISH)[0].tone


class TestOddTalks:
    def test_nothing_at_all(self):
        assert score_delivery(scenario(), [], []) == (None, None, ())

    def test_only_the_customer_spoke(self):
        assert score_delivery(scenario(), [Turn("customer", "您好", 0.0, 1.0)], [None]) == (None, None, ())

    def test_the_trainee_began(self):
        turns = Talk().turns()[1:2]
        delivery, _, _ = score_delivery(scenario(), turns, [None])
        assert delivery.response_speed is None
        assert delivery.tone is not None

    def test_two_turns_in_a_row_are_no_reply_to_oneself(self):
        turns = Talk().turns()
        both = [turns[0], turns[1], turns[3]]
        _, _, findings = score_delivery(scenario(), both, [])
        assert {one.evidence.turn for one in findings if one.dimension == "response_speed"} == {1}

    def test_four_hundred_turns(self):
        short = Talk((Voice(0),) * 2).turns()
        many = [
            replace(turn, start=turn.start + 30 * number, end=turn.end + 30 * number)
            for number in range(100)
            for turn in short
        ]
        delivery, fluency, findings = score_delivery(scenario(), many, [])
        assert delivery.response_speed == 100
        assert fluency is not None
        assert len(findings) < 60


SCORE_AGAIN = """
import sys, msgspec
sys.path.insert(0, sys.argv[1])
from small_talk import Talk, voices
from alula.coach.delivery.score import versions
talk = Talk(voices(factor=0.4, pause=0.9), latency=(2, .5, -1, 4, .4, -.8, .6, 2))
sys.stdout.buffer.write(msgspec.json.encode([talk.turns(), talk.score(), versions()]))
"""


@pytest.mark.slow
def test_the_same_talk_gives_the_same_bytes_in_every_process():
    results = []
    for seed in ("0", "4242"):
        done = subprocess.run(
            [sys.executable, "-c", SCORE_AGAIN, str(Path(__file__).parent)],
            env=os.environ | {"PYTHONHASHSEED": seed, "OMP_NUM_THREADS": seed[-1] if seed != "0" else "1"},
            capture_output=True,
            check=True,
            timeout=120,
        )
        results.append(done.stdout)
    assert results[0] == results[1]
    assert json.loads(results[0])[1][0]["tone"] is not None


def test_it_says_what_made_the_numbers():
    assert set(versions()) == {"delivery", "pitch"}
    assert msgspec.json.encode(versions())
