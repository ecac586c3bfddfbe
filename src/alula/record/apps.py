"""Django's handle on the domain. Importing its jobs and habits here is what makes them known to every process."""

from importlib import import_module

from django.apps import AppConfig


class RecordConfig(AppConfig):
    name = "alula.record"
    label = "record"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        for module in (
            "rebuilding",
            "moving.backfill",
            "moving.forwardings",
            "moving.transfers",
            "generator.courses",
        ):
            import_module(f"alula.record.{module}")
