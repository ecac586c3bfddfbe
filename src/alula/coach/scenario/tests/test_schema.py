"""The published JSON Schema is the one of the code, and says the same of a file as the loader does of its shape."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from alula.coach.scenario import load, schema
from alula.coach.scenario.build import plain
from alula.coach.scenario.nodes import compose

ROOT = Path(__file__).parents[5]
PUBLISHED = ROOT / "docs/schemas/scenario.schema.json"
FIXTURE = Path(__file__).parent / "broadband.yaml"


def test_the_published_schema_is_current():
    assert PUBLISHED.read_text("utf-8") == schema.text(), "run: python -m alula.coach.scenario.schema"


@pytest.mark.parametrize("path", [FIXTURE, *sorted(load.SHIPPED.glob("*.yaml"))], ids=lambda path: path.stem)
def test_it_accepts_what_the_loader_accepts(path):
    published = json.loads(PUBLISHED.read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(published)
    jsonschema.Draft202012Validator(published).validate(plain(compose(path.read_text("utf-8"))))


@pytest.mark.parametrize(
    ("old", "new"), [("value: 129", "value: many"), ("minutes: 8", "minuts: 8"), ("id: broadband", "id: B")]
)
def test_it_refuses_what_the_loader_refuses(old, new):
    text = FIXTURE.read_text("utf-8").replace(old, new, 1)
    validator = jsonschema.Draft202012Validator(schema.schema())
    assert list(validator.iter_errors(plain(compose(text))))
    assert load.check_text(text, "x").scenario is None
