"""Excel 97-2003 files (.xls) -> rows as a person sees them. xlrd lives here: values, formats, fonts, borders, merged cells."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from io import StringIO
from itertools import pairwise
from operator import itemgetter
from typing import Any, NamedTuple

import numpy as np

from index.errors import FileEncrypted
from index.read.compound import MAGIC, check_chains
from index.read.number_format import shown
from index.read.old_cells import Mender
from index.read.sheet_rows import Findings, Sheet, SheetCell, SheetRow
from index.read.xls_records import BLANK, STRING, Cells, Odd, Records, in_order, is_hidden, look_of, split

_ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}
_ACROSS = 6  # horizontal alignment: centred across selection
_EMPTY = 0
_USUAL_LOOK = 15  # of cells that are not stored, where neither row nor column has one
_BIFF8 = 80  # as xlrd counts versions
_XF = struct.Struct("<H4xBxBxI6x").unpack_from  # of a look's record: font, alignment, indent, lines
_TEXT, _NUMBER, _DATE, _BOOLEAN, _ERROR = _FILLED = (1, 2, 3, 4, 5)
_FIGURES = (_NUMBER, _DATE)

_NOTHING = "", 0
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

    def __init__(self, look: Callable[[int], _Look]) -> None:
        super().__init__()
        self._look = look

    def __missing__(self, number: int) -> _Look:
        self[number] = self._look(number)
        return self[number]


Stored = tuple[int, int, Any, int]  # column, kind, value, number of the look


class _Grid(NamedTuple):
    """The cells of a sheet as they are stored. `words`: its texts; `rows`: those whose looks matter or that hold something."""

    title: str
    visible: bool
    empty: bool
    hidden_rows: bool
    hidden_columns: set[int]
    hides_cells: bool  # something is written in a hidden column
    merged: list[tuple[int, int, int, int]]  # first row, row after the last, first column, column after the last
    words: list[str]
    rows: Iterable[tuple[int, Iterable[Stored]]]
    cells: int = 0  # in `rows`; 0: not known


def read_sheets(data: bytes, findings: Findings, *, name: str) -> list[Sheet]:
    """The visible sheets in order; each can be walked on its own. Raises FileEncrypted."""
    import xlrd

    if data.startswith(MAGIC):
        check_chains(data)  # xlrd follows a ring for ever
    try:
        book, looks, grids = _opened(data)
    except xlrd.XLRDError as error:
        if "encrypt" in str(error).lower() or "password" in str(error).lower():
            raise FileEncrypted(file=name) from error
        raise
    mend = Mender(_sample(grids), findings)
    findings.hidden_sheets += [grid.title for grid in grids if not grid.visible and not grid.empty]
    seen = [grid for grid in grids if grid.visible]
    findings.hidden_rows += [grid.title for grid in seen if grid.hidden_rows]
    findings.hidden_columns += [grid.title for grid in seen if grid.hides_cells]
    return [Sheet(grid.title.strip(), _rows(book, grid, mend, looks), grid.cells) for grid in seen]


def _opened(data: bytes) -> tuple[Any, _Looks, list[_Grid]]:
    """The workbook, how its cells look, and its sheets: in bulk, or by xlrd alone where anything in it is out of the ordinary."""
    import xlrd

    try:
        quick = _Quick(data)
        return quick.book, quick.looks, quick.grids()
    except Exception:  # whatever it is, xlrd says what is wrong with the file, if anything is
        book = xlrd.open_workbook(file_contents=data, formatting_info=True, logfile=StringIO(), ragged_rows=True)
    looks = _Looks(lambda number: _look(book, book.xf_list[number]))
    return book, looks, [_grid(book.sheet_by_index(number), book.sheet_names()[number]) for number in range(book.nsheets)]


def _sample(grids: list[_Grid]) -> str:
    """Words of the first sheets, a line a cell."""
    words: list[str] = []
    size = 0
    for grid in grids:
        words += grid.words
        size += sum(map(len, grid.words))
        if size > 100_000:
            break
    return "\n".join(words)


def _rows(book: Any, grid: _Grid, mend: Mender, looks: _Looks) -> Iterator[SheetRow]:
    spans = {(top, left): (right - left, bottom - top) for top, bottom, left, right in grid.merged}
    text_of = _Texts(mend)
    language, from_1904 = mend.language, bool(book.datemode)
    boxes: dict[tuple[int, int], SheetCell] = {}  # cells that are lines alone
    for number, stored in grid.rows:
        cells: list[SheetCell] = []
        across = False
        for column, kind, value, xf in stored:
            if column in grid.hidden_columns:
                continue
            code, font, bold, indent, lines, boxed, centred = looks[xf]
            if kind in _FIGURES:
                text, more = shown(value, code, language, from_1904=from_1904).strip(), 0
            else:
                text, more = text_of[kind, value, font] if kind in _FILLED else _NOTHING
            if text:
                span = spans.get((number, column), _ALONE)
                cells.append(_cell((column, text, kind in _FIGURES, bold, indent + more, *lines, *span)))
                across = centred
            elif across and centred and cells[-1].column + cells[-1].columns == column:
                cells[-1] = cells[-1]._replace(columns=cells[-1].columns + 1)
            else:
                across = False
                if boxed:
                    if (column, xf) not in boxes:
                        boxes[column, xf] = _cell((column, "", False, False, 0, *lines, *_ALONE))
                    cells.append(boxes[column, xf])
        if cells:
            yield SheetRow(number + 1, cells)


class _Texts(dict[tuple[int, Any, str], tuple[str, int]]):
    """Kind and value of a cell that is no figure, and its font -> what is shown, without space at its ends, and the steps of
    indentation it begins with."""

    def __init__(self, mend: Mender) -> None:
        super().__init__()
        self._mend = mend

    def __missing__(self, key: tuple[int, Any, str]) -> tuple[str, int]:
        kind, value, font = key
        if kind == _TEXT:
            text = self._mend(value, font)
            self[key] = text.strip(), (len(text) - len(text.lstrip(" \t\u00a0")) + 1) // 2
        else:
            self[key] = ("TRUE" if value else "FALSE") if kind == _BOOLEAN else _ERRORS.get(value, ""), 0
        return self[key]


# --- by xlrd alone ------------------------------------------------------------------------------------------------------------


def _grid(sheet: Any, title: str) -> _Grid:
    hidden = {number for number, column in sheet.colinfo_map.items() if column.hidden}
    return _Grid(
        title,
        not sheet.visibility,
        not sheet.nrows,
        any(row.hidden for row in sheet.rowinfo_map.values()),
        hidden,
        bool(hidden)
        and any(sheet.cell_type(row, at) in _FILLED for row in range(sheet.nrows) for at in hidden & {*range(sheet.row_len(row))}),
        sheet.merged_cells,
        [
            value
            for number in range(sheet.nrows)
            for kind, value in zip(sheet.row_types(number), sheet.row_values(number), strict=True)
            if kind == _TEXT and value.strip()
        ],
        ((number, _stored(sheet, number)) for number in range(sheet.nrows)),
    )


def _stored(sheet: Any, number: int) -> Iterator[Stored]:
    """The cells of a row, without an object of xlrd's for each."""
    looks = sheet._cell_xf_indexes[number].tolist()  # nothing public gives a row of them
    if -1 in looks:  # the look is that of the row or the column
        looks = [sheet.cell_xf_index(number, column) for column in range(len(looks))]
    return zip(range(len(looks)), sheet.row_types(number), sheet.row_values(number), looks, strict=True)


def _look(book: Any, xf: Any) -> _Look:
    border = xf.border
    over, under = border.top_line_style > 0, border.bottom_line_style > 0
    return _Look(
        *_code_and_font(book, xf.format_key, xf.font_index),
        min(xf.alignment.indent_level, 20),
        (over, under, border.left_line_style > 0),
        over or under,
        xf.alignment.hor_align == _ACROSS,
    )


def _code_and_font(book: Any, format_key: int, font_index: int) -> tuple[str, str, bool]:
    format_ = book.format_map.get(format_key)
    font = book.font_list[font_index] if font_index < len(book.font_list) else None
    return (
        format_.format_str if format_ is not None else "General",
        font.name if font is not None else "",
        bool(font is not None and font.weight >= 600),
    )


# --- in bulk ------------------------------------------------------------------------------------------------------------------


class _RawLook(NamedTuple):
    """An XF record of BIFF8 ([MS-XLS] 2.4.353) as it stands; `format_key` as xlrd settles it."""

    format_key: int
    record: bytes


class _Quick:
    """A BIFF8 workbook whose plain records are decoded by xls_records.py, and the others by xlrd. It gives what xlrd alone would
    give, or raises anything at all where something cannot be told so."""

    def __init__(self, data: bytes) -> None:
        from xlrd.book import XL_WORKBOOK_GLOBALS, Book

        self.book = book = Book()
        book.handle_xf = self._take_look
        book.xf_epilogue = self._end_looks
        book.biff2_8_load(file_contents=data, logfile=StringIO(), formatting_info=True, ragged_rows=True, on_demand=True)
        if book.getbof(XL_WORKBOOK_GLOBALS) != _BIFF8:
            raise Odd("an older workbook")
        book.biff_version = _BIFF8
        book.parse_globals()
        book._sheet_list = [None] * len(book._sheet_names)
        self.looks = _Looks(self._look)
        self._marked = np.array([self.looks[number].boxed or self.looks[number].centred for number in range(len(book.xf_list))])

    def _take_look(self, record: bytes) -> None:
        """In place of xlrd's, which makes six objects of it and looks for colours; the first one sets formats up."""
        book = self.book
        if book.biff_version < _BIFF8 or len(record) < 20:
            raise Odd("no look of this version")
        if not book.xfcount:
            type(book).handle_xf(book, record)
            book.xf_list.clear()
            book.xfcount = 0
        key = record[2] | record[3] << 8
        book.xf_list.append(_RawLook(key if key in book.format_map else 0, record))
        book.xfcount += 1

    def _end_looks(self) -> None:
        self.book._xf_epilogue_done = 1
        self.book._xf_index_to_xl_type_map = dict.fromkeys(range(len(self.book.xf_list)), _NUMBER)  # or _DATE: all one here

    def _look(self, number: int) -> _Look:
        raw = self.book.xf_list[number]
        font, align, indent, lines = _XF(raw.record)
        over, under = bool(lines >> 8 & 15), bool(lines >> 12 & 15)
        return _Look(
            *_code_and_font(self.book, raw.format_key, font),
            min(indent & 15, 20),
            (over, under, bool(lines & 15)),
            over or under,
            align & 7 == _ACROSS,
        )

    def grids(self) -> list[_Grid]:
        book = self.book
        sheets = split(book.mem, book._sh_abs_posn, looks=len(book.xf_list), strings=len(book._sharedstrings))
        return [self._grid(number, records) for number, records in enumerate(sheets)]

    def _grid(self, number: int, records: Records) -> _Grid:
        book = self.book
        book.mem, book._sh_abs_posn[number] = records.rest, 0
        sheet = book.get_sheet(number)
        texts = [*book._sharedstrings]
        cells = in_order([records.cells, _others(sheet, texts)])
        hidden = {number for number, column in sheet.colinfo_map.items() if column.hidden}
        filled = cells.kind != BLANK
        kept = filled | self._marked[cells.look]
        values = cells.value[kept].tolist()
        strings = (cells.kind[kept] == STRING).nonzero()[0].tolist()
        for at in strings:
            values[at] = texts[int(values[at])]
        stored = list(zip(cells.column[kept].tolist(), cells.kind[kept].tolist(), values, cells.look[kept].tolist(), strict=True))
        rows = self._with_holes(_by_row(cells.row[kept], stored), cells, sheet, records.rows)
        return _Grid(
            book._sheet_names[number],
            not sheet.visibility,
            not len(cells.place) and not sheet.nrows,
            any(map(is_hidden, records.rows.values())),
            hidden,
            bool(hidden) and bool(np.isin(cells.column[filled], list(hidden)).any()),
            sheet.merged_cells,
            [text for at in strings if (text := values[at]).strip()],
            rows.items(),
            sum(map(len, rows.values())),
        )

    def _with_holes(self, rows: dict[int, list[Stored]], cells: Cells, sheet: Any, bits: dict[int, int]) -> dict[int, list[Stored]]:
        """The rows with cells that are not stored but have a drawn look, which is that of their row or column."""
        by_row = {row: look for row, own in bits.items() if (look := look_of(own)) >= 0}
        by_column = {number: column.xf_index for number, column in sheet.colinfo_map.items()}
        if not self._marked[[*{*by_row.values(), *by_column.values(), _USUAL_LOOK}]].any():
            return rows
        width = dict(zip(cells.row.tolist(), (cells.column + 1).tolist(), strict=True))  # a row's last cell counts
        if sheet.nrows > max(width, default=-1) + 1:  # xlrd makes room for merged cells
            width[sheet.nrows - 1] = 1
        written: dict[int, set[int]] = {row: set() for row in width}
        for row, column in zip(cells.row.tolist(), cells.column.tolist(), strict=True):
            written[row].add(column)
        whole = {}
        for row in sorted(width):
            holes = [column for column in range(width[row]) if column not in written[row]]
            looks = [by_row.get(row, by_column.get(column, _USUAL_LOOK)) for column in holes]
            drawn = [(at, _EMPTY, "", look) for at, look in zip(holes, looks, strict=True) if self._marked[look]]
            whole[row] = sorted([*rows.get(row, ()), *drawn], key=itemgetter(0)) if drawn else rows.get(row, [])
        return whole


def _others(sheet: Any, texts: list[str]) -> Cells:
    """The cells that xlrd read. Their texts are put behind `texts`."""
    found: list[tuple[int, int, int, int, float]] = []
    for row, kinds in enumerate(sheet._cell_types):
        for column, kind in enumerate(kinds):
            if kind != _EMPTY:
                value = sheet._cell_values[row][column]
                if kind == _TEXT:
                    texts.append(value)
                    value = len(texts) - 1
                found.append((row, column, sheet._cell_xf_indexes[row][column], kind, value))
    all_ = np.array(found, np.float64).reshape(-1, 5)
    row, column, look = all_[:, :3].astype(np.int64).T
    return Cells(row << 16 | column, look, all_[:, 3].astype(np.uint8), all_[:, 4])


def _by_row(row: np.ndarray, stored: list[Stored]) -> dict[int, list[Stored]]:
    edges = [0, *((row[1:] != row[:-1]).nonzero()[0] + 1).tolist(), len(row)] if len(row) else [0]
    return {int(row[a]): stored[a:b] for a, b in pairwise(edges)}
