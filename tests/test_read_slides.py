"""PowerPoint files."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from typing import Any

import pptx
import pytest
from pptx.chart.data import CategoryChartData, XyChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls
from pptx.util import Inches
from read_files import check, rows, texts, with_part

from index.errors import FileDamaged, NoTextFound
from index.read import Document, read_bytes
from index.read.numbering import list_number
from index.read.slides import shown_value

TITLE, BODY, TITLE_ONLY, BLANK = 0, 1, 5, 6


def read(build: Callable[[Any], None]) -> Document:
    presentation = pptx.Presentation()
    build(presentation)
    out = io.BytesIO()
    presentation.save(out)
    return check(read_bytes(out.getvalue(), name="bc.pptx"))


def slide(presentation: Any, layout: int, title: str = "") -> Any:
    made = presentation.slides.add_slide(presentation.slide_layouts[layout])
    if title:
        made.shapes.title.text = title
    return made


def box(shapes: Any, left: float, top: float, text: str, *, width: float = 3, height: float = 0.5) -> Any:
    made = shapes.add_textbox(Inches(left), Inches(top), Inches(width), Inches(height))
    made.text_frame.text = text
    return made


def test_each_slide_is_a_page_with_its_title_as_heading() -> None:
    def build(presentation: Any) -> None:
        first = slide(presentation, TITLE, "BÁO CÁO KINH TẾ - XÃ HỘI XÃ ĐÔNG SƠN NĂM 2022")
        first.placeholders[1].text = "Phòng Thống kê"
        second = slide(presentation, BODY, "I. Kết quả")
        second.placeholders[1].text = "Thu ngân sách đạt 108% dự toán\nTỷ lệ hộ nghèo còn 2,1%"
        second.notes_slide.notes_text_frame.text = "Số liệu đến ngày 15/12."

    document = read(build)
    assert document.pages == 2
    assert texts(document, "title") == ["BÁO CÁO KINH TẾ - XÃ HỘI XÃ ĐÔNG SƠN NĂM 2022"]
    assert texts(document, "heading") == ["I. Kết quả"]
    assert texts(document, "item") == ["Thu ngân sách đạt 108% dự toán", "Tỷ lệ hộ nghèo còn 2,1%"]
    assert texts(document, "note") == ["Số liệu đến ngày 15/12."]
    assert [block.page for block in document.blocks][-4:] == [2, 2, 2, 2]


def test_a_table_with_merged_cells_becomes_records() -> None:
    def build(presentation: Any) -> None:
        table = slide(presentation, TITLE_ONLY, "Chỉ tiêu").shapes.add_table(4, 3, Inches(1), Inches(2), Inches(6), Inches(2)).table
        words = [
            ("Chỉ tiêu", "Năm 2022", ""),
            ("", "Kế hoạch", "Thực hiện"),
            ("Hộ nghèo (%)", "2,5", "2,1"),
            ("Sản lượng", "90", ""),
        ]
        for number, row in enumerate(words):
            for column, word in enumerate(row):
                table.cell(number, column).text = word
        table.cell(0, 1).merge(table.cell(0, 2))
        table.cell(0, 0).merge(table.cell(1, 0))

    document = read(build)
    assert texts(document, "table_header") == ["Chỉ tiêu | Năm 2022", "Chỉ tiêu | Kế hoạch | Thực hiện"]
    assert rows(document) == [
        [("Hộ nghèo (%)", "Chỉ tiêu"), ("2,5", "Năm 2022 / Kế hoạch"), ("2,1", "Năm 2022 / Thực hiện")],
        [("Sản lượng", "Chỉ tiêu"), ("90", "Năm 2022 / Kế hoạch")],
    ]


def test_a_chart_gives_the_values_it_was_drawn_from() -> None:
    def build(presentation: Any) -> None:
        data = CategoryChartData(number_format="0.0%")
        data.categories = ["Đông Sơn", "Hải Vân"]
        data.add_series("Năm 2021", (0.8, 0.755))
        data.add_series("Năm 2022", (0.851, None))
        chart = slide(presentation, TITLE_ONLY, "Nước sạch nông thôn").shapes.add_chart(
            XL_CHART_TYPE.COLUMN_CLUSTERED, Inches(1), Inches(2), Inches(6), Inches(4), data
        )
        chart.chart.has_title = True
        chart.chart.chart_title.text_frame.text = "Tỷ lệ hộ dùng nước sạch"

    document = read(build)
    assert texts(document, "caption") == ["Tỷ lệ hộ dùng nước sạch"]
    assert rows(document) == [
        [("Đông Sơn", ""), ("80,0%", "Năm 2021"), ("85,1%", "Năm 2022")],
        [("Hải Vân", ""), ("75,5%", "Năm 2021")],
    ]


def test_dates_under_a_chart_are_written_out() -> None:
    def build(presentation: Any) -> None:
        data = CategoryChartData()
        data.categories = [date(2021, 12, 31), date(2022, 12, 31)]
        data.add_series("Hộ nghèo", (3.2, 2.1))
        shapes = slide(presentation, TITLE_ONLY, "Giảm nghèo").shapes
        shapes.add_chart(XL_CHART_TYPE.LINE, Inches(1), Inches(2), Inches(6), Inches(4), data)

    assert rows(read(build))[1] == [("31/12/2022", ""), ("2,1", "Hộ nghèo")]


def test_a_chart_without_categories_still_gives_its_values() -> None:
    def build(presentation: Any) -> None:
        data = XyChartData()
        series = data.add_series("Yield")
        series.add_data_point(1, 5.25)
        series.add_data_point(2, 6)
        slide(presentation, TITLE_ONLY, "The yield of rice in the commune").shapes.add_chart(
            XL_CHART_TYPE.XY_SCATTER, Inches(1), Inches(2), Inches(6), Inches(4), data
        )

    assert [row[1] for row in rows(read(build))] == [("5.25", "Yield"), ("6", "Yield")]


@pytest.mark.parametrize(
    ("stored", "code", "comma", "shown"),
    [
        ("0.851", "0.0%", True, "85,1%"),
        ("0.07", "0%", False, "7%"),
        ("1234567.5", "#,##0.0", True, "1.234.567,5"),
        ("1234567.5", "#,##0.0", False, "1,234,567.5"),
        ("0.30000000000000004", "General", True, "0,3"),
        ("12345678901", "General", True, "12345678901"),
        ("-2.50", "0.00", True, "-2,50"),
        ("n/a", "General", True, "n/a"),
    ],
)
def test_values_are_written_as_their_format_shows_them(stored: str, code: str, comma: bool, shown: str) -> None:
    assert shown_value(stored, code, decimal_comma=comma) == shown


def test_two_columns_are_read_one_after_the_other() -> None:
    def build(presentation: Any) -> None:
        shapes = slide(presentation, BLANK).shapes
        box(shapes, 5, 3, "Hộ nghèo còn 2,1%.")
        box(shapes, 5, 2, "XÃ HỘI")
        box(shapes, 0.5, 3, "Thu ngân sách đạt 108%.")
        box(shapes, 0.5, 2, "KINH TẾ")
        box(shapes, 0.5, 0.5, "Kết quả năm 2022 của xã", width=8)
        box(shapes, 0.5, 6, "Nguồn: Phòng Thống kê huyện", width=8)

    assert texts(read(build)) == [
        "Kết quả năm 2022 của xã",
        "KINH TẾ",
        "Thu ngân sách đạt 108%.",
        "XÃ HỘI",
        "Hộ nghèo còn 2,1%.",
        "Nguồn: Phòng Thống kê huyện",
    ]


def test_groups_are_opened_and_read_in_their_place() -> None:
    def build(presentation: Any) -> None:
        shapes = slide(presentation, BLANK).shapes
        box(shapes, 0.5, 5, "Sau nhóm hình là dòng này.")
        outer = shapes.add_group_shape()
        box(outer.shapes, 0.5, 2, "Trường học có 12 lớp.")
        inner = outer.shapes.add_group_shape()
        box(inner.shapes, 0.5, 1, "Trạm y tế có 6 giường.")

    assert texts(read(build)) == ["Trạm y tế có 6 giường.", "Trường học có 12 lớp.", "Sau nhóm hình là dòng này."]


def test_numbers_that_powerpoint_makes_are_written() -> None:
    def build(presentation: Any) -> None:
        frame = box(slide(presentation, TITLE_ONLY, "Nhiệm vụ").shapes, 1, 2, "Trồng rừng").text_frame
        for text in ("Làm đường", "Xây cầu", "Mở chợ"):
            frame.add_paragraph().text = text
        for paragraph, (level, kind) in zip(
            frame.paragraphs, [(0, "arabicPeriod"), (1, "alphaLcParenR"), (1, "alphaLcParenR"), (0, "arabicPeriod")], strict=True
        ):
            paragraph.level = level
            paragraph._p.get_or_add_pPr().append(parse_xml(f'<a:buAutoNum {nsdecls("a")} type="{kind}"/>'))

    assert texts(read(build))[1:] == ["1. Trồng rừng", "a) Làm đường", "b) Xây cầu", "2. Mở chợ"]


@pytest.mark.parametrize(
    ("number", "style", "shown"),
    [(3, "decimal", "3"), (2, "lowerLetter", "b"), (28, "upperLetter", "BB"), (9, "lowerRoman", "ix"), (44, "upperRoman", "XLIV"),
     (1, "bullet", ""), (7, "decimalZero", "07")],
)  # fmt: skip
def test_list_numbers(number: int, style: str, shown: str) -> None:
    assert list_number(number, style) == shown


def test_hidden_slides_and_footers_are_left_out_and_said_so() -> None:
    def build(presentation: Any) -> None:
        slide(presentation, TITLE_ONLY, "Kết quả năm 2022 của xã")
        old = slide(presentation, TITLE_ONLY, "Bản nháp: hộ nghèo 9,9%")
        old._element.set("show", "0")
        last = slide(presentation, TITLE_ONLY, "Nhiệm vụ")
        footer = box(last.shapes, 1, 7, "Trang 3")
        footer._element.nvSpPr.nvPr.append(parse_xml(f'<p:ph {nsdecls("p")} type="ftr" idx="11"/>'))

    document = read(build)
    assert texts(document) == ["Kết quả năm 2022 của xã", "Nhiệm vụ"]
    assert [block.page for block in document.blocks] == [1, 3]
    assert any("Hidden slides" in note for note in document.notes)


def test_a_deck_of_pictures_alone_has_no_text() -> None:
    with pytest.raises(NoTextFound):
        read(lambda presentation: slide(presentation, BLANK))


def test_a_broken_deck_is_named() -> None:
    presentation = pptx.Presentation()
    slide(presentation, TITLE_ONLY, "Kết quả")
    out = io.BytesIO()
    presentation.save(out)
    with pytest.raises(FileDamaged, match=r"bc\.pptx"):
        read_bytes(with_part(out.getvalue(), "ppt/slides/slide1.xml", b"<p:sld"), name="bc.pptx")
