"""A load generator that costs little: requests encoded beforehand, raw sockets, no parsing beyond the status and the length."""

from __future__ import annotations

import base64
import json
import random
import selectors
import socket
import time
from collections.abc import Iterator
from typing import NamedTuple
from uuid import UUID


class Outcome(NamedTuple):
    """Answers by status, seconds, and the seconds that each request took."""

    statuses: dict[int, int]
    seconds: float
    waits: list[float]


VERBS = ("experienced", "answered", "answered", "initialized", "completed", "passed", "terminated")


def statements(dice: random.Random, count: int) -> Iterator[dict[str, object]]:
    """What an LMS sends of a day, about 800 bytes each: sittings of 1 to 7 statements of one person at one lesson.

    5,000 people, 2,000 lessons of which some are popular; a fifth of the sittings in a registration of its own.
    """
    made = 0
    while True:
        person, lesson = str(UUID(int=dice.randrange(5000))), min(int(dice.paretovariate(0.6)), 2000)
        registration = str(UUID(int=dice.getrandbits(128), version=4)) if dice.random() < 0.2 else None
        for number in range(dice.randint(1, 7)):
            if made == count:
                return
            made += 1
            yield statement(dice, person, lesson, registration, VERBS[number % len(VERBS)])


def statement(
    dice: random.Random, person: str, lesson: int, registration: str | None, verb: str
) -> dict[str, object]:
    """One of them, under a random id (version 4)."""
    return {
        "id": str(UUID(int=dice.getrandbits(128), version=4)),
        "actor": {
            "objectType": "Agent",
            "account": {"homePage": "https://firm.example", "name": person},
        },
        "verb": {
            "id": f"http://adlnet.gov/expapi/verbs/{verb}",
            "display": {"zh": "学习", "en": verb},
        },
        "object": {
            "objectType": "Activity",
            "id": f"https://firm.example/lessons/{lesson}",
            "definition": {
                "type": "http://adlnet.gov/expapi/activities/lesson",
                "name": {"zh": f"门店服务第 {lesson} 课", "en": f"Shop service, lesson {lesson}"},
            },
        },
        "result": {
            "score": {"scaled": round(dice.random(), 2), "raw": 82.0, "min": 0, "max": 100},
            "success": True,
            "completion": True,
            "duration": f"PT{dice.randrange(60, 900)}.5S",
        },
        "context": {
            **({"registration": registration} if registration else {}),
            "platform": "LMS",
            "language": "zh-CN",
        },
        "timestamp": f"2026-11-{dice.randrange(1, 29):02}T08:{dice.randrange(60):02}:00.000Z",
    }


def bodies(count: int, size: int, seed: int) -> list[bytes]:
    """`count` statements as JSON, `size` in each; a single one stands without a list."""
    dice = random.Random(seed)  # noqa: S311 - a benchmark
    made = list(statements(dice, count))
    if size == 1:
        return [json.dumps(one, ensure_ascii=False).encode() for one in made]
    return [json.dumps(made[at : at + size], ensure_ascii=False).encode() for at in range(0, count, size)]


def post(path: str, user: str, password: str, body: bytes) -> bytes:
    """The bytes of a POST."""
    word = base64.b64encode(f"{user}:{password}".encode()).decode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Basic {word}\r\n"
        f"X-Experience-API-Version: 1.0.3\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


class _Line:
    """One connection with at most one request under way."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.read, self.began = b"", 0.0

    def send(self, request: bytes) -> None:
        self.began = time.perf_counter()
        self.socket.sendall(request)

    def answer(self) -> tuple[int, bytes] | None:
        """(status, body) when it is complete."""
        piece = self.socket.recv(262144)
        if not piece:
            raise ConnectionError("the server closed the connection")
        self.read += piece
        head, found, rest = self.read.partition(b"\r\n\r\n")
        if not found:
            return None
        lowered = head.lower()
        at = lowered.find(b"content-length:")
        length = int(lowered[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
        if len(rest) < length:
            return None
        self.read = b""
        return int(head[9:12]), rest


def drive(port: int, requests: Iterator[bytes], connections: int) -> Outcome:
    """Send every request, each connection one after the other; all answers."""
    lines = [_Line(port) for _ in range(connections)]
    statuses: dict[int, int] = {}
    waits: list[float] = []
    began = time.perf_counter()
    with selectors.DefaultSelector() as ready:
        for line in lines:
            if (request := next(requests, None)) is not None:
                line.send(request)
                ready.register(line.socket, selectors.EVENT_READ, line)
        while ready.get_map():
            for key, _ in ready.select(60):
                line = key.data
                answer = line.answer()
                if answer is None:
                    continue
                statuses[answer[0]] = statuses.get(answer[0], 0) + 1
                waits.append(time.perf_counter() - line.began)
                if (request := next(requests, None)) is None:
                    ready.unregister(line.socket)
                else:
                    line.send(request)
    seconds = time.perf_counter() - began
    for line in lines:
        line.socket.close()
    return Outcome(statuses, seconds, waits)
