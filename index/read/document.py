"""What a reader hands over, and how blocks become the canonical text with its offsets.

   RawBlock("heading", "I. Kết quả"), RawBlock("table_row", cells=("Hộ nghèo", "2,1"), headers=("", "Năm 2022"))
-> "I. Kết quả\n\nHộ nghèo | 2,1", Block("heading", 0, 10), Block("table_row", 12, 26, cells=(…))
"""

from __future__ import annotations

import gc
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache, partial
from itertools import accumulate
from typing import Any, NamedTuple

import numpy as np

from index.language.normalise import canonical
from index.records import Block, BlockKind, Cell, SumKind

ROW_KINDS = ("table_row", "table_header")
SEPARATOR = "\n\n"  # between blocks
_BETWEEN_CELLS = " | "
_AT_ONCE = 50_000  # cells that wait for their places: all those of a large workbook would take too much memory
_FIELD = "\x1f"  # between cells that are looked at together
# Without a step through Python.
cell_of: Callable[[tuple[int, int, str]], Cell] = partial(tuple.__new__, Cell)
block_of: Callable[[tuple[Any, ...]], Block] = partial(tuple.__new__, Block)
_BLANK_LINES = re.compile(r"[^\S\n]*\n\s*")
_BAR = re.compile(r"\s*\|\s*")
_SPACE = re.compile(r"\s+")


class RawBlock(NamedTuple):
    """A block before it has a place in the text. Rows hold `cells` (and one header path per cell in `headers`) instead of `text`.

    `page` counts from 1; `level` is 1.. for headings; `table` counts tables from 1 (0: not in one). `clean`: its cells are as
    `clean_row` leaves them.
    """

    kind: BlockKind
    text: str = ""
    page: int = 1
    level: int = 0
    table: int = 0
    cells: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()
    sums: SumKind = ""
    clean: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """A file as read: `text` is NFC, blocks lie in it in order without overlap, `pages` >= 1.

    `title` and `date` (ISO) come from the file's own properties, "" where unknown; `notes` are warnings for the reader of the list.
    `scans` holds, for each page that was read by OCR, the mean confidence of its letters, 0..1, larger is better.
    """

    text: str
    blocks: tuple[Block, ...]
    format: str
    pages: int = 1
    title: str = ""
    date: str = ""
    notes: tuple[str, ...] = ()
    scans: Mapping[int, float] = field(default_factory=dict)


def clean_cell(text: str) -> str:
    """One line of text without a bar, so that " | " in a row always means the next cell."""
    if text.isascii() and "|" not in text:  # most cells are figures
        return " ".join(text.split())
    return _SPACE.sub(" ", _BAR.sub(" / ", canonical(text))).strip()


def clean_row(cells: Sequence[str]) -> tuple[str, ...]:
    """`clean_cell` of every cell. Most rows need none, which is seen at once for a whole row."""
    joined = _FIELD.join(cells)
    plain = joined.replace(_FIELD, "")
    dirty = (
        "|" in joined
        or "  " in joined
        or f" {_FIELD}" in joined
        or f"{_FIELD} " in joined
        or joined.startswith(" ")
        or joined.endswith(" ")
        or not plain.isprintable()
        or (not plain.isascii() and canonical(plain) != plain)
    )
    return tuple(map(clean_cell, cells)) if dirty else tuple(cells)


@contextmanager
def no_collections() -> Iterator[None]:
    """Millions of cells are made and none in a circle: looking through all of them again and again takes a quarter of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def compose(raw: Iterable[RawBlock]) -> tuple[str, tuple[Block, ...]]:
    """Canonical text and its blocks: blocks separated by one blank line, rows' cells by " | ", blocks without text left out.

    A row keeps its empty cells (zero-length) so that columns stay countable, except those at its right end.
    """
    pieces: list[str] = []
    blocks: list[Block] = []
    waiting = _Waiting([], [], [], [], [])
    position = 0
    for block in raw:
        cells: Sequence[str] = ()
        if block.kind in ROW_KINDS and block.cells:
            cells = _trimmed(block.cells if block.clean else clean_row(block.cells))
            joined = _BETWEEN_CELLS.join(cells)
            text = joined.lstrip()
        else:
            joined = text = _BLANK_LINES.sub("\n", canonical(block.text)).strip()
        if not text.strip(" |"):
            continue
        if cells:
            waiting.lengths.extend(map(len, cells))
            waiting.headers.extend(_headers(block.headers, len(cells)))
        end = position + len(text)
        waiting.blocks.append((block.kind, position, end, block.page, block.level, block.table, block.sums))
        waiting.sizes.append(len(cells))
        waiting.cut.append(len(joined) - len(text))
        pieces.append(text)
        position = end + len(SEPARATOR)
        if len(waiting.lengths) >= _AT_ONCE:
            blocks.extend(_placed(waiting))
    blocks.extend(_placed(waiting))
    return SEPARATOR.join(pieces), tuple(blocks)


class _Waiting(NamedTuple):
    """Blocks without their cells. Of each, how many cells it has, and by how many characters its text is shorter than all of them
    joined: where the first are empty it starts with a bar. Of all cells the lengths and headers."""

    blocks: list[tuple[BlockKind, int, int, int, int, int, SumKind]]
    sizes: list[int]
    cut: list[int]
    lengths: list[int]
    headers: list[str]


def _placed(waiting: _Waiting) -> list[Block]:
    """The blocks with their cells; none of them waits any longer."""
    by_block = sliced(_cells(waiting), waiting.sizes)
    made = [
        block_of((kind, start, end, page, level, table, cells, sums))
        for (kind, start, end, page, level, table, sums), cells in zip(waiting.blocks, by_block, strict=True)
    ]
    for held in waiting:
        held.clear()
    return made


def _trimmed(cells: Sequence[str]) -> Sequence[str]:
    """Without empty cells at the right end."""
    count = len(cells)
    while count and not cells[count - 1]:
        count -= 1
    return cells[:count]


def _headers(own: tuple[str, ...], count: int) -> tuple[str, ...]:
    headers = _clean_headers(own)
    return headers[:count] if len(headers) >= count else (*headers, *[""] * (count - len(headers)))


def _cells(waiting: _Waiting) -> list[Cell]:
    """All their cells. An empty cell before its row's text stands where that starts."""
    if not waiting.lengths:
        return []
    long, of = np.array(waiting.lengths), np.array(waiting.sizes)
    joined = np.cumsum(long + len(_BETWEEN_CELLS)) - long - len(_BETWEEN_CELLS)  # where each starts, all joined
    first = np.array([start for _, start, *_ in waiting.blocks])
    ahead = np.concatenate([joined, [0]])[np.cumsum(of) - of]  # where the first of its row does
    own = np.maximum(joined + np.repeat(first - np.array(waiting.cut) - ahead, of), np.repeat(first, of))
    return list(map(cell_of, zip(own.tolist(), (own + long).tolist(), waiting.headers, strict=True)))


def sliced(cells: Sequence[Cell], sizes: Sequence[int]) -> Iterator[tuple[Cell, ...]]:
    """So many of the cells for each block, in order."""
    bounds = list(accumulate(sizes, initial=0))
    return map(tuple(cells).__getitem__, map(slice, bounds, bounds[1:]))


@lru_cache(1_000)
def _clean_headers(headers: tuple[str, ...]) -> tuple[str, ...]:
    """Rows of one table have the same."""
    return tuple(map(_clean_header, headers))


_clean_header = lru_cache(5_000)(clean_cell)
