"""A list as CSV, line by line, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""Beginnings that make a spreadsheet compute a cell (OWASP, CSV injection)."""


def lines(heading: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """The file; it begins with the mark by which Excel knows UTF-8."""
    out = io.StringIO()
    writer = csv.writer(out)
    mark = "\ufeff"
    for row in chain([heading], rows):
        writer.writerow([safe(cell) for cell in row])
        yield mark + out.getvalue()
        mark = ""
        out.seek(0)
        out.truncate()


def safe(cell: object) -> str:
    """The cell as text, with an apostrophe before it when a spreadsheet would take it for a formula."""
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.startswith(FORMULA) else text
