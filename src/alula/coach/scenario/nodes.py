"""From the text of a scenario file to YAML nodes that know their line, and nothing that YAML could do beyond that.

Values are read later by the type that the model gives them (`build`), from the characters in the file: so `no`, `on`,
`010` and `1:30`, which YAML 1.1 turns into something else behind the author's back, stay what was written.
"""

from __future__ import annotations

import yaml

from alula.coach.scenario.problems import Path, Problem, sentence, written

LARGEST = 1_000_000  # bytes; the shipped scenarios have about 60,000
DEEPEST = 12  # levels; the model needs 7

_Loader: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the same nodes, ten times as fast


class UnusableTextError(ValueError):
    """The text is no single plain YAML document. `problem` says why and where."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem


def at(node: yaml.Node | yaml.Event, path: Path, code: str, **values: object) -> Problem:
    """A problem at a node."""
    mark = node.start_mark
    assert mark is not None  # everything that was parsed from a text has its place
    message = sentence(code, **values)
    return Problem(
        line=mark.line + 1, column=mark.column + 1, field=written(path), code=code, message=message
    )


def compose(text: str) -> yaml.Node:
    """The root node of the one document in `text`.

    Raises:
        UnusableTextError: too big, not YAML, several documents, nested too deep, or with anchors, aliases or tags.
    """
    try:
        size = len(text.encode())
    except UnicodeEncodeError as error:
        raise UnusableTextError(_at_line(0, 0, "not_utf8")) from error
    if size > LARGEST:
        raise UnusableTextError(_at_line(0, 0, "too_big", limit=LARGEST))
    try:
        _refuse_tricks(text)
        root = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = (mark.line, mark.column) if mark else (0, 0)
        raise UnusableTextError(_at_line(*place, "syntax", why=error.problem or error.context)) from error
    except yaml.reader.ReaderError as error:
        before = text[: max(error.position, 0)]
        place = (before.count("\n"), len(before) - before.rfind("\n") - 1)
        raise UnusableTextError(_at_line(*place, "syntax", why=error.reason)) from error
    if root is None:
        raise UnusableTextError(_at_line(0, 0, "empty"))
    return root


def _refuse_tricks(text: str) -> None:
    """Look at the events before any node is built, so that a bomb costs nothing."""
    depth = documents = 0
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise UnusableTextError(at(event, (), "alias"))
        if tag := getattr(event, "tag", None):
            raise UnusableTextError(at(event, (), "tag", tag=tag))
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                raise UnusableTextError(at(event, (), "many_documents"))
        elif isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > DEEPEST:
                raise UnusableTextError(at(event, (), "too_deep", limit=DEEPEST))
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _at_line(line: int, column: int, code: str, **values: object) -> Problem:
    return Problem(line=line + 1, column=column + 1, field="", code=code, message=sentence(code, **values))
