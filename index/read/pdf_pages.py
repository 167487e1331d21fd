"""PDF files -> pages of lines and strokes with their places. pypdfium2 lives here.

    with opened(data, "bao-cao.pdf") as pdf:
        for page in pages(pdf):            # Page(1, lines=(Line("I. Kết quả", 85.0, 160.2, …), …), rules=(…))

Two things make this fast. Pages are loaded in a thread of their own: pdfium lets Python go on meanwhile, so the layout of one page
is worked out while the next is parsed. And places are asked for in bulk, a loop in C instead of one in Python, and only where they
may matter: two ends of a line, the words of a line that has gaps, is mostly figures or lies in a ruled table.
pdfium must not be entered by two threads at once: `opened` holds a lock from opening to closing.
"""

from __future__ import annotations

import ctypes
import math
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from itertools import repeat
from queue import Full, Queue
from typing import Any, NamedTuple

import numpy as np

from index.errors import FileDamaged, FileEncrypted, FileTooLarge
from index.read.glyphs import DIGIT, cell_starts, codes_of, have_gaps, kinds, words_of
from index.read.page import Cuts, Level, Line, Page, Rule, Word
from index.read.pdf_picture import is_scan
from index.read.ruled import Frame, frames

MOST_PAGES = 5_000
MOST_CHARACTERS = 2_000_000  # on one page
MOST_OBJECTS = 40_000  # on one page; drawings (maps) have more, and are not searched for tables
THICKEST = 3.0  # points; thicker strokes are areas
SHORTEST = 8.0  # points; shorter strokes are parts of letters and dashes
FEWEST_UPRIGHT = 3  # strokes of a table with two columns
FEWEST_GAPS = 3  # lines with gaps on a page, for the others to be looked at as well: headers have wide words and narrow gaps
FEWEST_FOR_COLUMNS = 8  # lines of a page that may be set in two columns
DIGIT_WIDTH = 0.42  # of a line's height is a digit at least as wide; some fonts report boxes half as high as others
FEW_LETTERS = 200  # a page with more text than a stamp and a running foot is no bare scan
AHEAD = 8  # pages loaded while one is worked on
SAMPLED = 4  # on pages of many objects, one in so many is looked at; strokes are drawn one after the other

_PDFIUM = threading.Lock()


@contextmanager
def opened(data: bytes, name: str) -> Iterator[Any]:
    """The open file, to be handed to the functions here. Raises FileEncrypted, FileDamaged, FileTooLarge (over 5,000 pages)."""
    import pypdfium2

    with _PDFIUM:
        try:
            pdf = pypdfium2.PdfDocument(data)
        except pypdfium2.PdfiumError as exc:
            if "password" in str(exc).lower() or "security" in str(exc).lower():
                raise FileEncrypted(file=name) from exc
            raise FileDamaged(file=name, format="PDF", detail="its structure is broken or cut off") from exc
        try:
            count = len(pdf)
            if count > MOST_PAGES:
                raise FileTooLarge(file=name, size=f"{count} pages", limit=f"{MOST_PAGES} pages")
            if not count:
                raise FileDamaged(file=name, format="PDF", detail="it has no pages")
            yield pdf
        finally:
            pdf.close()


def properties(pdf: Any) -> dict[str, str]:
    """Title, CreationDate and others, as the file states them."""
    return dict(pdf.get_metadata_dict())


def pages(pdf: Any) -> Iterator[Page]:
    """All pages in order; one that cannot be opened is without lines and `broken`. pdfium is at rest once the last has come,
    and when the iterator is closed."""
    waiting: Queue[_Raw | BaseException | None] = Queue(AHEAD)
    stop = threading.Event()
    loader = threading.Thread(target=_load, args=(pdf, waiting, stop), name="pdf pages", daemon=True)
    loader.start()
    try:
        while (raw := waiting.get()) is not None:
            if isinstance(raw, BaseException):
                raise raw
            yield _made(raw)
    finally:
        stop.set()
        loader.join()


def _load(pdf: Any, waiting: Queue[_Raw | BaseException | None], stop: threading.Event) -> None:
    """The loader's thread: raw pages, then None or what went wrong, into the queue."""
    import pypdfium2

    def put(item: _Raw | BaseException | None) -> None:
        while not stop.is_set():
            try:
                waiting.put(item, timeout=0.1)
            except Full:
                continue
            return

    try:
        for number in range(1, len(pdf) + 1):
            if stop.is_set():
                return
            try:
                put(_raw_page(pdf, number))
            except pypdfium2.PdfiumError:
                put(_Raw(number, broken=True))
        put(None)
    except BaseException as exc:
        put(exc)


class _Text(NamedTuple):
    """A page's text with the places that were asked for. Words are text[word_start:word_end]; `line_first` tells the first word of
    every line, with the number of words at its end. Places are float32, on the page turned so that most of its text is upright."""

    text: str
    word_start: np.ndarray
    word_end: np.ndarray
    line_first: np.ndarray
    first_box: np.ndarray  # [lines, 4], of each line's first character: left, bottom, right, top
    line_right: np.ndarray
    word_left: np.ndarray  # NaN where not asked for, as the next three
    word_right: np.ndarray
    word_low: np.ndarray
    word_high: np.ndarray
    new_cell: np.ndarray  # bool: the word begins a cell
    ruled: np.ndarray  # bool, of each line: it lies in a ruled table
    rules: tuple[Rule, ...]
    levels: tuple[Level, ...]


@dataclass(frozen=True, slots=True)
class _Raw:
    """A page as the loader hands it on."""

    number: int
    text: _Text | None = None
    has_image: bool = False
    broken: bool = False


class _Calls(NamedTuple):
    """pdfium's functions for calling in bulk: without letting go of the interpreter at every call, with addresses as numbers."""

    loose_box: Any
    angle: Any
    char_index: Any
    page_object: Any
    object_type: Any
    object_bounds: Any


@cache
def _calls() -> _Calls:
    from pypdfium2 import raw

    address, number = ctypes.c_void_p, ctypes.c_int

    def call(function: Any, result: Any, *arguments: Any) -> Any:
        return ctypes.PYFUNCTYPE(result, *arguments)(ctypes.cast(function, address).value or 0)

    return _Calls(
        call(raw.FPDFText_GetLooseCharBox, number, address, number, address),
        call(raw.FPDFText_GetCharAngle, ctypes.c_float, address, number),
        call(raw.FPDFText_GetCharIndexFromTextIndex, number, address, number),
        call(raw.FPDFPage_GetObject, address, address, number),
        call(raw.FPDFPageObj_GetType, number, address),
        call(raw.FPDFPageObj_GetBounds, number, address, address, address, address, address),
    )


def _address(handle: Any) -> int:
    return ctypes.cast(handle, ctypes.c_void_p).value or 0


def _raw_page(pdf: Any, number: int) -> _Raw:
    page = pdf[number - 1]
    try:
        text_page = page.get_textpage()
        try:
            count = text_page.count_chars()
            if count > MOST_CHARACTERS:
                raise MemoryError("more text on one page than a page can hold")
            text = text_page.get_text_range() if count > 0 else ""
            if not text.strip():
                return _Raw(number, has_image=_has_image(page))
            placed = _placed(page, _address(text_page.raw), text.replace("\ufffe", "\x02"), count)
            return _Raw(number, placed, len(text) < FEW_LETTERS and is_scan(page))
        finally:
            text_page.close()
    finally:
        page.close()


def _placed(page: Any, handle: int, text: str, count: int) -> _Text | None:
    codes, shift = codes_of(text)
    kind = kinds(codes)
    start, end, first = words_of(kind)
    if not len(start):
        return None
    place = _Places(handle, shift, same=len(codes) + (0 if shift is None else int(shift[-1])) == count)
    last = np.append(first[1:], len(start)) - 1  # last word of each line
    turns = place.turns(start[first])
    turn = int(np.bincount(turns, weights=end[last] - start[first], minlength=4).argmax())
    box, final = place.boxes(start[first], turn), place.boxes(end[last] - 1, turn)
    right = final[:, 2]
    across = turns != turn  # their characters are not side by side
    if across.any():
        low, high = np.minimum(box, final), np.maximum(box, final)
        box[across] = np.concatenate((low[across, :2], high[across, 2:]), axis=1)
        right = np.where(across, high[:, 2], right)
    rules, levels = _rules(page, turn)
    ruled = _inside(frames(rules), (box[:, 0] + right) / 2, (box[:, 1] + box[:, 3]) / 2)
    gaps = have_gaps(kind, start, end, first, last, right - box[:, 0], box[:, 3] - box[:, 1])
    several = last > first
    if gaps.sum() < FEWEST_GAPS and _has_gutter(place, kind, (start, end, first, last), turn, box, right, several & ~across):
        gaps = several
    wanted = (ruled | (several if gaps.sum() >= FEWEST_GAPS else gaps)) & ~across
    sides, size = _word_ends(place, kind, start, end, first, last, turn, wanted, box, right)
    cells = cell_starts(kind, start, end, first, *sides[:2], size)
    return _Text(text, start, end, np.append(first, len(start)), box, right, *sides, cells, ruled, rules, levels)


class _Places:
    """Where characters stand. `same`: text and pdfium's list of characters have the same places."""

    def __init__(self, handle: int, shift: np.ndarray | None, *, same: bool) -> None:
        self._handle, self._shift, self._same, self._calls = handle, shift, same, _calls()

    def _indices(self, at: np.ndarray) -> list[int]:
        if self._shift is not None:
            at = at + self._shift[at]
        places: list[int] = at.tolist()
        return places if self._same else list(map(self._calls.char_index, repeat(self._handle), places))

    def boxes(self, at: np.ndarray, turn: int) -> np.ndarray:
        """float32 [n, 4]: left, bottom, right, top on a page turned so that text of this quarter turn stands upright."""
        found = np.zeros((len(at), 4), np.float32)  # as pdfium's FS_RECTF: left, top, right, bottom
        address = found.ctypes.data
        places = range(address, address + 16 * len(at), 16)
        deque(map(self._calls.loose_box, repeat(self._handle), self._indices(at), places), maxlen=0)
        return _upright(found[:, (0, 3, 2, 1)], turn)

    def turns(self, at: np.ndarray) -> np.ndarray:
        """Quarter turns, clockwise as pdfium counts them: 3 is text that runs up the page. All are asked for where some differ."""
        asked = np.unique(np.concatenate((np.arange(min(2, len(at))), np.linspace(0, len(at) - 1, min(6, len(at))).astype(int))))
        some = self._quarters(at[asked])
        return np.full(len(at), some[0]) if (some == some[0]).all() else self._quarters(at)

    def _quarters(self, at: np.ndarray) -> np.ndarray:
        angles = np.fromiter(map(self._calls.angle, repeat(self._handle), self._indices(at)), np.float32, len(at))
        return np.where(angles >= 0, np.rint(angles / (math.pi / 2)), 0).astype(np.int64) % 4


def _has_gutter(
    place: _Places,
    kind: np.ndarray,
    words: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray],
    turn: int,
    box: np.ndarray,
    right: np.ndarray,
    usable: np.ndarray,
) -> bool:
    """Most of a few long lines have a gap: two columns of prose side by side, too wide for the gap to show in the lines' width."""
    start, end, first, last = words
    lines = np.flatnonzero(usable)
    if len(lines) < FEWEST_FOR_COLUMNS:
        return False
    longest = lines[np.argsort((end[last] - start[first])[lines])[-len(lines) // 2 :]]
    asked = np.zeros(len(first), bool)
    asked[longest[:: max(1, len(longest) // 4)][:4]] = True
    sides, size = _word_ends(place, kind, start, end, first, last, turn, asked, box, right)
    opens = cell_starts(kind, start, end, first, *sides[:2], size)
    return bool((np.add.reduceat(opens, first, dtype=int)[asked] == 2).sum() >= 3)


def _word_ends(
    place: _Places,
    kind: np.ndarray,
    start: np.ndarray,
    end: np.ndarray,
    first: np.ndarray,
    last: np.ndarray,
    turn: int,
    wanted: np.ndarray,
    line_box: np.ndarray,
    line_right: np.ndarray,
) -> tuple[tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray], np.ndarray]:
    """Left, right, bottom and top of the words of the lines `wanted`, NaN elsewhere, and the size of each line's letters.

    Digits of a line are all of one width: where a word is made of them, its right end is worked out.
    """
    sizes = last - first + 1
    height = line_box[:, 3] - line_box[:, 1]
    lefts, rights, lows, highs = np.full((4, len(start)), np.nan, np.float32)
    asked = np.flatnonzero(np.repeat(wanted, sizes))
    if not len(asked):
        return (lefts, rights, lows, highs), height
    line = np.repeat(np.arange(len(first)), sizes)[asked]
    boxes = place.boxes(start[asked], turn)
    left, right = boxes[:, 0], boxes[:, 2]
    length = end[asked] - start[asked]
    starts_so = kind[start[asked]] == DIGIT
    digit = np.full(len(first), np.nan, np.float32)
    digit[line[starts_so][::-1]] = (right - left)[starts_so][::-1]  # of each line's first figure
    figures = np.concatenate(([0], np.cumsum(kind == DIGIT)))
    pure = (figures[end[asked]] - figures[start[asked]]) == length
    lefts[asked], rights[asked] = left, np.where(pure, left + digit[line] * length, right)
    rest = np.flatnonzero(~pure & (length > 1))
    if len(rest):
        rights[asked[rest]] = place.boxes(end[asked[rest]] - 1, turn)[:, 2]
    rights[last[wanted]] = line_right[wanted]
    lefts[first[wanted]] = line_box[wanted, 0]
    lows[asked], highs[asked] = boxes[:, 1], boxes[:, 3]
    return (lefts, rights, lows, highs), np.fmax(height, digit / DIGIT_WIDTH)


def _inside(tables: Sequence[Frame], x: np.ndarray, y: np.ndarray) -> np.ndarray:
    if not tables:
        return np.zeros(len(x), bool)
    return np.array([any(frame.holds(a, b) for frame in tables) for a, b in zip(x.tolist(), y.tolist(), strict=True)])


def _made(raw: _Raw) -> Page:
    """The page with its lines, and the cells they fall into."""
    own = raw.text
    if own is None:
        return Page(raw.number, (), has_image=raw.has_image, broken=raw.broken)
    text, start, end = own.text, own.word_start, own.word_end
    opens = np.flatnonzero(own.new_cell)
    after = np.append(opens[1:], len(start)) - 1
    texts = [text[a:b] for a, b in zip(start[opens].tolist(), end[after].tolist(), strict=True)]
    words = own.line_first
    line_cell = np.searchsorted(opens, words)
    lefts, rights = own.word_left[opens], own.word_right[after]
    lefts[line_cell[:-1]] = own.first_box[:, 0]  # lines whose words were not asked for are one cell
    rights[line_cell[1:] - 1] = own.line_right
    lows, highs = own.word_low[opens], own.word_high[opens]
    bare = np.isnan(lows)
    owner = np.repeat(np.arange(len(words) - 1), np.diff(line_cell))[bare]
    lows[bare], highs[bare] = own.first_box[owner, 1], own.first_box[owner, 3]
    cuts = Cuts(texts, lefts, rights, lows, highs)
    begins, stops = start[words[:-1]].tolist(), end[words[1:] - 1].tolist()
    left, bottom, _, top = own.first_box.T.tolist()
    right, cell = own.line_right.tolist(), line_cell.tolist()
    inside = own.ruled.tolist()
    lines = tuple(
        Line(text[a:b], near, far, low, high, _line_words(own, n) if inside[n] else (), cell[n], cell[n + 1])
        for n, (a, b, near, far, low, high) in enumerate(zip(begins, stops, left, right, bottom, top, strict=True))
    )
    return Page(raw.number, lines, own.rules, raw.has_image, cuts, own.levels)


def _line_words(own: _Text, line: int) -> tuple[Word, ...]:
    words = slice(int(own.line_first[line]), int(own.line_first[line + 1]))
    start, end, left, right = (side[words].tolist() for side in (own.word_start, own.word_end, own.word_left, own.word_right))
    if any(map(math.isnan, left)):  # set across the others
        return (Word(own.text[start[0] : end[-1]], float(own.first_box[line, 0]), float(own.line_right[line])),)
    return tuple(Word(own.text[a:b], low, high) for a, b, low, high in zip(start, end, left, right, strict=True))


def _has_image(page: Any) -> bool:
    from pypdfium2 import raw

    calls, handle = _calls(), _address(page.raw)
    objects = map(calls.page_object, repeat(handle), range(min(raw.FPDFPage_CountObjects(page.raw), 1000)))
    return bool(set(map(calls.object_type, objects)) & {raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_FORM})


def _paths(handle: int, count: int) -> list[int]:
    """Addresses of the path objects. On pages of many objects, runs of paths are found by looking at one object in four."""
    from pypdfium2 import raw

    calls = _calls()
    step = SAMPLED if count > 200 else 1
    objects = list(map(calls.page_object, repeat(handle), range(0, count, step)))
    kinds = list(map(calls.object_type, objects))
    hits = [at * step for at, kind in enumerate(kinds) if kind == raw.FPDF_PAGEOBJ_PATH]
    if step == 1:
        return [objects[at] for at in hits]
    near = sorted({other for at in hits for other in range(max(0, at - step + 1), min(count, at + step))})
    objects = list(map(calls.page_object, repeat(handle), near))
    return [item for item in objects if calls.object_type(item) == raw.FPDF_PAGEOBJ_PATH]


def _rules(page: Any, turn: int) -> tuple[tuple[Rule, ...], tuple[Level, ...]]:
    """Straight strokes drawn on the page: lines, thin bars, and the sides of drawn boxes, turned as the text is; where they cannot
    make a table with drawn columns, the level ones alone."""
    from pypdfium2 import raw

    count = raw.FPDFPage_CountObjects(page.raw)
    paths = _paths(_address(page.raw), count) if count <= MOST_OBJECTS else []
    if not paths:
        return (), ()
    bounds = np.zeros((len(paths), 4), np.float32)
    at = bounds.ctypes.data
    own = (range(at + side, at + side + 16 * len(paths), 16) for side in (0, 4, 8, 12))
    deque(map(_calls().object_bounds, paths, *own), maxlen=0)
    bounds = _upright(bounds, turn)
    left, bottom, right, top = bounds.T
    wide, tall = right - left, top - bottom
    level = (tall <= THICKEST) & (wide >= SHORTEST)
    upright = ~level & (wide <= THICKEST) & (tall >= SHORTEST)
    area = ~level & ~upright & (wide > SHORTEST) & (tall > SHORTEST) & (tall < 0.85 * page.get_height())
    boxes = [at for at in np.flatnonzero(area).tolist() if _is_drawn_box(paths[at])]
    if upright.sum() + 2 * len(boxes) < FEWEST_UPRIGHT:
        return (), tuple(Level((b + d) / 2, a, c) for a, b, c, d in bounds[level].tolist())
    rules = [Rule(a, (b + d) / 2, c, (b + d) / 2) for a, b, c, d in bounds[level].tolist()]
    rules += [Rule((a + c) / 2, b, (a + c) / 2, d) for a, b, c, d in bounds[upright].tolist()]
    for a, b, c, d in bounds[boxes].tolist():
        rules += (Rule(a, b, c, b), Rule(a, d, c, d), Rule(a, b, a, d), Rule(c, b, c, d))
    return tuple(rules), ()


def _upright(boxes: np.ndarray, turn: int) -> np.ndarray:
    """Boxes [n, 4] (left, bottom, right, top) on the page turned so that text of this quarter turn stands upright."""
    left, bottom, right, top = boxes.T
    if turn == 3:
        return np.stack((bottom, -right, top, -left), axis=1)
    if turn == 1:
        return np.stack((-top, left, -bottom, right), axis=1)
    return np.stack((-right, -top, -left, -bottom), axis=1) if turn == 2 else boxes


def _is_drawn_box(path: int) -> bool:
    from pypdfium2 import raw

    shape = ctypes.cast(path, raw.FPDF_PAGEOBJECT)
    if raw.FPDFPath_CountSegments(shape) > 5:
        return False
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    raw.FPDFPath_GetDrawMode(shape, ctypes.byref(fill), ctypes.byref(stroke))
    return bool(stroke.value)
