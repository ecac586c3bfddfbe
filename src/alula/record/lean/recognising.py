"""From a request's bytes to rows, without making objects of what was seen before.

This says yes or "look closer", never no: whatever is not plainly right goes through the validator, statement by
statement, which knows the path and the words of each refusal. So the two can differ in speed alone; a test compares them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache, partial
from typing import Annotated, Any, Generic, NamedTuple, TypeVar

import msgspec
from msgspec import UNSET, Meta, Raw, Struct, UnsetType

from alula.kernel.errors import Refusal
from alula.kernel.ids import new_id
from alula.record.mentions import activity_key
from alula.record.statement import ISO_DURATION
from alula.record.table import Row
from alula.record.verbs import VOIDED
from alula.record.xapi.decoding import decode, is_deep
from alula.record.xapi.validator import check_result

from . import parts

_Unit = Annotated[int, Meta(ge=-1, le=1)] | Annotated[float, Meta(ge=-1, le=1)]
R = TypeVar("R")


class _Score(Struct, forbid_unknown_fields=True):
    scaled: _Unit | UnsetType = UNSET
    raw: int | float | UnsetType = UNSET
    min: int | float | UnsetType = UNSET
    max: int | float | UnsetType = UNSET


class _Result(Struct, forbid_unknown_fields=True):
    """A result without response and extensions: nothing in it but names, numbers and a duration."""

    score: _Score | UnsetType = UNSET
    success: bool | UnsetType = UNSET
    completion: bool | UnsetType = UNSET
    duration: str | UnsetType = UNSET


class _Cut(Struct, Generic[R], forbid_unknown_fields=True):
    """A statement cut at its first level. What Alula sets itself, and attachments, are not among its parts."""

    actor: Raw
    verb: Raw
    object: Raw
    id: str | UnsetType = UNSET
    result: R | UnsetType = UNSET
    context: Raw = Raw(b"")
    timestamp: str | UnsetType = UNSET
    version: str | UnsetType = UNSET


_cut = msgspec.json.Decoder(_Cut[_Result])
_cut_with_any_result = msgspec.json.Decoder(_Cut[Raw])
_several = msgspec.json.Decoder(list[Raw])
_UUID = re.compile(r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}")
# Hours by themselves: some versions of fromisoformat take 24:00 for the day after.
_MINUTE = re.compile(r"\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):[0-5]\d:", re.ASCII)
_SECONDS = re.compile(r"[0-5]\d(?:\.\d+)?Z", re.ASCII)
_TO_THE_MINUTE = len("2026-03-01T08:00:")
_MILLISECONDS = len("00.000Z")
_MINUTES = 16_384
"""Minutes that are remembered: what comes together is of few."""
# What nearly all senders write of ISO_DURATION, which takes three times as long.
_TIME = re.compile(r"PT(?:\d++H)?+(?:\d++M)?+\d++(?:\.\d++)?+S", re.ASCII)
_VERSIONS = {"1.0.3": ("1.0.0", "1.0.3"), "2.0.0": ("1.0.0", "1.0.3", "2.0.0")}
_QUOTE = b'"'
_row = partial(tuple.__new__, Row)
"""A Row of its fields. The constructor of a NamedTuple is a Python function, which takes twice as long."""


class Sender(NamedTuple):
    """What every statement of a request gets: from whom it is, the version it was sent under, the id of a PUT.

    `ending` is the authority and the end of a statement's JSON, `ending_with_version` of one that names no version.
    """

    tenant: str
    authority_key: str
    version: str
    ending: bytes
    ending_with_version: bytes
    put_id: str | None = None


class Recognised(Struct, frozen=True):
    """A statement as a row, its id as it was given, and the definitions of activities in it."""

    row: Row
    id: str
    definitions: tuple[tuple[str, dict[str, Any]], ...]


def statements_in(body: bytes) -> list[bytes] | None:
    """The JSON of each statement in a request; None when it holds something else."""
    text = body.strip()
    try:
        if text.startswith(b"{"):
            return [bytes(msgspec.json.decode(text, type=Raw))]
        return [bytes(one) for one in _several.decode(text)]
    except (msgspec.DecodeError, RecursionError):
        return None


def recognise(raw: bytes, sender: Sender) -> Recognised | None:
    """The statement in `raw` when it is plainly valid; None when the validator has to look."""
    try:
        cut = _parts_of(raw)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None
    who, did = parts.actors[bytes(cut.actor)], parts.verbs[bytes(cut.verb)]
    what, (where, registration) = (
        parts.objects[bytes(cut.object)],
        parts.context_of(bytes(cut.context), sender.version),
    )
    if who is None or did is None or what is None or where is None:
        return None
    moment = None if cut.timestamp is UNSET else _moment(cut.timestamp)
    between = _quotes_between(cut, sender.version)
    right = (
        between is not None
        # When a property stands twice, the decoder drops the first silently, and its quotation marks with it.
        and raw.count(_QUOTE) == who.quotes + did.quotes + what.quotes + where.quotes + between
        and (cut.timestamp is UNSET or moment is not None)
        and (what.activity or not where.activities_only)
        and (did.id != VOIDED.id or what.ref is not None)
    )
    if not right:
        return None
    one = (sender.put_id or str(new_id())) if cut.id is UNSET else cut.id
    row = _row(
        (
            sender.tenant,
            one.replace("-", "").lower(),
            who.key,
            did.id,
            what.activity,
            registration,
            what.ref,
            sender.authority_key,
            moment,
            _completed(raw, one, cut, sender),
            _mentions(who, what, where),
        )
    )
    return Recognised(row, one, what.definitions + where.definitions)


def _parts_of(raw: bytes) -> _Cut[_Result] | _Cut[Raw]:
    """The parts of the statement, its result decoded when it is a plain one."""
    try:
        return _cut.decode(raw)
    except msgspec.ValidationError:
        return _cut_with_any_result.decode(raw)


def _moment(said: str) -> str | None:
    """A time in UTC as the table keeps it; None for any other form."""
    minute, seconds = _minute(said[:_TO_THE_MINUTE]), said[_TO_THE_MINUTE:]
    if minute is None or _SECONDS.fullmatch(seconds) is None:
        return None
    if len(seconds) == _MILLISECONDS:
        return f"{minute}{seconds[:-1]}000"
    return f"{minute}{seconds[:2]}.{seconds[3:-1][:6].ljust(6, '0')}"


@lru_cache(_MINUTES)
def _minute(said: str) -> str | None:
    """`_moment` of what stands before the seconds."""
    if _MINUTE.fullmatch(said) is None:
        return None
    try:
        datetime.fromisoformat(said[:-1])
    except ValueError:
        return None
    return said.replace("T", " ")


def _quotes_between(cut: _Cut[_Result] | _Cut[Raw], version: str) -> int | None:
    """How many quotation marks are around the parts that are remembered when no property stands twice.

    Two for each name and each text. None when the id, the version or the result is wrong.
    """
    count = 6
    if cut.context:
        count += 2
    if cut.timestamp is not UNSET:
        count += 4
    if cut.id is not UNSET:
        if _UUID.fullmatch(cut.id) is None:
            return None
        count += 4
    if cut.version is not UNSET:
        if cut.version not in _VERSIONS[version]:
            return None
        count += 4
    if cut.result is not UNSET:
        inside = _quotes_of(cut.result)
        if inside is None:
            return None
        count += 2 + inside
    return count


def _quotes_of(result: _Result | Raw) -> int | None:
    """The same of a result."""
    if isinstance(result, Raw):
        raw = bytes(result)
        return raw.count(_QUOTE) if _is_large_result(raw) else None
    duration, score = result.duration, result.score
    count = 2 * ((result.success is not UNSET) + (result.completion is not UNSET))
    if duration is not UNSET:
        if _TIME.fullmatch(duration) is None and ISO_DURATION.fullmatch(duration) is None:
            return None
        count += 4
    if score is not UNSET:
        if not _is_score(score):
            return None
        count += 2 + 2 * (
            (score.scaled is not UNSET)
            + (score.raw is not UNSET)
            + (score.min is not UNSET)
            + (score.max is not UNSET)
        )
    return count


def _is_score(score: _Score) -> bool:
    low, high, value = score.min, score.max, score.raw
    return (
        (low is UNSET or high is UNSET or low < high)
        and (low is UNSET or value is UNSET or low <= value)
        and (high is UNSET or value is UNSET or value <= high)
    )


def _is_large_result(raw: bytes) -> bool:
    if is_deep(raw, inside=1):
        return False
    try:
        check_result(decode(raw), "result")
    except Refusal:
        return False
    return True


def _completed(raw: bytes, one: str, cut: _Cut[_Result] | _Cut[Raw], sender: Sender) -> bytes:
    """The sender's own bytes with what was missing put before their end."""
    ending = sender.ending_with_version if cut.version is UNSET else sender.ending
    return raw[:-1] + (b',"id":"%s"%s' % (one.encode(), ending) if cut.id is UNSET else ending)


def _mentions(who: parts.Who, what: parts.What, where: parts.Where) -> Mapping[str, bool]:
    if not (where.mentioned or what.named or who.others):
        return {}
    found = dict.fromkeys(where.mentioned, True)
    found.update(dict.fromkeys((*who.others, *what.named), False))
    found.pop(who.key, None)
    if what.activity:
        found.pop(activity_key(what.activity), None)
    return found
