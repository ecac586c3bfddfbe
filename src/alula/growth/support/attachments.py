"""Files that people attach: which are taken, and under which name they are handed out again."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import NamedTuple

from alula.kernel.errors import Refusal, register

register(
    "growth",
    {
        "file_too_big": {
            "zh": "文件超过 {megabytes} MB。",
            "en": "The file is larger than {megabytes} MB.",
        },
        "file_kind": {
            "zh": "可以上传 PDF、Word、Excel、PowerPoint、图片（PNG、JPEG）和纯文本；这个文件不是其中之一。",
            "en": "PDF, Word, Excel, PowerPoint, pictures (PNG, JPEG) and plain text can be attached; this file is none of them.",
        },
        "files_too_many": {
            "zh": "每份需求最多 {most} 个附件。",
            "en": "A request holds {most} attachments at most.",
        },
    },
)

MOST_BYTES = 10 * 1024 * 1024
MOST_FILES = 20
LONGEST_NAME = 120
_ZIP, _TEXT = b"PK\x03\x04", b""
_OFFICE = "application/vnd.openxmlformats-officedocument"
KINDS: dict[str, tuple[str, bytes]] = {
    ".pdf": ("application/pdf", b"%PDF-"),
    ".png": ("image/png", b"\x89PNG\r\n\x1a\n"),
    ".jpg": ("image/jpeg", b"\xff\xd8\xff"),
    ".jpeg": ("image/jpeg", b"\xff\xd8\xff"),
    ".docx": (f"{_OFFICE}.wordprocessingml.document", _ZIP),
    ".xlsx": (f"{_OFFICE}.spreadsheetml.sheet", _ZIP),
    ".pptx": (f"{_OFFICE}.presentationml.presentation", _ZIP),
    ".txt": ("text/plain", _TEXT),
    ".csv": ("text/csv", _TEXT),
}
"""By the end of the name: the type under which the file is handed out, and how such a file begins."""


class Taken(NamedTuple):
    """A file that may be kept."""

    name: str
    type: str
    data: bytes


def take(name: str, size: int, data: bytes) -> Taken:
    """Check a file by its size, its name and how it begins; the name loses every folder and control character.

    Raises:
        Refusal: growth.file_too_big (413), growth.file_kind (422).
    """
    if max(size, len(data)) > MOST_BYTES:
        raise Refusal("growth.file_too_big", status=413, field="file", megabytes=MOST_BYTES // 1024 // 1024)
    plain = safe_name(name)
    end = PurePosixPath(plain).suffix.lower()
    kind = KINDS.get(end)
    if kind is None or not data or not _is(data, kind[1]):
        raise Refusal("growth.file_kind", status=422, field="file", expected=sorted(KINDS))
    return Taken(plain, kind[0], data)


def safe_name(name: str) -> str:
    """The last part of a path in either style, without control characters, of bounded length with its ending kept."""
    plain = re.sub(
        r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]", "", name.replace("\\", "/").rsplit("/", 1)[-1]
    )
    plain = plain.strip(". ") or "file"
    if len(plain) <= LONGEST_NAME:
        return plain
    end = PurePosixPath(plain).suffix[:10]
    return plain[: LONGEST_NAME - len(end)] + end


def _is(data: bytes, beginning: bytes) -> bool:
    if beginning:
        return data.startswith(beginning)
    if b"\x00" in data:
        return False
    for encoding in ("utf-8", "gb18030"):
        try:
            data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return True
    return False
