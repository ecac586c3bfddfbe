"""JSON as xAPI wants it: UTF-8, nothing twice, nothing but JSON."""

from __future__ import annotations

import json
from typing import Any

import msgspec

from alula.record.xapi.rules import refuse

_decoder = msgspec.json.Decoder()
_encoder = msgspec.json.Encoder()
_QUOTE = ord('"')


def decode(raw: bytes, where: str = "body") -> Any:
    """The value in `raw`.

    Raises:
        Refusal: xapi.json, xapi.duplicate or xapi.deep (400).
    """
    try:
        value = _decoder.decode(raw)
        # A property given twice is dropped while decoding, and its quotes with it: written again, the text has fewer.
        # Only \\u0022 stands for a quote without being one, so its senders take the slow way too.
        if b"\\u0022" in raw or raw.count(_QUOTE) != _encoder.encode(value).count(_QUOTE):
            json.loads(raw, object_pairs_hook=lambda pairs: _once(pairs, where))
    except (msgspec.DecodeError, UnicodeError, ValueError):
        refuse("json", where)
    except RecursionError:
        refuse("deep", where)
    return value


def _once(pairs: list[tuple[str, Any]], where: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            refuse("duplicate", f"{where}.{name}")
        found[name] = value
    return found
