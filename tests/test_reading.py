"""Reading in a process of its own: what a file does to its reader happens there, and the next file is read."""

from __future__ import annotations

import os
import pickle
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from library_fakes import HashingEmbedder
from read_files import zipped
from test_read_docx import report, saved

from index import Library, reading
from index.errors import FileDamaged, FileEmpty, FormatUnsupported, NoTextFound, ReaderStopped
from index.read import read_bytes
from index.read.worker import unpickled
from index.reading import Reader

LIMIT = 10_000_000
# A reader that does what the file says, in place of all others.
PROGRAM = """
import os, sys, time
import index.read.worker as worker
real = worker.read_bytes
def read_bytes(data, *, name, max_bytes):
    if b"word/crash" in data:
        os.kill(os.getpid(), 11)
    if b"word/leave" in data:
        os._exit(3)
    if b"word/eat" in data:
        bytearray(900_000_000)
    if b"word/sleep" in data:
        time.sleep(60)
    if b"word/print" in data:
        print("noise on standard output"); os.write(1, b"more noise")
    if b"word/pages" in data:
        from index.read.scan import _job
        _job.get().tell(1, 3)
    return real(data, name=name, max_bytes=max_bytes)
worker.read_bytes = read_bytes
real_packed = worker.packed
worker.packed = lambda document: {} if "NONSENSE" in document.text else real_packed(document)
worker.main()
"""


def odd(what: str) -> bytes:
    return zipped({"word/document.xml": b"<w/>", f"word/{what}": b""})


@pytest.fixture
def scripted(monkeypatch: pytest.MonkeyPatch) -> None:
    limits, _, _ = reading._PROGRAM.partition("from index.read.worker")
    monkeypatch.setattr(reading, "_PROGRAM", limits + PROGRAM.replace("%", "%%"))


@pytest.fixture
def reader(scripted: None) -> Iterator[Reader]:
    with Reader(seconds=20) as made:
        yield made


def test_a_file_is_read_there_as_it_is_here() -> None:
    data = saved(report)
    with Reader() as reader:
        assert reader.read(data, name="bc.docx", limit=LIMIT) == read_bytes(data, name="bc.docx")
        assert reader.read(b"M\xe1\xbb\x99t \xc4\x91o\xe1\xba\xa1n.", name="a.txt", limit=LIMIT).text == "Một đoạn."


def test_its_errors_come_back_as_they_are(reader: Reader) -> None:
    with pytest.raises(FileDamaged) as caught:
        reader.read(saved(report)[:2000], name="bc.docx", limit=LIMIT)
    assert caught.value.fields["file"] == "bc.docx"
    assert "không mở được" in caught.value.message("vi")
    for empty in (b"", b" \r\n", bytes(300)):
        with pytest.raises(FileEmpty):
            reader.read(empty, name="bc.docx", limit=LIMIT)
    with pytest.raises(FormatUnsupported):
        reader.read(b"MZ\x90\x00" + bytes(300), name="a.exe", limit=LIMIT)


@pytest.mark.skipif(os.name != "posix", reason="signals")
@pytest.mark.parametrize(("what", "reason"), [("crash", "SIGSEGV"), ("leave", "code 3")])
def test_a_file_that_ends_its_reader_is_named_and_the_next_one_read(reader: Reader, what: str, reason: str) -> None:
    with pytest.raises(ReaderStopped, match=rf"xấu\.docx.*{reason}") as caught:
        reader.read(odd(what), name="xấu.docx", limit=LIMIT)
    assert "phải dừng đọc" in caught.value.message("vi")
    assert "108%" in reader.read(saved(report), name="bc.docx", limit=LIMIT).text


@pytest.mark.skipif(sys.platform != "linux", reason="limits of address space")
def test_a_file_that_wants_all_memory_is_named(scripted: None) -> None:
    with Reader(memory=800_000_000) as reader, pytest.raises(ReaderStopped, match=r"bc\.docx.*memory"):
        reader.read(odd("eat"), name="bc.docx", limit=LIMIT)


def test_a_file_that_never_ends_is_named(scripted: None) -> None:
    with Reader(seconds=1) as reader:
        started = time.monotonic()
        with pytest.raises(ReaderStopped, match="1 seconds"):
            reader.read(odd("sleep"), name="bc.docx", limit=LIMIT)
        assert time.monotonic() - started < 10


def test_what_a_library_prints_is_no_answer(reader: Reader) -> None:
    with pytest.raises(NoTextFound):
        reader.read(odd("print"), name="bc.docx", limit=LIMIT)


def test_pages_are_told(reader: Reader) -> None:
    told: list[tuple[int, int]] = []
    with pytest.raises(NoTextFound):
        reader.read(odd("pages"), name="bc.docx", limit=LIMIT, tell=lambda done, total: told.append((done, total)))
    assert told == [(1, 3)]


def test_an_answer_that_makes_no_sense_is_refused(reader: Reader) -> None:
    data = saved(lambda document: document.add_paragraph("NONSENSE"))
    with pytest.raises(ReaderStopped, match=r"bc\.docx.*no sense"):
        reader.read(data, name="bc.docx", limit=LIMIT)


def test_only_plain_things_come_out_of_an_answer() -> None:
    class Evil:
        def __reduce__(self) -> tuple[Callable[[str], int], tuple[str]]:
            return os.system, ("echo owned",)

    for harmful in (Evil(), signal.raise_signal, FileEmpty(file="a.txt")):
        with pytest.raises(pickle.UnpicklingError):
            unpickled(pickle.dumps(("document", harmful)))


def test_one_bad_file_never_stops_a_batch(scripted: None, tmp_path: Path, embedder: HashingEmbedder) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.docx").write_bytes(saved(report))
    (folder / "b.docx").write_bytes(odd("crash"))
    (folder / "c.txt").write_text("Xã có 12 thôn.", encoding="utf-8")
    (folder / "d.docx").write_bytes(odd("leave"))
    (folder / "e.docx").write_bytes(saved(lambda document: document.add_paragraph("Xã có 15 giếng.")))
    with Library.open(tmp_path / "library", embedder=embedder) as library:
        results = library.add([folder])
        assert [result.status for result in results] == ["added", "failed", "added", "failed", "added"]
        assert [type(result.error) for result in results if result.error] == [ReaderStopped, ReaderStopped]
        assert len(library.reports()) == 3
        assert library.check() == []
