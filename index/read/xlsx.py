"""Excel files (.xlsx, .xlsm): SpreadsheetML (ECMA-376 part 1, §18) read as a stream of rows, one pass a sheet.

Not through openpyxl: its fast mode knows no merged cells, its full mode holds every cell as an object (50 MB of file: gigabytes),
and both take several times as long (eval/read_benchmarks.py). Formulas are never computed, links never followed, document types
refused.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePosixPath

from index.read.number_format import shown
from index.read.old_cells import Mender
from index.read.sheet_rows import Findings, Sheet, SheetCell, SheetRow
from index.read.xlsx_package import (
    CHUNK,
    Look,
    Strings,
    cell_looks,
    core_title,
    inline_sample,
    main_part,
    number_of,
    relations,
    shared_strings,
    sheet_list,
    sibling,
    unescaped,
    walk,
)

_SAMPLE = 3_000  # strings looked at for language and encoding
_MOST_MERGES = 200_000
_MOST_COLUMNS = 16_384
_MERGE = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')

Span = tuple[int, int]  # columns, rows
_ONE: Span = (1, 1)


@dataclass(slots=True)
class _Book:
    archive: zipfile.ZipFile
    looks: list[Look]
    strings: Strings
    language: str
    from_1904: bool
    findings: Findings
    mend: Mender


def read_sheets(data: bytes, findings: Findings) -> tuple[Iterator[Sheet], str]:
    """The visible sheets in order, and the title the file's properties give."""
    archive = zipfile.ZipFile(BytesIO(data))
    names = set(archive.namelist())
    main = main_part(archive, names)
    listed, from_1904 = sheet_list(archive, main)
    targets = relations(archive, main, names)
    folder = PurePosixPath(main).parent
    strings = Strings(shared_strings(archive, sibling(targets, "sharedStrings", folder / "sharedStrings.xml", names)))
    looks = cell_looks(archive, sibling(targets, "styles", folder / "styles.xml", names))
    parts = [(name, state, targets.get(key, ("", ""))) for name, key, state in listed]
    sample = "\n".join([*(strings[number] for number in range(min(len(strings), _SAMPLE))), *(name for name, *_ in parts)])
    if len(strings) < 20:
        sample += inline_sample(archive, [target for _, _, (_, target) in parts], names)
    mend = Mender(sample, findings)
    book = _Book(archive, looks, strings, mend.language, from_1904, findings, mend)
    findings.hidden_sheets += [name for name, state, _ in parts if state != "visible"]
    return _open_sheets(book, parts, names), core_title(archive, names)


def _open_sheets(book: _Book, parts: list[tuple[str, str, tuple[str, str]]], names: set[str]) -> Iterator[Sheet]:
    for name, state, (kind, target) in parts:
        if state == "visible" and target in names and not kind.endswith("chartsheet"):
            yield Sheet(name, _rows(book, name, target))


def column_number(letters: str) -> int:
    """ "A" -> 0, "AB" -> 27."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _merges(archive: zipfile.ZipFile, part: str) -> dict[tuple[int, int], Span]:
    """(row, column) of each merged area -> what it spans. They stand behind the rows, which need them: a pass of its own."""
    spans: dict[tuple[int, int], Span] = {}
    tail = b""
    with archive.open(part) as stream:
        while piece := stream.read(CHUNK):
            window = tail + piece
            if b"mergeCell" in window:
                for left, top, right, bottom in _MERGE.findall(window):
                    first, last = column_number(left.decode()), column_number(right.decode())
                    if len(spans) < _MOST_MERGES and last >= first and int(bottom) >= int(top):
                        spans[int(top), first] = (last - first + 1, int(bottom) - int(top) + 1)
            tail = window[-200:]
    return spans


class _SheetParser:
    """Collects finished rows; the walk hands them over between two pieces of the file.

    All characters go to `text`, with no call of ours for each: what is not a value is cleared away when the next element begins.
    """

    def __init__(self, book: _Book, spans: dict[tuple[int, int], Span]) -> None:
        self._book = book
        self._spans = spans
        self.rows: list[SheetRow] = []
        self.hidden_rows = self.hidden_cells = False
        self._hidden_columns: set[int] = set()
        self.text: list[str] = []
        self._row = 0
        self._cells: list[SheetCell] = []
        self._column = -1
        self._kind = "n"
        self._style = 0
        self._formula = False
        self._before_phonetic = 0
        self._columns: dict[str, int] = {}

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "v" or name == "is":
            self.text.clear()
        elif name == "c":
            place = attributes.get("r")
            self._column = self._column_of(place) if place else self._column + 1
            self._kind = attributes.get("t", "n")
            style = attributes.get("s")
            self._style = int(style) if style and style.isdigit() else 0
            self._formula = False
            self.text.clear()
        elif name == "f":
            self._formula = True
        elif name == "row":
            self._row = number_of(attributes.get("r")) or self._row + 1
            self._column = -1
            self._cells = []
            self.hidden_rows = self.hidden_rows or attributes.get("hidden") in ("1", "true")
        elif name == "col" and attributes.get("hidden") in ("1", "true"):
            last = min(number_of(attributes.get("max")), _MOST_COLUMNS)
            self._hidden_columns.update(range(number_of(attributes.get("min")) - 1, last))
        elif name == "rPh":
            self._before_phonetic = len(self.text)

    def end(self, name: str) -> None:
        if name == "c":
            self._finish()
        elif name == "f":
            self.text.clear()
        elif name == "row":
            if self._cells:
                self.rows.append(SheetRow(self._row, self._cells))
        elif name == "rPh":
            del self.text[self._before_phonetic :]

    def _column_of(self, place: str) -> int:
        letters = place.rstrip("0123456789")
        if letters not in self._columns:
            self._columns[letters] = column_number(letters.upper()) if letters.isascii() and letters.isalpha() else self._column + 1
        return self._columns[letters]

    def _finish(self) -> None:
        looks = self._book.looks
        look = looks[self._style] if self._style < len(looks) else looks[0]
        raw = self.text[0] if len(self.text) == 1 else "".join(self.text)
        if not raw or raw.isspace():
            if self._formula and self._kind != "str":
                self._book.findings.uncomputed += 1
            self._leave_empty(look)
            return
        if self._column in self._hidden_columns:
            self.hidden_cells = True
            return
        text, number = self._value(raw, look)
        shown_text = text.strip()
        if not shown_text:
            self._leave_empty(look)
            return
        columns, rows = self._spans.get((self._row, self._column), _ONE) if self._spans else _ONE
        indent = look.indent
        if not number and text[0].isspace():
            indent += (len(text) - len(text.lstrip()) + 1) // 2
        cell = (self._column, shown_text, number, look.bold, indent, look.over, look.under, look.left, columns, rows)
        self._cells.append(SheetCell._make(cell))

    def _leave_empty(self, look: Look) -> None:
        """An empty cell counts for its lines, or as one that the text beside it is centred across."""
        if not look.across:
            if look.over or look.under:
                self._cells.append(SheetCell(self._column, "", False, False, 0, look.over, look.under, look.left))
        elif self._cells and self._cells[-1].text and self._cells[-1].column + self._cells[-1].columns == self._column:
            self._cells[-1] = self._cells[-1]._replace(columns=self._cells[-1].columns + 1)

    def _value(self, raw: str, look: Look) -> tuple[str, bool]:
        """The cell's text as shown, with the spaces it begins with; whether it is stored as a number."""
        kind = self._kind
        if kind == "s":
            text = self._book.strings[int(raw)] if raw.strip().isdigit() else ""
            return self._book.mend(text, look.font), False
        if kind in ("str", "inlineStr"):
            return self._book.mend(unescaped(raw), look.font), False
        if kind == "b":
            return ("TRUE" if raw.strip() == "1" else "FALSE"), False
        if kind == "e":
            return raw, False
        if kind == "d":
            return raw.strip().removesuffix("T00:00:00"), True
        try:
            value = float(raw)
        except ValueError:
            return raw, False
        if not -1e308 < value < 1e308:
            return raw, False
        return shown(value, look.code, self._book.language, from_1904=self._book.from_1904), True


def _rows(book: _Book, name: str, part: str) -> Iterator[SheetRow]:
    sheet = _SheetParser(book, _merges(book.archive, part))
    with book.archive.open(part) as stream:
        for _ in walk(stream, sheet.start, sheet.end, sheet.text.append):
            yield from sheet.rows
            sheet.rows.clear()
    if sheet.hidden_rows:
        book.findings.hidden_rows.append(name)
    if sheet.hidden_cells:
        book.findings.hidden_columns.append(name)


__all__ = ["Look", "column_number", "read_sheets"]
