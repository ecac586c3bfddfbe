"""Scenario files: read, checked, and refused with every mistake at its line.

scenario = load_file(Path("my_scenario.yaml"))     # or ScenarioErrors
checked = check_text(text, "my_scenario.yaml")     # problems and warnings, scenario or None
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import msgspec

from alula.coach.scenario import rules
from alula.coach.scenario.build import Built, build
from alula.coach.scenario.model import Scenario
from alula.coach.scenario.nodes import LARGEST, UnusableTextError, compose
from alula.coach.scenario.problems import Problem, ScenarioErrors, sentence
from alula.kernel.shapes import shape_words

MOST_NAMED = 500  # problems of one file; who has more reads no list of them
SHIPPED = Path(__file__).parents[1] / "scenarios"


class Checked(msgspec.Struct, frozen=True):
    """What is known of a file: the scenario when it can be used, and everything to say about it, errors before warnings."""

    name: str
    scenario: Scenario | None
    problems: tuple[Problem, ...]


def check_text(text: str, name: str) -> Checked:
    """Read a scenario and say everything that is wrong with it (the first `MOST_NAMED`), in the order of the file.

    Warnings (a talk that would soon repeat itself, a key point without a model sentence) are given only for a scenario
    that can be used.
    """
    try:
        built = build(compose(text), Scenario)
    except UnusableTextError as error:
        return Checked(name=name, scenario=None, problems=(error.problem,))
    problems = [*built.problems, *rules.check(built)] or _still_refused(built)
    if problems:
        return Checked(name=name, scenario=None, problems=_ordered(problems))
    scenario: Scenario = built.value
    advice = [msgspec.structs.replace(one, severity="warning") for one in rules.warnings(scenario, built)]
    return Checked(name=name, scenario=scenario, problems=_ordered(advice))


def check_file(path: Path) -> Checked:
    """`check_text` of a file; a file that cannot be read is a problem like any other."""
    try:
        raw = path.read_bytes() if path.stat().st_size <= LARGEST else None
    except OSError as error:
        return _refused(path.name, "unreadable", why=error.strerror or type(error).__name__)
    if raw is None:
        return _refused(path.name, "too_big", limit=LARGEST)
    try:
        return check_text(raw.decode("utf-8-sig"), path.name)
    except UnicodeDecodeError:
        return _refused(path.name, "not_utf8")


def load_text(text: str, name: str) -> Scenario:
    """The scenario in `text`; `name` is what the errors call it.

    Raises:
        ScenarioErrors: it cannot be used; carries every problem.
    """
    return _usable(check_text(text, name))


def load_file(path: Path) -> Scenario:
    """The scenario in a file.

    Raises:
        ScenarioErrors: it cannot be read or used; carries every problem.
    """
    return _usable(check_file(path))


@cache
def builtin() -> tuple[Scenario, ...]:
    """The scenarios that Alula ships, by file name. Read once per process.

    Raises:
        ScenarioErrors: a shipped file cannot be used, which the tests of the package rule out.
    """
    return tuple(load_file(path) for path in sorted(SHIPPED.glob("*.yaml")))


def _usable(checked: Checked) -> Scenario:
    if checked.scenario is None:
        raise ScenarioErrors(checked.name, checked.problems)
    return checked.scenario


def _refused(name: str, code: str, **values: object) -> Checked:
    problem = Problem(line=1, column=1, field="", code=code, message=sentence(code, **values))
    return Checked(name=name, scenario=None, problems=(problem,))


def _ordered(problems: list[Problem]) -> tuple[Problem, ...]:
    return tuple(sorted(problems, key=lambda one: (one.line, one.column, one.field, one.code)))[:MOST_NAMED]


def _still_refused(built: Built) -> list[Problem]:
    """What msgspec itself refuses: the stored form of a scenario must always be readable again."""
    try:
        msgspec.json.decode(built.value.digest(), type=Scenario)
    except msgspec.ValidationError as error:
        why, _, where = str(error).partition(" - at `$")
        path = tuple(int(i) if i else name for name, i in re.findall(r"([a-z_]+)|\[(\d+)\]", where))
        return [rules.Sheet(built).problem(path, "invalid", **shape_words(why))]
    return []
