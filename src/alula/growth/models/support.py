"""Service requests: what a firm asks of an agency, every move of it, and what the two say to each other."""

from __future__ import annotations

from django.db import models

from alula.growth.models.experts import Expert
from alula.growth.models.firms import Firm
from alula.kernel import clock
from alula.kernel.ids import new_id


class ServiceRequest(models.Model):
    """A firm's request. The agency sees it from the moment it is sent, whatever else the firm released.

    `confidential`: inside the agency only its administrators and who is responsible read it.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    firm = models.ForeignKey(Firm, models.CASCADE, related_name="requests")
    agency_id = models.UUIDField(null=True, help_text="Whom it is addressed to; empty in a draft alone.")
    kind = models.CharField(max_length=12)
    title = models.CharField(max_length=120)
    need = models.TextField(blank=True)
    expertise = models.JSONField(default=list)
    urgency = models.CharField(max_length=8, default="normal")
    wished_on = models.DateField(null=True)
    confidential = models.BooleanField(default=False)
    keep_from = models.JSONField(default=list, help_text="Parties that must not hear of it.")
    gap = models.CharField("the gap of the self-test that it came from", max_length=40, blank=True)
    state = models.CharField(max_length=12, default="draft")
    officer_id = models.UUIDField(null=True)
    expert = models.ForeignKey(Expert, models.SET_NULL, null=True, related_name="requests")
    due_on = models.DateField(null=True)
    note = models.TextField(blank=True, help_text="The agency's own words; the firm never sees them.")
    rating = models.PositiveSmallIntegerField(null=True)
    by_id = models.UUIDField(help_text="Who wrote it.")
    created_at = models.DateTimeField(default=clock.now, editable=False)
    sent_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField(default=clock.now)

    class Meta:
        db_table = "growth_request"
        indexes = [
            models.Index(fields=["firm", "-created_at"], name="growth_request_firm"),
            models.Index(fields=["agency_id", "state", "due_on"], name="growth_request_queue"),
            models.Index(fields=["expert", "state"], name="growth_request_expert"),
        ]


class RequestMove(models.Model):
    """One move of a request. Rows are only added."""

    id = models.UUIDField(primary_key=True, default=new_id)
    request = models.ForeignKey(ServiceRequest, models.CASCADE, related_name="moves")
    move = models.CharField(max_length=12)
    since = models.CharField("the state before", max_length=12)
    to = models.CharField("the state after", max_length=12)
    words = models.TextField(blank=True)
    expert_name = models.CharField(max_length=200, blank=True)
    tenant_id = models.UUIDField()
    person_id = models.UUIDField()
    at = models.DateTimeField(default=clock.now)

    class Meta:
        db_table = "growth_request_move"


class RequestMessage(models.Model):
    """Plain words from one side to the other."""

    id = models.UUIDField(primary_key=True, default=new_id)
    request = models.ForeignKey(ServiceRequest, models.CASCADE, related_name="messages")
    tenant_id = models.UUIDField()
    person_id = models.UUIDField()
    text = models.TextField(blank=True)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        db_table = "growth_request_message"


class RequestFile(models.Model):
    """A file at a request, or at a message of it. The bytes lie in the store of files under `key`."""

    id = models.UUIDField(primary_key=True, default=new_id)
    request = models.ForeignKey(ServiceRequest, models.CASCADE, related_name="files")
    message = models.ForeignKey(RequestMessage, models.CASCADE, null=True, related_name="files")
    name = models.CharField(max_length=120)
    type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    key = models.CharField(max_length=200)
    tenant_id = models.UUIDField()
    at = models.DateTimeField(default=clock.now)

    class Meta:
        db_table = "growth_request_file"
