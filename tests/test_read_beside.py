"""Tables side by side on one sheet: each with its own labels, header, caption and unit. One table with empty columns stays one."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

import openpyxl
import pytest
from openpyxl.styles import Border, Side
from read_files import check, rows, texts

from index.read import Document, read_bytes
from index.read.beside import HELD

Value = str | float | None
Lines = Sequence[Sequence[Value]]
_ = None


def xlsx(lines: Lines, merged: Sequence[str] = (), boxed: Sequence[str] = ()) -> Document:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    for line in lines:
        sheet.append(list(line))
    for place in merged:
        sheet.merge_cells(place)
    side = Side(style="thin")
    for place in boxed:
        for line in sheet[place]:
            for cell in line:
                cell.border = Border(side, side, side, side)
    out = io.BytesIO()
    workbook.save(out)
    return check(read_bytes(out.getvalue(), name="bang.xlsx"))


def as_csv(lines: Lines) -> Document:
    out = io.StringIO()
    csv.writer(out).writerows([["" if cell is None else str(cell) for cell in line] for line in lines])
    return check(read_bytes(out.getvalue().encode(), name="bang.csv"))


def tables(document: Document) -> dict[int, list[list[tuple[str, str]]]]:
    """Table number -> its data rows as (cell, header)."""
    found: dict[int, list[list[tuple[str, str]]]] = {}
    for block, row in zip((b for b in document.blocks if b.kind == "table_row"), rows(document), strict=True):
        found.setdefault(block.table, []).append(row)
    return found


def labels(document: Document) -> list[list[str]]:
    """The first cell of every row, table by table."""
    return [[next(cell for cell, _ in row if cell) for row in table] for table in tables(document).values()]


PAIR: Lines = [
    ["Bảng 1. Số hộ theo thôn", _, _, _, "Bảng 2. Diện tích cây trồng"],
    [_, "Đơn vị: hộ", _, _, _, "Đơn vị: ha"],
    ["Thôn", "Năm 2021", "Năm 2022", _, "Cây trồng", "Năm 2021", "Năm 2022"],
    ["Đông", 120, 125, _, "Lúa", 35.5, 36.5],
    ["Tây", 98, 99, _, "Ngô", 12.5, 11.5],
    ["Nam", 77, 78, _, "Lạc", 4.5, 5.5],
    ["Bắc", 65, 66],
    ["Ghi chú: số liệu đến tháng 12."],
]


@pytest.mark.parametrize("read", [xlsx, as_csv])
def test_two_tables_beside_each_other_have_their_own_rows_header_and_caption(read: object) -> None:
    document = read(PAIR)  # type: ignore[operator]
    assert labels(document) == [["Đông", "Tây", "Nam", "Bắc"], ["Lúa", "Ngô", "Lạc"]]
    left, right = tables(document).values()
    shown = "36.5" if read is as_csv else "36,5"
    assert [cell for cell, _ in right[0]] == ["Lúa", right[0][1][0], shown]
    assert "Năm 2022" in right[0][2][1]
    assert "Cây trồng" in right[0][0][1]
    assert "Thôn" in left[0][0][1]
    captions = texts(document, "caption")
    assert any("Bảng 1" in caption and "Bảng 2" not in caption for caption in captions)
    assert any("Bảng 2" in caption and "Bảng 1" not in caption for caption in captions)
    assert document.text.index("Bảng 1") < document.text.index("Đông |") < document.text.index("Bảng 2")
    assert document.text.index("Bảng 2") < document.text.index("Lúa |")
    assert texts(document).count("Ghi chú: số liệu đến tháng 12.") == 1


def test_the_unit_above_each_is_its_own() -> None:
    left, right = tables(xlsx(PAIR)).values()
    assert [header for _, header in left[0]] == ["Thôn", "Năm 2021 (hộ)", "Năm 2022 (hộ)"]
    assert [header for _, header in right[0]] == ["Cây trồng", "Năm 2021 (ha)", "Năm 2022 (ha)"]


def test_a_title_over_both_is_the_caption_of_both() -> None:
    lines: Lines = [
        ["Biểu 5. Dân số và lao động năm 2022"],
        ["Thôn", "Dân số (người)", _, "Ngành", "Lao động (người)"],
        ["Đông", 410, _, "Nông nghiệp", 300],
        ["Tây", 395, _, "Xây dựng", 120],
        ["Nam", 280, _, "Dịch vụ", 95],
    ]
    for merged in ((), ("A1:E1",)):
        document = xlsx(lines, merged)
        assert labels(document) == [["Đông", "Tây", "Nam"], ["Nông nghiệp", "Xây dựng", "Dịch vụ"]]
        assert texts(document, "caption") == ["Biểu 5. Dân số và lao động năm 2022"] * 2
        assert rows(document)[-1] == [("Dịch vụ", "Ngành"), ("95", "Lao động (người)")]


def test_three_tables_and_one_below_all() -> None:
    lines: Lines = [
        ["Thôn", "Số hộ", _, "Cây", "Ha", _, "Vật nuôi", "Con"],
        ["Đông", 120, _, "Lúa", 35.5, _, "Trâu", 61],
        ["Tây", 98, _, "Ngô", 12.5, _, "Bò", 217],
        ["Nam", 77, _, "Lạc", 4.5],
        [],
        ["Bảng 4. Thu ngân sách (triệu đồng)"],
        ["Khoản thu", "Quý I", "Quý II", "Quý III", "Quý IV", "Cả năm"],
        ["Phí", 10, 11, 12, 13, 46],
        ["Thuế", 20, 21, 22, 23, 86],
    ]
    document = xlsx(lines)
    assert labels(document) == [["Đông", "Tây", "Nam"], ["Lúa", "Ngô", "Lạc"], ["Trâu", "Bò"], ["Phí", "Thuế"]]
    assert texts(document, "caption")[-1] == "Bảng 4. Thu ngân sách (triệu đồng)"
    assert rows(document)[-1][-1] == ("86", "Cả năm")


def test_halves_with_the_header_repeated_and_no_empty_column() -> None:
    lines: Lines = [
        ["Danh sách hộ nghèo theo thôn"],
        ["TT", "Thôn", "Số hộ", "TT", "Thôn", "Số hộ"],
        [1, "Đông", 12, 4, "Thượng", 9],
        [2, "Tây", 8, 5, "Trung", 14],
        [3, "Nam", 7, 6, "Hạ", 3],
    ]
    document = xlsx(lines)
    assert [[row[1][0] for row in table] for table in tables(document).values()] == [
        ["Đông", "Tây", "Nam"],
        ["Thượng", "Trung", "Hạ"],
    ]
    assert rows(document)[-1] == [("6", "TT"), ("Hạ", "Thôn"), ("3", "Số hộ")]


def test_a_box_round_each_and_none_between() -> None:
    lines: Lines = [
        [_, "2021", "2022", _, _, "Quý I", "Quý II"],
        ["Trâu", 61, 60, _, "Lúa", 5, 7],
        ["Bò", 217, 220, _, "Ngô", 3, 4],
    ]
    assert labels(xlsx(lines, boxed=("A1:C3", "E1:G3"))) == [["Trâu", "Bò"], ["Lúa", "Ngô"]]
    assert labels(xlsx(lines, boxed=("A1:G3",))) == [["Trâu", "Bò"]]


def test_a_table_that_begins_beside_the_end_of_another() -> None:
    lines: Lines = [
        ["ỦY BAN NHÂN DÂN XÃ TÂN LẬP", _, _, _, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"],
        ["Biểu 1. Dân số"],
        ["Thôn", "Số hộ", "Nhân khẩu"],
        ["Tổng số", 218, 880],
        ["Đông", 120, 480, _, "Biểu 2. Trường học"],
        ["Tây", 98, 400, _, "Cấp học", "Số trường", "Học sinh"],
        [_, _, _, _, "A. Công lập"],
        [_, _, _, _, "Mầm non", 2, 150],
        [_, _, _, _, "Tiểu học", 1, 310],
        [_, _, _, _, "Nguồn: Phòng Giáo dục"],
    ]
    document = xlsx(lines)
    assert labels(document)[0] == ["Tổng số", "Đông", "Tây"]
    assert texts(document, "caption") == ["Biểu 1. Dân số", "Biểu 2. Trường học"]
    assert rows(document)[-1] == [("Tiểu học", "Cấp học / A. Công lập"), ("1", "Số trường"), ("310", "Học sinh")]
    assert texts(document, "note") == ["Nguồn: Phòng Giáo dục"]


def test_tables_longer_than_the_rows_looked_at() -> None:
    lines: Lines = [["Thôn", "Số hộ", _, "Cây", "Ha"], *([f"Thôn {n}", n, _, f"Cây {n}", 2 * n] for n in range(1, HELD + 200))]
    left, right = tables(xlsx(lines)).values()
    assert len(left) == len(right) == HELD + 199
    assert right[-1] == [(f"Cây {HELD + 199}", "Cây"), (str(2 * HELD + 398), "Ha")]


def test_a_sheet_made_to_cost_time_is_read() -> None:
    wide: list[Value] = [cell for n in range(2_000) for cell in (f"Thôn {n}", n, _)]
    assert len(tables(xlsx([wide, wide, wide]))) >= 1
    many: list[list[Value]] = []
    for n in range(300):
        many += [["Bảng 1. Hộ", _, _, "Bảng 2. Cây"], [f"Đông {n}", n, _, "Lúa", 5], ["Tây", 9, _, "Ngô", 6], ["x"] * 5]
    assert len(tables(xlsx(many))) >= 1


ONE_TABLE: dict[str, Lines] = {
    "an empty column between groups of figures": [
        ["Tỉnh", "2021", "2022", _, "2021", "2022"],
        ["Hà Nội", 1, 2, _, 3, 4],
        ["Hải Phòng", 5, 6, _, 7, 8],
        ["Hà Nam", 5, 6],
    ],
    "labels in English at the right": [
        ["Bảng 1. Dân số", _, _, _, "Table 1. Population"],
        [_, "2021", "2022"],
        ["Thành thị", 10, 20, _, "Urban"],
        ["Nông thôn", 30, 40, _, "Rural"],
        ["Chung", 40, 60, _, "Total"],
    ],
    "the labels again at the right, before more years": [
        [_, "2021", "2022", _, _, "2023", "2024"],
        ["Hà Nội", 1, 2, _, "Ha Noi", 3, 4],
        ["Hải Phòng", 5, 6, _, "Hai Phong", 7, 8],
        ["Huế", 5, 6, _, "Hue", 7, 8],
    ],
    "a column of units": [
        ["Chỉ tiêu", "Kế hoạch", _, "Đơn vị tính", "Thực hiện"],
        ["Lúa", 5, _, "Tấn", 7],
        ["Điện", 6, _, "Kwh", 8],
        ["Thu ngân sách", 6, _, "Triệu đồng", 8],
    ],
    "a column of words that come back": [
        ["Dự án", "Vốn", _, "Loại", "Giá trị"],
        ["Đường", 5, _, "Xây mới", 7],
        ["Cầu", 6, _, "Sửa chữa", 8],
        ["Trường", 6, _, "Xây mới", 9],
        ["Trạm", 6, _, "Xây mới", 9],
    ],
    "words and figures by turns under one header, no empty column": [
        ["Dự án", "Vốn", "Nhà thầu", "Giá trị"],
        ["Đường", 5, "Công ty An", 7],
        ["Cầu", 6, "Công ty Bình", 8],
        ["Trường", 6, "Công ty Chi", 9],
    ],
    "a total that has no words at the right": [
        ["Dự án", "Vốn", _, "Nhà thầu", "Giá trị"],
        ["Tổng số", 17, _, _, 24],
        ["Đường", 5, _, "Công ty An", 7],
        ["Cầu", 6, _, "Công ty Bình", 8],
        ["Trường", 6, _, "Công ty Chi", 9],
    ],
}


@pytest.mark.parametrize("name", ONE_TABLE)
def test_one_table_stays_one(name: str) -> None:
    for document in (xlsx(ONE_TABLE[name]), as_csv(ONE_TABLE[name])):
        assert len(tables(document)) == 1, document.text
