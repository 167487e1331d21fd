"""Spreadsheets (.xlsx, .xlsm, .xls): each sheet a page with its name as heading, each row of its tables under its header paths.

Hidden sheets and columns are left out: authors keep sums and drafts there. Hidden rows are read: a filter or an outline hides rows
of a good report. `Document.notes` says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain
from typing import Any, NamedTuple

from index.read.ahead import may_share, together
from index.read.beside import sheet_tables
from index.read.document import ROW_KINDS, Document, RawBlock, compose, no_collections
from index.read.packing import joined, packed, unpacked
from index.read.sheet_rows import Findings, Sheet, SheetRow
from index.read.structure import settle

MOST_CELLS = 2_000_000  # of all sheets; a cell kept with its place and its text comes to 180 bytes

FEWEST_BYTES, MOST_BYTES = 40_000, 20_000_000  # of a workbook whose sheets are read by two processes, each of which opens it
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

    if FEWEST_BYTES <= len(data) <= MOST_BYTES and may_share():
        halves = together(_half, (data, name, 0), (data, name, 1), name=name)
        if any(half.parts for half in halves):
            return _whole(halves)
    findings = Findings()
    with no_collections():
        return _document(iter(xls.read_sheets(data, findings, name=name)), findings, "xls")


class _Reader:
    """Blocks of all sheets in order, the first of which is page `pages` + 1; counts pages, tables and cells on the way."""

    def __init__(self, findings: Findings, pages: int = 0) -> None:
        self.pages = pages
        self.tables = 0
        self.captions: list[str] = []
        self.named = ""
        self._cells = 0
        self._findings = findings

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
                    self.captions.append(block.text.split("\n")[0])
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
            self.named = next((block.text for block in above if block.kind == "title"), "")
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
    return Document(
        text,
        blocks,
        format,
        max(1, reader.pages),
        title if " " in title else _title(reader.named, reader.captions),
        notes=findings.notes(),
    )


def _title(named: str, captions: Sequence[str]) -> str:
    """The first table's, and how many more there are: "1. Sản xuất nông nghiệp năm 2022 (+18)"."""
    if named:
        return named
    more = f" (+{len(captions) - 1})" if len(captions) > 1 else ""
    return f"{captions[0]}{more}" if captions else ""


# --- shared by two processes --------------------------------------------------------------------------------------------------


class _Part(NamedTuple):
    """What comes of one sheet: the columns of packing.py, and what is written over its tables."""

    columns: dict[str, Any]
    named: str
    captions: list[str]


class _Half(NamedTuple):
    """Number of the sheet -> what comes of it; nothing where the workbook cannot be shared out."""

    parts: dict[int, _Part]
    findings: Findings


def _half(data: bytes, name: str, half: int) -> _Half:
    """One half, 0 or 1, of a workbook's sheets. Both have to open it, which is a fifth of the work."""
    from index.read import xls

    findings = Findings()
    parts: dict[int, _Part] = {}
    with no_collections():
        sheets = xls.read_sheets(data, findings, name=name)
        sizes = [sheet.cells for sheet in sheets]
        if len(sheets) < 2 or not 0 < sum(sizes) <= MOST_CELLS:
            return _Half({}, findings)
        for number in _in_turns(sizes)[half::2]:
            reader = _Reader(findings, number)
            text, blocks = compose(reader.blocks(iter(sheets[number : number + 1])))
            parts[number] = _Part(packed(Document(text, blocks, "xls")), reader.named, reader.captions)
    return _Half(parts, findings)


def _whole(halves: Sequence[_Half]) -> Document:
    """The document that `_document` makes of all sheets."""
    findings = halves[0].findings
    made = {number: part for half in halves for number, part in half.parts.items()}
    parts = [made[number] for number in sorted(made)]
    findings.decoded.update(*(half.findings.decoded for half in halves))
    findings.undecodable.update(*(half.findings.undecodable for half in halves))
    title = _title(parts[0].named, [caption for part in parts for caption in part.captions])
    return replace(unpacked(joined([part.columns for part in parts])), pages=len(parts), title=title, notes=findings.notes())


def _in_turns(sizes: Sequence[int]) -> list[int]:
    """An order in which those who take every other one have about the same to do: the largest, the next two, the next two …"""
    order = sorted(range(len(sizes)), key=lambda at: -sizes[at])
    for at in range(2, len(order) - 1, 4):
        order[at : at + 2] = reversed(order[at : at + 2])
    return order
