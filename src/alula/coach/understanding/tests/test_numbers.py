"""Numbers, units, dates and ranges, as they are said; and the way back to the words."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alula.coach.understanding.normalise import clauses, normalise
from alula.coach.understanding.quantities import canonical, quantities


def said(text: str, language: str = "zh") -> list[tuple[str, str]]:
    return [(one.kind, one.written(language)) for one in quantities(normalise(text))]


@pytest.mark.parametrize(
    "text",
    [
        "一百万元",
        "100万元",
        "1,000,000元",
        "壹佰万元",
        "１，０００，０００元",
        "一百萬元",
        "100 万 元",
        "1000000 元",
        "RMB 1,000,000",
        "¥100万",
        "一百万块钱",
        "a million yuan",
    ],
)
def test_one_million_is_one_million_however_it_is_said(text):
    assert said(text) == [("money", "1000000 元")]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("三千六", "3600"),
        ("3千6", "3600"),
        ("三千六百", "3600"),
        ("两百五", "250"),
        ("一百零五", "105"),
        ("一百一", "110"),
        ("一千零五十", "1050"),
        ("一万零三", "10003"),
        ("两万五", "25000"),
        ("1万2", "12000"),
        ("10万5千", "105000"),
        ("一亿三千万", "130000000"),
        ("一万亿", "1000000000000"),
        ("十五", "15"),
        ("二十万", "200000"),
        ("一百十五", "115"),
        ("三点五万", "35000"),
        ("零点五亿", "50000000"),
        ("三百六十五", "365"),
        ("九千八百六", "9860"),
        ("1万零500", "10500"),
        ("一百二十三万四千五百六十七", "1234567"),
        ("叁仟陆佰", "3600"),
        ("首付三万八", "38000"),
        ("三千五", "3500"),
        ("一万二", "12000"),
        ("五十万一分不少", "500000"),
        ("五十万一分钱都不少", "500000"),
        ("五十万一毛不差", "500000"),
        ("三万一平", "30000"),
        ("一千一晚", "1000"),
        ("1.5k", "1500"),
        ("50w", "500000"),
        ("a million", "1000000"),
        ("one hundred and five", "105"),
        ("twenty-five", "25"),
        ("fifteen hundred", "1500"),
        ("two point five million", "2500000"),
        ("1.5 million", "1500000"),
        ("a dozen", "12"),
        ("nine thousand eight hundred and sixty", "9860"),
    ],
)
def test_spoken_numbers(text, value):
    (one,) = quantities(normalise(text))
    assert (one.low, one.high) == (Decimal(value), Decimal(value))


@pytest.mark.parametrize(
    ("text", "kind", "written"),
    [
        ("百分之三点五", "percent", "3.5%"),
        ("3.5%", "percent", "3.5%"),
        ("３．５％", "percent", "3.5%"),
        ("3.5个点", "percent", "3.5%"),
        ("三个百分点", "percent", "3%"),
        ("三成", "percent", "30%"),
        ("五折", "percent", "50%"),
        ("半价", "percent", "50%"),
        ("千分之五", "percent", "0.5%"),
        ("万分之二", "percent", "0.02%"),
        ("百分之百", "percent", "100%"),
        ("百分之三点六五一年", "percent", "3.65%"),
        ("百分之三点六五一个月", "percent", "3.65%"),
        ("百分之四点三五十年期", "percent", "4.35%"),
        ("百分之三点六五年化", "percent", "3.65%"),
        ("百分之三点五年化", "percent", "3.5%"),
        ("百分之零点三八五", "percent", "0.385%"),
        ("两年半", "duration", "2.5 年"),
        ("一百二十来万", "number", "≈ 1200000"),
        ("十来万块钱", "money", "≈ 100000 元"),
        ("二十来天", "duration", "≈ 20 天"),
        ("一百万左右", "number", "≈ 1000000"),
        ("大概三十天", "duration", "≈ 30 天"),
        ("上限一千万", "number", "≤ 10000000"),
        ("最高可以贷到一千万", "number", "≤ 10000000"),
        ("一千万封顶", "number", "≤ 10000000"),
        ("50英镑", "money", "50 英镑"),
        ("三成五", "percent", "35%"),
        ("半年", "duration", "0.5 年"),
        ("一年半", "duration", "1.5 年"),
        ("两个半月", "duration", "2.5 个月"),
        ("九十天", "duration", "90 天"),
        ("五个工作日", "duration", "5 个工作日"),
        ("三个星期", "duration", "3 周"),
        ("两个半小时", "duration", "2.5 小时"),
        ("24小时", "duration", "24 小时"),
        ("三块五", "money", "3.5 元"),
        ("五毛钱", "money", "0.5 元"),
        ("1.5万块", "money", "15000 元"),
        ("100 美元", "money", "100 美元"),
        ("120种", "number", "120 种"),
        ("四十岁", "number", "40 岁"),
        ("十六万公里", "number", "160000 公里"),
        ("5到8万", "number", "50000-80000"),
        ("五到八万元", "money", "50000-80000 元"),
        ("三到五天", "duration", "3-5 天"),
        ("3-5个工作日", "duration", "3-5 个工作日"),
        ("五六天", "duration", "5-6 天"),
        ("三四千元", "money", "3000-4000 元"),
        ("3.5%到5%", "percent", "3.5-5%"),
        ("¥5-8万", "money", "50000-80000 元"),
        ("一百多种", "number", "100+ 种"),
        ("九千多元", "money", "9000+ 元"),
        ("不到四千元", "money", "< 4000 元"),
        ("不超过50万元", "money", "≤ 500000 元"),
        ("3天内", "duration", "≤ 3 天"),
        ("至少两年", "duration", "≥ 2 年"),
        ("2026年3月15日", "date", "2026年3月15日"),
        ("三月十五号", "date", "3月15日"),
        ("2026-03-15", "date", "2026年3月15日"),
        ("二零二六年", "date", "2026年"),
    ],
)
def test_units_ranges_and_bounds_in_chinese(text, kind, written):
    assert said(text)[0] == (kind, written)


@pytest.mark.parametrize(
    ("text", "kind", "written"),
    [
        ("three percent", "percent", "3%"),
        ("20 basis points", "percent", "0.2%"),
        ("half a year", "duration", "0.5 years"),
        ("a 90-day trial", "duration", "90 days"),
        ("two and a half years", "duration", "2.5 years"),
        ("five business days", "duration", "5 working days"),
        ("between 5 and 8 thousand dollars", "money", "5000-8000 dollars"),
        ("from 5 to 8 percent", "percent", "5-8%"),
        ("$49", "money", "49 dollars"),
        ("500 pounds", "money", "500 pounds"),
        ("a hundred pounds", "money", "100 pounds"),
        ("£50", "money", "50 pounds"),
        ("GBP 50", "money", "50 pounds"),
        ("about 30 days", "duration", "≈ 30 days"),
        ("forty-nine dollars", "money", "49 dollars"),
        ("$1.5k", "money", "1500 dollars"),
        ("€49.50", "money", "49.5 euros"),
        ("up to 99.9 percent", "percent", "99.9%"),
        ("within 24 hours", "duration", "≤ 24 hours"),
        ("at least 3 seats", "number", "≥ 3 seats"),
        ("March 15, 2026", "date", "15 March 2026"),
        ("15th of March", "date", "15 March"),
        ("May 5", "date", "5 May"),
    ],
)
def test_units_ranges_and_bounds_in_english(text, kind, written):
    assert said(text, "en")[0] == (kind, written)


@pytest.mark.parametrize(
    "text",
    [
        "第一，我们是老公司",
        "一定一样一直一起",
        "万一",
        "千万别",
        "百万医疗",
        "下午三点半",
        "三分之一",
        "13800138000",
        "v2.0",
        "A4纸",
        "一块去吧",
        "三成功",
        "30号",
        "one of them",
        "this one",
        "9:30 见",
    ],
)
def test_what_only_looks_like_a_quantity(text):
    assert said(text) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("等待期九十天", "等待期 90 天"),
        ("每年3,600元", "每年三千六百块"),
        ("百分之三点五", "3.5％"),
        ("半年", "6个月"),
        ("一年半", "18个月"),
        ("三成", "30%"),
        ("100万", "一百万"),
        ("2026年3月15号", "二零二六年三月十五日"),
        ("５到８万", "50000-80000"),
    ],
)
def test_quantities_are_written_one_way_for_matching_words(one, other):
    assert canonical(normalise(one), "zh").text == canonical(normalise(other), "zh").text


def test_a_found_number_quotes_what_was_said():
    text = "您好，保费是　三千六百　块，一年。"
    normal = normalise(text)
    (one,) = [q for q in quantities(normal) if q.kind == "money"]
    span = normal.span(one.start, one.end)
    assert span.quote == "三千六百　块"
    assert text[span.start : span.end] == span.quote


def test_a_partial_date_agrees_with_the_days_it_leaves_open():
    (one,) = quantities(normalise("三月十五号"))
    assert one.on.agrees(date(2026, 3, 15))
    assert not one.on.agrees(date(2026, 3, 16))


def test_clauses_do_not_break_numbers():
    normal = normalise("月费1,299元，可用率99.95%。It costs 3.5 percent, all in.")
    assert [normal.text[c.start : c.end].strip() for c in clauses(normal)] == [
        "月费1,299元",
        "可用率99.95%",
        "it costs 3.5 percent",
        "all in",
    ]


@pytest.mark.parametrize(
    ("raw", "same"),
    [
        ("「等待期」", '"等待期"'),
        ("ＡＢＣ１２３", "abc123"),
        ("等\u200b待\ufeff期", "等待期"),
        ("等待期 90 天", "等待期90天"),
        ("it’s", "it's"),
        ("a   b", "a b"),
        ("～", "~"),
        ("㎡", "m2"),
    ],
)
def test_one_spelling(raw, same):
    assert normalise(raw).text == same


_PIECES = st.text(
    alphabet=st.sampled_from(
        "一二三两十百千万亿零点半多成折个年月天元块%0123456789.,，。 不到至-第几分之保费等待期 abk$￥／１二"
    ),
    max_size=40,
)


@settings(max_examples=150, deadline=None)
@given(st.one_of(_PIECES, st.text(max_size=60)))
def test_any_text_is_read_and_every_span_quotes_it(text):
    normal = normalise(text)
    assert len(normal.text) == len(normal.starts) == len(normal.ends)
    for one in quantities(normal):
        span = normal.span(one.start, one.end)
        assert text[span.start : span.end] == span.quote != ""
        assert one.low <= one.high
        assert one.written("zh")
        assert one.written("en")
    again = canonical(normal, "zh")
    assert len(again.text) == len(again.starts)
    for clause in clauses(again):
        span = again.span(clause.start, clause.end)
        assert text[span.start : span.end] == span.quote


@settings(max_examples=150, deadline=None)
@given(st.integers(1, 10**12))
def test_a_number_survives_being_spoken_in_chinese(number):
    (one,) = quantities(normalise(f"{in_chinese(number)}元"))
    assert one.low == one.high == number


def in_chinese(number: int) -> str:
    """The full reading of a whole number, with every 零 in its place: the reverse of what is tested."""
    digits = "零一二三四五六七八九"

    def below(part: int) -> str:
        text = ""
        gap = False
        for scale, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
            digit, part = divmod(part, scale)
            if digit:
                text += ("零" if gap and text else "") + digits[digit] + name
                gap = False
            else:
                gap = True
        return text

    result, gap = "", False
    for scale, name in ((10**12, "万亿"), (10**8, "亿"), (10**4, "万"), (1, "")):
        part, number = divmod(number, scale)
        if part:
            result += ("零" if result and (gap or part < 1000) else "") + below(part) + name
            gap = False
        else:
            gap = bool(result)
    return result
