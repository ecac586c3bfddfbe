"""What is wrong with the shape of a file, in both languages: msgspec's messages, read and said again in plain words."""

from __future__ import annotations

import re

from alula.kernel.texts import Texts

GENERAL = ("内容不合格式", "this does not fit the format")
"""For messages that are not known here."""

MESSAGES = {
    r"Object missing required field `(.+)`": ("缺少“{0}”", "“{0}” is missing"),
    r"Object contains unknown field `(.+)`": ("没有“{0}”这个字段", "there is no field “{0}”"),
    r"Invalid (?:enum )?value ['\"]?(.*?)['\"]?": ("不能填“{0}”", "“{0}” is not one of its values"),
    r"Expected `([^`]+)`, got `([^`]+)`": ("应为{0}，实为{1}", "expected {0}, got {1}"),
    r"Expected `[^`]+` of length (>=|<=) (\d+)": ("长度应{0} {1}", "the length must be {0} {1}"),
    r"Expected `[^`]+` (>=|<=|>|<) (\S+)": ("应{0} {1}", "this must be {0} {1}"),
    r"Expected `[^`]+` with a timezone component": ("缺少时区", "the time zone is missing"),
    r"Expected `([^`]+)` matching regex .*": ("应为规定写法的{0}", "expected {0} in the required form"),
    r"Expected `([^`]+)` that's a multiple of (\S+)": ("应为 {1} 的倍数", "this must be a multiple of {1}"),
    r"Expected `array` of length (\d+), got (\d+)": (
        "列表应有 {0} 项，实有 {1} 项",
        "expected a list of {0}, got {1}",
    ),
    r"(?:Integer|Number) (?:value )?out of range": ("数字过大", "the number is too large"),
    r"Invalid decimal string": ("不是有效的数字", "this is no number"),
    r"Invalid UUID": ("不是有效的 UUID", "this is no UUID"),
    r"Invalid RFC3339 encoded \w+": ("不是有效的日期或时间", "this is no date or time"),
}
_NAMES = {
    "str": ("文字", "text"),
    "int": ("整数", "a whole number"),
    "float": ("数字", "a number"),
    "decimal": ("数字", "a number"),
    "bool": ("真假值", "true or false"),
    "array": ("列表", "a list"),
    "object": ("一组名称和值", "names with values"),
    "null": ("空值", "nothing"),
    "date": ("日期", "a date"),
    "datetime": ("日期和时间", "a date and time"),
    ">=": ("不小于", "at least"),
    "<=": ("不大于", "at most"),
    ">": ("大于", "more than"),
    "<": ("小于", "less than"),
}


def shape_words(message: str) -> Texts:
    """What one of msgspec's messages says, without its place ("... - at `$.turns[0]`")."""
    for pattern, sentences in MESSAGES.items():
        if found := re.fullmatch(pattern, message):
            words = zip(sentences, ("或", " or "), (0, 1), strict=True)
            zh, en = (
                sentence.format(*(_named(one, joint, which) for one in found.groups()))
                for sentence, joint, which in words
            )
            return {"zh": zh, "en": en}
    return dict(zip(("zh", "en"), GENERAL, strict=True))


def _named(said: str, joint: str, which: int) -> str:
    """Types and comparisons in words; names and values as they are."""
    parts = said.split(" | ")
    known = [part for part in parts if part in _NAMES]
    return (
        joint.join(dict.fromkeys(_NAMES[part][which] for part in known)) if len(known) == len(parts) else said
    )
