"""Typed facts said in a turn, held against the product sheet.

A number, amount, percentage, duration or date is taken to be about the fact of whose subject words stand nearest: first
in its own clause, then in an earlier clause when its own holds little besides the number ("等待期呢，只要 90 天"). What
cannot be judged is "unverified", never "wrong".
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import msgspec

from alula.coach.scenario.model import Scenario
from alula.coach.understanding import negation
from alula.coach.understanding.mentions import PERIOD_AFTER, Mentions, Place
from alula.coach.understanding.normalise import Clause, Normal
from alula.coach.understanding.quantities import Quantity, plain
from alula.coach.understanding.reading import Claim
from alula.coach.understanding.sheet import Line, Verdict
from alula.coach.understanding.statements import statements
from alula.coach.understanding.units import SPOKEN

FARTHEST = 2  # clauses between a subject and its number
_AFTER_COST, _NO_UNIT_COST, _CLAUSE_COST = 3, 5, 1000
_FOLLOWS = 2  # characters across a comma within which a number still follows its subject ("等待期，90 天")
_TIES = frozenset({"的", " ", "-", " of "})
_LINK = re.compile(
    r"(?:[\s:是为就只有才仅满要都约]|大概|统一|is|of|for|lasts?|just|only|an?|the|runs?|about)*"
)

_ABOUT_CUSTOMER = re.compile(r"[您你]|\byou(?:r)?\b")
_FILLERS = re.compile(
    r"就是|只是|不是|只要|只有|仅仅|一共|总共|大概|大约|差不多|左右|我们|咱们|我司|公司|这边|这款|产品|每年|每月|每个月|每天|一年|一个月|一天"
    r"|需要|而是|但是|其实|目前|现在|统一|固定|都是|也是|一定|肯定|准时|之内|以内|之前|以后|之后|可以"
    r"|[就才只仅是为约也都的哦呢啊呀嘛吧了它这要花付交收算而但每共按内前后您我给打来办好完到能会]"
    r"|\b(?:it|it's|its|is|just|only|about|that|that's|we|our|ours|you|pay|charge|are|a|an|the|per|not|for|costs?|at|around)\b"
)
_CORRECTION = re.compile(
    r"说错|讲错|口误|更正|纠正一下|刚才.{0,6}(?:不对|不准|有误|错)|i misspoke|correct myself|let me correct|my mistake|i was wrong"
)
_PERIOD_NAMES = {
    "zh": {"year": "年", "month": "月", "day": "天"},
    "en": {"year": "year", "month": "month", "day": "day"},
}


@dataclass(frozen=True)
class _Match:
    """A quantity with the subject it may belong to; the lower the cost the nearer."""

    cost: int
    quantity: int
    place: Place
    facts: tuple[Line, ...]


def claims(
    scenario: Scenario,
    normal: Normal,
    found: tuple[Clause, ...],
    *,
    ignored: frozenset[int] = frozenset(),
    asked: Sequence[str] = (),
) -> tuple[Claim, ...]:
    """The claims of one turn, in order.

    Args:
        scenario: whose product sheet decides.
        normal: the turn's text in its one spelling.
        found: its clauses.
        ignored: numbers of sentences that earn nothing: a right claim there is "unverified", a wrong one stays wrong.
        asked: ids of the facts that the customer's question before the turn asked for: a bare number then answers it.
            In a turn that names other facts it may belong to something else: then it is right or unverified, never wrong.
    """
    turn = Mentions(scenario, normal, found, ignored)
    matched = _assigned(turn)
    result = [_judged(turn, match) for match in matched.values()]
    named = {claim.fact for claim in result}
    for i, one in enumerate(turn.quantities):
        if i not in matched and turn.states[turn.homes[i]]:
            result += _without_subject(turn, i, one, asked, named)
    result += statements(turn)
    result = [_unearned(turn, claim) for claim in result]
    return tuple(sorted(result, key=lambda claim: (claim.span.start, claim.span.end, claim.fact or "")))


def _unearned(turn: Mentions, claim: Claim) -> Claim:
    if not turn.ignored or claim.verdict != "right":
        return claim
    at = bisect_left(turn.normal.starts, claim.span.start)
    if turn.clauses[turn.clause_at(at)].sentence in turn.ignored:
        return msgspec.structs.replace(claim, verdict="unverified")
    return claim


def corrects_itself(text: str) -> bool:
    """Whether a normalised turn takes back something said before ("抱歉，刚才说错了", "let me correct that")."""
    return bool(_CORRECTION.search(text))


def _assigned(turn: Mentions) -> dict[int, _Match]:
    """Each quantity with its nearest subject. In a clause a fact is claimed once, or again after a denied value."""
    chosen: dict[int, _Match] = {}
    claimed: set[tuple[int, str]] = set()  # (clause, fact)
    for match in sorted(_matches(turn), key=lambda one: (one.cost, one.quantity, one.place.start)):
        keys = {(turn.homes[match.quantity], line.fact.id) for line in match.facts}
        if match.quantity not in chosen and not keys & claimed:
            chosen[match.quantity] = match
            if not _denied(turn, turn.quantities[match.quantity], match.place):
                claimed |= keys
    return dict(sorted(chosen.items()))


def _matches(turn: Mentions) -> Iterator[_Match]:
    for i, one in enumerate(turn.quantities):
        home = turn.homes[i]
        if not turn.states[home]:
            continue
        near = [
            (place, facts)
            for clause in range(home - FARTHEST, home + 1)
            for place in turn.places_in.get(clause, ())
            if (facts := tuple(line for line in place.facts if line.fits(one)))
        ]
        here = [(place, facts) for place, facts in near if place.clause == home]
        for place, facts in here:
            if _is_loose(one, place) and not _tied(turn, one, place) and not _fits_there(one, place):
                continue
            yield _Match(cost=_distance(turn, one, place), quantity=i, place=place, facts=facts)
        if not here and not one.weak:
            alone = _bare(turn, one)
            for place, facts in near:
                follows = 0 <= one.start - place.end <= _FOLLOWS
                if follows or (alone and place.end <= one.start):
                    cost = _CLAUSE_COST * (home - place.clause) + one.start - place.end
                    yield _Match(cost=cost, quantity=i, place=place, facts=facts)


def _is_loose(one: Quantity, place: Place) -> bool:
    """Whether a quantity is a fact's value only right at its subject.

    So are a single unit of time ("一周去一趟" says how often), a number without a unit before it ("一百万用一天"), and one
    that is to be a count of something ("差三百万" counts no papers).
    """
    if one.kind == "duration":
        return one.low == one.high == 1
    counts = any(line.fact.kind == "number" and line.unit for line in place.facts)
    return one.kind == "number" and not one.unit and (counts or place.start >= one.end)


def _tied(turn: Mentions, one: Quantity, place: Place) -> bool:
    """Whether nothing but linking words stands between a subject and its number ("保修期是一年", "一年的保修")."""
    text = turn.normal.text
    if place.end <= one.start:
        return _LINK.fullmatch(text, place.end, one.start) is not None
    return text[one.end : place.start] in ({"", *_TIES} if one.kind == "duration" else _TIES)


def _fits_there(one: Quantity, place: Place) -> bool:
    """Whether a bare number right before a subject is the sheet's own ("五十万保额"); another is left unjudged."""
    beside = one.end == place.start and one.kind == "number"
    return beside and any(line.fits(one) and line.judge(one) == "right" for line in place.facts)


def _distance(turn: Mentions, one: Quantity, place: Place) -> int:
    """Characters between; a subject before its number is nearer than one behind, unless 的 or a hyphen ties them."""
    if place.end <= one.start:
        return one.start - place.end + (_NO_UNIT_COST if one.kind == "number" and not one.unit else 0)
    between = turn.normal.text[one.end : place.start]
    return -1 if between in _TIES else place.start - one.end + _AFTER_COST


def _bare(turn: Mentions, one: Quantity) -> bool:
    """Whether the clause of a number holds little besides it (4 characters or 2 words)."""
    home = turn.clauses[turn.clause_at(one.start)]
    rest = turn.normal.text[home.start : one.start] + " " + turn.normal.text[one.end : home.end]
    rest = re.sub(r"[^\w]+", " ", _FILLERS.sub(" ", PERIOD_AFTER.sub(" ", rest))).strip()
    han = re.sub(r"[a-z0-9_ ]", "", rest)
    return len(han) <= 4 and len(re.findall(r"[a-z0-9]+", rest)) <= 2


def _denied(turn: Mentions, one: Quantity, place: Place | None) -> bool:
    """Whether it is said that the value is not so: negations before the number, or between it and a subject behind it."""
    home = turn.clauses[turn.clause_at(one.start)]
    floor = max(
        (other.end for other in turn.quantities if home.start <= other.end <= one.start), default=None
    )
    same = place is not None and home.start <= place.start < home.end
    anchor = place.start if same and place is not None and place.end <= one.start else None
    if anchor is not None and floor is not None and floor > anchor:
        anchor = None
    count = negation.negations(turn.normal, home, one.start, anchor=anchor, floor=floor)
    if same and place is not None and place.start >= one.end:
        count += negation.negations(turn.normal, home, place.start, floor=one.end)
    return count % 2 == 1


def _judged(turn: Mentions, match: _Match) -> Claim:
    one = turn.quantities[match.quantity]
    verdicts = [(line, line.judge(one)) for line in match.facts]
    line, verdict = next(((ln, v) for ln, v in verdicts if v == "right"), verdicts[0])
    denied = _denied(turn, one, match.place)
    if len(verdicts) > 1 and verdict == "wrong":
        verdict = None  # the subject names several facts: which one was meant cannot be told
    elif denied and verdict is not None:
        verdict = "wrong" if verdict == "right" else "right"
    together = turn.clauses[match.place.clause] == turn.clauses[turn.homes[match.quantity]]
    start = min(one.start, match.place.start) if together else one.start
    if denied:
        start = max(turn.clauses[turn.homes[match.quantity]].start, start - negation.HAN_WINDOW)
    end = max(one.end, match.place.end) if together else one.end
    return _claim(turn, line, one, verdict, (start, end), denied=denied)


def _claim(
    turn: Mentions,
    line: Line | None,
    one: Quantity,
    verdict: Verdict | None,
    span: tuple[int, int],
    *,
    denied: bool = False,
) -> Claim:
    said = one.written(turn.language)
    if one.kind == "number" and line is not None and line.fact.kind == "percent":
        said += "%"
    elif one.kind == "number" and line is not None and line.fact.kind == "money":
        said += f" {SPOKEN[turn.language].get(line.unit, line.unit).strip()}"
    if one.period:
        said += {"zh": "/", "en": " per "}[turn.language] + _PERIOD_NAMES[turn.language][one.period]
    if denied:
        said = {"zh": "不是 ", "en": "not "}[turn.language] + said
    return Claim(
        fact=line.fact.id if line else None,
        verdict=verdict or "unverified",
        said=said,
        sheet=line.written(turn.language) if line else None,
        span=turn.normal.span(*span),
        negated=denied,
        value=one.on.written("en")
        if one.on
        else f"{plain(one.low)}..{plain(one.high)} {one.bound}{one.unit} {one.period}",
    )


def _without_subject(
    turn: Mentions, at: int, one: Quantity, asked: Sequence[str], named: Collection[str | None]
) -> list[Claim]:
    """A bare answer to what the customer asked; or an amount that the sheet knows nothing of."""
    fitting = [
        line for line in turn.lines if line.fact.id in asked and line.fact.id not in named and line.fits(one)
    ]
    if len(fitting) == 1 and _bare(turn, one):
        verdict = fitting[0].judge(one)
        denied = _denied(turn, one, None)
        if denied and verdict is not None:
            verdict = "wrong" if verdict == "right" else "right"
        if verdict == "wrong" and named:
            verdict = None
        return [_claim(turn, fitting[0], one, verdict, (one.start, one.end), denied=denied)]
    home = turn.clauses[turn.homes[at]]
    telling = one.kind in {"money", "percent"} or (
        one.kind == "number" and one.low >= (10 if one.unit else 1000)
    )
    if telling and not _ABOUT_CUSTOMER.search(turn.normal.text[home.start : home.end]):
        return [_claim(turn, None, one, None, (one.start, one.end))]
    return []
