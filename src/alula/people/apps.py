"""Django's handle on the domain."""

from importlib import import_module

from allauth.core.internal import ratelimit
from django.apps import AppConfig

from alula.kernel.errors import register
from alula.people.sentences import SENTENCES

SIGN_IN_WAITS = 20
"""Seconds. Sign-ins from one address are counted one after the other; allauth refuses who waited a second for that as if they
had tried too often, which is some of a room that signs in at once on a busy machine."""


class PeopleConfig(AppConfig):
    name = "alula.people"
    label = "people"
    verbose_name = "people 人员与组织"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        register("people", SENTENCES)
        ratelimit.CACHE_LOCK_WAIT_TIMEOUT = SIGN_IN_WAITS
        import_module("alula.people.directory")  # it registers itself with the record
