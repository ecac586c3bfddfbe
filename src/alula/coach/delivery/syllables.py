"""How many syllables a text has when it is said aloud, and the filler words in it. Mandarin and English.

A Han character is one syllable. A Latin word has as many as it has groups of vowels, a silent final e left
out; capitals with no vowel after the first letter are spelled (CRM, APP), one syllable each, W three. Digits
count as they are read: 3600 is 三千六百, four syllables, in a Chinese text and "three thousand six hundred"
in an English one; years (2024年) and numbers of seven digits or more without separators (telephones,
contracts) are read digit by digit.
"""

from __future__ import annotations

import re
from typing import Literal

Language = Literal["zh", "en"]

_TOKEN = re.compile(
    r"(?P<year>\d{4}(?=年))"
    r"|(?P<number>\d+(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)(?P<percent>\s*[%％])?"
    r"|(?P<word>[A-Za-zÀ-ɏ]+(?:['’][A-Za-z]+)?)"
    r"|(?P<han>[㐀-䶿一-鿿々〇])"
)
_VOWELS = re.compile(r"[aeiouyà-öø-ÿ]+")
_EN_UNITS = (2, 1, 1, 1, 1, 1, 1, 2, 1, 1, 1, 3, 1, 2, 2, 2, 2, 3, 2, 2)  # zero, one, ... nineteen
_EN_TENS = (0, 1, 2, 2, 2, 2, 2, 3, 2, 2)  # -, ten, twenty, ... ninety
_EN_SCALES = ((10**9, 2), (10**6, 2), (10**3, 2), (100, 2))
_LONG_DIGITS = 7

_FILLERS = {
    "zh": re.compile(
        r"嗯+|呃+|啊+(?=[，,、…。 ])|额(?=[，,、… ])|那个(?=[，,、… ])|就是(?=[，,、… ])|就是说|然后呢"
    ),
    "en": re.compile(r"\b(?:u+m+|u+h+|e+r+m?|you know|i mean|sort of|kind of|basically)\b", re.IGNORECASE),
}
_FILLED_START = {
    "zh": re.compile(r"^\s*(?:嗯|呃|额|啊|那个|就是)[嗯呃额啊]*[，,、…。\s]"),
    "en": re.compile(r"^\s*(?:u+m+|u+h+|e+r+m?|well)\b", re.IGNORECASE),
}


def syllables(text: str, language: Language) -> int:
    """Syllables of `text` read aloud in `language`; 0 for a text without words."""
    total = 0
    for token in _TOKEN.finditer(text):
        if token["han"]:
            total += 1
        elif token["year"]:
            total += len(token["year"])
        elif token["word"]:
            total += _word(token["word"])
        else:
            total += _number(token["number"], language)
            total += (3 if language == "zh" else 2) if token["percent"] else 0  # 百分之; per cent
    return total


def fillers(text: str, language: Language) -> int:
    """Words that fill a gap: 嗯, 呃, 啊, and 那个 or 就是 where they stand alone; um, uh, you know."""
    return sum(1 for _ in _FILLERS[language].finditer(text))


def starts_filled(text: str, language: Language) -> bool:
    """Whether the first word only holds the floor while the speaker thinks."""
    return bool(_FILLED_START[language].match(text))


def _word(word: str) -> int:
    if word.isupper() and len(word) > 1 and not re.search(r"[AEIOU]", word[1:]):
        return sum(3 if letter == "W" else 1 for letter in word)
    lowered = word.lower()
    count = len(_VOWELS.findall(lowered))
    silent_e = lowered.endswith("e") and not lowered.endswith(("le", "ee", "ie", "ye", "oe", "ue"))
    silent_ed = lowered.endswith("ed") and len(lowered) > 3 and lowered[-3] not in "dtaeiouy"
    return max(1, count - (silent_e or silent_ed))


def _number(digits: str, language: Language) -> int:
    whole, _, decimals = digits.replace(",", "").partition(".")
    point = 1 if decimals else 0
    if len(whole) >= _LONG_DIGITS and "," not in digits:
        spelled = sum(1 if language == "zh" else _EN_UNITS[int(digit)] for digit in whole)
    elif len(whole) > 15:
        spelled = len(whole)
    else:
        spelled = _chinese(int(whole)) if language == "zh" else _english(int(whole))
    after = len(decimals) if language == "zh" else sum(_EN_UNITS[int(digit)] for digit in decimals)
    return spelled + point + after


def _chinese(value: int) -> int:
    """Characters of a number in Chinese: 3600 三千六百 4, 105 一百零五 4, 20000 两万 2."""
    if value == 0:
        return 1
    total, higher = 0, False
    for scale in (10**12, 10**8, 10**4, 1):
        group, value = divmod(value, scale)
        if not group:
            continue
        if higher and group < 1000:
            total += 1  # 零 between the groups
        total += _below_ten_thousand(group, first=not higher) + (scale > 1)
        higher = True
    return total


def _below_ten_thousand(value: int, *, first: bool) -> int:
    total, gap, begun = 0, False, False
    for power in (1000, 100, 10, 1):
        digit, value = divmod(value, power)
        if not digit:
            gap = begun
            continue
        total += 1 if gap else 0  # 零
        leading_ten = power == 10 and digit == 1 and not begun and first  # 十五, not 一十五
        total += (0 if leading_ten else 1) + (power > 1)
        gap, begun = False, True
    return total


def _english(value: int) -> int:
    """Syllables of a number in English: 3600 three thousand six hundred 6."""
    if value < 20:
        return _EN_UNITS[value]
    if value < 100:
        return _EN_TENS[value // 10] + (_EN_UNITS[value % 10] if value % 10 else 0)
    for scale, said in _EN_SCALES:
        if value >= scale:
            rest = value % scale
            return _english(value // scale) + said + (_english(rest) if rest else 0)
    raise AssertionError(value)
