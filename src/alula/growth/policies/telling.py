"""What of a new match is worth telling who follows it: a state that opens or closes a door, an amount, a window that nears."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from alula.growth.policies.match import Match
from alula.growth.policies.windows import Window
from alula.growth.presenting import number

_DOORS = {"eligible", "nearly"}


class Before(NamedTuple):
    """What was stored of a match."""

    state: str
    amount: Decimal | None


class Event(NamedTuple):
    """One thing to tell; `event` names it, so that it is told once."""

    kind: str
    event: str
    values: dict[str, Any]


def events(key: str, before: Before | None, after: Match, phase: Window, stamp: str) -> Iterator[Event]:
    """What to tell when a match becomes `after`; `stamp` names the facts, the policy's version and the day of it."""
    if before is None or before.state != after.state:
        if after.state in _DOORS or (before is not None and before.state in _DOORS):
            values = {"before": before.state if before else None, "after": after.state}
            yield Event("state", f"state:{key}:{after.state}:{stamp}", values)
    elif after.state == "eligible" and before.amount != after.amount:
        amounts = {"before": _shown(before.amount), "after": _shown(after.amount)}
        yield Event("amount", f"amount:{key}:{stamp}", amounts)
    if after.state != "not" and phase.phase in {"opening", "closing"} and phase.on is not None:
        yield nears(key, phase.phase, phase.on)


def nears(key: str, phase: str, on: date) -> Event:
    """A window that opens or closes soon, told once for its day."""
    return Event(phase, f"{phase}:{key}:{on.isoformat()}", {"on": on.isoformat()})


def gone(key: str, before: Before, stamp: str) -> Event | None:
    """A policy that no longer reaches the firm; nothing for one that was no door."""
    if before.state not in _DOORS:
        return None
    return Event("gone", f"gone:{key}:{stamp}", {"before": before.state})


def _shown(amount: Decimal | None) -> str | None:
    shown = number(amount)
    return None if shown is None else str(shown)
