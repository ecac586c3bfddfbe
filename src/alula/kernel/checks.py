"""What a self-check says. Each domain offers `check() -> list[Check]` in its `checks.py`; `alula doctor` prints them."""

from __future__ import annotations

from dataclasses import dataclass

from alula.kernel.texts import Texts


@dataclass(frozen=True)
class Check:
    """One thing looked at: whether it is right, and in both languages what was seen and, when not, what to do."""

    name: str
    ok: bool
    detail: Texts
