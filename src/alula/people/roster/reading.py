"""A CSV file of people, read and checked as far as the file alone can tell."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from alula.kernel.actor import Role
from alula.kernel.errors import Refusal
from alula.people.roles import read_roles

MOST_BYTES = 5 * 1024 * 1024
MOST_ROWS = 50_000
COLUMNS = {
    "name": ("name", "姓名"),
    "email": ("email", "e-mail", "邮箱", "电子邮箱"),
    "unit": ("unit", "unit path", "部门", "部门路径"),
    "role": ("role", "roles", "角色"),
    "number": ("number", "employee number", "工号"),
}
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""Beginnings that make a spreadsheet compute a cell (OWASP, CSV injection)."""


@dataclass(frozen=True)
class Row:
    """One person of the file."""

    line: int
    name: str
    email: str
    unit: tuple[str, ...]
    roles: tuple[Role, ...]
    number: str


@dataclass(frozen=True)
class Bad:
    """A row that cannot be taken: where, and why (a refusal's code and values)."""

    line: int
    column: str
    refusal: Refusal


@dataclass
class Rows:
    """What a file holds."""

    good: list[Row] = field(default_factory=list)
    bad: list[Bad] = field(default_factory=list)

    @property
    def count(self) -> int:
        return len(self.good) + len(self.bad)


def read(size: int, content: Callable[[], bytes]) -> Rows:
    """The rows of a file of `size` bytes.

    Raises:
        Refusal: people.file_too_big, people.file_too_long, people.file_unreadable or people.column_missing.
    """
    if size > MOST_BYTES:
        raise Refusal("people.file_too_big", status=413, field="file", megabytes=MOST_BYTES // 1024 // 1024)
    lines = csv.reader(io.StringIO(_decoded(content()), newline=""), strict=True)
    rows = Rows()
    seen: dict[str, set[str]] = {"email": set(), "number": set()}
    try:
        places = _places(next(lines, []))
        for cells in lines:
            if not any(cell.strip() for cell in cells):
                continue
            if rows.count == MOST_ROWS:
                raise Refusal("people.file_too_long", status=422, field="file", rows=MOST_ROWS)
            taken = {column: _cell(cells, place) for column, place in places.items()}
            one = _row(lines.line_num, taken, seen)
            if isinstance(one, Row):
                rows.good.append(one)
            else:
                rows.bad.append(one)
    except csv.Error as error:
        expected = {"zh": "格式正确的 CSV 文件。", "en": "A well-formed CSV file."}
        raise Refusal("people.file_unreadable", status=422, field="file", expected=expected) from error
    return rows


def _decoded(content: bytes) -> str:
    """The text: UTF-8, or GB 18030, in which a Chinese Excel saves CSV."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refusal("people.file_unreadable", status=422, field="file", expected="UTF-8, GB 18030")


def _places(heading: list[str]) -> dict[str, int]:
    """In which place each column stands."""
    words = [cell.strip().casefold() for cell in heading]
    places = {
        column: words.index(word)
        for column, names in COLUMNS.items()
        for word in reversed(names)
        if word in words
    }
    for column in ("name", "email"):
        if column not in places:
            raise Refusal(
                "people.column_missing",
                status=422,
                field="file",
                expected=list(COLUMNS[column]),
                column=column,
            )
    return places


def _cell(cells: list[str], place: int) -> str:
    """The text of a cell, without the apostrophe that an export puts before what looks like a formula."""
    text = cells[place].strip() if place < len(cells) else ""
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA) else text


def _row(line: int, taken: dict[str, str], seen: dict[str, set[str]]) -> Row | Bad:
    """The row, or what is wrong with it first."""
    name, email = " ".join(taken["name"].split()), taken["email"].lower()
    number, unit = taken.get("number", ""), taken.get("unit", "")
    roles = read_roles(taken.get("role", ""))
    wrong = _wrong_text("name", name, longest=200, needed=True) or _wrong_text("number", number, longest=64)
    if wrong is None and not _is_email(email):
        wrong = ("email", Refusal("people.email_invalid", email=email[:100]))
    if wrong is None and email in seen["email"]:
        wrong = ("email", Refusal("people.row_repeated", text=email))
    if wrong is None and number and number in seen["number"]:
        wrong = ("number", Refusal("people.row_repeated", text=number))
    if wrong is None and roles is None:
        wrong = ("role", Refusal("people.role_unknown", role=taken.get("role", "")[:100]))
    if wrong is not None or roles is None:
        assert wrong is not None
        return Bad(line, *wrong)
    seen["email"].add(email)
    seen["number"].add(number)
    names = tuple(part.strip() for part in unit.split("/") if part.strip())
    return Row(line, name, email, names, tuple(dict.fromkeys(roles)), number)


def _wrong_text(column: str, text: str, *, longest: int, needed: bool = False) -> tuple[str, Refusal] | None:
    if needed and not text:
        return column, Refusal("people.name_missing")
    if len(text) > longest:
        return column, Refusal("people.name_too_long", longest=longest)
    if text.startswith(FORMULA) or any(ord(char) < 32 for char in text):
        return column, Refusal("people.looks_like_formula", text=text[:40])
    return None


def _is_email(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True
