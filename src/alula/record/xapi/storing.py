"""Statements from outside into the record: checked, completed, made into rows; a request is written whole or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec
from django.db import transaction

from alula.engines.files import chosen_files
from alula.kernel.ids import new_id
from alula.record import services
from alula.record.lean.recognising import Recognised, Sender, recognise, statements_in
from alula.record.mentions import RELATIONS, agent_key, mentions_of
from alula.record.moments import parse_timestamp, to_column
from alula.record.table import Row
from alula.record.xapi import activities, multipart, signatures
from alula.record.xapi.activities import Definitions
from alula.record.xapi.credentials import Credential
from alula.record.xapi.decoding import decode
from alula.record.xapi.rules import refuse
from alula.record.xapi.validator import validate

_encoder = msgspec.json.Encoder()
_FIRST_OF = {"1.0.3": "1.0.0", "2.0.0": "2.0.0"}
"""The version of a statement that names none (1.0.3: Data 2.4.10; 2.0: 4.2.4.3)."""

SENDERS = 1024
_senders: dict[tuple[str, str], tuple[Credential, Sender]] = {}
"""What credentials are as senders, by key and version of the request: the same in each of their requests."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A request whose statements are all valid: what is left is to write them.

    `ids` are as they were given, in the order given. `definitions` are those that its sender may define.
    """

    tenant_id: UUID
    rows: list[Row]
    ids: list[str]
    definitions: Definitions


def prepare(
    credential: Credential,
    raw: bytes,
    attachments: Mapping[str, bytes],
    version: str,
    *,
    put_id: str | None = None,
) -> Prepared:
    """Check the statements in a request's JSON and keep its attachments.

    Args:
        credential: whose; becomes the authority.
        raw: the JSON.
        attachments: what came with it, by hash.
        version: of the request.
        put_id: the parameter statementId of a PUT.

    Raises:
        Refusal: xapi.* (400) when anything is wrong, record.too_long (400).
    """
    pieces = None if attachments else statements_in(raw)
    several = not raw.lstrip().startswith(b"{")
    if pieces is None or (several and put_id is not None):
        return _prepared(credential, decode(raw), attachments, version, put_id)
    sender = _sender(credential, version, put_id)
    found: list[Recognised] = []
    for number, piece in enumerate(pieces):
        one = recognise(piece, sender)
        if one is None:
            where = f"[{number}]" if several else ""
            statement = decode(piece, where or "body")
            if type(statement) is dict and _has_attachments(statement):
                return _prepared(credential, decode(raw), attachments, version, put_id)
            one = _checked(credential, statement, version, put_id, where)
        found.append(one)
    return _together(credential, found, put_id, several=several)


def _prepared(
    credential: Credential, given: Any, attachments: Mapping[str, bytes], version: str, put_id: str | None
) -> Prepared:
    several = isinstance(given, list) and put_id is None
    batch = given if several else [given]
    for number, statement in enumerate(batch):
        where = f"[{number}]" if isinstance(given, list) else ""
        validate(statement, version, where)
        signatures.check_signatures(statement, attachments)
    multipart.check_complete(batch, attachments)
    files = chosen_files()
    for sha2, content in attachments.items():
        if not files.exists(key := attachment_key(credential.tenant_id, sha2)):
            files.put(key, content)
    found = [_recognised(credential, one, version, put_id) for one in batch]
    return _together(credential, found, put_id, several=several)


def _together(
    credential: Credential, found: list[Recognised], put_id: str | None, *, several: bool
) -> Prepared:
    """The statements of one request: no id twice, the id of a PUT, nothing too long."""
    rows = [one.row for one in found]
    if put_id is not None and UUID(put_id).hex != rows[0].id:
        refuse("differs", "id")
    if len({row.id for row in rows}) < len(rows):
        seen: set[str] = set()
        for number, row in enumerate(rows):
            if row.id in seen:
                refuse("twice", f"[{number}].id" if several else "id")
            seen.add(row.id)
    services.check_lengths(rows)
    may = "define" in credential.scopes
    told = activities.told(pair for one in found for pair in one.definitions) if may else {}
    return Prepared(credential.tenant_id, rows, [one.id for one in found], told)


def store(
    credential: Credential,
    given: Any,
    attachments: Mapping[str, bytes],
    version: str,
    *,
    put_id: str | None = None,
) -> list[str]:
    """Check and write one statement or a batch that is decoded already; the ids in the order given.

    Raises:
        Refusal: as `prepare`; record.different_statement (409).
    """
    return write(_prepared(credential, given, attachments, version, put_id))


def write(prepared: Prepared) -> list[str]:
    """Write a prepared request in a transaction of the caller's, or one of its own; the ids in the order given."""
    with transaction.atomic():
        services.write(prepared.rows)
        activities.learn(prepared.tenant_id, prepared.definitions)
    return prepared.ids


def attachment_key(tenant_id: UUID, sha2: str) -> str:
    """Where the bytes of an attachment are kept."""
    return f"xapi/{tenant_id.hex}/{sha2[:2]}/{sha2}"


def _sender(credential: Credential, version: str, put_id: str | None) -> Sender:
    known = _senders.get((credential.key, version))
    if known is None or known[0] is not credential:
        if len(_senders) >= SENDERS:
            _senders.clear()
        known = _senders[credential.key, version] = (credential, _new_sender(credential, version))
    return known[1] if put_id is None else known[1]._replace(put_id=put_id)


def _new_sender(credential: Credential, version: str) -> Sender:
    authority = credential.authority
    more = b',"authority":' + _encoder.encode(authority)
    first = _FIRST_OF[version]
    return Sender(
        credential.tenant_id.hex,
        agent_key(authority),
        version,
        more + b"}",
        more + f',"version":"{first}"}}'.encode(),
    )


def _has_attachments(statement: Mapping[str, Any]) -> bool:
    inner = statement.get("object")
    return "attachments" in statement or (type(inner) is dict and "attachments" in inner)


def _checked(
    credential: Credential, statement: Any, version: str, put_id: str | None, where: str
) -> Recognised:
    validate(statement, version, where)
    return _recognised(credential, statement, version, put_id)


def _recognised(
    credential: Credential, statement: dict[str, Any], version: str, put_id: str | None
) -> Recognised:
    """Complete a valid statement in place and give its row."""
    statement.setdefault("id", put_id or str(new_id()))
    statement.pop("stored", None)
    statement["authority"] = credential.authority
    statement.setdefault("version", _FIRST_OF[version])
    _listed(statement)
    thing, timestamp = statement["object"], statement.get("timestamp")
    kind = thing.get("objectType", "Activity")
    registration = statement.get("context", {}).get("registration")
    row = Row(
        tenant=credential.tenant_id.hex,
        id=UUID(statement["id"]).hex,
        actor_key=agent_key(statement["actor"]) or "group",
        verb=statement["verb"]["id"],
        activity=thing["id"] if kind == "Activity" else "",
        registration=UUID(registration).hex if registration else None,
        ref=UUID(thing["id"]).hex if kind == "StatementRef" else None,
        authority=agent_key(statement["authority"]),
        timestamp=to_column(parse_timestamp(timestamp)) if timestamp else None,
        body=_encoder.encode(statement),
        mentions=mentions_of(statement),
    )
    return Recognised(row, statement["id"], tuple(_definitions([statement])))


def _definitions(statements: Iterable[Mapping[str, Any]]) -> Iterable[tuple[str, dict[str, Any]]]:
    for statement in statements:
        for activity in activities.activities_in(statement):
            if activity.get("definition"):
                yield activity["id"], activity["definition"]


def _listed(statement: dict[str, Any]) -> None:
    """Single context activities become lists of one, as the specification asks of what is given back."""
    around = statement.get("context", {}).get("contextActivities", {})
    for name in RELATIONS:
        if type(around.get(name)) is dict:
            around[name] = [around[name]]
    if statement["object"].get("objectType") == "SubStatement":
        _listed(statement["object"])
