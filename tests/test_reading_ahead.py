"""Files of a batch are read two at a time and handed over in order; whoever leaves early leaves nothing behind."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from read_files import pdf, zipped
from test_read_docx import report, saved
from test_reading import odd, scripted

from index import reading, reading_ahead
from index.errors import ReaderStopped
from index.read import Document, read_bytes
from index.reading import Reader
from index.reading_ahead import MOST_UNDER_WAY, Handed, Readers

__all__ = ["scripted"]  # a fixture

LIMIT = 10_000_000
# A reader of files that wait until two of them are being read.
MEETING = """
import os, pathlib, time
import index.read.worker as worker
real = worker.read_bytes
def read_bytes(data, *, name, max_bytes):
    met = pathlib.Path(os.environ["MEETING"])
    (met / name).touch()
    while len(list(met.iterdir())) < 2:
        time.sleep(0.01)
    return real(data, name=name, max_bytes=max_bytes)
worker.read_bytes = read_bytes
worker.main()
"""


def handed(*files: bytes) -> list[Handed]:
    return [Handed(number, data, f"{number}.docx", LIMIT) for number, data in enumerate(files)]


def test_each_file_comes_in_order_with_its_own_error(scripted: None) -> None:
    good = saved(report)
    with Readers() as readers:
        found = list(readers.read_each(handed(good, odd("crash"), good, odd("leave"), odd("print"), good)))
    assert [file.number for file, _ in found] == list(range(6))
    kinds = [type(read).__name__ for _, read in found]
    assert kinds == ["Document", "ReaderStopped", "Document", "ReaderStopped", "NoTextFound", "Document"]
    assert found[5][1] == read_bytes(good, name="5.docx")


def test_two_are_read_at_a_time(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    limits, _, _ = reading._PROGRAM.partition("from index.read.worker")
    monkeypatch.setattr(reading, "_PROGRAM", limits + MEETING)
    monkeypatch.setattr(reading, "SECONDS", 20.0)
    monkeypatch.setenv("MEETING", str(tmp_path))
    good = saved(report)
    with Readers() as readers:
        assert all(isinstance(read, Document) for _, read in readers.read_each(handed(good, good)))


def test_pages_are_told_of_the_file_waited_for(scripted: None) -> None:
    told: list[tuple[int, int, int]] = []
    with Readers() as readers:
        list(
            readers.read_each(handed(odd("pages"), odd("pages")), lambda file, read, pages: told.append((file.number, read, pages)))
        )
    assert told == [(0, 0, 0), (0, 1, 3), (1, 0, 0), (1, 1, 3)]


def test_a_long_file_that_is_left_over_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    helped: list[tuple[str, int]] = []
    real = Reader.help

    def help(reader: Reader, data: bytes, *, name: str, file: int) -> bool:
        helped.append((name, file))
        return real(reader, data, name=name, file=file)

    monkeypatch.setattr(Reader, "help", help)
    long = pdf([[(72, 700 - 20 * line, f"Muc {page}.{line}: con {page * line} ho") for line in range(9)] for page in range(1, 161)])
    short = saved(report)
    files = [Handed(0, long, "dài.pdf", LIMIT), *(Handed(number, short, f"{number}.docx", LIMIT) for number in (1, 2))]
    with Readers() as readers:
        found = [read for _, read in readers.read_each(files)]
    assert found == [read_bytes(long, name="dài.pdf"), *(read_bytes(short, name=f"{number}.docx") for number in (1, 2))]
    assert helped in ([], [("dài.pdf", 1)])  # [] where it was read before the others


@pytest.mark.skipif(sys.platform != "linux" or len(os.sched_getaffinity(0)) < 2, reason="one core, or no pipes to another reader")
def test_two_readers_share_a_long_file() -> None:
    long = pdf([[(72, 700 - 20 * line, f"Muc {page}.{line}: con {page * line} ho") for line in range(9)] for page in range(1, 401)])
    whole = read_bytes(long, name="dài.pdf")
    with Readers() as readers:
        first, second = readers._all
        for reader in (first, second):  # both have their process
            reader.read(pdf([[(72, 700, "Muc 1")]]), name="ngắn.pdf", limit=LIMIT, file=9)
        wanted = False
        for file in range(1, 21):  # on a machine with much else to do, it may come too late
            with ThreadPoolExecutor(1) as pool:
                read = pool.submit(first.read, long, name="dài.pdf", limit=LIMIT, file=file)
                wanted |= second.help(long, name="dài.pdf", file=file)
                assert read.result(60) == whole
            if wanted:
                break
    assert wanted


def test_a_reader_helps_with_pdf_files_alone_and_outlives_one_that_kills_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of what it does for another file nothing is its own file's fault."""
    with Readers() as readers:
        list(readers.read_each(handed(saved(report), saved(report))))
        reader = next(reader for reader in readers._all if reader._child is not None)
        asked: list[Any] = []

        def ended(request: Any, *_: Any) -> None:
            asked.append(request[0])
            raise ReaderStopped(file="dài.pdf", detail="killed", detail_vi="bị dừng")

        with monkeypatch.context() as patch:
            patch.setattr(reader, "_ask", ended)
            reader.help(saved(report), name="bc.docx", file=3)
            assert asked == []
            reader.help(pdf([[(72, 700, "Muc 1")]]), name="dài.pdf", file=3)
        assert asked == ["help"]
        assert reader._child is None
        assert reader.read(saved(report), name="bc.docx", limit=LIMIT).text


def test_leaving_ends_what_is_being_read(scripted: None) -> None:
    started = time.monotonic()
    with Readers() as readers:
        each = readers.read_each(handed(saved(report), odd("sleep"), odd("sleep"), odd("sleep")))
        next(each)
        children = [reader._child for reader in readers._all if reader._child is not None]
    assert time.monotonic() - started < 15
    assert children
    assert all(child.poll() is not None for child in children)


def test_a_stopped_reader_starts_nothing() -> None:
    with Reader() as reader:
        reader.stop()
        with pytest.raises(ReaderStopped):
            reader.read(saved(report), name="bc.docx", limit=LIMIT)
        assert reader._child is None


@pytest.mark.parametrize(("most", "asked_for"), [(1, 2), (20_000_000, MOST_UNDER_WAY + 1)])
def test_what_waits_is_bounded(monkeypatch: pytest.MonkeyPatch, most: int, asked_for: int) -> None:
    monkeypatch.setattr(reading_ahead, "BYTES_UNDER_WAY", most)
    asked = 0

    def files() -> Iterator[Handed]:
        nonlocal asked
        for number in range(10):
            asked += 1
            yield Handed(number, b"M\xe1\xbb\x99t.", f"{number}.txt", LIMIT)

    with Readers() as readers:
        each = readers.read_each(files())
        next(each)
        assert asked == asked_for
        assert len(list(each)) == 9


@pytest.mark.parametrize("count", [0, 1, 2, 3])
def test_one_file_alone_has_all_cores(monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    given: list[int] = []

    def read(self: Reader, data: bytes, *, file: int, **_: Any) -> Document:
        given.append(file)
        return Document("", (), "docx")

    monkeypatch.setattr(Reader, "read", read)
    with Readers() as readers:
        assert len(list(readers.read_each(handed(*[zipped({})] * count)))) == count
    assert sorted(given) == (list(range(1, count + 1)) if count > 1 else [0] * count)


def test_one_keeps_to_the_order_and_the_other_takes_the_largest(monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[str] = []
    third = threading.Event()

    def read(reader: Reader, data: bytes, *, name: str, **_: Any) -> Document:
        begun.append(name)
        if name == "2":
            assert third.wait(20)
        third.set() if name == "3" else None
        return read_bytes(b"# Xong", name="a.md")

    monkeypatch.setattr(Reader, "read", read)
    files = [Handed(number, b"x" * size, str(number), LIMIT) for number, size in enumerate((5, 20, 90, 7))]
    with Readers() as readers:
        found = [file.name for file, _ in readers.read_each(files)]
    assert found == ["0", "1", "2", "3"]
    assert begun.index("2") < begun.index("3")  # the largest is not left to the end
