"""The units that a number may carry in a talk, how they are written, and how values in them compare."""

from __future__ import annotations

import re
from decimal import Decimal

CURRENCIES = {"¥": "yuan", "￥": "yuan", "$": "usd", "€": "eur", "£": "gbp"}

# Names of groups are the canonical units. Longer forms stand before the shorter ones that they contain.
MONEY = re.compile(r"""
    (?P<yuan> 块钱 | 元钱 | 元整? | 块(?!屏|地|肉|儿) | 圆 | 人民币 | \ ?(?:rmb|cny|yuan)\b )
  | (?P<jiao> 毛钱 | 毛(?!利|病|坯) | 角(?!度|色|落) )
  | (?P<usd> 美元 | 美金 | \ ?(?:usd|us\ dollars?|dollars?|bucks?)\b )
  | (?P<eur> 欧元 | \ ?(?:euros?|eur)\b )
  | (?P<gbp> 英镑 | \ ?(?:pounds?|gbp)\b )
  | (?P<hkd> 港币 | 港元 | \ ?hkd\b )
""", re.VERBOSE)  # fmt: skip

PERCENT = re.compile(r"""
    (?P<percent> \ ?% | \ ?(?:percent|per\ cent|pct|percentage\ points?)\b | 个?百分点 | 个点 )
  | (?P<tenth> 成(?![功为立本绩交就长员年份效果]) )
  | (?P<fold> 折(?![叠旧腾磨射]) )
  | (?P<mille> ‰ )
  | (?P<basis_point> 个?基点 | \ ?(?:bps?|basis\ points?)\b )
""", re.VERBOSE)  # fmt: skip
PERCENT_WORTH = {
    "percent": Decimal(1), "tenth": Decimal(10), "fold": Decimal(10), "mille": Decimal("0.1"),
    "basis_point": Decimal("0.01"),
}  # fmt: skip

DURATION = re.compile(r"""
    (?P<working_day> 个?工作日 | [\ -]?(?:working|business)[\ -]days?\b )
  | (?P<day> 天(?!猫|然|使|花) | 日(?=内|之内|以内|无理由|后|起) | [\ -]?days?\b )
  | (?P<week> 个?(?:星期|礼拜)(?![一二三四五六日天末]) | 周(?![一二三四五六日末岁年边到转]) | [\ -]?(?:weeks?|wks?)\b )
  | (?P<month> 个月 | [\ -]?months?\b )
  | (?P<quarter> 个?季度 | [\ -]?quarters?\b )
  | (?P<year> 个?周年 | 个年头 | 年(?![级龄代轻货终]) | [\ -]?(?:years?|yrs?)\b(?![\ -]old) )
  | (?P<hour> 个?(?:小时|钟头) | [\ -]?(?:hours?|hrs?)\b )
  | (?P<minute> 分钟 | [\ -]?(?:minutes?|mins?)\b )
  | (?P<second> 秒钟? | [\ -]?(?:seconds?|secs?)\b )
""", re.VERBOSE)  # fmt: skip
HALF_COUNTED = re.compile(r"个半(?P<unit>月|小时|钟头|星期|礼拜)")
HALF_UNITS = {"月": "month", "小时": "hour", "钟头": "hour", "星期": "week", "礼拜": "week"}

SPOKEN = {
    "zh": {
        "working_day": "个工作日", "day": "天", "week": "周", "month": "个月", "quarter": "个季度", "year": "年",
        "hour": "小时", "minute": "分钟", "second": "秒",
        "yuan": "元", "usd": "美元", "eur": "欧元", "gbp": "英镑", "hkd": "港元",
    },
    "en": {
        "working_day": " working days", "day": " days", "week": " weeks", "month": " months", "quarter": " quarters",
        "year": " years", "hour": " hours", "minute": " minutes", "second": " seconds",
        "yuan": " yuan", "usd": " dollars", "eur": " euros", "gbp": " pounds", "hkd": " HKD",
    },
}  # fmt: skip
"""How a canonical unit is written after its number."""

_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400, "week": 604800}
_MONTHS = {"month": 1, "quarter": 3, "year": 12}

# Measures of one kind that speakers write in several ways; any other unit of a number is compared as it is written.
_SYNONYMS = {
    "km": "公里", "千米": "公里", "kg": "公斤", "千克": "公斤", "l": "升", "mg": "毫克", "g": "克", "mm": "毫米",
    "cm": "厘米", "周岁": "岁", "平方米": "平米", "平方": "平米", "m2": "平米",
}  # fmt: skip
_CLASSIFIERS = tuple("个种类项款样位名人家次间条台套份盒片")
COUNTED = re.compile(
    r"平方米|平方|平米|公里|千米|公斤|千克|毫克|毫米|厘米|毫升|周岁|马力|[个种类项款样位名人家次间条台套份盒片期岁倍层座步批匹升克瓦"
    r"度圈门辆箱瓶支粒颗袋包杯斤米页笔单户席组轮遍]|(?:km|kg|mg|mm|cm|m2|l|g)(?![a-z])"
    r"|[ -]?(?!(?:to|and|or|of|an?|the|in|on|per|is|are|for|with|at|by|from|if|than|that|so|but|we|you|i|it|off|more|out|as)\b)[a-z]+"
)
"""What may stand after a count as its unit."""


def in_seconds(value: Decimal, unit: str) -> Decimal | None:
    """A duration in seconds when its unit is a fixed number of them; None for months, years and working days."""
    return value * _SECONDS[unit] if unit in _SECONDS else None


def in_months(value: Decimal, unit: str) -> Decimal | None:
    """A duration in months when its unit is a whole number of them."""
    return value * _MONTHS[unit] if unit in _MONTHS else None


def in_days(value: Decimal, unit: str) -> Decimal | None:
    """A duration in days by the custom of contracts: 12 months are 365 days, a month beyond whole years 30."""
    seconds = in_seconds(value, unit)
    if seconds is not None:
        return seconds / 86400
    months = in_months(value, unit)
    if months is None:
        return None
    years, rest = divmod(months, 12)
    return years * 365 + rest * 30


def same_duration_scale(value: Decimal, unit: str, other: str) -> Decimal | None:
    """`value` in `unit` as a number comparable with one in `other`; None when the two cannot be compared.

    Working days compare with working days alone: three days promised where the sheet says three working days is
    neither right nor wrong by arithmetic.
    """
    if "working_day" in (unit, other):
        return value if unit == other else None
    both_exact = (unit in _SECONDS and other in _SECONDS) or (unit in _MONTHS and other in _MONTHS)
    if both_exact:
        return in_seconds(value, unit) if unit in _SECONDS else in_months(value, unit)
    return in_days(value, unit)


def same_measure(said: str, unit: str, *, exactly: bool = False) -> bool:
    """Whether the words that follow a number ("种疾病") can stand for a fact's unit ("种").

    Equal beginnings, known synonyms; unless `exactly`, also any two general classifiers (个, 种, 位 ...) and no unit on
    one side.
    """
    said, unit = said.strip(), unit.strip().lower()
    if not said or not unit:
        return said == unit or not exactly
    wanted = _SYNONYMS.get(unit, unit)
    spoken = next(
        (_SYNONYMS[key] for key in sorted(_SYNONYMS, key=len, reverse=True) if _starts(said, key)), said
    )
    if _starts(spoken, wanted) or _starts(said, unit.rstrip("s")):
        return True
    return not exactly and said.startswith(_CLASSIFIERS) and unit.startswith(_CLASSIFIERS)


def _starts(text: str, word: str) -> bool:
    """`text` begins with `word`; a Latin word must end there, but for a plural s."""
    if not text.startswith(word):
        return False
    return not (word[-1].isascii() and re.match(r"(?!s\b)[a-z]", text[len(word) :]))
