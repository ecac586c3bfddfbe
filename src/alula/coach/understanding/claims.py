"""Typed facts said in a turn, held against the product sheet.

A number, amount, percentage, duration or date is taken to be about the fact of whose subject words stand nearest: first
in its own clause, then in an earlier clause when its own holds little besides the number ("等待期呢，只要 90 天"). Questions,
what the customer or others are quoted as saying, and what competitors offer are no claims. What cannot be judged is
"unverified", never "wrong".
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import msgspec

from alula.coach.scenario.model import Scenario
from alula.coach.understanding import negation
from alula.coach.understanding.normalise import Clause, Normal
from alula.coach.understanding.quantities import Quantity, plain, quantities
from alula.coach.understanding.reading import Claim
from alula.coach.understanding.sheet import Line, Verdict, lines
from alula.coach.understanding.units import SPOKEN
from alula.coach.understanding.words import find

FARTHEST = 2  # clauses between a subject and its number
_AFTER_COST, _NO_UNIT_COST, _CLAUSE_COST = 3, 5, 1000
_FOLLOWS = 2  # characters across a comma within which a number still follows its subject ("等待期，90 天")
_TIES = frozenset({"的", " ", "-", " of "})
_LINK = re.compile(
    r"(?:[\s:是为就只有才仅满要都约]|大概|统一|is|of|for|lasts?|just|only|an?|the|runs?|about)*"
)

_REPORTED = re.compile(
    r"(?<![跟给和向同为对])[您你](?:刚才|刚刚|之前|前面|刚)?(?:说(?!得|明|句|一下)|提到|讲(?!得)|问|听|担心)|听说|别家|别的(?:公司|银行|家|店|品牌)"
    r"|其[他它](?:公司|银行|家|店|品牌|平台)|同行|竞品|对手|他们家|市面上|市场上"
    r"|\byou (?:just )?(?:said|mentioned|told|asked|heard)\b|\bcompetitors?\b"
    r"|\bother (?:vendors?|companies|providers|tools|banks)\b|\belsewhere\b"
)
_ABOUT_CUSTOMER = re.compile(r"[您你]|\byou(?:r)?\b")
_TOPIC_BEFORE = re.compile(
    r"(?:关于|对于|至于|说到|谈到|讲到|about|regarding|as for|concerning)(?: the| our)? ?$"
)
_TOPIC_AFTER = re.compile(r"(?:这个|的)?(?:方面|这块|问题|的事|这件事)|[呢嘛]?$")
_FILLERS = re.compile(
    r"就是|只是|不是|只要|只有|仅仅|一共|总共|大概|大约|差不多|左右|我们|咱们|我司|公司|这边|这款|产品|每年|每月|每个月|每天|一年|一个月|一天"
    r"|需要|而是|但是|其实|目前|现在|统一|固定|都是|也是|一定|肯定|准时|之内|以内|之前|以后|之后|可以"
    r"|[就才只仅是为约也都的哦呢啊呀嘛吧了它这要花付交收算而但每共按内前后您我给打来办好完到能会]"
    r"|\b(?:it|it's|its|is|just|only|about|that|that's|we|our|ours|you|pay|charge|are|a|an|the|per|not|for|costs?|at|around)\b"
)
_AFFIRMED = re.compile(r"^(?:是|有|可以|能|会|支持|包|yes|it is|we do|of course)")
_DENIED = re.compile(
    r"^(?:不(?!过|错|但|仅)|没(?!问题|关系|错)|无(?!论)|no\b|not\b|none\b|never\b|we don't|it isn't)"
)
_PERIOD = r"(?P<year>年|year|annum|yr)|(?P<month>个?月|month|mo\b)|(?P<day>天|日|day)"
_PERIOD_AFTER = re.compile(
    rf" ?(?:(?:/ ?|每|一|(?:(?:per|a|an|each|every) )(?:(?:user|seat|person|head|licen[cs]e|agent)s?,? )?(?:(?:per|a|an|each|every) )?)"
    rf"(?:{_PERIOD})|(?P<y2>annually|yearly)|(?P<m2>monthly)|(?P<d2>daily))"
)
_PERIOD_BEFORE = re.compile(
    r"(?P<year>[每一]年|年[交缴付均化]|annual|yearly|per year)|(?P<month>每个?月|一个月|月[交缴付供租]|monthly|per month)"
    r"|(?P<day>[每一]天|每日|daily|per day)"
)
_PERIOD_REACH = 12


@dataclass(frozen=True)
class _Place:
    """A subject found at [start, end): the facts it may be about, and the clause it stands in."""

    start: int
    end: int
    clause: int
    facts: tuple[Line, ...]


@dataclass(frozen=True)
class _Match:
    """A quantity with the subject it may belong to; the lower the cost the nearer."""

    cost: int
    quantity: int
    place: _Place
    facts: tuple[Line, ...]


class _Turn:
    """One turn with everything that its claims are read from."""

    def __init__(
        self, scenario: Scenario, normal: Normal, found: tuple[Clause, ...], ignored: frozenset[int]
    ) -> None:
        self.language = scenario.language
        self.normal, self.clauses, self.ignored = normal, found, ignored
        self._begins = [clause.start for clause in found]
        self.states = [
            not negation.asks(normal, found, i)
            and not _REPORTED.search(normal.text[clause.start : clause.end])
            for i, clause in enumerate(found)
        ]
        self.lines = lines(scenario)
        names = (scenario.product.name, *scenario.product.aliases)
        self.places = _places(self.lines, normal, found, names)
        self.places_in: dict[int, list[_Place]] = {}
        for place in self.places:
            self.places_in.setdefault(place.clause, []).append(place)
        self.quantities = self._with_periods(quantities(normal))
        self.homes = [self.clause_at(one.start) for one in self.quantities]

    def clause_at(self, at: int) -> int:
        """The number of the clause that holds character `at`; -1 between clauses."""
        i = bisect_right(self._begins, at) - 1
        return i if i >= 0 and at < self.clauses[i].end else -1

    def _with_periods(self, found: tuple[Quantity, ...]) -> tuple[Quantity, ...]:
        """Amounts with what they are per; "一年" and "a month" that only say so are no durations of their own."""
        result: list[Quantity] = []
        used: list[tuple[int, int]] = []
        for one in found:
            if one.kind not in {"money", "number", "percent"}:
                result.append(one)
                continue
            period, where = self._period(one)
            used += [where] if period else []
            result.append(msgspec.structs.replace(one, period=period))
        named = [(place.start, place.end) for place in self.places]
        return tuple(
            one
            for one in result
            if not (one.kind == "duration" and one.low == one.high == 1 and _inside(one, used))
            and not _inside(one, named)
        )

    def _period(self, one: Quantity) -> tuple[str, tuple[int, int]]:
        text, home = self.normal.text, self.clauses[self.clause_at(one.start)]
        if match := _PERIOD_AFTER.match(text, one.end, home.end):
            name = next(key for key, value in match.groupdict().items() if value)
            return {"y2": "year", "m2": "month", "d2": "day"}.get(name, name), match.span()
        begin = max(home.start, one.start - _PERIOD_REACH)
        before = list(_PERIOD_BEFORE.finditer(text, begin, one.start))
        if before and not any(char.isdigit() for char in text[before[-1].end() : one.start]):
            return str(before[-1].lastgroup), before[-1].span()
        return "", (0, 0)


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
    """
    turn = _Turn(scenario, normal, found, ignored)
    matched = _assigned(turn)
    result = [_judged(turn, match) for match in matched.values()]
    for i, one in enumerate(turn.quantities):
        if i not in matched and turn.states[turn.homes[i]]:
            result += _without_subject(turn, i, one, asked)
    result += _yes_no(turn)
    result = [_unearned(turn, claim) for claim in result]
    return tuple(sorted(result, key=lambda claim: (claim.span.start, claim.span.end, claim.fact or "")))


def _unearned(turn: _Turn, claim: Claim) -> Claim:
    if not turn.ignored or claim.verdict != "right":
        return claim
    at = bisect_left(turn.normal.starts, claim.span.start)
    if turn.clauses[turn.clause_at(at)].sentence in turn.ignored:
        return msgspec.structs.replace(claim, verdict="unverified")
    return claim


def corrects_itself(text: str) -> bool:
    """Whether a normalised turn takes back something said before ("抱歉，刚才说错了", "let me correct that")."""
    return bool(_CORRECTION.search(text))


_CORRECTION = re.compile(
    r"说错|讲错|口误|更正|纠正一下|刚才.{0,6}(?:不对|不准|有误|错)|i misspoke|correct myself|let me correct|my mistake|i was wrong"
)


def _places(
    all_lines: tuple[Line, ...], normal: Normal, found: tuple[Clause, ...], names: Sequence[str]
) -> tuple[_Place, ...]:
    """Where subjects stand. One inside a longer one, or inside the product's own name, is passed over."""
    spots: dict[tuple[int, int], list[Line]] = {}
    for line in all_lines:
        for subject in line.subjects:
            for span in find(normal.text, subject):
                if line not in spots.setdefault(span, []):
                    spots[span].append(line)
    begins = [one.start for one in found]
    longer = [*spots, *(span for name in names for span in find(normal.text, name.lower()))]
    result = []
    for (start, end), facts in sorted(spots.items()):
        hidden = any(s <= start and end <= e and (s, e) != (start, end) for s, e in longer)
        clause = bisect_right(begins, start) - 1
        if not hidden and clause >= 0 and start < found[clause].end:
            result.append(_Place(start=start, end=end, clause=clause, facts=tuple(facts)))
    return tuple(result)


def _inside(one: Quantity, spans: Sequence[tuple[int, int]]) -> bool:
    return any(start <= one.start and one.end <= end for start, end in spans)


def _assigned(turn: _Turn) -> dict[int, _Match]:
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


def _matches(turn: _Turn) -> Iterator[_Match]:
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


def _is_loose(one: Quantity, place: _Place) -> bool:
    """Whether a quantity is a fact's value only right at its subject.

    So are a single unit of time ("一周去一趟" says how often) and a number without a unit before it ("一百万用一天").
    """
    single = one.kind == "duration" and one.low == one.high == 1
    return single or (one.kind == "number" and not one.unit and place.start >= one.end)


def _tied(turn: _Turn, one: Quantity, place: _Place) -> bool:
    """Whether nothing but linking words stands between a subject and its number ("保修期是一年", "一年的保修")."""
    text = turn.normal.text
    if place.end <= one.start:
        return _LINK.fullmatch(text, place.end, one.start) is not None
    return text[one.end : place.start] in ({"", *_TIES} if one.kind == "duration" else _TIES)


def _fits_there(one: Quantity, place: _Place) -> bool:
    """Whether a bare number right before a subject is the sheet's own ("五十万保额"); another is left unjudged."""
    beside = one.end == place.start and one.kind == "number"
    return beside and any(line.fits(one) and line.judge(one) == "right" for line in place.facts)


def _distance(turn: _Turn, one: Quantity, place: _Place) -> int:
    """Characters between; a subject before its number is nearer than one behind, unless 的 or a hyphen ties them."""
    if place.end <= one.start:
        return one.start - place.end + (_NO_UNIT_COST if one.kind == "number" and not one.unit else 0)
    between = turn.normal.text[one.end : place.start]
    return -1 if between in _TIES else place.start - one.end + _AFTER_COST


def _bare(turn: _Turn, one: Quantity) -> bool:
    """Whether the clause of a number holds little besides it (4 characters or 2 words)."""
    home = turn.clauses[turn.clause_at(one.start)]
    rest = turn.normal.text[home.start : one.start] + " " + turn.normal.text[one.end : home.end]
    rest = re.sub(r"[^\w]+", " ", _FILLERS.sub(" ", _PERIOD_AFTER.sub(" ", rest))).strip()
    han = re.sub(r"[a-z0-9_ ]", "", rest)
    return len(han) <= 4 and len(re.findall(r"[a-z0-9]+", rest)) <= 2


def _denied(turn: _Turn, one: Quantity, place: _Place | None) -> bool:
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


def _judged(turn: _Turn, match: _Match) -> Claim:
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
    turn: _Turn,
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


_PERIOD_NAMES = {
    "zh": {"year": "年", "month": "月", "day": "天"},
    "en": {"year": "year", "month": "month", "day": "day"},
}


def _without_subject(turn: _Turn, at: int, one: Quantity, asked: Sequence[str]) -> list[Claim]:
    """A bare answer to what the customer asked; or an amount that the sheet knows nothing of."""
    fitting = [line for line in turn.lines if line.fact.id in asked and line.fits(one)]
    if len(fitting) == 1 and _bare(turn, one):
        verdict = fitting[0].judge(one)
        denied = _denied(turn, one, None)
        if denied and verdict is not None:
            verdict = "wrong" if verdict == "right" else "right"
        return [_claim(turn, fitting[0], one, verdict, (one.start, one.end), denied=denied)]
    home = turn.clauses[turn.homes[at]]
    telling = one.kind in {"money", "percent"} or (
        one.kind == "number" and one.low >= (10 if one.unit else 1000)
    )
    if telling and not _ABOUT_CUSTOMER.search(turn.normal.text[home.start : home.end]):
        return [_claim(turn, None, one, None, (one.start, one.end))]
    return []


def _yes_no(turn: _Turn) -> list[Claim]:
    """Statements that the sheet answers with yes or no; one claim for each fact and clause."""
    result: dict[tuple[str, int], Claim] = {}
    for place in turn.places:
        for line in place.facts:
            if line.fact.kind != "yes_no" or not turn.states[place.clause]:
                continue
            denied = _statement_denied(turn, place, holds=bool(line.fact.holds))
            if denied is None:
                continue
            verdict: Verdict = "right" if denied != bool(line.fact.holds) else "wrong"
            span = turn.normal.span(*_stated(turn, place, denied=denied))
            result.setdefault((line.fact.id, place.clause), Claim(
                fact=line.fact.id, verdict=verdict, said=span.quote, sheet=line.written(turn.language), span=span,
                negated=denied, value="no" if denied else "yes",
            ))  # fmt: skip
    return list(result.values())


def _statement_denied(turn: _Turn, place: _Place, *, holds: bool) -> bool | None:
    """Whether a statement is denied; None when its words may be only a topic ("关于提前还款，…")."""
    clause = turn.clauses[place.clause]
    before = turn.normal.text[clause.start : place.start]
    after = turn.normal.text[place.end : clause.end]
    if not re.sub(r"\W+", "", before) and _TOPIC_AFTER.fullmatch(after.strip(" \"'")):
        rest = turn.clauses[place.clause + 1 :]
        following = rest[0] if rest and rest[0].sentence == clause.sentence else None
        words = turn.normal.text[following.start : following.end].strip() if following else ""
        if _DENIED.match(words):
            return True
        said_outright = _AFFIRMED.match(words) or (holds and place.end == clause.end)
        return False if said_outright else None
    if _TOPIC_BEFORE.search(before) or (_TOPIC_AFTER.match(after) and after.strip()):
        return None
    count = negation.negations(turn.normal, clause, place.start)
    return (count + negation.negated_after(turn.normal, clause, place.end)) % 2 == 1


def _stated(turn: _Turn, place: _Place, *, denied: bool) -> tuple[int, int]:
    clause = turn.clauses[place.clause]
    return (
        (max(clause.start, place.start - negation.HAN_WINDOW), clause.end)
        if denied
        else (place.start, place.end)
    )
