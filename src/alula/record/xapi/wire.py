"""Requests with statements, taken from the connection and answered on it, past ASGI, which costs more than a small one does.

uvicorn reads the requests, keeps their order and closes connections by its own rules. A request with statements, of a
credential that was let in a moment ago, is prepared when its last byte is there and answered in one write when it is durable.
Everything else, and whatever there is no room for, goes uvicorn's way to the application, which gives the same answers; so
does every request when uvicorn no longer calls what is overridden here.

A client sends the same head again and again, but for the length. What the parser said of one holds for the same bytes again.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache, partial
from typing import Any, ClassVar, NamedTuple

from msgspec.structs import replace
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from alula.kernel.errors import Refusal
from alula.record.lean.intake import Desk
from alula.record.lean.writer import Outcome
from alula.record.through import known_through
from alula.record.xapi import counting, http
from alula.record.xapi.calls import Call, call_of
from alula.record.xapi.cors import origins
from alula.record.xapi.credentials import Credential
from alula.record.xapi.resources import prepare_statements, stored_answer, versioned
from alula.record.xapi.storing import Prepared

RESOURCE = "statements"
PATH = f"{http.PREFIX}{RESOURCE}"
HEADS, HEAD_BYTES = 4096, 4096
"""Heads of requests that are remembered, and how large one may be."""

_HEARD = {
    name.encode(): name
    for name in (
        "accept-language",
        "authorization",
        "content-length",
        "content-type",
        "x-experience-api-version",
    )
}
"""All that an answer to statements depends on."""
_UNUSUAL = frozenset({b"expect", b"origin", b"transfer-encoding", b"upgrade"})
_END = b"\r\n\r\n"

Headers = Iterable[tuple[bytes, bytes]]


class Head(NamedTuple):
    """What a request says before its body: the call without it, and its length in bytes."""

    call: Call
    size: int


class Taken(NamedTuple):
    """A request that is handled here: uvicorn's own cycle of it, who sent it, and the desk that it is held at."""

    cycle: RequestResponseCycle
    head: Head
    credential: Credential
    desk: Desk


_heads: dict[bytes, Head] = {}


class StatementsProtocol(HttpToolsProtocol):
    """uvicorn's protocol, with a way of its own for requests with statements; `speaking` makes the class to use.

    Of uvicorn it relies on: `_start_asgi_task` (a request's turn has come), `data_received`, `on_message_begin`, `on_body`,
    `on_message_complete`, `connection_lost`, `on_response_complete`, `_unset_keepalive_if_required`; app, config.access_log,
    cycle (the newest), flow.write_paused, transport, loop, server_state.default_headers; and of a cycle: scope, body,
    more_body, keep_alive, disconnected, response_started, response_complete.
    """

    always: ClassVar[tuple[tuple[bytes, bytes], ...]] = ()
    foot: ClassVar[bytes] = b""  # the same as they are sent
    _taken: Taken | None = None  # its body is still coming
    _last: RequestResponseCycle | None = None  # answered here, so that nothing but these lines changed it
    _between = True  # the parser has nothing of the next request
    _began: bytes | None = None  # what came last, if a request begins with it

    def data_received(self, data: bytes) -> None:
        """Bytes came: a request whose head is known and whose body is there whole, or something for the parser."""
        cycle = self._last
        if self._between and cycle is not None and cycle is self.cycle and cycle.response_complete:
            end = data.find(_END) + len(_END)
            head = _heads.get(data[:end])
            if head is not None and len(data) - end == head.size:
                taken = self._take(cycle, head)
                if taken is not None:
                    self._unset_keepalive_if_required()
                    cycle.response_started = cycle.response_complete = False
                    self._store(taken, data[end:])
                    return
        self._began = data if self._between else None
        super().data_received(data)
        self._began = None

    def on_message_begin(self) -> None:
        self._between = False
        super().on_message_begin()

    def on_body(self, body: bytes) -> None:
        """A piece of a body. What is taken has its place at the desk: nothing has to wait until somebody reads it."""
        if self._taken is None:
            super().on_body(body)
        else:
            self._taken.cycle.body += body

    def on_message_complete(self) -> None:
        self._between = True
        super().on_message_complete()
        taken = self._taken
        if taken is not None and not taken.cycle.more_body:
            self._taken = None
            body = bytes(taken.cycle.body)
            if self._began is not None:
                _remember(self._began, taken, body)
            self._store(taken, body)

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        head = self._head_of(cycle) if app is self.app else None
        taken = self._take(cycle, head) if head is not None else None
        if taken is None:
            super()._start_asgi_task(cycle, app)
        elif cycle.more_body:
            self._taken = taken
        else:  # it waited behind another one
            self._store(taken, bytes(cycle.body))

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        if self._taken is not None:
            self._taken.desk.leave(self._taken.head.size)
            self._taken = None

    def _head_of(self, cycle: RequestResponseCycle) -> Head | None:
        """What the request says, when it is one for this way and nothing is wrong with it."""
        scope = cycle.scope
        method, query = scope["method"], scope["query_string"]
        plain = scope["path"] == PATH and method in ("POST", "PUT") and b"method=" not in query
        if not plain or self.config.access_log or origins.value:  # CORS marks every answer
            return None
        headers: dict[str, str] = {}
        for name, value in scope["headers"]:
            if name in _HEARD:
                headers[_HEARD[name]] = value.decode("latin-1")
            elif name in _UNUSUAL:
                return None
        length = headers.get("content-length", "")
        if not length.isdecimal():
            return None
        try:
            return Head(versioned(call_of(method, RESOURCE, query, headers, b"")), int(length[:15]))
        except Refusal:
            return None

    def _take(self, cycle: RequestResponseCycle, head: Head) -> Taken | None:
        """The request in hand at the desk; None when it is not for this way."""
        credential = http.welcome(head.call.header("authorization"))
        desk = http.desk
        if credential is None or self.flow.write_paused or not desk.admit(head.size):
            return None
        return Taken(cycle, head, credential, desk)

    def _store(self, taken: Taken, body: bytes) -> None:
        """It is there whole: prepare it, a large one in another thread, and get in line."""
        prepare = partial(prepare_statements, replace(taken.head.call, body=body), taken.credential)
        if len(body) > http.SMALL_BYTES:
            http.intake().take(prepare, self.loop, partial(self._answer, taken))
            return
        try:
            prepared = prepare()
        except Exception as error:  # noqa: BLE001 - sorted out there
            self._refuse(taken, error)
        else:
            http.intake().write(prepared, self.loop, lambda outcome: self._answer(taken, outcome, prepared))

    def _refuse(self, taken: Taken, error: Exception) -> None:
        """Refusals are rare: uvicorn sends them."""
        taken.desk.leave(taken.head.size)
        self._last = None
        call = taken.head.call
        response = http.failed(call.headers, error, f"{call.method} {RESOURCE}")
        response.raw_headers.extend(self.always)
        super()._start_asgi_task(taken.cycle, response)  # type: ignore[arg-type]  # Starlette's own types

    def _answer(self, taken: Taken, outcome: Outcome, prepared: Prepared | None) -> None:
        """It is durable or refused."""
        if outcome is not None:
            self._refuse(taken, outcome)
            return
        assert prepared is not None
        taken.desk.leave(taken.head.size)
        cycle, call = taken.cycle, taken.head.call
        made = stored_answer(call, prepared)
        counting.answered(made.status)
        if cycle.disconnected or self.transport.is_closing():
            return
        named = call.version, made.status, made.content_type, len(made.body), known_through()
        parts = (
            STATUS_LINE[made.status],
            lines(self.server_state.default_headers),
            _own(*named),
            self.foot,
            b"\r\n" if cycle.keep_alive else b"connection: close\r\n\r\n",
            made.body,
        )
        self.transport.write(b"".join(parts))
        cycle.response_started = cycle.response_complete = True
        self._last = cycle
        if not cycle.keep_alive:
            self.transport.close()
        self.on_response_complete()


def _remember(data: bytes, taken: Taken, body: bytes) -> None:
    """Remember the head of a request that came in one piece, when others may come with the same one."""
    end = data.find(_END) + len(_END)
    large = end > HEAD_BYTES or taken.head.size > http.SMALL_BYTES
    if large or taken.head.call.params or not taken.cycle.keep_alive or data[end:] != body:
        return
    if len(_heads) >= HEADS:
        _heads.clear()
    _heads[data[:end]] = taken.head


@lru_cache(64)
def _own(version: str, status: int, content_type: str, length: int, through: datetime) -> bytes:
    return lines(http.stored_headers(version, status, content_type, length, through))


def lines(headers: Headers) -> bytes:
    """Headers as they are sent."""
    return b"".join([b"%b: %b\r\n" % one for one in headers])


def speaking(always: Headers) -> type[StatementsProtocol]:
    """The class to give uvicorn as `http`.

    Args:
        always: what the layers around the application add to each of its answers.
    """
    every = tuple(always)
    return type("Statements", (StatementsProtocol,), {"always": every, "foot": lines(every)})
