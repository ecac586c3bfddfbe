"""OAuth 2: a bearer token for a credential (RFC 6749, section 4.4, client credentials), at /xapi/oauth/token.

The client's id and secret are the credential's key and secret. What may be asked for are the scopes of xAPI 1.0.3
(Communication 4.0) and our own words for them.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import logging
from typing import Any
from urllib.parse import parse_qsl, unquote_plus

import msgspec
from django.db import DatabaseError, InterfaceError, close_old_connections
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from alula.kernel.errors import Refusal
from alula.record.xapi import tokens
from alula.record.xapi.credentials import SCOPES, Credential, by_secret

log = logging.getLogger(__name__)

LARGEST = 16 * 1024
ASKED_AS: dict[str, frozenset[str]] = {
    **{scope: frozenset({scope}) for scope in SCOPES},
    "statements/write": frozenset({"write"}),
    "statements/read/mine": frozenset({"read_own"}),
    "statements/read": frozenset({"read_all"}),
    "define": frozenset({"define"}),
    "state": frozenset({"profile"}),
    "profile": frozenset({"profile"}),
    "all/read": frozenset({"read_all"}),
    "all": frozenset(SCOPES),
}
"""What a scope that is asked for stands for. Ours keep State and the profiles together, so `state` gives both."""


class OAuthError(Exception):
    """A refusal in the words of RFC 6749, section 5.2."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        super().__init__(description)
        self.error, self.description, self.status = error, description, status


def token_for(form: dict[str, str], authorization: str, address: str) -> dict[str, Any]:
    """The answer to a token request (RFC 6749, section 5.1).

    Raises:
        OAuthError: the request is refused.
        Refusal: kernel.too_many (429).
    """
    if form.get("grant_type") != "client_credentials":
        known = "grant_type" in form
        raise OAuthError(
            "unsupported_grant_type" if known else "invalid_request",
            "grant_type has to be client_credentials",
        )
    credential = _client(form, authorization, address)
    scopes = _scopes(form.get("scope", ""), credential)
    return {
        "access_token": tokens.issue(credential.key, scopes),
        "token_type": "Bearer",
        "expires_in": int(tokens.LIFE.total_seconds()),
        "scope": " ".join(scopes),
    }


def _client(form: dict[str, str], authorization: str, address: str) -> Credential:
    if authorization and "client_secret" in form:
        raise OAuthError("invalid_request", "the client's secret stands in the header and in the form")
    key, secret = (
        _basic(authorization) if authorization else (form.get("client_id"), form.get("client_secret"))
    )
    if not key or not secret or "\x00" in key:
        raise OAuthError("invalid_client", "client_id and client_secret are needed", 401)
    try:
        return by_secret(key, secret, address)
    except Refusal as refusal:
        if refusal.status != 401:
            raise
        raise OAuthError("invalid_client", "no such client, or another secret", 401) from refusal


def _basic(authorization: str) -> tuple[str, str]:
    """Id and secret in a Basic header, each form-encoded (RFC 6749, section 2.3.1); ("", "") when there are none."""
    kind, _, encoded = authorization.partition(" ")
    try:
        key, _, secret = base64.b64decode(encoded.strip(), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeError):
        return "", ""
    return (unquote_plus(key), unquote_plus(secret)) if kind.lower() == "basic" else ("", "")


def _scopes(asked: str, credential: Credential) -> list[str]:
    """What is granted: what was asked for, as far as the credential has it; all it has when nothing was asked for."""
    words = asked.split()
    unknown = [word for word in words if word not in ASKED_AS]
    if unknown:
        raise OAuthError("invalid_scope", f"there is no scope {unknown[0]}")
    wanted = frozenset().union(*(ASKED_AS[word] for word in words)) if words else credential.scopes
    granted = sorted(wanted & credential.scopes)
    if not granted:
        raise OAuthError("invalid_scope", "the client has none of these scopes")
    return granted


async def token(request: Request) -> Response:
    """POST /xapi/oauth/token."""
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > LARGEST:
            return _answer({"error": "invalid_request", "error_description": "the request is too large"}, 413)
    address = request.client.host if request.client else ""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    parts = (body, kind, request.headers.get("authorization", ""), address)
    return await asyncio.get_running_loop().run_in_executor(None, _in_thread, *parts)


def _in_thread(body: bytes, kind: str, authorization: str, address: str) -> Response:
    """The response, with the thread's own connection, which is renewed when it broke or is too old."""
    close_old_connections()
    try:
        return answered(body, kind, authorization, address)
    finally:
        close_old_connections()


def answered(body: bytes, kind: str, authorization: str, address: str) -> Response:
    """The response to a whole request; never raises."""
    try:
        return _answer(token_for(_form(body, kind), authorization, address), 200)
    except OAuthError as error:
        wanted = {"WWW-Authenticate": 'Basic realm="xAPI", charset="UTF-8"'} if error.status == 401 else {}
        return _answer({"error": error.error, "error_description": error.description}, error.status, wanted)
    except Refusal as refusal:
        said = {"error": "invalid_client", "error_description": refusal.sentence("en")}
        return _answer(said, refusal.status, {"Retry-After": str(refusal.values["seconds"])})
    except (DatabaseError, InterfaceError):
        log.exception("OAuth: storage is in trouble")
        return _answer({"error": "temporarily_unavailable"}, 503, {"Retry-After": "2"})


def _form(body: bytes, kind: str) -> dict[str, str]:
    """The parameters of a request, each once (RFC 6749, section 3.2)."""
    try:
        pairs = parse_qsl(body.decode("utf-8"), keep_blank_values=True, errors="strict")
    except ValueError as error:
        raise OAuthError("invalid_request", "the body is no form") from error
    form = dict(pairs)
    if kind != "application/x-www-form-urlencoded" or len(form) != len(pairs):
        raise OAuthError(
            "invalid_request", "an application/x-www-form-urlencoded body with each parameter once is needed"
        )
    return form


def _answer(said: dict[str, Any], status: int, headers: dict[str, str] | None = None) -> Response:
    every = {"Cache-Control": "no-store", "Pragma": "no-cache", **(headers or {})}
    return Response(msgspec.json.encode(said), status, every, media_type="application/json")


routes = [Route("/oauth/token", token, methods=["POST"])]
"""Below /xapi."""
