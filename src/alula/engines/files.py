"""Files: bytes kept under a key. The adapter here is a folder; every file is whole or not there."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import BinaryIO, Protocol

from alula.engines.health import Health
from alula.kernel.errors import Refusal, not_found, register
from alula.kernel.settings import setting

data_folder = setting(
    "ALULA_DATA", Path("var"), "Where Alula keeps what it writes: database, files, logs.", Path
)
files_setting = setting(
    "ALULA_FILES", "", 'Folder of recordings and uploads; empty: "files" inside ALULA_DATA.'
)

_SEGMENT = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}")
_LONGEST_KEY = 512

register("files", {"key": {"zh": "文件名无效：{key}", "en": "Not a valid file name: {key}"}})


class Files(Protocol):
    """The port. A key is some names joined by "/": letters, digits, "_", "-", "." (not first)."""

    def put(self, key: str, data: bytes | BinaryIO) -> int:
        """Keep `data` under `key`, replacing what was there in one step; the number of bytes.

        Raises:
            Refusal: files.key, for a key that is not one.
        """
        ...

    def open(self, key: str) -> BinaryIO:
        """What is kept under `key`, to be read and closed.

        Raises:
            Refusal: kernel.not_found, when there is nothing; files.key, for a key that is not one.
        """
        ...

    def local(self, key: str) -> AbstractContextManager[Path]:
        """A path at which engines that open files themselves may read what is kept under `key`, inside the block.

        Raises:
            Refusal: kernel.not_found, when there is nothing; files.key, for a key that is not one.
        """
        ...

    def exists(self, key: str) -> bool:
        """Whether there is something under `key`."""
        ...

    def delete(self, key: str) -> bool:
        """Remove it; whether there was something."""
        ...

    def keys(self, prefix: str) -> Iterator[str]:
        """Every key below the names of `prefix`, in order: what a talk or a person left behind."""
        ...

    def health(self) -> Health:
        """Whether a file can be written and read now."""
        ...


class FolderFiles:
    """A folder. Files are written beside and renamed into place: nobody ever sees half of one."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, key: str, data: bytes | BinaryIO) -> int:
        """See `Files.put`."""
        path = self._path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        self._inside(path.parent, key)
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".part-", delete=False) as part:
            try:
                if isinstance(data, bytes):
                    part.write(data)
                else:
                    while piece := data.read(1 << 20):
                        part.write(piece)
                part.flush()
                os.fsync(part.fileno())
                size = part.tell()
                Path(part.name).replace(path)
            except BaseException:
                Path(part.name).unlink(missing_ok=True)
                raise
        return size

    def open(self, key: str) -> BinaryIO:
        """See `Files.open`."""
        path = self._inside(self._path(key), key)
        try:
            return path.open("rb")
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as error:
            raise not_found() from error

    @contextmanager
    def local(self, key: str) -> Iterator[Path]:
        """See `Files.local`."""
        path = self._inside(self._path(key), key)
        if not path.is_file():
            raise not_found()
        yield path

    def exists(self, key: str) -> bool:
        """See `Files.exists`."""
        return self._inside(self._path(key), key).is_file()

    def delete(self, key: str) -> bool:
        """See `Files.delete`. Folders that became empty go too."""
        path = self._inside(self._path(key), key)
        try:
            path.unlink()
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return False
        self._prune(path.parent)
        return True

    def keys(self, prefix: str) -> Iterator[str]:
        """See `Files.keys`."""
        top = self._inside(self._path(prefix), prefix)
        for path in sorted(top.rglob("*")):
            if path.is_file() and not path.name.startswith("."):
                yield path.relative_to(self._root).as_posix()

    def health(self) -> Health:
        """Writes, reads and deletes one small file."""
        key = f"health-{os.getpid()}"
        engine = f"folder {self._root}"
        try:
            self.put(key, b"alula")
            with self.open(key) as kept:
                ok = kept.read() == b"alula"
            self.delete(key)
        except OSError as error:
            return Health(
                "files",
                engine,
                ok=False,
                detail={"zh": f"无法写入：{error}", "en": f"Cannot be written: {error}"},
            )
        return Health("files", engine, ok=ok, detail={"zh": "可读写。", "en": "Can be read and written."})

    def _path(self, key: str) -> Path:
        segments = key.split("/")
        if len(key) > _LONGEST_KEY or not all(_SEGMENT.fullmatch(segment) for segment in segments):
            raise Refusal("files.key", status=422, key=key[:80])
        return self._root.joinpath(*segments)

    def _inside(self, path: Path, key: str) -> Path:
        """A second fence: a link inside the folder must not lead out of it."""
        if not path.resolve().is_relative_to(self._root.resolve()):
            raise Refusal("files.key", status=422, key=key[:80])
        return path

    def _prune(self, folder: Path) -> None:
        while folder != self._root:
            try:
                folder.rmdir()
            except OSError:  # not empty, or just filled by another writer
                return
            folder = folder.parent


def chosen_files() -> Files:
    """The folder that ALULA_FILES names, or "files" inside ALULA_DATA."""
    return FolderFiles(Path(files_setting.value) if files_setting.value else data_folder.value / "files")
