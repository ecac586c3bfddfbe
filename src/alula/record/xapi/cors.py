"""CORS for /xapi: content on another site, in a browser, may send statements when the operator names its origin."""

from __future__ import annotations

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from alula.kernel.settings import setting

METHODS = ("GET", "HEAD", "PUT", "POST", "DELETE")
SENT = (
    "Authorization",
    "Content-Type",
    "X-Experience-API-Version",
    "If-Match",
    "If-None-Match",
    "Accept-Language",
)
EXPOSED = (
    "X-Experience-API-Version",
    "X-Experience-API-Consistent-Through",
    "ETag",
    "Last-Modified",
    "Retry-After",
    "WWW-Authenticate",
)
KEPT_SECONDS = 3600


def _origins(text: str) -> tuple[str, ...]:
    origins = tuple(part.strip().rstrip("/") for part in text.split(",") if part.strip())
    for one in origins:
        scheme, found, host = one.partition("://")
        if one != "*" and (not found or scheme not in ("http", "https") or not host or "/" in host):
            raise ValueError("expected origins such as https://content.example, or *")
    return origins


_NONE: tuple[str, ...] = ()
origins = setting(
    "ALULA_XAPI_ORIGINS",
    _NONE,
    "Origins (https://...) whose pages may use /xapi from a browser, separated by commas; * for any; empty: none.",
    _origins,
)


class Cors:
    """Answers preflights and marks answers for the origins in the setting; none: every request passes as it is.

    Cookies are never allowed: a system signs in with the header that it sends.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._made: tuple[tuple[str, ...], ASGIApp] = ((), app)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        allowed = origins.value
        if self._made[0] != allowed:
            self._made = (allowed, self._with(allowed))
        await self._made[1](scope, receive, send)

    def _with(self, allowed: tuple[str, ...]) -> ASGIApp:
        if not allowed:
            return self.app
        return CORSMiddleware(
            self.app,
            allow_origins=allowed,
            allow_methods=METHODS,
            allow_headers=SENT,
            expose_headers=EXPOSED,
            max_age=KEPT_SECONDS,
        )
