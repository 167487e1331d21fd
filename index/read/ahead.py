"""Things 1, 2, 3 … made while those before are worked on: in a thread or, where it is allowed, in processes.

    with in_processes():
        for page in ahead(load, 259, name="niên giám.pdf"):      # load(1), load(2) … in order
            …

A process is made by forking: it has all that was opened before, and takes as little time to start as a thread. Forking is safe
only where no other thread runs, so it is allowed by the process that reads files (worker.py) and by nobody else. Those it starts
have its limits of memory, and end when it ends, however that comes about. What they hand over is pickled.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import pickle
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from queue import Full, Queue
from typing import Any, BinaryIO, NoReturn, TypeVar

from index.errors import ReaderStopped

AHEAD = 8  # things a thread makes before one of them is taken
PROCESSES = 2
FEWEST = 16  # things to make that are worth processes
PIPE = 1_000_000  # bytes that a process makes ahead, about 30 pages of tables
_HIGHEST = 65_536  # number of an open file; closing those above is left to their owner
_DEATH = 1  # PR_SET_PDEATHSIG of prctl(2)

T = TypeVar("T")
_allowed: ContextVar[bool] = ContextVar("in processes", default=False)


@contextmanager
def in_processes() -> Iterator[None]:
    """`ahead` may fork inside: no other thread runs."""
    token = _allowed.set(True)
    try:
        yield
    finally:
        _allowed.reset(token)


def ahead(make: Callable[[int], T], count: int, *, name: str = "") -> Iterator[T]:
    """make(1) … make(count). `make` is at rest once the last has come, and when the iterator is closed.

    What it raises is raised here. Raises ReaderStopped for the file `name` where a process ends too early.
    """
    if _allowed.get() and count >= FEWEST and sys.platform == "linux" and len(os.sched_getaffinity(0)) > 1:
        return _forked(make, count, name)
    return _threaded(make, count)


# --- a thread -----------------------------------------------------------------------------------------------------------------


class _Failed:
    """What went wrong, in place of what was to be made."""

    def __init__(self, error: BaseException) -> None:
        self.error = error


def _threaded(make: Callable[[int], T], count: int) -> Iterator[T]:
    waiting: Queue[T | _Failed] = Queue(AHEAD)
    stop = threading.Event()
    maker = threading.Thread(target=_fill, args=(make, count, waiting, stop), name="ahead", daemon=True)
    maker.start()
    try:
        for _ in range(count):
            made = waiting.get()
            if isinstance(made, _Failed):
                raise made.error
            yield made
    finally:
        stop.set()
        maker.join()


def _fill(make: Callable[[int], T], count: int, waiting: Queue[T | _Failed], stop: threading.Event) -> None:
    """The thread: what is made, or what went wrong, into the queue."""

    def put(item: T | _Failed) -> None:
        while not stop.is_set():
            try:
                waiting.put(item, timeout=0.1)
            except Full:
                continue
            return

    try:
        for number in range(1, count + 1):
            if stop.is_set():
                return
            put(make(number))
    except BaseException as error:
        put(_Failed(error))


# --- processes ----------------------------------------------------------------------------------------------------------------


def _forked(make: Callable[[int], T], count: int, name: str) -> Iterator[T]:
    """Each process makes every other number."""
    makers: list[_Maker] = []
    try:
        for first in range(1, PROCESSES + 1):
            makers.append(_Maker(make, range(first, count + 1, PROCESSES)))
        for number in range(count):
            made = makers[number % PROCESSES].take(name)
            if isinstance(made, _Failed):
                raise made.error
            yield made
    finally:
        for maker in makers:
            maker.end()


class _Maker:
    """A process that makes `numbers` in order."""

    def __init__(self, make: Callable[[int], Any], numbers: Sequence[int]) -> None:
        out, into = os.pipe()
        parent = os.getpid()
        self.process = os.fork()
        if not self.process:
            _work(make, numbers, into, parent)
        os.close(into)
        self._made = os.fdopen(out, "rb")

    def take(self, name: str) -> Any:
        try:
            return pickle.load(self._made)
        except (EOFError, pickle.UnpicklingError, OSError):  # it ended, perhaps in the middle of a word
            raise ReaderStopped(file=name, **why_ended(self._ended())) from None

    def _ended(self) -> int:
        process, self.process = self.process, 0
        return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])

    def end(self) -> None:
        """End it, whatever it is at."""
        self._made.close()
        if self.process:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.process, signal.SIGKILL)
            self._ended()


def _work(make: Callable[[int], Any], numbers: Sequence[int], into: int, parent: int) -> NoReturn:
    """The process: what is made, or what went wrong, into the pipe; then its end, without a word to anybody else."""
    code = 1
    try:
        _alone(into, parent)
        with os.fdopen(into, "wb") as told:
            _tell(make, numbers, told)
        code = 0
    finally:
        os._exit(code)


def _alone(into: int, parent: int) -> None:
    """Keep the pipe and nothing else of the parent's open files; end when it ends."""
    import fcntl

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    ctypes.CDLL(None).prctl(_DEATH, int(signal.SIGKILL))
    if os.getppid() != parent:  # it has ended meanwhile
        os._exit(1)
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nothing, standard)
    os.closerange(3, into)
    os.closerange(into + 1, _HIGHEST)
    with contextlib.suppress(OSError):  # a smaller pipe serves as well
        fcntl.fcntl(into, fcntl.F_SETPIPE_SZ, PIPE)


def _tell(make: Callable[[int], Any], numbers: Sequence[int], told: BinaryIO) -> None:
    try:
        for number in numbers:
            pickle.dump(make(number), told, protocol=5)
            told.flush()
    except BrokenPipeError:  # nobody wants the rest
        return
    except Exception as error:
        pickle.dump(_Failed(error), told, protocol=5)


def why_ended(code: int) -> dict[str, str]:
    """Why a process that reads ended without an answer, in both languages, by its exit status (below 0: the signal's number)."""
    if code < 0:
        try:
            name = signal.Signals(-code).name
        except ValueError:
            name = str(-code)
        return {"detail": f"its reader was stopped by {name}", "detail_vi": f"bộ đọc bị dừng bởi {name}"}
    return {"detail": f"its reader ended with code {code}", "detail_vi": f"bộ đọc kết thúc với mã {code}"}
