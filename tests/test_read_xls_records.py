"""Plain records of .xls sheets decoded in bulk: what xlrd alone reads, or left to it; and workbooks read in two halves."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from eval.formats import shared_folder
from index.errors import ReadError
from index.read import read_bytes
from index.read.ahead import in_processes
from index.read.xls import _Quick
from index.read.xls_records import BLANK, NUMBER, STRING, Odd, Records, is_hidden, look_of, split

BOF, EOF, ROW, MERGED = 0x0809, 0x000A, 0x0208, 0x00E5


def record(code: int, data: bytes) -> bytes:
    return struct.pack("<HH", code, len(data)) + data


def cell(code: int, row: int, column: int, data: bytes = b"", look: int = 3) -> bytes:
    return record(code, struct.pack("<HHH", row, column, look) + data)


def sheet(*records: bytes) -> bytes:
    return record(BOF, bytes(16)) + b"".join(records) + record(EOF, b"")


def decoded(*records: bytes) -> Records:
    return split(sheet(*records), [0], looks=16, strings=5)[0]


def number(value: float) -> bytes:
    return struct.pack("<d", value)


def compact(bits: int) -> bytes:
    return struct.pack("<I", bits)


def test_cells_come_by_their_places_with_their_values() -> None:
    found = decoded(
        cell(0x0203, 1, 2, number(2.5)),
        cell(0x00FD, 1, 0, struct.pack("<i", 4)),  # a shared string
        cell(0x0201, 1, 1),
        cell(0x0006, 2, 0, number(7.0) + bytes(10)),  # a formula
        cell(0x027E, 3, 0, compact(1234 << 2 | 2)),
        cell(0x027E, 3, 1, compact(1234 << 2 | 3)),  # a hundred times too large
        cell(0x027E, 3, 2, compact(struct.unpack("<Q", number(0.5))[0] >> 32)),
    )
    cells = found.cells
    assert list(zip(cells.row.tolist(), cells.column.tolist(), cells.kind.tolist(), cells.value.tolist(), strict=True)) == [
        (1, 0, STRING, 4.0),
        (1, 1, BLANK, 0.0),
        (1, 2, NUMBER, 2.5),
        (2, 0, NUMBER, 7.0),
        (3, 0, NUMBER, 1234.0),
        (3, 1, NUMBER, 12.34),
        (3, 2, NUMBER, 0.5),
    ]
    assert cells.look.tolist() == [3] * 7
    assert found.rest == sheet()


def test_cells_side_by_side_in_one_record() -> None:
    blanks = record(0x00BE, struct.pack("<5H", 4, 1, 8, 9, 2))
    numbers = record(0x00BD, struct.pack("<HHHIHIH", 5, 0, 1, 10 << 2 | 2, 2, 11 << 2 | 2, 1))
    cells = decoded(blanks, numbers).cells
    assert list(zip(cells.row.tolist(), cells.column.tolist(), cells.look.tolist(), cells.value.tolist(), strict=True)) == [
        (4, 1, 8, 0.0),
        (4, 2, 9, 0.0),
        (5, 0, 1, 10.0),
        (5, 1, 2, 11.0),
    ]


def test_rows_say_whether_they_are_hidden_and_how_their_cells_look() -> None:
    rows = decoded(record(ROW, struct.pack("<H10xI", 4, 1 << 5)), record(ROW, struct.pack("<H10xI", 5, 9 << 16 | 1 << 7))).rows
    assert [(is_hidden(bits), look_of(bits)) for bits in rows.values()] == [(True, -1), (False, 9)]
    assert list(rows) == [4, 5]


def test_all_else_is_left_as_it_stands() -> None:
    chart = record(BOF, bytes(16)) + cell(0x0203, 0, 0, number(1.0)) + record(EOF, b"")
    text = cell(0x0006, 1, 0, b"\0\0\0\0\0\0\xff\xff" + bytes(10)) + record(0x0207, b"\x02\0\0ab")  # a formula that gives one
    found = decoded(cell(0x0203, 0, 0, number(1.0)), chart, text, record(MERGED, b"\0\0"))
    assert found.rest == sheet(chart, text, record(MERGED, b"\0\0"))
    assert len(found.cells.row) == 1


def test_each_sheet_has_its_own() -> None:
    one, other = sheet(cell(0x0203, 0, 0, number(1.0))), sheet(cell(0x0203, 0, 0, number(2.0)), record(ROW, bytes(16)))
    found = split(one + other, [len(one), 0], looks=16, strings=0)
    assert [records.cells.value.tolist() for records in found] == [[2.0], [1.0]]
    assert [list(records.rows) for records in found] == [[0], []]


@pytest.mark.parametrize(
    "odd",
    [
        cell(0x0203, 0, 0, b"\0\0\0"),  # too short
        cell(0x00FD, 0, 0, bytes(6)),  # too long
        cell(0x0203, 0, 0, number(1.0), look=16),
        cell(0x0203, 0, 256, number(1.0)),
        cell(0x00FD, 0, 0, struct.pack("<i", 5)),  # no such string
        cell(0x00FD, 0, 0, struct.pack("<i", -1)),
        cell(0x0201, 0, 0) + cell(0x0203, 0, 0, number(1.0)),  # in one place
        record(0x00BE, struct.pack("<5H", 4, 1, 8, 9, 3)),  # two cells for three columns
        cell(0x0201, 0, 0) + record(0x0200, bytes(14)),  # dimensions after a cell
    ],
)
def test_what_is_odd_is_not_decoded(odd: bytes) -> None:
    with pytest.raises(Odd):
        decoded(odd)


@pytest.mark.parametrize("cut", [1, 4, 5, 20])
def test_a_sheet_that_is_cut_off_is_not_decoded(cut: int) -> None:
    with pytest.raises(Odd):
        split(sheet(cell(0x0203, 0, 0, number(1.0)))[:-cut], [0], looks=16, strings=0)


# --- real workbooks -----------------------------------------------------------------------------------------------------------


def workbooks() -> list[Path]:
    return sorted((shared_folder() / "reports").rglob("*.xls"))[::5]


@pytest.fixture(scope="module")
def some() -> list[Path]:
    found = workbooks()
    if not found:
        pytest.skip("no reference data: its workbooks are read in both ways")
    return found


def test_in_bulk_and_by_xlrd_alone_workbooks_read_the_same(some: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    in_bulk = [read_bytes(path.read_bytes(), name=path.name) for path in some]
    tried: list[bytes] = []

    def refuse(self: _Quick, data: bytes) -> None:
        tried.append(data)
        raise Odd("not today")

    monkeypatch.setattr(_Quick, "__init__", refuse)
    assert [read_bytes(path.read_bytes(), name=path.name) for path in some] == in_bulk
    assert len(tried) == len(some)


def test_workbooks_read_the_same_in_two_halves(some: list[Path]) -> None:
    whole = [read_bytes(path.read_bytes(), name=path.name) for path in some]
    with in_processes():
        assert [read_bytes(path.read_bytes(), name=path.name) for path in some] == whole


def test_a_broken_workbook_is_the_same_error_in_two_halves(some: list[Path]) -> None:
    data = some[0].read_bytes()
    broken = data[: len(data) // 2]
    with pytest.raises(ReadError) as here:
        read_bytes(broken, name="a.xls")
    with in_processes(), pytest.raises(ReadError) as shared:
        read_bytes(broken, name="a.xls")
    assert (here.value.code, here.value.fields) == (shared.value.code, shared.value.fields)
