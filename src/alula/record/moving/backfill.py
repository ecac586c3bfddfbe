"""What statements mention, and what they are about, for those that were written before the record noted it.

Asked for by the migration that brings an older record up to date; done by jobs in slices; done again it changes nothing.
"""

from __future__ import annotations

import time
from typing import Any

import msgspec
from django.db import connection, transaction

from alula.kernel import jobs
from alula.record import about, spine
from alula.record.hashed import id_key
from alula.record.mentions import mentions_of

KIND = "record.backfill"
ABOUT = "record.backfill_about"
AT_ONCE = 500
SLICE_SECONDS = 2.0


@jobs.handler(KIND)
def work(payload: dict[str, Any], progress: jobs.Progress) -> None:
    """Look at the statements behind `after` up to `last`, for a while; a further job goes on."""
    after, last = int(payload["after"]), int(payload["last"])
    end = time.monotonic() + SLICE_SECONDS
    while after < last and time.monotonic() < end:
        after = _some(after, last)
        progress(after, last)
    if after < last:
        jobs.enqueue(KIND, {"after": after, "last": last}, key=f"{last} {after}")


@jobs.handler(ABOUT)
def work_about(payload: dict[str, Any], progress: jobs.Progress) -> None:
    """Look at the statements about others behind `tenant` and `position`, for a while; a further job goes on."""
    place, end = (str(payload["tenant"]), int(payload["position"])), time.monotonic() + SLICE_SECONDS
    while found := about.some(place, AT_ONCE):
        with transaction.atomic():
            about.note(found)
        place = found[-1].tenant, found[-1].position
        progress(place[1], place[1])
        if time.monotonic() > end:
            jobs.enqueue(ABOUT, {"tenant": place[0], "position": place[1]}, key=f"{place[0]} {place[1]}")
            return


def _some(after: int, last: int) -> int:
    """Note what some statements say; the position behind them."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT position, tenant_id, body, ref FROM record_statement WHERE position > %s AND position <= %s"
            " ORDER BY position LIMIT %s",
            [after, last, AT_ONCE],
        )
        rows = cursor.fetchall()
        mentions, refers = [], []
        for position, tenant, body, ref in rows:
            statement = msgspec.json.decode(body)
            mentions += [
                (tenant, what, position, related) for what, related in mentions_of(statement).items()
            ]
            thing = statement["object"]
            if ref is None and thing.get("objectType") == "StatementRef":
                target = spine.digits(thing["id"])
                refers.append((target, id_key(spine.digits(tenant), target), position))
        if mentions:
            cursor.executemany(
                "INSERT INTO record_mention (tenant_id, what, position, related) VALUES (%s, %s, %s, %s)"
                " ON CONFLICT DO NOTHING",
                mentions,
            )
        if refers:
            cursor.executemany(
                "UPDATE record_statement SET ref = %s, ref_key = %s WHERE position = %s", refers
            )
            about.note(about.at([position for *_, position in refers]))
    return int(rows[-1][0]) if rows else last
