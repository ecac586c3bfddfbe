"""Run a command with a private PostgreSQL beside it: `python tools/services.py -- COMMAND`.

The cluster lives in a temporary folder, listens on loopback alone, and is gone afterwards. The command finds it in
ALULA_DATABASE (the tests' own database) and ALULA_TEST_POSTGRES (the same, for tests that open their own). With --still
before `--` the cluster begins no transactions of its own: while one of them runs, a reader waits with what was just written.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path


def programs() -> Path:
    """The folder of initdb and pg_ctl, of the newest version installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    if found:
        return found[-1]
    initdb = shutil.which("initdb")
    if initdb is None:
        sys.exit("PostgreSQL is not installed: sudo apt-get install postgresql")
    return Path(initdb).resolve().parent


def as_postgres() -> list[str]:
    """PostgreSQL refuses to run as root: a prefix that runs it as the user that its package made."""
    return ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []


@contextlib.contextmanager
def postgres(*, still: bool = False) -> Iterator[str]:
    """A running cluster, `still` when it should not vacuum by itself; gives its address as a URL."""
    folder, owner = Path(tempfile.mkdtemp(prefix="alula-pg-")), as_postgres()
    if owner:
        user = pwd.getpwnam("postgres")
        os.chown(folder, user.pw_uid, user.pw_gid)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    data, where = str(folder / "data"), programs()
    options = (
        f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c max_connections=200"
        f" -c max_prepared_transactions=5 -c autovacuum={'off' if still else 'on'}"
    )
    quiet = {"stdout": subprocess.DEVNULL, "cwd": folder}
    subprocess.run(
        [
            *owner,
            where / "initdb",
            "-D",
            data,
            "-U",
            "alula",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
        ],
        check=True,
        **quiet,
    )
    subprocess.run(
        [*owner, where / "pg_ctl", "-D", data, "-o", options, "-l", str(folder / "log"), "-w", "start"],
        check=True,
        **quiet,
    )
    try:
        subprocess.run(
            [where / "createdb", "-h", "127.0.0.1", "-p", str(port), "-U", "alula", "alula"], check=True
        )
        yield f"postgresql://alula@127.0.0.1:{port}/alula"
    finally:
        subprocess.run(
            [*owner, where / "pg_ctl", "-D", data, "-m", "immediate", "stop"],
            check=False,
            stdout=subprocess.DEVNULL,
            cwd=folder,
        )
        shutil.rmtree(folder, ignore_errors=True)


def main() -> int:
    """Run what stands after `--`."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--still", action="store_true", help="no vacuuming that nobody asked for")
    parser.add_argument("command", nargs="+", help="after --")
    options = parser.parse_args()
    with postgres(still=options.still) as url:
        return subprocess.run(
            options.command,
            check=False,
            env={**os.environ, "ALULA_DATABASE": url, "ALULA_TEST_POSTGRES": url},
        ).returncode


if __name__ == "__main__":
    sys.exit(main())
