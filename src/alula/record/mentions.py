"""Whom and what a statement names besides the columns of its row, so that the related_* filters find it by an index."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

RELATIONS = ("parent", "grouping", "category", "other")


def agent_key(who: Mapping[str, Any]) -> str:
    """The identifier of an agent or group as one text, as `Agent.key` gives it; "" for an anonymous group."""
    account = who.get("account")
    if account is not None:
        return f"account:{account['homePage']} {account['name']}"
    if "mbox" in who:
        return f"mbox:{who['mbox']}"
    if "mbox_sha1sum" in who:
        return f"mbox_sha1sum:{who['mbox_sha1sum'].lower()}"
    return f"openid:{who['openid']}" if "openid" in who else ""


def activity_key(activity: str) -> str:
    """What a mention of the activity is kept under; agents' keys begin otherwise."""
    return f"activity:{activity}"


def mentions_of(statement: Mapping[str, Any]) -> dict[str, bool]:
    """What the statement mentions, and whether only the related_* filters find it by that.

    False: actor, object agent, and members of groups that stand in these places (the `agent` filter). True: everybody
    and everything in the context or in a sub-statement (xAPI 1.0.3, Communication 2.1.3).
    """
    found: dict[str, bool] = {}
    for what in around(statement):
        found[what] = True
    for what in agents_in(statement["actor"], statement["object"]):
        found[what] = False
    actor, thing = statement["actor"], statement["object"]
    found.pop(agent_key(actor), None)
    if thing.get("objectType", "Activity") == "Activity":
        found.pop(activity_key(thing["id"]), None)
    return found


def agents_in(*places: Mapping[str, Any]) -> Iterator[str]:
    """The keys of the agents and groups among some places of a statement, and of the groups' members."""
    for who in places:
        if who.get("objectType", "") in ("Agent", "Group", ""):
            if key := agent_key(who):
                yield key
            for member in who.get("member", ()):
                yield agent_key(member)


def around(statement: Mapping[str, Any]) -> Iterator[str]:
    """The keys of everybody and everything in a statement's context and sub-statement."""
    context = statement.get("context", {})
    yield from agents_in(*(context[place] for place in ("instructor", "team") if place in context))
    yield from agents_in(*(one["agent"] for one in context.get("contextAgents", ())))
    yield from agents_in(*(one["group"] for one in context.get("contextGroups", ())))
    for activity in activities_around(context):
        yield activity_key(activity["id"])
    thing = statement["object"]
    if thing.get("objectType") == "SubStatement":
        inner = thing["object"]
        yield from agents_in(thing["actor"], inner)
        if inner.get("objectType", "Activity") == "Activity":
            yield activity_key(inner["id"])
        yield from around(thing)


def activities_around(context: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The activities of a context; a single one may stand without its list."""
    related = context.get("contextActivities", {})
    for relation in RELATIONS:
        some = related.get(relation, ())
        yield from (some,) if isinstance(some, dict) else some
