"""Tables as files: .csv and .tsv. Lines with one filled cell above or below the table are its title, caption and notes."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence

from index.read.beside import parted
from index.read.document import Document, RawBlock, compose
from index.read.encoding import decode
from index.read.grid import GridCell, table_blocks
from index.read.sheet_rows import SheetCell, SheetRow
from index.read.structure import classify, settle

_SEPARATORS = ",;\t|"


def read_csv(data: bytes, name: str) -> Document:
    """A .csv or .tsv file. The separator is the one that gives the most lines the same number of cells."""
    decoded = decode(data, name=name, format="CSV")
    separator = max(_SEPARATORS, key=lambda mark: _evenness(decoded.text, mark))
    csv.field_size_limit(1_000_000)
    rows = [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(decoded.text, newline=""), delimiter=separator)]
    text, blocks = compose(settle(_tables(rows)))
    return Document(text, blocks, "csv", notes=(decoded.doubt,) if decoded.doubt else ())


def _evenness(text: str, separator: str) -> tuple[int, int]:
    """How many of the first lines agree on a number of separators, and that number."""
    counts = [line.count(separator) for line in text[:50_000].split("\n")[:100]]
    usual = max(set(counts) - {0}, key=counts.count, default=0)
    return (counts.count(usual), usual) if usual else (0, 0)


def _tables(rows: Sequence[Sequence[str]]) -> Iterator[RawBlock]:
    """The blocks of the file, tables side by side one after the other."""
    lines = (
        SheetRow(number, [SheetCell(column, text) for column, text in enumerate(row) if text]) for number, row in enumerate(rows, 1)
    )
    parts = list(parted(lines))
    if len(parts) < 2:
        yield from _blocks(rows)
        return
    table = 0
    for part in parts:
        for block in _blocks(_lines(list(part)), table):
            table = max(table, block.table)
            yield block


def _lines(rows: Sequence[SheetRow]) -> list[list[str]]:
    """The rows as a file of their own would have them: from their first column on, empty lines kept."""
    left = min((cell.column for row in rows for cell in row.cells), default=0)
    width = max((cell.column for row in rows for cell in row.cells), default=0) - left + 1
    lines: list[list[str]] = []
    before = rows[0].number if rows else 0
    for row in rows:
        lines += [[] for _ in range(row.number - before - 1)]
        before = row.number
        line = [""] * width
        for cell in row.cells:
            line[cell.column - left] = cell.text
        lines.append(line)
    return lines


def _blocks(rows: Sequence[Sequence[str]], table: int = 0) -> Iterator[RawBlock]:
    """The blocks of rows; their tables are numbered after `table`."""
    waiting: list[list[GridCell]] = []
    for number, row in enumerate([*rows, []]):
        filled = [cell for cell in row if cell]
        # A line of one cell among rows heads a group of them; before the table it is a title, after it a note.
        between = bool(waiting) and any(len([cell for cell in later if cell]) > 1 for later in rows[number + 1 : number + 3])
        if len(filled) > 1 or (filled and between):
            waiting.append([GridCell(cell) for cell in row])
            continue
        if waiting and not between:
            table += 1
            yield from table_blocks(waiting, table=table)
            waiting = []
        if filled:
            yield classify(filled[0])
