"""What travels about policies: a match, a condition, an entry of an agency, and how each is made from our values."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
from ninja import Schema

from alula.growth.certainty import sources
from alula.growth.engine.logic import Finding
from alula.growth.models import Firm
from alula.growth.policies import vocabulary as v
from alula.growth.policies.diff import changes
from alula.growth.policies.match import Condition, Match
from alula.growth.policies.model import Policy
from alula.growth.policies.saying import say_amount, say_test
from alula.growth.policies.total import Total
from alula.growth.policies.windows import window
from alula.growth.presenting import number, value
from alula.growth.queries.policies import Shelved
from alula.growth.rulebook import model
from alula.growth.wording import question


class PolicyWords(Schema):
    """A text in both languages."""

    zh: str
    en: str


class SourceOut(Schema):
    """A source by its key, with the addresses where it was read."""

    key: str
    addresses: list[str]


class AskOut(Schema):
    """A fact that would settle what is open."""

    fact: str
    question: PolicyWords


class SaidOut(Schema):
    """A limit as one source states it. `most` is in 10,000 yuan."""

    by: PolicyWords
    words: PolicyWords
    source: str
    mark: str
    on: date | None
    most: str | None


class MatchOut(Schema):
    """A policy and what it is for a firm. `amount`: at most so much in 10,000 yuan, null where no source states a sum."""

    key: str
    title: PolicyWords
    number: str
    issuer: str
    level: str
    place: str
    place_name: PolicyWords
    origin: str
    agency: str
    state: str
    why: str
    failing: list[PolicyWords]
    asks: list[AskOut]
    amount: str | None
    benefit: PolicyWords
    application: bool | None
    phase: str
    days: int | None
    on: date | None
    since: date | None
    until: date | None
    stacking: PolicyWords | None
    sources: list[SourceOut]
    mark: str
    as_of: date | None
    conflict: PolicyWords | None
    said: list[SaidOut]
    followed: bool


class TotalOut(Schema):
    """Limits over policies: the largest alone, and the highest sum that no source forbids. No source says that sums add up."""

    largest: str | None
    together: str | None
    apart: list[list[PolicyWords]]
    stated: int
    unstated: int


class FirmHead(Schema):
    """The firm that a matrix is of."""

    id: UUID
    name: str
    place: str
    facts_version: int
    facts_at: datetime | None


class MatrixOut(Schema):
    """Everything that a firm may use. `current` is false while its stored matches are being made again."""

    firm: FirmHead
    day: date
    mine: bool
    current: bool
    following: bool
    matches: list[MatchOut]
    total: TotalOut


class ConditionOut(Schema):
    """One condition with its answer: what was found, over which period, and what it has to be."""

    words: PolicyWords
    reads: PolicyWords
    state: str
    value: PolicyWords | None
    period: str | None
    distance: PolicyWords | None
    asks: list[AskOut]


class PolicyTierOut(Schema):
    """A tier with its upper limit in 10,000 yuan, and whether the firm meets it."""

    words: PolicyWords
    reads: PolicyWords
    most: str | None
    met: bool


class ChangeOut(Schema):
    """One thing that differs between two versions."""

    topic: PolicyWords
    old: PolicyWords
    new: PolicyWords


class VersionOut(Schema):
    """A published version and what it changed against the one before it (the shipped policy, for the first)."""

    number: int
    note: str
    published_at: datetime
    published_by: str
    withdrawn_at: datetime | None
    in_force: bool
    changes: list[ChangeOut]


class DetailOut(Schema):
    """A policy for one firm, wholly."""

    match: MatchOut
    conditions: list[ConditionOut]
    tiers: list[PolicyTierOut]
    not_with: list[PolicyWords]
    versions: list[VersionOut]


def words_out(words: model.Words) -> PolicyWords:
    return PolicyWords(zh=words.zh, en=words.en)


def money(amount: Any) -> str | None:
    """An amount as it travels: exact, without trailing zeros."""
    shown = number(amount)
    return None if shown is None else f"{shown:f}" if not isinstance(shown, int) else str(shown)


def ask_out(facts: Iterable[str]) -> list[AskOut]:
    """The questions of these facts, each once."""
    return [
        AskOut(fact=fact, question=PolicyWords(**PLACE_QUESTION if fact == "place" else question(fact)))
        for fact in dict.fromkeys(facts)
    ]


PLACE_QUESTION = {"zh": "企业所在地（行政区划代码）", "en": "Place of the firm (administrative code)"}


def source_out(keys: Iterable[str]) -> list[SourceOut]:
    """These sources with their addresses; a source that is an address itself stands for itself."""
    known = sources()
    return [
        SourceOut(key=key, addresses=[key] if key.startswith("http") else list(known.get(key, ())))
        for key in keys
    ]


def match_out(
    shelved: Shelved, match: Match, day: date, agencies: dict[UUID, str], followed: set[str]
) -> MatchOut:
    policy, phase = match.policy, window(match.policy, day)
    return MatchOut(
        key=shelved.key,
        title=words_out(policy.title),
        number=policy.number,
        issuer=policy.issuer,
        level=policy.level,
        place=policy.place,
        place_name=words_out(v.words(v.PLACES, policy.place)),
        origin=shelved.origin,
        agency=agencies.get(shelved.agency_id, "") if shelved.agency_id else "",
        state=match.state,
        why=match.why,
        failing=[words_out(one) for one in match.failing],
        asks=ask_out(match.missing),
        amount=money(match.amount),
        benefit=words_out(policy.benefit),
        application=policy.application,
        phase=phase.phase,
        days=phase.days,
        on=phase.on,
        since=policy.since,
        until=policy.until,
        stacking=words_out(v.words(v.STACKING, policy.stacking.how)) if policy.stacking else None,
        sources=source_out(policy.sources),
        mark=policy.mark,
        as_of=policy.as_of,
        conflict=words_out(policy.conflict) if policy.conflict else None,
        said=[said_out(one) for one in policy.said],
        followed=shelved.key in followed,
    )


def said_out(one: Any) -> SaidOut:
    return SaidOut(
        by=words_out(one.by),
        words=words_out(one.words),
        source=one.source,
        mark=one.mark,
        on=one.on,
        most=money(one.most),
    )


def total_out(found: Total, titles: dict[str, PolicyWords]) -> TotalOut:
    return TotalOut(
        largest=money(found.largest),
        together=money(found.together),
        apart=[[titles[one] for one in pair] for pair in found.apart],
        stated=found.stated,
        unstated=found.unstated,
    )


def firm_head(firm: Firm) -> FirmHead:
    return FirmHead(
        id=firm.tenant_id,
        name=firm.name,
        place=firm.place,
        facts_version=firm.facts_version,
        facts_at=firm.facts_at,
    )


def conditions_out(match: Match) -> list[ConditionOut]:
    """The conditions in their order; that of the tiers comes last and reads as its tiers do."""
    tests = [need.test for need in match.policy.needs]
    if match.policy.tiers:
        tests.append(model.AnyOf(of=tuple(tier.test for tier in match.policy.tiers)))
    asked: list[model.Test | None] = [*tests] or [None] * len(match.conditions)
    return [_condition(one, test) for one, test in zip(match.conditions, asked, strict=True)]


def _condition(one: Condition, test: model.Test | None) -> ConditionOut:
    telling = one.finding.telling()
    reads = say_test(test) if test else one.words
    return ConditionOut(
        words=words_out(one.words),
        reads=words_out(reads),
        state=one.finding.state,
        value=_found(telling, test),
        period=(telling.quantity.period or None) if telling.quantity else None,
        distance=_amount(abs(telling.distance), test) if telling.distance is not None else None,
        asks=ask_out(one.finding.missing),
    )


def _found(telling: Finding, test: model.Test | None) -> PolicyWords | None:
    """What was found, as a person reads it: a number with its unit, what is certain of one, yes or no, a size."""
    if telling.quantity is not None:
        known = value(telling.quantity)
        if isinstance(known, list):
            least, most = ("?" if end is None else _rounded(end) for end in known)
            return words_out(say_amount(test, f"{least}–{most}")) if test else None
        return _amount(known, test) if known is not None else None
    if isinstance(telling.value, bool):
        return PolicyWords(zh="是", en="yes") if telling.value else PolicyWords(zh="否", en="no")
    if telling.value is None:
        return None
    sizes = [v.words(v.SIZE_NAMES, one) for one in telling.value.split("–")]
    return PolicyWords(zh="、".join(one.zh for one in sizes), en=", ".join(one.en for one in sizes))


def _amount(amount: Any, test: model.Test | None) -> PolicyWords | None:
    return words_out(say_amount(test, _rounded(amount))) if test else None


def _rounded(amount: Any) -> str:
    """Two decimals at most; the exact number decided already."""
    return money(Decimal(amount).quantize(Decimal("0.01"))) or ""


def tiers_out(match: Match) -> list[PolicyTierOut]:
    return [
        PolicyTierOut(
            words=words_out(tier.words),
            reads=words_out(say_test(tier.test)),
            most=money(tier.most),
            met=tier in match.tiers,
        )
        for tier in match.policy.tiers
    ]


def changes_out(old: Policy, new: Policy) -> list[ChangeOut]:
    return [
        ChangeOut(topic=words_out(one.topic), old=words_out(one.old), new=words_out(one.new))
        for one in changes(old, new)
    ]


def reads_of(form: dict[str, Any] | None, part: str) -> list[PolicyWords | None]:
    """How the conditions of a draft read, None for one that is not finished."""
    found: list[PolicyWords | None] = []
    parts = form.get(part) if form else None
    for one in parts if isinstance(parts, list) else []:
        try:
            test: model.Test = msgspec.convert(one["test"], model.Test)
            found.append(words_out(say_test(test)))
        except (msgspec.ValidationError, KeyError, TypeError):
            found.append(None)
    return found
