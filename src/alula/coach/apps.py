"""Django's handle on the domain."""

from django.apps import AppConfig


class CoachConfig(AppConfig):
    name = "alula.coach"
    label = "coach"
    default_auto_field = "django.db.models.BigAutoField"
