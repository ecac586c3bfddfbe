"""A list of experts as XLSX or CSV, read and checked row by row.

Columns, by their names in either language and in any order: name 姓名 (needed), form 类型, organisation 单位, services 服务类型,
expertise 专长, industries 行业, place 行政区划代码, capacity 名额, phone 电话, email 邮箱, about 简介. Several values in a
cell are separated by a comma, semicolon or 、.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from openpyxl import load_workbook

from alula.growth.support.kinds import EXPERTISE, KINDS, industry_id
from alula.kernel.errors import Refusal, register
from alula.kernel.texts import Texts

register(
    "growth",
    {
        "list_too_big": {"zh": "文件超过 {megabytes} MB。", "en": "The file is larger than {megabytes} MB."},
        "list_too_long": {
            "zh": "一次最多导入 {rows} 行。",
            "en": "At most {rows} rows can be taken at once.",
        },
        "list_unreadable": {
            "zh": "读不出这个文件；请另存为 XLSX 或 CSV（UTF-8）后再试。",
            "en": "This file cannot be read. Save it as XLSX or CSV (UTF-8) and try again.",
        },
        "list_heading": {
            "zh": "第一行里没有“姓名”这一列。",
            "en": "The first row has no column “name”.",
        },
        "row_name": {"zh": "没有姓名。", "en": "There is no name."},
        "row_word": {"zh": "不认识“{word}”。", "en": "“{word}” is not known."},
        "row_twice": {"zh": "与第 {line} 行是同一位。", "en": "It is the one of line {line} again."},
        "row_number": {"zh": "名额应为 1 到 99 的整数。", "en": "Capacity is a whole number from 1 to 99."},
        "row_place": {
            "zh": "行政区划代码为 2、4 或 6 位数字。",
            "en": "A place is a code of 2, 4 or 6 digits.",
        },
        "row_long": {"zh": "超过 {most} 个字。", "en": "Longer than {most} characters."},
    },
)

MOST_BYTES = 5 * 1024 * 1024
MOST_UNPACKED = 100 * 1024 * 1024
MOST_ROWS = 5000
FORMS = {
    "person": ("person", "expert", "专家", "个人"),
    "institution": ("institution", "机构", "单位", "高校"),
}
COLUMNS = {
    "name": ("name", "姓名", "名称"),
    "form": ("form", "类型"),
    "organisation": ("organisation", "organization", "单位"),
    "kinds": ("services", "服务类型"),
    "expertise": ("expertise", "专长"),
    "industries": ("industries", "行业"),
    "place": ("place", "行政区划代码", "地区代码"),
    "capacity": ("capacity", "名额"),
    "phone": ("phone", "电话"),
    "email": ("email", "邮箱"),
    "about": ("about", "简介"),
}
LONGEST = {"name": 200, "organisation": 200, "phone": 40, "email": 120, "about": 2000}
_SEPARATORS = re.compile(r"[,;，；、/|]+")


class Row(NamedTuple):
    """One expert of the list."""

    line: int
    name: str
    form: str
    organisation: str
    kinds: tuple[str, ...]
    expertise: tuple[str, ...]
    industries: tuple[str, ...]
    place: str
    capacity: int
    phone: str
    email: str
    about: str

    def values(self) -> dict[str, object]:
        """What is kept of it."""
        return {name: value for name, value in self._asdict().items() if name != "line"}


@dataclass(frozen=True)
class Bad:
    """A row that cannot be taken: the line of the file, the column, and why."""

    line: int
    column: str
    refusal: Refusal


@dataclass
class Rows:
    """What a list holds."""

    good: list[Row] = field(default_factory=list)
    bad: list[Bad] = field(default_factory=list)


def read(data: bytes) -> Rows:
    """The rows of a file, XLSX by how it begins and CSV otherwise.

    Raises:
        Refusal: growth.list_too_big (413), growth.list_unreadable, growth.list_heading, growth.list_too_long (422).
    """
    if len(data) > MOST_BYTES:
        raise Refusal("growth.list_too_big", status=413, field="file", megabytes=MOST_BYTES // 1024 // 1024)
    lines = _of_workbook(data) if data.startswith(b"PK") else _of_text(data)
    rows, seen = Rows(), dict[tuple[str, str], int]()
    places: dict[str, int] | None = None
    for number, cells in lines:
        if not any(cells):
            continue
        if places is None:
            places = _places(cells)
            continue
        if len(rows.good) + len(rows.bad) == MOST_ROWS:
            raise Refusal("growth.list_too_long", status=422, field="file", rows=MOST_ROWS)
        _take(rows, seen, number, {c: cells[at] if at < len(cells) else "" for c, at in places.items()})
    if places is None:
        raise Refusal("growth.list_heading", status=422, field="file")
    return rows


def _of_workbook(data: bytes) -> Iterator[tuple[int, list[str]]]:
    """The lines of the first sheet. A package that unpacks to far more than it is, is refused before it is read."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            unpacked = sum(one.file_size for one in package.infolist())
        if unpacked <= MOST_UNPACKED:
            book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
            for number, row in enumerate(book.worksheets[0].iter_rows(values_only=True), 1):
                yield number, [_cell(value) for value in row]
            return
    except Exception as error:  # openpyxl raises whatever its parsers do
        raise Refusal("growth.list_unreadable", status=422, field="file") from error
    raise Refusal("growth.list_unreadable", status=422, field="file")


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _of_text(data: bytes) -> Iterator[tuple[int, list[str]]]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        break
    else:
        raise Refusal("growth.list_unreadable", status=422, field="file")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        for cells in reader:
            yield reader.line_num, [cell.strip() for cell in cells]
    except csv.Error as error:
        raise Refusal("growth.list_unreadable", status=422, field="file") from error


def _places(heading: list[str]) -> dict[str, int]:
    words = [cell.casefold() for cell in heading]
    places = {
        column: words.index(word) for column, names in COLUMNS.items() for word in names if word in words
    }
    if "name" not in places:
        raise Refusal(
            "growth.list_heading",
            status=422,
            field="file",
            expected=[names[-1] for names in COLUMNS.values()],
        )
    return places


def _take(rows: Rows, seen: dict[tuple[str, str], int], line: int, cells: Mapping[str, str]) -> None:
    try:
        row = _row(line, cells)
        _require_once(row, seen)
    except Refusal as refusal:
        rows.bad.append(Bad(line, refusal.field or "", refusal))
    else:
        seen[row.name, row.organisation] = line
        rows.good.append(row)


def _require_once(row: Row, seen: Mapping[tuple[str, str], int]) -> None:
    before = seen.get((row.name, row.organisation))
    if before is not None:
        raise Refusal("growth.row_twice", field="name", line=before)


def _row(line: int, cells: Mapping[str, str]) -> Row:
    texts = {name: cells.get(name, "") for name in LONGEST}
    for name, most in LONGEST.items():
        if len(texts[name]) > most:
            raise Refusal("growth.row_long", field=name, most=most)
    if not texts["name"]:
        raise Refusal("growth.row_name", field="name")
    place = cells.get("place", "")
    if not re.fullmatch(r"(\d{2}|\d{4}|\d{6})?", place, re.ASCII):
        raise Refusal("growth.row_place", field="place")
    capacity = cells.get("capacity", "") or "3"
    if not re.fullmatch(r"[1-9]\d?", capacity, re.ASCII):
        raise Refusal("growth.row_number", field="capacity")
    return Row(
        line=line,
        form=_form(cells.get("form", "")),
        kinds=_words("kinds", cells, {kind.value: words for kind, words in KINDS.items()}),
        expertise=_words("expertise", cells, {one.value: words for one, words in EXPERTISE.items()}),
        industries=_industries(cells.get("industries", "")),
        place=place,
        capacity=int(capacity),
        **texts,
    )


def _form(cell: str) -> str:
    for form, names in FORMS.items():
        if cell.casefold() in names:
            return form
    if cell:
        raise Refusal("growth.row_word", field="form", word=cell)
    return "person"


def _parts(cell: str) -> list[str]:
    return [part.strip() for part in _SEPARATORS.split(cell) if part.strip()]


def _words(column: str, cells: Mapping[str, str], known: Mapping[str, Texts]) -> tuple[str, ...]:
    by_name = {word.casefold(): id_ for id_, texts in known.items() for word in (id_, *texts.values())}
    found = []
    for part in _parts(cells.get(column, "")):
        if part.casefold() not in by_name:
            raise Refusal("growth.row_word", field=column, word=part)
        found.append(by_name[part.casefold()])
    return tuple(dict.fromkeys(found))


def _industries(cell: str) -> tuple[str, ...]:
    """A cell may hold one industry whose own name has commas in it, or several."""
    parts: Iterable[str] = [cell] if industry_id(cell) else _parts(cell)
    for part in parts:
        if not industry_id(part):
            raise Refusal("growth.row_word", field="industries", word=part)
    return tuple(dict.fromkeys(industry_id(part) for part in parts))
