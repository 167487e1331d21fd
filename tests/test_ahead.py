"""Things made ahead, in a thread or in processes: in order, the errors as they are, and nothing left running."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext

import pytest
from read_files import pdf

from index.errors import ReaderStopped
from index.read import read_bytes
from index.read.ahead import FEWEST, ahead, in_processes
from index.reading import Reader

forks = pytest.mark.skipif(sys.platform != "linux" or len(os.sched_getaffinity(0)) < 2, reason="one core, or no fork that is safe")
WAYS = [nullcontext, pytest.param(in_processes, marks=forks)]

Way = Callable[[], AbstractContextManager[None]]


def children() -> list[int]:
    """Processes of ours that are still there."""
    try:
        return [os.waitpid(-1, os.WNOHANG)[0]]
    except ChildProcessError:
        return []


@pytest.fixture(autouse=True)
def none_left() -> Iterator[None]:
    yield
    assert children() == []


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("count", [0, 1, FEWEST, FEWEST + 45])
def test_they_come_in_order(way: Way, count: int) -> None:
    with way():
        assert list(ahead(lambda number: number * number, count)) == [number * number for number in range(1, count + 1)]


@forks
def test_few_are_made_here_and_many_elsewhere() -> None:
    with in_processes():
        assert set(ahead(lambda _: os.getpid(), FEWEST - 1)) == {os.getpid()}
        elsewhere = set(ahead(lambda _: os.getpid(), FEWEST))
    assert len(elsewhere) == 2
    assert os.getpid() not in elsewhere
    assert set(ahead(lambda _: os.getpid(), FEWEST)) == {os.getpid()}  # not allowed to fork


@pytest.mark.parametrize("way", WAYS)
def test_an_error_comes_in_its_turn(way: Way) -> None:
    def make(number: int) -> int:
        if number == 12:
            raise MemoryError("page 12")
        return number

    taken: list[int] = []
    with way(), pytest.raises(MemoryError, match="page 12"):
        taken.extend(ahead(make, 40))
    assert taken == list(range(1, 12))


@forks
@pytest.mark.parametrize(
    ("end", "reason"), [(lambda: os.kill(os.getpid(), signal.SIGSEGV), "SIGSEGV"), (lambda: os._exit(3), "code 3")]
)
def test_a_process_that_ends_is_named_with_its_file(end: Callable[[], None], reason: str) -> None:
    def make(number: int) -> int:
        if number == 9:
            end()
        return number

    with in_processes(), pytest.raises(ReaderStopped, match=rf"xấu\.pdf.*{reason}") as caught:
        list(ahead(make, 40, name="xấu.pdf"))
    assert "bộ đọc" in caught.value.message("vi")


@pytest.mark.parametrize("way", WAYS)
def test_whoever_stops_early_waits_for_nobody(way: Way) -> None:
    def make(number: int) -> int:
        if number > 10:
            time.sleep(0.5 if way is nullcontext else 60)
        return number

    started = time.monotonic()
    with way():
        made = ahead(make, 40)
        assert [next(made), next(made)] == [1, 2]
        made.close()  # type: ignore[attr-defined]
    assert time.monotonic() - started < 10


# Says the numbers of its processes, which then hang; so does it.
HANGS = """
import os, sys, time
from index.read.ahead import ahead, in_processes
def make(number):
    if number > 2:
        time.sleep(60)
    return os.getpid()
with in_processes():
    made = ahead(make, 40)
    print(next(made), next(made), flush=True)
    next(made)
"""


@forks
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_processes_end_with_the_one_that_started_them(how: signal.Signals) -> None:
    with subprocess.Popen([sys.executable, "-c", HANGS], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as program:
        assert program.stdout is not None
        makers = [int(word) for word in program.stdout.readline().split()]
        program.send_signal(how)
        program.wait(10)
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and any(os.path.exists(f"/proc/{maker}/fd/1") for maker in makers):
        time.sleep(0.02)
    assert len(makers) == 2
    assert not any(os.path.exists(f"/proc/{maker}/fd/1") for maker in makers)


def test_a_long_pdf_reads_the_same_in_processes() -> None:
    pages = [
        [(72, 700 - 20 * line, f"Muc {page}.{line}: so ho ngheo la {page * line} ho") for line in range(1, 9)]
        for page in range(1, 41)
    ]
    data = pdf(pages)
    with Reader() as reader:
        read = reader.read(data, name="bc.pdf", limit=10_000_000)
    assert read == read_bytes(data, name="bc.pdf")
    assert read.pages == 40
    assert [block.page for block in read.blocks][-1] == 40
