"""Work shared by processes, or done here: in order, the errors as they are, and nothing left running."""

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
from index.read.ahead import FEWEST, FEWEST_LEFT, LAG, MOST_BEGUN, STRETCH, by_one_process, in_processes, in_turns, offer, together
from index.reading import Reader

forks = pytest.mark.skipif(sys.platform != "linux" or len(os.sched_getaffinity(0)) < 2, reason="one core, or no fork that is safe")
WAYS = [nullcontext, pytest.param(in_processes, marks=forks)]

Way = Callable[[], AbstractContextManager[None]]


def ahead(make: Callable[[int], int], count: int, name: str = "") -> Iterator[int]:
    """make(1) … make(count), which need nothing of each other."""
    return in_turns(lambda number: (make(number), None), iter, lambda made, _: made, count, name=name)


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
def test_answers_may_need_what_is_told_of_those_further_on(way: Way) -> None:
    def decide(told: Iterator[int]) -> Iterator[int]:
        held: list[int] = []
        for number in told:
            held.append(number)
            if len(held) > 3:
                yield sum(held[1:])
                del held[0]
        yield from (sum(held[at + 1 :]) for at in range(len(held)))

    with way():
        made = in_turns(lambda number: (f"{number}:", number), decide, lambda begun, answer: f"{begun}{answer}", 200)
        assert list(made) == [f"{number}:{sum(range(number + 1, min(200, number + 3) + 1))}" for number in range(1, 201)]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("where", ["begin", "decide", "finish"])
def test_an_error_is_raised_as_it_is(way: Way, where: str) -> None:
    def here(at: str, number: int) -> int:
        if (at, number) == (where, 12):
            raise MemoryError("page 12")
        return number

    with way(), pytest.raises(MemoryError, match="page 12"):
        for _ in in_turns(
            lambda number: (here("begin", number), number),
            lambda told: (here("decide", number) for number in told),
            lambda begun, _: here("finish", begun),
            90,
        ):
            pass


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
        if number > 3 * MOST_BEGUN:
            time.sleep(60)
        return number

    started = time.monotonic()
    with way():
        made = ahead(make, 5 * MOST_BEGUN)
        assert [next(made), next(made)] == [1, 2]
        made.close()  # type: ignore[attr-defined]
    assert time.monotonic() - started < 10


# Says the numbers of its processes, which then hang; so does it.
HANGS = """
import os, sys, time
from index.read.ahead import in_processes, in_turns
def make(number):
    if number > 2:
        time.sleep(60)
    return None, os.getpid()
def decide(told):
    print(next(told), next(told), flush=True)
    yield from told
with in_processes():
    list(in_turns(make, decide, lambda begun, answer: begun, 40))
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


# --- two halves ---------------------------------------------------------------------------------------------------------------


def where(number: int) -> tuple[int, int]:
    """Stands in a module, as what `together` calls has to."""
    if number < 0:
        raise MemoryError(f"half {number}")
    return number, os.getpid()


def ended_by(how: signal.Signals | None) -> None:
    if how is not None:
        os.kill(os.getpid(), how)


def test_both_halves_are_made_here_where_no_process_may_be() -> None:
    assert together(where, (1,), (2,)) == ((1, os.getpid()), (2, os.getpid()))


@forks
def test_the_second_half_is_made_by_a_process_that_stays() -> None:
    with in_processes():
        (ours, here), (theirs, there) = together(where, (1,), (2,))
        assert (ours, theirs, here) == (1, 2, os.getpid())
        assert together(where, (3,), (4,)) == ((3, here), (4, there))
    assert there != here


@forks
@pytest.mark.parametrize("halves", [((-1,), (2,)), ((1,), (-2,))])
def test_an_error_in_a_half_is_raised_and_the_next_halves_are_made(halves: tuple[tuple[int], tuple[int]]) -> None:
    with in_processes():
        with pytest.raises(MemoryError, match="half -"):
            together(where, *halves)
        assert [number for number, _ in together(where, (5,), (6,))] == [5, 6]


@forks
def test_a_half_whose_process_ends_is_named_with_its_file() -> None:
    with in_processes():
        with pytest.raises(ReaderStopped, match=r"xấu\.xls.*SIGSEGV"):
            together(ended_by, (None,), (signal.SIGSEGV,), name="xấu.xls")
        there = together(where, (1,), (2,))[1][1]
        os.kill(there, signal.SIGKILL)
        time.sleep(0.2)
        assert together(where, (1,), (2,))[1] != (2, there)  # between two files: nobody's fault


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


def offered(at: int, of: int, *, wrong: int = 0) -> Iterator[int]:
    """Who made each; a core is offered while number `at` is made."""

    def make(number: int) -> int:
        if number == at:
            offer()
        if number == wrong:
            raise ValueError(f"{number} is wrong")
        return os.getpid()

    return ahead(make, of, name="dài.pdf")


@forks
@pytest.mark.parametrize("count", [FEWEST_LEFT + STRETCH, 4 * LAG])
def test_what_is_left_is_parted_once_a_core_is_offered(count: int) -> None:
    with in_processes(), by_one_process():
        made = list(offered(3, count))
    assert len(made) == count
    ours = made.index(made[-1])
    assert made == [os.getpid()] * ours + [made[-1]] * (count - ours)
    assert STRETCH < ours < count / 2 + STRETCH
    assert children() == []


@forks
def test_no_core_no_second_process() -> None:
    with in_processes():
        with by_one_process():
            assert set(ahead(lambda _: os.getpid(), 4 * FEWEST)) == {os.getpid()}
            assert set(offered(STRETCH + 1, FEWEST_LEFT + STRETCH)) == {os.getpid()}  # too few are left
        with by_one_process():  # an offer is for one file
            assert set(ahead(lambda _: os.getpid(), 4 * FEWEST)) == {os.getpid()}
    with by_one_process():
        assert set(offered(3, 4 * FEWEST)) == {os.getpid()}  # not allowed to fork


@forks
def test_numbers_are_finished_as_they_are_without_a_second_process() -> None:
    def made(way: Way) -> list[tuple[int, int]]:
        def begin(number: int) -> tuple[int, int]:
            if number == 3:
                offer()
            return number * 7, number

        def decide(told: Iterator[int]) -> Iterator[int]:
            """Each with the next, as headers that are carried on ask for."""
            before = next(told)
            for seen in told:
                yield before * 100 + seen
                before = seen
            yield before

        with in_processes(), way():
            return list(in_turns(begin, decide, lambda begun, answer: (begun, answer), 3 * LAG))

    assert made(by_one_process) == made(nullcontext)


@forks
def test_what_goes_wrong_in_the_second_process_is_raised_here_and_it_ends_with_us() -> None:
    with in_processes(), by_one_process():
        with pytest.raises(ValueError, match="186 is wrong"):
            list(offered(3, 2 * LAG + 90, wrong=2 * LAG + 90))
        running = offered(3, 4 * LAG)
        for _ in range(2 * LAG + 30):
            next(running)
        running.close()  # type: ignore[attr-defined]
    assert children() == []
