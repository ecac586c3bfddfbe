"""Tenants: made by an operator; one lock for what changes a tenant's units, people and roles."""

from __future__ import annotations

import re
from functools import cache
from uuid import UUID
from zoneinfo import available_timezones

from django.db import transaction

from alula.kernel.actor import Actor, Role
from alula.kernel.errors import Refusal
from alula.kernel.texts import LANGUAGES
from alula.people import statements
from alula.people.models import Tenant
from alula.people.permissions import require

NAME_LONGEST = 200
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def clean_name(name: str, field: str = "name") -> str:
    """A name without the spaces around it.

    Raises:
        Refusal: people.name_missing, people.name_too_long.
    """
    name = " ".join(name.split())
    if not name:
        raise Refusal("people.name_missing", status=422, field=field)
    if len(name) > NAME_LONGEST:
        raise Refusal("people.name_too_long", status=422, field=field, longest=NAME_LONGEST)
    return name


def clean_language(language: str) -> str:
    """One of our languages.

    Raises:
        Refusal: people.language_unknown.
    """
    if language not in LANGUAGES:
        raise Refusal("people.language_unknown", status=422, field="language", expected=list(LANGUAGES))
    return language


def clean_timezone(timezone: str) -> str:
    """A zone of the IANA database.

    Raises:
        Refusal: people.timezone_unknown.
    """
    if timezone not in _zones():
        raise Refusal("people.timezone_unknown", status=422, field="timezone", expected="Asia/Shanghai")
    return timezone


@cache
def _zones() -> frozenset[str]:
    """The zones of this machine; looking for them reads 600 files."""
    return frozenset(available_timezones())


def locked(tenant_id: UUID) -> Tenant:
    """The tenant, its row locked until the transaction ends: administrative acts of a tenant come one by one.

    So two moves cannot make a circle, and two revocations cannot leave a tenant without an administrator.
    """
    return Tenant.objects.select_for_update().get(id=tenant_id)


@transaction.atomic
def create_tenant(
    actor: Actor,
    *,
    name: str,
    slug: str,
    kind: str = "firm",
    timezone: str = "Asia/Shanghai",
    language: str = "zh",
) -> Tenant:
    """Take in a customer. Operators only.

    Raises:
        Refusal: kernel.forbidden, or which value is wrong.
    """
    require(actor, Role.OPERATOR)
    if not _SLUG.fullmatch(slug):
        raise Refusal("people.slug_invalid", status=422, field="slug")
    if Tenant.objects.filter(slug=slug).exists():
        raise Refusal("people.slug_taken", status=409, field="slug", slug=slug)
    tenant = Tenant.objects.create(
        name=clean_name(name),
        slug=slug,
        kind=Tenant.Kind(kind),
        timezone=clean_timezone(timezone),
        language=clean_language(language),
    )
    statements.tenant_created(actor, tenant)
    return tenant
