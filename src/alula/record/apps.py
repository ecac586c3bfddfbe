"""Django's handle on the domain."""

from django.apps import AppConfig


class RecordConfig(AppConfig):
    name = "alula.record"
    label = "record"
    default_auto_field = "django.db.models.BigAutoField"
