"""A real `alula serve` in a folder of its own, for tests that need sockets, a browser, or a process to kill."""

from __future__ import annotations

import os
import signal
import socket
import ssl
import subprocess
import sys
import time
from pathlib import Path

import httpx

from alula.site.demo_accounts import PASSWORD

TLS = ssl.create_default_context()
"""For every client: each would otherwise read all certificates of the machine, and the servers speak none."""


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Server:
    """One server process with its own data. `kill` ends it as a power cut would; `start` brings it back."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder, self.port = folder, free_port()
        self.environment = {
            **os.environ,
            "ALULA_DATA": str(folder),
            "ALULA_FILES": str(folder / "files"),
            "ALULA_DATABASE": "",
            **settings,
        }
        self.process: subprocess.Popen | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def command(self, *words: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            [sys.executable, "-m", "alula", *words],
            env=self.environment,
            check=True,
            capture_output=True,
            text=True,
        )

    def start(self) -> Server:
        log = (self.folder / "serve.log").open("a")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "alula", "serve", "--port", str(self.port)],
            env=self.environment,
            stdout=log,
            stderr=log,
        )
        for _ in range(300):
            try:
                httpx.get(f"{self.url}/api/me", timeout=2, verify=TLS)
            except httpx.HTTPError:
                assert self.process.poll() is None, (self.folder / "serve.log").read_text()
                time.sleep(0.1)
            else:
                return self
        raise TimeoutError((self.folder / "serve.log").read_text())

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def sign_in(self, email: str) -> httpx.Client:
        """A browser's session: cookies and the CSRF token."""
        client = httpx.Client(base_url=self.url, headers={"Origin": self.url}, timeout=30, verify=TLS)
        client.get("/_allauth/browser/v1/config")
        client.headers["X-CSRFToken"] = client.cookies["csrftoken"]
        answer = client.post("/_allauth/browser/v1/auth/login", json={"email": email, "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        client.headers["X-CSRFToken"] = client.cookies["csrftoken"]
        return client
