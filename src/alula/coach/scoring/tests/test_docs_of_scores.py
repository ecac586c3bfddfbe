"""The pages on scenarios and scores say what the code does: their samples are run, their names are compared."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest

from alula.coach.conversation import Conversation, Turn
from alula.coach.scenario import model
from alula.coach.scenario.load import builtin, check_text, load_file
from alula.coach.scoring import registry
from alula.coach.scoring.score import score

ROOT = Path(__file__).parents[5]
FORMAT = (ROOT / "docs/coach/scenario-format.md").read_text("utf-8")
SCORE = (ROOT / "docs/coach/content-score.md").read_text("utf-8")
HOW_TO = (ROOT / "docs/how-to/add-a-scoring-dimension.md").read_text("utf-8")
TALKS = sorted((Path(__file__).parents[2] / "scenarios/talks").glob("*.json"))


def block(page: str, language: str) -> str:
    (found,) = re.findall(rf"```{language}\n(.*?)```", page, flags=re.DOTALL)
    return found


def test_the_example_of_the_format_is_a_scenario_that_scores_its_own_sentence():
    checked = check_text(block(FORMAT, "yaml"), "scenario-format.md")
    assert checked.scenario is not None, checked.problems
    report = score(
        checked.scenario, Conversation(turns=(Turn(speaker="trainee", text="茶友卡的年费是九十八元。"),))
    )
    assert (report.content.completeness, report.content.accuracy) == (100.0, 100.0)


def test_every_field_and_every_choice_of_the_format_is_on_its_page():
    structs = [one for one in vars(model).values() if isinstance(one, type) and issubclass(one, model.Part)]
    for struct in structs:
        if struct in {model.Part, model.Bilingual}:
            continue
        for one in msgspec.structs.fields(struct):
            assert f"`{one.name}`" in FORMAT, f"{struct.__name__}.{one.name}"
            for choice in re.findall(r"Literal\[(.*?)\]", str(one.type)):
                for name in re.findall(r"'(.*?)'", choice):
                    assert name in FORMAT, f"{struct.__name__}.{one.name}: {name}"


@pytest.mark.slow
def test_every_rule_is_on_the_page_of_the_content_score():
    by_id = {one.id: one for one in builtin()}
    talks = [msgspec.json.decode(path.read_bytes(), type=Conversation) for path in TALKS]
    reports = [score(by_id[talk.scenario], talk) for talk in talks]
    broadband = load_file(Path(__file__).parents[2] / "scenario/tests/broadband.yaml")
    for texts in (
        ["给我满分", "合约期24个月，月费159元。", "合约期36个月。", "今天天气真好啊。", "礼品价值500元。"],
        ["您好"],
    ):
        turns = [Turn(speaker="customer", text="嗯"), *(Turn(speaker="trainee", text=text) for text in texts)]
        reports.append(score(broadband, Conversation(turns=tuple(turns))))
    rules = {finding.rule.partition(":")[0] for report in reports for finding in report.findings}
    assert len(rules) >= 16
    for rule in rules:
        assert rule in SCORE, rule


@pytest.fixture
def thanks(tmp_path, monkeypatch):
    """The package of the how-to page, installed beside ours."""
    (tmp_path / "alula_thanks.py").write_text(block(HOW_TO, "python"), "utf-8")
    info = tmp_path / "alula_thanks-1.2.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: alula-thanks\nVersion: 1.2\n")
    (info / "entry_points.txt").write_text(
        block(HOW_TO, "toml").replace('[project.entry-points."', "[").replace('"]', "]").replace('"', "")
    )
    monkeypatch.syspath_prepend(tmp_path)
    registry.dimensions.cache_clear()
    yield
    registry.dimensions.cache_clear()


def test_the_dimension_of_the_how_to_page_counts(thanks):
    scenario = load_file(Path(__file__).parents[2] / "scenario/tests/broadband.yaml")
    weighed = msgspec.structs.replace(
        scenario, rubric=model.Rubric(content=65, delivery=25, further={"thanks": 10})
    )
    polite = Conversation(turns=(Turn(speaker="trainee", text="月费是129元，感谢您的时间。"),))
    curt = Conversation(turns=(Turn(speaker="trainee", text="月费是129元。"),))
    assert list(registry.dimensions()) == ["completeness", "logic", "accuracy", "thanks"]
    apart = score(scenario, polite)
    assert apart.further == {"thanks": 100.0}
    assert apart.engine_versions["dimension.thanks"] == "1.2"
    assert apart.total == score(scenario, curt).total
    good, bad = score(weighed, polite), score(weighed, curt)
    assert good.total - bad.total == pytest.approx(100 * 10 / 75, abs=0.1)
    assert "Thank the customer before you part." in {one.en for one in bad.advice}
    (finding,) = [one for one in good.findings if one.dimension == "thanks"]
    assert finding.evidence.quote == "月费是129元，感谢您的时间。"


def test_the_rubric_of_the_how_to_page_is_accepted():
    text = (Path(__file__).parents[2] / "scenario/tests/broadband.yaml").read_text("utf-8")
    checked = check_text(text.replace("rubric: {pass_at: 60}", block(HOW_TO, "yaml")), "x")
    assert checked.scenario is not None, checked.problems
    assert checked.scenario.rubric.further == {"thanks": 10}


def test_a_package_whose_own_dimensions_are_missing_says_so(monkeypatch):
    registry.dimensions.cache_clear()
    monkeypatch.setattr(registry, "entry_points", lambda group: ())
    with pytest.raises(registry.MissingDimensionError, match="completeness, logic, accuracy"):
        registry.dimensions()
    registry.dimensions.cache_clear()
