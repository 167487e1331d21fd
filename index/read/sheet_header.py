"""The header of a table on a sheet -> its columns, each with its path. Pure.

              | Thực hiện (Tỷ đồng) [3 columns]       ->  "Thực hiện (Tỷ đồng) / 4 tháng năm 2008"
Chỉ tiêu      | 4 tháng  | Ước tính | Cộng dồn            "Thực hiện (Tỷ đồng) / Ước tính tháng 5 năm 2008"
              | năm 2008 | tháng 5  | 5 tháng             …
              |          | năm 2008 | năm 2008

Words below each other in one column are one label, broken into lines by hand, where no line is drawn between them and they span
the same columns. They are two steps of a path elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.read.document import clean_cell
from index.read.grid import is_numeric
from index.read.sheet_rows import SheetCell, SheetRow

_YEAR = re.compile(r"^(?:19|20)\d\d$")
_ORDINAL = re.compile(r"^(?:[IVX]{1,5}|[A-HĐ]|[a-hđ]|\d{1,3}(?:[.,]\d{1,2}){0,3}|[-+*–])[.)]?$")
_OWN_UNIT = re.compile(r"\([^()\d]{1,24}\)")  # "(Nghìn ha)"
_RELATIVE = re.compile(r"so với|cơ cấu|tỷ lệ|tỉ lệ|tỷ trọng|tỉ trọng|tốc độ|chỉ số|share|ratio|rate\b|index|growth", re.IGNORECASE)
_MONEY = re.compile(r"đồng|\b(?:usd|vnd|vnđ|eur|dollars?|đô la)\b|\$", re.IGNORECASE)
_VALUE_HEAD = re.compile(r"\b(?:trị giá|giá trị|kim ngạch|values?)\b", re.IGNORECASE)
_AMOUNT_HEAD = re.compile(r"\b(?:lượng|quantity|quantities|volumes?|amounts?)\b", re.IGNORECASE)
_ORDINAL_HEAD = re.compile(r"^(?:stt|tt|số\s*tt|số thứ tự|no\.?|#|mã số)$", re.IGNORECASE)


def is_year(cell: SheetCell) -> bool:
    return bool(_YEAR.match(cell.text))


def is_ordinal(text: str) -> bool:
    """A row's own number: "I", "1.", "2.1", "a)"."""
    return bool(_ORDINAL.match(text))


@dataclass(frozen=True, slots=True)
class Columns:
    """How a table's cells are handed on: the ordinal column if there is one, the labels as one, then the others from the left.

    `labels`: columns of which each row fills one, further right for deeper rows; `paths`: column -> header path.
    """

    ordinal: int | None
    labels: tuple[int, ...]
    others: tuple[int, ...]
    paths: dict[int, str]
    label_path: str
    figures: frozenset[int]  # the columns that hold figures

    @property
    def has_figures(self) -> bool:
        return bool(self.figures)

    def texts(self, row: SheetRow) -> tuple[str, ...]:
        """The row's cells, one text for each column handed on; cells in columns unknown until now come last."""
        by_column = {cell.column: cell.text for cell in row.cells if cell.text}
        out = [] if self.ordinal is None else [by_column.pop(self.ordinal, "")]
        if self.labels:
            out.append(" ".join(text for column in self.labels if (text := by_column.pop(column, ""))))
        out += [by_column.pop(column, "") for column in self.others]
        return (*out, *by_column.values()) if by_column else tuple(out)

    def header_paths(self) -> list[str]:
        """One path for each text of `texts`."""
        out = [] if self.ordinal is None else [self.paths.get(self.ordinal, "")]
        if self.labels:
            out.append(self.label_path)
        return out + [self.paths.get(column, "") for column in self.others]

    def header_cells(self, header: Sequence[SheetRow]) -> Iterator[tuple[str, ...]]:
        """The header's rows as the table's rows are handed on."""
        for row in header:
            yield self.texts(SheetRow(row.number, [cell for cell in row.cells if cell.text]))


def columns_of(header: Sequence[SheetRow], body: Sequence[SheetRow], units: Sequence[str] = ()) -> Columns:
    """Settle a table's columns by its header and the first rows of its body.

    The unit given for the whole table ends the path of each column of figures that names none itself: "Tháng 5 (Tỷ đồng)". Of two
    units, "Nghìn tấn; Triệu USD", the one in money is that of values, the other that of amounts.
    """
    filled: dict[int, list[SheetCell]] = {}
    for row in body:
        for cell in row.cells:
            if cell.text:
                filled.setdefault(cell.column, []).append(cell)
    paths = _paths(header)
    columns = sorted({*filled, *(cell.column for row in header for cell in row.cells if cell.text)})
    ordinal = columns[0] if columns and _is_ordinal_column(columns, filled, paths) else None
    rest = [column for column in columns if column != ordinal]
    labels = _label_columns(rest, filled, paths, body)
    label_path = " / ".join(dict.fromkeys(paths[column] for column in labels if paths.get(column)))
    figures = frozenset(
        column for column, cells in filled.items() if 2 * sum(cell.number or is_numeric(cell.text) for cell in cells) > len(cells)
    )
    others = tuple(column for column in rest if column not in labels)
    for column in figures & set(others) if units else ():
        path = paths.get(column, "")
        if unit := units[0] if len(units) == 1 else _unit_for(path, units):
            paths[column] = with_unit(path, unit)
    return Columns(ordinal, tuple(labels), others, paths, label_path, figures)


def _unit_for(path: str, units: Sequence[str]) -> str:
    """Which of two units a column is in, "" where its header does not tell."""
    money = [unit for unit in units if _MONEY.search(unit)]
    others = [unit for unit in units if not _MONEY.search(unit)]
    if len(money) != 1 or len(others) != 1:
        return ""
    return money[0] if _VALUE_HEAD.search(path) else others[0] if _AMOUNT_HEAD.search(path) else ""


def with_unit(path: str, unit: str) -> str:
    """ "Tháng 5" -> "Tháng 5 (Tỷ đồng)"; a path that names a unit, or compares, stays as it is."""
    if "%" in path or _OWN_UNIT.search(path) or (unit not in ("%", "‰") and _RELATIVE.search(path)):
        return path
    return f"{path} ({unit})".strip()


def _is_ordinal_column(columns: Sequence[int], filled: dict[int, list[SheetCell]], paths: dict[int, str]) -> bool:
    cells = filled.get(columns[0], [])
    if len(columns) < 3 or not cells:
        return bool(_ORDINAL_HEAD.match(paths.get(columns[0], ""))) and len(columns) > 1
    marks = sum(is_ordinal(cell.text) for cell in cells)
    beside = filled.get(columns[1], [])
    words = sum(not is_numeric(cell.text) for cell in beside)
    return bool(_ORDINAL_HEAD.match(paths.get(columns[0], ""))) or (
        marks >= 0.8 * len(cells) and bool(beside) and words >= 0.8 * len(beside) and len(beside) >= len(cells)
    )


def _label_columns(
    columns: Sequence[int], filled: dict[int, list[SheetCell]], paths: dict[int, str], body: Sequence[SheetRow]
) -> list[int]:
    """The leading columns of words of which a row fills one."""
    labels: list[int] = []
    for column in columns:
        cells = filled.get(column, [])
        words = sum(not is_numeric(cell.text) for cell in cells)
        if words < 0.6 * len(cells) or (not cells and labels):
            break
        if labels:
            both = sum(1 for row in body if _fills(row, column) and any(_fills(row, label, alone=True) for label in labels))
            own = paths.get(column, "")  # "Đơn vị" beside "Chỉ tiêu" is a column of its own, not a deeper label
            if both > max(2, 0.1 * len(cells)) or (both and own and own != paths.get(labels[0], "")):
                break
        labels.append(column)
    return labels


def _fills(row: SheetRow, column: int, *, alone: bool = False) -> bool:
    """`alone`: words that lead into those beside them ("Trong đó:") do not count."""
    return any(cell.column == column and cell.text and not (alone and cell.text.endswith(":")) for cell in row.cells)


@dataclass(slots=True)
class _Step:
    """A label over columns [first, last], and the line of the header where it ends."""

    text: str
    first: int
    last: int
    closed: bool  # a line is drawn below it


def _paths(header: Sequence[SheetRow]) -> dict[int, str]:
    """Column -> path, outermost first; rows that number the columns left out."""
    steps: dict[int, list[_Step]] = {}
    lowest: dict[int, set[int]] = {}  # columns with words of their own at or below each row
    below: set[int] = set()
    for number in range(len(header) - 1, -1, -1):
        lowest[number] = set(below)
        below |= {cell.column for cell in header[number].cells if cell.text}
    for number, row in enumerate(header):
        cells = [cell for cell in row.cells if cell.text]
        if not cells or _numbers(cells):
            continue
        empty = {cell.column: cell for cell in row.cells if not cell.text}
        taken = {cell.column for cell in cells}
        for cell in cells:
            last = cell.column + cell.columns - 1
            if cell.columns == 1:
                last = _underlined(cell, empty, taken, lowest[number])
            step = _Step(clean_cell(cell.text), cell.column, last, cell.under)
            for column in range(cell.column, min(last, cell.column + 200) + 1):
                _place(steps.setdefault(column, []), step, cell.over)
        for column, cell in empty.items():
            if cell.under and steps.get(column):
                above = steps[column][-1]
                steps[column][-1] = _Step(above.text, above.first, above.last, True)
    return {column: " / ".join(dict.fromkeys(step.text for step in found)) for column, found in steps.items()}


def _numbers(cells: Sequence[SheetCell]) -> bool:
    marks = [cell.text.strip("()[]") for cell in cells]
    digits = [int(mark) for mark in marks if mark.isascii() and mark.isdigit() and len(mark) < 4]
    short = all(len(mark) <= 2 or re.fullmatch(r"\d{1,2}\s*=[\d\s()+\-*/x:%]+", mark) for mark in marks)
    return len(marks) > 2 and short and digits[:1] in ([1], [2], [3]) and digits == list(range(digits[0], digits[0] + len(digits)))


def _underlined(cell: SheetCell, empty: dict[int, SheetCell], taken: set[int], below: set[int]) -> int:
    """The last column that a label stands over where nothing is merged but one line is drawn below all of them."""
    last = cell.column
    while cell.under and last + 1 not in taken and last + 1 in below:
        beside = empty.get(last + 1)
        if beside is None or not beside.under or beside.left:
            break
        last += 1
    return last


def _place(steps: list[_Step], step: _Step, over: bool) -> None:
    """Put a label below those above it: the next step of the path, or the next line of the last one."""
    if steps:
        last = steps[-1]
        if (last.first, last.last) == (step.first, step.last) and not last.closed and not over:
            steps[-1] = _Step(f"{last.text} {step.text}", step.first, step.last, step.closed)
            return
    steps.append(step)
