"""Small requests with statements, taken from the connection and answered on it, past ASGI, which costs more than they do.

uvicorn reads every request, keeps their order, and its own rules of closing. What is as most are, a small statement of a
credential that was let in a moment ago, is prepared when its last byte came and answered in one write when it is durable.
Everything else, and everything that is refused before it is read, goes uvicorn's way to the application, which gives the
same answers; so do all requests when uvicorn no longer calls what is overridden here.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any, ClassVar, NamedTuple

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from alula.record.lean.intake import Desk
from alula.record.lean.writer import Outcome
from alula.record.xapi import counting, http
from alula.record.xapi.calls import Call, call_of
from alula.record.xapi.credentials import Credential
from alula.record.xapi.resources import prepare_statements, stored_answer, versioned
from alula.record.xapi.storing import Prepared

PATH = f"{http.PREFIX}statements"
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

Headers = Iterable[tuple[bytes, bytes]]


class Taken(NamedTuple):
    """A request that is handled here: uvicorn's own cycle of it, and what it holds at the desk."""

    cycle: RequestResponseCycle
    headers: dict[str, str]
    credential: Credential
    desk: Desk
    size: int


class StatementsProtocol(HttpToolsProtocol):
    """uvicorn's protocol, with a way of its own for small requests with statements. Not for use but by `speaking`.

    It relies on `_start_asgi_task` (a request's turn has come), `on_message_complete`, `connection_lost`, `on_response_complete`;
    on app, access_log, flow.write_paused, transport, loop, server_state.default_headers; and of a cycle on scope, body, more_body,
    keep_alive, disconnected, response_started, response_complete.
    """

    always: ClassVar[list[tuple[bytes, bytes]]] = []
    _foot: ClassVar[bytes] = b""
    _taken: Taken | None = None

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        taken = self._take(cycle) if app is self.app else None
        if taken is None:
            super()._start_asgi_task(cycle, app)
        elif cycle.more_body:
            self._taken = taken
        else:  # it waited behind another one
            self._store(taken)

    def on_message_complete(self) -> None:
        super().on_message_complete()
        taken = self._taken
        if taken is not None and not taken.cycle.more_body:
            self._taken = None
            self._store(taken)

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        if self._taken is not None:
            self._taken.desk.leave(self._taken.size)
            self._taken = None

    def _take(self, cycle: RequestResponseCycle) -> Taken | None:
        """The request as it is handled here, in hand at the desk; None when it is not to be."""
        scope = cycle.scope
        if scope["path"] != PATH or scope["method"] not in ("POST", "PUT") or b"method=" in scope["query_string"]:
            return None
        headers: dict[str, str] = {}
        for name, value in scope["headers"]:
            if name in _HEARD:
                headers[_HEARD[name]] = value.decode("latin-1")
            elif name in _UNUSUAL:
                return None
        length = headers.get("content-length", "")
        size = int(length) if length.isdecimal() and len(length) < len(str(http.SMALL_BYTES)) + 1 else None
        credential = http.welcome(headers.get("authorization", ""))
        if size is None or size > http.SMALL_BYTES or credential is None or self.access_log or self.flow.write_paused:
            return None
        desk = http.desk
        if size > desk.largest or not desk.enter():
            return None
        if not desk.hold(size):
            desk.leave(0)
            return None
        return Taken(cycle, headers, credential, desk, size)

    def _store(self, taken: Taken) -> None:
        """Its last byte is there: prepare it and get in line."""
        scope = taken.cycle.scope
        try:
            call = versioned(
                call_of(
                    scope["method"],
                    PATH.removeprefix(http.PREFIX),
                    scope["query_string"],
                    taken.headers,
                    bytes(taken.cycle.body),
                )
            )
            prepared = prepare_statements(call, taken.credential)
        except Exception as error:  # noqa: BLE001 - sorted out there
            self._refuse(taken, error)
            return
        http.intake().write(prepared, self.loop, partial(self._answer, taken, call, prepared))

    def _refuse(self, taken: Taken, error: Exception) -> None:
        """Refusals are rare: they are sent as uvicorn sends them."""
        taken.desk.leave(taken.size)
        response = http.failed(taken.headers, error, f"{taken.cycle.scope['method']} {PATH.removeprefix(http.PREFIX)}")
        response.raw_headers.extend(self.always)
        super()._start_asgi_task(taken.cycle, response)  # type: ignore[arg-type]

    def _answer(self, taken: Taken, call: Call, prepared: Prepared, outcome: Outcome) -> None:
        """It is durable or refused."""
        if outcome is not None:
            self._refuse(taken, outcome)
            return
        taken.desk.leave(taken.size)
        made, cycle = stored_answer(call, prepared), taken.cycle
        counting.answered(made.status)
        if cycle.disconnected or self.transport.is_closing():
            return
        headers = (*self.server_state.default_headers, *http.headers_of(call.version, made))
        self.transport.write(
            b"".join(
                (
                    STATUS_LINE[made.status],
                    lines(headers),
                    self._foot,
                    b"\r\n" if cycle.keep_alive else b"connection: close\r\n\r\n",
                    made.body,
                )
            )
        )
        cycle.response_started = cycle.response_complete = True
        if not cycle.keep_alive:
            self.transport.close()
        self.on_response_complete()


def lines(headers: Headers) -> bytes:
    """Headers as they are sent."""
    return b"".join([b"%b: %b\r\n" % one for one in headers])


def speaking(always: Headers) -> type[StatementsProtocol]:
    """The class to give uvicorn as `http`.

    Args:
        always: what the layers around the application add to each of its answers; none of the names that it uses itself.
    """
    every = list(always)
    return type("Statements", (StatementsProtocol,), {"always": every, "_foot": lines(every)})
