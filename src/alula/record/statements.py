"""What the record says about itself: credentials of other systems that somebody made, renewed, ended.

The object is the credential, an activity of the type `.../activities/credential`; its secret is never in a statement.
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from alula.record.iri import iri, person, vocabulary
from alula.record.statement import Activity, ActivityDefinition, Context, Statement, Verb
from alula.record.verbs import define_verb

CREDENTIAL_TYPE = vocabulary("activities", "credential")
READER_TYPE = vocabulary("activities", "reader")
SCOPES = vocabulary("extensions", "scopes")


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
