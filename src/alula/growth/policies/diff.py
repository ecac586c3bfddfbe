"""What differs between two versions of a policy, in words, row by row."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

from alula.growth.policies import vocabulary as v
from alula.growth.policies.model import Need, Policy, Tier
from alula.growth.policies.saying import say_test
from alula.growth.presenting import number
from alula.growth.rulebook.model import Words

NOTHING = Words(zh="未写", en="not stated")
_TOPICS: dict[str, tuple[str, str]] = {
    "title": ("名称", "Title"),
    "number": ("文号", "Number"),
    "issuer": ("发布单位", "Issuer"),
    "level": ("层级", "Level"),
    "place": ("地区", "Place"),
    "status": ("状态", "Status"),
    "benefit": ("内容", "Benefit"),
    "since": ("生效", "In force from"),
    "until": ("失效", "In force until"),
    "window_since": ("申报开始", "Window opens"),
    "window_until": ("申报截止", "Window closes"),
    "application": ("是否需要申请", "Application"),
    "stacking": ("叠加方式", "How amounts add up"),
    "sources": ("来源", "Sources"),
    "mark": ("可信度", "Certainty"),
    "as_of": ("截至", "As of"),
    "conflict": ("来源之间的分歧", "Where sources differ"),
    "not_with": ("不得同享", "Not together with"),
    "said": ("来源所述额度", "Limits as stated"),
    "needs": ("条件", "Condition"),
    "tiers": ("档位", "Tier"),
}
_NAMES = {"level": v.LEVELS_OF_ISSUER, "place": v.PLACES, "status": v.STATUSES, "mark": v.MARKS}


class Change(NamedTuple):
    """One thing that differs. A condition that came has `NOTHING` before it, one that went `NOTHING` after it."""

    topic: Words
    old: Words
    new: Words


def changes(old: Policy, new: Policy) -> tuple[Change, ...]:
    """Every difference, in the order of the fields."""
    return tuple(_changes(old, new))


def _changes(old: Policy, new: Policy) -> Iterator[Change]:
    for name, topic in _TOPICS.items():
        before, after = getattr(old, name), getattr(new, name)
        if before == after:
            continue
        words = Words(zh=topic[0], en=topic[1])
        if name in {"needs", "tiers"}:
            yield from _parts(words, before, after)
        else:
            yield Change(words, _said(name, before), _said(name, after))


def _parts(topic: Words, old: tuple[Any, ...], new: tuple[Any, ...]) -> Iterator[Change]:
    """Conditions are told apart by what they ask; of two with the same words only the difference is shown."""
    gone = [part for part in old if part not in new]
    come = [part for part in new if part not in old]
    for part in gone:
        twin = next((one for one in come if one.words == part.words or one.test == part.test), None)
        if twin is not None:
            come.remove(twin)
        yield Change(topic, _part(part), _part(twin) if twin is not None else NOTHING)
    for part in come:
        yield Change(topic, NOTHING, _part(part))


def _part(part: Need | Tier) -> Words:
    test = say_test(part.test)
    zh, en = f"{part.words.zh}：{test.zh}", f"{part.words.en}: {test.en}"
    if isinstance(part, Tier):
        most = number(part.most)
        zh += "；没有写金额" if most is None else f"；不超过 {most} 万元"
        en += "; no sum stated" if most is None else f"; at most {most} (10,000 yuan)"
    return Words(zh=zh[:600], en=en[:600])


def _said(name: str, value: Any) -> Words:  # noqa: PLR0911 - one answer per kind of value
    if name == "application":
        known = {
            True: ("需要申请", "needed"),
            False: ("免申即享", "not needed"),
            None: (NOTHING.zh, NOTHING.en),
        }
        zh, en = known[value]
        return Words(zh=zh, en=en)
    if value in (None, "", ()):
        return NOTHING
    if isinstance(value, Words):
        return value
    if name in _NAMES:
        return v.words(_NAMES[name], value)
    if name == "stacking":
        how = v.words(v.STACKING, value.how)
        cap = f" {number(value.cap)}" if value.cap is not None else ""
        return Words(zh=how.zh + (f"{cap} 万元" if cap else ""), en=how.en + cap)
    if name == "said":
        return Words(
            zh="；".join(f"{one.by.zh}：{one.words.zh}" for one in value)[:600],
            en="; ".join(f"{one.by.en}: {one.words.en}" for one in value)[:600],
        )
    text = (
        value.isoformat()
        if isinstance(value, date)
        else ", ".join(value)
        if isinstance(value, tuple)
        else str(value)
    )
    return Words(zh=text, en=text)
