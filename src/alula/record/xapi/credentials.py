"""Credentials: what other systems sign in with. The secret is shown once and kept as a hash.

The secret has 256 random bits, so one SHA-256 is enough: a slow hash protects guessable passwords, and nobody guesses
this one. It is compared in constant time. What was found is remembered for a few seconds, so that a busy system does not
cost a query per request; a credential that ended stops within that time.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
import threading
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from alula.kernel import clock
from alula.kernel.errors import Refusal, not_found, register
from alula.record.iri import iri
from alula.record.models import CredentialRow

SCOPES = ("write", "read_own", "read_all", "define", "profile")
"""write statements; read those that came through this credential, or all of the tenant; define activities (their names
for everybody); read and write State and Profile documents."""

REMEMBERED_SECONDS = 5.0
REMEMBERED = 10_000
USE_NOTED = timedelta(minutes=1)

register(
    "xapi",
    {
        "not_signed_in": {"zh": "缺少凭据，或凭据无效。", "en": "The credential is missing or not valid."},
        "scope": {
            "zh": "该凭据没有“{scope}”权限。",
            "en": "This credential does not have the scope “{scope}”.",
        },
        "no_such_scope": {
            "zh": "没有“{scope}”这一权限，可用的有：{known}。",
            "en": "There is no scope “{scope}”; there are {known}.",
        },
    },
)


@dataclass(frozen=True)
class Credential:
    """A credential as others may see it. `ends_at` None: it does not end by itself."""

    key: str
    tenant_id: UUID
    name: str
    scopes: frozenset[str]
    created_at: datetime
    last_used_at: datetime | None
    ends_at: datetime | None

    @property
    def authority(self) -> dict[str, Any]:
        """The agent that stands as authority in the statements that came through it."""
        return {
            "objectType": "Agent",
            "account": {"homePage": iri("tenants", self.tenant_id, "credentials"), "name": self.key},
            "name": self.name,
        }

    def require(self, *scopes: str) -> None:
        """Refuse (403 xapi.scope) unless it has one of the scopes."""
        if self.scopes.isdisjoint(scopes):
            raise Refusal("xapi.scope", status=403, expected=list(scopes), scope=scopes[0])


@dataclass(frozen=True)
class NewCredential:
    """A credential with its secret, which nobody can read again."""

    credential: Credential
    secret: str


_seen: dict[bytes, tuple[float, Credential]] = {}
_lock = threading.Lock()


def add(tenant_id: UUID, name: str, scopes: list[str]) -> NewCredential:
    """Make a credential for a system that will write to or read from a tenant's record.

    Raises:
        Refusal: xapi.no_such_scope (422).
    """
    for scope in scopes:
        if scope not in SCOPES:
            raise Refusal(
                "xapi.no_such_scope", status=422, field="scopes", scope=scope, known=", ".join(SCOPES)
            )
    secret = secrets.token_urlsafe(32)
    row = CredentialRow.objects.create(
        key=secrets.token_hex(10),
        tenant_id=tenant_id,
        secret_hash=_hash(secret),
        name=name,
        scopes=sorted(set(scopes)),
        created_at=clock.now(),
    )
    return NewCredential(_card(row), secret)


def rotate(tenant_id: UUID, key: str, *, overlap: timedelta = timedelta(days=1)) -> NewCredential:
    """A new credential with the same name and scopes; the old one ends after `overlap`, so that nothing stops meanwhile.

    Raises:
        Refusal: kernel.not_found (404), when the tenant has none by this key or it has ended.
    """
    row = CredentialRow.objects.filter(tenant_id=tenant_id, key=key).first()
    if row is None or _ended(row.ends_at):
        raise not_found()
    fresh = add(tenant_id, row.name, row.scopes)
    end(tenant_id, key, at=clock.now() + overlap)
    return fresh


def end(tenant_id: UUID, key: str, *, at: datetime | None = None) -> None:
    """Let a credential end, now or at a moment. In other processes it may be answered for five seconds more.

    Raises:
        Refusal: kernel.not_found (404).
    """
    if not CredentialRow.objects.filter(tenant_id=tenant_id, key=key).update(ends_at=at or clock.now()):
        raise not_found()
    with _lock:
        _seen.clear()


def credentials_of(tenant_id: UUID) -> list[Credential]:
    """A tenant's credentials, newest first, ended ones included."""
    return [_card(row) for row in CredentialRow.objects.filter(tenant_id=tenant_id).order_by("-created_at")]


def sign_in(authorization: str) -> Credential:
    """The credential in an Authorization header (Basic).

    Raises:
        Refusal: xapi.not_signed_in (401).
    """
    wanted = hashlib.sha256(authorization.encode()).digest()
    seen = _seen.get(wanted)
    if seen is not None and seen[0] > time.monotonic() and not _ended(seen[1].ends_at):
        return seen[1]
    key, secret = _basic(authorization)
    row = CredentialRow.objects.filter(key=key).first()
    matches = hmac.compare_digest(_hash(secret), row.secret_hash if row else _hash(""))
    if row is None or not matches or _ended(row.ends_at):
        raise Refusal("xapi.not_signed_in", status=401)
    if row.last_used_at is None or row.last_used_at + USE_NOTED < clock.now():
        CredentialRow.objects.filter(key=key).update(last_used_at=clock.now())
    card = _card(row)
    with _lock:
        if len(_seen) >= REMEMBERED:
            _seen.clear()
        _seen[wanted] = (time.monotonic() + REMEMBERED_SECONDS, card)
    return card


def _basic(authorization: str) -> tuple[str, str]:
    kind, _, encoded = authorization.partition(" ")
    try:
        key, colon, secret = base64.b64decode(encoded.strip(), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeError):
        colon = ""
    if kind.lower() != "basic" or not colon or "\x00" in key:
        raise Refusal("xapi.not_signed_in", status=401)
    return key, secret


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _ended(moment: datetime | None) -> bool:
    return moment is not None and moment <= clock.now()


def _card(row: CredentialRow) -> Credential:
    return Credential(
        row.key,
        row.tenant_id,
        row.name,
        frozenset(row.scopes),
        row.created_at,
        row.last_used_at,
        row.ends_at,
    )
