"""Dates to keep, candidates, the table of moves, and lists as files: no database."""

import io
from datetime import date
from importlib.resources import files

import openpyxl
import pytest
from msgspec.structs import replace

from alula.growth.facts import Title, load_facts
from alula.growth.ladder import firm_list
from alula.growth.ladder.candidates import find
from alula.growth.ladder.deadlines import dues, report_day
from alula.growth.ladder.divisions import code_of, name_of
from alula.growth.ladder.tiers import rank_on
from alula.growth.ladder.workflow import MOVES, moves_from
from alula.kernel.errors import Refusal


def kinds(titles, day):
    return {one.kind: one.due for one in dues(titles, day)}


def test_the_yearly_update_moved_from_april_to_may_with_the_rule_of_2026():
    title = Title(kind="provincial", since=date(2023, 7, 1), until=date(2026, 12, 31))
    assert kinds([title], date(2025, 1, 10))["yearly_update"] == date(2025, 4, 30)
    assert kinds([title], date(2025, 4, 30))["yearly_update"] == date(2025, 4, 30)
    assert kinds([title], date(2025, 5, 1))["yearly_update"] == date(2026, 5, 31)
    assert "yearly_update" not in kinds([title], date(2026, 6, 1)), "the title ends before the next one"


def test_the_first_update_comes_in_the_year_after_the_title():
    title = Title(kind="innovative", since=date(2026, 3, 1), until=date(2029, 2, 28))
    assert kinds([title], date(2026, 3, 2))["yearly_update"] == date(2027, 5, 31)
    assert kinds([replace(title, kind="tech")], date(2026, 3, 2))["yearly_update"] == date(2027, 3, 31)


def test_review_is_shown_half_a_year_ahead_and_expiry_a_month():
    found = {
        one.kind: one
        for one in dues(
            [Title(kind="giant", since=date(2024, 1, 1), until=date(2026, 12, 31))], date(2026, 6, 1)
        )
    }
    assert found["review"].show_from == date(2026, 7, 4)
    assert found["expiry"].show_from == date(2026, 12, 1)
    assert found["review"].due == found["expiry"].due == date(2026, 12, 31)


def test_titles_outside_the_ladder_ask_for_nothing():
    assert (
        dues([Title(kind="high_tech", since=date(2024, 1, 1), until=date(2026, 12, 31))], date(2026, 6, 1))
        == []
    )
    assert dues(None, date(2026, 6, 1)) == []


@pytest.mark.parametrize(
    ("changed", "due"),
    [
        (date(2026, 1, 15), date(2026, 4, 15)),
        (date(2026, 11, 30), date(2027, 2, 28)),
        (date(2027, 11, 30), date(2028, 2, 29)),
        (date(2026, 10, 1), date(2027, 1, 1)),
    ],
)
def test_a_change_is_reported_within_three_months(changed, due):
    assert report_day(changed) == due


def test_a_title_holds_on_both_its_days():
    title = Title(kind="provincial", since=date(2026, 1, 1), until=date(2026, 12, 31))
    assert [
        rank_on([title], day)
        for day in (date(2025, 12, 31), date(2026, 1, 1), date(2026, 12, 31), date(2027, 1, 1))
    ] == [0, 2, 2, 0]


def example(name):
    return load_facts(files("alula.growth.examples").joinpath(f"{name}.yaml").read_text("utf-8"))


def test_candidates_are_those_above_the_firm_s_own_tier():
    found = {one.tier: one for one in find(example("sensor_maker_provincial"), date(2026, 11, 23))}
    assert found["provincial"].standing == "pass"
    assert "innovative" not in found, "it holds that tier"
    assert "giant" not in found, "three conditions are missed"


def test_one_missed_condition_is_nearly_and_says_by_how_much():
    facts = example("sensor_maker_provincial")
    facts = replace(facts, platform_score={2026: facts.platform_score[2026] - 20})
    (one,) = [one for one in find(facts, date(2026, 11, 23)) if one.tier == "provincial"]
    assert (one.standing, [told["id"] for told in one.unmet]) == ("nearly", ["platform_score"])
    assert one.unmet[0]["distance"] == "-12"


def test_an_open_condition_is_told_and_never_called_a_pass():
    facts = replace(example("sensor_maker_provincial"), platform_score={}, judgements={})
    (one,) = [one for one in find(facts, date(2026, 11, 23)) if one.tier == "provincial"]
    assert one.standing == "open"
    assert {told["id"] for told in one.unknown} == {"platform_score", "market"}


def test_of_whom_little_is_known_is_no_candidate_nor_who_is_barred():
    assert find(example("empty_firm"), date(2026, 11, 23)) == []
    assert find(example("chemical_firm_ineligible"), date(2026, 11, 23)) == []


def test_the_table_of_moves_leads_somewhere_and_ends():
    reached = {"self_test"} | {move.after for move in MOVES.values()}
    for move in MOVES.values():
        assert set(move.before) <= reached
    for closed in ("announced", "rejected", "withdrawn"):
        assert moves_from(closed, owner=True, officer=True) == []
    assert moves_from("submitted", owner=False, officer=True) == ["take", "return", "reject"]
    assert moves_from("submitted", owner=True, officer=False) == ["withdraw"]
    assert moves_from("self_test", owner=False, officer=True) == []


HEADING = ["企业名称", "统一社会信用代码", "所在地", "行业", "称号", "联系人", "联系电话"]


def csv_of(*rows):
    return "\n".join(",".join(row) for row in [HEADING, *rows]).encode()


def read(name, content):
    return firm_list.read(name, len(content), lambda: content)


def test_a_list_is_read_and_every_bad_row_named():
    good = [
        "云帆阀门",
        "91440101MA5AAAAA1X",
        "4401",
        "工业",
        "创新型 2024-09-01~2027-08-31; 专精特新 2025-10-01～2028-09-30",
        "王",
        "139",
    ]
    found = read(
        "a.csv",
        csv_of(
            good,
            ["", "91440101MA5AAAAA2X", "", "", "", "", ""],
            ["短码", "9144", "", "", "", "", ""],
            good,
            ["远地", "91440101MA5AAAAA3X", "月球", "", "", "", ""],
            ["别业", "91440101MA5AAAAA4X", "广东省", "炼金术", "", "", ""],
            ["怪名", "91440101MA5AAAAA5X", "", "", "诺贝尔奖 2024-01-01", "", ""],
            ["倒期", "91440101MA5AAAAA6X", "", "", "小巨人 2027-01-01~2024-01-01", "", ""],
        ),
    )
    assert found.count == 8
    (row,) = found.good
    assert [(one.kind, one.since, one.until) for one in row.titles] == [
        ("innovative", date(2024, 9, 1), date(2027, 8, 31)),
        ("provincial", date(2025, 10, 1), date(2028, 9, 30)),
    ]
    assert [(bad.line, bad.column, bad.expected) for bad in found.bad] == [
        (3, "name", "name"),
        (4, "credit_code", "credit_code"),
        (5, "credit_code", "repeated"),
        (6, "place", "place"),
        (7, "industry", "industry"),
        (8, "titles", "titles"),
        (9, "titles", "titles"),
    ]


def test_xlsx_reads_as_csv_does():
    book = openpyxl.Workbook()
    book.active.append(HEADING[:3])
    book.active.append(["云帆阀门", "91440101MA5AAAAA1X", 4401])
    file = io.BytesIO()
    book.save(file)
    (row,) = read("a.xlsx", file.getvalue()).good
    assert (row.name, row.place) == ("云帆阀门", "4401")


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.xlsx", b"not a workbook", "growth.list_unreadable"),
        ("a.csv", b"\xff\xff\xff", "growth.list_unreadable"),
        ("a.csv", b"", "growth.list_column"),
        ("a.csv", "企业名称\n云帆\n".encode(), "growth.list_column"),
        ("a.csv", csv_of(*(["x", "y"] for _ in range(firm_list.MOST_ROWS + 1))), "growth.list_too_long"),
    ],
)
def test_a_file_that_is_no_list_is_refused(name, content, code):
    with pytest.raises(Refusal) as refused:
        read(name, content)
    assert refused.value.code == code


def test_a_file_too_big_is_not_even_read():
    with pytest.raises(Refusal) as refused:
        firm_list.read("a.csv", firm_list.MOST_BYTES + 1, lambda: pytest.fail("read"))
    assert refused.value.code == "growth.list_too_big"


def test_places_by_code_and_name():
    assert (code_of("广州市"), code_of("Guangdong"), code_of("440106"), code_of("4401066")) == (
        "4401",
        "44",
        "440106",
        None,
    )
    assert name_of("440199") == {"zh": "广州市 440199", "en": "Guangzhou 440199"}
    assert name_of("440106")["zh"] == "天河区"
    assert name_of("9999") == {"zh": "9999", "en": "9999"}
