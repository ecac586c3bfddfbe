"""The front of /xapi/: reads a request asynchronously, answers it in a thread, refuses before memory or threads run out.

Statements to store go through the intake (alula.record.lean), everything else through a few threads.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import cache, lru_cache
from typing import Any

import msgspec
from django.db import DatabaseError, InterfaceError, close_old_connections
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.routing import Mount, Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from alula.kernel.errors import Refusal
from alula.kernel.settings import setting
from alula.kernel.texts import negotiate
from alula.record.lean.intake import Desk, Intake
from alula.record.moments import to_text
from alula.record.through import consistent_through, known_through
from alula.record.xapi import counting, oauth
from alula.record.xapi.calls import ADDRESS, Answer, Call, call_of, default_version, version_of
from alula.record.xapi.cors import Cors
from alula.record.xapi.credentials import Credential, generation
from alula.record.xapi.resources import admitted, answer, prepare_statements, stored_answer, versioned
from alula.record.xapi.storing import Prepared

log = logging.getLogger(__name__)

threads = setting(
    "ALULA_XAPI_THREADS", 8, "Threads that answer xAPI requests other than statements to store."
)
PREFIX, OAUTH = "/xapi/", "/xapi/oauth/"
RETRY_SECONDS = 2
SMALL_BYTES = 8192
"""Up to here a request is prepared by the thread that read it: that takes less than handing it to another one."""
WELCOME, WELCOME_SECONDS = 1000, 1.0
"""Credentials that are let in without asking where they are kept, and for how long after it was asked."""

desk = Desk()
_welcome: dict[str, tuple[Credential, float, int]] = {}


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(threads.value, "xapi")


@cache
def intake() -> Intake:
    """The process's intake, started by the first request."""
    return Intake()


class Body:
    """The bytes of a request; what they take at the desk."""

    def __init__(self) -> None:
        self.held = 0

    async def read(self, receive: Receive, announced: str) -> bytes:
        """All of it.

        Raises:
            Refusal: xapi.too_large (413), xapi.busy (503) when too much is in hand.
            ClientDisconnect: the sender went away.
        """
        if announced.isdigit():
            self._hold(int(announced[:15]))
        pieces: list[bytes] = []
        size = 0
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise ClientDisconnect
            piece = message.get("body", b"")
            size += len(piece)
            if size > self.held:
                self._hold(size - self.held)
            pieces.append(piece)
            if not message.get("more_body", False):
                return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def _hold(self, size: int) -> None:
        if self.held + size > desk.largest:
            raise Refusal("xapi.too_large", status=413, bytes=desk.largest)
        if not desk.hold(size):
            raise Refusal("xapi.busy", status=503)
        self.held += size


class Front:
    """Every request below /xapi/, as ASGI."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        headers[ADDRESS] = scope["client"][0] if scope.get("client") else ""
        if not desk.enter():
            await refused(headers, Refusal("xapi.busy", status=503))(scope, receive, send)
            return
        body = Body()
        try:
            response = await self._answer(scope, receive, headers, body)
        except ClientDisconnect:
            return
        finally:
            desk.leave(body.held)
        await response(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, headers: dict[str, str], body: Body) -> ASGIApp:
        try:
            raw = await body.read(receive, headers.get("content-length", ""))
        except Refusal as refusal:
            return refused(headers, refusal)
        resource, method = scope["path"][len(PREFIX) :], scope["method"]
        parts = (method, resource, scope["query_string"], headers, raw)
        if resource == "statements" and method in ("POST", "PUT") and b"method=" not in scope["query_string"]:
            return await stored(*parts)
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(_threads(), _in_thread, answered, *parts)


class Stored:
    """The answer to statements that are stored, with the headers of `_response`."""

    def __init__(self, version: str, made: Answer) -> None:
        self._made = made
        self._headers = stored_headers(
            version, made.status, made.content_type, len(made.body), known_through()
        )

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        counting.answered(self._made.status)
        await send({"type": "http.response.start", "status": self._made.status, "headers": self._headers})
        await send({"type": "http.response.body", "body": self._made.body})


@lru_cache(64)
def stored_headers(
    version: str, status: int, content_type: str, length: int, through: datetime
) -> tuple[tuple[bytes, bytes], ...]:
    """The headers of an answer to statements that are stored: the same for a whole group, so often sent that it counts."""
    headers = (
        (b"x-experience-api-version", version.encode()),
        (b"x-experience-api-consistent-through", to_text(through).encode()),
        (b"cache-control", b"no-store"),
    )
    if status == 204:
        return headers
    return (*headers, (b"content-type", content_type.encode()), (b"content-length", str(length).encode()))


async def stored(method: str, resource: str, query: bytes, headers: dict[str, str], body: bytes) -> ASGIApp:
    """The response to a request with statements, when they are durable or refused."""
    calls: list[Call] = []
    word = headers.get("authorization", "")
    known, asked = welcome(word), generation()
    here = known is not None and len(body) <= SMALL_BYTES

    def prepare() -> Prepared:
        call = call_of(method, resource, query, headers, body)
        if here and known is not None:
            call, credential = versioned(call), known
        else:
            call, credential = admitted(call)
            _remember(word, credential, asked)
        calls.append(call)
        return prepare_statements(call, credential)

    outcome, prepared = await intake().store(prepare, here=here)
    if outcome is None:
        assert isinstance(prepared, Prepared)
        return Stored(calls[0].version, stored_answer(calls[0], prepared))
    return failed(headers, outcome, f"{method} {resource}")


def welcome(word: str) -> Credential | None:
    """Whose Authorization header this is, when he was let in a moment ago; asks nobody."""
    known = _welcome.get(word)
    if known is None or known[1] <= time.monotonic() or known[2] != generation():
        return None
    return known[0]


def _remember(word: str, credential: Credential, asked: int) -> None:
    """`asked` is the generation before the credential was looked at: one that ended meanwhile is not welcome."""
    if len(_welcome) >= WELCOME:
        _welcome.clear()
    _welcome[word] = (credential, time.monotonic() + WELCOME_SECONDS, asked)


def _in_thread(make: Callable[..., Response], *parts: Any) -> Response:
    """Make a response with the thread's own connection, which is renewed when it broke or is too old."""
    close_old_connections()
    try:
        return make(*parts)
    finally:
        close_old_connections()


def answered(method: str, resource: str, query: bytes, headers: dict[str, str], body: bytes) -> Response:
    """The response to a whole request, made in this thread and the caller's transaction; never raises."""
    through = (
        consistent_through()
    )  # before anything is read: what comes in between must not seem to be behind it
    try:
        call = call_of(method, resource, query, headers, body)
        headers = dict(call.headers)
        return _response(headers, answer(call), through)
    except Exception as error:  # noqa: BLE001 - sorted out there
        return failed(headers, error, f"{method} {resource}", through)


def failed(
    headers: Mapping[str, str], error: Exception, what: str, through: datetime | None = None
) -> Response:
    """The response to a request that was refused, or met trouble with the storage, or a fault of ours."""
    if isinstance(error, Refusal):
        return refused(headers, error, through)
    log.error("xAPI: %s failed", what, exc_info=error)
    if isinstance(error, (DatabaseError, InterfaceError, OSError)):
        return refused(headers, Refusal("xapi.unavailable", status=503), through)
    return refused(headers, Refusal("kernel.fault", status=500), through)


def refused(headers: Mapping[str, str], refusal: Refusal, through: datetime | None = None) -> Response:
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
    response = _response(headers, Answer(refusal.status, body, "application/problem+json", extra), through)
    if refusal.status == 401:
        for challenge in _challenges(headers.get("authorization", "")):
            response.headers.append("WWW-Authenticate", challenge)
    return response


def _challenges(authorization: str) -> tuple[str, str]:
    """How one may sign in (RFC 7617; RFC 6750, section 3: a token that came and was refused is called so)."""
    wrong = ', error="invalid_token"' if authorization.lower().startswith("bearer ") else ""
    return 'Basic realm="xAPI", charset="UTF-8"', f'Bearer realm="xAPI"{wrong}'


def _response(headers: Mapping[str, str], made: Answer, through: datetime | None = None) -> Response:
    """The whole response. `through`: the moment that was true before anything was read, left out where nothing was."""
    try:
        version = version_of(headers.get("x-experience-api-version"))
    except Refusal:
        version = default_version.value
    every: dict[str, Any] = {
        "X-Experience-API-Version": version,
        "X-Experience-API-Consistent-Through": to_text(through or known_through()),
        "Cache-Control": "no-store",
        **made.headers,
    }
    if made.status != 204:
        every["Content-Type"] = made.content_type
    counting.answered(made.status)
    return Response(made.body, made.status, every)


class Resources:
    """Statements and the other resources to the front; the addresses of oauth, which answer in its own way, to theirs."""

    def __init__(self) -> None:
        self.front = Front()
        every = [*oauth.routes, Route("/{resource:path}", self.front)]
        self.signing_in = Router([Mount(PREFIX.rstrip("/"), routes=every)])

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        signing_in = scope["path"].startswith(OAUTH)
        await (self.signing_in if signing_in else self.front)(scope, receive, send)


application = Cors(Resources())
"""Everything below PREFIX, as ASGI."""
