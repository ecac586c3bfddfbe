"""The statement and its parts, typed as xAPI 1.0.3 and 2.0 (IEEE 9274.1.1) name them; the JSON is valid under both.

Build one with keywords and hand it to `record.facade.append`:

    Statement(actor=person(tenant_id, person_id), verb=COMPLETED, object=Activity(id=iri("courses", course_id)),
              result=Result(score=Score(scaled=0.8), duration=iso_duration(212.5)))

A wrong part raises ValueError where it is built, so that a bad statement never reaches the table.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct, field

from alula.kernel import clock
from alula.kernel.ids import new_id
from alula.record.moments import parse_timestamp, to_text

LanguageMap = dict[str, str]
Extensions = dict[str, Any]

_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+")
_SHA1 = re.compile(r"[0-9a-fA-F]{40}")
_DURATION = re.compile(
    r"P(?:(?P<weeks>[\d.]+)W)?(?:(?P<days>[\d.]+)D)?"
    r"(?:T(?:(?P<hours>[\d.]+)H)?(?:(?P<minutes>[\d.]+)M)?(?:(?P<seconds>[\d.]+)S)?)?"
)
ISO_DURATION = re.compile(
    r"P(?=[\dT])(?:\d+(?:[.,]\d+)?W|(?:\d+(?:[.,]\d+)?Y)?(?:\d+(?:[.,]\d+)?M)?(?:\d+(?:[.,]\d+)?D)?"
    r"(?:T(?=\d)(?:\d+(?:[.,]\d+)?H)?(?:\d+(?:[.,]\d+)?M)?(?:\d+(?:[.,]\d+)?S)?)?)",
    re.ASCII,
)
"""What a sender may write (ISO 8601:2004, 4.4.3.2), months and years included; `seconds_of` knows fewer."""


def _need(right: object, message: str) -> None:
    if not right:
        raise ValueError(message)


def _need_iri(value: str, where: str) -> None:
    _need(_IRI.fullmatch(value), f"{where}: {value!r} is not an absolute IRI")


def _need_iri_keys(extensions: Extensions | None, where: str) -> None:
    for key in extensions or ():
        _need_iri(key, f"{where} key")


class Account(Struct, frozen=True, omit_defaults=True, rename="camel"):
    """An account on some system: `home_page` names the system, `name` the account there (for us: the person's id)."""

    home_page: str
    name: str

    def __post_init__(self) -> None:
        _need_iri(self.home_page, "account.homePage")
        _need(self.name, "account.name is empty")


def _key_of(who: Agent | Group) -> str:
    """The inverse functional identifier as one text, or "" when there is none; two agents are one exactly when it is."""
    if who.account is not None:
        return f"account:{who.account.home_page} {who.account.name}"
    if who.mbox is not None:
        return f"mbox:{who.mbox}"
    if who.mbox_sha1sum is not None:
        return f"mbox_sha1sum:{who.mbox_sha1sum.lower()}"
    return "" if who.openid is None else f"openid:{who.openid}"


def _check_identifier(who: Agent | Group, *, least: int) -> None:
    given = [who.account, who.mbox, who.mbox_sha1sum, who.openid]
    count = sum(one is not None for one in given)
    _need(
        least <= count <= 1,
        f"an agent has exactly one of account, mbox, mbox_sha1sum, openid; this one has {count}",
    )
    _need(who.mbox is None or who.mbox.startswith("mailto:"), "mbox starts with mailto:")
    _need(
        who.mbox_sha1sum is None or _SHA1.fullmatch(who.mbox_sha1sum), "mbox_sha1sum is 40 hexadecimal digits"
    )
    if who.openid is not None:
        _need_iri(who.openid, "openid")


class Agent(Struct, frozen=True, omit_defaults=True, rename="camel", tag_field="objectType", tag="Agent"):
    """A person or a system. Prefer `account`; leave `name` out unless the reader of the statement cannot look it up."""

    account: Account | None = None
    mbox: str | None = None
    mbox_sha1sum: str | None = field(default=None, name="mbox_sha1sum")
    openid: str | None = None
    name: str | None = None

    def __post_init__(self) -> None:
        _check_identifier(self, least=1)

    @property
    def key(self) -> str:
        """The canonical text of the identifier: what the table's `actor_key` holds."""
        return _key_of(self)


class Group(Struct, frozen=True, omit_defaults=True, rename="camel", tag_field="objectType", tag="Group"):
    """Several agents; identified like an agent, or anonymous and then known by its members only."""

    account: Account | None = None
    mbox: str | None = None
    mbox_sha1sum: str | None = field(default=None, name="mbox_sha1sum")
    openid: str | None = None
    name: str | None = None
    member: tuple[Agent, ...] = ()

    def __post_init__(self) -> None:
        _check_identifier(self, least=0)
        _need(_key_of(self) or self.member, "an anonymous group has members")

    @property
    def key(self) -> str:
        """The canonical text of the identifier; "group" for an anonymous group, which nothing can be looked up by."""
        return _key_of(self) or "group"


class Verb(Struct, frozen=True, omit_defaults=True):
    """What was done. Define verbs with `record.facade.define_verb`, which also gives the sentence to read them by."""

    id: str
    display: LanguageMap | None = None

    def __post_init__(self) -> None:
        _need_iri(self.id, "verb.id")


class ActivityDefinition(Struct, frozen=True, omit_defaults=True, rename="camel"):
    """What an activity is: its kind (`type`, an IRI) and its name and description by language."""

    type: str | None = None
    name: LanguageMap | None = None
    description: LanguageMap | None = None
    more_info: str | None = None
    extensions: Extensions | None = None

    def __post_init__(self) -> None:
        if self.type is not None:
            _need_iri(self.type, "object.definition.type")
        _need_iri_keys(self.extensions, "object.definition.extensions")


class Activity(
    Struct, frozen=True, omit_defaults=True, rename="camel", tag_field="objectType", tag="Activity"
):
    """What it was done to: a course, a scenario, a question."""

    id: str
    definition: ActivityDefinition | None = None

    def __post_init__(self) -> None:
        _need_iri(self.id, "object.id")


class StatementRef(Struct, frozen=True, tag_field="objectType", tag="StatementRef"):
    """Another statement, by its id."""

    id: UUID


class Score(Struct, frozen=True, omit_defaults=True):
    """`scaled` is -1..1; `raw` lies between `min` and `max`, in the activity's own points."""

    scaled: float | None = None
    raw: float | None = None
    min: float | None = None
    max: float | None = None

    def __post_init__(self) -> None:
        _need(self.scaled is None or -1 <= self.scaled <= 1, f"score.scaled {self.scaled} is outside -1..1")
        low, high = self.min, self.max
        _need(low is None or high is None or low < high, f"score.min {low} is not below score.max {high}")
        if self.raw is not None:
            inside = (low is None or self.raw >= low) and (high is None or self.raw <= high)
            _need(inside, f"score.raw {self.raw} is outside {low}..{high}")


class Result(Struct, frozen=True, omit_defaults=True):
    """How it went. `duration` is ISO 8601 (see `iso_duration`); `response` never carries a trainee's words."""

    score: Score | None = None
    success: bool | None = None
    completion: bool | None = None
    response: str | None = None
    duration: str | None = None
    extensions: Extensions | None = None

    def __post_init__(self) -> None:
        _need(
            self.duration is None or ISO_DURATION.fullmatch(self.duration),
            f"{self.duration!r} is not an ISO 8601 duration",
        )
        _need_iri_keys(self.extensions, "result.extensions")


class ContextActivities(Struct, frozen=True, omit_defaults=True):
    """The activities around this one: what it is part of, belongs under, is a kind of, or else relates to."""

    parent: tuple[Activity, ...] = ()
    grouping: tuple[Activity, ...] = ()
    category: tuple[Activity, ...] = ()
    other: tuple[Activity, ...] = ()


class Context(Struct, frozen=True, omit_defaults=True, rename="camel"):
    """Where it belongs. `registration` ties the statements of one attempt or session together."""

    registration: UUID | None = None
    instructor: Agent | Group | None = None
    team: Group | None = None
    context_activities: ContextActivities | None = None
    revision: str | None = None
    platform: str | None = None
    language: str | None = None
    statement: StatementRef | None = None
    extensions: Extensions | None = None

    def __post_init__(self) -> None:
        _need_iri_keys(self.extensions, "context.extensions")


class SubStatement(Struct, frozen=True, omit_defaults=True, tag_field="objectType", tag="SubStatement"):
    """A statement as the object of another one: "planned that she completes the course"."""

    actor: Agent | Group
    verb: Verb
    object: Activity | Agent | Group | StatementRef
    result: Result | None = None
    context: Context | None = None
    timestamp: datetime | None = None


class Statement(Struct, frozen=True, omit_defaults=True):
    """Who did what to which activity, how it went, where it belongs, when.

    `id` and `timestamp` are made when left out. `version` stays out: a statement of ours is valid under 1.0.3 and 2.0,
    and the record says the version in which it is asked.
    """

    actor: Agent | Group
    verb: Verb
    object: Activity | Agent | Group | StatementRef | SubStatement
    result: Result | None = None
    context: Context | None = None
    timestamp: datetime = field(default_factory=clock.now)
    version: str | None = None
    id: UUID = field(default_factory=new_id)

    def __post_init__(self) -> None:
        _need(self.timestamp.tzinfo is not None, "timestamp has no time zone")


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Statement)


def to_json(statement: Statement) -> str:
    """The statement as JSON text: what the table keeps, byte for byte."""
    return _encoder.encode(statement).decode()


def from_json(body: str) -> Statement:
    """The statement in a stored body, whoever wrote it; parts that Alula has no type for are left out.

    Raises:
        msgspec.ValidationError: the body is not a statement.
    """
    try:
        return _decoder.decode(body)
    except msgspec.ValidationError:
        return msgspec.convert(_with_object_types(msgspec.json.decode(body)), Statement, strict=False)


def _with_object_types(one: Any) -> Any:
    """Write out what xAPI lets a sender leave out: objectType, lists of one activity, the full form of a time."""
    for name, default in (("actor", "Agent"), ("object", "Activity")):
        if isinstance(one.get(name), dict):
            one[name].setdefault("objectType", default)
    if one.get("object", {}).get("objectType") == "SubStatement":
        _with_object_types(one["object"])
    if isinstance(one.get("timestamp"), str):
        one["timestamp"] = to_text(parse_timestamp(one["timestamp"]))
    context = one.get("context", {})
    if "instructor" in context:
        context["instructor"].setdefault("objectType", "Agent")
    around = context.get("contextActivities", {})
    for relation, activities in around.items():
        if isinstance(activities, dict):
            around[relation] = [activities]
    return one


def iso_duration(seconds: float) -> str:
    """Seconds as an ISO 8601 duration, to the hundredth that xAPI compares: 212.5 gives "PT212.50S".

    Raises:
        ValueError: `seconds` is negative or not a number.
    """
    _need(seconds >= 0, f"a duration is not negative: {seconds}")
    return f"PT{seconds:.2f}S"


def seconds_of(duration: str) -> float:
    """The seconds in an ISO 8601 duration of weeks, days, hours, minutes and seconds.

    Raises:
        ValueError: it is not one, or it counts in months or years, which have no fixed length.
    """
    match = _DURATION.fullmatch(duration)
    parts = (
        {} if match is None else {unit: float(n) for unit, n in match.groupdict().items() if n is not None}
    )
    _need(parts, f"{duration!r} is not an ISO 8601 duration in weeks, days, hours, minutes or seconds")
    return timedelta(**parts).total_seconds()
