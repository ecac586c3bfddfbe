"""Numbers with their units as they were said: money, percent, durations, dates, counts; ranges and bounds.

三千六百块一年   money 3600 yuan, per year        半年      duration 6 months
3.5个点          percent 3.5                     5到8万    number 50,000 to 80,000
不到四千         number, bound "<" 4000          一百多种  number from 100 up to 200, in 种
一百二十来万      number about 1,200,000         最高一千万  number, the most there is: 10,000,000
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Literal

import msgspec
from msgspec import Struct

from alula.coach.understanding import dates, units
from alula.coach.understanding.normalise import Normal
from alula.coach.understanding.number import Number
from alula.coach.understanding.numerals import scan

Kind = Literal["money", "percent", "duration", "date", "number"]
Bound = Literal["", "<", "<=", ">", ">="]

_PER = re.compile(r"(百|千|万)分之")
# "百分之三点六五一年" is 3.65 % in one year: what stands before a term counts it. No percentage has a scale behind its point.
_PERCENT_DECIMALS = re.compile(r"[零〇一二三四五六七八九十百]+点[零〇一二三四五六七八九]{2,}")
_TERM = re.compile(r"年(?![化利息费均])|个?季度|个?月|天|期")
_PER_WORTH = {"百": Decimal(1), "千": Decimal("0.1"), "万": Decimal("0.01")}
_RANGE = re.compile(r"\s?(?:到|至|~|-)\s?| (?:to|and|or) ")
_MORE = re.compile(r"[多余几]|来(?=[个天年种块元位万亿])|\+")
_ABOUT = Decimal("0.2")  # "about so much" may be meant of anything this near to it
_ABOUT_BEFORE = re.compile(
    r"(?:大概|大约|差不多|约莫|将近|接近|about|around|roughly|approximately|nearly|almost) ?(?:[是要有在为]|就是)?$"
)
_ABOUT_AFTER = re.compile(r"(?:[钱的])?(?:左右|上下| or so\b| more or less\b)")
_HALF = re.compile(
    r"半(?=个?(?:月|小时|钟头|星期|礼拜)|年|天|成)|half (?:an? )?(?=(?:year|month|day|hour|week)\b)"
)
_HALF_PRICE = re.compile(r"半价|half[ -]price")
_HUNDRED_PERCENT = re.compile(r"百分之?百(?!分)")
_ONE_OF = re.compile(r"an? (?=(?:year|month|week|day|quarter|percent)\b)")
_HALVED = re.compile(r"月|小时|钟头|星期|礼拜|年|天|成|year|month|day|hour|week")
_FRACTION = re.compile(r"分之[\d零一二三四五六七八九十]+")
_NEXT_DIGIT = re.compile(r"(?=[二两三四五六七八九])")
_CENTS = re.compile(r"([1-9一二三四五六七八九])(?![\d十百千万个天年月])")
_DIGIT = {han: str(value) for value, han in enumerate("一二三四五六七八九", start=1)}
_CURRENCY = re.compile(r"([¥$€£]|(?:rmb|cny|usd|gbp|eur|hkd|人民币|us\$) ?)$")
_CURRENCY_NAMES = {"usd": "usd", "us$": "usd", "gbp": "gbp", "eur": "eur", "hkd": "hkd"}
_CLOCK = re.compile(r"点|:\d")
_SKIPPED_BEFORE = re.compile(r"(?:第|[a-z]|\d[.,:/-]?|no\. ?|#)$")
_BOUNDS: tuple[tuple[re.Pattern[str], Bound], ...] = (
    (re.compile(r"(?:不超过|不高于|不多于|不大于|至多|最多|at most|no more than|not more than|within) ?(?:是|为)?$"), "<="),
    (re.compile(r"(?:不低于|不少于|不小于|至少|起码|最少|at least|no less than|not less than) ?(?:是|为|要)?$"), ">="),
    (re.compile(r"(?:不到|不足|不满|未满|低于|少于|小于|less than|under|below|fewer than) ?$"), "<"),
    (re.compile(r"(?:超过|不止|多于|高于|大于|more than|over|above) ?$"), ">"),
)  # fmt: skip
_REACHES = r" ?(?:可以?|能够?|会|只)?[贷批达给做借享赔报拿授]{0,2}(?:到|是|为|要)? ?$"
_EXTREMES: tuple[tuple[re.Pattern[str], Bound], ...] = (
    (re.compile(r"(?:最高|最大|最长|上限|封顶|顶格|up to|maximum(?: of| is)?)" + _REACHES), "<="),
    (re.compile(r"(?:最低|最小|最短|下限|起点|minimum(?: of| is)?)" + _REACHES), ">="),
)
_EXTREMES_AFTER: tuple[tuple[re.Pattern[str], Bound], ...] = (
    (re.compile(r"(?:元|块钱?)?(?:封顶|到顶|[是为]上限)"), "<="), (re.compile(r"起(?![步飞来])"), ">="),
)  # fmt: skip
_UP_TO = re.compile(r"(?:以内|之内|内(?![容部存涵])|以下| or less| or fewer)")
_FROM = re.compile(r"(?:及?以上| or more| and up)")
_LONGEST_PLAIN = 7  # digits; a longer number without a unit is a telephone number or the like


class Quantity(Struct, frozen=True):
    """Something counted, at [start, end) of a normal text.

    `low` and `high` are equal for one value. `spread` says how they differ: "range" was said as one ("5到8万"),
    "more" is "a bit more than" ("一百多": 100 up to but not including 200).
    `about` is how far from it the true value may lie when it was said to be about so much; 0 is exact.
    `extreme`: the bound was said to be the most or the least there is ("最高一千万"), not merely to hold.
    `unit`: a currency or a duration's unit by its canonical name, "%", the words after a count; "" when there were none.
    `period`: "year", "month" or "day" when an amount was said to be per such. `weak`: the number was a single small word
    ("两个", "一年"), which often counts something else than the sheet does.
    """

    kind: Kind
    low: Decimal
    high: Decimal
    start: int
    end: int
    unit: str = ""
    spread: Literal["", "range", "more"] = ""
    bound: Bound = ""
    extreme: bool = False
    about: Decimal = Decimal(0)
    period: str = ""
    weak: bool = False
    on: dates.Day | None = None

    def written(self, language: str) -> str:
        """The value as a reader knows it: "3600 元", "90 天", "50000-80000"."""
        if self.on is not None:
            return self.on.written(language)
        text = (
            "≈ " * bool(self.about)
            + plain(self.low)
            + {"": "", "range": f"-{plain(self.high)}", "more": "+"}[self.spread]
        )
        if self.kind == "percent":
            return f"{text}%"
        spoken = units.SPOKEN[language].get(self.unit, self.unit).strip()
        return f"{_SIGNS[self.bound]}{text} {spoken}".strip()


_SIGNS = {"": "", "<": "< ", "<=": "≤ ", ">": "> ", ">=": "≥ "}


def plain(value: Decimal) -> str:
    """A decimal without exponent or needless zeros."""
    return f"{value.normalize():f}" if value else "0"


def quantities(normal: Normal) -> tuple[Quantity, ...]:
    """Every quantity said in a text, in order. Ordinals, clock times, telephone numbers and lone 一 are none."""
    found: list[Quantity] = []
    at = 0
    while at < len(normal.text):
        one, at = _at(normal.text, at)
        if one is not None:
            found.append(one)
    return tuple(found)


def canonical(normal: Normal, language: str) -> Normal:
    """The text with every quantity written one way ("九十天" and "90 天" as "90天"), for matching words."""
    parts: list[tuple[int, int, str]] = []
    for one in quantities(normal):
        touching = bool(parts) and parts[-1][1] == one.start and parts[-1][2][-1:].isdigit()
        parts.append((one.start, one.end, (" " if touching else "") + _written_one_way(one, language)))
    return normal.replaced(parts)


def _written_one_way(one: Quantity, language: str) -> str:
    if one.on is not None:
        return one.on.written(language)
    low, high, unit = one.low, one.high, one.unit
    if one.kind == "duration" and unit == "year" and low != low.to_integral_value():
        low, high, unit = low * 12, high * 12, "month"
    number = plain(low) + {"": "", "range": f"-{plain(high)}", "more": "多"}[one.spread]
    if one.kind == "percent":
        return f"{number}%"
    if one.kind == "number":
        return f"{number}{' ' if one.unit.isascii() and one.unit else ''}{one.unit}"
    return number + units.SPOKEN[language].get(unit, "")


def _at(text: str, at: int) -> tuple[Quantity | None, int]:
    """The quantity that begins at `at`, if one does, and where to look on."""
    if (fixed := _fixed(text, at)) is not None:
        return fixed, fixed.end
    if match := _PER.match(text, at):
        number = _percentage(text, match.end())
        if number is None:
            return None, match.end()
        value = number.value * _PER_WORTH[match.group(1)]
        return _bounded(text, _single("percent", value, at, number.end, "%")), number.end
    number = _counted_one(text, at) or scan(text, at)
    if number is None:
        return None, at + 1
    if _SKIPPED_BEFORE.search(text[max(0, at - 4) : at]) or text.startswith("分之", number.end):
        fraction = _FRACTION.match(text, number.end)
        return None, fraction.end() if fraction else number.end
    return _with_unit(text, number)


def _percentage(text: str, at: int) -> Number | None:
    """The number after 百分之."""
    spoken = _PERCENT_DECIMALS.match(text, at)
    if spoken:
        text = text[: spoken.end() - bool(_TERM.match(text, spoken.end()))]
    return scan(text, at) if at < len(text) else None


def _fixed(text: str, at: int) -> Quantity | None:
    """What is said without a number of its own: dates, 半年, 半价, 百分之百."""
    if (day := dates.scan(text, at)) is not None:
        return Quantity(kind="date", low=Decimal(0), high=Decimal(0), start=at, end=day.end, on=day)
    if match := _HALF_PRICE.match(text, at):
        return _single("percent", Decimal(50), at, match.end(), "%")
    if match := _HUNDRED_PERCENT.match(text, at):
        return _single("percent", Decimal(100), at, match.end(), "%")
    if match := _HALF.match(text, at):
        return _half(text, at, match.end())
    return None


def _counted_one(text: str, at: int) -> Number | None:
    """The 1 that is said as "a" in "a year"."""
    match = _ONE_OF.match(text, at) if not text[at - 1 : at].isalpha() or at == 0 else None
    return Number(value=Decimal(1), start=at, end=match.end() - 1) if match else None


def _single(kind: Kind, value: Decimal, start: int, end: int, unit: str) -> Quantity:
    return Quantity(kind=kind, low=value, high=value, start=start, end=end, unit=unit)


def _half(text: str, at: int, end: int) -> Quantity:
    skip = end + 1 if text[end] == "个" else end
    match = _HALVED.match(text, skip)
    assert match is not None  # the pattern that led here looked ahead for one of them
    unit = {**units.HALF_UNITS, "年": "year", "天": "day", "成": "%"}.get(match.group(), match.group())
    value = Decimal(5) if unit == "%" else Decimal("0.5")
    return _bounded(text, _single("percent" if unit == "%" else "duration", value, at, match.end(), unit))


def _with_unit(text: str, number: Number) -> tuple[Quantity | None, int]:
    """A number with what follows it: another number of a range, 多, a unit, a bound."""
    first = _measured(text, number)
    joined = _RANGE.match(text, first.end)
    if joined is None and number.weak and first.end == number.end:
        joined = _NEXT_DIGIT.match(text, first.end)  # "五六天"
    if joined is not None and joined.end() < len(text):
        second = scan(text, joined.end())
        if second is not None and (combined := _range(first, _measured(text, second))):
            return _bounded(text, combined), combined.end
    if _is_none(text, number, first):
        return None, number.end
    return _bounded(text, first), first.end


def _is_none(text: str, number: Number, one: Quantity) -> bool:
    """Whether a number that stands alone is not said as a quantity."""
    if one.kind != "number":
        return (
            one.unit == "yuan" and number.weak and number.value == 1 and text[one.end - 1] in "块毛"
        )  # 一块 = together, 一毛不差 = nothing is missing
    if (
        _CLOCK.match(text, number.end)
        or text.startswith("号", number.end)
        or (number.digits and not one.unit)
    ):
        return True
    if number.weak:
        return number.value <= 1 or not one.unit
    return (
        not one.unit
        and text[number.start : number.end].isdigit()
        and number.end - number.start > _LONGEST_PLAIN
    )


def _range(first: Quantity, second: Quantity) -> Quantity | None:
    """Two measured numbers as one range; a bare one takes over unit and scale of the other ("5到8万", "¥5-8万")."""
    low, named = first.low, second
    bare = first.kind == "number" and not first.unit
    if bare or (first.kind == "money" and second.kind == "number" and not second.unit):
        scaled = _scale_of(second, low)
        low = scaled if scaled < second.low else low
        named = second if bare else first
    elif (first.kind, first.unit) != (second.kind, second.unit):
        return None
    if first.spread or second.spread or not low < second.low:
        return None
    return Quantity(
        kind=named.kind,
        low=low,
        high=second.low,
        start=first.start,
        end=second.end,
        unit=named.unit,
        spread="range",
    )


def _scale_of(second: Quantity, low: Decimal) -> Decimal:
    """5 in "5到8万" is 50,000: what stands before a scale is meant in it, when it is far below the second number."""
    for scale in (10**8, 10**4, 10**3, 10**2):
        if second.low >= scale and second.low / scale < 1000 and low * scale < second.low and low < 1000:
            return low * scale
    return low


def _measured(text: str, number: Number) -> Quantity:
    """A number with 多 and its unit."""
    value, end, more, about = number.value, number.end, Decimal(0), Decimal(0)
    if match := _MORE.match(text, end):
        end = match.end()
        more = number.place
        while end < len(text) and text[end] in "万亿":
            factor = Decimal(10**4 if text[end] == "万" else 10**8)
            value, more, end = value * factor, more * factor, end + 1
        if match.group() == "来":
            about, more = max(more, value * _ABOUT), Decimal(0)
    kind, unit, worth, end = _unit(text, number, end)
    value, more, about = value * worth, more * worth, about * worth
    if (rest := _CENTS.match(text, end)) and text[end - 1] in "块成":  # 三块五, 三成五
        tenths = Decimal(_DIGIT[rest.group(1)]) if rest.group(1) in _DIGIT else Decimal(rest.group(1))
        value, end = value + tenths * (Decimal("0.1") if kind == "money" else 1), rest.end()
    if kind == "duration" and text[end : end + 1] == "半" and not text.startswith("半价", end):
        value, end = value + Decimal("0.5"), end + 1
    return Quantity(
        kind=kind, low=value, high=value + more, start=_start(text, number), end=end, unit=unit,
        spread="more" if more else "", about=about, weak=number.weak,
    )  # fmt: skip


def _start(text: str, number: Number) -> int:
    match = _CURRENCY.search(text[max(0, number.start - 4) : number.start])
    return number.start - len(match.group()) if match else number.start


def _unit(text: str, number: Number, end: int) -> tuple[Kind, str, Decimal, int]:
    """Kind, canonical unit, what one of it is worth in that unit, and where it ends."""
    if match := units.HALF_COUNTED.match(text, end):
        worth = (number.value + Decimal("0.5")) / number.value if number.value else Decimal(1)
        return "duration", units.HALF_UNITS[match.group("unit")], worth, match.end()
    if match := units.PERCENT.match(text, end):
        return "percent", "%", units.PERCENT_WORTH[str(match.lastgroup)], match.end()
    if match := units.DURATION.match(text, end):
        return "duration", str(match.lastgroup), Decimal(1), match.end()
    return _money_or_count(text, number, end)


def _money_or_count(text: str, number: Number, end: int) -> tuple[Kind, str, Decimal, int]:
    if match := units.MONEY.match(text, end):
        name = str(match.lastgroup)
        unit, worth = ("yuan", Decimal("0.1")) if name == "jiao" else (name, Decimal(1))
        return "money", unit, worth, match.end()
    if before := _CURRENCY.search(text[max(0, number.start - 4) : number.start]):
        sign = before.group().strip()
        return (
            "money",
            units.CURRENCIES.get(sign) or _CURRENCY_NAMES.get(sign, "yuan"),
            Decimal(1),
            end,
        )
    if match := units.COUNTED.match(text, end):
        return "number", match.group().strip(" -"), Decimal(1), match.end()
    return "number", "", Decimal(1), end


def _bounded(text: str, one: Quantity) -> Quantity:
    """With the bound that it was said as, or with how near it was said to be."""
    before = text[max(0, one.start - 20) : one.start]
    for patterns, extreme in ((_BOUNDS, False), (_EXTREMES, True)):
        for pattern, bound in patterns:
            if pattern.search(before):
                return msgspec.structs.replace(one, bound=bound, extreme=extreme)
    for pattern, bound in _EXTREMES_AFTER:
        if pattern.match(text, one.end):
            return msgspec.structs.replace(one, bound=bound, extreme=True)
    if _UP_TO.match(text, one.end):
        return msgspec.structs.replace(one, bound="<=")
    if _FROM.match(text, one.end):
        return msgspec.structs.replace(one, bound=">=")
    roughly = _ABOUT_BEFORE.search(before) or _ABOUT_AFTER.match(text, one.end)
    if roughly and not one.spread and not one.about:
        return msgspec.structs.replace(one, about=abs(one.low) * _ABOUT)
    return one
