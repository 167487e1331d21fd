"""The header above a table without drawn columns, put together from the lines over its first row. Pure.

       Medium variant               first row   | Medium variant            (over both columns)
      ────────────────
Population   Growth rate      ->    second row  Population (thousand) | Growth rate (%)
(thousand)       (%)
────────────────────────────

Level rules, where a page has them, say where the header begins and ends and which columns a label stands over; elsewhere the
places of the words have to.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from index.read.grid import GridCell
from index.read.page import Level, Line, Part
from index.read.structure import is_caption, is_upper

MOST_LINES = 60  # above the first row that are looked at
TALLEST = 14.0  # heights of a line: the tallest header
LITTLE = 0.25  # of the narrower of two pieces: lines of one label stand over each other by more
FULL = 0.7  # of the table's width that a rule over or under its header covers
_TOUCH = 3.0  # points between two strokes that are one rule
Columns = Sequence[tuple[float, float]]  # left and right of each
Placed = tuple[int, Line, Sequence[Part]]  # number of the line on its page, the line, its pieces


@dataclass(frozen=True, slots=True)
class Head:
    """`lines`: numbers of the lines it was made of; `rows`: the header's `known` rows, below them the label of a first group."""

    lines: frozenset[int] = frozenset()
    rows: tuple[tuple[GridCell, ...], ...] = ()
    known: int = 0


@dataclass(slots=True)
class _Label:
    """Lines of one header cell: the columns [first, last] it stands over, its sides, and what it says."""

    first: int
    last: int
    left: float
    right: float
    top: float
    bottom: float
    text: str

    @property
    def centre(self) -> float:
        return (self.left + self.right) / 2


def header(above: Sequence[Placed], first: Line, columns: Columns, levels: Sequence[Level]) -> Head:
    """The header among the lines `above` the row that begins with `first`, in the order of the page."""
    ceiling = first.top + (TALLEST + 4) * max(first.height, 8.0)
    levels = [level for level in levels if first.middle < level.y < ceiling]
    rules = _full_rules(levels, columns, first)
    sides = [(level.left, level.right) for level in levels if rules and abs(level.y - rules[0]) < _TOUCH]
    width = (min(sides)[0], max(right for _, right in sides)) if sides else (0.0, 0.0)
    zone, groups = _between_rules(above, first, width, rules) if rules else ([], [])
    if not zone:
        zone, groups = _near(above, first, columns), []
    inner = _joined(level for level in levels if not rules or abs(level.y - rules[0]) >= _TOUCH)
    labels = _labels(zone, columns, inner)
    if len(rules) > 1:
        inner = _joined(level for level in levels if not any(abs(level.y - y) < _TOUCH for y in rules))
    _widen(labels, columns, inner)
    _share(labels, columns)
    if len({column for label in labels for column in range(label.first, label.last + 1)}) < max(2, (len(columns) + 1) // 2):
        return Head()
    lowest = min(labels, key=lambda label: label.bottom)
    beneath = lowest.top < min((label.bottom for label in labels if label is not lowest), default=0)
    if not rules and beneath and lowest.first == lowest.last:
        labels.remove(lowest)  # "Urban", alone between header and first row, heads a group of rows
        groups = [lowest.text]
    rows = _rows(labels, len(columns))
    named = [(GridCell(text, columns=len(columns)),) for text in groups]
    return Head(frozenset(number for number, _, _ in zone) | _numbers(above, groups, zone), (*rows, *named), len(rows))


def _numbers(above: Sequence[Placed], groups: Sequence[str], zone: Sequence[Placed]) -> frozenset[int]:
    taken = {number for number, _, _ in zone}
    return frozenset(number for number, line, _ in above if line.text in groups and number not in taken)


def _full_rules(levels: Sequence[Level], columns: Columns, first: Line) -> list[float]:
    """Heights of the rules above the first row that go over most of the table's width and over its first column, the lowest first.
    Rules inside a header leave that column out."""
    left, right = columns[0][0], columns[-1][1]
    start = min(columns[0][1], columns[0][0] + 2 * first.height)
    covered: list[tuple[float, float, bool]] = []  # height, length inside the table, over the first column
    for level in sorted(levels):
        length = min(level.right, right) - max(level.left, left)
        if level.y < first.middle or length <= 0:
            continue
        begins = level.left < start
        if covered and level.y - covered[-1][0] < _TOUCH:
            height, so_far, before = covered[-1]
            covered[-1] = height, so_far + length, before or begins
        else:
            covered.append((level.y, length, begins))
    return [y for y, length, begins in covered if begins and length >= FULL * (right - left)]


def _between_rules(
    above: Sequence[Placed], first: Line, width: tuple[float, float], rules: Sequence[float]
) -> tuple[list[Placed], list[str]]:
    """The lines between the header's rules, and the labels of groups between its lowest rule and the first row."""
    left, right = width
    slack = 0.5 * first.height
    near = [
        (number, line, cut)
        for number, line, cut in above
        if line.left >= left - slack and line.right <= right + slack and line.middle > first.middle and not is_caption(line.text)
    ]
    below = [item for item in near if item[1].middle < rules[0]]
    if any(len(cut) > 1 for _, _, cut in below):
        return below, []  # nothing is drawn under the header
    if len(below) > 2:
        return [], []
    zone: list[Placed] = []
    for low, high in pairwise(rules):
        band = [item for item in near if low < item[1].middle < high]
        if not band or high - rules[0] > TALLEST * first.height:
            break
        zone += band
    return zone, [line.text for _, line, _ in sorted(below, key=lambda item: -item[1].middle)]


def _near(above: Sequence[Placed], first: Line, columns: Columns) -> list[Placed]:
    """Where no rules tell: the lines just above, up to a gap, a caption or running text."""
    left, right = columns[0][0], columns[-1][1]
    slack = 2 * first.height
    ceiling = first.top
    taken: list[Placed] = []
    for number, line, cut in reversed(above[-24:]):
        outside = line.left < left - slack or line.right > right + slack or line.bottom < first.top - 0.5 * first.height
        far = line.bottom - ceiling > 1.5 * line.height
        wide = line.right - line.left > 0.6 * (right - left) and len(cut) == 1
        prose = (wide and len(line.text) > 70) or line.text.endswith((".", ";", ":"))
        if outside or far or prose or is_caption(line.text) or (is_upper(line.text) and len(cut) == 1 and len(line.text) > 12):
            break
        ceiling = max(ceiling, line.top)
        taken.append((number, line, cut))
    return taken[::-1]


def _labels(zone: Sequence[Placed], columns: Columns, inner: Sequence[Level]) -> list[_Label]:
    """Pieces over the same columns put together, unless a rule is between them."""
    labels: list[_Label] = []
    middles = [(left + right) / 2 for left, right in columns]
    for part in sorted((part for _, _, cut in zone for part in cut), key=_reading_order):
        first, last = _over(part, middles)
        for label in labels:
            same = (label.first, label.last) == (first, last) or (label.left < part.right and part.left < label.right)
            near = label.bottom - part.top < 0.8 * part.height
            if same and near and not _heads_two(label, part, columns) and not _parted(label, part, inner):
                label.text = f"{label.text} {part.text}"
                label.bottom = min(label.bottom, part.bottom)
                label.left, label.right = min(label.left, part.left), max(label.right, part.right)
                label.first, label.last = min(label.first, first), max(label.last, last)
                break
        else:
            labels.append(_Label(first, last, part.left, part.right, part.top, part.bottom, part.text))
    return labels


def _heads_two(label: _Label, part: Part, columns: Columns) -> bool:
    """The label's middle is between two columns and it hardly stands over the part, which is over its own column: no line of one
    label broken in two."""
    centre, (left, right) = (part.left + part.right) / 2, columns[label.first]
    shared = min(label.right, part.right) - max(label.left, part.left)
    outside = not left <= label.centre <= right and left <= centre <= right
    return outside and shared < LITTLE * min(label.right - label.left, part.right - part.left)


def _parted(label: _Label, part: Part, inner: Sequence[Level]) -> bool:
    low, high, centre = part.middle, label.bottom + 0.5 * part.height, (part.left + part.right) / 2
    return any(low < rule.y < high and rule.left < centre < rule.right for rule in inner)


def _reading_order(part: Part) -> tuple[int, float]:
    return -round(part.middle / 4), part.left


def _over(word: Part, middles: Sequence[float]) -> tuple[int, int]:
    """The columns whose middle the word stands over, else the nearest."""
    first, end = bisect_left(middles, word.left), bisect_right(middles, word.right)
    if first < end:
        return first, end - 1
    centre = (word.left + word.right) / 2
    nearest = min(range(len(middles)), key=lambda at: abs(middles[at] - centre))
    return nearest, nearest


def _widen(labels: Sequence[_Label], columns: Columns, inner: Sequence[Level]) -> None:
    """A label with a rule right under it stands over all columns above which the rule is; labels side by side over one rule
    share its columns, each taking the nearest."""
    middles = [(left + right) / 2 for left, right in columns]
    for y, left, right in inner:
        over = [
            label for label in labels if left - _TOUCH < label.centre < right + _TOUCH and 0 <= label.bottom - y + 4 < label.top - y
        ]
        if not over:
            continue
        floor = min(label.bottom for label in over)
        over = [label for label in over if label.bottom - floor < 0.5 * (label.top - label.bottom)]
        under = [at for at, middle in enumerate(middles) if left - _TOUCH < middle < right + _TOUCH]
        if floor - y > 14 or len(under) < len(over):
            continue
        owner = {at: min(over, key=lambda label: abs(label.centre - middles[at])) for at in under}
        for label in over:
            own = [at for at in under if owner[at] is label]
            if own:
                label.first, label.last = own[0], own[-1]


def _share(labels: Sequence[_Label], columns: Columns) -> None:
    """Labels at one height, each in the middle of as many columns as the others, stand over all of those."""
    rows: list[list[_Label]] = []
    for label in sorted(labels, key=lambda label: -label.top - label.bottom):
        if rows and abs(rows[-1][0].top + rows[-1][0].bottom - label.top - label.bottom) < label.top - label.bottom:
            rows[-1].append(label)
        else:
            rows.append([label])
    middles = [(left + right) / 2 for left, right in columns]
    for row in rows:
        free = [label for label in row if label.first > 0 and label.first == label.last]
        each, rest = divmod(len(columns) - 1, max(1, len(row)))
        if len(free) != len(row) or len(row) < 2 or each < 2 or rest:
            continue
        for number, label in enumerate(sorted(row, key=lambda label: label.centre)):
            own = middles[1 + number * each : 1 + (number + 1) * each]
            if not own[0] <= label.centre <= own[-1]:
                break
        else:
            for number, label in enumerate(sorted(row, key=lambda label: label.centre)):
                label.first, label.last = 1 + number * each, (number + 1) * each


def _joined(levels: Iterable[Level]) -> list[Level]:
    """Rules, those that touch end to end taken as one."""
    found: list[Level] = []
    for level in sorted(levels, key=lambda level: (round(level.y), level.left)):
        if found and abs(found[-1].y - level.y) < _TOUCH and level.left - found[-1].right < _TOUCH:
            found[-1] = Level(found[-1].y, found[-1].left, max(found[-1].right, level.right))
        else:
            found.append(level)
    return found


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
