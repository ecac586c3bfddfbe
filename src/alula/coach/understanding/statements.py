"""Statements that the product sheet answers with yes or no ("可以提前还款", "setup is free"), and whether they are denied."""

from __future__ import annotations

import re

from alula.coach.understanding import negation
from alula.coach.understanding.mentions import Mentions, Place
from alula.coach.understanding.reading import Claim
from alula.coach.understanding.sheet import Verdict

_TOPIC_BEFORE = re.compile(
    r"(?:关于|对于|至于|说到|谈到|讲到|about|regarding|as for|concerning)(?: the| our)? ?$"
)
_TOPIC_AFTER = re.compile(r"(?:这个|的)?(?:方面|这块|问题|的事|这件事)|[呢嘛]?$")
_AFFIRMED = re.compile(r"^(?:是|有|可以|能|会|支持|包|yes|it is|we do|of course)")
_DENIED = re.compile(
    r"^(?:不(?!过|错|但|仅)|没(?!问题|关系|错)|无(?!论)|no\b|not\b|none\b|never\b|we don't|it isn't)"
)


def statements(turn: Mentions) -> list[Claim]:
    """Statements that the sheet answers with yes or no; one claim for each fact and clause."""
    result: dict[tuple[str, int], Claim] = {}
    for place in turn.places:
        for line in place.facts:
            if line.fact.kind != "yes_no" or not turn.states[place.clause]:
                continue
            denied = _denied(turn, place, holds=bool(line.fact.holds))
            if denied is None:
                continue
            verdict: Verdict = "right" if denied != bool(line.fact.holds) else "wrong"
            span = turn.normal.span(*_stated(turn, place, denied=denied))
            result.setdefault((line.fact.id, place.clause), Claim(
                fact=line.fact.id, verdict=verdict, said=span.quote, sheet=line.written(turn.language), span=span,
                negated=denied, value="no" if denied else "yes",
            ))  # fmt: skip
    return list(result.values())


def _denied(turn: Mentions, place: Place, *, holds: bool) -> bool | None:
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


def _stated(turn: Mentions, place: Place, *, denied: bool) -> tuple[int, int]:
    clause = turn.clauses[place.clause]
    return (
        (max(clause.start, place.start - negation.HAN_WINDOW), clause.end)
        if denied
        else (place.start, place.end)
    )
