"""Tables: which rows are headers, and which header each cell stands under."""

from __future__ import annotations

import pytest

from index.read.grid import GridCell, is_numeric, table_blocks


def cells(*rows: str) -> list[list[GridCell]]:
    return [[GridCell(text.strip()) for text in row.split("|")] for row in rows]


def headers(*rows: str) -> list[tuple[str, ...]]:
    return [block.headers for block in table_blocks(cells(*rows), table=1) if block.kind == "table_row"]


def test_a_first_row_without_figures_over_rows_with_figures_is_the_header() -> None:
    assert headers("Chỉ tiêu | Năm 2021 | 2022", "Hộ nghèo | 2,5 | 2,1", "Nước sạch | 80 | 85,1%")[1] == (
        "Chỉ tiêu",
        "Năm 2021",
        "2022",
    )


def test_a_first_row_with_figures_is_data() -> None:
    assert headers("Tổng thu | 12,5 tỷ", "Tổng chi | 10 tỷ") == [("", ""), ("", "")]


def test_a_table_of_words_has_no_guessed_header() -> None:
    assert headers("Ông A | Chủ tịch", "Bà B | Phó Chủ tịch") == [("", ""), ("", "")]


def test_the_row_that_numbers_the_columns_is_no_part_of_the_path() -> None:
    blocks = table_blocks(cells("TT | Chỉ tiêu | KH | TH | Tỷ lệ", "A | B | 1 | 2 | 3=2/1", "1 | Lúa | 10 | 12 | 120"), table=1)
    assert [block.kind for block in blocks] == ["table_header", "table_header", "table_row"]
    assert blocks[2].headers == ("TT", "Chỉ tiêu", "KH", "TH", "Tỷ lệ")


def test_rows_below_a_group_row_carry_its_label() -> None:
    found = headers("Tuổi | 2022", "Nam | ", "0-4 | 842", "Nữ | ", "0-4 | 762")
    assert found == [("Tuổi", "2022"), ("Tuổi / Nam", "2022"), ("Tuổi", "2022"), ("Tuổi / Nữ", "2022")]


def test_groups_nest_by_their_numbering() -> None:
    found = headers(
        "TT | Chỉ tiêu | TH",
        "I | Kinh tế | ",
        "1 | Nông nghiệp | ",
        "- | Lúa | 12",
        "2 | Thủy sản | ",
        "- | Tôm | 3",
        "II | Xã hội | ",
        "- | Hộ nghèo | 2,1",
    )
    assert [paths[0] for paths in found][2::2] == [
        "TT / I Kinh tế / 1 Nông nghiệp",
        "TT / I Kinh tế / 2 Thủy sản",
        "TT / II Xã hội",
    ]


def test_pages_of_rows() -> None:
    blocks = table_blocks(cells("a | b", "x | 1", "y | 2"), table=3, pages=[4, 4, 5])
    assert [(block.page, block.table) for block in blocks] == [(4, 3), (4, 3), (5, 3)]


@pytest.mark.parametrize("text", ["12", "85,1%", "1.234,5", "-0.33", "9/12", "1 604", "12 ha", "+3"])
def test_values(text: str) -> None:
    assert is_numeric(text)


@pytest.mark.parametrize("text", ["", "2022", "Năm 2022", "Thôn 1", "-", "0-4 tuổi"])
def test_labels(text: str) -> None:
    assert not is_numeric(text)
