"""逻辑性: did the talk hang together? Three parts, less what the trainee contradicted himself in.

    order    0.5   of the ordered pairs of stages and points that can be judged, the share kept (`order`)
    answers  0.3   the customer's questions and objections answered when asked; later counts half (`answers`)
    focus    0.2   the share of turns that are on the subject

A part that cannot be judged leaves its weight to the others. Each fact stated with two different values costs 15, at most
45 together. The weights are engineering defaults, not published norms.
"""

from __future__ import annotations

from fractions import Fraction

from alula.coach.scenario.model import Bilingual, Scenario
from alula.coach.scoring.answers import NEVER, Exchange, acts_are_known, exchanges
from alula.coach.scoring.order import Order, Pair, before, title
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

Part = tuple[Fraction | None, list[Finding]]


def logic(talk: Talk) -> Scored:
    """Score how the talk hangs together; 0 when the trainee said nothing."""
    if not any(turn.text.strip() for _, turn, _ in talk.trainee()):
        return Scored(score=Fraction(0), findings=())
    share = _shares(talk)
    parts = (_order(talk, share[0]), _answers(talk, share[1]), _focus(talk, share[2]))
    together = weighted(zip((value for value, _ in parts), (ORDER, ANSWERS, FOCUS), strict=True)) or Fraction(
        0
    )
    contradictions = _contradictions(talk)
    score = max(Fraction(0), together - sum(-Fraction(one.points) for one in contradictions))
    return Scored(score=score, findings=(*parts[0][1], *parts[1][1], *parts[2][1], *contradictions))


def _shares(talk: Talk) -> tuple[Fraction, Fraction, Fraction]:
    """What each part is worth in points, after the parts that cannot be judged left their weight to the others."""
    judged = (_is_ordered(talk.scenario), bool(exchanges(talk)), True)
    weights = [
        weight if can else Fraction(0) for weight, can in zip((ORDER, ANSWERS, FOCUS), judged, strict=True)
    ]
    return weights[0] / sum(weights) * 100, weights[1] / sum(weights) * 100, weights[2] / sum(weights) * 100


def _is_ordered(scenario: Scenario) -> bool:
    return bool(before(scenario)) or any(point.requires for point in scenario.key_points)


def _order(talk: Talk, worth: Fraction) -> Part:
    if not _is_ordered(talk.scenario):
        return None, []
    order = Order(talk)
    pairs = order.pairs()
    if not pairs:
        if len(order.reached) > 1:
            return Fraction(100), []
        return Fraction(0), [_finding("logic.one_stage", tenth(-worth), Evidence(),
            "谈话没有展开：最多只到了一个阶段", "The talk did not unfold: it came to one stage at most",
            "按开场、了解需求、讲解、约定下一步的顺序把谈话走完。", "Take the talk through all its stages, from the opening to the next step.")]  # fmt: skip
    kept = [pair for pair in pairs if pair.result == "kept"]
    each = worth / len(pairs)
    findings = [_misplaced(talk, pair, tenth(-each)) for pair in pairs if pair.result != "kept"]
    if kept:
        findings.insert(0, _finding("logic.order_kept", tenth(each * len(kept)), Evidence(turn=kept[-1].turn),
            f"先后合理：{len(pairs)} 处先后关系中有 {len(kept)} 处做到", f"In good order: {len(kept)} of {len(pairs)} steps came after what they build on"))  # fmt: skip
    return Fraction(100 * len(kept), len(pairs)), findings


def _misplaced(talk: Talk, pair: Pair, points: float) -> Finding:
    first, then = title(talk.scenario, pair)
    evidence = Evidence(turn=pair.turn, quote=clip(talk.turns[pair.turn].text))
    rule = f"logic.{pair.result}:{pair.first}>{pair.then}"
    if pair.result == "skipped":
        if _asks_need(talk, pair.first):
            he = PRONOUNS[talk.scenario.persona.gender]
            return _finding(rule, points, evidence, f"没有问{he[0]}需要什么就往下讲了", f"You went on without asking what {he[1]} needs",
                f"先问清{he[0]}的情况和需要，再讲“{then.zh}”。", f"Ask about the customer's situation and need before “{then.en}”.")  # fmt: skip
        return _finding(rule, points, evidence, f"跳过了：{first.zh}", f"Skipped: {first.en}",
            f"先完成“{first.zh}”，再进入“{then.zh}”。", f"Do “{first.en}” before you come to “{then.en}”.")  # fmt: skip
    return _finding(rule, points, evidence, f"说得早了：“{then.zh}”应在“{first.zh}”之后", f"Too early: “{then.en}” belongs after “{first.en}”",
        f"先“{first.zh}”，再“{then.zh}”。", f"First “{first.en}”, then “{then.en}”.")  # fmt: skip


def _asks_need(talk: Talk, stage: str) -> bool:
    return any(intent.kind == "ask_need" and intent.stage == stage for intent in talk.scenario.intents)


def _answers(talk: Talk, worth: Fraction) -> Part:
    asked = exchanges(talk)
    if not asked:
        if acts_are_known(talk) or not any(turn.speaker == "customer" for turn in talk.turns):
            return None, []
        return None, [_finding("logic.answers_unknown", 0.0, Evidence(),
            "没有评：客户的问题是否得到回答（这段记录没有标明客户在问什么）", "Not judged: whether questions were answered (this record does not say what the customer asked)")]  # fmt: skip
    each = worth / len(asked)
    findings = [_unanswered(talk, one, tenth(each * (one.credit - 1))) for one in asked if one.credit < 1]
    answered = [one for one in asked if one.credit == 1]
    if answered:
        findings.insert(0, _finding("logic.answered", tenth(each * len(answered)), Evidence(turn=answered[0].replies[0]),
            f"有问有答：客户的 {len(asked)} 次提问中，{len(answered)} 次当场回答", f"Questions answered when asked: {len(answered)} of {len(asked)}"))  # fmt: skip
    return 100 * sum((one.credit for one in asked), Fraction(0)) / len(asked), findings


def _unanswered(talk: Talk, one: Exchange, points: float) -> Finding:
    question = clip(talk.turns[one.turn].text, 60)
    evidence = Evidence(turn=one.replies[0], quote=clip(talk.turns[one.replies[0]].text))
    late = one.credit > NEVER
    rule = f"logic.{'answered_late' if late else 'unanswered'}:{one.act.id}"
    zh, en = ("回答得晚了", "Answered late") if late else ("没有回答", "Not answered")
    return _finding(rule, points, evidence, f"{zh}：“{question}”", f"{en}: “{question}”",
        f"客户说“{question}”时，先回应这一点，再讲别的。", f"When the customer says “{question}”, answer that first.")  # fmt: skip


def _focus(talk: Talk, worth: Fraction) -> Part:
    turns = [(i, reading) for i, turn, reading in talk.trainee() if turn.text.strip()]
    kinds = {intent.id: intent.kind for intent in talk.scenario.intents}
    off = [i for i, reading in turns if _is_off(talk, i, reading, kinds)]
    each = worth / len(turns)
    findings = []
    if kept := len(turns) - len(off):
        findings.append(_finding("logic.on_subject", tenth(each * kept), Evidence(turn=next(i for i, _ in turns if i not in off)),
            f"不离正题：{len(turns)} 句中 {kept} 句", f"On the subject: {kept} of {len(turns)} turns"))  # fmt: skip
    for i in off:
        reading = talk.readings[i]
        evidence = Evidence(turn=i, quote=clip(talk.turns[i].text))
        if reading is not None and reading.injected:
            findings.append(_finding("logic.injected", tenth(-each), evidence, "这句话是对评分说的，不是对客户说的，不计分", "Said to the scoring, not to the customer; it earns nothing",
                "把这句话换成对客户有用的话。", "Say something that helps the customer instead."))  # fmt: skip
        else:
            findings.append(_finding("logic.off_topic", tenth(-each), evidence, "离开了正题", "Off the subject",
                "把话题带回客户的需要和产品。", "Bring the talk back to the customer's need and the product."))  # fmt: skip
    return Fraction(100 * (len(turns) - len(off)), len(turns)), findings


def _is_off(talk: Talk, turn: int, reading: Reading, kinds: dict[str, str]) -> bool:
    if reading.injected:
        return True
    if reading.points or reading.claims:
        return False
    intent = reading.intention.intent
    if intent is None:
        return len(talk.turns[turn].text.strip()) >= LEAST_WORDS
    return kinds[intent] == "off_topic"


def _contradictions(talk: Talk) -> list[Finding]:
    """Facts stated with two values, in the order in which the second was said; taking the first back is no contradiction."""
    stated: dict[str, tuple[int, Claim]] = {}
    labels = {fact.id: fact.label for fact in talk.scenario.product.facts}
    found: dict[str, Finding] = {}
    for i, turn, reading in talk.trainee():
        corrected = corrects_itself(normalise(turn.text).text)
        for claim in reading.claims:
            fact = claim.fact
            if fact is None or not _states(talk, claim, reading):
                continue
            first = stated.get(fact)
            if first is None or corrected:
                stated[fact] = (i, claim)
            elif fact not in found and _differs(first[1], claim):
                values = {"first": first[1].said, "then": claim.said}
                found[fact] = Finding(
                    dimension="logic", rule=f"logic.contradiction:{fact}", points=-float(CONTRADICTION),
                    title=both("前后说法不一：{label}", "Contradicted: {label}", label=labels[fact]),
                    evidence=Evidence(turn=i, quote=clip(claim.span.quote)),
                    advice=both("前面说的是“{first}”，后面说成“{then}”。说错了就当面更正。",
                                "First you said “{first}”, then “{then}”. If one was a slip, correct it openly.", **values),
                    values=values,
                )  # fmt: skip
    return list(found.values())[:MOST_CONTRADICTIONS]


def _states(talk: Talk, claim: Claim, reading: Reading) -> bool:
    """Whether a claim states a value. One in a sentence to the scoring does too, or it could hide a contradiction."""
    judged = claim.verdict != "unverified" or reading.injected
    return judged and (not claim.negated or claim.value in {"yes", "no"})


def _differs(one: Claim, other: Claim) -> bool:
    return one.value != other.value and not (one.verdict == other.verdict == "right")


def _finding(
    rule: str, points: float, evidence: Evidence, zh: str, en: str, advice_zh: str = "", advice_en: str = ""
) -> Finding:
    return Finding(
        dimension="logic",
        rule=rule,
        points=points,
        title=Bilingual(zh=clip(zh, LONGEST), en=clip(en, LONGEST)),
        evidence=evidence,
        advice=Bilingual(zh=clip(advice_zh, LONGEST), en=clip(advice_en, LONGEST)) if advice_zh else None,
    )
