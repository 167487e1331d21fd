"""The plain records of a sheet of an Excel 97-2003 file, decoded in bulk: cells of numbers, of shared strings and without anything
in them, and rows. Pure.

    split(stream, [start, …], looks=80, strings=200) -> [Records(cells, rows, rest), …]

`rest` is the sheet as it would be without them, for whoever reads the other records. Nine in ten are plain, and taken one by one
they cost more than all else. Wherever something is odd, nothing is decoded, for then it matters who reads it and how: a record that
is too short, cut off or not where it may stand, two cells in one place, a look or a string that there is none of.

Format: [MS-XLS] 2.4 (https://learn.microsoft.com/openspecs/office_file_formats/ms-xls/): each record has a number, its length and
so many bytes; those of cells begin with row, column and the number of the cell's look (XF).
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

STRING, NUMBER, BLANK = 1, 2, 6  # kinds of cells, as xlrd counts them
_BOF, _EOF = (0x0809, 0x0409, 0x0209, 0x0009), 0x000A
_FORMULA, *_ = _FORMULAS = (0x0006, 0x0206, 0x0406)
_NUMBER, _RK, _MULRK, _STRING, _BLANK, _MULBLANK, _ROW = 0x0203, 0x027E, 0x00BD, 0x00FD, 0x0201, 0x00BE, 0x0208
_OTHERS = {0x0204, 0x00D6, 0x0205}  # cells that are left to others: labels, rich text, truth and errors
_DIMENSIONS = (0x0200, 0x0000)
_RESULT = 0x0207  # the text that a formula gives, in a record after it
_LEAST = {_NUMBER: 14, _RK: 10, _STRING: 10, _BLANK: 6, _ROW: 16, _MULRK: 12, _MULBLANK: 8, _FORMULA: 16}  # bytes
_MOST_COLUMNS = 256
_head = struct.Struct("<HH").unpack_from


class Odd(ValueError):
    """Something that is not as programs write it."""


class Cells(NamedTuple):
    """`place`: row * 65,536 + column, both counted from 0, rising. `value` is the number, or the number of the shared string."""

    place: np.ndarray
    look: np.ndarray
    kind: np.ndarray
    value: np.ndarray

    @property
    def row(self) -> np.ndarray:
        return self.place >> 16

    @property
    def column(self) -> np.ndarray:
        return self.place & 0xFFFF


class Records(NamedTuple):
    """`rows`: row -> its bits; see `is_hidden` and `look_of`."""

    cells: Cells
    rows: dict[int, int]
    rest: bytes


def is_hidden(bits: int) -> bool:
    return bool(bits >> 5 & 1)


def look_of(bits: int) -> int:
    """The look of the row's cells that have none, -1 where that is the column's."""
    return bits >> 16 & 0xFFF if bits >> 7 & 1 else -1


def split(stream: bytes, starts: Sequence[int], *, looks: int, strings: int) -> list[Records]:
    """The sheets that begin at `starts`, in a workbook with so many looks and shared strings. Raises Odd."""
    walk = _Walk(stream)
    rests = [walk.sheet(start) for start in starts]
    memory = np.frombuffer(stream, np.uint8)
    found = {code: np.array(own, np.int64) + 4 for code, own in walk.places.items()}
    sheet = {code: np.searchsorted(np.array(walk.counts[code]), np.arange(len(own)), "right") for code, own in found.items()}
    for code, own in found.items():
        length = _numbers(memory, own - 2, "<u2")
        if (length < _LEAST[code]).any() or (code == _STRING and (length > _LEAST[code]).any()):
            raise Odd("a record is of the wrong length")
    cells = in_order(
        [
            _cells(memory, found[_NUMBER], sheet[_NUMBER], NUMBER, _numbers(memory, found[_NUMBER] + 6, "<f8")),
            _cells(memory, found[_FORMULA], sheet[_FORMULA], NUMBER, _numbers(memory, found[_FORMULA] + 6, "<f8")),
            _cells(memory, found[_RK], sheet[_RK], NUMBER, _compact(_numbers(memory, found[_RK] + 6, "<u4"))),
            _cells(memory, found[_STRING], sheet[_STRING], STRING, _numbers(memory, found[_STRING] + 6, "<i4")),
            _cells(memory, found[_BLANK], sheet[_BLANK], BLANK, np.zeros(len(found[_BLANK]))),
            _several(memory, found[_MULRK], sheet[_MULRK], 6, NUMBER),
            _several(memory, found[_MULBLANK], sheet[_MULBLANK], 2, BLANK),
        ]
    )
    text = cells.value[cells.kind == STRING]
    if len(cells.look) and (cells.look.max() >= looks or (cells.place & 0xFFFF).max() >= _MOST_COLUMNS):
        raise Odd("a look or a column that there is none of")
    if len(text) and not 0 <= text.min() <= text.max() < strings:
        raise Odd("a string that there is none of")
    at = found[_ROW]
    rows = list(zip(_numbers(memory, at, "<u2").tolist(), _numbers(memory, at + 12, "<u4").tolist(), strict=True))
    row_edges = [0, *walk.counts[_ROW]]
    edges = np.searchsorted(cells.place, np.arange(len(starts) + 1) << 32).tolist()
    return [
        Records(_of_sheet(cells, *edges[n : n + 2]), dict(rows[slice(*row_edges[n : n + 2])]), rest) for n, rest in enumerate(rests)
    ]


class _Walk:
    """Goes through the records of one sheet after the other. `places`: where the plain ones stand, by their number; `counts`: how
    many of them there were at the end of each sheet."""

    def __init__(self, stream: bytes) -> None:
        self._stream = stream
        self.places: dict[int, list[int]] = {code: [] for code in _LEAST}
        self.counts: dict[int, list[int]] = {code: [] for code in _LEAST}
        self._add = {code: own.append for code, own in self.places.items() if code != _FORMULA}

    def sheet(self, at: int) -> bytes:
        """The other records of the sheet that begins here."""
        rest: list[bytes] = []
        stream, plain = self._stream, self._add.get
        before = self._cells()
        others = False  # a cell is among them
        try:
            if _head(stream, at)[0] not in _BOF:
                raise Odd("it does not begin like a sheet")
            code = 0
            while code != _EOF or len(rest) < 2:
                code, length = _head(stream, at)
                if (add := plain(code)) is not None:
                    add(at)
                    at += 4 + length
                    continue
                if code in _FORMULAS and length >= _LEAST[_FORMULA] and stream[at + 16 : at + 18] != b"\xff\xff":
                    self.places[_FORMULA].append(at)
                    at += 4 + length
                    continue
                others = others or code in _OTHERS or code in _FORMULAS
                if code in _DIMENSIONS and (others or self._cells() > before):
                    raise Odd("its dimensions are said after its first cell")
                end = self._end(at, code) if rest else at + 4 + length
                rest.append(stream[at:end])
                at = end
        except struct.error as exc:
            raise Odd("it has no end") from exc
        for code, own in self.places.items():
            self.counts[code].append(len(own))
        return b"".join(rest)

    def _cells(self) -> int:
        return sum(len(own) for code, own in self.places.items() if code != _ROW)

    def _end(self, at: int, code: int) -> int:
        """Where a record ends, with those that belong to it: a chart's up to its end, a formula's up to its text, the record after
        it or the one after that."""
        stream = self._stream
        at += 4 + _head(stream, at)[1]
        inner = code
        while code in _BOF and inner != _EOF:
            inner, length = _head(stream, at)
            at += 4 + length
        for _ in range(2 if code in _FORMULAS else 0):
            inner, length = _head(stream, at)
            at += 4 + length
            if inner == _RESULT:
                break
        return at


def _numbers(memory: np.ndarray, at: np.ndarray, kind: str) -> np.ndarray:
    """The numbers at these places."""
    size = np.dtype(kind).itemsize
    if len(at) and at.max() + size > len(memory):
        raise Odd("a record is cut off")
    return memory[at[:, None] + np.arange(size)].view(kind).ravel()


def _cells(memory: np.ndarray, at: np.ndarray, sheet: np.ndarray, kind: int, value: np.ndarray) -> Cells:
    row, column, look = (_numbers(memory, at + offset, "<u2") for offset in (0, 2, 4))
    place = sheet << 32 | row.astype(np.int64) << 16 | column
    return Cells(place, look, np.full(len(at), kind, np.uint8), value.astype(np.float64))


def _several(memory: np.ndarray, at: np.ndarray, sheet: np.ndarray, size: int, kind: int) -> Cells:
    """Cells side by side in one record: row, first column, for each its look and, of numbers, four bytes; last column."""
    row, first = _numbers(memory, at, "<u2").astype(np.int64), _numbers(memory, at + 2, "<u2").astype(np.int64)
    length = _numbers(memory, at - 2, "<u2")
    count = _numbers(memory, at + length - 2, "<u2") - first + 1
    if (length != 6 + size * count).any() or (count < 1).any():
        raise Odd("a record's length and columns do not fit together")
    within = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    where = np.repeat(at + 4, count) + size * within
    value = _compact(_numbers(memory, where + 2, "<u4")) if kind == NUMBER else np.zeros(len(where))
    place = np.repeat(sheet << 32 | row << 16 | first, count) + within
    return Cells(place, _numbers(memory, where, "<u2"), np.full(len(where), kind, np.uint8), value)


def _compact(packed: np.ndarray) -> np.ndarray:
    """Numbers of four bytes ([MS-XLS] 2.5.217): 30 bits of a whole number or of a float64; it may be a hundred times too large."""
    whole = (packed.view(np.int32) >> 2).astype(np.float64)
    float_ = ((packed & np.uint32(0xFFFFFFFC)).astype(np.uint64) << np.uint64(32)).view(np.float64)
    value = np.where(packed & 2, whole, float_)
    with np.errstate(all="ignore"):
        return np.where(packed & 1, value / 100.0, value)


def in_order(parts: list[Cells]) -> Cells:
    """The cells of all parts by their places. Raises Odd where two are in one place."""
    place, look, kind, value = (np.concatenate(side) for side in zip(*parts, strict=True))
    order = np.argsort(place, kind="stable")
    place = place[order]
    if (place[1:] == place[:-1]).any():
        raise Odd("two cells in one place")
    return Cells(place, look[order], kind[order], value[order])


def _of_sheet(cells: Cells, first: int, end: int) -> Cells:
    place, look, kind, value = (side[first:end] for side in cells)
    return Cells(place & 0xFFFFFFFF, look, kind, value)
