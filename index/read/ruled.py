"""Tables with drawn lines: strokes -> grid -> cells, words put where they stand. Pure.

Columns and rows are the distinct places of the strokes; two slots with no stroke between them are one merged cell.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from index.read.grid import GridCell
from index.read.page import Line, PageTable, Rule, Word

SNAP = 2.5  # points: strokes this close are at one place
MOST_LINES = 2_000  # distinct strokes of one table


@dataclass(frozen=True, slots=True)
class Frame:
    """The grid of one table. `xs` rise from the left, `ys` fall from the top; `upright` and `level` are its strokes."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    upright: tuple[Rule, ...]
    level: tuple[Rule, ...]

    def holds(self, x: float, y: float) -> bool:
        return self.xs[0] - SNAP <= x <= self.xs[-1] + SNAP and self.ys[-1] <= y <= self.ys[0]


def frames(rules: Sequence[Rule]) -> list[Frame]:
    """Grids of at least two columns, from strokes that touch each other."""
    found = []
    for group in _touching(rules):
        upright = tuple(rule for rule in group if rule.top - rule.bottom > rule.right - rule.left)
        level = tuple(rule for rule in group if rule.top - rule.bottom <= rule.right - rule.left)
        xs = _distinct([rule.left for rule in upright])
        ys = _distinct([rule.bottom for rule in level])
        if len(xs) >= 3 and len(ys) >= 2 and len(xs) * len(ys) <= 200_000:
            found.append(Frame(tuple(xs), tuple(reversed(ys)), upright, level))
    return found


def _touching(rules: Sequence[Rule]) -> list[list[Rule]]:
    """Strokes in groups: sorted by height, each band of overlapping height is one group."""
    groups: list[list[Rule]] = []
    floor = 0.0
    for rule in sorted(rules, key=lambda rule: -rule.top):
        if groups and rule.top >= floor - SNAP:
            groups[-1].append(rule)
            floor = min(floor, rule.bottom)
        else:
            groups.append([rule])
            floor = rule.bottom
    return [group for group in groups if 5 <= len(group) <= MOST_LINES * 50]


def _distinct(places: list[float]) -> list[float]:
    found: list[float] = []
    for place in sorted(places):
        if not found or place - found[-1] > SNAP:
            found.append(place)
    return found


def fill(frame: Frame, lines: Sequence[Line]) -> PageTable:
    """The table with the words of `lines` (all of which it holds) in its cells."""
    height, width = len(frame.ys) - 1, len(frame.xs) - 1
    owner, spans = _merge(frame, height, width)
    words: list[list[str]] = [[] for _ in spans]
    falling = [-y for y in frame.ys]
    for line in lines:
        row = min(max(bisect_right(falling, -line.middle) - 1, 0), height - 1)
        for text, left, right in line.words or (Word(line.text, line.left, line.right),):
            column = min(max(bisect_right(frame.xs, left + min(1.5, (right - left) / 2)) - 1, 0), width - 1)
            words[owner[row][column]].append(text)
    rows: list[list[GridCell]] = [[] for _ in range(height)]
    for (top, _, tall, wide), inside in zip(spans, words, strict=True):  # they come row by row, from the left
        rows[top].append(GridCell(" ".join(inside), False, wide, tall))
    return PageTable(tuple(map(tuple, rows)), width, frame.xs[0], frame.xs[-1])


def _merge(frame: Frame, height: int, width: int) -> tuple[list[list[int]], list[tuple[int, int, int, int]]]:
    """Owner of every slot, and (row, column, rows, columns) of every owner."""
    right, below = _edges(frame, height, width)
    owner = [[-1] * width for _ in range(height)]
    spans: list[tuple[int, int, int, int]] = []
    for row in range(height):
        for column in range(width):
            if owner[row][column] >= 0:
                continue
            wide = 1
            while column + wide < width and not right[row][column + wide - 1] and owner[row][column + wide] < 0:
                wide += 1
            tall = 1
            while row + tall < height and not any(below[row + tall - 1][column : column + wide]):
                tall += 1
            for r in range(row, row + tall):
                owner[r][column : column + wide] = [len(spans)] * wide
            spans.append((row, column, tall, wide))
    return owner, spans


def _edges(frame: Frame, height: int, width: int) -> tuple[list[list[bool]], list[list[bool]]]:
    """right[r][c]: a stroke stands between slot (r, c) and (r, c + 1); below[r][c]: one lies between (r, c) and (r + 1, c)."""
    right = [[False] * width for _ in range(height)]
    below = [[False] * width for _ in range(height)]
    middles_y = [(frame.ys[r] + frame.ys[r + 1]) / 2 for r in range(height)]
    middles_x = [(frame.xs[c] + frame.xs[c + 1]) / 2 for c in range(width)]
    for rule in frame.upright:
        column = bisect_right(frame.xs, rule.left + SNAP) - 1
        if 0 < column <= width:
            for r, y in enumerate(middles_y):
                if rule.bottom <= y <= rule.top:
                    right[r][column - 1] = True
    rising = list(reversed(frame.ys))
    for rule in frame.level:
        row = len(frame.ys) - bisect_right(rising, rule.bottom + SNAP)
        if 0 < row <= height:
            for c, x in enumerate(middles_x):
                if rule.left <= x <= rule.right:
                    below[row - 1][c] = True
    return right, below
