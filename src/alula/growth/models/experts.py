"""Experts and institutions that an agency works with, and whom they are tied to."""

from __future__ import annotations

from django.db import models

from alula.kernel import clock
from alula.kernel.ids import new_id


class Expert(models.Model):
    """An expert or an institution in an agency's directory. How busy it is is counted from its open requests."""

    id = models.UUIDField(primary_key=True, default=new_id)
    agency_id = models.UUIDField()
    form = models.CharField(max_length=12, help_text="person or institution")
    name = models.CharField(max_length=200)
    organisation = models.CharField(max_length=200, blank=True)
    kinds = models.JSONField(default=list, help_text="Kinds of service that it offers.")
    expertise = models.JSONField(default=list)
    industries = models.JSONField(default=list)
    place = models.CharField("administrative code", max_length=6, blank=True)
    capacity = models.PositiveIntegerField(default=3, help_text="Open requests at once.")
    phone = models.CharField(max_length=40, blank=True)
    email = models.CharField(max_length=120, blank=True)
    about = models.TextField(blank=True)
    active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        db_table = "growth_expert"
        constraints = [
            models.UniqueConstraint(fields=["agency_id", "name", "organisation"], name="growth_expert_once")
        ]


class Tie(models.Model):
    """A relation that may be a conflict of interest: to a firm of the platform, or to a party known by name alone."""

    id = models.UUIDField(primary_key=True, default=new_id)
    expert = models.ForeignKey(Expert, models.CASCADE, related_name="ties")
    kind = models.CharField(max_length=12, help_text="One of matching.CONFLICTS.")
    party = models.CharField(max_length=200)
    firm_id = models.UUIDField(null=True)

    class Meta:
        db_table = "growth_expert_tie"
