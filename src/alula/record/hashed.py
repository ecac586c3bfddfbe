"""Hashes: ids that follow from what they stand for, and what the indexes of the record are made of.

A statement is found by its id, actor, verb, activity, registration and authority. Their texts are long and come in no
order, so the indexes hold hashes of them, of 8 bytes; a tenant is part of each. An id stands in its index as it is, behind a
hash of the tenant: ids that were made one after the other stand together.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import blake2b
from uuid import UUID

REMEMBERED = 32_768
"""Hashes of texts that come again and again: persons, verbs, activities. When there are more, all begin anew."""
TENANTS = 4096


def hashed_id(*parts: object) -> UUID:
    """A UUID (version 8, RFC 9562) that follows from the parts, written as texts, alone."""
    raw = blake2b(" ".join(map(str, parts)).encode(), digest_size=16).digest()
    value = int.from_bytes(raw, "big") & ~(0xF << 76) | 8 << 76
    return UUID(int=value & ~(0x3 << 62) | 0x2 << 62)


def id_key(tenant: str, one: str) -> bytes:
    """The 24 bytes that stand for a tenant's statement and no other; `tenant` and `one` are 32 hexadecimal digits.

    Two statements have the same ones only if they have one id, in two tenants with the same hash: of 100,000 tenants
    no two have, but once in three billion times.
    """
    return _tenant_hash(tenant) + bytes.fromhex(one)


@lru_cache(TENANTS)
def _tenant_hash(tenant: str) -> bytes:
    return blake2b(tenant.encode(), digest_size=8).digest()


def text_hash(tenant: str, text: str) -> int:
    """A number of 64 bits, signed, that stands for a text of a tenant (32 hexadecimal digits).

    Two texts may have the same one, so whoever finds a statement by it looks at the text too.
    """
    return int.from_bytes(blake2b((tenant + text).encode(), digest_size=8).digest(), "big", signed=True)


class Remembered(dict[str, int]):
    """`text_hash` of a tenant's texts, by text, for those that are likely to come again."""

    held = 0
    """Of all tenants together."""

    def __init__(self, tenant: str) -> None:
        self._tenant = tenant
        self.start = _tenant_hash(tenant)
        """What every `id_key` of the tenant starts with; the 16 bytes of the id follow."""

    def __missing__(self, text: str) -> int:
        if Remembered.held >= REMEMBERED:
            _remembered.clear()
            self.clear()
            Remembered.held = 0
        Remembered.held += 1
        found = self[text] = text_hash(self._tenant, text)
        return found


_remembered: dict[str, Remembered] = {}


def remembered(tenant: str) -> Remembered:
    """The hashes of a tenant's texts; the tenant as 32 hexadecimal digits."""
    known = _remembered.get(tenant)
    if known is None:
        known = _remembered[tenant] = Remembered(tenant)
    return known
