"""The tables of what is on the move."""

from __future__ import annotations

from django.db import models

from alula.kernel.ids import new_id


class TransferRow(models.Model):
    """An import, an export or a made-up year: what was asked, how far it is, what came of it."""

    id = models.UUIDField(primary_key=True, default=new_id)
    tenant_id = models.UUIDField()
    kind = models.TextField(help_text="import, export or year.")
    key = models.TextField(help_text="What makes it the same transfer when it is asked for again.")
    asked = models.JSONField(default=dict, help_text="What was asked for.")
    place = models.JSONField(default=dict, help_text="Where to go on; committed with what it speaks of.")
    figures = models.JSONField(default=dict, help_text="Counts of what was done so far.")
    done = models.BigIntegerField(default=0)
    of = models.BigIntegerField(default=0)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "record"
        db_table = "record_transfer"
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "kind", "key"], name="record_transfer_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class ForwardingRow(models.Model):
    """A standing order: what is written for the tenant is sent to another store."""

    id = models.UUIDField(primary_key=True, default=new_id)
    tenant_id = models.UUIDField()
    name = models.TextField()
    endpoint = models.TextField()
    user = models.TextField()
    secret = models.TextField(help_text="The password, encrypted with a key made from ALULA_SECRET_KEY.")
    version = models.TextField()
    verbs = models.JSONField(default=list)
    activities = models.JSONField(default=list)
    txid = models.BigIntegerField(default=0)
    position = models.BigIntegerField(default=0)
    sent = models.BigIntegerField(default=0)
    failures = models.IntegerField(default=0, help_text="Tries since something was last sent.")
    last_error = models.TextField(default="")
    retry_at = models.DateTimeField(null=True)
    held_until = models.DateTimeField(null=True, help_text="A process is at it until this moment.")
    holder = models.TextField(default="")
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    paused_at = models.DateTimeField(null=True, help_text="Nothing is sent from this moment on.")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "record"
        db_table = "record_forwarding"
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "name"],
                condition=models.Q(ended_at=None),
                name="record_forwarding_name",
            )
        ]

    def __str__(self) -> str:
        return self.name


class AsideRow(models.Model):
    """A statement that the other store does not take, and why."""

    pk = models.CompositePrimaryKey("forwarding_id", "position")
    forwarding_id = models.UUIDField()
    position = models.BigIntegerField()
    statement_id = models.UUIDField()
    status = models.IntegerField()
    reason = models.TextField()
    at = models.DateTimeField()

    class Meta:
        app_label = "record"
        db_table = "record_forwarding_aside"

    def __str__(self) -> str:
        return f"{self.status} {self.statement_id}"
