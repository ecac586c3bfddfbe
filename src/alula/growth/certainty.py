"""How certain everything is that an answer rests on: each clause, item, policy and product with its mark and its source."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal, NamedTuple

import yaml

from alula.growth.policies.match import library
from alula.growth.rulebook import load
from alula.growth.rulebook.model import Mark, SizeRule, Words
from alula.growth.verification import parts

_SOURCES = Path(load.__file__).parent / "sources.yaml"
Kind = Literal["rule", "policy", "product"]


class Certain(NamedTuple):
    """One text and how certain it is.

    Attributes:
        kind, of: what it belongs to: a rule file, or the library of policies or products.
        title: of the rule or policy.
        article: where in the document.
        words: ours, in short.
        sources: keys of `sources()`.
        check: what a person still has to compare with the official text; None when nothing is known to be open.
    """

    kind: Kind
    of: str
    title: Words
    article: str
    words: Words
    mark: Mark
    sources: tuple[str, ...]
    check: Words | None


@cache
def sources() -> dict[str, tuple[str, ...]]:
    """By key, the addresses where a text was read. Empty for sources that have no address."""
    found: dict[str, list[str]] = yaml.safe_load(_SOURCES.read_text("utf-8"))
    return {key: tuple(one for one in addresses if isinstance(one, str)) for key, addresses in found.items()}


@cache
def certain() -> tuple[Certain, ...]:
    """Every text, rules first, as they stand in the files."""
    return (*_rules(), *_policies())


def _rules() -> list[Certain]:
    found: list[Certain] = []
    for rule in load.shipped().values():
        found += [
            Certain("rule", rule.id, rule.title, rule.document, words, rule.mark, rule.sources, words)
            for words in rule.check
        ]
        if isinstance(rule, SizeRule):
            found += [
                Certain("rule", rule.id, rule.title, rule.document, one.words, one.mark, rule.sources, None)
                for one in rule.industries
            ]
        else:
            found += [
                Certain("rule", rule.id, rule.title, one.article, one.words, one.mark, one.sources, one.check)
                for one in parts(rule)
            ]
    return found


def _policies() -> list[Certain]:
    return [
        Certain(
            "product" if one.level == "bank" else "policy",
            one.id,
            one.title,
            one.number or one.issuer,
            one.benefit,
            one.mark,
            one.sources,
            one.conflict,
        )
        for one in library()
    ]
