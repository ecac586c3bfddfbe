"""Valid statements of every shape that the specification knows, made from a seed."""

from __future__ import annotations

import random
import string
from typing import Any
from uuid import UUID

Json = dict[str, Any]
TEXTS = ("练习", "Übung", "talk", "𠮷野家", 'a"b\\c', "  spaced  ", "\u200fمرحبا", "🙂", "x" * 300)
LANGUAGES = ("zh-CN", "en-US", "de", "zh-Hant-TW", "und", "x-own")
VERBS = tuple(f"https://fuzz.example/verbs/{one}" for one in ("did", "saw", "passed", "failed", "练习"))
INTERACTIONS = ("true-false", "fill-in", "numeric", "other", "likert", "choice", "matching", "sequencing")


class Maker:
    """Makes valid statements; the same seed makes the same ones."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)  # noqa: S311 - repeatable, not secret

    def statement(self) -> Json:
        """One valid statement with an id."""
        made: Json = {"id": self.uuid(), "actor": self.actor(), "verb": self.verb(), "object": self.thing()}
        if self.chance.random() < 0.6:
            made["result"] = self.result()
        if self.chance.random() < 0.6:
            made["context"] = self.context(made["object"])
        if self.chance.random() < 0.7:
            made["timestamp"] = self.timestamp()
        if self.chance.random() < 0.1:
            made["attachments"] = [self.attachment()]
        items = list(made.items())
        self.chance.shuffle(items)
        return dict(items)

    def uuid(self) -> str:
        return str(UUID(int=self.chance.getrandbits(128), version=4))

    def text(self) -> str:
        return self.chance.choice(TEXTS)

    def iri(self) -> str:
        return self.chance.choice(("https://fuzz.example/a/", "urn:fuzz:", "tag:fuzz.example,2026:")) + str(
            self.chance.randrange(500)
        )

    def identifier(self) -> Json:
        number = self.chance.randrange(2000)
        return self.chance.choice(
            (
                {"mbox": f"mailto:person{number}@fuzz.example"},
                {"mbox_sha1sum": f"{number:040x}"},
                {"openid": f"https://fuzz.example/people/{number}"},
                {"account": {"homePage": "https://fuzz.example", "name": f"p{number}"}},
            )
        )

    def agent(self) -> Json:
        made = self.identifier()
        if self.chance.random() < 0.5:
            made["name"] = self.text()
        if self.chance.random() < 0.5:
            made["objectType"] = "Agent"
        return made

    def actor(self) -> Json:
        return self.group() if self.chance.random() < 0.15 else self.agent()

    def group(self) -> Json:
        named = self.chance.random() < 0.5
        made: Json = {"objectType": "Group", **(self.identifier() if named else {})}
        if not named or self.chance.random() < 0.5:
            made["member"] = [self.agent() for _ in range(self.chance.randrange(1, 4))]
        return made

    def words(self) -> Json:
        return {one: self.text() for one in self.chance.sample(LANGUAGES, self.chance.randrange(1, 3))}

    def verb(self) -> Json:
        made: Json = {"id": self.chance.choice(VERBS)}
        if self.chance.random() < 0.7:
            made["display"] = self.words()
        return made

    def activity(self) -> Json:
        made: Json = {"id": self.iri()}
        if self.chance.random() < 0.5:
            made["objectType"] = "Activity"
        if self.chance.random() < 0.5:
            made["definition"] = self.definition()
        return made

    def definition(self) -> Json:
        made: Json = {"name": self.words(), "type": self.iri()}
        if self.chance.random() < 0.3:
            made["extensions"] = self.extensions()
        if self.chance.random() < 0.3:
            made["interactionType"] = self.chance.choice(INTERACTIONS)
            made["correctResponsesPattern"] = ["x"]
        return made

    def thing(self) -> Json:
        roll = self.chance.random()
        if roll < 0.7:
            return self.activity()
        if roll < 0.8:
            return {**self.agent(), "objectType": "Agent"}
        if roll < 0.9:
            return {"objectType": "StatementRef", "id": self.uuid()}
        return {
            "objectType": "SubStatement",
            "actor": self.actor(),
            "verb": self.verb(),
            "object": self.activity(),
        }

    def result(self) -> Json:
        made: Json = {}
        if self.chance.random() < 0.6:
            low, high = sorted(self.chance.sample(range(-50, 200), 2))
            made["score"] = {
                "min": low,
                "max": high,
                "raw": self.chance.uniform(low, high),
                "scaled": round(self.chance.uniform(-1, 1), 3),
            }
        if self.chance.random() < 0.5:
            made["success"] = self.chance.random() < 0.5
        if self.chance.random() < 0.5:
            made["duration"] = self.chance.choice(("PT1H30M", "P1DT2H", "PT0.5S", "P3W", "PT4H35M59.14S"))
        if self.chance.random() < 0.3:
            made["response"] = self.text()
        if self.chance.random() < 0.3:
            made["extensions"] = self.extensions()
        return made

    def context(self, thing: Json) -> Json:
        made: Json = {}
        if self.chance.random() < 0.6:
            made["registration"] = self.uuid()
        if self.chance.random() < 0.4:
            made["language"] = self.chance.choice(LANGUAGES)
        if self.chance.random() < 0.3:
            made["instructor"] = self.agent()
        if self.chance.random() < 0.3:
            made["team"] = {**self.group(), "objectType": "Group"}
        if self.chance.random() < 0.5:
            made["contextActivities"] = {
                one: [self.activity()] if self.chance.random() < 0.5 else self.activity()
                for one in self.chance.sample(("parent", "grouping", "category", "other"), 2)
            }
        if self.chance.random() < 0.2:
            made["extensions"] = self.extensions()
        if thing.get("objectType", "Activity") == "Activity" and self.chance.random() < 0.2:
            made["platform"], made["revision"] = self.text(), self.text()
        return made

    def extensions(self) -> Json:
        values = (None, 1, -0.5, "x", [1, None, {"deep": [[]]}], {"a": None}, True, "𠮷" * 20)
        return {self.iri(): self.chance.choice(values)}

    def timestamp(self) -> str:
        year = self.chance.choice((1999, 2024, 2026, 2026, 2099))
        zone = self.chance.choice(("Z", "+08:00", "-05:30", "+0000"))
        day = f"{year}-{self.chance.randrange(1, 13):02}-{self.chance.randrange(1, 29):02}"
        return f"{day}T{self.chance.randrange(24):02}:30:00.{self.chance.randrange(1000):03}{zone}"

    def attachment(self) -> Json:
        return {
            "usageType": self.iri(),
            "display": self.words(),
            "contentType": "text/plain",
            "length": self.chance.randrange(10_000),
            "sha2": "".join(self.chance.choices(string.hexdigits.lower()[:16], k=64)),
            "fileUrl": "https://fuzz.example/file",
        }
