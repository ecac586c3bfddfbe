"""The tables of the record. Rows are written and read by `spine.py` in SQL; the models carry migrations and the admin."""

from __future__ import annotations

from django.db import models


class StatementRow(models.Model):
    """One statement: the columns that it is found by, and the exact JSON."""

    position = models.BigAutoField(primary_key=True)
    txid = models.BigIntegerField(help_text="The transaction that wrote it; with position, the place in the one order.")
    tenant_id = models.UUIDField()
    statement_id = models.UUIDField(db_column="id")
    actor_key = models.TextField(help_text="The actor's inverse functional identifier as one text.")
    verb = models.TextField()
    activity = models.TextField(help_text="The object's id when it is an activity, else empty.")
    registration = models.UUIDField(null=True)
    stored = models.DateTimeField(help_text="By the clock of the database.")
    timestamp = models.DateTimeField(help_text="When it happened, as the sender says.")
    voided = models.BooleanField(default=False)
    body = models.TextField()

    class Meta:
        db_table = "record_statement"
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "statement_id"], name="record_statement_id"),
        ]
        indexes = [
            # The one index without the tenant: readers follow all tenants in one order.
            models.Index(fields=["txid", "position"], name="record_statement_order"),
            models.Index(fields=["tenant_id", "position"], name="record_statement_tenant"),
            models.Index(fields=["tenant_id", "actor_key", "position"], name="record_statement_actor"),
            models.Index(fields=["tenant_id", "activity", "position"], name="record_statement_activity"),
        ]

    def __str__(self) -> str:
        return f"{self.position} {self.statement_id}"


class CursorRow(models.Model):
    """How far a reader is, and what stops it."""

    name = models.TextField(primary_key=True)
    txid = models.BigIntegerField(default=0)
    position = models.BigIntegerField(default=0)
    updated_at = models.DateTimeField(help_text="When the cursor last moved.")
    failures = models.IntegerField(default=0, help_text="Tries since the cursor last moved.")
    last_error = models.TextField(default="", blank=True)
    retry_at = models.DateTimeField(null=True, help_text="Not before this moment, after a failure.")

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
