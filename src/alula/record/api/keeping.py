"""Who keeps what goes in and out of a tenant's record."""

from __future__ import annotations

from django.http import HttpRequest

from alula.kernel.actor import Actor
from alula.kernel.errors import Refusal
from alula.record.directory import directory


def keeper(request: HttpRequest) -> Actor:
    """Who asks, when they administer the tenant.

    Raises:
        Refusal: kernel.forbidden (403).
    """
    actor: Actor = request.actor
    if not directory().administers(actor):
        raise Refusal("kernel.forbidden", status=403)
    return actor
