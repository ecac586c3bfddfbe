"""Titles where lists can look for them: written again whenever a firm's facts are saved."""

from __future__ import annotations

from collections.abc import Iterable

from alula.growth.facts import Title
from alula.growth.ladder.tiers import RANK_OF, ladder_titles
from alula.growth.models import Firm, HeldTitle
from alula.growth.services import reminders


def keep(firm: Firm, titles: Iterable[Title] | None) -> None:
    """Keep the firm's titles, and the days that hang on them."""
    found = ladder_titles(titles)
    HeldTitle.objects.filter(firm=firm).delete()
    HeldTitle.objects.bulk_create(rows_of(firm, found))
    reminders.sync({firm.tenant_id: found})


def rows_of(firm: Firm, titles: Iterable[Title]) -> list[HeldTitle]:
    """A row for each title."""
    return [
        HeldTitle(
            firm=firm,
            kind=one.kind,
            rank=RANK_OF[one.kind],
            since=one.since,
            until=one.until,
            batch=one.batch,
        )
        for one in titles
    ]
