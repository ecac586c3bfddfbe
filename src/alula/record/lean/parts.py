"""Parts of statements that were seen before: the same verb, activity and person come again and again, byte for byte.

What the validator said of a part's bytes holds for the same bytes again, so they are looked up instead of decoded. Only
what is right is remembered: whatever is wrong goes the long way each time, which finds the words for the refusal.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Generic, NamedTuple, TypeVar

from alula.kernel.errors import Refusal
from alula.record.mentions import agent_key, agents_in, around
from alula.record.xapi import validator
from alula.record.xapi.decoding import decode

T = TypeVar("T")
REMEMBERED_BYTES = 4 * 1024 * 1024
LONGEST = 4096
"""Bytes of all parts of one kind that are remembered, and of one part."""

_REGISTRATION = re.compile(
    rb'"registration"\s*:\s*"([0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12})"'
)


class Who(NamedTuple):
    """An actor: its key, and the keys of itself and its members."""

    key: str
    named: tuple[str, ...]


class What(NamedTuple):
    """An object: its kind, the id of an activity or a statement, the agents that it is, an activity's definition."""

    kind: str
    id: str
    named: tuple[str, ...]
    definition: dict[str, Any] | None


class Where(NamedTuple):
    """A context: its registration, whom and what it mentions, whether it is for activities only, definitions in it."""

    registration: str
    mentioned: tuple[str, ...]
    activities_only: bool
    definitions: tuple[tuple[str, dict[str, Any]], ...]


class Memory(Generic[T]):
    """What `look` made of bytes, for those seen before. Emptied when full: it fills again within a second."""

    def __init__(self, look: Callable[[bytes], T | None]) -> None:
        self._look = look
        self._known: dict[bytes, T] = {}
        self._bytes = 0

    def of(self, raw: bytes) -> T | None:
        """What the part says; None when the long way has to be taken."""
        known = self._known.get(raw)
        if known is not None:
            return known
        try:
            found = self._look(raw)
        except Refusal:
            return None
        if found is not None and len(raw) <= LONGEST:
            if self._bytes > REMEMBERED_BYTES:
                self._known, self._bytes = {}, 0
            self._known[raw] = found
            self._bytes += len(raw)
        return found


def _actor(raw: bytes) -> Who:
    one = decode(raw)
    validator.check_actor(one, "actor")
    return Who(agent_key(one) or "group", tuple(agents_in(one)))


def _verb(raw: bytes) -> str:
    one = decode(raw)
    validator.check_verb(one, "verb")
    found: str = one["id"]
    return found


def _object(raw: bytes) -> What | None:
    one = decode(raw)
    kind = one.get("objectType", "Activity") if type(one) is dict else ""
    if kind == "SubStatement":
        return None
    validator.check_object(one, "2.0.0", "object")
    named = tuple(agents_in(one)) if kind in ("Agent", "Group") else ()
    return What(kind, one.get("id", ""), named, one.get("definition"))


def _context(version: str) -> Callable[[bytes], Where | None]:
    def look(raw: bytes) -> Where | None:
        one = decode(raw)
        validator.check_context(one, version, "context")
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
        )

    return look


actors = Memory(_actor)
verbs = Memory(_verb)
objects = Memory(_object)
_contexts = {version: Memory(_context(version)) for version in ("1.0.3", "2.0.0")}
_NONE = "00000000-0000-0000-0000-000000000000"
_NO_REGISTRATION = f'"registration":"{_NONE}"'.encode()


def context_of(raw: bytes, version: str) -> tuple[Where | None, str | None]:
    """What a context says, and its registration: the part that differs each time, so it is remembered without.

    Wherever in the bytes a registration stands, another UUID in its place changes nothing else. Whether the one that was
    found is the context's own is looked at when the rest is new.
    """
    memory = _contexts[version]
    found = _REGISTRATION.findall(raw)
    if len(found) == 1:
        where = memory.of(_REGISTRATION.sub(_NO_REGISTRATION, raw))
        right = where is not None and where.registration == _NONE
        return (where, found[0].decode().replace("-", "").lower()) if right else (None, None)
    if found or b"\\" in raw:  # the name may be written with escapes
        return None, None
    return memory.of(raw), None
