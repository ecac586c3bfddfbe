"""Run ADL's LRS conformance suite, as it is, against a fresh Alula: `python tools/conformance.py SUITE_FOLDER`.

SUITE_FOLDER is a checkout of adlnet/lrs-conformance-test-suite in which `npm install` was run. A server with an empty
database, a tenant and a credential is started for the run and gone afterwards. Every test of the suite counts: one that
was never reached is a failure. With ALULA_DATABASE set (python tools/services.py -- ...) the database is PostgreSQL.
Prints "VERSION: passed/total"; exit code 0 only when all passed.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

SCOPES = ("write", "read_own", "read_all", "define", "profile")
TENANT = "import django; django.setup(); from alula.people import facade as people; people.ensure_tenant('suite', 'Suite')"


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextlib.contextmanager
def server(folder: Path, version: str) -> Iterator[tuple[str, str, str]]:
    """A running server; gives its xAPI address, user name and password."""
    environment = {
        **os.environ,
        "ALULA_DATA": str(folder),
        "ALULA_FILES": str(folder / "files"),
        "ALULA_XAPI_VERSION": version,
        "DJANGO_SETTINGS_MODULE": "alula.site.settings",
    }
    alula = [sys.executable, "-m", "alula"]
    subprocess.run([*alula, "migrate"], env=environment, check=True)
    subprocess.run([sys.executable, "-c", TENANT], env=environment, check=True)
    words = [part for scope in SCOPES for part in ("--scope", scope)]
    made = subprocess.run(
        [*alula, "record", "credential", "add", "suite", "--json", *words],
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    credential, port = json.loads(made.stdout), free_port()
    with (folder / "serve.log").open("w") as log:
        process = subprocess.Popen(
            [*alula, "serve", "--port", str(port)], env=environment, stdout=log, stderr=log
        )
    try:
        address = f"http://127.0.0.1:{port}/xapi"
        wait_for(f"{address}/about", process)
        yield address, credential["key"], credential["secret"]
    finally:
        process.terminate()
        process.wait(20)


def wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        if process.poll() is not None:
            break
        with contextlib.suppress(urllib.error.URLError, ConnectionError):
            urllib.request.urlopen(address, timeout=2).close()  # noqa: S310 - our own address
            return
        time.sleep(0.2)
    sys.exit("the server did not start")


def run(suite: Path, address: str, user: str, secret: str, options: argparse.Namespace) -> dict[str, Any]:
    """Run the suite; the log that it wrote. It can wait for ever on a wrong answer, hence the limit."""
    before = set((suite / "logs").glob("*.log"))
    words = ["-e", address, "-a", "-u", user, "-p", secret, "-x", options.version]
    if options.grep:
        words += ["-g", options.grep]
    ended = f"was stopped after {options.minutes:g} minutes"
    with contextlib.suppress(subprocess.TimeoutExpired):
        status = subprocess.run(
            ["node", "bin/console_runner.js", *words],
            cwd=suite,
            stdout=subprocess.DEVNULL if not options.verbose else None,
            timeout=options.minutes * 60,
            check=False,
        ).returncode
        ended = f"ended with status {status}"
    written = sorted(set((suite / "logs").glob("*.log")) - before, key=lambda path: path.stat().st_mtime)
    if not written:
        sys.exit(f"the suite wrote no log and {ended}; --verbose shows what it prints")
    found: dict[str, Any] = json.loads(written[-1].read_text())
    return found


def failures(test: dict[str, Any], path: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    """(name, error) of every test that failed."""
    here = (*path, test.get("title", test.get("name", "")))
    if test.get("status") == "failed" and not test.get("tests"):
        yield " / ".join(part for part in here[-2:] if part), str(test.get("error", ""))
    for one in test.get("tests") or ():
        yield from failures(one, here)


def main() -> int:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("suite", type=Path)
    parser.add_argument("--version", choices=("1.0.3", "2.0.0"), default="2.0.0")
    parser.add_argument("--grep", help="Only the tests whose names match.")
    parser.add_argument("--minutes", type=float, default=40, help="Limit of the run.")
    parser.add_argument("--verbose", action="store_true", help="Show what the suite prints.")
    options = parser.parse_args()
    if not (options.suite / "node_modules").is_dir():
        sys.exit(f"run `npm install` in {options.suite} first")
    start = time.monotonic()
    with (
        tempfile.TemporaryDirectory(prefix="alula-suite-") as folder,
        server(Path(folder), options.version) as at,
    ):
        log = run(options.suite.resolve(), *at, options)
    summary = log["summary"]
    for name, error in failures(log.get("log") or {}):
        print(f"FAILED {name}\n       {error[:300]}")
    print(f"{options.version}: {summary['passed']}/{summary['total']} in {time.monotonic() - start:.0f} s")
    complete = log.get("state", summary.get("state")) == "finished" and summary["passed"] == summary["total"]
    return 0 if complete else 1


if __name__ == "__main__":
    sys.exit(main())
