"""Questions on tables as statistics offices write them: amounts beside values, columns that compare, totals, rows by country.

Through the whole path, from workbook to answer. The figures are invented.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from assistant import Assistant, load_assistant
from index import Library, load_settings

TRADE = (
    ("", "Sơ bộ tháng 11 năm 2024", "", "Sơ bộ 11 tháng năm 2024", "", "11 tháng năm 2024 so với cùng kỳ năm trước (%)", ""),
    ("", "Lượng", "Trị giá", "Lượng", "Trị giá", "Lượng", "Trị giá"),
    ("TỔNG TRỊ GIÁ", "", 31000, "", 352000, "", 114.1),
    ("Gạo", 701, 452, 8310, 5207, 110.4, 122.8),
    ("Cà phê", 61, 349, 1221, 4911, 85.2, 155.9),
    ("Dệt, may", "", 3062, "", 33712, "", 110.5),
)
PRICES = (
    ("", "Tháng 11 năm 2024 so với:", "", "", "Bình quân 11 tháng năm 2024"),
    ("", "Tháng 11 năm 2023", "Tháng 12 năm 2023", "Tháng 10 năm 2024", "so với cùng kỳ năm 2023"),
    ("CHỈ SỐ GIÁ TIÊU DÙNG", 102.71, 102.62, 100.19, 103.66),
    ("CHỈ SỐ GIÁ VÀNG", 138.11, 132.87, 102.31, 128.36),
)
CAPITAL = (
    ("", "Số dự án (Dự án)", "Vốn đăng ký cấp mới"),
    ("TỔNG SỐ", 3011, 17502.3),
    ("Xin-ga-po", 411, 5791.2),
    ("Nhật Bản", 241, 1702.8),
)
FIRMS = (
    ("", "Số DN (DN)", "Vốn đăng ký (Tỷ đồng)"),
    ("TỔNG SỐ", 147310, 1451200),
    ("Nông, lâm nghiệp và thủy sản", 1502, 20410),
    ("Dịch vụ", 111420, 960100),
)
RICE = (
    ("", "Thực hiện cùng kỳ năm trước", "Thực hiện kỳ này", "So với cùng kỳ năm trước (%)"),
    ("Gieo cấy lúa đông xuân", 2951.4, 2949.8, 99.9),
    ("Gieo cấy lúa hè thu", 1911.2, 1908.5, 99.9),
)
SHEETS: Sequence[tuple[str, str, str, Sequence[Sequence[object]]]] = (
    ("1.Nong nghiep", "1. Sản xuất nông nghiệp đến ngày 20 tháng 11 năm 2024", "Nghìn ha", RICE),
    ("7.DN", "7. Doanh nghiệp đăng ký thành lập mới 11 tháng năm 2024", "", FIRMS),
    ("12.FDI", "12. Đầu tư nước ngoài vào Việt Nam được cấp phép từ 01/01- 30/11/2024", "Triệu USD", CAPITAL),
    ("14.XK", "14. Hàng hóa xuất khẩu", "Nghìn tấn; Triệu USD", TRADE),
    ("16.CPI", "16. Chỉ số giá tiêu dùng, chỉ số giá vàng tháng 11 năm 2024", "%", PRICES),
)
BOOK = """# Population projection 2014-2049

Projected by the statistics office from the survey of 2014 and the growth rates of each province.

Table 5.6: Projected population of provinces by medium variant, thousand persons

| Province | Population 2014 | Population 2019 | Population 2029 |
|---|---|---|---|
| 01. Ha Noi | 7 067.1 | 7 502.4 | 8 035.9 |
| 48. Da Nang | 1 004.6 | 1 086.3 | 1 207.8 |
"""


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    from openpyxl import Workbook

    folder: Path = tmp_path_factory.mktemp("statistics")
    book = Workbook()
    book.remove(book.active)  # type: ignore[arg-type]
    for name, caption, unit, rows in SHEETS:
        sheet = book.create_sheet(name)
        sheet.append([caption])
        width = len(rows[0])
        sheet.append([*[None] * (width - 1), unit or None])
        for row in rows:
            sheet.append([value if value != "" else None for value in row])
        headers = [number for number, row in enumerate(rows, 3) if not row[0]]
        for number in headers:
            for first in range(2, width + 1):
                if rows[number - 3][first - 1] and first < width and not rows[number - 3][first] and number == headers[0]:
                    last = first + 1
                    while last < width and not rows[number - 3][last]:
                        last += 1
                    sheet.merge_cells(start_row=number, end_row=number, start_column=first, end_column=last)
    book.save(folder / "bieu-thang-11-2024.xlsx")
    (folder / "population.md").write_text(BOOK, "utf-8")
    with Library.open(folder / "library", settings=load_settings(directory=folder / "library")) as library:
        assert all(result.report for result in library.add([folder / "bieu-thang-11-2024.xlsx", folder / "population.md"]))
        yield load_assistant(library)


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("Kim ngạch xuất khẩu gạo 11 tháng năm 2024 là bao nhiêu?", "**5.207 Triệu USD**"),
        ("Lượng gạo xuất khẩu 11 tháng năm 2024", "**8.310 Nghìn tấn**"),
        ("Xuất khẩu dệt may tháng 11 năm 2024 đạt bao nhiêu?", "**3.062 Triệu USD**"),
        ("What was the export value of coffee in the first 11 months of 2024?", "**4,911 million USD**"),
        ("CPI tháng 11/2024 so với tháng trước", "**100,19%**"),
        ("Chỉ số giá tiêu dùng tháng 11 năm 2024 so với cùng kỳ năm trước", "**102,71%**"),
        ("Chỉ số giá tiêu dùng tháng 11 năm 2024 so với tháng 12 năm 2023", "**102,62%**"),
        ("Chỉ số giá tiêu dùng bình quân 11 tháng năm 2024 so với cùng kỳ", "**103,66%**"),
        ("Chỉ số giá vàng tháng 11 năm 2024", "**138,11%**"),
        ("FDI from Singapore in the first 11 months of 2024", "**5,791.2 million USD**"),
        ("Vốn đăng ký cấp mới của Nhật Bản 11 tháng năm 2024", "**1.702,8 Triệu USD**"),
        ("Vốn đăng ký của doanh nghiệp thành lập mới 11 tháng năm 2024", "**1.451.200 Tỷ đồng**"),
        ("Diện tích gieo cấy lúa đông xuân", "**2.949,8 Nghìn ha**"),
        ("What is the population of Ha Noi in 2029?", "**8,035.9"),
        ("dan so da nang nam 2019", "**1.086,3"),
    ],
)
def test_the_right_row_and_column_answer(assistant: Assistant, question: str, told: str) -> None:
    answer = assistant.answer(question)
    assert told in answer.text, answer.text
    citation, value = answer.citations[0], answer.value
    assert value is not None
    assert citation.quote == assistant.library.report(citation.report_id).text[citation.start : citation.end]
    assert citation.start <= value.start < value.end <= citation.end


@pytest.mark.parametrize(
    "question",
    [
        "What is the population of Viet Nam in 2049?",  # the book spans the year, no figure is of it
        "Population of Ha Noi in 2045",
        "Kim ngạch xuất khẩu gạo 8 tháng năm 2024",  # a part of the year asked about is another
        "Xuất khẩu gạo năm 2023",
    ],
)
def test_another_time_is_refused(assistant: Assistant, question: str) -> None:
    assert assistant.answer(question).refusal is not None


def test_an_answer_from_a_table_names_its_row_column_and_base(assistant: Assistant) -> None:
    rice = assistant.answer("Kim ngạch xuất khẩu gạo 11 tháng năm 2024 là bao nhiêu?").text
    assert rice.startswith("Gạo – Hàng hóa xuất khẩu, Trị giá: ")
    prices = assistant.answer("CPI tháng 11/2024 so với tháng trước").text
    assert "so với Tháng 10 năm 2024" in prices
