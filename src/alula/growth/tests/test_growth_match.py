"""Policies and products matched: in force, in place, conditions, stacking; amounts never where no source states one."""

from __future__ import annotations

import json
import time
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner

from alula.growth.facade import Facts, library, load_facts, load_facts_file, match, match_report
from alula.site.cli import cli

FIRMS = Path(__file__).parents[1] / "examples"
DAY = date(2026, 5, 10)


def _titles(*kinds):
    rows = "".join(f"  - {{kind: {kind}, from: 2024-01-01, until: 2028-01-01}}\n" for kind in kinds)
    return f"titles:\n{rows}" if kinds else "titles: []\n"


def _found(place, *kinds, day=DAY, more=""):
    facts = load_facts(f'place: "{place}"\n{_titles(*kinds)}{more}')
    return {one.policy.id: one for one in match(facts, day)}


def test_the_library_has_the_36_policies_with_source_and_mark():
    policies = [one for one in library() if one.level != "bank"]
    assert len(policies) == 36
    assert len({one.id for one in library()}) == len(library())
    assert all(one.sources and one.mark for one in library())
    assert all(one.as_of for one in library() if one.level == "bank")


def test_the_sum_in_nansha_is_capped_at_its_top_tier():
    assert _found("440115", "provincial")["nansha"].amount == 50
    assert _found("440115", "giant", "provincial")["nansha"].amount == 250
    assert _found("440115", "key_giant", "giant", "provincial")["nansha"].amount == 300


def test_huizhou_pays_only_the_highest_and_huangpu_paid_the_difference():
    assert _found("4413", "giant", "provincial")["huizhou"].amount == 30
    found = _found("440112", "giant", "provincial", day=date(2024, 9, 1))
    assert found["huangpu_10"].state == "not"  # its row says that it has ended
    from alula.growth.policies.match import stacked

    assert stacked(found["huangpu_10"].policy, found["huangpu_10"].policy.tiers) == 200


@pytest.mark.parametrize(
    ("day", "state", "why"),
    [
        ("2021-12-31", "not", "not_yet"),
        ("2022-01-01", "eligible", ""),
        ("2026-12-31", "eligible", ""),
        ("2027-01-01", "not", "ended"),
    ],
)
def test_a_policy_counts_on_its_days(day, state, why):
    facts = load_facts('place: "440115"\ntitles: [{kind: giant, from: 2020-01-01, until: 2030-01-01}]')
    found = {one.policy.id: one for one in match(facts, date.fromisoformat(day))}["nansha"]
    assert (found.state, found.why) == (state, why)


def test_a_policy_of_another_place_is_not_offered_and_an_unknown_place_is_asked():
    assert _found("33", "giant")["nansha"].why == "elsewhere"
    found = {one.policy.id: one for one in match(load_facts(_titles("giant")), DAY)}["nansha"]
    assert (found.state, found.missing) == ("unknown", ("place",))


def test_what_no_source_says_is_never_eligible_and_has_no_sum():
    found = _found("4401", "giant", "provincial")
    assert found["qual_2024"].state == "unknown"
    assert found["qual_2024"].why == "see_source"
    assert found["gz_plan_2025"].why == "draft"
    assert found["abc_giant"].state == "eligible"
    assert found["abc_giant"].amount is None


def test_nothing_is_eligible_for_a_firm_that_said_nothing():
    found = match(Facts(), DAY)
    assert all(one.state in {"unknown", "not"} for one in found)


def test_one_failing_condition_is_nearly_and_says_which():
    found = _found("4401", more="industry: 工业\nstaff: {2025: 5000}\nrevenue: {2025: 90000}\n")
    assert found["boc_kechuang"].state == "not"
    near = _found("4401", "giant", more="industry: 工业\nstaff: {2025: 5000}\nrevenue: {2025: 90000}\n")[
        "boc_kechuang"
    ]
    assert (near.state, near.unmet) == ("nearly", ("中小企业",))


def test_the_window_is_said():
    window = {
        day: _found("44", day=date.fromisoformat(day))["gd_innovative_2026"].window
        for day in ("2026-07-01", "2026-07-31", "2026-08-01")
    }
    assert window == {"2026-07-01": True, "2026-07-31": True, "2026-08-01": False}


def test_a_firm_is_matched_within_five_milliseconds_of_cpu():
    facts = load_facts_file(FIRMS / "valve_maker_giant.yaml")
    library()
    start = time.process_time()
    for _ in range(50):
        match(facts, DAY)
    assert (time.process_time() - start) / 50 <= 0.005


def test_match_on_the_command_line():
    args = ["--lang", "en", "growth", "match", str(FIRMS / "valve_maker_giant.yaml"), "--as-of", "2026-05-10"]
    found = json.loads(CliRunner().invoke(cli, [*args, "--json"], standalone_mode=False).stdout_bytes)
    assert found["as_of"] == "2026-05-10"
    assert {one["state"] for one in found["matches"]} <= {"eligible", "unknown", "nearly", "not"}
    assert "Shanke" in CliRunner().invoke(cli, args, standalone_mode=False).output
    assert isinstance(match_report(match(Facts(), DAY), DAY)["matches"], list)
    assert Decimal(300) == next(one for one in library() if one.id == "nansha").stacking.cap
