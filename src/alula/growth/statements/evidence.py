"""Evidence: that a file came or went; its name and content stay in the firm's rows."""

from __future__ import annotations

from alula.growth.models import Firm
from alula.growth.statements.building import say, verb
from alula.kernel.actor import Actor

ADDED_EVIDENCE = verb(
    "added-evidence",
    {"zh": "添加证明材料", "en": "added evidence"},
    {
        "zh": "{actor}为“{activity}”添加了一份证明材料",
        "en": "{actor} added a piece of evidence for “{activity}”",
    },
)
REMOVED_EVIDENCE = verb(
    "removed-evidence",
    {"zh": "删除证明材料", "en": "removed evidence"},
    {
        "zh": "{actor}删除了“{activity}”的一份证明材料",
        "en": "{actor} removed a piece of evidence of “{activity}”",
    },
)


def evidence_added(actor: Actor, firm: Firm) -> None:
    say(actor, firm, ADDED_EVIDENCE)


def evidence_removed(actor: Actor, firm: Firm) -> None:
    say(actor, firm, REMOVED_EVIDENCE)
