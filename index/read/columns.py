"""Tables without drawn lines: lines whose words stand apart in columns -> rows. Pure.

Tổng số        1 234   85,1             Tổng số | 1 234 | 85,1
Thôn Đông        120   90,0      ->     Thôn Đông | 120 | 90,0
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from index.read.grid import GridCell, Row, is_numeric
from index.read.heads import MOST_LINES, Head, header
from index.read.page import Cuts, Level, Line, PageTable, Part, Word

FEWEST_ROWS = 3
LONGEST_CELL = 120  # characters; longer pieces are running text
_GAP = 0.75  # of the line's height, between words of two cells
_NUMBER_GAP = 0.34  # the same between two figures: "641 142" is one figure with a narrow gap, "12  15" are two
_SAMPLE = 50  # cells of a run that are looked at to tell whether it holds figures
_OUTLIERS = 0.08  # of the rows may reach into a neighbouring column without joining the two


@dataclass(frozen=True, slots=True)
class Found:
    """A table and the lines [first, last) of its rows; `head` are the numbers of lines that stand in its header instead."""

    first: int
    last: int
    table: PageTable
    head: frozenset[int] = frozenset()


class _Row(NamedTuple):
    """Lines [first, last) at one height, and their pieces [piece, end)."""

    first: int
    last: int
    piece: int
    end: int

    @property
    def size(self) -> int:
        return self.end - self.piece


def segments(line: Line) -> list[Word]:
    """The line cut at its wide gaps, where it has words."""
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


def loose_tables(lines: Sequence[Line], cuts: Cuts | None = None, levels: Sequence[Level] = ()) -> list[Found]:
    """Runs of at least three rows of cells among the lines of a page; `cuts` are the page's, where it has them."""
    if len(lines) < FEWEST_ROWS:
        return []
    spans, cuts = _pieces(lines, cuts)
    rows = _visual_rows(lines, spans, cuts)
    is_row = [_is_row(row, cuts) for row in rows]
    found: list[Found] = []
    at = 0
    while at < len(rows):
        end = _run_end(rows, is_row, cuts, at) if is_row[at] else at
        run = rows[at:end]
        if sum(is_row[at:end]) >= FEWEST_ROWS and _has_figures(run, cuts):
            floor = found[-1].last if found else 0
            found.append(_table(lines, spans, rows, (at, end), floor, is_row, cuts, levels))
            at = end
        else:
            at += 1
    return found


def _table(
    lines: Sequence[Line],
    spans: Sequence[tuple[int, int]],
    rows: Sequence[_Row],
    place: tuple[int, int],
    floor: int,
    is_row: Sequence[bool],
    cuts: Cuts,
    levels: Sequence[Level],
) -> Found:
    """The table of the rows [at, end), with the header that is found above its first row of figures."""
    at, end = place
    columns = _columns(rows[at:end], is_row[at:end], cuts)
    begin = next((n for n in range(at, min(at + 8, end)) if any(map(is_numeric, _texts(rows[n], cuts)[1:]))), at)
    while (
        begin > at
        and _is_label(rows[begin - 1], columns, cuts)
        and _reads_on(cuts.texts[rows[begin - 1].piece], cuts.texts[rows[begin].piece])
    ):
        begin -= 1
    head = Head()
    if any(map(is_numeric, cuts.texts[rows[begin].piece : rows[end - 1].end])):
        start = rows[begin].first
        above = [(n, lines[n], _parts(spans[n], cuts)) for n in range(max(floor, start - MOST_LINES), start)]
        head = header(above, lines[start], columns, levels)
    if not head.known:
        begin = at
    run, labels = _whole_labels(rows[begin:end], columns, cuts)
    top = head.rows
    if len(top) > head.known and _reads_on(top[-1][0].text, cuts.texts[run[0].piece]):
        labels[0] = (f"{top[-1][0].text} {labels.get(0, ('', ''))[0]}".strip(), labels.get(0, ("", ""))[1])
        top = top[:-1]
    table = PageTable(
        (*top, *_with_labels(_cells(run, columns, cuts), labels)),
        len(columns),
        columns[0][0],
        columns[-1][1],
        head.known,
        tuple(columns),
    )
    return Found(rows[begin].first, rows[end - 1].last, table, head.lines)


def _texts(row: _Row, cuts: Cuts) -> list[str]:
    return cuts.texts[row.piece : row.end]


def _parts(span: tuple[int, int], cuts: Cuts) -> list[Part]:
    own = slice(*span)
    return list(map(Part, cuts.texts[own], *(side[own].tolist() for side in cuts[1:])))


def _pieces(lines: Sequence[Line], cuts: Cuts | None) -> tuple[list[tuple[int, int]], Cuts]:
    """The range of every line's pieces, and the pieces, in one row without holes."""
    if cuts is None:
        cut = [segments(line) for line in lines]
        words = [word for own in cut for word in own]
        owners = [line for line, own in zip(lines, cut, strict=True) for _ in own]
        cuts = Cuts(
            [word.text for word in words],
            np.array([word.left for word in words], np.float32),
            np.array([word.right for word in words], np.float32),
            np.array([line.bottom for line in owners], np.float32),
            np.array([line.top for line in owners], np.float32),
        )
        sizes = list(map(len, cut))
    else:
        sizes = [line.piece_end - line.piece for line in lines]
        if all(before.piece_end == after.piece for before, after in pairwise(lines)):
            own = slice(lines[0].piece, lines[-1].piece_end)
            cuts = Cuts(cuts.texts[own], *(side[own] for side in cuts[1:]))
        else:
            places = [at for line in lines for at in range(line.piece, line.piece_end)]
            cuts = Cuts([cuts.texts[at] for at in places], *(side[places] for side in cuts[1:]))
    ends = np.cumsum(sizes).tolist()
    return list(zip([0, *ends], ends, strict=False)), cuts


def _visual_rows(lines: Sequence[Line], spans: Sequence[tuple[int, int]], cuts: Cuts) -> list[_Row]:
    """Lines that follow each other on one height are one row."""
    lefts, rights = cuts.lefts.tolist(), cuts.rights.tolist()
    rows = [_Row(0, 1, *spans[0])]
    above = lines[0]
    for number in range(1, len(lines)):
        line, (piece, end) = lines[number], spans[number]
        height = line.top - line.bottom
        if abs(above.bottom - line.bottom) < 0.3 * height and lefts[piece] > rights[piece - 1] + 0.3 * height:
            rows[-1] = _Row(rows[-1].first, number + 1, rows[-1].piece, end)
        else:
            rows.append(_Row(number, number + 1, piece, end))
        above = line
    return rows


def _is_row(row: _Row, cuts: Cuts) -> bool:
    """Three cells, or a label and a figure."""
    if row.size == 2:
        return is_numeric(cuts.texts[row.end - 1]) and len(cuts.texts[row.piece]) < 90
    return row.size >= 3 and max(map(len, cuts.texts[row.piece : row.end])) < LONGEST_CELL


def _is_prose(row: _Row, cuts: Cuts) -> bool:
    return row.size == 1 and len(cuts.texts[row.piece]) > 70


def _run_end(rows: Sequence[_Row], is_row: Sequence[bool], cuts: Cuts, at: int) -> int:
    """The row after the last of the run: up to two rows between may be something else, but no prose."""
    end = at + 1
    while end < len(rows):
        if is_row[end]:
            end += 1
            continue
        skip = next((step for step in (0, 1, 2) if end + step < len(rows) and is_row[end + step]), None)
        if skip is None or any(_is_prose(rows[end + step], cuts) for step in range(skip)):
            break
        end += skip + 1
    return end


def _has_figures(run: Sequence[_Row], cuts: Cuts) -> bool:
    rows = run[:: max(1, len(run) // 8)]
    texts = [text for row in rows for text in cuts.texts[row.piece + 1 : row.end]]
    texts = texts[:: max(1, len(texts) // _SAMPLE)]
    figures = sum(1 for text in texts if is_numeric(text) or text.strip("-–…. ") == "")
    return bool(texts) and figures >= 0.4 * len(texts)


def _columns(run: Sequence[_Row], is_row: Sequence[bool], cuts: Cuts) -> list[tuple[float, float]]:
    """Where the cells of the fullest usual rows stand, overlapping ones taken together."""
    sizes = Counter(row.size for row, good in zip(run, is_row, strict=True) if good)
    usual = max(sizes, key=lambda size: (sizes[size] * size, size))
    places = np.array([row.piece for row in run if row.size == usual])[:, None] + np.arange(usual)
    lefts, rights = cuts.lefts[places], cuts.rights[places]
    low, high = lefts.min(axis=0), rights.max(axis=0)
    if (low[1:] > high[:-1]).all():
        return list(zip(low.tolist(), high.tolist(), strict=True))
    if len(places) * _OUTLIERS >= 1:  # a title or a long label across two columns does not make them one
        low, high = np.quantile(lefts, _OUTLIERS, axis=0), np.quantile(rights, 1 - _OUTLIERS, axis=0)
        if (low[1:] > high[:-1]).all():
            return list(zip(low.tolist(), high.tolist(), strict=True))
    merged: list[tuple[float, float]] = []
    for left, right in sorted(zip(lefts.ravel().tolist(), rights.ravel().tolist(), strict=True)):
        if merged and left <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], right))
        else:
            merged.append((left, right))
    return merged


def _cells(run: Sequence[_Row], columns: Sequence[tuple[float, float]], cuts: Cuts) -> list[Row]:
    """The rows' pieces in the columns they stand over."""
    lefts, rights = np.array(columns, np.float32).T
    sizes = np.array([row.size for row in run])
    starts = np.concatenate(([0], np.cumsum(sizes)[:-1]))
    within = np.arange(sizes.sum()) - np.repeat(starts, sizes)
    pieces = np.repeat([row.piece for row in run], sizes) + within
    first = np.searchsorted(rights, cuts.lefts[pieces], "left")
    last = np.searchsorted(lefts, cuts.rights[pieces], "right") - 1
    fits = np.logical_and.reduceat((first == last) & (first == within), starts) & (sizes == len(columns))
    made: list[Row] = []
    for row, plain in zip(run, fits.tolist(), strict=True):
        if plain:
            made.append(tuple(cuts.texts[row.piece : row.end]))
        elif row.size == 1:  # a piece alone stands over all
            made.append((GridCell(cuts.texts[row.piece], columns=len(columns)),))
        else:
            made.append(_spanning(_parts((row.piece, row.end), cuts), columns))
    return made


def _whole_labels(
    run: Sequence[_Row], columns: Sequence[tuple[float, float]], cuts: Cuts
) -> tuple[list[_Row], dict[int, tuple[str, str]]]:
    """The run without lines that are a part of the label of the row above or below, and what to put before and after whose label.

    Such a line has nothing but the first column, and is nearer to its row than rows are to each other, or reads on from it.
    """
    kept: list[_Row] = []
    labels: dict[int, tuple[str, str]] = {}
    middles = ((cuts.bottoms + cuts.tops) / 2).tolist()
    usual = _pitch(run, middles)
    before = ""
    for at, row in enumerate(run):
        if row.size > 1 and not before:
            kept.append(row)
            continue
        text = cuts.texts[row.piece]
        if _is_label(row, columns, cuts):
            below = run[at + 1] if at + 1 < len(run) else None
            above = run[at - 1] if at else None
            down = abs(middles[row.piece] - middles[below.piece]) if below and _has_label(below, columns, cuts) else 1e9
            up = abs(middles[above.piece] - middles[row.piece]) if above and above.size > 1 else 1e9
            if up < 0.75 * usual and up < down and not before and (text[:1].islower() or text[:1] == "("):
                known = labels.get(len(kept) - 1, ("", ""))
                labels[len(kept) - 1] = (known[0], f"{known[1]} {text}".strip())
                continue
            if below and down < 1e9 and (down < 0.75 * usual or _reads_on(text, cuts.texts[below.piece])):
                before = f"{before} {text}".strip()
                continue
        if before:
            labels[len(kept)] = (before, "")
            before = ""
        kept.append(row)
    return kept, labels


def _pitch(run: Sequence[_Row], middles: Sequence[float]) -> float:
    """How far rows with several cells are from each other."""
    steps = [abs(middles[a.piece] - middles[b.piece]) for a, b in pairwise(run) if a.size > 1 and b.size > 1]
    return sorted(steps)[len(steps) // 2] if steps else 0.0


def _is_label(row: _Row, columns: Sequence[tuple[float, float]], cuts: Cuts) -> bool:
    """Nothing but a label, in the first column."""
    return (
        row.size == 1
        and len(columns) > 1
        and bool(cuts.rights[row.piece] < columns[1][0])
        and not is_numeric(cuts.texts[row.piece])
    )


def _has_label(row: _Row, columns: Sequence[tuple[float, float]], cuts: Cuts) -> bool:
    return row.size > 1 and bool(cuts.lefts[row.piece] < columns[0][1]) and not is_numeric(cuts.texts[row.piece])


def _reads_on(text: str, below: str) -> bool:
    """Two lines of one label: "Total population (in" / "million persons)"."""
    return text.count("(") > text.count(")") or (below[:1].islower() and not text.endswith((":", ".")))


def _with_labels(rows: list[Row], labels: dict[int, tuple[str, str]]) -> list[Row]:
    for at, (before, after) in labels.items():
        first = rows[at][0]
        if isinstance(first, str):
            rows[at] = (" ".join(filter(None, (before, first, after))), *rows[at][1:])
        else:
            rows[at] = (first._replace(text=" ".join(filter(None, (before, first.text, after)))), *rows[at][1:])
    return rows


def _spanning(row: Sequence[Part], columns: Sequence[tuple[float, float]]) -> tuple[GridCell, ...]:
    """A row some of whose columns are empty, or with pieces over several of them."""
    lefts, rights = [left for left, _ in columns], [right for _, right in columns]
    cells: list[GridCell] = []
    at = 0
    for word in row:
        first, last = bisect_left(rights, word.left), bisect_right(lefts, word.right) - 1
        if first > last:  # between two columns
            first = last = min(max(first, 0), len(columns) - 1)
        elif last > first and is_numeric(word.text):  # a figure stands in one column
            first = last = max(range(first, last + 1), key=lambda n: min(word.right, rights[n]) - max(word.left, lefts[n]))
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
