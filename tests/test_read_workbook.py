"""Excel workbooks. Files are made by openpyxl; .xls by LibreOffice from them; the real ones are in REPORTS_SHARED."""

from __future__ import annotations

import csv
import io
import re
import shutil
import subprocess
import tracemalloc
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.styles import Alignment, Border, Font, Side
from read_files import check, rows, texts, with_part, zipped

from index.errors import FileDamaged, FileEncrypted, FileTooLarge, FormatUnsupported, NoTextFound, ReadError
from index.read import Document, read_bytes
from index.read.legacy import _is_syllable
from index.read.number_format import shown
from index.read.old_cells import Mender
from index.read.sheet_rows import Findings

LINE = Side(style="thin")


def book(fill: Callable[[Any], None], *, name: str = "Biểu 1") -> bytes:
    """A workbook with one sheet."""
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.title = name
    fill(sheet)
    return saved(workbook)


def saved(workbook: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def read(data: bytes, name: str = "bang.xlsx") -> Document:
    return check(read_bytes(data, name=name))


def crops(sheet: Any) -> None:
    """A table as statistics offices set it: title, unit in the corner, a header broken into lines by hand, parents and children."""
    sheet["A1"] = "1. Sản xuất nông nghiệp đến ngày 15 tháng 5 năm 2022"
    sheet["E3"] = "Nghìn ha"
    for place, text in {"C4": "Thực hiện", "D4": "Ước tính", "E4": "So với cùng kỳ (%)", "C5": "tháng 4", "D5": "tháng 5"}.items():
        sheet[place] = text
    sheet.merge_cells("E4:E5")
    lines = [("A", "Lúa đông xuân", 3006.8319, 0.995), ("B", "Miền Bắc", 1086.7, 0.9916), ("B", "Miền Nam", 1920.1, 0.997)]
    for number, (column, label, area, share) in enumerate(lines, 7):
        sheet[f"{column}{number}"] = label
        sheet[f"D{number}"] = area
        sheet[f"D{number}"].number_format = "#,##0.0"
        sheet[f"E{number}"] = share
        sheet[f"E{number}"].number_format = "0.0%"
    sheet["A10"] = "Ghi chú: số liệu sơ bộ, sẽ được cập nhật."


def test_a_row_carries_its_header_path_parent_caption_unit_and_sheet() -> None:
    document = read(book(crops))
    assert document.format == "xlsx"
    assert texts(document, "heading") == ["Biểu 1"]
    assert texts(document, "caption") == ["1. Sản xuất nông nghiệp đến ngày 15 tháng 5 năm 2022\nNghìn ha"]
    assert rows(document) == [
        [
            ("Lúa đông xuân", ""),
            ("", "Thực hiện tháng 4"),
            ("3.006,8", "Ước tính tháng 5 (Nghìn ha)"),
            ("99,5%", "So với cùng kỳ (%)"),
        ],
        [
            ("Miền Bắc", "– / Lúa đông xuân"),
            ("", "Thực hiện tháng 4"),
            ("1.086,7", "Ước tính tháng 5 (Nghìn ha)"),
            ("99,2%", "So với cùng kỳ (%)"),
        ],
        [
            ("Miền Nam", "– / Lúa đông xuân"),
            ("", "Thực hiện tháng 4"),
            ("1.920,1", "Ước tính tháng 5 (Nghìn ha)"),
            ("99,7%", "So với cùng kỳ (%)"),
        ],
    ]
    assert texts(document, "note") == ["Ghi chú: số liệu sơ bộ, sẽ được cập nhật."]


@pytest.mark.parametrize(
    ("value", "code", "vi", "en"),
    [
        (0.851, "0.0%", "85,1%", "85.1%"),
        (0.851, "0%", "85%", "85%"),
        (2022, "General", "2022", "2022"),
        (1721.5, "General", "1721,5", "1721.5"),
        (94.44444444444619, "General", "94,44444444", "94.44444444"),
        (1234567, "#,##0", "1.234.567", "1,234,567"),
        (2.675, "0.00", "2,68", "2.68"),
        (-0.04, "0.0", "0,0", "0.0"),
        (-5, "#,##0.0;\\-#,##0.0", "-5,0", "-5.0"),
        (-5, "#,##0_);(#,##0)", "(5)", "(5)"),
        (0, '#,##0;-#,##0;"-"', "-", "-"),
        (12345.678, '_(* #,##0.00_);_(* \\(#,##0.00\\);_(* "-"??_)', "12.345,68", "12,345.68"),
        (1234567, '#,##0.0,,"M"', "1,2M", "1.2M"),
        (1500000, '#,##0 "đồng"', "1.500.000 đồng", "1,500,000 đồng"),
        (1500000, "#,##0\\ [$₫-42A]", "1.500.000 ₫", "1,500,000 ₫"),
        (7, "000", "007", "007"),
        (1500, "[>=1000]#,##0;0.0", "1.500", "1,500"),
        (44713, "dd/mm/yyyy", "01/06/2022", "01/06/2022"),
        (44713, "m/d/yyyy", "2022-06-01", "2022-06-01"),
        (44713, "mmm-yy", "Tháng 6-22", "Jun-22"),
        (44713.75, "dd/mm/yyyy hh:mm", "01/06/2022 18:00", "01/06/2022 18:00"),
        (1.25, "[h]:mm", "30:00", "30:00"),
        (60, "dd/mm/yyyy", "28/02/1900", "28/02/1900"),
        (0.000012, "0.00E+00", "1,20E-05", "1.20E-05"),
    ],
)
def test_numbers_as_a_person_sees_them(value: float, code: str, vi: str, en: str) -> None:
    assert (shown(value, code, "vi"), shown(value, code, "en")) == (vi, en)


def test_the_marks_follow_the_workbook_s_language() -> None:
    def english(sheet: Any) -> None:
        sheet.append(["Indicator", "Households", "Share"])
        sheet.append(["Households that use clean water", 1234.5, 0.851])
        sheet["B2"].number_format, sheet["C2"].number_format = "#,##0.0", "0.0%"

    assert rows(read(book(english)))[0][1:] == [("1,234.5", "Households"), ("85.1%", "Share")]


def test_dates_booleans_errors_and_formulas() -> None:
    def fill(sheet: Any) -> None:
        sheet.append(["Thôn", "Ngày", "Đạt chuẩn", "Số hộ", "Tổng", "Lỗi"])
        sheet.append(["Đông", date(2022, 6, 1), True, 120, "=D2*2", "#DIV/0!"])
        sheet["B2"].number_format = "dd/mm/yyyy"
        sheet["F2"].data_type = "e"

    document = read(book(fill))
    assert [cell for cell, _ in rows(document)[0]] == ["Đông", "01/06/2022", "TRUE", "120", "", "#DIV/0!"]
    assert any("1 formulas hold no stored result" in note for note in document.notes)


def cached(data: bytes, formula: str, value: str) -> bytes:
    """The workbook with a result stored beside a formula, as Excel writes it."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        part = archive.read("xl/worksheets/sheet1.xml").decode()
    old = f"<f>{formula}</f><v></v>" if f"<f>{formula}</f><v></v>" in part else f"<f>{formula}</f><v />"
    assert old in part
    return with_part(data, "xl/worksheets/sheet1.xml", part.replace(old, f"<f>{formula}</f><v>{value}</v>").encode())


def test_a_formula_shows_the_result_its_program_stored_and_is_never_computed() -> None:
    def fill(sheet: Any) -> None:
        sheet.append(["Thôn", "Số hộ", "Gấp đôi"])
        sheet.append(["Đông", 120, "=B2*2"])

    document = read(cached(book(fill), "B2*2", "999"))
    assert rows(document)[0] == [("Đông", "Thôn"), ("120", "Số hộ"), ("999", "Gấp đôi")]
    assert document.notes == ()


def test_merged_headers_over_two_rows_and_labels_over_several_rows() -> None:
    def fill(sheet: Any) -> None:
        for row in (
            ["STT", "Chỉ tiêu", "Năm 2022", None, "Năm 2023", None],
            [None, None, "Kế hoạch", "Thực hiện", "Kế hoạch", "Thực hiện"],
            ["I", "Kinh tế", None, None, None, None],
            [1, "Thu ngân sách", 10, 11, 12, 13],
            [None, "Trong đó: thuế", 5, 6, 7, 8],
            ["II", "Xã hội", None, None, None, None],
            [1, "Hộ nghèo", 3, 2, 1, 0],
        ):
            sheet.append(row)
        for area in ("A1:A2", "B1:B2", "C1:D1", "E1:F1"):
            sheet.merge_cells(area)

    found = rows(read(book(fill)))
    header = ["Năm 2022 / Kế hoạch", "Năm 2022 / Thực hiện", "Năm 2023 / Kế hoạch", "Năm 2023 / Thực hiện"]
    assert found[1] == [("1", "STT / Kinh tế"), ("Thu ngân sách", "Chỉ tiêu"), *zip(["10", "11", "12", "13"], header, strict=True)]
    assert found[2][0] == ("", "STT / Kinh tế / Thu ngân sách")
    assert found[4][:2] == [("1", "STT / Xã hội"), ("Hộ nghèo", "Chỉ tiêu")]


def test_a_label_merged_down_stands_in_each_of_its_rows() -> None:
    def fill(sheet: Any) -> None:
        for row in (["Huyện", "Xã", "Số hộ"], ["Hải Hậu", "A", 10], [None, "B", 20], ["Giao Thủy", "C", 30]):
            sheet.append(row)
        sheet.merge_cells("A2:A3")

    assert [[cell for cell, _ in row] for row in rows(read(book(fill)))] == [
        ["Hải Hậu", "A", "10"],
        ["Hải Hậu", "B", "20"],
        ["Giao Thủy", "C", "30"],
    ]


def test_lines_drawn_below_a_label_part_it_from_what_stands_under_it() -> None:
    def fill(sheet: Any) -> None:
        for place, text in {"B2": "Năm 2022", "B3": "Kế", "C3": "Thực", "B4": "hoạch", "C4": "hiện"}.items():
            sheet[place] = text
        sheet["B2"].border = sheet["C2"].border = Border(top=LINE, bottom=LINE)
        sheet["A5"], sheet["B5"], sheet["C5"] = "Hộ nghèo", 3, 2

    assert rows(read(book(fill))) == [[("Hộ nghèo", ""), ("3", "Năm 2022 / Kế hoạch"), ("2", "Năm 2022 / Thực hiện")]]


def test_several_tables_on_a_sheet_each_under_its_own_title() -> None:
    def fill(sheet: Any) -> None:
        sheet["A1"], sheet["A2"], sheet["B2"] = "Bảng 1. Dân số", "Thôn", "Người"
        sheet["A3"], sheet["B3"], sheet["A4"], sheet["B4"] = "Đông", 100, "Tây", 200
        sheet["A6"], sheet["A7"], sheet["B7"], sheet["C7"] = "Bảng 2. Diện tích", "Thôn", "Lúa (ha)", "Màu (ha)"
        sheet["A8"], sheet["B8"], sheet["C8"] = "Đông", 10, 20
        sheet["A10"] = "Nguồn: UBND xã"

    document = read(book(fill))
    assert texts(document, "caption") == ["Bảng 1. Dân số", "Bảng 2. Diện tích"]
    assert [block.table for block in document.blocks if block.kind == "table_row"] == [1, 1, 2]
    assert rows(document)[-1] == [("Đông", "Thôn"), ("10", "Lúa (ha)"), ("20", "Màu (ha)")]
    assert texts(document)[-1] == "Nguồn: UBND xã"


def test_a_table_goes_on_under_the_group_it_was_broken_off_in() -> None:
    def fill(sheet: Any) -> None:
        sheet.append(["Biểu 1. Công nghiệp"])
        sheet.append([None, "Tháng 1", "Tháng 2"])
        sheet.append(["A. Địa phương"])
        sheet.append(["Hà Nội", 1, 2])
        sheet.append(["Biểu 1. (Tiếp theo) Công nghiệp"])
        sheet.append([None, "Tháng 1", "Tháng 2"])
        sheet.append(["Hải Phòng", 3, 4])

    document = read(book(fill))
    assert texts(document, "caption") == ["Biểu 1. Công nghiệp", "Biểu 1. (Tiếp theo) Công nghiệp"]
    assert rows(document)[-1] == [("Hải Phòng", "– / A. Địa phương"), ("3", "Tháng 1"), ("4", "Tháng 2")]


def test_groups_units_given_for_a_group_and_ditto_marks() -> None:
    def fill(sheet: Any) -> None:
        for place, text in {
            "C1": "Khối lượng",
            "A3": "A. Hành khách",
            "C3": "Nghìn HK",
            "A6": "B. Hàng hoá",
            "C6": "Nghìn tấn",
        }.items():
            sheet[place] = text
        for number, label, value in ((4, "Đường sắt", 780), (5, "Đường biển", 69), (7, "Đường sắt", 540)):
            sheet[f"A{number}"], sheet[f"C{number}"] = label, value
        sheet["B1"] = "Đơn vị"
        sheet["B4"], sheet["B5"] = "Tấn", '"'

    found = rows(read(book(fill)))
    assert found[1] == [("Đường sắt", "– / A. Hành khách"), ("Tấn", "Đơn vị"), ("780", "Khối lượng (Nghìn HK)")]
    assert found[2] == [("Đường biển", "– / A. Hành khách"), ('"', "Đơn vị / Tấn"), ("69", "Khối lượng (Nghìn HK)")]
    assert found[4] == [("Đường sắt", "– / B. Hàng hoá"), ("", "Đơn vị"), ("540", "Khối lượng (Nghìn tấn)")]


def test_children_by_indent_and_totals_marked() -> None:
    def fill(sheet: Any) -> None:
        sheet.append(["Địa phương", "Số hộ"])
        for label, value, indent in (("Tổng số", 30, 0), ("Hải Hậu", 30, 0), ("Xã A", 10, 1), ("Xã B", 20, 1)):
            sheet.append([label, value])
            sheet.cell(sheet.max_row, 1).alignment = Alignment(indent=indent)

    document = read(book(fill))
    assert [row[0] for row in rows(document)] == [
        ("Tổng số", "Địa phương"),
        ("Hải Hậu", "Địa phương"),
        ("Xã A", "Địa phương / Hải Hậu"),
        ("Xã B", "Địa phương / Hải Hậu"),
    ]
    assert next(block.sums for block in document.blocks if block.kind == "table_row") == "total"


def test_letterhead_title_and_prose_are_no_table() -> None:
    def fill(sheet: Any) -> None:
        sheet["A1"], sheet["D1"] = "UBND XÃ HẢI ĐÔNG", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
        sheet["D2"] = "Độc lập - Tự do - Hạnh phúc"
        sheet["A4"] = "BÁO CÁO TÌNH HÌNH KINH TẾ NĂM 2022"
        sheet["D5"] = "Đơn vị tính: triệu đồng"
        for row in (["Chỉ tiêu", "Kế hoạch", "Thực hiện", "Tỷ lệ (%)"], ["Thu", 10, 11, 110], ["Chi", 8, 9, 112.5]):
            sheet.append(row)

    document = read(book(fill))
    assert texts(document, "title") == ["BÁO CÁO TÌNH HÌNH KINH TẾ NĂM 2022"]
    assert texts(document, "caption") == ["Đơn vị tính: triệu đồng"]
    assert rows(document)[1] == [
        ("Chi", "Chỉ tiêu"),
        ("8", "Kế hoạch (triệu đồng)"),
        ("9", "Thực hiện (triệu đồng)"),
        ("112,5", "Tỷ lệ (%)"),
    ]


def test_sheets_are_pages_hidden_ones_left_out_and_said_so() -> None:
    workbook = openpyxl.Workbook()
    for name, state in (("Biểu 2", "visible"), ("Nháp", "hidden"), ("Biểu 3", "visible")):
        sheet = workbook.create_sheet(name)
        sheet.sheet_state = state
        sheet.append(["Thôn", "Số hộ"])
        sheet.append([f"Đông {name}", 5])
    workbook["Biểu 3"].row_dimensions[2].hidden = True
    del workbook["Sheet"]
    document = read(saved(workbook))
    assert document.pages == 2
    assert [(block.page, document.text[block.start : block.end]) for block in document.blocks if block.kind == "heading"] == [
        (1, "Biểu 2"),
        (2, "Biểu 3"),
    ]
    assert "Đông Nháp" not in document.text
    assert "Đông Biểu 3" in document.text
    assert any("Nháp" in note for note in document.notes)
    assert any("Biểu 3" in note and "Hidden rows" in note for note in document.notes)


def test_the_content_decides_not_the_suffix() -> None:
    data = book(crops)
    assert read(data, "bang.xls").format == "xlsx"
    assert read("Thôn\tSố hộ\nĐông\t5\nTây\t6\n".encode(), "xuat.xls").format == "csv"
    with pytest.raises(FormatUnsupported, match="Excel binary"):
        read_bytes(zipped({"xl/workbook.bin": b"x"}), name="a.xlsx")


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9])
def test_truncated(share: float) -> None:
    data = book(crops)
    with pytest.raises((FileDamaged, NoTextFound)):
        read_bytes(data[: int(len(data) * share)], name="a.xlsx")


def test_entity_bombs_external_entities_and_zip_bombs() -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]><worksheet><sheetData>&b;</sheetData></worksheet>'
    outside = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><worksheet><sheetData>&a;</sheetData></worksheet>'
    for part in (bomb, outside):
        with pytest.raises(FileDamaged, match="document type"):
            read_bytes(with_part(book(crops), "xl/worksheets/sheet1.xml", part.encode()), name="a.xlsx")
    with pytest.raises(FileTooLarge):
        read_bytes(with_part(book(crops), "xl/worksheets/sheet1.xml", b" " * 30_000_000), name="a.xlsx")


@pytest.mark.parametrize(
    "part",
    [
        '<worksheet><sheetData><row r="1"><c r="ZZZZZZZ99999999999" t="s"><v>999999</v></c></row></sheetData></worksheet>',
        '<worksheet><sheetData><row r="x"><c r="!!" s="-4"><v>1e999</v></c><c><v>abc</v></c></row></sheetData></worksheet>',
        '<worksheet><sheetData><row><c t="inlineStr"><is><t>chữ</t></is></c></row></sheetData>'
        '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells></worksheet>',
        '<x:worksheet xmlns:x="a"><x:sheetData><x:row r="1"><x:c r="A1" t="str"><x:v>chữ</x:v></x:c></x:row>'
        "</x:sheetData></x:worksheet>",
    ],
)
def test_odd_sheets_are_read_or_named(part: str) -> None:
    data = with_part(book(crops), "xl/worksheets/sheet1.xml", part.encode())
    try:
        document = read(data)
    except ReadError as error:
        assert error.fields["file"] == "bang.xlsx"  # noqa: PT017
    else:
        assert "chữ" in document.text or "abc" in document.text


def test_a_password_is_said_so() -> None:
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(600)
    with pytest.raises(FileEncrypted):
        read_bytes(ole, name="a.xlsx")


def test_rich_text_phonetic_signs_and_escapes() -> None:
    strings = (
        '<sst><si><r><t>Xã </t></r><r><rPr><b/></rPr><t>Đông</t></r><rPh sb="0" eb="1"><t>BỎ</t></rPh></si>'
        "<si><t>một_x000D_hai</t></si></sst>"
    )
    cells = "".join(f'<row r="{at + 1}"><c r="A{at + 1}" t="s"><v>{at}</v></c></row>' for at in range(2))
    sheet = f"<worksheet><sheetData>{cells}</sheetData></worksheet>"
    data = with_part(book(crops), "xl/worksheets/sheet1.xml", sheet.encode())
    assert texts(read(with_part(data, "xl/sharedStrings.xml", strings.encode())), "paragraph") == ["Xã Đông", "một hai"]


# Old encodings


def tcvn3(text: str) -> str:
    """The text as a program shows it that takes TCVN3 for the Western code page."""
    from index.read.legacy import reading

    back = {reading("tcvn3", bytes([code])): chr(code) for code in range(0x80, 0x100)}
    return "".join(back.get(letter, letter) for letter in text)


@pytest.mark.parametrize(
    ("text", "font", "expected"),
    [
        (tcvn3("Báo cáo tình hình"), ".VnTime", "Báo cáo tình hình"),
        (tcvn3("báo cáo"), ".VnTimeH", "BÁO CÁO"),
        (tcvn3("Ngô"), ".VnArial", "Ngô"),
        ("Báo cáo tình hình kinh tế", ".VnTime", "Báo cáo tình hình kinh tế"),
        (tcvn3("Nghìn") + " tấn", ".VnTime", "Nghìn tấn"),
        ("Hà Nội", "Arial", "Hà Nội"),
        ("Société générale", "Arial", "Société générale"),
        ("Toång soá hoä ngheøo", "VNI-Times", "Tổng số hộ nghèo"),
        ("1.234", ".VnTime", "1.234"),
        ("5 km², 30 °C ± 2", "Arial", "5 km², 30 °C ± 2"),
    ],
)
def test_cells_in_old_encodings_by_evidence(text: str, font: str, expected: str) -> None:
    assert Mender("Tổng số hộ", Findings())(text, font) == expected


def test_mixed_cells_and_what_cannot_be_decoded() -> None:
    def fill(sheet: Any) -> None:
        sheet.append([tcvn3("Chỉ tiêu"), "Thực hiện"])
        sheet.append([tcvn3("Tổng sản lượng lúa"), 5])
        sheet.append(["Diện tích gieo trồng", 6])
        sheet.append(["\ue000x\ue001y \ue002z\ue003 \ue004k\ue005", 7])
        for number in (1, 2, 4):
            sheet.cell(number, 1).font = Font(name=".VnTime")

    document = read(book(fill))
    assert [row[0] for row in rows(document)] == [
        ("Tổng sản lượng lúa", "Chỉ tiêu"),
        ("Diện tích gieo trồng", "Chỉ tiêu"),
        ("", "Chỉ tiêu"),
    ]
    assert any("TCVN3" in note for note in document.notes)
    assert any("1 cells hold letters of an unknown encoding" in note for note in document.notes)


# .xls


@pytest.fixture(scope="module")
def old_excel(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        pytest.skip("LibreOffice is not installed: it makes the .xls file of this test")
    folder = tmp_path_factory.mktemp("xls")
    (folder / "a.xlsx").write_bytes(book(crops))
    subprocess.run(
        [
            program,
            f"-env:UserInstallation=file://{folder}/profile",
            "--headless",
            "--convert-to",
            "xls",
            "--outdir",
            folder,
            folder / "a.xlsx",
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )
    return (folder / "a.xls").read_bytes()


def test_xls_reads_as_its_xlsx_twin(old_excel: bytes) -> None:
    old, new = read(old_excel, "a.xls"), read(book(crops))
    assert old.format == "xls"
    assert texts(old) == texts(new)
    assert rows(old) == rows(new)
    for share in (0.3, 0.7):
        with pytest.raises(ReadError):
            read_bytes(old_excel[: int(len(old_excel) * share)], name="a.xls")


# Size


def test_large_sheets_are_read_row_by_row() -> None:
    workbook = openpyxl.Workbook(write_only=True)
    sheet = workbook.create_sheet("Hộ")
    sheet.append(["Họ tên", "Thu nhập", "Chi tiêu"])
    for number in range(6000):
        sheet.append([f"Nguyễn Văn {number}", number * 1000, number * 0.5])
    data = saved(workbook)
    tracemalloc.start()
    document = read_bytes(data, name="a.xlsx")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(rows(document)) == 6000
    assert peak < 600 * 18_000  # bytes a cell; openpyxl's own need several thousand a row
    assert rows(document)[-1] == [("Nguyễn Văn 5999", "Họ tên"), ("5999000", "Thu nhập"), ("2999,5", "Chi tiêu")]


def test_more_cells_than_can_be_kept_are_said_so(monkeypatch: pytest.MonkeyPatch) -> None:
    from index.read import workbook

    monkeypatch.setattr(workbook, "MOST_CELLS", 8)
    document = read(book(crops))
    assert "Miền Nam" not in document.text
    assert any("last rows were not read, on: Biểu 1" in note for note in document.notes)


# Real workbooks


@pytest.fixture(scope="module")
def real(shared: Path) -> list[tuple[dict[str, str], Document]]:
    folder = shared / "reports" / "gso_monthly"
    if not folder.is_dir():
        pytest.skip("the statistics office's workbooks are not in REPORTS_SHARED")
    with (shared / "reports" / "gso_monthly_manifest.csv").open(encoding="utf-8") as file:
        listed = list(csv.DictReader(file))
    return [(entry, read_bytes((folder / entry["file"]).read_bytes(), name=entry["file"])) for entry in listed]


@pytest.mark.data
def test_every_real_workbook_opens_with_rows_under_headers(real: list[tuple[dict[str, str], Document]]) -> None:
    assert len(real) == 97
    for entry, document in real:
        found = rows(document)
        headed = sum(1 for row in found for cell, header in row[1:] if cell and header)
        filled = sum(1 for row in found for cell, _ in row[1:] if cell)
        assert headed > 0.96 * filled, entry["file"]


@pytest.mark.data
def test_old_encodings_of_real_workbooks_give_syllables(real: list[tuple[dict[str, str], Document]]) -> None:
    """Words with a letter beyond ASCII. Abbreviations ("ĐTNN") are no syllables in any encoding, so they tell nothing of how the
    letters were read; they hold plain capitals and Đ alone, so a misread word ("TØNH") never passes for one."""
    good = total = 0
    for entry, document in real:
        if entry["encoding"] in ("tcvn3", "mixed"):
            words = [word for word in re.findall(r"[^\W\d_]+", document.text) if not word.isascii() and len(word) > 1]
            words = [word for word in words if not re.fullmatch("[A-ZĐ]{2,5}", word) or _is_syllable(word)]
            right = sum(map(_is_syllable, words))
            assert right >= 0.99 * len(words), entry["file"]
            good, total = good + right, total + len(words)
    assert good >= 0.997 * total
