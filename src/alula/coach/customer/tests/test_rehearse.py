"""What an author is told by a rehearsal: what never comes up, what repeats, how the talks end."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec import structs

from alula.coach.customer.chance import draw, pick, shuffled
from alula.coach.customer.rehearse import rehearse, talk
from alula.coach.scenario.load import builtin, load_file

SHOP = load_file(Path(__file__).parent / "tea_shop.yaml")


def with_acts(change):
    acts = tuple(change(act) for act in SHOP.customer.acts)
    return structs.replace(SHOP, customer=structs.replace(SHOP.customer, acts=acts))


def changed(act_id, **fields):
    return with_acts(lambda act: structs.replace(act, **fields) if act.id == act_id else act)


def test_a_rehearsal_counts_the_talks_and_their_ends():
    result = rehearse(SHOP, seeds=3)
    assert result.talks == 3 * 6 * 3
    assert all(one.bought + one.walked_away + one.undecided == pytest.approx(1) for one in result.outcomes)
    ends = {(one.trainee, one.level): one for one in result.outcomes}
    assert ends["perfect", "easy"].bought > 0.5
    assert ends["silent", "normal"].walked_away == 1
    assert ends["silent", "hard"].turns < ends["silent", "easy"].turns
    assert rehearse(SHOP, seeds=3) == result


def test_an_act_that_nothing_leads_to_is_named():
    when = next(act for act in SHOP.customer.acts if act.id == "small").when
    unreachable = changed("small", when=structs.replace(when, after=("yes",)))
    assert "small" in rehearse(unreachable, seeds=10, trainees=["perfect", "fair"]).never_reached
    assert "small" not in rehearse(SHOP, seeds=10, trainees=["perfect", "fair"]).never_reached


def test_a_phrasing_in_two_acts_is_named_and_so_is_one_said_twice():
    twin = changed("not_sure", say=("太贵了吧。", "我怕凉胃。", "我怕睡不着。"))
    assert rehearse(twin, seeds=2).shared == ("太贵了吧。",)
    one_word = changed(
        "ask_post", say=("能寄吗？", "能寄吗？", "能寄吗？"), answered_by=SHOP.customer.acts[2].answered_by
    )
    assert "能寄吗？" in dict(rehearse(one_word, seeds=10, trainees=["fair"]).said_twice)
    assert rehearse(SHOP, seeds=2).said_twice == ()


def test_a_key_point_that_is_not_recognised_in_its_own_words_is_named_and_so_is_the_question_for_it():
    asked = structs.replace(SHOP.customer.acts[1].answered_by, intents=(), points=("origin",))
    shop = changed("ask_origin", answered_by=asked)
    deaf = structs.replace(
        shop,
        key_points=tuple(
            structs.replace(p, say=("量子力学",), example="好茶。") if p.id == "origin" else p
            for p in SHOP.key_points
        ),
    )
    told = rehearse(deaf, seeds=4, trainees=["perfect"])
    assert told.never_heard == ("origin",)
    assert told.seldom_answered == ("ask_origin", "hard_only")
    good = rehearse(shop, seeds=4, trainees=["perfect"])
    assert good.never_heard == ()
    assert "ask_origin" not in good.seldom_answered


@pytest.mark.slow
@pytest.mark.parametrize("scenario", builtin(), ids=lambda one: one.id)
def test_the_shipped_scenarios_rehearse_well(scenario):
    result = rehearse(scenario, seeds=4, trainees=["perfect", "fair"])
    assert len(result.never_reached) <= len(scenario.customer.acts) // 3, "in 24 talks of two trainees"
    assert result.said_twice == ()
    assert result.shared == ()
    assert result.topics_missed == ()
    assert result.never_heard == ()
    assert result.seldom_answered == ()


def test_a_talk_is_the_same_every_time():
    assert talk(SHOP, "fair", level="hard", seed=4) == talk(SHOP, "fair", level="hard", seed=4)
    assert talk(SHOP, "fair", level="hard", seed=4) != talk(SHOP, "fair", level="hard", seed=5)


def test_draws_are_even_and_fixed_for_ever():
    draws = [draw(seed, "x") for seed in range(4000)]
    assert 0.48 < sum(draws) / 4000 < 0.52
    assert all(sum(low <= one < low + 0.1 for one in draws) > 300 for low in (0, 0.3, 0.6, 0.9))
    assert draw(1, "turn", 3) == 0.917013690795963
    assert draw(-1, "a") != draw(1, "a")
    assert draw(1, "ab", "c") != draw(1, "a", "bc")


def test_a_pick_follows_the_weights_and_a_stranger_changes_it_only_by_winning():
    weights = [("a", 1.0), ("b", 3.0), ("never", 0.0)]
    picks = [pick(weights, seed) for seed in range(2000)]
    assert 0.70 < picks.count("b") / 2000 < 0.80
    assert "never" not in picks
    wider = [pick([*weights, ("c", 2.0)], seed) for seed in range(2000)]
    assert all(after in {before, "c"} for before, after in zip(picks, wider, strict=True))
    assert pick([], 1) is None


def test_a_shuffle_keeps_everything():
    assert sorted(shuffled("abcdef", 3, "x")) == list("abcdef")
    assert {tuple(shuffled("abc", seed)) for seed in range(100)} == {
        tuple(one) for one in ("abc", "acb", "bac", "bca", "cab", "cba")
    }
