"""Django's handle on the domain."""

from importlib import import_module

from django.apps import AppConfig

from alula.kernel.errors import register
from alula.people.sentences import SENTENCES


class PeopleConfig(AppConfig):
    name = "alula.people"
    label = "people"
    verbose_name = "people 人员与组织"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        register("people", SENTENCES)
        import_module("alula.people.directory")  # it registers itself with the record
