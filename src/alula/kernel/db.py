"""What SQLite and PostgreSQL do differently, named once."""

from __future__ import annotations

from django.db import connection


def on_postgres() -> bool:
    """Whether rows are kept by PostgreSQL (else SQLite)."""
    return connection.vendor == "postgresql"
