"""Excel files (.xlsx, .xlsm): SpreadsheetML (ECMA-376 part 1, §18) read as a stream of rows, one pass a sheet.

Not through openpyxl: its fast mode knows no merged cells, its full mode holds every cell as an object (50 MB of file: gigabytes),
and both take several times as long (eval/read_benchmarks.py). Formulas are never computed, links never followed, document types
refused.
"""

from __future__ import annotations

import re
import zipfile
from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html import unescape
from io import BytesIO
from pathlib import PurePosixPath
from typing import IO, NamedTuple
from xml.parsers import expat

from index.read.number_format import BUILT_IN, shown
from index.read.old_cells import Mender
from index.read.sheet_rows import Findings, Sheet, SheetCell, SheetRow

_CHUNK = 1 << 18
_ROOT = re.compile(rb"<(\w+:)?[A-Za-z]\w*[\s>/]")
_SAMPLE = 3_000  # strings looked at for language and encoding
_MOST_MERGES = 200_000
_MOST_COLUMNS = 16_384
_MERGE = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")  # how SpreadsheetML writes control characters (§22.4.2.4)

Span = tuple[int, int]  # columns, rows
_ONE: Span = (1, 1)


class Look(NamedTuple):
    """A cell style, as far as it changes what is read."""

    code: str = "General"
    font: str = ""
    bold: bool = False
    over: bool = False
    under: bool = False
    left: bool = False
    indent: int = 0
    across: bool = False  # centred across the empty cells to its right


@dataclass(slots=True)
class _Book:
    archive: zipfile.ZipFile
    looks: list[Look]
    strings: Strings
    language: str
    from_1904: bool
    findings: Findings
    mend: Mender


class Strings:
    """The shared strings as one text and the places where each ends: a tenth of the memory of a list."""

    def __init__(self, pieces: list[str]) -> None:
        self.text = "".join(pieces)
        self._ends = array("Q", [0])
        total = 0
        for piece in pieces:
            total += len(piece)
            self._ends.append(total)

    def __len__(self) -> int:
        return len(self._ends) - 1

    def __getitem__(self, number: int) -> str:
        if not 0 <= number < len(self):
            return ""
        return self.text[self._ends[number] : self._ends[number + 1]]


def read_sheets(data: bytes, findings: Findings) -> tuple[Iterator[Sheet], str]:
    """The visible sheets in order, and the title the file's properties give."""
    archive = zipfile.ZipFile(BytesIO(data))
    names = set(archive.namelist())
    main = _main_part(archive, names)
    listed, from_1904 = _sheet_list(archive, main)
    targets = _relations(archive, main, names)
    folder = PurePosixPath(main).parent
    strings = Strings(_strings(archive, _sibling(targets, "sharedStrings", folder / "sharedStrings.xml", names)))
    looks = _looks(archive, _sibling(targets, "styles", folder / "styles.xml", names))
    parts = [(name, state, targets.get(key, ("", ""))) for name, key, state in listed]
    sample = "\n".join([*(strings[number] for number in range(min(len(strings), _SAMPLE))), *(name for name, *_ in parts)])
    if len(strings) < 20:
        sample += _inline_sample(archive, [target for _, _, (_, target) in parts], names)
    mend = Mender(sample, findings)
    book = _Book(archive, looks, strings, mend.language, from_1904, findings, mend)
    findings.hidden_sheets += [name for name, state, _ in parts if state != "visible"]
    return _open_sheets(book, parts, names), _title(archive, names)


def _open_sheets(book: _Book, parts: list[tuple[str, str, tuple[str, str]]], names: set[str]) -> Iterator[Sheet]:
    for name, state, (kind, target) in parts:
        if state == "visible" and target in names and not kind.endswith("chartsheet"):
            yield Sheet(name, _rows(book, name, target))


def _walk(
    stream: IO[bytes],
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> Iterator[None]:
    """Feed a part to the handlers piece by piece, names without their prefixes; yields after each piece."""
    piece = stream.read(_CHUNK)
    root = _ROOT.search(piece[:4096])
    parser = expat.ParserCreate()
    parser.buffer_text = True
    if root is not None and root[1]:  # every name has a prefix
        parser.StartElementHandler = lambda name, attributes: start(name.rpartition(":")[2], attributes)
        parser.EndElementHandler = (lambda name: end(name.rpartition(":")[2])) if end is not None else None
    else:
        parser.StartElementHandler = start
        parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = _refuse_doctype
    while piece:
        parser.Parse(piece, False)
        yield
        piece = stream.read(_CHUNK)
    parser.Parse(b"", True)
    yield


def _refuse_doctype(*_: object) -> None:
    raise ValueError("it declares a document type, which no spreadsheet does")


def _all(
    archive: zipfile.ZipFile, part: str, start: Callable[[str, dict[str, str]], None], **others: Callable[[str], None]
) -> None:
    with archive.open(part) as stream:
        for _ in _walk(stream, start, **others):
            pass


def _main_part(archive: zipfile.ZipFile, names: set[str]) -> str:
    found: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if name == "Relationship" and attributes.get("Type", "").endswith("/officeDocument"):
            found.append(attributes.get("Target", "").lstrip("/"))

    if "_rels/.rels" in names:
        _all(archive, "_rels/.rels", start)
    return next((part for part in found if part in names), "xl/workbook.xml")


def _sheet_list(archive: zipfile.ZipFile, main: str) -> tuple[list[tuple[str, str, str]], bool]:
    """(name, relation id, state) of each sheet; whether days count from 1904."""
    sheets: list[tuple[str, str, str]] = []
    from_1904 = False

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal from_1904
        if name == "sheet":
            key = next((value for key, value in attributes.items() if key.rpartition(":")[2] == "id"), "")
            sheets.append((attributes.get("name", "").strip(), key, attributes.get("state", "visible")))
        elif name == "workbookPr":
            from_1904 = attributes.get("date1904", "0") in ("1", "true")

    _all(archive, main, start)
    return sheets, from_1904


def _relations(archive: zipfile.ZipFile, main: str, names: set[str]) -> dict[str, tuple[str, str]]:
    """Relation id -> (its type, the part it leads to). Links that lead outside the file are left out."""
    place = PurePosixPath(main)
    part = str(place.parent / "_rels" / f"{place.name}.rels")
    found: dict[str, tuple[str, str]] = {}

    def start(name: str, attributes: dict[str, str]) -> None:
        if name == "Relationship" and attributes.get("TargetMode") != "External":
            target = attributes.get("Target", "")
            full = target.lstrip("/") if target.startswith("/") else str(place.parent / target)
            found[attributes.get("Id", "")] = (attributes.get("Type", ""), full)

    if part in names:
        _all(archive, part, start)
    return found


def _sibling(targets: dict[str, tuple[str, str]], kind: str, usual: PurePosixPath, names: set[str]) -> str:
    part = next((target for type_, target in targets.values() if type_.endswith(f"/{kind}")), str(usual))
    return part if part in names else ""


def _title(archive: zipfile.ZipFile, names: set[str]) -> str:
    found: list[str] = []
    inside: list[str] = []

    def text(piece: str) -> None:
        if inside[-1:] == ["title"]:
            found.append(piece)

    if "docProps/core.xml" in names:
        _all(archive, "docProps/core.xml", lambda name, _: inside.append(name), end=lambda _: _ignore(inside.pop()), text=text)
    return " ".join("".join(found).split())


def _ignore(_: object) -> None:
    return None


def _strings(archive: zipfile.ZipFile, part: str) -> list[str]:
    strings: list[str] = []
    state = {"on": False, "phonetic": False}
    piece: list[str] = []

    def start(name: str, _: dict[str, str]) -> None:
        if name == "si":
            piece.clear()
        elif name == "t":
            state["on"] = not state["phonetic"]
        elif name == "rPh":
            state["phonetic"] = True

    def end(name: str) -> None:
        if name == "t":
            state["on"] = False
        elif name == "rPh":
            state["phonetic"] = False
        elif name == "si":
            strings.append(_unescaped("".join(piece)))

    def text(found: str) -> None:
        if state["on"]:
            piece.append(found)

    if part:
        _all(archive, part, start, end=end, text=text)
    return strings


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


def _inline_sample(archive: zipfile.ZipFile, parts: list[str], names: set[str]) -> str:
    """Words of a workbook that keeps its texts in the cells themselves."""
    for part in parts:
        if part in names:
            with archive.open(part) as stream:
                head = stream.read(300_000).decode("utf-8", errors="ignore")
            if words := re.findall(r"<(?:\w+:)?t(?:\s[^>]*)?>([^<]+)<", head):
                return "\n" + unescape("\n".join(words))
    return ""


@dataclass(slots=True)
class _Styles:
    """styles.xml while it is walked: fonts and borders by number, formats by id."""

    inside: list[str] = field(default_factory=list)
    fonts: list[tuple[str, bool]] = field(default_factory=list)
    borders: list[set[str]] = field(default_factory=list)
    codes: dict[int, str] = field(default_factory=dict)
    looks: list[Look] = field(default_factory=list)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        above = self.inside[-1] if self.inside else ""
        self.inside.append(name)
        if name == "numFmt":
            self.codes[_int(attributes.get("numFmtId"))] = attributes.get("formatCode", "")
        elif name == "font" and above == "fonts":
            self.fonts.append(("", False))
        elif name in ("name", "rFont") and above == "font" and "fonts" in self.inside:
            self.fonts[-1] = (attributes.get("val", ""), self.fonts[-1][1])
        elif name == "b" and above == "font" and "fonts" in self.inside:
            self.fonts[-1] = (self.fonts[-1][0], attributes.get("val", "1") not in ("0", "false"))
        elif name == "border" and above == "borders":
            self.borders.append(set())
        elif name in ("top", "bottom", "left") and above == "border" and "borders" in self.inside:
            if attributes.get("style", "none") != "none":
                self.borders[-1].add(name)
        elif name == "xf" and above == "cellXfs":
            self.looks.append(self._look(attributes))
        elif name == "alignment" and above == "xf" and "cellXfs" in self.inside:
            self.looks[-1] = self.looks[-1]._replace(
                indent=min(_int(attributes.get("indent")), 20), across=attributes.get("horizontal") == "centerContinuous"
            )

    def end(self, _: str) -> None:
        self.inside.pop()

    def _look(self, attributes: dict[str, str]) -> Look:
        number = _int(attributes.get("numFmtId"))
        font = _int(attributes.get("fontId"))
        border = _int(attributes.get("borderId"))
        name, bold = self.fonts[font] if font < len(self.fonts) else ("", False)
        lines = self.borders[border] if border < len(self.borders) else set()
        code = self.codes.get(number) or BUILT_IN.get(number, "General")
        return Look(code, name, bold, "top" in lines, "bottom" in lines, "left" in lines)


def _looks(archive: zipfile.ZipFile, part: str) -> list[Look]:
    styles = _Styles()
    if part:
        _all(archive, part, styles.start, end=styles.end)
    return styles.looks or [Look()]


def _int(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else 0


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
        while piece := stream.read(_CHUNK):
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
            self._row = _int(attributes.get("r")) or self._row + 1
            self._column = -1
            self._cells = []
            self.hidden_rows = self.hidden_rows or attributes.get("hidden") in ("1", "true")
        elif name == "col" and attributes.get("hidden") in ("1", "true"):
            last = min(_int(attributes.get("max")), _MOST_COLUMNS)
            self._hidden_columns.update(range(_int(attributes.get("min")) - 1, last))
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
            return self._book.mend(_unescaped(raw), look.font), False
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
        for _ in _walk(stream, sheet.start, sheet.end, sheet.text.append):
            yield from sheet.rows
            sheet.rows.clear()
    if sheet.hidden_rows:
        book.findings.hidden_rows.append(name)
    if sheet.hidden_cells:
        book.findings.hidden_columns.append(name)


__all__ = ["Look", "column_number", "read_sheets"]
