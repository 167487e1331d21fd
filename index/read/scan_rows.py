"""Tables without drawn lines on scans: OCR reads them column by column, or in halves -> their rows as lines again. Pure.

Hà Nội                                Hà Nội      145   162
Hải Phòng                             Hải Phòng    98    87
145        each a line     ->
98
162 …

What a table is is told by columns.py afterwards, as on pages with a text layer. Everything else stays in the order OCR gave it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from index.read.columns import segments
from index.read.grid import is_numeric
from index.read.page import Line, Word
from index.read.structure import is_caption

FEWEST = 3  # rows with figures beside other cells
LEVEL = 0.4  # of the letters' height: lines whose feet differ less stand in one row
MOST_BETWEEN = 2  # rows without figures between two with them
MOST_ABOVE = 6  # rows of header
LONGEST_STEP = 3.5  # line heights between two rows
PROSE = 60  # letters of a piece that is no cell
FLOWING = 20  # letters of a line of running text at least
NEAR = 8.0  # line heights above a table: what stands there belongs before it


@dataclass(frozen=True, slots=True)
class _Row:
    """Lines of OCR at one height, from the left, by their numbers; and the line they make."""

    numbers: tuple[int, ...]
    line: Line
    pieces: tuple[str, ...]

    @property
    def has_figures(self) -> bool:
        """Cells, among them figures that are not the first."""
        short = max(map(len, self.pieces)) < PROSE
        return len(self.pieces) > 1 and short and any(map(is_numeric, self.pieces[1:]))


def in_rows(lines: Sequence[Line], blocks: Sequence[int], free: Sequence[bool]) -> list[Line]:
    """The lines, those of tables set together in rows. `blocks`: the block of the page in which OCR read each line; only lines
    that are `free`, not in a ruled table, are moved. All lines need their words."""
    prose = _prose(lines, blocks)
    rows = _rows(lines, [at for at in range(len(lines)) if free[at] and at not in prose])
    tables = [table for table in _tables(rows) if any(len(row.numbers) > 1 for row in table)]
    if not tables:
        return list(lines)
    inside = {number for table in tables for row in table for number in row.numbers}
    place = _places(lines, blocks, tables, inside)
    starts = {min(number for row in table for number in row.numbers): table for table in tables}
    ordered: list[Line] = []
    for at in sorted(range(len(lines)), key=lambda at: place[at]):
        if at in starts:
            ordered += [row.line for row in starts[at]]
        elif at not in inside:
            ordered.append(lines[at])
    return ordered


def _rows(lines: Sequence[Line], numbers: Sequence[int]) -> list[_Row]:
    """Lines at one height that do not overlap, from the top of the page down."""
    groups: list[list[int]] = []
    for at in sorted(numbers, key=lambda at: -lines[at].bottom):
        line = lines[at]
        for group in reversed(groups[-3:]):
            level = abs(median(lines[other].bottom for other in group) - line.bottom) < LEVEL * line.height
            if level and all(line.left > lines[other].right or line.right < lines[other].left for other in group):
                group.append(at)
                break
        else:
            groups.append([at])
    return [_row(lines, sorted(group, key=lambda at: lines[at].left)) for group in groups]


def _row(lines: Sequence[Line], numbers: Sequence[int]) -> _Row:
    first = lines[numbers[0]]
    if len(numbers) == 1:
        return _Row(tuple(numbers), first, tuple(word.text for word in segments(first)))
    own = [lines[at] for at in numbers]
    words = tuple(word for line in own for word in line.words or (Word(line.text, line.left, line.right),))
    low, high = median(line.bottom for line in own), median(line.top for line in own)
    whole = Line(" ".join(line.text for line in own), first.left, max(line.right for line in own), low, high, words)
    return _Row(tuple(numbers), whole, tuple(word.text for word in segments(whole)))


def _prose(lines: Sequence[Line], blocks: Sequence[int]) -> set[int]:
    """Lines that read on from one to the next: text beside a table is no part of it."""
    found: set[int] = set()
    begin = 0
    for at in range(1, len(lines) + 1):
        if at < len(lines) and blocks[at] == blocks[at - 1] and _may_flow(lines[at]) and _may_flow(lines[at - 1]):
            continue
        flowing = sum(line.text[:1].islower() for line in lines[begin + 1 : at])
        if at - begin >= FEWEST and 2 * flowing >= at - begin - 1:
            found.update(range(begin, at))
        begin = at
    return found


def _may_flow(line: Line) -> bool:
    return sum(map(str.isalpha, line.text)) >= FLOWING and len(segments(line)) == 1


def _tables(rows: Sequence[_Row]) -> list[list[_Row]]:
    """Runs of rows with figures, with what stands between them, and the rows of several pieces right above."""
    found: list[list[_Row]] = []
    at = floor = 0
    while at < len(rows):
        if not rows[at].has_figures:
            at += 1
            continue
        table = [rows[at]]
        waiting: list[_Row] = []
        end = at + 1
        for row in rows[at + 1 :]:
            if not _over(row.line, table):
                waiting.append(row)  # beside the table
            elif not _follow([*table, *waiting][-1], row) or len(waiting) > MOST_BETWEEN:
                break
            elif row.has_figures:
                table += [other for other in waiting if _over(other.line, table)] + [row]
                waiting = []
                end = rows.index(row, end) + 1
            else:
                waiting.append(row)
        if sum(row.has_figures for row in table) >= FEWEST:
            found.append([*_head(rows[floor:at], table), *table])
            floor = end
        at = end
    return found


def _head(above: Sequence[_Row], table: Sequence[_Row]) -> list[_Row]:
    """The rows right above a table that its header may stand in; one that heads a group may be between."""
    taken: list[_Row] = []
    top = table[0]
    passed: list[_Row] = []
    for row in reversed(above):
        if not _over(row.line, table):
            continue
        if len(taken) + len(passed) == MOST_ABOVE or not _follow(row, top) or is_caption(row.line.text):
            break
        if len(row.pieces) > 1:
            taken = [row, *passed, *taken]
            passed = []
        elif passed or row.line.text.endswith((".", ";", ":")):
            break
        else:
            passed = [row]
        top = row
    return taken


def _over(line: Line, table: Sequence[_Row]) -> bool:
    """Most of the line is above or below the table, not beside it."""
    left, right = min(row.line.left for row in table), max(row.line.right for row in table)
    return min(line.right, right) - max(line.left, left) > 0.5 * (line.right - line.left)


def _follow(above: _Row, below: _Row) -> bool:
    near = above.line.bottom - below.line.bottom < LONGEST_STEP * below.line.height
    return near and max(map(len, below.pieces)) < PROSE and max(map(len, above.pieces)) < PROSE


def _places(
    lines: Sequence[Line], blocks: Sequence[int], tables: Sequence[Sequence[_Row]], inside: set[int]
) -> list[tuple[float, float]]:
    """Where each line comes in the page's order: as OCR has it, but what stands right above a table, or above and below it in the
    blocks of its columns, comes before and after it."""
    place = [(float(at), 0.0) for at in range(len(lines))]
    for table in tables:
        numbers = [number for row in table for number in row.numbers]
        start = min(numbers)
        own = {blocks[number] for number in numbers}
        top, bottom = table[0].line.top, table[-1].line.bottom
        for at, line in enumerate(lines):
            if at in inside:
                continue
            above = line.bottom >= top - 0.5 * line.height
            if at > start and above and _over(line, table) and (blocks[at] in own or line.bottom - top < NEAR * line.height):
                place[at] = (start - 0.5, -line.bottom)
            elif at < start and blocks[at] in own and line.top <= bottom + 0.5 * line.height:
                place[at] = (start + 0.5, -line.bottom)
    return place
