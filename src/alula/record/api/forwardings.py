"""Forwardings to other record stores, kept by the tenant's administrators."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django.http import HttpRequest
from ninja import Router
from ninja.responses import Status

from alula.kernel import clock
from alula.record.api.keeping import keeper
from alula.record.api.moving_schemas import (
    AsideOut,
    NewForwardingIn,
    OtherStore,
    RecordForwarding,
    State,
    StoreFound,
    Version,
)
from alula.record.moving import forwardings, sending
from alula.record.moving.forwardings import Aside, Forwarding

router = Router()


def _state(one: Forwarding) -> State:
    if one.ended_at:
        return "ended"
    if one.paused_at:
        return "paused"
    return "waiting" if one.retry_at and one.retry_at > clock.now() else "running"


def _row(one: Forwarding) -> RecordForwarding:
    return RecordForwarding(
        id=one.id,
        name=one.name,
        endpoint=one.endpoint,
        user=one.user,
        version=cast("Version", one.version),
        verbs=list(one.verbs),
        activities=list(one.activities),
        state=_state(one),
        sent=one.sent,
        aside=one.aside,
        behind=one.behind,
        last_error=one.last_error,
        retry_at=one.retry_at,
        sent_at=one.sent_at,
        created_at=one.created_at,
    )


@router.get("/forwardings", response=list[RecordForwarding])
def list_forwardings(request: HttpRequest) -> list[RecordForwarding]:
    """The tenant's forwardings by name, without those that were removed."""
    return [_row(one) for one in forwardings.forwardings_of(keeper(request).tenant_id)]


@router.post("/forwardings", response={201: RecordForwarding})
def add_forwarding(request: HttpRequest, payload: NewForwardingIn) -> Status[RecordForwarding]:
    """Begin to forward."""
    actor = keeper(request)
    made = forwardings.add(actor.tenant_id, by=actor.person_id, **payload.dict())
    return Status(201, _row(made))


@router.post("/forwardings/test", response=StoreFound)
def test_forwarding(request: HttpRequest, payload: OtherStore) -> StoreFound:
    """Ask another store whether it is there and knows us; nothing is written anywhere."""
    keeper(request)
    said = sending.probe(payload.endpoint, payload.user, payload.password, payload.version)
    return StoreFound(found=said.found, status=said.status)


@router.post("/forwardings/{forwarding_id}/pause", response=RecordForwarding)
def pause_forwarding(request: HttpRequest, forwarding_id: UUID) -> RecordForwarding:
    """Send nothing for now."""
    actor = keeper(request)
    return _row(forwardings.pause(actor.tenant_id, forwarding_id, by=actor.person_id))


@router.post("/forwardings/{forwarding_id}/continue", response=RecordForwarding)
def continue_forwarding(request: HttpRequest, forwarding_id: UUID) -> RecordForwarding:
    """Send again."""
    actor = keeper(request)
    return _row(forwardings.go_on(actor.tenant_id, forwarding_id, by=actor.person_id))


@router.post("/forwardings/{forwarding_id}/end", response=RecordForwarding)
def end_forwarding(request: HttpRequest, forwarding_id: UUID) -> RecordForwarding:
    """Remove it. It can be restored for ten minutes."""
    actor = keeper(request)
    one = forwardings.one_of(actor.tenant_id, forwarding_id)
    if one.ended_at is None:
        forwardings.end(actor.tenant_id, one.name, by=actor.person_id)
    return _row(forwardings.one_of(actor.tenant_id, forwarding_id))


@router.post("/forwardings/{forwarding_id}/restore", response=RecordForwarding)
def restore_forwarding(request: HttpRequest, forwarding_id: UUID) -> RecordForwarding:
    """Take a removal back; it goes on where it was."""
    actor = keeper(request)
    return _row(forwardings.restore(actor.tenant_id, forwarding_id, by=actor.person_id))


@router.get("/forwardings/{forwarding_id}/aside", response=list[AsideOut])
def list_aside(request: HttpRequest, forwarding_id: UUID) -> list[Aside]:
    """The newest statements that the other store does not take."""
    return forwardings.asides_of(keeper(request).tenant_id, forwarding_id)
