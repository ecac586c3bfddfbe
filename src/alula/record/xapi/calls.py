"""What a request says and what it is answered: plain values, so that everything between them is a plain function."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

import msgspec
from msgspec import Struct, field
from msgspec.structs import replace

from alula.kernel.errors import Refusal, register
from alula.kernel.settings import setting
from alula.record.xapi.credentials import Credential, sign_in
from alula.record.xapi.multipart import media_type

VERSIONS = ("1.0.3", "2.0.0")
ADDRESS = ":address"
"""The header under which the front notes where a request came from; no name that is sent may hold a colon."""
_HEADERS_IN_FORM = frozenset(
    {
        "authorization",
        "x-experience-api-version",
        "content-type",
        "content-length",
        "if-match",
        "if-none-match",
    }
)


def _version(raw: str) -> str:
    if raw not in VERSIONS:
        raise ValueError(f"expected one of {', '.join(VERSIONS)}")
    return raw


default_version = setting(
    "ALULA_XAPI_VERSION",
    "2.0.0",
    "Version in which an xAPI request without X-Experience-API-Version is answered (it is refused).",
    _version,
)

register(
    "xapi",
    {
        "version_header": {
            "zh": "请求头 X-Experience-API-Version 缺失或不受支持。",
            "en": "The header X-Experience-API-Version is missing or names no version that is spoken here.",
        },
        "no_alternate": {
            "zh": "xAPI 2.0 没有替代请求语法；1.0.3 中它只能带 method 这一个参数。",
            "en": "xAPI 2.0 has no alternate request syntax; in 1.0.3 it carries no parameter beside method.",
        },
        "content_type": {
            "zh": "Content-Type 必须是 application/json 或 multipart/mixed。",
            "en": "The Content-Type has to be application/json or multipart/mixed.",
        },
        "no_resource": {"zh": "没有这个资源。", "en": "There is no such resource."},
        "method": {"zh": "该资源不支持这个方法。", "en": "The resource does not take this method."},
        "encoding": {
            "zh": "参数不是有效的 UTF-8，或出现了两次。",
            "en": "A parameter is not UTF-8 or stands twice.",
        },
        "too_large": {
            "zh": "请求过大，最多 {bytes} 字节。",
            "en": "The request is too large; {bytes} bytes at most.",
        },
        "busy": {"zh": "服务正忙，请稍后重试。", "en": "The service is busy. Please try again shortly."},
        "unavailable": {
            "zh": "暂时无法保存或读取，没有存下任何内容。",
            "en": "Nothing can be stored or read for the moment; nothing of this request was kept.",
        },
    },
)


class Call(Struct, frozen=True):
    """A request: resource is what follows /xapi/; headers have lower-case names; GET stands for HEAD too."""

    method: str
    resource: str
    params: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes = b""
    version: str = ""

    def header(self, name: str) -> str:
        return self.headers.get(name, "")

    @property
    def media_type(self) -> str:
        return media_type(self.header("content-type"))[0]

    def credential(self) -> Credential:
        """Who asks; Refusal xapi.not_signed_in (401), kernel.too_many (429)."""
        return sign_in(self.header("authorization"), self.header(ADDRESS))


class Answer(Struct, frozen=True):
    """A response without what every response carries."""

    status: int = 200
    body: bytes = b""
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)


def json_answer(value: Any, status: int = 200, **headers: str) -> Answer:
    """A value as JSON; names of headers with "_" for "-"."""
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return Answer(status, msgspec.json.encode(value), "application/json", named)


NO_CONTENT = Answer(204)


def call_of(method: str, resource: str, query: bytes, headers: Mapping[str, str], body: bytes) -> Call:
    """The request, the alternate syntax of 1.0.3 (Communication 1.3) undone.

    Raises:
        Refusal: xapi.encoding, xapi.no_alternate (400).
    """
    plain = Call("GET" if method == "HEAD" else method, resource, _pairs(query), headers, body)
    if method != "POST" or "method" not in plain.params:
        return plain
    form = _pairs(body) if plain.media_type == "application/x-www-form-urlencoded" else {}
    lowered = {name.lower(): value for name, value in form.items() if name.lower() in _HEADERS_IN_FORM}
    merged = {**headers, "content-type": "application/json", **lowered}
    if (
        not merged.get("x-experience-api-version", default_version.value).startswith("1.0")
        or len(plain.params) > 1
    ):
        raise Refusal("xapi.no_alternate", field="method")
    params = {
        name: value
        for name, value in form.items()
        if name.lower() not in _HEADERS_IN_FORM and name != "content"
    }
    return replace(
        plain,
        method=plain.params["method"],
        params=params,
        headers=merged,
        body=form.get("content", "").encode(),
    )


def _pairs(raw: bytes) -> dict[str, str]:
    if not raw:
        return {}
    try:
        pairs = parse_qsl(raw.decode("ascii"), keep_blank_values=True, errors="strict")
    except ValueError as error:
        raise Refusal("xapi.encoding") from error
    found = dict(pairs)
    if len(found) != len(pairs) or any("\x00" in value for value in found.values()):
        raise Refusal("xapi.encoding")
    return found


def version_of(header: str | None) -> str:
    """The version that a request is served by.

    Raises:
        Refusal: xapi.version_header (400), when there is none or none that is spoken here.
    """
    asked = header or ""
    if asked == "1.0" or (asked.startswith("1.0.") and asked[4:].isdigit()):
        return "1.0.3"
    if asked == "2.0" or (asked.startswith("2.0.") and asked[4:].isdigit()):
        return "2.0.0"
    raise Refusal("xapi.version_header", field="X-Experience-API-Version", expected=list(VERSIONS))
