"""A system that speaks xAPI over HTTP to a server that may be killed at any moment, and remembers what it was told."""

from __future__ import annotations

import base64
import json
import random
import threading
import time
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlencode
from uuid import UUID


def said(one: UUID) -> dict:
    """A statement under an id; its content follows from it."""
    return {
        "id": str(one),
        "actor": {"account": {"homePage": "https://firm.example", "name": str(one.int % 50)}},
        "verb": {"id": "http://adlnet.gov/expapi/verbs/completed"},
        "object": {
            "id": f"https://firm.example/lessons/{one.int % 20}",
            "definition": {"name": {"en": "A lesson"}},
        },
        "context": {"contextActivities": {"parent": [{"id": f"https://firm.example/courses/{one.int % 5}"}]}},
    }


class Speaker(threading.Thread):
    """Runs until `stop`; a server that is away is asked again. A daemon: a test that fails does not hang."""

    def __init__(self, port: int, key: str, secret: str) -> None:
        super().__init__(daemon=True)
        word = base64.b64encode(f"{key}:{secret}".encode()).decode()
        self.headers = {
            "Authorization": f"Basic {word}",
            "X-Experience-API-Version": "2.0.0",
            "Content-Type": "application/json",
        }
        self.port, self.key, self.secret, self.stopping = port, key, secret, threading.Event()
        self.refusals: list[tuple[int, bytes]] = []

    def ask(self, method: str, path: str, body: bytes | None = None):
        """(status, headers, body); None when no whole answer came."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, body, self.headers)
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        except (OSError, HTTPException):
            return None
        finally:
            connection.close()

    def stop(self) -> None:
        self.stopping.set()


class Writer(Speaker):
    """Sends statements alone and in batches. What was not answered is sent again, until it is."""

    def __init__(self, port: int, key: str, secret: str, number: int) -> None:
        super().__init__(port, key, secret)
        self.dice, self.stored = random.Random(number), []

    def run(self) -> None:
        while not self.stopping.is_set():
            ids = [
                UUID(int=self.dice.getrandbits(128), version=4)
                for _ in range(self.dice.choice([1, 1, 3, 40]))
            ]
            body = json.dumps([said(one) for one in ids]).encode()
            while (answer := self.ask("POST", "/xapi/statements", body)) is None or answer[0] == 503:
                if answer is not None:
                    self.refusals.append((answer[0], answer[2]))
                time.sleep(0.05)
            if answer[0] != 200:
                self.refusals.append((answer[0], answer[2]))
                return
            self.stored += ids


class Follower(Speaker):
    """Asks for what came since the Consistent-Through of the last answer, as another system would."""

    def __init__(self, port: int, key: str, secret: str) -> None:
        super().__init__(port, key, secret)
        self.found: set[UUID] = set()
        self.through: str | None = None

    def run(self) -> None:
        while not self.stopping.is_set():
            self.look()
            time.sleep(0.05)

    def look(self) -> None:
        """Everything new, page by page; the moment of the first page is where the next look begins."""
        since = {"since": self.through} if self.through else {}
        path, first = f"/xapi/statements?{urlencode({'ascending': 'true', 'limit': 100, **since})}", None
        while path:
            answer = self.ask("GET", path)
            if answer is None or answer[0] != 200:
                return
            first = first or answer[1]["X-Experience-API-Consistent-Through"]
            page = json.loads(answer[2])
            self.found |= {UUID(one["id"]) for one in page["statements"]}
            path = page["more"]
        self.through = first
