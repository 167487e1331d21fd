"""Blocks as a few long columns instead of a million small records: as they are composed (document.py), and on the way from one
process to another (packing.py). Pure.

columns_of(blocks).blocks() == tuple(blocks)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import accumulate
from typing import Any, NamedTuple, overload

import numpy as np

from index.records import Block, BlockKind, Cell, SumKind

# Without a step through Python.
_cell: Callable[[tuple[int, int, str]], Cell] = partial(tuple.__new__, Cell)
_block: Callable[[tuple[Any, ...]], Block] = partial(tuple.__new__, Block)


class Columns(NamedTuple):
    """`places` int64 [5, blocks]: start, end, page, level, table; `sizes` int64 [blocks]: how many cells each has; `cells` int64
    [3, cells]: start, end, number of the header among `headers`."""

    kinds: list[BlockKind]
    sums: list[SumKind]
    places: np.ndarray
    sizes: np.ndarray
    cells: np.ndarray
    headers: list[str]

    def blocks(self) -> tuple[Block, ...]:
        starts, ends, numbers = self.cells.tolist()
        cells = tuple(map(_cell, zip(starts, ends, map(self.headers.__getitem__, numbers), strict=True)))
        bounds = list(accumulate(self.sizes.tolist(), initial=0))
        by_block = map(cells.__getitem__, map(slice, bounds, bounds[1:]))
        return tuple(map(_block, zip(self.kinds, *self.places.tolist(), by_block, self.sums, strict=True)))


class Composed(Sequence[Block]):
    """Blocks that are made of their columns once one is asked for: the process that reads a file sends the columns on."""

    def __init__(self, columns: Columns) -> None:
        self.columns = columns
        self._made: tuple[Block, ...] | None = None

    def _blocks(self) -> tuple[Block, ...]:
        if self._made is None:
            self._made = self.columns.blocks()
        return self._made

    def __len__(self) -> int:
        return len(self.columns.kinds)

    @overload
    def __getitem__(self, at: int) -> Block: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[Block, ...]: ...
    def __getitem__(self, at: int | slice) -> Block | tuple[Block, ...]:
        return self._blocks()[at]

    def __iter__(self) -> Iterator[Block]:
        return iter(self._blocks())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and self._blocks() == tuple(other)

    def __hash__(self) -> int:
        return hash(self._blocks())

    def __repr__(self) -> str:
        return repr(self._blocks())


def columns_of(blocks: Sequence[Block]) -> Columns:
    """Columns.blocks turned round."""
    if isinstance(blocks, Composed):
        return blocks.columns
    cells = [cell for block in blocks for cell in block.cells]
    numbers: dict[str, int] = {}
    placed = [(cell.start, cell.end, numbers.setdefault(cell.header, len(numbers))) for cell in cells]
    return Columns(
        [block.kind for block in blocks],
        [block.sums for block in blocks],
        np.array([(b.start, b.end, b.page, b.level, b.table) for b in blocks], np.int64).reshape(-1, 5).T,
        np.array([len(block.cells) for block in blocks], np.int64),
        np.array(placed, np.int64).reshape(-1, 3).T,
        list(numbers),
    )
