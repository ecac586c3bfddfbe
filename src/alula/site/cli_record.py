"""`alula record export`, `import`, `archive` and `query`: a tenant's statements in files."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from alula.site.cli_credentials import INSTALLATION


def _django() -> None:
    import django  # noqa: PLC0415 - `alula --help` starts without Django

    django.setup()


def _language() -> str:
    return "zh" if click.get_current_context().find_root().params.get("lang") == "zh" else "en"


@contextmanager
def _bar(label: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar with the time left, moved by (done, of)."""
    with click.progressbar(length=10_000, label=label) as bar:
        yield lambda done, of: bar.update(int(10_000 * done / of if of else 10_000) - bar.pos)


@click.command("export")
@click.argument("tenant_slug")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--since", default="", help="Stored after this time of ISO 8601.")
@click.option("--until", default="", help="Stored at this time or before.")
@click.option("--verb", default="", help="Of this verb, by its IRI.")
@click.option("--activity", default="", help="About this activity, by its IRI.")
@click.option("--person", default="", help="Of this person, by id, or of an agent by key.")
@click.option("--replace", is_flag=True, help="Write over a file that is there.")
def export_command(
    tenant_slug: str,
    file: Path,
    *,
    since: str,
    until: str,
    verb: str,
    activity: str,
    person: str,
    replace: bool,
) -> None:
    """Write the statements of TENANT_SLUG to FILE as JSON Lines, packed when it ends with .gz."""
    _django()
    from alula.people import facade as people  # noqa: PLC0415 - needs Django
    from alula.record import facade as record  # noqa: PLC0415 - needs Django

    tenant_id = people.tenant_by_slug(tenant_slug)
    asked = record.export_wanted(
        tenant_id, since=since, until=until, verb=verb, activity=activity, person=person
    )
    began = time.perf_counter()
    with _bar("export") as progress:
        done = record.export_file(tenant_id, file, asked, replace=replace, progress=progress, by=INSTALLATION)
    click.echo(f"{done.statements:,} statements in {time.perf_counter() - began:.1f} s: {file}")
    if done.attachments:
        click.echo(f"{done.attachments:,} attachments: {file}.attachments.tar")
    if done.attachments_missing:
        click.echo(f"{done.attachments_missing:,} attachments have no bytes here", err=True)


@click.command("import")
@click.argument("tenant_slug")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--all-or-nothing", is_flag=True, help="Import nothing unless everything is right.")
def import_command(tenant_slug: str, file: Path, *, all_or_nothing: bool) -> None:
    """Read statements of FILE (JSON Lines or a JSON array, plain or .gz) into TENANT_SLUG.

    Bad ones are reported in FILE.bad.jsonl; the exit code is 1 when there are any and the good ones were kept.
    """
    _django()
    from alula.people import facade as people  # noqa: PLC0415 - needs Django
    from alula.record import facade as record  # noqa: PLC0415 - needs Django

    tenant_id, began = people.tenant_by_slug(tenant_slug), time.perf_counter()
    with _bar("import") as progress:
        done = record.import_file(
            tenant_id,
            file,
            all_or_nothing=all_or_nothing,
            language=_language(),
            progress=progress,
            by=INSTALLATION,
        )
    figures = done.figures
    click.echo(
        f"{figures.read:,} read: {figures.stored:,} stored, {figures.known:,} there already, {figures.bad:,} bad;"
        f" {time.perf_counter() - began:.1f} s"
    )
    if figures.attachments:
        click.echo(f"{figures.attachments:,} attachments kept")
    if figures.attachments_missing:
        click.echo(f"{figures.attachments_missing:,} attachments have no bytes here", err=True)
    if done.report is not None:
        click.echo(f"see {done.report}", err=True)
    if figures.bad:
        sys.exit(1)


@click.command("archive")
@click.argument("tenant_slug")
@click.option("--before", help="Every month before this one, YYYY-MM; without it the archive is listed.")
@click.option("--remove", is_flag=True, help="Also take them out of the table, once they are verified.")
def archive_command(tenant_slug: str, *, before: str | None, remove: bool) -> None:
    """Write old months of TENANT_SLUG to Parquet files and verify them."""
    _django()
    from alula.people import facade as people  # noqa: PLC0415 - needs Django
    from alula.record import facade as record  # noqa: PLC0415 - needs Django

    tenant_id = people.tenant_by_slug(tenant_slug)
    if before is None:
        if remove:
            raise click.UsageError("--remove needs --before")
        for one in record.partitions_of(tenant_id):
            where = "file alone" if one.removed else "file and table"
            click.echo(f"{one.month}  {one.rows:,} statements  {one.bytes:,} bytes  {where}  {one.file}")
        return
    for one in record.archive(tenant_id, before, progress=_counted("writing"), by=INSTALLATION):
        click.echo(f"{one.month}: {one.rows:,} statements written and verified, {one.bytes:,} bytes")
    for one in (
        record.remove_archived(tenant_id, before, progress=_counted("removing"), by=INSTALLATION)
        if remove
        else ()
    ):
        click.echo(f"{one.month}: {one.rows:,} statements taken out of the table")


def _counted(what: str) -> Callable[[str, int], None]:
    """Progress on one line of the terminal; nothing when it is none."""
    if not sys.stderr.isatty():
        return lambda _month, _rows: None
    return lambda month, rows: click.echo(f"\r{what} {month}: {rows:,}\x1b[K\r", nl=False, err=True)


@click.command("query")
@click.argument("tenant_slug")
@click.argument("sql")
@click.option("--json", "as_json", is_flag=True, help="JSON Lines, for programs.")
@click.option("--limit", type=click.IntRange(1, 100_000), default=1000, show_default=True)
@click.option("--seconds", type=click.FloatRange(0.1, 3600), default=30.0, show_default=True)
def query_command(tenant_slug: str, sql: str, *, as_json: bool, limit: int, seconds: float) -> None:
    """Ask one SELECT over `statements`: the archive and the table of TENANT_SLUG as one."""
    _django()
    from alula.people import facade as people  # noqa: PLC0415 - needs Django
    from alula.record import facade as record  # noqa: PLC0415 - needs Django

    answer = record.query(people.tenant_by_slug(tenant_slug), sql, limit=limit, seconds=seconds)
    if as_json:
        for row in answer.rows:
            click.echo(
                json.dumps(dict(zip(answer.columns, row, strict=True)), default=str, ensure_ascii=False)
            )
    else:
        for row in (answer.columns, *answer.rows):
            click.echo("\t".join("" if value is None else str(value) for value in row))
    if answer.more:
        click.echo(f"more than {limit} rows; --limit shows more", err=True)
