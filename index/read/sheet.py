"""Tables as files: .csv and .tsv. Lines with one filled cell above or below the table are its title, caption and notes."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence

from index.read.document import Document, RawBlock, compose
from index.read.encoding import decode
from index.read.grid import GridCell, table_blocks
from index.read.structure import classify, settle

_SEPARATORS = ",;\t|"


def read_csv(data: bytes, name: str) -> Document:
    """A .csv or .tsv file. The separator is the one that gives the most lines the same number of cells."""
    decoded = decode(data, name=name, format="CSV")
    separator = max(_SEPARATORS, key=lambda mark: _evenness(decoded.text, mark))
    csv.field_size_limit(1_000_000)
    rows = [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(decoded.text, newline=""), delimiter=separator)]
    text, blocks = compose(settle(_blocks(rows)))
    return Document(text, blocks, "csv", notes=(decoded.doubt,) if decoded.doubt else ())


def _evenness(text: str, separator: str) -> tuple[int, int]:
    """How many of the first lines agree on a number of separators, and that number."""
    counts = [line.count(separator) for line in text[:50_000].split("\n")[:100]]
    usual = max(set(counts) - {0}, key=counts.count, default=0)
    return (counts.count(usual), usual) if usual else (0, 0)


def _blocks(rows: Sequence[Sequence[str]]) -> Iterator[RawBlock]:
    table = 0
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
