"""The command `alula`. Every failure of the user's input is one sentence and exit code 2."""

from __future__ import annotations

import os
import sys

import click

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alula.site.settings")

from alula.coach.cli import coach
from alula.growth.cli import growth
from alula.kernel.errors import Refusal
from alula.kernel.settings import InvalidSettingError, setting

host = setting("ALULA_HOST", "127.0.0.1", "Address that `alula serve` listens on.")
port = setting("ALULA_PORT", 8000, "Port that `alula serve` listens on.")
LANGUAGE = "zh" if os.environ.get("LANG", "").startswith("zh") else "en"


def _django() -> None:
    import django  # noqa: PLC0415 - `alula --help` and the file commands start without Django

    django.setup()


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="alula")
@click.option(
    "--lang", type=click.Choice(["zh", "en"]), default=LANGUAGE, help="Language of what is printed."
)
def cli(lang: str) -> None:
    """Alula (小翼): the platform with which a company trains its people."""


def _migrate() -> None:
    _django()
    from django.core.management import call_command  # noqa: PLC0415 - needs Django

    call_command("createcachetable", verbosity=0)
    call_command("migrate", interactive=False, verbosity=0)


@cli.command()
def migrate() -> None:
    """Bring the database to this version."""
    _migrate()


@cli.command()
@click.option("--anyway", is_flag=True, help="Also into a database that holds other tenants.")
def demo(*, anyway: bool) -> None:
    """Make the demo tenant and print its accounts."""
    _migrate()
    from alula.site.demo import make_demo  # noqa: PLC0415 - needs Django

    for line in make_demo(anyway=anyway):
        click.echo(line)


@cli.command()
@click.option("--host", "on", default=None, help="Address to listen on.")
@click.option("--port", "at", default=None, type=int, help="Port to listen on.")
def serve(on: str | None, at: int | None) -> None:
    """Serve everything from one process: pages, API, streams, readers, jobs."""
    _migrate()
    import uvicorn  # noqa: PLC0415 - the other commands do not need a server

    address, number = on or host.value, at or port.value
    click.echo(f"Alula: http://{address}:{number}")
    uvicorn.run(
        "alula.site.asgi:app",
        host=address,
        port=number,
        ws="websockets-sansio",
        ws_max_size=256 * 1024,
        log_level="warning",
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
    except Refusal as refusal:
        click.echo(refusal.sentence(LANGUAGE), err=True)
        sys.exit(2)
    except (InvalidSettingError, FileNotFoundError, IsADirectoryError, PermissionError) as error:
        click.echo(str(error), err=True)
        sys.exit(2)


if __name__ == "__main__":
    main()
