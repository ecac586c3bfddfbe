"""Jobs: work that must run after a commit, and again if its worker dies (docs/decisions/0007-jobs.md).

A job is a row written in the caller's transaction: it exists exactly when the caller's change does. A worker takes a
lease on it and renews the lease while it works; a worker that dies lets the lease run out, and the next one starts the
job again. A handler therefore may run twice and must be written so that the second run changes nothing: it makes its
result final in one transaction.
"""

from __future__ import annotations

import logging
import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from django.db import close_old_connections, connection, models, transaction

from alula.kernel.clock import now
from alula.kernel.models import Job

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=15)
TRIES = 5
Progress = Callable[[int, int], None]
Handler = Callable[[dict[str, Any], Progress], None]

_handlers: dict[str, Handler] = {}
_wake = threading.Event()


def handler(kind: str) -> Callable[[Handler], Handler]:
    """Register the function that does jobs of `kind`; it receives the payload and a function to tell its progress."""

    def keep(function: Handler) -> Handler:
        _handlers[kind] = function
        return function

    return keep


def enqueue(
    kind: str,
    payload: dict[str, Any],
    *,
    key: str,
    tenant_id: UUID | None = None,
    after: datetime | None = None,
) -> UUID:
    """Ask for a job, in the caller's transaction. An open job of the same kind and key is not asked for twice.

    `after` is the moment before which it is not done; at once when none is given.
    """
    assert kind in _handlers, kind
    open_one = (
        Job.objects.filter(kind=kind, key=key, done_at=None, failed_at=None)
        .values_list("id", flat=True)
        .first()
    )
    if open_one:
        return open_one
    job = Job.objects.create(
        kind=kind, key=key, payload=payload, tenant_id=tenant_id, run_after=after or now()
    )
    transaction.on_commit(_wake.set)
    return job.id


State = Literal["waiting", "running", "done", "failed"]


@dataclass(frozen=True)
class JobState:
    """How far a job is: "waiting", "running", "done" or "failed", and its progress (0 of 0 when it told none)."""

    state: State
    done: int
    of: int
    error: str


def state_of(kind: str, key: str) -> JobState | None:
    """The newest job of that kind and key."""
    job = Job.objects.filter(kind=kind, key=key).order_by("-created_at").first()
    if job is None:
        return None
    state: State = (
        "done" if job.done_at else "failed" if job.failed_at else "running" if job.lease_until else "waiting"
    )
    return JobState(state=state, done=job.progress_done, of=job.progress_of, error=job.error)


@dataclass(frozen=True)
class JobCounts:
    """How many jobs wait (for their turn, or to be tried again), run at this moment, and were given up."""

    waiting: int
    running: int
    failed: int


def counts() -> JobCounts:
    """Of all kinds and tenants."""
    is_open = models.Q(done_at=None, failed_at=None)
    running = is_open & models.Q(lease_until__gte=now())
    found = Job.objects.filter(done_at=None).aggregate(
        open=models.Count("id", filter=is_open),
        running=models.Count("id", filter=running),
        failed=models.Count("id", filter=~models.Q(failed_at=None)),
    )
    return JobCounts(found["open"] - found["running"], found["running"], found["failed"])


@dataclass(frozen=True)
class GivenUp:
    """A job that failed too often; it stays with its error."""

    kind: str
    key: str
    failed_at: datetime
    error: str


def given_up(limit: int) -> list[GivenUp]:
    """The jobs given up last, newest first."""
    found = Job.objects.exclude(failed_at=None).order_by("-failed_at")[:limit]
    return [GivenUp(one.kind, one.key, one.failed_at, one.error) for one in found]


def run_next(worker: str = "test") -> bool:
    """Take one job that is due and do it. False when there is none."""
    job = _take(worker)
    if job is None:
        return False
    try:
        with _renewed(job.id, worker):
            _handlers[job.kind](job.payload, _progress(job.id))
    except Exception as error:  # a job's fault must not end the worker; it is kept with the job
        log.exception("job %s (%s) failed, attempt %s", job.kind, job.key, job.attempts)
        _put_back(job, error)
    else:
        Job.objects.filter(id=job.id).update(done_at=now(), error="")
    return True


def _take(worker: str) -> Job | None:
    with transaction.atomic():
        due = Job.objects.filter(done_at=None, failed_at=None, run_after__lte=now(), kind__in=list(_handlers))
        due = due.filter(models.Q(lease_until=None) | models.Q(lease_until__lt=now())).order_by("run_after")
        if connection.features.has_select_for_update_skip_locked:
            due = due.select_for_update(skip_locked=True)
        job = due.first()
        if job is None:
            return None
        job.lease_until, job.worker, job.attempts = now() + LEASE, worker, job.attempts + 1
        job.save(update_fields=["lease_until", "worker", "attempts"])
        return job


def _put_back(job: Job, error: Exception) -> None:
    changes: dict[str, Any] = {"lease_until": None, "error": f"{type(error).__name__}: {error}"}
    if job.attempts >= TRIES:
        changes["failed_at"] = now()
    else:
        changes["run_after"] = now() + timedelta(seconds=2**job.attempts)
    Job.objects.filter(id=job.id).update(**changes)


def _progress(job_id: UUID) -> Progress:
    def tell(done: int, of: int) -> None:
        Job.objects.filter(id=job_id).update(progress_done=done, progress_of=of)

    return tell


@contextmanager
def _renewed(job_id: UUID, worker: str) -> Iterator[None]:
    """Keep the lease while the block runs, from a thread of its own so that long computing does not lose it."""
    over = threading.Event()

    def renew() -> None:
        while not over.wait(LEASE.total_seconds() / 3):
            Job.objects.filter(id=job_id, worker=worker, done_at=None).update(lease_until=now() + LEASE)
        connection.close()

    thread = threading.Thread(target=renew, name="job-lease", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


class Worker(threading.Thread):
    """A thread that does jobs until told to stop; several in several processes may run at once."""

    def __init__(self, name: str = "") -> None:
        super().__init__(name=name or f"jobs-{socket.gethostname()}-{os.getpid()}", daemon=True)
        self._stopping = threading.Event()

    def stop(self) -> None:
        """Finish the job in hand and end."""
        self._stopping.set()
        _wake.set()

    def run(self) -> None:
        while not self._stopping.is_set():
            close_old_connections()
            try:
                busy = run_next(self.name)
            except Exception:  # the database may be away for a while; the worker outlives it
                log.exception("jobs: cannot reach the database")
                busy = False
            if not busy:
                _wake.wait(1.0)
                _wake.clear()
        connection.close()
