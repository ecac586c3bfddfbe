"""From the text of a YAML file to a typed value: strict, with every mistake at its line, in both languages.

Scalars are read as they stand, not by YAML 1.1's guesses: `no` and `010` stay words, a number is written plainly.
"""

from __future__ import annotations

import re
from decimal import Decimal
from difflib import get_close_matches
from typing import Any, TypeVar

import msgspec
import yaml

from alula.kernel.shapes import shape_words

LARGEST = 1_000_000  # bytes; the largest rule has about 40,000
DEEPEST = 24  # levels; the rules need 12
LARGEST_NUMBER = Decimal(10) ** 15  # in 10,000 yuan that is more than the world's money
_WHOLE = re.compile(r"-?(0|[1-9][0-9]{0,17})")
_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,17})\.[0-9]{1,12}")
_NOTHING = {"", "~", "null"}
_Loader: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

Path = tuple[str | int, ...]
T = TypeVar("T")


class Problem(msgspec.Struct, frozen=True):
    """One thing wrong: line and column count from 1, `field` is a path such as `rights[2].granted`."""

    line: int
    column: int
    field: str
    zh: str
    en: str


class FileProblems(ValueError):  # noqa: N818 - it carries many
    """A file that cannot be used, with everything that was found wrong in it."""

    def __init__(self, name: str, problems: tuple[Problem, ...]) -> None:
        self.name, self.problems = name, problems
        super().__init__("\n".join(self.lines("en")))

    def lines(self, language: str) -> list[str]:
        """One line per problem, as compilers write them."""
        return [
            f"{self.name}:{one.line}:{one.column}: {one.field + ': ' if one.field else ''}"
            f"{one.zh if language == 'zh' else one.en}"
            for one in self.problems
        ]


class Sheet:
    """A document as plain data that remembers where each path stands."""

    def __init__(self, text: str, name: str) -> None:
        self.name = name
        self._places: dict[Path, tuple[int, int]] = {(): (1, 1)}
        self.problems: list[Problem] = []
        self.data = self._compose(text)

    def problem(self, path: Path, zh: str, en: str) -> None:
        """Note something wrong at a path, or at the nearest place above it that stands in the file."""
        place = path
        while place not in self._places:
            place = place[:-1]
        line, column = self._places[place]
        self.problems.append(Problem(line, column, _written(path), zh, en))

    def refuse(self) -> None:
        """Raise what was found.

        Raises:
            FileProblems: when anything was.
        """
        if self.problems:
            raise FileProblems(
                self.name, tuple(sorted(self.problems, key=lambda one: (one.line, one.column)))
            )

    def _compose(self, text: str) -> Any:
        if len(text.encode("utf-8", "replace")) > LARGEST:
            self.problem((), f"文件超过 {LARGEST} 字节。", f"The file is larger than {LARGEST} bytes.")
            self.refuse()
        try:
            self._refuse_tricks(text)
            root = yaml.compose(text, Loader=_Loader)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            self._places[()] = (mark.line + 1, mark.column + 1) if mark else (1, 1)
            self.problem((), f"YAML 语法错误：{error.problem}。", f"This is not valid YAML: {error.problem}.")
        except yaml.reader.ReaderError as error:
            self.problem((), f"YAML 语法错误：{error.reason}。", f"This is not valid YAML: {error.reason}.")
        self.refuse()
        if root is None:
            self.problem((), "文件里没有内容。", "The file is empty.")
            raise FileProblems(self.name, tuple(self.problems))
        data = self._plain(root, ())
        self.refuse()
        return data

    def _refuse_tricks(self, text: str) -> None:
        depth = documents = 0
        for event in yaml.parse(text, Loader=_Loader):
            documents += isinstance(event, yaml.DocumentStartEvent)
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            alias = isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None)
            if alias or getattr(event, "tag", None) or documents > 1 or depth > DEEPEST:
                mark = event.start_mark
                self._places[()] = (mark.line + 1, mark.column + 1) if mark else (1, 1)
                self.problem(
                    (),
                    f"不使用锚点、别名、标签，一个文件一份文档，嵌套不超过 {DEEPEST} 层。",
                    f"No anchors, aliases or tags, one document per file, at most {DEEPEST} levels.",
                )
                self.refuse()

    def _plain(self, node: yaml.Node, path: Path) -> Any:
        self._places.setdefault(path, (node.start_mark.line + 1, node.start_mark.column + 1))
        if isinstance(node, yaml.SequenceNode):
            return [self._plain(item, (*path, order)) for order, item in enumerate(node.value)]
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        return node.value if getattr(node, "style", None) else _scalar(node.value)

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[str | int, Any]:
        found: dict[str | int, Any] = {}
        for key_node, value in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                self.problem(path, "字段名应当是一个词。", "A field's name has to be a single word.")
                continue
            whole = not key_node.style and _WHOLE.fullmatch(key_node.value)
            key: str | int = int(key_node.value) if whole else key_node.value
            below = (*path, key)
            if key in found:
                self._places[below] = (key_node.start_mark.line + 1, key_node.start_mark.column + 1)
                self.problem(below, f"“{key}”写了两次。", f"“{key}” is given twice.")
                continue
            self._places[below] = (key_node.start_mark.line + 1, key_node.start_mark.column + 1)
            found[key] = self._plain(value, below)
        return found


def _scalar(text: str) -> Any:
    """What a bare scalar is: nothing, yes or no, a number, else a word. What is quoted stays a text."""
    if text in _NOTHING:
        return None
    if text in {"true", "false"}:
        return text == "true"
    if _WHOLE.fullmatch(text):
        return int(text)
    return Decimal(text) if _NUMBER.fullmatch(text) else text


def read(text: str, kind: type[T], name: str) -> tuple[T, Sheet]:
    """The value of type `kind` (a msgspec struct or union) in a YAML text, and the sheet, to which checks of meaning add.

    Mistakes of shape are looked for one after the other: what was wrong is set aside and the rest read again.

    Raises:
        FileProblems: not plain YAML, or not of the shape; carries every problem found.
    """
    sheet = Sheet(text, name)
    data, aside = sheet.data, set[Path]()
    for _ in range(40):
        try:
            value = msgspec.convert(data, kind)
        except msgspec.ValidationError as error:
            path = _note(sheet, str(error), aside)
            if not path or not _remove(data, path):
                break
            aside.add(path)
        else:
            sheet.refuse()
            _only_numbers(sheet, value, ())
            sheet.refuse()
            return value, sheet
    sheet.refuse()
    raise AssertionError("a refusal without a problem")


def _note(sheet: Sheet, message: str, aside: set[Path]) -> Path:
    """Write one of msgspec's messages down in our words; answer the path to set aside, empty to stop."""
    why, _, where = message.partition(" - at `$")
    path: Path = tuple(
        int(order) if order else name for name, order in re.findall(r"\.?([A-Za-z_]\w*)|\[(\d+)\]", where)
    )
    named = re.fullmatch(r"Object (contains unknown|missing required) field `(.*)`", why)
    if named and named[1] == "contains unknown":
        below = (*path, named[2])
        sheet.problem(below, f"没有“{named[2]}”这个字段。", f"There is no field “{named[2]}”.")
        return below
    if named:
        if (*path, named[2]) not in aside:
            sheet.problem(path, f"缺少“{named[2]}”。", f"“{named[2]}” is missing.")
        return ()
    words = shape_words(why)
    sheet.problem(path, f"这里{words['zh']}。", f"{words['en'][0].upper()}{words['en'][1:]}.")
    return path if "[...]" not in where and " in `" not in message else _outermost(path)


def _outermost(path: Path) -> Path:
    return path[:1]


def _remove(data: Any, path: Path) -> bool:
    for part in path[:-1]:
        data = data[part]
    if isinstance(data, dict) and path[-1] in data:
        del data[path[-1]]
        return True
    return False


def _only_numbers(sheet: Sheet, value: Any, path: Path) -> None:
    """Refuse what only a text can smuggle in: NaN, infinity, and amounts beyond any firm."""
    if isinstance(value, Decimal) and not (value.is_finite() and abs(value) < LARGEST_NUMBER):
        sheet.problem(path, f"“{value}”不是能用的数。", f"“{value}” is not a usable number.")
    elif isinstance(value, dict):
        for key, item in value.items():
            _only_numbers(sheet, item, (*path, key))
    elif isinstance(value, tuple):
        for order, item in enumerate(value):
            _only_numbers(sheet, item, (*path, order))
    elif isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            _only_numbers(sheet, getattr(value, name), (*path, name))


def nearest(name: str, known: list[str]) -> str:
    """The known name nearest to one that is not known; empty when none is near."""
    return next(iter(get_close_matches(name, known, n=1)), "")


def _written(path: Path) -> str:
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) and part < 1000 else f".{part}" if text else f"{part}"
    return text
