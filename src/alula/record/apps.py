"""Django's handle on the domain. Importing its jobs here is what makes them known to every process."""

from importlib import import_module

from django.apps import AppConfig


class RecordConfig(AppConfig):
    name = "alula.record"
    label = "record"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import_module("alula.record.rebuilding")
