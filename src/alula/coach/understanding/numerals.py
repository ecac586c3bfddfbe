"""Numbers as they are written and spoken, in digits, Chinese numerals and English words.

    1,000,000   100万   一百万   壹佰万   a million
    3600        三千六   3千6
    250         两百五   two hundred and fifty
    3.5         三点五   three point five

`scan` reads the one number that begins at a place in a normal text (`normalise`); units and ranges are `quantities`.
All values are exact decimals.
"""

from __future__ import annotations

import re
from decimal import Decimal

from alula.coach.understanding import numerals_english as english
from alula.coach.understanding.number import Number, place_of

_DIGITS = {
    **dict(zip("零〇一二三四五六七八九", (0, 0, *range(1, 10)), strict=True)),
    **dict(zip("壹贰叁肆伍陆柒捌玖", range(1, 10), strict=True)),
    **dict(zip("貳參陸", (2, 3, 6), strict=True)),
    "两": 2, "兩": 2, "俩": 2, "仨": 3, "幺": 1,
}  # fmt: skip
_SCALES = {
    "十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000,
    "万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8,
}  # fmt: skip
_ZERO = frozenset("零〇")
_HAN_NUMERALS = frozenset(_DIGITS) | frozenset(_SCALES)
_ARABIC = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?(?!\d)|\d+(?:\.\d+)?")
_LETTER_SCALE = re.compile(r"(k|w|m|mn|bn|b)(?![a-z])")
_LETTERS = {"k": 10**3, "w": 10**4, "m": 10**6, "mn": 10**6, "bn": 10**9, "b": 10**9}
_COUNTED = re.compile(r"年|个|天|日|期|成|折|%|次|位|人|岁|小时|分钟|周|星期|月|倍|点|[十百千万亿]")
# Said after "一": what one of them costs ("三万一平"), or that nothing is missing of it ("五十万一分不少").
_EACH = re.compile(r"[晚平台辆套张本箱盒瓶份笔间家单趟桌斤米]|公斤|[分毛](?=钱|[不没都也])")
_PLAIN = re.compile(r"\d+")
_HAN_POINT = re.compile(r"点([零〇一二三四五六七八九]+|\d+)(?![十分])")


def scan(text: str, at: int) -> Number | None:
    """The number that begins at `at`, the longest that makes sense; None when there is none."""
    char = text[at]
    if char.isdigit() and char.isascii():
        return _arabic(text, at)
    if char in _DIGITS or char in "十拾":
        return _han(text, at)
    if char.isascii() and char.isalpha() and not (at and (text[at - 1].isalpha() and text[at - 1].isascii())):
        return english.scan(text, at)
    return None


def _arabic(text: str, at: int) -> Number:
    match = _ARABIC.match(text, at)
    assert match is not None  # the caller saw a digit
    value, end = Decimal(match.group().replace(",", "")), match.end()
    scale, end = _han_scale(text, end)
    if scale > 1:
        value *= scale
        value, end = _tail(text, end, value, scale)
        return Number(value=value, start=at, end=end, place=max(place_of(value), Decimal(1)))
    letter = _LETTER_SCALE.match(text, end) or _LETTER_SCALE.match(
        text, end + 1 if text[end : end + 1] == " " else end
    )
    if letter and (letter.group() in "kw" or _is_money(text, at)):
        value *= _LETTERS[letter.group()]
        return Number(value=value, start=at, end=letter.end(), place=place_of(value))
    factor, end = english.scale_after(text, end)
    value *= factor
    return Number(value=value, start=at, end=end, place=place_of(value))


def _is_money(text: str, at: int) -> bool:
    return bool(at) and text[at - 1] in "$€£¥"


def _han_scale(text: str, at: int) -> tuple[int, int]:
    """A product of scales such as 百万 or 千万 or 万亿."""
    scale = 1
    while at < len(text) and text[at] in _SCALES:
        scale *= _SCALES[text[at]]
        at += 1
    return scale, at


def _tail(text: str, at: int, value: Decimal, scale: int) -> tuple[Decimal, int]:
    """What follows a scale written after digits: 10万5千, 1万2 (= 12,000), 3万零500."""
    start = at + (text[at : at + 1] in _ZERO)
    match = _PLAIN.match(text, start)
    if match:
        digits, end = match.group(), match.end()
        more, after = _han_scale(text, end)
        if more > 1:
            return (value + int(digits) * more, after) if more < scale else (value, at)
        if len(digits) == 1 and start == at and scale >= 100:
            return (value, at) if _counts(text, end, digits) else (value + int(digits) * scale // 10, end)
        return (value + int(digits), end) if int(digits) < scale else (value, at)
    if at < len(text) and text[at] in _DIGITS and text[at] not in _ZERO:
        number = _han(text, at)
        if number and not number.digits and number.value < scale and not _counts(text, number.end, text[at]):
            worth = number.value if not number.weak else number.value * scale / 10
            return value + worth, number.end
    return value, at


def _counts(text: str, end: int, digit: str) -> bool:
    """Whether a digit that ends there counts what follows it, instead of ending the number before it."""
    return bool(_COUNTED.match(text, end) or (digit in "1一" and _EACH.match(text, end)))


def _han(text: str, at: int) -> Number | None:
    run = at
    while run < len(text) and text[run] in _DIGITS:
        run += 1
    if run - at >= 2 and not (run < len(text) and text[run] in _SCALES):
        zero = any(char in _ZERO for char in text[at:run])
        if run - at >= 3 or zero:
            value = Decimal("".join(str(_DIGITS[char]) for char in text[at:run]))
            return _decimals(text, run, value, at, digits=True)
        return _decimals(text, at + 1, Decimal(_DIGITS[text[at]]), at, weak=True)  # "五六天": two numbers
    return _grouped(text, at)


def _grouped(text: str, at: int) -> Number | None:
    """Digits with 十百千万亿. A digit left over after a scale counts in the next lower place (三千六 = 3600)."""
    total = section = Decimal(0)  # what stands before the last 万 or 亿, and after it
    current: Decimal | None = Decimal(0) if text[at] in _ZERO else None
    last, zero = 0, text[at] in _ZERO
    end = at + zero
    while end < len(text) and (char := text[end]) in _HAN_NUMERALS:
        scale = _SCALES.get(char)
        if char in _ZERO and last and current is None and not zero:
            zero = True
        elif scale is None and char not in _ZERO and current is None:
            current = Decimal(_DIGITS[char])
        elif scale is not None and scale < 10**4 and _fits(current, scale, last, first=end == at):
            section += (Decimal(1) if current is None else current) * scale
            current, last, zero = None, scale, False
        elif scale is not None and scale >= 10**4 and (before := section + (current or 0)) + total > 0:
            total = (total + before) * scale if scale > 10**4 else total + before * scale
            section, current, last, zero = Decimal(0), None, scale, False
        else:
            break
        end += 1
    value = total + section
    if current is None:
        end -= zero  # a 零 that nothing follows
        return _decimals(text, end, value, at) if end > at else None
    if last < 100 or zero:
        return _decimals(text, end, value + current, at, weak=end - at == 1)
    if _counts(text, end, text[end - 1]):  # "三千六个月": 3000, and six of something
        return Number(value=value, start=at, end=end - 1, place=place_of(value))
    return Number(value=value + current * last / 10, start=at, end=end, place=Decimal(last) / 10)


def _fits(current: Decimal | None, scale: int, last: int, *, first: bool) -> bool:
    """Whether 十, 百 or 千 may follow: after a digit, or 十 alone at the start and after 百 (一百十五)."""
    descending = last == 0 or last >= 10**4 or scale < last
    return descending and (current is not None or (scale == 10 and (first or last == 100)))


def _decimals(
    text: str, at: int, value: Decimal, start: int, *, weak: bool = False, digits: bool = False
) -> Number:
    """What follows a whole number: 点五, and then a scale (三点五万)."""
    match = _HAN_POINT.match(text, at)
    if not match:
        return Number(value=value, start=start, end=at, place=place_of(value), weak=weak, digits=digits)
    fraction = "".join(str(_DIGITS.get(c, c)) for c in match.group(1))
    value = Decimal(f"{value}.{fraction}")
    scale, end = _han_scale(text, match.end())
    return Number(value=value * scale, start=start, end=end, place=place_of(value * scale))
