"""Two columns of prose whose lines a file holds side by side -> lines in reading order. Pure.

left line 1    right line 1            left line 1, left line 2, …
left line 2    right line 2     ->     right line 1, right line 2, …
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from index.read.page import Cuts, Line, Page

FEWEST = 6  # lines side by side
LONGEST_STEP = 3.0  # line heights between two of them
PROSE = 18  # letters of a line of prose in half a page, on average


def in_reading_order(page: Page) -> Page:
    """The page with stretches of two columns of prose set one below the other; other pages as they are."""
    cuts = page.cuts
    if cuts is None or len(page.lines) < FEWEST:
        return page
    halves = [_halves(line, cuts) for line in page.lines]
    if sum(half is not None for half in halves) < FEWEST:
        return page
    ordered: list[Line] = []
    at = 0
    while at < len(halves):
        end = at
        while end < len(halves) and _side_by_side(page.lines, halves, at, end):
            end += 1
        pairs = [half for half in halves[at:end] if half is not None]
        if len(pairs) >= FEWEST and _is_prose(pairs):
            ordered += [left for left, _ in pairs]
            ordered += [right for _, right in pairs]
            at = end
        else:
            ordered += page.lines[at : at + 1]
            at += 1
    return page if len(ordered) == len(page.lines) else replace(page, lines=tuple(ordered))


def _halves(line: Line, cuts: Cuts) -> tuple[Line, Line] | None:
    """The two pieces of a line as lines."""
    if line.piece_end - line.piece != 2:
        return None
    left, right = (
        Line(
            cuts.texts[at],
            float(cuts.lefts[at]),
            float(cuts.rights[at]),
            float(cuts.bottoms[at]),
            float(cuts.tops[at]),
            (),
            at,
            at + 1,
        )
        for at in (line.piece, line.piece + 1)
    )
    return left, right


def _side_by_side(lines: Sequence[Line], halves: Sequence[tuple[Line, Line] | None], at: int, end: int) -> bool:
    """Line `end` goes on with two columns that begin with line `at`."""
    first, here = halves[at], halves[end]
    if first is None or here is None:
        return False
    if end == at:
        return True
    step = lines[end - 1].bottom - lines[end].bottom
    gutter = first[1].left
    return (
        0 < step < LONGEST_STEP * lines[end].height and abs(here[1].left - gutter) < 0.5 * here[1].height and here[0].right < gutter
    )


def _is_prose(pairs: Sequence[tuple[Line, Line]]) -> bool:
    letters = [sum(map(str.isalpha, line.text)) for pair in pairs for line in pair]
    digits = sum(sum(map(str.isdigit, line.text)) for pair in pairs for line in pair)
    return sum(letters) >= PROSE * len(letters) and digits < 0.1 * sum(letters)
