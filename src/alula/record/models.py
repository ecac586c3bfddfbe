"""The tables of the record. Rows are written by `table.py` and read by `spine.py` in SQL; the models carry migrations and the admin."""

from __future__ import annotations

from django.db import models

from alula.record.archive.models import PartitionRow, RemovedRow
from alula.record.moving.models import AsideRow, ForwardingRow, TransferRow

__all__ = [
    "ActivityRow",
    "AsideRow",
    "CredentialRow",
    "CursorRow",
    "DocumentRow",
    "ForwardingRow",
    "MentionRow",
    "OffsetRow",
    "PartitionRow",
    "RemovedRow",
    "StatementRow",
    "TransferRow",
]


class StatementRow(models.Model):
    """One statement: the columns that it is found by, and the exact JSON."""

    position = models.BigAutoField(primary_key=True)
    txid = models.BigIntegerField(
        help_text="The transaction that wrote it; with position, the place in the one order."
    )
    tenant_id = models.UUIDField()
    statement_id = models.UUIDField(db_column="id")
    actor_key = models.TextField(help_text="The actor's inverse functional identifier as one text.")
    verb = models.TextField()
    activity = models.TextField(help_text="The object's id when it is an activity, else empty.")
    registration = models.UUIDField(null=True)
    stored = models.DateTimeField(help_text="By the clock of the database.")
    timestamp = models.DateTimeField(help_text="When it happened, as the sender says.")
    voided = models.BooleanField(default=False)
    ref = models.UUIDField(
        null=True, help_text="The statement that it is about, when its object is a statement."
    )
    authority = models.TextField(default="", help_text="The credential that brought it; empty for our own.")
    body = models.TextField()
    # What the indexes are made of (`hashed`); nullable so that a column is added to a large table at once.
    id_key = models.BinaryField(null=True, help_text="The id behind a hash of the tenant: 24 bytes.")
    actor_hash = models.BigIntegerField(null=True)
    verb_hash = models.BigIntegerField(null=True)
    activity_hash = models.BigIntegerField(null=True, help_text="None where the activity is empty.")
    registration_hash = models.BigIntegerField(null=True)
    authority_hash = models.BigIntegerField(null=True, help_text="None where the authority is empty.")
    ref_key = models.BinaryField(null=True, help_text="The id_key of the statement that it is about.")

    class Meta:
        db_table = "record_statement"
        constraints = [
            models.UniqueConstraint(fields=["id_key"], name="record_statement_id"),
        ]
        indexes = [
            # The one index without the tenant: readers follow all tenants in one order. Not on SQLite (migration 0008).
            models.Index(fields=["txid", "position"], name="record_statement_order"),
            models.Index(fields=["tenant_id", "position"], name="record_statement_tenant"),
            models.Index(fields=["actor_hash", "position"], name="record_statement_actor"),
            # The verb stands last, so that one verb's few statements about a much used activity are found in the index alone.
            models.Index(
                fields=["activity_hash", "position", "verb_hash"],
                name="record_statement_activity",
                condition=models.Q(activity_hash__isnull=False),
            ),
            models.Index(fields=["verb_hash", "position"], name="record_statement_verb"),
            models.Index(
                fields=["registration_hash", "position"],
                name="record_statement_attempt",
                condition=models.Q(registration_hash__isnull=False),
            ),
            # Few statements are about others; whatever is read by a filter looks there too.
            models.Index(
                fields=["tenant_id", "ref"],
                name="record_statement_ref",
                condition=models.Q(ref__isnull=False),
            ),
            models.Index(
                fields=["tenant_id", "position"],
                name="record_statement_refs",
                condition=models.Q(ref__isnull=False),
            ),
            models.Index(
                fields=["authority_hash", "position"],
                name="record_statement_authority",
                condition=models.Q(authority_hash__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position} {self.statement_id}"


class MentionRow(models.Model):
    """A statement names somebody or something outside its columns: members, object agents, context, sub-statement."""

    pk = models.CompositePrimaryKey("tenant_id", "what", "position")
    tenant_id = models.UUIDField()
    what = models.TextField(
        help_text='An agent\'s key, or "activity:" and the IRI; behind "about " or "around " when the target of the statement says so.'
    )
    position = models.BigIntegerField()
    related = models.BooleanField(help_text="Found by related_agents and related_activities only.")

    class Meta:
        db_table = "record_mention"
        indexes = [
            # For the removal of statements alone.
            models.Index(fields=["position"], name="record_mention_position"),
            # Somebody may instruct in a million statements and be the object of three: these are found without those.
            models.Index(
                fields=["tenant_id", "what", "position"],
                name="record_mention_plain",
                condition=models.Q(related=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position} {self.what}"


class CredentialRow(models.Model):
    """What another system signs its xAPI requests with."""

    key = models.TextField(primary_key=True)
    tenant_id = models.UUIDField()
    secret_hash = models.TextField(help_text="SHA-256 of the secret, which has 256 random bits.")
    name = models.TextField()
    scopes = models.JSONField()
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True, help_text="Refused from this moment on.")

    class Meta:
        db_table = "record_credential"
        indexes = [models.Index(fields=["tenant_id", "created_at"], name="record_credential_tenant")]

    def __str__(self) -> str:
        return self.key


class DocumentRow(models.Model):
    """A document of the State, Activity Profile or Agent Profile resource."""

    pk = models.CompositePrimaryKey("tenant_id", "key")
    tenant_id = models.UUIDField()
    key = models.TextField(help_text="SHA-256 of scope, registration and name.")
    scope = models.TextField(help_text="SHA-256 of resource, activity and agent: what is listed together.")
    registration = models.UUIDField(null=True)
    name = models.TextField()
    content_type = models.TextField()
    etag = models.TextField(help_text="SHA-1 of the content.")
    updated_at = models.DateTimeField()
    content = models.BinaryField()

    class Meta:
        db_table = "record_document"
        indexes = [models.Index(fields=["tenant_id", "scope"], name="record_document_scope")]

    def __str__(self) -> str:
        return self.name


class ActivityRow(models.Model):
    """What is known of an activity, merged from the statements of those who may define."""

    pk = models.CompositePrimaryKey("tenant_id", "activity")
    tenant_id = models.UUIDField()
    activity = models.TextField()
    definition = models.TextField()

    class Meta:
        db_table = "record_activity"

    def __str__(self) -> str:
        return self.activity


class CursorRow(models.Model):
    """How far a reader is, and what stops it."""

    name = models.TextField(primary_key=True)
    txid = models.BigIntegerField(default=0)
    position = models.BigIntegerField(default=0)
    updated_at = models.DateTimeField(help_text="When the cursor last moved.")
    failures = models.IntegerField(default=0, help_text="Tries since the cursor last moved.")
    last_error = models.TextField(default="", blank=True)
    retry_at = models.DateTimeField(null=True, help_text="Not before this moment, after a failure.")
    pace = models.TextField(
        default="", db_default="", blank=True, help_text="What was handled in the last minute (`pace`)."
    )

    class Meta:
        db_table = "record_cursor"

    def __str__(self) -> str:
        return self.name


class OffsetRow(models.Model):
    """What is added to the database's transaction ids; no row means 0. Written by `services.adopt` alone."""

    id = models.SmallIntegerField(primary_key=True)
    txid_offset = models.BigIntegerField()

    class Meta:
        db_table = "record_offset"

    def __str__(self) -> str:
        return str(self.txid_offset)
