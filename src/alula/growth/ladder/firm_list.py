"""A list of firms, as XLSX or CSV, read and checked as far as the file alone can tell. Each bad row is named."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zipfile import BadZipFile

import msgspec
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from alula.growth.engine.size import find_industry
from alula.growth.facts import Title
from alula.growth.ladder.divisions import code_of
from alula.growth.ladder.tiers import NAMES
from alula.growth.rulebook.load import size_rule
from alula.kernel.errors import Refusal, register
from alula.kernel.texts import Texts

MOST_BYTES = 10 * 1024 * 1024
MOST_ROWS = 20_000
COLUMNS: dict[str, tuple[str, ...]] = {
    "name": ("name", "企业名称", "名称"),
    "credit_code": ("credit code", "统一社会信用代码", "信用代码"),
    "place": ("place", "所在地", "行政区划"),
    "industry": ("industry", "行业"),
    "titles": ("titles", "称号", "资质称号"),
    "contact": ("contact", "联系人"),
    "phone": ("phone", "联系电话", "电话"),
}
NEEDED = ("name", "credit_code")
CREDIT_CODE = re.compile(r"[0-9A-HJ-NP-RTUW-Y]{18}")
"""GB 32100-2015: digits and capital letters without I, O, S, V, Z."""
_TITLE = re.compile(
    r"(?P<name>.+?)\s*(?P<since>\d{4}-\d\d-\d\d)?\s*(?:[~～至]\s*(?P<until>\d{4}-\d\d-\d\d))?"
)
_KINDS = {
    word.casefold(): kind
    for kind, texts in NAMES.items()
    for word in (kind, *texts.values(), texts["zh"].removesuffix("中小企业"))
} | {"小巨人": "giant", "“小巨人”": "giant"}

EXPECTED: dict[str, Texts] = {
    "name": {"zh": "1 至 200 个字的企业名称", "en": "a name of 1 to 200 characters"},
    "credit_code": {
        "zh": "18 位数字和大写字母（不含 I、O、S、V、Z）",
        "en": "18 digits and capital letters, without I, O, S, V, Z",
    },
    "repeated": {"zh": "同一代码只出现一次", "en": "each code once"},
    "place": {
        "zh": "2、4 或 6 位行政区划代码，或省份名称",
        "en": "an administrative code of 2, 4 or 6 digits, or a province",
    },
    "industry": {"zh": "划型标准中的行业，例如“工业”", "en": "an industry of the size classes, such as 工业"},
    "titles": {
        "zh": "例如“专精特新 2024-09-01~2027-08-31”，多个用分号隔开",
        "en": "for example “provincial 2024-09-01~2027-08-31”, several separated by semicolons",
    },
    "contact": {"zh": "最多 60 个字", "en": "at most 60 characters"},
    "phone": {"zh": "最多 40 个字", "en": "at most 40 characters"},
}


class Row(msgspec.Struct, frozen=True):
    """One firm of the list."""

    line: int
    name: str
    credit_code: str
    place: str = ""
    industry: str = ""
    titles: tuple[Title, ...] = ()
    contact: str = ""
    phone: str = ""


class Bad(msgspec.Struct, frozen=True):
    """A row that cannot be taken: where, what stands there, and which of EXPECTED should."""

    line: int
    column: str
    text: str
    expected: str


@dataclass
class FirmList:
    """What a file holds."""

    good: list[Row] = field(default_factory=list)
    bad: list[Bad] = field(default_factory=list)

    @property
    def count(self) -> int:
        return len(self.good) + len(self.bad)


def read(name: str, size: int, content: Callable[[], bytes]) -> FirmList:
    """The firms of a file of `size` bytes; `name` says by its end whether it is XLSX or CSV (UTF-8 or GB 18030).

    Raises:
        Refusal: growth.list_too_big (413), growth.list_unreadable, growth.list_too_long, growth.list_column (422).
    """
    if size > MOST_BYTES:
        raise Refusal("growth.list_too_big", status=413, field="file", megabytes=MOST_BYTES // 1024 // 1024)
    lines = _xlsx(content()) if name.lower().endswith(".xlsx") else _csv(content())
    found = FirmList()
    seen: set[str] = set()
    places: dict[str, int] = {}
    for number, cells in enumerate(lines, start=1):
        if not any(cells):
            continue
        if not places:
            places = _places(cells)
            continue
        if found.count == MOST_ROWS:
            raise Refusal("growth.list_too_long", status=422, field="file", rows=MOST_ROWS)
        one = _row(
            number,
            {column: cells[at] if at < len(cells) else "" for column, at in places.items()},
            seen,
        )
        if isinstance(one, Row):
            found.good.append(one)
        else:
            found.bad.append(one)
    if not places:
        _places([])
    return found


def _xlsx(content: bytes) -> Iterator[list[str]]:
    try:
        sheet = load_workbook(io.BytesIO(content), read_only=True, data_only=True).active
        rows: Iterable[tuple[Any, ...]] = sheet.iter_rows(values_only=True) if sheet is not None else ()
        for row in rows:
            yield [_text(cell) for cell in row]
    except (BadZipFile, InvalidFileException, KeyError, ValueError, OSError) as error:
        raise Refusal("growth.list_unreadable", status=422, field="file") from error


def _text(cell: Any) -> str:
    """A cell as one would have typed it: a day without its midnight, a whole number without a point."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def _csv(content: bytes) -> Iterator[list[str]]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise Refusal("growth.list_unreadable", status=422, field="file")
    try:
        for row in csv.reader(io.StringIO(text, newline=""), strict=True):
            yield [cell.strip().removeprefix("'") for cell in row]
    except csv.Error as error:
        raise Refusal("growth.list_unreadable", status=422, field="file") from error


def _places(heading: list[str]) -> dict[str, int]:
    words = [cell.strip().casefold() for cell in heading]
    places = {
        column: words.index(word)
        for column, names in COLUMNS.items()
        for word in reversed(names)
        if word in words
    }
    for column in NEEDED:
        if column not in places:
            raise Refusal(
                "growth.list_column",
                status=422,
                field="file",
                expected=list(COLUMNS[column]),
                column=COLUMNS[column][1],
            )
    return places


def _row(line: int, cells: dict[str, str], seen: set[str]) -> Row | Bad:
    """The row, or the first thing that is wrong with it."""
    name = " ".join(cells["name"].split())
    code = cells["credit_code"].replace(" ", "").upper()
    place, industry = cells.get("place", ""), cells.get("industry", "")
    titles = titles_in(cells.get("titles", ""))
    contact, phone = cells.get("contact", ""), cells.get("phone", "")
    wrong = next(
        (
            (column, text, expected)
            for column, text, expected, right in (
                ("name", name, "name", 0 < len(name) <= 200 and not name.startswith(("=", "+", "-", "@"))),
                ("credit_code", code, "credit_code", bool(CREDIT_CODE.fullmatch(code))),
                ("credit_code", code, "repeated", code not in seen),
                ("place", place, "place", not place or code_of(place) is not None),
                (
                    "industry",
                    industry,
                    "industry",
                    not industry or bool(find_industry(size_rule(), industry)),
                ),
                ("titles", cells.get("titles", ""), "titles", titles is not None),
                ("contact", contact, "contact", len(contact) <= 60),
                ("phone", phone, "phone", len(phone) <= 40),
            )
            if not right
        ),
        None,
    )
    if wrong is not None or titles is None:
        assert wrong is not None
        return Bad(line, wrong[0], wrong[1][:80], wrong[2])
    seen.add(code)
    return Row(line, name, code, code_of(place) or "", industry, titles, contact, phone)


def titles_in(cell: str) -> tuple[Title, ...] | None:
    """The titles that a cell names with their days; None when one of them is no title of the ladder."""
    found = []
    for part in re.split(r"[;；]", cell):
        if not part.strip():
            continue
        match = _TITLE.fullmatch(part.strip())
        kind = _KINDS.get(match["name"].strip().casefold()) if match else None
        if match is None or kind is None:
            return None
        try:
            since, until = (date.fromisoformat(day) if day else None for day in match.group("since", "until"))
        except ValueError:
            return None
        if since and until and until < since:
            return None
        found.append(Title(kind=kind, since=since, until=until))  # type: ignore[arg-type]  # NAMES are kinds
    return tuple(found)


register(
    "growth",
    {
        "list_too_big": {
            "zh": "文件不能超过 {megabytes} MB。",
            "en": "The file can have at most {megabytes} MB.",
        },
        "list_too_long": {"zh": "文件不能超过 {rows} 行。", "en": "The file can have at most {rows} rows."},
        "list_unreadable": {
            "zh": "无法读取文件。请另存为 XLSX，或“CSV UTF-8”。",
            "en": "The file cannot be read. Please save it as XLSX or “CSV UTF-8”.",
        },
        "list_column": {"zh": "文件缺少“{column}”列。", "en": "The file lacks the column “{column}”."},
    },
)
