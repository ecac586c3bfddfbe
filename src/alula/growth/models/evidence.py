"""Files that prove what a firm states."""

from __future__ import annotations

from django.db import models

from alula.growth.models.firms import Firm
from alula.kernel import clock
from alula.kernel.ids import new_id


class Evidence(models.Model):
    """One file behind one question of the self-test. The bytes lie in the files engine under `key`."""

    id = models.UUIDField(primary_key=True, default=new_id)
    firm = models.ForeignKey(Firm, models.CASCADE, related_name="evidence")
    question = models.CharField(max_length=40)
    name = models.CharField(
        max_length=120, help_text="What the file was called; shown, never used as a path."
    )
    media_type = models.CharField(max_length=100, help_text="By its content, not by its name.")
    size = models.PositiveIntegerField(help_text="In bytes.")
    sha256 = models.CharField(max_length=64)
    person_id = models.UUIDField(help_text="Who added it.")
    by_tenant_id = models.UUIDField()
    added_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        db_table = "growth_evidence"
        indexes = [models.Index(fields=["firm", "question", "added_at"], name="growth_evidence_of")]

    @property
    def key(self) -> str:
        """Where the bytes lie: ids alone, nothing that a person typed."""
        return f"growth/evidence/{self.firm_id}/{self.id}"
