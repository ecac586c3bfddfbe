"""The public door of the record: build statements, append them, follow them, look at them."""

from alula.record.directory import Directory, register_directory
from alula.record.iri import actor_key, iri, person, person_of, vocabulary
from alula.record.loop import ReaderLoop
from alula.record.queries import StatementPage, statement, statements_of
from alula.record.reading import (
    Lag,
    ReaderFailedError,
    ReaderStatus,
    can_rebuild,
    lag,
    reader,
    rebuild,
    run_readers,
)
from alula.record.reading import names as reader_names
from alula.record.reading import status as reader_status
from alula.record.rebuilding import rebuild_later, rebuild_state
from alula.record.services import adopt, append, void
from alula.record.spine import StoredStatement, last_position
from alula.record.statement import (
    Account,
    Activity,
    ActivityDefinition,
    Agent,
    Context,
    ContextActivities,
    Group,
    Result,
    Score,
    Statement,
    StatementRef,
    SubStatement,
    Verb,
    from_json,
    iso_duration,
    seconds_of,
    to_json,
)
from alula.record.verbs import (
    ANSWERED,
    COMPLETED,
    EXPERIENCED,
    FAILED,
    INITIALIZED,
    PASSED,
    TERMINATED,
    VOIDED,
    define_verb,
    sentence_of,
)
from alula.record.xapi.credentials import SCOPES as CREDENTIAL_SCOPES
from alula.record.xapi.credentials import Credential, NewCredential, credentials_of
from alula.record.xapi.credentials import add as add_credential
from alula.record.xapi.credentials import end as end_credential
from alula.record.xapi.credentials import rotate as rotate_credential

__all__ = [
    "ANSWERED",
    "COMPLETED",
    "CREDENTIAL_SCOPES",
    "EXPERIENCED",
    "FAILED",
    "INITIALIZED",
    "PASSED",
    "TERMINATED",
    "VOIDED",
    "Account",
    "Activity",
    "ActivityDefinition",
    "Agent",
    "Context",
    "ContextActivities",
    "Credential",
    "Directory",
    "Group",
    "Lag",
    "NewCredential",
    "ReaderFailedError",
    "ReaderLoop",
    "ReaderStatus",
    "Result",
    "Score",
    "Statement",
    "StatementPage",
    "StatementRef",
    "StoredStatement",
    "SubStatement",
    "Verb",
    "actor_key",
    "add_credential",
    "adopt",
    "append",
    "can_rebuild",
    "credentials_of",
    "define_verb",
    "end_credential",
    "from_json",
    "iri",
    "iso_duration",
    "lag",
    "last_position",
    "person",
    "person_of",
    "reader",
    "reader_names",
    "reader_status",
    "rebuild",
    "rebuild_later",
    "rebuild_state",
    "register_directory",
    "rotate_credential",
    "run_readers",
    "seconds_of",
    "sentence_of",
    "statement",
    "statements_of",
    "to_json",
    "vocabulary",
    "void",
]
