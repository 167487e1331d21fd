"""PDF files as report programs write them, made with reportlab: tables over pages, headers, units, notes, columns, edges."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import pytest
from read_files import check, rows, texts

from eval.report_files import make
from index.read import Document, read_bytes
from index.split import split

pytest.importorskip("reportlab")

from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate, Paragraph, Spacer, Table

STYLES = getSampleStyleSheet()
GRID = ("GRID", (0, 0), (-1, -1), 0.5, "black")
WORDS = "The commune built new roads and schools in every village during the year and repaired the old canals near the river."


def made(story: Sequence[Any], *, two_columns: bool = False, head: str = "") -> Document:
    out = io.BytesIO()

    def edges(canvas: Canvas, template: Any) -> None:
        if head:
            canvas.drawString(72, 800, head)
            canvas.drawCentredString(297, 30, str(template.page))

    document = BaseDocTemplate(out, pagesize=A4)
    wide = [Frame(72, 72, 451, 698, id="all")]
    halves = [Frame(72, 72, 215, 698, id="left"), Frame(308, 72, 215, 698, id="right")]
    document.addPageTemplates(PageTemplate(frames=halves if two_columns else wide, onPage=edges))
    document.build(list(story))
    return check(read_bytes(out.getvalue(), name="report.pdf"))


def paragraph(text: str, style: str = "BodyText") -> Paragraph:
    return Paragraph(text, STYLES[style])


HEADER = [["Village", "Households", "", "Share (%)"], ["", "Planned", "Reached", ""]]
MERGED = [("SPAN", (1, 0), (2, 0)), ("SPAN", (0, 0), (0, 1)), ("SPAN", (3, 0), (3, 1))]
VILLAGES = [[f"Village {number}", f"{900 + number}", f"{800 + number}", f"{50 + number / 10:.1f}"] for number in range(1, 61)]
PATHS = ["Village", "Households / Planned", "Households / Reached", "Share (%)"]


@pytest.mark.parametrize("repeated", [0, 2])
def test_a_ruled_table_keeps_its_merged_header_overleaf(repeated: int) -> None:
    document = made([Table(HEADER + VILLAGES, style=[GRID, *MERGED], repeatRows=repeated)])
    assert document.pages == 2
    assert [[header for _, header in row] for row in rows(document)] == [PATHS] * 60
    assert [row[0][0] for row in rows(document)] == [f"Village {number}" for number in range(1, 61)]
    assert len({block.table for block in document.blocks if block.kind == "table_row"}) == 1
    assert {block.page for block in document.blocks if block.kind == "table_row"} == {1, 2}
    assert len(texts(document, "table_header")) == 2


@pytest.mark.parametrize("repeated", [0, 2])
def test_a_table_without_upright_lines_keeps_its_header_overleaf(repeated: int) -> None:
    lines = [("LINEABOVE", (0, 0), (-1, 0), 1, "black"), ("LINEBELOW", (0, 1), (-1, 1), 0.5, "black")]
    lines += [("LINEBELOW", (1, 0), (2, 0), 0.5, "black"), ("ALIGN", (1, 0), (-1, -1), "CENTER"), *MERGED]
    document = made([Table(HEADER + VILLAGES, style=lines, repeatRows=repeated, colWidths=[120, 80, 80, 80])])
    assert [[header for _, header in row] for row in rows(document)] == [PATHS] * 60
    assert len({block.table for block in document.blocks if block.kind == "table_row"}) == 1


def test_a_table_without_any_line() -> None:
    document = made(
        [
            paragraph(WORDS),
            Spacer(1, 12),
            Table(
                [["Crop", "2021", "2022"], ["Rice", "1 234.5", "1 300.0"], ["Maize", "98.0", "120.4"], ["Tea", "7.5", "-"]],
                colWidths=90,
            ),
            Spacer(1, 12),
            paragraph(WORDS),
        ]
    )
    assert rows(document)[0] == [("Rice", "Crop"), ("1 234.5", "2021"), ("1 300.0", "2022")]
    assert len(rows(document)) == 3
    assert texts(document, "paragraph") == [WORDS, WORDS]


def test_two_tables_that_follow_each_other_are_two() -> None:
    other = [
        ["Crop", "Area", "Yield", "Output"],
        *([f"Crop {number}", str(number), str(2 * number), str(3 * number)] for number in range(1, 9)),
    ]
    document = made([Table(HEADER + VILLAGES[:8], style=[GRID, *MERGED]), Spacer(1, 30), Table(other, style=[GRID])])
    assert len({block.table for block in document.blocks if block.kind == "table_row"}) == 2
    assert rows(document)[-1][1] == ("8", "Area")


def test_units_in_a_caption_are_with_every_row() -> None:
    table = Table([["Crop", "2021", "2022"], ["Rice", "1 234", "1 300"], ["Maize", "98", "120"]], style=[GRID])
    document = made([paragraph("Table 1. Output of crops"), paragraph("Unit: tonnes"), table])
    passages = split("r", document.text, document.blocks)
    assert all("Table 1. Output of crops Unit: tonnes" in passage.heading for passage in passages if "|" in passage.text)


def test_a_unit_in_the_corner_is_over_every_column() -> None:
    table = Table([["Unit: tonnes", "2021", "Share (%)"], ["Rice", "1 234", "90"], ["Maize", "98", "10"]], style=[GRID])
    assert [header for _, header in rows(made([table]))[0]] == ["Unit: tonnes", "2021 (tonnes)", "Share (%)"]


def test_halves_side_by_side_become_rows_below_each_other() -> None:
    table = Table([["Year", "Cows", "Year", "Cows"], ["2019", "11", "2021", "31"], ["2020", "21", "2022", "41"]], style=[GRID])
    document = made([table])
    assert [[cell for cell, _ in row] for row in rows(document)] == [["2019", "11"], ["2020", "21"], ["2021", "31"], ["2022", "41"]]
    assert {header for row in rows(document) for _, header in row[1:]} == {"Cows"}


def test_wrapped_labels_are_one_row() -> None:
    table = [["Indicator", "2021", "2022"]]
    table += [
        ["Households with clean water\nand latrines", "80.5", "85.1"],
        ["Poor households", "3.0", "2.1"],
        ["Near-poor households", "4.0", "3.1"],
        ["Schools", "12", "13"],
    ]
    document = made([Table(table, colWidths=[200, 80, 80], style=[("VALIGN", (0, 0), (-1, -1), "MIDDLE")])])
    assert rows(document)[0][0][0] == "Households with clean water and latrines"
    assert [len(row) for row in rows(document)] == [3] * 4


def test_running_heads_and_page_numbers_of_a_long_report_go() -> None:
    story = [paragraph(f"Village number {number} of the commune. {WORDS}") for number in range(1, 150)]
    document = made(story, head="Annual report of Dong Son commune")
    assert document.pages > 5
    assert "Annual report" not in document.text
    assert [text for text in texts(document) if text.isdigit()] == []
    assert len(texts(document)) == 149


def test_two_columns_are_read_one_after_the_other() -> None:
    story = [paragraph(f"Part {number}. {WORDS}") for number in range(1, 40)]
    document = made(story, two_columns=True)
    assert [text.split(".")[0] for text in texts(document) if text.startswith("Part")] == [
        f"Part {number}" for number in range(1, 40)
    ]
    assert not rows(document)


def test_two_columns_written_line_by_line_are_read_one_after_the_other() -> None:
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4)
    for number in range(20):
        canvas.drawString(72, 700 - 14 * number, f"left column line {number} of the report text")
        canvas.drawString(320, 700 - 14 * number, f"right column line {number} of the report text")
    canvas.save()
    document = check(read_bytes(out.getvalue(), name="report.pdf"))
    assert document.text.index("left column line 19") < document.text.index("right column line 0")
    assert not rows(document)


def test_notes_below_a_table_and_at_the_foot_of_a_page_are_notes() -> None:
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4)
    canvas.setFont("Times-Roman", 12)
    for number in range(12):
        canvas.drawString(
            72, 700 - 16 * number, f"The commune of Dong Son has and goes on with line {number} of its long report on the year"
        )
    canvas.line(72, 110, 200, 110)
    canvas.setFont("Times-Roman", 9)
    canvas.drawString(72, 98, "1 Counted by the district office in July.")
    canvas.showPage()
    canvas.setFont("Times-Roman", 12)
    canvas.drawString(72, 700, "which ends here with its last words.")
    canvas.drawString(72, 600, "(*) Without the two villages that joined in May.")
    canvas.drawString(72, 560, "Source: Statistics office.")
    canvas.save()
    document = check(read_bytes(out.getvalue(), name="report.pdf"))
    assert texts(document, "note") == [
        "1 Counted by the district office in July.",
        "(*) Without the two villages that joined in May.",
        "Source: Statistics office.",
    ]
    body = texts(document, "paragraph")[0]
    assert body.endswith("on the year which ends here with its last words.")


def test_capitals_with_marks_make_no_heading_and_break_no_paragraph() -> None:
    sentences = [
        "Ông Vi Văn Lâm, Chủ tịch xã, chuyển công tác về huyện từ ngày 01/10/2023; bà Lý Thị Mai được bầu giữ chức Chủ tịch xã.",
        "Ủy ban nhân dân xã báo cáo",
        "Ổn định đời sống của nhân dân sau mưa lũ là nhiệm vụ chung; ở các thôn vùng cao, xã cử cán bộ xuống giúp từng hộ dân.",
    ]
    document = check(read_bytes(make("pdf", [(1, "Báo cáo năm 2023"), *((0, sentence) for sentence in sentences)]), name="bc.pdf"))
    assert [text for text in texts(document, "paragraph") if text != "1"] == sentences  # the only page's number stays
    assert texts(document, "heading") == []
