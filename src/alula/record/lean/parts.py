"""Parts of statements that were seen before: the same verb, activity and person come again and again, byte for byte.

What the validator said of a part's bytes holds for the same bytes again, so they are looked up instead of decoded. Only
what is right is remembered: whatever is wrong goes the long way each time, which finds the words for the refusal.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from alula.kernel.errors import Refusal
from alula.record.mentions import agent_key, agents_in, around
from alula.record.xapi import validator
from alula.record.xapi.decoding import decode, is_deep

T = TypeVar("T")
_QUOTE = b'"'
REMEMBERED_BYTES = 4 * 1024 * 1024
LONGEST = 4096
"""Bytes of all parts of one kind that are remembered, and of one part."""

_REGISTRATION = re.compile(
    rb'"registration"\s*:\s*"([0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12})"'
)


@dataclass(frozen=True, slots=True)
class Who:
    """An actor: its key, and those of a group's members."""

    key: str
    others: tuple[str, ...]
    quotes: int


@dataclass(frozen=True, slots=True)
class Did:
    """A verb."""

    id: str
    quotes: int


@dataclass(frozen=True, slots=True)
class What:
    """An object: the activity or the statement (32 hexadecimal digits) that it is, or the agents; its definition."""

    activity: str
    ref: str | None
    named: tuple[str, ...]
    definitions: tuple[tuple[str, dict[str, Any]], ...]
    quotes: int


@dataclass(frozen=True, slots=True)
class Where:
    """A context: its registration, whom and what it mentions, whether it is for activities only, definitions in it."""

    registration: str
    mentioned: tuple[str, ...]
    activities_only: bool
    definitions: tuple[tuple[str, dict[str, Any]], ...]
    quotes: int


class Memory(dict[bytes, T | None]):
    """What `look` makes of bytes; None when the long way has to be taken. Emptied when full: it fills again within a second.

    Only what is right is kept. No part is deep, so neither is a statement of such parts.
    """

    def __init__(self, look: Callable[[bytes], T | None]) -> None:
        self._look = look
        self._bytes = 0

    def __missing__(self, raw: bytes) -> T | None:
        if is_deep(raw, inside=1):
            return None
        try:
            found = self._look(raw)
        except Refusal:
            return None
        if found is not None and len(raw) <= LONGEST:
            if self._bytes > REMEMBERED_BYTES:
                self.clear()
                self._bytes = 0
            self[raw] = found
            self._bytes += len(raw)
        return found


def _actor(raw: bytes) -> Who:
    one = decode(raw)
    validator.check_actor(one, "actor")
    key = agent_key(one) or "group"
    return Who(key, tuple(other for other in agents_in(one) if other != key), raw.count(_QUOTE))


def _verb(raw: bytes) -> Did:
    one = decode(raw)
    validator.check_verb(one, "verb")
    return Did(one["id"], raw.count(_QUOTE))


def _object(raw: bytes) -> What | None:
    one = decode(raw)
    kind = one.get("objectType", "Activity") if type(one) is dict else ""
    if kind == "SubStatement":
        return None
    validator.check_object(one, "2.0.0", "object")
    quotes = raw.count(_QUOTE)
    if kind == "Activity":
        definition = one.get("definition")
        return What(one["id"], None, (), ((one["id"], definition),) if definition else (), quotes)
    if kind == "StatementRef":
        return What("", UUID(one["id"]).hex, (), (), quotes)
    return What("", None, tuple(agents_in(one)), (), quotes)


def _context(version: str) -> Callable[[bytes], Where | None]:
    def look(raw: bytes) -> Where | None:
        one = decode(raw)
        validator.check_context(one, version, "context")
        if "registration" in one and b"\\u00" in raw:
            return None  # its name may be written with escapes, and another one be taken for it
        related = one.get("contextActivities", {})
        if any(type(some) is dict for some in related.values()):
            return None  # has to be written as a list
        definitions = tuple(
            (activity["id"], activity["definition"])
            for some in related.values()
            for activity in some
            if activity.get("definition")
        )
        return Where(
            one.get("registration", ""),
            tuple(around({"context": one, "object": {}})),
            "revision" in one or "platform" in one,
            definitions,
            raw.count(_QUOTE),
        )

    return look


actors = Memory(_actor)
verbs = Memory(_verb)
objects = Memory(_object)
_contexts = {version: Memory(_context(version)) for version in ("1.0.3", "2.0.0")}
_NOWHERE = Where("", (), False, (), 0)
_NONE = "00000000-0000-0000-0000-000000000000"
_NO_REGISTRATION = f'"registration":"{_NONE}"'.encode()
_ONE_REGISTRATION = 3
"""Pieces: what is before it, itself, what is behind."""


def context_of(raw: bytes, version: str) -> tuple[Where | None, str | None]:
    """What a context says (`raw` is empty when there is none), and its registration.

    A registration differs each time, so the rest is remembered without. Wherever in the bytes one stands, another UUID in
    its place changes nothing else. Whether the one that was found is the context's own is looked at when the rest is new.
    """
    if not raw:
        return _NOWHERE, None
    memory = _contexts[version]
    known = memory.get(raw)
    if known is not None and not known.registration:
        return known, None
    pieces = _REGISTRATION.split(raw)
    if len(pieces) == _ONE_REGISTRATION:
        before, registration, after = pieces
        where = memory[before + _NO_REGISTRATION + after]
        right = where is not None and where.registration == _NONE
        return (where, registration.decode().replace("-", "").lower()) if right else (None, None)
    if len(pieces) > 1:
        return None, None
    return memory[raw], None
