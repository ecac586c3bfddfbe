"""What the tests of people share: quick passwords, and the record as a list of what was done."""

from __future__ import annotations

import pytest

from alula.record import facade as record


@pytest.fixture(autouse=True)
def _quick_passwords(settings):
    """Hashing is slow on purpose; the tests are not about it."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def said():
    """The words of the verbs in a tenant's record, oldest first."""

    def of(tenant_id):
        page = record.statements_of(tenant_id, oldest_first=True, limit=200)
        return [record.from_json(item.body).verb.id.rpartition("/")[2] for item in page.items]

    return of
