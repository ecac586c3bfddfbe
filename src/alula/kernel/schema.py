"""What the schema of a route asks of its input, in words: each type of pydantic's errors as a rule in both languages.

A rule reads on after the field's name: “name” + "must have at most 1000 characters". What has more to say than a type
has is no schema's business: a validator or service raises a Refusal, and pydantic lets it pass.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from alula.kernel.errors import Refusal, invalid
from alula.kernel.texts import LANGUAGES, Texts

GENERAL = ("必须按规定的格式填写", "must be in the required form")
"""For types that say nothing to whoever fills in a form, and for those that are not known yet."""

_FILLED = ("不能为空", "must not be empty")
_GIVEN = ("必须填写", "must be given")
_LEFT_OUT = ("不能填写", "must be left out")
_UNCHANGED = ("不能修改", "must not be changed")
_JSON = ("必须是有效的 JSON", "must be valid JSON")
_OBJECT = ("必须是一组名称和值（JSON 对象）", "must be an object of names and values")
_LIST = ("必须是列表", "must be a list")
_WHOLE = ("必须是整数", "must be a whole number")
_NUMBER = ("必须是数字", "must be a number")
_BOOLEAN = ("必须是 true 或 false", "must be true or false")
_CHOICE = ("只能是{expected}", "must be {expected}")
_UUID = ("必须是有效的编号（UUID）", "must be a valid id (a UUID)")
_URL = ("必须是完整的网址（URL）", "must be a full web address (URL)")
_DATE = ("必须是日期，如 2026-03-01", "must be a date such as 2026-03-01")
_TIME = ("必须是时刻，如 09:30", "must be a time such as 09:30")
_MOMENT = (
    "必须是日期和时间，如 2026-03-01T09:30:00Z",
    "must be a date and time such as 2026-03-01T09:30:00Z",
)
_DURATION = ("必须是时长，如 01:30:00", "must be a length of time such as 01:30:00")
_PAST = ("必须是过去的时间", "must be in the past")
_FUTURE = ("必须是将来的时间", "must be in the future")
_FRACTION = ("必须是分数，如 3/4", "must be a fraction such as 3/4")

RULES: dict[str, tuple[str, str]] = {
    "missing": _GIVEN,
    "missing_argument": _GIVEN,
    "missing_keyword_only_argument": _GIVEN,
    "missing_positional_only_argument": _GIVEN,
    "extra_forbidden": _LEFT_OUT,
    "unexpected_keyword_argument": _LEFT_OUT,
    "unexpected_positional_argument": _LEFT_OUT,
    "multiple_argument_values": ("只能填写一次", "must be given only once"),
    "none_required": ("必须留空", "must be left empty"),
    "frozen_field": _UNCHANGED,
    "frozen_instance": _UNCHANGED,
    "json_invalid": _JSON,
    "json_type": _JSON,
    "recursion_loop": ("不能包含自身", "must not contain itself"),
    "recursion_depth_exceeded": ("嵌套的层数必须少一些", "must be nested less deeply"),
    "model_type": _OBJECT,
    "model_attributes_type": _OBJECT,
    "dataclass_type": _OBJECT,
    "dataclass_exact_type": _OBJECT,
    "named_tuple_type": _OBJECT,
    "dict_type": _OBJECT,
    "frozen_dict_type": _OBJECT,
    "ordered_dict_type": _OBJECT,
    "counter_type": _OBJECT,
    "mapping_type": _OBJECT,
    "invalid_key": ("其中的名称都必须是文字", "must have texts for its names"),
    "list_type": _LIST,
    "tuple_type": _LIST,
    "set_type": _LIST,
    "frozen_set_type": _LIST,
    "deque_type": _LIST,
    "iterable_type": _LIST,
    "too_short": ("至少要有 {min_length} 项", "must have at least {min_length:item}"),
    "too_long": ("最多只能有 {max_length} 项", "must have at most {max_length:item}"),
    "string_type": ("必须是文字", "must be text"),
    "string_unicode": ("必须是 UTF-8 编码的文字", "must be text in UTF-8"),
    "string_not_ascii": (
        "只能用英文字母、数字和半角符号",
        "must have only plain letters, digits and signs (ASCII)",
    ),
    "string_too_short": ("至少要有 {min_length} 个字符", "must have at least {min_length:character}"),
    "string_too_long": ("最多只能有 {max_length} 个字符", "must have at most {max_length:character}"),
    "bytes_type": ("必须是二进制数据", "must be binary data"),
    "bytes_too_short": ("至少要有 {min_length} 个字节", "must have at least {min_length:byte}"),
    "bytes_too_long": ("最多只能有 {max_length} 个字节", "must have at most {max_length:byte}"),
    "bytes_invalid_encoding": ("必须用规定的编码", "must be in the required encoding"),
    "enum": _CHOICE,
    "literal_error": _CHOICE,
    "bool_type": _BOOLEAN,
    "bool_parsing": _BOOLEAN,
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_from_float": _WHOLE,
    "int_parsing_size": ("必须是位数少一些的整数", "must be a whole number with fewer digits"),
    "float_type": _NUMBER,
    "float_parsing": _NUMBER,
    "finite_number": ("必须是有限的数字", "must be a finite number"),
    "decimal_type": _NUMBER,
    "decimal_parsing": _NUMBER,
    "decimal_max_digits": ("最多只能有 {max_digits} 位数字", "must have at most {max_digits:digit}"),
    "decimal_max_places": (
        "最多只能有 {decimal_places} 位小数",
        "must have at most {decimal_places:decimal place}",
    ),
    "decimal_whole_digits": (
        "小数点前最多只能有 {whole_digits} 位数字",
        "must have at most {whole_digits:digit} before the decimal point",
    ),
    "fraction_type": _FRACTION,
    "fraction_parsing": _FRACTION,
    "greater_than": ("必须大于 {gt}", "must be more than {gt}"),
    "greater_than_equal": ("不能小于 {ge}", "must be {ge} or more"),
    "less_than": ("必须小于 {lt}", "must be less than {lt}"),
    "less_than_equal": ("不能大于 {le}", "must be {le} or less"),
    "multiple_of": ("必须是 {multiple_of} 的倍数", "must be a multiple of {multiple_of}"),
    "uuid_type": _UUID,
    "uuid_parsing": _UUID,
    "uuid_version": ("必须是第 {expected_version} 版 UUID", "must be a UUID of version {expected_version}"),
    "url_type": _URL,
    "url_parsing": _URL,
    "url_syntax_violation": _URL,
    "url_too_long": ("最多只能有 {max_length} 个字符", "must have at most {max_length:character}"),
    "url_scheme": (
        "必须是网址，协议只能是{expected_schemes}",
        "must be a web address whose scheme is {expected_schemes}",
    ),
    "date_type": _DATE,
    "date_parsing": _DATE,
    "date_from_datetime_parsing": _DATE,
    "date_from_datetime_inexact": ("必须是日期，不能带时刻", "must be a date without a time"),
    "date_past": ("必须是过去的日期", "must be a date in the past"),
    "date_future": ("必须是将来的日期", "must be a date in the future"),
    "time_type": _TIME,
    "time_parsing": _TIME,
    "datetime_type": _MOMENT,
    "datetime_parsing": _MOMENT,
    "datetime_object_invalid": _MOMENT,
    "datetime_from_date_parsing": _MOMENT,
    "datetime_past": _PAST,
    "datetime_future": _FUTURE,
    "timezone_naive": ("不能带时区", "must have no time zone"),
    "timezone_aware": ("必须带时区", "must have a time zone"),
    "timezone_offset": ("必须用规定的时区", "must be in the required time zone"),
    "time_delta_type": _DURATION,
    "time_delta_parsing": _DURATION,
    "union_tag_invalid": (
        "其中的{discriminator}只能是{expected_tags}",
        "must have {discriminator} set to {expected_tags}",
    ),
    "union_tag_not_found": ("其中必须填写{discriminator}", "must have {discriminator}"),
}

PATTERNS = {
    r"\S": _FILLED,
    r"^[a-z0-9_]*$": (
        "只能用小写英文字母、数字和下划线",
        "must have only small letters a to z, digits and underscores",
    ),
    r"^[a-z0-9_]+$": (
        "只能用小写英文字母、数字和下划线",
        "must have only small letters a to z, digits and underscores",
    ),
}
"""The patterns that mean the same wherever they stand."""

_LISTS = {"expected", "expected_tags", "expected_schemes", "discriminator"}
"""What pydantic hands over as Python's own writing of values: 'zh' or 'en'."""

_VALUE = re.compile(r"'((?:[^'\\]|\\.)*)'|\"((?:[^\"\\]|\\.)*)\"|([^\s,'\"]+)")
_BRANCHES = {"bool", "int", "float", "decimal", "str", "date", "datetime", "time", "uuid"}
"""What pydantic adds to the place when each type of a union refuses a value."""


class _Number(str):
    """A number as it is written; with a unit in English when the rule names one: {:item} gives "1 item", "2 items"."""

    __slots__ = ()

    def __format__(self, unit: str) -> str:
        return f"{self} {unit}{'' if self == '1' else 's'}" if unit else str(self)


def refusal_of(errors: Sequence[Mapping[str, Any]]) -> Refusal:
    """The refusal (422) for what pydantic found wrong in a request: the first error, with its place and its rule.

    Args:
        errors: as pydantic lists them, each `loc` beginning with the part of the request: "body", "query", "path".
    """
    first = errors[0]
    place = tuple(first.get("loc", ()))
    branches = [one for one in errors if _is_branch(one, place)]
    if len(branches) > 1:
        said = list(dict.fromkeys(map(_words, branches)))
        zh, en = ("，或".join(one[0] for one in said), ", or ".join(one[1] for one in said))
        return invalid(_field(place[:-1]), {"zh": zh, "en": en})
    return invalid(_field(place), rule_of(first))


def rule_of(error: Mapping[str, Any]) -> Texts:
    """The rule that one of pydantic's errors says was broken."""
    return dict(zip(LANGUAGES, _words(error), strict=True))


def _is_branch(error: Mapping[str, Any], place: tuple[Any, ...]) -> bool:
    there = tuple(error.get("loc", ()))
    return len(there) > 1 and there[:-1] == place[:-1] and there[-1] in _BRANCHES


def _field(place: tuple[Any, ...]) -> str:
    """The dotted path that the caller knows: without the part of the request and our name for its body."""
    inside = place[2:] if place[1:2] == ("payload",) else place[1:]
    return ".".join(str(part) for part in inside)


def _words(error: Mapping[str, Any]) -> tuple[str, str]:
    kind, context = error.get("type", ""), error.get("ctx") or {}
    if kind == "string_pattern_mismatch":
        return PATTERNS.get(context.get("pattern", ""), GENERAL)
    if kind == "string_too_short" and context.get("min_length") == 1:
        return _FILLED
    zh, en = RULES.get(kind, GENERAL)
    return zh.format(**_values(context, _ZH)), en.format(**_values(context, _EN))


class _Listing(NamedTuple):
    """How a language lists choices."""

    comma: str
    last: str
    empty: str


_ZH = _Listing("、", "或", "空白")
_EN = _Listing(", ", " or ", "empty")


def _values(context: Mapping[str, Any], listing: _Listing) -> dict[str, Any]:
    return {
        name: _listed(str(value), listing) if name in _LISTS else _number(value)
        for name, value in context.items()
    }


def _number(value: Any) -> _Number:
    return _Number(int(value) if isinstance(value, float) and value.is_integer() else value)


def _listed(said: str, listing: _Listing) -> str:
    """Values in quotation marks, with the last one after "or"."""
    found = ("".join(groups) for groups in _VALUE.findall(said) if groups[2] != "or")
    values = [f"“{one}”" if one else listing.empty for one in found]
    return listing.last.join(filter(None, (listing.comma.join(values[:-1]), *values[-1:])))
