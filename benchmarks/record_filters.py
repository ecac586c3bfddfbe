"""The filters of GET statements over a large record, asked with values drawn as they occur in it."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import urlencode
from uuid import UUID

import msgspec
from record_world import HOME, VERBS, World

from alula.record import facade as record
from alula.record.xapi.http import answered

LARGEST = UUID(int=1)
"""The tenant with 60 of 100 statements."""

Parameters = dict[str, str]


class Lrs:
    """A system that may read the largest tenant."""

    def __init__(self) -> None:
        made = record.add_credential(LARGEST, "bench", ["read_all", "write"])
        word = base64.b64encode(f"{made.credential.key}:{made.secret}".encode()).decode()
        self.headers = {
            "authorization": f"Basic {word}",
            "x-experience-api-version": "2.0.0",
            "content-type": "application/json",
        }

    def get(self, parameters: Parameters) -> dict[str, object]:
        """The answer to GET statements.

        Raises:
            RuntimeError: it was refused.
        """
        return self.at("statements", urlencode(parameters))

    def at(self, path: str, query: str = "") -> dict[str, object]:
        """The answer to a GET of any path below /xapi/."""
        answer = answered("GET", path, query.encode(), self.headers, b"")
        if answer.status_code != 200:
            raise RuntimeError(bytes(answer.body).decode())
        return msgspec.json.decode(answer.body)

    def post(self, statement: dict[str, object]) -> None:
        """Store one more."""
        answer = answered("POST", "statements", b"", self.headers, msgspec.json.encode(statement))
        if answer.status_code != 200:
            raise RuntimeError(bytes(answer.body).decode())


def cases(world: World) -> dict[str, Callable[[], Parameters]]:  # noqa: C901 - a list of small cases
    """Each filter, each combination that systems use, and those that find nothing."""
    dice = world.dice

    def agent() -> str:
        return named(world.actor(LARGEST))

    def trainer() -> str:
        return named(f"trainer-{dice.randrange(50)}")

    def named(name: str) -> str:
        return msgspec.json.encode({"account": {"homePage": f"{HOME}{LARGEST}", "name": name}}).decode()

    def verb() -> str:
        return dice.choices(list(VERBS), list(VERBS.values()))[0]

    def rare() -> str:
        return list(VERBS)[-1]

    def course() -> str:
        return f"https://alula.example/courses/{dice.randrange(100)}"

    def attempt() -> str:
        return str(dice.choice(attempts))

    def moment() -> datetime:
        return world.end - timedelta(days=365 * dice.random())

    def text(at: datetime) -> str:
        return at.isoformat()

    def span() -> Parameters:
        at = moment()
        return {"since": text(at), "until": text(at + timedelta(days=1))}

    def one() -> Parameters:
        return {"statementId": str(dice.choice(there))}

    up = {"ascending": "true"}
    attempts = [one for firm, one in world.registrations if firm == LARGEST]
    there = [one for firm, one in set(world.ids) - set(world.voided) if firm == LARGEST]
    return {
        "statementId": one,
        "nothing but the newest": dict,
        "ascending": lambda: up,
        "agent": lambda: {"agent": agent()},
        "agent, unknown": lambda: {"agent": named("nobody")},
        "verb": lambda: {"verb": verb()},
        "verb, rare": lambda: {"verb": rare()},
        "verb, unknown": lambda: {"verb": "http://example.com/never"},
        "activity": lambda: {"activity": world.activity()},
        "activity, unknown": lambda: {"activity": "http://example.com/none"},
        "registration": lambda: {"registration": attempt()},
        "since": lambda: {"since": text(moment())},
        "since, ascending": lambda: {"since": text(moment()), **up},
        "until": lambda: {"until": text(moment())},
        "until, ascending": lambda: {"until": text(moment()), **up},
        "since and until, one day": span,
        "agent, a trainer": lambda: {"agent": trainer()},
        "related_agents": lambda: {"agent": agent(), "related_agents": "true"},
        "related_agents, a trainer": lambda: {"agent": trainer(), "related_agents": "true"},
        "related_activities": lambda: {"activity": world.activity(), "related_activities": "true"},
        "related_activities, a course": lambda: {"activity": course(), "related_activities": "true"},
        "agent and verb": lambda: {"agent": agent(), "verb": verb()},
        "agent and activity": lambda: {"agent": agent(), "activity": world.activity()},
        "agent, verb, activity, ascending": lambda: {
            "agent": agent(), "verb": verb(), "activity": world.activity(), **up,
        },
        "verb and activity": lambda: {"verb": verb(), "activity": world.activity()},
        "rare verb and activity": lambda: {"verb": rare(), "activity": world.activity()},
        "activity, one day": lambda: {"activity": world.activity(), **span()},
        "verb, since, ascending": lambda: {"verb": verb(), "since": text(moment()), **up},
        "activity, since, ascending": lambda: {"activity": world.activity(), "since": text(moment()), **up},
        "agent, since, ascending": lambda: {"agent": agent(), "since": text(moment()), **up},
        "registration, verb": lambda: {"registration": attempt(), "verb": verb()},
    }  # fmt: skip
