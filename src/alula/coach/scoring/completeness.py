"""完整性: was everything said that a good talk says? The weighted share of the key points.

A point said with all its facts right in the same turn counts whole, said without them half, not said nothing. Said
several times, its best time counts; so saying more never lowers the score.
"""

from __future__ import annotations

from fractions import Fraction

from alula.coach.scenario.model import KeyPoint, Scenario
from alula.coach.scoring.registry import Scored, Talk
from alula.coach.scoring.report import Evidence, Finding
from alula.coach.scoring.tenths import tenth
from alula.coach.scoring.wording import both, clip, quoted
from alula.coach.understanding.reading import PointHit, Reading

WHOLE, HALF, NOTHING = Fraction(1), Fraction(1, 2), Fraction(0)


def completeness(talk: Talk) -> Scored:
    """Score the key points; one finding for each."""
    every = sum(point.weight for point in talk.scenario.key_points)
    won = Fraction(0)
    findings = []
    for point in talk.scenario.key_points:
        share = Fraction(100 * point.weight, every)
        credit, turn, hit = _best(talk, point)
        won += share * credit
        findings.append(_finding(talk, point, share, credit, turn, hit))
    return Scored(score=won, findings=tuple(findings))


def said_rightly(scenario: Scenario, reading: Reading) -> frozenset[str]:
    """The facts that one turn states as the sheet has them; "不是 180 天" states no value."""
    yes_no = {fact.id for fact in scenario.product.facts if fact.kind == "yes_no"}
    return frozenset(
        claim.fact
        for claim in reading.claims
        if claim.fact and claim.verdict == "right" and (not claim.negated or claim.fact in yes_no)
    )


def _best(talk: Talk, point: KeyPoint) -> tuple[Fraction, int, PointHit | None]:
    """The best credit for a point, and the first turn that earned it."""
    best: tuple[Fraction, int, PointHit | None] = (NOTHING, -1, None)
    for i, _, reading in talk.trainee():
        hit = next((one for one in reading.points if one.point == point.id), None)
        if hit is not None:
            credit = WHOLE if set(point.facts) <= said_rightly(talk.scenario, reading) else HALF
            if credit > best[0]:
                best = (credit, i, hit)
    return best


def _finding(
    talk: Talk, point: KeyPoint, share: Fraction, credit: Fraction, turn: int, hit: PointHit | None
) -> Finding:
    name = f"completeness.{ {WHOLE: 'said', HALF: 'half', NOTHING: 'missed'}[credit] }:{point.id}"
    evidence = Evidence(turn=turn, quote=clip(hit.span.quote)) if hit else Evidence()
    example = clip(point.example)
    if credit == WHOLE:
        title = both("讲到了：{title}", "Said: {title}", title=point.title)
        return Finding(
            dimension="completeness", rule=name, points=tenth(share), title=title, evidence=evidence
        )
    lost = tenth(share * (credit - 1))
    if credit == HALF:
        return _half(talk, point, name, lost, turn, evidence)
    advice = both("下次讲到“{title}”。", "Next time cover “{title}”.", title=point.title)
    if example:
        advice = both(
            "下次讲到“{title}”，例如：“{example}”", "Next time cover “{title}”, for example: “{example}”",
            title=point.title, example=example,
        )  # fmt: skip
    return Finding(
        dimension="completeness",
        rule=name,
        points=lost,
        title=both("没有讲到：{title}", "Not said: {title}", title=point.title),
        evidence=evidence,
        advice=advice,
        values={"example": point.example} if point.example else {},
    )


def _half(talk: Talk, point: KeyPoint, rule: str, lost: float, turn: int, evidence: Evidence) -> Finding:
    """Said, but not with its facts: which, what the sheet says, and what was said instead."""
    reading = talk.readings[turn]
    assert reading is not None  # the hit was found in it
    right = said_rightly(talk.scenario, reading)
    facts = {fact.id: fact for fact in talk.scenario.product.facts}
    lacking = [facts[one] for one in point.facts if one not in right]
    sheet = quoted(talk.scenario, lacking)
    said = ", ".join(claim.said for claim in reading.claims if claim.fact in {fact.id for fact in lacking})
    return Finding(
        dimension="completeness",
        rule=rule,
        points=lost,
        title=both("讲到了，但数字没有说准：{title}", "Said without its right figures: {title}", title=point.title),
        evidence=evidence,
        advice=both(
            "讲“{title}”时说出：{sheet_zh}。", "When you cover “{title}”, say: {sheet_en}.",
            title=point.title, sheet_zh=sheet.zh, sheet_en=sheet.en,
        ),
        values={"sheet": sheet.zh if talk.scenario.language == "zh" else sheet.en} | ({"said": said} if said else {}),
    )  # fmt: skip
