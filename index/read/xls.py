"""Excel 97-2003 files (.xls) -> rows as a person sees them. xlrd lives here: values, formats, fonts, borders, merged cells."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from io import StringIO
from typing import Any

from index.errors import FileEncrypted
from index.read.compound import MAGIC, check_chains
from index.read.number_format import shown
from index.read.old_cells import Mender
from index.read.sheet_rows import Findings, Sheet, SheetCell, SheetRow

_ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}
_ACROSS = 6  # horizontal alignment: centred across selection
_TEXT, _NUMBER, _DATE, _BOOLEAN, _ERROR = _FILLED = (1, 2, 3, 4, 5)

_Look = tuple[str, str, bool, bool, bool, bool, int, bool]


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
    looks = [_look(book, xf) for xf in book.xf_list]
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
            for cell in sheet.row(number):
                if cell.ctype == _TEXT and cell.value.strip():
                    words.append(cell.value)
                    size += len(cell.value)
        if size > 100_000:
            break
    return "\n".join(words)


def _rows(book: Any, sheet: Any, mend: Mender, hidden: set[int], looks: Sequence[_Look]) -> Iterator[SheetRow]:
    spans = {(top, left): (right - left, bottom - top) for top, bottom, left, right in sheet.merged_cells}
    for number in range(sheet.nrows):
        cells: list[SheetCell] = []
        across = False
        for column, cell in enumerate(sheet.row(number)):
            if column in hidden:
                continue
            code, font, bold, over, under, left, indent, centred = looks[cell.xf_index if cell.xf_index is not None else 0]
            text = _text(book, cell, code, font, mend) if cell.ctype in _FILLED else ""
            if text and not text.isspace():
                columns, rows = spans.get((number, column), (1, 1))
                if cell.ctype == _TEXT:
                    indent += (len(text) - len(text.lstrip(" \t\u00a0")) + 1) // 2
                is_number = cell.ctype in (_NUMBER, _DATE)
                cells.append(SheetCell(column, text.strip(), is_number, bold, indent, over, under, left, columns, rows))
                across = centred
            elif across and centred and cells[-1].column + cells[-1].columns == column:
                cells[-1] = cells[-1]._replace(columns=cells[-1].columns + 1)
            else:
                across = False
                if over or under:
                    cells.append(SheetCell(column, "", False, False, 0, over, under, left))
        if cells:
            yield SheetRow(number + 1, cells)


def _look(book: Any, xf: Any) -> _Look:
    """Format code, font, bold, lines above, below and at the left, indent, centred across."""
    format_ = book.format_map.get(xf.format_key)
    font = book.font_list[xf.font_index] if xf.font_index < len(book.font_list) else None
    border = xf.border
    return (
        format_.format_str if format_ is not None else "General",
        font.name if font is not None else "",
        bool(font is not None and font.weight >= 600),
        border.top_line_style > 0,
        border.bottom_line_style > 0,
        border.left_line_style > 0,
        min(xf.alignment.indent_level, 20),
        xf.alignment.hor_align == _ACROSS,
    )


def _text(book: Any, cell: Any, code: str, font: str, mend: Mender) -> str:
    if cell.ctype == _TEXT:
        return mend(cell.value, font)
    if cell.ctype in (_NUMBER, _DATE):
        return shown(cell.value, code, mend.language, from_1904=bool(book.datemode))
    if cell.ctype == _BOOLEAN:
        return "TRUE" if cell.value else "FALSE"
    if cell.ctype == _ERROR:
        return _ERRORS.get(cell.value, "")
    return ""
