from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest
from library_fakes import HashingEmbedder, child, finish

from index import LibraryLocked
from index.lock import WriterLock


def test_one_holder_at_a_time_even_in_one_process(tmp_path: Path) -> None:
    lock, other = WriterLock(tmp_path), WriterLock(tmp_path)
    with lock.held(0):
        for waiting in (lock, other):
            with pytest.raises(LibraryLocked), waiting.held(0.1):
                pass
    with other.held(0):
        pass


def test_threads_take_turns(tmp_path: Path) -> None:
    lock, inside, most = WriterLock(tmp_path), 0, 0

    def work() -> None:
        nonlocal inside, most
        for _ in range(5):
            with lock.held(20):
                inside += 1
                most = max(most, inside)
                time.sleep(0.002)
                inside -= 1

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 1


def test_a_second_process_is_told_who_writes(tmp_path: Path) -> None:
    from index import Library

    with Library.open(tmp_path, embedder=HashingEmbedder()) as library:
        process = child("hold", tmp_path, 3)
        assert process.stdout is not None
        process.stdout.readline()
        started = time.monotonic()
        with pytest.raises(LibraryLocked) as caught:
            library.remove("anything", wait=0.3)
        assert 0.2 < time.monotonic() - started < 2
        for language in ("en", "vi"):
            assert f"library_fakes.py hold (process {process.pid}, since 20" in caught.value.message(language)
        finish(process)
        with library._lock.held(1):
            pass


def test_the_lock_is_free_when_its_holder_is_killed(tmp_path: Path) -> None:
    process = child("hold", tmp_path, 60)
    assert process.stdout is not None
    process.stdout.readline()
    process.kill()
    process.communicate()
    with WriterLock(tmp_path).held(1):
        pass


def test_a_waiting_process_gets_its_turn(tmp_path: Path) -> None:
    """A holder that takes the lock again at once would otherwise always be faster than a poll."""
    lock = WriterLock(tmp_path)
    got = threading.Event()

    def wait() -> None:
        with WriterLock(tmp_path).held(20):
            got.set()

    with lock.held(0):
        waiter = threading.Thread(target=wait)
        waiter.start()
        time.sleep(0.2)
    for _ in range(40):
        with lock.held(20):
            time.sleep(0.02)
        if got.is_set():
            break
    waiter.join()
    assert got.is_set()
