"""逻辑性: did the talk hang together? Three parts, less what the trainee contradicted himself in.

    order    0.5   of the ordered pairs of stages and points that can be judged, the share kept (`order`)
    answers  0.3   the customer's questions and objections answered when asked; later counts half (`answers`)
    focus    0.2   the share of turns that are on the subject

A part that cannot be judged leaves its weight to the others. Each fact stated with two different values costs 15,
at most 45 together. The weights are engineering defaults, not published norms.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from alula.coach.scenario.model import Bilingual
from alula.coach.scoring.answers import AT_ONCE, NEVER, Exchange, acts_are_known, exchanges
from alula.coach.scoring.order import Order, Pair, is_ordered, title
from alula.coach.scoring.registry import Scored, Talk
from alula.coach.scoring.report import Evidence, Finding
from alula.coach.scoring.tenths import tenth, weighted
from alula.coach.scoring.wording import LONGEST, PRONOUNS, both, clip
from alula.coach.understanding.claims import corrects_itself
from alula.coach.understanding.normalise import normalise
from alula.coach.understanding.reading import Claim, Reading

ORDER, ANSWERS, FOCUS = Fraction(5, 10), Fraction(3, 10), Fraction(2, 10)
CONTRADICTION, MOST_CONTRADICTIONS = 15, 3
LEAST_WORDS = 4  # characters; a shorter turn that nothing was recognised in ("嗯嗯") is no digression

Sentence = tuple[str, str]  # Chinese, English


@dataclass(frozen=True)
class _Remark:
    """A finding of one part before the part's weight is known; `share` of the part, won or lost."""

    rule: str
    share: Fraction
    evidence: Evidence
    title: Sentence
    advice: Sentence | None = None

    def finding(self, worth: Fraction) -> Finding:
        return Finding(
            dimension="logic",
            rule=f"logic.{self.rule}",
            points=tenth(100 * self.share * worth),
            title=_bilingual(self.title),
            evidence=self.evidence,
            advice=_bilingual(self.advice) if self.advice else None,
        )


@dataclass(frozen=True)
class _Part:
    """One of the three: 0 to 1, None when it cannot be judged."""

    value: Fraction | None
    remarks: list[_Remark] = field(default_factory=list)


def logic(talk: Talk) -> Scored:
    """Score how the talk hangs together; 0 when the trainee said nothing."""
    if not any(turn.text.strip() for _, turn, _ in talk.trainee()):
        return Scored(score=Fraction(0), findings=())
    parts = ((_order(talk), ORDER), (_answers(talk), ANSWERS), (_focus(talk), FOCUS))
    judged = sum((weight for part, weight in parts if part.value is not None), Fraction(0))
    findings = [one.finding(weight / judged) for part, weight in parts for one in part.remarks]
    contradictions = _contradictions(talk)
    together = weighted((part.value, weight) for part, weight in parts) or Fraction(0)
    lost = CONTRADICTION * len(contradictions)
    return Scored(score=max(Fraction(0), 100 * together - lost), findings=(*findings, *contradictions))


def _bilingual(text: Sentence) -> Bilingual:
    return Bilingual(zh=clip(text[0], LONGEST), en=clip(text[1], LONGEST))


def _order(talk: Talk) -> _Part:
    if not is_ordered(talk.scenario):
        return _Part(None)
    order = Order(talk)
    pairs = order.pairs()
    if not pairs:
        return _Part(None) if len(order.reached) > 1 else _Part(Fraction(0), [_one_stage()])
    kept = [pair for pair in pairs if pair.result == "kept"]
    share = Fraction(len(kept), len(pairs))
    remarks = [_misplaced(talk, pair, Fraction(-1, len(pairs))) for pair in pairs if pair.result != "kept"]
    if kept:
        remarks.insert(0, _Remark("order_kept", share, Evidence(turn=kept[-1].turn), (
            f"先后合理：{len(pairs)} 处先后关系中有 {len(kept)} 处做到",
            f"In good order: {len(kept)} of {len(pairs)} steps came after what they build on",
        )))  # fmt: skip
    return _Part(share, remarks)


def _one_stage() -> _Remark:
    return _Remark(
        "one_stage",
        Fraction(-1),
        Evidence(),
        ("谈话没有展开：最多只到了一个阶段", "The talk did not unfold: it came to one stage at most"),
        (
            "把谈话走完：从开场、了解需求，到讲解和约定下一步。",
            "Take the talk all the way, from the opening to the next step.",
        ),
    )


def _misplaced(talk: Talk, pair: Pair, share: Fraction) -> _Remark:
    first, then = title(talk.scenario, pair)
    evidence = Evidence(turn=pair.turn, quote=clip(talk.turns[pair.turn].text))
    rule = f"{pair.result}:{pair.first}>{pair.then}"
    if pair.result == "early":
        return _Remark(rule, share, evidence,
            (f"说得早了：“{then.zh}”应在“{first.zh}”之后", f"Too early: “{then.en}” belongs after “{first.en}”"),
            (f"先“{first.zh}”，再“{then.zh}”。", f"First “{first.en}”, then “{then.en}”."),
        )  # fmt: skip
    if any(intent.kind == "ask_need" and intent.stage == pair.first for intent in talk.scenario.intents):
        zh, en = PRONOUNS[talk.scenario.persona.gender]
        return _Remark(rule, share, evidence,
            (f"没有问{zh}需要什么就往下讲了", f"You went on without asking what {en} needs"),
            (f"先问清{zh}的情况和需要，再进入“{then.zh}”。", f"Ask about the customer's situation before “{then.en}”."),
        )  # fmt: skip
    return _Remark(rule, share, evidence,
        (f"跳过了：{first.zh}", f"Skipped: {first.en}"),
        (f"先完成“{first.zh}”，再进入“{then.zh}”。", f"Do “{first.en}” before you come to “{then.en}”."),
    )  # fmt: skip


def _answers(talk: Talk) -> _Part:
    asked = exchanges(talk)
    if not asked:
        if acts_are_known(talk) or not any(turn.speaker == "customer" for turn in talk.turns):
            return _Part(None)
        return _Part(None, [_Remark("answers_unknown", Fraction(0), Evidence(), (
            "没有评：客户的问题是否得到回答（这段记录没有标明客户在问什么）",
            "Not judged: whether questions were answered (this record does not say what the customer asked)",
        ))])  # fmt: skip
    at_once = [one for one in asked if one.credit == AT_ONCE]
    remarks = [_unanswered(talk, one, (one.credit - 1) / len(asked)) for one in asked if one.credit < AT_ONCE]
    if at_once:
        share, evidence = Fraction(len(at_once), len(asked)), Evidence(turn=at_once[0].replies[0])
        remarks.insert(0, _Remark("answered", share, evidence, (
            f"有问有答：客户的 {len(asked)} 次提问中，{len(at_once)} 次当场回答",
            f"Questions answered when asked: {len(at_once)} of {len(asked)}",
        )))  # fmt: skip
    return _Part(sum((one.credit for one in asked), Fraction(0)) / len(asked), remarks)


def _unanswered(talk: Talk, one: Exchange, share: Fraction) -> _Remark:
    question, reply = clip(talk.turns[one.turn].text, 60), talk.turns[one.replies[0]].text
    late = one.credit > NEVER
    zh, en = ("回答得晚了", "Answered late") if late else ("没有回答", "Not answered")
    return _Remark(
        f"{'answered_late' if late else 'unanswered'}:{one.act.id}",
        share,
        Evidence(turn=one.replies[0], quote=clip(reply)),
        (f"{zh}：“{question}”", f"{en}: “{question}”"),
        (
            f"客户说“{question}”时，先回应这一点，再讲别的。",
            f"When the customer says “{question}”, answer that first.",
        ),
    )


def _focus(talk: Talk) -> _Part:
    turns = [(i, reading) for i, turn, reading in talk.trainee() if turn.text.strip()]
    kinds = {intent.id: intent.kind for intent in talk.scenario.intents}
    off = [(i, reading) for i, reading in turns if _is_off(talk, i, reading, kinds)]
    on = [i for i, reading in turns if (i, reading) not in off]
    remarks = [_off(talk, i, reading, Fraction(-1, len(turns))) for i, reading in off]
    share = Fraction(len(on), len(turns))
    if on:
        remarks.insert(0, _Remark("on_subject", share, Evidence(turn=on[0]), (
            f"不离正题：{len(turns)} 句中 {len(on)} 句", f"On the subject: {len(on)} of {len(turns)} turns",
        )))  # fmt: skip
    return _Part(share, remarks)


def _off(talk: Talk, turn: int, reading: Reading, share: Fraction) -> _Remark:
    evidence = Evidence(turn=turn, quote=clip(talk.turns[turn].text))
    if reading.injected:
        return _Remark("injected", share, evidence,
            ("这句话是对评分说的，不是对客户说的，不计分", "Said to the scoring, not to the customer; it earns nothing"),
            ("把这句话换成对客户有用的话。", "Say something that helps the customer instead."),
        )  # fmt: skip
    return _Remark("off_topic", share, evidence,
        ("离开了正题", "Off the subject"),
        ("把话题带回客户的需要和产品。", "Bring the talk back to the customer's need and the product."),
    )  # fmt: skip


def _is_off(talk: Talk, turn: int, reading: Reading, kinds: Mapping[str, str]) -> bool:
    if reading.injected:
        return True
    if reading.points or reading.claims:
        return False
    intent = reading.intention.intent
    if intent is None:
        return len(talk.turns[turn].text.strip()) >= LEAST_WORDS
    return kinds[intent] == "off_topic"


def _contradictions(talk: Talk) -> list[Finding]:
    """Facts stated with two values, where the second was said; openly taking the first back is no contradiction."""
    stated: dict[str, Claim] = {}
    found: dict[str, Finding] = {}
    for i, claim, corrected in _statements(talk):
        fact = claim.fact or ""
        if fact not in stated or corrected:
            stated[fact] = claim
        elif fact not in found and _differ(stated[fact], claim):
            found[fact] = _contradiction(talk, i, stated[fact], claim)
    return list(found.values())[:MOST_CONTRADICTIONS]


def _statements(talk: Talk) -> Iterator[tuple[int, Claim, bool]]:
    """Claims that state a value, in order, with whether their turn takes something back.

    One in a sentence to the scoring states a value too, or it could hide a contradiction.
    """
    for i, turn, reading in talk.trainee():
        corrected = corrects_itself(normalise(turn.text).text)
        for claim in reading.claims:
            judged = claim.fact is not None and (claim.verdict != "unverified" or reading.injected)
            if judged and (not claim.negated or claim.value in {"yes", "no"}):
                yield i, claim, corrected


def _differ(one: Claim, other: Claim) -> bool:
    return one.value != other.value and not (one.verdict == other.verdict == "right")


def _contradiction(talk: Talk, turn: int, first: Claim, then: Claim) -> Finding:
    label = next(fact.label for fact in talk.scenario.product.facts if fact.id == then.fact)
    values = {"first": first.said, "then": then.said}
    return Finding(
        dimension="logic",
        rule=f"logic.contradiction:{then.fact}",
        points=-float(CONTRADICTION),
        title=both("前后说法不一：{label}", "Contradicted: {label}", label=label),
        evidence=Evidence(turn=turn, quote=clip(then.span.quote)),
        advice=both(
            "前面说的是“{first}”，后面说成“{then}”。说错了就当面更正。",
            "First you said “{first}”, then “{then}”. If one was a slip, correct it openly.",
            **values,
        ),
        values=values,
    )
