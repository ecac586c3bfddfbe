"""How agencies and firms come together: lists taken in, invitations to owners, requests to accompany."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from alula.growth.models.firms import Firm
from alula.kernel import clock
from alula.kernel.ids import new_id


class FirmImport(models.Model):
    """A list of firms that an agency takes in: the rows that are still to be done, and what became of the others."""

    id = models.UUIDField(primary_key=True, default=new_id)
    agency_id = models.UUIDField()
    person_id = models.UUIDField()
    file_name = models.CharField(max_length=200)
    rows = models.TextField(help_text="The good rows, as JSON.")
    count = models.PositiveIntegerField(help_text="Rows of the file, the refused ones too.")
    bad = models.JSONField(default=list, help_text="Refused rows: line, column, what was expected.")
    refused = models.PositiveIntegerField(default=0)
    taken = models.PositiveIntegerField(default=0, help_text="How many good rows are done.")
    added = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    asked = models.PositiveIntegerField(default=0)
    written = models.BooleanField(default=False, help_text="Whether the good rows are taken at all.")
    created_at = models.DateTimeField(default=clock.now)
    done_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "growth_firm_import"
        indexes = [models.Index(fields=["agency_id", "created_at"], name="growth_import_agency")]


class Invitation(models.Model):
    """A link by which the owner of a held firm takes it over. Only the token's hash is kept."""

    id = models.UUIDField(primary_key=True, default=new_id)
    agency_id = models.UUIDField()
    firm = models.ForeignKey(Firm, models.CASCADE, related_name="invitations")
    token_hash = models.CharField(max_length=64, unique=True)
    person_id = models.UUIDField(help_text="The officer who made it.")
    created_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "growth_invitation"
        indexes = [models.Index(fields=["agency_id", "created_at"], name="growth_invitation_agency")]


class RelationRequest(models.Model):
    """An agency asks to accompany a firm that is claimed, or that another agency holds: the owner answers."""

    id = models.UUIDField(primary_key=True, default=new_id)
    agency_id = models.UUIDField()
    firm = models.ForeignKey(Firm, models.CASCADE, related_name="relation_requests")
    person_id = models.UUIDField(help_text="The officer who asked.")
    created_at = models.DateTimeField(default=clock.now)
    answered_at = models.DateTimeField(null=True)
    accepted = models.BooleanField(null=True)

    class Meta:
        db_table = "growth_relation_request"
        constraints = [
            models.UniqueConstraint(
                fields=["agency_id", "firm"], condition=Q(answered_at=None), name="growth_request_one"
            )
        ]
