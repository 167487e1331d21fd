"""What `Library.add` keeps of each file while it works: progress told, files made ready, groups to be stored at once."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from .reading_ahead import Handed
from .records import AddResult, Passage, Report
from .sources import SourceFile, Unusable

# Files are stored in groups: each commit costs about 100 ms whatever it holds. A group ends at either limit.
GROUP_PASSAGES = 500
GROUP_SECONDS = 1.0
GROUP_BYTES = 50_000_000  # of files, which a group holds in memory until it is stored

Step = Literal["reading", "splitting", "embedding", "writing", "done"]


@dataclass(frozen=True, slots=True)
class AddProgress:
    """Where `Library.add` stands: the file, the step it is at, files finished and files in all.

    While scanned pages are read, `page` of the file's `pages` to be read by OCR are done; both are 0 otherwise.
    """

    path: str
    step: Step
    done: int
    total: int
    page: int = 0
    pages: int = 0


@dataclass(frozen=True, slots=True)
class Prepared:
    """A file read, split and embedded, with no id yet. `since`: when work on it began, time.monotonic()."""

    number: int
    file: SourceFile
    data: bytes
    report: Report
    passages: Sequence[Passage]
    vectors: np.ndarray | None
    since: float


def clash(one: Prepared, other: Prepared) -> bool:
    """Whether one's place among the reports depends on the other's being stored."""
    return one.file.key == other.file.key or one.report.content_hash == other.report.content_hash


class Reporter:
    """What became of each file, and who is told."""

    def __init__(self, files: Sequence[SourceFile | Unusable], progress: Callable[[AddProgress], None] | None) -> None:
        self._files = files
        self._progress = progress
        self._results: dict[int, AddResult] = {}

    def path(self, number: int) -> str:
        file = self._files[number]
        if isinstance(file, Unusable):
            return file.path
        return file.shown

    def source(self, number: int) -> SourceFile:
        """Of a file that was handed over to be read."""
        file = self._files[number]
        assert not isinstance(file, Unusable)
        return file

    def tell(self, number: int, step: Step, page: int = 0, pages: int = 0) -> None:
        if self._progress is not None:
            self._progress(AddProgress(self.path(number), step, len(self._results), len(self._files), page, pages))

    def tell_pages(self, handed: Handed, page: int, pages: int) -> None:
        self.tell(handed.number, "reading", page, pages)

    def finish(self, number: int, result: AddResult) -> None:
        self._results[number] = result
        self.tell(number, "done")

    def results(self) -> list[AddResult]:
        return [self._results[number] for number in range(len(self._files))]


def is_full(group: Sequence[Prepared]) -> bool:
    """The group is to be stored before another file joins it."""
    passages, size = sum(len(one.passages) for one in group), sum(len(one.data) for one in group)
    return passages >= GROUP_PASSAGES or size >= GROUP_BYTES or time.monotonic() - group[0].since > GROUP_SECONDS
