"""multipart/mixed, as xAPI uses it: statements first, then the attachments, each named by the hash of its bytes."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Mapping
from email.message import Message
from functools import lru_cache
from typing import Any, NamedTuple

from alula.kernel.errors import Refusal, register

_HASHES = {56: "sha224", 64: "sha256", 96: "sha384", 128: "sha512"}

register(
    "xapi",
    {
        "multipart": {"zh": "multipart 内容有误：{why}。", "en": "The multipart body is not right: {why}."},
        "attachment_missing": {
            "zh": "附件 {sha2} 没有随请求发送，也没有 fileUrl。",
            "en": "The attachment {sha2} came with no part of this request and has no fileUrl.",
        },
        "attachment_excess": {
            "zh": "请求中有陈述未提及的附件 {sha2}。",
            "en": "The request holds a part {sha2} that no statement names.",
        },
    },
)


class Part(NamedTuple):
    """One part: its headers in lower case and its bytes."""

    headers: Mapping[str, str]
    content: bytes


def _broken(why: str) -> Refusal:
    return Refusal("xapi.multipart", field="body", why=why)


@lru_cache(256)
def media_type(header: str) -> tuple[str, Mapping[str, str]]:
    """A Content-Type header as its type and parameters, both in lower case but for the parameters' values."""
    message = Message()
    message["Content-Type"] = header
    if not header:
        return "", {}
    return message.get_content_type(), {
        name.lower(): value for name, value in message.get_params(failobj=[])[1:]
    }


def parse(content_type: str, body: bytes) -> list[Part]:
    """The parts of a multipart body.

    Raises:
        Refusal: xapi.multipart (400).
    """
    boundary = media_type(content_type)[1].get("boundary", "")
    if not boundary:
        raise _broken("no boundary")
    pieces = (b"\r\n" + body).split(b"\r\n--" + boundary.encode("latin-1", "replace"))
    if len(pieces) < 3 or not pieces[-1].startswith(b"--"):
        raise _broken("the boundary does not close it")
    return [_part(piece) for piece in pieces[1:-1]]


def _part(piece: bytes) -> Part:
    if b"\r\n\r\n" not in piece:
        raise _broken("a part has no headers")
    head, _, content = piece.partition(b"\r\n\r\n")
    headers: dict[str, str] = {}
    for line in head.decode("latin-1").split("\r\n")[1:]:
        name, colon, value = line.partition(":")
        if not colon:
            raise _broken("a header has no colon")
        headers[name.strip().lower()] = value.strip()
    return Part(headers, content)


def statements_and_attachments(content_type: str, body: bytes) -> tuple[bytes, dict[str, bytes]]:
    """The JSON of the first part, and the attachments by their hash.

    Raises:
        Refusal: xapi.multipart (400): no JSON first, a hash that is missing or wrong, an encoding other than binary.
    """
    first, *rest = parse(content_type, body)
    if media_type(first.headers.get("content-type", ""))[0] != "application/json":
        raise _broken("the first part is not application/json")
    found: dict[str, bytes] = {}
    for part in rest:
        if part.headers.get("content-transfer-encoding", "").lower() != "binary":
            raise _broken("a part has no Content-Transfer-Encoding: binary")
        given = part.headers.get("x-experience-api-hash", "").lower()
        if given not in found:
            found[given] = part.content
        if len(given) not in _HASHES or hashlib.new(_HASHES[len(given)], part.content).hexdigest() != given:
            raise _broken("a part has no X-Experience-API-Hash, or it is not that of its bytes")
    return first.content, found


def check_complete(statements: Iterable[Mapping[str, Any]], given: Mapping[str, bytes]) -> None:
    """Every attachment came or has a fileUrl, and everything that came is named.

    Raises:
        Refusal: xapi.attachment_missing, xapi.attachment_excess (400).
    """
    named = set()
    for statement in statements:
        inner = statement["object"]
        for one in (*statement.get("attachments", ()), *inner.get("attachments", ())):
            sha2 = one["sha2"].lower()
            named.add(sha2)
            if sha2 not in given and "fileUrl" not in one:
                raise Refusal("xapi.attachment_missing", field="attachments", sha2=sha2)
    for sha2 in given:
        if sha2 not in named:
            raise Refusal("xapi.attachment_excess", field="attachments", sha2=sha2)


def write(json: bytes, attachments: Iterable[tuple[str, str, bytes]]) -> tuple[str, bytes]:
    """A multipart answer as (content type, body): the JSON, then (hash, content type, bytes) each."""
    boundary = secrets.token_hex(16)
    pieces = [b"--" + boundary.encode(), b"\r\nContent-Type: application/json\r\n\r\n", json]
    for sha2, kind, content in attachments:
        head = f"Content-Type: {kind}\r\nContent-Transfer-Encoding: binary\r\nX-Experience-API-Hash: {sha2}"
        pieces += [f"\r\n--{boundary}\r\n{head}\r\n\r\n".encode(), content]
    pieces.append(f"\r\n--{boundary}--\r\n".encode())
    return f"multipart/mixed; boundary={boundary}", b"".join(pieces)
