"""The industry college: programmes of an agency for the people of its firms."""

from __future__ import annotations

from django.db import models

from alula.growth.models.firms import Firm
from alula.kernel import clock
from alula.kernel.ids import new_id


class Programme(models.Model):
    """A programme of courses that closes gaps of firms."""

    id = models.UUIDField(primary_key=True, default=new_id)
    agency_id = models.UUIDField()
    title = models.CharField(max_length=120)
    level = models.CharField(max_length=20, help_text="One of support.college.LEVELS.")
    about = models.TextField(blank=True)
    partner = models.CharField("the university or school", max_length=200, blank=True)
    gaps = models.JSONField(default=list, help_text="Kinds of gap that it helps to close.")
    open = models.BooleanField("firms may see it and enrol", default=False)
    places = models.PositiveIntegerField("people at most", default=40)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        db_table = "growth_programme"
        indexes = [models.Index(fields=["agency_id", "-created_at"], name="growth_programme_agency")]


class Lesson(models.Model):
    """One sitting of a programme, in a room or online."""

    id = models.UUIDField(primary_key=True, default=new_id)
    programme = models.ForeignKey(Programme, models.CASCADE, related_name="lessons")
    title = models.CharField(max_length=120)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    where = models.CharField("room or address", max_length=200, blank=True)

    class Meta:
        db_table = "growth_lesson"
        ordering = ["starts_at", "id"]


class Enrolment(models.Model):
    """A person of a firm who takes part. The agency sees the name because the firm enrolled the person with it."""

    id = models.UUIDField(primary_key=True, default=new_id)
    programme = models.ForeignKey(Programme, models.CASCADE, related_name="enrolments")
    firm = models.ForeignKey(Firm, models.CASCADE, related_name="enrolments")
    person_id = models.UUIDField()
    at = models.DateTimeField(default=clock.now)

    class Meta:
        db_table = "growth_enrolment"
        constraints = [
            models.UniqueConstraint(fields=["programme", "person_id"], name="growth_enrolment_once")
        ]


class LessonAttendance(models.Model):
    """Whether an enrolled person was there."""

    id = models.UUIDField(primary_key=True, default=new_id)
    lesson = models.ForeignKey(Lesson, models.CASCADE, related_name="attendance")
    enrolment = models.ForeignKey(Enrolment, models.CASCADE, related_name="attendance")
    present = models.BooleanField()

    class Meta:
        db_table = "growth_lesson_attendance"
        constraints = [
            models.UniqueConstraint(fields=["lesson", "enrolment"], name="growth_lesson_attendance_once")
        ]
