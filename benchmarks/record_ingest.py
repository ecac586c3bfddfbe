"""Ingest over HTTP, durable, against Ralph 5.1 whose storage does nothing: same machine, client, statements and run.

Run: make bench-record, or python benchmarks/record_ingest.py [factor of the number of statements]. Each server has one
core to itself when there are two or more; the client and PostgreSQL use the others. Rates per core are from the server
process's CPU time, so that a busy machine changes them little; PostgreSQL's own CPU is printed beside them. A machine that
is shared becomes slower and quicker within seconds: the servers take turns in short rounds, and all rounds count. The record
grows meanwhile, which makes a statement dearer: beside the ratio of the whole stand those of the first and last quarter.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import record_client as client

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools"))

import services  # noqa: E402 - a script of tools/

CORES = sorted(os.sched_getaffinity(0))
TICK = os.sysconf("SC_CLK_TCK")
RALPH = "ralph-malph[lrs]==5.1.0"
ROUNDS = 16
EARLY, LATE = slice(0, ROUNDS // 4), slice(-ROUNDS // 4, None)
BATCH, SINGLE = 5_000, 1_500
BATCHED, SINGLY = (100, 4), (1, 64)
"""(statements in a request, connections)."""


@dataclass
class Server:
    """A server under load: its process, where and how it is spoken to, and the processes of its database."""

    name: str
    process: subprocess.Popen[bytes]
    port: int
    path: str
    user: str
    password: str
    database: int | None = None

    def cpu(self) -> float:
        return cpu_of(self.process.pid)

    def database_cpu(self) -> float:
        """CPU of PostgreSQL's processes that live now."""
        if self.database is None:
            return 0.0
        children = Path(f"/proc/{self.database}/task/{self.database}/children").read_text().split()
        return sum(cpu_of(int(child)) for child in children)


def cpu_of(process: int) -> float:
    """CPU seconds of a process, user and system, of all its threads."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / TICK


def on_the_first_core() -> None:
    """In the server's process before it starts."""
    os.sched_setaffinity(0, CORES[:1])


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def started(
    command: list[str], environment: dict[str, str], port: int, folder: Path, path: str
) -> subprocess.Popen[bytes]:
    with (folder / "server.log").open("w") as log:
        process = subprocess.Popen(
            command,
            env=environment,
            stdout=log,
            stderr=log,
            cwd=folder,
            preexec_fn=on_the_first_core,  # noqa: PLW1509 - no threads here yet
        )
    for _ in range(300):
        with contextlib.suppress(OSError):
            urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=2).close()
            return process
        if process.poll() is not None:
            break
        time.sleep(0.2)
    sys.exit(f"{command} did not start: {(folder / 'server.log').read_text()[-2000:]}")


@contextlib.contextmanager
def alula(name: str, database: str, postmaster: int | None) -> Iterator[Server]:
    """Our server on a fresh database, without readers and jobs, which Ralph has none of."""
    with tempfile.TemporaryDirectory(prefix="alula-bench-") as folder:
        environment = {
            **os.environ,
            "PYTHONPATH": str(ROOT / "src"),
            "ALULA_DATA": folder,
            "ALULA_FILES": f"{folder}/files",
            "ALULA_DATABASE": database,
            "ALULA_BACKGROUND": "false",
            "DJANGO_SETTINGS_MODULE": "alula.site.settings",
        }
        command, port = [sys.executable, "-m", "alula"], free_port()
        subprocess.run([*command, "migrate"], env=environment, check=True)
        tenant = "import django; django.setup(); from alula.people import facade as p; p.ensure_tenant('bench', 'Bench')"
        subprocess.run([sys.executable, "-c", tenant], env=environment, check=True)
        scopes = ["--scope", "write", "--scope", "read_all", "--scope", "define"]
        made = subprocess.run(
            [*command, "record", "credential", "add", "bench", "--json", *scopes],
            env=environment, check=True, capture_output=True, text=True,
        )  # fmt: skip
        credential = json.loads(made.stdout)
        process = started(
            [*command, "serve", "--port", str(port)], environment, port, Path(folder), "/xapi/about"
        )
        try:
            yield Server(
                name, process, port, "/xapi/statements", credential["key"], credential["secret"], postmaster
            )
        finally:
            process.terminate()
            process.wait(20)


def ralphs_python() -> Path:
    """Ralph in an environment of its own, made when it is not there; never a dependency of ours."""
    folder = Path(os.environ.get("ALULA_DATA", "var")).resolve() / "bench-ralph"
    python = folder / "bin" / "python"
    if not python.exists():
        print("installing Ralph 5.1 into an environment of its own", flush=True)
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        subprocess.run([python, "-m", "pip", "install", "-q", RALPH, "requests"], check=True)
    return python


@contextlib.contextmanager
def ralph() -> Iterator[Server]:
    """Ralph's API on one worker, Basic authentication, storage replaced by nothing."""
    python, port = ralphs_python(), free_port()
    with tempfile.TemporaryDirectory(prefix="ralph-bench-") as folder:
        hashing = "import bcrypt; print(bcrypt.hashpw(b'bench', bcrypt.gensalt()).decode())"
        word = subprocess.run(
            [python, "-c", hashing], check=True, capture_output=True, text=True
        ).stdout.strip()
        agent = {"mbox": "mailto:bench@example.com"}
        user = {"username": "bench", "hash": word, "scopes": ["all"], "agent": agent}
        (Path(folder) / "auth.json").write_text(json.dumps([user]))
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": folder,
            "RALPH_APP_DIR": folder,
            "RALPH_AUTH_FILE": f"{folder}/auth.json",
            "RALPH_RUNSERVER_BACKEND": "fs",
            "RALPH_BACKENDS__LRS__FS__DEFAULT_DIRECTORY_PATH": folder,
        }
        shutil.copy(ROOT / "benchmarks" / "record_ralph.py", folder)
        command = [str(python), "record_ralph.py", str(port)]
        process = started(command, environment, port, Path(folder), "/__heartbeat__")
        try:
            yield Server("Ralph 5.1, no storage", process, port, "/xAPI/statements", "bench", "bench")
        finally:
            process.terminate()
            process.wait(20)


@dataclass
class Figure:
    """What a server did in one round of a load."""

    statements: int
    seconds: float
    cpu: float
    database_cpu: float
    waits: list[float]

    @property
    def per_core(self) -> float:
        return self.statements / self.cpu

    @classmethod
    def whole(cls, rounds: Sequence[Figure]) -> Figure:
        """All rounds as one."""
        return cls(
            sum(one.statements for one in rounds),
            sum(one.seconds for one in rounds),
            sum(one.cpu for one in rounds),
            sum(one.database_cpu for one in rounds),
            sorted(wait for one in rounds for wait in one.waits),
        )


def measured(server: Server, count: int, size: int, connections: int, seed: int) -> Figure:
    requests = [
        client.post(server.path, server.user, server.password, body)
        for body in client.bodies(count, size, seed)
    ]
    cpu, database = server.cpu(), server.database_cpu()
    outcome = client.drive(server.port, iter(requests), connections)
    cpu, database = server.cpu() - cpu, server.database_cpu() - database
    if outcome.statuses != {200: len(requests)}:
        sys.exit(f"{server.name} answered {outcome.statuses}")
    return Figure(count, outcome.seconds, cpu, database, outcome.waits)


def main() -> int:
    """Every server under both loads, in turn; then the ratios."""
    factor = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
    loads = {"batches of 100": (int(BATCH * factor), *BATCHED), "one by one": (int(SINGLE * factor), *SINGLY)}
    found: dict[tuple[str, str], list[Figure]] = {}
    if len(CORES) > 1:
        os.sched_setaffinity(0, CORES[1:])
    with contextlib.ExitStack() as stack:
        url = stack.enter_context(services.postgres())
        servers = [
            stack.enter_context(ralph()),
            stack.enter_context(alula("Alula, SQLite", "", None)),
            stack.enter_context(alula("Alula, PostgreSQL", url, postmaster_of(url))),
        ]
        for seed in range(ROUNDS + 1):  # the first one warms up
            for number, (load, (count, size, connections)) in enumerate(loads.items()):
                # A seed of its own for each load: the same statements again would be looked up and compared, not stored.
                for server in servers:
                    figure = measured(server, count, size, connections, seed * len(loads) + number)
                    if seed:
                        found.setdefault((server.name, load), []).append(figure)
    return report(found, loads)


def postmaster_of(url: str) -> int:
    """The process of the cluster that `services.postgres` started."""
    port = url.rpartition(":")[2].split("/")[0]
    for folder in Path(tempfile.gettempdir()).glob("alula-pg-*/data/postmaster.pid"):
        lines = folder.read_text().splitlines()
        if lines[3] == port:
            return int(lines[0])
    raise RuntimeError("no cluster at that port")


def report(found: dict[tuple[str, str], list[Figure]], loads: dict[str, tuple[int, int, int]]) -> int:
    bars = {"batches of 100": 1.5, "one by one": 5.0}
    good = True
    for load in loads:
        servers = {name: rounds for (name, kind), rounds in found.items() if kind == load}
        base = next(rounds for name, rounds in servers.items() if name.startswith("Ralph"))
        print(f"\n{load}")
        for name, rounds in servers.items():
            whole = Figure.whole(rounds)
            ratio = whole.per_core / Figure.whole(base).per_core
            early, late = (
                Figure.whole(rounds[part]).per_core / Figure.whole(base[part]).per_core
                for part in (EARLY, LATE)
            )
            there = (
                f" + {whole.database_cpu / whole.statements * 1e6:4.0f} us of the database"
                if whole.database_cpu
                else ""
            )
            p50, p95 = (whole.waits[int(len(whole.waits) * part)] * 1e3 for part in (0.5, 0.95))
            print(
                f"  {name:22} {whole.statements / whole.seconds:7.0f}/s here, {whole.per_core:7.0f}/s per core"
                f"   {ratio:5.2f} x Ralph ({early:.2f}, {late:.2f})"
                f"   {whole.cpu / whole.statements * 1e6:5.0f} us CPU{there}   p50 {p50:.0f} ms, p95 {p95:.0f} ms"
            )
            good = good and (name.startswith("Ralph") or ratio >= bars[load])
        print(f"  bar: {bars[load]} x Ralph per core")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
