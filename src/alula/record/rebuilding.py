"""Rebuilding a reader as a job: asked for on a page, done by a worker, its progress to be seen meanwhile."""

from __future__ import annotations

import logging
import time
from typing import Any
from uuid import UUID

from django.db import transaction

from alula.kernel import jobs
from alula.kernel.errors import Refusal
from alula.kernel.jobs import JobState, Progress
from alula.record import reading, spine, statements
from alula.record.reading import ReaderFailedError
from alula.record.services import append

log = logging.getLogger(__name__)

KIND = "record.rebuild"
TOLD_SECONDS = 1.0
"""How often the progress is written down."""


def rebuild_later(tenant_id: UUID, by: UUID, name: str) -> None:
    """Ask that a reader be rebuilt, unless that is asked for already; the act is in the record of the one who asks.

    Raises:
        Refusal: record.unknown_reader (404); record.no_reset (409).
    """
    if not reading.can_rebuild(name):
        raise Refusal("record.no_reset", status=409, name=name)
    now = rebuild_state(name)
    with transaction.atomic():
        jobs.enqueue(KIND, {"reader": name}, key=name)
        if now is None or now.state in ("done", "failed"):
            append(tenant_id, [statements.reader_rebuilt(tenant_id, by, name)])


def rebuild_state(name: str) -> JobState | None:
    """How far the newest rebuild of a reader is; None when there was none."""
    return jobs.state_of(KIND, name)


@jobs.handler(KIND)
def _rebuild(payload: dict[str, Any], progress: Progress) -> None:
    name, end, told = payload["reader"], spine.head().position, 0.0

    def tell(handled: int) -> None:
        nonlocal told
        if time.monotonic() - told > TOLD_SECONDS:
            told = time.monotonic()
            progress(handled, max(handled, end))

    progress(0, end)
    try:
        total = reading.rebuild(name, progress=tell)
    except ReaderFailedError:
        # To begin again would meet the same statement. The reader says what it is, and its loop tries again by itself.
        log.exception("the rebuild of %s stopped", name)
        return
    progress(total, total)
