"""The firm's dates: updates each year, reviews and expiry of its titles, windows of applications. From rule files and titles alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Literal, NamedTuple

from alula.growth.facts import Facts, Title
from alula.growth.rulebook import load
from alula.growth.rulebook.choose import choose, covers
from alula.growth.rulebook.model import Mark, Rule, Tier, Words
from alula.growth.selftest.tiers import LADDER, TIER_NAMES
from alula.kernel.errors import Refusal

What = Literal["update", "review", "expiry", "window", "past_window", "from"]
_AHEAD = timedelta(days=550)


class Day(NamedTuple):
    """Something that happens on a day, or from it until another.

    `mark` and `source` say how certain the rule behind it is; both are empty where the firm's own title says it.
    """

    on: date
    until: date | None
    what: What
    tier: Tier
    words: Words
    rule: str
    source: tuple[str, ...]
    mark: Mark | None


def calendar(facts: Facts, as_of: date) -> tuple[Day, ...]:
    """What comes in the next eighteen months, in order; the last national window stands in it as history."""
    found = [*_titles(facts, as_of), *_windows(facts.place, as_of)]
    return tuple(sorted(found, key=lambda one: (one.on, one.tier, one.what)))


def held(facts: Facts, as_of: date) -> tuple[Tier, ...]:
    """The tiers whose titles the firm says it holds on that day; one without dates is taken as held."""
    return tuple(
        tier
        for tier in LADDER
        if any(
            one.kind == tier and (one.since or as_of) <= as_of <= (one.until or as_of)
            for one in facts.titles or ()
        )
    )


def _titles(facts: Facts, as_of: date) -> Iterator[Day]:
    seen: set[Tier] = set()
    for title in sorted(facts.titles or (), key=lambda one: one.until or date.max, reverse=True):
        tier: Tier | None = next((one for one in LADDER if one == title.kind), None)
        if tier is None or tier in seen or (title.until and title.until < as_of):
            continue
        seen.add(tier)
        yield from _of_title(tier, title, as_of, facts.place)


def _of_title(tier: Tier, title: Title, as_of: date, place: str | None) -> Iterator[Day]:
    name = TIER_NAMES[tier]
    try:
        rule = choose(tier, as_of, kind="review", place=place)
    except Refusal:  # a tier without a rule for reviews on that day has no upkeep that could be told
        return
    if rule.upkeep:
        month, day = (int(part) for part in rule.upkeep.update_by.split("-"))
        due = date(as_of.year, month, day)
        due = due if due >= as_of else date(as_of.year + 1, month, day)
        if title.until is None or due <= title.until:
            words = Words(
                zh=f"最晚这天在国家平台更新{name.zh}的年度数据；没有更新的不能复核",
                en=f"Last day to update the yearly data for {name.en}; without it there is no review",
            )
            yield Day(due, None, "update", tier, words, rule.id, rule.upkeep.sources, rule.upkeep.mark)
    if title.until and title.until <= as_of + _AHEAD:
        ends = Words(zh=f"{name.zh}称号到期", en=f"{name.en}: the title ends")
        yield Day(title.until, None, "expiry", tier, ends, rule.id, (), None)
        words = Words(
            zh=f"{name.zh}称号到期当年申请复核，具体日期以通知为准",
            en=f"{name.en}: apply for the review in the year of expiry; the notice sets the days",
        )
        start = max(date(title.until.year, 1, 1), as_of)
        yield Day(start, title.until, "review", tier, words, rule.id, rule.sources, rule.mark)


def _windows(place: str | None, as_of: date) -> Iterator[Day]:
    """Windows of notices: those that are open or still come, and of each tier the last that has passed."""
    past: dict[Tier, Day] = {}
    shipped = load.shipped()
    for overlay in load.overlays():
        bases = [shipped[name] for name in overlay.over]
        if not overlay.batches or not covers(overlay.place, place):
            continue
        for span in overlay.effective:
            tier = next((base.tier for base in bases if isinstance(base, Rule)), None)
            if span.kind != "new" or span.until is None or tier is None:
                continue
            ended = span.until < as_of
            words = _window_words(TIER_NAMES[tier], overlay.title, ended=ended)
            day = Day(
                span.since,
                span.until,
                "past_window" if ended else "window",
                tier,
                words,
                overlay.id,
                overlay.sources,
                overlay.mark,
            )
            if not ended:
                yield day
            elif tier not in past or past[tier].on < day.on:
                past[tier] = day
    yield from past.values()


def _window_words(tier: Words, notice: Words, *, ended: bool) -> Words:
    if not ended:
        return Words(zh=f"{tier.zh}申报：{notice.zh}", en=f"{tier.en}, applications: {notice.en}")
    return Words(
        zh=f"{tier.zh}上一次申报：{notice.zh}；下一次以新通知为准",
        en=f"{tier.en}, last window: {notice.en}; the next is set by a new notice",
    )
