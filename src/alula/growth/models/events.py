"""Conferences of an agency: rooms on site and online, who was invited, registered and came."""

from __future__ import annotations

from django.db import models

from alula.growth.models.firms import Firm
from alula.kernel import clock
from alula.kernel.ids import new_id


class Event(models.Model):
    """A conference. Until it is published only its agency sees it."""

    id = models.UUIDField(primary_key=True, default=new_id)
    agency_id = models.UUIDField()
    name = models.CharField(max_length=200)
    about = models.TextField(blank=True)
    where = models.CharField("address", max_length=200, blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        db_table = "growth_event"
        indexes = [models.Index(fields=["agency_id", "starts_at"], name="growth_event_agency")]


class EventRoom(models.Model):
    """A room of an event: on site, or online with its link."""

    id = models.UUIDField(primary_key=True, default=new_id)
    event = models.ForeignKey(Event, models.CASCADE, related_name="rooms")
    name = models.CharField(max_length=100)
    online = models.BooleanField(default=False)
    link = models.URLField(max_length=500, blank=True)
    capacity = models.PositiveIntegerField(null=True, help_text="Empty: as many as come.")
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        db_table = "growth_event_room"


class Attendance(models.Model):
    """A firm at an event: invited, registered with a name and a room, waiting for a place, there."""

    id = models.UUIDField(primary_key=True, default=new_id)
    event = models.ForeignKey(Event, models.CASCADE, related_name="attendances")
    firm = models.ForeignKey(Firm, models.CASCADE, related_name="attendances")
    room = models.ForeignKey(EventRoom, models.SET_NULL, null=True, related_name="attendances")
    state = models.CharField(max_length=12, help_text="invited, registered, waiting or cancelled.")
    name = models.CharField(max_length=100, blank=True, help_text="Who comes.")
    phone = models.CharField(max_length=40, blank=True)
    invited_at = models.DateTimeField(null=True)
    registered_at = models.DateTimeField(null=True)
    came_at = models.DateTimeField(null=True)
    checked_by = models.UUIDField(null=True)

    class Meta:
        db_table = "growth_attendance"
        constraints = [models.UniqueConstraint(fields=["event", "firm"], name="growth_attendance_one")]
        indexes = [models.Index(fields=["event", "state", "registered_at"], name="growth_attendance_queue")]
