"""Spreadsheets (.xlsx, .xlsm, .xls): each sheet a page with its name as heading, each row of its tables under its header paths.

Hidden sheets and columns are left out: authors keep sums and drafts there. Hidden rows are read: a filter or an outline hides rows
of a good report. `Document.notes` says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from index.read.beside import sheet_tables
from index.read.document import ROW_KINDS, Document, RawBlock, compose, no_collections
from index.read.sheet_rows import Findings, Sheet, SheetRow
from index.read.structure import settle

MOST_CELLS = 2_000_000  # of all sheets; a cell kept with its place and its text comes to 180 bytes

LONG_LINE = 100  # characters; sheets of tables alone have no longer ones


def read_xlsx(data: bytes, name: str) -> Document:
    """An .xlsx or .xlsm file."""
    from index.read import xlsx

    findings = Findings()
    sheets, title = xlsx.read_sheets(data, findings)
    return _document(sheets, findings, "xlsx", title)


def read_xls(data: bytes, name: str) -> Document:
    """An Excel 97-2003 file. Raises FileEncrypted."""
    from index.read import xls

    findings = Findings()
    return _document(xls.read_sheets(data, findings, name=name), findings, "xls")


class _Reader:
    """Blocks of all sheets in order; counts pages, tables and cells on the way."""

    def __init__(self, findings: Findings) -> None:
        self.pages = 0
        self.tables = 0
        self._captions: list[str] = []
        self._named = ""
        self._cells = 0
        self._findings = findings

    def title(self) -> str:
        """The first table's, and how many more there are: "1. Sản xuất nông nghiệp năm 2022 (+18)"."""
        if self._named:
            return self._named
        more = f" (+{len(self._captions) - 1})" if len(self._captions) > 1 else ""
        return f"{self._captions[0]}{more}" if self._captions else ""

    def blocks(self, sheets: Iterator[Sheet]) -> Iterator[RawBlock]:
        for sheet in sheets:
            self.pages += 1
            blocks = sheet_tables(self._bounded(sheet), page=self.pages, first_table=self.tables + 1)
            first = next(blocks, None)
            if first is None:
                continue
            yield RawBlock("heading", sheet.name, self.pages, 1)
            for block in self._with_title(chain([first], blocks)):
                self.tables = max(self.tables, block.table)
                if block.kind == "caption":
                    self._captions.append(block.text.split("\n")[0])
                yield block

    def _with_title(self, blocks: Iterator[RawBlock]) -> Iterator[RawBlock]:
        """The first sheet may hold a whole report, sentence by sentence in its rows: then it has a title as a report has."""
        if self.pages > 1:
            yield from blocks
            return
        above: list[RawBlock] = []
        for block in blocks:
            above.append(block)
            if block.kind in ROW_KINDS or len(above) > 40:
                break
        if any(block.kind == "paragraph" and len(block.text) > LONG_LINE for block in above[:-1]):
            above = settle(above)
            self._named = next((block.text for block in above if block.kind == "title"), "")
        yield from chain(above, blocks)

    def _bounded(self, sheet: Sheet) -> Iterator[SheetRow]:
        for row in sheet.rows:
            self._cells += len(row.cells)
            if self._cells > MOST_CELLS:
                self._findings.unread_rows.append(sheet.name)
                return
            yield row


def _document(sheets: Iterator[Sheet], findings: Findings, format: str, title: str = "") -> Document:
    reader = _Reader(findings)
    with no_collections():
        text, blocks = compose(reader.blocks(sheets))
    return Document(text, blocks, format, max(1, reader.pages), title if " " in title else reader.title(), notes=findings.notes())
