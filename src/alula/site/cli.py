"""The command `alula`. Every failure of the user's input is one sentence and exit code 2."""

from __future__ import annotations

import os
import sys
from typing import Any

import click
from django.db import DatabaseError

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alula.site.settings")

from alula.coach.cli import coach
from alula.growth.cli import growth
from alula.kernel.errors import Refusal
from alula.kernel.settings import InvalidSettingError, setting
from alula.site.cli_credentials import credential
from alula.site.cli_demo import bring_up_to_date, demo, make_and_tell
from alula.site.cli_forward import forward
from alula.site.cli_record import archive_command, export_command, import_command, query_command

host = setting("ALULA_HOST", "127.0.0.1", "Address that `alula serve` listens on.")
port = setting("ALULA_PORT", 8000, "Port that `alula serve` listens on.")
LANGUAGE = "zh" if os.environ.get("LANG", "").startswith("zh") else "en"


def _django() -> None:
    import django  # noqa: PLC0415 - `alula --help` and the file commands start without Django

    django.setup()


class _Commands(click.Group):
    """Commands that say what cannot be done in one sentence, in the language that was asked for."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except Refusal as refusal:
            click.echo(refusal.sentence(ctx.params["lang"]), err=True)
            sys.exit(2)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="alula")
@click.option(
    "--lang", type=click.Choice(["zh", "en"]), default=LANGUAGE, help="Language of what is printed."
)
def cli(lang: str) -> None:
    """Alula (小翼): the platform with which a company trains its people."""


@cli.command()
def migrate() -> None:
    """Bring the database to this version."""
    bring_up_to_date()


@cli.command()
@click.option("--host", "on", default=None, help="Address to listen on.")
@click.option("--port", "at", default=None, type=int, help="Port to listen on.")
@click.option("--demo", "with_demo", is_flag=True, help="Make the demo tenant first, as `alula demo` does.")
def serve(on: str | None, at: int | None, *, with_demo: bool) -> None:
    """Serve everything from one process: pages, API, streams, readers, jobs."""
    bring_up_to_date()
    if with_demo:
        try:
            make_and_tell(anyway=False)
        except Refusal as refusal:  # somebody works with this database already: serve it as it is
            click.echo(refusal.sentence(LANGUAGE))
    import uvicorn  # noqa: PLC0415 - the other commands do not need a server

    from alula.record.xapi import wire  # noqa: PLC0415 - needs Django
    from alula.site import asgi  # noqa: PLC0415 - needs Django

    address, number = on or host.value, at or port.value
    click.echo(f"Alula: http://{address}:{number}")
    uvicorn.run(
        "alula.site.asgi:app",
        host=address,
        port=number,
        http=wire.speaking(asgi.HEADERS.items()),
        ws="websockets-sansio",
        ws_max_size=256 * 1024,
        log_level="warning",
        access_log=False,  # each line would be put together and then dropped
        timeout_graceful_shutdown=5,
    )


@cli.command()
def settings() -> None:
    """Print every ALULA_* variable, its value and where it came from."""
    _django()
    from alula.kernel.settings import declared  # noqa: PLC0415 - the modules that declare are loaded by Django
    from alula.site import asgi  # noqa: F401, PLC0415 - declares its own

    for name in sorted(declared):
        one = declared[name]
        value = "***" if one.secret and one.value else one.value
        click.echo(f"{name}={value}  [{one.source}]  {one.help}")


@cli.command()
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def doctor(*, as_json: bool) -> None:
    """Say which engines are in use and whether everything works."""
    _django()
    from alula.site.doctor import examine  # noqa: PLC0415 - needs Django

    sys.exit(examine(LANGUAGE, as_json=as_json))


@cli.group("record")
def record_group() -> None:
    """The record of everything that happened."""


@record_group.command("adopt")
def adopt_command() -> None:
    """After a restore into another PostgreSQL cluster: let the record go on where it stopped."""
    _django()
    from alula.record import facade as record  # noqa: PLC0415 - needs Django

    moved = record.adopt()
    click.echo(f"The record goes on; its order was moved by {moved}.")


@record_group.command("readers")
def readers_command() -> None:
    """Every reader, how far it is behind, and why it stopped if it did."""
    _django()
    from alula.record import facade as record  # noqa: PLC0415 - needs Django

    for one in record.reader_status():
        click.echo(
            f"{one.name:32} {one.lag.statements} statements, {one.lag.seconds:.0f} s behind,"
            f" {one.rate:.1f} a second  {one.last_error}"
        )


@record_group.command("rebuild")
@click.argument("name")
def rebuild_command(name: str) -> None:
    """Drop what the reader NAME derived and derive it again from the whole record."""
    _django()
    from alula.record import facade as record  # noqa: PLC0415 - needs Django

    if name not in record.reader_names():
        raise click.ClickException(
            f"there is no reader {name!r}; there are {', '.join(record.reader_names())}"
        )
    record.rebuild(name)
    try:
        record.run_readers(name)
    except record.ReaderFailedError as failed:
        raise click.ClickException(str(failed)) from failed
    click.echo(f"{name}: rebuilt")


record_group.add_command(credential)
record_group.add_command(export_command)
record_group.add_command(forward)
record_group.add_command(import_command)
record_group.add_command(archive_command)
record_group.add_command(query_command)
cli.add_command(demo)
cli.add_command(coach)
cli.add_command(growth)


def main() -> None:
    """Run the command line."""
    try:
        cli(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except click.exceptions.Abort:
        sys.exit(130)
    except DatabaseError as error:
        click.echo(
            f"{str(error).strip()}. Is the database there and up to date? Try: alula migrate", err=True
        )
        sys.exit(2)
    except (InvalidSettingError, OSError) as error:
        click.echo(str(error), err=True)
        sys.exit(2)


if __name__ == "__main__":
    main()
