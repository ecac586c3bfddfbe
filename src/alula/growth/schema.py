"""The JSON Schema of FACTS.yaml, for editors and other tools: `docs/schemas/growth-facts.schema.json`.

python -m alula.growth.schema > docs/schemas/growth-facts.schema.json
"""

from __future__ import annotations

import json
import sys
from typing import Any

import msgspec

from alula.growth.facts import Facts


def text() -> str:
    """The schema as the published file: what msgspec derives from the types, with exact numbers as YAML numbers."""
    derived = _numbers(msgspec.json.schema(Facts))
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "urn:alula:facts:1"}
    return json.dumps({**head, **derived}, ensure_ascii=False, indent=2) + "\n"


def _numbers(part: Any) -> Any:
    """Msgspec calls a Decimal a string, as JSON carries it; in the YAML file it is a number."""
    if isinstance(part, list):
        return [_numbers(item) for item in part]
    if not isinstance(part, dict):
        return part
    if part.get("format") == "decimal":
        return {"type": "number"} | ({"description": part["description"]} if "description" in part else {})
    return {key: _numbers(value) for key, value in part.items()}


if __name__ == "__main__":
    sys.stdout.write(text())
