"""The filters of GET statements, each answered from an index in the order of the record.

A filter may be met in several ways (an agent as the actor, as a member, in the context), each with an index of its own:
every way is asked for the first page and the pages are merged, so no query reads more than a page of what it finds.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
from msgspec import Struct

from alula.kernel.errors import Refusal, register
from alula.record import about, spine
from alula.record.archive import finding as archived
from alula.record.hashed import id_key, text_hash
from alula.record.mentions import activity_key, agent_key
from alula.record.moments import parse_timestamp
from alula.record.spine import StoredStatement
from alula.record.xapi.decoding import decode
from alula.record.xapi.rules import need_iri, need_timestamp, need_uuid, refuse
from alula.record.xapi.validator import check_actor

PAGE = 100
"""Statements in one answer, at most."""

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
        f"WHERE s.id_key = %s AND s.voided = %s{own}",
        [id_key(tenant_id.hex, UUID(statement_id).hex), voided, *params],
    )
    if found:
        return found[0]
    removed = archived.one(tenant_id, UUID(statement_id), authority=authority)
    if removed is None or removed.voided is not voided:
        raise Refusal("xapi.no_statement", status=404)
    return removed


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
    everywhere, everywhere_params = _frame(query, authority)

    def look(ways: list[Way]) -> None:
        for way in ways:
            tests, params = [way.condition, *everywhere], [*way.params, *everywhere_params]
            if (
                len(found) > query.limit
            ):  # a page is there: of the next index only what comes before its end is wanted
                tests.append(f"{{place}} {'<' if query.ascending else '>'} %s")
                params.append(sorted(found, reverse=not query.ascending)[query.limit])
            rest = " AND ".join(test.format(place=way.place) for test in tests)
            order = f"ORDER BY {way.place} {'ASC' if query.ascending else 'DESC'} LIMIT %s"
            for stored in spine.select(f"{way.join} WHERE {rest} {order}", [*params, query.limit + 1]):
                found[stored.position] = stored

    look(_ways(tenant_id, query, authority))
    if query.registration or query.agent or query.activity or query.verb:
        look(_ways_about(tenant_id, query))
    items = [found[position] for position in sorted(found, reverse=not query.ascending)]
    items = archived.merged(
        tenant_id,
        items,
        _archive_tests(query, authority),
        limit=query.limit + 1,
        after=query.after,
        ascending=query.ascending,
    )
    if len(items) <= query.limit:
        return items, None
    items = items[: query.limit]
    return items, msgspec.structs.replace(query, after=items[-1].position)


def _archive_tests(query: Query, authority: str | None) -> list[tuple[str, Any]]:
    """The filters as conditions on the columns of an archived statement; its mentions and references are not there."""
    since, until = (parse_timestamp(text) if text else None for text in (query.since, query.until))
    tests: list[tuple[str, Any]] = [
        ("actor = ?", query.agent or None),
        ("verb = ?", query.verb or None),
        ("activity = ?", query.activity or None),
        ("registration = ?", query.registration and str(query.registration)),
        ("authority = ?", authority),
        ("stored > ?", since and since.replace(tzinfo=None)),
        ("stored <= ?", until and until.replace(tzinfo=None)),
    ]
    return [(test, value) for test, value in tests if value is not None]


def _frame(query: Query, authority: str | None) -> tuple[list[str], list[Any]]:
    """What holds for every statement of the answer, whichever way it was found.

    The indexes go by position, so a moment is first turned into the position about which it lies.
    """
    since, until = (parse_timestamp(text) if text else None for text in (query.since, query.until))
    tests: list[tuple[str, Any]] = [
        ("s.voided = %s", False),
        (f"{spine.aside()}s.authority = %s", authority),
        (spine.looked_at("s.stored", ">"), since and spine.moment(since)),
        (spine.looked_at("s.stored", "<="), until and spine.moment(until)),
        ("{place} >= %s", since and spine.position_at(_moved(since, -spine.SLACK))),
        ("{place} < %s", until and spine.position_at(_moved(until, spine.SLACK))),
        ("{place} > %s" if query.ascending else "{place} < %s", query.after),
    ]
    given = [(test, value) for test, value in tests if value is not None]
    return [test for test, _ in given], [value for _, value in given]


def _moved(moment: datetime, by: timedelta) -> datetime:
    try:
        return moment + by
    except OverflowError:
        return moment


class Way(NamedTuple):
    """An index in which a statement that meets the filters may stand, and the column in whose order it stands there."""

    condition: str
    params: list[Any]
    join: str = ""
    place: str = "s.position"


def _ways(tenant_id: UUID, query: Query, authority: str | None) -> list[Way]:
    """By the filter that most likely leaves least: the registration, the agent, the activity, the verb."""
    tenant = spine.key(tenant_id)
    without = msgspec.structs.replace
    if query.registration:
        rest, params = _and(tenant_id, without(query, registration=None))
        return [_found_by("registration", tenant_id, query.registration.hex, rest, params)]
    if query.agent:
        rest, params = _and(tenant_id, without(query, agent=""))
        unrelated = "" if query.related_agents else " AND NOT m.related"
        ways = [
            _found_by("actor_key", tenant_id, query.agent, rest, params),
            _mentioned(f"{unrelated}{rest}", [tenant, query.agent, *params]),
        ]
        if query.related_agents:
            ways.append(_found_by("authority", tenant_id, query.agent, rest, params))
        return ways
    if query.activity:
        rest, params = _and(tenant_id, without(query, activity=""))
        ways = [_found_by("activity", tenant_id, query.activity, rest, params)]
        if query.related_activities:
            ways.append(_mentioned(rest, [tenant, activity_key(query.activity), *params]))
        return ways
    if query.verb:
        return [_found_by("verb", tenant_id, query.verb)]
    if authority is not None:
        return [_found_by("authority", tenant_id, authority)]
    return [Way("s.tenant_id = %s", [tenant])]


def _found_by(column: str, tenant_id: UUID, value: str, rest: str = "", params: Sequence[Any] = ()) -> Way:
    condition, found = spine.found_by(column, tenant_id, value)
    return Way(condition + rest, [*found, *params])


def _mentioned(rest: str, params: list[Any]) -> Way:
    join = "JOIN record_mention m ON m.position = s.position"
    return Way(f"m.tenant_id = %s AND m.what = %s{rest}", params, join, "m.position")


def _ways_about(tenant_id: UUID, query: Query) -> list[Way]:
    """The statements about others that meet the filters, voided or not (1.0.3, Communication 2.1.3).

    By what is noted of the first filter. What is noted of the others leaves few; since it may come from several
    statements in a row, and the filters have to hold in one of them, these few are looked into.
    """
    first, *others = _noted(query)
    rest = ""
    params: list[Any] = []
    for names in others:
        places = ", ".join(["%s"] * len(names))
        rest += (
            " AND EXISTS (SELECT 1 FROM record_mention n WHERE n.tenant_id = m.tenant_id AND n.position = m.position"  # noqa: S608 - placeholders only
            f" AND n.what IN ({places}))"
        )
        params += names
    if others:
        further, more = _about(tenant_id, query, "s", about.STEPS)
        rest, params = f"{rest} AND {further}", [*params, *more]
    return [_mentioned(rest, [spine.key(tenant_id), name, *params]) for name in first]


def _noted(query: Query) -> list[list[str]]:
    """Under which names a statement about one that meets the filters is noted: those of each filter."""
    keys = [
        (query.registration and about.registration_key(query.registration.hex), False),
        (query.agent, query.related_agents),
        (query.activity and activity_key(query.activity), query.related_activities),
        (query.verb and about.verb_key(query.verb), False),
    ]
    return [
        [about.about(key), *([about.about(key, related=True)] if related else [])]
        for key, related in keys
        if key
    ]


def _and(tenant_id: UUID, query: Query) -> tuple[str, list[Any]]:
    """The filters of a query, to follow those that drive it."""
    tests, params = _meets(tenant_id, query, f"{spine.aside()}s")
    return "".join(f" AND {test}" for test in tests), params


def _meets(tenant_id: UUID, query: Query, row: str) -> tuple[list[str], list[Any]]:
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
        # The hash stands in the index of the activity, so that the others' rows need not be read.
        tests += [f"{row}.verb_hash = %s", spine.looked_at(f"{row.removeprefix('+')}.verb")]
        params += [text_hash(tenant_id.hex, query.verb), query.verb]
    if query.registration:
        tests.append(f"{row}.registration = %s")
        params.append(spine.key(query.registration))
    return tests, params


def _about(tenant_id: UUID, query: Query, row: str, depth: int) -> tuple[str, list[Any]]:
    """A statement about another meets the filters when that one does, voided or not (1.0.3, Communication 2.1.3)."""
    target = f"{row}{depth}"
    tests, params = _meets(tenant_id, query, target)
    meets = " AND ".join(tests)
    if depth > 1:
        further, more = _about(tenant_id, query, target, depth - 1)
        meets, params = f"({meets} OR {target}.ref IS NOT NULL AND {further})", [*params, *more]
    exists = (
        f"EXISTS (SELECT 1 FROM record_statement {target} WHERE {target}.id_key = {row}.ref_key AND {meets})"  # noqa: S608 - constants only
    )
    return exists, params
