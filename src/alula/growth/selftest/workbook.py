"""The self-test as an XLSX file: a template in either language, and a strict reading of what comes back.

Each sheet carries the paths of the facts in its first, hidden row or column; labels may be in any language. A cell is a value
as typed: a formula is refused, because its result may be stale or another program's.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from openpyxl import Workbook, load_workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from alula.growth.rulebook.model import Words
from alula.growth.selftest.answering import LONGEST_LIST
from alula.growth.selftest.form import Field, Question
from alula.growth.selftest.questions import questions
from alula.kernel.errors import Refusal, register

MOST_BYTES = 2 * 1024 * 1024
_MOST_UNPACKED = 40 * 1024 * 1024
LIMITS = {"most": MOST_BYTES // 1024 // 1024, "unpacked": _MOST_UNPACKED // 1024 // 1024}
"""In megabytes, as the refusal tells them."""
_MOST_PARTS = 200
_MOST_COLUMNS = 60
_MOST_ROWS = 400
_FIGURES = "figures"
_HEAD_ROWS = 3
_PATH = 1
_VALUE = 3

register(
    "growth",
    {
        "workbook_unreadable": {
            "zh": "这不是可以读取的 XLSX 文件。请下载模板填写后再上传。",
            "en": "This is no readable XLSX file. Fill in the template and send it again.",
        },
        "workbook_large": {
            "zh": "文件太大：最多 {most} MB，展开后最多 {unpacked} MB。",
            "en": "The file is too large: {most} MB at most, {unpacked} MB unpacked.",
        },
        "workbook_other": {
            "zh": "文件里没有模板的工作表。请下载模板填写。",
            "en": "The file has none of the template's sheets. Please fill in the template.",
        },
    },
)


class Cell(NamedTuple):
    """Where a value stood: the sheet as the file calls it, and its address such as `C7`."""

    sheet: str
    address: str


class Bad(NamedTuple):
    """A cell that cannot be taken, and what was expected in it."""

    cell: Cell
    words: Words


class Sheets(NamedTuple):
    """What a file holds: values by path, the cell of each, and the cells that could not be read at all."""

    values: dict[str, Any]
    cells: dict[str, Cell]
    bad: tuple[Bad, ...]


def template(year: int, language: str) -> bytes:
    """An empty workbook for the questions of a year: one sheet for single values, one for each list."""
    zh = language == "zh"
    book = Workbook()
    sheet = book.active
    sheet.title = "资料" if zh else "Facts"
    _head(sheet, [_FIGURES, "项目" if zh else "Item", "填写" if zh else "Value", "说明" if zh else "Help"])
    yes = DataValidation(type="list", formula1='"是,否"' if zh else '"yes,no"', allow_blank=True)
    sheet.add_data_validation(yes)
    row = _HEAD_ROWS
    for question in _asked(year):
        row += 1
        sheet.cell(row, 2, _word(question.words, zh=zh)).font = Font(bold=True)
        sheet.cell(row, 4, _word(question.help, zh=zh))
        for path, words, kind in _lines(question):
            row += 1
            sheet.cell(row, _PATH, path)
            sheet.cell(row, 2, _word(words, zh=zh))
            if kind == "yes_no":
                yes.add(sheet.cell(row, _VALUE))
    for column, width in (("B", 48), ("C", 20), ("D", 80)):
        sheet.column_dimensions[column].width = width
    sheet.column_dimensions["A"].hidden = True
    sheet.freeze_panes = "C4"
    for question in _asked(year):
        if question.list:
            _list_sheet(book, question, zh=zh)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def read(data: bytes, year: int) -> Sheets:
    """The values in a filled-in workbook. Nothing is taken yet and no value is judged.

    Raises:
        Refusal: growth.workbook_large, _unreadable, _other (422).
    """
    _refuse_bombs(data)
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
        tables = [(sheet.title, _rows(sheet)) for sheet in book.worksheets]
    except Exception as error:
        raise Refusal("growth.workbook_unreadable", status=422, field="file") from error
    found, known = _Found(), False
    for title, rows in tables:
        mark = rows[0][0] if rows and rows[0] else None
        part = next((one.list for one in _asked(year) if one.list and one.list.path == mark), None)
        known = known or mark == _FIGURES or part is not None
        if mark == _FIGURES:
            found.figures(title, rows)
        elif part:
            found.items(title, rows, part.path)
    if not known:
        raise Refusal("growth.workbook_other", status=422, field="file")
    return Sheets(found.values, found.cells, tuple(found.bad))


def by_question(sheets: Sheets, year: int) -> Iterator[tuple[Question, dict[str, Any]]]:
    """The questions that the file answers, each with its values. `<list>.none` in the figures says that a list is empty."""
    for question in _asked(year):
        paths = {field.path for field in question.fields}
        values = {path: value for path, value in sheets.values.items() if path in paths}
        if question.list:
            none = sheets.values.get(f"{question.list.path}.none")
            items = sheets.values.get(question.list.path)
            if items:
                values[question.list.path] = items
            elif f"{none}".lower() in {"是", "yes", "true", "有"}:
                values[question.list.path] = []
        if values:
            yield question, values


def cell_of(sheets: Sheets, field: str) -> Cell:
    """The cell behind a field, or behind the nearest thing around it: `rights[2].granted`, then `rights[2]`, then `rights`."""
    while field and field not in sheets.cells:
        field = field.rpartition(".")[0] or field.rpartition("[")[0]
    return sheets.cells.get(field, Cell("", ""))


def _asked(year: int) -> tuple[Question, ...]:
    return tuple(one for one in questions(year) if not one.id.startswith(("digital", "scenes_")))


def _lines(question: Question) -> Iterator[tuple[str, Words, str]]:
    for field in question.fields:
        yield field.path, _with_unit(field), field.kind
    if question.list:
        words = question.list.item
        none = Words(zh=f"没有{words.zh}（填“是”）", en=f"{words.en}: there are none (yes)")
        yield f"{question.list.path}.none", none, "yes_no"


def _with_unit(field: Field) -> Words:
    unit = {"amount": ("（万元）", " (10,000 yuan)"), "percent": ("（%）", " (%)"), "score": ("（分）", " (points)")}  # fmt: skip
    zh, en = unit.get(field.kind, ("", ""))
    if "（" in field.words.zh:
        zh = en = ""
    year = field.path.rpartition(".")[2]
    of = _FIGURE_NAMES.get(field.path.partition(".")[0]) if year.isdigit() else None
    if of and of[0] not in field.words.zh:
        return Words(zh=f"{field.words.zh}{of[0]}{zh}", en=f"{of[1]}, {field.words.en}{en}")
    return Words(zh=f"{field.words.zh}{zh}", en=f"{field.words.en}{en}")


_FIGURE_NAMES = {
    "revenue": ("营业收入", "Revenue"),
    "main_revenue": ("主营业务收入", "Main-business revenue"),
    "rd_expense": ("研发费用", "R&D expense"),
}


def _head(sheet: Any, titles: list[str]) -> None:
    sheet.cell(1, 1, titles[0])
    sheet.row_dimensions[1].hidden = True
    for column, title in enumerate(titles[1:], 2):
        sheet.cell(_HEAD_ROWS, column, title).font = Font(bold=True)


def _list_sheet(book: Workbook, question: Question, *, zh: bool) -> None:
    part = question.list
    assert part is not None
    sheet = book.create_sheet(_word(part.item, zh=zh)[:31])
    sheet.cell(1, 1, part.path)
    sheet.row_dimensions[1].hidden = True
    sheet.row_dimensions[2].hidden = True
    for column, field in enumerate(part.columns, 1):
        letter = get_column_letter(column)
        sheet.cell(2, column, field.path)
        sheet.cell(_HEAD_ROWS, column, _word(field.words, zh=zh)).font = Font(bold=True)
        sheet.column_dimensions[letter].width = 22
        words = [_word(one.words, zh=zh) for one in field.choices] or (
            (["是", "否"] if zh else ["yes", "no"]) if field.kind == "yes_no" else []
        )
        if words and len(",".join(words)) < 250 and not any("," in one for one in words):
            choice = DataValidation(type="list", formula1=f'"{",".join(words)}"', allow_blank=True)
            sheet.add_data_validation(choice)
            choice.add(f"{letter}{_HEAD_ROWS + 1}:{letter}{_HEAD_ROWS + LONGEST_LIST}")
    sheet.freeze_panes = f"A{_HEAD_ROWS + 1}"


def _word(words: Words, *, zh: bool) -> str:
    return words.zh if zh else words.en


def _refuse_bombs(data: bytes) -> None:
    """Look at the packed sizes before anything is unpacked."""
    large = Refusal("growth.workbook_large", status=422, field="file", **LIMITS)
    if len(data) > MOST_BYTES:
        raise large
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            parts = packed.infolist()
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise Refusal("growth.workbook_unreadable", status=422, field="file") from error
    if len(parts) > _MOST_PARTS or sum(one.file_size for one in parts) > _MOST_UNPACKED:
        raise large


def _rows(sheet: Any) -> list[tuple[Any, ...]]:
    """The sheet's first rows and columns, as many as a template could fill, whatever size the file says it has."""
    sheet.reset_dimensions()
    most = LONGEST_LIST + _MOST_ROWS
    return list(sheet.iter_rows(max_row=most, max_col=_MOST_COLUMNS, values_only=True))


class _Found:
    """Collects what the sheets of one file hold."""

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}
        self.cells: dict[str, Cell] = {}
        self.bad: list[Bad] = []

    def figures(self, title: str, rows: list[tuple[Any, ...]]) -> None:
        for number, row in enumerate(rows[_HEAD_ROWS:], _HEAD_ROWS + 1):
            if len(row) >= _VALUE and isinstance(row[0], str) and row[_VALUE - 1] is not None:
                cell = self.cells[row[0]] = Cell(title, f"C{number}")
                if (value := _plain(row[_VALUE - 1], cell, self.bad)) is not None:
                    self.values[row[0]] = value

    def items(self, title: str, rows: list[tuple[Any, ...]], path: str) -> None:
        keys = rows[1] if len(rows) > 1 else ()
        items: list[dict[str, Any]] = []
        for number, row in enumerate(rows[_HEAD_ROWS:], _HEAD_ROWS + 1):
            given = {
                column: value
                for column, value in enumerate(row)
                if value is not None and f"{value}".strip() and column < len(keys) and keys[column]
            }
            if not given:
                continue
            here = f"{path}[{len(items)}]"
            self.cells[here] = Cell(title, f"A{number}")
            item: dict[str, Any] = {}
            for column, value in given.items():
                cell = Cell(title, f"{get_column_letter(column + 1)}{number}")
                self.cells[f"{here}.{keys[column]}"] = cell
                if (plain := _plain(value, cell, self.bad)) is not None:
                    item[f"{keys[column]}"] = plain
            items.append(item)
        if items:
            self.values[path] = items
            self.cells[path] = Cell(title, "A1")


def _plain(value: Any, cell: Cell, bad: list[Bad]) -> Any:
    """A cell's value as an answer has it; formulas and errors of a spreadsheet are no values."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, bool | date):
        return value
    if isinstance(value, int | float | Decimal):
        return f"{Decimal(repr(value)) if isinstance(value, float) else value:f}" if _finite(value) else None
    text = f"{value}".strip()
    if text.startswith("="):
        words = Words(
            zh="这里是公式。请复制后“粘贴为数值”。", en="This is a formula. Please paste it as a value."
        )
        bad.append(Bad(cell, words))
        return None
    if text.startswith("#"):
        bad.append(Bad(cell, Words(zh="这里是表格的错误值。", en="This is an error of the spreadsheet.")))
        return None
    return text or None


def _finite(value: float | Decimal) -> bool:
    return Decimal(value).is_finite()
