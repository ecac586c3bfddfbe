"""The self-test: what was answered so far, and the assessments that were made."""

from __future__ import annotations

from django.db import models

from alula.growth.models.firms import Firm
from alula.kernel import clock
from alula.kernel.ids import new_id


class Draft(models.Model):
    """Answers that are not in force yet. One a firm: whoever keeps it goes on where the last answer ended, on any device.

    `open` holds what was not answered on purpose: the question and why (`skipped`, `not_known`). A discarded draft stays
    until the next one begins, so that it can be taken back.
    """

    firm = models.OneToOneField(Firm, models.CASCADE, primary_key=True, related_name="draft")
    facts = models.TextField(help_text="All facts as they would be, as JSON (alula.facts/1).")
    based_on = models.PositiveIntegerField(help_text="The version of the facts in force when it began.")
    answered = models.JSONField(default=list, help_text="Questions in the order in which they were answered.")
    open = models.JSONField(default=dict)
    revision = models.PositiveIntegerField(default=0, help_text="Counts the answers.")
    person_id = models.UUIDField(help_text="Who answered last.")
    began_at = models.DateTimeField(default=clock.now)
    changed_at = models.DateTimeField(default=clock.now)
    discarded_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "growth_draft"


class Assessment(models.Model):
    """A firm judged by one version of one rule on one day. Rows are only added; the report is never made again."""

    id = models.UUIDField(primary_key=True, default=new_id)
    firm = models.ForeignKey(Firm, models.CASCADE, related_name="assessments")
    tier = models.CharField(max_length=12)
    as_of = models.DateField(help_text="The day of application that was assumed.")
    kind = models.CharField(max_length=6)
    rule = models.CharField(max_length=40)
    version = models.CharField(max_length=20)
    overlays = models.JSONField(default=list)
    facts_version = models.PositiveIntegerField()
    outcome = models.CharField(max_length=12)
    report = models.TextField(help_text="Clauses, points and what is missing, as JSON (selftest/telling.py).")
    person_id = models.UUIDField(
        null=True, help_text="Who had it made; nobody when a rule or a list changed."
    )
    by_tenant_id = models.UUIDField(null=True, help_text="The tenant in which they acted.")
    made_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        db_table = "growth_assessment"
        indexes = [models.Index(fields=["firm", "tier", "-made_at"], name="growth_assessment_latest")]
