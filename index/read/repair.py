"""A damaged page of a PDF made whole: lines that lie are read off the picture, the others stay where OCR sees the same figures.

Pure. In tables of small print OCR errs more often than a text layer does, so figures of the text layer are kept; but only
where most of them were seen on the picture too, for a font that lies about letters may lie about figures.
"""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from dataclasses import replace
from difflib import SequenceMatcher
from typing import NamedTuple

import numpy as np

from index.read.damage import is_broken
from index.read.page import Cuts, Line, Page

SEEN = 0.75  # of a page's figures must be on the picture for the text layer's to be kept
FEWEST_FIGURES = 4  # to judge by; by chance, four in ten of a page are found
SAMPLED = 8  # rows whose figures are compared
WIDER = 0.3  # of a line's height, above and below it, is read with it
_FIGURE = re.compile(r"\d{3,}")


def repaired(page: Page, lying: Set[int], read: Page, height: float) -> Page | None:
    """The page with the lines `lying` as OCR `read` them on a picture `height` points high; None where its own figures cannot be
    trusted either. A line that OCR did not see is left out, but for its figures."""
    if not _agrees([page.lines[at].text for at in _sample(page, lying)], [line.text for line in read.lines]):
        return None
    up = _rise(page, height)
    rows: list[tuple[Line, list[_Piece]]] = []
    for at, line in enumerate(page.lines):
        own = _pieces(page, line)
        if at in lying:
            there = [other for other in read.lines if line.bottom - 1 <= other.middle - up <= line.top + 1]
            if not up:
                there = [other for other in there if other.left < line.right and other.right > line.left]
            seen = " ".join(other.text for other in sorted(there, key=lambda other: other.left))
            line, own = _mended(line, own, seen)
        if line.text:
            rows.append((line, own))
    return _with_lines(page, rows)


def _agrees(own: Sequence[str], seen: Sequence[str]) -> bool:
    """Most figures of three digits and more stand on the picture too, apart or run together ("45 834", "45834")."""
    figures = [figure for text in own for figure in _FIGURE.findall(text)]
    found = "\n".join(re.sub(r"\D", "", text) for text in seen)
    return len(figures) >= FEWEST_FIGURES and sum(figure in found for figure in figures) >= SEEN * len(figures)


def bands(page: Page, lying: Set[int], height: float) -> list[tuple[float, float]]:
    """(bottom, top) on the picture, `height` points high, of what must be read of a damaged page.

    These are the lines that lie, and some rows of figures to compare.
    """
    up = _rise(page, height)
    chosen = [page.lines[at] for at in sorted(lying | set(_sample(page, lying)))]
    return [(line.bottom + up - WIDER * line.height, line.top + up + WIDER * line.height) for line in chosen]


def _rise(page: Page, height: float) -> float:
    """What takes a line's place up to its place on the picture: text turned about the page's corner lies below it."""
    return height if min((line.bottom for line in page.lines), default=0.0) < -1 else 0.0


def _sample(page: Page, lying: Set[int]) -> list[int]:
    rows = [at for at, line in enumerate(page.lines) if at not in lying and len(_FIGURE.findall(line.text)) >= 3]
    return rows[:: max(1, len(rows) // SAMPLED)][:SAMPLED]


def without(page: Page, lying: Set[int]) -> Page:
    """The page without the lines `lying`; their pieces stay among its cuts, and are nobody's."""
    return replace(page, lines=tuple(line for at, line in enumerate(page.lines) if at not in lying))


def _with_lines(page: Page, rows: Sequence[tuple[Line, list[_Piece]]]) -> Page:
    lines: list[Line] = []
    pieces: list[_Piece] = []
    for line, own in rows:
        first = len(pieces)
        pieces += own
        lines.append(line._replace(piece=first, piece_end=len(pieces)) if page.cuts else line)
    return replace(page, lines=tuple(lines), cuts=_cuts(pieces) if page.cuts else None)


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
