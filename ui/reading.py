"""Close reading behind the served page: what was added is read closely while people already ask. Knows nothing of how it is read.

One thread, one passage at a time, so that an answer always finds a free processor on a machine with two.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Protocol

from index.errors import ReportsError
from index.records import Language
from ui.i18n import text
from ui.render import escape_html

LOOK_SECONDS = 2.0  # between two looks for passages that came
SHOW_SECONDS = 4.0  # between two looks of an open page at how far it is
WRITER_SECONDS = 5.0  # how long to wait for another writer: it comes again anyway
PATIENCE_SECONDS = 60.0  # after an error, which the same passages would meet again at once


class Readable(Protocol):
    """What this needs of a library."""

    def closeness(self) -> tuple[int, int] | None: ...

    def read_closely(self, *, stop: Callable[[], bool], threads: int, wait: float) -> bool: ...


class BackgroundReading:
    """Reads whatever is unread until `close`."""

    def __init__(self, library: Readable, tell: Callable[[ReportsError], object]) -> None:
        """`tell` is given an error that kept it from reading, once each."""
        self._library = library
        self._tell = tell
        self._stop = threading.Event()
        self._told: set[str] = set()
        self._thread = threading.Thread(target=self._run, name="close reading", daemon=True)

    def start(self) -> BackgroundReading:
        self._thread.start()
        return self

    def close(self) -> None:
        """Returns once the passages at hand are kept."""
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.is_set():
            wait = LOOK_SECONDS
            try:
                self._library.read_closely(stop=self._stop.is_set, threads=1, wait=WRITER_SECONDS)
            except ReportsError as error:  # another writer, a full disk: passages stay searchable, and are read later
                wait = PATIENCE_SECONDS
                if str(error) not in self._told:
                    self._told.add(str(error))
                    self._tell(error)
            self._stop.wait(wait)


def reading_html(library: object, language: Language) -> str:
    """A line that says how far close reading is; "" where it is done, or does not take place."""
    look = getattr(library, "closeness", None)
    try:
        counts = look() if look is not None else None
    except ReportsError as error:
        return f'<p class="ra-problem" role="alert">{escape_html(error.message(language))}</p>'
    if counts is None or counts[0] >= counts[1]:
        return ""
    said = escape_html(text(language, "reports.reading", read=counts[0], passages=counts[1]))
    bar = f'<progress max="{counts[1]}" value="{counts[0]}" aria-hidden="true"></progress>'
    return f'<p class="ra-reading" role="status">{said}{bar}</p>'
