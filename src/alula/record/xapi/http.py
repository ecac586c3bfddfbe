"""The front of /xapi/: reads a request asynchronously, answers it in a thread, refuses before memory or threads run out."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

import msgspec
from django.db import DatabaseError, InterfaceError, close_old_connections
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Mount, Route

from alula.kernel.errors import Refusal
from alula.kernel.settings import setting
from alula.kernel.texts import negotiate
from alula.record.moments import to_text
from alula.record.through import consistent_through
from alula.record.xapi import counting, oauth
from alula.record.xapi.calls import ADDRESS, Answer, call_of, default_version, version_of
from alula.record.xapi.cors import Cors
from alula.record.xapi.resources import answer

log = logging.getLogger(__name__)

threads = setting("ALULA_XAPI_THREADS", 8, "Threads that answer xAPI requests.")
waiting = setting(
    "ALULA_XAPI_WAITING", 64, "xAPI requests in hand at once; more are answered 503 with Retry-After."
)
largest = setting(
    "ALULA_XAPI_BYTES", 16 * 1024 * 1024, "Bytes of one xAPI request, attachments included, at most."
)

METHODS = ["GET", "HEAD", "PUT", "POST", "DELETE", "PATCH", "OPTIONS"]
RETRY_SECONDS = 2


class Desk:
    """How many requests are in hand; the count is the only thing that requests share."""

    def __init__(self) -> None:
        self._count = 0
        self._lock = threading.Lock()

    def enter(self) -> bool:
        with self._lock:
            if self._count >= waiting.value:
                return False
            self._count += 1
            return True

    @property
    def in_hand(self) -> int:
        """Requests that are read or answered at this moment."""
        return self._count

    def leave(self) -> None:
        with self._lock:
            self._count -= 1


desk = Desk()


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(threads.value, "xapi")


async def xapi(request: Request) -> Response:
    """Every request below /xapi/."""
    loop = asyncio.get_running_loop()
    headers = {name.lower(): value for name, value in request.headers.items()}
    headers[ADDRESS] = request.client.host if request.client else ""
    if not desk.enter():
        return await loop.run_in_executor(
            _threads(), _in_thread, refused, headers, Refusal("xapi.busy", status=503)
        )
    try:
        try:
            body = await _body(request)
        except Refusal as refusal:
            return await loop.run_in_executor(_threads(), _in_thread, refused, headers, refusal)
        parts = (
            request.method,
            request.path_params["resource"],
            request.scope["query_string"],
            headers,
            body,
        )
        return await loop.run_in_executor(_threads(), _in_thread, answered, *parts)
    except ClientDisconnect:
        return Response(status_code=400)
    finally:
        desk.leave()


async def _body(request: Request) -> bytes:
    pieces, size = [], 0
    async for piece in request.stream():
        size += len(piece)
        if size > largest.value:
            raise Refusal("xapi.too_large", status=413, bytes=largest.value)
        pieces.append(piece)
    return b"".join(pieces)


def _in_thread(make: Callable[..., Response], *parts: Any) -> Response:
    """Make a response with the thread's own connection, which is renewed when it broke or is too old."""
    close_old_connections()
    try:
        return make(*parts)
    finally:
        close_old_connections()


def answered(method: str, resource: str, query: bytes, headers: dict[str, str], body: bytes) -> Response:
    """The response to a whole request; never raises."""
    try:
        call = call_of(method, resource, query, headers, body)
        headers = dict(call.headers)
        return _response(headers, answer(call))
    except Refusal as refusal:
        return refused(headers, refusal)
    except (DatabaseError, InterfaceError, OSError):
        log.exception("xAPI: storage is in trouble at %s %s", method, resource)
        return refused(headers, Refusal("xapi.unavailable", status=503))
    except Exception:
        log.exception("xAPI: fault at %s %s", method, resource)
        return refused(headers, Refusal("kernel.fault", status=500))


def refused(headers: dict[str, str], refusal: Refusal) -> Response:
    """A refusal as problem+json, with the headers that every response of xAPI carries."""
    language = negotiate(headers.get("accept-language", ""))
    body = msgspec.json.encode(refusal.problem(language))
    extra: dict[str, str] = {"Content-Language": language}
    if refusal.status in (429, 503):
        extra["Retry-After"] = str(refusal.values.get("seconds", RETRY_SECONDS))
    if refusal.status == 405 and refusal.expected:
        extra["Allow"] = ", ".join(refusal.expected)
    if refusal.code == "xapi.busy":
        counting.turned_away()
    response = _response(headers, Answer(refusal.status, body, "application/problem+json", extra))
    if refusal.status == 401:
        for challenge in _challenges(headers.get("authorization", "")):
            response.headers.append("WWW-Authenticate", challenge)
    return response


def _challenges(authorization: str) -> tuple[str, str]:
    """How one may sign in (RFC 7617; RFC 6750, section 3: a token that came and was refused is called so)."""
    wrong = ', error="invalid_token"' if authorization.lower().startswith("bearer ") else ""
    return 'Basic realm="xAPI", charset="UTF-8"', f'Bearer realm="xAPI"{wrong}'


def _response(headers: dict[str, str], made: Answer) -> Response:
    try:
        version = version_of(headers.get("x-experience-api-version"))
    except Refusal:
        version = default_version.value
    every: dict[str, Any] = {
        "X-Experience-API-Version": version,
        "X-Experience-API-Consistent-Through": to_text(consistent_through()),
        "Cache-Control": "no-store",
        **made.headers,
    }
    if made.status != 204:
        every["Content-Type"] = made.content_type
    counting.answered(made.status)
    return Response(made.body, made.status, every)


routes = [
    Mount(
        "/xapi",
        routes=[*oauth.routes, Route("/{resource:path}", xapi, methods=METHODS)],
        middleware=[Middleware(Cors)],
    )
]
