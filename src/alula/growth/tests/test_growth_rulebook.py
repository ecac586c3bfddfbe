"""The rule files hold: every case beside them, every number pinned by a case, strictly read, chosen by the day."""

from __future__ import annotations

from datetime import date

import pytest

from alula.growth.reading import FileProblems
from alula.growth.rulebook import casebook, load
from alula.growth.rulebook.choose import choose
from alula.growth.rulebook.model import Clause, Rule, SizeRule
from alula.growth.rulebook.mutation import mutants, mutate
from alula.growth.verification import parts
from alula.kernel.errors import Refusal

BOOK = load.shipped()


def test_every_case_beside_the_rules_goes_as_written():
    results = casebook.run_cases(BOOK)
    failed = [f"{one.name}: {one.failure}" for one in results if one.failure]
    assert not failed, "\n".join(failed)
    assert len({str(case) for case in casebook.all_cases()}) >= 200


def test_every_clause_and_item_of_every_rule_has_cases():
    seen = {(name, case.see) for case in casebook.all_cases() for name in (case.rule, *case.over)}
    for rule in BOOK.values():
        if not isinstance(rule, SizeRule):
            for part in parts(rule):
                assert (rule.id, part.id) in seen, f"{rule.id} {part.id}"


@pytest.mark.slow
def test_changing_any_number_of_any_rule_breaks_a_case():
    score = mutate()
    print(f"mutants {score.total}, score {score.percent} %")
    assert score.total > 500
    assert not score.survivors, "\n".join(score.survivors)


def test_a_mutant_differs_in_one_place_and_is_still_a_rule():
    rule = BOOK["SRDI-2026"]
    made = list(mutants(rule))
    assert all(one.rule != rule for one in made)
    assert any("1500 -> 1500.01" in one.what for one in made)
    assert any(">= -> >" in one.what for one in made)


@pytest.mark.parametrize(
    ("tier", "day", "options", "expected"),
    [
        ("provincial", "2022-07-31", {}, None),
        ("provincial", "2022-08-01", {}, "SRDI-2022"),
        ("provincial", "2026-03-31", {}, "SRDI-2022"),
        ("provincial", "2026-04-01", {}, "SRDI-2026"),
        ("provincial", "2026-04-01", {"kind": "review"}, "SRDI-2026"),
        ("provincial", "2025-05-01", {"place": "4401"}, "SRDI-2022 SRDI-2022-GD"),
        ("provincial", "2023-12-31", {"place": "44"}, "SRDI-2022"),
        ("provincial", "2024-01-01", {"place": "440106"}, "SRDI-2022 SRDI-2022-GD"),
        ("provincial", "2026-04-01", {"place": "44"}, "SRDI-2026"),
        ("provincial", "2025-05-01", {"place": "37"}, "SRDI-2022 SRDI-2022-SD"),
        ("provincial", "2025-05-01", {"place": "5101"}, "SRDI-2022 SRDI-2022-SC"),
        ("provincial", "2025-05-01", {"place": "33"}, "SRDI-2022"),
        ("giant", "2026-03-31", {}, "GIANT-2022"),
        ("giant", "2026-04-01", {}, "GIANT-2026"),
        ("giant", "2026-04-01", {"kind": "review"}, "GIANT-2022"),
        ("giant", "2026-12-31", {"kind": "review"}, "GIANT-2022"),
        ("giant", "2027-01-01", {"kind": "review"}, "GIANT-2026"),
        ("giant", "2024-05-01", {}, "GIANT-2022 N2024"),
        ("giant", "2024-06-30", {"kind": "review"}, "GIANT-2022 N2024"),
        ("giant", "2024-07-01", {}, "GIANT-2022"),
        ("giant", "2024-04-30", {}, "GIANT-2022"),
        ("giant", "2025-05-13", {}, "GIANT-2022"),
        ("giant", "2025-05-14", {}, "GIANT-2022 N2025"),
        ("giant", "2025-06-30", {}, "GIANT-2022 N2025"),
        ("giant", "2025-07-01", {}, "GIANT-2022"),
        ("giant", "2025-07-20", {"batch": 7}, "GIANT-2022 N2025"),
        ("giant", "2025-05-20", {"batch": 6}, "GIANT-2022 N2024"),
        ("giant", "2024-05-20", {"batch": 3, "kind": "review"}, "GIANT-2022 N2024"),
        ("giant", "2026-04-24", {}, "GIANT-2026"),
        ("giant", "2026-04-25", {}, "GIANT-2026 N2026"),
        ("giant", "2026-06-30", {"kind": "review"}, "GIANT-2022 N2026"),
        ("giant", "2026-07-01", {}, "GIANT-2026"),
        ("innovative", "2022-07-31", {}, None),
        ("innovative", "2026-07-10", {"place": "44"}, "INNO-2022"),
        ("tech", "2017-05-02", {}, None),
        ("tech", "2017-05-03", {}, "TECH-2017"),
        ("digital", "2024-09-03", {}, "DIGITAL-2022"),
        ("digital", "2024-09-04", {}, "DIGITAL-2024"),
    ],
)
def test_the_rule_follows_from_the_day_the_kind_the_batch_and_the_place(tier, day, options, expected):
    if expected is None:
        with pytest.raises(Refusal, match=r"growth\.no_rule"):
            choose(tier, date.fromisoformat(day), **options)
        return
    rule = choose(tier, date.fromisoformat(day), **options)
    assert " ".join([rule.id, *rule.overlays]) == expected


def _text(name):
    return (load.FOLDER / f"{name}.yaml").read_text("utf-8")


@pytest.mark.parametrize(
    ("old", "new", "line_of", "says"),
    [
        ('op: ">=", bound: 1500}', 'op: "=>", bound: 1500}', "bound: 1500", "=>"),
        ("  - id: main\n", "  - id: debt\n", None, "used twice"),
        ("bound: 1500}", "bond: 1500}", "bond: 1500", "bound"),
        ("tier: provincial", "tier: county", "tier: county", "county"),
        ("kind: compare", "kind: compares", "kind: compares", "compares"),
        ("bound: 1500", "bound: NaN", "bound: NaN", "NaN"),
        ("until: 2026-03-31", "until: 2022-03-31", None, "before"),
    ],
)
def test_a_mistake_in_a_rule_file_is_named_with_its_line(old, new, line_of, says):
    name = "SRDI-2022" if "until" in old else "SRDI-2026"
    text = _text(name).replace(old, new, 1)
    with pytest.raises(FileProblems) as caught:
        load.parse(text, "x.yaml")
    problem = caught.value.problems[0]
    assert says in problem.en
    if line_of:
        line = next(n for n, one in enumerate(text.split("\n"), 1) if line_of in one)
        assert abs(problem.line - line) <= 4, (problem, line)
    assert str(caught.value).startswith("x.yaml:")


@pytest.mark.parametrize(
    "text", ["", "a: &x 1\nb: *x", "- - - - [", "{" * 99, "a: 1\n---\nb: 2", "x: !!python/object 1", "\x00"]
)
def test_what_is_no_plain_yaml_is_refused_with_a_line(text):
    with pytest.raises(FileProblems):
        load.parse(text, "x.yaml")


def test_points_that_do_not_make_a_hundred_are_refused():
    with pytest.raises(FileProblems, match="100"):
        load.parse(_text("INNO-2022").replace("most: 20", "most: 19", 1), "x.yaml")


def test_every_part_has_words_in_both_languages_and_a_source():
    for rule in BOOK.values():
        if isinstance(rule, SizeRule):
            continue
        for part in parts(rule):
            assert part.words.zh != part.words.en
            assert part.sources
            assert part.article
            assert isinstance(part, Clause) or part.most > 0
        assert isinstance(rule, Rule) or rule.over
