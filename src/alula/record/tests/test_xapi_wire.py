"""Statements answered on the connection itself, over real sockets: the same answers as the application's, in order, bounded."""

from __future__ import annotations

import base64
import json
import re
import socket
import threading
import time
from contextlib import contextmanager
from uuid import UUID, uuid4

import pytest
import uvicorn
from django.db import OperationalError

from alula.record.facade import end_credential
from alula.record.lean import group, intake
from alula.record.xapi import http, wire

ALWAYS = [(b"x-content-type-options", b"nosniff"), (b"referrer-policy", b"same-origin")]
PATH = "/xapi/statements"


async def application(scope, receive, send):
    """The record's routes in a layer that adds headers, as the site's does."""

    async def with_headers(message):
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message["headers"], *ALWAYS]}
        await send(message)

    await http.application(scope, receive, with_headers)


def said(one=None, **more):
    return {
        "id": str(one or uuid4()),
        "actor": {"account": {"homePage": "https://firm.example", "name": "li"}},
        "verb": {"id": "http://example.com/did"},
        "object": {"id": "https://firm.example/lessons/1"},
        **more,
    }


def body_of(thing):
    return thing if isinstance(thing, bytes) else json.dumps(thing, ensure_ascii=False).encode()


class Server:
    """uvicorn in a thread, and requests of one credential to it."""

    def __init__(self, lrs, protocol, **options):
        self.word = "Basic " + base64.b64encode(f"{lrs.credential.key}:{lrs.secret}".encode()).decode()
        listening = socket.create_server(("127.0.0.1", 0))
        self.port = listening.getsockname()[1]
        self.uvicorn = uvicorn.Server(
            uvicorn.Config(
                application,
                http=protocol,
                lifespan="off",
                access_log=False,
                log_level="warning",
                timeout_graceful_shutdown=5,
                **options,
            )
        )
        self.thread = threading.Thread(target=self.uvicorn.run, args=([listening],))
        self.thread.start()

    def stop(self):
        self.uvicorn.should_exit = True
        self.thread.join(15)
        assert not self.thread.is_alive()

    def request(self, thing, /, line=f"POST {PATH} HTTP/1.1", **headers):
        """The bytes of a request; headers with "_" for "-", None for one that is left out."""
        body = body_of(thing)
        every = {
            "Host": "localhost",
            "Authorization": self.word,
            "X-Experience-API-Version": "2.0.0",
            "Content-Type": "application/json",
            "Content-Length": str(len(body)),
        }
        every.update({name.replace("_", "-"): value for name, value in headers.items()})
        named = [f"{name}: {value}\r\n" for name, value in every.items() if value is not None]
        return f"{line}\r\n{''.join(named)}\r\n".encode() + body

    @contextmanager
    def line(self):
        one = Line(self.port)
        try:
            yield one
        finally:
            one.socket.close()

    def let_in(self):
        """Send one statement, so that the credential is known."""
        with self.line() as line:
            assert line.ask(self.request(said())).status == 200


class Line:
    """A connection."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=10)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.read = b""

    def ask(self, request):
        self.socket.sendall(request)
        return self.answer()

    def answer(self):
        while b"\r\n\r\n" not in self.read:
            self._more()
        head, _, rest = self.read.partition(b"\r\n\r\n")
        if head.startswith(b"HTTP/1.1 100 "):  # go on, it says: the answer comes behind it
            self.read = rest
            return self.answer()
        found = re.search(rb"\r\ncontent-length: (\d+)", head)
        length = int(found[1]) if found else 0
        while len(rest) < length:
            self._more()
            rest = self.read.partition(b"\r\n\r\n")[2]
        self.read = rest[length:]
        return Answered(head, rest[:length])

    def _more(self):
        piece = self.socket.recv(65536)
        if not piece:
            raise EOFError
        self.read += piece

    def is_closed(self):
        self.socket.settimeout(3)  # less than uvicorn waits for another request
        try:
            return self.socket.recv(1) == b""
        except ConnectionResetError:
            return True


class Answered:
    """An answer; `plain` without what two moments differ in."""

    def __init__(self, head, body):
        self.status, self.body = int(head[9:12]), body
        self.head = head
        self.plain = re.sub(rb"(date|x-experience-api-consistent-through): [^\r]*", rb"\1: ?", head), body


@pytest.fixture
def start(transactional_db, lrs_of, monkeypatch):
    """Start servers with an intake and a desk of their own; they end with the test."""
    own, servers, lrs = intake.Intake(), [], lrs_of()
    monkeypatch.setattr(http, "intake", lambda: own)
    monkeypatch.setattr(http, "desk", intake.Desk())
    monkeypatch.setattr(http, "_welcome", {})
    monkeypatch.setattr(http, "WELCOME_SECONDS", 60.0)
    monkeypatch.setattr(wire, "_heads", {})

    def make(protocol=None, **options):
        one = Server(lrs, protocol or wire.speaking(ALWAYS), **options)
        one.lrs = lrs
        servers.append(one)
        return one

    yield make
    for one in servers:
        one.stop()
    own.stop()


@pytest.fixture
def server(start):
    one = start()
    one.let_in()
    return one


@pytest.fixture
def here(monkeypatch):
    """The bodies of requests that were handled on the connection."""
    seen, store = [], wire.StatementsProtocol._store

    def note(self, taken, body):
        seen.append(body)
        store(self, taken, body)

    monkeypatch.setattr(wire.StatementsProtocol, "_store", note)
    return seen


@pytest.fixture
def held(monkeypatch):
    """Nothing is written until it is set."""
    free, write = threading.Event(), group.write
    monkeypatch.setattr(group, "write", lambda some: (free.wait(10), write(some))[1])
    yield free
    free.set()


def wait_for(condition):
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.005)


ONE, TWO, THREE = (UUID(int=n, version=4) for n in (1, 2, 3))
PUT = f"PUT {PATH}?statementId={TWO} HTTP/1.1"
GOOD = {
    "one": (said(ONE), {}),
    "a list": ([said(ONE), said(THREE)], {}),
    "put": (said(TWO), {"line": PUT}),
    "1.0.3": (said(ONE), {"X_Experience_API_Version": "1.0.3"}),
    "a charset": (said(ONE), {"Content_Type": "application/json; charset=utf-8"}),
    "two ends of lines inside": (said(ONE, result={"response": "a\r\n\r\nb"}), {}),
    "close": (said(ONE), {"Connection": "close"}),
    "HTTP/1.0": (said(ONE), {"line": f"POST {PATH} HTTP/1.0"}),
    "behind a proxy": (said(ONE), {"X_Forwarded_For": "203.0.113.9"}),
    "an escaped path": (said(ONE), {"line": "POST /xapi/%73tatements HTTP/1.1"}),
    "nothing in a list": ([], {}),
    "a large list": ([said(UUID(int=n, version=4)) for n in range(10, 510)], {}),
}
BAD = {
    "broken JSON": (b'{"actor":', {}),
    "no body": (b"", {}),
    "not UTF-8": (b'{"actor":"\xff"}', {}),
    "no verb": ({**said(), "verb": None}, {}),
    "no verb, in Chinese": ({**said(), "verb": None}, {"Accept_Language": "zh"}),
    "another content": (said(ONE, result={"success": False}), {}),
    "no version": (said(), {"X_Experience_API_Version": None}),
    "a strange version": (said(), {"X_Experience_API_Version": "9"}),
    "no credential": (said(), {"Authorization": None}),
    "a wrong credential": (said(), {"Authorization": "Basic YTpi"}),
    "a strange type": (said(), {"Content_Type": "text/plain"}),
    "no type": (said(), {"Content_Type": None}),
    "put without id": (said(), {"line": f"PUT {PATH} HTTP/1.1"}),
    "put of another id": (said(ONE), {"line": PUT}),
    "a parameter twice": (said(), {"line": f"{PUT[:-9]}&statementId=x HTTP/1.1"}),
    "a strange parameter": (said(), {"line": f"POST {PATH}?x=1 HTTP/1.1"}),
    "the alternate syntax": (said(), {"line": f"POST {PATH}?method=PUT HTTP/1.1"}),
    "an expectation": (said(ONE), {"Expect": "100-continue"}),
    "another method": (said(), {"line": f"DELETE {PATH} HTTP/1.1"}),
    "another resource": (said(), {"line": "POST /xapi/nothing HTTP/1.1"}),
    "large and wrong": ([{}] * 4000, {}),
    "large, and one wrong": ([*(said(UUID(int=n, version=4)) for n in range(10, 510)), {}], {}),
    "large, and another content": (
        [said(UUID(int=n, version=4), result={"success": n > 400}) for n in range(10, 510)],
        {},
    ),
}


def asked(server, thing, options):
    """What is answered to a request: in one piece, again on the same connection, byte by byte."""
    request, found = server.request(thing, **options), []
    with server.line() as line:
        found.append(line.ask(request).plain)
        if b"connection: close" not in found[0][0]:
            found.append(line.ask(request).plain)
    with server.line() as line:
        for at in range(len(request) if len(request) < 2000 else 0):
            line.socket.sendall(request[at : at + 1])
        found.append(line.answer().plain if len(request) < 2000 else found[0])
    return found


@pytest.mark.parametrize("kinds", [GOOD, BAD], ids=["good", "bad"])
def test_answers_are_those_of_the_application(start, here, kinds):
    ours, uvicorns = start(), start("httptools")
    ours.let_in()
    uvicorns.let_in()
    ours.let_in()
    with ours.line() as line:
        assert line.ask(ours.request(said(ONE))).status == 200
    for name, (thing, options) in kinds.items():
        here.clear()
        assert asked(ours, thing, options) == asked(uvicorns, thing, options), name
        if kinds is GOOD:
            assert len(here) == (2 if name in ("close", "HTTP/1.0", "a large list") else 3), name
    wait_for(lambda: http.desk.in_hand == 0)
    assert http.desk._bytes == 0


def test_trouble_and_limits_are_answered_the_same(start, monkeypatch):
    ours, uvicorns = start(), start("httptools")
    ours.let_in()

    def both(status, **options):
        found = [asked(one, said(ONE), options) for one in (ours, uvicorns)]
        assert found[0] == found[1]
        assert f" {status} ".encode() in found[0][0][0]

    monkeypatch.setenv("ALULA_XAPI_ORIGINS", "https://content.example")
    both(200, Origin="https://content.example")
    both(200)
    monkeypatch.delenv("ALULA_XAPI_ORIGINS")
    both(200, Origin="https://content.example")

    def away(*_):
        raise OperationalError("away")

    monkeypatch.setattr(group, "sort_out", away)
    both(503)
    monkeypatch.setenv("ALULA_XAPI_BYTES", "100")
    monkeypatch.setattr(http, "desk", intake.Desk())
    both(413)
    monkeypatch.setenv("ALULA_XAPI_WAITING", "0")
    monkeypatch.setattr(http, "desk", intake.Desk())
    both(503)


def test_a_known_head_is_not_parsed_again_and_is_nobody_elses(server, here, lrs_of, other_tenant):
    other = Server.__new__(Server)
    theirs = lrs_of(other_tenant)
    other.word = "Basic " + base64.b64encode(f"{theirs.credential.key}:{theirs.secret}".encode()).decode()
    with server.line() as line:
        ids = [uuid4() for _ in range(6)]
        for one in ids[:3]:
            assert json.loads(line.ask(server.request(said(one))).body) == [str(one)]
        assert len(wire._heads) == 1
        assert line.ask(other.request(said(ids[3]))).status == 200
        assert line.ask(other.request(said(ids[4]))).status == 200
        assert line.ask(server.request(said(ids[5]))).status == 200
    assert len(here) == 5  # all but the first of the other credential
    assert set(theirs.ids()) == {str(one) for one in ids[3:5]}
    assert str(ids[3]) not in server.lrs.ids()


def test_a_known_head_changes_nothing_but_the_cost(server, held):
    held.set()
    request, about = server.request(said(ONE)), server.request(b"", line="GET /xapi/about HTTP/1.1")
    with server.line() as line:
        asked = [line.ask(request).status for _ in range(3)]
        for first, rest in (
            (request[:-20], request[-20:]),  # the body is not there whole
            (b"POST /xapi/statements HTTP/1.1\r\nX-Before: ", request),  # in the middle of another head
            (b"\r\n\r\n" + request, b""),
            (request + request[:-20], request[-20:]),
        ):
            line.socket.sendall(first)
            time.sleep(0.05)
            line.socket.sendall(rest)
            asked.append(line.answer().status)
        asked.append(line.answer().status)
        assert b"version" in line.ask(about).body
        assert asked == [200] * 8
        assert list(wire._heads) == [request.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"]
        other = server.request(said(ONE, result={"success": False}))
        asked = [line.ask(one).status for one in (request, other, other, request, request, other, other)]
        assert asked == [200, 409, 409, 200, 200, 409, 409]
        assert server.uvicorn.server_state.total_requests == 17
        assert line.ask(request).status == 200
        held.clear()
        line.socket.sendall(request)
        wait_for(lambda: http.desk.in_hand == 1)
        line.socket.sendall(request)
        time.sleep(0.1)
        assert http.desk.in_hand == 1
        held.set()
        assert [line.answer().status, line.answer().status] == [200, 200]


def test_the_heads_that_are_remembered_are_few(server, monkeypatch):
    monkeypatch.setattr(wire, "HEADS", 3)
    with server.line() as line:
        for number in range(10):
            assert line.ask(server.request(said(), X_Request=str(number))).status == 200
            assert len(wire._heads) <= 3
        wire._heads.clear()
        assert line.ask(server.request(said(), X_Request="x" * wire.HEAD_BYTES)).status == 200
        assert line.ask(server.request(said(TWO), line=PUT)).status == 204
        assert not wire._heads


def test_what_comes_in_one_piece_is_answered_in_order(server):
    ids = [uuid4() for _ in range(4)]
    about = server.request(b"", line="GET /xapi/about HTTP/1.1")
    requests = [
        server.request(said(ids[0])),
        about,
        server.request(said(ids[1])),
        server.request({}),
        server.request(said(ids[2]), line=f"PUT {PATH}?statementId={ids[2]} HTTP/1.1"),
        server.request([said() for _ in range(500)]),
        server.request(said(ids[3])),
    ]
    with server.line() as line:
        for cut in (None, 700, 1500, 60_000):
            line.socket.sendall(b"".join(requests)[:cut])
            if cut:
                time.sleep(0.05)
                line.socket.sendall(b"".join(requests)[cut:])
            found = [line.answer() for _ in requests]
            assert [one.status for one in found] == [200, 200, 200, 400, 204, 200, 200]
            assert json.loads(found[0].body) == [str(ids[0])]
            assert b"version" in found[1].body
            assert len(json.loads(found[5].body)) == 500
            assert json.loads(found[6].body) == [str(ids[3])]


def test_what_comes_while_one_is_written_waits(server, held):
    one = uuid4()
    with server.line() as line:
        line.socket.sendall(server.request(said(one)))
        wait_for(lambda: http.desk.in_hand == 1)
        line.socket.sendall(server.request(b"", line="GET /xapi/about HTTP/1.1"))
        time.sleep(0.1)
        line.socket.settimeout(0.1)
        with pytest.raises(TimeoutError):
            line.socket.recv(1)
        line.socket.settimeout(10)
        held.set()
        assert json.loads(line.answer().body) == [str(one)]
        assert b"version" in line.answer().body


@pytest.mark.parametrize("options", [{"Connection": "close"}, {"line": f"POST {PATH} HTTP/1.0"}])
def test_a_connection_ends_as_it_was_asked_to(server, options):
    for _ in range(3):
        with server.line() as line:
            assert line.ask(server.request(said())).status == 200
            assert b"connection: close" in line.ask(server.request(said(ONE), **options)).head
            assert line.is_closed()


def test_whoever_goes_away_leaves_nothing_behind(server, held, caplog):
    ids = [uuid4() for _ in range(3)]
    for unfinished in (said(), [said() for _ in range(500)]):
        with server.line() as line:
            line.socket.sendall(server.request(unfinished)[:-10])  # in the middle of its body
            wait_for(lambda: http.desk.in_hand == 1)
        wait_for(lambda: http.desk.in_hand == 0)
    for number, one in enumerate(ids):  # while it is written; the last with another one behind it
        with server.line() as line:
            line.socket.sendall(server.request(said(one)) + (server.request(said()) if number == 2 else b""))
            wait_for(lambda n=number: http.desk.in_hand == n + 1)
    held.set()
    wait_for(lambda: http.desk.in_hand == 0)
    server.let_in()
    assert http.desk._bytes == 0
    assert {str(one) for one in ids} <= set(server.lrs.ids())
    assert not [one for one in caplog.records if one.levelname in ("WARNING", "ERROR")]


def test_when_there_is_no_room_it_says_so_and_goes_on(server, held, monkeypatch, here):
    monkeypatch.setenv("ALULA_XAPI_WAITING", "2")
    monkeypatch.setattr(http, "desk", intake.Desk())
    here.clear()
    with server.line() as first, server.line() as second, server.line() as third:
        for line in (first, second):
            line.socket.sendall(server.request(said()))
        wait_for(lambda: http.desk.in_hand == 2)
        busy = third.ask(server.request(said()))
        assert busy.status == 503
        assert b"retry-after: " in busy.head
        assert len(here) == 2
        held.set()
        assert [first.answer().status, second.answer().status] == [200, 200]
        assert third.ask(server.request(said())).status == 200
    wait_for(lambda: http.desk.in_hand == 0)
    assert http.desk._bytes == 0


def test_a_credential_that_ended_is_not_let_in_again(server):
    with server.line() as line:
        assert line.ask(server.request(said())).status == 200
        assert line.ask(server.request(said())).status == 200
        end_credential(server.lrs.credential.tenant_id, server.lrs.credential.key)
        assert line.ask(server.request(said())).status == 401


def test_small_ones_pass_a_large_one(server, held):
    """A large request is prepared beside the loop, which goes on answering."""
    held.set()
    large = server.request([{**said(), "object": {"id": f"https://firm.example/{n}"}} for n in range(20_000)])
    with server.line() as first, server.line() as second:
        first.socket.sendall(large)
        wait_for(lambda: http.desk.in_hand == 1)
        waits = []
        while not waits or http.desk.in_hand:
            began = time.monotonic()
            assert second.ask(server.request(b"", line="GET /xapi/about HTTP/1.1")).status == 200
            waits.append(time.monotonic() - began)
        assert first.answer().status == 200
        assert len(waits) > 5


@pytest.mark.slow
def test_a_connection_without_requests_is_closed_one_at_work_is_not(start, held):
    server = start(timeout_keep_alive=1)
    held.set()
    server.let_in()
    with server.line() as line:
        for _ in range(3):
            assert line.ask(server.request(said())).status == 200
        held.clear()
        line.socket.sendall(server.request(said()))
        time.sleep(1.4)
        held.set()
        assert line.answer().status == 200
        began = time.monotonic()
        assert line.is_closed()
        assert 0.8 < time.monotonic() - began < 3


def test_what_is_in_hand_is_answered_before_the_server_ends(server, held):
    one = uuid4()
    with server.line() as line, server.line() as idle:
        assert idle.socket
        line.socket.sendall(server.request(said(one)))
        wait_for(lambda: http.desk.in_hand == 1)
        server.uvicorn.should_exit = True
        assert idle.is_closed()
        held.set()
        found = line.answer()
        assert json.loads(found.body) == [str(one)]
        assert b"connection: close" in found.head
        assert line.is_closed()
    server.stop()


def test_uvicorn_still_has_what_is_relied_on(start):
    for name in (
        "_start_asgi_task",
        "data_received",
        "on_message_begin",
        "on_body",
        "on_message_complete",
        "connection_lost",
        "on_response_complete",
        "_unset_keepalive_if_required",
    ):
        assert callable(getattr(wire.HttpToolsProtocol, name)), name
    made, connection_made = [], wire.StatementsProtocol.connection_made

    class Seen(wire.speaking(ALWAYS)):
        def connection_made(self, transport):
            connection_made(self, transport)
            made.append(self)

    server = start(Seen)
    with server.line() as line:
        assert line.ask(server.request(said())).status == 200
        [one] = made
        for name in ("app", "transport", "loop", "server_state"):
            assert hasattr(one, name), name
        assert (one.flow.write_paused, one.config.access_log) == (False, False)
        assert one.server_state.default_headers
        cycle = one.cycle
        assert (cycle.more_body, cycle.keep_alive, cycle.disconnected) == (False, True, False)
        assert cycle.response_started
        assert cycle.response_complete
        assert cycle.scope["path"] == PATH
        assert isinstance(cycle.body, bytearray)
