"""The one order with the removed statements in it: a reader that is rebuilt gets them from their files."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Max, Q

from alula.record import spine
from alula.record.archive.finding import read_partitions, stored_of
from alula.record.archive.models import PartitionRow
from alula.record.spine import START, Place, StoredStatement


def following(after: Place, limit: int) -> list[StoredStatement]:
    """As `spine.read`, removed statements included.

    Raises:
        Refusal: archive.engine_missing (503), when there are some behind `after` and DuckDB is not installed.
    """
    found = spine.read(after, limit)
    behind = Q(last_txid__gt=after.txid) | Q(last_txid=after.txid, last_position__gt=after.position)
    partitions = PartitionRow.objects.filter(behind, removing_at__isnull=False)
    coming = list(partitions.order_by("first_txid", "first_position"))
    return _together(found, coming, after, limit) if coming else found


def _together(
    found: Sequence[StoredStatement], coming: Sequence[PartitionRow], after: Place, limit: int
) -> list[StoredStatement]:
    """The first `limit` of the table's and the files' statements; a file is opened only if it may hold one of them."""
    by_place = {one.place: one for one in found}
    for partition in coming:
        places = sorted(by_place)
        if len(places) >= limit and places[limit - 1] < (partition.first_txid, partition.first_position):
            break
        rest = f"WHERE txid > ? OR (txid = ? AND position > ?) ORDER BY txid, position LIMIT {limit}"
        some = list(read_partitions([partition], rest, [after.txid, after.txid, after.position]))
        for one in stored_of(partition.tenant_id, some):
            by_place.setdefault(one.place, one)
    return [by_place[place] for place in sorted(by_place)][:limit]


def head() -> Place:
    """As `spine.head`, removed statements included."""
    ends = PartitionRow.objects.filter(removing_at__isnull=False)
    last = ends.order_by("-last_txid").values_list("last_txid", flat=True).first()
    if last is None:
        return spine.head()
    position = ends.filter(last_txid=last).aggregate(Max("last_position"))["last_position__max"]
    return max(spine.head(), Place(last, position), START)
