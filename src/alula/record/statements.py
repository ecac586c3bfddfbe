"""What the record says about itself: what somebody did with credentials and forwardings, and what went in and out.

The object is the credential, the forwarding, the import or export, or the month of the archive, an activity of the type
`.../activities/<word>`. Secrets are never in a statement. `by` is a person of the tenant, or the nil id for the installation.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from alula.record.iri import iri, person, vocabulary
from alula.record.statement import Activity, ActivityDefinition, Context, Statement, Verb
from alula.record.verbs import define_verb

CREDENTIAL_TYPE = vocabulary("activities", "credential")
READER_TYPE = vocabulary("activities", "reader")
FORWARDING_TYPE = vocabulary("activities", "forwarding")
TRANSFER_TYPE = vocabulary("activities", "transfer")
MONTH_TYPE = vocabulary("activities", "archived-month")
SCOPES = vocabulary("extensions", "scopes")
ENDPOINT = vocabulary("extensions", "endpoint")
FIGURES = vocabulary("extensions", "figures")
"""Counts by name: statements read, stored, known, bad; attachments."""


def _verb(word: str, zh: str, en: str) -> Verb:
    return define_verb(
        vocabulary("verbs", word),
        name={"zh": zh, "en": en},
        sentence={"zh": f"{{actor}}{zh}“{{activity}}”", "en": f"{{actor}} {en} “{{activity}}”"},
    )


MADE = _verb("made-credential", "新建了对接凭据", "made the credential")
ROTATED = _verb("rotated-credential", "更换了对接凭据", "renewed the credential")
ENDED = _verb("ended-credential", "停用了对接凭据", "ended the credential")
RESUMED = _verb("resumed-credential", "恢复了对接凭据", "resumed the credential")
REBUILT = _verb("rebuilt-reader", "重建了读取器", "had the reader rebuilt")
ADDED_FORWARDING = _verb("added-forwarding", "新增了转发", "added the forwarding")
PAUSED_FORWARDING = _verb("paused-forwarding", "暂停了转发", "paused the forwarding")
CONTINUED_FORWARDING = _verb("continued-forwarding", "继续了转发", "continued the forwarding")
ENDED_FORWARDING = _verb("ended-forwarding", "移除了转发", "removed the forwarding")
RESTORED_FORWARDING = _verb("restored-forwarding", "恢复了转发", "restored the forwarding")
IMPORTED = _verb("imported-statements", "导入了", "imported")
EXPORTED = _verb("exported-statements", "导出了", "exported")
ARCHIVED = _verb("archived-month", "归档了记录", "archived the month")
REMOVED = _verb(
    "removed-archived-month", "从数据库移出了已归档的", "moved out of the database the archived month"
)


def about_credential(
    tenant_id: UUID, by: UUID, verb: Verb, *, key: str, name: str, scopes: Iterable[str]
) -> Statement:
    """Somebody (`by`, a person of the tenant; the nil id: the installation) did something to a credential."""
    thing = Activity(
        id=iri("tenants", tenant_id, "credentials", key),
        definition=ActivityDefinition(type=CREDENTIAL_TYPE, name={"und": name}),
    )
    said = Context(extensions={SCOPES: sorted(scopes)})
    return Statement(actor=person(tenant_id, by), verb=verb, object=thing, context=said)


def reader_rebuilt(tenant_id: UUID, by: UUID, name: str) -> Statement:
    """Somebody asked that a reader's projection be made again."""
    thing = Activity(
        id=iri("readers", name), definition=ActivityDefinition(type=READER_TYPE, name={"und": name})
    )
    return Statement(actor=person(tenant_id, by), verb=REBUILT, object=thing)


def about_forwarding(
    tenant_id: UUID, by: UUID, verb: Verb, *, own: UUID, name: str, endpoint: str
) -> Statement:
    """Somebody did something to a forwarding to this endpoint."""
    return _about(
        tenant_id,
        by,
        verb,
        Activity(
            id=iri("tenants", tenant_id, "forwardings", own),
            definition=ActivityDefinition(type=FORWARDING_TYPE, name={"und": name}),
        ),
        {ENDPOINT: endpoint},
    )


def about_transfer(
    tenant_id: UUID, by: UUID, verb: Verb, *, own: UUID, name: str, figures: Mapping[str, int]
) -> Statement:
    """What somebody imported or exported, with its counts; `name` is the file's."""
    return _about(
        tenant_id,
        by,
        verb,
        Activity(
            id=iri("tenants", tenant_id, "transfers", own),
            definition=ActivityDefinition(type=TRANSFER_TYPE, name={"und": name}),
        ),
        {FIGURES: dict(figures)},
    )


def about_month(tenant_id: UUID, by: UUID, verb: Verb, *, month: str, rows: int) -> Statement:
    """A month of the archive (YYYY-MM), and how many statements somebody archived or moved out."""
    return _about(
        tenant_id,
        by,
        verb,
        Activity(
            id=iri("tenants", tenant_id, "archive", month),
            definition=ActivityDefinition(type=MONTH_TYPE, name={"und": month}),
        ),
        {FIGURES: {"statements": rows}},
    )


def _about(tenant_id: UUID, by: UUID, verb: Verb, thing: Activity, said: dict[str, Any]) -> Statement:
    return Statement(actor=person(tenant_id, by), verb=verb, object=thing, context=Context(extensions=said))
