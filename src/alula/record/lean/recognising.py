"""From a request's bytes to rows, without making objects of what was seen before.

This says yes or "look closer", never no: whatever is not plainly right goes through the validator, statement by
statement, which knows the path and the words of each refusal. So the two can differ in speed alone; a test compares them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
from msgspec import UNSET, Raw, Struct, UnsetType

from alula.kernel.errors import Refusal
from alula.kernel.ids import new_id
from alula.record.mentions import activity_key
from alula.record.spine import Row
from alula.record.statement import ISO_DURATION
from alula.record.verbs import VOIDED
from alula.record.xapi.decoding import decode, is_deep
from alula.record.xapi.validator import check_result

from . import parts


class _Parts(Struct, forbid_unknown_fields=True):
    """A statement cut at its first level. What Alula sets itself, and attachments, are not among them."""

    actor: Raw
    verb: Raw
    object: Raw
    id: str | UnsetType = UNSET
    result: Raw = Raw(b"")
    context: Raw = Raw(b"")
    timestamp: str | UnsetType = UNSET
    version: str | UnsetType = UNSET


class _Score(Struct, forbid_unknown_fields=True):
    scaled: int | float | UnsetType = UNSET
    raw: int | float | UnsetType = UNSET
    min: int | float | UnsetType = UNSET
    max: int | float | UnsetType = UNSET


class _Result(Struct, forbid_unknown_fields=True):
    """A result without response and extensions: nothing in it but names, numbers and a duration."""

    score: _Score | UnsetType = UNSET
    success: bool | UnsetType = UNSET
    completion: bool | UnsetType = UNSET
    duration: str | UnsetType = UNSET


_cut = msgspec.json.Decoder(_Parts)
_result = msgspec.json.Decoder(_Result)
_several = msgspec.json.Decoder(list[Raw])
_UUID = re.compile(r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}")
_UTC = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d:[0-5]\d)(?:\.(\d{1,6})\d*)?Z", re.ASCII)
_FIRST_OF = {"1.0.3": "1.0.0", "2.0.0": "2.0.0"}
_VERSIONS = {"1.0.3": ("1.0.0", "1.0.3"), "2.0.0": ("1.0.0", "1.0.3", "2.0.0")}
_QUOTE = b'"'


class Sender(NamedTuple):
    """What every statement of a request gets: from whom it is, the version it was sent under, the id of a PUT."""

    tenant: str
    authority_key: str
    authority: str
    version: str
    put_id: str | None = None


class Recognised(NamedTuple):
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
    if is_deep(raw):
        return None
    try:
        cut = _cut.decode(raw)
        text = raw.decode()
    except (msgspec.DecodeError, UnicodeError):
        return None
    actor, verb, thing = bytes(cut.actor), bytes(cut.verb), bytes(cut.object)
    result, context = bytes(cut.result), bytes(cut.context)
    who, did, what = parts.actors.of(actor), parts.verbs.of(verb), parts.objects.of(thing)
    if who is None or did is None or what is None:
        return None
    where, registration = parts.context_of(context, sender.version) if context else (None, None)
    one, moment = cut.id, _moment(cut.timestamp)
    right = (
        (where is not None or not context)
        and (what.kind == "Activity" or not (where and where.activities_only))
        and (did != VOIDED.id or what.kind == "StatementRef")
        and (cut.timestamp is UNSET or moment is not None)
        and (cut.version is UNSET or cut.version in _VERSIONS[sender.version])
        and (one is UNSET or _UUID.fullmatch(one) is not None)
        and (not result or _is_result(result))
        and _nothing_twice(raw, cut, (actor, verb, thing, result, context))
    )
    if not right:
        return None
    if one is UNSET:
        one = sender.put_id or str(new_id())
    body = _completed(text, one, cut, sender)
    about_activity = what.kind == "Activity"
    row = Row(
        sender.tenant,
        one.replace("-", "").lower(),
        who.key,
        did,
        what.id if about_activity else "",
        registration,
        UUID(what.id).hex if what.kind == "StatementRef" else None,
        sender.authority_key,
        moment,
        body,
        _mentions(who, what, where),
    )
    definitions = where.definitions if where else ()
    if about_activity and what.definition:
        definitions = ((what.id, what.definition), *definitions)
    return Recognised(row, one, definitions)


def _moment(said: str | UnsetType) -> str | None:
    """A time in UTC as the table keeps it; None for any other form."""
    found = _UTC.fullmatch(said) if said is not UNSET else None
    if found is None:
        return None
    day, clock, fraction = found.groups()
    try:
        datetime.fromisoformat(f"{day}T{clock}")
    except ValueError:
        return None
    return f"{day} {clock}.{(fraction or '').ljust(6, '0')}"


def _is_result(raw: bytes) -> bool:
    try:
        one = _result.decode(raw)
    except msgspec.ValidationError:
        return _is_large_result(raw)
    except msgspec.DecodeError:
        return False
    quotes = 2 * ((one.success is not UNSET) + (one.completion is not UNSET))
    if one.duration is not UNSET:
        quotes += 4
        if ISO_DURATION.fullmatch(one.duration) is None:
            return False
    score = one.score
    if score is not UNSET:
        quotes += 2 + 2 * (score.scaled is not UNSET)
        low, high, value = score.min, score.max, score.raw
        for number in (low, high, value):
            quotes += 2 * (number is not UNSET)
        if not (
            (score.scaled is UNSET or -1 <= score.scaled <= 1)
            and (low is UNSET or high is UNSET or low < high)
        ):
            return False
        if value is not UNSET and (
            (low is not UNSET and value < low) or (high is not UNSET and value > high)
        ):
            return False
    return raw.count(_QUOTE) == quotes


def _is_large_result(raw: bytes) -> bool:
    try:
        check_result(decode(raw), "result")
    except Refusal:
        return False
    return True


def _nothing_twice(raw: bytes, cut: _Parts, pieces: tuple[bytes, ...]) -> bool:
    """Whether no property stands twice: the decoder drops the first one silently, and its quotation marks with it."""
    names = sum(map(bool, pieces))
    texts = (cut.id is not UNSET) + (cut.timestamp is not UNSET) + (cut.version is not UNSET)
    actor, verb, thing, result, context = pieces
    inside = actor.count(_QUOTE) + verb.count(_QUOTE) + thing.count(_QUOTE)
    return raw.count(_QUOTE) == inside + result.count(_QUOTE) + context.count(_QUOTE) + 2 * names + 4 * texts


def _completed(text: str, one: str, cut: _Parts, sender: Sender) -> str:
    """The sender's own text with what was missing put before its end."""
    more = f',"authority":{sender.authority}'
    if cut.id is UNSET:
        more += f',"id":"{one}"'
    if cut.version is UNSET:
        more += f',"version":"{_FIRST_OF[sender.version]}"'
    return f"{text[:-1]}{more}}}"


def _mentions(who: parts.Who, what: parts.What, where: parts.Where | None) -> Mapping[str, bool]:
    around = where.mentioned if where else ()
    if not around and not what.named and who.named == (who.key,):
        return {}
    found = dict.fromkeys(around, True)
    found.update(dict.fromkeys((*who.named, *what.named), False))
    found.pop(who.key, None)
    if what.kind == "Activity":
        found.pop(activity_key(what.id), None)
    return found
