"""Tables of the coach. Only this domain touches them; others ask `facade`."""

from __future__ import annotations

from django.db import models

from alula.kernel.ids import new_id


class ScenarioVersion(models.Model):
    """A scenario as it was when somebody could first talk with it. Never changed: old talks are explained by it.

    `tenant_id` is None for the scenarios that ship with Alula. The id is made from tenant, slug, version and digest, so the
    same content is one row however many processes publish it.
    """

    id = models.UUIDField(primary_key=True)
    tenant_id = models.UUIDField(null=True)
    slug = models.CharField(max_length=64)
    version = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    body = models.TextField()
    published_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "coach_scenario_version"


class Status(models.TextChoices):
    """Where a session stands."""

    TALKING = "talking"
    SCORING = "scoring"
    DONE = "done"


class Session(models.Model):
    """One practice of one scenario by one person.

    `committed_frame` is the microphone frame up to which everything said is in committed turns: where a client goes on
    after the server was lost. `state` is the customer's state after the last turn (it can be replayed from the turns).
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    tenant_id = models.UUIDField()
    person_id = models.UUIDField()
    scenario = models.ForeignKey(ScenarioVersion, on_delete=models.PROTECT, related_name="+")
    slug = models.CharField(max_length=64)
    level = models.CharField(max_length=10)
    seed = models.BigIntegerField()
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.TALKING)
    ending = models.CharField(max_length=12, blank=True)
    state = models.JSONField(default=dict)
    committed_frame = models.BigIntegerField(default=0)
    measure_voice = models.BooleanField(default=False)
    keep_recording = models.BooleanField(default=False)
    unit_path = models.CharField(max_length=400, default="/")
    started_at = models.DateTimeField()
    last_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    total = models.FloatField(null=True)
    report = models.BinaryField(null=True)

    class Meta:
        db_table = "coach_session"
        indexes = [
            models.Index(fields=["tenant_id", "person_id", "-started_at", "id"], name="coach_session_mine"),
            models.Index(fields=["tenant_id", "slug", "person_id"], name="coach_session_scenario"),
        ]


class TurnRow(models.Model):
    """One thing said. Numbered from 0 within its session; `key` is the client's name for a trainee turn."""

    id = models.BigAutoField(primary_key=True)
    tenant_id = models.UUIDField()
    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="turns")
    index = models.PositiveIntegerField()
    speaker = models.CharField(max_length=10)
    text = models.TextField()
    act = models.CharField(max_length=64, blank=True)
    key = models.CharField(max_length=64, null=True)  # noqa: DJ001 - null keeps customer turns out of the unique key
    start = models.FloatField(null=True)
    end = models.FloatField(null=True)
    typed = models.BooleanField(default=False)
    audio = models.CharField(max_length=200, blank=True)
    prosody = models.JSONField(null=True)
    at = models.DateTimeField()

    class Meta:
        db_table = "coach_turn"
        constraints = [
            models.UniqueConstraint(fields=["session", "index"], name="coach_turn_index"),
            models.UniqueConstraint(fields=["session", "key"], name="coach_turn_key"),
        ]


class Attempt(models.Model):
    """Projection of the record: one finished practice. Written by the reader `coach.practice` alone."""

    id = models.BigAutoField(primary_key=True)
    tenant_id = models.UUIDField()
    registration = models.UUIDField()
    person_id = models.UUIDField()
    slug = models.CharField(max_length=64)
    total = models.FloatField()
    passed = models.BooleanField()
    seconds = models.FloatField(default=0)
    finished_at = models.DateTimeField()

    class Meta:
        db_table = "coach_attempt"
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "registration"], name="coach_attempt_once")
        ]
        indexes = [
            models.Index(fields=["tenant_id", "person_id", "finished_at"], name="coach_attempt_person")
        ]


class Practice(models.Model):
    """Projection of the record: one person's practice in figures, for lists. Written by `coach.practice` alone."""

    id = models.BigAutoField(primary_key=True)
    tenant_id = models.UUIDField()
    person_id = models.UUIDField()
    attempts = models.PositiveIntegerField(default=0)
    scenarios = models.PositiveIntegerField(default=0)
    best = models.FloatField(default=0)
    last = models.FloatField(default=0)
    last_at = models.DateTimeField()

    class Meta:
        db_table = "coach_practice"
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "person_id"], name="coach_practice_person")
        ]
        indexes = [models.Index(fields=["tenant_id", "last_at"], name="coach_practice_recent")]
