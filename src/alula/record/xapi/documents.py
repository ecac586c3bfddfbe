"""The documents of State, Activity Profile and Agent Profile: whole values, changed only by who has seen what is there."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec
from django.db import connection

from alula.kernel import clock
from alula.kernel.errors import Refusal, register
from alula.record import spine

_COLUMNS = "name, content_type, etag, updated_at, content"
_TRIES = 20
Asked = Literal["never", "when_there", "always"]

register(
    "xapi",
    {
        "no_document": {"zh": "没有这个文档。", "en": "There is no such document."},
        "changed": {
            "zh": "文档已被他人修改，或不符合 If-Match / If-None-Match。",
            "en": "The document is another by now, or If-Match or If-None-Match does not hold.",
        },
        "needs_match": {
            "zh": "文档已存在：请先读取，再用 If-Match 带上它的 ETag，或用 If-None-Match: *。",
            "en": "The document exists: read it, then send its ETag as If-Match, or send If-None-Match: *.",
        },
        "needs_condition": {
            "zh": "新文档需要 If-None-Match: *，已有文档需要 If-Match。",
            "en": "Send If-None-Match: * for a new document, If-Match for one that is there.",
        },
        "not_mergeable": {
            "zh": "只有 JSON 对象可以合并，已有文档和新内容都必须是。",
            "en": "Only JSON objects can be merged: both the document and what was sent must be one.",
        },
    },
)


@dataclass(frozen=True)
class Shelf:
    """Where documents stand together: a resource ("state", "activities", "agents") with its activity and agent."""

    tenant_id: UUID
    resource: str
    activity: str = ""
    agent: str = ""

    @property
    def scope(self) -> str:
        return _digest(self.resource, self.activity, self.agent)

    def key(self, name: str, registration: UUID | None) -> str:
        return _digest(self.scope, registration.hex if registration else "", name)


@dataclass(frozen=True)
class Document:
    """A document; `etag` is the SHA-1 of its content (1.0.3, Communication 3.1), without quotes."""

    name: str
    content_type: str
    etag: str
    updated_at: datetime
    content: bytes


@dataclass(frozen=True)
class Condition:
    """If-Match and If-None-Match as sent; empty when they were not."""

    match: str = ""
    none_match: str = ""

    def holds(self, there: Document | None) -> bool:
        if self.match and (
            there is None or (self.match.strip() != "*" and there.etag not in _tags(self.match))
        ):
            return False
        if self.none_match.strip() == "*":
            return there is None
        return not self.none_match or there is None or there.etag not in _tags(self.none_match)


def _tags(header: str) -> set[str]:
    return {part.strip().removeprefix("W/").strip('"') for part in header.split(",")}


def _etag(content: bytes) -> str:
    return hashlib.sha1(content, usedforsecurity=False).hexdigest()


def _digest(*parts: str) -> str:
    return hashlib.sha256(msgspec.json.encode(parts)).hexdigest()


def read(shelf: Shelf, name: str, registration: UUID | None = None) -> Document | None:
    """One document, None when there is none."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {_COLUMNS} FROM record_document WHERE tenant_id = %s AND key = %s",  # noqa: S608 - a constant
            [spine.key(shelf.tenant_id), shelf.key(name, registration)],
        )
        row = cursor.fetchone()
    return _document(row) if row else None


def names(shelf: Shelf, registration: UUID | None = None, since: datetime | None = None) -> list[Document]:
    """The documents of a shelf without their content; of one registration only, if given; changed after `since`."""
    tests: list[tuple[str, Any]] = [
        ("tenant_id = %s", spine.key(shelf.tenant_id)),
        ("scope = %s", shelf.scope),
    ]
    if registration is not None:
        tests.append(("registration = %s", spine.key(registration)))
    if since is not None:
        tests.append(("updated_at > %s", spine.moment(since)))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, content_type, etag, updated_at, '' FROM record_document WHERE "  # noqa: S608 - constants
            f"{' AND '.join(test for test, _ in tests)} ORDER BY updated_at, name",
            [value for _, value in tests],
        )
        return [_document(row) for row in cursor.fetchall()]


def put(
    shelf: Shelf,
    name: str,
    registration: UUID | None,
    sent: tuple[str, bytes],
    condition: Condition,
    *,
    asked: Asked,
) -> None:
    """Replace a document.

    Args:
        shelf: where it stands.
        name: its name there.
        registration: of State only.
        sent: content type and content.
        condition: what the sender has seen.
        asked: when a condition has to be sent: never, for a document that is there, or always.

    Raises:
        Refusal: xapi.changed (412); without a condition where one is asked for xapi.needs_match (409) when the document
            is there, xapi.needs_condition (400) when it is not.
    """
    for _ in range(_TRIES):
        there = read(shelf, name, registration)
        if not condition.holds(there):
            raise Refusal("xapi.changed", status=412)
        if asked != "never" and not (condition.match or condition.none_match):
            if there is not None:
                raise Refusal("xapi.needs_match", status=409)
            if asked == "always":
                raise Refusal("xapi.needs_condition", field="If-None-Match")
        if _swap(shelf, name, registration, sent, there):
            return
    raise Refusal("xapi.changed", status=412)


def merge(
    shelf: Shelf, name: str, registration: UUID | None, sent: tuple[str, bytes], condition: Condition
) -> None:
    """POST: the top-level properties that were sent replace those of the document; without one it is made.

    Raises:
        Refusal: xapi.changed (412); xapi.not_mergeable (400).
    """
    for _ in range(_TRIES):
        there = read(shelf, name, registration)
        if not condition.holds(there):
            raise Refusal("xapi.changed", status=412)
        fresh = sent
        if there is not None:
            both = {**_properties(there.content_type, there.content), **_properties(*sent)}
            fresh = ("application/json", msgspec.json.encode(both))
        elif _is_json(sent[0]):
            _properties(*sent)
        if _swap(shelf, name, registration, fresh, there):
            return
    raise Refusal("xapi.changed", status=412)


def delete(shelf: Shelf, name: str, registration: UUID | None, condition: Condition) -> None:
    """Remove a document; nothing happens when there is none.

    Raises:
        Refusal: xapi.changed (412).
    """
    there = read(shelf, name, registration)
    if not condition.holds(there):
        raise Refusal("xapi.changed", status=412)
    if there is None:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM record_document WHERE tenant_id = %s AND key = %s AND etag = %s",
            [spine.key(shelf.tenant_id), shelf.key(name, registration), there.etag],
        )
        if not cursor.rowcount and condition.match:
            raise Refusal("xapi.changed", status=412)


def delete_all(shelf: Shelf, registration: UUID | None) -> None:
    """Remove the documents of a shelf, of one registration only, if given."""
    one, params = (" AND registration = %s", [spine.key(registration)]) if registration else ("", [])
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM record_document WHERE tenant_id = %s AND scope = %s{one}",  # noqa: S608 - a constant
            [spine.key(shelf.tenant_id), shelf.scope, *params],
        )


def _is_json(content_type: str) -> bool:
    return content_type.partition(";")[0].strip().lower() == "application/json"


def _properties(content_type: str, content: bytes) -> dict[str, Any]:
    if not _is_json(content_type):
        raise Refusal("xapi.not_mergeable")
    try:
        value = msgspec.json.decode(content)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise Refusal("xapi.not_mergeable") from error
    if not isinstance(value, dict):
        raise Refusal("xapi.not_mergeable")
    return value


def _swap(
    shelf: Shelf, name: str, registration: UUID | None, sent: tuple[str, bytes], there: Document | None
) -> bool:
    """Write what was sent if the document is still the one that was seen; one statement, so nobody comes between."""
    kind, content = sent
    etag, now = _etag(content), spine.moment(clock.now())
    tenant, key = spine.key(shelf.tenant_id), shelf.key(name, registration)
    with connection.cursor() as cursor:
        if there is None:
            cursor.execute(
                "INSERT INTO record_document"
                " (tenant_id, key, scope, registration, name, content_type, etag, updated_at, content)"
                " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT (tenant_id, key) DO NOTHING",
                [tenant, key, shelf.scope, spine.key(registration), name, kind, etag, now, content],
            )
        else:
            cursor.execute(
                "UPDATE record_document SET content_type = %s, etag = %s, updated_at = %s, content = %s"
                " WHERE tenant_id = %s AND key = %s AND etag = %s",
                [kind, etag, now, content, tenant, key, there.etag],
            )
        return bool(cursor.rowcount)


def _document(row: Any) -> Document:
    name, content_type, etag, updated_at, content = row
    moment = spine.aware(updated_at)
    assert moment is not None
    return Document(name, content_type, etag, moment, bytes(content or b""))
