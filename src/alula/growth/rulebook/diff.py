"""What differs between two rules, said from the rules themselves, so that it cannot disagree with them.

Parts are matched by their id: the same id in two versions is the same matter, whether it is a condition or a scored item.
The other tiers of the same two documents follow, because a reform changes all of them at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from alula.growth.rulebook import load
from alula.growth.rulebook.model import Clause, Item, Rule, Words
from alula.growth.rulebook.saying import say_clause, say_item
from alula.kernel.errors import Refusal

_TIERS = {"innovative": 0, "tech": 1, "provincial": 2, "giant": 3, "digital": 4}
_NONE = Words(zh="—", en="—")


class Difference(NamedTuple):
    """One row: which two rules, what it is about, and what each says of it."""

    old_rule: str
    new_rule: str
    topic: Words
    old: Words
    new: Words


def find_rule(name: str) -> Rule:
    """The rule of an id.

    Raises:
        Refusal: there is none.
    """
    found = {one.id: one for one in load.rules()}
    if name not in found:
        raise Refusal("growth.no_such_rule", status=404, name=name, known="、".join(sorted(found)))
    return found[name]


def differences(old: Rule, new: Rule) -> tuple[Difference, ...]:
    """The rows in which two rules differ, then those of the other tiers of the same two documents."""
    rows = list(_pair(old, new))
    others = [
        (one, two)
        for one in load.rules()
        for two in load.rules()
        if _document(one) == _document(old) and _document(two) == _document(new)
        if one.tier == two.tier != old.tier and old.tier == new.tier and old.document != new.document
    ]
    for one, two in sorted(others, key=lambda pair: _TIERS[pair[0].tier]):
        rows += _pair(one, two)
    return tuple(rows)


def _document(rule: Rule) -> str:
    return rule.document.partition(" ")[0]


def _pair(old: Rule, new: Rule) -> Iterator[Difference]:
    for topic, before, after in _general(old, new):
        if before != after:
            yield Difference(old.id, new.id, topic, before, after)
    olds, news = _parts(old), _parts(new)
    for name in [*news, *(one for one in olds if one not in news)]:
        before = _say(olds.get(name))
        after = _say(news.get(name))
        if before != after:
            yield Difference(old.id, new.id, _topic(name, olds.get(name), news.get(name)), before, after)


def _general(old: Rule, new: Rule) -> Iterator[tuple[Words, Words, Words]]:
    yield Words(zh="文件", en="Document"), _plain(old.document), _plain(new.document)
    yield Words(zh="新申请适用期", en="New applications"), _window(old), _window(new)
    yield Words(zh="认定方式", en="Method"), _method(old), _method(new)
    yield Words(zh="直通条件", en="Direct items"), _direct(old), _direct(new)
    yield Words(zh="每年更新截止", en="Update by"), _update(old), _update(new)


def _plain(text: str) -> Words:
    return Words(zh=text, en=text)


def _window(rule: Rule) -> Words:
    span = next(one for one in rule.effective if one.kind == "new")
    return _plain(f"{span.since} – {span.until or ''}".strip())


def _method(rule: Rule) -> Words:
    """How the parts make the answer: so many hard conditions, and points where there are any."""
    count = len({one.article for one in rule.needs if "new" in one.kinds})
    if rule.score is None:
        return Words(zh=f"{count} 项硬条件，无评分", en=f"{count} hard conditions, no points")
    bound = rule.score.bound
    return Words(
        zh=f"{count} 项硬条件，加 100 分制评分 ≥ {bound}",
        en=f"{count} hard conditions and {bound} of 100 points",
    )


def _direct(rule: Rule) -> Words:
    count = len(rule.direct)
    return Words(zh=f"{count} 项（只替代评分）", en=f"{count} (replace the score only)") if count else _NONE


def _update(rule: Rule) -> Words:
    return _plain(rule.upkeep.update_by) if rule.upkeep else _NONE


def _parts(rule: Rule) -> dict[str, Clause | Item]:
    found: dict[str, Clause | Item] = {one.id: one for one in (*rule.entry, *rule.needs)}
    for item in rule.score.items if rule.score else ():
        found.setdefault(item.id, item)
    return found


def _say(part: Clause | Item | None) -> Words:
    if part is None:
        return _NONE
    return say_clause(part) if isinstance(part, Clause) else say_item(part)


def _topic(name: str, old: Clause | Item | None, new: Clause | Item | None) -> Words:
    known = _TOPICS.get(name)
    if known:
        return known
    part = new or old
    return part.words if part else _plain(name)


_TOPICS = {
    "title": Words(zh="先有的称号", en="Title held"),
    "segment": Words(zh="细分市场年限", en="Segment years"),
    "segment_years": Words(zh="细分市场年限得分", en="Points for segment years"),
    "revenue": Words(zh="营业收入", en="Revenue"),
    "main": Words(zh="主营占比", en="Main-business share"),
    "debt": Words(zh="资产负债率", en="Debt"),
    "growth": Words(zh="增长率", en="Growth"),
    "rd": Words(zh="研发投入", en="R&D"),
    "rd_points": Words(zh="研发投入得分", en="Points for R&D"),
    "rd_staff": Words(zh="研发人员", en="R&D staff"),
    "ip": Words(zh="知识产权", en="IP"),
    "market": Words(zh="市场地位", en="Market"),
    "platform_score": Words(zh="发展评价得分", en="Development score"),
    "platform_score_review": Words(zh="发展评价得分（复核）", en="Development score (review)"),
    "speciality": Words(zh="特色化", en="Speciality (province)"),
    "institution": Words(zh="研发机构", en="R&D institution"),
    "digital": Words(zh="数字化水平", en="Digital level"),
    "quality": Words(zh="质量管理", en="Quality"),
    "margin": Words(zh="净利润率", en="Net margin"),
    "field": Words(zh="产品领域", en="Field"),
    "product": Words(zh="产品领域", en="Field"),
    "chain": Words(zh="产业链环节", en="Chain"),
    "brand": Words(zh="自主品牌", en="Brand"),
    "certificate": Words(zh="认证", en="Certificates"),
    "information_system": Words(zh="信息系统", en="Information system"),
    "fame": Words(zh="知名度", en="Fame"),
    "accidents": Words(zh="事故", en="Accidents"),
}
