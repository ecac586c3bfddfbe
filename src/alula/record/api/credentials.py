"""The credentials of other systems, kept by the tenant's administrators."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest
from ninja import Router
from ninja.responses import Status

from alula.kernel import clock
from alula.record.api.keeping import keeper
from alula.record.api.schemas import (
    CredentialList,
    CredentialRow,
    MadeCredential,
    NewCredentialIn,
    ScopeName,
)
from alula.record.xapi import credentials
from alula.record.xapi.credentials import Credential, NewCredential

router = Router()


def _row(one: Credential) -> CredentialRow:
    ended = one.ends_at is not None and one.ends_at <= clock.now()
    return CredentialRow(
        key=one.key,
        name=one.name,
        scopes=[cast("ScopeName", scope) for scope in credentials.SCOPES if scope in one.scopes],
        created_at=one.created_at,
        last_used_at=one.last_used_at,
        ends_at=one.ends_at,
        ended=ended,
        resumable=credentials.resumable(one.ends_at),
    )


def _endpoint(request: HttpRequest) -> str:
    return str(request.build_absolute_uri("/xapi/"))


def _made(request: HttpRequest, made: NewCredential) -> MadeCredential:
    return MadeCredential(credential=_row(made.credential), secret=made.secret, endpoint=_endpoint(request))


@router.get("/credentials", response=CredentialList)
def list_credentials(request: HttpRequest) -> CredentialList:
    """Every credential of the tenant, ended ones included."""
    actor = keeper(request)
    return CredentialList(
        items=[_row(one) for one in credentials.credentials_of(actor.tenant_id)], endpoint=_endpoint(request)
    )


@router.post("/credentials", response={201: MadeCredential})
def make_credential(request: HttpRequest, payload: NewCredentialIn) -> Status[MadeCredential]:
    """Make one. The answer shows its secret, this once."""
    actor = keeper(request)
    scopes = [str(scope) for scope in payload.scopes]
    made = credentials.add(actor.tenant_id, payload.name, scopes, by=actor.person_id)
    return Status(201, _made(request, made))


@router.post("/credentials/{key}/rotate", response={201: MadeCredential})
def rotate_credential(request: HttpRequest, key: str) -> Status[MadeCredential]:
    """Make a new one like it; the old one ends a day later."""
    actor = keeper(request)
    return Status(201, _made(request, credentials.rotate(actor.tenant_id, key, by=actor.person_id)))


@router.post("/credentials/{key}/end", response=CredentialRow)
def end_credential(request: HttpRequest, key: str) -> CredentialRow:
    """Let it end now."""
    actor = keeper(request)
    credentials.end(actor.tenant_id, key, by=actor.person_id)
    return _row(credentials.one_of(actor.tenant_id, key))


@router.post("/credentials/{key}/resume", response=CredentialRow)
def resume_credential(request: HttpRequest, key: str) -> CredentialRow:
    """Take back its end, one to come or one of the last ten minutes."""
    actor = keeper(request)
    credentials.resume(actor.tenant_id, key, by=actor.person_id)
    return _row(credentials.one_of(actor.tenant_id, key))
