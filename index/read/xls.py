"""Excel 97-2003 files (.xls) -> rows as a person sees them. xlrd lives here: values, formats, fonts, borders, merged cells."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from io import StringIO
from typing import Any, NamedTuple

from index.errors import FileEncrypted
from index.read.compound import MAGIC, check_chains
from index.read.number_format import shown
from index.read.old_cells import Mender
from index.read.sheet_rows import Findings, Sheet, SheetCell, SheetRow

_ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}
_ACROSS = 6  # horizontal alignment: centred across selection
_TEXT, _NUMBER, _DATE, _BOOLEAN, _ERROR = _FILLED = (1, 2, 3, 4, 5)

_ALONE = (1, 1)  # columns and rows of a cell that is not merged
_cell: Callable[[tuple[Any, ...]], SheetCell] = partial(tuple.__new__, SheetCell)  # without a step through Python


class _Look(NamedTuple):
    """How a cell is shown. `lines`: above it, below it, at its left; `boxed`: one of the first two; `centred` across columns."""

    code: str
    font: str
    bold: bool
    indent: int
    lines: tuple[bool, bool, bool]
    boxed: bool
    centred: bool


class _Looks(dict[int, _Look]):
    """The looks of a workbook by their number, worked out when a cell has them."""

    def __init__(self, book: Any) -> None:
        super().__init__()
        self._book = book

    def __missing__(self, number: int) -> _Look:
        self[number] = _look(self._book, self._book.xf_list[number])
        return self[number]


def read_sheets(data: bytes, findings: Findings, *, name: str) -> Iterator[Sheet]:
    """The visible sheets in order. Raises FileEncrypted."""
    import xlrd

    if data.startswith(MAGIC):
        check_chains(data)  # xlrd follows a ring for ever
    try:
        book = xlrd.open_workbook(file_contents=data, formatting_info=True, logfile=StringIO(), ragged_rows=True)
    except xlrd.XLRDError as error:
        if "encrypt" in str(error).lower() or "password" in str(error).lower():
            raise FileEncrypted(file=name) from error
        raise
    sheets = [(book.sheet_by_index(number), book.sheet_names()[number]) for number in range(book.nsheets)]
    mend = Mender(_sample(sheets), findings)
    looks = _Looks(book)
    findings.hidden_sheets += [title for sheet, title in sheets if sheet.visibility and sheet.nrows]
    for sheet, title in sheets:
        if not sheet.visibility:
            if any(row.hidden for row in sheet.rowinfo_map.values()):
                findings.hidden_rows.append(title)
            hidden = {number for number, column in sheet.colinfo_map.items() if column.hidden}
            if hidden and any(
                sheet.cell_type(row, at) in _FILLED for row in range(sheet.nrows) for at in hidden & {*range(sheet.row_len(row))}
            ):
                findings.hidden_columns.append(title)
            yield Sheet(title.strip(), _rows(book, sheet, mend, hidden, looks))


def _sample(sheets: list[tuple[Any, str]]) -> str:
    """Words of the first sheets, a line a cell."""
    words: list[str] = []
    size = 0
    for sheet, _ in sheets:
        for number in range(sheet.nrows):
            for kind, value in zip(sheet.row_types(number), sheet.row_values(number), strict=True):
                if kind == _TEXT and value.strip():
                    words.append(value)
                    size += len(value)
        if size > 100_000:
            break
    return "\n".join(words)


def _rows(book: Any, sheet: Any, mend: Mender, hidden: set[int], looks: _Looks) -> Iterator[SheetRow]:
    spans = {(top, left): (right - left, bottom - top) for top, bottom, left, right in sheet.merged_cells}
    for number in range(sheet.nrows):
        cells: list[SheetCell] = []
        across = False
        for column, (kind, value, xf) in enumerate(_stored(sheet, number)):
            if column in hidden:
                continue
            look = looks[xf]
            text = _text(book, kind, value, look.code, look.font, mend) if kind in _FILLED else ""
            if text and not text.isspace():
                indent = look.indent
                if kind == _TEXT:
                    indent += (len(text) - len(text.lstrip(" \t\u00a0")) + 1) // 2
                columns, rows = spans.get((number, column), _ALONE)
                is_number = kind in (_NUMBER, _DATE)
                cells.append(_cell((column, text.strip(), is_number, look.bold, indent, *look.lines, columns, rows)))
                across = look.centred
            elif across and look.centred and cells[-1].column + cells[-1].columns == column:
                cells[-1] = cells[-1]._replace(columns=cells[-1].columns + 1)
            else:
                across = False
                if look.boxed:
                    cells.append(_cell((column, "", False, False, 0, *look.lines, 1, 1)))
        if cells:
            yield SheetRow(number + 1, cells)


def _stored(sheet: Any, number: int) -> Iterator[tuple[int, Any, int]]:
    """Kind, value and number of the look of a row's cells, without an object of xlrd's for each."""
    looks = sheet._cell_xf_indexes[number].tolist()  # nothing public gives a row of them
    if -1 in looks:  # the look is that of the row or the column
        looks = [sheet.cell_xf_index(number, column) for column in range(len(looks))]
    return zip(sheet.row_types(number), sheet.row_values(number), looks, strict=True)


def _look(book: Any, xf: Any) -> _Look:
    format_ = book.format_map.get(xf.format_key)
    font = book.font_list[xf.font_index] if xf.font_index < len(book.font_list) else None
    border = xf.border
    over, under = border.top_line_style > 0, border.bottom_line_style > 0
    return _Look(
        format_.format_str if format_ is not None else "General",
        font.name if font is not None else "",
        bool(font is not None and font.weight >= 600),
        min(xf.alignment.indent_level, 20),
        (over, under, border.left_line_style > 0),
        over or under,
        xf.alignment.hor_align == _ACROSS,
    )


def _text(book: Any, kind: int, value: Any, code: str, font: str, mend: Mender) -> str:
    if kind == _TEXT:
        return mend(value, font)
    if kind in (_NUMBER, _DATE):
        return shown(value, code, mend.language, from_1904=bool(book.datemode))
    if kind == _BOOLEAN:
        return "TRUE" if value else "FALSE"
    return _ERRORS.get(value, "")
