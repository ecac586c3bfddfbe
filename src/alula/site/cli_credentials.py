"""`alula record credential`: what other systems sign their xAPI requests with."""

from __future__ import annotations

import json
from uuid import UUID

import click

INSTALLATION = UUID(int=0)
"""The id under which the record notes what was done by a command on the machine."""


def _django() -> None:
    import django  # noqa: PLC0415 - `alula --help` starts without Django

    django.setup()


@click.group()
def credential() -> None:
    """What other systems sign their xAPI requests with."""


@credential.command("add")
@click.argument("tenant_slug")
@click.option("--name", default="xAPI", help="What the system is called; stands in its statements.")
@click.option(
    "--scope", "scopes", multiple=True, required=True, help="Once for each scope; see docs/xapi.md."
)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def add_command(tenant_slug: str, name: str, scopes: tuple[str, ...], *, as_json: bool) -> None:
    """Make a credential for the tenant TENANT_SLUG and print its secret, once."""
    _django()
    from alula.people import facade as people  # noqa: PLC0415 - needs Django
    from alula.record import facade as record  # noqa: PLC0415 - needs Django

    tenant = people.tenant_by_slug(tenant_slug)
    _print(record.add_credential(tenant, name, list(scopes), by=INSTALLATION), as_json=as_json)


@credential.command("list")
@click.argument("tenant_slug")
def list_command(tenant_slug: str) -> None:
    """Every credential of a tenant, its scopes, when it was last used and when it ends."""
    _django()
    from alula.people import facade as people  # noqa: PLC0415 - needs Django
    from alula.record import facade as record  # noqa: PLC0415 - needs Django

    for one in record.credentials_of(people.tenant_by_slug(tenant_slug)):
        used = f"{one.last_used_at:%Y-%m-%d %H:%M}" if one.last_used_at else "-"
        ends = f"{one.ends_at:%Y-%m-%d %H:%M}" if one.ends_at else "-"
        click.echo(f"{one.key}  {one.name}  {','.join(sorted(one.scopes))}  used {used}  ends {ends}")


@credential.command("rotate")
@click.argument("tenant_slug")
@click.argument("key")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def rotate_command(tenant_slug: str, key: str, *, as_json: bool) -> None:
    """Make a credential like KEY; the old one ends a day later."""
    _django()
    from alula.people import facade as people  # noqa: PLC0415 - needs Django
    from alula.record import facade as record  # noqa: PLC0415 - needs Django

    tenant = people.tenant_by_slug(tenant_slug)
    _print(record.rotate_credential(tenant, key, by=INSTALLATION), as_json=as_json)


@credential.command("end")
@click.argument("tenant_slug")
@click.argument("key")
def end_command(tenant_slug: str, key: str) -> None:
    """Let the credential KEY end now."""
    _django()
    from alula.people import facade as people  # noqa: PLC0415 - needs Django
    from alula.record import facade as record  # noqa: PLC0415 - needs Django

    record.end_credential(people.tenant_by_slug(tenant_slug), key, by=INSTALLATION)
    click.echo(f"{key}: ended")


def _print(made: object, *, as_json: bool) -> None:
    from alula.record import facade as record  # noqa: PLC0415 - needs Django

    assert isinstance(made, record.NewCredential)
    if as_json:
        click.echo(json.dumps({"key": made.credential.key, "secret": made.secret}))
        return
    click.echo(f"user name  {made.credential.key}\npassword   {made.secret}")
