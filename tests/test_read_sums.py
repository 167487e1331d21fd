"""Rows that add up others: totals and subtotals, told by their words and by their figures."""

from __future__ import annotations

import pytest

from index.read.document import compose
from index.read.grid import GridCell, table_blocks


def marks(*lines: str) -> dict[str, str]:
    """Label of each data row -> its mark, where it has one."""
    blocks = table_blocks([[GridCell(text.strip()) for text in line.split("|")] for line in lines], table=1)
    return {" ".join(block.cells[:2]): block.sums for block in blocks if block.sums}


@pytest.mark.parametrize("word", ["Tổng số", "Tổng cộng", "CỘNG", "Cả nước", "Total", "Toàn xã"])
def test_the_only_row_that_says_so_is_the_total(word: str) -> None:
    assert marks("Thôn | Số hộ", f"{word} | 30", "Đông | 10", "Tây | 20") == {f"{word} 30": "total"}
    assert marks("Thôn | Số hộ", "Đông | 10", "Tây | 20", f"{word} | 30") == {f"{word} 30": "total"}


def test_of_several_the_one_that_adds_up_the_others_is_the_total() -> None:
    found = marks("Loại | Ha", "Lúa | 70", "Ngô | 50", "Cộng | 120", "Tôm | 80", "Cá | 100", "Cộng | 180", "Tổng cộng | 300")
    assert found == {"Cộng 120": "subtotal", "Cộng 180": "subtotal", "Tổng cộng 300": "total"}


def test_a_total_in_each_group_is_a_subtotal() -> None:
    found = marks(
        "Age | 2014 | 2015",
        "Total | 300 | 310",
        "Male | ",
        "Total | 140 | 150",
        "0-4 | 140 | 150",
        "Female | ",
        "Total | 160 | 160",
    )
    assert found == {"Total 300": "total", "Total 140": "subtotal", "Total 160": "subtotal"}


def test_numbered_rows_are_subtotals_where_their_figures_prove_it() -> None:
    rows = (
        "TT | Ngành | Kế hoạch | Thực hiện",
        "I | Nông nghiệp | 100 | 120",
        "1 | Lúa | 60 | 70",
        "2 | Ngô | 40 | 50",
        "II | Cá | 9 | 8",
    )
    assert marks(*rows) == {"I Nông nghiệp": "subtotal"}
    wrong = (
        "TT | Ngành | Kế hoạch | Thực hiện",
        "I | Nông nghiệp | 100 | 120",
        "1 | Lúa | 61 | 73",
        "2 | Ngô | 45 | 50",
        "II | Cá | 9 | 8",
    )
    assert marks(*wrong) == {}


def test_numbers_with_points_are_read_at_their_depth() -> None:
    found = marks(
        "TT | Chỉ tiêu | ĐVT | Năm 2022",
        "1 | Đàn gia súc | con | 1.500",
        "1.1 | Trâu | con | 500",
        "1.2 | Bò | con | 1.000",
        "2 | Gia cầm | con | 9",
    )
    assert found == {"1 Đàn gia súc": "subtotal"}


def test_rounded_parts_still_add_up() -> None:
    assert marks("Vùng | Dân số | x", "I. Bắc | 33,4 | 5", "Đông | 11,2 | 2", "Tây | 22,3 | 3", "II. Nam | 1,0 | 1") == {
        "I. Bắc 33,4": "subtotal"
    }


def test_words_that_only_begin_alike_are_no_sums() -> None:
    assert (
        marks(
            "Chỉ tiêu | 2022", "Tổng số hộ nghèo | 12", "Cộng đồng dân cư | 5", "Tổng đàn lợn | 300", "Total fertility rate | 2.1"
        )
        == {}
    )


def test_the_mark_is_in_the_blocks_of_a_document() -> None:
    raw = table_blocks(
        [[GridCell("Thôn"), GridCell("Hộ")], [GridCell("Tổng số"), GridCell("30")], [GridCell("Đông"), GridCell("30")]], table=1
    )
    assert [block.sums for block in compose(raw)[1]] == ["", "total", ""]
