"""What a reader hands over, and how blocks become the canonical text with its offsets.

   RawBlock("heading", "I. Kết quả"), RawBlock("table_row", cells=("Hộ nghèo", "2,1"), headers=("", "Năm 2022"))
-> "I. Kết quả\n\nHộ nghèo | 2,1", Block("heading", 0, 10), Block("table_row", 12, 26, cells=(…))
"""

from __future__ import annotations

import gc
import re
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

import numpy as np

from index.language.normalise import canonical
from index.read.block_columns import Columns, Composed
from index.records import Block, BlockKind, SumKind

ROW_KINDS = ("table_row", "table_header")
SEPARATOR = "\n\n"  # between blocks
_BETWEEN_CELLS = " | "
_AT_ONCE = 50_000  # cells that wait for their places: all those of a large workbook would take too much memory
_FIELD = "\x1f"  # between cells that are looked at together
_ROWS_AT_ONCE = 16
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
    blocks: Sequence[Block]
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
    """`clean_cell` of every cell."""
    return tuple(cells) if _are_clean(_FIELD.join(cells)) else tuple(map(clean_cell, cells))


def clean_rows(rows: Sequence[Sequence[str]]) -> Iterator[tuple[str, ...]]:
    """`clean_row` of every row."""
    for start in range(0, len(rows), _ROWS_AT_ONCE):
        some = rows[start : start + _ROWS_AT_ONCE]
        yield from map(tuple if _are_clean(_FIELD.join(map(_FIELD.join, some))) else clean_row, some)


def _are_clean(joined: str) -> bool:
    """`clean_cell` would change none of the cells that are joined. Most need nothing, which is seen at once for many."""
    if (
        "|" in joined
        or "  " in joined
        or f" {_FIELD}" in joined
        or f"{_FIELD} " in joined
        or joined[:1] == " "
        or joined[-1:] == " "
    ):
        return False
    plain = joined.replace(_FIELD, "")
    return plain.isprintable() and (plain.isascii() or canonical(plain) == plain)


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


def compose(raw: Iterable[RawBlock]) -> tuple[str, Composed]:
    """Canonical text and its blocks: blocks separated by one blank line, rows' cells by " | ", blocks without text left out.

    A row keeps its empty cells (zero-length) so that columns stay countable, except those at its right end.
    """
    pieces: list[str] = []
    waiting = _Waiting([], [], [], array("q"), array("q"))
    numbers: dict[str, int] = {}  # of the headers
    rows: dict[tuple[tuple[str, ...], int], array[int]] = {}  # those of a row; rows of one table have the same
    parts: list[Columns] = []
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
            known = rows.get(key := (block.headers, len(cells)))
            if known is None:
                known = rows[key] = array("q", [numbers.setdefault(header, len(numbers)) for header in _headers(*key)])
            waiting.headers.extend(known)
        end = position + len(text)
        waiting.blocks.append((block.kind, position, end, block.page, block.level, block.table, block.sums))
        waiting.sizes.append(len(cells))
        waiting.cut.append(len(joined) - len(text))
        pieces.append(text)
        position = end + len(SEPARATOR)
        if len(waiting.lengths) >= _AT_ONCE:
            parts.append(_placed(waiting))
    parts.append(_placed(waiting))
    return SEPARATOR.join(pieces), Composed(_joined(parts, list(numbers)))


class _Waiting(NamedTuple):
    """Blocks without their cells. Of each, how many cells it has, and by how many characters its text is shorter than all of them
    joined: where the first are empty it starts with a bar. Of all cells the lengths and the numbers of their headers."""

    blocks: list[tuple[BlockKind, int, int, int, int, int, SumKind]]
    sizes: list[int]
    cut: list[int]
    lengths: array[int]
    headers: array[int]


def _placed(waiting: _Waiting) -> Columns:
    """Their columns, without the names of headers; none of them waits any longer. An empty cell before its row's text stands where
    that starts."""
    kinds, *numbers, sums = map(list, zip(*waiting.blocks, strict=True)) if waiting.blocks else [[] for _ in range(7)]
    places, sizes = np.array(numbers, np.int64), np.array(waiting.sizes, np.int64)
    long = np.array(waiting.lengths, np.int64)
    joined = np.cumsum(long + len(_BETWEEN_CELLS)) - long - len(_BETWEEN_CELLS)  # where each starts, all joined
    ahead = np.append(joined, 0)[np.cumsum(sizes) - sizes]  # where the first of its row does
    own = np.maximum(joined + np.repeat(places[0] - np.array(waiting.cut, np.int64) - ahead, sizes), np.repeat(places[0], sizes))
    made = Columns(kinds, sums, places, sizes, np.stack((own, own + long, np.array(waiting.headers, np.int64))), [])
    for held in waiting:
        del held[:]
    return made


def _joined(parts: Sequence[Columns], headers: list[str]) -> Columns:
    if len(parts) == 1:
        return parts[0]._replace(headers=headers)
    return Columns(
        list(chain.from_iterable(part.kinds for part in parts)),
        list(chain.from_iterable(part.sums for part in parts)),
        np.concatenate([part.places for part in parts], axis=1),
        np.concatenate([part.sizes for part in parts]),
        np.concatenate([part.cells for part in parts], axis=1),
        headers,
    )


def _trimmed(cells: Sequence[str]) -> Sequence[str]:
    """Without empty cells at the right end."""
    count = len(cells)
    while count and not cells[count - 1]:
        count -= 1
    return cells[:count]


def _headers(own: tuple[str, ...], count: int) -> tuple[str, ...]:
    headers = _clean_headers(own)
    return headers[:count] if len(headers) >= count else (*headers, *[""] * (count - len(headers)))


@lru_cache(1_000)
def _clean_headers(headers: tuple[str, ...]) -> tuple[str, ...]:
    """Rows of one table have the same."""
    return tuple(map(_clean_header, headers))


_clean_header = lru_cache(5_000)(clean_cell)
