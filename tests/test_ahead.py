"""Work shared with another process, or done here: in order, the errors as they are, and nothing left running."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from typing import Any

import pytest
from read_files import pdf

from index.errors import ReaderStopped
from index.read import partner, read_bytes
from index.read.ahead import FEWEST, FEWEST_COLD, LAG, beside, in_processes, in_turns, together
from index.read.partner import MOST_BEGUN, STRETCH, WITHDRAWN, Peer, Talk, Work, stand_by, talk_of
from index.reading import Reader

forks = pytest.mark.skipif(sys.platform != "linux" or len(os.sched_getaffinity(0)) < 2, reason="one core, or no fork that is safe")

Way = Callable[[], AbstractContextManager[None]]
Decide = Callable[[Iterator[int]], Iterator[Any]]


# --- what is made: each thing says its number, who made it, and the answer to it ------------------------------------------------


@contextmanager
def opened(data: bytes, how: str = "", what: str = "", at: int = 0) -> Iterator[Any]:
    """In `what` ("begin", "finish") of the number `at` it goes wrong, is killed, leaves, or hangs from there on."""

    def here(step: str, number: int) -> None:
        if (step, number) != (what, at):
            return
        if how == "wrong":
            raise MemoryError(f"page {number}")
        if how == "killed":
            os.kill(os.getpid(), signal.SIGSEGV)
        if how == "leaves":
            os._exit(3)

    def begin(number: int) -> tuple[int, int]:
        if how == "hangs" and number > at:
            time.sleep(60)
        here("begin", number)
        return number, number

    def finish(begun: int, answer: Any) -> tuple[int, int, Any]:
        here("finish", begun)
        return begun, _who(), answer

    yield begin, finish


def _who() -> int:
    """The process, or the thread that stands for one."""
    return os.getpid() if threading.current_thread() is threading.main_thread() else -1


def ahead(
    count: int, how: str = "", what: str = "", at: int = 0, *, decide: Decide = iter, name: str = ""
) -> Iterator[tuple[int, int, Any]]:
    with opened(b"", how, what, at) as (begin, finish):
        yield from in_turns(begin, decide, finish, count, elsewhere=Work(opened, b"", (how, what, at)), name=name)


@pytest.fixture
def peers() -> Iterator[tuple[Talk, Talk]]:
    """Both ends of what two readers of a batch have between them."""
    (comes, told), (asked, asks) = os.pipe(), os.pipe()
    both = talk_of(comes, asks), talk_of(asked, told)
    yield both
    for talk in both:
        talk.close()


@contextmanager
def helped() -> Iterator[None]:
    """Another reader stands by."""
    (comes, told), (asked, asks) = os.pipe(), os.pipe()
    ours, theirs = talk_of(comes, asks), talk_of(asked, told)

    def help() -> None:
        with suppress(EOFError, OSError):
            stand_by(theirs, 7, b"")

    thread = threading.Thread(target=help)
    thread.start()
    try:
        while not ours.has_words(1):
            pass
        with beside(Peer(ours, 7)):
            yield
    finally:
        ours.close()
        thread.join(10)
        theirs.close()
    assert not thread.is_alive()


WAYS = [nullcontext, pytest.param(in_processes, marks=forks), pytest.param(helped, marks=forks)]


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
@pytest.mark.parametrize("count", [0, 1, FEWEST, FEWEST_COLD, 3 * LAG + 5])
def test_they_come_in_order(way: Way, count: int) -> None:
    with way():
        assert [(number, answer) for number, _, answer in ahead(count)] == [(number, number) for number in range(1, count + 1)]


def makers(made: Iterator[tuple[int, int, Any]]) -> list[int]:
    return [who for _, who, _ in made]


@forks
def test_few_are_made_here_and_many_by_two() -> None:
    with in_processes():
        assert set(makers(ahead(FEWEST_COLD - 1))) == {os.getpid()}
        both = set(makers(ahead(FEWEST_COLD)))
        assert len(both) == 2
        assert os.getpid() in both
        assert set(makers(ahead(FEWEST))) == both  # it stays
        assert set(makers(ahead(FEWEST - 1))) == {os.getpid()}
    assert set(makers(ahead(FEWEST_COLD))) == {os.getpid()}  # not allowed to fork


@forks
def test_about_half_is_theirs() -> None:
    with in_processes():
        made = makers(ahead(240))
    assert made[0] == os.getpid()  # they take a moment to begin
    assert 100 <= made.count(os.getpid()) <= 130


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
        made = [(number, answer) for number, _, answer in ahead(200, decide=decide)]
    assert made == [(number, sum(range(number + 1, min(200, number + 3) + 1))) for number in range(1, 201)]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("at", [STRETCH, STRETCH + 1])  # ours, theirs
@pytest.mark.parametrize("what", ["begin", "finish"])
def test_an_error_is_raised_as_it_is(way: Way, what: str, at: int) -> None:
    with way(), pytest.raises(MemoryError, match=f"page {at}"):
        list(ahead(90, "wrong", what, at))


@pytest.mark.parametrize("way", WAYS)
def test_an_error_in_deciding_is_raised_as_it_is_and_the_next_are_made(way: Way) -> None:
    def decide(told: Iterator[int]) -> Iterator[int]:
        for number in told:
            if number == 40:
                raise MemoryError("page 40")
            yield number

    with way():
        with pytest.raises(MemoryError, match="page 40"):
            list(ahead(90, decide=decide))
        assert [number for number, _, _ in ahead(90)] == list(range(1, 91))


@forks
@pytest.mark.parametrize(("how", "reason"), [("killed", "SIGSEGV"), ("leaves", "code 3")])
def test_a_process_that_ends_is_named_with_its_file(how: str, reason: str) -> None:
    with in_processes(), pytest.raises(ReaderStopped, match=rf"xấu\.pdf.*{reason}") as caught:
        list(ahead(60, how, "begin", STRETCH + 3, name="xấu.pdf"))
    assert "bộ đọc" in caught.value.message("vi")


@pytest.mark.parametrize("way", WAYS[:2])
def test_whoever_stops_early_waits_for_nobody(way: Way) -> None:
    started = time.monotonic()
    with way():
        made = ahead(5 * MOST_BEGUN, "hangs", "", 3 * MOST_BEGUN)
        assert [next(made)[0], next(made)[0]] == [1, 2]
        made.close()  # type: ignore[attr-defined]
    assert time.monotonic() - started < 10


# Says the number of its second process, which then hangs; so does it.
HANGS = """
import os, sys, time
from contextlib import contextmanager
from index.read.ahead import in_processes, in_turns
from index.read.partner import Work
def begin(number):
    if number > 12:
        time.sleep(60)
    return None, os.getpid()
@contextmanager
def opened(data):
    yield begin, lambda begun, answer: begun
def decide(told):
    for process in told:
        if process != os.getpid():
            print(process, flush=True)
        yield process
with in_processes():
    list(in_turns(begin, decide, lambda begun, answer: begun, 60, elsewhere=Work(opened, b"")))
"""


@forks
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_processes_end_with_the_one_that_started_them(how: signal.Signals) -> None:
    with subprocess.Popen([sys.executable, "-c", HANGS], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as program:
        assert program.stdout is not None
        maker = int(program.stdout.readline())
        program.send_signal(how)
        program.wait(10)
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and os.path.exists(f"/proc/{maker}/fd/1"):
        time.sleep(0.02)
    assert maker != program.pid
    assert not os.path.exists(f"/proc/{maker}/fd/1")


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


# --- the other reader of a batch ------------------------------------------------------------------------------------------------


@forks
def test_another_reader_helps_once_it_is_ready() -> None:
    with helped():
        made = makers(ahead(3 * LAG))
    assert made[:STRETCH] == [os.getpid()] * STRETCH
    assert 1.2 * LAG < made.count(-1) < 2 * LAG


@forks
def test_nobody_is_asked_for_the_few_that_are_left() -> None:
    with helped():
        assert set(makers(ahead(FEWEST_COLD - 1))) == {os.getpid()}


@forks
def test_another_reader_that_is_not_ready_is_not_waited_for(peers: tuple[Talk, Talk]) -> None:
    peer = Peer(peers[0], 7)
    with beside(peer):
        assert set(makers(ahead(3 * LAG))) == {os.getpid()}
    stand_by(peers[1], 6, b"")  # for a file long read
    assert not peer.is_ready()
    assert not peer.parted


@forks
def test_what_another_reader_left_undone_is_done_here(peers: tuple[Talk, Talk], monkeypatch: pytest.MonkeyPatch) -> None:
    """It had said that it is ready, and went away before the word reached it."""
    peer = Peer(peers[0], 7)
    monkeypatch.setattr(Peer, "is_ready", lambda self: True)
    peers[1].say(WITHDRAWN, 6)  # of another file: nobody cares
    peers[1].say(WITHDRAWN, 7)
    with beside(peer):
        made = list(ahead(FEWEST_COLD + STRETCH - 1))
    assert [number for number, _, _ in made] == list(range(1, FEWEST_COLD + STRETCH))
    assert set(makers(iter(made))) == {os.getpid()}


@forks
def test_a_word_that_came_too_late_is_for_no_other_file(peers: tuple[Talk, Talk]) -> None:
    Peer(peers[0], 6).do(Work(opened, b"", numbers=range(1, 5)))
    stand_by(peers[1], 7, b"")
    heard = [peers[0].hear() for _ in range(2)]
    assert heard == [(partner.READY, 7), (WITHDRAWN, 7)]


@forks
def test_another_reader_that_ends_in_the_middle_is_named_with_the_file(
    peers: tuple[Talk, Talk], monkeypatch: pytest.MonkeyPatch
) -> None:
    peer = Peer(peers[0], 7)
    with monkeypatch.context() as patch:
        patch.setattr(Peer, "is_ready", lambda self: True)
        _ends_in_the_middle(peer, peers[1])
    assert peer.parted
    with beside(peer):
        assert len(list(ahead(3 * LAG))) == 3 * LAG  # the next file is read without it


def _ends_in_the_middle(peer: Peer, other: Talk) -> None:
    for number in range(STRETCH + 1, STRETCH + 4):
        other.say(partner.TOLD, number)
    other.close()
    with beside(peer), pytest.raises(ReaderStopped, match=r"dài\.pdf"):
        list(ahead(3 * LAG, name="dài.pdf"))


@forks
def test_an_error_parts_two_readers(peers: tuple[Talk, Talk]) -> None:
    """What one of them is at is of no use any more, so it must not wait for the other's word."""
    peer = Peer(peers[0], 7)
    ended: list[type[BaseException] | None] = []

    def help() -> None:
        try:
            stand_by(peers[1], 7, b"")
            ended.append(None)
        except (EOFError, OSError) as error:
            ended.append(type(error))

    thread = threading.Thread(target=help)
    thread.start()
    while not peers[0].has_words(1):
        pass
    with beside(peer), pytest.raises(MemoryError):
        list(ahead(3 * LAG, "wrong", "finish", 1))
    thread.join(10)
    assert ended in ([EOFError], [BrokenPipeError])
    assert peer.parted
