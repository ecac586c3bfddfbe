"""The recorded example talks stay talks of their scenarios: the demo and the scoring tests rest on them."""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest
import yaml

from alula.coach.conversation import Conversation, Turn
from alula.coach.customer.engine import begin, respond
from alula.coach.customer.retell import next_sentence
from alula.coach.scenario.load import builtin
from alula.coach.scenario.model import Scenario
from alula.coach.scoring.score import score
from alula.coach.understanding.read import read

SHIPPED = Path(__file__).parents[1]
PAGE = Path(__file__).parents[5] / "docs" / "coach" / "shipped-scenarios.md"
TALKS = sorted((SHIPPED / "talks").glob("*.json"))
TRAINEE_TURNS = 12  # fewer would not reach every stage


def _talk(path: Path) -> Conversation:
    return msgspec.json.decode(path.read_bytes(), type=Conversation)


@cache
def _scenario(name: str | None) -> Scenario:
    raw = yaml.safe_load((SHIPPED / f"{name}.yaml").read_text("utf-8"))
    return msgspec.convert(raw, Scenario, strict=False)


def test_every_scenario_has_a_good_and_a_bad_talk():
    held = {(path.stem.split(".")[0], path.stem.split(".")[1]) for path in TALKS}
    names = {path.stem for path in SHIPPED.glob("*.yaml")}
    assert len(names) == 6
    assert {(name, kind) for name in names for kind in ("good", "bad")} <= held


def test_good_talks_pass_and_bad_ones_are_blocked():
    for path in TALKS:
        report = score(builtin_by_id()[path.stem.split(".")[0]], _talk(path))
        if ".good" in path.stem:
            assert report.total >= 90, path.stem
            assert report.passed, path.stem
            assert not [one for one in report.findings if one.rule.startswith("accuracy.wrong")], path.stem
        elif ".bad" in path.stem:
            assert report.total < 50, path.stem
            assert len(report.blockers) >= 3, path.stem


@pytest.mark.parametrize("path", TALKS, ids=lambda path: path.stem)
def test_the_customer_says_what_the_scenario_gives_it_and_no_act_twice(path):
    talk = _talk(path)
    scenario = _scenario(talk.scenario)
    acts = {act.id: act for act in scenario.customer.acts}
    said = [turn for turn in talk.turns if turn.speaker == "customer"]
    assert (talk.version, talk.language) == (scenario.version, scenario.language)
    assert path.stem.split(".")[0] == scenario.id
    assert said[0].act == scenario.customer.opening
    for turn in said:
        assert turn.text in {*acts[turn.act or ""].say, *acts[turn.act or ""].vague}, turn.act
    assert len({turn.act for turn in said}) == len(said)


@pytest.mark.parametrize("path", TALKS, ids=lambda path: path.stem)
def test_turns_alternate_are_long_enough_and_run_forward_in_time(path):
    talk = _talk(path)
    trainee = [turn for turn in talk.turns if turn.speaker == "trainee"]
    assert len(trainee) >= TRAINEE_TURNS
    assert all(one.speaker != following.speaker for one, following in pairwise(talk.turns))
    for turn in talk.turns:
        assert turn.start is not None
        assert turn.end is not None
        assert turn.start < turn.end
    starts = [turn.start or 0.0 for turn in talk.turns]
    assert starts == sorted(starts)


def _retold(talk: Conversation, seed: int) -> Conversation:
    """The talk as its trainee would hold it with the live customer of a seed."""
    scenario = builtin_by_id()[talk.scenario or ""]
    left = [turn.text for turn in talk.turns if turn.speaker == "trainee"]
    step = begin(scenario, level=talk.level, seed=seed)
    turns = [Turn(speaker="customer", text=step.text, act=step.act)]
    while left and step.state.ending is None:
        text = next_sentence(scenario, step.state, left)
        left.remove(text)
        step = respond(scenario, step.state, read(scenario, text, asked=step.act), text)
        turns += [
            Turn(speaker="trainee", text=text),
            Turn(speaker="customer", text=step.text, act=step.act),
        ]
    return msgspec.structs.replace(talk, turns=tuple(turns), seed=seed)


@cache
def builtin_by_id() -> dict[str, Scenario]:
    return {scenario.id: scenario for scenario in builtin()}


def _ending(talk: Conversation) -> str:
    acts = {act.id: act.kind for act in builtin_by_id()[talk.scenario or ""].customer.acts}
    return acts[talk.turns[-1].act or ""]


@pytest.mark.slow
@pytest.mark.parametrize(
    "path", [path for path in TALKS if "middling" not in path.stem], ids=lambda path: path.stem
)
def test_the_live_customer_is_won_by_the_good_talk_and_walks_out_on_the_bad_one(path):
    """Over four seeds: fair to who answers what was asked, and to nobody else."""
    retold = [_retold(_talk(path), seed) for seed in range(4)]
    endings = [_ending(talk) for talk in retold]
    if ".bad" in path.stem:
        assert endings == ["walk_away"] * 4
        return
    assert endings.count("buy") >= 2, endings
    assert endings.count("walk_away") <= 1, endings
    for talk in retold:
        assert score(builtin_by_id()[talk.scenario or ""], talk).passed


def test_the_page_on_shipped_scenarios_counts_what_is_in_the_files():
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in PAGE.read_text("utf-8").splitlines()
        if line.startswith("| `")
    ]
    assert rows
    for name, _, *counts in rows:
        one = _scenario(name.strip("`"))
        utterances = sum(len(intent.examples) for intent in one.intents)
        held = (one.customer.acts, one.key_points, one.product.facts, one.intents)
        assert [int(n) for n in counts] == [*map(len, held), utterances, len(one.forbidden)], name
