"""What a schema refuses is said in plain words in both languages, whichever type of error pydantic names."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Literal
from uuid import UUID

import pytest
from pydantic import AwareDatetime, BeforeValidator, Field, HttpUrl, TypeAdapter, ValidationError
from pydantic_core import PydanticCustomError
from pydantic_core._pydantic_core import list_all_errors  # what the public package does not hand on

from alula.kernel.schema import GENERAL, RULES, refusal_of, rule_of

FORMATS = {"JSON", "UTF", "UUID", "URL", "true", "false"}
"""What Chinese writes in Latin letters too: names of formats, and the two words of JSON."""
LATIN = re.compile(r"[A-Za-z]{2,}")
HAN = re.compile(r"[\u4e00-\u9fff]")
ALL = {error["type"]: error for error in list_all_errors()}


class Colour(Enum):
    RED = "red"
    BLUE = "blue"


@pytest.mark.parametrize("kind", ALL)
def test_every_type_has_a_sentence_in_both_languages(kind):
    error = {
        "type": kind,
        "ctx": ALL[kind].get("example_context"),
        "msg": "Input should be",
        "loc": ("body",),
    }
    rule = rule_of(error)
    assert set(LATIN.findall(rule["zh"])) <= FORMATS
    assert HAN.search(rule["zh"])
    assert not HAN.search(rule["en"])
    refusal = refusal_of([error])
    zh, en = refusal.problem("zh"), refusal.problem("en")
    assert zh["title"] == f"请求的内容{rule['zh']}。"
    assert zh["expected"] == f"{rule['zh']}。"
    assert en["title"] == f"The request {rule['en']}."
    assert re.fullmatch(r"[A-Z].*\.", en["expected"])
    assert not {"{", "}", "None", ",", ":"} & set(rule["zh"]) - {":"}, (
        "full-width punctuation, nothing left open"
    )
    assert "Input" not in en["title"]


def test_the_table_names_no_type_that_there_is_not():
    assert set(RULES) <= set(ALL)
    assert len(set(ALL) - set(RULES)) < 25, "most types have words of their own"


def test_a_type_that_is_not_known_has_the_general_sentence():
    assert rule_of({"type": "of_next_year", "msg": "Input should be wiser"}) == dict(
        zip(("zh", "en"), GENERAL, strict=True)
    )


def raising(_: Any) -> Any:
    raise PydanticCustomError("hexameter", "Verse should scan")


@pytest.mark.parametrize(
    ("schema", "value", "zh", "en"),
    [
        (Annotated[str, Field(max_length=3)], "four", "最多只能有 3 个字符", "must have at most 3 characters"),
        (Annotated[str, Field(min_length=1)], "", "不能为空", "must not be empty"),
        (Annotated[str, Field(min_length=8)], "x", "至少要有 8 个字符", "must have at least 8 characters"),
        (Annotated[str, Field(pattern=r"\S")], " ", "不能为空", "must not be empty"),
        (Annotated[str, Field(pattern=r"^[0-9]{6}$")], "x", *GENERAL),
        (str, 1, "必须是文字", "must be text"),
        (int, "x", "必须是整数", "must be a whole number"),
        (int, 1.5, "必须是整数", "must be a whole number"),
        (int, "9" * 5000, "必须是位数少一些的整数", "must be a whole number with fewer digits"),
        (bool, "perhaps", "必须是 true 或 false", "must be true or false"),
        (float, "x", "必须是数字", "must be a number"),
        (Annotated[float, Field(allow_inf_nan=False)], "inf", "必须是有限的数字", "must be a finite number"),
        (Annotated[float, Field(ge=0)], -1, "不能小于 0", "must be 0 or more"),
        (Annotated[float, Field(gt=0.5)], 0, "必须大于 0.5", "must be more than 0.5"),
        (Annotated[int, Field(le=200)], 201, "不能大于 200", "must be 200 or less"),
        (Annotated[int, Field(lt=200)], 200, "必须小于 200", "must be less than 200"),
        (Annotated[Decimal, Field(decimal_places=2)], "1.234", "最多只能有 2 位小数", "must have at most 2 decimal places"),
        (Annotated[Decimal, Field(max_digits=1)], "12", "最多只能有 1 位数字", "must have at most 1 digit"),
        (Literal["zh"], "fr", "只能是“zh”", "must be “zh”"),
        (Literal["zh", "en", 3], "fr", "只能是“zh”、“en”或“3”", "must be “zh”, “en” or “3”"),
        (Literal["it's", 'say "or"'], "x", "只能是“it's”或“say \"or\"”", "must be “it's” or “say \"or\"”"),
        (Literal["", "held"], "x", "只能是空白或“held”", "must be empty or “held”"),
        (Colour, "green", "只能是“red”或“blue”", "must be “red” or “blue”"),
        (UUID, "x", "必须是有效的编号（UUID）", "must be a valid id (a UUID)"),
        (date, "soon", "必须是日期，如 2026-03-01", "must be a date such as 2026-03-01"),
        (date, "2026-03-01T08:00", "必须是日期，不能带时刻", "must be a date without a time"),
        (datetime, "soon", "必须是日期和时间，如 2026-03-01T09:30:00Z", "must be a date and time such as 2026-03-01T09:30:00Z"),
        (AwareDatetime, "2026-03-01T09:30:00", "必须带时区", "must have a time zone"),
        (HttpUrl, "nowhere", "必须是完整的网址（URL）", "must be a full web address (URL)"),
        (HttpUrl, "ftp://x.example", "必须是网址，协议只能是“http”或“https”", "must be a web address whose scheme is “http” or “https”"),
        (list[int], {}, "必须是列表", "must be a list"),
        (Annotated[list[int], Field(max_length=1)], [1, 2], "最多只能有 1 项", "must have at most 1 item"),
        (dict[str, int], [], "必须是一组名称和值（JSON 对象）", "must be an object of names and values"),
        (Annotated[str, BeforeValidator(raising)], "x", *GENERAL),
        (float | str, [], "必须是数字，或必须是文字", "must be a number, or must be text"),
    ],
)  # fmt: skip
def test_the_limits_stand_in_the_sentence(schema, value, zh, en):
    with pytest.raises(ValidationError) as refused:
        TypeAdapter(dict[str, schema]).validate_python({"x": value})
    errors = [{**one, "loc": ("body", "payload", *one["loc"])} for one in refused.value.errors()]
    refusal = refusal_of(errors)
    assert refusal.field == "x"
    assert refusal.sentence("zh") == f"“x”{zh}。"
    assert refusal.sentence("en") == f"“x” {en}."
    assert refusal.problem("zh")["expected"] == f"{zh}。"
    assert refusal.problem("en")["expected"] == f"{en[0].upper()}{en[1:]}."
