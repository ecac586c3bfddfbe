"""When two statements of one id are the same (xAPI 1.0.3 Data 2.3.1, 2.0 4.2.4): all but what a record itself sets."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from alula.record.mentions import RELATIONS
from alula.record.moments import parse_timestamp

_SET_BY_THE_RECORD = ("id", "stored", "authority", "version")
_HUNDREDTHS = re.compile(r"(\.\d{2})\d+S$")


def same(one: bytes, other: bytes) -> bool:
    """Whether two bodies say the same: order of members and activities, defaults left out and the form of times aside."""
    return one == other or same_content(msgspec.json.decode(one), msgspec.json.decode(other))


def same_content(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """As `same`, for decoded statements. A timestamp that only one of them has was set by the record."""
    first, second = _settled(one), _settled(other)
    if "timestamp" not in first or "timestamp" not in second:
        first.pop("timestamp", None)
        second.pop("timestamp", None)
    return first == second


def _settled(statement: Mapping[str, Any]) -> dict[str, Any]:
    """The statement without what the record sets, written in the one way in which two are compared."""
    return _settled_parts({name: part for name, part in statement.items() if name not in _SET_BY_THE_RECORD})


def _settled_parts(statement: Mapping[str, Any]) -> dict[str, Any]:
    plain = dict(statement)
    plain["actor"] = _settled_agent(plain["actor"])
    thing = plain["object"]
    kind = thing.get("objectType", "Activity")
    if kind == "SubStatement":
        plain["object"] = _settled_parts(thing)
    elif kind in ("Agent", "Group"):
        plain["object"] = _settled_agent(thing)
    else:
        plain["object"] = {"objectType": kind, **thing}
    if "timestamp" in plain:
        plain["timestamp"] = parse_timestamp(plain["timestamp"])
    if "duration" in plain.get("result", {}):
        plain["result"] = {
            **plain["result"],
            "duration": _HUNDREDTHS.sub(r"\1S", plain["result"]["duration"]),
        }
    if "context" in plain:
        plain["context"] = _settled_context(plain["context"])
    return plain


def _settled_context(context: Mapping[str, Any]) -> dict[str, Any]:
    plain = dict(context)
    for place in ("instructor", "team"):
        if place in plain:
            plain[place] = _settled_agent(plain[place])
    if "contextActivities" in plain:
        around = plain["contextActivities"]
        lists = {name: around[name] for name in RELATIONS if name in around}
        plain["contextActivities"] = {
            name: _unordered(
                {"objectType": "Activity", **one} for one in ([some] if isinstance(some, dict) else some)
            )
            for name, some in lists.items()
        }
    return plain


def _settled_agent(who: Mapping[str, Any]) -> dict[str, Any]:
    plain = {"objectType": "Agent", **who}
    if "member" in plain:
        plain["member"] = _unordered(_settled_agent(one) for one in plain["member"])
    return plain


def _unordered(parts: Any) -> list[Any]:
    return sorted(parts, key=lambda part: msgspec.json.encode(part, order="deterministic"))
