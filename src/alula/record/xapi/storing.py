"""Statements from outside into the record: completed, checked as a whole, written in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec
from django.db import transaction

from alula.engines.files import chosen_files
from alula.kernel.ids import new_id
from alula.record import services
from alula.record.mentions import RELATIONS, agent_key, mentions_of
from alula.record.moments import parse_timestamp
from alula.record.spine import Row
from alula.record.xapi import activities, multipart, signatures
from alula.record.xapi.credentials import Credential
from alula.record.xapi.rules import refuse
from alula.record.xapi.validator import validate

_encoder = msgspec.json.Encoder()
_FIRST_OF = {"1.0.3": "1.0.0", "2.0.0": "2.0.0"}
"""The version of a statement that names none (1.0.3: Data 2.4.10; 2.0: 4.2.4.3)."""


def store(
    credential: Credential,
    given: Any,
    attachments: Mapping[str, bytes],
    version: str,
    *,
    put_id: str | None = None,
) -> list[str]:
    """Check and write one statement or a batch, all or nothing; the ids in the order given.

    Args:
        credential: whose; becomes the authority.
        given: what the request's JSON decodes to.
        attachments: what came with it, by hash.
        version: of the request.
        put_id: the parameter statementId of a PUT.

    Raises:
        Refusal: xapi.* (400) when anything is wrong; record.different_statement (409); as `services.append` else.
    """
    batch = given if isinstance(given, list) and put_id is None else [given]
    seen: set[str] = set()
    for number, statement in enumerate(batch):
        where = f"[{number}]" if isinstance(given, list) else ""
        validate(statement, version, where)
        one = statement.setdefault("id", put_id or str(new_id())).lower()
        if put_id is not None and one != put_id.lower():
            refuse("differs", "id")
        if one in seen:
            refuse("twice", f"{where}.id")
        seen.add(one)
        signatures.check_signatures(statement, attachments)
    multipart.check_complete(batch, attachments)
    files = chosen_files()
    for sha2, content in attachments.items():
        if not files.exists(key := attachment_key(credential.tenant_id, sha2)):
            files.put(key, content)
    with transaction.atomic():
        services.write(credential.tenant_id, [_row(one, credential, version) for one in batch])
        if "define" in credential.scopes:
            activities.learn(credential.tenant_id, batch)
    return [statement["id"] for statement in batch]


def attachment_key(tenant_id: UUID, sha2: str) -> str:
    """Where the bytes of an attachment are kept."""
    return f"xapi/{tenant_id.hex}/{sha2[:2]}/{sha2}"


def _row(statement: dict[str, Any], credential: Credential, version: str) -> Row:
    """Complete a valid statement in place and give its row."""
    statement.pop("stored", None)
    statement["authority"] = credential.authority
    statement.setdefault("version", _FIRST_OF[version])
    _listed(statement)
    thing, timestamp = statement["object"], statement.get("timestamp")
    kind = thing.get("objectType", "Activity")
    registration = statement.get("context", {}).get("registration")
    return Row(
        id=UUID(statement["id"]),
        actor_key=agent_key(statement["actor"]) or "group",
        verb=statement["verb"]["id"],
        activity=thing["id"] if kind == "Activity" else "",
        registration=UUID(registration) if registration else None,
        timestamp=parse_timestamp(timestamp) if timestamp else None,
        body=_encoder.encode(statement).decode(),
        ref=UUID(thing["id"]) if kind == "StatementRef" else None,
        authority=agent_key(statement["authority"]),
        mentions=mentions_of(statement),
    )


def _listed(statement: dict[str, Any]) -> None:
    """Single context activities become lists of one, as the specification asks of what is given back."""
    around = statement.get("context", {}).get("contextActivities", {})
    for name in RELATIONS:
        if type(around.get(name)) is dict:
            around[name] = [around[name]]
    if statement["object"].get("objectType") == "SubStatement":
        _listed(statement["object"])
