"""Fuzz the xAPI interface of a real server: valid statements, broken ones, malformed bytes, wrong requests, other tenants.

    python tools/fuzz_xapi.py --requests 1000000 --seed 1        (prefix `python tools/services.py --` for PostgreSQL)

Starts a server with an empty database, sends the requests over keep-alive connections and judges every answer by what the
specification asks. At the end the stored ids are compared with the accepted ones: nothing else may be there. Prints the
counts by kind and status, and the server's memory on the way; exit code 1 when anything was not as it should be.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import json
import os
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter, deque
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tools")]

from fuzz.mutations import KINDS, Sent, huge  # noqa: E402 - stands beside this file
from fuzz.statements import Maker  # noqa: E402 - as above
from serving import Server  # noqa: E402 - the tests' own server

VERSIONS = ("1.0.3", "2.0.0")
SHOWN = 20
FOREIGN_EVERY = 50
HUGE_EVERY = 2500
TENANTS = (
    "import django; django.setup(); from alula.people import facade as people;"
    " people.ensure_tenant('haitang', 'Haitang'); people.ensure_tenant('linjiang', 'Linjiang')"
)


@dataclass
class Findings:
    """What came back, and what should not have."""

    accepted: set[str] = field(default_factory=set)
    latest: deque[str] = field(default_factory=lambda: deque(maxlen=1000))
    refused: set[str] = field(default_factory=set)
    counts: Counter[tuple[str, int]] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    memory: list[int] = field(default_factory=list)

    def judge(self, kind: str, sent: Sent, status: int, body: bytes) -> None:
        """Note one answer."""
        self.counts[kind, status] += 1
        if status == 200 and sent.method == "POST":
            self.accepted.update(sent.ids)
            self.latest.extend(sent.ids)
        else:
            self.refused.update(sent.ids)
        if status not in sent.right:
            self.wrong.append(
                f"{kind}: {status}, expected {sent.right}: {sent.method} {sent.path} {sent.headers} {sent.body[:600]!r} -> {body[:300]!r}"
            )


class Wire:
    """One keep-alive connection that sends requests and reads whole answers."""

    def __init__(self, port: int, keys: dict[str, str]) -> None:
        self.port, self.keys = port, keys
        self.reader: asyncio.StreamReader | None = None

    async def send(self, sent: Sent, version: str) -> tuple[int, bytes]:
        """The answer's status and body; a new connection when the server closed the old one."""
        for _ in range(2):
            try:
                if self.reader is None:
                    self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
                self.writer.write(self._request(sent, version) + sent.body)
                return await self._answer()
            except (ConnectionError, asyncio.IncompleteReadError):
                self.reader = None
        return 0, b"the connection was closed twice"

    def _request(self, sent: Sent, version: str) -> bytes:
        headers = {
            "Host": "127.0.0.1",
            "X-Experience-API-Version": version,
            "Content-Length": str(len(sent.body)),
        }
        if sent.method != "GET":
            headers["Content-Type"] = "application/json"
        if self.keys.get(sent.who):
            headers["Authorization"] = self.keys[sent.who]
        headers |= dict(sent.headers)
        lines = [
            f"{sent.method} {sent.path} HTTP/1.1",
            *(f"{name}: {value}" for name, value in headers.items()),
        ]
        return ("\r\n".join(lines) + "\r\n\r\n").encode()

    async def _answer(self) -> tuple[int, bytes]:
        assert self.reader is not None
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        status = int(head[0].split()[1])
        headers = {
            line.split(":", 1)[0].lower(): line.split(":", 1)[1].strip() for line in head[1:] if ":" in line
        }
        if headers.get("transfer-encoding") == "chunked":
            body = b""
            while size := int(await self.reader.readuntil(b"\r\n"), 16):
                body += (await self.reader.readexactly(size + 2))[:-2]
            await self.reader.readexactly(2)
        else:
            body = await self.reader.readexactly(
                0 if status in {204, 304} else int(headers.get("content-length", 0))
            )
        if headers.get("connection") == "close":
            self.reader = None
        return status, body


async def run(server: Server, requests: int, seed: int, connections: int) -> Findings:
    """Send them all."""
    found, keys = Findings(), credentials(server)
    numbers = iter(range(requests))
    began = time.monotonic()

    async def one_after_another() -> None:
        wire = Wire(server.port, keys)
        for number in numbers:
            make = Maker(seed * 10**9 + number)
            kind, sent = chosen(make, number, found)
            status, body = await wire.send(sent, make.chance.choice(VERSIONS))
            found.judge(kind, sent, status, body)
            if number % max(1, requests // 20) == 0:
                found.memory.append(resident(server))
                rate = (number + 1) / (time.monotonic() - began)
                print(
                    f"  {number:>9,}  {rate:,.0f}/s  {found.memory[-1]} MB  {len(found.wrong)} wrong",
                    flush=True,
                )

    await asyncio.gather(*(one_after_another() for _ in range(connections)))
    return found


def chosen(make: Maker, number: int, found: Findings) -> tuple[str, Sent]:
    """The request of that number; now and then a look for another tenant's statement."""
    if number % FOREIGN_EVERY == 0 and found.latest:
        theirs = make.chance.choice(found.latest)
        path = f"/xapi/statements?statementId={theirs}"
        return "foreign", Sent(b"", (404,), path=path, method="GET", who="stranger")
    if number % HUGE_EVERY == 7:
        return "huge", huge(make)
    kind = make.chance.choices([kind for kind, _ in KINDS], [weight for _, weight in KINDS])[0]
    return kind.__name__, kind(make)


def credentials(server: Server) -> dict[str, str]:
    """Who sends: by name, the Authorization header."""
    keys = {"liar": "Basic " + base64.b64encode(b"nobody:nothing").decode()}
    wanted = {
        "writer": ("haitang", ("write", "define")),
        "reader": ("haitang", ("read_all",)),
        "stranger": ("linjiang", ("read_all", "write")),
    }
    for who, (tenant, scopes) in wanted.items():
        words = [word for scope in scopes for word in ("--scope", scope)]
        made = json.loads(
            server.command("record", "credential", "add", tenant, "--name", who, *words, "--json").stdout
        )
        keys[who] = "Basic " + base64.b64encode(f"{made['key']}:{made['secret']}".encode()).decode()
    return keys


def resident(server: Server) -> int:
    """Megabytes of memory that the server holds."""
    assert server.process is not None
    status = Path(f"/proc/{server.process.pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) // 1024


def stored_ids(server: Server) -> set[str]:
    """The ids that came through a credential, read from the database itself."""
    query = "SELECT id FROM record_statement WHERE authority <> ''"
    if url := server.environment.get("ALULA_DATABASE"):
        import psycopg  # noqa: PLC0415 - an extra, for PostgreSQL alone

        with psycopg.connect(url) as connection:
            return {str(row[0]) for row in connection.execute(query)}
    with closing(sqlite3.connect(server.folder / "alula.sqlite3")) as connection:
        return {str(UUID(row[0])) for row in connection.execute(query)}


def main() -> None:
    """Run and judge."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--requests", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--connections", type=int, default=16)
    given = parser.parse_args()
    print(f"{given.requests:,} requests, seed {given.seed}")
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder), ALULA_DATABASE=os.environ.get("ALULA_DATABASE", ""))
        server.command("migrate")
        environment = {**server.environment, "DJANGO_SETTINGS_MODULE": "alula.site.settings"}
        subprocess.run([sys.executable, "-c", TENANTS], env=environment, check=True)
        server.start()
        try:
            found = asyncio.run(run(server, given.requests, given.seed, given.connections))
            stored = stored_ids(server)
        finally:
            server.stop()
    sys.exit(told(found, stored))


def told(found: Findings, stored: set[str]) -> int:
    """Print what was found; 0 when all was as it should be."""
    for (kind, status), count in sorted(found.counts.items()):
        print(f"  {kind:14} {status}  {count:,}")
    lost, extra = found.accepted - stored, stored - found.accepted
    faults = sum(count for (_, status), count in found.counts.items() if status >= 500 or status == 0)
    early, late = max(found.memory[3:7] or found.memory), max(found.memory[-4:])
    print(
        f"accepted ids {len(found.accepted):,}, stored {len(stored):,}: lost {len(lost)}, not accepted but stored {len(extra)}"
    )
    print(
        f"5xx or closed: {faults}; wrong status: {len(found.wrong)}; memory {early} MB early, {late} MB late"
    )
    for line in found.wrong[:SHOWN]:
        print("  " + line)
    return 1 if found.wrong or lost or extra or faults else 0


if __name__ == "__main__":
    main()
