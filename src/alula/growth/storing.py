"""Facts as they are stored: JSON with decimals as texts, so that every number comes back exactly."""

from __future__ import annotations

from typing import Any

import msgspec
import yaml

from alula.growth.facts import Facts, load_facts
from alula.growth.reading import FileProblems
from alula.kernel.errors import Refusal, register

register(
    "growth",
    {
        "facts_invalid": {"zh": "“{where}”：{why_zh}", "en": "“{where}”: {why_en}"},
    },
)


def encode_facts(facts: Facts) -> str:
    """The text that is stored."""
    return msgspec.json.encode(facts).decode()


def decode_facts(text: str) -> Facts:
    """The facts in a stored text.

    Raises:
        msgspec.ValidationError: the text was not made by `encode_facts`.
    """
    return msgspec.json.decode(text, type=Facts, strict=False)


def facts_from(data: dict[str, Any]) -> Facts:
    """The facts in what an API's caller sent, checked as a file is.

    Raises:
        Refusal: growth.facts_invalid (422) with the first wrong field and what is wrong with it, in both languages.
    """
    try:
        return load_facts(yaml.safe_dump(_with_years(data), allow_unicode=True, sort_keys=False))
    except FileProblems as problems:
        first = problems.problems[0]
        raise Refusal(
            "growth.facts_invalid",
            status=422,
            field=first.field,
            where=first.field,
            why_zh=first.zh,
            why_en=first.en,
        ) from problems


def _with_years(data: Any) -> Any:
    """JSON has texts alone for keys; a year is a number in the facts."""
    if isinstance(data, dict):
        return {int(key) if key.isdigit() else key: _with_years(item) for key, item in data.items()}
    return [_with_years(item) for item in data] if isinstance(data, list) else data
