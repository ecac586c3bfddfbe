"""Ids that follow from what they stand for, so that the same thing met again has the same id."""

from __future__ import annotations

from hashlib import blake2b
from uuid import UUID


def hashed_id(*parts: object) -> UUID:
    """A UUID (version 8, RFC 9562) that follows from the parts, written as texts, alone."""
    raw = blake2b(" ".join(map(str, parts)).encode(), digest_size=16).digest()
    value = int.from_bytes(raw, "big") & ~(0xF << 76) | 8 << 76
    return UUID(int=value & ~(0x3 << 62) | 0x2 << 62)
