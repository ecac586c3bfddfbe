"""Django's handle on growth. Importing readers, jobs and places here is what makes them known to every process."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class GrowthConfig(AppConfig):
    name = "alula.growth"
    label = "growth"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        for module in (
            "places",
            "services.reminders",
            "services.agencies",
            "services.candidates",
            "services.matching",
        ):
            import_module(f"alula.growth.{module}")
