"""The table of jobs. Only `kernel.jobs` reads or writes it."""

from __future__ import annotations

from django.db import models

from alula.kernel.ids import new_id


class Job(models.Model):
    """Work to be done once after the transaction that asked for it, leased to one worker at a time."""

    id = models.UUIDField(primary_key=True, default=new_id)
    tenant_id = models.UUIDField(null=True)
    kind = models.CharField(max_length=100)
    key = models.CharField(max_length=200)
    payload = models.JSONField(default=dict)
    run_after = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    worker = models.CharField(max_length=64, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    done_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)
    progress_done = models.PositiveIntegerField(default=0)
    progress_of = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "kernel_job"
        indexes = [
            models.Index(
                fields=["run_after"],
                name="kernel_job_open",
                condition=models.Q(done_at__isnull=True, failed_at__isnull=True),
            ),
            models.Index(fields=["kind", "key"], name="kernel_job_key"),
        ]
