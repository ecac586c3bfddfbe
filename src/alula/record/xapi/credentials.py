"""Credentials: what other systems sign in with. The secret is shown once and kept as a hash.

The secret has 256 random bits, so one SHA-256 is enough: a slow hash protects guessable passwords, and nobody guesses
this one. It is compared in constant time. What was found is remembered for a few seconds, so that a busy system does not
cost a query per request; a credential that ended stops within that time, and so do the bearer tokens made with it.

Whoever makes, renews, ends or resumes one is named (`by`), and the act becomes a statement in the same transaction.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
import threading
import time
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from alula.kernel import clock
from alula.kernel.errors import Refusal, not_found, register
from alula.record import statements
from alula.record.iri import iri
from alula.record.models import CredentialRow
from alula.record.services import append
from alula.record.statement import Verb
from alula.record.xapi import attempts, tokens

SCOPES = ("write", "read_own", "read_all", "define", "profile")
"""write statements; read those that came through this credential, or all of the tenant; define activities (their names
for everybody); read and write State and Profile documents."""

REMEMBERED_SECONDS = 5.0
REMEMBERED = 10_000
USE_NOTED = timedelta(minutes=1)
RESUMABLE = timedelta(minutes=10)
"""How long an end can be taken back: to undo a slip, not to bring back what was ended for a reason."""

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
        "no_scopes": {"zh": "请至少选择一项权限。", "en": "Please choose at least one scope."},
        "not_resumable": {
            "zh": "停用已超过 10 分钟，不能恢复。请新建一个凭据。",
            "en": "It ended more than 10 minutes ago and cannot be resumed. Please make a new one.",
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
            "account": {"homePage": _home(self.tenant_id), "name": self.key},
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
_generation = 0


def add(tenant_id: UUID, name: str, scopes: list[str], *, by: UUID | None = None) -> NewCredential:
    """Make a credential for a system that will write to or read from a tenant's record.

    Args:
        tenant_id: whose record.
        name: what the system is called; it stands in the statements that it sends.
        scopes: of SCOPES.
        by: the person of the tenant who makes it, the nil id for a command; nothing is said when left out.

    Raises:
        Refusal: xapi.no_such_scope, xapi.no_scopes (422).
    """
    for scope in scopes:
        if scope not in SCOPES:
            raise Refusal(
                "xapi.no_such_scope", status=422, field="scopes", scope=scope, known=", ".join(SCOPES)
            )
    if not scopes:
        raise Refusal("xapi.no_scopes", status=422, field="scopes")
    return _add(tenant_id, name, scopes, by, statements.MADE)


def _add(tenant_id: UUID, name: str, scopes: list[str], by: UUID | None, verb: Verb) -> NewCredential:
    secret = secrets.token_urlsafe(32)
    with transaction.atomic():
        row = CredentialRow.objects.create(
            key=secrets.token_hex(10),
            tenant_id=tenant_id,
            secret_hash=_hash(secret),
            name=name,
            scopes=sorted(set(scopes)),
            created_at=clock.now(),
        )
        _say(row, by, verb)
    return NewCredential(_card(row), secret)


def rotate(
    tenant_id: UUID, key: str, *, overlap: timedelta = timedelta(days=1), by: UUID | None = None
) -> NewCredential:
    """A new credential with the same name and scopes; the old one ends after `overlap`, so that nothing stops meanwhile.

    Raises:
        Refusal: kernel.not_found (404), when the tenant has none by this key or it has ended.
    """
    with transaction.atomic():
        row = _row(tenant_id, key)
        if _ended(row.ends_at):
            raise not_found()
        fresh = _add(tenant_id, row.name, row.scopes, by, statements.ROTATED)
        _set_end(row, clock.now() + overlap)
    return fresh


def end(tenant_id: UUID, key: str, *, at: datetime | None = None, by: UUID | None = None) -> None:
    """Let a credential end, now or at a moment. In other processes it may be answered for five seconds more.

    One that has ended already stays as it is.

    Raises:
        Refusal: kernel.not_found (404).
    """
    with transaction.atomic():
        row = _row(tenant_id, key)
        if not _ended(row.ends_at):
            _set_end(row, at or clock.now())
            _say(row, by, statements.ENDED)


def resume(tenant_id: UUID, key: str, *, by: UUID | None = None) -> None:
    """Take back the end of a credential, one to come or one that came less than RESUMABLE ago.

    Raises:
        Refusal: kernel.not_found (404); xapi.not_resumable (409).
    """
    with transaction.atomic():
        row = _row(tenant_id, key)
        if row.ends_at is None:
            return
        if not resumable(row.ends_at):
            raise Refusal("xapi.not_resumable", status=409)
        _set_end(row, None)
        _say(row, by, statements.RESUMED)


def resumable(ends_at: datetime | None) -> bool:
    """Whether an end can be taken back."""
    return ends_at is not None and ends_at > clock.now() - RESUMABLE


def _row(tenant_id: UUID, key: str) -> CredentialRow:
    row = CredentialRow.objects.select_for_update().filter(tenant_id=tenant_id, key=key).first()
    if row is None:
        raise not_found()
    return row


def _set_end(row: CredentialRow, at: datetime | None) -> None:
    row.ends_at = at
    row.save(update_fields=["ends_at"])
    forget()
    transaction.on_commit(forget)  # again: somebody may have looked at it in between


def _say(row: CredentialRow, by: UUID | None, verb: Verb) -> None:
    if by is not None:
        about = statements.about_credential(
            row.tenant_id, by, verb, key=row.key, name=row.name, scopes=row.scopes
        )
        append(row.tenant_id, [about])


def forget() -> None:
    """Look at every credential anew when it is used next."""
    global _generation  # noqa: PLW0603 - one number for the process
    with _lock:
        _seen.clear()
        _generation += 1


def generation() -> int:
    """Rises whenever what was remembered of credentials is forgotten; whoever remembers more forgets it then too."""
    return _generation


def authority_of(tenant_id: UUID, key: str) -> str:
    """What the table's `authority` holds for the statements that came through the credential."""
    return f"account:{_home(tenant_id)} {key}"


def _home(tenant_id: UUID) -> str:
    return iri("tenants", tenant_id, "credentials")


def credentials_of(tenant_id: UUID) -> list[Credential]:
    """A tenant's credentials, newest first, ended ones included."""
    return [_card(row) for row in CredentialRow.objects.filter(tenant_id=tenant_id).order_by("-created_at")]


def one_of(tenant_id: UUID, key: str) -> Credential:
    """A tenant's credential.

    Raises:
        Refusal: kernel.not_found (404).
    """
    row = CredentialRow.objects.filter(tenant_id=tenant_id, key=key).first()
    if row is None:
        raise not_found()
    return _card(row)


def sign_in(authorization: str, address: str = "") -> Credential:
    """The credential in an Authorization header: Basic, or a Bearer token that was made with one.

    Args:
        authorization: the header.
        address: where the request came from; wrong secrets are counted for it.

    Raises:
        Refusal: xapi.not_signed_in (401); kernel.too_many (429).
    """
    wanted = hashlib.sha256(authorization.encode()).digest()
    seen = _seen.get(wanted)
    if seen is not None and seen[0] > time.monotonic() and not _ended(seen[1].ends_at):
        return seen[1]
    kind, _, given = authorization.partition(" ")
    bearer = kind.lower() == "bearer"
    card = _by_token(given.strip()) if bearer else by_secret(*_basic(authorization), address)
    with _lock:
        if len(_seen) >= REMEMBERED:
            _seen.clear()
        _seen[wanted] = (time.monotonic() + REMEMBERED_SECONDS, card)
    return card


def by_secret(key: str, secret: str, address: str) -> Credential:
    """The credential with this secret.

    Raises:
        Refusal: xapi.not_signed_in (401); kernel.too_many (429).
    """
    attempts.check(address, key)
    row = CredentialRow.objects.filter(key=key).first()
    matches = hmac.compare_digest(_hash(secret), row.secret_hash if row else _hash(""))
    if row is None or not matches or _ended(row.ends_at):
        attempts.failed(address, key)
        raise Refusal("xapi.not_signed_in", status=401)
    return _used(row)


def _by_token(text: str) -> Credential:
    """What a token allows: no more than its credential does at this moment, and no longer than either lasts."""
    token = tokens.read(text)
    row = CredentialRow.objects.filter(key=token.key).first() if token is not None else None
    if token is None or row is None or _ended(row.ends_at):
        raise Refusal("xapi.not_signed_in", status=401)
    card = _used(row)
    ends = token.ends_at if card.ends_at is None else min(card.ends_at, token.ends_at)
    return replace(card, scopes=card.scopes & token.scopes, ends_at=ends)


def _used(row: CredentialRow) -> Credential:
    """The card of a credential in use; the use is noted, to the minute."""
    if row.last_used_at is None or row.last_used_at + USE_NOTED < clock.now():
        CredentialRow.objects.filter(key=row.key).update(last_used_at=clock.now())
    return _card(row)


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
