"""Pages of a list by cursor: the sort key of the last row shown, so that rows that come or go shift nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet

from alula.kernel.http import Page, decode_cursor, encode_cursor, wrong_cursor

LAST_DAY = date(9999, 12, 31)
"""Stands for "no day" in an order by day, so that rows without one come last."""


def page(
    rows: QuerySet[Any],
    order: Sequence[str],
    cursor: str | None,
    limit: int,
    show: Callable[[list[Any]], list[Any]],
) -> Page[Any]:
    """One page of `rows` in the order of the named fields ("-" before a name: falling); the last one is unique.

    `show` makes of the rows of the page what is answered.

    Raises:
        Refusal: kernel.invalid (422), for a cursor that is none of this list.
    """
    names = [name.lstrip("-") for name in order]
    key = decode_cursor(cursor, len(order))
    total = rows.count() if key is None else None
    try:
        some = list(
            (rows if key is None else rows.filter(_after(order, names, key))).order_by(*order)[: limit + 1]
        )
    except (ValueError, TypeError, ValidationError) as error:
        raise wrong_cursor() from error
    shown = some[:limit]
    following = encode_cursor(*(_plain(getattr(shown[-1], n)) for n in names)) if len(some) > limit else None
    return Page(items=show(shown), next=following, total=total)


def _plain(value: object) -> object:
    return (
        value.isoformat()
        if isinstance(value, date | datetime)
        else str(value)
        if isinstance(value, UUID)
        else value
    )


def _after(order: Sequence[str], names: Sequence[str], key: Sequence[Any]) -> Q:
    after, same = Q(), Q()
    for field, name, value in zip(order, names, key, strict=True):
        after |= same & Q(**{f"{name}__{'lt' if field.startswith('-') else 'gt'}": value})
        same &= Q(**{name: value})
    return after
