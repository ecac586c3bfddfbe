"""Files of statements, read piece by piece: JSON Lines or one JSON array, plain or packed by gzip, of any size."""

from __future__ import annotations

import gzip
import hashlib
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, NamedTuple, cast

from alula.kernel.errors import Refusal, register

LONGEST = 16 * 1024 * 1024
"""Bytes of one statement at most, as in one xAPI request (ALULA_XAPI_BYTES by default)."""

PIECE = 256 * 1024
_SAMPLE = 1024 * 1024
_SPACE = b" \t\r\n"
_BOM = b"\xef\xbb\xbf"
_TOKEN = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"|[{}\[\]"]', re.DOTALL)
"""A whole text, a bracket, or a quote whose text has not ended yet."""

register(
    "moving",
    {
        "empty": {"zh": "文件中没有内容。", "en": "There is nothing in the file."},
        "not_statements": {
            "zh": "文件既不是 JSON Lines，也不是 JSON 数组。",
            "en": "The file is neither JSON Lines nor a JSON array.",
        },
        "damaged": {
            "zh": "压缩文件已损坏或不完整。请重新压缩后再导入。",
            "en": "The packed file is damaged or not complete. Please pack it again and import that.",
        },
        "too_large": {
            "zh": "这一条超过 {bytes} 字节。",
            "en": "This one is longer than {bytes} bytes.",
        },
        "array_broken": {
            "zh": "数组在第 {number} 条附近中断或有误，其后的内容没有读取。",
            "en": "The array breaks off or is wrong near item {number}; what follows was not read.",
        },
    },
)


class Item(NamedTuple):
    """One statement of a file, as it stands there.

    `number` is its line, or its place in the array, from 1. `raw` is empty when it could not be read: `fault` says why
    then. `end` is the place behind it in the unpacked content.
    """

    number: int
    raw: bytes
    end: int
    fault: Refusal | None = None


@dataclass
class Source:
    """A file of statements. `raw` can seek; `size` is its length in bytes, packed as it is."""

    raw: BinaryIO
    size: int

    @classmethod
    def of(cls, raw: BinaryIO) -> Source:
        return cls(raw, raw.seek(0, io.SEEK_END))

    @property
    def position(self) -> int:
        """Bytes of the file read so far, packed as it is: with `size`, the progress."""
        return min(self.raw.tell(), self.size)

    def fingerprint(self) -> str:
        """What tells files apart: a hash of the length, the first and the last megabyte."""
        self.raw.seek(0)
        digest = hashlib.sha256(str(self.size).encode() + self.raw.read(_SAMPLE))
        self.raw.seek(max(0, self.size - _SAMPLE))
        digest.update(self.raw.read(_SAMPLE))
        return digest.hexdigest()

    def items(self, *, after: int = 0, number: int = 0) -> Iterator[Item]:
        """The statements behind the place `after`, the first of which has the number after `number`.

        Raises:
            Refusal: moving.empty, moving.not_statements, moving.damaged (400).
        """
        self.raw.seek(0)
        packed = self.raw.read(2) == b"\x1f\x8b"
        self.raw.seek(0)
        content = cast("BinaryIO", gzip.GzipFile(fileobj=self.raw)) if packed else self.raw
        try:
            kind = _kind(content)
            content.seek(max(after, kind.begins))
            read = _array if kind.array else _lines
            yield from read(content, content.tell(), number)
        except (OSError, EOFError, ValueError) as error:
            if not packed:
                raise
            raise Refusal("moving.damaged") from error


class _Kind(NamedTuple):
    array: bool
    begins: int


def _kind(content: BinaryIO) -> _Kind:
    """Whether it is an array, and where the first line or item begins.

    Raises:
        Refusal: moving.empty, moving.not_statements.
    """
    head, begins = content.read(PIECE), 0
    if head.startswith(_BOM):
        begins = len(_BOM)
    while head and not head[begins:].strip(_SPACE):
        begins, head = len(head), head + (more := content.read(PIECE))
        if not more or len(head) > LONGEST:
            raise Refusal("moving.empty")
    if not head:
        raise Refusal("moving.empty")
    first = head[begins:].lstrip(_SPACE)[:1]
    if first not in (b"[", b"{"):
        raise Refusal("moving.not_statements")
    at = head.index(first, begins)
    return _Kind(array=True, begins=at + 1) if first == b"[" else _Kind(array=False, begins=begins)


def _lines(content: BinaryIO, at: int, number: int) -> Iterator[Item]:
    while line := content.readline(LONGEST + 1):
        number, at = number + 1, at + len(line)
        if len(line) > LONGEST:
            while line and not line.endswith(b"\n"):
                line = content.readline(PIECE)
                at += len(line)
            yield Item(number, b"", at, Refusal("moving.too_large", bytes=LONGEST))
        elif stripped := line.strip(_SPACE):
            yield Item(number, stripped, at)


def _array(content: BinaryIO, at: int, number: int) -> Iterator[Item]:
    buffer, wanted = b"", PIECE
    while True:
        start, state = _next(buffer)
        if state == "end":
            return
        end = _end(buffer, start) if state == "item" else 0
        if end:
            number += 1
            yield Item(number, buffer[start:end], at + end)
            buffer, at, wanted = buffer[end:], at + end, PIECE
            continue
        piece = content.read(wanted) if state != "wrong" and len(buffer) <= LONGEST else b""
        if not piece:
            yield Item(number + 1, b"", at, Refusal("moving.array_broken", number=number + 1))
            return
        buffer, wanted = buffer + piece, wanted * 2


def _next(buffer: bytes) -> tuple[int, str]:
    """Where the next item begins: "item", or "end" of the array, "more" to be read, or something "wrong"."""
    at, comma = 0, False
    while at < len(buffer) and (buffer[at] in _SPACE or (buffer[at] == ord(",") and not comma)):
        comma = comma or buffer[at] == ord(",")
        at += 1
    if at == len(buffer):
        return at, "more"
    return at, {ord("]"): "end", ord("{"): "item"}.get(buffer[at], "wrong")


def _end(buffer: bytes, start: int) -> int:
    """Where the object that begins at `start` ends; 0 when that lies beyond the buffer."""
    depth = 0
    for token in _TOKEN.finditer(buffer, start):
        sign = buffer[token.start()]
        if sign == ord('"'):
            if token.end() - token.start() == 1:
                return 0
        elif sign in b"{[":
            depth += 1
        else:
            depth -= 1
            if not depth:
                return token.end()
    return 0
