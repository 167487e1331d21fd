"""Writing to the disk: room is asked for before, and what the operating system says comes back in the library's words."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .errors import LibraryDamaged, StorageFull
from .settings import REBUILD_COMMAND

ROOM_BYTES = 48_000_000  # what must be free before a write begins: a group of files and what the copies need to settle


def need_room(directory: Path, file: str, room: int) -> None:
    """Raises StorageFull before a write begins: on a really full disk Chroma's own writes never come back."""
    if shutil.disk_usage(directory).free < ROOM_BYTES + room:
        raise StorageFull(directory=directory, file=file)


@contextmanager
def storing(directory: Path, file: str = "") -> Iterator[None]:
    """What the operating system says of the library's own files, in the library's words."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StorageFull(directory=directory, file=file or directory) from error
        raise LibraryDamaged(file=error.filename or directory, detail=error.strerror or error, command=REBUILD_COMMAND) from error
