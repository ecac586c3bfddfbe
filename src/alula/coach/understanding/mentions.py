"""What a turn mentions: subjects of the product sheet, quantities with what they are per, clauses that state something.

Questions, what the customer or others are quoted as saying, and what competitors offer state nothing.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from alula.coach.scenario.model import Scenario
from alula.coach.understanding import negation
from alula.coach.understanding.normalise import Clause, Normal
from alula.coach.understanding.quantities import Quantity, quantities
from alula.coach.understanding.sheet import Line, lines
from alula.coach.understanding.words import find

_REPORTED = re.compile(
    r"(?<![跟给和向同为对])[您你](?:刚才|刚刚|之前|前面|刚)?(?:说(?!得|明|句|一下)|提到|讲(?!得)|问|听|担心)|听说|别家|别的(?:公司|银行|家|店|品牌)"
    r"|[您你](?:原来|以前|之前|原先|现在的|目前的|那边)"
    r"|其[他它](?:公司|银行|家|店|品牌|平台)|同行|竞品|对手|他们家|市面上|市场上"
    r"|\byou (?:just )?(?:said|mentioned|told|asked|heard)\b|\byour (?:old|current|existing|previous|present)\b|\bcompetitors?\b"
    r"|\bother (?:vendors?|companies|providers|tools|banks)\b|\belsewhere\b"
)
_PERIOD = r"(?P<year>年|year|annum|yr)|(?P<month>个?月|month|mo\b)|(?P<day>天|日|day)"
PERIOD_AFTER = re.compile(
    rf" ?(?:(?:/ ?|每|一|(?:(?:per|a|an|each|every) )(?:(?:user|seat|person|head|licen[cs]e|agent)s?,? )?(?:(?:per|a|an|each|every) )?)"
    rf"(?:{_PERIOD})|(?P<y2>annually|yearly)|(?P<m2>monthly)|(?P<d2>daily))"
)
_PERIOD_BEFORE = re.compile(
    r"(?P<year>[每一]年|年[交缴付均化]|annual|yearly|per year)|(?P<month>每个?月|一个月|月[交缴付供租]|monthly|per month)"
    r"|(?P<day>[每一]天|每日|daily|per day)"
)
_PERIOD_REACH = 12


@dataclass(frozen=True)
class Place:
    """A subject found at [start, end): the facts it may be about, and the clause it stands in."""

    start: int
    end: int
    clause: int
    facts: tuple[Line, ...]


class Mentions:
    """One turn with everything that its claims are read from.

    Attributes:
        states: for each clause, whether it states something.
        places: where subjects of the sheet stand, in order; `places_in` the same by clause.
        quantities: what is counted, in order; `homes` the number of the clause of each.
        ignored: numbers of the sentences that earn nothing.
    """

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
        self.places_in: dict[int, list[Place]] = {}
        for place in self.places:
            self.places_in.setdefault(place.clause, []).append(place)
        self.quantities = self._with_periods(tuple(self._with_own_unit(one) for one in quantities(normal)))
        self.homes = [self.clause_at(one.start) for one in self.quantities]

    def clause_at(self, at: int) -> int:
        """The number of the clause that holds character `at`; -1 between clauses."""
        i = bisect_right(self._begins, at) - 1
        return i if i >= 0 and at < self.clauses[i].end else -1

    def _with_own_unit(self, one: Quantity) -> Quantity:
        """A bare number that the unit of one of the sheet's counts follows, such as "一千兆"."""
        if one.kind == "number" and not one.unit:
            for line in self.lines:
                if (
                    line.fact.kind == "number"
                    and line.unit
                    and self.normal.text.startswith(line.unit, one.end)
                ):
                    return msgspec.structs.replace(one, unit=line.unit, end=one.end + len(line.unit))
        return one

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
        if match := PERIOD_AFTER.match(text, one.end, home.end):
            name = next(key for key, value in match.groupdict().items() if value)
            return {"y2": "year", "m2": "month", "d2": "day"}.get(name, name), match.span()
        begin = max(home.start, one.start - _PERIOD_REACH)
        before = list(_PERIOD_BEFORE.finditer(text, begin, one.start))
        if before and not any(char.isdigit() for char in text[before[-1].end() : one.start]):
            return str(before[-1].lastgroup), before[-1].span()
        return "", (0, 0)


def _places(
    all_lines: tuple[Line, ...], normal: Normal, found: tuple[Clause, ...], names: Sequence[str]
) -> tuple[Place, ...]:
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
            result.append(Place(start=start, end=end, clause=clause, facts=tuple(facts)))
    return tuple(result)


def _inside(one: Quantity, spans: Sequence[tuple[int, int]]) -> bool:
    return any(start <= one.start and one.end <= end for start, end in spans)
