"""What a file is by its content: a name or a browser's word for it may say anything."""

from __future__ import annotations

import io
import zipfile
from typing import Final

_STARTS: Final = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
)
_PACKED: Final = (
    ("word/document.xml", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ("xl/workbook.xml", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ("OFD.xml", "application/ofd"),
)
ENDINGS: Final = {
    "application/pdf": ".pdf",
    "image/png": ".png",
    "image/jpeg": ".jpg",
    _PACKED[0][1]: ".docx",
    _PACKED[1][1]: ".xlsx",
    _PACKED[2][1]: ".ofd",
}
"""The kinds that are taken as evidence, with the ending under which they are handed out."""


def media_type_of(data: bytes) -> str | None:
    """The media type of a PDF, picture, Word or Excel file or OFD; None for everything else."""
    for start, kind in _STARTS:
        if data.startswith(start):
            return kind
    if data.startswith(b"PK\x03\x04"):
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as packed:
                names = set(packed.namelist())
        except (zipfile.BadZipFile, ValueError, OSError):
            return None
        return next((kind for name, kind in _PACKED if name in names), None)
    return None
