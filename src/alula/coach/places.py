"""Where the coach shows itself: practice is for everybody who learns; team figures stand beside it."""

from __future__ import annotations

from alula.kernel.actor import Actor
from alula.people import facade as people


def can_practise(actor: Actor) -> bool:
    """Everybody inside a tenant may practise."""
    return bool(actor.grants)


people.register_place("learn", can_practise)
