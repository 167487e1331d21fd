"""Blocks -> canonical text: the offsets every citation rests on."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from read_files import check

from index.read import Document, RawBlock, compose
from index.records import Cell


def test_blocks_are_apart_by_a_blank_line_and_rows_by_bars() -> None:
    text, blocks = compose(
        [RawBlock("heading", "I. Kết quả", level=2), RawBlock("table_row", cells=("Hộ nghèo", "2,1"), headers=("", "Năm 2022"))]
    )
    assert text == "I. Kết quả\n\nHộ nghèo | 2,1"
    assert (blocks[0].kind, blocks[0].level) == ("heading", 2)
    assert blocks[1].cells == (Cell(12, 20, ""), Cell(23, 26, "Năm 2022"))


def test_a_bar_or_line_break_inside_a_cell_does_not_make_a_new_cell() -> None:
    text, blocks = compose([RawBlock("table_row", cells=("a | b", "dòng 1\ndòng 2"))])
    assert text == "a / b | dòng 1 dòng 2"
    assert len(blocks[0].cells) == 2


def test_empty_cells_keep_columns_countable() -> None:
    text, blocks = compose([RawBlock("table_row", cells=("", "2021", "", "2023", "", ""), headers=("a", "b", "c", "d", "e", "f"))])
    assert text == "| 2021 |  | 2023"
    assert [text[cell.start : cell.end] for cell in blocks[0].cells] == ["", "2021", "", "2023"]
    assert [cell.header for cell in blocks[0].cells] == ["a", "b", "c", "d"]


def test_text_is_canonical_and_blocks_without_text_are_left_out() -> None:
    text, blocks = compose(
        [
            RawBlock("paragraph", "hoa\u0300 bi\u0300nh\u00a0\u200b"),
            RawBlock("paragraph", " \n "),
            RawBlock("table_row", cells=("", "")),
        ]
    )
    assert text == "hoà bình"
    assert len(blocks) == 1


_cell = st.text(alphabet="ab |\n\u0301\u200bĐ", max_size=8)
_block = st.one_of(
    st.builds(lambda kind, text: RawBlock(kind, text), st.sampled_from(["paragraph", "heading", "item"]), _cell),
    st.builds(lambda cells: RawBlock("table_row", cells=tuple(cells)), st.lists(_cell, max_size=5)),
)


@given(st.lists(_block, max_size=8))
def test_offsets_hold_whatever_the_blocks(raw: list[RawBlock]) -> None:
    text, blocks = compose(raw)
    check(Document(text, blocks, "txt"))
