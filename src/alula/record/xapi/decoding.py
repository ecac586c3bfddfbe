"""JSON as xAPI wants it: UTF-8, nothing twice, nothing but JSON."""

from __future__ import annotations

import json
import re
from typing import Any

import msgspec

from alula.record.xapi.rules import refuse

_decoder = msgspec.json.Decoder()
_encoder = msgspec.json.Encoder()
_QUOTE = ord('"')
# Deeper than any statement that means something, and far from where a decoder gives up: what is stored can be read again.
DEEPEST = 100
# Nothing is looked at twice, not even in a text that never ends.
_TEXT = re.compile(rb'"(?:[^"\\]++|\\.)*+"?', re.DOTALL)
_BRACKET = re.compile(rb"[\[\]{}]")


def decode(raw: bytes, where: str = "body") -> Any:
    """The value in `raw`.

    Raises:
        Refusal: xapi.json, xapi.duplicate or xapi.deep (400).
    """
    if is_deep(raw):
        refuse("deep", where)
    try:
        value = _decoder.decode(raw)
        # A property given twice is dropped while decoding, and its quotes with it: written again, the text has fewer.
        # Only \\u0022 stands for a quote without being one, so its senders take the slow way too.
        if b"\\u0022" in raw or raw.count(_QUOTE) != _encoder.encode(value).count(_QUOTE):
            json.loads(raw, object_pairs_hook=lambda pairs: _once(pairs, where))
    except (msgspec.DecodeError, UnicodeError, ValueError):
        refuse("json", where)
    return value


def is_deep(raw: bytes, *, inside: int = 0) -> bool:
    """Whether arrays and objects stand inside each other more than DEEPEST times; brackets in texts do not count.

    `inside`: how many are around `raw` already.
    """
    if raw.count(b"[") + raw.count(b"{") <= DEEPEST - inside:
        return False
    depth = inside
    for bracket in _BRACKET.findall(_TEXT.sub(b"", raw)):
        depth += 1 if bracket in b"[{" else -1
        if depth > DEEPEST:
            return True
    return False


def _once(pairs: list[tuple[str, Any]], where: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            refuse("duplicate", f"{where}.{name}")
        found[name] = value
    return found
