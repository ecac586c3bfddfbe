"""What a person may be asked to allow: the kinds, the words, and what happens when they take it back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from alula.kernel.errors import Refusal
from alula.kernel.texts import Texts

Withdrawal = Callable[[UUID, UUID], None]
"""Called with (tenant_id, person_id) inside the transaction that records the withdrawal."""


@dataclass(frozen=True)
class ConsentKind:
    """One thing to allow.

    Attributes:
        kind: its name on the wire.
        wording: version of `text`; raised with every change of the words, kept with each answer.
        title: a few words.
        text: what the person reads before they answer.
    """

    kind: str
    wording: str
    title: Texts
    text: Texts


_ALL = (
    ConsentKind(
        "voice_analysis",
        "2024-1",
        {"zh": "分析我的声音", "en": "Analyse my voice"},
        {
            "zh": "陪练时分析您说话的快慢、停顿、音高和音量，给出只有您自己能看到的练习建议。"
            "您可以随时撤回。",
            "en": "During practice, the speed, pauses, pitch and loudness of your speech are analysed "
            "to give advice that only you can see. You can withdraw this at any time.",
        },
    ),
    ConsentKind(
        "voice_recording",
        "2024-1",
        {"zh": "保存我的录音", "en": "Keep my recordings"},
        {
            "zh": "保存您在陪练中的录音，供您自己回听，别人听不到。"
            "您可以随时撤回，撤回时已保存的录音会被删除，分数保留。",
            "en": "Recordings of your practice talks are kept for you alone to replay. You can withdraw this "
            "at any time; what was kept is then deleted, and the scores stay.",
        },
    ),
)
KINDS: dict[str, ConsentKind] = {one.kind: one for one in _ALL}

_withdrawals: dict[str, list[Withdrawal]] = {}


def kind_of(name: str) -> ConsentKind:
    """The kind of that name.

    Raises:
        Refusal: people.consent_unknown.
    """
    if name not in KINDS:
        raise Refusal("people.consent_unknown", status=404, field="kind", expected=sorted(KINDS))
    return KINDS[name]


def on_withdrawal(kind: str) -> Callable[[Withdrawal], Withdrawal]:
    """Register what must happen when a consent of `kind` is withdrawn.

    The function runs in the transaction that records the withdrawal: if it fails, nothing is withdrawn and
    the person is told. What lies outside the database (files) is best removed after the commit. It must bear
    being called again.
    """
    kind_of(kind)

    def register(function: Withdrawal) -> Withdrawal:
        functions = _withdrawals.setdefault(kind, [])
        if function not in functions:
            functions.append(function)
        return function

    return register


def withdrawn(kind: str, tenant_id: UUID, person_id: UUID) -> None:
    """Call everything registered for `kind`."""
    for function in _withdrawals.get(kind, []):
        function(tenant_id, person_id)
