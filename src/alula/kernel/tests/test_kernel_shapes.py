"""What a file's shape breaks is said in plain words: no message of msgspec stands in a sentence of ours."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

import msgspec
import pytest
from msgspec import Meta, Struct

from alula.kernel.shapes import GENERAL, shape_words


class Talk(Struct, forbid_unknown_fields=True):
    turns: int


@pytest.mark.parametrize(
    ("kind", "value", "zh", "en"),
    [
        (Talk, {}, "缺少“turns”", "“turns” is missing"),
        (Talk, {"turns": 1, "mood": 2}, "没有“mood”这个字段", "there is no field “mood”"),
        (int, "x", "应为整数，实为文字", "expected a whole number, got text"),
        (int | None, [], "应为整数或空值，实为列表", "expected a whole number or nothing, got a list"),
        (dict[str, bool], {"a": {}}, "应为真假值，实为一组名称和值", "expected true or false, got names with values"),
        (Literal["a"], "it's", "不能填“it's”", "“it's” is not one of its values"),
        (Annotated[str, Meta(min_length=1)], "", "长度应不小于 1", "the length must be at least 1"),
        (Annotated[list[int], Meta(max_length=1)], [1, 2], "长度应不大于 1", "the length must be at most 1"),
        (Annotated[float, Meta(gt=0)], 0.0, "应大于 0.0", "this must be more than 0.0"),
        (Annotated[int, Meta(multiple_of=2)], 1, "应为 2 的倍数", "this must be a multiple of 2"),
        (Annotated[str, Meta(pattern="^a$")], "b", "应为规定写法的文字", "expected text in the required form"),
        (tuple[int, int], [1], "列表应有 2 项，实有 1 项", "expected a list of 2, got 1"),
        (Annotated[datetime, Meta(tz=True)], "2026-03-01T08:00:00", "缺少时区", "the time zone is missing"),
        (date, "soon", "不是有效的日期或时间", "this is no date or time"),
        (UUID, "x", "不是有效的 UUID", "this is no UUID"),
        (Decimal, "x", "不是有效的数字", "this is no number"),
        (bytes, "*", *GENERAL),
    ],
)  # fmt: skip
def test_what_msgspec_says_is_said_in_both_languages(kind, value, zh, en):
    with pytest.raises(msgspec.ValidationError) as refused:
        msgspec.convert(value, kind)
    said = shape_words(str(refused.value).partition(" - at `$")[0])
    assert said == {"zh": zh, "en": en}
    assert set(re.findall("[A-Za-z]{2,}", re.sub("“.*”", "", zh))) <= {"UUID"}
