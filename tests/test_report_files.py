"""The same report in every format gives the same words, rows and headers."""

from __future__ import annotations

import pytest
from read_files import check, rows, texts

from eval.fuzz_readers import REPORT, SUFFIXES
from eval.reissue import parts_of
from eval.report_files import BY_OFFICE, MAKERS, encoded, make, pages_of, rows_of, text_of
from index.read import read_bytes
from index.read.legacy import reading
from index.read.office import find_soffice
from index.read.scan import can_read

QUICK = [format for format in MAKERS if format not in (*BY_OFFICE, "xls", "zip", "jpg", "png", "scan")]
ROW = [("Nước sạch (%)", "Chỉ tiêu"), ("80", "Kế hoạch"), ("85,1", "Thực hiện")]


@pytest.mark.parametrize("format", QUICK)
def test_every_format_gives_the_same_words(format: str) -> None:
    if format == "tiff" and not can_read():
        pytest.skip("tesseract with Vietnamese is not installed")
    document = check(read_bytes(make(format, REPORT), name=f"bc.{SUFFIXES.get(format, format)}"))
    for words in ("Thu ngân sách đạt 108% dự toán; sản lượng lương thực đạt 1.250 tấn.", "bảo hiểm y tế đạt 95,6%"):
        assert words in document.text.replace("\n", " ")
    if format in ("txt", "tcvn3"):
        assert "Nước sạch (%)" in document.text
    else:
        assert rows(document)[-1] == ROW


@pytest.mark.skipif(not find_soffice(), reason="LibreOffice is not installed")
@pytest.mark.parametrize("format", ["xls", "ods"])
def test_old_and_open_workbooks(format: str) -> None:
    document = check(read_bytes(make(format, REPORT), name=f"bc.{format}"))
    assert document.format == format
    assert rows(document)[-1] == ROW


def test_parts_of_a_report_make_the_report_again() -> None:
    document = read_bytes(make("docx", REPORT), name="bc.docx")
    again = read_bytes(make("docx", parts_of(document)), name="bc.docx")
    assert again.text == document.text
    assert texts(again, "table_row") == texts(document, "table_row")


def test_tcvn3_is_what_old_fonts_show() -> None:
    text = "Xã Hải Đông: 85,1% số hộ dân – “nước sạch”, đường, ưỡn, ỷ"
    assert reading("tcvn3", encoded(text)) == 'Xã Hải Đông: 85,1% số hộ dân - "nước sạch", đường, ưỡn, ỷ'


def test_pages_and_rows_are_found_without_our_readers() -> None:
    assert "108%" in pages_of(make("pdf", REPORT))[0]
    assert "Nước sạch (%) 80 85,1" in rows_of(make("xlsx", REPORT))
    assert "Nước sạch (%) | 80 | 85,1" in text_of(REPORT)


def test_a_report_kept_in_a_sheet_has_its_title_and_its_sentences() -> None:
    long = "Thu ngân sách nhà nước trên địa bàn đạt 12,5 tỷ đồng, bằng 108% dự toán giao, tăng 7,3% so với cùng kỳ năm trước."
    parts = [(1, "Báo cáo tình hình kinh tế - xã hội xã Đông Sơn năm 2022"), (2, "1. Ngân sách"), (0, long), *REPORT[-3:]]
    document = check(read_bytes(make("xlsx", parts), name="bc.xlsx"))
    assert texts(document, "title") == ["Báo cáo tình hình kinh tế - xã hội xã Đông Sơn năm 2022"]
    assert document.title == "Báo cáo tình hình kinh tế - xã hội xã Đông Sơn năm 2022"
    assert long in texts(document, "paragraph")
    assert not texts(document, "caption")
