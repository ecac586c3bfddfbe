"""An assessment as it is stored and shown: the report, with a sentence, a kind of gap and the questions of each clause."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from alula.growth.engine import logic
from alula.growth.engine.assess import Assessment, Judged, ScoredItem
from alula.growth.engine.points import Earned
from alula.growth.presenting import number, report
from alula.growth.rulebook import model
from alula.growth.rulebook.model import Words
from alula.growth.selftest import digital, flow, gaps, saying
from alula.growth.selftest.saying import Unit
from alula.growth.wording import judgement

_POINTS = Unit(" 分", " points")
_PERCENT = Unit(" %", "%")


def told(found: Assessment, decisions: Sequence[dict[str, Any]] = ()) -> dict[str, Any]:
    """The report with what a person reads beside each clause: `said` (its distance in words), `gap`, `questions`, `counts`.

    `asks_person` names what a person has to judge; `decisions` are the judgements on which it rests, with whose they are,
    and `to_confirm` those that nobody but the firm itself has stated.
    """
    data = report(found)
    rule = found.rule
    said = _said(found)
    asked = _questions(found)
    for one in (*data["clauses"], *data["items"]):
        one["said"] = _both(said.get(_key(one)))
        one["gap"] = gaps.gap_of(one["id"], rule.tier)
        one["questions"] = asked.get(_key(one), [])
        one["asks_person"] = [{"id": name, "text": judgement(name)} for name in one["judge"]]
    data["decisions"] = list(decisions)
    data["to_confirm"] = [one["id"] for one in decisions if not one["confirmed"]]
    data["counts"] = flow.counts(found)._asdict()
    data["bound"] = (
        {"op": rule.score.op, "value": number(rule.score.bound)} if rule.score and rule.score.bound else None
    )
    data["place"] = found.firm.facts.place
    data["effective"] = [
        {
            "kind": span.kind,
            "since": span.since.isoformat(),
            "until": span.until.isoformat() if span.until else None,
        }
        for span in rule.effective
    ]
    if rule.tier == "digital":
        data["scenes"] = _scenes(found)
    return data


def _key(one: dict[str, Any]) -> tuple[str, str]:
    return one.get("part", "item"), one["id"]


def _said(found: Assessment) -> dict[tuple[str, str], Words | None]:
    said: dict[tuple[str, str], Words | None] = {}
    for one in found.clauses:
        if one.finding.state != "not_applicable":
            said[one.part, one.clause.id] = _clause(found, one)
    if found.scored:
        for name, finding in found.scored.findings:
            said["score", name] = _total(finding)
        for scored in found.scored.items:
            said["item", scored.item.id] = _item(scored)
    return said


def _clause(found: Assessment, one: Judged) -> Words | None:
    """What the test says; while it is open whether an unmet clause is asked at all, that too."""
    finding = logic.answer(found.firm, one.clause.test)
    said = saying.say(one.clause.test, finding)
    if one.clause.unless is None or said is None or finding.state != "unmet" or one.finding.state == "unmet":
        return said
    unless = saying.say(one.clause.unless, logic.answer(found.firm, one.clause.unless))
    if unless is None:
        return said
    return Words(
        zh=f"{said.zh}；能否免于考察，{unless.zh}", en=f"{said.en}; whether it is waived is open. {unless.en}"
    )


def _total(finding: logic.Finding) -> Words | None:
    quantity = finding.quantity
    if quantity is None or finding.bound is None:
        return None
    need_zh, need_en = saying.needed(finding.op, finding.bound, _POINTS)
    if quantity.value is None:
        low, high = (
            saying.written(quantity.low or finding.bound * 0),
            saying.written(quantity.high or finding.bound * 0),
        )
        return Words(zh=f"现在 {low} 到 {high} 分，{need_zh}", en=f"Now {low} to {high} points; {need_en}")
    value = saying.written(quantity.value)
    gap = saying.written(abs(quantity.value - finding.bound))
    tail_zh, tail_en = (
        (f"，还差 {gap} 分", f"; {gap} points missing") if finding.state == "unmet" else ("", "")
    )
    return Words(zh=f"{value} 分，{need_zh}{tail_zh}", en=f"{value} points; {need_en}{tail_en}")


def _item(scored: ScoredItem) -> Words:
    """What was measured and what it gives: “研发费用占营业收入 6.1 %，得 20 / 20 分”."""
    earned, most = scored.earned, saying.written(scored.item.most)
    points = _range(earned)
    measured_zh = measured_en = ""
    if isinstance(scored.item.points, model.Band) and earned.quantity and earned.quantity.value is not None:
        what = scored.item.points.measure
        zh, en = (
            saying.name(what)
            if not isinstance(what, model.Number)
            else (scored.item.words.zh.partition("：")[0], scored.item.words.en.partition(":")[0])
        )
        rate = isinstance(what, model.Number) and what.of.startswith("digital.answers")
        unit = _PERCENT if rate else saying.unit_of(what)
        value = saying.written(earned.quantity.value)
        measured_zh, measured_en = f"{zh} {value}{unit.zh}，", f"{en[0].upper()}{en[1:]} {value}{unit.en}: "
    return Words(zh=f"{measured_zh}得 {points} / {most} 分", en=f"{measured_en}{points} of {most} points")


def _range(earned: Earned) -> str:
    low, high = saying.written(earned.low), saying.written(earned.high)
    return low if low == high else f"{low}–{high}"


def _questions(found: Assessment) -> dict[tuple[str, str], list[str]]:
    """By clause and item: the questions whose answers it looks at."""
    blank = flow.blank(found.rule, found.firm.as_of, found.firm.kind)
    year = found.firm.as_of.year
    asked: dict[tuple[str, str], tuple[str, ...]] = {
        (one.part, one.clause.id): one.finding.missing for one in blank.clauses
    }
    asked["entry", "sme"] = ("industry", *asked.get(("entry", "sme"), ()))
    for scored in blank.scored.items if blank.scored else ():
        asked["item", scored.item.id] = scored.earned.missing
    for name, finding in blank.scored.findings if blank.scored else ():
        asked["score", name] = finding.missing
    return {
        key: list(dict.fromkeys(flow.question_for(fact, year) for fact in facts))
        for key, facts in asked.items()
    }


def _scenes(found: Assessment) -> list[dict[str, Any]]:
    levels = found.firm.facts.digital.scenes
    return [
        {"id": scene, "group": group, "text": _both(words), "level": levels.get(scene)}
        for group, scenes in digital.SCENES.items()
        for scene, words in scenes.items()
    ]


def _both(words: Words | None) -> dict[str, str] | None:
    return {"zh": words.zh, "en": words.en} if words else None
