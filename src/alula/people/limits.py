"""How often a stranger may ask, per address of the network: for the few routes that need no sign-in."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest

from alula.kernel.errors import Refusal

_WINDOW = 60
"""Seconds."""


def limit(request: HttpRequest, what: str, *, a_minute: int) -> None:
    """Count a request; too many of one kind within a minute are refused until the minute is over.

    Raises:
        Refusal: kernel.too_many (429).
    """
    key = f"limit:{what}:{get_adapter().get_client_ip(request)}"
    if cache.add(key, 1, _WINDOW):
        return
    try:
        count = cache.incr(key)
    except ValueError:  # the minute ended between the two calls
        return
    if count > a_minute:
        raise Refusal("kernel.too_many", status=429, seconds=_WINDOW)
