"""FACTS.yaml: ten firms with the answers that the rules give them, mistakes named by line, a schema that is current."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner

from alula.growth import schema, verification
from alula.growth.facade import assess, load_facts, load_facts_file, report
from alula.growth.reading import FileProblems, Sheet
from alula.site.cli import cli

ROOT = Path(__file__).parents[4]
FIRMS = Path(__file__).parents[1] / "examples"
EXPECTED = {
    "sensor_maker_provincial": ("provincial", "2026-05-08", "new", "SRDI-2026", "pass", "conditions"),
    "sensor_maker_not_judged": ("provincial", "2026-05-08", "new", "SRDI-2026", "unknown", None),
    "valve_maker_giant": ("giant", "2026-05-10", "new", "GIANT-2026", "pass", "conditions"),
    "valve_maker_bought_patents": ("giant", "2026-05-10", "new", "GIANT-2026", "fail", None),
    "young_software_innovative": ("innovative", "2026-07-10", "new", "INNO-2022", "pass", "points"),
    "food_firm_not_innovative": ("innovative", "2026-07-10", "new", "INNO-2022", "fail", None),
    "chemical_firm_ineligible": ("provincial", "2026-06-01", "new", "SRDI-2026", "ineligible", None),
    "empty_firm": ("provincial", "2026-06-01", "new", "SRDI-2026", "unknown", None),
    "ratios_only_firm": ("innovative", "2026-07-10", "new", "INNO-2022", "pass", "points"),
    "giant_review_2025": ("giant", "2025-05-20", "review", "GIANT-2022", "pass", "conditions"),
}


def test_there_are_ten_example_firms():
    assert sorted(path.stem for path in FIRMS.glob("*.yaml")) == sorted(EXPECTED)
    assert len(EXPECTED) == 10


@pytest.mark.parametrize("name", EXPECTED)
def test_an_example_firm_gets_its_answer(name):
    tier, day, kind, rule, outcome, path = EXPECTED[name]
    found = report(assess(load_facts_file(FIRMS / f"{name}.yaml"), tier, date.fromisoformat(day), kind=kind))
    assert (found["rule"], found["outcome"], found["path"]) == (rule, outcome, path)


def test_the_same_giant_would_fail_as_a_new_applicant():
    found = assess(load_facts_file(FIRMS / "giant_review_2025.yaml"), "giant", date(2025, 5, 20))
    assert found.outcome == "fail"


def test_the_published_schema_is_current_and_accepts_the_examples():
    published = (ROOT / "docs/schemas/growth-facts.schema.json").read_text("utf-8")
    assert published == schema.text(), (
        "run: python -m alula.growth.schema > docs/schemas/growth-facts.schema.json"
    )
    validator = jsonschema.Draft202012Validator(json.loads(published))
    for path in FIRMS.glob("*.yaml"):
        data = Sheet(path.read_text("utf-8"), path.name).data
        plain = json.loads(json.dumps(data, default=float))
        assert not list(validator.iter_errors(plain)), path.name


def test_the_verification_list_is_current():
    page = (ROOT / "docs/growth-verification.md").read_text("utf-8")
    assert page == verification.text(), (
        "run: python -m alula.growth.verification > docs/growth-verification.md"
    )
    assert "凭记忆" in page


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("name: x\nrevenu: {2025: 1}\n", 2, "revenu"),
        ("name: x\n\nrevenue: {2025: many}\n", 3, "number"),
        ("rights:\n  - kind: patent\n", 2, "patent"),
        ("revenue: {2025: 1}\nrevenue: {2024: 1}\n", 2, "twice"),
        ("revenue:\n  2025: -5\n", 2, "negative"),
        ("revenue:\n  25: 5\n", 2, "year"),
        ("revenue: {2025: 10}\nmain_revenue: {2025: 11}\n", 2, "larger"),
        ("revenue: {2025: .nan}\n", 1, "number"),
        ('revenue: {2025: "NaN"}\n', 1, "NaN"),
        ("staff: {2025: 1e300}\n", 1, "usable"),
        ("entry: {accidents: 0}\n", 1, "a list"),
        ("titles:\n  - {kind: tech, from: 2025-01-02, until: 2025-01-01}\n", 2, "before"),
    ],
)
def test_a_mistake_in_the_facts_is_named_with_its_line(text, line, says):
    with pytest.raises(FileProblems) as caught:
        load_facts(text)
    assert says in caught.value.problems[0].en
    assert caught.value.problems[0].line == line
    assert caught.value.problems[0].zh


def test_several_mistakes_are_all_named():
    with pytest.raises(FileProblems) as caught:
        load_facts("nam: x\nrevenu: {}\nstaff: {2025: few}\n")
    assert [one.line for one in caught.value.problems] == [1, 2, 3]


def _run(*args):
    return CliRunner().invoke(cli, ["--lang", "en", "growth", *args], standalone_mode=False)


def test_assess_on_the_command_line_answers_as_data():
    done = _run(
        "assess",
        str(FIRMS / "young_software_innovative.yaml"),
        "--tier",
        "innovative",
        "--as-of",
        "2026-07-10",
        "--json",
    )
    found = json.loads(done.stdout_bytes)
    assert {"rule", "version", "outcome", "path", "clauses", "points"} <= set(found)
    assert found["points"]["total"] == 85
    assert found["points"]["ip"] == 5
    clause = found["clauses"][0]
    assert {"id", "state", "value", "period", "bound", "distance", "text", "source"} <= set(clause)


def test_a_range_is_printed_while_something_is_unknown():
    done = _run(
        "assess", str(FIRMS / "empty_firm.yaml"), "--tier", "innovative", "--as-of", "2026-07-10", "--json"
    )
    assert json.loads(done.stdout_bytes)["points"]["total"] == [5, 100]


def test_assess_size_and_rules_are_readable_too():
    assert (
        "pass"
        in _run(
            "assess", str(FIRMS / "valve_maker_giant.yaml"), "--tier", "giant", "--as-of", "2026-05-10"
        ).output
    )
    assert (
        _run("size", str(FIRMS / "valve_maker_giant.yaml"), "--as-of", "2026-05-10").output.strip() == "small"
    )
    done = _run("size", str(FIRMS / "empty_firm.yaml"), "--json")
    assert json.loads(done.stdout_bytes)["possible"] == ["micro", "small", "medium", "large"]


def test_the_rule_of_2022_and_that_of_2026_differ_as_published():
    rows = {}
    for line in _run("rules", "diff", "SRDI-2022", "SRDI-2026").output.splitlines():
        cells = [one.strip() for one in line.strip("|").split("|")]
        rows.setdefault(cells[0], []).append(tuple(cells[1:]))
    assert rows["Segment years"] == [("years in segment ≥ 2", "years in segment ≥ 3")]
    assert rows["Revenue"][0] == (
        "revenue last year ≥ 1000, or equity (2 years) ≥ 2000",
        "revenue last year ≥ 1500, or equity (2 years) ≥ 2000",
    )
    assert rows["Main-business share"][0][1].endswith("≥ 80%")
    assert "points only" in rows["Debt"][0][0]
    assert "in each of 2 years" in rows["R&D"][0][1]
    assert "60 of 100 points" in rows["Method"][0][0]
    assert rows["Method"][0][1] == "6 hard conditions, no points"
    assert rows["Speciality (province)"][0] == ("points only, at most 15", "—")
    assert rows["Update by"] == [("04-30", "05-31")] * 2
    giant_main = rows["Main-business share"][1]
    assert giant_main[0].endswith("70%")
    assert giant_main[1].endswith("90%")
    assert rows["Growth"][1][0].startswith("main-business revenue mean growth")
    assert rows["Growth"][1][1].startswith("revenue compound growth")
    assert "bought counts after 12 months) ≥ 2" in rows["IP"][1][0]
    assert "bought never counts, owner rank ≤ 3) ≥ 4" in rows["IP"][1][1]
    assert "≥ 1200" in rows["R&D"][1][1]
    assert rows["Development score"][1][1].startswith("score this year ≥ 60")


def test_rules_check_runs_the_cases():
    done = _run("rules", "check")
    assert "failed 0" in done.output


def test_bad_facts_are_one_sentence_per_mistake(tmp_path):
    bad = tmp_path / "f.yaml"
    bad.write_text("nam: x\n")
    done = _run("assess", str(bad), "--tier", "giant")
    assert "f.yaml:1:1" in str(done.exception.message)
