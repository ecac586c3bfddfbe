"""Django's handle on the coach. Importing readers and jobs here is what makes them known to every process."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class CoachConfig(AppConfig):
    name = "alula.coach"
    label = "coach"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        for module in ("readers", "grading", "places"):
            import_module(f"alula.coach.{module}")
