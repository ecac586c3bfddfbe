"""Stored statements as the formats exact, ids and canonical (1.0.3, Communication 2.1.3; 2.0, 4.1.6.1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec
from msgspec import UNSET, Raw, Struct, UnsetType

from alula.record.iri import base
from alula.record.mentions import RELATIONS, agent_key
from alula.record.moments import to_text
from alula.record.spine import StoredStatement
from alula.record.xapi import activities

_IDENTIFIERS = ("mbox", "mbox_sha1sum", "openid", "account")
_WRITTEN_AS = {"1.0.3": "1.0.0", "2.0.0": "2.0.0"}


def shown(
    tenant_id: UUID, found: Sequence[StoredStatement], form: str, languages: Sequence[str], version: str
) -> list[dict[str, Any]]:
    """The statements in a format; `languages` by preference, for canonical.

    Statements of Alula itself are valid under both versions: they say the one in which they are asked for, and name
    the installation as their authority.
    """
    whole = [_whole(stored, version) for stored in found]
    if form == "ids":
        return [_ids(one) for one in whole]
    if form == "canonical":
        names = {activity["id"] for one in whole for activity in activities.activities_in(one)}
        known = activities.definitions(tenant_id, names)
        return [_canonical(one, known, languages) for one in whole]
    return whole


class _Said(Struct):
    """Whether a statement says what else is added to it."""

    stored: Raw | UnsetType = UNSET
    timestamp: Raw | UnsetType = UNSET
    version: Raw | UnsetType = UNSET
    authority: Raw | UnsetType = UNSET


_said = msgspec.json.Decoder(_Said)


def exact(found: Sequence[StoredStatement], version: str) -> list[Raw]:
    """The statements in the format exact as JSON: what is kept, with what was missing put before its end.

    The same as `shown` gives, in another order of properties, at a third of its cost.
    """
    return [_completed(stored, version) for stored in found]


def _completed(stored: StoredStatement, version: str) -> Raw:
    said = _said.decode(stored.body)
    if said.stored is not UNSET or not stored.body.endswith("}"):
        return Raw(msgspec.json.encode(_whole(stored, version)))
    more = f',"stored":"{to_text(stored.stored)}"'
    if said.timestamp is UNSET:
        more += f',"timestamp":"{to_text(stored.timestamp)}"'
    if said.version is UNSET:
        more += f',"version":"{_WRITTEN_AS[version]}"'
    if said.authority is UNSET:
        more += f',"authority":{msgspec.json.encode(_ours()).decode()}'
    return Raw(f"{stored.body[:-1]}{more}}}".encode())


def _ours() -> dict[str, Any]:
    return {"objectType": "Agent", "account": {"homePage": base.value, "name": "alula"}}


def _whole(stored: StoredStatement, version: str) -> dict[str, Any]:
    one: dict[str, Any] = msgspec.json.decode(stored.body)
    one["stored"] = to_text(stored.stored)
    one.setdefault("timestamp", to_text(stored.timestamp))
    one.setdefault("version", _WRITTEN_AS[version])
    one.setdefault("authority", _ours())
    return one


def _ids(one: dict[str, Any]) -> dict[str, Any]:
    """Only what identifies agents, groups, activities and verbs."""
    short = {**one, "actor": _who(one["actor"]), "verb": {"id": one["verb"]["id"]}}
    thing = one["object"]
    kind = thing.get("objectType", "Activity")
    if kind == "Activity":
        short["object"] = _id_of(thing)
    elif kind in ("Agent", "Group"):
        short["object"] = _who(thing)
    elif kind == "SubStatement":
        short["object"] = _ids(thing)
    if "authority" in one:
        short["authority"] = _who(one["authority"])
    if "context" in one:
        short["context"] = _context(one["context"], _id_of, _who)
    return short


def _id_of(activity: Mapping[str, Any]) -> dict[str, Any]:
    return {"id": activity["id"]}


def _who(who: Mapping[str, Any]) -> dict[str, Any]:
    kind = who.get("objectType", "Agent")
    if not agent_key(who):
        return {"objectType": kind, "member": [_who(member) for member in who["member"]]}
    return {"objectType": kind, **{name: who[name] for name in _IDENTIFIERS if name in who}}


def _context(context: Mapping[str, Any], activity: Any, who: Any) -> dict[str, Any]:
    """The context with its activities and agents replaced by what the functions make of them."""
    changed = dict(context)
    if "contextActivities" in context:
        around = context["contextActivities"]
        changed["contextActivities"] = {
            name: [activity(one) for one in around[name]] for name in RELATIONS if name in around
        }
    if who is not None:
        changed |= {place: who(context[place]) for place in ("instructor", "team") if place in context}
        for places, part in (("contextAgents", "agent"), ("contextGroups", "group")):
            if places in context:
                changed[places] = [{**one, part: who(one[part])} for one in context[places]]
    return changed


def _canonical(
    one: dict[str, Any], known: Mapping[str, dict[str, Any]], languages: Sequence[str]
) -> dict[str, Any]:
    """Activities as they are known, and every language map in the one language that suits best."""

    def activity(given: Mapping[str, Any]) -> dict[str, Any]:
        definition = known.get(given["id"], given.get("definition"))
        return {**given, "definition": in_language(definition, languages)} if definition else dict(given)

    best = {**one, "verb": in_language(one["verb"], languages)}
    thing = one["object"]
    kind = thing.get("objectType", "Activity")
    if kind == "Activity":
        best["object"] = activity(thing)
    elif kind == "SubStatement":
        best["object"] = _canonical(thing, known, languages)
    if "context" in one:
        best["context"] = _context(one["context"], activity, None)
    if "attachments" in one:
        best["attachments"] = [in_language(part, languages) for part in one["attachments"]]
    return best


def in_language(part: Mapping[str, Any], languages: Sequence[str]) -> dict[str, Any]:
    """The part with each of its language maps cut down to one language."""
    changed = dict(part)
    for name in ("name", "description", "display"):
        if isinstance(changed.get(name), dict):
            changed[name] = _best(changed[name], languages)
    for name in ("choices", "scale", "source", "target", "steps"):
        if name in changed:
            changed[name] = [in_language(component, languages) for component in changed[name]]
    return changed


def _best(texts: Mapping[str, str], languages: Sequence[str]) -> dict[str, str]:
    for wanted in languages:
        for tag, text in texts.items():
            if tag.lower() == wanted or wanted == "*":
                return {tag: text}
        for tag, text in texts.items():
            if tag.lower().split("-")[0] == wanted.split("-")[0]:
                return {tag: text}
    return dict(list(texts.items())[:1])


def languages_of(header: str) -> list[str]:
    """The tags of an Accept-Language header, best first, in lower case."""
    found = []
    for part in header.split(","):
        tag, _, quality = part.partition(";")
        try:
            weight = float(quality.strip().removeprefix("q=") or 1)
        except ValueError:
            weight = 0.0
        if tag.strip() and weight > 0:
            found.append((weight, tag.strip().lower()))
    return [tag for _, tag in sorted(found, key=lambda one: -one[0])]
