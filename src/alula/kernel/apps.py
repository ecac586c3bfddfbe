"""Django's handle on the ground floor: it owns the table of jobs."""

from django.apps import AppConfig


class KernelConfig(AppConfig):
    name = "alula.kernel"
    label = "kernel"
    default_auto_field = "django.db.models.BigAutoField"
