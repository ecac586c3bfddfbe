"""From YAML nodes to the model's types: every mistake found in one pass, each at its own line.

The types themselves say what is read (`msgspec.inspect`), so a field added to the model is read without a change here.
Where something is wrong a neutral value stands in, so that the rest of the file can still be looked at; a scenario with
stand-ins is never handed out.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from typing import Any

import yaml
from msgspec import NODEFAULT, inspect

from alula.coach.scenario.nodes import at
from alula.coach.scenario.problems import Path, Problem

_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,17})(\.[0-9]{1,18})?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
MOST_COMPARED = 500  # known names; a file with more of one kind gets no "did you mean"
_EMPTY = {"", "~", "null", "Null", "NULL"}
_SHAPES = {
    yaml.ScalarNode: ("一个值", "a single value"),
    yaml.SequenceNode: ("一个列表", "a list"),
    yaml.MappingNode: ("一组字段", "a set of fields"),
}


@dataclass
class Built:
    """What was read: the value, where each path stands in the file, and what was wrong.

    `broken` holds the paths where a neutral value stands in for what could not be read.
    """

    value: Any = None
    nodes: dict[Path, yaml.Node] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    broken: set[Path] = field(default_factory=set)


def build(root: yaml.Node, kind: type) -> Built:
    """Read `root` as a value of the msgspec struct `kind`."""
    reader = _Reader(Built())
    reader.built.value = reader.read(root, inspect.type_info(kind), ())
    return reader.built


class _Reader:
    def __init__(self, built: Built) -> None:
        self.built = built
        self._ways: dict[type, Callable[[yaml.Node, Any, Path], Any]] = {
            inspect.StructType: self._struct,
            inspect.VarTupleType: self._list,
            inspect.DictType: self._dict,
            inspect.UnionType: self._optional,
            inspect.LiteralType: self._literal,
            inspect.StrType: self._text,
            inspect.IntType: self._whole,
            inspect.FloatType: self._float,
            inspect.DecimalType: self._decimal,
            inspect.BoolType: self._switch,
            inspect.DateType: self._date,
        }

    def read(self, node: yaml.Node, kind: inspect.Type, path: Path) -> Any:
        """The value of a node as `kind`; what is wrong with it goes to the problems."""
        self.built.nodes[path] = node
        if isinstance(kind, inspect.Metadata):
            return self.read(node, kind.type, path)
        return self._ways[type(kind)](node, kind, path)

    def _wrong(self, node: yaml.Node, kind: inspect.Type, path: Path, code: str, **values: Any) -> Any:
        self.built.problems.append(at(node, path, code, **values))
        self.built.broken.add(path)
        return _blank(kind)

    def _shaped(self, node: yaml.Node, wanted: type[yaml.Node], kind: inspect.Type, path: Path) -> bool:
        if isinstance(node, wanted):
            return True
        if _empty(node):
            self._wrong(node, kind, path, "no_value")
        else:
            want = {"want_zh": _SHAPES[wanted][0], "want_en": _SHAPES[wanted][1]}
            self._wrong(node, kind, path, "wrong_shape", **want, **_got(node))
        return False

    def _entries(self, node: yaml.Node, path: Path) -> dict[str, tuple[yaml.Node, yaml.Node]]:
        found: dict[str, tuple[yaml.Node, yaml.Node]] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                shapes = {"want_zh": "字段名", "want_en": "a field name"}
                self.built.problems.append(at(key, path, "wrong_shape", **shapes, **_got(key)))
            elif key.value in found:
                first = found[key.value][0].start_mark.line + 1
                self.built.problems.append(
                    at(key, (*path, key.value), "duplicate_key", name=key.value, line=first)
                )
            else:
                found[key.value] = (key, value)
        return found

    def _struct(self, node: yaml.Node, kind: inspect.StructType, path: Path) -> Any:
        if not self._shaped(node, yaml.MappingNode, kind, path):
            return _blank(kind)
        entries = self._entries(node, path)
        values: dict[str, Any] = {}
        names = [one.encode_name for one in kind.fields]
        for name, (key, _) in entries.items():
            if name not in names:
                self.built.problems.append(
                    at(key, (*path, _short(name)), "unknown_field", name=_short(name), **hint(name, names))
                )
        for one in kind.fields:
            if one.encode_name in entries:
                values[one.name] = self.read(entries[one.encode_name][1], one.type, (*path, one.encode_name))
            elif one.required:
                self.built.problems.append(
                    at(node, (*path, one.encode_name), "missing_field", name=one.encode_name)
                )
                self.built.broken.add((*path, one.encode_name))
                values[one.name] = _blank(one.type)
        return kind.cls(**values)

    def _list(self, node: yaml.Node, kind: inspect.VarTupleType, path: Path) -> Any:
        if not self._shaped(node, yaml.SequenceNode, kind, path):
            return ()
        values = tuple(self.read(item, kind.item_type, (*path, i)) for i, item in enumerate(node.value))
        if kind.min_length and len(values) < kind.min_length:
            self._wrong(node, kind, path, "too_few", limit=kind.min_length, count=len(values))
        return values

    def _dict(self, node: yaml.Node, kind: inspect.DictType, path: Path) -> Any:
        if not self._shaped(node, yaml.MappingNode, kind, path):
            return {}
        result = {}
        for name, (key, value) in self._entries(node, path).items():
            before = len(self.built.problems)
            read_key = self.read(key, kind.key_type, (*path, _short(name)))
            if len(self.built.problems) == before:
                result[read_key] = self.read(value, kind.value_type, (*path, name))
        return result

    def _optional(self, node: yaml.Node, kind: inspect.UnionType, path: Path) -> Any:
        (inner,) = (one for one in kind.types if not isinstance(one, inspect.NoneType))
        if _empty(node):
            return None
        return self.read(node, inner, path)

    def _literal(self, node: yaml.Node, kind: inspect.LiteralType, path: Path) -> Any:
        if not self._shaped(node, yaml.ScalarNode, kind, path):
            return _blank(kind)
        if node.value in kind.values:
            return node.value
        allowed = [str(value) for value in kind.values]
        return self._wrong(
            node,
            kind,
            path,
            "not_allowed",
            text=_short(node.value),
            allowed=", ".join(allowed),
            **hint(node.value, allowed),
        )

    def _text(self, node: yaml.Node, kind: inspect.StrType, path: Path) -> Any:
        if not self._shaped(node, yaml.ScalarNode, kind, path):
            return ""
        text = node.value.strip()
        if _empty(node) and (kind.min_length or kind.pattern):
            return self._wrong(node, kind, path, "no_value")
        if kind.pattern and not re.search(kind.pattern, text):
            return self._wrong(node, kind, path, "not_a_slug", text=_short(text))
        if len(text) < (kind.min_length or 0):
            return self._wrong(node, kind, path, "too_short")
        if kind.max_length is not None and len(text) > kind.max_length:
            return self._wrong(node, kind, path, "too_long", limit=kind.max_length, count=len(text))
        return text

    def _number(self, node: yaml.Node, kind: inspect.Type, path: Path) -> Decimal | None:
        if not self._shaped(node, yaml.ScalarNode, kind, path):
            return None
        if not _bare(node) or not _NUMBER.fullmatch(node.value):
            self._wrong(node, kind, path, "not_a_number", text=_short(node.value))
            return None
        return Decimal(node.value)

    def _ranged(self, node: yaml.Node, kind: Any, path: Path, number: Decimal) -> bool:
        low, high = kind.ge, kind.le
        if (low is None or number >= low) and (high is None or number <= high):
            return True
        self._wrong(
            node,
            kind,
            path,
            "out_of_range",
            text=node.value,
            low="−∞" if low is None else low,
            high="∞" if high is None else high,
        )
        return False

    def _whole(self, node: yaml.Node, kind: inspect.IntType, path: Path) -> Any:
        number = self._number(node, kind, path)
        if number is None:
            return _blank(kind)
        if "." in node.value:
            return self._wrong(node, kind, path, "not_whole", text=_short(node.value))
        return int(number) if self._ranged(node, kind, path, number) else _blank(kind)

    def _float(self, node: yaml.Node, kind: inspect.FloatType, path: Path) -> Any:
        number = self._number(node, kind, path)
        return float(number) if number is not None and self._ranged(node, kind, path, number) else 0.0

    def _decimal(self, node: yaml.Node, kind: inspect.DecimalType, path: Path) -> Any:
        number = self._number(node, kind, path)
        return Decimal(0) if number is None else number

    def _switch(self, node: yaml.Node, kind: inspect.BoolType, path: Path) -> Any:
        if not self._shaped(node, yaml.ScalarNode, kind, path):
            return False
        if _bare(node) and node.value in {"true", "false"}:
            return node.value == "true"
        return self._wrong(node, kind, path, "not_a_switch", text=_short(node.value))

    def _date(self, node: yaml.Node, kind: inspect.DateType, path: Path) -> Any:
        if not self._shaped(node, yaml.ScalarNode, kind, path):
            return date.min
        if _DATE.fullmatch(node.value):
            try:
                return date.fromisoformat(node.value)
            except ValueError:
                pass
        return self._wrong(node, kind, path, "not_a_date", text=_short(node.value))


def hint(name: str, known: list[str]) -> dict[str, str]:
    """What the writer may have meant, in both languages: the known name nearest to the one written; empty when none is near."""
    near = get_close_matches(name, known, n=1) if len(known) <= MOST_COMPARED else []
    return {
        "hint_zh": f"是想写“{near[0]}”吗？" if near else "",
        "hint_en": f" Did you mean “{near[0]}”?" if near else "",
    }


def _bare(node: yaml.Node) -> bool:
    """Whether a scalar was written without quotes and not as a block (libyaml says "", PyYAML itself None)."""
    return isinstance(node, yaml.ScalarNode) and not node.style


def _empty(node: yaml.Node) -> bool:
    return _bare(node) and node.value in _EMPTY


def _got(node: yaml.Node) -> dict[str, str]:
    zh, en = _SHAPES[type(node)]
    return {"got_zh": zh, "got_en": en}


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"


_BLANKS: dict[type, Any] = {
    inspect.VarTupleType: (), inspect.DictType: {}, inspect.UnionType: None, inspect.StrType: "", inspect.IntType: 0,
    inspect.FloatType: 0.0, inspect.DecimalType: Decimal(0), inspect.BoolType: False, inspect.DateType: date.min,
    inspect.NoneType: None,
}  # fmt: skip


def _blank(kind: inspect.Type) -> Any:
    """A value of the right type that stands in for one that could not be read."""
    if isinstance(kind, inspect.Metadata):
        return _blank(kind.type)
    if isinstance(kind, inspect.LiteralType):
        return kind.values[0]
    if isinstance(kind, inspect.StructType):
        return kind.cls(
            **{one.name: _blank(one.type) for one in kind.fields if one.default is NODEFAULT and one.required}
        )
    return _BLANKS[type(kind)]


def plain(node: yaml.Node) -> Any:
    """A node as JSON-like data, read the YAML 1.2 way (`on` and `no` are words): what a schema-aware editor checks."""
    if isinstance(node, yaml.MappingNode):
        return {key.value: plain(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [plain(item) for item in node.value]
    if _empty(node):
        return None
    if _bare(node) and node.value in {"true", "false"}:
        return node.value == "true"
    if _bare(node) and _NUMBER.fullmatch(node.value):
        return float(node.value) if "." in node.value else int(node.value)
    return node.value
