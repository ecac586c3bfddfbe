"""The JSON Schema of a scenario file, for editors and other tools: `docs/schemas/scenario.schema.json`.

    python -m alula.coach.scenario.schema > docs/schemas/scenario.schema.json

It describes the shape; references, orders, facts and weights are checked by `load` alone.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import msgspec

from alula.coach.scenario.model import Scenario

ID = "urn:alula:scenario:1"


def schema() -> dict[str, Any]:
    """The schema as data: what msgspec derives from the types, with exact numbers written as YAML numbers."""
    derived = msgspec.json.schema(Scenario)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": ID,
        **_numbers(derived),
    }


def text() -> str:
    """The schema as the published file."""
    return json.dumps(schema(), ensure_ascii=False, indent=2) + "\n"


def _numbers(part: Any) -> Any:
    """The schema with Decimals as numbers: msgspec calls them strings, as JSON carries them; the file has numbers."""
    if isinstance(part, list):
        return [_numbers(item) for item in part]
    if not isinstance(part, dict):
        return part
    if part.get("format") == "decimal":
        rest = {key: value for key, value in part.items() if key not in {"type", "format", "default"}}
        return {
            "type": "number",
            **rest,
            **({"default": float(part["default"])} if "default" in part else {}),
        }
    return {key: _numbers(value) for key, value in part.items()}


if __name__ == "__main__":
    sys.stdout.write(text())
