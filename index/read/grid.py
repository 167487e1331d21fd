"""A table as rows of cells -> header rows and data rows, each cell under its header path. Pure.

| Chỉ tiêu |      Năm 2022      |          table_header  Chỉ tiêu | Năm 2022
|          | Kế hoạch | Thực hiện |  ->   table_header  Chỉ tiêu | Kế hoạch | Thực hiện
| Hộ nghèo |   2,5    |    2,1    |       table_row     Hộ nghèo | 2,5 | 2,1    headers ("Chỉ tiêu", "Năm 2022 / Kế hoạch", …)
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache, partial
from typing import Any, NamedTuple

from index.read.document import RawBlock, clean_row, clean_rows
from index.read.structure import unit_of
from index.read.sums import mark_sums

MOST_COLUMNS = 1_000
MOST_SLOTS = 3_000_000  # cells after merged ones are spread out; a guard against spans that lie
MOST_HEADER_ROWS = 6
_AT_ONCE = 64  # cells cleaned together
_LOOKED_AT = 8  # rows in which the header ends, and in which figures are looked for that a header stands over

_NUMBER = re.compile(r"^[<>≥≤~+\-–]?\s*\d[\d.,\s]*(?:/\d+)?\s*(?:%|‰|tỷ|triệu|đồng|ha|tấn|hộ|người)?$")
_YEAR = re.compile(r"^(?:19|20)\d\d$")
_GROUP_MARK = re.compile(r"^(?:[IVX]{1,5}|[A-HĐ]|\d{1,2}|[a-h])[.)]?$")
_COLUMN_MARK = re.compile(r"^(?:\(?[A-Z]\)?|\(?\d{1,2}\)?|\(?\d{1,2}\s*=\s*[\d()+\-*/x:%\s]+\)?)$")


_raw: Callable[[tuple[Any, ...]], RawBlock] = partial(tuple.__new__, RawBlock)  # without a step through Python


class GridCell(NamedTuple):
    """A cell as its file has it; `columns` and `rows` count what it spans. `header`: marked as one (th, bold)."""

    text: str
    header: bool = False
    columns: int = 1
    rows: int = 1


Row = Sequence[GridCell] | Sequence[str]  # a row of plain texts has one in each slot
Grid = list[list[int]]  # cell number of every slot, -1 for none


def table_blocks(
    rows: Sequence[Row], *, table: int, page: int = 1, header_rows: int = 0, pages: Sequence[int] = ()
) -> list[RawBlock]:
    """Header and data rows of one table.

    `header_rows`: how many the file itself marks as header (0: find out); `pages`: the page of each row, where they differ.
    """
    tall = any(cell.rows > 1 for row in rows if row and isinstance(row[0], GridCell) for cell in row if isinstance(cell, GridCell))
    cells, grid = _spread(rows if tall else _without_plain(rows, header_rows or _LOOKED_AT))
    texts = [text for at in range(0, len(cells), _AT_ONCE) for text in clean_row([cell.text for cell in cells[at : at + _AT_ONCE]])]
    header = min(header_rows, len(grid) - 1) if header_rows else _count_header_rows(grid, cells, texts)
    paths = _with_unit(_header_paths(grid[:header], texts))
    blocks = []
    panel = _panel(paths)
    groups = _Groups(panel or max(map(len, grid), default=0))
    lines = grid[:header] if panel else grid
    # One text a slot.
    is_plain = [
        not line or (number >= header and not tall and bool(rows[number]) and isinstance(rows[number][0], str))
        for number, line in enumerate(lines)
    ]
    cleaned = clean_rows([row for row, plain in zip(rows, is_plain, strict=False) if plain])  # type: ignore[misc]
    for number, line in enumerate(lines):
        on = pages[number] if number < len(pages) else page
        if is_plain[number]:
            plain = next(cleaned)
            if any(plain):
                blocks.append(_raw(("table_row", "", on, 0, table, plain, groups.headers(plain, paths), "", True)))
            continue
        order = [slot for at, slot in enumerate(line) if slot < 0 or at == 0 or line[at - 1] != slot]
        places = [at for at, slot in enumerate(line) if slot < 0 or at == 0 or line[at - 1] != slot]
        row = tuple(texts[slot] if slot >= 0 else "" for slot in order)
        if not any(row):
            continue
        if number < header:
            blocks.append(RawBlock("table_header", page=on, table=table, cells=row))
        else:
            headers = groups.headers(row, [_span_path(paths, line, at) for at in places])
            blocks.append(RawBlock("table_row", page=on, table=table, cells=row, headers=headers))
    if panel:
        slots = [_slots(rows[number], line, texts) for number, line in enumerate(grid[header:], header)]
        for row, on in _unfolded(slots, panel, [pages[n] if n < len(pages) else page for n in range(header, len(grid))]):
            blocks.append(RawBlock("table_row", "", on, 0, table, row, groups.headers(row, paths[:panel])))
    return mark_sums(blocks)


def _with_unit(paths: Sequence[str]) -> list[str]:
    """A unit in the corner cell ("Đơn vị: ha") is that of every column that names none."""
    unit = unit_of(paths[0]) if paths else ""
    if not unit:
        return list(paths)
    return [paths[0], *(path if not path or "(" in path or "%" in path else f"{path} ({unit})" for path in paths[1:])]


def _panel(paths: Sequence[str]) -> int:
    """Columns of one half of a table that is set in two or more side by side, under the same headers; 0 where it is not."""
    width = len(paths)
    return next(
        (
            size
            for size in range(2, width // 2 + 1)
            if width % size == 0 and all(paths[:size]) and all(path == paths[at % size] for at, path in enumerate(paths))
        ),
        0,
    )


def _slots(row: Row, line: Sequence[int], texts: Sequence[str]) -> tuple[str, ...]:
    """The text of every slot, a merged cell's in its first."""
    if not line:
        return clean_row(row)  # type: ignore[arg-type]
    return tuple("" if slot < 0 or (at and line[at - 1] == slot) else texts[slot] for at, slot in enumerate(line))


def _unfolded(rows: Sequence[tuple[str, ...]], panel: int, pages: Sequence[int]) -> Iterator[tuple[tuple[str, ...], int]]:
    """Rows of halves side by side as rows below each other: within a group and a page, first those of the left half."""
    waiting: list[tuple[str, ...]] = []
    on = 0

    def flush() -> Iterator[tuple[tuple[str, ...], int]]:
        for start in range(0, max(map(len, waiting), default=0), panel):
            yield from ((half, on) for row in waiting if any(half := row[start : start + panel]))
        waiting.clear()

    for row, page in zip(rows, pages, strict=True):
        alone = len([text for text in row if text]) == 1 and bool(row[0])
        if alone or page != on:
            yield from flush()
        on = page
        if alone:
            yield row[:panel], on
        else:
            waiting.append(row)
    yield from flush()


def _without_plain(rows: Sequence[Row], looked_at: int) -> list[Row]:
    """The rows with those emptied that are plain texts and cannot be header: nothing in them has to be spread out."""
    return [() if number >= looked_at and row and isinstance(row[0], str) else row for number, row in enumerate(rows)]


def _cell(cell: GridCell | str) -> GridCell:
    return GridCell(cell) if isinstance(cell, str) else cell


class _Groups:
    """The rows that head a group ("I | Kinh tế | | ", "Male"): their labels stand in the first cell's header of every row below.

    Without it two rows "0-4 | 842" and "0-4 | 762" under "Male" and "Female" would read the same.
    """

    def __init__(self, columns: int) -> None:
        self._columns = columns
        self._open: list[tuple[str, str]] = []  # numbering style, label
        self._path = ""  # of labels
        self._last_opened = False
        self._made: tuple[str, Sequence[str], tuple[str, ...]] = ("", (), ())

    def headers(self, row: Sequence[str], paths: Sequence[str]) -> tuple[str, ...]:
        """The header of each cell of a row below the column headers `paths`; takes notice of the row."""
        if len(row) > 2 and (row[-1] or any(row[2:])):
            self._last_opened = False
        elif self.opens(row):
            return tuple(paths)
        if not self._open or not paths:
            return tuple(paths)
        path, below, made = self._made
        if path != self._path or below != paths:
            group = f"{paths[0]} / {self._path}" if paths[0] else self._path
            made = (group, *paths[1:])
            self._made = (self._path, paths, made)
        return made

    def opens(self, row: Sequence[str]) -> bool:
        """Take notice of a row; True where it heads a group."""
        filled = [text for text in row if text]
        numbered = len(filled) == 2 and bool(row[0]) and bool(row[1]) and bool(_GROUP_MARK.match(filled[0]))
        alone = len(filled) == 1 and bool(row[0]) and self._columns > 1
        heads = (alone or (numbered and self._columns > 2)) and not is_numeric(filled[-1]) and len(filled[-1]) <= 120
        if heads:
            label = " ".join(filled)
            style = _group_style(label)
            known = [at for at, (other, _) in enumerate(self._open) if other == style]
            if known:
                del self._open[known[0] :]
            elif not self._last_opened:
                self._open.clear()
            self._open.append((style, label))
            self._path = " / ".join(label for _, label in self._open)
        self._last_opened = heads
        return heads


def _group_style(label: str) -> str:
    first = label.split()[0].rstrip(".)")
    if first.isdigit():
        return "1"
    if _GROUP_MARK.match(first):
        return "I" if set(first) <= set("IVX") else "A"
    return "words"


_LETTERHEAD = re.compile(r"CỘNG H[OÒ][AÀ] XÃ HỘI|Độc lập\s*[-–]\s*Tự do|Nơi nhận|SOCIALIST REPUBLIC", re.IGNORECASE)


def is_layout(rows: Sequence[Row]) -> bool:
    """A table that only places text on the page: one column, one row without figures, the letterhead or the signature block."""
    if not rows or max(len(row) for row in rows) < 2:
        return True
    texts = [_cell(cell).text for row in rows[:4] for cell in row]
    if len(rows) <= 4 and any(_LETTERHEAD.search(text) for text in texts):
        return True
    return len(rows) == 1 and not any(is_numeric(text.strip()) for text in texts)


def _spread(rows: Sequence[Row]) -> tuple[list[GridCell], Grid]:
    """Merged cells fill every slot they cover (the HTML table model, https://html.spec.whatwg.org/#forming-a-table)."""
    cells: list[GridCell] = []
    grid: Grid = [[] for _ in rows]
    slots = 0
    for number, row in enumerate(rows):
        at = 0
        for cell in map(_cell, row):
            line = grid[number]
            if cell.columns == cell.rows == 1 and at == len(line):  # most of them
                line.append(len(cells))
                cells.append(cell)
                slots += 1
                at += 1
                continue
            while at < len(line) and line[at] >= 0:
                at += 1
            width = max(1, min(cell.columns, MOST_COLUMNS - at))
            height = max(1, min(cell.rows, len(rows) - number))
            if at >= MOST_COLUMNS or slots + width * height > MOST_SLOTS:
                width = height = 1
            for below in grid[number : number + height]:
                below.extend([-1] * (at + width - len(below)))
                below[at : at + width] = [len(cells)] * width
            slots += width * height
            cells.append(cell)
            at += width
    return cells, grid


@lru_cache(10_000)  # cells of one table are asked about by several functions
def is_numeric(text: str) -> bool:
    """A value cell: a figure with or without its unit. A bare year is a label."""
    return bool(_NUMBER.match(text)) and not _YEAR.match(text)


def _count_header_rows(grid: Grid, cells: Sequence[GridCell], texts: Sequence[str]) -> int:
    if len(grid) < 2:
        return 0
    marked = 0
    while marked < min(len(grid) - 1, MOST_HEADER_ROWS) and _all_marked(grid[marked], cells, texts):
        marked += 1
    if not marked:
        first = _row_texts(grid[0], texts)
        has_values = any(is_numeric(text) for line in grid[1:50] for text in _row_texts(line, texts)[1:])
        if len([text for text in first if text]) < 2 or any(is_numeric(text) for text in first) or not has_values:
            return 0
        marked = 1
    marked = _grow_over_spans(grid, cells, texts, marked)
    if marked < len(grid) - 1 and _is_column_numbers(_row_texts(grid[marked], texts)):
        marked += 1
    return marked


def _all_marked(line: list[int], cells: Sequence[GridCell], texts: Sequence[str]) -> bool:
    present = {slot for slot in line if slot >= 0 and texts[slot]}
    return len(present) > 1 and all(cells[slot].header for slot in present)


def _grow_over_spans(grid: Grid, cells: Sequence[GridCell], texts: Sequence[str], header: int) -> int:
    """A header cell that reaches down, or spans columns, brings the rows below it that subdivide it."""
    while header < min(len(grid) - 1, MOST_HEADER_ROWS):
        above, line = grid[header - 1], grid[header]
        reaches = any(slot >= 0 and slot in above for slot in line)
        divides = any(slot >= 0 and cells[slot].columns > 1 for slot in above)
        own = [texts[slot] for slot in dict.fromkeys(line) if slot >= 0 and slot not in above]
        if not (reaches or divides) or any(is_numeric(text) for text in own) or not any(own):
            return header
        labelled = bool(line) and line[0] >= 0 and bool(texts[line[0]])
        if not reaches and labelled:  # the row has a label of its own: it is data
            return header
        header += 1
    return header


def _is_column_numbers(row: Sequence[str]) -> bool:
    """ "A | B | 1 | 2 | 3=2/1": the row that numbers the columns."""
    marks = [text.strip() for text in row if text.strip()]
    digits = [int(mark.strip("()")) for mark in marks if mark.strip("()").isdigit()]
    return (
        len(marks) >= 3
        and all(_COLUMN_MARK.match(mark) for mark in marks)
        and digits == sorted(set(digits))
        and digits[:1] in ([1], [2], [3])
    )


def _row_texts(line: list[int], texts: Sequence[str]) -> list[str]:
    return [texts[slot] if slot >= 0 else "" for slot in line]


def _header_paths(header: Grid, texts: Sequence[str]) -> list[str]:
    """One path per column, outermost first, repeated labels once, column numbers left out."""
    rows = [line for line in header if not _is_column_numbers(_row_texts(line, texts))]
    paths = []
    for at in range(max((len(line) for line in rows), default=0)):
        labels = [texts[line[at]] for line in rows if at < len(line) and line[at] >= 0]
        paths.append(" / ".join(label for label in dict.fromkeys(labels) if label))
    return paths


def _span_path(paths: Sequence[str], line: list[int], at: int) -> str:
    """The header of a cell: its column's, or what the columns it spans share."""
    if at + 1 == len(line) or line[at] < 0 or line[at + 1] != line[at]:
        return paths[at] if at < len(paths) else ""
    end = at + 1
    while line[at] >= 0 and end < len(line) and line[end] == line[at]:
        end += 1
    spanned = [path.split(" / ") for path in paths[at:end]]
    if not spanned:
        return ""
    shared: list[str] = []
    for labels in zip(*spanned, strict=False):
        if len(set(labels)) > 1:
            break
        shared.append(labels[0])
    return " / ".join(shared)
