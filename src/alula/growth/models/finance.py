"""A firm's enquiries at banks, and the steps that each took."""

from __future__ import annotations

from enum import StrEnum

from django.db import models

from alula.growth.models.firms import Firm
from alula.kernel import clock
from alula.kernel.ids import new_id


class Stage(StrEnum):
    """Where an enquiry stands. What the bank decided is what the owner was told by it."""

    PREPARED = "prepared"  # not handed over yet
    SENT = "sent"  # handed to the branch
    ANSWERED = "answered"
    DOCUMENTS = "documents"  # the bank asks for some
    APPROVED = "approved"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"  # by the firm


class Enquiry(models.Model):
    """What an owner asks a bank. `sheet` is exactly what the bank gets: it never changes after the consent."""

    id = models.UUIDField(primary_key=True, default=new_id)
    firm = models.ForeignKey(Firm, models.CASCADE, related_name="enquiries")
    key = models.CharField(max_length=80, help_text="The product.")
    bank = models.CharField(max_length=200)
    title = models.JSONField(help_text="The product's name in both languages.")
    branch = models.CharField(max_length=120, blank=True)
    amount = models.DecimalField(max_digits=16, decimal_places=2, null=True)
    sheet = models.JSONField(help_text="Sections of lines: label in both languages and value.")
    digest = models.CharField(
        max_length=64, help_text="SHA-256 of the sheet that the owner saw and agreed to."
    )
    stage = models.CharField(max_length=10, default=Stage.PREPARED.value)
    moved_at = models.DateTimeField(default=clock.now, help_text="When the stage last changed.")
    remind_days = models.PositiveSmallIntegerField(default=7)
    consented_by = models.UUIDField()
    consented_at = models.DateTimeField(default=clock.now)

    class Meta:
        db_table = "growth_enquiry"
        indexes = [models.Index(fields=["firm", "consented_at"], name="growth_enquiry_firm")]


class EnquiryStep(models.Model):
    """One move of an enquiry, with what the owner noted. Rows are only added."""

    enquiry = models.ForeignKey(Enquiry, models.CASCADE, related_name="steps")
    stage = models.CharField(max_length=10)
    note = models.CharField(max_length=600, blank=True)
    person_id = models.UUIDField()
    at = models.DateTimeField(default=clock.now)

    class Meta:
        db_table = "growth_enquiry_step"
