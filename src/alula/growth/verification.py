"""What a person has to compare with the official texts before relying on it: `docs/growth-verification.md`.

    python -m alula.growth.verification > docs/growth-verification.md

Made from the marks in the rule files, so that it names what the product really uses.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import NamedTuple

from alula.growth.rulebook import load
from alula.growth.rulebook.model import Clause, Item, Overlay, Rule, SizeRule, Words

_MEANING = {
    "V2": ("在两个独立来源读到", "read in two independent sources"),
    "V": ("在一个来源读到", "read in one source"),
    "2nd": ("只见二手转述", "read second-hand only"),
    "M": ("凭记忆", "from memory"),
}
_WEAK = ("2nd", "M")


class Doubt(NamedTuple):
    """One thing to compare: where it stands in our files, how certain it is, and what to look for."""

    rule: str
    article: str
    mark: str
    words: Words
    sources: tuple[str, ...]


def doubts() -> tuple[Doubt, ...]:
    """Everything that is open: questions written beside the rules, and parts that are second-hand or from memory."""
    return tuple(doubt for rule in load.shipped().values() for doubt in _of(rule))


def _of(rule: Rule | Overlay | SizeRule) -> Iterator[Doubt]:
    for words in rule.check:
        yield Doubt(rule.id, rule.document, rule.mark, words, rule.sources)
    if isinstance(rule, SizeRule):
        for industry in rule.industries:
            if industry.mark in _WEAK:
                yield Doubt(rule.id, rule.document, industry.mark, industry.words, rule.sources)
        return
    for part in parts(rule):
        if part.check:
            yield Doubt(rule.id, part.article, part.mark, part.check, part.sources)
        if part.mark in _WEAK:
            yield Doubt(rule.id, part.article, part.mark, part.words, part.sources)


def parts(rule: Rule | Overlay) -> tuple[Clause | Item, ...]:
    """Every clause and item of a rule or overlay."""
    if isinstance(rule, Overlay):
        return (*rule.entry, *rule.needs, *rule.items)
    return (*rule.entry, *rule.needs, *(rule.score.items if rule.score else ()), *rule.direct)


def text() -> str:
    """The page."""
    lines = [
        "# What to verify before relying on the rulebook / 使用前须核对的内容",
        "",
        "Made by `python -m alula.growth.verification` from the marks in the rule files. Compare each row with the official",
        "text, then change the mark in the rule file. SRDI-2026, GIANT-2026 and INNO-2022 come first: compare them line by line.",
        "",
        "本页由规则文件里的标记生成。请逐条与官方原文比对，并在规则文件中更新标记；先逐字比对 SRDI-2026、GIANT-2026、INNO-2022。",
        "",
        "## Marks / 标记",
        "",
        "| mark | zh | en | parts |",
        "|---|---|---|---|",
    ]
    counts = _counts()
    lines += [f"| {mark} | {zh} | {en} | {counts.get(mark, 0)} |" for mark, (zh, en) in _MEANING.items()]
    rule = ""
    for doubt in doubts():
        if doubt.rule != rule:
            rule = doubt.rule
            lines += ["", f"## {rule}", "", "| mark | article | zh | en | sources |", "|---|---|---|---|---|"]
        lines.append(
            f"| {doubt.mark} | {doubt.article} | {doubt.words.zh} | {doubt.words.en} | {', '.join(doubt.sources)} |"
        )
    return "\n".join(lines) + "\n"


def _counts() -> dict[str, int]:
    found: dict[str, int] = {}
    for rule in load.shipped().values():
        marks = [one.mark for one in (rule.industries if isinstance(rule, SizeRule) else parts(rule))]
        for mark in marks:
            found[mark] = found.get(mark, 0) + 1
    return found


if __name__ == "__main__":
    sys.stdout.write(text())
