"""The three tiers, and which title belongs to which."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Literal

from alula.growth.facts import Title, TitleKind
from alula.kernel.texts import Texts

Tier = Literal["innovative", "provincial", "giant"]
TIERS: tuple[Tier, ...] = ("innovative", "provincial", "giant")
"""From the bottom; a tier's rank is its place here, counted from 1."""
RANK_OF: dict[TitleKind, int] = {"tech": 1, "innovative": 1, "provincial": 2, "giant": 3, "key_giant": 3}
"""The tier of a title. A technology-based firm (tech) stands on the first tier, 科技和创新型, by the rule of 2026."""
NAMES: dict[str, Texts] = {
    "tech": {"zh": "科技型中小企业", "en": "Technology-based SME"},
    "innovative": {"zh": "创新型中小企业", "en": "Innovative SME"},
    "provincial": {"zh": "专精特新中小企业", "en": "Specialised SME"},
    "giant": {"zh": "专精特新“小巨人”", "en": "Little giant"},
    "key_giant": {"zh": "重点“小巨人”", "en": "Key little giant"},
}


def ladder_titles(titles: Iterable[Title] | None) -> list[Title]:
    """The titles that belong to a tier."""
    return [one for one in titles or () if one.kind in RANK_OF]


def in_force(since: date | None, until: date | None, day: date) -> bool:
    """Whether a title holds on that day; both its days are inside, a missing one leaves it open."""
    return (since is None or since <= day) and (until is None or day <= until)


def rank_on(titles: Iterable[Title] | None, day: date) -> int:
    """The highest tier held on that day, as its rank; 0 for none."""
    ranks = [RANK_OF[one.kind] for one in ladder_titles(titles) if in_force(one.since, one.until, day)]
    return max(ranks, default=0)


def tier_of(rank: int | None) -> Tier | None:
    """The tier's name; None for rank 0."""
    return TIERS[rank - 1] if rank else None
