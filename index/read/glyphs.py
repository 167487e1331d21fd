"""Characters of a page -> words, lines, cells; whole pages at a time. Pure.

`kind` is the class of every character, uint8; words are text[start:end]; `first` and `last` are words of each line.
"""

from __future__ import annotations

import unicodedata
from functools import cache

import numpy as np

WIDE_CHARACTER = 0.46  # of the line's height; running text has narrower ones on average, gaps between cells make it more
MANY_FIGURES = 3  # of a line with gaps too narrow to show in its width
GAP = 0.75  # of the line's height, between words of two cells
LABEL_GAP = 0.42  # between a word and a figure
NUMBER_GAP = 0.34  # the same between two figures: "641 142" is one figure with a narrow gap, "12  15" are two
SLACK = 0.1  # points
RAISED = 0.7  # of a line's height; the numbers of notes are set smaller
OTHER, SPACE, BREAK, MARK, DIGIT, DASH = range(6)


@cache
def _table() -> np.ndarray:
    """Class of every character up to U+FFFF, uint8 [65536]."""
    table = np.zeros(65_536, np.uint8)
    table[[code for code in range(65_536) if chr(code).isspace()]] = SPACE
    table[[ord("\r"), ord("\n")]] = BREAK
    table[[0x02, 0xFFFE]] = MARK  # pdfium runs the next line on after a hyphen, for which it puts one of these
    table[[code for code in range(65_536) if chr(code).isdigit()]] = DIGIT
    table[[ord(char) for char in "-–….—"]] = DASH
    return table


def kinds(codes: np.ndarray) -> np.ndarray:
    """The class of every character, uint8."""
    found: np.ndarray = _table()[codes]
    return found


def codes_of(text: str) -> tuple[np.ndarray, np.ndarray | None]:
    """Character codes, those beyond U+FFFF as U+FFFD, and how many of those stand at or before each place (None: none)."""
    codes = np.frombuffer(text.encode("utf-16-le", "surrogatepass"), "<u2")
    if len(codes) == len(text):
        return codes, None
    wide = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")
    return np.where(wide > 0xFFFF, 0xFFFD, wide).astype(np.uint16), np.cumsum(wide > 0xFFFF)


@cache
def _letters() -> np.ndarray:
    """bool [65536]: letters as regular expressions count them, and what stands for characters beyond U+FFFF."""
    table = np.zeros(65_536, bool)
    table[[code for code in range(65_536) if chr(code).isalnum() and not chr(code).isdecimal()]] = True
    table[0xFFFD] = True
    return table


@cache
def _marked_capitals() -> np.ndarray:
    """bool [65536]: capital letters with a mark above or below, which stand out of a line's height: Ô, Ủ, Ệ."""
    table = np.zeros(65_536, bool)
    table[[code for code in range(0xC0, 0x1F00) if chr(code).isupper() and unicodedata.decomposition(chr(code))]] = True
    return table


def level(codes: np.ndarray, box: np.ndarray, final: np.ndarray) -> np.ndarray:
    """float32 [lines, 4]: `box`, of the first character `codes` of each line; one that is a capital with a mark has the height of
    the last character, `final`, where that lies within its own."""
    height, other = box[:, 3] - box[:, 1], final[:, 3] - final[:, 1]
    within = (final[:, 1] >= box[:, 1] - SLACK) & (final[:, 3] <= box[:, 3] + SLACK) & (other > RAISED * height)
    lower = _marked_capitals()[codes] & within
    return np.where(lower[:, None], np.stack((box[:, 0], final[:, 1], box[:, 2], final[:, 3]), axis=1), box)


def have_letters(codes: np.ndarray, start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """bool, of each word."""
    count = np.zeros(len(codes) + 1, np.int32)
    np.cumsum(_letters()[codes], out=count[1:])
    found: np.ndarray = count[end] > count[start]
    return found


def words_of(kind: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Starts and ends of words, and the first word of each line. A hyphen mark ends its word and its line."""
    around = np.zeros(len(kind) + 2, bool)
    solid = around[1:-1]
    np.greater(kind - np.uint8(SPACE), BREAK - SPACE, out=solid)  # neither; OTHER, below both, wraps round
    marks = kind == MARK
    if marks.any():
        start, end = _parted(solid, marks)
    else:
        edges = (around[1:] != around[:-1]).nonzero()[0]
        start, end = edges[::2], edges[1::2]
    breaks = start.searchsorted((kind == BREAK).nonzero()[0])
    if marks.any():
        breaks = np.sort(np.concatenate((breaks, start.searchsorted(marks.nonzero()[0], "right"))))
    first = np.zeros(len(breaks) + 1, np.int64)
    first[1:] = breaks
    last = np.append(first[1:], len(start))
    return start, end, first[first < last]


def _parted(solid: np.ndarray, marks: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Starts and ends of words where there are hyphen marks."""
    begins, ends = solid.copy(), solid.copy()
    begins[1:] &= ~solid[:-1] | marks[:-1]
    ends[:-1] &= ~solid[1:] | marks[:-1]
    start, end = np.flatnonzero(begins), np.flatnonzero(ends) + 1
    bare = marks[start] & (end - start == 1)  # a mark without a word
    return start[~bare], end[~bare]


def figures_before(kind: np.ndarray) -> np.ndarray:
    """How many figures stand before each character, and at the end how many there are: int32 [characters + 1]."""
    count = np.zeros(len(kind) + 1, np.int32)
    np.cumsum(kind == DIGIT, out=count[1:])
    return count


def have_gaps(
    kind: np.ndarray,
    figures: np.ndarray,
    start: np.ndarray,
    end: np.ndarray,
    first: np.ndarray,
    last: np.ndarray,
    width: np.ndarray,
    height: np.ndarray,
) -> np.ndarray:
    """bool, of each line: it is wider than its letters, mostly figures, or holds several."""
    length = end[last] - start[first]
    letters = np.add.reduceat(end - start, first)
    digits = figures[end[last]] - figures[start[first]]
    starting = np.add.reduceat(kind[start] == DIGIT, first, dtype=int)
    found: np.ndarray = (last > first) & (
        (width > WIDE_CHARACTER * height * length) | (2 * digits > letters) | (starting >= MANY_FIGURES)
    )
    return found


def cell_starts(
    kind: np.ndarray,
    start: np.ndarray,
    end: np.ndarray,
    first: np.ndarray,
    lefts: np.ndarray,
    rights: np.ndarray,
    height: np.ndarray,
) -> np.ndarray:
    """bool, of each word: a wide gap, or the line's beginning, is before it."""
    after = np.empty_like(first)
    after[:-1], after[-1:] = first[1:], len(start)
    tall = np.repeat(height, after - first)
    opens = np.zeros(len(start), bool)
    if len(start) > 1:
        dash = (kind[start] == DASH) & (end - start == 1)
        before, after = kind[end[:-1] - 1] == DIGIT, kind[start[1:]] == DIGIT
        gap = np.where((before & after) | dash[1:], NUMBER_GAP, np.where(before | after, LABEL_GAP, GAP))
        opens[1:] = lefts[1:] - rights[:-1] > gap * tall[1:]  # NaN compares as False
    opens[first] = True
    return opens
