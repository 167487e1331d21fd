"""Close reading behind the page: it reads, waits and goes on; an error is told once; the page says how far it is."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from library_fakes import HashingReader, write_reports
from page_fakes import FakeLibrary

from index import Library, LibraryLocked, ReportsError, Settings, StorageFull
from index.errors import ModelMissing
from index.onnx_embed import TransformerEmbedder
from ui import reading
from ui.reading import BackgroundReading, reading_html

SOON = 20.0  # seconds a loaded machine may take


class Shelf:
    """Passages that are read one after another; `errors` come first, one a look."""

    def __init__(self, passages: int = 0, errors: list[ReportsError] | None = None) -> None:
        self.passages = passages
        self.read = 0
        self.looks = 0
        self.threads: set[int] = set()
        self.errors = errors or []

    def closeness(self) -> tuple[int, int] | None:
        return self.read, self.passages

    def read_closely(self, *, stop: Callable[[], bool], threads: int, wait: float) -> bool:
        self.looks += 1
        self.threads.add(threads)
        if self.errors:
            raise self.errors.pop(0)
        while self.read < self.passages:
            if stop():
                return False
            time.sleep(0.001)
            self.read += 1
        return True


class Broken(Shelf):
    """Its counts cannot be had."""

    def __init__(self, error: ReportsError) -> None:
        super().__init__()
        self.error = error

    def closeness(self) -> tuple[int, int] | None:
        raise self.error


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "LOOK_SECONDS", 0.01)
    monkeypatch.setattr(reading, "PATIENCE_SECONDS", 0.01)


@contextmanager
def behind(library: object) -> Iterator[list[ReportsError]]:
    """Reading goes on in the block; gives the errors told."""
    told: list[ReportsError] = []
    background = BackgroundReading(library, told.append).start()  # type: ignore[arg-type]
    try:
        yield told
    finally:
        background.close()


def wait_until(true: Callable[[], bool]) -> None:
    ends = time.monotonic() + SOON
    while not true():
        assert time.monotonic() < ends
        time.sleep(0.002)


def locked() -> LibraryLocked:
    return LibraryLocked(directory="/x", holder="process 7")


# --- in the background


def test_it_reads_what_is_there_and_what_comes_later() -> None:
    shelf = Shelf(5)
    with behind(shelf) as told:
        wait_until(lambda: shelf.read == 5)
        shelf.passages = 9
        wait_until(lambda: shelf.read == 9)
    assert told == []
    assert shelf.threads == {1}  # a processor is left to answers


def test_closing_ends_it_between_two_passages() -> None:
    shelf = Shelf(1_000_000)
    with behind(shelf):
        wait_until(lambda: shelf.read > 0)
        since = time.monotonic()
    assert time.monotonic() - since < 2
    read = shelf.read
    assert 0 < read < 1_000_000
    time.sleep(0.05)
    assert shelf.read == read
    assert not [thread for thread in threading.enumerate() if thread.name == "close reading"]


def test_closing_does_not_wait_for_the_next_look(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "LOOK_SECONDS", 3600.0)
    monkeypatch.setattr(reading, "PATIENCE_SECONDS", 3600.0)
    for shelf in (Shelf(1), Shelf(1, [locked()])):
        with behind(shelf):
            wait_until(lambda shelf=shelf: shelf.looks == 1)  # type: ignore[misc]
            since = time.monotonic()
        assert time.monotonic() - since < 2


def test_an_error_is_told_once_and_does_not_end_it() -> None:
    shelf = Shelf(3, [locked(), locked(), StorageFull(directory="/x", file="a.txt")])
    with behind(shelf) as told:
        wait_until(lambda: shelf.read == 3)
    assert [type(error) for error in told] == [LibraryLocked, StorageFull]


def test_after_an_error_it_waits_longer_than_after_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []

    class Clock(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            waits.append(timeout or 0.0)
            return super().wait(0.001)

    monkeypatch.setattr(reading, "PATIENCE_SECONDS", 60.0)
    background = BackgroundReading(Shelf(1, [locked()]), lambda error: None)
    background._stop = Clock()
    background.start()
    wait_until(lambda: len(waits) > 1)
    background.close()
    assert waits[:2] == [60.0, 0.01]


def test_a_real_library_is_read_while_it_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reader = HashingReader(seconds=0.01)
    monkeypatch.setattr(TransformerEmbedder, "load", lambda: reader)
    with Library.open(tmp_path / "library", Settings()) as library:
        library.add(write_reports(tmp_path / "files", 12))
        with behind(library) as told:
            wait_until(lambda: bool(library.search("nước sạch", 3)) and library.closeness() == (36, 36))
            library.add(write_reports(tmp_path / "more", 2, prefix="later"))
            wait_until(lambda: library.closeness() == (42, 42))
            assert reading_html(library, "vi") == ""
        assert told == []
        assert library.check() == []


# --- on the page


def test_the_page_says_how_far_it_is_in_both_languages() -> None:
    shelf = Shelf(40)
    shelf.read = 12
    en, vi = reading_html(shelf, "en"), reading_html(shelf, "vi")
    assert "Reading closely: 12 of 40 passages" in en
    assert "Đang đọc kỹ: 12/40 đoạn" in vi
    for html in (en, vi):
        assert '<progress max="40" value="12"' in html
        assert 'role="status"' in html
        assert html.count("<p") - html.count("<progress") == html.count("</p>") == 1


@pytest.mark.parametrize("counts", [(40, 40), (0, 0), None])
def test_the_page_says_nothing_where_there_is_nothing_to_say(
    counts: tuple[int, int] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf = Shelf()
    monkeypatch.setattr(shelf, "closeness", lambda: counts)
    assert reading_html(shelf, "en") == reading_html(shelf, "vi") == ""


def test_a_library_that_does_not_know_close_reading_is_no_failure(tmp_path: Path) -> None:
    assert reading_html(FakeLibrary(tmp_path), "en") == ""


def test_an_error_is_said_in_the_readers_language_and_escaped() -> None:
    missing = ModelMissing(model="<b>reader</b>", detail='<img src=x onerror="hacked()">', advice="Install & run.")
    said = [reading_html(Broken(missing), language) for language in ("en", "vi")]  # type: ignore[arg-type]
    assert said[0] != said[1]
    for html in said:
        assert html.startswith('<p class="ra-problem" role="alert">')
        assert "<b>" not in html
        assert "<img" not in html
        assert "&lt;b&gt;reader&lt;/b&gt;" in html
