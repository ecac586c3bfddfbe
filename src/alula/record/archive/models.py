"""The tables of the archive: which files there are, and which statements are in them alone."""

from __future__ import annotations

from django.db import models

from alula.kernel.ids import new_id


class PartitionRow(models.Model):
    """A file with the statements of a tenant that were stored in one month. It exists exactly when the file was verified."""

    id = models.UUIDField(primary_key=True, default=new_id)
    tenant_id = models.UUIDField()
    month = models.TextField(help_text="YYYY-MM, in UTC.")
    part = models.IntegerField(default=1, help_text="More than 1 when something came later for the month.")
    file = models.TextField(help_text="Its key in the files.")
    rows = models.BigIntegerField()
    digest = models.TextField(help_text="SHA-256 over the rows.")
    bytes = models.BigIntegerField()
    first_position = models.BigIntegerField(help_text="The lowest in it.")
    last_position = models.BigIntegerField(help_text="The highest in it.")
    first_txid = models.BigIntegerField()
    last_txid = models.BigIntegerField()
    written_at = models.DateTimeField()
    removing_at = models.DateTimeField(null=True, help_text="From this moment its file alone is read.")
    removed_at = models.DateTimeField(null=True, help_text="Nothing of it is in the table any more.")

    class Meta:
        app_label = "record"
        db_table = "record_partition"
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "month", "part"], name="record_partition_month")
        ]

    def __str__(self) -> str:
        return f"{self.month} {self.part}"


class RemovedRow(models.Model):
    """A statement that is in a partition alone: found by its id, and known when the id comes again."""

    pk = models.CompositePrimaryKey("tenant_id", "statement_id")
    tenant_id = models.UUIDField()
    statement_id = models.UUIDField(db_column="id")
    position = models.BigIntegerField()
    partition_id = models.UUIDField()

    class Meta:
        app_label = "record"
        db_table = "record_removed"

    def __str__(self) -> str:
        return str(self.statement_id)
