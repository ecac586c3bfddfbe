"""Answers in and out of facts: what was typed becomes typed values, every mistake stands at its field, in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

import msgspec
import yaml

from alula.growth.facts import Facts, load_facts
from alula.growth.reading import FileProblems
from alula.growth.rulebook.load import size_rule
from alula.growth.rulebook.model import Words
from alula.growth.selftest.form import Field, ListPart, Question

LONGEST_LIST = 500
LONGEST_TEXT = 120
_LARGEST = Decimal(10) ** 12
_YEAR = range(1900, 2101)


class Mistake(NamedTuple):
    """What is wrong with one field. `field` is a path such as `revenue.2025` or `rights[2].granted`."""

    field: str
    words: Words


class Mistakes(ValueError):  # noqa: N818 - it carries many
    """An answer that cannot be taken, with everything that is wrong with it."""

    def __init__(self, found: Iterable[Mistake]) -> None:
        self.found = tuple(found)
        super().__init__("; ".join(f"{one.field}: {one.words.en}" for one in self.found))


def answered(facts: Facts, question: Question, values: dict[str, Any]) -> Facts:
    """The facts with a question's answers in place. A field that is left out stays; None makes it unknown; [] is "none".

    Raises:
        Mistakes: with every field that is wrong; nothing is taken then.
    """
    known = {field.path: field for field in question.fields}
    wrong: list[Mistake] = []
    typed: dict[str, Any] = {}
    for path, raw in values.items():
        if question.list is not None and path == question.list.path:
            typed[path] = None if raw is None else _items(question.list, raw, wrong)
        elif path in known:
            typed[path] = _typed(known[path], raw, path, wrong)
        else:
            wrong.append(
                Mistake(path, Words(zh="这个问题里没有这一项。", en="The question has no such field."))
            )
    if wrong:
        raise Mistakes(wrong)
    return merged(facts, typed)


def merged(facts: Facts, values: dict[str, Any]) -> Facts:
    """The facts with typed values at their paths, checked as a file is.

    Raises:
        Mistakes: as `answered`; a part may be larger than its whole.
    """
    data: dict[str, Any] = msgspec.to_builtins(facts, builtin_types=(Decimal, date))
    for path, value in values.items():
        _put(data, path.split("."), value)
    try:
        return load_facts(yaml.dump(data, Dumper=_Exactly, allow_unicode=True, sort_keys=False) or "{}")
    except FileProblems as problems:
        raise Mistakes(
            Mistake(one.field, Words(zh=one.zh or "？", en=one.en or "?")) for one in problems.problems
        ) from problems


def values_of(facts: Facts, question: Question) -> dict[str, Any]:
    """What the facts hold of a question's fields, as JSON carries it; unknown fields are left out."""
    data: dict[str, Any] = msgspec.to_builtins(facts, str_keys=True)
    paths = [field.path for field in question.fields] + ([question.list.path] if question.list else [])
    found = {path: value for path in paths if (value := _at(data, path)) is not None}
    if "industry" in found:
        found["industry"] = _industry_id(found["industry"])
    return found


def _industry_id(name: str) -> str:
    rule = size_rule()
    return next((one.id for one in rule.industries if name in {one.id, *one.names}), name)


def _at(data: Any, path: str) -> Any:
    """The value at a path; a ratio that is stated per year is not one number and is left as it is."""
    for part in path.split("."):
        if not isinstance(data, dict) or part not in data:
            return None
        data = data[part]
    return data


def _put(data: dict[Any, Any], path: list[str], value: Any) -> None:
    head: Any = int(path[0]) if path[0].isdigit() else path[0]
    if len(path) > 1:
        below = data.setdefault(head, {})
        _put(below, path[1:], value)
        if not below:
            del data[head]
    elif value is None:
        data.pop(head, None)
    else:
        data[head] = value


class _Exactly(yaml.SafeDumper):
    """Writes decimals as they are; aliases, which our reader refuses, never."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - the dumper's own signature
        return True


def _plainly(dumper: yaml.SafeDumper, value: Decimal) -> yaml.Node:
    text = f"{value:f}"
    return dumper.represent_scalar(f"tag:yaml.org,2002:{'float' if '.' in text else 'int'}", text)


_Exactly.add_representer(Decimal, _plainly)


def _items(part: ListPart, raw: Any, wrong: list[Mistake]) -> list[dict[str, Any]]:
    if not isinstance(raw, list | tuple) or not all(isinstance(item, dict) for item in raw):
        wrong.append(Mistake(part.path, Words(zh="这里应当是一个清单。", en="This should be a list.")))
        return []
    if len(raw) > LONGEST_LIST:
        words = Words(zh=f"最多 {LONGEST_LIST} 项。", en=f"At most {LONGEST_LIST} items.")
        wrong.append(Mistake(part.path, words))
        return []
    return [_item(part, item, f"{part.path}[{order}]", wrong) for order, item in enumerate(raw)]


def _item(part: ListPart, raw: dict[str, Any], path: str, wrong: list[Mistake]) -> dict[str, Any]:
    item: dict[str, Any] = {}
    for column in part.columns:
        if column.only and raw.get(column.only[0]) not in column.only[1]:
            continue
        value = _typed(column, raw.get(column.path), f"{path}.{column.path}", wrong)
        if value is not None:
            item[column.path] = value
    unknown = set(raw) - {column.path for column in part.columns}
    wrong.extend(
        Mistake(f"{path}.{name}", Words(zh="没有这一列。", en="There is no such column."))
        for name in sorted(unknown)
    )
    first = part.columns[0]
    if first.kind == "choice" and raw.get(first.path) in {None, ""}:
        wrong.append(
            Mistake(f"{path}.{first.path}", Words(zh=f"请选择{first.words.zh}。", en="Please choose one."))
        )
    return item


def _typed(field: Field, raw: Any, path: str, wrong: list[Mistake]) -> Any:
    """The typed value of what was entered; None for nothing. What is wrong is noted."""
    if raw is None or (isinstance(raw, str) and not raw.strip()):
        return None
    try:
        return _READERS[field.kind](field, raw.strip() if isinstance(raw, str) else raw)
    except _WrongError as error:
        wrong.append(Mistake(path, error.words))
        return None


class _WrongError(Exception):
    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.words = Words(zh=zh, en=en)


def _number(raw: Any) -> Decimal:
    text = f"{raw}".replace(",", "").replace("，", "").replace(" ", "").removesuffix("%").removesuffix("％")
    if isinstance(raw, bool) or not re.fullmatch(r"[-+]?[0-9]{1,18}(\.[0-9]{1,20})?", text):
        raise _WrongError(
            "请填写数字，例如 5200 或 5200.5；没有就填 0。", "A number, such as 5200 or 5200.5; 0 for none."
        )
    try:
        value = Decimal(text)
    except InvalidOperation as error:  # pragma: no cover - the pattern above lets no such text through
        raise _WrongError("请填写数字。", "A number, please.") from error
    if abs(value) >= _LARGEST:
        raise _WrongError(
            "这个数太大了。请确认单位是万元。", "This is too large. Is it in units of 10,000 yuan?"
        )
    exponent = value.normalize().as_tuple().exponent
    return value if isinstance(exponent, int) and exponent >= -12 else value.quantize(Decimal("1e-12"))


def _amount(field: Field, raw: Any) -> Decimal:
    value = _number(raw)
    if value < 0 and not field.path.startswith("net_profit"):
        raise _WrongError("这里不能是负数。", "This cannot be negative.")
    return value


def _percent(field: Field, raw: Any) -> Decimal:
    value = _number(raw)
    if value < 0 and "growth" not in field.path and "margin" not in field.path:
        raise _WrongError("这里不能是负数。", "This cannot be negative.")
    if field.most is not None and value > Decimal(field.most):
        raise _WrongError(f"最大是 {field.most}。", f"At most {field.most}.")
    return value


def _whole(_: Field, raw: Any) -> int:
    value = _number(raw)
    if value != value.to_integral_value() or value < 0:
        raise _WrongError("请填写整数。", "A whole number, please.")
    return int(value)


def _rank(field: Field, raw: Any) -> int:
    value = _whole(field, raw)
    if not 1 <= value <= 1_000_000:
        raise _WrongError("名次从 1 开始。", "Ranks begin at 1.")
    return value


def _yes_no(_: Field, raw: Any) -> bool:
    known = {"true": True, "false": False, "是": True, "否": False, "yes": True, "no": False, "有": True, "无": False}  # fmt: skip
    if isinstance(raw, bool):
        return raw
    if f"{raw}".lower() not in known:
        raise _WrongError("请填写“是”或“否”。", "Yes or no, please.")
    return known[f"{raw}".lower()]


def _date(_: Field, raw: Any) -> date:
    if isinstance(raw, date):
        return date(raw.year, raw.month, raw.day)
    found = re.fullmatch(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?", f"{raw}")
    if found and int(found[1]) in _YEAR:
        try:
            return date(int(found[1]), int(found[2]), int(found[3]))
        except ValueError:
            pass  # such as 30 February: told below
    raise _WrongError("请填写日期，例如 2021-05-11。", "A date, such as 2021-05-11.")


def _since(field: Field, raw: Any) -> date | int:
    if re.fullmatch(r"[0-9]{4}年?", f"{raw}"):
        year = int(f"{raw}"[:4])
        if year in _YEAR:
            return year
    return _date(field, raw)


def _choice(field: Field, raw: Any) -> Any:
    text = f"{raw}"
    for one in field.choices:
        if text in {one.value, one.words.zh, one.words.en}:
            return int(one.value) if field.path.startswith("digital.") else one.value
    if field.path == "industry" and (found := _industry_id(text)) in {one.value for one in field.choices}:
        return found
    some = "、".join(one.words.zh for one in field.choices[:8])
    some_en = ", ".join(one.words.en for one in field.choices[:8])
    raise _WrongError(f"请从这些里选一个：{some}。", f"One of these: {some_en}.")


def _text(_: Field, raw: Any) -> str:
    text = f"{raw}"
    if len(text) > LONGEST_TEXT:
        raise _WrongError(f"最多 {LONGEST_TEXT} 个字。", f"At most {LONGEST_TEXT} characters.")
    if any(ord(char) < 32 for char in text):
        raise _WrongError("里面有不能用的字符。", "It holds characters that cannot be used.")
    return text


_READERS = {
    "amount": _amount,
    "percent": _percent,
    "score": _percent,
    "persons": _whole,
    "rank": _rank,
    "yes_no": _yes_no,
    "date": _date,
    "since": _since,
    "choice": _choice,
    "text": _text,
}
