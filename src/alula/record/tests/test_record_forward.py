"""What is written is sent on: in order, once by id, patiently, and nowhere that it must not go."""

from __future__ import annotations

import json
import re
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from uuid import UUID

import httpx
import pytest

from alula.kernel import clock, jobs
from alula.kernel.errors import Refusal
from alula.record import facade as record
from alula.record.facade import append
from alula.record.moving import addresses, forwarder, forwardings
from alula.record.moving.models import ForwardingRow
from alula.record.tests.conftest import OTHER_TENANT, TENANT
from alula.record.xapi import multipart

COMPLETED = "http://adlnet.gov/expapi/verbs/completed"


class Store:
    """Another store on loopback: keeps by id, and answers as told."""

    def __init__(self):
        self.kept, self.requests, self.order = {}, [], []
        self.status, self.get_status, self.refuses, self.headers = 200, 200, {}, {}
        store = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                raw = self.rfile.read(int(self.headers["Content-Length"]))
                store.requests.append((self.path, dict(self.headers), raw))
                self._answer(*store.take(self.headers["Content-Type"], raw))

            def do_GET(self):
                store.requests.append((self.path, dict(self.headers), b""))
                self._answer(store.get_status, b"")

            def _answer(self, status, said):
                self.send_response(status)
                for name, value in store.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(said)))
                self.end_headers()
                self.wfile.write(said)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/xapi/"

    def take(self, content_type, raw):
        if self.status != 200:
            return self.status, b"not now"
        if content_type.startswith("multipart"):
            raw = multipart.parse(content_type, raw)[0].content
        batch = json.loads(raw)
        for one in batch:
            if one["id"] in self.refuses:
                return self.refuses[one["id"]], b"this one is wrong"
        for one in batch:
            if one["id"] not in self.kept:
                self.order.append(one["id"])
            self.kept[one["id"]] = one
        return 200, b"[]"


@pytest.fixture
def store(monkeypatch):
    monkeypatch.setenv("ALULA_FORWARD_PRIVATE", "true")
    one = Store()
    yield one
    one.server.shutdown()
    one.server.server_close()


@pytest.fixture
def client():
    with httpx.Client(trust_env=False, follow_redirects=False) as one:
        yield one


def forward(store, **more):
    options = {"endpoint": store.url, "user": "key", "password": "s3cret", **more}
    return record.add_forwarding(TENANT, options.pop("name", "archive"), **options)


def steps(client, one, most=50):
    """As the loop does, until nothing moves."""
    while most and forwarder.step(client, one.id, "test"):
        most -= 1
    return state(one)


def state(one):
    return next(f for f in record.forwardings_of(TENANT, ended=True) if f.id == one.id)


def later(seconds):
    return clock.at(clock.now() + timedelta(seconds=seconds))


@pytest.mark.django_db
def test_everything_arrives_in_order_and_the_backlog_is_seen(store, client, did, monkeypatch):
    monkeypatch.setattr(forwarder, "BATCH", 10)
    monkeypatch.setattr(forwarder, "WINDOW", 25)
    ids = append(TENANT, [did(who=n) for n in range(35)])
    append(OTHER_TENANT, [did(who=n, tenant=OTHER_TENANT) for n in range(30)])
    ids += append(TENANT, [did(who=n) for n in range(5)])
    one = forward(store)
    assert one.behind == 40
    assert forwarder.step(client, one.id, "test")
    assert (state(one).behind, state(one).sent) == (30, 10)
    done = steps(client, one)
    assert (done.behind, done.sent, done.aside, done.last_error) == (0, 40, 0, "")
    assert store.order == [str(id_) for id_ in ids]
    path, headers, _ = store.requests[0]
    assert path == "/xapi/statements"
    assert headers["X-Experience-API-Version"] == "1.0.3"
    assert headers["Authorization"].startswith("Basic ")
    assert headers["Host"] == store.url.split("/")[2]
    assert all("stored" not in one for one in store.kept.values())


@pytest.mark.django_db
def test_only_what_was_asked_for_is_sent(store, client, did):
    tea, other = did(course="tea"), did(course="coffee")
    append(TENANT, [tea, other])
    by_verb = forward(store, name="verb", verbs=["https://example.com/drank"])
    steps(client, by_verb)
    assert store.kept == {}
    by_activity = forward(store, name="activity", activities=[tea.object.id])
    assert by_activity.behind == 1
    steps(client, by_activity)
    assert list(store.kept) == [str(tea.id)]
    new = forward(store, name="new", only_new=True, verbs=[COMPLETED])
    assert new.behind == 0
    latest = append(TENANT, [did(course="coffee")])[0]
    steps(client, new)
    assert set(store.kept) == {str(tea.id), str(latest)}


@pytest.mark.django_db
@pytest.mark.parametrize("status", [500, 503, 429, 401, 403, 404, 302])
def test_a_store_that_is_not_ready_is_asked_again_later(store, client, did, status):
    append(TENANT, [did()])
    one = forward(store)
    store.status = status
    store.headers = {"Location": store.url} if status == 302 else {}
    assert steps(client, one).failures == 1
    assert len(store.requests) == 1  # a redirect is not followed
    assert str(status) in state(one).last_error
    assert forwarder.step(client, one.id, "test") is None  # not before its time
    with later(3):
        forwarder.step(client, one.id, "test")
    assert state(one).failures == 2
    assert state(one).retry_at - clock.now() > timedelta(seconds=5)
    store.status = 200
    with later(30):
        assert steps(client, one).sent == 1
    assert (state(one).last_error, state(one).failures, state(one).retry_at) == ("", 0, None)


@pytest.mark.django_db
def test_a_store_says_when_it_wants_to_be_asked_again(store, client, did):
    append(TENANT, [did()])
    one = forward(store)
    store.status, store.headers = 503, {"Retry-After": "120"}
    steps(client, one)
    assert timedelta(seconds=110) < state(one).retry_at - clock.now() <= timedelta(seconds=120)


@pytest.mark.django_db
def test_what_the_store_does_not_take_is_put_aside_and_the_rest_goes_on(store, client, did):
    ids = append(TENANT, [did(who=n) for n in range(20)])
    store.refuses = {str(ids[3]): 400, str(ids[4]): 409, str(ids[19]): 413}
    one = forward(store)
    done = steps(client, one)
    assert (done.sent, done.aside, done.behind, done.failures) == (17, 3, 0, 0)
    assert [UUID(id_) for id_ in store.order] == [id_ for n, id_ in enumerate(ids) if n not in (3, 4, 19)]
    asides = record.forwarding_asides(TENANT, one.id)
    assert [(one.statement_id, one.status) for one in asides] == [
        (ids[19], 413),
        (ids[4], 409),
        (ids[3], 400),
    ]
    assert asides[0].reason == "this one is wrong"
    with pytest.raises(Refusal):
        record.forwarding_asides(OTHER_TENANT, one.id)


@pytest.mark.django_db
def test_a_sender_that_died_is_followed_by_another_and_nothing_is_doubled(store, client, did, monkeypatch):
    ids = append(TENANT, [did(who=n) for n in range(5)])
    one = forward(store)

    def dying(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(forwarder, "_move", dying)
        with pytest.raises(KeyboardInterrupt):
            forwarder.step(client, one.id, "first")
    assert len(store.kept) == 5
    assert forwarder.step(client, one.id, "second") is None  # still held
    with later(forwarder.HELD.total_seconds() + 1):
        assert forwarder.step(client, one.id, "second")
    assert state(one).sent == 5
    assert store.order == [str(id_) for id_ in ids]
    assert len(store.requests) == 2


@pytest.mark.django_db
def test_a_sender_that_was_too_slow_moves_nothing(store, client, did):
    append(TENANT, [did()])
    one = forward(store)
    taken = forwarder._take(one.id, "slow")
    with later(forwarder.HELD.total_seconds() + 1):
        assert forwarder.step(client, one.id, "quick")
    row = ForwardingRow.objects.get(id=one.id)
    forwarder._move(taken, [], [], forwarder.Place(0, 0))
    assert ForwardingRow.objects.get(id=one.id).position == row.position > 0


@pytest.mark.django_db
def test_a_statement_of_2_0_and_its_attachment_go_to_a_store_of_1_0_3(store, client, lrs):
    from alula.record.tests.test_record_import import multipart_of, statement, with_attachment

    content_type, body = multipart_of(with_attachment(7, b"well done"), [b"well done"])
    lrs.call("POST", "statements", body, headers={"content-type": content_type})
    lrs.post([statement(8, version="2.0.0")])
    one = forward(store)
    assert steps(client, one).sent == 2
    assert b"well done" in store.requests[0][2]
    assert "version" not in store.kept[statement(8)["id"]]


@pytest.mark.django_db
def test_ended_means_ended(store, client, did):
    append(TENANT, [did()])
    one = forward(store)
    with pytest.raises(Refusal) as twice:
        forward(store)
    assert twice.value.code == "moving.forwarding_exists"
    with pytest.raises(Refusal):
        record.end_forwarding(OTHER_TENANT, "archive")
    record.end_forwarding(TENANT, "archive")
    assert forwarder.step(client, one.id, "test") is None
    assert store.requests == []
    with later(forwardings.RESTORABLE.total_seconds() + 1):
        assert jobs.run_next()
    assert ForwardingRow.objects.get(id=one.id).secret == ""
    assert record.forwardings_of(TENANT) == []
    assert forward(store).behind == 1  # the name is free again


@pytest.mark.django_db
def test_the_password_is_not_in_the_table(store, client, did, settings):
    append(TENANT, [did()])
    one = forward(store)
    row = ForwardingRow.objects.get(id=one.id)
    assert "s3cret" not in row.secret
    assert forwardings.password_of(row) == "s3cret"
    settings.SECRET_KEY = "another"
    assert "ALULA_SECRET_KEY" in steps(client, one).last_error
    assert store.requests == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "10.1.2.3",
        "192.168.0.1",
        "169.254.169.254",
        "[::1]",
        "[fd00::1]",
        "0.0.0.0",
        "[::ffff:10.0.0.1]",
        "2130706433",
        "[64:ff9b::a00:1]",
        "100.64.0.1",
        "224.0.0.1",
    ],
)
def test_nothing_is_forwarded_to_this_machine_or_its_neighbours(host):
    with pytest.raises(Refusal) as refused:
        record.add_forwarding(TENANT, "inside", endpoint=f"https://{host}/xapi/", user="u", password="p")
    assert refused.value.code in ("moving.endpoint_private", "moving.endpoint_unknown")
    assert record.forwardings_of(TENANT) == []


def test_public_addresses_are_public():
    assert addresses.public("8.8.8.8")
    assert addresses.public("2606:4700::1111")
    for one in (
        "127.0.0.1",
        "10.0.0.1",
        "::1",
        "::ffff:127.0.0.1",
        "fe80::1%eth0",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
    ):
        assert not addresses.public(one)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "endpoint",
    [
        "http://lrs.example/xapi/",
        "ftp://lrs.example/",
        "lrs.example",
        "https://",
        "https://u:p@lrs.example/",
        "https://lrs.example/?a=1",
        "https://lrs.example:99999/",
    ],
)
def test_an_endpoint_is_an_https_address_and_nothing_more(endpoint):
    with pytest.raises(Refusal) as refused:
        record.add_forwarding(TENANT, "wrong", endpoint=endpoint, user="u", password="p")
    assert refused.value.code == "moving.endpoint"
    zh, en = refused.value.sentence("zh"), refused.value.sentence("en")
    assert set(re.findall("[A-Za-z]{2,}", zh)) <= {"https"}
    assert re.fullmatch(r"地址无效：.*。", zh)
    assert en.startswith("The endpoint is not right: it")


@pytest.mark.django_db
def test_a_name_that_leads_inside_later_is_refused_then(store, client, did, monkeypatch):
    append(TENANT, [did()])
    one = forward(store, endpoint=store.url.replace("127.0.0.1", "localhost"))
    monkeypatch.setenv("ALULA_FORWARD_PRIVATE", "false")
    assert "private" in steps(client, one).last_error
    assert store.requests == []


@pytest.mark.django_db(transaction=True)
def test_the_loop_sends_what_is_written_and_ends_when_told(store, did):
    one = forward(store)
    loop = record.ForwardLoop()
    loop.start()
    try:
        ids = append(TENANT, [did(who=n) for n in range(3)])
        for _ in range(200):
            if state(one).sent == 3:
                break
            threading.Event().wait(0.05)
        assert store.order == [str(id_) for id_ in ids]
    finally:
        loop.stop()
        loop.join(10)
    assert not loop.is_alive()
