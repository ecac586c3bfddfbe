"""An assessment as data: the JSON of the command line, of the API and of a stored report."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from alula.growth.engine.asks import answers_needed
from alula.growth.engine.assess import Assessment, Judged, Scored, ScoredItem
from alula.growth.engine.logic import Finding
from alula.growth.engine.points import Earned
from alula.growth.engine.quantity import Quantity
from alula.growth.engine.size import Sized
from alula.growth.rulebook.model import Words
from alula.growth.wording import question

_SHOWN = Decimal("0.000001")


def report(found: Assessment) -> dict[str, Any]:
    """The whole assessment. Numbers are exact decimals, rounded to six places where a division has no end.

    `points` holds a number per item, or [least, most] while something is unknown; `distance` is how far inside the bound
    (negative: what is missing).
    """
    rule = found.rule
    clauses = [_clause(one) for one in found.clauses]
    if found.scored:
        clauses += [_score_clause(found.scored, name, finding) for name, finding in found.scored.findings]
    return {
        "rule": rule.id,
        "version": rule.version,
        "overlays": list(rule.overlays),
        "title": _words(rule.title),
        "document": rule.document,
        "tier": rule.tier,
        "as_of": found.firm.as_of.isoformat(),
        "kind": found.firm.kind,
        "outcome": found.outcome,
        "path": found.path,
        "grade": found.grade,
        "clauses": clauses,
        "points": _points(found.scored),
        "items": [_item(one) for one in found.scored.items] if found.scored else [],
        "asks": [{"fact": ask.fact, "question": question(ask.fact)} for ask in found.asks],
        "questions": answers_needed(found.asks),
        "to_judge": list(found.to_judge),
        "judged": list(found.judged),
        "notes": [_words(one) for one in rule.notes],
        "mark": rule.mark,
    }


def size_report(found: Sized) -> dict[str, Any]:
    """The size class with every limit that was looked at."""
    return {
        "rule": found.rule,
        "version": found.version,
        "industry": found.industry,
        "size": found.size,
        "possible": list(found.possible),
        "sme": None if {"large"} < set(found.possible) else "large" not in found.possible,
        "limits": {
            name: [
                {
                    "of": one.of,
                    "value": number(one.quantity.value),
                    "period": one.quantity.period,
                    "bound": _bound(one.op, one.bound),
                    "holds": one.holds,
                }
                for one in limits
            ]
            for name, limits in found.limits.items()
        },
        "asks": [{"fact": fact, "question": question(fact)} for fact in found.missing],
        "meant": found.meant or None,
    }


def _clause(one: Judged) -> dict[str, Any]:
    clause, finding = one.clause, one.finding
    return {
        "id": clause.id,
        "part": one.part,
        **_finding(finding),
        "text": _words(clause.words),
        "article": clause.article,
        "source": list(clause.sources),
        "mark": clause.mark,
        "waived_by": clause.waived_by or None,
    }


def _score_clause(scored: Scored, name: str, finding: Finding) -> dict[str, Any]:
    score = scored.score
    words = next((floor.words for floor in score.floors if f"floor_{floor.group}" == name), score.words)
    return {
        "id": name,
        "part": "score",
        **_finding(finding),
        "text": _words(words),
        "article": score.article,
        "source": list(score.sources),
        "mark": score.mark,
        "waived_by": None,
    }


def _finding(finding: Finding) -> dict[str, Any]:
    telling = finding.telling()
    return {
        "state": finding.state,
        **_measured(telling),
        "missing": list(finding.missing),
        "judge": list(finding.judge),
        "judged": list(finding.judged),
        "parts": [{"state": leaf.state, **_measured(leaf)} for leaf in _leaves(finding)]
        if finding.parts
        else [],
    }


def _leaves(finding: Finding) -> list[Finding]:
    return [leaf for part in finding.parts for leaf in (_leaves(part) if part.parts else [part])]


def _measured(finding: Finding) -> dict[str, Any]:
    quantity = finding.quantity
    return {
        "value": value(quantity) if quantity else finding.value,
        "period": quantity.period if quantity else None,
        "bound": _bound(finding.op, finding.bound) if finding.bound is not None else None,
        "distance": number(finding.distance),
        "self_stated": bool(quantity and quantity.self_stated),
    }


def value(quantity: Quantity) -> Any:
    """A known number, or [least, most] (None: no limit known), or None when nothing is known of it."""
    if quantity.value is not None:
        return number(quantity.value)
    if quantity.undefined or (quantity.high is None and not quantity.low):
        return None
    return [number(quantity.low), number(quantity.high)]


def _bound(op: str, bound: Decimal) -> dict[str, Any]:
    return {"op": op, "value": number(bound)}


def _points(scored: Scored | None) -> dict[str, Any]:
    if scored is None:
        return {}
    return {**{item.id: _range(earned) for item, earned in scored.items}, "total": _range(scored.total)}


def _item(one: ScoredItem) -> dict[str, Any]:
    item, earned = one.item, one.earned
    return {
        "id": item.id,
        "group": item.group or None,
        "points": _range(earned),
        "most": number(item.most),
        "value": value(earned.quantity) if earned.quantity else None,
        "period": earned.quantity.period if earned.quantity else None,
        "self_stated": bool(earned.quantity and earned.quantity.self_stated),
        "missing": list(earned.missing),
        "judge": list(earned.judge),
        "judged": list(earned.judged),
        "text": _words(item.words),
        "article": item.article,
        "source": list(item.sources),
        "mark": item.mark,
    }


def _range(earned: Earned) -> Any:
    return number(earned.low) if earned.low == earned.high else [number(earned.low), number(earned.high)]


def number(value: Decimal | None) -> int | Decimal | None:
    """A decimal as a person writes it: no trailing zeros, whole numbers whole, six places at most."""
    if value is None:
        return None
    shown = value if value == value.quantize(_SHOWN) else value.quantize(_SHOWN)
    return int(shown) if shown == shown.to_integral_value() else shown.normalize()


def _words(words: Words) -> dict[str, str]:
    return {"zh": words.zh, "en": words.en}
