"""The ladder: titles held, candidates found, applications on their way, and what a firm has to think of in time."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from alula.growth.ladder.workflow import CLOSED
from alula.growth.models.firms import Firm
from alula.kernel import clock
from alula.kernel.ids import new_id


class HeldTitle(models.Model):
    """A title of the ladder as the firm's facts name it, where lists and counts can look for it.

    Rewritten whenever the facts are saved: the facts stay the only place where a title is kept.
    """

    firm = models.ForeignKey(Firm, models.CASCADE, related_name="titles")
    kind = models.CharField(max_length=20)
    rank = models.PositiveSmallIntegerField(help_text="Its tier: 1 innovative, 2 provincial, 3 giant.")
    since = models.DateField(null=True)
    until = models.DateField(null=True)
    batch = models.PositiveIntegerField(null=True)

    class Meta:
        db_table = "growth_held_title"
        indexes = [models.Index(fields=["rank", "until"], name="growth_title_rank")]


class Candidate(models.Model):
    """A firm that comes into question for a tier above its own, as an agency's search found it."""

    id = models.UUIDField(primary_key=True, default=new_id)
    agency_id = models.UUIDField()
    firm = models.ForeignKey(Firm, models.CASCADE, related_name="candidacies")
    tier = models.CharField(max_length=12)
    standing = models.CharField(max_length=8, help_text="pass, open or nearly (ladder/candidates.py).")
    rule = models.CharField(max_length=40)
    version = models.CharField(max_length=20)
    as_of = models.DateField()
    facts_version = models.PositiveIntegerField()
    unmet = models.JSONField(default=list)
    unknown = models.JSONField(default=list)

    class Meta:
        db_table = "growth_candidate"
        constraints = [
            models.UniqueConstraint(fields=["agency_id", "firm", "tier"], name="growth_candidate_one")
        ]


class Application(models.Model):
    """A firm's way to one title, with the agency that leads it there. `version` counts every change of the row."""

    id = models.UUIDField(primary_key=True, default=new_id)
    agency_id = models.UUIDField()
    firm = models.ForeignKey(Firm, models.CASCADE, related_name="applications")
    tier = models.CharField(max_length=12)
    kind = models.CharField(max_length=8, default="new")
    batch = models.CharField(max_length=40, blank=True)
    stage = models.CharField(max_length=12)
    version = models.PositiveIntegerField(default=1)
    officer_id = models.UUIDField(null=True)
    note = models.TextField(blank=True, help_text="The agency's own words; the firm never sees them.")
    asked = models.TextField(blank=True, help_text="What the firm is asked to supply, or why it ended.")
    publicity_until = models.DateField(null=True, help_text="The last day on which objections are taken.")
    opened_at = models.DateTimeField(default=clock.now)
    moved_at = models.DateTimeField(default=clock.now)

    class Meta:
        db_table = "growth_application"
        constraints = [
            models.UniqueConstraint(
                fields=["firm", "tier"], condition=~Q(stage__in=CLOSED), name="growth_application_open"
            )
        ]
        indexes = [models.Index(fields=["agency_id", "stage", "moved_at"], name="growth_application_board")]


class Step(models.Model):
    """A move of an application: from where, to where, who, when, why. Rows are only added."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="steps")
    number = models.PositiveIntegerField()
    move = models.CharField(max_length=12)
    before = models.CharField(max_length=12, blank=True)
    after = models.CharField(max_length=12)
    reason = models.TextField(blank=True)
    facts_version = models.PositiveIntegerField()
    tenant_id = models.UUIDField(help_text="The tenant in which the person acted.")
    person_id = models.UUIDField()
    at = models.DateTimeField(default=clock.now)

    class Meta:
        db_table = "growth_application_step"
        constraints = [models.UniqueConstraint(fields=["application", "number"], name="growth_step_number")]


class Reminder(models.Model):
    """A day that a firm must not miss. Made once for a firm, kind and subject, however often it is computed."""

    id = models.UUIDField(primary_key=True, default=new_id)
    firm = models.ForeignKey(Firm, models.CASCADE, related_name="reminders")
    kind = models.CharField(max_length=16, help_text="yearly_update, review, expiry or change_report.")
    subject = models.CharField(
        max_length=60, help_text="Which title and year, or which change: with the kind, its key."
    )
    title = models.CharField(max_length=20, blank=True)
    due = models.DateField()
    show_from = models.DateField()
    snoozed_until = models.DateField(null=True)
    done_at = models.DateTimeField(null=True)
    done_by = models.UUIDField(null=True)

    class Meta:
        db_table = "growth_reminder"
        constraints = [
            models.UniqueConstraint(fields=["firm", "kind", "subject"], name="growth_reminder_one")
        ]
        indexes = [models.Index(fields=["done_at", "due"], name="growth_reminder_due")]
