"""The filters of GET statements, each answered from an index in the order of the record.

A filter may be met in several ways (an agent as the actor, as a member, in the context), each with an index of its own:
every way is asked for the first page and the pages are merged, so no query reads more than a page of what it finds.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from django.db import connection
from msgspec import Struct

from alula.kernel.db import on_postgres
from alula.kernel.errors import Refusal, register
from alula.record import spine
from alula.record.mentions import activity_key, agent_key
from alula.record.moments import parse_timestamp
from alula.record.spine import StoredStatement
from alula.record.xapi.decoding import decode
from alula.record.xapi.rules import need_iri, need_timestamp, need_uuid, refuse
from alula.record.xapi.validator import check_actor

PAGE = 100
"""Statements in one answer, at most."""

REFERENCES_FOLLOWED = 3
"""A statement about a statement about a statement: so many steps are followed."""

FORMATS = ("exact", "ids", "canonical")
_LIST = frozenset(
    {
        "agent",
        "verb",
        "activity",
        "registration",
        "related_activities",
        "related_agents",
        "since",
        "until",
        "limit",
        "ascending",
        "format",
        "attachments",
    }
)
_IDS_AT_ONCE = 500
_ONE = frozenset({"format", "attachments"})

register(
    "xapi",
    {
        "parameter": {
            "zh": "参数“{where}”不能用在这里。",
            "en": "The parameter “{where}” has no place here.",
        },
        "parameter_value": {
            "zh": "参数“{where}”的值无效。",
            "en": "The value of the parameter “{where}” is not valid.",
        },
        "parameter_missing": {"zh": "缺少参数“{where}”。", "en": "The parameter “{where}” is missing."},
        "no_statement": {"zh": "没有这条陈述。", "en": "There is no such statement."},
    },
)


class Query(Struct, frozen=True, omit_defaults=True):
    """What a list of statements was asked for. `after` is the position of the last statement of the page before."""

    agent: str = ""
    verb: str = ""
    activity: str = ""
    registration: UUID | None = None
    related_agents: bool = False
    related_activities: bool = False
    since: str = ""
    until: str = ""
    limit: int = PAGE
    ascending: bool = False
    format: str = "exact"
    attachments: bool = False
    after: int | None = None


def known_only(params: Mapping[str, str], known: frozenset[str]) -> None:
    """Refuse (400) the parameters that the specification does not name for this request."""
    for name in params:
        if name not in known:
            raise Refusal("xapi.parameter", field=name, expected=sorted(known), where=name)


def flag(params: Mapping[str, str], name: str) -> bool:
    """A parameter that is true or false; false when it is left out."""
    value = params.get(name, "false")
    if value not in ("true", "false"):
        raise Refusal("xapi.parameter_value", field=name, expected=["true", "false"], where=name)
    return value == "true"


def format_of(params: Mapping[str, str]) -> str:
    """The parameter `format`."""
    value = params.get("format", "exact")
    if value not in FORMATS:
        raise Refusal("xapi.parameter_value", field="format", expected=list(FORMATS), where="format")
    return value


def agent_of(params: Mapping[str, str], name: str = "agent") -> dict[str, Any]:
    """The agent or identified group in a parameter."""
    if name not in params:
        raise Refusal("xapi.parameter_missing", field=name, where=name)
    who: dict[str, Any] = decode(params[name].encode(), name)
    check_actor(who, name)
    if not agent_key(who):
        refuse("one_identifier", name)
    return who


def query_of(params: Mapping[str, str]) -> Query:
    """The query in the parameters of a GET without statementId.

    Raises:
        Refusal: xapi.parameter, xapi.parameter_value, or the rule that a value breaks (400).
    """
    known_only(params, _LIST)
    for name in ("verb", "activity"):
        if name in params:
            need_iri(params[name], name)
    for name in ("since", "until"):
        if name in params:
            need_timestamp(params[name], name)
    if "registration" in params:
        need_uuid(params["registration"], "registration")
    limit = params.get("limit", "0")
    if not (limit.isascii() and limit.isdigit()):
        raise Refusal(
            "xapi.parameter_value", field="limit", expected="a whole number of 0 or more", where="limit"
        )
    return Query(
        agent=agent_key(agent_of(params)) if "agent" in params else "",
        verb=params.get("verb", ""),
        activity=params.get("activity", ""),
        registration=UUID(params["registration"]) if "registration" in params else None,
        related_agents=flag(params, "related_agents"),
        related_activities=flag(params, "related_activities"),
        since=params.get("since", ""),
        until=params.get("until", ""),
        limit=min(int(limit[:9]) or PAGE, PAGE),
        ascending=flag(params, "ascending"),
        format=format_of(params),
        attachments=flag(params, "attachments"),
    )


def to_token(query: Query) -> str:
    """What a more-link carries: the whole query and where the next page begins. It names no tenant."""
    return base64.urlsafe_b64encode(msgspec.json.encode(query)).decode().rstrip("=")


def from_token(token: str) -> Query:
    """The query in a more-link.

    Raises:
        Refusal: xapi.parameter_value (400), when it is not one of ours.
    """
    try:
        raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
        query = msgspec.json.decode(raw, type=Query)
        for moment in filter(None, (query.since, query.until)):
            parse_timestamp(moment)
    except (binascii.Error, ValueError, msgspec.DecodeError) as error:
        raise Refusal("xapi.parameter_value", field="more", where="more") from error
    return msgspec.structs.replace(query, limit=max(1, min(query.limit, PAGE)))


def one(tenant_id: UUID, statement_id: str, *, voided: bool, authority: str | None) -> StoredStatement:
    """A statement by its id, voided or not as asked; of one authority only, if given.

    Raises:
        Refusal: xapi.no_statement (404).
    """
    own, params = ("", []) if authority is None else (" AND authority = %s", [authority])
    found = spine.select(
        f"WHERE tenant_id = %s AND id = %s AND voided = %s{own}",
        [spine.key(tenant_id), spine.key(UUID(statement_id)), voided, *params],
    )
    if not found:
        raise Refusal("xapi.no_statement", status=404)
    return found[0]


def one_params(params: Mapping[str, str], name: str) -> str:
    """The id in `statementId` or `voidedStatementId`, which stands with `format` and `attachments` alone."""
    known_only(params, _ONE | {name})
    need_uuid(params[name], name)
    return params[name]


def page(
    tenant_id: UUID, query: Query, *, authority: str | None
) -> tuple[list[StoredStatement], Query | None]:
    """A page of statements without the voided ones, and the query of the next page, None at the end."""
    found: dict[int, StoredStatement] = {}
    order = "ASC" if query.ascending else "DESC"
    everywhere, everywhere_params = _frame(query, authority)
    for join, driver, params in [*_ways(tenant_id, query), *_ways_about(tenant_id, query)]:
        rest = f"{join} WHERE {' AND '.join([driver, *everywhere])} ORDER BY s.position {order} LIMIT %s"
        for stored in spine.select(rest, [*params, *everywhere_params, query.limit + 1]):
            found[stored.position] = stored
    items = [found[position] for position in sorted(found, reverse=not query.ascending)]
    if len(items) <= query.limit:
        return items, None
    items = items[: query.limit]
    return items, msgspec.structs.replace(query, after=items[-1].position)


def _frame(query: Query, authority: str | None) -> tuple[list[str], list[Any]]:
    """What holds for every statement of the answer, whichever way it was found.

    The indexes go by position, so a moment is first turned into the position about which it lies.
    """
    since, until = (parse_timestamp(text) if text else None for text in (query.since, query.until))
    tests: list[tuple[str, Any]] = [
        ("s.voided = %s", False),
        (f"{_aside()}s.authority = %s", authority),
        ("s.stored > %s", since and spine.moment(since)),
        ("s.stored <= %s", until and spine.moment(until)),
        ("s.position >= %s", since and spine.position_at(_moved(since, -spine.SLACK))),
        ("s.position < %s", until and spine.position_at(_moved(until, spine.SLACK))),
        ("s.position > %s" if query.ascending else "s.position < %s", query.after),
    ]
    given = [(test, value) for test, value in tests if value is not None]
    return [test for test, _ in given], [value for _, value in given]


def _moved(moment: datetime, by: timedelta) -> datetime:
    try:
        return moment + by
    except OverflowError:
        return moment


def _aside() -> str:
    """What keeps SQLite, which knows nothing of how often a value occurs, from driving a query by this column."""
    return "" if on_postgres() else "+"


Way = tuple[str, str, list[Any]]
"""(join, condition, parameters): an index in which a statement that meets the filters may stand."""


def _ways(tenant_id: UUID, query: Query) -> list[Way]:
    """By the filter that most likely leaves least: the registration, the agent, the activity, the verb."""
    tenant = spine.key(tenant_id)
    mention = "JOIN record_mention m ON m.position = s.position"
    without = msgspec.structs.replace
    if query.registration:
        rest, params = _and(without(query, registration=None))
        return [
            (
                "",
                f"s.tenant_id = %s AND s.registration = %s{rest}",
                [tenant, spine.key(query.registration), *params],
            )
        ]
    if query.agent:
        rest, params = _and(without(query, agent=""))
        near = "" if query.related_agents else " AND NOT m.related"
        ways = [
            ("", f"s.tenant_id = %s AND s.actor_key = %s{rest}", [tenant, query.agent, *params]),
            (mention, f"m.tenant_id = %s AND m.what = %s{near}{rest}", [tenant, query.agent, *params]),
        ]
        if query.related_agents:
            ways.append(("", f"s.tenant_id = %s AND s.authority = %s{rest}", [tenant, query.agent, *params]))
        return ways
    if query.activity:
        rest, params = _and(without(query, activity=""))
        ways = [("", f"s.tenant_id = %s AND s.activity = %s{rest}", [tenant, query.activity, *params])]
        if query.related_activities:
            what = activity_key(query.activity)
            ways.append((mention, f"m.tenant_id = %s AND m.what = %s{rest}", [tenant, what, *params]))
        return ways
    if query.verb:
        return [("", "s.tenant_id = %s AND s.verb = %s", [tenant, query.verb])]
    return [("", "s.tenant_id = %s", [tenant])]


def _ways_about(tenant_id: UUID, query: Query) -> list[Way]:
    """The statements about others that meet the filters, voided or not (1.0.3, Communication 2.1.3).

    An attempt or an agent has few statements: whatever is about them is looked up. Of a verb or an activity there are
    many, and few statements are about others: those are gone through, in the order of the record.
    """
    tenant = spine.key(tenant_id)
    if query.registration or query.agent:
        ids = sorted(_ids_about(tenant_id, query))
        parts = [ids[at : at + _IDS_AT_ONCE] for at in range(0, len(ids), _IDS_AT_ONCE)]
        return [
            ("", f"s.tenant_id = %s AND s.id IN ({', '.join(['%s'] * len(some))})", [tenant, *some])
            for some in parts
        ]
    if query.activity or query.verb:
        about, params = _about(query, "s", REFERENCES_FOLLOWED)
        return [("", f"s.tenant_id = %s AND s.ref IS NOT NULL AND {about}", [tenant, *params])]
    return []


def _ids_about(tenant_id: UUID, query: Query) -> set[Any]:
    """The ids of what is about the statements that meet the filters, some steps far."""
    tenant, found = spine.key(tenant_id), set()
    for join, driver, params in _ways(tenant_id, query):
        with connection.cursor() as cursor:
            cursor.execute(
                "WITH RECURSIVE about (id, steps) AS ("  # noqa: S608 - constants only
                f" SELECT s.id, 0 FROM record_statement s {join} WHERE {driver}"
                " UNION ALL SELECT r.id, about.steps + 1 FROM about JOIN record_statement r"
                " ON r.tenant_id = %s AND r.ref = about.id AND r.ref IS NOT NULL WHERE about.steps < %s"
                ") SELECT id FROM about WHERE steps > 0",
                [*params, tenant, REFERENCES_FOLLOWED],
            )
            found.update(one for (one,) in cursor.fetchall())
    return found


def _and(query: Query) -> tuple[str, list[Any]]:
    """The filters of a query, to follow those that drive it."""
    tests, params = _meets(query, f"{_aside()}s")
    return "".join(f" AND {test}" for test in tests), params


def _meets(query: Query, row: str) -> tuple[list[str], list[Any]]:
    """The filters on what a statement says, as conditions on one row."""
    tests: list[str] = []
    params: list[Any] = []
    mention = (
        f"EXISTS (SELECT 1 FROM record_mention x WHERE x.tenant_id = {row}.tenant_id"  # noqa: S608 - constants only
        f" AND x.what = %s AND x.position = {row}.position"
    )
    if query.agent:
        if query.related_agents:
            tests.append(f"({row}.actor_key = %s OR {row}.authority = %s OR {mention}))")
            params += [query.agent] * 3
        else:
            tests.append(f"({row}.actor_key = %s OR {mention} AND NOT x.related))")
            params += [query.agent] * 2
    if query.activity:
        if query.related_activities:
            tests.append(f"({row}.activity = %s OR {mention}))")
            params += [query.activity, activity_key(query.activity)]
        else:
            tests.append(f"{row}.activity = %s")
            params.append(query.activity)
    if query.verb:
        tests.append(f"{row}.verb = %s")
        params.append(query.verb)
    return tests, params


def _about(query: Query, row: str, depth: int) -> tuple[str, list[Any]]:
    """A statement about another meets the filters when that one does, voided or not (1.0.3, Communication 2.1.3)."""
    target = f"{row}{depth}"
    tests, params = _meets(query, target)
    meets = " AND ".join(tests)
    if depth > 1:
        further, more = _about(query, target, depth - 1)
        meets, params = f"({meets} OR {target}.ref IS NOT NULL AND {further})", [*params, *more]
    exists = (
        f"EXISTS (SELECT 1 FROM record_statement {target} WHERE {target}.tenant_id = {row}.tenant_id"  # noqa: S608 - constants only
        f" AND {target}.id = {row}.ref AND {meets})"
    )
    return exists, params
