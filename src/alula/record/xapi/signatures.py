"""Signed statements: the signature is a JSON Web Signature (RFC 7515) over the statement without it."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512, HashAlgorithm
from cryptography.x509 import load_der_x509_certificate

from alula.kernel.errors import Refusal, register
from alula.record.sameness import same_content

USAGE = "http://adlnet.gov/expapi/attachments/signature"
_ALGORITHMS: dict[str, HashAlgorithm] = {"RS256": SHA256(), "RS384": SHA384(), "RS512": SHA512()}

register("xapi", {"signature": {"zh": "签名无效：{why}。", "en": "The signature is not valid: {why}."}})


def _broken(why: str) -> Refusal:
    return Refusal("xapi.signature", field="attachments", why=why)


def check_signatures(statement: Mapping[str, Any], given: Mapping[str, bytes]) -> None:
    """Check every signature among a statement's attachments.

    With a certificate in the JWS header (x5c) the signature itself is verified; without one nobody but the sender can,
    so then its form, its algorithm and its content are checked (xAPI 1.0.3, Data 2.6).

    Raises:
        Refusal: xapi.signature (400).
    """
    attachments = statement.get("attachments", ())
    for one in attachments:
        if one["usageType"] != USAGE:
            continue
        if one["contentType"] != "application/octet-stream":
            raise _broken("its content type is not application/octet-stream")
        content = given.get(one["sha2"].lower())
        if content is None:
            raise _broken("it did not come with the request")
        _check(content, statement)


def _check(content: bytes, statement: Mapping[str, Any]) -> None:
    try:
        signed, _, signature = content.rpartition(b".")
        head, payload = (msgspec.json.decode(_bytes(part)) for part in signed.split(b"."))
        algorithm = _ALGORITHMS.get(head["alg"])
        plain = {name: part for name, part in statement.items() if name != "attachments"}
        others = [one for one in statement["attachments"] if one["usageType"] != USAGE]
        payload["attachments"] = [one for one in payload.get("attachments", []) if one["usageType"] != USAGE]
        matches = same_content(payload, {**plain, "attachments": others})
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, msgspec.DecodeError) as error:
        raise _broken("it is not a JSON Web Signature of a statement") from error
    if algorithm is None:
        raise _broken("its algorithm is not RS256, RS384 or RS512")
    if not matches or ("id" in payload and payload["id"] != statement.get("id")):
        raise _broken("it was made for another statement")
    if "x5c" in head:
        _verify(head["x5c"], algorithm, signed, signature)


def _verify(chain: Any, algorithm: HashAlgorithm, signed: bytes, signature: bytes) -> None:
    try:
        key = load_der_x509_certificate(base64.b64decode(chain[0])).public_key()
        if not isinstance(key, RSAPublicKey):
            raise _broken("its certificate holds no RSA key")
        key.verify(_bytes(signature), signed, PKCS1v15(), algorithm)
    except (InvalidSignature, ValueError, TypeError, IndexError, KeyError) as error:
        raise _broken("the certificate's key did not make it") from error


def _bytes(part: bytes) -> bytes:
    try:
        return base64.b64decode(part + b"=" * (-len(part) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ValueError("not base64url") from error
