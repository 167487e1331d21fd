"""A damaged page of a PDF made whole: lines that lie are read off the picture, the others stay where OCR sees the same figures.

Pure. In tables of small print OCR errs more often than a text layer does, so figures of the text layer are kept; but only
where most of them were seen on the picture too, for a font that lies about letters may lie about figures.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from statistics import median
from typing import NamedTuple

import numpy as np

from index.read.damage import is_broken
from index.read.page import Cuts, Line, Page

SEEN = 0.6  # of a page's figures must be on the picture for the text layer's to be kept
FEWEST_FIGURES = 4  # to judge by
_FIGURE = re.compile(r"\d[\d.,]*")


def repaired(page: Page, lying: set[int], read: Page) -> Page | None:
    """The page with the lines `lying` as OCR `read` them; None where its own figures cannot be trusted either, or nothing was read
    where a line stands."""
    if not _agrees([line.text for at, line in enumerate(page.lines) if at not in lying], [line.text for line in read.lines]):
        return None
    across, up = _shift(page.lines, read.lines)
    there = [_moved(line, across, up) for line in read.lines]
    lines: list[Line] = []
    pieces: list[_Piece] = []
    for at, line in enumerate(page.lines):
        own = _pieces(page, line)
        if at in lying:
            seen = " ".join(other.text for other in sorted(there, key=lambda other: other.left) if _same_place(line, other))
            if not seen:
                return None
            line, own = _mended(line, own, seen)
        first = len(pieces)
        pieces += own
        lines.append(line._replace(piece=first, piece_end=len(pieces)) if page.cuts else line)
    return replace(page, lines=tuple(lines), cuts=_cuts(pieces) if page.cuts else None)


def _agrees(own: Sequence[str], seen: Sequence[str]) -> bool:
    figures = Counter(figure for text in own for figure in _FIGURE.findall(text))
    found = Counter(figure for text in seen for figure in _FIGURE.findall(text))
    return figures.total() >= FEWEST_FIGURES and (figures & found).total() >= SEEN * figures.total()


def _moved(line: Line, across: float, up: float) -> Line:
    return line._replace(left=line.left + across, right=line.right + across, bottom=line.bottom + up, top=line.top + up)


def _shift(own: Sequence[Line], seen: Sequence[Line]) -> tuple[float, float]:
    """By how much places on the picture must be moved to those of the text layer: a page may be cropped, or turned about its
    corner. Told from the lines that begin with a word that no other line begins with; (0, 0) where there is none."""
    mine, theirs = _by_first_word(own), _by_first_word(seen)
    both = [(mine[word], theirs[word]) for word in mine.keys() & theirs.keys()]
    if not both:
        return 0.0, 0.0
    return median(one.left - other.left for one, other in both), median(one.middle - other.middle for one, other in both)


def _by_first_word(lines: Sequence[Line]) -> dict[str, Line]:
    firsts = Counter(line.text.split(maxsplit=1)[0] for line in lines if line.text.strip())
    return {word: line for line in lines if line.text.strip() and firsts[word := line.text.split(maxsplit=1)[0]] == 1}


class _Piece(NamedTuple):
    """One piece of `Page.cuts`."""

    text: str
    left: float
    right: float
    bottom: float
    top: float


def _pieces(page: Page, line: Line) -> list[_Piece]:
    if page.cuts is None:
        return []
    texts, *sides = page.cuts
    return [_Piece(texts[at], *(float(side[at]) for side in sides)) for at in range(line.piece, line.piece_end)]


def _cuts(pieces: Sequence[_Piece]) -> Cuts:
    sides = (np.array([piece[side] for piece in pieces], np.float32) for side in range(1, len(_Piece._fields)))
    return Cuts([piece.text for piece in pieces], *sides)


def _same_place(line: Line, other: Line) -> bool:
    return line.bottom - 1 <= other.middle <= line.top + 1 and other.left < line.right and other.right > line.left


def _mended(line: Line, pieces: list[_Piece], seen: str) -> tuple[Line, list[_Piece]]:
    """A row of figures keeps them, and takes its broken words alone from the picture; any other line is what the picture says."""
    own = line.text.split()
    figures = sum(any(map(str.isdigit, word)) and not is_broken(word) for word in own)
    if 2 * figures <= len(own):
        whole = [_Piece(seen, line.left, line.right, line.bottom, line.top)] if pieces else []
        return line._replace(text=seen, words=()), whole
    swaps = _swaps(own, seen.split())
    words = tuple(word._replace(text=swaps.get(word.text, word.text)) for word in line.words)
    mended = [piece._replace(text=" ".join(swaps.get(word, word) for word in piece.text.split())) for piece in pieces]
    return line._replace(text=" ".join(swaps.get(word, word) for word in own), words=words), mended


def _swaps(own: list[str], seen: list[str]) -> dict[str, str]:
    """Broken word -> the word that stands in its place on the picture; "" where none does."""
    swaps = {word: "" for word in own if is_broken(word)}
    for kind, first, last, start, end in SequenceMatcher(None, own, seen, autojunk=False).get_opcodes():
        if kind == "replace" and last - first == end - start:
            swaps.update((word, other) for word, other in zip(own[first:last], seen[start:end], strict=True) if word in swaps)
    return swaps
