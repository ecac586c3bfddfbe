"""Hashes: ids that follow from what they stand for, and what the indexes of the record are made of.

A statement is found by its id, actor, verb, activity, registration and authority. Their texts are long and come in no
order, so the indexes hold hashes of them, of 8 bytes (of 16 where two must never be the same); a tenant is part of each.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import blake2b
from uuid import UUID

REMEMBERED, LATEST = 32_768, 4096
"""Hashes of texts that come again and again: persons, verbs, activities; hashes of ids, asked for twice in a write."""


def hashed_id(*parts: object) -> UUID:
    """A UUID (version 8, RFC 9562) that follows from the parts, written as texts, alone."""
    raw = blake2b(" ".join(map(str, parts)).encode(), digest_size=16).digest()
    value = int.from_bytes(raw, "big") & ~(0xF << 76) | 8 << 76
    return UUID(int=value & ~(0x3 << 62) | 0x2 << 62)


@lru_cache(LATEST)
def id_hash(tenant: str, one: str) -> bytes:
    """The 16 bytes that stand for a tenant's statement; `tenant` and `one` are 32 hexadecimal digits.

    Nobody can find a second statement with the same ones (some 2^64 tries), so an index of them is one of ids.
    """
    return blake2b((tenant + one).encode(), digest_size=16).digest()


def text_hash(tenant: str, text: str) -> int:
    """A number of 64 bits, signed, that stands for a text of a tenant (32 hexadecimal digits).

    Two texts may have the same one, so whoever finds a statement by it looks at the text too.
    """
    return int.from_bytes(blake2b((tenant + text).encode(), digest_size=8).digest(), "big", signed=True)


remembered_hash = lru_cache(REMEMBERED)(text_hash)
"""`text_hash`, for texts that are likely to come again."""
