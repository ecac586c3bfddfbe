"""`alula record forward`: standing orders to send what is written to another record store."""

from __future__ import annotations

import click

from alula.site.cli_credentials import INSTALLATION


def _django() -> None:
    import django  # noqa: PLC0415 - `alula --help` starts without Django

    django.setup()


@click.group()
def forward() -> None:
    """Send what is written to another record store."""


@forward.command("add")
@click.argument("tenant_slug")
@click.argument("name")
@click.option("--endpoint", required=True, help="Of the other store, such as https://lrs.example/xapi/.")
@click.option("--user", required=True, help="Its user name or key.")
@click.option(
    "--password",
    envvar="ALULA_FORWARD_PASSWORD",
    prompt=True,
    hide_input=True,
    help="Its password; asked for when left out.",
)
@click.option("--xapi", "version", default="1.0.3", show_default=True, help="1.0.3 or 2.0.0.")
@click.option("--verb", "verbs", multiple=True, help="Only statements with this verb (IRI); once for each.")
@click.option("--activity", "activities", multiple=True, help="Only about this activity; once for each.")
@click.option("--only-new", is_flag=True, help="Leave out what is there already.")
def add_command(
    tenant_slug: str,
    name: str,
    *,
    endpoint: str,
    user: str,
    password: str,
    version: str,
    verbs: tuple[str, ...],
    activities: tuple[str, ...],
    only_new: bool,
) -> None:
    """Forward the statements of TENANT_SLUG, under NAME."""
    _django()
    from alula.people import facade as people  # noqa: PLC0415 - needs Django
    from alula.record import facade as record  # noqa: PLC0415 - needs Django

    made = record.add_forwarding(
        people.tenant_by_slug(tenant_slug),
        name,
        endpoint=endpoint,
        user=user,
        password=password,
        version=version,
        verbs=verbs,
        activities=activities,
        only_new=only_new,
        by=INSTALLATION,
    )
    click.echo(f"{made.name}: {made.behind:,} statements to send to {made.endpoint}")


@forward.command("list")
@click.argument("tenant_slug")
def list_command(tenant_slug: str) -> None:
    """Every forwarding of a tenant, ended ones too."""
    _django()
    from alula.people import facade as people  # noqa: PLC0415 - needs Django
    from alula.record import facade as record  # noqa: PLC0415 - needs Django

    for one in record.forwardings_of(people.tenant_by_slug(tenant_slug), ended=True):
        ended = f"ended {one.ended_at:%Y-%m-%d %H:%M}" if one.ended_at else "runs"
        only = [*one.verbs, *one.activities]
        click.echo(
            f"{one.name}  {one.endpoint}  {one.user}  {one.version}  {ended}  {' '.join(only)}".rstrip()
        )


@forward.command("status")
@click.argument("tenant_slug")
@click.option(
    "--aside", "shown", default=10, show_default=True, help="So many statements put aside, at most."
)
def status_command(tenant_slug: str, shown: int) -> None:
    """How far each forwarding is, what stops it, and what the other store does not take."""
    _django()
    from alula.people import facade as people  # noqa: PLC0415 - needs Django
    from alula.record import facade as record  # noqa: PLC0415 - needs Django

    tenant_id = people.tenant_by_slug(tenant_slug)
    for one in record.forwardings_of(tenant_id):
        click.echo(f"{one.name}: {one.behind:,} to send, {one.sent:,} sent, {one.aside:,} put aside")
        if one.last_error:
            again = f", again at {one.retry_at:%H:%M:%S} UTC" if one.retry_at else ""
            click.echo(f"  failed {one.failures} times{again}: {one.last_error[:300]}")
        for aside in record.forwarding_asides(tenant_id, one.id, limit=shown):
            click.echo(f"  {aside.statement_id}  {aside.status}  {aside.reason[:200]}")


@forward.command("end")
@click.argument("tenant_slug")
@click.argument("name")
def end_command(tenant_slug: str, name: str) -> None:
    """End the forwarding NAME; its password is forgotten ten minutes later."""
    _django()
    from alula.people import facade as people  # noqa: PLC0415 - needs Django
    from alula.record import facade as record  # noqa: PLC0415 - needs Django

    record.end_forwarding(people.tenant_by_slug(tenant_slug), name, by=INSTALLATION)
    click.echo(f"{name}: ended")
