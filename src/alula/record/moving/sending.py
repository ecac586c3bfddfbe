"""Sending statements to another record store over xAPI, and what its answers mean."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Any, Literal, NamedTuple
from uuid import UUID

import httpx
import msgspec

from alula.engines.files import chosen_files
from alula.kernel.errors import Refusal
from alula.record.moving import addresses, forwardings
from alula.record.moving.attachments import named_in
from alula.record.moving.models import ForwardingRow
from alula.record.spine import StoredStatement
from alula.record.xapi import multipart, showing
from alula.record.xapi.storing import attachment_key

TIMEOUT = httpx.Timeout(20.0, connect=5.0)
PROBE_TIMEOUT = httpx.Timeout(5.0)
LONGEST_SECONDS = 30.0
"""For one request in all; a store that answers drop by drop is given up then."""

ANSWER_BYTES = 64 * 1024
ABOUT_STATEMENTS = frozenset({400, 409, 413, 422})
"""Answers that speak of what was sent; every other refusal speaks of the order itself and is tried again."""


class NotDeliveredError(Exception):
    """Nothing can be said of the statements: the store is away, busy, or does not let us in. `after`: its Retry-After."""

    def __init__(self, why: str, after: float = 0.0) -> None:
        super().__init__(why)
        self.after = after


class Probe(NamedTuple):
    """What another store said when it was asked for one statement; `status` 0: nothing."""

    found: Literal["right", "away", "not_let_in", "not_xapi"]
    status: int


def probe(endpoint: str, user: str, password: str, version: str) -> Probe:
    """Ask a store for one statement: whether it is there, speaks xAPI and knows us. Nothing is written there.

    403 is right as well: it knows us and does not let us read, and a forwarding only writes.

    Raises:
        Refusal: moving.endpoint, moving.endpoint_private, moving.endpoint_unknown (422).
    """
    address = addresses.resolve(addresses.checked(endpoint))
    headers = {"Host": address.header, "X-Experience-API-Version": version}
    try:
        with (
            httpx.Client(timeout=PROBE_TIMEOUT, trust_env=False, follow_redirects=False) as client,
            client.stream(
                "GET",
                f"{address.url}statements?limit=1",
                headers=headers,
                auth=(user, password),
                extensions={"sni_hostname": address.host},
            ) as answer,
        ):
            status, speaks = answer.status_code, "X-Experience-API-Version" in answer.headers
    except httpx.HTTPError:
        return Probe("away", 0)
    if status == HTTPStatus.UNAUTHORIZED:
        return Probe("not_let_in", status)
    right = speaks and status in (HTTPStatus.OK, HTTPStatus.FORBIDDEN)
    return Probe("right" if right else "not_xapi", status)


class NotTaken(NamedTuple):
    """A statement that the store does not take, its answer's status and its reason."""

    stored: StoredStatement
    status: int
    reason: str


def deliver(
    client: httpx.Client,
    row: ForwardingRow,
    batch: Sequence[StoredStatement],
    before_each: Callable[[], None],
) -> list[NotTaken]:
    """Send a batch; what of it the store does not take is found by halving. `before_each` is called before each request.

    Sending again what the store has already changes nothing there: it compares by id.

    Raises:
        NotDeliveredError: the order cannot be carried out at the moment.
    """
    before_each()
    status, said = _post(client, row, batch)
    if status < 300:
        return []
    if len(batch) == 1:
        return [NotTaken(batch[0], status, said)]
    half = len(batch) // 2
    return [
        *deliver(client, row, batch[:half], before_each),
        *deliver(client, row, batch[half:], before_each),
    ]


def _post(client: httpx.Client, row: ForwardingRow, batch: Sequence[StoredStatement]) -> tuple[int, str]:
    """The status (2xx, or one of ABOUT_STATEMENTS) and what was said."""
    content_type, body = _body(row, batch)
    try:
        address = addresses.resolve(row.endpoint)
        password = forwardings.password_of(row)
    except Refusal as refusal:
        raise NotDeliveredError(refusal.sentence("en")) from refusal
    headers = {
        "Host": address.header,
        "Content-Type": content_type,
        "X-Experience-API-Version": row.version,
    }
    end = time.monotonic() + LONGEST_SECONDS
    try:
        with client.stream(
            "POST",
            f"{address.url}statements",
            content=body,
            headers=headers,
            auth=(row.user, password),
            extensions={"sni_hostname": address.host},
        ) as answer:
            said = _said(answer, end)
    except httpx.HTTPError as error:
        raise NotDeliveredError(f"{type(error).__name__}: {error}") from error
    if answer.is_success or answer.status_code in ABOUT_STATEMENTS:
        return answer.status_code, said
    wait = answer.headers.get("Retry-After", "")
    raise NotDeliveredError(
        f"HTTP {answer.status_code} {said}".strip(), float(wait) if wait.isdigit() else 0.0
    )


def _said(answer: httpx.Response, end: float) -> str:
    """The beginning of what a store answered."""
    found = b""
    for piece in answer.iter_raw():
        found += piece
        if len(found) > ANSWER_BYTES or time.monotonic() > end:
            break
    return found[:500].decode("utf-8", "replace")


def _body(row: ForwardingRow, batch: Sequence[StoredStatement]) -> tuple[str, bytes]:
    """(content type, body): JSON, or multipart when attachments of the batch are kept here."""
    shown = showing.shown(row.tenant_id, batch, "exact", (), row.version)
    for one in shown:
        one.pop("stored")
        if row.version == "1.0.3" and not one["version"].startswith("1.0"):
            del one["version"]  # a store of 1.0.3 refuses any other; it sets its own
    raw, parts = msgspec.json.encode(shown), _attachments(row.tenant_id, shown)
    if not parts:
        return "application/json", raw
    return multipart.write(raw, [(sha2, kind, content) for sha2, (kind, content) in parts.items()])


def _attachments(tenant_id: UUID, shown: Sequence[dict[str, Any]]) -> dict[str, tuple[str, bytes]]:
    files, found = chosen_files(), {}
    for statement in shown:
        kinds = {
            one["sha2"].lower(): one["contentType"]
            for one in (*statement.get("attachments", ()), *statement["object"].get("attachments", ()))
        }
        for sha2, _ in named_in(statement):
            if sha2 not in found and files.exists(key := attachment_key(tenant_id, sha2)):
                with files.open(key) as content:
                    found[sha2] = (kinds[sha2], content.read())
    return found
