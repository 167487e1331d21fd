"""Words that OCR saw on a page -> the lines and strokes that a text layer would have given. Pure.

Dots from the top left corner become points from the bottom left one. What a text layer says and a picture does not is the size of
the letters: it is told from the heights of words by the letters they hold ("an" is half as high as "Gầy"), so that lines of one
size get one height and headings stand out as they do elsewhere.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from itertools import accumulate
from statistics import median

import numpy as np

from index.read.columns import segments
from index.read.ocr import OcrWord
from index.read.page import Cuts, Line, Page, Rule, Word
from index.read.ruled import frames
from index.read.scan_rows import in_rows
from index.read.straighten import Stroke

POINTS = 72.0
SAME_SIZE = 0.28  # letters whose size differs less from the body's are the body's: heights of words are read off roughly
GAP = 0.6  # of the letters' size: words further apart may stand in two cells
NOISE = 0.5  # confidence under which marks without a letter or figure are dust
BASE, HEAD = 0.22, 0.95  # a line's box reaches so much of its letters' size below and above the baseline, as in PDF fonts

# Shares of the size of the letters, as in the fonts of office programs (Times, Arial): how high small letters and capitals are,
# how far tails reach below the baseline, and how much a mark above adds.
_SMALL, _CAPITAL, _TAIL, _MARK = 0.5, 0.7, 0.2, 0.2
_TAILED = set("gjpqy,;()[]{}/|@")
_HIGH = set("bdfhklt0123456789%()[]{}/|&!?'\"“”‘’")


def scanned_page(number: int, words: Sequence[OcrWord], ruled: Sequence[Stroke], *, height: int, dpi: int) -> Page:
    """A page as pdf.py hands them on. `height`: of the picture, in dots."""
    scale = POINTS / dpi
    rules = tuple(_rule(stroke, height, scale) for stroke in ruled)
    lines, blocks = _lines([word for word in words if _is_text(word)], height, scale)
    tables = frames(rules)

    def is_ruled(line: Line) -> bool:
        return any(frame.holds((line.left + line.right) / 2, line.middle) for frame in tables)

    lines = in_rows(lines, blocks, [not is_ruled(line) for line in lines])
    cut = [[Word(line.text, line.left, line.right)] if is_ruled(line) or not _has_gap(line) else segments(line) for line in lines]
    ends = list(accumulate(map(len, cut)))
    shaped = [
        line._replace(words=line.words if is_ruled(line) else (), piece=end - len(own), piece_end=end)
        for line, own, end in zip(lines, cut, ends, strict=True)
    ]
    return Page(number, tuple(shaped), rules, cuts=_cuts(lines, cut))


def _cuts(lines: Sequence[Line], cut: Sequence[Sequence[Word]]) -> Cuts:
    owners = [line for line, own in zip(lines, cut, strict=True) for _ in own]
    pieces = [piece for own in cut for piece in own]
    return Cuts(
        [piece.text for piece in pieces],
        np.array([piece.left for piece in pieces], np.float32),
        np.array([piece.right for piece in pieces], np.float32),
        np.array([line.bottom for line in owners], np.float32),
        np.array([line.top for line in owners], np.float32),
    )


def mean_confidence(words: Sequence[OcrWord]) -> float:
    """0..1 over the letters of the page, larger is better; 0 for a page without words."""
    letters = sum(len(word.text) for word in words)
    return sum(word.confidence * len(word.text) for word in words) / letters if letters else 0.0


def _is_text(word: OcrWord) -> bool:
    return word.confidence >= NOISE or any(map(str.isalnum, word.text))


def _rule(stroke: Stroke, height: int, scale: float) -> Rule:
    left, top, right, bottom = stroke
    if stroke.is_level:
        y = (height - (top + bottom) / 2) * scale
        return Rule(left * scale, y, right * scale, y)
    x = (left + right) / 2 * scale
    return Rule(x, (height - bottom) * scale, x, (height - top) * scale)


def _lines(words: Sequence[OcrWord], height: int, scale: float) -> tuple[list[Line], list[int]]:
    """The lines, and the block of the page that each stands in."""
    groups: dict[tuple[int, int, int], list[OcrWord]] = defaultdict(list)
    for word in words:
        groups[word.line].append(word)
    sizes = {key: median(word.height / _nominal(word.text) for word in group) for key, group in groups.items()}
    body = _body(groups, sizes)
    lines = []
    for key, group in groups.items():
        group.sort(key=lambda word: word.left)
        size = body if abs(sizes[key] - body) <= SAME_SIZE * body else sizes[key]
        baseline = median(word.top + word.height - size * _below(word.text) for word in group)
        placed = tuple(Word(word.text, word.left * scale, (word.left + word.width) * scale) for word in group)
        lines.append(
            Line(
                " ".join(word.text for word in group),
                placed[0].left,
                max(word.right for word in placed),
                (height - baseline - BASE * size) * scale,
                (height - baseline + HEAD * size) * scale,
                placed,
            )
        )
    return lines, [block for block, _, _ in groups]


def _body(groups: dict[tuple[int, int, int], list[OcrWord]], sizes: dict[tuple[int, int, int], float]) -> float:
    """The size most letters of the page have."""
    ordered = sorted((sizes[key], sum(len(word.text) for word in group)) for key, group in groups.items())
    half = sum(letters for _, letters in ordered) / 2
    for size, letters in ordered:
        half -= letters
        if half <= 0:
            return size
    return 1.0


def _nominal(text: str) -> float:
    """How high a word is, as a share of the size of its letters."""
    return _above(text) + _below(text)


def _above(text: str) -> float:
    highest = 0.2
    for char in text:
        marks = [mark for mark in unicodedata.normalize("NFD", char)[1:] if mark not in "\u0323\u031b"]
        base = _CAPITAL if char.isupper() or char in _HIGH else _SMALL if char.isalpha() else 0.35
        highest = max(highest, base + _MARK * min(len(marks), 1) + 0.1 * max(0, len(marks) - 1))
    return highest


def _below(text: str) -> float:
    return _TAIL if any(char in _TAILED or "\u0323" in unicodedata.normalize("NFD", char) for char in text) else 0.0


def _has_gap(line: Line) -> bool:
    """The line may be cells side by side: a wide gap between two words, or mostly figures."""
    if len(line.words) < 2:
        return False
    gaps = [after.left - before.right for before, after in zip(line.words, line.words[1:], strict=False)]
    digits = sum(map(str.isdigit, line.text))
    return max(gaps) > GAP * line.height or 2 * digits > len(line.text) - line.text.count(" ")
