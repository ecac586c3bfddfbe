"""`alula demo`: the demo tenant, and years of made-up statements."""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any

import click


def _django() -> None:
    import django  # noqa: PLC0415 - `alula --help` starts without Django

    django.setup()


def bring_up_to_date() -> None:
    """Load Django and bring the database to this version."""
    _django()
    from django.core.management import call_command  # noqa: PLC0415 - needs Django

    call_command("createcachetable", verbosity=0)
    call_command("migrate", interactive=False, verbosity=0)


@click.group(invoke_without_command=True)
@click.option("--anyway", is_flag=True, help="Also into a database that holds other tenants.")
@click.pass_context
def demo(context: click.Context, *, anyway: bool) -> None:
    """Make the demo tenant and print its accounts."""
    if context.invoked_subcommand is not None:
        return
    bring_up_to_date()
    make_and_tell(anyway=anyway)


def make_and_tell(*, anyway: bool) -> None:
    """Make what is missing of the demo tenant and print its accounts.

    Raises:
        Refusal: demo.not_empty, when other tenants are there and `anyway` was not said.
    """
    from alula.site.demo import make_demo  # noqa: PLC0415 - needs Django

    for line in make_demo(anyway=anyway):
        click.echo(line)


@demo.command("statements")
@click.option("--people", "people_count", type=click.IntRange(1, 1_000_000), default=200, show_default=True)
@click.option("--days", type=click.IntRange(1, 3653), default=365, show_default=True)
@click.option("--seed", type=click.IntRange(0, 2**31), default=1, show_default=True)
@click.option(
    "--tenant", "slug", default="haitang", show_default=True, help="Slug of a tenant that is there."
)
@click.option("--statements", "most", type=click.IntRange(1), help="Stop after so many.")
@click.option(
    "--until",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The last day; yesterday when left out, or that of the run that goes on.",
)
@click.option("--habit", "habits", multiple=True, help="Only this one of the registered habits.")
@click.option(
    "--roster/--no-roster", default=True, help="Whether the people and their branches are made too."
)
def statements_command(
    *,
    people_count: int,
    days: int,
    seed: int,
    slug: str,
    most: int | None,
    until: datetime | None,
    habits: tuple[str, ...],
    roster: bool,
) -> None:
    """Write a made-up year of training; stopped and asked for again, it goes on where it was."""
    bring_up_to_date()
    from alula.people import facade as people  # noqa: PLC0415 - needs Django
    from alula.site import demo_statements as making  # noqa: PLC0415 - needs Django

    tenant_id = people.tenant_by_slug(slug)
    last = until.date() if until else None
    year = making.year_of(tenant_id, people_count, days, seed, last=last, habits=habits)
    paths: list[str] = []
    if roster:
        with click.progressbar(length=people_count, label="people") as bar:
            for done in making.make_people(year, slug):
                bar.update(done - bar.pos)
        paths = making.paths_of(year)
    began, cpu, before = time.perf_counter(), time.process_time(), -1
    now = {"text": ""}
    written: Any = click.progressbar(length=10_000, label="statements", item_show_func=lambda _: now["text"])
    with written:

        def told(statements: int, share: float) -> None:
            nonlocal before
            before = statements if before < 0 else before
            rate = (statements - before) / max(1e-9, time.perf_counter() - began)
            now["text"] = f"{statements:,}  {rate:,.0f}/s"
            written.update(int(share * 10_000) - written.pos, 0)

        made = making.make_statements(year, paths, most=most, told=told)
    spent = time.process_time() - cpu
    click.echo(f"{made.statements:,} statements of {made.people:,} people, {made.first} to {made.last}")
    click.echo(f"{made.falling} falls behind from {made.falls_from} on")
    click.echo(f"{time.perf_counter() - began:.1f} s, {spent:.1f} s of CPU in this process")
