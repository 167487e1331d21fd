"""A second process that makes things of the same file: forked from the one that reads, and kept; or the other reader of a batch.

What they say to each other are pairs (kind, thing), pickled, in a pipe each way:

    ours     WORK     begin these numbers, tell of each, and finish each once its answer is there (ahead.py)
             ANSWER   to the next number that has none
             CALL     a function and its arguments
    theirs   TOLD, MADE   of the next number; of the call
             FAILED   what went wrong, which is raised here

The other reader of a batch has nothing to read. It says READY with the number of the file that it was given, and waits a moment to
be asked; else it says WITHDRAWN, and what it was asked meanwhile is done by whoever asked. So neither ever waits for the other to
finish a file of its own. Where one ends, or leaves in the middle, the other finds the pipe broken, and they part for good.

Forking is safe only where no other thread runs. A forked process has the limits of memory of the one that started it, and ends when
it ends, however that comes about.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import os
import pickle
import signal
import time
from collections import deque
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

from index.errors import ReaderStopped

if TYPE_CHECKING:
    from collections.abc import Sequence
    from multiprocessing.connection import Connection

WORK, ANSWER, CALL, TOLD, MADE, FAILED, READY, WITHDRAWN = range(8)
MOST_BEGUN = 64  # things that a process has begun and not finished
STRETCH = 6  # things that it begins before it looks for what can be finished: each kind of work drives the other out of the caches
PATIENCE = 0.25  # seconds that a reader of a batch waits to be asked; whoever can ask looks for it at every stretch
PIPE = 1_000_000  # bytes that a process makes ahead, about 30 pages of tables
_HIGHEST = 65_536  # number of an open file; closing those above is left to their owner
_DEATH = 1  # PR_SET_PDEATHSIG of prctl(2)

Begin = Callable[[int], tuple[Any, Any]]
Finish = Callable[[Any, Any], Any]


class Work(NamedTuple):
    """`with opened(data, *arguments) as (begin, finish)` is how another process comes to make the same things. `opened` stands in a
    module, by its name. `file`: the number that the file has in its batch, whose other reader has its `data` already."""

    opened: Callable[..., AbstractContextManager[tuple[Begin, Finish]]]
    data: bytes
    arguments: tuple[Any, ...] = ()
    numbers: Sequence[int] = ()
    file: int = 0


class Withdrawn(Exception):
    """The other reader of the batch had gone before it was asked, and has begun nothing."""


class Talk:
    """Both pipes, at one end. Raises EOFError and OSError where the other process has gone."""

    def __init__(self, comes: Connection, goes: Connection) -> None:
        self._comes, self._goes = comes, goes
        _widen(goes.fileno())

    def say(self, kind: int, thing: Any) -> None:
        self._goes.send_bytes(pickle.dumps((kind, thing), protocol=5))

    def hear(self) -> tuple[int, Any]:
        message: tuple[int, Any] = pickle.loads(self._comes.recv_bytes())
        return message

    def has_words(self, seconds: float = 0.0) -> bool:
        return self._comes.poll(seconds)

    def close(self) -> None:
        self._comes.close()
        self._goes.close()


def talk_of(comes: int, goes: int) -> Talk:
    """Of the ends of two pipes, by their numbers as open files."""
    from multiprocessing.connection import Connection

    return Talk(Connection(comes, writable=False), Connection(goes, readable=False))


# --- the one that asks --------------------------------------------------------------------------------------------------------


class Partner:
    """The second process, as the one that asks sees it."""

    def __init__(self, talk: Talk) -> None:
        self._talk = talk
        self._waiting: dict[int, deque[Any]] = {TOLD: deque(), MADE: deque()}  # what came before it was asked for

    def do(self, work: Work) -> None:
        self.say(WORK, work)

    def say(self, kind: int, thing: Any) -> None:
        with contextlib.suppress(OSError):  # it has ended: whoever takes what it should have made hears why
            self._talk.say(kind, thing)

    def has(self, kind: int, name: str) -> bool:
        """Nobody would wait for it."""
        while not self._waiting[kind] and self._has_words(name):
            self._listen(name)
        return bool(self._waiting[kind])

    def take(self, kind: int, name: str) -> Any:
        """The next of what it tells, or of what it made. Raises what it raised, Withdrawn, and ReaderStopped for file `name`."""
        while not self._waiting[kind]:
            self._listen(name)
        return self._waiting[kind].popleft()

    def _has_words(self, name: str) -> bool:
        try:
            return self._talk.has_words()
        except OSError:
            raise self._stopped(name) from None

    def _listen(self, name: str) -> None:
        try:
            kind, thing = self._talk.hear()
        except (EOFError, pickle.UnpicklingError, OSError):  # it ended, perhaps in the middle of a word
            raise self._stopped(name) from None
        if kind == FAILED:
            raise thing
        self._heard(kind, thing)

    def _heard(self, kind: int, thing: Any) -> None:
        self._waiting[kind].append(thing)

    def _stopped(self, name: str) -> ReaderStopped:
        detail = "the process that read a part of it has ended"
        return ReaderStopped(file=name, detail=detail, detail_vi="tiến trình đọc một phần của tệp đã dừng")

    def end(self) -> None:
        """Part from it, whatever it is at."""
        self._talk.close()


class Forked(Partner):
    """A process of our own."""

    def __init__(self) -> None:
        from multiprocessing.connection import Pipe

        comes, told = Pipe(duplex=False)
        asked, asks = Pipe(duplex=False)
        parent = os.getpid()
        self.process = os.fork()
        if not self.process:
            _serve(Talk(asked, told), (asked.fileno(), told.fileno()), parent)
        told.close()
        asked.close()
        super().__init__(Talk(comes, asks))

    def has_ended(self) -> bool:
        return os.waitid(os.P_PID, self.process, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None

    def _stopped(self, name: str) -> ReaderStopped:
        return ReaderStopped(file=name, **why_ended(self._ended()))

    def _ended(self) -> int:
        process, self.process = self.process, 0
        return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])

    def end(self) -> None:
        super().end()
        if self.process:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.process, signal.SIGKILL)
            self._ended()


class Peer(Partner):
    """The other reader of a batch, for the file that is number `file` in it."""

    def __init__(self, talk: Talk, file: int) -> None:
        super().__init__(talk)
        self._file = file
        self.parted = False

    def is_ready(self) -> bool:
        """It has nothing to do but wait for our word."""
        ready = False
        try:
            while not self.parted and self._talk.has_words():
                kind, file = self._talk.hear()
                ready = kind == READY and file == self._file  # other words are of a file long read
        except (EOFError, pickle.UnpicklingError, OSError):
            self.end()
        return ready and not self.parted

    def do(self, work: Work) -> None:
        super().do(work._replace(data=b"", file=self._file))

    def _heard(self, kind: int, thing: Any) -> None:
        if kind == WITHDRAWN and thing == self._file:
            raise Withdrawn
        if kind not in (READY, WITHDRAWN):  # of a file long read
            super()._heard(kind, thing)

    def end(self) -> None:
        super().end()
        self.parted = True


# --- the one that is asked ----------------------------------------------------------------------------------------------------


def _serve(talk: Talk, own: tuple[int, int], parent: int) -> NoReturn:
    """The forked process: what it is asked for, until nobody asks; then its end, without a word to anybody else."""
    code = 1
    try:
        _alone(own, parent)
        gc.enable()  # it was made in the middle of a file
        try:
            while True:
                kind, thing = talk.hear()
                if kind == CALL:
                    function, arguments = thing
                    talk.say(MADE, function(*arguments))
                else:
                    begin_and_finish(talk, thing, thing.data)
                del thing
        except (BrokenPipeError, EOFError):  # nobody wants the rest
            pass
        except Exception as error:
            talk.say(FAILED, error)
        code = 0
    finally:
        os._exit(code)


def stand_by(talk: Talk, file: int, data: bytes) -> bool:
    """The other reader of a batch: what it is asked of this file; whether it was. Raises EOFError and OSError if they part."""
    talk.say(READY, file)
    until = time.monotonic() + PATIENCE
    while talk.has_words(max(0.0, until - time.monotonic())):
        kind, thing = talk.hear()
        if kind == WORK and thing.file == file:
            try:
                begin_and_finish(talk, thing, data)
            except (EOFError, OSError):
                raise
            except Exception as error:
                talk.say(FAILED, error)
            return True
    talk.say(WITHDRAWN, file)
    return False


def begin_and_finish(talk: Talk, work: Work, data: bytes) -> None:
    """Begin the numbers in order, and finish each as soon as its answer is there."""
    waiting: deque[Any] = deque()
    with work.opened(data, *work.arguments) as (begin, finish):
        for at, number in enumerate(work.numbers, 1):
            begun, seen = begin(number)
            waiting.append(begun)
            talk.say(TOLD, seen)
            while waiting and not at % STRETCH and (len(waiting) > MOST_BEGUN or talk.has_words()):
                talk.say(MADE, finish(waiting.popleft(), talk.hear()[1]))
        while waiting:
            talk.say(MADE, finish(waiting.popleft(), talk.hear()[1]))


def _alone(own: tuple[int, int], parent: int) -> None:
    """Keep the `own` pipes and nothing else of the parent's open files; end when it ends."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    ctypes.CDLL(None).prctl(_DEATH, int(signal.SIGKILL))
    if os.getppid() != parent:  # it has ended meanwhile
        os._exit(1)
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nothing, standard)
    first = 3
    for pipe in sorted(own):
        os.closerange(first, pipe)
        first = pipe + 1
    os.closerange(first, _HIGHEST)


def _widen(pipe: int) -> None:
    import fcntl

    with contextlib.suppress(OSError):  # a smaller pipe serves as well
        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, PIPE)


def why_ended(code: int) -> dict[str, str]:
    """Why a process that reads ended without an answer, in both languages, by its exit status (below 0: the signal's number)."""
    if code < 0:
        try:
            name = signal.Signals(-code).name
        except ValueError:
            name = str(-code)
        return {"detail": f"its reader was stopped by {name}", "detail_vi": f"bộ đọc bị dừng bởi {name}"}
    return {"detail": f"its reader ended with code {code}", "detail_vi": f"bộ đọc kết thúc với mã {code}"}
