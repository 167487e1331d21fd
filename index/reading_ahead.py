"""Several files read at a time, each in a process of its own, while whoever takes them works on those before.

    with Readers() as readers:
        for handed, outcome in readers.read_each(files, tell):    # in the order given
            …                                                     # outcome: Document, or the ReadError of this file

One file alone is shared by the cores where it can be (read/ahead.py); of several, each has a core, for what is shared has to be
handed over. One reader keeps to the order, for somebody waits; the other takes the largest file there is, so that no long one is
left to the end (Graham, 1969). Where one has nothing left to read, it helps the other with what is left of its file. What is read
ahead waits in memory, so it is bounded by number and by size.
"""

from __future__ import annotations

import os
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain, count, islice
from pathlib import Path
from queue import SimpleQueue
from types import TracebackType

from .errors import ReportsError
from .read import Document
from .reading import Reader

AT_ONCE = 2  # files read at a time
MOST_UNDER_WAY = 4  # files begun and not taken yet: while one takes long, the other reader goes on
BYTES_UNDER_WAY = 20_000_000  # of those files together, from which on no other is begun: two large ones never meet


@dataclass(frozen=True, slots=True)
class Handed:
    """A file's bytes to be read. `number`: whoever hands it over knows it by that; the others as for Reader.read."""

    number: int
    data: bytes
    name: str
    limit: int
    content: str = ""
    folder: Path | None = None


Tell = Callable[[Handed, int, int], None]
_Told = SimpleQueue[tuple[int, int] | None]  # pages read and pages in all; None once there is an outcome


@dataclass(frozen=True, slots=True, eq=False)
class _UnderWay:
    place: int  # among all files
    file: Handed
    read: Future[Document | ReportsError]
    told: _Told

    def outcome(self, tell: Tell | None) -> Document | ReportsError:
        """Waits for it. Raises what is not the file's fault."""
        if tell is not None:
            tell(self.file, 0, 0)
        while (pages := self.told.get()) is not None:
            if tell is not None:
                tell(self.file, *pages)
        return self.read.result()


class Readers:
    """AT_ONCE readers, for one batch of files; leaving the block ends what they are at."""

    def __init__(self) -> None:
        self._all = [Reader(pipes=pipes) for pipes in _pipes()]
        self._free: SimpleQueue[Reader] = SimpleQueue()
        for reader in self._all:
            self._free.put(reader)
        self._several = False
        self._lock = threading.Lock()
        self._waiting: list[_UnderWay] = []  # not begun, in order
        self._at_work: dict[Reader, _UnderWay] = {}
        self._places = count()
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="reading")

    def __enter__(self) -> Readers:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for reader in self._all:
            reader.stop()
        self._threads.shutdown(wait=True, cancel_futures=True)
        for reader in self._all:
            reader.close()

    def read_each(self, files: Iterable[Handed], tell: Tell | None = None) -> Iterator[tuple[Handed, Document | ReportsError]]:
        """Each file and what became of it, in order. `files` is asked for more ahead of what was taken. `tell` hears, in this
        thread, of the file that is waited for: its pages read and pages in all, 0 and 0 at first."""
        coming = iter(files)
        first_two = list(islice(coming, 2))
        self._several = len(first_two) == 2
        coming = chain(first_two, coming)
        under_way: deque[_UnderWay] = deque()
        while self._begin_more(coming, under_way):
            first = under_way.popleft()
            outcome = first.outcome(tell)
            self._begin_more(coming, under_way)  # its reader goes on while this file is worked on
            yield first.file, outcome

    def _begin_more(self, coming: Iterator[Handed], under_way: deque[_UnderWay]) -> bool:
        """Whether any file is under way."""
        while len(under_way) < MOST_UNDER_WAY and sum(len(one.file.data) for one in under_way) < BYTES_UNDER_WAY:
            file = next(coming, None)
            if file is None:
                break
            begun = _UnderWay(next(self._places), file, Future(), SimpleQueue())
            under_way.append(begun)
            with self._lock:
                self._waiting.append(begun)
            self._threads.submit(self._read_one)
        return bool(under_way)

    def _read_one(self) -> None:
        """One of the files that wait."""
        reader = self._free.get()
        with self._lock:
            one = self._next()
            self._waiting.remove(one)
            self._at_work[reader] = one
        try:
            one.read.set_result(self._outcome(reader, one))
        except BaseException as error:  # not the file's fault: for whoever waits for it
            one.read.set_exception(error)
        finally:
            other = self._leave(reader)
            one.told.put(None)
            try:
                if other is not None:
                    reader.help(other.file.data, name=other.file.name, file=other.place + 1)
            finally:
                self._free.put(reader)

    def _next(self) -> _UnderWay:
        """The first that waits, where all before it have been read; else the largest."""
        first = self._waiting[0]
        if all(one.place > first.place for one in self._at_work.values()):
            return first
        return max(self._waiting, key=lambda one: len(one.file.data))

    def _outcome(self, reader: Reader, one: _UnderWay) -> Document | ReportsError:
        file = one.file
        try:
            return reader.read(
                file.data,
                name=file.name,
                limit=file.limit,
                content=file.content,
                folder=file.folder,
                file=one.place + 1 if self._several else 0,
                tell=lambda read, pages: one.told.put((read, pages)),
            )
        except ReportsError as error:
            return error

    def _leave(self, reader: Reader) -> _UnderWay | None:
        """What the other reader is at, where nothing waits to be read."""
        with self._lock:
            del self._at_work[reader]
            return None if self._waiting else next(iter(self._at_work.values()), None)


def _pipes() -> list[tuple[int, ...]]:
    """Of each of two readers, the ends of the pipes from and to the other."""
    if sys.platform != "linux":
        return [()] * AT_ONCE
    (from_second, to_first), (from_first, to_second) = os.pipe(), os.pipe()
    return [(from_second, to_second), (from_first, to_first)]
