"""Word files."""

from __future__ import annotations

import contextlib
import io
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.enum.text import WD_BREAK
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from read_files import check, rows, texts, with_part

from index.errors import FileDamaged, FileTooLarge, ReadError
from index.read import read_bytes, read_file


def saved(build: Callable[[Any], None]) -> bytes:
    document = docx.Document()
    build(document)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def report(document: Any) -> None:
    head = document.add_table(rows=1, cols=2)
    head.cell(0, 0).text = "UBND XÃ ĐÔNG SƠN\nSố: 12/BC-UBND"
    head.cell(0, 1).text = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐông Sơn, ngày 14 tháng 12 năm 2022"
    document.add_paragraph("BÁO CÁO")
    document.add_paragraph("Kết quả năm 2022 và phương hướng năm 2023")
    document.add_heading("I. Kết quả", level=1)
    document.add_paragraph("").add_run("1. Kinh tế").bold = True
    document.add_paragraph("Thu ngân sách đạt 108% dự toán.")
    document.add_paragraph("Trồng 12 ha rừng", style="List Bullet")
    document.add_paragraph("Bảng 1. Một số chỉ tiêu (%)")
    table = document.add_table(rows=5, cols=4)
    for row, words in enumerate(
        [
            ("TT", "Chỉ tiêu", "Năm 2022", ""),
            ("", "", "Kế hoạch", "Thực hiện"),
            ("I", "Xã hội", "", ""),
            ("1", "Hộ nghèo", "2,5", "2,1"),
            ("2", "Nước | sạch", "80", "85,1"),
        ]
    ):
        for column, word in enumerate(words):
            table.cell(row, column).text = word
    table.cell(0, 2).merge(table.cell(0, 3))
    table.cell(0, 0).merge(table.cell(1, 0))
    table.cell(0, 1).merge(table.cell(1, 1))
    document.add_paragraph("Hết bảng.")


def test_structure_in_reading_order() -> None:
    document = check(read_bytes(saved(report), name="bc.docx"))
    assert texts(document)[:4] == [
        "UBND XÃ ĐÔNG SƠN",
        "Số: 12/BC-UBND",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Đông Sơn, ngày 14 tháng 12 năm 2022",
    ]
    assert texts(document, "title") == ["BÁO CÁO", "Kết quả năm 2022 và phương hướng năm 2023"]
    assert texts(document, "heading") == ["I. Kết quả", "1. Kinh tế"]
    assert texts(document, "item") == ["Trồng 12 ha rừng"]
    assert texts(document, "caption") == ["Bảng 1. Một số chỉ tiêu (%)"]
    assert texts(document)[-1] == "Hết bảng."
    assert document.date == ""  # the date in python-docx's template is nobody's


def test_merged_header_rows_and_group_rows() -> None:
    document = read_bytes(saved(report), name="bc.docx")
    assert texts(document, "table_header") == ["TT | Chỉ tiêu | Năm 2022", "TT | Chỉ tiêu | Kế hoạch | Thực hiện"]
    assert rows(document)[1:] == [
        [("1", "TT / I Xã hội"), ("Hộ nghèo", "Chỉ tiêu"), ("2,5", "Năm 2022 / Kế hoạch"), ("2,1", "Năm 2022 / Thực hiện")],
        [("2", "TT / I Xã hội"), ("Nước / sạch", "Chỉ tiêu"), ("80", "Năm 2022 / Kế hoạch"), ("85,1", "Năm 2022 / Thực hiện")],
    ]


def test_rows_marked_as_repeated_headers() -> None:
    def build(document: Any) -> None:
        table = document.add_table(rows=3, cols=2)
        for row, words in enumerate([("Năm", "Số hộ"), ("2021", "120"), ("2022", "130")]):
            for column, word in enumerate(words):
                table.cell(row, column).text = word
        table.rows[0]._tr.get_or_add_trPr().append(parse_xml(f"<w:tblHeader {nsdecls('w')}/>"))

    assert rows(read_bytes(saved(build), name="bc.docx"))[1] == [("2022", "Năm"), ("130", "Số hộ")]


def test_pages_from_breaks() -> None:
    def build(document: Any) -> None:
        document.add_paragraph("Trang một có chữ.")
        document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
        document.add_paragraph("Trang hai có chữ.")

    document = check(read_bytes(saved(build), name="bc.docx"))
    assert [block.page for block in document.blocks] == [1, 2]

    def rendered(document: Any) -> None:
        document.add_paragraph("Trang một có chữ.")
        run = document.add_paragraph().add_run()
        run.add_break(WD_BREAK.PAGE)
        run = document.add_paragraph().add_run("Trang hai có chữ.")
        run._r.insert(0, parse_xml(f"<w:lastRenderedPageBreak {nsdecls('w')}/>"))

    document = check(read_bytes(saved(rendered), name="bc.docx"))
    assert [block.page for block in document.blocks] == [1, 2]


def test_words_python_docx_leaves_out_are_kept() -> None:
    ns = nsdecls("w")

    def build(document: Any) -> None:
        body = document.element.body
        body.insert(
            0, parse_xml(f"<w:sdt {ns}><w:sdtContent><w:p><w:r><w:t>Trong ô nội dung.</w:t></w:r></w:p></w:sdtContent></w:sdt>")
        )
        inserted = '<w:ins w:id="1" w:author="a"><w:r><w:t>Chèn 85,1%.</w:t></w:r></w:ins>'
        deleted = '<w:del w:id="2" w:author="a"><w:r><w:delText>Xóa 100%.</w:delText></w:r></w:del>'
        body.insert(1, parse_xml(f"<w:p {ns}>{inserted}{deleted}</w:p>"))
        box = "<w:txbxContent><w:p><w:r><w:t>Trong khung chữ.</w:t></w:r></w:p></w:txbxContent>"
        body.insert(2, parse_xml(f"<w:p {ns}><w:r><w:pict>{box}</w:pict></w:r></w:p>"))

    assert texts(read_bytes(saved(build), name="bc.docx")) == ["Trong ô nội dung.", "Chèn 85,1%.", "Trong khung chữ."]


def test_a_table_inside_a_cell_keeps_its_words() -> None:
    def build(document: Any) -> None:
        outer = document.add_table(rows=2, cols=2)
        outer.cell(0, 0).text, outer.cell(0, 1).text, outer.cell(1, 0).text = "Tên", "Số", "Thôn Đông"
        inner = outer.cell(1, 1).add_table(rows=1, cols=2)
        inner.cell(0, 0).text, inner.cell(0, 1).text = "12", "hộ"

    document = check(read_bytes(saved(build), name="bc.docx"))
    assert "Thôn Đông | 12 hộ" in document.text


def test_properties_give_title_and_date() -> None:
    def build(document: Any) -> None:
        import datetime

        document.core_properties.title = "Báo cáo năm 2022"
        document.core_properties.created = datetime.datetime(2022, 12, 14, tzinfo=datetime.UTC)
        document.core_properties.author = "UBND"
        document.add_paragraph("Một đoạn văn.")

    document = read_bytes(saved(build), name="bc.docx")
    assert (document.title, document.date) == ("Báo cáo năm 2022", "2022-12-14")


def test_entities_do_not_explode() -> None:
    bomb = (
        '<!DOCTYPE w [<!ENTITY a "aaaaaaaaaa">'
        + "".join(f'<!ENTITY {chr(98 + i)} "{f"&{chr(97 + i)};" * 10}">' for i in range(9))
        + "]>"
    )
    body = f"<w:document {nsdecls('w')}><w:body><w:p><w:r><w:t>chữ &j;</w:t></w:r></w:p></w:body></w:document>"
    data = with_part(saved(report), "word/document.xml", (bomb + body).encode())
    started = time.monotonic()
    with contextlib.suppress(ReadError):  # refused, or read without expanding
        assert len(read_bytes(data, name="bc.docx").text) < 1000
    assert time.monotonic() - started < 5


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    data = with_part(saved(report), "word/media/a.bin", bytes(60_000_000))
    started = time.monotonic()
    with pytest.raises(FileTooLarge, match=r"bc\.docx"):
        read_bytes(data, name="bc.docx")
    assert time.monotonic() - started < 2


def test_deep_nesting_is_an_error_of_the_file() -> None:
    deep = f"<w:document {nsdecls('w')}><w:body>" + "<w:sdt><w:sdtContent>" * 50_000
    with pytest.raises(FileDamaged):
        read_bytes(with_part(saved(report), "word/document.xml", deep.encode()), name="bc.docx")


@pytest.mark.data
def test_a_real_manual(shared: Path) -> None:
    document = check(read_file(next((shared / "reports" / "docx_html").glob("*.docx"))))
    assert document.pages > 20
    assert len(texts(document, "heading")) > 50
