"""The strict validator: a decoded statement is either exactly what the specification allows, or refused at its path.

xAPI 1.0.3 (Data 2.2 to 4.6) and 2.0 (IEEE 9274.1.1, 4.2), which differ in contextAgents, contextGroups and the version.
Plain functions over plain objects: measured against typed decoding they also see what types cannot say
(docs/decisions/0008-xapi-validator.md).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from alula.record.mentions import RELATIONS
from alula.record.verbs import VOIDED
from alula.record.xapi.rules import (
    Check,
    need_array,
    need_boolean,
    need_choice,
    need_duration,
    need_extensions,
    need_filled,
    need_iri,
    need_known,
    need_language,
    need_language_map,
    need_length,
    need_mbox,
    need_media_type,
    need_number,
    need_object,
    need_present,
    need_sha1,
    need_sha2,
    need_text,
    need_timestamp,
    need_uuid,
    refuse,
)

_IDENTIFIERS = ("mbox", "mbox_sha1sum", "openid", "account")
_AGENT = frozenset({"objectType", "name", *_IDENTIFIERS})
_GROUP = _AGENT | {"member"}
_COMPONENTS = {
    "choice": ("choices",),
    "sequencing": ("choices",),
    "likert": ("scale",),
    "matching": ("source", "target"),
    "performance": ("steps",),
    "true-false": (),
    "fill-in": (),
    "long-fill-in": (),
    "numeric": (),
    "other": (),
}
_COMPONENT_LISTS = ("choices", "scale", "source", "target", "steps")
_PARTS = frozenset({"actor", "verb", "object", "result", "context", "timestamp", "attachments"})
_WHOLE = _PARTS | {"id", "stored", "authority", "version"}
_VERSIONS = {"1.0.3": re.compile(r"1\.0(\.\d+)?"), "2.0.0": re.compile(r"(1|2)\.0(\.\d+)?")}


def validate(statement: Any, version: str, where: str = "") -> None:
    """Check a whole statement.

    Args:
        statement: what the JSON decodes to.
        version: of the request, "1.0.3" or "2.0.0".
        where: what the paths in refusals begin with, such as "[3]" in a batch.

    Raises:
        Refusal: xapi.<rule> (400), with the path as its field.
    """
    at = f"{where}." if where else ""
    need_object(statement, where or "statement")
    need_known(statement, _WHOLE, where)
    for name, check in (("id", need_uuid), ("stored", need_timestamp)):
        if name in statement:
            check(statement[name], at + name)
    if "version" in statement and not _VERSIONS[version].fullmatch(
        need_text(statement["version"], at + "version")
    ):
        refuse("version", at + "version", expected=version)
    if "authority" in statement:
        _authority(statement["authority"], at + "authority")
    _parts(statement, version, at)


def _parts(statement: dict[str, Any], version: str, at: str) -> None:
    need_present(statement, ("actor", "verb", "object"), at.rstrip("."))
    check_actor(statement["actor"], f"{at}actor")
    check_verb(statement["verb"], f"{at}verb")
    check_object(statement["object"], version, f"{at}object")
    kind = statement["object"].get("objectType", "Activity")
    if statement["verb"]["id"] == VOIDED.id and kind != "StatementRef":
        refuse("voids_statement", f"{at}object")
    if "result" in statement:
        check_result(statement["result"], f"{at}result")
    if "context" in statement:
        check_context(statement["context"], version, f"{at}context")
        for name in ("revision", "platform"):
            if name in statement["context"] and kind != "Activity":
                refuse("activity_only", f"{at}context.{name}")
    if "timestamp" in statement:
        need_timestamp(statement["timestamp"], f"{at}timestamp")
    if "attachments" in statement:
        for number, one in enumerate(need_array(statement["attachments"], f"{at}attachments")):
            _attachment(one, f"{at}attachments[{number}]")


def check_actor(who: Any, where: str) -> None:
    """An agent or a group; objectType may be left out of an agent."""
    need_object(who, where)
    if who.get("objectType", "Agent") == "Agent":
        check_agent(who, where)
    else:
        _group(who, where)


def check_agent(who: Any, where: str) -> None:
    """An agent with exactly one identifier."""
    need_object(who, where)
    if who.get("objectType", "Agent") != "Agent":
        refuse("object_type", f"{where}.objectType", expected=["Agent"])
    need_known(who, _AGENT, where)
    if _identifiers(who, where) != 1:
        refuse("one_identifier", where)


def _group(who: Any, where: str) -> None:
    need_object(who, where)
    if who.get("objectType") != "Group":
        refuse("object_type", f"{where}.objectType", expected=["Agent", "Group"])
    need_known(who, _GROUP, where)
    count = _identifiers(who, where)
    if count > 1:
        refuse("at_most_one_identifier", where)
    members = need_array(who.get("member", []), f"{where}.member")
    if not count and not members:
        refuse("members", where)
    for number, one in enumerate(members):
        check_agent(one, f"{where}.member[{number}]")


def _account(account: Any, where: str) -> None:
    need_known(need_object(account, where), ("homePage", "name"), where)
    need_present(account, ("homePage", "name"), where)
    need_iri(account["homePage"], f"{where}.homePage")
    need_filled(account["name"], f"{where}.name")


_IDENTIFIER_CHECKS: dict[str, Check] = {
    "mbox": need_mbox,
    "mbox_sha1sum": need_sha1,
    "openid": need_iri,
    "account": _account,
}


def _identifiers(who: dict[str, Any], where: str) -> int:
    if "name" in who:
        need_text(who["name"], f"{where}.name")
    given = [name for name in _IDENTIFIERS if name in who]
    for name in given:
        _IDENTIFIER_CHECKS[name](who[name], f"{where}.{name}")
    return len(given)


def _authority(who: Any, where: str) -> None:
    check_actor(who, where)
    if who.get("objectType") == "Group" and (
        len(who.get("member", ())) != 2 or any(name in who for name in _IDENTIFIERS)
    ):
        refuse("authority", where)


def check_verb(verb: Any, where: str) -> None:
    """A verb: its id, and how it is shown."""
    need_known(need_object(verb, where), ("id", "display"), where)
    need_present(verb, ("id",), where)
    need_iri(verb["id"], f"{where}.id")
    if "display" in verb:
        need_language_map(verb["display"], f"{where}.display")


def check_object(thing: Any, version: str, where: str, *, inner: bool = False) -> None:
    """What a statement is about; `inner` of a sub-statement, which holds no other."""
    kind = need_object(thing, where).get("objectType", "Activity")
    if kind == "Activity":
        check_activity(thing, where)
    elif kind == "Agent":
        check_agent(thing, where)
    elif kind == "Group":
        _group(thing, where)
    elif kind == "StatementRef":
        _reference(thing, where)
    elif kind == "SubStatement" and not inner:
        need_known(thing, _PARTS | {"objectType"}, where)
        need_present(thing, ("object",), where)
        check_object(thing["object"], version, f"{where}.object", inner=True)
        _parts(thing, version, f"{where}.")
    else:
        allowed = ["Activity", "Agent", "Group", "StatementRef", *([] if inner else ["SubStatement"])]
        refuse("object_type", f"{where}.objectType", expected=allowed)


def _reference(thing: Any, where: str) -> None:
    need_known(need_object(thing, where), ("objectType", "id"), where)
    need_present(thing, ("objectType", "id"), where)
    if thing["objectType"] != "StatementRef":
        refuse("object_type", f"{where}.objectType", expected=["StatementRef"])
    need_uuid(thing["id"], f"{where}.id")


def check_activity(thing: Any, where: str) -> None:
    """An activity with its definition."""
    need_known(need_object(thing, where), ("objectType", "id", "definition"), where)
    need_present(thing, ("id",), where)
    if thing.get("objectType", "Activity") != "Activity":
        refuse("object_type", f"{where}.objectType", expected=["Activity"])
    need_iri(thing["id"], f"{where}.id")
    if "definition" in thing:
        _definition(thing["definition"], f"{where}.definition")


def _texts(value: Any, where: str) -> None:
    for number, one in enumerate(need_array(value, where)):
        need_text(one, f"{where}[{number}]")


def _components(value: Any, where: str) -> None:
    seen = set()
    for number, one in enumerate(need_array(value, where)):
        at = f"{where}[{number}]"
        need_known(need_object(one, at), ("id", "description"), at)
        need_present(one, ("id",), at)
        need_filled(one["id"], f"{at}.id")
        if one["id"] in seen:
            refuse("unique", where)
        seen.add(one["id"])
        if "description" in one:
            need_language_map(one["description"], f"{at}.description")


def _interaction_type(value: Any, where: str) -> None:
    need_choice(value, _COMPONENTS, where)


_DEFINITION: dict[str, Check] = {
    "name": need_language_map,
    "description": need_language_map,
    "type": need_iri,
    "moreInfo": need_iri,
    "extensions": need_extensions,
    "interactionType": _interaction_type,
    "correctResponsesPattern": _texts,
    **dict.fromkeys(_COMPONENT_LISTS, _components),
}


def _definition(definition: Any, where: str) -> None:
    _checked(definition, _DEFINITION, where)
    interactive = [name for name in ("correctResponsesPattern", *_COMPONENT_LISTS) if name in definition]
    if interactive and "interactionType" not in definition:
        refuse("required", f"{where}.interactionType")
    for name in interactive:
        if name in _COMPONENT_LISTS and name not in _COMPONENTS[definition["interactionType"]]:
            refuse("interaction", f"{where}.{name}")


def _checked(value: Any, checks: dict[str, Check], where: str) -> None:
    need_known(need_object(value, where), checks, where)
    for name, part in value.items():
        checks[name](part, f"{where}.{name}")


_SCORE: dict[str, Check] = dict.fromkeys(("scaled", "raw", "min", "max"), need_number)


def _score(score: Any, where: str) -> None:
    _checked(score, _SCORE, where)
    low, high, raw = score.get("min"), score.get("max"), score.get("raw")
    if not -1 <= score.get("scaled", 0) <= 1:
        refuse("scaled", f"{where}.scaled")
    if low is not None and high is not None and low >= high:
        refuse("min_max", where)
    if raw is not None and ((low is not None and raw < low) or (high is not None and raw > high)):
        refuse("raw", f"{where}.raw")


_RESULT: dict[str, Check] = {
    "score": _score,
    "success": need_boolean,
    "completion": need_boolean,
    "response": need_text,
    "duration": need_duration,
    "extensions": need_extensions,
}


def check_result(result: Any, where: str) -> None:
    """A result with its score."""
    _checked(result, _RESULT, where)


def _relations(around: Any, where: str) -> None:
    need_known(need_object(around, where), RELATIONS, where)
    for name, some in around.items():
        if type(some) is dict:
            check_activity(some, f"{where}.{name}")
            continue
        for number, one in enumerate(need_array(some, f"{where}.{name}")):
            check_activity(one, f"{where}.{name}[{number}]")


def _listed(kind: str, part: str, check: Callable[[Any, str], object]) -> Check:
    """The rule for contextAgents and contextGroups of 2.0: a list of `kind`, each with one `part`."""

    def listed(value: Any, where: str) -> None:
        for number, one in enumerate(need_array(value, where)):
            at = f"{where}[{number}]"
            need_known(need_object(one, at), ("objectType", part, "relevantTypes"), at)
            need_present(one, ("objectType", part), at)
            if one["objectType"] != kind:
                refuse("object_type", f"{at}.objectType", expected=[kind])
            check(one[part], f"{at}.{part}")
            if "relevantTypes" in one:
                if not need_array(one["relevantTypes"], f"{at}.relevantTypes"):
                    refuse("filled", f"{at}.relevantTypes")
                for place, iri in enumerate(one["relevantTypes"]):
                    need_iri(iri, f"{at}.relevantTypes[{place}]")

    return listed


_CONTEXT_CHECKS: dict[str, dict[str, Check]] = {
    "1.0.3": {
        "registration": need_uuid,
        "instructor": check_actor,
        "team": _group,
        "contextActivities": _relations,
        "revision": need_text,
        "platform": need_text,
        "language": need_language,
        "statement": _reference,
        "extensions": need_extensions,
    }
}
_CONTEXT_CHECKS["2.0.0"] = {
    **_CONTEXT_CHECKS["1.0.3"],
    "contextAgents": _listed("contextAgent", "agent", check_agent),
    "contextGroups": _listed("contextGroup", "group", _group),
}


def check_context(context: Any, version: str, where: str) -> None:
    """A context by itself; what depends on the object is not looked at."""
    _checked(context, _CONTEXT_CHECKS[version], where)


_ATTACHMENT: dict[str, Check] = {
    "usageType": need_iri,
    "display": need_language_map,
    "description": need_language_map,
    "contentType": need_media_type,
    "length": need_length,
    "sha2": need_sha2,
    "fileUrl": need_iri,
}


def _attachment(one: Any, where: str) -> None:
    need_present(need_object(one, where), ("usageType", "display", "contentType", "length", "sha2"), where)
    _checked(one, _ATTACHMENT, where)
