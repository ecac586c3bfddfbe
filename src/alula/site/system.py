"""The operator's page: readers, jobs, engines, and the rebuild of a reader. Only here do all floors meet."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from django.http import HttpRequest
from ninja import Router, Schema
from ninja.responses import Status

from alula.kernel import clock, jobs
from alula.kernel.actor import Actor, Role
from alula.people.facade import SignedIn, require
from alula.record import facade as record
from alula.record.xapi import counting
from alula.record.xapi.http import desk
from alula.site.doctor import every_check

router = Router(auth=SignedIn(), tags=["system"])

GIVEN_UP_SHOWN = 20


class Rebuild(Schema):
    """How far a rebuild is: statements handled, of about how many."""

    state: Literal["waiting", "running", "done", "failed"]
    done: int
    of: int


class ReaderRow(Schema):
    """A reader. `per_second` over the last minute; `catch_up` in seconds, null while it comes no nearer; `behind` ends at 100,000."""

    name: str
    behind: int
    seconds: float
    per_second: float
    catch_up: float | None
    failures: int
    last_error: str
    retry_at: datetime | None
    updated_at: datetime | None
    rebuildable: bool
    rebuild: Rebuild | None


class JobRow(Schema):
    """A job that was given up."""

    kind: str
    key: str
    failed_at: datetime
    error: str


class JobNumbers(Schema):
    """How many jobs there are."""

    waiting: int
    running: int
    failed: int


class SystemNow(Schema):
    """What runs, at this moment. The numbers of requests are those of the process that answers."""

    at: datetime
    last_position: int
    in_hand: int
    refused_for_load: int
    readers: list[ReaderRow]
    jobs: JobNumbers
    given_up: list[JobRow]


class Said(Schema):
    """A text in both languages."""

    zh: str
    en: str


class CheckRow(Schema):
    """A line of `alula doctor`."""

    name: str
    ok: bool
    detail: Said


def _operator(request: HttpRequest) -> Actor:
    actor: Actor = request.actor
    require(actor, Role.OPERATOR)
    return actor


def _reader(one: record.ReaderStatus) -> ReaderRow:
    state = record.rebuild_state(one.name)
    return ReaderRow(
        name=one.name,
        behind=one.lag.statements,
        seconds=one.lag.seconds,
        per_second=one.rate,
        catch_up=one.catch_up,
        failures=one.failures,
        last_error=one.last_error,
        retry_at=one.retry_at,
        updated_at=one.updated_at,
        rebuildable=record.can_rebuild(one.name),
        rebuild=Rebuild(state=state.state, done=state.done, of=state.of) if state else None,
    )


@router.get("", response=SystemNow)
def read_system(request: HttpRequest) -> SystemNow:
    """Readers, jobs and requests."""
    _operator(request)
    counts = jobs.counts()
    return SystemNow(
        at=clock.now(),
        last_position=record.last_position(),
        in_hand=desk.in_hand,
        refused_for_load=counting.refused_for_load(),
        readers=[_reader(one) for one in record.reader_status()],
        jobs=JobNumbers(waiting=counts.waiting, running=counts.running, failed=counts.failed),
        given_up=[
            JobRow(kind=one.kind, key=one.key, failed_at=one.failed_at, error=one.error)
            for one in jobs.given_up(GIVEN_UP_SHOWN)
        ],
    )


@router.get("/checks", response=list[CheckRow])
def read_checks(request: HttpRequest) -> list[CheckRow]:
    """What `alula doctor` says."""
    _operator(request)
    return [CheckRow(name=one.name, ok=one.ok, detail=Said(**one.detail)) for one in every_check()]


@router.post("/readers/{name}/rebuild", response={202: ReaderRow})
def rebuild_reader(request: HttpRequest, name: str) -> Status[ReaderRow]:
    """Empty what a reader derived and let a worker derive it again from the whole record."""
    actor = _operator(request)
    record.rebuild_later(actor.tenant_id, actor.person_id, name)
    (row,) = [one for one in record.reader_status() if one.name == name]
    return Status(202, _reader(row))
