"""When applications are taken: open, about to open, about to close, over; with the days that are left."""

from __future__ import annotations

from datetime import date
from typing import Literal, NamedTuple

from alula.growth.policies.model import Policy

SOON = 30
"""Days before an opening or closing that are worth telling: time for an audit report and a seal."""

Phase = Literal["open", "closing", "opening", "later", "over", "none"]


class Window(NamedTuple):
    """Where a day stands in a policy's window; `days` to its opening or closing, None where no such day is known."""

    phase: Phase
    days: int | None = None
    on: date | None = None


def window(policy: Policy, day: date) -> Window:
    """The window of a policy on a day. Both of its ends are inside."""
    since, until = policy.window_since, policy.window_until
    if since is None and until is None:
        return Window("none")
    if since is not None and day < since:
        days = (since - day).days
        return Window("opening" if days <= SOON else "later", days, since)
    if until is None:
        return Window("open")
    days = (until - day).days
    if days < 0:
        return Window("over", on=until)
    return Window("closing" if days <= SOON else "open", days, until)
