"""What an author of scenario files was promised: every mistake, at its line and field, in one go."""

from __future__ import annotations

import re
import time
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alula.coach.scenario import load
from alula.coach.scenario.load import check_file, check_text, load_file, load_text
from alula.coach.scenario.model import Scenario
from alula.coach.scenario.nodes import LARGEST
from alula.coach.scenario.problems import ScenarioErrors

FIXTURE = Path(__file__).parent / "broadband.yaml"
TEXT = FIXTURE.read_text("utf-8")


def changed(old: str, new: str, text: str = TEXT) -> str:
    assert text.count(old) >= 1, old
    return text.replace(old, new, 1)


def problems(text: str) -> list[tuple[int, str, str]]:
    return [(one.line, one.field, one.code) for one in check_text(text, "x.yaml").problems]


def only(text: str) -> tuple[str, str]:
    _, field, code = problems(text)[0]
    assert len(problems(text)) == 1, problems(text)
    return field, code


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


def test_a_good_file_is_read_whole():
    scenario = load_file(FIXTURE)
    assert (scenario.id, scenario.version, len(scenario.customer.acts)) == ("broadband", 3, 9)
    assert scenario.product.facts[8].on.isoformat() == "2026-12-31"
    assert scenario.product.facts[9].holds is True
    assert scenario.customer.acts[0].edges[0].on == "any"


def test_numbers_are_exact():
    fact = next(one for one in load_file(FIXTURE).product.facts if one.id == "uptime")
    assert fact.value == Decimal("99.95")
    assert str(fact.value) == "99.95"


def test_a_stored_scenario_is_read_again_as_the_same():
    scenario = load_file(FIXTURE)
    assert msgspec.json.decode(scenario.digest(), type=Scenario) == scenario


def test_every_mistake_is_reported_in_one_go_with_line_field_and_both_languages():
    text = changed("value: 129", "value: 129 元")
    text = changed("weight: 3\n    stage: needs", "weight: 30\n    stage: nedes", text)
    text = changed("facts: [monthly_fee]\n", "facts: [montly_fee]\n", text)
    text = changed("holds: true", "holds: yes", text)
    text = changed("minutes: 8\n", "", text)
    text = changed("  occupation:", "  ocupation:", text)
    found = check_text(text, "x.yaml")
    assert found.scenario is None
    assert [(one.line, one.field, one.code) for one in found.problems] == [
        (2, "minutes", "missing_field"),
        (13, "persona.occupation", "missing_field"),
        (16, "persona.ocupation", "unknown_field"),
        (line_of(text, "129 元"), "product.facts[0].value", "not_a_number"),
        (line_of(text, "holds: yes"), "product.facts[9].holds", "not_a_switch"),
        (line_of(text, "weight: 30"), "key_points[1].weight", "out_of_range"),
        (line_of(text, "nedes"), "key_points[1].stage", "unknown_reference"),
        (line_of(text, "montly_fee"), "key_points[2].facts[0]", "unknown_reference"),
    ]
    by_code = {one.code: one.message for one in found.problems}
    assert "是想写“occupation”吗" in by_code["unknown_field"].zh
    assert "Did you mean “monthly_fee”?" in found.problems[-1].message.en
    with pytest.raises(ScenarioErrors) as raised:
        load_text(text, "mine.yaml")
    assert raised.value.problems == found.problems
    assert f"mine.yaml:{line_of(text, 'weight: 30')}:" in str(raised.value)


def test_a_problem_points_at_the_character():
    text = changed("pass_at: 60", "pass_at: 600")
    (one,) = check_text(text, "x.yaml").problems
    line = text.splitlines()[one.line - 1]
    assert line[one.column - 1 :].startswith("600")


@pytest.mark.parametrize(
    ("old", "new", "field", "code"),
    [
        ("value: 129", 'value: "129"', "product.facts[0].value", "not_a_number"),
        ("value: 129", "value: 0129", "product.facts[0].value", "not_a_number"),
        ("value: 129", "value: 1_290", "product.facts[0].value", "not_a_number"),
        ("value: 129", "value: 1:30", "product.facts[0].value", "not_a_number"),
        ("value: 129", "value: 0x81", "product.facts[0].value", "not_a_number"),
        ("value: 129", "value: .inf", "product.facts[0].value", "not_a_number"),
        ("on: 2026-12-31", "on: 2026-02-30", "product.facts[8].on", "not_a_date"),
        ("on: 2026-12-31", "on: 2026-12-31 08:00:00", "product.facts[8].on", "not_a_date"),
        ("holds: true", "holds: on", "product.facts[9].holds", "not_a_switch"),
        ("holds: true", 'holds: "true"', "product.facts[9].holds", "not_a_switch"),
        ("version: 3", "version: 3.5", "version", "not_whole"),
        ("version: 3", "version: 0", "version", "out_of_range"),
        ("version: 3", "version:", "version", "not_a_number"),
        ("language: zh", "language: zhs", "language", "not_allowed"),
        ("format: alula.scenario/1", "format: alula.scenario/2", "format", "not_allowed"),
        ("id: broadband", "id: Broadband", "id", "not_a_slug"),
        ("name: 周女士", "name:", "persona.name", "no_value"),
        ("name: 周女士", 'name: ""', "persona.name", "too_short"),
        ("name: 周女士", "name: " + "长" * 401, "persona.name", "too_long"),
        ("subjects: [月费, 每月]", "subjects: []", "product.facts[0].subjects", "too_few"),
        ("subjects: [月费, 每月]", "subjects: 月费", "product.facts[0].subjects", "wrong_shape"),
        ("role: {zh: 客服, en: Agent}", "role: 客服", "role", "wrong_shape"),
        ("minutes: 8", "minutes: [8]", "minutes", "wrong_shape"),
        ("minutes: 8", "minutes: 8\nminutes: 9", "minutes", "duplicate_key"),
        ("    easy: {", "    medium: {", "customer.levels.medium", "not_allowed"),
        ("rubric: {pass_at: 60}", "rubric: {pass_at: 60, content: 80}", "rubric", "weights"),
        ("rubric: {pass_at: 60}", "rubric: {logic: 30}", "rubric", "weights"),
        ("rubric: {pass_at: 60}", "rubric: {tone: 0}", "rubric", "weights"),
        ("rubric: {pass_at: 60}", "rubric: {further: {courtesy: 10}}", "rubric", "weights"),
    ],
)  # fmt: skip
def test_what_cannot_stand_in_a_field_is_refused_at_it(old, new, field, code):
    text = changed(old, new)
    assert (field, code) in [(one[1], one[2]) for one in problems(text)]
    assert check_text(text, "x").scenario is None


@pytest.mark.parametrize(
    ("old", "new", "field", "code"),
    [
        ("{id: deposit,", "{id: monthly_fee,", "product.facts[1].id", "duplicate_id"),
        ("after: [opening]", "after: [close]", "stages[1].after", "cycle"),
        ("after: [opening]", "after: [needs]", "stages[1].after", "cycle"),
        ("requires: [ask_devices]", "requires: [state_fee]", "key_points[2].requires", "cycle"),
        ("value: 24, unit: 月", "unit: 月", "product.facts[2]", "fact_needs"),
        ("low: 100, high: 300", "low: 100", "product.facts[1]", "fact_needs"),
        ("low: 100, high: 300", "low: 300, high: 100", "product.facts[1].low", "fact_range"),
        ("value: 129,", "value: 129, low: 100,", "product.facts[0].low", "fact_rejects"),
        ("value: 129,", "value: 129, holds: true,", "product.facts[0].holds", "fact_rejects"),
        ("value: 24, unit: 月", "value: 24, unit: 旬", "product.facts[2].unit", "fact_unit"),
        ("tolerance: 0.05", "tolerance: 5", "product.facts[5].tolerance", "fact_tolerance"),
        ("opening: hello", "opening: helo", "customer.opening", "unknown_reference"),
        ("{on: missed, to: too_dear}", "{on: missd, to: too_dear}", "customer.acts[1].edges[1].on", "unknown_reference"),
        ("{on: missed, to: too_dear}", "{on: missed, to: dear}", "customer.acts[1].edges[1].to", "unknown_reference"),
        ("when: {after: [ask_price]}", "when: {after: [ask_move]}", "customer.acts[4]", "unreachable"),
        ("when: {after: [ask_price]}", "when: {not_after: [hello]}", "customer.acts[4]", "unreachable"),
        ("when: {min_interest: 60}", "when: {min_interest: 60, max_interest: 50}", "customer.acts[6]", "unreachable"),
        ("when: {min_interest: 60}", "when: {said: [say_move], not_said: [say_move]}", "customer.acts[6]", "unreachable"),
        ("when: {min_interest: 60}", "when: {min_turn: 61}", "customer.acts[6]", "unreachable"),
        ("levels: [easy, normal]}", "levels: []}", "customer.acts[5]", "unreachable"),
        ("{id: ask_move, kind: question,", "{id: ask_move, kind: open,", "customer.acts[4]", "unreachable"),
        ("kind: buy,", "kind: statement,", "customer.acts", "missing_ending"),
        ("say: [移机],", 'say: ["移机 + "],', "key_points[5].say[0]", "empty_words"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_where_it_stands(old, new, field, code):
    text = changed(old, new)
    found = problems(text)
    assert (field, code) in [(one[1], one[2]) for one in found]
    assert check_text(text, "x").scenario is None


def test_all_three_levels_are_needed():
    text = "\n".join(line for line in TEXT.splitlines() if not line.startswith("    hard:"))
    assert only(text) == ("customer.levels", "missing_level")


def test_an_act_waiting_for_another_that_never_comes_is_out_of_reach_too():
    text = changed("{id: ready, kind: buying_signal,", "{id: ready, kind: buying_signal, levels: [hard],")
    text = changed("when: {min_interest: 60}", "when: {after: [chat_school]}", text)
    assert only(text) == ("customer.acts[6]", "unreachable")


def test_two_acts_that_wait_for_each_other_never_come():
    text = changed("when: {after: [ask_price]}", "when: {after: [ready]}")
    text = changed("when: {min_interest: 60}", "when: {after: [ask_move]}", text)
    assert [(one[1], one[2]) for one in problems(text)] == [
        ("customer.acts[4]", "unreachable"), ("customer.acts[6]", "unreachable"),
    ]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(
    ("act", "most"),
    [
        ("{id: a%d, kind: question, topic: price, say: [a, b, c]}", 2),
        ("{id: a%d, kind: question, topic: price, say: [a, b, c], edges: [{on: any, to: zz}]}", 200),
        ("{id: a%d, kind: questio, topic: pric, sa: [a, b, c]}", load.MOST_NAMED),
    ],
)
def test_a_file_of_nearly_a_megabyte_is_read_in_seconds(act, most):
    acts = "".join(f"    - {act % i}\n" for i in range(9_000))
    text = changed("    - {id: buys,", f"{acts}    - {{id: buys,")
    begin = time.process_time()
    found = check_text(text, "x")
    assert time.process_time() - begin < 15
    assert 0 < len(found.problems) <= most


def test_a_mistake_in_an_id_does_not_accuse_those_who_refer_to_it():
    text = changed("{id: monthly_fee,", "{id: Monthly-Fee,")
    assert only(text) == ("product.facts[0].id", "not_a_slug")


@pytest.mark.parametrize(("word", "kept"), [("no", "no"), ("yes", "yes"), ("2026-01-01", "2026-01-01"), ("010", "010"),
                                            ("1:30", "1:30"), ("1e3", "1e3"), ("off", "off")])  # fmt: skip
def test_words_that_yaml_reads_as_something_else_stay_words(word, kept):
    scenario = load_text(changed("aliases: [千兆]", f"aliases: [千兆, {word}]"), "x")
    assert scenario.product.aliases == ("千兆", kept)


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("", "empty", 1),
        ("# nothing\n", "empty", 1),
        ("a: [1, 2\nb: 3\n", "syntax", 2),
        ("a: &x 1\nb: *x\n", "alias", 1),
        ("a: !!python/object:os.system 1\n", "tag", 1),
        ("a: !secret 1\n", "tag", 1),
        ("a: 1\n---\nb: 2\n", "many_documents", 2),
        ("[" * 500_000, "too_deep", 1),
        ("a: 1\n\tb: 2\n", "syntax", 2),
        ("a: \x00\n", "syntax", 1),
        ("a: \ud800\n", "not_utf8", 1),
        ("x" * (LARGEST + 1), "too_big", 1),
    ],
)
def test_a_text_that_is_no_plain_yaml_is_refused_with_its_line(text, code, line):
    (one,) = check_text(text, "x").problems
    assert (one.code, one.line) == (code, line)
    assert not re.search("[a-z]{2,} [a-z]{2,}", one.message.zh), "no words of a library"


@pytest.mark.parametrize("text", ["- 1\n", "just words\n", "42\n"])
def test_a_file_that_is_no_scenario_at_all(text):
    assert only(text) == ("", "wrong_shape")


def test_a_bomb_of_aliases_costs_nothing():
    bomb = "a0: &a0 [x, x]\n" + "".join(f"a{i}: &a{i} [*a{i - 1}, *a{i - 1}]\n" for i in range(1, 60))
    begin = time.process_time()
    assert only(bomb)[1] == "alias"
    assert time.process_time() - begin < 0.5


@pytest.mark.parametrize(("raw", "code"), [(b"\xff\xfe\x00a", "not_utf8"), (b"x" * (LARGEST + 1), "too_big")])
def test_a_file_that_cannot_be_decoded_or_is_huge(tmp_path, raw, code):
    path = tmp_path / "bad.yaml"
    path.write_bytes(raw)
    assert [one.code for one in check_file(path).problems] == [code]


def test_a_missing_file_and_a_folder_are_problems_not_crashes(tmp_path):
    for path in (tmp_path / "none.yaml", tmp_path):
        with pytest.raises(ScenarioErrors) as raised:
            load_file(path)
        assert raised.value.problems[0].code == "unreadable"


def test_a_byte_order_mark_is_no_trouble(tmp_path):
    path = tmp_path / "bom.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + TEXT.encode())
    assert load_file(path).id == "broadband"


def test_a_thin_scenario_can_be_used_and_its_author_is_warned():
    checked = check_file(FIXTURE)
    assert checked.scenario is not None
    assert {(one.field, one.severity) for one in checked.problems if one.code == "thin"} == {
        ("customer.acts", "warning"), ("key_points", "warning"), ("intents", "warning"),
    }  # fmt: skip


def test_the_shipped_scenarios_are_read_without_a_word():
    for path in sorted(load.SHIPPED.glob("*.yaml")):
        checked = check_file(path)
        assert checked.scenario is not None, checked.problems
        assert checked.problems == (), path.name
        assert checked.scenario.id == path.stem
    assert [one.id for one in load.builtin()] == [path.stem for path in sorted(load.SHIPPED.glob("*.yaml"))]


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, len(TEXT) - 1),
    st.integers(1, 40),
    st.sampled_from(["", "x", ": ", "[", "{", "\n", "- ", "'", "9"]),
)
def test_a_damaged_file_is_read_or_refused_but_never_crashes(at, length, put):
    checked = check_text(TEXT[:at] + put + TEXT[at + length :], "x")
    assert (checked.scenario is None) == any(one.severity == "error" for one in checked.problems)
    for one in checked.problems:
        assert one.line >= 1
        assert one.message.zh
        assert one.message.en
    if checked.scenario is not None:
        assert msgspec.json.decode(checked.scenario.digest(), type=Scenario) == checked.scenario
