"""The text of a page of a PDF with the places that may matter: two ends of a line, the words of a line that has gaps, is mostly
figures or lies in a ruled table. They are asked for in bulk. And the lines of cells made of it."""

from __future__ import annotations

import ctypes
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import repeat
from typing import Any, NamedTuple

import numpy as np

from index.read.damage import are_sound
from index.read.glyphs import DIGIT, cell_starts, codes_of, figures_before, have_gaps, have_letters, kinds, level, words_of
from index.read.page import Cuts, Level, Line, Page, Rule, Word
from index.read.pdf_calls import calls, loose_boxes, turned
from index.read.pdf_strokes import strokes
from index.read.ruled import Frame, frames

FEWEST_GAPS = 3  # lines with gaps on a page, for the others to be looked at as well: headers have wide words and narrow gaps
FEWEST_FOR_COLUMNS = 8  # lines of a page that may be set in two columns
DIGIT_WIDTH = 0.42  # of a line's height is a digit at least as wide; some fonts report boxes half as high as others

_line: Callable[[tuple[Any, ...]], Line] = partial(tuple.__new__, Line)  # without a step through Python


class PageText(NamedTuple):
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
    levels: np.ndarray  # [n, 3]: height, left, right
    sound: bool  # no word in it is broken (damage.py)


@dataclass(frozen=True, slots=True)
class RawPage:
    """A page as it is loaded, before it has lines."""

    number: int
    text: PageText | None = None
    has_image: bool = False
    broken: bool = False


def placed(page: Any, handle: ctypes.c_void_p, text: str, count: int) -> PageText | None:
    codes, shift = codes_of(text)
    kind = kinds(codes)
    start, end, first = words_of(kind)
    if not len(start):
        return None
    place = _Places(handle, shift, same=len(codes) + (0 if shift is None else int(shift[-1])) == count)
    last = np.append(first[1:], len(start)) - 1  # last word of each line
    turns = place.turns(start[first])
    turn = int(np.bincount(turns, weights=end[last] - start[first], minlength=4).argmax())
    box, final = np.split(place.boxes(np.concatenate((start[first], end[last] - 1)), turn), 2)
    right = final[:, 2]
    across = turns != turn  # their characters are not side by side
    if across.any():
        low, high = np.minimum(box, final), np.maximum(box, final)
        box[across] = np.concatenate((low[across, :2], high[across, 2:]), axis=1)
        right = np.where(across, high[:, 2], right)
    box = np.where(across[:, None], box, level(codes[start[first]], box, final))
    rules, levels = strokes(page, turn)
    ruled = _inside(frames(rules), (box[:, 0] + right) / 2, (box[:, 1] + box[:, 3]) / 2)
    figures = figures_before(kind)
    gaps = have_gaps(kind, figures, start, end, first, last, right - box[:, 0], box[:, 3] - box[:, 1])
    several = last > first
    if gaps.sum() < FEWEST_GAPS and _has_gutter(
        place, kind, figures, (start, end, first, last), turn, box, right, several & ~across
    ):
        gaps = several
    wanted = (ruled | (several if gaps.sum() >= FEWEST_GAPS else gaps)) & ~across
    sides, size = _word_ends(place, kind, figures, start, end, first, last, turn, wanted, box, right)
    cells = cell_starts(kind, start, end, first, *sides[:2], size)
    lettered = have_letters(codes, start, end)
    sound = are_sound({text[a:b] for a, b in zip(start[lettered].tolist(), end[lettered].tolist(), strict=True)}, text)
    return PageText(text, start, end, np.append(first, len(start)), box, right, *sides, cells, ruled, rules, levels, sound)


class _Places:
    """Where characters stand. `same`: text and pdfium's list of characters have the same places."""

    def __init__(self, text: ctypes.c_void_p, shift: np.ndarray | None, *, same: bool) -> None:
        self._text, self._shift, self._same, self._calls = text, shift, same, calls()

    def _indices(self, at: np.ndarray) -> list[int]:
        if self._shift is not None:
            at = at + self._shift[at]
        places: list[int] = at.tolist()
        return places if self._same else list(map(self._calls.char_index, repeat(self._text), places))

    def boxes(self, at: np.ndarray, turn: int) -> np.ndarray:
        """float32 [n, 4]: left, bottom, right, top on a page turned so that text of this quarter turn stands upright."""
        return turned(loose_boxes(self._text, self._indices(at))[:, (0, 3, 2, 1)], turn)

    def turns(self, at: np.ndarray) -> np.ndarray:
        """Quarter turns, clockwise as pdfium counts them: 3 is text that runs up the page. All are asked for where some differ."""
        step = max(1.0, (len(at) - 1) / 5)
        some = self._quarters(at[sorted({min(1, len(at) - 1), len(at) - 1, *(int(n * step) for n in range(min(5, len(at))))})])
        return np.full(len(at), some[0]) if (some == some[0]).all() else self._quarters(at)

    def _quarters(self, at: np.ndarray) -> np.ndarray:
        angles = np.fromiter(map(self._calls.angle, repeat(self._text), self._indices(at)), np.float32, len(at))
        return np.where(angles >= 0, np.rint(angles / (math.pi / 2)), 0).astype(np.int64) % 4


def _has_gutter(
    place: _Places,
    kind: np.ndarray,
    figures: np.ndarray,
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
    sides, size = _word_ends(place, kind, figures, start, end, first, last, turn, asked, box, right)
    opens = cell_starts(kind, start, end, first, *sides[:2], size)
    return bool((np.add.reduceat(opens, first, dtype=int)[asked] == 2).sum() >= 3)


def _word_ends(
    place: _Places,
    kind: np.ndarray,
    figures: np.ndarray,
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
    asked = np.repeat(wanted, sizes).nonzero()[0]
    if not len(asked):
        return (lefts, rights, lows, highs), height
    line = np.repeat(np.arange(len(first)), sizes)[asked]
    begin, stop = start[asked], end[asked]
    boxes = place.boxes(begin, turn)
    left, right = boxes[:, 0], boxes[:, 2]
    length = stop - begin
    starts_so = kind[begin] == DIGIT
    digit = np.full(len(first), np.nan, np.float32)
    digit[line[starts_so][::-1]] = (right - left)[starts_so][::-1]  # of each line's first figure
    pure = (figures[stop] - figures[begin]) == length
    lefts[asked], rights[asked] = left, np.where(pure, left + digit[line] * length, right)
    rest = (~pure & (length > 1)).nonzero()[0]
    if len(rest):
        rights[asked[rest]] = place.boxes(stop[rest] - 1, turn)[:, 2]
    rights[last[wanted]] = line_right[wanted]
    lefts[first[wanted]] = line_box[wanted, 0]
    lows[asked], highs[asked] = boxes[:, 1], boxes[:, 3]
    return (lefts, rights, lows, highs), np.fmax(height, digit / DIGIT_WIDTH)


def _inside(tables: Sequence[Frame], x: np.ndarray, y: np.ndarray) -> np.ndarray:
    if not tables:
        return np.zeros(len(x), bool)
    return np.array([any(frame.holds(a, b) for frame in tables) for a, b in zip(x.tolist(), y.tolist(), strict=True)])


def page_of(raw: RawPage) -> Page:
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
    line_texts = [text[a:b] for a, b in zip(begins, stops, strict=True)]
    inside = [_line_words(own, n) if ruled else () for n, ruled in enumerate(own.ruled.tolist())]
    left, bottom, _, top = own.first_box.T.tolist()
    right, cell = own.line_right.tolist(), line_cell.tolist()
    lines = tuple(map(_line, zip(line_texts, left, right, bottom, top, inside, cell[:-1], cell[1:], strict=True)))
    return Page(raw.number, lines, own.rules, raw.has_image, cuts, tuple(map(Level._make, own.levels.tolist())), sound=own.sound)


def _line_words(own: PageText, line: int) -> tuple[Word, ...]:
    words = slice(int(own.line_first[line]), int(own.line_first[line + 1]))
    start, end, left, right = (side[words].tolist() for side in (own.word_start, own.word_end, own.word_left, own.word_right))
    if any(map(math.isnan, left)):  # set across the others
        return (Word(own.text[start[0] : end[-1]], float(own.first_box[line, 0]), float(own.line_right[line])),)
    texts = [own.text[a:b] for a, b in zip(start, end, strict=True)]
    return tuple(map(Word._make, zip(texts, left, right, strict=True)))
