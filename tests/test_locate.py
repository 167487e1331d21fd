"""Where a quote stands on a page of letters whose places are known: 1/100 wide, lines 2/100 high."""

from __future__ import annotations

import unicodedata

import pytest

from index.read.locate import NOWHERE, Letter, Wanted, locate, search
from index.records import Box

STEP, HEIGHT = 0.01, 0.02


def page(*lines: tuple[float, float, str]) -> list[Letter]:
    """Letters of (left, top, text) lines, a line end after each."""
    letters = []
    for left, top, text in lines:
        letters += [
            Letter(char, left + STEP * at, top, left + STEP * (at + 1), top + HEIGHT) if char != " " else Letter(" ", 0, 0, 0, 0)
            for at, char in enumerate(text)
        ]
        letters.append(Letter("\n", 0, 0, 0, 0))
    return letters


def near(box: Box, left: float, top: float, right: float, bottom: float) -> bool:
    return (box.left, box.top, box.right, box.bottom) == pytest.approx((left, top, right, bottom), abs=1e-6)


def test_a_sentence_over_two_lines_gets_a_box_for_each() -> None:
    letters = page((0.1, 0.1, "Đoạn trước. Tỷ lệ hộ"), (0.1, 0.14, "nghèo là 2,1%. Đoạn sau."))
    found = locate(letters, Wanted("Tỷ lệ hộ nghèo là 2,1%."))
    assert found.share == 1.0
    first, second = found.boxes
    assert near(first, 0.22, 0.1, 0.3, 0.12)
    assert near(second, 0.1, 0.14, 0.24, 0.16)


def test_spaces_hyphens_quotes_and_composed_letters_may_differ() -> None:
    decomposed = unicodedata.normalize("NFD", "Tỷ lệ “hộ”  nghè\u00ado popula-")
    letters = page((0.1, 0.1, decomposed), (0.1, 0.14, "tion 2021–2025."))
    assert locate(letters, Wanted('Tỷ lệ "hộ" nghèo population 2021-2025.')).share == 1.0


def test_of_equal_sentences_the_one_with_the_same_text_around_it_is_meant() -> None:
    lines = [(0.1, 0.1 * n, f"Thôn {n}. Có 12 hộ nghèo. Hết.") for n in (1, 2, 3)]
    for number in (1, 2, 3):
        found = locate(page(*lines), Wanted("Có 12 hộ nghèo.", before=f"Đầu. Thôn {number}. ", after=" Hết."))
        assert found.boxes[0].top == pytest.approx(0.1 * number)


def test_what_is_not_there_is_not_marked() -> None:
    letters = page((0.1, 0.1, "Tỷ lệ hộ nghèo của xã là 2,1% vào cuối năm."))
    for quote in ("Tỷ lệ hộ cận nghèo của huyện là 9,7% vào đầu kỳ.", "", "…"):
        assert locate(letters, Wanted(quote)) == NOWHERE
    assert locate([], Wanted("Tỷ lệ hộ nghèo")) == NOWHERE


def test_a_short_figure_is_found_as_a_whole_word_only() -> None:
    letters = page((0.1, 0.1, "Năm 2021 thu 12,15 tỷ"), (0.1, 0.14, "đạt 2,1 phần trăm"))
    (box,) = locate(letters, Wanted("2,1")).boxes
    assert box.top == pytest.approx(0.14)
    assert locate(letters, Wanted("02")) == NOWHERE


def test_a_row_is_one_box_over_all_its_cells() -> None:
    letters = page((0.1, 0.1, "Chỉ tiêu 2021 2022"), (0.1, 0.14, "Hộ nghèo 2,4 2,1"), (0.1, 0.18, "Bảo hiểm 93,0 95,2"))
    (box,) = locate(letters, Wanted("Hộ nghèo | 2,4 | 2,1", cells=("Hộ nghèo", "2,4", "2,1"))).boxes
    assert near(box, 0.1, 0.14, 0.26, 0.16)


def test_a_row_whose_cells_the_file_holds_column_by_column() -> None:
    columns = [(0.1, ["Chỉ tiêu", "Hộ nghèo", "Hộ khá"]), (0.4, ["2021", "2,4", "2,4"]), (0.6, ["2022", "2,1", "9,7"])]
    letters = page(*((left, 0.1 + 0.04 * n, cell) for left, cells in columns for n, cell in enumerate(cells)))
    found = locate(letters, Wanted("Hộ khá | 2,4 | 9,7", cells=("Hộ khá", "2,4", "9,7")))
    assert found.share == 1.0
    assert near(found.boxes[0], 0.1, 0.18, 0.63, 0.2)


def test_the_figure_that_answers_is_found_inside_its_sentence_and_row() -> None:
    letters = page((0.1, 0.1, "Năm 2021 là 2,1% và năm"), (0.1, 0.14, "2022 là 2,1% tất cả."))
    quote = "Năm 2021 là 2,1% và năm 2022 là 2,1% tất cả."
    start = quote.rindex("2,1%")
    (part,) = locate(letters, Wanted(quote, part=(start, start + 4))).part
    assert near(part, 0.18, 0.14, 0.22, 0.16)
    columns = [(0.1, ["Hộ nghèo", "Hộ khá"]), (0.4, ["2,4", "2,4"]), (0.6, ["2,1", "2,4"])]
    letters = page(*((left, 0.1 + 0.04 * n, cell) for left, cells in columns for n, cell in enumerate(cells)))
    quote = "Hộ khá |  | 2,4 | 2,4"
    wanted = Wanted(quote, cells=("Hộ khá", "", "2,4", "2,4"), part=(len(quote) - 3, len(quote)))
    (part,) = locate(letters, wanted).part
    assert near(part, 0.6, 0.14, 0.63, 0.16)


def test_a_running_head_inside_a_sentence_is_left_out() -> None:
    letters = page(
        (0.1, 0.8, "Trong năm qua tỷ lệ hộ dân dùng nước sạch của"),
        (0.1, 0.1, "Báo cáo năm 2022"),
        (0.1, 0.2, "toàn huyện đạt 85,1%, cao hơn kế hoạch."),
    )
    found = locate(letters, Wanted("Trong năm qua tỷ lệ hộ dân dùng nước sạch của toàn huyện đạt 85,1%, cao hơn kế hoạch."))
    assert found.share > 0.95
    assert sorted(round(box.top, 2) for box in found.boxes) == [0.2, 0.8]


def test_the_part_of_a_sentence_that_stands_before_a_page_break() -> None:
    quote = "Trong năm qua tỷ lệ hộ dân dùng nước sạch của toàn huyện đạt 85,1%, cao hơn kế hoạch."
    first = search(page((0.1, 0.9, quote[:46])), Wanted(quote))
    second = search(page((0.1, 0.1, quote[46:])), Wanted(quote))
    assert 0.4 < first.share < 0.7
    assert first.share + second.share > 0.95


def test_two_columns_are_two_boxes() -> None:
    letters = page((0.1, 0.9, "Câu này bắt đầu ở cột trái"), (0.6, 0.1, "và kết thúc ở cột phải."))
    left, right = locate(letters, Wanted("Câu này bắt đầu ở cột trái và kết thúc ở cột phải.")).boxes
    assert (left.left, right.left) == (pytest.approx(0.1), pytest.approx(0.6))
