"""Work shared by processes, where that is allowed; done by the one that asks for it elsewhere.

    with in_processes():
        for page in in_turns(load, decide, lay_out, 259, name="niên giám.pdf"):
            …
        ours, theirs = together(half, (data, 0), (data, 1), name="niên giám.xls")

`in_turns` is for things 1, 2, 3 … that cannot be finished without knowing of their neighbours: each is begun, what others must know
of it is told, all that was told decides how it is finished, and the process that began it does that. So what is large stays where
it was made, and all of the work but the deciding is shared. Its processes are made by forking: each has all that was opened before,
and takes little time to start.

Where the other cores have files of their own, one process does it all, until one of them has none left (`offer`): the things that
are left are then parted with a second process, so that a long file at the end of a batch has both.

`together` is for what is too short for that: a process that has to copy what it touches of the other's memory loses 10 ms. Its
process stays for the next time, and is sent what it needs.

Forking is safe only where no other thread runs, so it is allowed by the process that reads files (worker.py) and by nobody else.
Those it starts have its limits of memory, and end when it ends, however that comes about. What they hand over is pickled.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import os
import pickle
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, NoReturn, TypeVar

from index.errors import ReaderStopped

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

PROCESSES = 2
FEWEST = 16  # things to make in turns that are worth processes
MOST_BEGUN = 64  # things that a process has begun and not finished
STRETCH = 8  # things that it begins before it looks for what can be finished: each kind of work drives the other out of the caches
LAG = 48  # things that may be in the making while one is taken
PIPE = 1_000_000  # bytes that a process makes ahead, about 30 pages of tables
_HIGHEST = 65_536  # number of an open file; closing those above is left to their owner
FEWEST_LEFT = 96  # to part with a process made on the way: it costs as much as 50 pages, for both then copy what they touch
THEIRS = 0.55  # of what is left when a core is offered: they begin while we begin and finish, and finish once we are through
_DEATH = 1  # PR_SET_PDEATHSIG of prctl(2)
OFFER = getattr(signal, "SIGURG", None)  # tells a process of a core: of the signals that do nothing to one that does not listen

T = TypeVar("T")
Begun = TypeVar("Begun")
Told = TypeVar("Told")
Answer = TypeVar("Answer")
Work = Callable[["Connection", "Connection"], None]  # what a process does, with the pipes to and from the one that started it
_allowed: ContextVar[Literal["no", "when offered", "yes"]] = ContextVar("in processes", default="no")
_offers: list[bool] = []  # a list, for a signal may come at any moment


@contextmanager
def in_processes() -> Iterator[None]:
    """`in_turns` and `together` may fork inside: no other thread runs. Nothing they start outlives it."""
    token = _allowed.set("yes")
    try:
        yield
    finally:
        _allowed.reset(token)
        _end_helper()


@contextmanager
def by_one_process() -> Iterator[None]:
    """Nothing is shared inside, for the other cores have other files, until one is offered."""
    token = _allowed.set("no" if _allowed.get() == "no" else "when offered")
    try:
        yield
    finally:
        _allowed.reset(token)
        _offers.clear()  # here, not above: what is offered while a file is on its way is meant for it


def offer(*_: object) -> None:
    """A core has become free. A handler of signals, too."""
    _offers.append(True)


def may_share() -> bool:
    """Processes may be made here, and there are cores for them."""
    return _allowed.get() == "yes" and _has_cores()


def _was_offered() -> bool:
    return bool(_offers) and _allowed.get() == "when offered" and _has_cores()


def _has_cores() -> bool:
    return sys.platform == "linux" and len(os.sched_getaffinity(0)) > 1


def in_turns(
    begin: Callable[[int], tuple[Begun, Told]],
    decide: Callable[[Iterator[Told]], Iterator[Answer]],
    finish: Callable[[Begun, Answer], T],
    count: int,
    *,
    name: str = "",
) -> Iterator[T]:
    """finish(begun, answer) of each number 1 … count, where begin(number) = (begun, told), and `decide` makes an answer to each of
    what is told of all of them, in order. It may look a few of them further before it answers.

    All three are at rest once the last has come, and when the iterator is closed. What they raise is raised here. Raises
    ReaderStopped for the file `name` where a process ends too early.
    """
    if count >= FEWEST and may_share():
        return _finished_elsewhere(begin, decide, finish, count, name)
    return _finished_here(begin, decide, finish, count, name)


def together(function: Callable[..., T], ours: tuple[Any, ...], theirs: tuple[Any, ...], *, name: str = "") -> tuple[T, T]:
    """function(*ours) and function(*theirs), at the same time where that is allowed. The function stands in a module, by its name.

    What it raises is raised here, for `ours` first. Raises ReaderStopped for the file `name` where the other process ends early.
    """
    if not may_share():
        return function(*ours), function(*theirs)
    try:
        helper = _helper()
        helper.ask((function, theirs))
        made = function(*ours)
        return made, helper.take(_MADE, name)
    except BaseException:  # an interrupt as well: what it is at is of no use any more
        _end_helper()
        raise


def _finished_here(
    begin: Callable[[int], tuple[Begun, Told]],
    decide: Callable[[Iterator[Told]], Iterator[Answer]],
    finish: Callable[[Begun, Answer], T],
    count: int,
    name: str,
) -> Iterator[T]:
    """Where a core is offered on the way, a second process begins and finishes the last of what is left."""
    waiting: deque[Begun] = deque()
    makers: list[_Maker] = []  # at most one
    ours = count

    def told() -> Iterator[Told]:
        nonlocal ours
        number = 0
        while number < ours:
            left = count - number
            if not makers and not number % STRETCH and left >= FEWEST_LEFT and _was_offered():
                ours = count - int(left * THEIRS)
                makers.append(_Maker(_both(begin, finish, range(ours + 1, count + 1))))
            number += 1
            begun, seen = begin(number)
            waiting.append(begun)
            yield seen
        for _ in range(ours, count):
            yield makers[0].take(_TOLD, name)

    asked = taken = 0
    try:
        for at, answer in enumerate(decide(told())):
            if at < ours:
                yield finish(waiting.popleft(), answer)
                continue
            makers[0].ask(answer)
            asked += 1
            if asked - taken >= LAG:
                yield makers[0].take(_MADE, name)
                taken += 1
        for _ in range(taken, asked):
            yield makers[0].take(_MADE, name)
    finally:
        for maker in makers:
            maker.end()


# --- processes ----------------------------------------------------------------------------------------------------------------


def _finished_elsewhere(
    begin: Callable[[int], tuple[Begun, Told]],
    decide: Callable[[Iterator[Told]], Iterator[Answer]],
    finish: Callable[[Begun, Answer], T],
    count: int,
    name: str,
) -> Iterator[T]:
    """Each of two processes begins every other number."""
    with _makers(partial(_both, begin, finish), count) as makers:
        taken = 0
        for number, answer in enumerate(decide(makers[at % PROCESSES].take(_TOLD, name) for at in range(count))):
            makers[number % PROCESSES].ask(answer)
            if number - taken >= LAG:
                yield makers[taken % PROCESSES].take(_MADE, name)
                taken += 1
        for number in range(taken, count):
            yield makers[number % PROCESSES].take(_MADE, name)


def _both(begin: Callable[[int], tuple[Begun, Told]], finish: Callable[[Begun, Answer], T], numbers: Sequence[int]) -> Work:
    """What a process does that begins these numbers, and finishes each as soon as it has the answer to it."""

    def begin_and_finish(told: Connection, answers: Connection) -> None:
        waiting: deque[Begun] = deque()
        for at, number in enumerate(numbers, 1):
            begun, seen = begin(number)
            waiting.append(begun)
            _send(told, _TOLD, seen)
            while waiting and not at % STRETCH and (len(waiting) > MOST_BEGUN or answers.poll()):
                _send(told, _MADE, finish(waiting.popleft(), pickle.loads(answers.recv_bytes())))
        while waiting:
            _send(told, _MADE, finish(waiting.popleft(), pickle.loads(answers.recv_bytes())))

    return begin_and_finish


_helpers: list[_Maker] = []  # at most one


def _helper() -> _Maker:
    """The process that stays for `together`."""
    if _helpers and _helpers[0].has_ended():  # between two files
        _end_helper()
    if not _helpers:
        _helpers.append(_Maker(_help))
    return _helpers[0]


def _end_helper() -> None:
    while _helpers:
        _helpers.pop().end()


def _help(told: Connection, asked: Connection) -> None:
    gc.enable()  # it was made in the middle of a file
    while True:
        function, arguments = pickle.loads(asked.recv_bytes())
        _send(told, _MADE, function(*arguments))
        del arguments


_TOLD, _MADE, _FAILED = range(3)  # kinds of messages of a process


def _send(told: Connection, kind: int, thing: Any) -> None:
    told.send_bytes(pickle.dumps((kind, thing), protocol=5))


@contextmanager
def _makers(work: Callable[[Sequence[int]], Work], count: int) -> Iterator[list[_Maker]]:
    makers: list[_Maker] = []
    try:
        for first in range(1, PROCESSES + 1):
            makers.append(_Maker(work(range(first, count + 1, PROCESSES))))
        yield makers
    finally:
        for maker in makers:
            maker.end()


class _Maker:
    """A process that does `work`."""

    def __init__(self, work: Work) -> None:
        from multiprocessing.connection import Pipe

        self._waiting: tuple[deque[Any], deque[Any]] = (deque(), deque())  # what came before it was asked for
        self._comes, told = Pipe(duplex=False)
        answers, self._asks = Pipe(duplex=False)
        parent = os.getpid()
        self.process = os.fork()
        if not self.process:
            _work(work, told, answers, parent)
        told.close()
        answers.close()

    def take(self, kind: int, name: str) -> Any:
        """The next of what it tells, or of what it made. Raises ReaderStopped, and what the process raised."""
        waiting = self._waiting[kind]
        while not waiting:
            try:
                came, thing = pickle.loads(self._comes.recv_bytes())
            except (EOFError, pickle.UnpicklingError, OSError):  # it ended, perhaps in the middle of a word
                raise ReaderStopped(file=name, **why_ended(self._ended())) from None
            if came == _FAILED:
                raise thing
            self._waiting[came].append(thing)
        return waiting.popleft()

    def ask(self, thing: Any) -> None:
        with contextlib.suppress(OSError):  # it has ended: whoever takes what it should have made hears why
            self._asks.send_bytes(pickle.dumps(thing, protocol=5))

    def has_ended(self) -> bool:
        return os.waitid(os.P_PID, self.process, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None

    def _ended(self) -> int:
        process, self.process = self.process, 0
        return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])

    def end(self) -> None:
        """End it, whatever it is at."""
        self._comes.close()
        self._asks.close()
        if self.process:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.process, signal.SIGKILL)
            self._ended()


def _work(work: Work, told: Connection, answers: Connection, parent: int) -> NoReturn:
    """The process: what is made, or what went wrong, into the pipe; then its end, without a word to anybody else."""
    code = 1
    try:
        _alone((told.fileno(), answers.fileno()), parent)
        _widen(told.fileno())
        try:
            work(told, answers)
        except (BrokenPipeError, EOFError):  # nobody wants the rest
            pass
        except Exception as error:
            _send(told, _FAILED, error)
        code = 0
    finally:
        os._exit(code)


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
