"""What to practise next, and the talk in one sentence; both built from findings, neither ever says more than they do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from alula.coach.scenario.model import Bilingual
from alula.coach.scoring.registry import Talk
from alula.coach.scoring.report import Blocker, Finding
from alula.coach.scoring.tenths import exact
from alula.coach.scoring.wording import both, clock

MOST = 3

NAMES = {
    "response_speed": Bilingual(zh="响应速度", en="response speed"),
    "tone": Bilingual(zh="语气", en="tone"),
    "infectiousness": Bilingual(zh="感染力", en="liveliness"),
    "affinity": Bilingual(zh="亲和力", en="warmth"),
    "attitude": Bilingual(zh="服务态度", en="service attitude"),
    "fluency": Bilingual(zh="流利度", en="fluency"),
}


Advice = tuple[Bilingual, int | None]


def advice(
    blockers: Sequence[Blocker], findings: Sequence[Finding], weights: Mapping[str, Fraction]
) -> tuple[Advice, ...]:
    """At most three things: what blocked the pass, then the rules that cost most of the total.

    Each with the index of the finding that it rests on: of a rule's findings the one that cost most. None for what
    blocked the pass: those come first, in the order of the blockers. What a rule cost is the points it lost, times its
    dimension's share of the total; its places count together.
    """
    worth: dict[str, Fraction] = {}
    worst: dict[str, int] = {}
    for i, one in enumerate(findings):
        if one.points < 0 and one.dimension in weights and one.advice is not None:
            worth[one.rule] = worth.get(one.rule, Fraction(0)) - exact(one.points) * weights[one.dimension]
            if one.rule not in worst or one.points < findings[worst[one.rule]].points:
                worst[one.rule] = i
    ranked = sorted(worst, key=lambda rule: (-worth[rule], rule))
    told: list[Advice] = [(_of_blocker(one), None) for one in blockers]
    told += [(_of_finding(findings[worst[rule]]), worst[rule]) for rule in ranked]
    return tuple(told[:MOST])


def _of_blocker(one: Blocker) -> Bilingual:
    values = {"quote": one.evidence.quote or ""}
    if one.advice is None:
        return both(
            "不要说“{quote}”：{title}不合规。",
            "Do not say “{quote}”: {title} is not allowed.",
            title=one.title,
            **values,
        )
    return both("不要说“{quote}”。{advice}", "Do not say “{quote}”. {advice}", advice=one.advice, **values)


def _of_finding(one: Finding) -> Bilingual:
    assert one.advice is not None  # only findings with advice are ranked
    if one.evidence.seconds is None or one.dimension not in NAMES:
        return one.advice
    return both(
        "{at} 处：{advice}", "At {at}: {advice}", at=clock(one.evidence.seconds[0]), advice=one.advice
    )


def headline(
    talk: Talk, blockers: Sequence[Blocker], findings: Sequence[Finding], weights: Mapping[str, Fraction]
) -> Bilingual:
    """The talk in one sentence: what won and what cost most of the total; a blocker before all that was lacking."""

    def worth(one: Finding) -> Fraction:
        return exact(one.points) * weights.get(one.dimension, Fraction(0))

    won = [one for one in findings if worth(one) > 0 and one.rule.partition(":")[0] in _GOOD]
    lost = [one for one in findings if worth(one) < 0]
    best = min(won, key=lambda one: (-worth(one), one.rule), default=None)
    worst = min(lost, key=lambda one: (worth(one), one.rule), default=None)
    good = _good(talk, best) if best else None
    bad = _blocked(blockers[0]) if blockers else _bad(talk, worst) if worst else None
    if good and bad:
        return both("{good}；{bad}。", "{good}; {bad}.", good=good, bad=_inner(bad))
    if good:
        return both("{good}，没有明显的缺漏。", "{good}, and nothing was amiss.", good=good)
    return (
        both("{bad}。", "{bad}.", bad=bad)
        if bad
        else both("这段谈话没有可以评分的内容。", "There was nothing to score in this talk.")
    )


_GOOD = {"completeness.said", "accuracy.right"}


def _good(talk: Talk, one: Finding) -> Bilingual:
    title = _title(talk, one)
    if one.rule.startswith("accuracy"):
        return both("“{title}”说得准", "You got “{title}” right", title=title)
    return both("“{title}”做得好", "You did well on “{title}”", title=title)


def _bad(talk: Talk, one: Finding) -> Bilingual:
    name = one.rule.partition(":")[0]
    if one.dimension in NAMES:
        return both("{name}可以更好", "Your {name} can improve", name=NAMES[one.dimension])
    if name == "accuracy.wrong":
        return both("“{title}”说错了", "You got “{title}” wrong", title=_title(talk, one))
    if name == "completeness.missed":
        return both("没有讲到“{title}”", "You left out “{title}”", title=_title(talk, one))
    if name == "completeness.half":
        return both(
            "“{title}”的数字没有说准",
            "You did not give the right figures for “{title}”",
            title=_title(talk, one),
        )
    return one.title


def _blocked(one: Blocker) -> Bilingual:
    return both("有不合规的说法：{title}", "You made a claim that is not allowed: {title}", title=one.title)


def _title(talk: Talk, one: Finding) -> Bilingual:
    """The title of the key point or fact that a finding names; the finding's own where it names none."""
    name = one.rule.partition(":")[2]
    named = talk.scenario.key_points if one.dimension == "completeness" else talk.scenario.product.facts
    titles = {item.id: getattr(item, "title", None) or getattr(item, "label", None) for item in named}
    return titles.get(name) or one.title


def _inner(text: Bilingual) -> Bilingual:
    """As the second half of a sentence: English goes on in lower case."""
    return Bilingual(zh=text.zh, en=text.en[:1].lower() + text.en[1:])
