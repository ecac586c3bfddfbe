"""Django's handle on the domain."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "alula.people"
    label = "people"
    default_auto_field = "django.db.models.BigAutoField"
