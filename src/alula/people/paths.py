"""The materialised path of a unit: "/k3f9a2bc/07qd81zx/", from the top of the tree down to the unit itself.

It names a subtree: whatever is inside a unit has a path that begins with the unit's. "/" is the whole tenant.
"""

from __future__ import annotations

import secrets

from django.db.models import Q

from alula.kernel.db import on_postgres

WHOLE_TENANT = "/"
MAX_DEPTH = 32
"""Levels of a tree; a real organisation has fewer than ten."""
SEGMENT = 8
MAX_LENGTH = MAX_DEPTH * (SEGMENT + 1) + 1
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # without i l o u: read aloud and typed without mistakes


def new_segment() -> str:
    """A random segment of 40 bits. The unit keeps it for life; a move changes only what stands before it."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(SEGMENT))


EVERYTHING = ~Q(pk__in=[])
NOTHING = Q(pk__in=[])


def inside(path: str, field: str = "path") -> Q:
    """The condition that `field` holds `path` or a path below it, answered from an index on both databases.

    PostgreSQL uses LIKE 'prefix%' with a pattern index. SQLite's LIKE ignores letter case and therefore its
    indexes, so there it is the range from "/a/b/" up to "/a/b0" ("0" is the character that follows "/").
    """
    if path == WHOLE_TENANT:
        return EVERYTHING
    if on_postgres():
        return Q(**{f"{field}__startswith": path})
    return Q(**{f"{field}__gte": path, f"{field}__lt": path[:-1] + chr(ord("/") + 1)})


def inside_any(scopes: tuple[str, ...], field: str = "path") -> Q:
    """The condition that `field` lies inside one of the paths `scopes`; no paths, no match."""
    condition = NOTHING
    for path in scopes:
        condition |= inside(path, field)
    return condition
