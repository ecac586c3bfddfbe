"""Courses that close a gap come from whoever offers them: a domain that has some registers a finder, growth knows none by name."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import NamedTuple

from alula.growth.rulebook.model import Words
from alula.kernel.actor import Actor

log = logging.getLogger(__name__)


class Course(NamedTuple):
    """A course to offer: its title, and the address of its page in the app."""

    title: Words
    to: str


Finder = Callable[[Actor, str], list[Course]]
_finders: list[Finder] = []


def register_courses(finder: Finder) -> None:
    """Offer courses: `finder(actor, gap)` gives those that the actor may take for a gap of `gaps.GAP_KINDS`, best first."""
    if finder not in _finders:
        _finders.append(finder)


def courses_for(actor: Actor, gap: str) -> list[Course]:
    """The courses of every finder. One that fails is logged and left out: a plan without courses is still a plan."""
    found: list[Course] = []
    for finder in _finders:
        try:
            found += finder(actor, gap)
        except Exception:
            log.exception("a finder of courses failed for the gap %s", gap)
    return found
