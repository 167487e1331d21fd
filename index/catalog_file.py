"""The catalog's SQLite file: how it is opened, and what its errors mean."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sql
from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DatabaseError

from .errors import LibraryDamaged, LibraryLocked
from .settings import REBUILD_COMMAND

BUSY_SECONDS = 30


def engine_of(path: Path) -> Engine:
    engine = sql.create_engine(sql.URL.create("sqlite", database=str(path)), connect_args={"timeout": BUSY_SECONDS})

    @event.listens_for(engine, "connect")
    def _configure(connection: Any, _: object) -> None:
        cursor = connection.cursor()
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA journal_mode=WAL")  # readers go on while one writes
        cursor.execute("PRAGMA synchronous=FULL")  # a commit outlives a power cut: the copies are compared with it
        cursor.execute("PRAGMA secure_delete=ON")  # removed text is overwritten, not only unlinked
        cursor.close()

    return engine


@contextmanager
def translated(path: Path) -> Iterator[None]:
    try:
        yield
    except DatabaseError as error:
        detail = str(error.orig)
        if "disk is full" in detail or "disk full" in detail:
            raise OSError(errno.ENOSPC, detail, str(path)) from error
        if "locked" in detail:
            raise LibraryLocked(directory=path.parent, holder="another process") from error
        raise damaged(path, detail) from error


def damaged(path: Path, detail: str) -> LibraryDamaged:
    return LibraryDamaged(file=path, detail=detail, command=REBUILD_COMMAND)
