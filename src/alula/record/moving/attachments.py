"""The bytes of attachments beside a file of statements: a tar whose members are named by their hash."""

from __future__ import annotations

import hashlib
import shutil
import tarfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID

from alula.engines.files import chosen_files
from alula.record.xapi.storing import attachment_key

BLOCK = tarfile.BLOCKSIZE
_HASHES = {56: "sha224", 64: "sha256", 96: "sha384", 128: "sha512"}


def beside(file: Path) -> Path:
    """The tar of a file of statements."""
    return file.with_name(f"{file.name}.attachments.tar")


def named_in(statement: Mapping[str, Any]) -> Iterator[tuple[str, bool]]:
    """The hash of each attachment of a statement, and whether it can be had from elsewhere (fileUrl)."""
    for one in (*statement.get("attachments", ()), *statement["object"].get("attachments", ())):
        yield one["sha2"].lower(), "fileUrl" in one


def add(tar: BinaryIO, tenant_id: UUID, sha2: str) -> bool:
    """Write an attachment of a tenant behind what the tar holds; False when its bytes are not kept here."""
    files = chosen_files()
    key = attachment_key(tenant_id, sha2)
    if not files.exists(key):
        return False
    with files.open(key) as content:
        member = tarfile.TarInfo(sha2)
        member.size = content.seek(0, 2)
        content.seek(0)
        tar.write(member.tobuf())
        shutil.copyfileobj(content, tar)
    tar.write(b"\0" * (-member.size % BLOCK))
    return True


def close(tar: BinaryIO) -> None:
    """Write what ends a tar."""
    tar.write(b"\0" * BLOCK * 2)


class Attachments:
    """What lies beside a file that is imported, to be kept when a statement names it; nothing when there is no tar."""

    def __init__(self, tar: Path | None) -> None:
        self._tar = tar if tar is not None and tar.is_file() else None
        self._members: dict[str, tarfile.TarInfo] = {}
        if self._tar is not None:
            with tarfile.open(self._tar) as opened:
                self._members = {one.name.lower(): one for one in opened if one.isreg()}

    def keep(self, tenant_id: UUID, sha2: str) -> bool:
        """Keep the bytes for the tenant; False when they are neither there already nor here, or are not what they say."""
        files = chosen_files()
        key = attachment_key(tenant_id, sha2)
        if files.exists(key):
            return True
        member = self._members.get(sha2)
        if member is None or self._tar is None or len(sha2) not in _HASHES:
            return False
        with tarfile.open(self._tar) as opened:
            content = opened.extractfile(member)
            assert content is not None
            digest = hashlib.new(_HASHES[len(sha2)])
            while piece := content.read(1 << 20):
                digest.update(piece)
            if digest.hexdigest() != sha2:
                return False
            content.seek(0)
            files.put(key, content)  # type: ignore[arg-type]  # IO[bytes] is what put reads
        return True

    def peek(self, tenant_id: UUID, sha2: str) -> bytes | None:
        """The bytes, from what is kept for the tenant or from the tar; None when they are nowhere."""
        files = chosen_files()
        key = attachment_key(tenant_id, sha2)
        if files.exists(key):
            with files.open(key) as kept:
                return kept.read()
        member = self._members.get(sha2)
        if member is None or self._tar is None:
            return None
        with tarfile.open(self._tar) as opened:
            content = opened.extractfile(member)
            return None if content is None else content.read()
