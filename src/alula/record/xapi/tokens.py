"""Bearer tokens: signed and not stored. A token names a credential, what it may do, and until when.

Nothing needs to be looked up to know that a token is ours, and nothing needs to be cleared away; a token ends with its
credential all the same, since the credential is looked at whenever it is used (docs/decisions/0010-doors-of-the-record.md).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.core import signing

from alula.kernel import clock

LIFE = timedelta(hours=1)
_SALT = "alula.record.xapi.tokens"


@dataclass(frozen=True)
class Token:
    """What a token says: for which credential, with which of its scopes, until when."""

    key: str
    scopes: frozenset[str]
    ends_at: datetime


def issue(key: str, scopes: Iterable[str]) -> str:
    """A token for a credential, good for LIFE."""
    ends = int((clock.now() + LIFE).timestamp())
    return signing.Signer(salt=_SALT).sign_object([key, sorted(scopes), ends])


def read(text: str) -> Token | None:
    """What a token says; None when it is not one of ours or has ended."""
    try:
        key, scopes, ends = signing.Signer(salt=_SALT).unsign_object(text)
    except signing.BadSignature:
        return None
    token = Token(key, frozenset(scopes), datetime.fromtimestamp(ends, UTC))
    return token if token.ends_at > clock.now() else None
