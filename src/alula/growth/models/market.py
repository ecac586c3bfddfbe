"""The market of bottlenecks: technical problems of firms, and what others offer to solve them."""

from __future__ import annotations

from django.db import models

from alula.growth.models.experts import Expert
from alula.growth.models.firms import Firm
from alula.kernel import clock
from alula.kernel.ids import new_id


class Bottleneck(models.Model):
    """A firm's technical problem.

    Once it is released, others may see `public_title`, `public_summary`, `field` and `deadline`. Everything else, and
    whose it is, stays with those whom `queries.market.may_read` lets read it.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    firm = models.ForeignKey(Firm, models.CASCADE, related_name="bottlenecks")
    agency_id = models.UUIDField(null=True)
    state = models.CharField(max_length=12, default="draft")
    field = models.CharField(max_length=12)
    deadline = models.DateField(null=True)
    public_title = models.CharField(max_length=120, blank=True)
    public_summary = models.TextField(blank=True)
    title = models.CharField(max_length=120)
    tried = models.TextField(blank=True)
    wished = models.TextField(blank=True)
    budget_low = models.DecimalField("10,000 yuan", max_digits=12, decimal_places=2, null=True)
    budget_high = models.DecimalField("10,000 yuan", max_digits=12, decimal_places=2, null=True)
    outcome = models.TextField(
        blank=True, help_text="Why it was handed back or closed, or how it was solved."
    )
    created_at = models.DateTimeField(default=clock.now, editable=False)
    handed_in_at = models.DateTimeField(null=True)
    released_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "growth_bottleneck"
        indexes = [
            models.Index(fields=["agency_id", "state", "-created_at"], name="growth_bottleneck_agency"),
            models.Index(fields=["firm", "-created_at"], name="growth_bottleneck_firm"),
        ]


class Offer(models.Model):
    """An offer to solve a problem: by another firm, or by an expert or institution for whom an officer entered it."""

    id = models.UUIDField(primary_key=True, default=new_id)
    bottleneck = models.ForeignKey(Bottleneck, models.CASCADE, related_name="offers")
    firm = models.ForeignKey(Firm, models.CASCADE, null=True, related_name="offers")
    expert = models.ForeignKey(Expert, models.CASCADE, null=True, related_name="offers")
    words = models.TextField()
    price = models.DecimalField("10,000 yuan", max_digits=12, decimal_places=2, null=True)
    weeks = models.PositiveIntegerField(null=True)
    chosen = models.BooleanField(default=False)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        db_table = "growth_offer"
        constraints = [
            models.UniqueConstraint(fields=["bottleneck", "firm"], name="growth_offer_firm"),
            models.UniqueConstraint(fields=["bottleneck", "expert"], name="growth_offer_expert"),
        ]
