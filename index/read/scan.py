"""Pages without usable text -> pages read by OCR, two at a time, each kept on disk as soon as it is read.

    with scanning(folder=library / "ocr", content=sha256, tell=lambda done, total: …):
        read = read_scans([3, 4, 7], render)          # render(3) -> Picture; called in this thread, pdfium is not for two
        read[3].page.lines, read[3].confidence        # read.get(4) is None: OCR failed on it

Where `folder` is given, a page's words are kept in folder/<content>/<page>-<how>.json, so that adding a file again after an
interrupt goes on where it stopped. How a reading was made (program, languages, `RECIPE`) is part of its name.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from index.read import ocr
from index.read.ocr import OcrWord, Tesseract
from index.read.page import Page
from index.read.picture import Picture
from index.read.scan_lines import mean_confidence, scanned_page
from index.read.straighten import Stroke, cleaned, erased, straightened, strokes

WORKERS = 2  # pages read at a time
RECIPE = 2  # raise it when the same picture would be read otherwise: kept readings of older recipes are not used
MARKED = 0.1  # of the words of a Vietnamese page hold a letter beyond ASCII; about half do
UPRIGHT = 0.7  # mean confidence under which the page may lie on its side or head
MOST_KEPT = 300_000_000  # bytes of readings kept in one folder; the oldest files' go first

Tell = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Scan:
    """A page as read: `confidence` 0..1 is the mean over its letters, larger is better."""

    page: Page
    confidence: float


@dataclass(frozen=True, slots=True)
class _Reading:
    """What is kept of a page: words and strokes in dots of a straightened picture `height` dots high.

    The picture as it lay was turned by 90 degrees clockwise `turns` times, then by `degrees` counter-clockwise about its middle.
    """

    words: tuple[OcrWord, ...]
    ruled: tuple[Stroke, ...]
    height: int
    dpi: int
    width: int = 0
    turns: int = 0
    degrees: float = 0.0


@dataclass(frozen=True, slots=True)
class _Job:
    folder: Path | None = None
    tell: Tell | None = None


_NO_JOB = _Job()
_job: ContextVar[_Job] = ContextVar("scan job", default=_NO_JOB)  # an archive holds PDF files: it travels beside them


@contextmanager
def scanning(*, folder: Path | None, content: str, tell: Tell | None = None) -> Iterator[None]:
    """Readers called inside keep finished pages in `folder` under the file's hash, `content`, and `tell` pages read and to read."""
    token = _job.set(_Job(folder / content if folder and content.isalnum() else None, tell))
    try:
        yield
    finally:
        _job.reset(token)


def can_read() -> bool:
    """Whether tesseract with Vietnamese letters is here."""
    return ocr.find_tesseract() is not None


def read_scans(numbers: Sequence[int], render: Callable[[int], Picture], *, part: str = "") -> dict[int, Scan]:
    """The pages `numbers`, read, or that `part` of them which `render` draws.

    One that OCR failed on is absent, and all are where tesseract is not here: ask `can_read`.
    """
    tesseract = ocr.find_tesseract()
    if tesseract is None or not numbers:
        return {}
    job = _job.get()
    how = hashlib.sha256(f"{RECIPE} {part} {tesseract.version} {tesseract.languages}".encode()).hexdigest()[:12]
    found: dict[int, Scan] = {}
    waiting: deque[tuple[int, Future[_Reading]]] = deque()
    pool = ThreadPoolExecutor(WORKERS, thread_name_prefix="ocr")

    def settle() -> None:
        number, future = waiting.popleft()
        try:
            reading = future.result()
        except ocr.CallFailed:  # this page alone; the reader names it among the unread ones
            return
        _keep(job.folder, f"{number}-{how}", reading)
        found[number] = _scan(number, reading)

    try:
        for done, number in enumerate(numbers):
            if job.tell:
                job.tell(done - len(waiting), len(numbers))
            kept = _kept(job.folder, f"{number}-{how}")
            if kept is not None:
                found[number] = _scan(number, kept)
                continue
            waiting.append((number, pool.submit(_read, tesseract, render(number))))
            while len(waiting) > WORKERS:
                settle()
        while waiting:
            if job.tell:
                job.tell(len(numbers) - len(waiting), len(numbers))
            settle()
    except BaseException:  # Ctrl-C too: the programs under way end at once, finished pages are kept
        for _, future in waiting:
            future.cancel()
        ocr.stop_all()
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
    return found


def _scan(number: int, reading: _Reading) -> Scan:
    page = scanned_page(number, reading.words, reading.ruled, height=reading.height, dpi=reading.dpi)
    return Scan(page, mean_confidence(reading.words))


def _read(tesseract: Tesseract, picture: Picture) -> _Reading:
    """One page, turned upright where it reads badly as it lies."""
    clean = cleaned(picture.grey, picture.dpi)
    first = _recognised(tesseract, clean, picture.dpi)
    if mean_confidence(first.words) >= UPRIGHT and len(first.words) > 3:
        return first
    turns = ocr.quarter_turns(tesseract, clean, dpi=picture.dpi)
    if not turns:
        return first
    second = replace(_recognised(tesseract, np.rot90(clean, -turns), picture.dpi), turns=turns)
    return second if _weight(second) > _weight(first) else first


def _weight(reading: _Reading) -> float:
    return sum(word.confidence**2 * len(word.text) for word in reading.words)


def _recognised(tesseract: Tesseract, grey: np.ndarray, dpi: int) -> _Reading:
    level, degrees = straightened(grey)
    ruled = strokes(level, dpi)
    words = _words(tesseract, erased(level, ruled), dpi)
    return _Reading(tuple(words), tuple(ruled), level.shape[0], dpi, level.shape[1], 0, degrees)


def _words(tesseract: Tesseract, grey: np.ndarray, dpi: int) -> list[OcrWord]:
    """Read as Vietnamese; a page with hardly a Vietnamese letter as English too, and the surer of both is taken.

    Not as "vie+eng": asked for both at once, tesseract often takes the English reading of a Vietnamese word and its marks are lost
    ("San luong"), while the Vietnamese letters alone read English text well (measured: eval/LOG.md).
    """
    words = ocr.recognise(tesseract, grey, dpi=dpi, language="vie")
    letters = [word for word in words if any(map(str.isalpha, word.text))]
    marked = sum(not word.text.isascii() for word in letters)
    if "eng" not in tesseract.languages or marked > MARKED * len(letters) or mean_confidence(words) < UPRIGHT:
        return words
    english = ocr.recognise(tesseract, grey, dpi=dpi, language="eng")
    return english if mean_confidence(english) > mean_confidence(words) else words


# Kept readings


def _keep(folder: Path | None, name: str, reading: _Reading) -> None:
    if folder is None:
        return
    shape = {name: getattr(reading, name) for name in ("height", "dpi", "width", "turns", "degrees", "ruled", "words")}
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f"{name}.part"
    part.write_text(json.dumps(shape, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")
    os.replace(part, folder / f"{name}.json")


def _kept(folder: Path | None, name: str) -> _Reading | None:
    if folder is None:
        return None
    try:
        shape = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
        words = tuple(OcrWord._make((*word[:6], tuple(word[6]))) for word in shape["words"])
        ruled = tuple(Stroke(*stroke) for stroke in shape["ruled"])
        turned = int(shape.get("width", 0)), int(shape.get("turns", 0)), float(shape.get("degrees", 0.0))
        return _Reading(words, ruled, int(shape["height"]), int(shape["dpi"]), *turned)
    except (OSError, ValueError, KeyError, TypeError, IndexError):  # not there, or cut off by a crash: the page is read again
        return None


def forget(folder: Path, content: str) -> None:
    """Remove what is kept of the file with this hash."""
    if content.isalnum():
        shutil.rmtree(folder / content, ignore_errors=True)


def trim(folder: Path, limit: int = MOST_KEPT) -> None:
    """Remove the readings of the files longest untouched until at most `limit` bytes are kept."""
    sizes = []
    for kept in folder.iterdir() if folder.is_dir() else ():
        if kept.is_dir():
            files = [entry.stat() for entry in kept.iterdir()]
            sizes.append((max((file.st_mtime for file in files), default=0.0), sum(file.st_size for file in files), kept))
    total = sum(size for _, size, _ in sizes)
    for _, size, kept in sorted(sizes):
        if total <= limit:
            return
        shutil.rmtree(kept, ignore_errors=True)
        total -= size
