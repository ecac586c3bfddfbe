"""An agency's policies beside the shipped ones, what every policy is for every firm, and who is told of changes."""

from __future__ import annotations

from django.db import models

from alula.growth.models.firms import Firm
from alula.kernel import clock
from alula.kernel.ids import new_id


class PolicyEntry(models.Model):
    """A policy that an agency keeps: its own, or its version of a shipped one (`shipped`), which it then stands for.

    The draft is YAML text that need not be right yet. `draft_revision` counts its savings, so that of two editors the
    second is told. `in_force` names the published version that firms see; empty when there is none, or it was withdrawn.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    agency_id = models.UUIDField()
    policy_id = models.CharField(max_length=64)
    shipped = models.BooleanField(default=False)
    in_force = models.PositiveIntegerField(null=True)
    draft = models.TextField(blank=True)
    draft_revision = models.PositiveIntegerField(default=0)
    draft_at = models.DateTimeField(null=True)
    draft_by = models.UUIDField(null=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        db_table = "growth_policy"
        constraints = [
            models.UniqueConstraint(fields=["agency_id", "policy_id"], name="growth_policy_one"),
        ]


class PolicyVersion(models.Model):
    """One published version. Rows are only added; withdrawing fills two fields and no more."""

    entry = models.ForeignKey(PolicyEntry, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    text = models.TextField(help_text="The policy as YAML (docs/growth.md).")
    note = models.CharField(max_length=300, blank=True)
    published_at = models.DateTimeField(default=clock.now)
    published_by = models.UUIDField()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.UUIDField(null=True)

    class Meta:
        db_table = "growth_policy_version"
        constraints = [models.UniqueConstraint(fields=["entry", "number"], name="growth_policy_version_one")]


class MatchRun(models.Model):
    """A re-match of all firms of an agency, batch by batch: `cursor` is the last firm done, from which a restart goes on."""

    id = models.UUIDField(primary_key=True, default=new_id)
    agency_id = models.UUIDField()
    entry = models.ForeignKey(PolicyEntry, models.CASCADE, null=True, related_name="runs")
    cause = models.CharField(max_length=20, help_text="published, withdrawn or asked")
    asked_by = models.UUIDField()
    asked_at = models.DateTimeField(default=clock.now)
    started_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    cursor = models.UUIDField(null=True)
    firms_of = models.PositiveIntegerField(default=0)
    firms_done = models.PositiveIntegerField(default=0)
    gained = models.PositiveIntegerField(default=0, help_text="Matches that became eligible.")
    lost = models.PositiveIntegerField(default=0, help_text="Matches that are no longer eligible.")
    failed = models.JSONField(default=list, help_text="Firms that could not be matched, with the reason.")

    class Meta:
        db_table = "growth_match_run"
        indexes = [models.Index(fields=["agency_id", "asked_at"], name="growth_match_run_latest")]


class FirmMatched(models.Model):
    """For which facts, library and day a firm was matched last, and its tier then, by which the agency counts."""

    firm = models.OneToOneField(Firm, models.CASCADE, primary_key=True, related_name="matched")
    facts_version = models.PositiveIntegerField()
    library = models.CharField(max_length=40, help_text="Fingerprint of the policies that reach the firm.")
    day = models.DateField()
    tier = models.CharField(max_length=12)
    matched_at = models.DateTimeField()

    class Meta:
        db_table = "growth_firm_matched"


class PolicyMatch(models.Model):
    """What one policy is for one firm: state and upper limit, for which facts and which version of the policy."""

    firm = models.ForeignKey(Firm, models.CASCADE, related_name="policy_matches")
    key = models.CharField(max_length=80)
    state = models.CharField(max_length=8)
    why = models.CharField(max_length=16, blank=True)
    amount = models.DecimalField(max_digits=22, decimal_places=6, null=True)
    phase = models.CharField(max_length=8, help_text="Where the window stood (policies/windows.py).")
    policy_version = models.CharField(max_length=48)
    facts_version = models.PositiveIntegerField()

    class Meta:
        db_table = "growth_policy_match"
        constraints = [models.UniqueConstraint(fields=["firm", "key"], name="growth_policy_match_one")]
        indexes = [models.Index(fields=["key", "state"], name="growth_policy_match_count")]


class MatchSubscription(models.Model):
    """A person of a firm is told when a match changes or a window nears: of one policy, or of all (`key` is empty)."""

    firm = models.ForeignKey(Firm, models.CASCADE, related_name="match_subscriptions")
    person_id = models.UUIDField()
    key = models.CharField(max_length=80, blank=True)
    since = models.DateTimeField(default=clock.now)

    class Meta:
        db_table = "growth_match_subscription"
        constraints = [
            models.UniqueConstraint(fields=["firm", "person_id", "key"], name="growth_match_subscription_one")
        ]


class MatchNotice(models.Model):
    """Something that a person of a firm is told once: `event` says the same thing in the same words, and is unique."""

    id = models.UUIDField(primary_key=True, default=new_id)
    firm = models.ForeignKey(Firm, models.CASCADE, related_name="match_notices")
    person_id = models.UUIDField()
    event = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, help_text="state, amount, opening, closing, gone, unanswered")
    key = models.CharField(max_length=80, help_text="The policy, or the enquiry.")
    title = models.JSONField(help_text="Its name in both languages when it was told.")
    values = models.JSONField(default=dict, help_text="before and after, or the day.")
    made_at = models.DateTimeField(default=clock.now)
    read_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "growth_match_notice"
        constraints = [
            models.UniqueConstraint(fields=["firm", "person_id", "event"], name="growth_match_notice_once")
        ]
        indexes = [
            models.Index(fields=["person_id", "read_at", "made_at"], name="growth_match_notice_unread")
        ]
