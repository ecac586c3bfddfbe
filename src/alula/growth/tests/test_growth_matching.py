"""Matching: every rule with a case on both sides, the order, and the words of every reason."""

import random

import pytest

from alula.growth.support.gaps import known, prefill
from alula.growth.support.kinds import EXPERTISE, KINDS, ServiceKind, industry_id
from alula.growth.support.matching import Candidate, Need, Tie, excluded, rank

NEED = Need(
    ServiceKind.TECHNOLOGY,
    frozenset({"ip", "digital"}),
    "industry",
    "440106",
    "firm-1",
    "云山阀门",
    ("宏达阀门",),
)
PLAIN = Candidate("1", "陈教授", frozenset({"technology"}), frozenset(), frozenset(), "", 5, 5 - 1)


def points(**what):
    (found,) = rank(NEED, [PLAIN._replace(**what)])
    assert found.excluded is None
    return found.points


def why(**what):
    found = excluded(NEED, PLAIN._replace(**what))
    return found and found["zh"]


BASE = points()


def test_expertise_counts_by_the_share_of_what_is_asked():
    assert points(expertise=frozenset({"ip"})) - BASE == 25
    assert points(expertise=frozenset({"ip", "digital", "law"})) - BASE == 50
    assert points(expertise=frozenset({"law"})) - BASE == 0


def test_the_industry_counts_when_it_is_the_firms():
    assert points(industries=frozenset({"industry", "retail"})) - BASE == 20
    assert points(industries=frozenset({"retail"})) - BASE == 0
    assert industry_id("制造业") == industry_id("industry") == industry_id("Industry") == "industry"
    assert industry_id("没有这个行业") == industry_id(None) == ""


@pytest.mark.parametrize(
    ("place", "extra"), [("440111", 20), ("4401", 20), ("440300", 10), ("44", 10), ("110000", 0), ("", 0)]
)
def test_the_same_city_counts_twice_the_province(place, extra):
    assert points(place=place) - BASE == extra


def test_free_places_count_and_a_full_one_is_excluded():
    assert points(busy=0) - points(busy=4) == 8
    assert why(busy=4) is None
    assert why(busy=5) == "名额已满：5 个中已用 5 个"
    assert why(busy=6) == "名额已满：5 个中已用 6 个"


def test_who_is_not_active_or_offers_another_service_is_excluded():
    assert why(active=False) == "已停用"
    assert why(kinds=frozenset({"finance"})) == "不提供“技术升级”"
    assert why(kinds=frozenset({"finance", "technology"})) is None


@pytest.mark.parametrize("kind", ["employed", "shareholder", "adviser", "family", "competitor"])
def test_a_tie_to_the_firm_excludes_and_says_with_whom(kind):
    by_id, by_name = Tie(kind, "云山公司", "firm-1"), Tie(kind, "云山 阀门")
    assert "利益冲突" in why(ties=(by_id,))
    assert "云山公司" in why(ties=(by_id,))
    assert "云山 阀门" in why(ties=(by_name,))
    assert why(ties=(Tie(kind, "别家", "firm-2"),)) is None


def test_whom_the_firm_keeps_out_is_excluded_with_those_tied_to_it():
    assert why(name="宏达阀门") == "企业要求回避"
    assert why(ties=(Tie("employed", "宏达阀门"),)) == "利益冲突：任职于宏达阀门，企业要求回避"
    assert why(ties=(Tie("competitor", "宏达阀门"),)) is None  # competes with the firm's competitor: no harm


def test_the_order_is_points_then_name_and_never_chance():
    crowd = [
        PLAIN._replace(
            id=str(n), name=f"专家{n % 7}", expertise=frozenset({"ip"} if n % 3 else {"ip", "digital"})
        )
        for n in range(40)
    ]
    first = [one.candidate.id for one in rank(NEED, crowd)]
    for seed in range(5):
        mixed = crowd[:]
        random.Random(seed).shuffle(mixed)
        assert [one.candidate.id for one in rank(NEED, mixed)] == first
    best, *_, last = rank(NEED, [*crowd, PLAIN._replace(id="x", name="一", busy=9)])
    assert best.candidate.expertise == {"ip", "digital"}
    assert last.candidate.id == "x"
    assert last.points == 0
    assert last.excluded


def test_every_reason_is_told_in_both_languages():
    (found,) = rank(NEED, [PLAIN._replace(expertise=frozenset({"ip"}), place="4401", busy=2)])
    assert [one["zh"] for one in found.reasons] == [
        "专长相符：知识产权（2 项中的 1 项）",
        "行业不同",
        "同城",
        "在办 2 项，上限 5 项",
    ]
    assert [one["en"] for one in found.reasons] == [
        "Expertise fits: Intellectual property (1 of 2)",
        "Another industry",
        "Same city",
        "Load 2 of 5",
    ]


def test_nobody_at_all_is_an_empty_list_and_the_lists_are_bilingual():
    assert rank(NEED, []) == []
    assert len(KINDS) == 6
    for texts in (*KINDS.values(), *EXPERTISE.values()):
        assert texts["zh"]
        assert texts["en"]


def test_a_gap_prefills_a_request_and_an_unknown_one_still_does():
    for gap in known():
        one = prefill(gap, "zh")
        assert all([one.title, one.need, one.expertise])
    assert prefill("no_such_gap", "en").kind == ServiceKind.CULTIVATION
