"""The places of the web app, and whether there is something in them for an actor.

Each domain says so for the places it fills; people itself knows only the administration.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from alula.kernel.actor import Actor
from alula.people.permissions import ADMINISTER

Place = Literal["learn", "studio", "insight", "growth", "admin"]
PLACES: tuple[Place, ...] = ("learn", "studio", "insight", "growth", "admin")
"""In the order in which the app shows them."""
Predicate = Callable[[Actor], bool]

_predicates: dict[Place, list[Predicate]] = {place: [] for place in PLACES}


def register_place(name: Place, predicate: Predicate) -> None:
    """Say when an actor has something in a place; one domain's yes is enough. Called from an AppConfig.

    Raises:
        ValueError: there is no such place.
    """
    if name not in _predicates:
        raise ValueError(f"no place {name!r}; there are {', '.join(PLACES)}")
    if predicate not in _predicates[name]:
        _predicates[name].append(predicate)


def places_of(actor: Actor) -> list[Place]:
    """The places in which the actor has something, in the app's order."""
    return [place for place in PLACES if any(predicate(actor) for predicate in _predicates[place])]


register_place("admin", lambda actor: actor.has(*ADMINISTER))
