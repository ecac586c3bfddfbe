"""Visits to firms: campaigns, their groups of experts, what was looked at, found and is to follow."""

from __future__ import annotations

from django.db import models

from alula.growth.models.experts import Expert
from alula.growth.models.firms import Firm
from alula.kernel import clock
from alula.kernel.ids import new_id


class Campaign(models.Model):
    """A round of visits with one aim, such as "step up to little giant"; `tier` is the ladder's step that it helps to."""

    id = models.UUIDField(primary_key=True, default=new_id)
    agency_id = models.UUIDField()
    title = models.CharField(max_length=120)
    tier = models.CharField(max_length=12, default="giant")
    starts_on = models.DateField()
    ends_on = models.DateField()
    agenda = models.TextField(blank=True, help_text="The order of a visit; each visit may have its own.")
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        db_table = "growth_campaign"
        indexes = [models.Index(fields=["agency_id", "-starts_on"], name="growth_campaign_agency")]


class VisitGroup(models.Model):
    """Experts who visit together."""

    id = models.UUIDField(primary_key=True, default=new_id)
    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="groups")
    name = models.CharField(max_length=80)
    experts = models.ManyToManyField(
        Expert, related_name="visit_groups", db_table="growth_visit_group_expert"
    )

    class Meta:
        db_table = "growth_visit_group"


class Visit(models.Model):
    """One group at one firm at one time. States: planned, confirmed (by the firm), done, cancelled."""

    id = models.UUIDField(primary_key=True, default=new_id)
    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="visits")
    group = models.ForeignKey(VisitGroup, models.CASCADE, related_name="visits")
    firm = models.ForeignKey(Firm, models.CASCADE, related_name="visits")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    agenda = models.TextField(blank=True)
    state = models.CharField(max_length=12, default="planned")
    firm_words = models.TextField(blank=True, help_text="What the firm wrote when it answered the date.")

    class Meta:
        db_table = "growth_visit"
        indexes = [
            models.Index(fields=["campaign", "starts_at"], name="growth_visit_campaign"),
            models.Index(fields=["firm", "starts_at"], name="growth_visit_firm"),
        ]


class CheckItem(models.Model):
    """Something to look at during a visit, from a clause that the firm does not meet yet, or added by hand."""

    id = models.UUIDField(primary_key=True, default=new_id)
    visit = models.ForeignKey(Visit, models.CASCADE, related_name="checklist")
    position = models.PositiveIntegerField()
    clause = models.CharField(max_length=60, blank=True)
    words = models.JSONField(help_text="In both languages.")
    state = models.CharField(max_length=12, default="open", help_text="open, seen, problem")
    remark = models.TextField(blank=True)

    class Meta:
        db_table = "growth_visit_check"
        ordering = ["position", "id"]


class VisitFinding(models.Model):
    """What a visit found. The firm sees it once it is released."""

    id = models.UUIDField(primary_key=True, default=new_id)
    visit = models.ForeignKey(Visit, models.CASCADE, related_name="findings")
    severity = models.CharField(max_length=8, help_text="low, medium, high")
    words = models.TextField()
    proposal = models.TextField(blank=True)
    released_at = models.DateTimeField(null=True)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        db_table = "growth_visit_finding"
        ordering = ["at", "id"]


class VisitTask(models.Model):
    """What follows from a visit, for the firm or for the agency; the firm sees its own."""

    id = models.UUIDField(primary_key=True, default=new_id)
    visit = models.ForeignKey(Visit, models.CASCADE, related_name="tasks")
    finding = models.ForeignKey(VisitFinding, models.SET_NULL, null=True, related_name="tasks")
    what = models.CharField(max_length=200)
    side = models.CharField(max_length=8, help_text="Whose it is: firm or agency.")
    who = models.CharField(max_length=60, blank=True)
    due_on = models.DateField(null=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "growth_visit_task"
        ordering = ["due_on", "id"]
