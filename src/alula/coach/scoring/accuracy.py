"""准确性: is what was said of the product what its sheet says? Right claims against wrong ones, by weight.

A fact that was stated rightly counts its weight once, every different wrong value of it once. The weight is that of the
weightiest key point which needs the fact, else `USUAL`. Claims that the sheet cannot judge are listed and cost nothing.
None when nothing was said that the sheet could judge.
"""

from __future__ import annotations

from fractions import Fraction

from alula.coach.scenario.model import Bilingual, Fact, Scenario
from alula.coach.scoring.registry import Scored, Talk
from alula.coach.scoring.report import Evidence, Finding
from alula.coach.scoring.tenths import tenth
from alula.coach.scoring.wording import both, clip
from alula.coach.understanding.reading import Claim
from alula.coach.understanding.sheet import yes_or_no

USUAL = 3
MOST_UNVERIFIED = 8  # remarks in one report

Placed = tuple[int, Claim]


def accuracy(talk: Talk) -> Scored:
    """Score the claims; one finding for each fact stated rightly, each wrong value, each claim off the sheet."""
    right, wrong, unverified = _sorted(talk)
    weight = _weights(talk.scenario)
    won = sum((weight[_fact(claim)] for _, claim in right), 0)
    every = won + sum((weight[_fact(claim)] for _, claim in wrong), 0)
    facts = {fact.id: fact for fact in talk.scenario.product.facts}
    labels = {name: fact.label for name, fact in facts.items()}
    findings = []
    for turn, claim in right:
        share = Fraction(100 * weight[_fact(claim)], every)
        findings.append(_right(turn, claim, labels[_fact(claim)], tenth(share)))
    for turn, claim in wrong:
        share = Fraction(100 * weight[_fact(claim)], every)
        findings.append(_wrong(turn, claim, facts[_fact(claim)], tenth(-share)))
    findings += [_unverified(turn, claim) for turn, claim in unverified[:MOST_UNVERIFIED]]
    return Scored(score=Fraction(100 * won, every) if every else None, findings=tuple(findings))


def _fact(claim: Claim) -> str:
    assert claim.fact is not None  # only claims about a fact are right or wrong
    return claim.fact


def _sorted(talk: Talk) -> tuple[list[Placed], list[Placed], list[Placed]]:
    """First right claim of each fact, first of each wrong value, and each unverified one, in the order of the talk."""
    right: dict[str, Placed] = {}
    wrong: dict[tuple[str, str, bool], Placed] = {}
    unverified: dict[tuple[str | None, str], Placed] = {}
    for i, _, reading in talk.trainee():
        for claim in reading.claims:
            if claim.verdict == "unverified":
                unverified.setdefault((claim.fact, claim.value), (i, claim))
            elif claim.verdict == "right":
                right.setdefault(_fact(claim), (i, claim))
            else:
                wrong.setdefault((_fact(claim), claim.value, claim.negated), (i, claim))
    return list(right.values()), list(wrong.values()), list(unverified.values())


def _weights(scenario: Scenario) -> dict[str, int]:
    needed: dict[str, list[int]] = {fact.id: [] for fact in scenario.product.facts}
    for point in scenario.key_points:
        for fact in point.facts:
            needed[fact].append(point.weight)
    return {fact: max(weights, default=USUAL) for fact, weights in needed.items()}


def _right(turn: int, claim: Claim, label: Bilingual, points: float) -> Finding:
    return Finding(
        dimension="accuracy",
        rule=f"accuracy.right:{claim.fact}",
        points=points,
        title=both("说得准：{label}", "Right: {label}", label=label),
        evidence=Evidence(turn=turn, quote=clip(claim.span.quote)),
        values={"said": claim.said, "sheet": claim.sheet or ""},
    )


def _wrong(turn: int, claim: Claim, fact: Fact, points: float) -> Finding:
    values = {"said": claim.said, "sheet": claim.sheet or ""}
    sheet = yes_or_no(fact) if fact.kind == "yes_no" else values["sheet"]
    return Finding(
        dimension="accuracy",
        rule=f"accuracy.wrong:{claim.fact}",
        points=points,
        title=both("说错了：{label}", "Wrong: {label}", label=fact.label),
        evidence=Evidence(turn=turn, quote=clip(claim.span.quote)),
        advice=both(
            "您说“{quote}”，产品资料上“{label}”是 {sheet}（您说的是 {said}）。",
            "You said “{quote}”; the sheet gives “{label}” as {sheet} (you said {said}).",
            quote=claim.span.quote, label=fact.label, said=claim.said, sheet=sheet,
        ),
        values=values,
    )  # fmt: skip


def _unverified(turn: int, claim: Claim) -> Finding:
    return Finding(
        dimension="accuracy",
        rule=f"accuracy.unverified:{claim.fact}" if claim.fact else "accuracy.unverified",
        points=0.0,
        title=both("产品资料无法核对：{said}", "The sheet cannot confirm: {said}", said=claim.said),
        evidence=Evidence(turn=turn, quote=clip(claim.span.quote)),
        values={"said": claim.said} | ({"sheet": claim.sheet} if claim.sheet else {}),
    )
