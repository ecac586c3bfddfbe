"""Firms, what they state about themselves, and who may see it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from alula.kernel import clock
from alula.kernel.ids import new_id


class Firm(models.Model):
    """A tenant of kind firm as growth knows it. One row a tenant, made when growth first hears of it.

    A firm that an agency imported is a tenant without people until its owner claims it by invitation: `claimed_at` is
    empty so long, and the agency that imported it keeps its facts.
    """

    tenant_id = models.UUIDField(primary_key=True)
    name = models.CharField(max_length=200)
    credit_code = models.CharField("unified social credit code", max_length=18, blank=True)
    place = models.CharField("administrative code", max_length=6, blank=True)
    industry = models.CharField("industry of SIZE-2011", max_length=40, blank=True)
    contact = models.CharField(max_length=60, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    facts = models.TextField(default="{}", help_text="The facts in force, as JSON (alula.facts/1).")
    facts_version = models.PositiveIntegerField(default=0)
    facts_at = models.DateTimeField(null=True)
    claimed_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        db_table = "growth_firm"
        constraints = [
            models.UniqueConstraint(
                fields=["credit_code"], condition=~Q(credit_code=""), name="growth_firm_code"
            ),
        ]
        indexes = [models.Index(fields=["place", "name"], name="growth_firm_place")]


class FactsVersion(models.Model):
    """The facts as they once were. Rows are only added: a report can always be explained by what was known."""

    pk = models.CompositePrimaryKey("tenant_id", "version")
    tenant_id = models.UUIDField()
    version = models.PositiveIntegerField()
    body = models.TextField()
    person_id = models.UUIDField(help_text="Who saved it.")
    by_tenant_id = models.UUIDField(
        help_text="The tenant in which they acted: the firm's own, or an agency's."
    )
    saved_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        db_table = "growth_facts_version"


class Relation(models.Model):
    """An agency accompanies a firm and sees of it what the firm released, and no more.

    `held` is true while the agency keeps a firm that it imported and nobody has claimed yet.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    agency_id = models.UUIDField()
    firm = models.ForeignKey(Firm, models.CASCADE, related_name="relations")
    held = models.BooleanField(default=False)
    released = models.JSONField(default=list, help_text="What the firm shows the agency: names of Release.")
    note = models.TextField(
        blank=True, help_text="The agency's own words about the firm; the firm never sees them."
    )
    officer_id = models.UUIDField(null=True, help_text="The officer who looks after the firm.")
    since = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "growth_relation"
        constraints = [
            models.UniqueConstraint(
                fields=["agency_id", "firm"], condition=Q(ended_at=None), name="growth_relation_one"
            ),
        ]
        indexes = [
            models.Index(fields=["agency_id", "ended_at", "officer_id"], name="growth_relation_agency")
        ]
