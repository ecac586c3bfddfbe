"""The public door of the record: build statements, append them, follow them, look at them."""

from alula.record.archive.partitions import Partition, archive, partitions_of
from alula.record.archive.partitions import remove as remove_archived
from alula.record.archive.querying import QueryAnswer, query
from alula.record.directory import Directory, register_directory
from alula.record.generator.calendar import Day
from alula.record.generator.habits import Trainee, habit, habit_names
from alula.record.generator.running import Year, statements_of_year, write_year
from alula.record.generator.running import unfinished as unfinished_year
from alula.record.iri import actor_key, iri, person, person_of, vocabulary
from alula.record.loop import ReaderLoop
from alula.record.moving.exporting import Wanted as ExportWanted
from alula.record.moving.exporting import wanted as export_wanted
from alula.record.moving.forwarder import ForwardLoop
from alula.record.moving.forwardings import Aside, Forwarding, forwardings_of
from alula.record.moving.forwardings import add as add_forwarding
from alula.record.moving.forwardings import asides_of as forwarding_asides
from alula.record.moving.forwardings import end as end_forwarding
from alula.record.moving.importing import Figures as ImportFigures
from alula.record.moving.local import Exported, Imported, export_file, import_file
from alula.record.moving.transfers import Transfer, start_export, start_import, transfer, transfers_of
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
    "Aside",
    "Context",
    "ContextActivities",
    "Credential",
    "Day",
    "Directory",
    "ExportWanted",
    "Exported",
    "ForwardLoop",
    "Forwarding",
    "Group",
    "ImportFigures",
    "Imported",
    "Lag",
    "NewCredential",
    "Partition",
    "QueryAnswer",
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
    "Trainee",
    "Transfer",
    "Verb",
    "Year",
    "actor_key",
    "add_credential",
    "add_forwarding",
    "adopt",
    "append",
    "archive",
    "can_rebuild",
    "credentials_of",
    "define_verb",
    "end_credential",
    "end_forwarding",
    "export_file",
    "export_wanted",
    "forwarding_asides",
    "forwardings_of",
    "from_json",
    "habit",
    "habit_names",
    "import_file",
    "iri",
    "iso_duration",
    "lag",
    "last_position",
    "partitions_of",
    "person",
    "person_of",
    "query",
    "reader",
    "reader_names",
    "reader_status",
    "rebuild",
    "rebuild_later",
    "rebuild_state",
    "register_directory",
    "remove_archived",
    "rotate_credential",
    "run_readers",
    "seconds_of",
    "sentence_of",
    "start_export",
    "start_import",
    "statement",
    "statements_of",
    "statements_of_year",
    "to_json",
    "transfer",
    "transfers_of",
    "unfinished_year",
    "vocabulary",
    "void",
    "write_year",
]
