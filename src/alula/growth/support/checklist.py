"""What a visit looks at: every clause of the next tier that the firm does not meet yet, by the facts that it released."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from alula.growth.engine.assess import assess
from alula.growth.facts import Facts
from alula.growth.presenting import value as measured
from alula.growth.rulebook.model import Tier
from alula.kernel.errors import Refusal
from alula.kernel.texts import Texts

_STATES: dict[str, Texts] = {
    "unmet": {"zh": "未达到", "en": "not met"},
    "unknown": {"zh": "资料不全", "en": "facts are missing"},
    "human": {"zh": "需人工判断", "en": "a person has to judge"},
}
_ORDER = tuple(_STATES)
GENERAL: tuple[Texts, ...] = (
    {"zh": "主导产品及其在产业链中的位置", "en": "The main product and its place in the chain"},
    {"zh": "研发投入与知识产权的台账", "en": "Records of R&D spending and of intellectual property"},
    {"zh": "企业当前最需要的帮助", "en": "The help that the firm needs most now"},
)
"""What is looked at in any firm; all there is while its facts are not released."""


class Item(NamedTuple):
    """One thing to look at. `clause` is empty for the general ones."""

    clause: str
    words: Texts


def items(facts: Facts | None, tier: Tier, as_of: date) -> list[Item]:
    """The checklist: unmet clauses first, then the unknown, then those for a person; the general ones at the end."""
    found: list[Item] = []
    if facts is not None:
        try:
            clauses = assess(facts, tier, as_of).clauses
        except Refusal:  # no rule of that tier is in force on that day: there is no clause to look at
            clauses = ()
        open_ones = [one for one in clauses if one.part != "direct" and one.finding.state in _STATES]
        for one in sorted(open_ones, key=lambda judged: _ORDER.index(judged.finding.state)):
            telling = one.finding.telling()
            has = measured(telling.quantity) if telling.quantity else None
            found.append(Item(one.clause.id, _words(one.clause.words, one.finding.state, has)))
    return found + [Item("", words) for words in GENERAL]


def _words(clause: object, state: str, has: object) -> Texts:
    zh, en = getattr(clause, "zh", ""), getattr(clause, "en", "")
    known = has is not None and not isinstance(has, list)
    return {
        "zh": f"{zh}（{_STATES[state]['zh']}{f'，现为 {has}' if known else ''}）",
        "en": f"{en} ({_STATES[state]['en']}{f', now {has}' if known else ''})",
    }
