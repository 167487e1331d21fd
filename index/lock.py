"""One writer at a time: a file lock that says who holds it and gives a waiting process its turn.

The operating system frees the lock when its holder dies; `writer.json` beside it is only a name plate:

    {"program": "report-assistant add", "process": 4711, "since": "2026-11-23T19:02:11+00:00"}
"""

from __future__ import annotations

import errno
import json
import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import filelock

from .errors import LibraryLocked

POLL_SECONDS = 0.05
TURN_SECONDS = 0.2  # how long a holder stands back when somebody was waiting: four polls


class WriterLock:
    """The writer's lock of one library folder. Not reentrant; safe between threads and between processes.

    `with lock.held(wait=30): …` raises LibraryLocked, naming the holder, when `wait` seconds passed in vain.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._plate = directory / "writer.json"
        self._wanted = directory / "writer.wanted"
        self._threads = threading.Lock()  # the file lock counts a second acquire in one process as its own
        self._file = filelock.FileLock(directory / "writer.lock", thread_local=False)

    @contextmanager
    def held(self, wait: float) -> Iterator[None]:
        """Hold the lock for the block. Stands back first for a moment where another process has been waiting."""
        until = time.monotonic() + wait
        if not self._threads.acquire(timeout=max(wait, 0)):
            raise self._locked()
        try:
            self._stand_back()
            self._acquire(until)
            try:
                yield
            finally:
                self._file.release()
        finally:
            self._threads.release()

    def holder(self) -> str:
        """Who holds it (or held it last), for a person: "report-assistant add (process 4711, since 19:02:11 UTC)"."""
        try:
            plate = json.loads(self._plate.read_text("utf-8"))
            return f"{plate['program']} (process {plate['process']}, since {plate['since'][:19].replace('T', ' ')} UTC)"
        except (OSError, ValueError, KeyError, TypeError):
            return "another process"

    def _acquire(self, until: float) -> None:
        while True:
            try:
                self._file.acquire(timeout=0)
                break
            except filelock.Timeout:
                if time.monotonic() >= until:
                    raise self._locked() from None
                self._ask_for_a_turn()
                time.sleep(POLL_SECONDS)
        self._write_plate()

    def _locked(self) -> LibraryLocked:
        return LibraryLocked(directory=self._directory, holder=self.holder())

    def _write_plate(self) -> None:
        program = " ".join([Path(sys.argv[0] or "python").name, *sys.argv[1:2]])
        plate = {"program": program, "process": os.getpid(), "since": datetime.now(UTC).isoformat()}
        try:
            self._plate.write_text(json.dumps(plate), "utf-8")
        except OSError as error:
            if error.errno not in (errno.ENOSPC, errno.EDQUOT):  # a full disk must not keep a removal from making room
                raise

    def _ask_for_a_turn(self) -> None:
        try:
            self._wanted.write_text(str(os.getpid()), "utf-8")
        except OSError as error:
            if error.errno not in (errno.ENOSPC, errno.EDQUOT):
                raise

    def _stand_back(self) -> None:
        """Without this, a process that adds many files would take the lock again before a waiting one polls."""
        try:
            age = time.time() - self._wanted.stat().st_mtime
            if age > 4 * POLL_SECONDS or self._wanted.read_text("utf-8") == str(os.getpid()):
                return
        except OSError:  # nobody ever waited
            return
        time.sleep(TURN_SECONDS)
