"""Reading files in a process of their own, so that a file that breaks its reader, or eats the memory, fails alone.

    with Reader() as reader:
        reader.read(data, name="bao-cao.pdf", limit=200_000_000)      -> Document, or the ReadError of this file

Parsers of PDF, Office and image files are large programs in C that a broken file can stop; here the process they run in ends, the
file is named with the reason, and the next one gets a new process. Plain text is read in this process: it needs no such parser.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

from . import errors
from .errors import FileDamaged, ReaderStopped, ReportsError
from .read import Document, is_blank, read_bytes
from .read.packing import unpacked
from .read.partner import why_ended
from .read.sniff import sniff
from .read.worker import receive, send, unpickled

SECONDS = 300.0  # without a word from the reader; those that work page by page report each
MEMORY_BYTES = 3_000_000_000  # address space of the process
PLAIN_BYTES = 2_000_000  # text up to this size is read here
_PLAIN = ("txt", "md", "csv")
_STOPPED = {"detail": "reading was broken off", "detail_vi": "việc đọc bị ngắt giữa chừng"}
_NONSENSE = {"detail": "its reader made no sense", "detail_vi": "bộ đọc trả kết quả vô nghĩa"}

# The limits stand before the libraries are loaded. The soft limit alone: programs it starts (LibreOffice) set their own.
_PROGRAM = """
try:
    import resource
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    resource.setrlimit(resource.RLIMIT_AS, (%d if hard < 0 else min(%d, hard), hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
except (ImportError, ValueError, OSError):
    pass
from index.read.worker import main
main()
"""


class Reader:
    """Starts its process with the first file that needs one. Safe between threads, one file at a time.

    `pipes`: ends of the pipes from and to another reader's process, for the first process alone; they are closed here."""

    def __init__(self, *, seconds: float = SECONDS, memory: int = MEMORY_BYTES, pipes: tuple[int, ...] = ()) -> None:
        self._seconds, self._memory, self._pipes = seconds, memory, pipes
        self._child: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        self._stopped = False

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """End the process; the next file starts another."""
        with self._lock:
            self._end()
            self._close_pipes()

    def stop(self) -> None:
        """From another thread: end what it is at, whose reading raises ReaderStopped. It starts no process any more."""
        self._stopped = True
        child = self._child
        if child is not None:
            child.terminate()

    def help(self, data: bytes, *, name: str, file: int) -> bool:
        """Do a part of what the other reader is at, number `file` of the batch, if it wants that; whether it did. Nothing that
        happens meanwhile is this reader's fault, so nothing is raised; its process may have ended."""
        with self._lock:
            if self._child is None or self._pipes or sniff(data, name) != "pdf":  # it never met the other one
                return False
            try:
                return self._ask(("help", data, file), name, None) == ("helped", True)
            except ReaderStopped:
                self._end()
                return False

    def read(
        self,
        data: bytes,
        *,
        name: str,
        limit: int,
        content: str = "",
        folder: Path | None = None,
        file: int = 0,
        tell: Callable[[int, int], None] | None = None,
    ) -> Document:
        """The file as read. `content` (its hash) and `folder` are where finished pages of scans are kept; `file`: its number, from
        1, in a batch whose other files have the other cores, 0 for one that is read alone; `tell` hears of pages read and in all.

        Raises subclasses of ReadError."""
        if len(data) <= min(PLAIN_BYTES, limit) and (is_blank(data) or sniff(data, name) in _PLAIN):
            return read_bytes(data, name=name, max_bytes=limit)
        with self._lock:
            try:
                answer = self._ask(("read", name, data, limit, content, str(folder) if folder else "", file), name, tell)
            except BaseException:  # an interrupt as well: what it was at is of no use any more
                self._end()
                raise
        if answer[0] == "document":
            return _document(answer, name)
        raise _error(answer, name)

    def _ask(self, request: tuple[Any, ...], name: str, tell: Callable[[int, int], None] | None) -> tuple[Any, ...]:
        if self._child is not None and self._child.poll() is not None:  # it ended between two files
            self._end()
        child = self._child or self._start()
        if self._stopped:  # looked at once the process is known to `stop`
            raise ReaderStopped(file=name, **_STOPPED)
        assert child.stdin is not None
        assert child.stdout is not None
        late = threading.Event()
        try:
            with _Alarm(self._seconds, child, late):
                send(child.stdin, request)  # type: ignore[arg-type]
        except OSError:
            pass  # it has ended: what it left to read says why
        while True:
            with _Alarm(self._seconds, child, late):
                message = receive(child.stdout)  # type: ignore[arg-type]
            if not message:
                raise ReaderStopped(file=name, **_why(child, late.is_set(), self._seconds))
            answer = _answer(message, name)
            if answer[0] != "pages":
                return answer
            if tell is not None:
                tell(int(answer[1]), int(answer[2]))

    def _start(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-P", "-c", _PROGRAM % (self._memory, self._memory), *map(str, self._pipes)]
        try:
            self._child = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, pass_fds=self._pipes
            )
        finally:
            self._close_pipes()
        return self._child

    def _close_pipes(self) -> None:
        """The process has them; while another did, the other reader would not hear that it has ended."""
        for pipe in self._pipes:
            os.close(pipe)
        self._pipes = ()

    def _end(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        child.terminate()  # so that it ends what it started itself
        try:
            child.wait(2)
        except subprocess.TimeoutExpired:
            child.kill()
        for stream in (child.stdin, child.stdout):
            _close(stream)
        child.wait()


class _Alarm:
    """Ends a process that keeps silent for `seconds`; `late` says that it did."""

    def __init__(self, seconds: float, child: subprocess.Popen[bytes], late: threading.Event) -> None:
        self._timer = threading.Timer(seconds, self._ring)
        self._timer.daemon = True
        self._child, self._late = child, late

    def _ring(self) -> None:
        self._late.set()
        self._child.kill()

    def __enter__(self) -> None:
        self._timer.start()

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()


def _answer(message: bytes, name: str) -> tuple[Any, ...]:
    try:
        answer = unpickled(message)
    except Exception as exc:  # bytes from a process that a file may have taken over
        raise ReaderStopped(file=name, **_NONSENSE) from exc
    if not isinstance(answer, tuple) or not answer:
        raise ReaderStopped(file=name, **_NONSENSE)
    return answer


def _document(answer: tuple[Any, ...], name: str) -> Document:
    try:
        return unpacked(answer[1])
    except Exception as exc:  # the same
        raise ReaderStopped(file=name, **_NONSENSE) from exc


def _error(answer: tuple[Any, ...], name: str) -> ReportsError:
    """The error that the process named, made anew here."""
    kind = getattr(errors, str(answer[1]), None) if len(answer) == 3 and answer[0] == "error" else None
    if isinstance(kind, type) and issubclass(kind, ReportsError) and isinstance(answer[2], Mapping):
        try:
            return kind(**answer[2])
        except (KeyError, TypeError, ValueError):
            pass
    return FileDamaged(file=name, format="file", detail="its reader gave no reason")


def _why(child: subprocess.Popen[bytes], late: bool, seconds: float) -> dict[str, str]:
    """Why a process ended without an answer, in both languages."""
    code = child.wait()
    if late:
        return {
            "detail": f"its reader had nothing to show for {seconds:.0f} seconds",
            "detail_vi": f"bộ đọc không có kết quả sau {seconds:.0f} giây",
        }
    return why_ended(code)


def _close(stream: Any) -> None:
    with contextlib.suppress(OSError):  # words it did not wait for
        stream.close()
