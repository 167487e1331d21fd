"""Tables without drawn lines: lines whose words stand apart in columns -> rows. Pure.

Tổng số        1 234   85,1             Tổng số | 1 234 | 85,1
Thôn Đông        120   90,0      ->     Thôn Đông | 120 | 90,0
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from index.read.grid import GridCell, is_numeric
from index.read.heads import MOST_LINES, header_rows
from index.read.page import Line, PageTable, Word

FEWEST_ROWS = 3
_GAP = 0.75  # of the line's height, between words of two cells
_NUMBER_GAP = 0.34  # the same between two figures: "641 142" is one figure with a narrow gap, "12  15" are two


@dataclass(frozen=True, slots=True)
class Found:
    """A table and the lines [first, last) of the page it was made of."""

    first: int
    last: int
    table: PageTable


def segments(line: Line) -> list[Word]:
    """The line cut at its wide gaps."""
    if not line.words:
        return [Word(line.text, line.left, line.right)]
    found = [line.words[0]]
    for word in line.words[1:]:
        before = found[-1]
        figures = (before.text[-1:].isdigit() and word.text[:1].isdigit()) or "-–….".find(word.text) >= 0
        if word.left - before.right > (_NUMBER_GAP if figures else _GAP) * line.height:
            found.append(word)
        else:
            found[-1] = Word(f"{before.text} {word.text}", before.left, word.right)
    return found


def loose_tables(lines: Sequence[Line]) -> list[Found]:
    """Runs of at least three rows of cells among the lines of a page."""
    rows = _visual_rows(lines)
    found: list[Found] = []
    at = 0
    while at < len(rows):
        end = at
        if _is_row(rows[at][2]):
            end = at + 1
            while end < len(rows):
                skip = next((step for step in (0, 1, 2) if end + step < len(rows) and _is_row(rows[end + step][2])), None)
                if skip is None or any(_is_prose(rows[end + step][2]) for step in range(skip)):
                    break
                end += skip + 1
        run = [row for _, _, row in rows[at:end]]
        if sum(map(_is_row, run)) >= FEWEST_ROWS and _has_figures(run):
            columns = _columns(run)
            start, floor = rows[at][0], found[-1].last if found else 0
            above = [(line, segments(line)) for line in lines[max(floor, start - MOST_LINES) : start]]
            taken, head = header_rows(above, lines[start], columns) if is_numeric(run[0][-1].text) else (0, [])
            grid = [*head, *(_row(row, columns) for row in run)]
            table = PageTable(tuple(grid), len(columns), columns[0][0], columns[-1][1], sum(len(row) > 1 for row in head))
            found.append(Found(start - taken, rows[end - 1][1], table))
            at = end
        else:
            at += 1
    return found


def _visual_rows(lines: Sequence[Line]) -> list[tuple[int, int, list[Word]]]:
    """(first line, line after the last, segments): lines that follow each other on one height are one row."""
    rows: list[tuple[int, int, list[Word]]] = []
    for number, line in enumerate(lines):
        cut = segments(line)
        if rows:
            first, _, before = rows[-1]
            above = lines[number - 1]
            if abs(above.bottom - line.bottom) < 0.3 * line.height and cut[0].left > before[-1].right + 0.3 * line.height:
                rows[-1] = (first, number + 1, before + cut)
                continue
        rows.append((number, number + 1, cut))
    return rows


def _is_row(row: Sequence[Word]) -> bool:
    """Three cells, or a label and a figure."""
    if len(row) == 2:
        return is_numeric(row[1].text) and len(row[0].text) < 90
    return len(row) >= 3 and max(len(word.text) for word in row) < 120


def _is_prose(row: Sequence[Word]) -> bool:
    return len(row) == 1 and len(row[0].text) > 70


def _has_figures(run: Sequence[Sequence[Word]]) -> bool:
    cells = [word for row in run for word in row[1:]]
    figures = sum(1 for word in cells if is_numeric(word.text) or word.text.strip("-–…. ") == "")
    return figures >= 0.4 * len(cells)


def _row(row: Sequence[Word], columns: Sequence[tuple[float, float]]) -> tuple[GridCell, ...]:
    """A row's pieces in the columns they stand over; a piece alone stands over all."""
    if len(row) == 1:
        return (GridCell(row[0].text, columns=len(columns)),)
    lefts, rights = [left for left, _ in columns], [right for _, right in columns]
    cells: list[GridCell] = []
    at = 0
    for word in row:
        first, last = bisect_left(rights, word.left), bisect_right(lefts, word.right) - 1
        if first > last:  # between two columns
            first = last = min(max(first, 0), len(columns) - 1)
        if first < at:  # two pieces over one column
            first = at
            last = max(last, at)
        if first >= len(columns):
            cells[-1] = GridCell(f"{cells[-1].text} {word.text}", columns=cells[-1].columns)
            continue
        cells.extend(GridCell("") for _ in range(first - at))
        cells.append(GridCell(word.text, columns=last - first + 1))
        at = last + 1
    return tuple(cells)


def _columns(rows: Sequence[Sequence[Word]]) -> list[tuple[float, float]]:
    """Where the cells of the fullest usual rows stand, overlapping ones taken together."""
    sizes = Counter(len(row) for row in rows if _is_row(row))
    usual = max(sizes, key=lambda size: (sizes[size] * size, size))
    places = sorted((word.left, word.right) for row in rows if len(row) == usual for word in row)
    merged: list[tuple[float, float]] = []
    for left, right in places:
        if merged and left <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], right))
        else:
            merged.append((left, right))
    return merged
