"""The files that reports were read from, kept as they were: a citation opens its page when the upload or the folder is long gone.

    <library>/files/5f3a…e1     one file a content, named by the SHA-256 of its bytes; no name from outside reaches a path

Written before the catalog names them, removed after it does not: a crash leaves at most a file that the next change sweeps.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Collection
from pathlib import Path

FOLDER = "files"
_HASH = re.compile(r"[0-9a-f]{64}")
_NEW = ".new"


class Originals:
    """The folder of kept files. The caller holds the writer's lock to write."""

    def __init__(self, directory: Path) -> None:
        self._folder = directory / FOLDER

    def path(self, content_hash: str) -> Path | None:
        """The kept file with this content; None where there is none."""
        path = self._folder / content_hash
        return path if _HASH.fullmatch(content_hash) and path.is_file() else None

    def keep(self, content_hash: str, data: bytes) -> None:
        """Keep a file's bytes; `content_hash` is their SHA-256 in hex. Whole or not at all, also through a power cut."""
        if not _HASH.fullmatch(content_hash):
            raise ValueError(f"{content_hash!r} is no SHA-256 in hex")
        if self.path(content_hash) is not None:
            return
        self._folder.mkdir(exist_ok=True)
        new = self._folder / (content_hash + _NEW)
        try:
            with new.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            new.replace(self._folder / content_hash)
        except BaseException:
            new.unlink(missing_ok=True)
            raise

    def sweep(self, used: Collection[str]) -> None:
        """Remove what no report was read from any more, and what a crash left half written."""
        if self._folder.is_dir():
            for path in self._folder.iterdir():
                if path.name not in used and _HASH.fullmatch(path.name.removesuffix(_NEW)):
                    path.unlink(missing_ok=True)


def same_content(path: Path, content_hash: str) -> bool:
    """Whether a file outside the library still holds these bytes."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == content_hash
    except OSError:
        return False
