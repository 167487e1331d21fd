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
from operator import add

from index.language.normalise import canonical
from index.records import Block, BlockKind, Cell, SumKind

ROW_KINDS = ("table_row", "table_header")
SEPARATOR = "\n\n"  # between blocks
_BETWEEN_CELLS = " | "
_FIELD = "\x1f"  # between cells that are looked at together
cell_of: Callable[[tuple[int, int, str]], Cell] = partial(tuple.__new__, Cell)  # without a step through Python
_BLANK_LINES = re.compile(r"[^\S\n]*\n\s*")
_BAR = re.compile(r"\s*\|\s*")
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class RawBlock:
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
    position = 0
    for block in raw:
        if block.kind in ROW_KINDS and block.cells:
            text, cells = _row(block, position)
        else:
            text, cells = _BLANK_LINES.sub("\n", canonical(block.text)).strip(), ()
        if not text.strip(" |"):
            continue
        blocks.append(Block(block.kind, position, position + len(text), block.page, block.level, block.table, cells, block.sums))
        pieces.append(text)
        position += len(text) + len(SEPARATOR)
    return SEPARATOR.join(pieces), tuple(blocks)


def _row(block: RawBlock, position: int) -> tuple[str, tuple[Cell, ...]]:
    texts = list(block.cells if block.clean else clean_row(block.cells))
    while texts and not texts[-1]:
        texts.pop()
    headers = _clean_headers(block.headers)
    if len(headers) < len(texts):
        headers = (*headers, *[""] * len(texts))
    joined = _BETWEEN_CELLS.join(texts)
    text = joined.lstrip()  # a row whose first cell is empty starts with its bar
    lengths = list(map(len, texts))
    steps = map(len(_BETWEEN_CELLS).__add__, lengths)
    starts = list(accumulate(steps, initial=position - len(joined) + len(text)))
    if starts[0] < position:
        starts = [max(start, position) for start in starts]
    return text, tuple(map(cell_of, zip(starts, map(add, starts, lengths), headers, strict=False)))


@lru_cache(1_000)
def _clean_headers(headers: tuple[str, ...]) -> tuple[str, ...]:
    """Rows of one table have the same."""
    return tuple(map(_clean_header, headers))


_clean_header = lru_cache(5_000)(clean_cell)
