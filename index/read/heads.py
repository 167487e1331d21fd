"""The header above a table without drawn lines, put together from the lines over its first row. Pure.

       Medium variant               first row   | Medium variant            (over both columns)
Population   Growth rate      ->    second row  Population (thousand) | Growth rate (%)
(thousand)       (%)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from index.read.grid import GridCell
from index.read.page import Line, Word
from index.read.structure import is_caption, is_upper

MOST_LINES = 24
Columns = Sequence[tuple[float, float]]  # left and right of each


@dataclass(slots=True)
class _Label:
    """Lines of one header cell: the columns [first, last] it stands over, and where its lowest line ends."""

    first: int
    last: int
    top: float
    bottom: float
    text: str


def header_rows(
    above: Sequence[tuple[Line, Sequence[Word]]], first: Line, columns: Columns
) -> tuple[int, list[tuple[GridCell, ...]]]:
    """How many of the lines just `above` the row beginning with `first` are its header, and the header's rows.

    Each line comes with its segments, in the order of the page.
    """
    taken = _lines_of_header(above, first, columns)
    labels = _labels(taken, columns)
    if len({column for label in labels for column in range(label.first, label.last + 1)}) < max(2, (len(columns) + 1) // 2):
        return 0, []
    lowest = min(labels, key=lambda label: label.bottom)
    if lowest.top < min((label.bottom for label in labels if label is not lowest), default=0) and lowest.first == lowest.last:
        labels.remove(lowest)  # "Urban", alone between header and first row, heads a group of rows
        return len(taken), [*_rows(labels, len(columns)), (GridCell(lowest.text, columns=len(columns)),)]
    return len(taken), _rows(labels, len(columns))


def _lines_of_header(
    above: Sequence[tuple[Line, Sequence[Word]]], first: Line, columns: Columns
) -> list[tuple[Line, Sequence[Word]]]:
    left, right = columns[0][0], columns[-1][1]
    slack = 2 * first.height
    ceiling = first.top
    taken: list[tuple[Line, Sequence[Word]]] = []
    for line, cut in reversed(above[-MOST_LINES:]):
        outside = line.left < left - slack or line.right > right + slack or line.bottom < first.top - 0.5 * first.height
        far = line.bottom - ceiling > 1.5 * line.height
        wide = line.right - line.left > 0.6 * (right - left) and len(cut) == 1
        prose = (wide and len(line.text) > 70) or line.text.endswith((".", ";", ":"))
        if outside or far or prose or is_caption(line.text) or (is_upper(line.text) and len(cut) == 1 and len(line.text) > 12):
            break
        ceiling = max(ceiling, line.top)
        taken.append((line, cut))
    return taken[::-1]


def _labels(taken: Sequence[tuple[Line, Sequence[Word]]], columns: Columns) -> list[_Label]:
    placed = [(line, word) for line, cut in taken for word in cut]
    labels: list[_Label] = []
    for line, word in sorted(placed, key=lambda item: -item[0].middle):
        first, last = _over(word, columns)
        for label in labels:
            if (label.first, label.last) == (first, last) and label.bottom - line.top < 0.8 * line.height:
                label.text = f"{label.text} {word.text}"
                label.bottom = min(label.bottom, line.bottom)
                break
        else:
            labels.append(_Label(first, last, line.top, line.bottom, word.text))
    return labels


def _over(word: Word, columns: Columns) -> tuple[int, int]:
    """The columns whose middle the word stands over, else the nearest."""
    middles = [(left + right) / 2 for left, right in columns]
    inside = [at for at, middle in enumerate(middles) if word.left <= middle <= word.right]
    if inside:
        return inside[0], inside[-1]
    centre = (word.left + word.right) / 2
    nearest = min(range(len(middles)), key=lambda at: abs(middles[at] - centre))
    return nearest, nearest


def _rows(labels: Sequence[_Label], width: int) -> list[tuple[GridCell, ...]]:
    """Spanning labels by height, then one row with the labels of single columns."""
    levels: list[list[_Label]] = []
    for label in sorted((label for label in labels if label.last > label.first), key=lambda label: -label.top):
        clash = levels and (
            levels[-1][-1].bottom > label.top
            or any(other.last >= label.first and other.first <= label.last for other in levels[-1])
        )
        if not levels or (clash and levels[-1][0].bottom >= label.top - 1):
            levels.append([label])
        else:
            levels[-1].append(label)
    single: dict[int, str] = {}
    for label in sorted((label for label in labels if label.last == label.first), key=lambda label: -label.top):
        single[label.first] = f"{single[label.first]} {label.text}" if label.first in single else label.text
    rows = [_row({label.first: (label.text, label.last - label.first + 1) for label in level}, width) for level in levels]
    if single:
        rows.append(_row({at: (text, 1) for at, text in single.items()}, width))
    return rows


def _row(cells: dict[int, tuple[str, int]], width: int) -> tuple[GridCell, ...]:
    row: list[GridCell] = []
    at = 0
    while at < width:
        text, span = cells.get(at, ("", 1))
        row.append(GridCell(text, columns=span))
        at += span
    return tuple(row)
