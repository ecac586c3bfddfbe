"""The industry college: kinds of programme, and the registry through which courses come from wherever courses are kept.

Whoever keeps courses registers a source when its domain is loaded; growth asks every source for the courses that help with
a gap and shows what it gets. While none is registered the pages say so, and programmes and sittings work without.

    register_source("learning", lambda tenant_id, gap, language: [CourseCard(...), ...])
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import NamedTuple
from uuid import UUID

from alula.kernel.texts import Texts

log = logging.getLogger(__name__)

LEVELS: dict[str, Texts] = {
    "master": {"zh": "工程硕士", "en": "Engineering master"},
    "doctor": {"zh": "工程博士", "en": "Engineering doctor"},
    "digital": {"zh": "数字技能", "en": "Digital skills"},
    "craft": {"zh": "技能培训", "en": "Craft and technique"},
    "management": {"zh": "经营管理", "en": "Management"},
}


class CourseCard(NamedTuple):
    """A course as a page shows it. `address` is a page of ours, beginning with "/"; `hours` is empty when not known."""

    title: str
    address: str
    hours: float | None = None


Source = Callable[[UUID, str, str], list[CourseCard]]
"""Gives the courses that people of a tenant may take for a kind of gap, in a language."""

_sources: dict[str, Source] = {}


def register_source(name: str, source: Source) -> None:
    """Make a keeper of courses known; a second one of the same name takes its place."""
    _sources[name] = source


def forget_source(name: str) -> None:
    """Take a keeper of courses away again."""
    _sources.pop(name, None)


def connected() -> bool:
    """Whether any keeper of courses is there."""
    return bool(_sources)


def courses_for(tenant_id: UUID, gaps: list[str], language: str) -> list[CourseCard]:
    """The courses for these gaps, each once, in the order of the gaps. A source that fails is left out and logged."""
    found: dict[str, CourseCard] = {}
    for gap in gaps:
        for name, source in _sources.items():
            try:
                cards = source(tenant_id, gap, language)
            except Exception:  # one keeper's fault must not take the page of all
                log.exception("college: source %s failed", name)
                continue
            for card in cards:
                if card.address.startswith("/") and not card.address.startswith("//"):
                    found.setdefault(card.address, card)
    return list(found.values())
