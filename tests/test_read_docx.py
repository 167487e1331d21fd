"""Word files."""

from __future__ import annotations

import contextlib
import io
import time
import zipfile
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
from index.read.word import NO_PAGES


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


def test_pages_are_those_word_laid_out_and_unknown_where_it_kept_none() -> None:
    def typed(document: Any) -> None:
        document.add_paragraph("Trang một có chữ. " * 100)
        document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
        document.add_paragraph("Trang này có thể là trang hai, ba hay bốn.")

    document = check(read_bytes(saved(typed), name="bc.docx"))
    assert document.pages == 1
    assert document.notes == (NO_PAGES,)

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


LISTS = """<w:numbering {ns}>
<w:abstractNum w:abstractNumId="0"><w:multiLevelType w:val="multilevel"/>
<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="upperRoman"/><w:pStyle w:val="Heading1"/><w:lvlText w:val="%1."/></w:lvl>
<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%2."/></w:lvl>
<w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="%3)"/></w:lvl>
<w:lvl w:ilvl="3"><w:start w:val="1"/><w:isLgl/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1.%2.%4"/></w:lvl></w:abstractNum>
<w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:start w:val="1"/>
<w:numFmt w:val="bullet"/><w:lvlText w:val="-"/></w:lvl></w:abstractNum>
<w:abstractNum w:abstractNumId="2"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="none"/><w:lvlText w:val=""/></w:lvl>
</w:abstractNum><w:num w:numId="4"><w:abstractNumId w:val="2"/></w:num>
<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>
<w:num w:numId="3"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="1"><w:startOverride w:val="5"/></w:lvlOverride></w:num>
</w:numbering>"""


def numbered(*paragraphs: tuple[int, int, str], more: str = "") -> bytes:
    """A file of paragraphs (list, level, text); list 0 for none."""
    made = "".join(
        f'<w:p><w:pPr>{f"""<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{list_id}"/></w:numPr>""" if list_id else ""}</w:pPr>'
        f"<w:r><w:t>{text}</w:t></w:r></w:p>"
        for list_id, level, text in paragraphs
    )
    whole = saved(lambda document: document.add_paragraph("x", style="List Number"))
    body = f"<w:document {nsdecls('w')}><w:body>{made}{more}</w:body></w:document>"
    return with_part(
        with_part(whole, "word/document.xml", body.encode()), "word/numbering.xml", LISTS.format(ns=nsdecls("w")).encode()
    )


def test_the_numbers_word_makes_are_written() -> None:
    data = numbered(
        (1, 0, "Kinh tế"),
        (1, 1, "Nông nghiệp"),
        (0, 0, "Sản lượng đạt 12 tấn."),
        (1, 2, "Trồng trọt đạt khá;"),
        (1, 2, "Chăn nuôi ổn định;"),
        (1, 1, "Dịch vụ"),
        (1, 3, "Chợ"),
        (2, 0, "Mở hai chợ mới"),
        (4, 0, "Danh sách không đánh số"),
        (1, 0, "Xã hội"),
        (1, 1, "Y tế"),
        (3, 1, "Giáo dục"),
        (1, 1, "Văn hóa"),
    )
    document = check(read_bytes(data, name="bc.docx"))
    assert texts(document) == [
        "I. Kinh tế",
        "1. Nông nghiệp",
        "Sản lượng đạt 12 tấn.",
        "a) Trồng trọt đạt khá;",
        "b) Chăn nuôi ổn định;",
        "2. Dịch vụ",
        "1.2.1 Chợ",
        "Mở hai chợ mới",
        "Danh sách không đánh số",
        "II. Xã hội",
        "1. Y tế",
        "5. Giáo dục",
        "6. Văn hóa",
    ]
    assert texts(document, "heading")[:2] == ["I. Kinh tế", "1. Nông nghiệp"]


def test_a_heading_style_is_numbered_by_the_list_that_names_it() -> None:
    def build(document: Any) -> None:
        document.styles["Heading 1"].element.get_or_add_pPr().append(
            parse_xml(f'<w:numPr {nsdecls("w")}><w:numId w:val="1"/></w:numPr>')
        )
        document.add_heading("Kinh tế", level=1)
        document.add_paragraph("Thu đạt 108%.")
        document.add_heading("Xã hội", level=1)

    data = with_part(saved(build), "word/numbering.xml", LISTS.format(ns=nsdecls("w")).encode())
    assert texts(read_bytes(data, name="bc.docx")) == ["I. Kinh tế", "Thu đạt 108%.", "II. Xã hội"]


def test_a_column_of_numbers_that_word_makes() -> None:
    number = '<w:p><w:pPr><w:numPr><w:ilvl w:val="1"/><w:numId w:val="1"/></w:numPr></w:pPr></w:p>'
    lines = [
        ("<w:p><w:r><w:t>TT</w:t></w:r></w:p>", "Chỉ tiêu", "Năm 2022"),
        (number, "Hộ nghèo", "2,1"),
        (number, "Nước sạch", "85,1"),
    ]
    table = "".join(
        f"<w:tr><w:tc>{first}</w:tc>"
        + "".join(f"<w:tc><w:p><w:r><w:t>{word}</w:t></w:r></w:p></w:tc>" for word in rest)
        + "</w:tr>"
        for first, *rest in lines
    )
    document = check(read_bytes(numbered((0, 0, "Bảng"), more=f"<w:tbl>{table}</w:tbl>"), name="bc.docx"))
    assert [row[0][0] for row in rows(document)] == ["1.", "2."]


def test_what_an_author_struck_out_or_hid_is_left_out() -> None:
    ns = nsdecls("w")

    def build(document: Any) -> None:
        table = document.add_table(rows=3, cols=2)
        for row, words in enumerate([("Năm", "Số hộ"), ("2021", "120"), ("2022", "130")]):
            for column, word in enumerate(words):
                table.cell(row, column).text = word
        table.rows[1]._tr.get_or_add_trPr().append(parse_xml(f'<w:del {ns} w:id="9" w:author="a"/>'))
        paragraph = document.add_paragraph("Hộ nghèo 2,1%.")
        paragraph.add_run(" Bản nháp: 9,9%.").font.hidden = True

    document = read_bytes(saved(build), name="bc.docx")
    assert rows(document) == [[("2022", "Năm"), ("130", "Số hộ")]]
    assert texts(document)[-1] == "Hộ nghèo 2,1%."


def test_footnotes_stand_after_what_they_explain() -> None:
    notes = (
        f'<w:footnotes {nsdecls("w")}><w:footnote w:type="separator" w:id="0"><w:p/></w:footnote>'
        '<w:footnote w:id="2"><w:p><w:r><w:t>Theo chuẩn nghèo giai đoạn 2021-2025.</w:t></w:r></w:p></w:footnote></w:footnotes>'
    )
    body = (
        f'<w:document {nsdecls("w")}><w:body><w:p><w:r><w:t>Hộ nghèo còn 2,1%</w:t></w:r><w:r><w:footnoteReference w:id="2"/></w:r>'
        "<w:r><w:t>.</w:t></w:r></w:p><w:p><w:r><w:t>Thu ngân sách đạt 108%.</w:t></w:r></w:p></w:body></w:document>"
    )
    data = with_part(saved(lambda document: None), "word/document.xml", body.encode())
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
    relations = f'<Relationship Id="n1" Type="{kind}" Target="footnotes.xml"/>'
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        known = archive.read("word/_rels/document.xml.rels").decode()
    data = with_part(
        data, "word/_rels/document.xml.rels", known.replace("</Relationships>", f"{relations}</Relationships>").encode()
    )
    document = check(read_bytes(with_part(data, "word/footnotes.xml", notes.encode()), name="bc.docx"))
    assert texts(document) == ["Hộ nghèo còn 2,1%.", "Theo chuẩn nghèo giai đoạn 2021-2025.", "Thu ngân sách đạt 108%."]
    assert texts(document, "note") == ["Theo chuẩn nghèo giai đoạn 2021-2025."]


def test_a_header_marked_by_its_first_row_alone_has_all_its_rows() -> None:
    def build(document: Any) -> None:
        table = document.add_table(rows=3, cols=3)
        for row, words in enumerate([("Chỉ tiêu", "Năm 2022", ""), ("", "Kế hoạch", "Thực hiện"), ("Hộ nghèo", "2,5", "2,1")]):
            for column, word in enumerate(words):
                table.cell(row, column).text = word
        table.cell(0, 1).merge(table.cell(0, 2))
        table.cell(0, 0).merge(table.cell(1, 0))
        table.rows[0]._tr.get_or_add_trPr().append(parse_xml(f"<w:tblHeader {nsdecls('w')}/>"))

    assert rows(read_bytes(saved(build), name="bc.docx")) == [
        [("Hộ nghèo", "Chỉ tiêu"), ("2,5", "Năm 2022 / Kế hoạch"), ("2,1", "Năm 2022 / Thực hiện")]
    ]


def test_the_strict_form_of_the_format() -> None:
    data = saved(report)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        body = archive.read("word/document.xml")
    strict = body.replace(
        b"http://schemas.openxmlformats.org/wordprocessingml/2006/main", b"http://purl.oclc.org/ooxml/wordprocessingml/main"
    )
    assert "108%" in read_bytes(with_part(data, "word/document.xml", strict), name="bc.docx").text


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
