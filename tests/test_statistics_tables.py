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
    ("Khu vực kinh tế trong nước", "", 9412, "", 101220, "", 118.3),
)
PRICES = (
    ("", "Tháng 11 năm 2024 so với:", "", "", "Bình quân 11 tháng năm 2024"),
    ("", "Tháng 11 năm 2023", "Tháng 12 năm 2023", "Tháng 10 năm 2024", "so với cùng kỳ năm 2023"),
    ("CHỈ SỐ GIÁ TIÊU DÙNG", 102.71, 102.62, 100.19, 103.66),
    ("Trong đó: Lương thực", 106.31, 104.52, 100.41, 112.77),
    ("CHỈ SỐ GIÁ VÀNG", 138.11, 132.87, 102.31, 128.36),
    ("LẠM PHÁT CƠ BẢN", 2.81, "", 0.21, 2.68),
)
CAPITAL = (
    ("", "Số dự án (Dự án)", "Vốn đăng ký cấp mới", "Vốn đăng ký điều chỉnh"),
    ("TỔNG SỐ", 3011, 17502.3, 9920.4),
    ("Xin-ga-po", 411, 5791.2, 2501.6),
    ("Nhật Bản", 241, 1702.8, 861.9),
)
FIRMS = (
    ("", "Số DN (DN)", "Vốn đăng ký (Tỷ đồng)"),
    ("TỔNG SỐ", 147310, 1451200),
    ("Nông, lâm nghiệp và thủy sản", 1502, 20410),
    ("Dịch vụ", 111420, 960100),
)
VISITORS = (
    ("", "Tháng 10 năm 2024", "Tháng 11 năm 2024", "11 tháng năm 2024"),
    ("TỔNG SỐ", 1421907, 1709233, 15811409),
    ("Đường không", 1201440, 1463902, 13390127),
    ("Đường biển", 23511, 31926, 220940),
    ("CHND Trung Hoa", 306112, 338207, 3351904),
    ("Nhật Bản", 56018, 70922, 654417),
    ("Hàn Quốc", 366910, 398870, 4131205),
)
INDUSTRY = (
    ("", "Tháng 11 năm 2024 so với tháng trước", "Tháng 11 năm 2024 so với cùng kỳ năm trước"),
    ("Toàn ngành công nghiệp", 102.4, 108.7),
    ("Khai khoáng", 99.2, 91.6),
    ("Công nghiệp chế biến, chế tạo", 103.1, 111.4),
)
PRODUCTS = (
    ("", "Đơn vị tính", "Ước tính tháng 11 năm 2024", "Cộng dồn 11 tháng năm 2024"),
    ("Sắt, thép thô", "Nghìn tấn", 1908.2, 19410.7),
    ("Thép cán", "Nghìn tấn", 1702.1, 17020.3),
    ("Ô tô", "Nghìn chiếc", 46.9, 335.8),
    ("Xe máy", "Nghìn chiếc", 280.1, 2799.4),
)
RETAIL = (
    ("", "Thực hiện tháng 10 năm 2024", "Ước tính tháng 11 năm 2024"),
    ("TỔNG SỐ", 557912, 561277),
    ("Bán lẻ hàng hóa", 428004, 431550),
    ("Dịch vụ", 57110, 57492),
)
PASSENGERS = (
    ("", "Ước tính tháng 11 năm 2024", "Tháng 11 năm 2024 so với tháng trước (%)"),
    ("I. Vận chuyển (Nghìn HK)", 464102.5, 102.4),
    ("Phân theo khu vực vận tải", "", ""),
    ("Trong nước", 461500.1, 102.4),
    ("Ngoài nước", 2602.4, 103.8),
    ("II. Luân chuyển (Triệu HK.km)", 23790.6, 103.3),
    ("Phân theo khu vực vận tải", "", ""),
    ("Trong nước", 21380.2, 103.1),
    ("Ngoài nước", 2410.4, 104.9),
)
BUDGET = (
    ("", "Thực hiện tháng 10 năm 2024", "Ước tính tháng 11 năm 2024"),
    ("TỔNG SỐ", 68510, 75790),
    ("Trung ương", 11902, 13201),
    ("Vốn ngân sách NN cấp tỉnh", 38190, 42480),
    ("TP. Hồ Chí Minh", 4811, 5690),
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
    ("8.Von NSNN", "8. Vốn đầu tư thực hiện từ nguồn ngân sách Nhà nước", "Tỷ đồng", BUDGET),
    ("10.Ban le", "10. Tổng mức bán lẻ hàng hóa và doanh thu dịch vụ tiêu dùng", "Tỷ đồng", RETAIL),
    ("2.IIP", "2. Chỉ số sản xuất công nghiệp phân theo ngành công nghiệp", "%", INDUSTRY),
    ("5.San pham", "5. Một số sản phẩm chủ yếu của ngành công nghiệp", "", PRODUCTS),
    ("17.Hanh khach", "17. Vận tải hành khách", "", PASSENGERS),
    ("19.Du lich", "19. Khách quốc tế đến Việt Nam", "Lượt người", VISITORS),
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
        ("Tổng kim ngạch xuất khẩu 11 tháng năm 2024", "**352.000 Triệu USD**"),
        ("Total exports in the first 11 months of 2024", "**352,000 million USD**"),
        ("Gạo xuất khẩu tháng 11 năm 2024 bao nhiêu nghìn tấn?", "**701 Nghìn tấn**"),
        ("Vốn FDI điều chỉnh 11 tháng năm 2024", "**9.920,4 Triệu USD**"),
        ("Số doanh nghiệp thành lập mới ngành dịch vụ 11 tháng năm 2024", "**111.420 DN**"),
        ("Doanh nghiệp thành lập mới ngành dịch vụ 11 tháng năm 2024", "**111.420 DN**"),
        ("How many Chinese visitors came to Viet Nam in November 2024?", "**338,207 person-visits**"),
        ("International visitors by air in November 2024", "**1,463,902 person-visits**"),
        ("Khách quốc tế đến bằng đường hàng không tháng 11 năm 2024", "**1.463.902 Lượt người**"),
        ("khách Nhật tháng 11 năm 2024", "**70.922 Lượt người**"),
        ("Khách du lịch từ Nhật Bản 11 tháng năm 2024", "**654.417 Lượt người**"),
        ("Tổng mức bán lẻ hàng hóa và doanh thu dịch vụ tiêu dùng tháng 11/2024", "**561.277 Tỷ đồng**"),
        ("Vốn đầu tư từ ngân sách nhà nước tháng 11 năm 2024", "**75.790 Tỷ đồng**"),
        ("Vốn đầu tư ngân sách của TP Hồ Chí Minh tháng 11 năm 2024", "**5.690 Tỷ đồng**"),
        ("Vận tải hành khách ngoài nước tháng 11 năm 2024 bao nhiêu nghìn lượt hành khách", "**2.602,4 Nghìn HK**"),
        ("International visitors from South Korea in the first 11 months of 2024", "**4,131,205 person-visits**"),
        ("Industrial production index of the manufacturing sector in November 2024", "**111.4 %**"),
        ("Core inflation, first 11 months of 2024", "**2.68 %**"),
        ("Chỉ số giá lương thực tháng 11/2024 so với cùng kỳ năm trước", "**106,31%**"),
        ("Output of rolled steel in November 2024", "**1,702.1 Nghìn tấn**"),
        ("Sản lượng ô tô tháng 11/2024", "**46,9 Nghìn chiếc**"),
        ("State budget investment in November 2024", "**75,790 billion VND**"),
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
        "Vốn đăng ký của doanh nghiệp thành lập mới tháng 11 năm 2024",  # the columns are of eleven months
    ],
)
def test_another_time_is_refused(assistant: Assistant, question: str) -> None:
    assert assistant.answer(question).refusal is not None


@pytest.mark.parametrize(
    ("question", "whole"),
    [
        ("International visitors by train in November 2024", "1,709,233"),
        ("Khách quốc tế đến bằng khinh khí cầu tháng 11 năm 2024", "1.709.233"),
        ("Newly registered enterprises in real estate, 11 months of 2024", "147,310"),
    ],
)
def test_a_total_is_not_told_for_a_part_that_no_row_is_known_for(assistant: Assistant, question: str, whole: str) -> None:
    assert whole not in assistant.answer(question).text


def test_an_answer_from_a_table_names_its_row_column_and_base(assistant: Assistant) -> None:
    rice = assistant.answer("Kim ngạch xuất khẩu gạo 11 tháng năm 2024 là bao nhiêu?").text
    assert rice.startswith("Gạo – Hàng hóa xuất khẩu, Trị giá: ")
    prices = assistant.answer("CPI tháng 11/2024 so với tháng trước").text
    assert "so với Tháng 10 năm 2024" in prices
