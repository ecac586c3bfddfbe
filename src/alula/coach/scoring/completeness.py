"""完整性: was everything said that a good talk says? The weighted share of the key points.

A point said with all its facts right in the same turn counts whole, said without them half, not said nothing. Said
several times, its best time counts; so saying more never lowers the score.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from alula.coach.scenario.model import KeyPoint, Scenario
from alula.coach.scoring.registry import Scored, Talk
from alula.coach.scoring.report import Evidence, Finding
from alula.coach.scoring.tenths import tenth
from alula.coach.scoring.wording import both, clip, quoted
from alula.coach.understanding.reading import PointHit, Reading

WHOLE, HALF, NOTHING = Fraction(1), Fraction(1, 2), Fraction(0)


@dataclass(frozen=True)
class _Result:
    """How well a point was made: `share` is what it is worth of 100, `turn` and `hit` where it was made best."""

    point: KeyPoint
    share: Fraction
    credit: Fraction
    turn: int
    hit: PointHit | None

    @property
    def evidence(self) -> Evidence:
        return Evidence(turn=self.turn, quote=clip(self.hit.span.quote)) if self.hit else Evidence()

    @property
    def lost(self) -> float:
        return tenth(self.share * (self.credit - 1))


def completeness(talk: Talk) -> Scored:
    """Score the key points; one finding for each."""
    every = sum(point.weight for point in talk.scenario.key_points)
    results = [_best(talk, point, Fraction(100 * point.weight, every)) for point in talk.scenario.key_points]
    won = sum((one.share * one.credit for one in results), Fraction(0))
    return Scored(score=won, findings=tuple(_finding(talk, one) for one in results))


def said_rightly(scenario: Scenario, reading: Reading) -> frozenset[str]:
    """The facts that one turn states as the sheet has them; "不是 180 天" states no value."""
    yes_no = {fact.id for fact in scenario.product.facts if fact.kind == "yes_no"}
    return frozenset(
        claim.fact
        for claim in reading.claims
        if claim.fact and claim.verdict == "right" and (not claim.negated or claim.fact in yes_no)
    )


def _best(talk: Talk, point: KeyPoint, share: Fraction) -> _Result:
    """The best credit for a point, and the first turn that earned it."""
    best = _Result(point, share, NOTHING, -1, None)
    for i, _, reading in talk.trainee():
        hit = next((one for one in reading.points if one.point == point.id), None)
        if hit is not None:
            credit = WHOLE if set(point.facts) <= said_rightly(talk.scenario, reading) else HALF
            if credit > best.credit:
                best = _Result(point, share, credit, i, hit)
    return best


def _finding(talk: Talk, one: _Result) -> Finding:
    if one.credit == WHOLE:
        return Finding(
            dimension="completeness",
            rule=f"completeness.said:{one.point.id}",
            points=tenth(one.share),
            title=both("讲到了：{title}", "Said: {title}", title=one.point.title),
            evidence=one.evidence,
        )
    return _missed(one) if one.credit == NOTHING else _half(talk, one)


def _missed(one: _Result) -> Finding:
    point, example = one.point, one.point.example
    return Finding(
        dimension="completeness",
        rule=f"completeness.missed:{point.id}",
        points=one.lost,
        title=both("没有讲到：{title}", "Not said: {title}", title=point.title),
        evidence=Evidence(),
        advice=both(
            "下次讲到“{title}”，例如：“{example}”" if example else "下次讲到“{title}”。",
            "Next time cover “{title}”, for example: “{example}”"
            if example
            else "Next time cover “{title}”.",
            title=point.title,
            example=example,
        ),
        values={"example": example} if example else {},
    )


def _half(talk: Talk, one: _Result) -> Finding:
    """Said, but not with its facts: which, what the sheet says, and what was said instead."""
    reading = talk.readings[one.turn]
    assert reading is not None  # the hit was found in it
    right = said_rightly(talk.scenario, reading)
    lacking = [
        fact for fact in talk.scenario.product.facts if fact.id in one.point.facts and fact.id not in right
    ]
    sheet = quoted(talk.scenario, lacking)
    said = ", ".join(claim.said for claim in reading.claims if claim.fact in {fact.id for fact in lacking})
    return Finding(
        dimension="completeness",
        rule=f"completeness.half:{one.point.id}",
        points=one.lost,
        title=both(
            "讲到了，但数字没有说准：{title}",
            "Said without its right figures: {title}",
            title=one.point.title,
        ),
        evidence=one.evidence,
        advice=both(
            "讲“{title}”时说出：{sheet}。",
            "When you cover “{title}”, say: {sheet}.",
            title=one.point.title,
            sheet=sheet,
        ),
        values={"sheet": getattr(sheet, talk.scenario.language)} | ({"said": said} if said else {}),
    )
