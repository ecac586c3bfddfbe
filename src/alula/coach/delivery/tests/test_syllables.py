"""Syllables as a reader would say them; fillers only where they fill."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alula.coach.delivery.syllables import fillers, starts_filled, syllables

han = st.text("您好我是小李请问保费多少", max_size=30)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("您好，我是小李。", 6),
        ("3600元", 5),  # 三千六百元
        ("105", 4),  # 一百零五
        ("10", 1),  # 十
        ("15天", 3),  # 十五天
        ("110", 4),  # 一百一十
        ("20000", 2),  # 两万
        ("10500", 5),  # 一万零五百
        ("100005", 4),  # 十万零五
        ("1005", 4),  # 一千零五
        ("1,000,000", 3),  # 一百万
        ("100万", 3),
        ("3.5%", 6),  # 百分之三点五
        ("15％", 5),  # 百分之十五
        ("2024年", 5),  # 二零二四年
        ("13800138000", 11),
        ("0", 1),
        ("CRM系统", 5),
        ("", 0),
        ("……！？", 0),
    ],
)
def test_chinese(text, count):
    assert syllables(text, "zh") == count


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("hello world", 3),
        ("people love tables", 5),
        ("we waited and signed", 5),
        ("software", 2),
        ("3600", 6),
        ("21", 3),
        ("1,250,000", 10),
        ("15%", 4),
        ("2.5", 3),
        ("CRM", 3),
        ("WWW", 9),
        ("you're", 1),
        ("", 0),
    ],
)
def test_english(text, count):
    assert syllables(text, "en") == count


@settings(deadline=None)
@given(han, han)
def test_han_characters_count_one_each_and_add_up(one, other):
    assert syllables(one + "，" + other, "zh") == len(one) + len(other)


@settings(deadline=None)
@given(st.integers(0, 10**15), st.sampled_from(["zh", "en"]))
def test_every_number_can_be_read(number, language):
    assert 1 <= syllables(f"{number:,}", language) <= 80


@settings(deadline=None)
@given(st.text(max_size=60), st.sampled_from(["zh", "en"]))
def test_any_text_has_a_count(text, language):
    assert syllables(text, language) >= 0
    assert fillers(text, language) >= 0


@pytest.mark.parametrize(
    ("text", "language", "count"),
    [
        ("嗯，这个产品，呃，很好。", "zh", 2),
        ("那个，我想说，就是，价格不高。", "zh", 2),
        ("那个产品就是这样。", "zh", 0),
        ("好啊，可以。", "zh", 1),
        ("Um, I think, uh, you know, it works.", "en", 3),
        ("The umbrella is under the hut.", "en", 0),
    ],
)
def test_fillers(text, language, count):
    assert fillers(text, language) == count


@pytest.mark.parametrize(
    ("text", "language", "filled"),
    [
        ("嗯，好的", "zh", True),
        ("那个，我想想", "zh", True),
        ("那个产品很好", "zh", False),
        ("Um, sure", "en", True),
        ("Umbrellas", "en", False),
        ("", "zh", False),
    ],
)
def test_filled_starts(text, language, filled):
    assert starts_filled(text, language) is filled
