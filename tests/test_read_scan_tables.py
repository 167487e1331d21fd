"""Tables without drawn lines on scans: OCR reads them column by column; figures land in their row, under their column."""

from __future__ import annotations

import io
import itertools

import pytest
from PIL import Image, ImageDraw, ImageFont
from read_files import check, pdf, rows, texts

from index.read import Document, ocr, read_bytes
from index.read.layout import page_blocks
from index.read.ocr import OcrWord
from index.read.scan_lines import scanned_page

Drawn = list[tuple[float, float, str, str]]  # inches from the left and the top, text, "ls" for its left end there, "rs" its right

needs_tesseract = pytest.mark.skipif(
    ocr.find_tesseract() is None,
    reason="tesseract with Vietnamese letters is not installed (apt-get install tesseract-ocr tesseract-ocr-vie)",
)

PLACES = ["Hà Nội", "Hải Phòng", "Quảng Ninh", "Bắc Giang", "Thái Bình", "Nam Định", "Thanh Hóa", "Nghệ An", "Đà Nẵng", "Phú Yên"]
COLUMNS = ["Dân số", "Số hộ", "Hộ nghèo", "Lao động"]
FIGURES = [[f"{2 + row}.{(137 * (4 * row + at + 1)) % 900 + 100}" for at in range(4)] for row in range(len(PLACES))]
TEXT = [
    "Trong năm qua, nhân dân các thôn đã",
    "đóng góp nhiều ngày công để làm",
    "đường, sửa cầu và nạo vét kênh",
    "mương. Ủy ban nhân dân xã đã chỉ",
    "đạo các ngành tập trung chăm lo đời",
    "sống người có công và hộ nghèo, trong",
    "đó tặng quà cho 62 gia đình chính",
    "sách. Công tác y tế, giáo dục được",
    "quan tâm đúng mức; trạm y tế duy",
    "trì chế độ trực và khám chữa bệnh",
    "ban đầu cho nhân dân. An ninh trật",
    "tự trên địa bàn được giữ vững, không",
]


def drawn(items: Drawn, dpi: int, degrees: float = 0.0) -> bytes:
    """The upper part of a page of A4."""
    try:
        letters = ImageFont.truetype("DejaVuSerif.ttf", 11 * dpi / 72)
    except OSError:
        pytest.skip("the font DejaVu Serif is not installed (apt-get install fonts-dejavu-core)")
    page = Image.new("L", (round(8.27 * dpi), round(7 * dpi)), 255)
    pen = ImageDraw.Draw(page)
    for x, y, text, anchor in items:
        pen.text((x * dpi, y * dpi), text, font=letters, fill=0, anchor=anchor)
    out = io.BytesIO()
    page.rotate(degrees, fillcolor=255, resample=Image.Resampling.BICUBIC).save(out, "PNG", dpi=(dpi, dpi))
    return out.getvalue()


def table() -> Drawn:
    items: Drawn = [(1, 1, "Các tỉnh báo cáo số liệu như sau.", "ls"), (1, 1.4, "Bảng 1. Dân số và lao động", "ls")]
    ends = [3.7, 4.9, 6.1, 7.3]
    items += [(x, 1.9, text, "rs") for x, text in zip(ends, COLUMNS, strict=True)]
    for at, (place, figures) in enumerate(zip(PLACES, FIGURES, strict=True)):
        y = 2.2 + 0.27 * at
        items += [(1, y, place, "ls"), *((x, y, text, "rs") for x, text in zip(ends, figures, strict=True))]
    return [*items, (1, 5.4, "Nguồn: Chi cục Thống kê.", "ls")]


@needs_tesseract
@pytest.mark.parametrize(("dpi", "degrees"), [(300, 0.0), (300, 0.7), (150, -0.8)])
def test_figures_of_a_table_without_lines_stand_in_their_row_and_column(dpi: int, degrees: float) -> None:
    document = check(read_bytes(drawn(table(), dpi, degrees), name="quet.png"))
    places = {
        figure: (place, column)
        for place, figures in zip(PLACES, FIGURES, strict=True)
        for figure, column in zip(figures, COLUMNS, strict=True)
    }
    assert len(places) == 40
    seen = {cell: (row[0][0], header) for row in rows(document) for cell, header in row[1:]}
    right = [figure for figure, place in places.items() if seen.get(figure) == place]
    moved = [figure for figure in seen if figure in places and figure not in right]
    assert not moved
    assert len(right) >= 0.75 * len(places), document.text  # the rest are misread figures, which this test is not about
    assert all(len(row) == 1 + len(COLUMNS) for row in rows(document))
    assert len(rows(document)) == len(PLACES)
    assert texts(document, "caption") == ["Bảng 1. Dân số và lao động"]
    assert document.text.endswith("Nguồn: Chi cục Thống kê.")


@needs_tesseract
@pytest.mark.parametrize("lower", [0.0, 0.1])
def test_two_columns_of_prose_on_a_scan_are_no_table(lower: float) -> None:
    """`lower`: inches that the right column stands lower."""
    items: Drawn = [(1, 1 + 0.24 * at, line, "ls") for at, line in enumerate(TEXT)]
    items += [(4.6, 1 + lower + 0.24 * at, line, "ls") for at, line in enumerate(reversed(TEXT))]
    document = check(read_bytes(drawn(items, 200), name="quet.png"))
    assert rows(document) == []
    assert "Trong năm qua, nhân dân các thôn đã đóng góp nhiều ngày công để làm đường, sửa cầu" in document.text


def words(items: Drawn, blocks: list[int]) -> list[OcrWord]:
    """As OCR hands them over at 100 dots an inch, each text a line of its own in its block."""
    made = []
    for at, ((x, y, text, anchor), block) in enumerate(zip(items, blocks, strict=True)):
        left = 100 * x - (7 * len(text) if anchor == "rs" else 0)
        for word, before in zip(
            text.split(), itertools.accumulate((len(word) + 1 for word in text.split()), initial=0), strict=False
        ):
            made.append(OcrWord(word, round(left + 7 * before), round(100 * y) - 10, 7 * len(word), 10, 0.95, (block, 1, at)))
    return made


def read(items: Drawn, blocks: list[int]) -> list[str]:
    page = scanned_page(1, words(items, blocks), [], height=1100, dpi=100)
    return [block.text or " | ".join(block.cells) for block in page_blocks([page])]


def test_columns_read_as_blocks_become_rows_and_what_stands_round_them_stays_round() -> None:
    labels: Drawn = [
        (1, 2 + 0.25 * at, text, "ls") for at, text in enumerate(["A. Kinh tế", "Lúa (tấn)", "Ngô (tấn)", "Lạc (tấn)"])
    ]
    first: Drawn = [(4, 1.75, "Năm 2021", "rs"), (4, 2.25, "310", "rs"), (4, 2.5, "120", "rs"), (4, 2.75, "45", "rs")]
    second: Drawn = [(6, 1.5, "Đơn vị: tấn", "rs"), (6, 1.75, "Năm 2022", "rs"), (6, 2.25, "333", "rs"), (6, 2.75, "46", "rs")]
    around: Drawn = [(1, 1.2, "Bảng 3. Sản lượng", "ls"), (1, 3.2, "Ghi chú: ước tính.", "ls")]
    made = read([around[0], *labels, around[1], *first, *second], [1, 2, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4])
    assert "\n".join(made).splitlines() == [
        "Bảng 3. Sản lượng", "Đơn vị: tấn", " | Năm 2021 | Năm 2022", "A. Kinh tế",
        "Lúa (tấn) | 310 | 333", "Ngô (tấn) | 120", "Lạc (tấn) | 45 | 46", "Ghi chú: ước tính.",
    ]  # fmt: skip


def test_text_beside_a_table_is_no_part_of_it() -> None:
    prose: Drawn = [(0.5, 1.5 + 0.25 * at, line, "ls") for at, line in enumerate(TEXT[:6])]
    right: Drawn = [(4.5, 1.75 + 0.25 * at, text, "ls") for at, text in enumerate(["Đông", "Tây", "Nam"])]
    values: Drawn = [(6.5, 1.75 + 0.25 * at, text, "rs") for at, text in enumerate(["12", "34", "27"])]
    made = read([*prose, *right, *values], [1] * 6 + [2] * 3 + [3] * 3)
    assert made == [" ".join(TEXT[:6]), "Đông | 12", "Tây | 34", "Nam | 27"]


def test_a_head_between_two_columns_is_over_both_and_no_line_of_the_lower_one() -> None:
    def page(step: float) -> Document:
        top: list[tuple[float, float, str]] = [(265, 700, "Nam nu"), (465, 700, "Ca xa")]
        below = [(200, 700 - step, "Nam"), (290, 700 - step, "Nu gioi"), (400, 700 - step, "Nam"), (490, 700 - step, "Nu gioi")]
        body = [
            (x, 660 - 20 * row, text)
            for row, name in enumerate(["Dong", "Tay", "Bac"])
            for x, text in [(50, name), (200, f"{row}01"), (300, f"{row}02"), (400, f"{row}03"), (500, f"{row}04")]
        ]
        return check(read_bytes(pdf([[*top, *below, *body]]), name="a.pdf"))

    for step in (18.0, 15.0):
        assert [header for _, header in rows(page(step))[0]][1:] == [
            "Nam nu / Nam", "Nam nu / Nu gioi", "Ca xa / Nam", "Ca xa / Nu gioi"
        ]  # fmt: skip
